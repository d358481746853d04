"""Hours: what a provider has, how skill and workers turn it into finished parts, who is served first, and what a pool lends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.day.close import close
from sim.day.coordinate import coordinate
from sim.day.work import work
from sim.needs import Role

from .small import Small, add_cases, add_needs, make

STATION, COUNCIL, FIRM = Role.SERVICE_STATION, Role.COUNCIL, Role.PROPERTY_FIRM
_CLOSED, _DONE = 4, 5


def staffed(small: Small, hours: float, workers: int = 1, role: int = STATION) -> int:
    """Give the provider in a seat of community 0 so many hours a day and so many heads; all others have none."""
    t = small.state.institutions
    b = small.seat(role)
    t.staff[:] = 0.0
    t.staff[b], t.free_share[b], t.effort[b], t.burnout[b] = hours / 8.0, 1.0, 1.0, 0.0
    assert workers <= t.workers[b]
    t.workers[b] = workers
    return b


def parts(small: Small, hours: Any, role: int = STATION, **columns: Any) -> np.ndarray:
    """Cases of one organization that ask the provider in a seat for so many hours."""
    hours = np.atleast_1d(np.asarray(hours, float))
    first = int(small.state.sizes.needs[0])
    slots = (first + np.arange(len(hours))) % int(small.state.cells.last[0])
    rows = add_needs(small, len(hours), slots=slots, hours=hours)
    return add_cases(small, rows, providers=[small.seat(role)], **columns)


def live(small: Small, days: int, first: int = 0, **levers: Any) -> None:
    """Coordinate and work for some days."""
    chosen = small.with_levers(**levers)
    for day in range(first, first + days):
        coordinate(small.state, chosen, small.draws, day)
        work(small.state, chosen, small.draws, day)


@pytest.mark.parametrize(
    "levers",
    [
        {}, {"burden": 0.1}, {"burden": -0.1}, {"burden": 0.9}, {"added_staff": 1.5}, {"added_staff": -1e3}, {"effort": 1.4},
        {"overhead_hours": 0.7}, {"overhead_hours": 1e5}, {"effort": 0.5, "burden": 0.05, "added_staff": 0.4, "overhead_hours": 0.2},
    ],
)  # fmt: skip
def test_capacity_is_staff_times_free_hours_times_effort_less_what_is_owed(levers: dict[str, float]) -> None:
    small = make({"work.burnout_loss": 0.3})
    t = small.state.institutions
    t.burnout[:], t.effort[:], t.owed[:] = np.linspace(0.0, 1.0, len(t.staff)), 1.1, 0.3
    chosen = small.with_levers(**levers)
    given = {"burden": 0.0, "added_staff": 0.0, "effort": 1.0, "overhead_hours": 0.0} | levers
    staff = np.maximum(0.0, t.staff + given["added_staff"])
    free = np.clip(t.free_share - given["burden"], 0.0, 1.0)
    had = staff * 8.0 * free * 1.1 * given["effort"] * (1.0 - 0.3 * t.burnout)
    # Who holds two offices spends the overhead of the committee as hours of the body it leads, too.
    shared = small.state.fixed.same_people
    two, share = np.flatnonzero(shared >= 0), small.state.parameters.party.cross_appointed
    asked = np.full(len(t.staff), given["overhead_hours"])
    asked[two] -= share * given["overhead_hours"]
    np.add.at(asked, shared[two], share * given["overhead_hours"])
    assert len(two) > 0 and asked.sum() == pytest.approx(len(asked) * given["overhead_hours"])
    overhead = np.minimum(asked, had)
    meetings = np.minimum(0.3, had - overhead)
    work(small.state, chosen, small.draws, 0)
    assert np.allclose(t.hours_available, had)
    assert np.allclose(t.hours_overhead, overhead)
    assert np.allclose(t.hours_coordination, meetings)
    assert np.allclose(t.owed, 0.3 - meetings)
    assert np.allclose(t.capacity, had - overhead - meetings)
    assert np.allclose(t.hours_idle, t.capacity)
    # What is booked on communities is what was booked on institutions.
    assert small.tally("hours_overhead") == pytest.approx(overhead.sum())
    assert small.tally("hours_capacity") == pytest.approx(t.capacity.sum())


def test_money_is_wages_and_charges_up_to_the_budget() -> None:
    small = make()
    t = small.state.institutions
    work(small.state, small.with_levers(money_charge=50.0, added_money=20.0), small.draws, 0)
    assert np.allclose(t.money_available, t.budget + 20.0)
    assert np.allclose(t.money_used, np.minimum(t.budget + 20.0, t.staff * t.wage + 50.0))
    assert small.tally("money_used") == pytest.approx(t.money_used.sum())
    # What mechanisms took is what was spent beyond wages, of those who had it.
    beyond = np.minimum(t.budget + 20.0 - t.staff * t.wage, 50.0)
    assert small.tally("money_programmes") == pytest.approx(np.maximum(0.0, beyond).sum())


@pytest.mark.parametrize("skill", [0.5, 1.0, 1.6])
@pytest.mark.parametrize("lever", [0.0, 0.25])
def test_skill_divides_the_hours_of_a_case(skill: float, lever: float) -> None:
    small = make()
    b = staffed(small, hours=2.0)
    small.state.institutions.skill[b] = skill
    case = parts(small, 5.0)[0]
    live(small, 15, skill=lever)
    spent = 5.0 / (skill * (1.0 + lever))
    t = small.state.cases
    assert t.stage[case] == _DONE
    assert t.closed[case] == pytest.approx(spent / 2.0)
    assert t.worked[case] == pytest.approx(spent)
    assert t.started[case] == 0.0
    assert small.state.institutions.hours_service[b] == pytest.approx(spent)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_so_many_workers_are_so_many_servers(workers: int) -> None:
    """Six equal parts: each worker takes one at a time at an equal share of the hours."""
    small = make({"government.station_staff": 800.0})
    staffed(small, hours=6.0, workers=workers)
    cases = parts(small, np.full(6, 3.0))
    live(small, 6)
    rate = 6.0 / workers
    expected = 3.0 / rate * (1 + np.arange(6) // workers)
    assert np.allclose(np.sort(small.state.cases.closed[cases]), expected)


def test_order_is_urgency_then_deadline_then_age() -> None:
    small = make()
    staffed(small, hours=8.0)
    urgency = np.array([3, 1, 0, 1, 1, 1])
    deadline = np.array([2.0, 9.0, 30.0, 5.0, 7.0, 7.0])
    ready = np.array([0.0, 0.0, 0.0, 0.0, 0.0, -1.0])
    cases = parts(small, np.ones(6), urgency=urgency, deadline=deadline, ready=ready)
    live(small, 2)
    served = cases[np.argsort(small.state.cases.closed[cases])]
    assert served.tolist() == [cases[i] for i in (2, 3, 5, 4, 1, 0)]
    assert np.allclose(np.sort(small.state.cases.closed[cases]), (1 + np.arange(6)) / 8.0)


def test_a_part_in_hand_is_finished_before_a_more_urgent_one_is_taken() -> None:
    small = make()
    staffed(small, hours=1.0)
    slow = parts(small, 3.0, urgency=3)[0]
    urgent = parts(small, 1.0, urgency=0, ready=0.5)[0]
    live(small, 6)
    t = small.state.cases
    assert t.closed[slow] == pytest.approx(3.0)
    assert t.started[urgent] == pytest.approx(3.0)
    assert t.closed[urgent] == pytest.approx(4.0)


def test_a_part_that_arrives_during_the_day_starts_at_its_time_and_hours_before_it_are_idle() -> None:
    small = make()
    b = staffed(small, hours=4.0)
    case = parts(small, 1.0, ready=0.6)[0]
    live(small, 1)
    assert small.state.cases.started[case] == pytest.approx(0.6)
    assert small.state.cases.closed[case] == pytest.approx(0.6 + 1.0 / 4.0)
    assert small.state.institutions.idle[b] == pytest.approx(3.0)


def test_a_closed_case_is_dropped_from_hand_and_queue() -> None:
    small = make()
    b = staffed(small, hours=1.0)
    cases = parts(small, [5.0, 5.0, 0.5])
    live(small, 1)
    t = small.state.cases
    t.stage[cases[:2]] = _CLOSED
    live(small, 1, first=1)
    assert t.closed[cases[2]] == pytest.approx(1.5)
    assert t.worked[cases].tolist() == pytest.approx([1.0, 0.0, 0.5])
    assert small.state.institutions.hours_service[b] == pytest.approx(1.5)


def test_without_staff_nothing_is_done_and_with_very_much_nothing_waits() -> None:
    small = make()
    b = staffed(small, hours=0.0)
    cases = parts(small, np.ones(20))
    live(small, 3)
    assert not small.state.cases.worked[cases].any()
    assert small.state.institutions.waiting[b] == 20
    rich = make()
    staffed(rich, hours=1e6)
    cases = parts(rich, np.ones(20))
    live(rich, 1)
    assert (rich.state.cases.closed[cases] < 1e-4).all()


def test_hours_are_conserved_over_days_of_everything() -> None:
    """available = service + overhead + coordination + lent + idle for each institution; communities and actors add up."""
    small = make({"needs.hours_mean": 8.0}, communities=2, cells=2, households=80)
    rng = np.random.default_rng(5)
    count = 400
    rows = add_needs(
        small,
        count,
        category=rng.integers(0, 8, count),
        scope=rng.integers(1, 5, count),
        hours=rng.exponential(1.0, count),
    )
    add_cases(small, rows, ready=rng.uniform(0.0, 25.0, count))
    levers = small.with_levers(pool=0.6, slots=1.0, convening=0.5, overhead_hours=0.1)
    t = small.state.institutions
    for day in range(30):
        coordinate(small.state, levers, small.draws, day)
        work(small.state, levers, small.draws, day)
        close(small.state, levers, small.draws, day)
        used = t.hours_service + t.hours_overhead + t.hours_coordination + t.hours_lent + t.hours_idle
        assert np.allclose(used, t.hours_available, rtol=1e-12, atol=1e-9)
        assert (t.idle >= 0.0).all()
    assert t.hours_lent.sum() > 0.0
    assert t.hours_coordination.sum() > 0.0
    by_actor = sum(
        small.tally(f"hours_{a}")
        for a in ("party", "government", "self_governing", "social", "enterprise", "residents")
    )
    assert by_actor == pytest.approx(t.hours_service.sum() + t.hours_lent.sum())
    assert small.tally("hours_service") == pytest.approx(t.hours_service.sum())
    assert small.tally("hours_pooled") == pytest.approx(t.hours_borrowed.sum())
    assert small.state.cases.worked.sum() == pytest.approx(t.hours_service.sum() + t.hours_borrowed.sum())


def pooled(chi: float = 0.6, gain: float = 0.0, pledge: float = 1.0, willing: float = 1.0, skill: float = 1.0, own: float = 0.0,
           asked: float = 50.0, member: bool = True) -> tuple[Small, int, int, int]:  # fmt: skip
    """A station without hours and with one part waiting, a council with four hours of which `own` are asked: a day of pooling."""
    small = make({"work.conversion": chi})
    t = small.state.institutions
    lender = staffed(small, hours=4.0, role=COUNCIL)
    owner = small.seat(STATION)
    t.willingness[:], t.skill[lender] = willing, skill
    case = int(parts(small, asked)[0])
    if own > 0.0:
        parts(small, own * skill, role=COUNCIL)
    pool = np.zeros(len(t.staff))
    pool[owner] = 1.0
    pool[lender] = pledge if member else 0.0
    live(small, 1, pool=pool, conversion=gain)
    return small, lender, owner, case


@pytest.mark.parametrize(
    "setting",
    [
        {}, {"chi": 0.3}, {"gain": 0.2}, {"pledge": 0.5}, {"willing": 0.25}, {"skill": 0.8}, {"chi": 0.9, "gain": 0.4},
        {"own": 1.5}, {"pledge": 0.5, "willing": 0.5, "own": 2.0},
    ],
)  # fmt: skip
def test_a_pool_lends_idle_hours_and_converts_them(setting: dict[str, float]) -> None:
    small, lender, owner, case = pooled(**setting)
    s = {"chi": 0.6, "gain": 0.0, "pledge": 1.0, "willing": 1.0, "skill": 1.0, "own": 0.0} | setting
    t = small.state.institutions
    lent = (4.0 - s["own"]) * s["pledge"] * s["willing"]
    useful = lent * min(1.0, s["chi"] + s["gain"]) * s["skill"]
    assert t.hours_lent[lender] == pytest.approx(lent)
    assert t.hours_borrowed[owner] == pytest.approx(useful)
    assert small.state.cases.left[case, 0] == pytest.approx(50.0 - useful)
    assert t.waiting[owner] == 1
    assert t.hours_idle[lender] == pytest.approx(4.0 - s["own"] - lent)
    assert t.hours_service[lender] == pytest.approx(s["own"])


def test_at_a_common_peak_the_pool_is_empty_and_outside_it_nobody_lends() -> None:
    small, lender, owner, _ = pooled(own=6.0)
    assert small.state.institutions.hours_lent[lender] == 0.0
    assert small.state.institutions.hours_borrowed[owner] == 0.0
    small, lender, *_ = pooled(member=False)
    assert small.state.institutions.hours_lent[lender] == 0.0
    assert small.state.institutions.hours_idle[lender] == pytest.approx(4.0)


def test_a_pool_finishes_what_it_can() -> None:
    small, lender, _, case = pooled(asked=1.2)
    assert small.state.cases.stage[case] == _DONE
    assert small.state.institutions.hours_lent[lender] == pytest.approx(2.0)


def test_the_most_idle_of_the_area_lends_first_and_nobody_lends_outside_its_area() -> None:
    small = make({"work.conversion": 1.0})
    t = small.state.institutions
    staffed(small, hours=2.0, role=COUNCIL)
    firm, stranger = small.seat(FIRM), small.seat(FIRM, 1)
    for b, hours in ((firm, 3.0), (stranger, 50.0)):
        t.staff[b], t.free_share[b] = hours / 8.0, 1.0
    t.willingness[:] = 1.0
    parts(small, 2.0)
    live(small, 1, pool=1.0)
    assert t.hours_lent[firm] == pytest.approx(2.0)
    assert t.hours_lent[small.seat(COUNCIL)] == 0.0
    assert t.hours_lent[stranger] == 0.0


def test_work_tells_the_cell_what_was_repaired_and_cleaned() -> None:
    small = make()
    staffed(small, hours=8.0)
    rows = add_needs(small, 3, slots=0, category=[0, 2, 5], hours=1.0)
    add_cases(small, rows, providers=[small.seat(STATION)])
    live(small, 1)
    cell = int(small.state.residents.cell[0])
    assert small.state.cells.repaired[cell] == pytest.approx(1.0)
    assert small.state.cells.cleaned[cell] == pytest.approx(1.0)


def test_lent_hours_do_not_make_work_begin_anew() -> None:
    """A case that waits for its first hour begins with the lent ones, at the end of the day; one in work keeps its beginning."""
    small, lender, owner, case = pooled()
    t = small.state.cases
    assert t.started[case] == 1.0
    t.started[case] = 0.25
    pool = np.zeros(len(small.state.institutions.staff))
    pool[[owner, lender]] = 1.0
    before = t.worked[case]
    live(small, 1, first=1, pool=pool)
    assert t.worked[case] > before and t.started[case] == 0.25
