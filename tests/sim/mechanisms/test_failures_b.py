"""What branch standards, service centres, smart platform, lead goose, cooperative projects and micro-power do, and how they fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms import mechanisms
from sim.mechanisms.branch_standards import ASPECTS, FIELDS
from sim.mechanisms.mechanism import Moment, members_by_community, rows_of
from sim.model import CommunityModel
from sim.needs import Category, Role
from sim.randomness import draws_for
from sim.scenario import Dose, World, load_world
from sim.state import State
from sim.tables import Array

from .check import contributed, experienced, of, strategy
from .test_failures import exceeds, lives, outcome, seats

#: Two communities for somewhat more than a year: differences are stable and a life takes half a second.
YEAR: dict[str, Any] = {"world": "classroom", "days": 400}
FULL = np.ones(2)


def altered(name: str, **fields: float) -> Any:
    """A mechanism at its declared values but for `fields`."""
    return mechanisms()[name](of(name).parameters._replace(**fields))


def moment(age: int = 10, day: int = 200) -> Moment:
    return Moment(day, day - age, draws_for(1, 0))


def mean_of(name: str, state: State, mechanism: Any = None) -> float:
    """Mean over communities or institutions of what a mechanism makes of a lever at full dose."""
    return float(contributed(mechanism or of(name), state, FULL)[name].mean())


# --- branch standards


def graded_state() -> State:
    """A classroom whose branches have known aspects: 0.66 on paper, 0.38 in service."""
    state = experienced()
    t, committees = state.institutions, rows_of(state, Role.COMMUNITY_COMMITTEE)
    t.member[:] = 0.0
    state.ties[:] = 0.4 * (1.0 - np.eye(30, dtype=np.float32))
    t.burnout[committees], t.alignment[committees] = 0.1, 0.5
    state.residents.volunteer[:] = 0
    state.cells.participation[:], state.cells.facility[:] = 0.05, 0.6
    state.communities.responsive[:] = 0.3
    return state


def test_branch_standards_grade_nine_aspects_and_bill_the_grade() -> None:
    state = graded_state()
    assert (len(FIELDS), len(ASPECTS)) == (7, 9)
    # Two of the six fields that a city has are public and organized; no unit is a member.
    aspects = of("branch_standards").aspects(state, FULL)
    assert np.allclose(aspects, [2 / 6, 0.4, 0.9, 1.0, 0.5, 0.0, 0.5, 0.6, 0.3], atol=1e-6)
    paper, service = np.mean([2 / 6, 0.4, 0.9, 1.0]), np.mean([0.5, 0.0, 0.5, 0.6, 0.3])
    for form, grade in ((0.5, 1.0), (0.9, 2.0)):
        mechanism = altered("branch_standards", form=form, standard=0.4, demonstration=0.55)
        assert form * paper + (1 - form) * service > (0.4, 0.55)[int(grade) - 1]
        assert (mechanism.grades(state, FULL) == grade).all()
        branches, committees = mechanism.charges(state, FULL)
        assert np.allclose(branches.hours, 0.05 * (1 + grade))
        assert np.allclose(committees.hours, 0.04 * 4 * (1 + grade))  # four cells each
        made = contributed(mechanism, state, FULL)
        station, firm = rows_of(state, Role.SERVICE_STATION), rows_of(state, Role.PRIVATE_FIRM)
        assert np.allclose(made["skill"][station], 0.1 * service)
        assert np.allclose(made["burden"][station], 0.012 * grade / 3)
        assert (made["skill"][firm] == 0.0).all(), "a firm without a branch has no standards to keep"
        assert np.allclose(made["rule_share"] - 0.5, 0.1)


def test_branch_standards_reach_units_once_they_are_members() -> None:
    state = graded_state()
    firms = rows_of(state, Role.PRIVATE_FIRM)
    before = of("branch_standards").aspects(state, FULL)[:, 0]
    state.institutions.member[firms] = 1.0
    assert (of("branch_standards").aspects(state, FULL)[:, 0] > before).all()
    assert (contributed(of("branch_standards"), state, FULL)["burden"][firms] > 0.0).all()
    assert (members_by_community(state) == 1.0).all()


def test_branch_standards_give_good_grades_without_service_and_paperwork_beyond_benefit() -> None:
    """Where papers decide, grades rise and cases do not: those who write are missing in the queue, all the more at a full load."""
    load = {"needs.hours_mean": 8.0}
    papers, service = (
        lives("branch_standards", **YEAR, under=load, form=f, paperwork=0.06) for f in (0.9, 0.1)
    )

    def grade(model: CommunityModel) -> float:
        application = model.programme.applications[0]
        return float(application.mechanism.grades(model.state, application.place).mean())  # type: ignore[attr-defined]

    assert exceeds(papers, service, grade)
    assert exceeds(service, papers, outcome("confirmed_rate"))
    assert exceeds(papers, service, outcome("hours_coordination"))
    without = lives(**YEAR, under=load)
    assert exceeds(papers, without, outcome("backlog"))
    assert exceeds(papers, without, outcome("close_days_business"))


# --- service centres


def test_service_centres_follow_recent_reports_per_resident() -> None:
    state = experienced()
    n, t = int(state.sizes.needs[0]), state.needs
    recent = t.arose[:n] >= state.day - 90
    t.reported[:n] = np.where(recent, -1.0, 0.0)
    for community, told in ((0, 20), (1, 10)):
        t.reported[np.flatnonzero(recent & (t.community[:n] == community))[:told]] = state.day
    first = state.geography.community_first_cell[:-1]
    residents = np.add.reduceat(state.cells.last - state.cells.first, first)
    voice = np.array([20, 10]) / residents
    for vocal in (0.0, 1.0, 6.0):
        mechanism = altered("service_centres", vocal=vocal, largest=2.0)
        expected = voice**vocal / (voice**vocal).mean()
        assert np.allclose(mechanism.size(state), expected)
        rent, hours = mechanism.charges(state, FULL)
        assert np.allclose(rent.money, 250.0 * expected)
        assert np.allclose(hours.hours, 0.8 * expected)
        made = contributed(mechanism, state, FULL)
        assert np.allclose(made["assisted_access"], 0.4 * expected)
        assert np.allclose(made["desk_ease"], 1.0 + 0.2 * expected)


#: Large centres that would help much, on a street where communities differ in voice.
LARGE = {"access": 0.8, "desk": 1.0, "window": 365.0}


def test_service_centres_narrow_the_digital_gap_and_bring_people_together() -> None:
    even = lives("service_centres", vocal=0.0, **LARGE)
    assert exceeds(lives(), even, outcome("gap_digital"))
    assert exceeds(even, lives(), outcome("participation"))


def met_in_time(model: CommunityModel) -> tuple[float, float]:
    """Needs met within 30 days in the half of the communities that had reported least, and most, before the reform."""
    state, reform = model.state, model.reform_day
    n, t = int(state.sizes.needs[0]), state.needs
    community, arose = t.community[:n], t.arose[:n]
    residents = np.add.reduceat(
        state.cells.last - state.cells.first, state.geography.community_first_cell[:-1]
    )
    told = (t.reported[:n] >= 0.0) & (t.reported[:n] < reform)
    order = np.argsort(np.bincount(community[told], minlength=len(residents)) / residents)
    asked = (arose >= reform) & (arose < model.day - 30)
    met = asked & (t.end[:n] == 1) & (t.ended[:n] - arose <= 30.0)
    quiet, vocal = (np.isin(community, half) for half in np.array_split(order, 2))
    return met[quiet].sum() / asked[quiet].sum(), met[vocal].sum() / asked[vocal].sum()


def test_service_centres_built_where_the_vocal_are_widen_gaps() -> None:
    vocal, even = (lives("service_centres", vocal=v, **LARGE) for v in (6.0, 0.0))

    def gap(model: CommunityModel) -> float:
        quiet, loud = met_in_time(model)
        return loud - quiet

    assert exceeds(vocal, lives(), gap)
    assert exceeds(vocal, even, gap)
    # The same money closes less of the digital gap, and those who are seldom heard get less.
    assert exceeds(vocal, even, outcome("gap_digital"))
    assert exceeds(even, vocal, lambda model: met_in_time(model)[0])


# --- smart platform


def outages(mechanism: Any, days: int, replicate: int = 0) -> Array:
    draws = draws_for(1, replicate)
    return np.array([mechanism.out_of_order(Moment(day, 0, draws), day) for day in range(days)])


def test_smart_platform_is_out_of_order_on_keyed_days() -> None:
    some, more = (altered("smart_platform", outage=share) for share in (0.02, 0.10))
    few, many = outages(some, 4000), outages(more, 4000)
    assert (few <= many).all(), "a better system spares days and adds none"
    for share, days in ((0.02, few), (0.10, many)):
        assert abs(days.mean() - share) < 4.0 * np.sqrt(share * (1.0 - share) / 4000)
    assert (outages(some, 400) == few[:400]).all()
    assert not (outages(more, 400, replicate=1) == many[:400]).all()
    changed = np.array([more.changes(Moment(day, 0, draws_for(1, 0))) for day in range(1, 400)])
    assert (changed == (many[1:400] != many[:399])).all()


def test_smart_platform_stands_still_on_the_very_day() -> None:
    """The levers of a life follow outages within the week, and a fork taken in the middle of one is the uninterrupted life."""
    doses = {"smart_platform": Dose(ramp=0, parameters={"outage": 0.10})}
    model = CommunityModel(world="classroom", strategy=strategy(doses), days=60, reform_day=5)
    down = outages(model.programme.applications[0].mechanism, 60)
    assert any(down[day] and day % 7 not in (0, 6) for day in range(7, 50))
    fork = 0
    for day in range(60):
        if day > 5 and down[day - 1] and day % 7 and not fork:
            kept, fork = model.checkpoint(), day
        model.step()
        levers = model.programme.standing
        assert levers is not None
        eases = (1.0, 1.0, 1.0) if day < 5 else (0.0, 1.5, 2.0) if down[day] else (1.5, 0.6, 0.8)
        for lever, value in zip(("platform_ease", "triage_error", "handover_lag"), eases, strict=True):
            assert np.allclose(getattr(levers, lever), value), (day, lever)
    table = model.records.table.copy()
    assert (model.resume(kept).run().records.table == table).all()


def test_smart_platform_costs_the_same_system_for_one_community_as_for_all() -> None:
    state, platform = experienced(), of("smart_platform")
    for dose, money in ((FULL, 2 * 60.0 + 2 * 40.0), (np.array([1.0, 0.0]), 2 * 60.0 + 40.0)):
        system, training = platform.charges(state, dose)
        assert system.money == pytest.approx([money])
        stations = np.isin(training.rows, rows_of(state, Role.SERVICE_STATION))
        assert np.allclose(
            training.hours[stations], 0.05 * state.institutions.staff[training.rows[stations]] * dose
        )


def test_smart_platform_excludes_the_digitally_weak() -> None:
    online = lives("smart_platform", **YEAR, counters=0.6, reach=3.0)
    assert exceeds(online, lives(**YEAR), outcome("gap_digital"))
    assert exceeds(online, lives(**YEAR), outcome("digital_share"))


def test_smart_platform_outages_hold_cases_up() -> None:
    frail, sound = (lives("smart_platform", **YEAR, outage=o, stall=3.0, blind=2.0) for o in (0.10, 0.0))
    for read in (outcome("response_days_p90"), outcome("handovers_mean"), outcome("unmet_need_days")):
        assert exceeds(frail, sound, read)


def test_smart_platform_rates_that_are_watched_are_gamed() -> None:
    watched, blind = (lives("smart_platform", **YEAR, monitoring=m) for m in (1.0, 0.0))
    assert exceeds(watched, blind, outcome("gaming_gap"))
    assert exceeds(watched, blind, outcome("resolution_rate"))
    # The record rises, what residents confirm falls.
    assert exceeds(blind, watched, outcome("confirmed_rate"))


# --- lead goose


def test_lead_goose_sends_secretaries_to_the_worst_rated_and_takes_them_back() -> None:
    fields = {"share": 0.5, "term": 90.0, "terms": 1.0}
    model = CommunityModel(
        world="classroom",
        strategy=strategy({"lead_goose": Dose(ramp=0, parameters=fields)}),
        days=280,
        reform_day=60,
    )
    state, led = model.state, []
    worst = -1
    for day in range(280):
        rated = state.communities.rated_well.copy()
        model.step()
        present = np.flatnonzero(state.communities.seconded_until >= 0.0)
        led.append(tuple(present))
        if day == 63:
            worst = int(np.argmin(rated))
        levers = model.programme.standing
        assert levers is not None
        added = levers.added_staff
        # Who comes is missing elsewhere, and is paid where she works.
        assert added.sum() == pytest.approx(0.0, abs=1e-12)
        assert levers.added_money == pytest.approx(added * state.institutions.wage)
        receiving = np.flatnonzero(added > 0.0)
        assert set(state.institutions.role[receiving]) <= {int(Role.RESIDENTS_COMMITTEE)}
        assert tuple(state.institutions.first_community[receiving]) == tuple(present)
    assert led[:63] == [()] * 63
    # A term of 90 days until the week after it begins, then the other community's, then nobody.
    assert led[63:154] == [(worst,)] * 91
    assert led[154:245] == [(1 - worst,)] * 91
    assert led[245:] == [()] * 35
    assert (state.communities.seconded_before == 1.0).all()


def test_lead_goose_charges_rating_to_the_district_and_funds_who_is_there() -> None:
    state, goose = experienced(), of("lead_goose")
    (idle,) = goose.charges(state, FULL)
    assert idle.money == pytest.approx([0.0])
    assert idle.hours == pytest.approx([2 * 0.02])
    state.communities.seconded_until[1] = state.day + 10.0
    (busy,) = goose.charges(state, FULL)
    assert busy.money == pytest.approx([100.0])
    made = contributed(goose, state, FULL)
    stations = rows_of(state, Role.SERVICE_STATION)
    assert made["skill"][stations] == pytest.approx([0.0, 0.15])
    assert made["effort"][stations] == pytest.approx([1.0, 1.1])
    assert made["training"][stations] == pytest.approx([0.0, -0.02])
    assert made["tie_growth"] == pytest.approx([1.0, 2.0])
    departments = (state.institutions.role >= Role.DISTRICT_DEPARTMENT) & (
        state.institutions.role < Role.STREET_OFFICE
    )
    staff = state.institutions.staff[departments].sum()
    assert made["added_staff"][departments].sum() == pytest.approx(-min(1.0, 0.1 * staff))


def pace(model: CommunityModel) -> float:
    """Speed of work of residents' committees: their own skill and what is added to it."""
    rows, levers = rows_of(model.state, Role.RESIDENTS_COMMITTEE), model.programme.standing
    assert levers is not None
    return float((model.state.institutions.skill[rows] * (1.0 + levers.skill[rows])).mean())


