"""Hours in cases small enough to be worked by hand: peaks, days that follow each other, tables that end, and who lends to whom."""

from __future__ import annotations

import numpy as np
import pytest

from sim.day.work import _finish, _join, _leave, _sink, work
from sim.needs import Actor, Category, Role
from sim.randomness import SERVICE
from sim.records import COLUMN

from .small import SIGMAS, Small, add_cases, add_needs, make
from .test_work import COUNCIL, FIRM, STATION, live, parts, staffed

_WORKING, _CLOSED, _DONE = 3, 4, 5


def test_a_unit_with_a_trade_of_its_own_loses_hours_at_a_peak_of_its_area_and_gains_none_below_the_mean() -> (
    None
):
    """Half a unit of shock above the mean, at 0.8 a unit, costs 0.4 of the hours; very much shock costs them all, no more."""
    small = make({"work.own_peak": 0.8})
    t, shock = small.state.institutions, small.state.communities.shock
    t.burnout[:] = 0.0
    near, far = small.seat(Role.PUBLIC_UNIT, 0), small.seat(Role.PUBLIC_UNIT, 1)
    wide, station = small.seat(Role.PRIVATE_FIRM, 0), small.seat(STATION, 0)
    t.first_community[wide], t.last_community[wide] = 0, 2
    usual = t.staff * 8.0 * t.free_share * t.effort
    for first, second, losses in [(1.5, 0.2, (0.4, 0.0, 0.0)), (1.0, 3.0, (0.0, 1.0, 0.8)), (1.5, 2.0, (0.4, 0.8, 0.6))]:  # fmt: skip
        shock[:], t.hours_available[:] = [first, second], 0.0
        work(small.state, small.levers, small.draws, 0)
        for unit, loss in zip((near, far, wide), losses, strict=True):
            assert t.hours_available[unit] == pytest.approx(usual[unit] * (1.0 - loss))
        assert t.hours_available[station] == pytest.approx(usual[station])


def test_hours_and_money_of_a_body_are_booked_evenly_on_the_communities_that_it_serves() -> None:
    small = make({"party.cross_appointed": 0.0})
    staffed(small, hours=8.0, role=Role.STREET_OFFICE)
    t, tally = small.state.institutions, small.state.tally
    office = small.seat(Role.STREET_OFFICE)
    t.owed[office], t.budget[:], t.wage[:] = 1.5, 0.0, 3.0
    t.budget[office] = 100.0
    work(small.state, small.with_levers(overhead_hours=2.0, money_charge=10.0), small.draws, 0)
    for column, hours in [
        ("hours_overhead", 2.0), ("hours_coordination", 1.5), ("hours_capacity", 4.5), ("hours_idle", 4.5),
        ("money_used", 3.0 + 10.0), ("money_programmes", 10.0),
    ]:  # fmt: skip
        assert tally[:, COLUMN[column]].tolist() == pytest.approx([hours / 2] * 2), column


def test_a_part_in_hand_keeps_the_hours_that_it_still_asks_for_whatever_the_days_give() -> None:
    """Five hours: two on the first day, one on the second, none on the third, the rest at half of four hours on the fourth."""
    small = make()
    b = staffed(small, hours=2.0)
    t, case = small.state.institutions, parts(small, 5.0)[0]
    for day, (hours, served, idle) in enumerate(
        [(2.0, 2.0, 0.0), (1.0, 3.0, 0.0), (0.0, 3.0, 0.0), (4.0, 5.0, 2.0)]
    ):
        t.staff[b] = hours / 8.0
        live(small, 1, first=day)
        assert t.hours_service[b] == pytest.approx(served)
        assert small.state.cases.worked[case] == pytest.approx(served)
        assert t.idle[b] == pytest.approx(idle)
    assert small.state.cases.stage[case] == _DONE
    assert small.state.cases.started[case] == 0.0
    assert small.state.cases.closed[case] == pytest.approx(3.5)
    assert small.tally("hours_service") == pytest.approx(5.0)
    assert small.tally("hours_government") == pytest.approx(5.0)


