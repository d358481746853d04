"""Closing in cases small enough to be worked by hand: which of several ends, when, and what is booked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.day.close import close
from sim.needs import CHAINS, Category, Role

from .small import CHANCE, SIGMAS, add_cases, add_needs, make, share_off
from .test_close import _CLOSED, _DONE, _GIVEN_UP, _PAPER, _RESOLVED, done, waiting

_ANSWERED = 2
SURE = {"close.quality": 1.0, "close.quality_skill": 0.0}


def test_work_that_is_done_ends_a_case_before_anything_else_does() -> None:
    """A done case whose need has healed is resolved and meets nothing; one whose patience is over is resolved, too."""
    small = make(SURE)
    cases = done(small, 3, closed=2.5, patience=[1e9, 1e9, 0.5])
    t, needs = small.state.cases, small.state.needs
    healed = t.need[cases[0]]
    needs.end[healed], needs.ended[healed] = 2, 2.2
    close(small.state, small.levers, small.draws, 2)
    assert (t.status[cases] == _RESOLVED).all() and (t.closed[cases] == 2.5).all()
    assert t.confirmed[cases].tolist() == [0, 1, 1]
    assert needs.end[t.need[cases]].tolist() == [2, 1, 1]
    assert needs.ended[t.need[cases]].tolist() == [2.2, 2.5, 2.5]
    assert (small.tally("cases_resolved"), small.tally("needs_met"), small.tally("cases_confirmed")) == (
        3,
        2,
        2,
    )
    assert small.tally("resolved_days_sum") == 7.5


def test_a_case_is_withdrawn_when_its_need_ends_but_not_before_it_was_opened() -> None:
    small = make()
    cases = waiting(small, 3, opened=[0.2, 0.6, 0.6])
    t, needs = small.state.cases, small.state.needs
    needs.end[t.need[cases]], needs.ended[t.need[cases]] = [1, 2, 3], [0.4, 0.4, 0.0]
    close(small.state, small.levers, small.draws, 0)
    assert (t.status[cases] == _GIVEN_UP).all()
    assert t.closed[cases] == pytest.approx([0.4, 0.6, 0.6])
    assert needs.end[t.need[cases]].tolist() == [1, 2, 3]
    assert small.tally("cases_given_up") == 3
    # Whoever met the need, it was not this case: nothing is confirmed, met or timely.
    assert not t.confirmed[cases].any()
    assert small.tally("needs_met") == small.tally("on_time") == small.tally("on_time_met") == 0


@pytest.mark.parametrize(("closed", "timely"), [(6.9, 1), (7.0, 1), (7.1, 0)])
@pytest.mark.parametrize(("arose", "soon"), [(0.0, 1), (-22.0, 1), (-24.0, 0)])
def test_in_time_is_up_to_the_deadline_and_soon_is_up_to_thirty_days_after_arising(
    closed: float, timely: int, arose: float, soon: int
) -> None:
    small = make(SURE)
    row = add_needs(small, 1, arose=arose)
    add_cases(small, row, stage=_DONE, closed=closed, deadline=7.0)
    close(small.state, small.levers, small.draws, 7)
    assert small.tally("on_time") == small.tally("on_time_met") == timely
    assert small.tally("needs_met") == 1 and small.tally("needs_met_30d") == soon


def test_exactly_thirty_days_are_soon() -> None:
    small = make(SURE)
    add_cases(small, add_needs(small, 1, arose=1.0), stage=_DONE, closed=31.0)
    close(small.state, small.levers, small.draws, 31)
    assert small.tally("needs_met_30d") == 1


def test_tables_and_cases_of_several_organizations_are_counted_however_they_end() -> None:
    small = make({**SURE, "close.paper": 1e9})
    small.state.communities.on_time[:] = 0.0
    rows = add_needs(small, 6, scope=[1, 2, 3, 1, 2, 2])
    cases = add_cases(
        small, rows, stage=[_DONE, _DONE, _DONE, 3, 3, 3], closed=[3.5, 3.5, 3.5, -1.0, -1.0, -1.0], joint=[0, 1, 0, 1, 1, 0],
        patience=[1e9, 1e9, 1e9, 3.5, 3.5, 1e9], deadline=[9.0, 9.0, 9.0, 9.0, 9.0, 3.0],
    )  # fmt: skip
    close(small.state, small.with_levers(accountability=1.0, target=1.0), small.draws, 3)
    t = small.state.cases
    assert t.status[cases].tolist() == [_RESOLVED] * 3 + [_GIVEN_UP] * 2 + [_PAPER]
    assert (t.stage[cases] == _CLOSED).all()
    booked = {
        name: small.tally(name)
        for name in ("cases_joint", "cases_multi", "cases_multi_resolved", "cases_given_up", "cases_paper")
    }
    assert booked == {
        "cases_joint": 3,
        "cases_multi": 4,
        "cases_multi_resolved": 2,
        "cases_given_up": 2,
        "cases_paper": 1,
    }
    # Unmet, and the resident knows when.
    assert (small.state.needs.status[rows[3:]] == _ANSWERED).all()
    assert (small.state.needs.answered[rows[3:]] == t.closed[cases[3:]]).all()


def test_paper_is_signed_at_any_hour_of_the_day_but_not_before_the_case_is_opened() -> None:
    """Half of the cases are; the hour has nothing to do with whether."""
    small = make({"close.paper": 1.0})
    small.state.communities.on_time[:] = small.state.communities.recognised[:] = 0.0
    old, new = waiting(small, 4000, deadline=3.0), waiting(small, 4000, deadline=5.0, opened=5.75)
    close(small.state, small.with_levers(accountability=1.0, target=np.log(2.0)), small.draws, 5)
    t = small.state.cases
    for cases, begins in ((old, 5.0), (new, 5.75)):
        papered = t.status[cases] == _PAPER
        assert share_off(papered.sum(), 4000, 0.5) < SIGMAS
        times = t.closed[cases][papered]
        assert (times >= begins).all() and (times < 6.0).all()
    times = t.closed[old][t.status[old] == _PAPER] - 5.0
    assert stats.kstest(times, "uniform").pvalue > CHANCE


@pytest.mark.parametrize(("lever", "share"), [(0.5, 0.3), (1.0, 0.6), (3.0, 1.0)])
def test_quality_moves_with_its_lever_up_to_certainty(lever: float, share: float) -> None:
    small = make({"close.quality": 0.6, "close.quality_skill": 0.0})
    cases = done(small)
    close(small.state, small.with_levers(quality=lever), small.draws, 0)
    met = small.state.cases.confirmed[cases].sum()
    assert met == len(cases) if share == 1.0 else share_off(met, len(cases), share) < SIGMAS


def test_quality_is_read_in_the_row_of_the_community_and_the_category() -> None:
    small = make({"close.quality": 1.0, "close.quality_skill": 0.0})
    quality = np.zeros(small.levers.quality.shape)
    quality[1, Category.CARE] = 1.0
    count = len(small.state.residents.identity)
    rows = add_needs(small, 2 * count, category=np.repeat([int(Category.CARE), int(Category.ORDER)], count))
    cases = add_cases(small, rows, stage=_DONE, closed=0.5)
    close(small.state, small.with_levers()._replace(quality=quality), small.draws, 0)
    t = small.state.cases
    assert (t.confirmed[cases] == ((t.community[cases] == 1) & (t.category[cases] == Category.CARE))).all()


def test_each_part_is_as_good_as_its_own_body() -> None:
    """Three parts at skills 0.2, 0.5 and 0.8 and full fit; the fourth, done by somebody else, at skill 1 and fit 0.5: mean 0.5."""
    small = make({"close.quality": 1.0, "close.quality_skill": 1.0, "close.fit_delegated": 0.5})
    chain = [small.seat(int(seat)) for seat in CHAINS[Category.DISPUTE]]
    skill = small.state.institutions.skill
    skill[chain[:3]], skill[small.seat(Role.PRIVATE_FIRM)] = [0.2, 0.5, 0.8], 1.0
    rows = add_needs(small, 4000, slots=0, scope=4, category=int(Category.DISPUTE))
    cases = add_cases(
        small, rows, providers=[*chain[:3], small.seat(Role.PRIVATE_FIRM)], stage=_DONE, closed=0.5
    )
    close(small.state, small.levers, small.draws, 0)
    assert share_off(small.state.cases.confirmed[cases].sum(), 4000, 0.5) < SIGMAS