def test_lead_goose_leaves_communities_below_their_old_level() -> None:
    """While the term lasts the level is higher; after it, it is lower than without, as local staff have leant on the secretary."""
    fields = {"share": 0.6, "term": 90.0, "leaning": 0.1}
    during, after = (lives("lead_goose", world="classroom", days=days, **fields) for days in (150, 400))
    before, without = lives(world="classroom", days=150), lives(**YEAR)
    assert exceeds(during, before, pace)
    assert exceeds(without, after, pace)
    assert exceeds(after, without, outcome("close_days_migrant"))
    # The district paid with its own queue.
    assert exceeds(after, without, outcome("close_days_infrastructure"))


# --- cooperative projects


def test_cooperative_projects_have_four_branches_and_rounds() -> None:
    state, projects = experienced(), altered("cooperative_projects", connected=0.0)
    firms, bodies = rows_of(state, Role.PRIVATE_FIRM), rows_of(state, Role.SOCIAL_ORGANIZATION)
    for age, running in ((0, True), (273, True), (274, False), (364, False), (365, True)):
        made = contributed(projects, state, FULL, age)
        assert (made["pool"][firms] == 0.25).all()
        assert (made["mediation"] == 1.5).all()
        assert np.allclose(made["self_help"], 1.1)
        assert np.allclose(made["rule_share"], 0.45)
        money = 2 * 150.0 / 0.75 if running else 0.0
        assert made["added_money"][bodies].sum() == pytest.approx(money)
        assert made["added_staff"][bodies].sum() == pytest.approx(money / (90_000.0 / 365.0))
        assert projects.changes(moment(age)) == (age in (0, 274, 365))
    # The fund and the convening are paid all the year.
    (charge,) = projects.charges(state, FULL)
    assert np.allclose(charge.money, 150.0)
    assert np.allclose(charge.hours, 0.8)