def test_hours_are_weighed_with_the_skill_that_they_are_worked_at() -> None:
    small = make()
    b = staffed(small, hours=8.0)
    small.state.institutions.skill[b] = 1.5
    parts(small, 3.0)
    live(small, 1, skill=0.2)
    spent = 3.0 / (1.5 * 1.2)
    assert small.tally("hours_service") == pytest.approx(spent)
    assert small.tally("hours_skill_sum") == pytest.approx(spent * 1.5 * 1.2)


def test_parts_that_come_during_the_day_are_taken_at_their_times_and_among_those_there_the_urgent_first() -> (
    None
):
    """One worker at eight hours a day. Listed out of order: at .6, at .1 and at .35, an eighth of a day each, so nobody waits. In
    a busy day, whoever is there when the worker comes free is chosen by urgency, and who comes later is not waited for."""
    calm = make()
    staffed(calm, hours=8.0)
    cases = parts(calm, np.ones(3), ready=np.array([0.6, 0.1, 0.35]))
    live(calm, 1)
    assert calm.state.cases.started[cases].tolist() == pytest.approx([0.6, 0.1, 0.35])
    assert calm.state.cases.closed[cases].tolist() == pytest.approx([0.725, 0.225, 0.475])
    busy = make()
    staffed(busy, hours=8.0)
    cases = parts(
        busy,
        np.array([4.0, 1.0, 1.0, 1.0]),
        ready=np.array([0.0, 0.1, 0.2, 0.6]),
        urgency=np.array([3, 2, 1, 0]),
    )
    live(busy, 1)
    # Free at .5: the second is more urgent than the first to come; at .625 the most urgent is there, too.
    assert busy.state.cases.started[cases].tolist() == pytest.approx([0.0, 0.75, 0.5, 0.625])


def test_who_joined_at_the_stroke_of_midnight_is_served_with_the_day() -> None:
    small = make()
    staffed(small, hours=8.0)
    live(small, 1)
    late = parts(small, 1.0, ready=1.0, urgency=0)[0]
    early = parts(small, 1.0, ready=0.5, urgency=3)[0]
    live(small, 1, first=1)
    assert small.state.cases.started[[late, early]].tolist() == pytest.approx([1.0, 1.125])


@pytest.mark.parametrize("category", list(Category))
def test_work_repairs_or_cleans_by_its_category(category: Category) -> None:
    small = make()
    staffed(small, hours=8.0)
    rows = add_needs(small, 1, slots=0, category=int(category), hours=2.0)
    add_cases(small, rows, providers=[small.seat(STATION)])
    live(small, 1)
    cells = small.state.cells
    repaired = 2.0 if category in (Category.PROPERTY, Category.INFRASTRUCTURE) else 0.0
    cleaned = 2.0 if category in (Category.ENVIRONMENT, Category.ORDER) else 0.0
    assert (cells.repaired[0], cells.cleaned[0]) == pytest.approx((repaired, cleaned))
    assert cells.repaired[1:].sum() == cells.cleaned[1:].sum() == 0.0


def finish(small: Small, numbers: np.ndarray, times: np.ndarray) -> None:
    """Let parts be done at given times of day 0."""
    p, keys = small.state.parameters, small.draws.keys[SERVICE]
    view = small.state.under(small.levers)
    for number, time in zip(numbers, times, strict=True):
        _finish(number, time, view, p.work, p.coordinate, 0, keys[0], keys[1])


@pytest.mark.parametrize("order", [(0.5, 2.0, 1.25), (2.0, 0.5, 1.25), (1.25, 0.5, 2.0)])
def test_a_convened_case_is_done_with_its_last_part_whichever_that_is(
    order: tuple[float, float, float],
) -> None:
    small = make()
    rows = add_needs(small, 1, scope=3)
    case = add_cases(small, rows, joint=1, stage=_WORKING)[0]
    t = small.state.cases
    for count, (part, time) in enumerate(enumerate(order), 1):
        assert t.stage[case] == _WORKING
        finish(small, np.array([4 * case + part]), np.array([time]))
        assert t.parts_left[case] == 3 - count
        assert t.left[case, part] == 0.0
    assert t.stage[case] == _DONE
    assert t.closed[case] == 2.0
    assert t.handovers[case] == 0 and t.current[case] == 0


