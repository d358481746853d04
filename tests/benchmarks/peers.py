"""The resident's day by other means, side by side with the whole model: Mesa agents, plain NumPy, mesa-frames where it is installed.

All start from the same residents and ties of a world and do the same work for everyone once a day: expectation drifts, gain, security
and trust relax to what disposition and burden leave of them, happiness to that of eight ties too, one in seven decides on volunteering
by eight ties, a need arises with a small chance, and each cell adds up satisfaction. The model does all that and everything else
(reports, cases, institutions, books) in the time that stands against it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mesa
import numpy as np

RATE, PULL, CHANCE = 0.02, 0.5, 0.003
SENSES = ("gain", "security", "trust")


class Resident(mesa.Agent):
    """One resident as an object."""

    def __init__(self, model: mesa.Model, traits: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(traits)
        self.ties: list[Resident] = []

    def live(self) -> None:
        """Her day."""
        model, rest = self.model, 0.55 + self.disposition - self.unmet
        self.expectation += RATE * (model.performance[self.cell] - self.expectation)
        self.gain = min(1.0, max(0.0, self.gain + RATE * (rest - self.gain)))
        self.security = min(1.0, max(0.0, self.security + RATE * (rest - self.security)))
        self.trust = min(1.0, max(0.0, self.trust + RATE * (rest - self.trust)))
        around = sum(tie.happiness for tie in self.ties) / 8.0
        self.happiness = min(
            1.0, max(0.0, self.happiness + RATE * (0.5 * rest + 0.5 * around - self.happiness))
        )
        if self.rota == model.day % 7:
            self.volunteer = (
                PULL * sum(tie.volunteer for tie in self.ties) / 8.0 + self.trust >= self.threshold
            )
        if model.random.random() < CHANCE:
            model.needs.append((self.unique_id, model.day))
        model.sums[self.cell] += 0.4 * self.gain + 0.3 * self.security + 0.3 * self.happiness


class Objects(mesa.Model):
    """All residents as Mesa agents."""

    def __init__(self, table: dict[str, np.ndarray]) -> None:
        super().__init__(rng=1)
        names = [name for name in table if name != "ties"]
        columns = {name: table[name].tolist() for name in names}
        made = [Resident(self, {name: columns[name][i] for name in names}) for i in range(len(table["gain"]))]
        for resident, ties in zip(made, table["ties"].tolist(), strict=True):
            resident.ties = [made[tie] for tie in ties]
        self.performance = [0.5] * (int(table["cell"].max()) + 1)
        self.day, self.needs = 0, []

    def step(self) -> None:
        """One day, in the order of the residents."""
        self.sums = [0.0] * len(self.performance)
        self.agents.do("live")
        self.day += 1


class Arrays:
    """The same with plain NumPy."""

    def __init__(self, table: dict[str, np.ndarray]) -> None:
        self.t = {name: column.copy() for name, column in table.items()}
        self.random, self.day, self.needs = np.random.default_rng(1), 0, []
        self.cells = int(table["cell"].max()) + 1

    def step(self) -> None:
        """One day."""
        t = self.t
        rest = 0.55 + t["disposition"] - t["unmet"]
        t["expectation"] += RATE * (0.5 - t["expectation"])
        for name in SENSES:
            t[name] = np.clip(t[name] + RATE * (rest - t[name]), 0.0, 1.0)
        around = t["happiness"][t["ties"]].mean(1)
        t["happiness"] = np.clip(
            t["happiness"] + RATE * (0.5 * rest + 0.5 * around - t["happiness"]), 0.0, 1.0
        )
        turn = np.flatnonzero(t["rota"] == self.day % 7)
        t["volunteer"][turn] = (
            PULL * t["volunteer"][t["ties"][turn]].mean(1) + t["trust"][turn] >= t["threshold"][turn]
        )
        self.needs.append(np.flatnonzero(self.random.random(len(rest)) < CHANCE))
        self.sums = np.bincount(
            t["cell"], 0.4 * t["gain"] + 0.3 * t["security"] + 0.3 * t["happiness"], self.cells
        )
        self.day += 1


def residents_of(model: Any) -> dict[str, np.ndarray]:
    """Traits, states and ties of a model's residents, ties as indices."""
    r, first = model.state.residents, model.state.geography.community_first_cell
    base = model.state.cells.first[first[:-1]][model.state.cells.community[r.cell]]
    names = (
        "gain",
        "security",
        "trust",
        "happiness",
        "expectation",
        "disposition",
        "unmet",
        "threshold",
        "volunteer",
        "rota",
        "cell",
    )
    return {name: getattr(r, name).copy() for name in names} | {
        "ties": r.ties.astype(np.int64) + base[:, None]
    }


def pace(step: Callable[[], Any], days: int) -> float:
    """Median seconds of a day, after one that warms up."""
    step()
    spans = []
    for _ in range(days):
        start = time.perf_counter()
        step()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans)


def frames(table: dict[str, np.ndarray]) -> float | None:
    """The same by mesa-frames, in the interpreter that MESA_FRAMES_PYTHON names; None without one."""
    interpreter = os.environ.get("MESA_FRAMES_PYTHON")
    if not interpreter:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "table.npz", Path(__file__).with_name("frames.py")
        np.savez(path, **table)
        ended = subprocess.run(
            [interpreter, str(script), str(path)], check=True, capture_output=True, text=True
        )
    return float(json.loads(ended.stdout.splitlines()[-1])["seconds"])


def peers() -> None:
    """Resident-days per second of each, and the ratio to Mesa's objects."""
    from sim import CommunityModel

    for world in ("street", "district"):
        model = CommunityModel(world=world, strategy="siloed", days=200, keeps_all=False).run(40)
        table = residents_of(model)
        count = len(table["gain"])
        found = {"Mesa AgentSet.do": pace(Objects(table).step, 5), "NumPy": pace(Arrays(table).step, 20)}
        if (seconds := frames(table)) is not None:
            found["mesa-frames"] = seconds
        for threads in (1, 2):
            model.state.threads = threads
            found[f"whole model, threads={threads}"] = pace(model.step, 40)
        slowest = found["Mesa AgentSet.do"]
        for name, seconds in found.items():
            print(
                f"{world:10s} {count:9,d} residents  {name:24s} {count / seconds / 1e6:8.2f} M resident-days/s {slowest / seconds:7.1f}×"
            )
