"""Small worlds for tests of single laws, and sampling errors computed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from experiments.verification.small_worlds import Small, add_cases, add_needs, make

__all__ = [
    "CHANCE", "PLAIN", "SIGMAS", "Small", "add_cases", "add_needs", "errors_off", "make", "mean_off", "share_off",
]  # fmt: skip

#: Tests decide at this many standard errors: a true law fails one such comparison in about 60,000.
SIGMAS = 4.3
#: Smallest probability of a goodness-of-fit test that is still taken for chance.
CHANCE = 1e-5

#: Nothing but the base rate acts on needs: no frailty, no shock, no conditions, no exposure, nobody heals or moves.
PLAIN: Mapping[str, float] = {
    "arise.frailty_shape": 1e8, "arise.shock_shape": 1e8, "arise.shock_memory": 0.0,
    "arise.slope_facility": 0.0, "arise.slope_effort": 0.0, "arise.slope_disorder": 0.0, "arise.slope_conflict": 0.0,
    "arise.slope_density": 0.0, "arise.slope_capital": 0.0, "arise.slope_market": 0.0, "arise.season_infrastructure": 0.0,
    "arise.exposure_old_care": 1.0, "arise.exposure_child_care": 1.0, "arise.exposure_migrant_services": 1.0,
    "arise.exposure_low_income": 1.0, "arise.exposure_high_income": 1.0, "needs.share_business": 0.0,
    "arise.healing": 0.0, "arise.healing_structural": 0.0, "arise.worsening": 0.0, "arise.escalation": 0.0,
    "population.turnover": 0.0,
}  # fmt: skip


def errors_off(observed: float, expected: float, error: float) -> float:
    """By how many standard errors an observation misses its expectation."""
    return abs(observed - expected) / error


def share_off(count: float, trials: float, probability: float) -> float:
    """By how many standard errors a count misses a binomial expectation."""
    return errors_off(count, trials * probability, math.sqrt(trials * probability * (1.0 - probability)))


def mean_off(values: np.ndarray, expected: float) -> float:
    """By how many standard errors the mean of independent values misses its expectation."""
    return errors_off(float(values.mean()), expected, float(values.std(ddof=1)) / math.sqrt(len(values)))