def test_each_hand_over_of_a_case_takes_a_lag_of_its_own() -> None:
    """Part after part on one day: the lags on the way to the second, the third and the fourth organization are unrelated."""
    small = make({"coordinate.handover_lag": 1.0})
    count = 4000
    rows = add_needs(small, count, scope=4)
    chain = [small.seat(int(seat)) for seat in (STATION, Role.RESIDENTS_COMMITTEE, FIRM, COUNCIL)]
    cases, t = add_cases(small, rows, providers=chain, stage=_WORKING), small.state.cases
    lags = []
    for part in range(3):
        finish(small, 4 * cases + part, np.zeros(count))
        assert (t.current[cases] == part + 1).all() and (t.parts_left[cases] == 3 - part).all()
        lags.append(t.ready[cases].copy())
    assert np.abs(np.corrcoef(lags)[np.triu_indices(3, 1)]).max() < SIGMAS / np.sqrt(count)
    finish(small, 4 * cases + 3, np.full(count, 9e9))
    assert (t.stage[cases] == _DONE).all() and (t.closed[cases] == 9e9).all()
    assert (t.handovers[cases] == 3).all() and small.tally("handovers") == 3 * count


def lending(hours: dict[int, float], *, communities: int = 2, chi: float = 0.5) -> Small:
    """Bodies (rows) with so many hours a day and one worker each, all others with none; everyone willing."""
    small = make({"work.conversion": chi}, communities=communities)
    t = small.state.institutions
    t.staff[:], t.free_share[:], t.effort[:], t.burnout[:], t.willingness[:] = 0.0, 1.0, 1.0, 0.0, 1.0
    for b, amount in hours.items():
        t.staff[b] = amount / 8.0
    return small


def waiting(small: Small, community: int, hours: float, role: int = STATION) -> int:
    """A case of a community that asks a body without hours for some."""
    slot = int(small.state.cells.first[np.flatnonzero(small.state.cells.community == community)[0]])
    rows = add_needs(small, 1, slots=slot, hours=hours)
    return int(add_cases(small, rows, providers=[small.seat(role, community)])[0])


def test_lent_hours_that_just_suffice_finish_a_part() -> None:
    """Two hours of work at a conversion of one half take the four hours that the council has, to the last minute."""
    plain = make()
    small = lending({plain.seat(COUNCIL): 4.0})
    case = waiting(small, 0, 2.0)
    live(small, 1, pool=1.0)
    t = small.state.cases
    assert t.stage[case] == _DONE and t.closed[case] == 1.0
    assert small.state.institutions.idle[small.seat(COUNCIL)] == 0.0
    assert small.state.institutions.waiting[small.seat(STATION)] == 0


def test_one_lender_after_the_other_helps_the_most_idle_first_and_of_equals_the_first() -> None:
    plain = make()
    council, firm, unit = plain.seat(COUNCIL), plain.seat(FIRM), plain.seat(Role.PUBLIC_UNIT)
    small = lending({council: 2.0, firm: 3.0, unit: 2.0})
    case = waiting(small, 0, 2.0)
    live(small, 1, pool=1.0)
    t = small.state.institutions
    # Four hours are wanted: three of the firm, one of the council, which stands before the equal unit.
    assert t.hours_lent[[firm, council, unit]].tolist() == pytest.approx([3.0, 1.0, 0.0])
    assert t.hours_idle[[firm, council, unit]].tolist() == pytest.approx([0.0, 1.0, 2.0])
    assert t.hours_borrowed[small.seat(STATION)] == pytest.approx(2.0)
    assert small.state.cases.worked[case] == pytest.approx(2.0)
    by_actor = {actor: small.tally(f"hours_{actor.name.lower()}") for actor in Actor}
    assert by_actor[Actor.ENTERPRISE] == pytest.approx(3.0)
    assert by_actor[Actor.SELF_GOVERNING] == pytest.approx(1.0)
    assert small.tally("hours_pooled") == pytest.approx(2.0) and small.tally("hours_service") == 0.0


