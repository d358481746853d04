"""What swift response, outreach, bundles, contracts, charters and networks do to levers, and how each of them fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.mechanisms.market_contracting import VISIBLE, cases_a_day
from sim.mechanisms.mechanism import member_units
from sim.mechanisms.shared_network import PARTNERS
from sim.mechanisms.swift_response import place_in_ranking, scores
from sim.model import CommunityModel
from sim.needs import CHAINS, Category, Role

from .check import contributed, experienced, of
from .test_failures import differences, exceeds, lives, outcome, seats

#: A small world whose street committee can pay for supervision.
SMALL: dict[str, Any] = {"world": "classroom", "days": 260}
STAFFED = {"party.street_staff": 2.0}


def swift(under: dict[str, float] | None = None, **fields: float) -> tuple[CommunityModel, ...]:
    return lives("swift_response", **SMALL, under=STAFFED | (under or {}), ranking_hours=0.3, **fields)


def test_places_count_equals_by_half() -> None:
    assert place_in_ranking(np.array([0.9, 0.2, 0.5])).tolist() == [0.0, 1.0, 0.5]
    assert place_in_ranking(np.array([0.5, 0.5, 0.1, 0.5])) == pytest.approx([1 / 3, 1 / 3, 1.0, 1 / 3])
    assert place_in_ranking(np.array([0.3])).tolist() == [0.5]


def test_swift_response_presses_the_last_most_and_charges_those_it_names() -> None:
    state = experienced()
    c = state.communities
    c.responsive[:], c.recognised[:], c.rated_well[:] = [0.9, 0.5], [0.6, 0.5], [0.7, 0.8]
    p = of("swift_response").parameters
    assert scores(c, 0.2) == pytest.approx([0.2 * 0.9 + 0.4 * 1.3, 0.2 * 0.5 + 0.4 * 1.3])
    levers = contributed(of("swift_response"), state, np.array([1.0, 0.5]))
    first, last = p.accountability * (1.0 - p.ranking), 0.5 * p.accountability * (1.0 + p.ranking)
    assert levers["accountability"] == pytest.approx([first, last])
    assert levers["hotline_ease"] == pytest.approx([1.0 + p.hotline, 1.0 + 0.5 * p.hotline])
    t = state.institutions
    assert levers["money_charge"][t.role == Role.DISTRICT_COMMITTEE] == pytest.approx(1.5 * p.hotline_money)
    assert levers["overhead_hours"][t.role == Role.STREET_COMMITTEE] == pytest.approx(0.75 * p.ranking_hours)
    assert levers["overhead_hours"][t.role == Role.SERVICE_STATION] == pytest.approx(
        [p.call_hours, 0.5 * p.call_hours]
    )


def test_swift_response_calls_forth_effort() -> None:
    def effort(model: CommunityModel) -> float:
        t = model.state.institutions
        return float(t.effort[t.first_community < t.last_community].mean())

    assert exceeds(swift(accountability=0.9), swift(accountability=0.1), effort)


def test_swift_response_induces_more_than_can_be_worked() -> None:
    loud, quiet, none = swift(hotline=6.0), swift(hotline=0.5), lives(**SMALL, under=STAFFED)
    for other in (quiet, none):
        assert exceeds(loud, other, outcome("reports_rate"))
        assert exceeds(loud, other, outcome("backlog"))
        assert exceeds(loud, other, outcome("burnout"))
        assert exceeds(other, loud, outcome("confirmed_rate"))
    assert exceeds(quiet, loud, outcome("on_time_rate"))


def test_swift_response_is_met_on_paper_where_nobody_checks() -> None:
    tempting = {"close.paper": 1.5}
    unchecked = swift(tempting, accountability=0.9, audit=0.0)
    checked = swift(tempting, accountability=0.9, audit=0.9)
    assert exceeds(unchecked, checked, outcome("gaming_gap"))
    # The record looks better while fewer needs are met, and residents know.
    assert exceeds(unchecked, checked, outcome("resolution_rate"))
    assert exceeds(unchecked, checked, outcome("unmet_need_days"))
    assert exceeds(checked, unchecked, outcome("case_rating"))
    none = lives(**SMALL, under=STAFFED | tempting)
    assert exceeds(unchecked, none, outcome("resolution_rate"))
    assert exceeds(none, unchecked, outcome("confirmed_rate"))


def wait_for_work(model: CommunityModel, hard: bool) -> float:
    """Mean days until work on a case begins, over the tenth with the most hours or the third with the least."""
    c, n = model.state.cases, int(model.state.sizes.cases[0])
    never = np.where(c.closed[:n] >= 0.0, c.closed[:n], model.day)
    until = np.where(c.started[:n] >= 0.0, c.started[:n], never)
    asked, inside = c.asked[:n, 0], c.opened[:n] >= 60.0
    low, high = np.quantile(asked[inside], [1 / 3, 0.9])
    chosen = inside & ((asked > high) if hard else (asked < low))
    return float((until - c.opened[:n])[chosen].mean())


def test_swift_response_lets_hard_cases_wait() -> None:
    load = {"needs.hours_mean": 5.0}
    picking, in_turn = swift(load, hotline=6.0, easy_first=5.0), swift(load, hotline=6.0, easy_first=0.0)
    assert exceeds(picking, in_turn, lambda model: wait_for_work(model, hard=True))
    assert exceeds(in_turn, picking, lambda model: wait_for_work(model, hard=False))


def everyone_is_a_member(model: CommunityModel) -> None:
    """A platform stands already: every unit is a member."""
    model.state.institutions.member[member_units(model.state)] = 1.0


def total(column: str) -> Callable[[CommunityModel], float]:
    """A daily count, summed over the run."""
    return lambda model: float(model.records.daily[column].sum())


def test_service_outreach_costs_the_hours_of_what_it_meets() -> None:
    state, mechanism = experienced(), of("service_outreach")
    p, needs, dose = mechanism.parameters, state.needs, np.array([1.0, 0.5])
    rows = state.lists.open_needs[: int(state.sizes.open_needs[0])]
    care = [
        r for r in rows if needs.end[r] == 0 and needs.status[r] != 1 and needs.category[r] == Category.CARE
    ]
    levers, t = contributed(mechanism, state, dose), state.institutions
    hours = p.precise * sum(needs.hours[r] * dose[needs.community[r]] for r in care)
    assert hours > 0.0
    assert levers["overhead_hours"][t.role == Role.SOCIAL_ORGANIZATION] == pytest.approx(hours)
    assert levers["outreach"][:, Category.CARE] == pytest.approx(p.precise * dose)
    assert (levers["outreach"][:, [Category.DISPUTE, Category.INFRASTRUCTURE]] == 0.0).all()
    assert levers["mediation"] == pytest.approx(1.0 + p.guided * dose)


def test_service_outreach_needs_habit_before_self_help_is_unlearned() -> None:
    state, mechanism = experienced(), of("service_outreach")
    fresh, used = (contributed(mechanism, state, np.ones(2), age)["self_help"] for age in (0, 100_000))
    assert (fresh == 1.0).all()
    assert used == pytest.approx(1.0 - mechanism.parameters.dependency)


def test_service_outreach_makes_residents_dependent() -> None:
    spoilt = lives("service_outreach", **SMALL, dependency=0.6, habit_days=60.0)
    for other in (lives("service_outreach", **SMALL, dependency=0.0), lives(**SMALL)):
        assert exceeds(other, spoilt, total("needs_settled"))
        assert exceeds(spoilt, other, outcome("unmet_need_days"))


def test_service_outreach_raises_expectation_so_that_the_same_service_satisfies_less() -> None:
    promising, modest = (
        lives("service_outreach", **SMALL, promise=0.2),
        lives("service_outreach", **SMALL, promise=0.0),
    )
    assert (differences(promising, modest, outcome("unmet_need_days")) == 0.0).all()
    assert exceeds(promising, modest, lambda model: float(model.state.residents.expectation.mean()))
    assert exceeds(modest, promising, outcome("case_rating"))
    assert exceeds(modest, promising, outcome("satisfaction"))


def test_service_bundles_save_in_proportion_to_members() -> None:
    state, mechanism = experienced(), of("service_bundles")
    p, t = mechanism.parameters, state.institutions
    units = [
        Role.PROPERTY_FIRM,
        Role.PUBLIC_UNIT,
        Role.STATE_FIRM,
        Role.PRIVATE_FIRM,
        Role.SOCIAL_ORGANIZATION,
    ]
    share = t.member[state.fixed.circle[:, units]].mean(1)
    most = p.saving * (1.0 - math.exp(-p.services / p.wanted))
    levers = contributed(mechanism, state, np.array([1.0, 0.5]))
    assert levers["joint_saving"] == pytest.approx(most * share * [1.0, 0.5])
    hours = levers["overhead_hours"][t.role == Role.SERVICE_STATION]
    assert hours == pytest.approx(p.services * p.service_hours * np.array([1.0, 0.5]))
    money = levers["money_charge"][t.role == Role.COMMUNITY_COMMITTEE]
    assert money == pytest.approx(p.services * p.service_money * np.array([1.0, 0.5]))


def test_service_bundles_without_a_platform_cost_and_save_nothing() -> None:
    alone, none = lives("service_bundles", **SMALL), lives(**SMALL)
    for model in alone:
        assert (model.programme.levers(model.state, model.day).joint_saving == 0.0).all()
    for read in (outcome("hours_total"), outcome("cost_per_need_met"), outcome("backlog")):
        assert exceeds(alone, none, read)


def test_service_bundles_nobody_needs_use_hours_and_leave_needs_unmet() -> None:
    on_platform: dict[str, Any] = SMALL | {
        "change": everyone_is_a_member,
        "under": {"enterprise.leaving": 0.0},
    }
    few = lives("service_bundles", **on_platform, services=8.0)
    many = lives("service_bundles", **on_platform, services=40.0)
    assert exceeds(lives(**on_platform), few, outcome("backlog"))
    for read in (outcome("unmet_need_days"), outcome("backlog"), outcome("cost_per_need_met")):
        assert exceeds(many, few, read)
    assert exceeds(many, few, seats("utilisation", Role.SERVICE_STATION))


def test_market_contracting_pays_contractors_what_it_charges_the_district() -> None:
    state, mechanism = experienced(), of("market_contracting")
    p, t, n = mechanism.parameters, state.institutions, int(state.sizes.cases[0])
    recent = state.cases.opened[:n] >= state.day - 28
    a_day = np.bincount(state.cases.community[:n][recent], minlength=2) / 28
    assert cases_a_day(state).sum(1) == pytest.approx(a_day)
    levers = contributed(mechanism, state, np.array([1.0, 0.5]))
    bought = p.bought * a_day * [1.0, 0.5]
    assert levers["money_charge"][t.role == Role.DISTRICT_COMMITTEE] == pytest.approx(p.price * bought.sum())
    assert levers["added_money"].sum() == pytest.approx(p.price * bought.sum())
    hired = (1.0 - p.profit) * p.price * bought.sum() / t.wage[t.role == Role.PROPERTY_FIRM][0]
    assert levers["added_staff"].sum() == pytest.approx(hired)
    quality = levers["quality"][0]
    assert quality[Category.CARE] == pytest.approx(
        1.0 - p.bought * p.skimming * (1.0 - p.monitoring * p.seen_hidden)
    )
    assert quality[Category.CARE] < quality[Category.ENVIRONMENT] < 1.0


def confirmed_of(*categories: int) -> Callable[[CommunityModel], float]:
    """Share of the completed cases of some categories whose resident confirms a solution."""

    def read(model: CommunityModel) -> float:
        c, n = model.state.cases, int(model.state.sizes.cases[0])
        chosen = (c.opened[:n] >= 60.0) & (c.status[:n] == 1) & np.isin(c.category[:n], categories)
        return float(c.confirmed[:n][chosen].mean())

    return read


HIDDEN = tuple(k for k in Category if k not in VISIBLE)


def test_market_contracting_skims_where_nobody_sees_it() -> None:
    skimmed, honest, watched = (
        lives("market_contracting", **SMALL, bought=0.8, skimming=skimming, monitoring=monitoring)
        for skimming, monitoring in ((0.7, 0.0), (0.0, 0.0), (0.7, 1.0))
    )
    for other in (honest, lives(**SMALL)):
        assert exceeds(skimmed, other, outcome("unmet_need_days"))
        assert exceeds(other, skimmed, confirmed_of(*HIDDEN))
        assert exceeds(skimmed, other, outcome("cost_per_need_met"))
    # Inspections bring back what can be seen, and less of what cannot.
    assert exceeds(watched, skimmed, confirmed_of(*VISIBLE))
    seen, hidden = (differences(watched, skimmed, confirmed_of(*kinds)).mean() for kinds in (VISIBLE, HIDDEN))
    assert hidden < 0.5 * seen


def over_multi(name: str) -> Callable[[CommunityModel], float]:
    """Mean refusals of the cases that need several organizations, or mean days until they are closed."""

    def read(model: CommunityModel) -> float:
        c, n = model.state.cases, int(model.state.sizes.cases[0])
        chosen = (c.opened[:n] >= 60.0) & (c.scope[:n] > 1)
        until = np.where(c.closed[:n] >= 0.0, c.closed[:n], model.day)
        values = until - c.opened[:n] if name == "days" else c.refused[:n]
        return float(values[chosen].mean())

    return read


def test_market_contracting_lets_cases_fall_between_contracts() -> None:
    terms = {"bought": 0.8, "skimming": 0.0}
    gaps = lives("market_contracting", **SMALL, **terms, narrow=2.0, between=2.5)
    seamless = lives("market_contracting", **SMALL, **terms, narrow=0.0, between=0.0)
    assert exceeds(gaps, seamless, over_multi("refused"))
    assert exceeds(gaps, seamless, over_multi("days"))


def test_resident_charter_takes_the_time_of_those_it_names() -> None:
    state, mechanism = experienced(), of("resident_charter")
    p, t = mechanism.parameters, state.institutions
    levers = contributed(mechanism, state, np.array([1.0, 0.5]))
    first = state.geography.community_first_cell
    people = np.add.reduceat(state.cells.last - state.cells.first, first[:-1])
    hours = levers["overhead_hours"]
    assert hours[t.role == Role.VOLUNTEERS] == pytest.approx(p.resident_hours * people / 1000.0 * [1.0, 0.5])
    assert hours[t.role == Role.COUNCIL] == pytest.approx(p.council_hours * np.array([1.0, 0.5]))
    assert hours[t.role == Role.RESIDENTS_COMMITTEE] == pytest.approx(
        p.committee_hours * np.array([1.0, 0.5])
    )
    assert exceeds(lives("resident_charter", **SMALL), lives(**SMALL), total("needs_settled"))


def test_resident_charter_with_thin_participation_costs_and_settles_nothing() -> None:
    thin = {"population.threshold_mean": 0.9, "population.threshold_spread": 0.05}
    paper, none = (
        lives("resident_charter", **SMALL, under=thin, committee_hours=2.0),
        lives(**SMALL, under=thin),
    )
    assert exceeds(paper, none, outcome("hours_coordination"))
    assert exceeds(paper, none, outcome("close_days_dispute"))
    assert (differences(paper, none, total("needs_settled")) <= 0.0).all()


def two_kinds_of_estate(model: CommunityModel) -> None:
    """Every second cell holds together, the others hardly know one another."""
    capital = model.state.cells.social_capital
    capital[::2], capital[1::2] = 0.8, 0.15


def weak_wait_longer(model: CommunityModel) -> float:
    """Days that simple needs stand open: cells with little social capital less the others."""
    n, t = int(model.state.sizes.needs[0]), model.state.needs
    lasted = np.where(t.ended[:n] >= 0.0, t.ended[:n], model.day) - t.arose[:n]
    simple, weak = (t.arose[:n] >= 60.0) & (t.scope[:n] == 1), t.cell[:n] % 2 == 1
    return float(lasted[simple & weak].mean() - lasted[simple & ~weak].mean())


def test_resident_charter_leaves_weak_cells_behind() -> None:
    charter = lives("resident_charter", **SMALL, change=two_kinds_of_estate, self_help=1.5)
    assert exceeds(charter, lives(**SMALL, change=two_kinds_of_estate), weak_wait_longer)


def network_hours(partners: float) -> float:
    """Hours a day of a whole network."""
    kind = type(of("shared_network"))
    mechanism = kind(of("shared_network").parameters._replace(partners=partners))
    return float(contributed(mechanism, experienced(), np.ones(2))["overhead_hours"].sum())


def test_shared_network_costs_the_square_of_its_partners() -> None:
    p = of("shared_network").parameters
    assert network_hours(6.0) == pytest.approx(2 * 6 * 5 * p.link_hours)
    assert network_hours(12.0) / network_hours(6.0) == pytest.approx(12 * 11 / (6 * 5))
    # A lead that met each partner for as long as seven equals meet one another would cost in proportion to partners only.
    a_lead = network_hours(7.0) / 7.0
    assert network_hours(5.0) < 5.0 * a_lead
    assert network_hours(10.0) > 10.0 * a_lead


def test_shared_network_is_hosted_by_first_handlers() -> None:
    assert set(PARTNERS[:6]) == {chain[0] for chain in CHAINS.values()}
    state, mechanism = experienced(), of("shared_network")
    hosts = np.flatnonzero(contributed(mechanism, state, np.ones(2))["slots"])
    assert set(state.institutions.role[hosts]) == set(PARTNERS[:6])
    for model in lives("shared_network", **SMALL):
        c, n = model.state.cases, int(model.state.sizes.cases[0])
        met = c.joint[:n] == 1
        assert met.any()
        assert (c.convenor[:n][met] == c.provider[:n, 0][met]).all()


def test_shared_network_fails_beyond_a_few_partners() -> None:
    few, many, none = (
        lives("shared_network", **SMALL, partners=6.0),
        lives("shared_network", **SMALL, partners=15.0),
        lives(**SMALL),
    )
    for other in (few, none):
        for read in (outcome("hours_coordination"), outcome("backlog"), outcome("unmet_need_days")):
            assert exceeds(many, other, read)
    # Whoever keeps links to everyone has no hours left to meet.
    assert exceeds(few, many, outcome("joint_share"))
