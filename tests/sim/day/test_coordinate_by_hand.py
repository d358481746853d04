"""Tables and hand-overs in cases small enough to be worked by hand: who is convened when, who sits there, and what time it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.coordinate import coordinate
from sim.needs import Level, Role

from .small import CHANCE, SIGMAS, Small, make
from .test_coordinate import COMMUNITY_CHAIN, ample, cases_of

_TRAVELLING, _WAITING, _WORKING, _SUMMONED = 1, 2, 3, 6
#: Everyone convenes all they can, and at once.
ALL = {"slots": 1e4, "convening": 1.0, "minor_convening": 1.0}


def pass_day(small: Small, day: int = 0, **levers: Any) -> None:
    coordinate(small.state, small.with_levers(**levers), small.draws, day)


@pytest.mark.parametrize(
    ("columns", "convened"),
    [({}, True), ({"current": 1}, False), ({"convenor": 0}, False), ({"convenor": 3}, False), ({"joint": 1}, False)],
)  # fmt: skip
def test_a_case_is_convened_before_its_first_part_and_but_once(
    columns: dict[str, int], convened: bool
) -> None:
    """Not when it is already on its way from one organization to the next, nor when someone (also the city's committee, the first of
    all institutions) has called it before."""
    small = ample({"coordinate.refusal": 1e-9})
    rows = cases_of(small, 20, COMMUNITY_CHAIN, 2, **columns)
    pass_day(small, **ALL)
    assert small.tally("meetings") == (20 if convened else 0)
    assert (small.state.cases.joint[rows] == (1 if convened else columns.get("joint", 0))).all()


def test_a_case_is_passed_on_on_the_day_on_which_it_stands_ready() -> None:
    small = make()
    ready = np.array([4.0, 5.0 - 1e-9, 5.0, 5.5])
    rows = cases_of(small, 4, COMMUNITY_CHAIN, 1, ready=ready)
    pass_day(small, day=4)
    t = small.state.cases
    assert t.stage[rows].tolist() == [_WORKING, _WORKING, _TRAVELLING, _TRAVELLING]
    pass_day(small, day=5)
    assert (t.stage[rows] == _WORKING).all()
    assert (t.since[rows, 0] == ready).all()


@pytest.mark.parametrize(
    ("chain", "shared", "kinds"),
    [
        # The party leads: government, self-government, firms.
        (COMMUNITY_CHAIN, 0.0, 4), ((Role.STREET_OFFICE, Role.SERVICE_STATION), 0.0, 2),
        ((Role.VOLUNTEERS, Role.SOCIAL_ORGANIZATION, Role.VOLUNTEERS), 0.0, 3),
        ((Role.STREET_COMMITTEE, Role.STREET_OFFICE), 0.0, 2),
        # Nobody leads: only who has a part sits there.
        (COMMUNITY_CHAIN, 1.0, 3), ((Role.RESIDENTS_COMMITTEE, Role.COUNCIL), 1.0, 1),
        ((Role.STREET_OFFICE, Role.SERVICE_STATION), 1.0, 1), ((Role.VOLUNTEERS, Role.PROPERTY_FIRM), 1.0, 2),
        ((Role.SOCIAL_ORGANIZATION, Role.VOLUNTEERS), 1.0, 2), ((Role.PROPERTY_FIRM, Role.STATE_FIRM), 1.0, 1),
    ],
)  # fmt: skip
def test_kinds_at_a_table_are_counted_once_each(chain: tuple[int, ...], shared: float, kinds: int) -> None:
    small = ample()
    cases_of(small, 3, chain, len(chain))
    pass_day(small, shared_network=shared, **ALL)
    assert small.tally("meetings") == 3
    assert small.tally("meeting_kinds_sum") == 3 * kinds


def test_who_goes_home_to_ask_is_away_for_the_lag_of_the_community() -> None:
    small = ample({"coordinate.meeting_lag": 0.0, "coordinate.handover_lag": 1.5})
    rows = cases_of(small, 4000, COMMUNITY_CHAIN, 2)
    pass_day(small, handover_lag=0.4, authority=0.0, **ALL)
    for part in (0, 1):
        away = small.state.cases.since[rows, part]
        assert stats.kstest(away, stats.expon(scale=1.5 * 0.4).cdf).pvalue > CHANCE


def test_a_meeting_sits_a_lag_after_it_is_called_and_answers_for_all_its_parts() -> None:
    """Called when the case stands ready, or on the morning of the day where it has waited."""
    for ready, day, called in ((0.25, 0, 0.25), (0.25, 4, 4.0)):
        small = ample({"coordinate.meeting_lag": 0.5})
        rows = cases_of(small, 4000, COMMUNITY_CHAIN, 2, ready=ready)
        pass_day(small, day, authority=1.0, **ALL)
        t = small.state.cases
        sat = t.responded[rows]
        assert stats.kstest(sat - called, stats.expon(scale=0.5).cdf).pvalue > CHANCE
        assert (t.since[rows, :2] == sat[:, None]).all()
        assert not t.handovers[rows].any()


def test_summoned_parts_queue_each_on_its_own_day_and_none_twice() -> None:
    small = ample({"coordinate.meeting_lag": 1.0, "coordinate.handover_lag": 2.0})
    rows = cases_of(small, 300, COMMUNITY_CHAIN, 3)
    t, lists, sizes = small.state.cases, small.state.lists, small.state.sizes
    seen: list[int] = []
    for day in range(60):
        pass_day(small, day, authority=0.5, **ALL)
        parts = lists.arriving[: sizes.arriving[0]].tolist()
        assert all(int(t.since[part // 4, part % 4]) == day for part in parts)
        seen += parts
        there = (t.queued[rows, :3] == 1).all(1)
        assert (t.stage[rows] == np.where(there, _WORKING, _SUMMONED)).all()
    assert sorted(seen) == sorted(4 * j + part for j in rows.tolist() for part in range(3))


def test_at_a_table_partners_who_were_overlooked_are_found() -> None:
    small = ample()
    rows = cases_of(small, 5, COMMUNITY_CHAIN, 3, seen_scope=1)
    pass_day(small, **ALL)
    assert (small.state.cases.seen_scope[rows] == 3).all()


@pytest.mark.parametrize(("factor", "each"), [(1.0, 0.75), (0.4, 0.3)])
def test_the_hours_of_a_meeting_move_with_their_lever(factor: float, each: float) -> None:
    small = ample({"party.cross_appointed": 0.0})
    cases_of(small, 1, COMMUNITY_CHAIN, 3)
    pass_day(small, meeting_hours=factor, **ALL)
    owed = small.state.institutions.owed
    assert owed[owed > 0.0].tolist() == pytest.approx([each] * 4)


def test_a_case_stands_at_the_highest_level_that_had_to_do_with_it() -> None:
    street = (Role.SERVICE_STATION, Role.STREET_OFFICE)
    for shared, chain, before, expected in [
        (0.0, COMMUNITY_CHAIN, 0, Level.COMMUNITY), (0.0, street, 0, Level.STREET), (1.0, street, 0, Level.STREET),
        (1.0, COMMUNITY_CHAIN, 0, Level.COMMUNITY), (1.0, COMMUNITY_CHAIN, 3, Level.DISTRICT),
    ]:  # fmt: skip
        small = ample()
        rows = cases_of(small, 2, chain, 2, level=before)
        pass_day(small, shared_network=shared, **ALL)
        assert (small.state.cases.level[rows] == expected).all()
    led = ample()
    rows = cases_of(led, 2, COMMUNITY_CHAIN, 2)
    pass_day(led, leadership_level=3.0, **ALL)
    assert (led.state.cases.level[rows] == Level.DISTRICT).all()


def test_passed_on_one_by_one_a_case_rises_to_whom_it_reaches_and_does_not_sink() -> None:
    small = make({"coordinate.refusal": 1e-9})
    up = cases_of(small, 2, (Role.SERVICE_STATION, Role.STREET_OFFICE), 2, current=1, level=1)
    down = cases_of(small, 2, (Role.STREET_OFFICE, Role.SERVICE_STATION), 2, current=1, level=2)
    pass_day(small)
    assert small.state.cases.level[[*up, *down]].tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("asked", "level", "climbs_to"),
    [
        (Role.RESIDENTS_COMMITTEE, 1, 2), (Role.RESIDENTS_COMMITTEE, 3, 4), (Role.STREET_OFFICE, 1, 3),
        (Role.CITY_DEPARTMENT, 1, 4), (Role.RESIDENTS_COMMITTEE, 4, 4),
    ],
)  # fmt: skip
def test_what_is_refused_too_often_climbs_one_level_above_both_but_no_higher_than_the_city(
    asked: int, level: int, climbs_to: int
) -> None:
    small = make({"coordinate.refusal": 1.0 - 1e-12, "coordinate.patience_refusals": 1.0})
    row = cases_of(small, 1, (Role.SERVICE_STATION, asked), 2, current=1, level=level)[0]
    pass_day(small, refusal=9.0)
    assert small.state.cases.refused[row] == 1
    assert small.state.cases.level[row] == climbs_to


def test_the_way_back_of_a_refused_part_is_unrelated_to_the_refusal() -> None:
    """Half are refused; their lags are those of any hand-over, from the hour of the case or, where that is past, from this morning."""
    for ready, day, since in ((0.5, 0, 0.5), (-3.0, 5, 5.0)):
        small = make({"coordinate.refusal": 0.5, "coordinate.handover_lag": 2.0})
        small.state.ties[:], small.state.institutions.alignment[:] = 0.3, 0.5
        small.state.institutions.utilisation[:] = 0.5
        rows = cases_of(small, 6000, COMMUNITY_CHAIN, 2, current=1, ready=ready)
        pass_day(small, day)
        refused = small.state.cases.refused[rows] == 1
        lags = small.state.cases.ready[rows][refused] - since
        assert 2800 < refused.sum() < 3200
        assert stats.kstest(lags, stats.expon(scale=2.0).cdf).pvalue > CHANCE
        assert (small.state.cases.since[rows, 1][~refused] == ready).all()


def test_a_weekly_sitting_is_held_every_seventh_day_and_spares_other_meetings() -> None:
    """A place of the sitting is taken before a meeting; once all places are taken, meetings go on."""
    small = ample({"party.cross_appointed": 0.0})
    convenor = small.seat(Role.COMMUNITY_COMMITTEE)
    t = small.state.institutions
    levers = {"batch": 2.0, "slots": 3.0, "convening": 1.0, "wait_for_slot": 0.0}
    for day in range(28):
        sits = day in (3, 10, 17, 24)
        cases_of(small, 4, COMMUNITY_CHAIN, 2, ready=float(day))
        t.slots[:], small.state.tally[...] = 0.0, 0.0
        pass_day(small, day, **levers)
        assert small.tally("meetings") == (4 if sits else 3)
        assert t.slots[convenor] == (1.0 if sits else 0.0)
        assert t.sitting[convenor] == 0.0


def test_who_has_nobody_left_convenes_nothing() -> None:
    """A reform may take more heads than there are: that is nobody, not fewer, and nobody's day has no hours to owe less than."""
    for added, held in ((-1.0, 0.0), (-5.0, 0.0), (-0.5, 1.0)):
        small = make()
        small.state.institutions.staff[:] = 1.0
        cases_of(small, 1, COMMUNITY_CHAIN, 2)
        pass_day(small, added_staff=added, wait_for_slot=1.0, **ALL)
        assert small.tally("meetings") == held