def test_lenders_help_where_they_serve_and_bodies_of_a_street_everywhere_in_it() -> None:
    """Four communities; councils of the second and the fourth have hours of their own, the street office has some for all."""
    plain = make(communities=4)
    second, fourth, office = plain.seat(COUNCIL, 1), plain.seat(COUNCIL, 3), plain.seat(Role.STREET_OFFICE)
    small = lending({second: 3.0, fourth: 5.0, office: 1.0}, communities=4, chi=1.0)
    for community in range(4):
        waiting(small, community, 50.0)
    live(small, 1, pool=1.0)
    t = small.state.institutions
    borrowed = [t.hours_borrowed[small.seat(STATION, m)] for m in range(4)]
    # In order of rows the first station takes the office's hour; the third has nobody.
    assert borrowed == pytest.approx([1.0, 3.0, 0.0, 5.0])
    assert t.hours_lent[[second, fourth, office]].tolist() == pytest.approx([3.0, 5.0, 1.0])


def test_who_is_no_member_gets_nothing_and_what_was_closed_is_passed_over() -> None:
    plain = make()
    small = lending({plain.seat(COUNCIL): 4.0})
    station, council = small.seat(STATION), small.seat(COUNCIL)
    given_up, case = waiting(small, 0, 1.0), waiting(small, 0, 1.5)
    pool = np.ones(len(small.state.institutions.staff))
    pool[station] = 0.0
    live(small, 1, pool=pool)
    t = small.state.institutions
    assert t.hours_lent[council] == 0.0 and t.waiting[station] == 2
    small.state.cases.stage[given_up] = _CLOSED
    live(small, 1, first=1, pool=1.0)
    assert small.state.cases.worked[[given_up, case]].tolist() == pytest.approx([0.0, 1.5])
    assert small.state.cases.stage[case] == _DONE and small.state.cases.closed[case] == 2.0
    assert t.hours_lent[council] == pytest.approx(3.0) and t.waiting[station] == 0


@pytest.mark.parametrize("workers", [1, 2, 7, 64])
def test_workers_come_in_order_of_time_and_those_of_one_time_in_order_of_number(workers: int) -> None:
    rng = np.random.default_rng(workers)
    times = rng.integers(0, max(2, workers // 3), workers).astype(float)
    heap, size = np.empty(workers, np.int64), 0
    for worker in rng.permutation(workers):
        size = _join(heap, size, worker, times)
    # The first goes on to a later time, again and again: a simulated day of a queue with as many servers.
    for _ in range(3 * workers):
        expected = min(range(workers), key=lambda worker: (times[worker], worker))
        assert heap[0] == expected
        times[expected] += rng.integers(0, 3)
        _sink(heap, size, times)
    left = sorted(range(workers), key=lambda worker: (times[worker], worker))
    for worker in left:
        assert heap[0] == worker
        size = _leave(heap, size, times)
    assert size == 0


def test_what_comes_to_someone_without_hours_waits_in_the_queue_also_the_very_first_part_of_all() -> None:
    small = make()
    b = staffed(small, hours=0.0)
    first, second = parts(small, [2.0, 3.0])
    assert first == 0, "the part whose number is zero"
    live(small, 1)
    assert small.state.institutions.waiting[b] == 2
    small.state.institutions.staff[b] = 1.0
    live(small, 1, first=1)
    t = small.state.cases
    assert t.stage[[first, second]].tolist() == [_DONE, _DONE]
    # Eight hours a day: the first for two of them, then the second for three.
    assert t.closed[[first, second]].tolist() == pytest.approx([1.25, 1.625])
    assert small.state.institutions.waiting[b] == 0
