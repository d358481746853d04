"""What the mechanisms of leadership, street, community, grid and cadres do by their own accounts, and how each of them fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.needs import Role
from sim.scenario import Dose
from sim.state import State
from sim.tables import Array

from .check import contributed, experienced, of, strategy
from .test_failures import exceeds, lives, outcome, seats

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
    leaky = {"staff.turnover": 0.4}
    kept, poached, without = (
        lives("cadre_training", **SHORT, under=leaky, hours=0.5, training=0.05, poaching=0.0),
        lives("cadre_training", **SHORT, under=leaky, hours=0.5, training=0.05, poaching=3.0),
        lives(**SHORT, under=leaky),
    )
    assert exceeds(kept, poached, mean_of("skill", *TRAINED))
    # Hours are gone and what they bought leaves: cases of street and community take longer than without.
    for read in (
        seats("utilisation", Role.STREET_OFFICE),
        outcome("close_days_order"),
        outcome("close_days_business"),
    ):
        assert exceeds(poached, without, read)


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