def test_what_chance_decides_about_a_meeting_it_decides_each_time_anew() -> None:
    """Whether a case is convened, whether the street summons, whether the case waits, whether anyone leads, who has authority and
    who is away for how long: the same cases in worlds that differ in one respect, ranks of any two outcomes uncorrelated."""
    count = 4000
    upper = (Role.STREET_OFFICE, Role.CITY_DEPARTMENT, Role.PROPERTY_FIRM, Role.COUNCIL)
    drawn: dict[str, np.ndarray] = {}

    def outcome(lag: float = 0.0, away: float = 0.0, **levers: Any) -> tuple[Small, np.ndarray]:
        small = ample({"coordinate.meeting_lag": lag, "coordinate.handover_lag": away})
        rows = cases_of(small, count, upper, 4)
        pass_day(small, **(ALL | levers))
        return small, rows

    small, rows = outcome(convening=0.5)
    drawn["convened"] = small.state.cases.joint[rows]
    small, rows = outcome(summon=0.5)
    drawn["summoned"] = small.state.cases.convenor[rows] == small.seat(Role.STREET_COMMITTEE)
    small, rows = outcome(shared_network=0.5)
    drawn["led"] = small.state.cases.convenor[rows] != small.seat(Role.STREET_OFFICE)
    small, rows = outcome(slots=0.01, wait_for_slot=0.5)
    drawn["waits"] = small.state.cases.stage[rows] == _WAITING
    small, rows = outcome(lag=1.0, authority=1.0)
    drawn["sits"] = small.state.cases.responded[rows]
    small, rows = outcome(away=1.0, authority=0.5)
    home = small.state.cases.since[rows] > 0.0
    small, rows = outcome(away=1.0, authority=0.0)
    for part in range(4):
        drawn[f"home {part}"], drawn[f"away {part}"] = home[:, part], small.state.cases.since[rows, part]
    ranks = np.array([stats.rankdata(values) for values in drawn.values()])
    related = np.abs(np.corrcoef(ranks)[np.triu_indices(len(drawn), 1)])
    assert related.max() < SIGMAS / np.sqrt(count)


@pytest.mark.parametrize("before", [0.0, 0.125, 3.5])
def test_a_case_is_answered_once_and_the_first_answer_stands(before: float) -> None:
    """Whether it is convened or passed on afterwards, also when the first answer came at the very beginning of the first day."""
    for levers, chain, scope in ((ALL, COMMUNITY_CHAIN, 2), ({}, COMMUNITY_CHAIN, 1)):
        small = ample({"coordinate.meeting_lag": 0.5})
        rows = cases_of(small, 5, chain, scope, ready=4.25, opened=0.0, responded=before)
        pass_day(small, day=4, **levers)
        assert (small.state.cases.stage[rows] != 0).all()
        assert (small.state.cases.responded[rows] == before).all()
        assert small.tally("responded") == small.tally("response_days_sum") == 0.0
