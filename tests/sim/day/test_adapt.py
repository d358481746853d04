"""Institutions: at rest without incentives, moved by each incentive to a fixed point that can be written down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.day.adapt import adapt
from sim.needs import Actor, Role

from .small import Small, add_cases, add_needs, make

WEEK, MONTH = 7, 30


def live(small: Small, days: int, first: int = 0, **levers: Any) -> None:
    """Let institutions adapt for some days; hours given and had stay as they are set."""
    chosen = small.with_levers(**levers)
    for day in range(first, first + days):
        adapt(small.state, chosen, small.draws, day)


def loaded(small: Small, utilisation: float) -> None:
    """Every institution is this busy, every day, and has been for long."""
    t = small.state.institutions
    t.capacity[:], t.idle[:] = 10.0, 10.0 * (1.0 - utilisation)
    t.utilisation[:] = utilisation


def achieved(small: Small, recognised: float, on_time: float) -> None:
    """What recent cases of each community show."""
    small.state.communities.recognised[:], small.state.communities.on_time[:] = recognised, on_time


def test_without_incentives_everything_stays_at_its_fixed_point() -> None:
    small = make()
    t, ties = small.state.institutions, small.state.ties
    loaded(small, 0.8)
    achieved(small, small.state.parameters.social.reputation_rest, 0.5)
    kept = (
        "alignment",
        "effort",
        "skill",
        "burnout",
        "willingness",
        "member",
        "staff",
        "reputation",
        "utilisation",
    )
    before = {name: getattr(t, name).copy() for name in kept}
    tied = ties.copy()
    live(small, 720)
    for name in kept:
        assert np.allclose(getattr(t, name), before[name], rtol=1e-9, atol=1e-9), name
    assert np.array_equal(ties, tied)


def test_moved_away_alignment_effort_skill_and_ties_return_as_their_rates_say() -> None:
    small = make()
    t, ties, p = small.state.institutions, small.state.ties, small.state.parameters
    loaded(small, 0.5)
    achieved(small, 0.5, 0.5)
    t.alignment[:], t.effort[:], t.skill[:], ties[:] = 0.9, 1.3, 0.8, 0.7
    live(small, 12 * MONTH)
    weeks, months = 12 * MONTH // WEEK, 12
    assert np.allclose(
        t.alignment, t.alignment_rest + (0.9 - t.alignment_rest) * (1.0 - p.adapt.alignment_own) ** weeks
    )
    assert np.allclose(t.effort, 1.0 + 0.3 * (1.0 - p.adapt.effort_rate) ** weeks)
    rest = small.state.fixed.tie_rest
    assert np.allclose(ties, rest + (0.7 - rest) * (1.0 - p.adapt.tie_fade) ** weeks, atol=1e-5)
    rate = p.staff.learning + p.staff.turnover / 12.0
    assert np.allclose(t.skill, 1.0 - 0.2 * (1.0 - rate) ** months)


def test_incentives_pull_alignment_to_where_they_meet_the_own_goal() -> None:
    small = make()
    t, p = small.state.institutions, small.state.parameters.adapt
    pull = np.linspace(0.0, 0.1, len(t.staff))
    live(small, WEEK * 600, alignment_pull=pull)
    expected = (pull + p.alignment_own * t.alignment_rest) / (pull + p.alignment_own)
    assert np.allclose(t.alignment, expected, atol=1e-6)


@pytest.mark.parametrize("utilisation", [0.5, 0.85, 0.9, 1.0])
def test_burnout_rests_where_strain_meets_recovery(utilisation: float) -> None:
    small = make({"adapt.burnout_growth": 0.15, "adapt.burnout_recovery": 0.03, "adapt.burnout_from": 0.85})
    loaded(small, utilisation)
    t = small.state.institutions
    live(small, WEEK * 300)
    strain = 0.15 * max(0.0, utilisation - 0.85)
    assert np.allclose(t.burnout, strain / (strain + 0.03), atol=1e-6)
    # Effort follows burnout down.
    assert np.allclose(t.effort, 1.0 - small.state.parameters.adapt.effort_burnout * t.burnout, atol=1e-4)
    assert (t.burnout == 0.0).all() if utilisation <= 0.85 else (t.burnout > 0.1).all()


def test_utilisation_is_smoothed_and_a_queue_counts_as_full() -> None:
    small = make({"adapt.utilisation_memory": 0.05})
    loaded(small, 0.4)
    t = small.state.institutions
    t.utilisation[:] = 0.0
    live(small, 30)
    assert np.allclose(t.utilisation, 0.4 * (1.0 - 0.95**30))
    t.capacity[:], t.idle[:], t.utilisation[:], t.waiting[:] = 0.0, 0.0, 0.0, 1
    live(small, 10)
    assert np.allclose(t.utilisation, 1.0 - 0.95**10)


@pytest.mark.parametrize(("recognised", "on_time"), [(0.4, 0.9), (0.9, 0.6), (1.0, 1.0)])
def test_accountability_calls_forth_effort_in_proportion_to_the_gap(
    recognised: float, on_time: float
) -> None:
    small = make()
    loaded(small, 0.5)
    achieved(small, recognised, on_time)
    p, t = small.state.parameters.adapt, small.state.institutions
    live(small, WEEK * 60, accountability=0.8, target=0.95)
    gap = max(0.0, 0.95 - min(recognised, on_time))
    assert np.allclose(t.effort, 1.0 + p.effort_accountability * 0.8 * gap, atol=1e-5)


def test_recognition_calls_forth_effort() -> None:
    small = make()
    loaded(small, 0.5)
    live(small, WEEK * 60, recognition=0.6)
    assert np.allclose(
        small.state.institutions.effort,
        1.0 + small.state.parameters.adapt.effort_recognition * 0.6,
        atol=1e-5,
    )


def test_a_price_on_refusing_pulls_alignment_where_one_refuses() -> None:
    small = make({"adapt.alignment_own": 0.0, "adapt.refusal_drift": 0.1})
    t = small.state.institutions
    t.alignment[:] = 0.4
    refusing = np.arange(len(t.staff)) % 2 == 0
    t.refusals[:] = 3.0 * refusing
    live(small, WEEK, refusal_cost=0.5)
    assert np.allclose(t.alignment[refusing], 0.4 + 0.1 * 0.5 * 0.6)
    assert np.allclose(t.alignment[~refusing], 0.4)
    assert not t.refusals.any()


def lending(free_riding: float) -> tuple[Small, np.ndarray]:
    """A pool of three: one carries most of it, one a little, one nothing. Returns willingness after years of that."""
    small = make(
        {
            "adapt.willing_free_riding": free_riding,
            "adapt.willing_reputation": 0.6,
            "adapt.alignment_own": 0.0,
        }
    )
    t = small.state.institutions
    pool = np.zeros(len(t.staff))
    members = [small.seat(Role.COUNCIL), small.seat(Role.PROPERTY_FIRM), small.seat(Role.PRIVATE_FIRM)]
    pool[members] = 0.5
    t.hours_available[:], t.alignment[:], t.willingness[:] = 100.0, 0.7, 0.5
    t.hours_lent[members] = [30.0, 6.0, 0.0]
    live(small, WEEK * 200, pool=pool)
    return small, t.willingness[members]


def test_who_carries_more_than_the_mean_of_the_pool_lends_less() -> None:
    small, willing = lending(0.5)
    wish = 0.6 * 0.7 + 0.4
    mean = (0.30 + 0.06) / 3.0
    assert willing[0] == pytest.approx(wish - 0.5 * (0.30 - mean) / 0.30, abs=1e-6)
    assert willing[1:] == pytest.approx([wish, wish], abs=1e-6)
    # Nobody outside the pool is touched, and without the law nobody minds.
    t = small.state.institutions
    assert t.willingness[small.seat(Role.STATE_FIRM)] == 0.5
    assert lending(0.0)[1] == pytest.approx([wish] * 3, abs=1e-6)


def joint(
    small: Small, times: int, convenor: int, growth: float = 1.0, status: int = 1, joint_case: int = 1
) -> tuple[int, int]:
    """So many convened cases of two parts of community 0 are closed, one a day; returns the seats of the parts."""
    seats = (int(Role.SERVICE_STATION), int(Role.COUNCIL))
    cases = add_cases(
        small, add_needs(small, times, slots=0, scope=2), providers=[small.seat(s) for s in seats]
    )
    c = small.state.cases
    c.status[cases], c.joint[cases], c.convenor[cases], c.closed[cases] = status, joint_case, convenor, 1.0
    chosen = small.with_levers(tie_growth=growth)
    small.state.sizes.closed_today[0] = 1
    for case in cases:
        small.state.lists.closed_today[0] = case
        adapt(small.state, chosen, small.draws, 0)  # day 0 is no day of the weekly meeting
    small.state.sizes.closed_today[0] = 0
    return seats


@pytest.mark.parametrize("growth", [0.0, 1.0, 1.8])
def test_joint_successes_strengthen_all_ties_at_the_table(growth: float) -> None:
    small = make({"adapt.tie_growth": 0.05})
    ties, before = small.state.ties, small.state.ties.copy()
    convenor = small.seat(Role.COMMUNITY_COMMITTEE)
    a, b = joint(small, 12, convenor, growth)
    c = int(Role.COMMUNITY_COMMITTEE)
    table = [(x, y) for x in (a, b, c) for y in (a, b, c) if x != y]
    for x, y in table:
        assert ties[0, x, y] == pytest.approx(
            1.0 - (1.0 - before[0, x, y]) * (1.0 - 0.05 * growth) ** 12, abs=1e-6
        )
    others = np.ones(ties.shape, bool)
    for x, y in table:
        others[0, x, y] = False
    assert np.array_equal(ties[others], before[others])
    t = small.state.institutions
    assert t.joint_successes[convenor] == t.joint_successes[small.seat(a)] == 12.0
    assert t.joint_successes.sum() == 36.0


def test_only_resolved_joint_cases_strengthen_ties() -> None:
    for status, joint_case in ((2, 1), (3, 1), (1, 0)):
        small = make()
        before = small.state.ties.copy()
        joint(small, 3, small.seat(Role.COMMUNITY_COMMITTEE), status=status, joint_case=joint_case)
        assert np.array_equal(small.state.ties, before)
        assert not small.state.institutions.joint_successes.any()


def test_what_a_community_achieves_is_a_moving_mean_of_its_closed_cases() -> None:
    small = make({"adapt.achieved_memory": 0.03})
    cases = add_cases(small, add_needs(small, 40, slots=0), deadline=7.0)
    c = small.state.cases
    solved = np.arange(40) % 3 == 0
    c.status[cases], c.confirmed[cases] = 1, solved
    c.closed[cases] = np.where(np.arange(40) % 2 == 0, 5.0, 9.0)
    small.state.lists.closed_today[:40] = cases
    small.state.sizes.closed_today[0] = 40
    live(small, 1)
    recognised = on_time = 0.5
    for s, timely in zip(solved, c.closed[cases] <= 7.0, strict=True):
        recognised += 0.03 * (s - recognised)
        on_time += 0.03 * ((s and timely) - on_time)
    assert small.state.communities.recognised.tolist() == pytest.approx([recognised, 0.5])
    assert small.state.communities.on_time.tolist() == pytest.approx([on_time, 0.5])
    # The administration counts what is closed on paper as solved.
    c.status[cases], c.confirmed[cases] = 3, 0
    live(small, 1)
    assert small.state.communities.recognised[0] > recognised


def test_reviews_touch_each_actor_kind_once_a_month() -> None:
    small = make()
    t = small.state.institutions
    achieved(small, 0.9, 0.9)
    start = t.reputation.copy()
    live(small, MONTH - 1)
    assert np.array_equal(t.reputation, start)
    live(small, 1, first=MONTH - 1)
    p = small.state.parameters.staff
    assert np.allclose(t.reputation, start + p.reputation_rate * (0.9 - start))
    assert {Actor(a) for a in t.actor} == set(Actor)


def test_a_community_is_responsive_where_answers_came_in_time_and_rated_well_where_ratings_say_so() -> None:
    """Cases without an answer count as not answered, cases without a rating do not count."""
    small = make({"adapt.achieved_memory": 0.03})
    cases = add_cases(small, add_needs(small, 40, slots=0), deadline=7.0)
    c, i, threshold = small.state.cases, np.arange(40), small.state.parameters.respond.rated_well_from
    c.status[cases] = 1
    c.responded[cases] = np.array([-1.0, 0.0, 3.0, 7.0, 9.0])[i % 5]
    c.rating[cases] = np.array([-1.0, threshold - 0.01, threshold, 0.99])[i % 4]
    small.state.lists.closed_today[:40] = cases
    small.state.sizes.closed_today[0] = 40
    live(small, 1)
    responsive = rated = 0.5
    for j in cases:
        responsive += 0.03 * ((0.0 <= c.responded[j] <= 7.0) - responsive)
        if c.rating[j] >= 0.0:
            rated += 0.03 * ((c.rating[j] >= threshold) - rated)
    assert small.state.communities.responsive.tolist() == pytest.approx([responsive, 0.5])
    assert small.state.communities.rated_well.tolist() == pytest.approx([rated, 0.5])
