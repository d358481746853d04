"""Triage recognises with error: none at error zero, the declared share otherwise, and delegation keeps parts at the street."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.triage import triage
from sim.needs import CHAINS, DEADLINE_DAYS, MOST_PARTS, Actor, Category, Level, Role

from .small import CHANCE, SIGMAS, Small, add_cases, add_needs, make, mean_off, share_off

_FRESH, _TRAVELLING = 0, 1


def routed(
    fixed: dict[str, float], needs: dict[str, Any], skill: float = 1.0, **levers: Any
) -> tuple[Small, np.ndarray]:
    """A small world in which 6,000 fresh cases have been routed."""
    small = make(fixed)
    small.state.institutions.skill[:] = skill
    cases = add_cases(small, add_needs(small, 6000, **needs), stage=_FRESH)
    triage(small.state, small.with_levers(**levers), small.draws, 0)
    assert (small.state.cases.stage[cases] == _TRAVELLING).all()
    return small, cases


def test_without_error_nothing_goes_astray() -> None:
    small, cases = routed({"triage.error": 0.0, "triage.scope_error": 0.0}, {"scope": 3})
    t = small.state.cases
    assert not t.misrouted[cases].any()
    assert not t.handovers[cases].any()
    assert (t.seen_scope[cases] == 3).all()
    assert small.tally("cases_misrouted") == small.tally("handovers") == 0.0


@pytest.mark.parametrize(("error", "factor", "skill"), [(0.08, 1.0, 1.0), (0.2, 0.5, 1.0), (0.08, 2.5, 1.6)])
def test_the_misrouted_share_is_epsilon_times_its_lever_over_skill(
    error: float, factor: float, skill: float
) -> None:
    small, cases = routed({"triage.error": error}, {}, skill=skill, triage_error=factor)
    wrong = small.state.cases.misrouted[cases] == 1
    share = error * factor / skill
    assert share_off(wrong.sum(), len(cases), share) < SIGMAS
    assert share_off(wrong.sum(), len(cases), 1.3 * share) > SIGMAS
    assert (small.state.cases.handovers[cases] == 2 * wrong).all()
    assert small.tally("cases_misrouted") == wrong.sum()


def test_a_case_gone_astray_loses_two_hand_over_lags() -> None:
    # Signing takes a share of the deadline, for a dispute seven days: here 0.4 days.
    fixed = {"triage.error": 0.5, "triage.sign_share": 0.4 / 7.0, "coordinate.handover_lag": 1.5}
    small, cases = routed(fixed, {"category": int(Category.DISPUTE)}, handover_lag=0.8)
    t = small.state.cases
    lag, wrong = t.ready[cases] - t.opened[cases], t.misrouted[cases] == 1
    # The first handler of a dispute sits in the community, so no level is climbed: only signing, then the way back.
    assert stats.kstest(lag[~wrong], stats.expon(scale=0.4).cdf).pvalue > CHANCE
    assert mean_off(lag[wrong], 0.4 + 2 * 1.5 * 0.8) < SIGMAS
    assert lag[wrong].var() == pytest.approx(0.4**2 + 2 * 1.2**2, rel=0.25)


@pytest.mark.parametrize("category", list(Category))
def test_each_level_that_the_first_handler_stands_above_the_community_costs_a_lag(category: Category) -> None:
    fixed = {"triage.error": 0.0, "triage.sign_share": 1e-12, "triage.level_lag": 0.7}
    small, cases = routed(fixed, {"category": int(category)}, handover_lag=2.0)
    first = small.seat(CHAINS[category][0])
    above = max(0, int(small.state.institutions.level[first]) - int(Level.COMMUNITY))
    assert np.allclose(small.state.cases.ready[cases], 0.7 * 2.0 * above, atol=1e-9)
    assert (small.state.cases.level[cases] == small.state.institutions.level[first]).all()


@pytest.mark.parametrize(("error", "factor"), [(0.3, 1.0), (0.3, 0.2), (0.6, 1.5)])
def test_needs_for_partners_are_overlooked_at_the_declared_share(error: float, factor: float) -> None:
    scope = np.repeat([1, 2, 3, 4], 1500)
    small, cases = routed({"triage.scope_error": error}, {"scope": scope}, scope_error=factor)
    seen = small.state.cases.seen_scope[cases]
    assert (seen[scope == 1] == 1).all()
    overlooked = seen == 1
    assert ((seen == scope) | overlooked).all()
    assert share_off(overlooked[scope > 1].sum(), 4500, error * factor) < SIGMAS
    assert share_off(overlooked[scope > 1].sum(), 4500, 0.8 * error * factor) > SIGMAS


@pytest.mark.parametrize("category", list(Category))
def test_full_delegation_leaves_no_part_above_the_street(category: Category) -> None:
    small, cases = routed({}, {"category": int(category), "scope": 4}, delegation=1.0)
    t = small.state.institutions
    for part in range(MOST_PARTS):
        provider = small.state.cases.provider[cases, part]
        assert (t.level[provider] <= Level.STREET).all()
        chain = int(CHAINS[category][part])
        competent = small.state.fixed.circle[small.state.cases.community[cases], chain]
        upper = t.level[competent] > Level.STREET
        assert (provider[~upper] == competent[~upper]).all()
        assert (t.role[provider[upper]] == Role.STREET_OFFICE).all()


def test_without_delegation_the_competent_chain_acts_and_half_of_it_moves_at_one_half() -> None:
    plain, cases = routed({}, {"category": int(Category.INFRASTRUCTURE), "scope": 4})
    chain = [int(seat) for seat in CHAINS[Category.INFRASTRUCTURE]]
    t = plain.state
    assert (t.institutions.role[t.cases.provider[cases]] == chain).all()
    half, cases = routed({}, {"category": int(Category.INFRASTRUCTURE), "scope": 4}, delegation=0.5)
    roles = half.state.institutions.role[half.state.cases.provider[cases]]
    for part in (0, 3):
        assert share_off((roles[:, part] == Role.STREET_OFFICE).sum(), len(cases), 0.5) < SIGMAS
    # Each part is drawn on its own.
    both = (roles[:, 0] == Role.STREET_OFFICE) & (roles[:, 3] == Role.STREET_OFFICE)
    assert share_off(both.sum(), len(cases), 0.25) < SIGMAS


@pytest.mark.parametrize("category", [Category.ORDER, Category.DISPUTE, Category.MIGRANT])
def test_signing_takes_a_share_of_the_deadline(category: Category) -> None:
    fixed = {"triage.error": 0.0, "triage.sign_share": 0.1, "triage.level_lag": 0.0}
    small, cases = routed(fixed, {"category": int(category)})
    t = small.state.cases
    allowed = DEADLINE_DAYS[category]
    assert (t.deadline[cases] - t.opened[cases] == allowed).all()
    assert (
        stats.kstest(t.ready[cases] - t.opened[cases], stats.expon(scale=0.1 * allowed).cdf).pvalue > CHANCE
    )


def test_hours_are_shared_out_over_the_parts() -> None:
    scope = np.repeat([1, 2, 3, 4], 1500)
    small, cases = routed({}, {"scope": scope, "hours": 7.0})
    asked = small.state.cases.asked[cases]
    assert np.allclose(asked.sum(1), 7.0)
    assert ((asked > 0.0).sum(1) == scope).all()
    assert (np.diff(asked[scope == 4], axis=1) < 0.0).all()
    assert ((small.state.cases.provider[cases] >= 0).sum(1) == scope).all()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_by_rule_is_the_lever(share: float) -> None:
    small, cases = routed({}, {}, rule_share=share)
    ruled = int(small.state.cases.by_rule[cases].sum())
    assert (
        ruled == share * len(cases) if share in (0.0, 1.0) else share_off(ruled, len(cases), share) < SIGMAS
    )
    assert small.tally("cases_by_rule") == ruled


@pytest.mark.parametrize("shape", [1.0, 1.6, 2.5])
def test_patience_is_weibull_with_the_declared_scale_and_shape(shape: float) -> None:
    small, cases = routed({"triage.patience": 20.0, "triage.patience_shape": shape}, {})
    waits = small.state.cases.patience[cases] - small.state.cases.opened[cases]
    assert stats.kstest(waits, stats.weibull_min(shape, scale=20.0).cdf).pvalue > CHANCE
    assert stats.kstest(waits, stats.weibull_min(1.15 * shape, scale=20.0).cdf).pvalue < CHANCE


def test_only_fresh_cases_are_routed() -> None:
    small = make()
    old = add_cases(small, add_needs(small, 3), stage=3, ready=123.0)
    triage(small.state, small.levers, small.draws, 0)
    assert (small.state.cases.ready[old] == 123.0).all()
    assert (small.state.cases.stage[old] == 3).all()


@pytest.mark.parametrize("category", list(CHAINS))
def test_deliberation_takes_time_only_where_public_or_self_governing_bodies_of_the_community_begin(
    category: int,
) -> None:
    """Elsewhere, with nobody's signature and no level to climb, a case is ready when it is opened."""
    fixed = {"triage.error": 0.0, "triage.sign_share": 0.0, "triage.level_lag": 0.0}
    small, cases = routed(fixed, {"category": int(category)}, deliberation=2.0)
    t, institutions = small.state.cases, small.state.institutions
    handler = t.provider[cases, 0]
    slow = np.isin(institutions.actor[handler], (Actor.GOVERNMENT, Actor.SELF_GOVERNING))
    slow &= institutions.level[handler] <= Level.COMMUNITY
    lag = t.ready[cases] - t.opened[cases]
    assert (lag[~slow] == 0.0).all()
    assert not slow.any() or stats.kstest(lag[slow], stats.expon(scale=2.0).cdf).pvalue > CHANCE


def test_deliberation_is_seen_with_and_without() -> None:
    """The chains of needs begin in bodies of both sorts, so that the test above tells them apart."""
    small = make()
    first = [small.seat(int(chain[0])) for chain in CHAINS.values()]
    t = small.state.institutions
    near = [b for b in first if t.level[b] <= Level.COMMUNITY]
    public = [t.actor[b] in (Actor.GOVERNMENT, Actor.SELF_GOVERNING) for b in near]
    assert any(public) and not all(public)
