"""The model as a queue: runs of the world `queue` with another queue in it, and the arithmetic of comparing them with theory."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.model import CommunityModel
from sim.scenario import Queue, load_world

#: Residents are many against arrivals, because one resident has at most one need a day: with 10 arrivals a day among 10,000 the
#: count of a day is Poisson but for a variance smaller by 0.1 %.
HOUSEHOLDS = 4_000
ARRIVALS = 10.0
#: Many short replicates rather than one long run: they are independent, whatever the memory of the queue. The first 20 days (some ten
#: times the relaxation time of these queues) and the cases of the last 10, of which some have not begun, are left out.
REPLICATES, DAYS, FIRST, LAST = 60, 160, 20, 150
#: False alarms of a single comparison, and chance of seeing what is called detectable.
LEVEL, POWER = 0.001, 0.95


class Run(NamedTuple):
    """One replicate: its cases in order of opening and what `observe` counted, both between warm-up and end."""

    cases: pd.DataFrame
    daily: pd.DataFrame


class Comparison(NamedTuple):
    """A mean over replicates against theory."""

    mean: float
    theory: float
    error: float
    """Standard error of the mean."""
    replicates: int

    @property
    def critical(self) -> float:
        return float(stats.t.ppf(1.0 - LEVEL / 2.0, self.replicates - 1))

    @property
    def z(self) -> float:
        return (self.mean - self.theory) / self.error

    @property
    def agrees(self) -> bool:
        return abs(self.z) < self.critical

    @property
    def detectable(self) -> float:
        """Relative error of theory that the comparison would reject with probability `POWER`."""
        return (self.critical + float(stats.norm.ppf(POWER))) * self.error / self.theory

    def __str__(self) -> str:
        return (
            f"{self.mean:.5g} against {self.theory:.5g}, z = {self.z:.1f} (critical {self.critical:.1f}), "
            f"detectable {self.detectable:.1%}"
        )


@cache
def _runs(queue: Queue, parameters: tuple[tuple[str, float], ...]) -> tuple[Run, ...]:
    world = load_world("queue").model_copy(update={"queue": queue, "households": HOUSEHOLDS})
    made = []
    for replicate in range(REPLICATES):
        model = CommunityModel(
            world=world, seed=20, replicate=replicate, days=DAYS, reform_day=0, parameters=dict(parameters)
        )
        tables = model.run().tables()
        cases = tables["cases"].sort_values("opened")
        cases = cases[(cases.opened >= FIRST) & (cases.opened < LAST)]
        assert not cases.started.isna().any(), "a case of the middle of a run never started"
        made.append(Run(cases, tables["daily"].iloc[FIRST:LAST]))
    return tuple(made)


@pytest.fixture(scope="session")
def simulate() -> Callable[..., tuple[Run, ...]]:
    """Replicates of a queue: `simulate(0.7, servers=3, service="deterministic")`; equal queues are run once."""

    def simulate(
        utilisation: float, servers: int = 1, parameters: dict[str, float] | None = None, **shape: str
    ) -> tuple[Run, ...]:
        service = utilisation * servers / ARRIVALS
        queue = Queue(arrivals_per_day=ARRIVALS, service_days=service, servers=servers, **shape)
        return _runs(queue, tuple(sorted((parameters or {}).items())))

    return simulate


def ratio(sums: np.ndarray, counts: np.ndarray, theory: float) -> Comparison:
    """Mean of all values with its error over replicates (ratio estimator: busy replicates have more cases and longer waits)."""
    mean = sums.sum() / counts.sum()
    residuals = (sums - mean * counts) / counts.mean()
    return Comparison(float(mean), theory, float(residuals.std(ddof=1)) / math.sqrt(sums.size), sums.size)


@pytest.fixture(scope="session")
def compare() -> Callable[..., Comparison]:
    """The mean wait (from opening to the start of work, in days), or of other `values`, against theory."""

    def compare(
        runs: tuple[Run, ...],
        theory: float,
        values: Callable[[pd.DataFrame], pd.Series] = lambda cases: cases.started - cases.opened,
        daily: bool = False,
    ) -> Comparison:
        found = [values(run.daily if daily else run.cases) for run in runs]
        return ratio(np.array([v.sum() for v in found]), np.array([v.count() for v in found], float), theory)

    return compare
