"""M1: in a single queue twice the staff makes nobody wait longer, case by case, with the same arrivals and the same hours of work."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.figures.style import INK, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import label, text
from experiments.verification.queue_runs import Run, simulate, waiting
from experiments.verification.queue_theory import SPREAD
from experiments.verification.records import About, Examined, Picture, Scale

ABOUT = About(
    id="M1",
    kind="metamorphic",
    title=text("Twice the staff never waits longer", "人手加倍，无人等待更久"),
    claim=text(
        "With the same arrivals and the same hours of work, no case in a queue in order of arrival begins later when the servers are twice "
        "as many.",
        "到达与工作量相同、按序服务时，服务台加倍后没有任何事项开始得更晚。",
    ),
    source="Kiefer & Wolfowitz 1955; Chen et al. 2018 (metamorphic testing).",
)
REPLICATES: Final = {"quick": 5, "full": 30}
#: Queues as (servers, load with so many, shape of hours).
QUEUES: Final = (
    (1, 0.8, "exponential"),
    (1, 0.8, "lognormal"),
    (2, 0.9, "exponential"),
    (3, 0.9, "deterministic"),
)
ROUNDING = 1e-9


def examine(scale: Scale) -> Examined:
    """Each queue with its servers and with twice as many."""
    pairs = [(_name(*queue), *lived(*queue, REPLICATES[scale])) for queue in QUEUES]
    delays = [(name, later(few, many)) for name, few, many in pairs]
    longer = sum(int((found > ROUNDING).sum()) for _, found in delays)
    cases = sum(found.size for _, found in delays)
    turned = sum(int((later(many, few) > ROUNDING).sum()) for _, few, many in pairs)
    rows = [
        {"queue": name, "cases": sum(len(run.cases) for run in few), "mean_wait": _mean(few), "mean_wait_twice_the_staff": _mean(many)}
        for name, few, many in pairs
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    card = ABOUT.card(
        text(
            f"World queue: {', '.join(name for name, _ in delays)}; {REPLICATES[scale]} replicates each, {cases:,} cases compared one by one.",
            f"世界 queue：{'、'.join(name for name, _ in delays)}；各 {REPLICATES[scale]} 次重复，逐一比较 {cases:,} 个事项。",
        ),
        Finding(text("cases that begin later with twice the staff", "人手加倍后开始更晚的事项数"), float(longer), high=1.0),
        Finding(
            text("largest mean wait with twice the staff over that without", "平均等待之比最大值（加倍/不加倍）"),
            float((table["mean_wait_twice_the_staff"] / table["mean_wait"]).max()), high=1.0,
        ),
        Finding(text("wrong on purpose: cases that begin later with half the staff", "故意取反：人手减半后开始更晚的事项数"), float(turned), low=0.0),
    )  # fmt: skip
    return Examined(card, (_bars(table),), table)


def lived(
    servers: int, load: float, service: str, replicates: int
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """A queue with its servers, and with twice as many for the same work."""
    hours = {"needs.hours_spread": SPREAD}
    few = simulate(load, servers, replicates=replicates, parameters=hours, service=service)
    many = simulate(load / 2.0, 2 * servers, replicates=replicates, parameters=hours, service=service)
    return few, many


def later(few: tuple[Run, ...], many: tuple[Run, ...]) -> np.ndarray:
    """By how many days each case begins later with many servers than with few, `[cases]`.

    Raises
    ------
    ValueError
        The two have other arrivals.
    """
    found = []
    for one, other in zip(few, many, strict=True):
        arrivals = [run.cases["opened"].to_numpy() for run in (one, other)]
        if len(arrivals[0]) != len(arrivals[1]) or np.abs(arrivals[0] - arrivals[1]).max() > ROUNDING:
            raise ValueError("twice the staff changed the arrivals")
        found.append(waiting(other.cases).to_numpy() - waiting(one.cases).to_numpy())
    return np.concatenate(found)


def _mean(runs: tuple[Run, ...]) -> float:
    return float(np.mean(np.concatenate([waiting(run.cases).to_numpy() for run in runs])))


def _name(servers: int, load: float, service: str) -> str:
    letter = {"exponential": "M", "deterministic": "D", "lognormal": "G"}[service]
    return f"M/{letter}/{servers} ({load:g})"


def _bars(table: pd.DataFrame) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        places = np.arange(len(table))
        ax.barh(places, table["mean_wait"], 0.36, color=INK, label=label(lang, "its staff", "原有人手"))
        ax.barh(
            places + 0.38,
            table["mean_wait_twice_the_staff"],
            0.36,
            color=PALETTE[0],
            label=label(lang, "twice as many", "加倍"),
        )
        ax.set_yticks(places + 0.19, table["queue"])
        ax.invert_yaxis()
        ax.set_xlabel(label(lang, "mean wait, days", "平均等待（天）"))
        ax.legend(loc="lower right")
        quiet(ax, "x")  # fmt: skip

    said = "; ".join(
        f"{row.queue} {row.mean_wait:.3f} / {row.mean_wait_twice_the_staff:.3f}" for row in table.itertuples()
    )
    return Picture(
        text("Mean waits with its staff and with twice as many", "原有人手与加倍后的平均等待"),
        text(f"Days, by queue and load: {said}.", f"天，按排队系统与负荷：{said}。"),
        draw,
    )
