"""Needs arise as their hazards say: Poisson where nothing else acts, over-dispersed by frailty and shock, each category alone."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.arise import _form, arise, hazards, shock_communities
from sim.needs import CATEGORIES, Category
from sim.randomness import draws_for
from sim.records import COLUMN

from .small import CHANCE, PLAIN, SIGMAS, Small, add_needs, errors_off, make, mean_off, share_off

ARISEN = COLUMN["needs_arisen"]


def live(small: Small, days: int, first: int = 0) -> np.ndarray:
    """Needs arising by day and community."""
    counts = []
    for day in range(first, first + days):
        small.state.tally[...] = 0.0
        arise(small.state, small.levers, small.draws, day)
        counts.append(small.state.tally[:, ARISEN].copy())
    return np.array(counts)


def residents_of(small: Small) -> np.ndarray:
    """Residents by community."""
    cells = small.state.cells
    return np.bincount(cells.community, (cells.last - cells.first).astype(float))


def dispersion(counts: np.ndarray, expected: np.ndarray) -> float:
    """Chi-square statistic of counts against Poisson expectations, over its degrees of freedom."""
    return float(((counts - expected) ** 2 / expected).sum()) / counts.size


def test_without_frailty_and_shocks_counts_are_poisson() -> None:
    shape = {"communities": 40, "cells": 1, "households": 120}
    busy = {**PLAIN, "needs.total_rate": 3.0}
    small = make(busy, **shape)
    counts = live(small, 60)
    expected = np.broadcast_to(residents_of(small) * 3.0 / 365.0, counts.shape)
    assert errors_off(counts.sum(), expected.sum(), math.sqrt(expected.sum())) < SIGMAS
    low, high = stats.chi2.ppf([CHANCE, 1.0 - CHANCE], counts.size) / counts.size
    assert low < dispersion(counts, expected) < high
    # Power: a shock of the declared size, which adds the expected count over its shape to the index, must be seen.
    shaken = make({**busy, "arise.shock_shape": 4.0, "arise.shock_memory": 0.6}, **shape)
    assert dispersion(live(shaken, 60), expected) > high


def test_frailty_makes_the_counts_of_residents_negative_binomial() -> None:
    shape, rate, days = 1.5, 10.0, 120
    small = make(
        {**PLAIN, "arise.frailty_shape": shape, "needs.total_rate": rate},
        communities=2,
        cells=4,
        households=200,
    )
    live(small, days)
    state = small.state
    people = len(state.residents.identity)
    counts = np.bincount(state.needs.slot[: state.sizes.needs[0]], minlength=people)
    mean = rate * days / 365.0
    given_frailty = state.residents.frailty * mean
    # Given frailty: Poisson; the mean of the world is that of its own frailties.
    assert errors_off(counts.sum(), given_frailty.sum(), math.sqrt(given_frailty.sum())) < SIGMAS
    edges = np.array([0, 1, 2, 3, 4, 5, 7, 9, 12, 16])
    observed = np.histogram(counts, [*edges, 10_000])[0]

    def p_value(law: Any) -> float:
        below = np.concatenate([law.cdf(edges - 1), [1.0]])
        return float(stats.chisquare(observed, people * np.diff(below)).pvalue)

    assert p_value(stats.nbinom(shape, shape / (shape + mean))) > CHANCE
    assert p_value(stats.poisson(mean)) < 1e-12
    assert p_value(stats.nbinom(2 * shape, 2 * shape / (2 * shape + mean))) < CHANCE


def test_counts_of_a_community_follow_its_exposures() -> None:
    """Where exposure differs between groups, each group has its share of the needs, and the population mean stays one."""
    on = {name: value for name, value in PLAIN.items() if not name.startswith("arise.exposure")} | {
        "needs.total_rate": 6.0
    }
    small = make(on, communities=2, cells=4, households=200)
    live(small, 90)
    state = small.state
    needs = state.needs
    total = int(state.sizes.needs[0])
    people = np.bincount(state.residents.group, minlength=36)
    shares = np.diff(state.fixed.share_cumulated, prepend=0.0)
    for k in (Category.CARE, Category.MIGRANT, Category.PROPERTY):
        found = np.bincount(needs.group[:total][needs.category[:total] == k], minlength=36)
        expected = 6.0 / 365.0 * 90 * shares[k] * state.fixed.exposure[k] * people
        tested = expected > 5.0
        assert (
            stats.chisquare(
                found[tested], expected[tested] * found[tested].sum() / expected[tested].sum()
            ).pvalue
            > CHANCE
        )
        flat = people[tested] * found[tested].sum() / people[tested].sum()
        assert k == Category.PROPERTY or stats.chisquare(found[tested], flat).pvalue < 1e-9
        assert errors_off(found.sum(), expected.sum(), math.sqrt(expected.sum())) < SIGMAS


def events(small: Small) -> list[tuple[Any, ...]]:
    """All needs that arose, as (category, who, when, severity, hours, scope)."""
    t, n = small.state.needs, int(small.state.sizes.needs[0])
    columns = (t.category, t.resident, t.arose, t.severity, t.hours, t.scope)
    return list(zip(*(c[:n].tolist() for c in columns), strict=True))


def test_changing_one_hazard_moves_no_event_of_another_category() -> None:
    def lived(decay: float) -> list[tuple[Any, ...]]:
        small = make(
            {"needs.total_rate": 6.0, "surroundings.ageing": 0.0, "arise.slope_disorder": 0.0}, cells=4
        )
        small.state.cells.facility[:] -= decay
        live(small, 30)
        return events(small)

    calm, decayed = lived(0.0), lived(0.3)
    touched = {int(Category.PROPERTY), int(Category.INFRASTRUCTURE)}
    assert [e for e in calm if e[0] not in touched] == [e for e in decayed if e[0] not in touched]
    # More hazard adds events and takes none away.
    assert {e for e in calm if e[0] in touched} < {e for e in decayed if e[0] in touched}


@pytest.mark.parametrize("headroom", [1.0, 3.0, 10.0])
def test_hazards_above_the_bound_are_drawn_in_layers_and_not_clipped(headroom: float) -> None:
    """Conditions multiply the hazard of repairs by 5.2: with headroom one, six layers of candidates."""
    strong = {
        "arise.slope_facility": 3.0,
        "needs.share_property": 1.0,
        "surroundings.ageing": 0.0,
        "arise.headroom": headroom,
    }
    shares = {f"needs.share_{k.name.lower()}": 0.0 for k in Category if k != Category.PROPERTY}
    small = make({**PLAIN, **strong, **shares}, communities=4, cells=2, households=200)
    small.state.cells.facility[:] = small.state.fixed.facility_reference - 0.55
    factor = math.exp(3.0 * 0.55)
    people = residents_of(small).sum()
    expected = people * 60 * 0.60 / 365.0 * factor
    found = live(small, 60).sum()
    assert errors_off(found, expected, math.sqrt(expected)) < SIGMAS
    # Power: a law that clips at the bound loses what lies above headroom one.
    assert errors_off(found, expected / factor, math.sqrt(expected)) > 5 * SIGMAS


def test_hazards_follow_their_conditions_and_no_others() -> None:
    """exp(beta · change of condition) in closed form, category by category."""
    small = make(communities=2, cells=2)
    state = small.state
    p = state.parameters.arise
    before = hazards(state, 0)
    state.cells.facility[:] -= 0.1
    state.cells.disorder[:] += 0.2
    state.cells.density[:] += 0.3
    state.cells.social_capital[:] -= 0.15
    state.cells.market[:] += 0.4
    after = hazards(state, 0) / before
    expected = np.exp([
        p.slope_facility * 0.1, p.slope_disorder * 0.2, p.slope_disorder * 0.2, p.slope_facility * 0.1,
        p.slope_density * 0.3 + p.slope_capital * 0.15, 0.0, 0.0, p.slope_market * 0.4,
    ])  # fmt: skip
    assert np.allclose(after, expected, rtol=1e-12)
    # The season: needs for infrastructure swing by the declared share around one, peak on the first day of the year.
    year = np.array([hazards(state, day)[0, Category.INFRASTRUCTURE] for day in range(365)])
    swing = p.season_infrastructure
    assert year.argmax() == 0
    assert year.max() / year.mean() == pytest.approx(1.0 + swing, rel=1e-9)
    assert year.min() / year.mean() == pytest.approx(1.0 - swing, rel=1e-3)
    # The community's shock multiplies everything.
    state.communities.shock[:] *= 1.7
    assert np.allclose(hazards(state, 364), 1.7 * np.array([hazards_with_shock(state, 364)]))


def hazards_with_shock(state: Any, day: int) -> np.ndarray:
    """The hazards as they were before the shock was multiplied."""
    state.communities.shock[:] /= 1.7
    found = hazards(state, day)
    state.communities.shock[:] *= 1.7
    return found


@pytest.mark.parametrize(
    ("category", "field"), [(Category.CARE, "healing"), (Category.PROPERTY, "healing_structural")]
)
def test_healing_is_exponential(category: Category, field: str) -> None:
    rate = 0.05
    small = make({**PLAIN, f"arise.{field}": rate})
    count, days = 4000, 40
    rows = add_needs(small, count, category=int(category), arose=np.linspace(0.0, 1.0, count, endpoint=False))
    small.state.residents.screen[:] = 0
    open_after = []
    for day in range(1, days + 1):
        arise(small.state, small.levers, small.draws, day)
        open_after.append(int((small.state.needs.end[rows] == 0).sum()))
    left = np.array(open_after)
    for n in (1, 5, 10, 20, 40):
        assert share_off(left[n - 1], count, math.exp(-rate * n)) < SIGMAS
    # Without memory: the daily share that heals is the same for young and old needs.
    at_risk = np.concatenate([[count], left[:-1]])
    healed = at_risk - left
    chance = -math.expm1(-rate)
    statistic = ((healed - at_risk * chance) ** 2 / (at_risk * chance * (1.0 - chance))).sum()
    assert CHANCE < stats.chi2.sf(statistic, days) < 1.0 - CHANCE
    ended = small.state.needs.ended[rows][small.state.needs.end[rows] == 2]
    assert stats.kstest(ended % 1.0, "uniform").pvalue > CHANCE
    # Power: a third more or less would be seen.
    assert share_off(left[9], count, math.exp(-rate * 10 * 1.33)) > SIGMAS


def test_needs_worsen_and_disputes_escalate_at_their_hazards() -> None:
    small = make(
        {**PLAIN, "arise.worsening": 0.02, "arise.escalation": 0.03, "surroundings.disorder_decay": 0.0}
    )
    state = small.state
    state.cells.disorder[:] = state.fixed.disorder_reference
    state.cells.social_capital[:] = state.fixed.capital_reference
    rows = add_needs(small, 4000, category=int(Category.DISPUTE))
    other = add_needs(small, 500, category=int(Category.CARE))
    state.residents.screen[:] = 0
    for day in range(1, 11):
        arise(state, small.levers, small.draws, day)
    times = np.log(state.needs.severity[rows]) / math.log(state.parameters.arise.worse_severity)
    assert np.allclose(times, np.round(times), atol=1e-6)
    # A day brings at most one step: binomial over ten days.
    assert share_off(np.round(times).sum(), 10 * len(rows), -math.expm1(-0.02)) < SIGMAS
    assert share_off(state.needs.escalated[rows].sum(), len(rows), -math.expm1(-0.03 * 10)) < SIGMAS
    assert not state.needs.escalated[other].any()
    assert np.allclose(state.needs.hours[rows], 3.0 * state.parameters.arise.worse_hours ** np.round(times))


def test_escalation_rises_with_disorder_and_falls_with_social_capital() -> None:
    def share(disorder: float, capital: float) -> float:
        small = make(
            {
                **PLAIN,
                "arise.escalation": 0.05,
                "surroundings.disorder_decay": 0.0,
                "surroundings.disorder_spread": 0.0,
            }
        )
        state = small.state
        state.cells.disorder[:] = state.fixed.disorder_reference + disorder
        state.cells.social_capital[:] = state.fixed.capital_reference + capital
        rows = add_needs(small, 4000, category=int(Category.DISPUTE))
        state.residents.screen[:] = 0
        arise(state, small.levers, small.draws, 1)
        return float(state.needs.escalated[rows].mean())

    error = math.sqrt(0.05 / 4000)
    rough, mean, knit = share(0.3, 0.0), share(0.0, 0.0), share(0.0, 0.3)
    assert rough > mean + 2 * error
    assert knit < mean - 2 * error


def shocks(shape: float, memory: float, days: int, communities: int = 6000) -> np.ndarray:
    """Shocks by day and community."""
    state: Any = SimpleNamespace(
        parameters=SimpleNamespace(arise=SimpleNamespace(shock_shape=shape, shock_memory=memory)),
        communities=SimpleNamespace(shock=np.ones(communities)),
        fixed=SimpleNamespace(first_community=0),
    )
    draws = draws_for(3, 0)
    found = []
    for day in range(days):
        shock_communities(state, draws, day)
        found.append(state.communities.shock.copy())
    return np.array(found)


@pytest.mark.parametrize(("shape", "memory"), [(4.0, 0.6), (1.0, 0.3), (4.0, 0.0), (2.0, 0.95)])
def test_shocks_have_gamma_margins_and_the_declared_memory(shape: float, memory: float) -> None:
    q = shocks(shape, memory, 12)
    for day in (0, 1, 5, 11):
        assert stats.kstest(q[day], stats.gamma(shape, scale=1.0 / shape).cdf).pvalue > CHANCE
        assert mean_off(q[day], 1.0) < SIGMAS
    assert stats.kstest(q[11], stats.gamma(1.3 * shape, scale=1.0 / (1.3 * shape)).cdf).pvalue < CHANCE
    for lag in (1, 2, 4):
        a, b = (q[3] - 1.0) * math.sqrt(shape), (q[3 + lag] - 1.0) * math.sqrt(shape)
        assert mean_off(a * b, memory**lag) < SIGMAS
    # Communities are independent of each other.
    assert abs(np.corrcoef(q[5, :-1], q[5, 1:])[0, 1]) < SIGMAS / math.sqrt(q.shape[1])


def test_shock_and_frailty_over_disperse_daily_counts_of_a_community() -> None:
    """Pattern V7 at community-day scale: variance over mean is 1 + mean · var(q), in the sampling error of gamma mixtures."""
    small = make(
        {**PLAIN, "arise.shock_shape": 4.0, "needs.total_rate": 3.0}, communities=40, cells=1, households=100
    )
    counts = live(small, 100)
    expected = residents_of(small) * 3.0 / 365.0
    scaled = (counts - expected) ** 2 - expected * (1.0 + expected / 4.0)
    assert mean_off((scaled / expected).ravel(), 0.0) < SIGMAS
    poisson = (counts - expected) ** 2 - expected
    assert mean_off((poisson / expected).ravel(), 0.0) > SIGMAS


def test_who_moves_away_takes_the_needs_along() -> None:
    small = make(PLAIN)
    rows = add_needs(small, 20)
    gone = small.state.needs.slot[rows[:5]]
    small.state.residents.identity[gone] += 1_000_000
    small.state.residents.screen[:] = 0
    arise(small.state, small.levers, small.draws, 3)
    assert (small.state.needs.end[rows[:5]] == 3).all()
    assert (small.state.needs.end[rows[5:]] == 0).all()
    assert small.tally("needs_moved") == 5.0


def test_hours_have_the_declared_mean_and_severity_mean_one() -> None:
    small = make({**PLAIN, "needs.total_rate": 20.0, "arise.severity_spread": 0.5}, cells=4, households=100)
    live(small, 30)
    t, n = small.state.needs, int(small.state.sizes.needs[0])
    assert mean_off(t.severity[:n], 1.0) < SIGMAS
    assert stats.kstest(np.log(t.severity[:n]), stats.norm(-0.125, 0.5).cdf).pvalue > CHANCE
    assert mean_off(t.hours[:n] / small.state.fixed.hours_mean[t.category[:n]], 1.0) < SIGMAS
    scopes = np.diff(small.state.fixed.scope_cumulated, axis=1, prepend=0.0)
    for k in range(CATEGORIES - 1):
        own = t.scope[:n][t.category[:n] == k]
        assert stats.chisquare(np.bincount(own, minlength=5)[1:], len(own) * scopes[k]).pvalue > CHANCE


@pytest.mark.parametrize("spread", [0.0, 0.3, 0.8, 1.5])
def test_a_log_normal_factor_has_mean_one_whatever_its_spread(spread: float) -> None:
    count = 20_000
    words = np.random.default_rng(1).integers(0, 2**32, (count, 2), np.uint64)
    logs = np.log([_form(0.0, spread, a, b) for a, b in words])
    assert abs(logs.mean() + 0.5 * spread**2) <= SIGMAS * spread / math.sqrt(count) + 1e-12
    assert abs(logs.std() - spread) <= SIGMAS * spread / math.sqrt(2 * count) + 1e-12
