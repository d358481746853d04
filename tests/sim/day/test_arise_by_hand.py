"""Needs in cases small enough to be worked by hand: everyone at once, what a new need is, and what becomes of an old one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.day.arise import _form, arise, fill_screens, hazards
from sim.errors import DataError
from sim.needs import Category, Role
from sim.records import SPLITS

from .small import CHANCE, PLAIN, SIGMAS, Small, add_needs, make, share_off

_IN_CASE, _ANSWERED = 1, 2
#: Whoever can have a need today has one: the chance to be passed over is one in four billion.
CERTAIN = {**PLAIN, "needs.total_rate": 1e6, "surroundings.ageing": 0.0}
#: Nothing but what a test lets happen to open needs.
CALM = {
    **PLAIN,
    "surroundings.disorder_decay": 0.0,
    "surroundings.disorder_spread": 0.0,
    "surroundings.ageing": 0.0,
}


def quiet(small: Small) -> None:
    """No new needs."""
    small.state.residents.screen[:] = 0


@pytest.mark.parametrize("households", [1, 3, 4, 17])
def test_where_needs_are_certain_everyone_has_one_a_day_in_the_order_of_residents(households: int) -> None:
    """Cells of any size, also of fewer than eight people, and of no multiple of eight."""
    small = make(CERTAIN, communities=3, cells=2, households=households)
    state = small.state
    people = len(state.residents.identity)
    for day in range(2):
        arise(state, small.levers, small.draws, day)
        needs, rows = state.needs, slice(day * people, (day + 1) * people)
        assert state.sizes.needs[0] == state.sizes.open_needs[0] == (day + 1) * people
        assert needs.slot[rows].tolist() == list(range(people))
        assert (needs.resident[rows] == state.residents.identity).all()
        assert (needs.cell[rows] == state.residents.cell).all()
        assert (needs.community[rows] == state.cells.community[state.residents.cell]).all()
        assert (needs.group[rows] == state.residents.group).all()
        assert ((day < needs.arose[rows]) & (needs.arose[rows] < day + 1)).all()
        assert state.lists.open_needs[rows].tolist() == list(range(day * people, (day + 1) * people))
    assert small.tally("needs_arisen") == 2 * people
    for s, name in enumerate(SPLITS):
        assert small.tally(f"needs_arisen_{name}") == 2 * state.fixed.splits[state.residents.group, s].sum()


def test_a_new_need_is_open_unheard_and_unlike_any_other() -> None:
    small = make(CERTAIN)
    state = small.state
    people = len(state.residents.identity)
    needs = state.needs
    state.ensure_room(needs=3 * people)
    for name in ("status", "end", "answers", "escalated", "case", "channel", "ended", "reported", "answered"):
        getattr(needs, name)[: 3 * people] = 1  # whatever used the rows before
    for day in range(3):
        arise(state, small.levers, small.draws, day)
    needs, rows = state.needs, slice(0, 3 * people)
    for name in ("status", "end", "answers", "escalated"):
        assert (getattr(needs, name)[rows] == 0).all(), name
    for name in ("ended", "reported", "answered", "case"):
        assert (getattr(needs, name)[rows] == -1).all(), name
    # Draws about a need are numbered by its resident and its salt: no two needs share both.
    assert len(set(zip(needs.resident[rows], needs.salt[rows], strict=True))) == 3 * people


def test_what_a_need_is_like_is_drawn_trait_by_trait() -> None:
    """Category, hour of arising, severity, hours and scope are unrelated, and the hour is any of the day's."""
    small = make(
        {**CERTAIN, "arise.hours_distribution": 1.0, "arise.severity_spread": 0.5}, cells=4, households=300
    )
    arise(small.state, small.levers, small.draws, 0)
    t, count = small.state.needs, int(small.state.sizes.needs[0])
    care = np.flatnonzero(t.category[:count] == Category.CARE)
    assert stats.kstest(t.arose[:count], "uniform").pvalue > CHANCE
    hours = t.hours[:count] / small.state.fixed.hours_mean[t.category[:count]]
    assert stats.kstest(hours, "expon").pvalue > CHANCE
    traits = [t.arose[:count], t.severity[:count], hours]
    for rows, columns in ((slice(None), [*traits, t.category[:count]]), (care, [*traits, t.scope[:count]])):
        ranks = np.array([stats.rankdata(column[rows]) for column in columns])
        related = np.abs(np.corrcoef(ranks)[np.triu_indices(len(columns), 1)])
        assert related.max() < SIGMAS / math.sqrt(ranks.shape[1])


