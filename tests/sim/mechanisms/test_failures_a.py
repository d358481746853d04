"""What the mechanisms of leadership, street, community, grid and cadres do by their own accounts, and how each of them fails."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from scenarios import DATA
from sim.levers import Contributions
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Moment, departments
from sim.model import CommunityModel
from sim.needs import Category, Role, district_department
from sim.randomness import draws_for
from sim.scenario import Dose
from sim.state import State
from sim.tables import Array

from .check import contributed, experienced, of, strategy
from .test_failures import _WAITING as WAITING
from .test_failures import DEPARTMENTS, exceeds, lives, outcome, seats

#: Long enough after the reform day for queues to show what is short.
SHORT: dict[str, Any] = {"days": 110}


def at(name: str, state: State, **fields: float) -> dict[str, Array]:
    """What a mechanism with some of its constants moved makes of each lever at full dose."""
    mechanism = mechanisms()[name](of(name).parameters._replace(**fields))
    return contributed(mechanism, state, np.ones(state.geography.n_communities))


def rows(state: State, role: int) -> Array:
    return np.flatnonzero(state.institutions.role == role)


def mean_of(column: str, *roles: int):  # type: ignore[no-untyped-def]
    """Mean of a column of institutions over some seats."""

    def read(model: CommunityModel) -> float:
        t = model.state.institutions
        return float(getattr(t, column)[np.isin(t.role, roles)].mean())

    return read


TRAINED = (Role.STREET_OFFICE, Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE)


def test_cadre_training_lifts_skill_month_by_month_and_is_paid_at_once() -> None:
    state = experienced()
    t = state.institutions
    t.skill[:] = 1.0
    trained = np.flatnonzero(np.isin(t.role, TRAINED))
    made = at("cadre_training", state, hours=0.2, fee=5.0, training=0.1)
    assert np.allclose(made["overhead_hours"][trained], 0.2 * t.start_staff[trained])
    payer = rows(state, Role.DISTRICT_COMMITTEE)
    assert made["money_charge"][payer] == pytest.approx(5.0 * t.start_staff[trained].sum())
    assert (made["training"][trained] == 0.1).all()
    # Nobody who has learned nothing leaves for it; at the most that training can give, turnover has doubled.
    assert (made["turnover"] == 1.0).all()
    t.skill[trained] = state.parameters.staff.trained_skill
    assert np.allclose(at("cadre_training", state, poaching=1.0)["turnover"][trained], 2.0)
    # Lived: before the first monthly review skill has not moved, and hours are gone.
    months = [
        CommunityModel(world="classroom", strategy=strategy({"cadre_training": Dose(ramp=0)}), days=days, reform_day=0).run()
        for days in (29, 31, 61)
    ]  # fmt: skip
    skills = [mean_of("skill", *TRAINED)(model) for model in months]
    assert skills[0] == 1.0 < skills[1] < skills[2]
    assert seats("hours_overhead", *TRAINED)(months[0]) > 0.0


def test_cadre_training_is_lost_where_the_trained_leave() -> None:
    def skill(poaching: float) -> float:
        doses = {"cadre_training": Dose(ramp=0, parameters={"training": 0.2, "poaching": poaching})}
        model = CommunityModel(
            world="classroom", strategy=strategy(doses), days=361, reform_day=0, parameters=leaky
        )
        return mean_of("skill", *TRAINED)(model.run())

    leaky = {"staff.turnover": 0.4}
    untrained, kept, poached = 1.0, skill(0.0), skill(3.0)
    assert poached - untrained < 0.8 * (kept - untrained)
    # Hours are gone while what they bought leaves: cases of street and community take longer than without.
    poor = {"hours": 0.5, "training": 0.05, "poaching": 3.0}
    for read in (
        seats("utilisation", Role.STREET_OFFICE),
        outcome("close_days_order"),
        outcome("close_days_business"),
    ):
        assert exceeds(
            lives("cadre_training", **SHORT, under=leaky, **poor), lives(**SHORT, under=leaky), read
        )


def test_grid_staffing_adds_workers_for_wages() -> None:
    state = experienced()
    cells = np.diff(state.geography.community_first_cell)
    made = at("grid_staffing", state, workers=1.5, wage=200.0, hours=0.2, means=0.5, promise=0.1)
    payers = rows(state, Role.COMMUNITY_COMMITTEE)
    assert np.allclose(made["money_charge"][payers], 1.5 * cells * 200.0)
    assert np.allclose(made["overhead_hours"][payers], 1.5 * cells * 0.2)
    assert (made["grid_workers"] == 1.5).all()
    assert (made["discovery"] == 1.5).all()
    assert (made["promise"] == 0.1).all()


def test_grid_staffing_finds_more_than_can_be_worked() -> None:
    short = {"work.free_share": 0.15}
    many, without = (
        lives("grid_staffing", **SHORT, under=short, workers=3.0, promise=0.2),
        lives(**SHORT, under=short),
    )

    def found(model: CommunityModel) -> float:
        return float(model.records.daily["needs_discovered"].sum())

    def expected(model: CommunityModel) -> float:
        return float(model.state.residents.expectation.mean())

    for read in (found, expected, outcome("backlog"), outcome("close_days_property")):
        assert exceeds(many, without, read)
    for read in (outcome("confirmed_rate"), outcome("case_rating")):
        assert exceeds(without, many, read)


def test_community_relief_moves_paperwork_hour_by_hour() -> None:
    state = experienced()
    t = state.institutions
    relieved = np.flatnonzero(np.isin(t.role, [Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE]))
    made = at("community_relief", state, relief=0.1, rounds=0.4, passed_up=0.5, street_share=0.7, lost=0.3)
    gained = 0.1 * t.start_staff[relieved].sum() * 8.0
    assert made["overhead_hours"].sum() == pytest.approx(0.5 * gained)
    assert made["overhead_hours"][rows(state, Role.STREET_OFFICE)].sum() == pytest.approx(0.7 * 0.5 * gained)
    assert np.allclose(made["burden"][relieved], -0.06)
    # Time for rounds, in grid workers: as many hours as were set apart for them.
    cells = np.diff(state.geography.community_first_cell)
    assert (made["grid_workers"] * cells).sum() * 8.0 == pytest.approx(0.4 * gained)
    assert np.allclose(made["triage_error"], 1.3)


def test_community_relief_sends_more_cases_wrong_and_papers_the_street() -> None:
    blind, seeing = (
        lives("community_relief", **SHORT, relief=0.15, passed_up=1.0, lost=lost) for lost in (1.5, 0.0)
    )
    without = lives(**SHORT)

    def astray(model: CommunityModel) -> float:
        return float(model.records.daily["cases_misrouted"].sum())

    for other in (seeing, without):
        assert exceeds(blind, other, astray)
        assert exceeds(blind, other, outcome("handovers_mean"))
    # All paperwork of a deep relief is more than the street office can carry: its cases are not worked.
    for read in (
        seats("utilisation", Role.STREET_OFFICE),
        seats("waiting", Role.STREET_OFFICE),
        outcome("backlog"),
    ):
        assert exceeds(blind, without, read)
    assert exceeds(without, blind, outcome("confirmed_rate"))


def test_street_strengthening_moves_staff_and_money_and_creates_neither() -> None:
    state = experienced()
    t = state.institutions
    made = at(
        "street_strengthening",
        state,
        delegation=0.6,
        staff_moved=0.2,
        projects=0.05,
        liaison_hours=0.3,
        project_burden=0.04,
    )
    giving, office = departments(state), rows(state, Role.STREET_OFFICE)
    assert np.allclose(made["overhead_hours"][giving], 0.3 * t.start_staff[giving])
    assert np.allclose(made["added_staff"][giving], -0.2 * t.staff[giving])
    # All are paid alike, so project money for a twentieth of the departments' wages hires a twentieth of their staff.
    assert made["added_staff"][office].sum() == pytest.approx(0.25 * t.staff[giving].sum())
    assert made["added_money"].sum() == pytest.approx(0.0, abs=1e-9)
    assert (made["delegation"] == 0.6).all()
    assert (made["burden"][office] == 0.04).all()
    # One door instead of several: cases change hands less often.
    assert exceeds(lives(**SHORT), lives("street_strengthening", **SHORT), outcome("handovers_mean"))


def test_street_strengthening_makes_the_street_a_bottleneck() -> None:
    """V11: everything passes through one office that was given no hands for it."""
    rights, staffed = (
        lives("street_strengthening", **SHORT, delegation=0.9, staff_moved=moved, projects=0.0)
        for moved in (0.0, 0.5)
    )
    for other in (staffed, lives(**SHORT)):
        for read in (
            seats("waiting", Role.STREET_OFFICE), outcome("backlog"), outcome("close_days_business"),
            outcome("close_days_infrastructure"), outcome("unmet_need_days"),
        ):  # fmt: skip
            assert exceeds(rights, other, read)


def test_joint_council_sits_once_a_week_and_every_member_pays() -> None:
    state = experienced()
    made = at("joint_council", state, places=3.0, sitting_hours=2.0)
    hosts = (Role.COMMUNITY_COMMITTEE, Role.STREET_COMMITTEE, Role.DISTRICT_COMMITTEE)
    members = (Role.RESIDENTS_COMMITTEE, Role.SERVICE_STATION, Role.STREET_OFFICE, *DEPARTMENTS)
    paying = np.isin(state.institutions.role, (*hosts, *members))
    assert np.allclose(made["overhead_hours"], np.where(paying, 2.0 / 7.0, 0.0))
    for seat, communities in zip(hosts, (1, 2, 2), strict=True):
        assert np.allclose(made["batch"][rows(state, seat)], 3.0 * communities)
    assert not made["slots"].any()
    # Lived: what was settled together was settled on the day of a sitting.
    doses = {"joint_council": Dose(ramp=0, parameters={"convening": 1.0, "minor": 0.3, "places": 5.0})}
    model = CommunityModel(world="classroom", strategy=strategy(doses), days=250, reform_day=0).run()
    c, n = model.state.cases, model.state.sizes.cases[0]
    sat = np.floor(c.responded[:n][c.joint[:n] == 1]).astype(int)
    assert len(sat) > 10
    assert len(np.unique(sat % 7)) == 1


def test_joint_council_lets_cases_wait_for_the_sitting() -> None:
    waiting = lives("joint_council", **SHORT, convening=1.0, waiting=1.0, minor=0.0)
    assert exceeds(waiting, lives(**SHORT), outcome("response_days_p90"))
    assert exceeds(waiting, lives(**SHORT), outcome("backlog"))
    assert exceeds(waiting, lives(**SHORT), outcome("unmet_need_days"))


def waiting_cases(model: CommunityModel) -> float:
    return float((model.state.cases.stage[: model.state.sizes.cases[0]] == WAITING).sum())


def held(model: CommunityModel) -> float:
    return float(model.records.daily["meetings"].sum())


def test_joint_council_with_a_batch_beyond_its_time_eats_the_hours_for_cases() -> None:
    long = {"coordinate.meeting_hours": 2.0}
    batch = {"convening": 1.0, "minor": 0.3, "places": 5.0, "shorter": 0.0}
    large, brief, without = (
        lives("joint_council", **SHORT, under=long, **batch),
        lives("joint_council", **SHORT, **batch),
        lives(**SHORT),
    )
    # Places are left, but those who convene still owe the hours of past sittings: fewer cases are settled, more wait.
    assert exceeds(brief, large, held)
    assert exceeds(large, brief, waiting_cases)
    for read in (seats("utilisation", Role.STREET_OFFICE), outcome("close_days_property"), outcome("close_days_business"),
                 outcome("backlog")):  # fmt: skip
        assert exceeds(large, without, read)


def chosen(state: State, replicate: int = 0, age: int = 10, **fields: float) -> Array:
    """Which categories committee leadership makes priorities, for each community."""
    mechanism = mechanisms()["committee_leadership"](of("committee_leadership").parameters._replace(**fields))
    made = Contributions(state.geography.n_communities, len(state.institutions.staff))
    moment = Moment(state.day, state.day - age, draws_for(1, replicate))
    mechanism.contribute(made, state, np.ones(state.geography.n_communities), moment)
    return made.levers().priority


def test_committee_leadership_follows_what_is_reported_or_the_campaign() -> None:
    state = experienced()
    t = state.institutions
    listed = state.lists.open_cases[: state.sizes.open_cases[0]]
    first = int(np.argmax(np.bincount(state.cases.category[listed], minlength=8)))
    # One more of the most frequent kind, so that no two kinds are reported alike.
    state.cases.category[listed[state.cases.category[listed] != first][0]] = first
    heard = np.bincount(state.cases.category[listed], minlength=8)
    assert (np.sort(heard)[-1] > np.sort(heard)[-2]) and heard.sum() > 0
    assert np.array_equal(
        np.argwhere(chosen(state, consulted=1.0, chosen=1.0, classes=1.5) == 1.5)[:, 1], [first, first]
    )
    # Staff and wages move from the other seven departments to its own, and none are made.
    made = at(
        "committee_leadership",
        state,
        consulted=1.0,
        chosen=1.0,
        shift=0.2,
        district_hours=0.5,
        consultation_hours=0.1,
    )
    gains = rows(state, district_department(Category(first)))
    others = np.setdiff1d(departments(state), gains)
    assert np.allclose(made["added_staff"][others], -0.2 * t.staff[others])
    assert made["added_staff"][gains].sum() == pytest.approx(0.2 * t.staff[others].sum())
    assert made["added_money"].sum() == pytest.approx(0.0, abs=1e-9)
    head, street = rows(state, Role.DISTRICT_COMMITTEE), rows(state, Role.STREET_COMMITTEE)
    assert np.allclose(made["overhead_hours"][head], 0.5 * t.start_staff[head])
    assert np.allclose(made["overhead_hours"][street], 0.1 * t.start_staff[street])
    # A campaign lasts its season, whatever is reported, and every category has its turn as often as any other.
    campaign = [np.argmax(chosen(state, r, consulted=0.0, chosen=1.0)[0]) for r in range(400)]
    later = [np.argmax(chosen(state, r, age=89, consulted=0.0, chosen=1.0)[0]) for r in range(5)]
    assert later == [
        np.argmax(chosen(state, r, age=89, consulted=0.0, chosen=1.0, classes=1.0)[0]) for r in range(5)
    ]
    counts = np.bincount(campaign, minlength=8)
    assert ((counts - 50.0) ** 2 / 50.0).sum() < 24.3, (
        "chi-square beyond the 99.9th percentile of seven degrees"
    )


def test_committee_leadership_with_wrong_priorities_starves_other_categories() -> None:
    wrong, right = (
        lives("committee_leadership", **SHORT, consulted=consulted, shift=0.4, campaign_days=365.0)
        for consulted in (0.0, 1.0)
    )
    days = outcome("close_days_infrastructure")
    utilities = int(Category.INFRASTRUCTURE)

    def favoured(model: CommunityModel) -> bool:
        assert model.programme.standing is not None
        return bool(model.programme.standing.priority[0, utilities] > 0.0)

    starved = 0
    for a, b, c in zip(wrong, right, lives(**SHORT), strict=True):
        if not favoured(a):
            starved += 1
            assert days(a) > days(c)
            assert days(a) > days(b) or not favoured(b)
    assert starved >= 3
    # What is long in the queues is favoured over what is quickly done by the same hands.
    assert exceeds(right, lives(**SHORT), outcome("close_days_environment"))


def test_committee_leadership_that_pulls_up_too_much_waits_for_itself() -> None:
    few, some = (
        lives("committee_leadership", **SHORT, convening=1.0, pulled_up=share, waiting=1.0, meetings=0.02)
        for share in (0.3, 0.0)
    )

    for other in (some, lives(**SHORT)):
        for read in (waiting_cases, outcome("backlog"), outcome("unmet_need_days")):
            assert exceeds(few, other, read)
        assert exceeds(other, few, outcome("confirmed_rate"))


def test_brand_culture_calls_move_as_many_as_are_observed_until_they_tip_the_street() -> None:
    with (DATA / "evidence.csv").open(encoding="utf-8", newline="") as file:
        observed = next(row for row in csv.DictReader(file) if row["id"] == "EV-VOL-RATE")

    def lived(**fields: float) -> CommunityModel:
        doses = {"brand_culture": Dose(parameters=fields)}
        return CommunityModel(world="street", strategy=strategy(doses), days=300, reform_day=60).run()

    moderate, loud = lived(), lived(mobilisation=0.5)
    assert float(observed["low"]) <= outcome("volunteers_year")(moderate) <= float(observed["high"])
    assert outcome("volunteers_year")(loud) > 0.5
    # The wave breaks: those who were carried along tire together, and fewer are left than without loud calls.
    weekly = loud.records.sums(60)["volunteers"]
    peak = int(weekly.argmax())
    assert weekly[peak : peak + 60].min() < 0.1 * weekly[peak]
    assert weekly[peak : peak + 60].min() < moderate.records.sums(60)["volunteers"][peak : peak + 60].min()
