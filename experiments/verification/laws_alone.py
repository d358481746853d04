"""Laws on their own, and the closed forms that they must agree with: DeGroot's influence, Granovetter's cascade."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import optimize, stats

from experiments.verification.small_worlds import Small, make
from sim.day.participate import participate

#: Residents see the whole cell and nothing else: Granovetter (1978).
CASCADE = {
    "participate.influence": 1.0, "participate.visibility": 1.0, "participate.trust": 0.0, "participate.mobilisation": 0.0,
    "participate.fatigue": 0.0, "participate.crowding": 0.0,
}  # fmt: skip
#: Mean threshold of the crowds.
MEAN = 0.25


def all_adults(small: Small, thresholds: Any) -> int:
    """Make everyone an adult of these thresholds who does not volunteer yet; returns how many."""
    r = small.state.residents
    r.adult[:], r.volunteer[:], r.volunteered[:], r.fatigue[:] = 1, 0, 0, 0.0
    r.threshold[:] = thresholds(len(r.threshold)) if callable(thresholds) else thresholds
    small.state.cells.participation[:] = 0.0
    return len(r.adult)


def quantiles(sigma: float) -> Any:
    """Thresholds that stand at the quantiles of Normal(MEAN, sigma), so that no luck is in them."""
    return lambda n: MEAN + sigma * stats.norm.ppf((np.arange(n) + 0.5) / n)


def cascade(thresholds: np.ndarray) -> int:
    """Granovetter's fixed point from zero: how many act in the end when everyone sees the share who act."""
    n, acting, exact = len(thresholds), 0, thresholds.astype(np.float64)
    while True:
        more = int((acting / n >= exact).sum())
        if more == acting:
            return acting
        acting = more


def ends_at(small: Small) -> int:
    """Volunteers when no week changes anything any more."""
    before, now, day = -1, 0, 0
    while now != before:
        before = now if day else -1
        for _ in range(7):
            participate(small.state, small.levers, small.draws, day)
            day += 1
        now = int(small.state.residents.volunteer.sum())
    return now


def smallest_fixed_point(sigma: float) -> float:
    """The first r from below with r = Phi((r − MEAN)/sigma): a crowd without end."""
    r = np.linspace(0.0, 1.0, 200_001)
    above = stats.norm.cdf((r - MEAN) / sigma) - r
    return float(r[np.argmax(above <= 0.0)])


def critical_sigma() -> float:
    """Where the curve of the cascade only touches the diagonal: pdf = 1 and cdf = r at the same r."""

    def touch(sigma: float) -> float:
        # Below the mean, the slope of the cdf is one where phi(z) = sigma.
        z = -math.sqrt(-2.0 * math.log(sigma * math.sqrt(2.0 * math.pi)))
        return float(stats.norm.cdf(z)) - (MEAN + sigma * z)

    return float(optimize.brentq(touch, 0.05, 0.3))


def influence(rate: float) -> tuple[Small, np.ndarray]:
    """A world in which happiness moves by ties alone, and the matrix of those ties within community 0."""
    alone = {
        "population.disposition_spread": 0.0, "respond.happiness_rest": 0.0, "respond.happiness_capital": 0.0,
        "respond.happiness_ties": 1.0, "respond.burden_happiness": 0.0, "respond.happiness_rate": rate,
    }  # fmt: skip
    small = make(alone, communities=1, cells=2, households=60)
    small.state.residents.disposition[:] = 0.0
    ties = small.state.residents.ties
    n = len(ties)
    matrix = np.zeros((n, n))
    np.add.at(matrix, (np.repeat(np.arange(n), 8), ties.ravel()), 1.0 / 8.0)
    return small, matrix