def test_hours_are_exponential_or_fixed_where_the_queueing_tests_want_them_so() -> None:
    words = np.random.default_rng(2).integers(0, 2**32, (5000, 2), np.uint64)
    factors = np.array([_form(1.0, 0.8, a, b) for a, b in words])
    assert stats.kstest(factors, "expon").pvalue > CHANCE
    assert {_form(2.0, 0.8, a, b) for a, b in words} == {1.0}


def test_a_screen_is_the_chance_of_a_candidate_in_units_of_two_to_the_minus_32() -> None:
    """The frailest of all are certain to be looked at; their chance does not run over to nothing."""
    small = make({**PLAIN, "needs.total_rate": 0.6, "arise.headroom": 3.0})
    r = small.state.residents
    r.frailty[:4], r.frailty[4] = [0.0, 0.5, 2.0, 10.0], 1e9
    before = r.screen[5]
    fill_screens(small.state, np.arange(5))
    chance = -np.expm1(-np.array([0.0, 0.5, 2.0, 10.0]) * 0.6 / 365.0 * 3.0)
    assert np.abs(r.screen[:4] - chance * 2.0**32).max() <= 1.0
    assert r.screen[4] == 2**32 - 1
    assert r.screen[5] == before


@pytest.mark.parametrize(("factor", "runs_away"), [(59.5, False), (60.5, True)])
def test_a_world_whose_hazards_have_run_away_is_refused(factor: float, runs_away: bool) -> None:
    """Sixty layers of candidates are drawn, no more."""
    small = make(
        {**CALM, "arise.slope_facility": math.log(factor), "arise.headroom": 1.0, "needs.total_rate": 1e-9}
    )
    small.state.cells.facility[:] = small.state.fixed.facility_reference - 1.0
    if runs_away:
        with pytest.raises(DataError, match=r"day 3: .* 61 times"):
            arise(small.state, small.levers, small.draws, 3)
    else:
        arise(small.state, small.levers, small.draws, 3)
        assert small.tally("needs_arisen") == 0.0


def test_property_firms_conflict_and_the_turn_of_the_year_move_hazards_as_declared() -> None:
    small = make(communities=2, cells=2)
    state, p = small.state, small.state.parameters.arise
    state.cells.conflict[:] = 0.0
    firm = small.seat(Role.PROPERTY_FIRM, 1)
    before = hazards(state, 0)
    state.institutions.effort[firm] += 0.3
    cells = state.cells
    cells.conflict[0] = 3.0
    after = hazards(state, 0) / before
    expected = np.ones_like(after)
    expected[2:, Category.PROPERTY] = math.exp(-p.slope_effort * 0.3)
    per_thousand = 3000.0 / (cells.last[0] - cells.first[0])
    expected[0, Category.ORDER] = (1.0 + per_thousand) ** p.slope_conflict
    assert np.allclose(after, expected, rtol=1e-12)
    assert (hazards(state, 365) == hazards(state, 0)).all()
    assert (hazards(state, 365 + 91) == hazards(state, 91)).all()


