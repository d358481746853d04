"""The model as a queue: runs of the world `queue` with another queue in it, and the arithmetic of comparing them with theory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.patterns import Finding
from experiments.verification.queue_theory import ARRIVALS
from experiments.verification.records import Text
from sim.model import CommunityModel
from sim.scenario import Queue, load_world

#: Residents are many against arrivals, because one resident has at most one need a day: with 10 arrivals a day among 10,000 the
#: count of a day is Poisson but for a variance smaller by 0.1 %.
HOUSEHOLDS = 4_000
#: Many short replicates rather than one long run: they are independent, whatever the memory of the queue. The first 20 days (some ten
#: times the relaxation time of these queues) and the cases of the last 10, of which some have not begun, are left out.
REPLICATES: Final = {"quick": 20, "full": 60}
DAYS, FIRST, LAST = 160, 20, 150
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
        """Standard errors beyond which chance is told apart from a wrong theory."""
        return float(stats.t.ppf(1.0 - LEVEL / 2.0, self.replicates - 1))

    @property
    def z(self) -> float:
        """By how many standard errors the mean misses theory."""
        return (self.mean - self.theory) / self.error

    @property
    def agrees(self) -> bool:
        """Whether chance may be all that parts them."""
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
def _runs(queue: Queue, parameters: tuple[tuple[str, float], ...], replicates: int) -> tuple[Run, ...]:
    world = load_world("queue").model_copy(update={"queue": queue, "households": HOUSEHOLDS})
    made = []
    for replicate in range(replicates):
        model = CommunityModel(
            world=world, seed=20, replicate=replicate, days=DAYS, reform_day=0, parameters=dict(parameters)
        )
        tables = model.run().tables()
        cases = tables["cases"].sort_values("opened")
        cases = cases[(cases.opened >= FIRST) & (cases.opened < LAST)]
        if cases.started.isna().any():
            raise ValueError("a case of the middle of a run never started: the queue is longer than its run")
        made.append(Run(cases, tables["daily"].iloc[FIRST:LAST]))
    return tuple(made)


def simulate(
    utilisation: float,
    servers: int = 1,
    *,
    replicates: int = REPLICATES["full"],
    parameters: dict[str, float] | None = None,
    **shape: Any,
) -> tuple[Run, ...]:
    """Replicates of a queue: `simulate(0.7, servers=3, service="deterministic")`; equal queues are run once a process."""
    service = utilisation * servers / ARRIVALS
    queue = Queue(arrivals_per_day=ARRIVALS, service_days=service, servers=servers, **shape)
    return _runs(queue, tuple(sorted((parameters or {}).items())), replicates)


def ratio(sums: np.ndarray, counts: np.ndarray, theory: float) -> Comparison:
    """Mean of all values with its error over replicates (ratio estimator: busy replicates have more cases and longer waits)."""
    mean = sums.sum() / counts.sum()
    residuals = (sums - mean * counts) / counts.mean()
    return Comparison(float(mean), theory, float(residuals.std(ddof=1)) / math.sqrt(sums.size), sums.size)


def waiting(cases: pd.DataFrame) -> pd.Series:
    """From opening to the start of work, days."""
    return cases.started - cases.opened


def waiting_of(category: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Waits of one category; others are missing and left out of means."""
    return lambda cases: waiting(cases)[cases.category == category]


def in_house(cases: pd.DataFrame) -> pd.Series:
    """From opening to closing, days."""
    return cases.closed - cases.opened


def compare(
    runs: Sequence[Run],
    theory: float,
    values: Callable[[pd.DataFrame], pd.Series] = waiting,
    daily: bool = False,
) -> Comparison:
    """The mean wait, or of other `values` (of cases, or of days), against theory."""
    found = [values(run.daily if daily else run.cases) for run in runs]
    return ratio(np.array([v.sum() for v in found]), np.array([v.count() for v in found], float), theory)


def little(runs: Sequence[Run]) -> Comparison:
    """Open cases each evening against arrivals a day times days in the house, as means over replicates: `L = λ W` (Little 1961).

    Both sides come from records that know nothing of each other. Arrivals are Poisson, so evenings see time averages.
    """
    standing = np.array([daily.cases_open.mean() for _, daily in runs])
    flow = np.array([len(cases) / len(daily) * in_house(cases).mean() for cases, daily in runs])
    gaps = standing - flow
    theory = float(flow.mean())
    return Comparison(
        theory + float(gaps.mean()), theory, float(gaps.std(ddof=1)) / math.sqrt(gaps.size), gaps.size
    )


def over_theory(name: Text, found: Comparison) -> Finding:
    """The mean over what theory says, with its 95 % interval; it holds where a chance of `LEVEL` may have made it."""
    half = float(stats.t.ppf(0.975, found.replicates - 1)) * found.error / found.theory
    value, reach = found.mean / found.theory, found.critical * found.error / found.theory
    return Finding(name, value, 1.0 - reach, 1.0 + reach, interval=(value - half, value + half))


def told_apart(name: Text, found: Comparison) -> Finding:
    """By how many standard errors the mean misses a theory that is wrong on purpose; it holds where chance would not."""
    return Finding(name, abs(found.z), low=found.critical)
