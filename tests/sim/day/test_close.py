"""Closing: quality decides what is met, patience ends waiting, and paper needs pressure, a gap and nobody who looks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.day.close import close
from sim.needs import CHAINS, Category, Role

from .small import SIGMAS, Small, add_cases, add_needs, make, share_off

_RESOLVED, _GIVEN_UP, _PAPER = 1, 2, 3
_CLOSED, _DONE = 4, 5
_ANSWERED = 2


def done(
    small: Small, count: int = 4000, scope: int = 1, category: Category = Category.CARE, **columns: Any
) -> np.ndarray:
    """Cases all of whose parts are done."""
    given = {"stage": _DONE, "closed": 0.5} | columns
    return add_cases(small, add_needs(small, count, scope=scope, category=int(category)), **given)


def waiting(small: Small, count: int = 4000, **columns: Any) -> np.ndarray:
    """Cases still in work."""
    return add_cases(small, add_needs(small, count), stage=3, **columns)


def pressed(
    recognised: float, on_time: float, day: int = 10, paper: float = 0.5, window: float = 1.0, **levers: Any
) -> int:
    """How many of 4,000 cases past their deadline are closed on paper on a day."""
    small = make({"close.paper": paper, "close.paper_window": window})
    small.state.communities.recognised[:] = recognised
    small.state.communities.on_time[:] = on_time
    cases = waiting(small, deadline=7.0)
    close(small.state, small.with_levers(**levers), small.draws, day)
    papered = small.state.cases.status[cases] == _PAPER
    assert small.tally("cases_paper") == papered.sum()
    assert (small.state.needs.end[small.state.cases.need[cases]] == 0).all()
    assert (small.state.needs.status[small.state.cases.need[cases[papered]]] == _ANSWERED).all()
    assert not small.state.cases.confirmed[cases].any()
    return int(papered.sum())


def test_without_accountability_nothing_is_closed_on_paper() -> None:
    for day in (0, 10, 100):
        assert pressed(0.0, 0.0, day, paper=1.5, accountability=0.0, target=1.0) == 0
    assert pressed(0.0, 0.0, paper=1.5, accountability=1.0, target=1.0) > 0


@pytest.mark.parametrize(
    "setting",
    [
        {"accountability": 1.0, "target": 0.9}, {"accountability": 0.4, "target": 0.9},
        {"accountability": 1.0, "target": 0.9, "disclosure": 0.5}, {"accountability": 1.0, "target": 0.9, "audit": 0.6},
        {"accountability": 0.8, "target": 1.0, "disclosure": 0.3, "audit": 0.4}, {"accountability": 1.0, "target": 0.6},
    ],
)  # fmt: skip
@pytest.mark.parametrize("achieved", [(0.5, 0.8), (0.7, 0.3)])
def test_paper_follows_its_hazard(setting: dict[str, float], achieved: tuple[float, float]) -> None:
    s = {"disclosure": 0.0, "audit": 0.0} | setting
    psi = (
        0.9
        * s["accountability"]
        * max(0.0, s["target"] - min(achieved))
        * (1.0 - s["disclosure"])
        * (1.0 - s["audit"])
    )
    found = pressed(*achieved, paper=0.9, **setting)
    assert share_off(found, 4000, -math.expm1(-psi)) < SIGMAS
    assert share_off(found, 4000, -math.expm1(-1.35 * psi)) > SIGMAS


def test_no_gap_full_audit_full_disclosure_or_time_left_no_paper() -> None:
    full = {"accountability": 1.0, "target": 1.0}
    assert pressed(1.0, 1.0, **full) == 0
    assert pressed(0.0, 0.0, accountability=1.0, target=0.0) == 0
    assert pressed(0.0, 0.0, audit=1.0, **full) == 0
    assert pressed(0.0, 0.0, disclosure=1.0, **full) == 0
    # Deadline 7, window 1: the day before the deadline's day is the first that tempts.
    assert pressed(0.0, 0.0, day=5, **full) == 0
    assert pressed(0.0, 0.0, day=6, **full) > 0
    assert pressed(0.0, 0.0, day=6, window=0.0, **full) == 0
    assert pressed(0.0, 0.0, day=4, window=3.0, **full) > 0


@pytest.mark.parametrize("skill", [0.6, 1.0, 1.5])
@pytest.mark.parametrize("power", [0.0, 0.5, 1.5])
def test_work_of_one_part_meets_the_need_with_quality_times_skill(skill: float, power: float) -> None:
    small = make({"close.quality": 0.7, "close.quality_skill": power})
    small.state.institutions.skill[:] = skill
    cases = done(small)
    close(small.state, small.levers, small.draws, 0)
    met = int(small.state.cases.confirmed[cases].sum())
    quality = min(1.0, 0.7 * skill**power)
    assert met == len(cases) if quality == 1.0 else share_off(met, len(cases), quality) < SIGMAS
    assert (small.state.cases.status[cases] == _RESOLVED).all()
    ends = small.state.needs.end[small.state.cases.need[cases]]
    assert (ends == small.state.cases.confirmed[cases]).all()
    assert small.tally("cases_confirmed") == small.tally("needs_met") == met
    assert small.tally("cases_resolved") == len(cases)


def test_quality_of_several_parts_is_their_mean_and_delegated_parts_fit_less() -> None:
    small = make({"close.quality": 0.8, "close.quality_skill": 1.0, "close.fit_delegated": 0.7})
    state = small.state
    state.institutions.skill[:] = 1.0
    chain = [small.seat(int(seat)) for seat in CHAINS[Category.PROPERTY][:3]]
    office = small.seat(Role.STREET_OFFICE)
    state.institutions.skill[chain[0]] = 0.5
    community = state.cells.community[state.residents.cell] == 0
    rows = add_needs(
        small,
        5000,
        scope=3,
        category=int(Category.PROPERTY),
        slots=np.flatnonzero(community)[np.arange(5000) % 100],
    )
    cases = add_cases(small, rows, providers=[chain[0], chain[1], office], stage=_DONE, closed=0.5)
    close(state, small.levers, small.draws, 0)
    expected = 0.8 * (0.5 + 1.0 + 0.7) / 3.0
    assert share_off(state.cases.confirmed[cases].sum(), len(cases), expected) < SIGMAS
    assert share_off(state.cases.confirmed[cases].sum(), len(cases), 0.8 * (0.5 + 1.0 + 1.0) / 3.0) > SIGMAS


def test_who_loses_patience_gives_up_at_that_time_and_the_need_stays() -> None:
    small = make()
    patience = np.linspace(0.0, 20.0, 200, endpoint=False)
    cases = waiting(small, 200, patience=patience)
    for day in range(12):
        close(small.state, small.levers, small.draws, day)
        status = small.state.cases.status[cases]
        assert (status == np.where(patience < day + 1.0, _GIVEN_UP, 0)).all()
    gone = cases[patience < 12.0]
    assert (small.state.cases.closed[gone] == patience[patience < 12.0]).all()
    assert (small.state.needs.end[small.state.cases.need[cases]] == 0).all()
    assert (small.state.needs.answered[small.state.cases.need[gone]] == patience[patience < 12.0]).all()
    assert small.tally("cases_given_up") == len(gone)


def test_a_need_that_ended_by_itself_withdraws_its_case() -> None:
    small = make()
    cases = waiting(small, 10)
    needs = small.state.cases.need[cases]
    small.state.needs.end[needs[:4]], small.state.needs.ended[needs[:4]] = 2, 0.3
    close(small.state, small.levers, small.draws, 0)
    assert (small.state.cases.status[cases] == [_GIVEN_UP] * 4 + [0] * 6).all()
    assert (small.state.cases.closed[cases[:4]] == 0.3).all()


def test_the_record_counts_paper_as_timely_and_its_twin_does_not() -> None:
    small = make({"close.paper": 1e9, "close.quality": 1.0})
    small.state.institutions.skill[:] = 1.0
    small.state.communities.on_time[:] = 0.0
    late = done(small, 30, closed=9.0, deadline=7.0)
    early = done(small, 20, closed=5.0, deadline=7.0)
    paper = waiting(small, 40, deadline=9.99)
    close(small.state, small.with_levers(accountability=1.0, target=1.0), small.draws, 9)
    t = small.state.cases
    assert (t.status[paper] == _PAPER).all()
    timely_paper = int((t.closed[paper] <= 9.99).sum())
    assert timely_paper > 30
    assert small.tally("on_time") == len(early) + timely_paper
    assert small.tally("on_time_met") == len(early)
    assert t.confirmed[late].all()


def test_every_case_closed_today_is_listed_and_the_others_stay_in_order() -> None:
    small = make()
    cases = waiting(small, 100, patience=np.where(np.arange(100) % 3 == 0, 0.5, 1e9))
    close(small.state, small.levers, small.draws, 0)
    sizes, lists = small.state.sizes, small.state.lists
    assert lists.closed_today[: sizes.closed_today[0]].tolist() == cases[::3].tolist()
    assert lists.open_cases[: sizes.open_cases[0]].tolist() == [c for i, c in enumerate(cases) if i % 3]
    assert (small.state.cases.stage[cases[::3]] == _CLOSED).all()