@pytest.mark.parametrize(("disorder", "capital"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.2, -0.2)])
def test_disputes_escalate_at_a_hazard_that_disorder_raises_and_social_capital_lowers(
    disorder: float, capital: float
) -> None:
    """1 − exp(−e · exp(d · disorder − c · capital)), once for each dispute; cells and communities keep count."""
    small = make(
        {**CALM, "arise.escalation": 0.1, "arise.escalation_disorder": 2.0, "arise.escalation_capital": 1.5}
    )
    state = small.state
    state.cells.disorder[:] = state.fixed.disorder_reference + disorder
    state.cells.social_capital[:] = state.fixed.capital_reference + capital
    state.cells.conflict[:] = 0.0
    rows = add_needs(small, 4000, category=int(Category.DISPUTE))
    old = add_needs(small, 100, category=int(Category.DISPUTE), escalated=1)
    quiet(small)
    arise(state, small.levers, small.draws, 1)
    flared = state.needs.escalated[rows] == 1
    chance = -math.expm1(-0.1 * math.exp(2.0 * disorder - 1.5 * capital))
    assert share_off(flared.sum(), 4000, chance) < SIGMAS
    assert small.tally("conflicts") == flared.sum()
    where = np.bincount(state.needs.cell[rows][flared], minlength=len(state.cells.conflict))
    assert state.cells.conflict.tolist() == where.tolist()
    assert (state.needs.escalated[old] == 1).all()


def test_a_need_that_worsens_asks_more_hours_only_while_nobody_works_on_it() -> None:
    small = make({**CALM, "arise.worsening": 0.3, "arise.worse_severity": 2.0, "arise.worse_hours": 1.5})
    status = np.repeat([0, _IN_CASE, _ANSWERED], 1000)
    rows = add_needs(small, 3000, status=status, severity=1.0, hours=4.0)
    quiet(small)
    arise(small.state, small.levers, small.draws, 1)
    needs = small.state.needs
    worse = needs.severity[rows] == 2.0
    assert (needs.severity[rows][~worse] == 1.0).all()
    assert share_off(worse.sum(), 3000, -math.expm1(-0.3)) < SIGMAS
    assert small.tally("needs_worsened") == worse.sum()
    expected = np.where(worse & (status != _IN_CASE), 6.0, 4.0)
    assert (needs.hours[rows] == expected).all()


def test_whether_and_when_a_need_heals_worsens_or_escalates_is_drawn_each_on_its_own() -> None:
    """Those that healed did not worsen that day; of the others as many worsened and escalated as of all; hours of healing are any."""
    rates = {
        "arise.healing": 0.5,
        "arise.healing_structural": 0.5,
        "arise.worsening": 0.5,
        "arise.escalation": 0.5,
    }
    small = make({**CALM, **rates, "arise.worse_severity": 2.0})
    state = small.state
    state.cells.disorder[:] = state.fixed.disorder_reference
    state.cells.social_capital[:] = state.fixed.capital_reference
    rows = add_needs(small, 9000, category=int(Category.DISPUTE))
    quiet(small)
    arise(state, small.levers, small.draws, 4)
    needs, half = state.needs, -math.expm1(-0.5)
    healed, worse, flared = needs.end[rows] == 2, needs.severity[rows] == 2.0, needs.escalated[rows] == 1
    left = int((~healed).sum())
    assert share_off(healed.sum(), 9000, half) < SIGMAS
    assert small.tally("needs_healed") == healed.sum()
    assert not (worse & healed).any() and not (flared & healed).any()
    assert share_off(worse.sum(), left, half) < SIGMAS and share_off(flared.sum(), left, half) < SIGMAS
    assert share_off((worse & flared).sum(), left, half**2) < SIGMAS
    assert stats.kstest(needs.ended[rows][healed] - 4.0, "uniform").pvalue > CHANCE
    assert (needs.ended[rows][~healed] == needs.ended[rows][~healed][0]).all()


def test_needs_of_who_has_moved_end_that_morning_and_do_nothing_else() -> None:
    small = make({**CALM, "arise.worsening": 50.0, "arise.healing": 50.0})
    rows = add_needs(small, 3, slots=[0, 1, 2], category=int(Category.CARE), severity=1.0)
    small.state.residents.identity[0] += 1_000_000
    quiet(small)
    arise(small.state, small.levers, small.draws, 6)
    needs = small.state.needs
    assert needs.end[rows].tolist() == [3, 2, 2]
    assert needs.ended[rows[0]] == 6.0
    assert needs.severity[rows].tolist() == [1.0, 1.0, 1.0]
    assert (small.tally("needs_moved"), small.tally("needs_healed"), small.tally("needs_worsened")) == (
        1,
        2,
        0,
    )