def test_cooperative_projects_end_and_their_hands_are_gone() -> None:
    hours = seats("capacity", Role.SOCIAL_ORGANIZATION)
    running, over = (
        lives("cooperative_projects", world="classroom", days=days, running=0.25, venture_fund=300.0)
        for days in (140, 210)
    )
    assert exceeds(running, over, hours)
    for model in over:
        levers = model.programme.standing
        assert levers is not None
        committees = rows_of(model.state, Role.COMMUNITY_COMMITTEE)
        assert (levers.money_charge[committees] > 0.0).all()
        assert (levers.added_staff == 0.0).all()
    steady, brief = (lives("cooperative_projects", **YEAR, loaded=False, running=r) for r in (1.0, 0.25))
    assert exceeds(steady, brief, outcome("confirmed_rate"))


def rating_gap(model: CommunityModel) -> float:
    """Mean rating of cases of migrants and low incomes minus that of all others, since the reform."""
    cases, n = model.state.cases, int(model.state.sizes.cases[0])
    group, rating = model.state.needs.group[cases.need[:n]], cases.rating[:n]
    rated = (rating >= 0.0) & (cases.closed[:n] >= model.reform_day)
    outside = (group // 6 % 2 == 1) | (group // 2 % 3 == 0)
    return float(rating[rated & outside].mean() - rating[rated & ~outside].mean())


def test_cooperative_projects_councils_are_captured_by_notables() -> None:
    open_to_all, captured = (lives("cooperative_projects", **YEAR, capture=c) for c in (0.0, 0.4))
    assert exceeds(open_to_all, captured, outcome("rule_share"))
    assert exceeds(open_to_all, captured, rating_gap)
    assert exceeds(lives(**YEAR), captured, outcome("rule_share"))


def small_street() -> World:
    """Eight communities of two small cells, in which migrants live apart and two social organizations serve four each."""
    return load_world("classroom").model_copy(update={"communities": 8, "cells": 2, "households": 60})


def test_cooperative_projects_fund_the_well_connected() -> None:
    """The fund follows social capital and not need: who has more of it gets a multiple, and its organization the hands."""
    staff = {}
    for connected in (0.0, 6.0):
        fields = {"connected": connected, "venture_fund": 300.0}
        doses = {"cooperative_projects": Dose(ramp=0, parameters=fields)}
        model = CommunityModel(world=small_street(), strategy=strategy(doses), days=60, reform_day=0,
                               parameters={"population.tenancy_erosion": 0.6}).run()  # fmt: skip
        state, first = model.state, model.state.geography.community_first_cell
        capital = np.add.reduceat(state.cells.social_capital, first[:-1]) / np.diff(first)
        fund = model.programme.applications[0].mechanism.fund(state)  # type: ignore[attr-defined]
        assert fund.sum() == pytest.approx(8 * 300.0)
        assert fund / fund[0] == pytest.approx((capital / capital[0]) ** connected)
        needs = np.bincount(state.needs.community[: int(state.sizes.needs[0])], minlength=8)
        if connected:
            assert fund.max() / fund.min() > 1.5 * needs.max() / needs.min()
        levers, bodies = model.programme.standing, rows_of(state, Role.SOCIAL_ORGANIZATION)
        assert levers is not None
        rich = int(np.argmax([capital[:4].sum(), capital[4:].sum()]))
        staff[connected] = levers.added_staff[bodies[rich]] / levers.added_staff[bodies].sum()
    assert staff[6.0] > staff[0.0] + 0.02


# --- micro-power


def test_micro_power_is_as_quick_and_as_fair_as_its_turnout() -> None:
    state, power = experienced(), altered("micro_power", quorum=0.04)
    state.cells.adults[:], state.cells.volunteers[:] = 100, [4, 4, 4, 4, 1, 1, 3, 3]
    assert power.turnout(state) == pytest.approx([1.0, 0.5])
    made = contributed(power, state, FULL)
    assert made["deliberation"] == pytest.approx([1.5, 2.25])
    assert made["fairness"] == pytest.approx([0.1, 0.05])
    for lever, value in (("clarity", 0.25), ("rule_share", 0.7), ("disclosure", 0.4)):
        assert np.allclose(made[lever], value)
    bodies, committees = power.charges(state, FULL)
    assert np.allclose(bodies.hours, 1.0)
    assert np.allclose(committees.hours, 0.3)


def test_micro_power_moves_decisions_to_rule_and_favours_nobody() -> None:
    listed, unlisted = (lives("micro_power", **YEAR, rule=r) for r in (0.45, 0.0))
    assert exceeds(listed, unlisted, outcome("rule_share"))
    assert exceeds(listed, unlisted, rating_gap)


def test_micro_power_lets_urgent_cases_wait() -> None:
    slow, without = lives("micro_power", **YEAR, deliberation_days=6.0), lives(**YEAR)
    for category in (Category.DISPUTE, Category.MIGRANT):
        assert exceeds(slow, without, outcome(f"close_days_{category.name.lower()}"))
    assert exceeds(slow, without, outcome("backlog"))
    assert exceeds(slow, without, outcome("unmet_need_days"))
    assert exceeds(without, slow, outcome("case_rating"))


def test_micro_power_with_low_turnout_is_slower_and_convinces_nobody() -> None:
    empty, full = (lives("micro_power", **YEAR, quorum=q) for q in (0.2, 0.01))
    assert exceeds(empty, full, outcome("close_days_dispute"))
    assert exceeds(full, empty, outcome("case_rating"))
