"""Routing in cases small enough to be worked by hand: who buys services, who deliberates, and what chance decides on its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.triage import triage
from sim.needs import CHAINS, CONTRACTORS, DEADLINE_DAYS, URGENCY, Actor, Category, Level, Role

from .small import CHANCE, SIGMAS, Small, add_cases, add_needs, make, share_off

_FRESH, _TRAVELLING, _WORKING = 0, 1, 3
#: Nothing takes time but what a test lets take it.
PROMPT = {"triage.error": 0.0, "triage.scope_error": 0.0, "triage.sign_share": 0.0, "triage.level_lag": 0.0}


def routed(
    fixed: dict[str, float], levers: dict[str, Any], count: int = 4000, **needs: Any
) -> tuple[Small, np.ndarray]:
    small = make(fixed)
    cases = add_cases(small, add_needs(small, count, **needs), stage=_FRESH)
    triage(small.state, small.with_levers(**levers), small.draws, 0)
    return small, cases


@pytest.mark.parametrize(
    "category", [k for k in Category if CHAINS[k][0] != CONTRACTORS[k] and CHAINS[k][1] != CONTRACTORS[k]]
)
def test_a_contractor_takes_the_first_part_at_the_bought_share_and_no_other_part(category: Category) -> None:
    chain = [int(seat) for seat in CHAINS[category]]
    for share in (0.0, 0.3, 1.0):
        small, cases = routed(PROMPT, {"contracted": share}, category=int(category), scope=3)
        roles = small.state.institutions.role[small.state.cases.provider[cases, :3]]
        bought = roles[:, 0] == CONTRACTORS[category]
        assert (roles[~bought, 0] == chain[0]).all()
        assert (roles[:, 1:] == chain[1:3]).all()
        if share in (0.0, 1.0):
            assert bought.mean() == share
        else:
            assert share_off(bought.sum(), len(cases), share) < SIGMAS


@pytest.mark.parametrize("actor", list(Actor))
@pytest.mark.parametrize("level", [Level.CELL, Level.COMMUNITY, Level.STREET])
def test_only_public_and_self_governing_bodies_of_the_community_deliberate(
    actor: Actor, level: Level
) -> None:
    """The first handler is made each kind of body at each level; with nothing else taking time the wait is deliberation alone."""
    small = make(PROMPT)
    t, cases = small.state.institutions, small.state.cases
    handler = small.seat(Role.RESIDENTS_COMMITTEE)
    t.actor[handler], t.level[handler] = actor, level
    rows = add_cases(small, add_needs(small, 50, slots=0, category=int(Category.DISPUTE)), stage=_FRESH)
    triage(small.state, small.with_levers(deliberation=2.0), small.draws, 0)
    assert (cases.provider[rows, 0] == handler).all()
    slow = actor in (Actor.GOVERNMENT, Actor.SELF_GOVERNING) and level <= Level.COMMUNITY
    waits = cases.ready[rows] - cases.opened[rows]
    assert (waits > 0.0).all() if slow else (waits == 0.0).all()
    # A case stands where its handler stands, down to the cell.
    assert (cases.level[rows] == level).all()


@pytest.mark.parametrize(("level", "steps"), [(0, 0.0), (1, 0.0), (2, 1.0), (3, 2.0), (4, 3.0)])
def test_a_case_climbs_from_the_community_and_waits_for_each_step(level: int, steps: float) -> None:
    small = make(PROMPT | {"triage.level_lag": 0.5})
    small.state.institutions.level[small.seat(Role.RESIDENTS_COMMITTEE)] = level
    row = add_cases(small, add_needs(small, 1, slots=0, category=int(Category.DISPUTE)), stage=_FRESH)[0]
    triage(small.state, small.with_levers(handover_lag=3.0), small.draws, 0)
    assert small.state.cases.ready[row] == pytest.approx(0.5 * 3.0 * steps)


def test_what_chance_decides_about_a_case_it_decides_each_time_anew() -> None:
    """Going astray, handling by rule, overlooking partners, delegation of each part, buying, patience and each time that a case
    may lose are unrelated: none is drawn from the chance of another.

    The same cases are routed in worlds that differ in one respect each; ranks of any two outcomes are uncorrelated.
    """

    def outcome(fixed: dict[str, float], **levers: Any) -> tuple[Small, np.ndarray, np.ndarray]:
        small, cases = routed(
            PROMPT | fixed, levers, slots=0, category=int(Category.DISPUTE), scope=4, arose=0.0
        )
        return small, cases, small.state.cases.ready[cases]

    drawn: dict[str, np.ndarray] = {}
    small, cases, _ = outcome({"triage.error": 0.5, "triage.scope_error": 0.5}, rule_share=0.5)
    t = small.state.cases
    drawn["astray"], drawn["by rule"] = t.misrouted[cases], t.by_rule[cases]
    drawn["overlooked"], drawn["patience"] = t.seen_scope[cases] == 1, t.patience[cases]
    drawn["signing"] = outcome({"triage.sign_share": 0.2})[2]
    drawn["way back"] = outcome({"triage.error": 1e9})[2]
    drawn["deliberation"] = outcome({}, deliberation=1.0)[2]
    small, cases, _ = outcome({}, contracted=0.5)
    drawn["bought"] = small.state.cases.provider[cases, 0] == small.seat(Role.SOCIAL_ORGANIZATION)
    upper = make(PROMPT)
    chain = [upper.seat(int(seat)) for seat in CHAINS[Category.DISPUTE]]
    upper.state.institutions.level[chain] = Level.DISTRICT
    rows = add_cases(
        upper, add_needs(upper, 4000, slots=0, category=int(Category.DISPUTE), scope=4), stage=_FRESH
    )
    triage(upper.state, upper.with_levers(delegation=0.5), upper.draws, 0)
    for part in (0, 1, 3):  # the third seat of a dispute is the street office itself
        drawn[f"delegated {part}"] = upper.state.cases.provider[rows, part] != chain[part]
    ranks = np.array([stats.rankdata(values) for values in drawn.values()])
    related = np.abs(np.corrcoef(ranks)[np.triu_indices(len(drawn), 1)])
    assert related.max() < SIGMAS / np.sqrt(4000)


def test_the_way_back_takes_two_lags_of_their_own() -> None:
    """The sum of two independent exponential times is a gamma of shape two; one time counted twice would not be."""
    small, cases = routed(PROMPT | {"triage.error": 1e9, "coordinate.handover_lag": 1.5}, {}, slots=0)
    lags = small.state.cases.ready[cases] - small.state.cases.opened[cases]
    assert stats.kstest(lags, stats.gamma(2.0, scale=1.5).cdf).pvalue > CHANCE
    assert stats.kstest(lags, stats.expon(scale=3.0).cdf).pvalue < CHANCE
    assert small.tally("handovers") == 2 * len(cases)
    assert small.tally("cases_misrouted") == len(cases)


@pytest.mark.parametrize("saving", [0.0, 0.4])
def test_services_provided_together_save_hours_of_every_part(saving: float) -> None:
    small, cases = routed(PROMPT, {"joint_saving": saving}, count=4, scope=[1, 2, 3, 4], hours=10.0)
    t = small.state.cases
    # 55 : 25 : 12 : 8, normalised over the parts that a case has.
    weights = np.array(
        [[1, 0, 0, 0], [55 / 80, 25 / 80, 0, 0], [55 / 92, 25 / 92, 12 / 92, 0], [0.55, 0.25, 0.12, 0.08]]
    )
    assert np.allclose(t.asked[cases], 10.0 * (1.0 - saving) * weights)
    assert (t.left[cases] == t.asked[cases]).all()


@pytest.mark.parametrize("category", list(Category))
def test_a_case_gets_the_urgency_and_the_deadline_of_its_category(category: Category) -> None:
    small = make(PROMPT)
    row = add_cases(small, add_needs(small, 1, category=int(category)), stage=_FRESH, opened=0.25)[0]
    triage(small.state, small.with_levers(deadline=0.5), small.draws, 0)
    assert small.state.cases.urgency[row] == URGENCY[category]
    assert small.state.cases.deadline[row] == 0.25 + 0.5 * DEADLINE_DAYS[category]


def test_nothing_is_left_of_what_used_a_row_before_and_overlooked_parts_still_have_to_be_done() -> None:
    small = make(PROMPT | {"triage.scope_error": 1.0})
    rows = add_cases(small, add_needs(small, 4, scope=[1, 2, 3, 4]), stage=_FRESH, current=3)
    t = small.state.cases
    for name in ("provider", "asked", "left", "parts_left"):
        getattr(t, name)[rows] = 7
    triage(small.state, small.levers, small.draws, 0)
    beyond = np.arange(4) >= np.arange(1, 5)[:, None]
    assert (t.provider[rows][beyond] == -1).all() and (t.provider[rows][~beyond] >= 0).all()
    assert (t.asked[rows][beyond] == 0.0).all() and (t.left[rows][beyond] == 0.0).all()
    assert t.seen_scope[rows].tolist() == [1, 1, 1, 1]
    assert t.parts_left[rows].tolist() == [1, 2, 3, 4]
    assert t.current[rows].tolist() == [0, 0, 0, 0]


def test_the_skill_of_the_station_of_a_community_counts_and_nobody_elses() -> None:
    small = make(PROMPT | {"triage.error": 0.6})
    t = small.state.institutions
    t.skill[:] = 3.0
    t.skill[small.seat(Role.SERVICE_STATION, 0)], t.skill[small.seat(Role.SERVICE_STATION, 1)] = 1.0, 2.0
    rows = add_cases(small, add_needs(small, 6000), stage=_FRESH)
    triage(small.state, small.levers, small.draws, 0)
    wrong, m = small.state.cases.misrouted[rows], small.state.cases.community[rows]
    for community, share in ((0, 0.6), (1, 0.3)):
        here = m == community
        assert share_off(wrong[here].sum(), here.sum(), share) < SIGMAS
        assert small.state.tally[community].any()


def test_the_cases_of_today_are_routed_and_no_others() -> None:
    """Behind one case in work stand today's, first to last; a row that has left the list is not looked at."""
    small = make(PROMPT)
    old = add_cases(small, add_needs(small, 1), stage=_WORKING, ready=9.0)
    today = add_cases(small, add_needs(small, 3), stage=_FRESH)
    left = add_cases(small, add_needs(small, 2), stage=_FRESH)
    small.state.sizes.open_cases[0] -= len(left)
    triage(small.state, small.levers, small.draws, 0)
    t = small.state.cases
    assert t.stage[old].tolist() == [_WORKING] and t.ready[old].tolist() == [9.0]
    assert (t.stage[today] == _TRAVELLING).all()
    assert (t.stage[left] == _FRESH).all()
    assert small.tally("cases_by_rule") == small.tally("cases_misrouted") == 0.0
