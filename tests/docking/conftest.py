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
WARM_UP, BATCH = 50, 50
#: False alarms of a single comparison, and chance of seeing what is called detectable.
LEVEL, POWER = 0.001, 0.95


class Run(NamedTuple):
    """One replicate after warm-up: cases in order of opening, days, and what `observe` counted."""

    cases: pd.DataFrame
    daily: pd.DataFrame


class Comparison(NamedTuple):
    """A mean of batches against theory."""

    mean: float
    theory: float
    error: float
    """Standard error of the mean."""
    batches: int

    @property
    def critical(self) -> float:
        return float(stats.t.ppf(1.0 - LEVEL / 2.0, self.batches - 1))

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
def _runs(queue: Queue, parameters: tuple[tuple[str, float], ...], replicates: int, days: int) -> tuple[Run, ...]:
    world = load_world("queue").model_copy(update={"queue": queue, "households": HOUSEHOLDS})
    made = []
    for replicate in range(replicates):
        model = CommunityModel(world=world, seed=20, replicate=replicate, days=days, reform_day=0, parameters=dict(parameters))
        tables = model.run().tables()
        cases = tables["cases"].sort_values("opened")
        made.append(Run(cases[cases.opened >= WARM_UP], tables["daily"].iloc[WARM_UP:]))
    return tuple(made)


@pytest.fixture(scope="session")
def simulate() -> Callable[..., tuple[Run, ...]]:
    """Replicates of a queue: `simulate(servers=3, utilisation=0.7, service="deterministic")`; equal queues are run once."""

    def simulate(
        utilisation: float, servers: int = 1, replicates: int = 12, days: int = 600, parameters: dict[str, float] | None = None,
        **shape: str,
    ) -> tuple[Run, ...]:  # fmt: skip
        service = utilisation * servers / ARRIVALS
        queue = Queue(arrivals_per_day=ARRIVALS, service_days=service, servers=servers, **shape)
        return _runs(queue, tuple(sorted((parameters or {}).items())), replicates, days)

    return simulate


def batch_means(runs: tuple[Run, ...], values: Callable[[pd.DataFrame], pd.Series], daily: bool = False) -> np.ndarray:
    """Means of `values` over batches of 50 days; the last batch of a run, where some cases are still open, is left out."""
    means = []
    for cases, days in runs:
        table, time = (days, days.day) if daily else (cases, cases.opened)
        batch = ((time - WARM_UP) // BATCH).astype(int)
        of_batch = values(table).groupby(batch).mean()
        last = int((days.day.max() + 1 - WARM_UP) // BATCH) - 1
        assert not of_batch[of_batch.index < last].isna().any(), "a case of an early batch never started"
        means += of_batch[of_batch.index < last].tolist()
    return np.array(means)


def correlation_of_neighbours(means: np.ndarray, runs: tuple[Run, ...]) -> float:
    """Correlation of successive batches within runs: where it is small, batches count as independent."""
    by_run = means.reshape(len(runs), -1)
    return float(np.corrcoef(by_run[:, :-1].ravel(), by_run[:, 1:].ravel())[0, 1])


@pytest.fixture(scope="session")
def compare() -> Callable[..., Comparison]:
    """The mean wait (from opening to the start of work, in days), or of other `values`, against theory."""

    def compare(
        runs: tuple[Run, ...],
        theory: float,
        values: Callable[[pd.DataFrame], pd.Series] = lambda cases: cases.started - cases.opened,
        daily: bool = False,
    ) -> Comparison:
        means = batch_means(runs, values, daily)
        # Three standard errors of a correlation; a longer memory would make the error of the mean too small.
        assert abs(correlation_of_neighbours(means, runs)) < 3.0 / math.sqrt(means.size)
        return Comparison(float(means.mean()), theory, float(means.std(ddof=1)) / math.sqrt(means.size), means.size)

    return compare
