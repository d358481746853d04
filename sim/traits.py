"""Who lives in households: sizes, and the probabilities of traits, solved from the declared marginals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.errors import DataError
from sim.tables import Array

if TYPE_CHECKING:
    from sim.population import PopulationParameters

SIZES: Final = 6
"""Household sizes are 1..6; the last stands for six and more."""
CHILD, ADULT, OLD = 0, 1, 2
_SETTLED: Final = 1e-15
"""Change of a probability in one step below which only the last digit still moves."""


class Traits(NamedTuple):
    """Probabilities by status (0 local, 1 migrant) and age band; solved from the parameters.

    Kernels read them with a leading axis, `[kinds]`, of all arrays but the means (`sim.peopling`).
    """

    child: Array
    """Probability that a further member is a child, `[status]`; the first member never is."""
    old: Array
    """Probability that a grown-up is old, `[status]`."""
    age_cohesion: float
    income_cumulated: Array
    """Cumulated probability of low and middle income, `[status, 2]`."""
    digital: Array
    """`[age]`"""
    party: Array
    """`[status, age]`"""
    disposition_spread: float
    disposition_weight: float
    senses: Array
    """Means of gain, security, happiness."""
    attitudes: Array
    """Means of expectation, trust, efficacy."""
    threshold_mean: float
    threshold_spread: float


@lru_cache(maxsize=4096)
def household_sizes(mean: float, one_person: float) -> Array:
    """Probabilities of sizes 1..6, `[6]`.

    The share of one-person households is as given; the others are a truncated geometric series `P(s) ∝ r^(s−2)`
    whose ratio `r` makes the mean exact.

    Raises
    ------
    DataError
        No such series has this mean (it must lie between `2 − one_person` and `6 − 5 · one_person`).
    """
    further = (mean - one_person) / (1.0 - one_person)
    sizes = np.arange(2, SIZES + 1)
    if not sizes[0] < further < sizes[-1]:
        raise DataError(
            f"households of {mean:g} persons on average with a share of {one_person:g} living alone: "
            f"no sizes from 1 to {SIZES} agree"
        )
    low, high = -30.0, 30.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        weights = np.exp(middle * (sizes - (sizes[0] if middle < 0 else sizes[-1])))
        if weights @ sizes / weights.sum() < further:
            low = middle
        else:
            high = middle
    return np.concatenate([[one_person], (1.0 - one_person) * weights / weights.sum()])


def traits(p: PopulationParameters) -> Traits:
    """Solve the conditional probabilities from the declared marginals.

    Ages: with `C` the share of children and `O` of the old in a status group and `s` the mean household size, a
    further member is a child with probability `C s / (s − 1)` and any grown-up old with probability `O / (1 − C)`.
    Shares of locals are what remains of the city's shares after the migrants; where overrides leave less than
    nothing, the nearest possible share.
    Income: locals `∝ (L, M, H)`, migrants `∝ (L θ, M, H / θ)`, with L, M, H such that the declared shares hold in
    the mix. Party: membership by age such that the share of the old among members holds; migrants a declared ratio
    of locals of the same age.
    """
    m = p.migrant_share
    status = np.array([1.0 - m, m])
    child = np.array([_rest(p.child_share, p.migrant_child_share, m), p.migrant_child_share])
    old = np.array([min(_rest(p.old_share, p.migrant_old_share, m), 1.0 - child[0]), p.migrant_old_share])
    ages = np.stack([child, 1.0 - child - old, old], axis=1)  # [status, age]
    present = status @ ages
    others = (p.digital_share - present[OLD] * p.digital_old_share) / (present[CHILD] + present[ADULT])
    return Traits(
        child=np.minimum(1.0, child * p.household_mean / (p.household_mean - 1.0)),
        old=old / (1.0 - child),
        age_cohesion=p.age_cohesion,
        income_cumulated=np.cumsum(_incomes(p), 1)[:, :2].copy(),
        digital=np.clip([others, others, p.digital_old_share], 0.0, 1.0),
        party=_membership(p, status, ages),
        disposition_spread=p.disposition_spread,
        disposition_weight=p.disposition_weight,
        senses=np.array([p.gain_mean, p.security_mean, p.happiness_mean]),
        attitudes=np.array([p.expectation_mean, p.trust_mean, p.efficacy_mean]),
        threshold_mean=p.threshold_mean,
        threshold_spread=p.threshold_spread,
    )


def _rest(whole: float, migrant: float, share: float) -> float:
    """Share among locals so that the whole is right."""
    return whole if share >= 1.0 else float(np.clip((whole - share * migrant) / (1.0 - share), 0.0, 0.5))


def _incomes(p: PopulationParameters) -> Array:
    wanted = np.array([p.income_low, 1.0 - p.income_low - p.income_high, p.income_high])
    tilt = np.array([[1.0, 1.0, 1.0], [p.migrant_income_odds, 1.0, 1.0 / p.migrant_income_odds]])
    base, before = wanted.copy(), np.zeros_like(tilt)
    for _ in range(500):
        by_status = base * tilt
        by_status /= by_status.sum(1, keepdims=True)
        if np.abs(by_status - before).max() < _SETTLED:
            break
        base *= wanted / np.maximum(np.array([1.0 - p.migrant_share, p.migrant_share]) @ by_status, 1e-300)
        before = by_status
    return by_status


def _membership(p: PopulationParameters, status: Array, ages: Array) -> Array:
    relative = np.array([1.0, p.party_migrant_ratio])
    weight = (status * relative) @ ages  # residents by age, counted by how likely they are members
    members = p.party_share * np.array([0.0, 1.0 - p.party_old_share, p.party_old_share])
    by_age = np.divide(members, weight, out=np.zeros(3), where=weight > 0.0)
    return np.clip(np.outer(relative, by_age), 0.0, 1.0)
