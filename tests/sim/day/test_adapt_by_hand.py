"""Institutions in cases small enough to be worked by hand: where limits bite, whose communities press, and which days are meetings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.day.adapt import adapt
from sim.needs import Role

from .small import Small, add_cases, add_needs, make
from .test_adapt import WEEK, achieved, live, loaded

#: Alignment and effort keep still but for what a test lets move them.
STILL = {
    "adapt.alignment_own": 0.0,
    "adapt.effort_rate": 1.0,
    "adapt.burnout_growth": 0.0,
    "adapt.tie_fade": 0.0,
}


def week(small: Small, **levers: Any) -> None:
    """The weekly meeting of the first week."""
    adapt(small.state, small.with_levers(**levers), small.draws, WEEK - 1)


def test_institutions_meet_on_the_last_day_of_each_week_and_on_no_other() -> None:
    small = make({**STILL, "adapt.alignment_own": 0.1})
    t = small.state.institutions
    t.alignment_rest[:], t.alignment[:] = 0.0, 0.8
    for day in range(4 * WEEK):
        live(small, 1, first=day)
        assert np.allclose(t.alignment, 0.8 * 0.9 ** ((day + 1) // WEEK)), day


def test_who_serves_several_communities_feels_the_mean_of_their_gaps() -> None:
    """0.4 short of the target in one community, 0.1 above it in the other: the street is pressed by half of 0.4."""
    small = make({**STILL, "adapt.effort_accountability": 0.5, "adapt.effort_most": 9.0})
    c = small.state.communities
    c.recognised[:], c.on_time[:] = [0.5, 1.0], [0.9, 1.0]
    week(small, accountability=0.8, target=0.9)
    effort = small.state.institutions.effort
    assert effort[small.seat(Role.SERVICE_STATION, 0)] == pytest.approx(1.0 + 0.5 * 0.8 * 0.4)
    assert effort[small.seat(Role.SERVICE_STATION, 1)] == pytest.approx(1.0)
    assert effort[small.seat(Role.STREET_OFFICE)] == pytest.approx(1.0 + 0.5 * 0.8 * 0.2)


@pytest.mark.parametrize(
    ("recognition", "burnout", "effort"), [(9.0, 0.0, 1.4), (0.0, 1.0, 0.6), (0.5, 0.0, 1.1)]
)
def test_effort_has_a_most_and_a_least(recognition: float, burnout: float, effort: float) -> None:
    small = make(
        {**STILL, "adapt.effort_recognition": 0.2, "adapt.effort_burnout": 0.9, "adapt.effort_most": 1.4, "adapt.effort_least": 0.6,
         "adapt.burnout_recovery": 0.0}
    )  # fmt: skip
    small.state.institutions.burnout[:] = burnout
    week(small, recognition=recognition)
    assert np.allclose(small.state.institutions.effort, effort)


def test_joint_successes_align_up_to_a_most_and_are_counted_anew_each_week() -> None:
    small = make({**STILL, "adapt.alignment_joint": 0.1, "adapt.joint_most": 0.25})
    t = small.state.institutions
    t.alignment[:] = 0.2
    t.joint_successes[:4] = [0.0, 1.0, 2.0, 50.0]
    week(small)
    assert t.alignment[:4].tolist() == pytest.approx([0.2 + a * 0.8 for a in (0.0, 0.1, 0.2, 0.25)])
    assert not t.joint_successes.any()


@pytest.mark.parametrize(("pull", "ends"), [(0.5, 0.6), (1.0, 1.0), (30.0, 1.0), (-9.0, 0.0)])
def test_alignment_is_pulled_no_further_than_full_and_none(pull: float, ends: float) -> None:
    small = make(STILL)
    small.state.institutions.alignment[:] = 0.2
    week(small, alignment_pull=pull)
    assert np.allclose(small.state.institutions.alignment, ends)


@pytest.mark.parametrize(("refusals", "counts"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (6.0, 1.0)])
def test_one_refusal_a_week_is_as_dear_as_many(refusals: float, counts: float) -> None:
    small = make({**STILL, "adapt.refusal_drift": 0.2})
    t = small.state.institutions
    t.alignment[:], t.refusals[:] = 0.5, refusals
    week(small, refusal_cost=0.5)
    assert np.allclose(t.alignment, 0.5 + 0.2 * 0.5 * counts * 0.5)


@pytest.mark.parametrize(
    ("alignment", "recognition", "wish"),
    [(0.5, 0.0, 0.7), (0.5, 0.5, 0.8), (1.0, 5.0, 1.0), (0.0, -5.0, 0.0)],
)
def test_willingness_follows_alignment_and_recognition_between_none_and_full(
    alignment: float, recognition: float, wish: float
) -> None:
    small = make(
        {
            **STILL,
            "adapt.willing_reputation": 0.6,
            "adapt.willing_recognition": 0.2,
            "adapt.willing_rate": 0.5,
        }
    )
    t = small.state.institutions
    t.alignment[:], t.willingness[:], t.hours_available[:], t.hours_lent[:] = alignment, 0.4, 100.0, 0.0
    week(small, pool=1.0, recognition=recognition)
    assert np.allclose(t.willingness, 0.4 + 0.5 * (wish - 0.4))


def test_who_has_no_hours_carries_nothing_of_a_pool_and_who_carries_the_mean_is_content() -> None:
    """Two that lend a tenth each, one without hours: the mean is a fifteenth, so that both carry half as much again as the mean."""
    small = make(
        {
            **STILL,
            "adapt.willing_reputation": 0.0,
            "adapt.willing_free_riding": 0.3,
            "adapt.willing_rate": 1.0,
        }
    )
    t = small.state.institutions
    members = [small.seat(Role.COUNCIL), small.seat(Role.PROPERTY_FIRM), small.seat(Role.STATE_FIRM)]
    pool = np.zeros(len(t.staff))
    pool[members] = 1.0
    t.hours_available[:], t.hours_lent[:] = 0.0, 0.0
    t.hours_available[members[:2]], t.hours_lent[members[:2]] = [50.0, 200.0], [5.0, 20.0]
    week(small, pool=pool)
    assert t.willingness[members].tolist() == pytest.approx([0.9, 0.9, 1.0])
    equal = make(
        {
            **STILL,
            "adapt.willing_reputation": 0.0,
            "adapt.willing_free_riding": 0.3,
            "adapt.willing_rate": 1.0,
        }
    )
    t = equal.state.institutions
    t.hours_available[:], t.hours_lent[:] = 50.0, 5.0
    week(equal, pool=pool)
    assert t.willingness[members].tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_burnout_grows_by_what_is_left_and_recovers_by_what_there_is() -> None:
    small = make(
        {**STILL, "adapt.burnout_growth": 0.5, "adapt.burnout_from": 0.8, "adapt.burnout_recovery": 0.1}
    )
    loaded(small, 1.0)
    t = small.state.institutions
    t.burnout[:] = 0.3
    week(small)
    assert np.allclose(t.burnout, 0.3 + 0.5 * 0.2 * 0.7 - 0.1 * 0.3)


def test_at_a_table_without_a_leader_only_who_has_a_part_is_tied() -> None:
    """The first handler hosts: two sit there, each has one success, and the tie of a seat to itself is left alone."""
    small = make({**STILL, "adapt.tie_growth": 0.25})
    seats = (int(Role.SERVICE_STATION), int(Role.COUNCIL))
    rows = add_needs(small, 1, slots=0, scope=2)
    case = add_cases(
        small, rows, providers=[small.seat(s) for s in seats], joint=1, status=1, closed=1.0, rating=-1.0
    )
    small.state.cases.convenor[case] = small.seat(seats[0])
    small.state.lists.closed_today[0], small.state.sizes.closed_today[0] = case[0], 1
    before = small.state.ties.copy()
    adapt(small.state, small.with_levers(tie_growth=1.0), small.draws, 0)
    expected = before.copy()
    for a, b in (seats, seats[::-1]):
        expected[0, a, b] = before[0, a, b] + 0.25 * (1.0 - before[0, a, b])
    assert np.allclose(small.state.ties, expected, atol=1e-7)
    successes = small.state.institutions.joint_successes
    assert successes.sum() == 2 and (successes[[small.seat(s) for s in seats]] == 1).all()
    # Growth many times over makes a tie whole, not more.
    adapt(small.state, small.with_levers(tie_growth=40.0), small.draws, 1)
    assert small.state.ties[0, seats[0], seats[1]] == 1.0


@pytest.mark.parametrize(("closed", "timely"), [(6.0, 1.0), (7.0, 1.0), (7.5, 0.0)])
@pytest.mark.parametrize(
    ("status", "confirmed", "solved"), [(1, 1, 1.0), (1, 0, 0.0), (2, 0, 0.0), (3, 0, 1.0)]
)
def test_the_record_counts_what_is_confirmed_or_papered_and_what_of_that_was_in_time(
    closed: float, timely: float, status: int, confirmed: int, solved: float
) -> None:
    small = make({**STILL, "adapt.achieved_memory": 0.5})
    achieved(small, 0.5, 0.5)
    case = add_cases(
        small, add_needs(small, 1, slots=0), deadline=7.0, status=status, confirmed=confirmed, closed=closed
    )
    small.state.cases.rating[case] = -1.0
    small.state.lists.closed_today[0], small.state.sizes.closed_today[0] = case[0], 1
    live(small, 1)
    c = small.state.communities
    assert c.recognised.tolist() == pytest.approx([0.25 + 0.5 * solved, 0.5])
    assert c.on_time.tolist() == pytest.approx([0.25 + 0.5 * solved * timely, 0.5])
