"""Hand-overs, refusals and meetings: nothing for one organization, the logit for two, scarce meetings at the right level."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.coordinate import coordinate
from sim.day.work import _finish
from sim.kernels import kernel
from sim.levers import Levers
from sim.needs import HOURS_PER_DAY, Category, Level, Role, district_department
from sim.randomness import SERVICE

from .small import CHANCE, SIGMAS, Small, add_cases, add_needs, make, mean_off, share_off

_TRAVELLING, _WAITING, _WORKING, _SUMMONED = 1, 2, 3, 6
COMMUNITY_CHAIN = (Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE, Role.PROPERTY_FIRM, Role.COUNCIL)
STREET_CHAIN = (Role.STREET_OFFICE, Role.RESIDENTS_COMMITTEE, Role.PROPERTY_FIRM, Role.COUNCIL)
DISTRICT_CHAIN = (
    district_department(Category.PROPERTY),
    Role.STREET_OFFICE,
    Role.PROPERTY_FIRM,
    Role.COUNCIL,
)
CITY_CHAIN = (Role.CITY_DEPARTMENT, Role.STREET_OFFICE, Role.PROPERTY_FIRM, Role.COUNCIL)


def ample(fixed: dict[str, float] | None = None) -> Small:
    """A world in which everyone has time for any number of meetings."""
    small = make(fixed)
    small.state.institutions.staff[:] = 1e9
    return small


def cases_of(small: Small, count: int, chain: tuple[int, ...], scope: int, **columns: Any) -> np.ndarray:
    """`count` cases of community 0 that need the first `scope` seats of `chain`."""
    residents = np.flatnonzero(small.state.cells.community[small.state.residents.cell] == 0)
    rows = add_needs(small, count, slots=residents[np.arange(count) % len(residents)], scope=scope)
    return add_cases(small, rows, providers=[small.seat(int(seat)) for seat in chain], **columns)


def test_one_organization_needs_neither_hand_over_nor_consent() -> None:
    small = make({"coordinate.refusal": 0.999})
    cases = cases_of(small, 500, COMMUNITY_CHAIN, 1, ready=0.25)
    coordinate(small.state, small.with_levers(refusal=4.0, handover_lag=4.0), small.draws, 0)
    t = small.state.cases
    assert (t.stage[cases] == _WORKING).all()
    assert (t.since[cases, 0] == 0.25).all()
    assert (t.responded[cases] == 0.25).all()
    assert not t.refused[cases].any()
    assert not t.handovers[cases].any()
    assert small.state.sizes.arriving[0] == len(cases)
    assert small.tally("refusals") == small.tally("handovers") == small.tally("meetings") == 0.0
    # Power: the same readiness to refuse stops nearly all second parts.
    second = cases_of(small, 500, COMMUNITY_CHAIN, 2, current=1)
    coordinate(small.state, small.with_levers(refusal=4.0), small.draws, 0)
    assert t.refused[second].mean() > 0.95


@pytest.mark.parametrize(
    ("tie", "alignment", "clarity", "utilisation", "lever"),
    [
        (0.3, 0.5, 0.0, 0.5, 0.0), (0.0, 0.2, 0.0, 0.95, 0.0), (0.8, 0.5, 0.0, 0.5, 1.5), (0.3, 0.9, 0.5, 0.7, 1.0),
        (0.3, 0.5, 1.0, 0.5, 2.0), (0.1, 0.3, 0.2, 1.0, -0.8),
    ],
)  # fmt: skip
def test_refusal_is_the_logit_of_ties_alignment_clarity_and_load(
    tie: float, alignment: float, clarity: float, utilisation: float, lever: float
) -> None:
    small = make()
    state, p = small.state, small.state.parameters.coordinate
    cases = cases_of(small, 6000, COMMUNITY_CHAIN, 2, current=1)
    giver, asked = (small.seat(int(seat)) for seat in COMMUNITY_CHAIN[:2])
    state.ties[0, COMMUNITY_CHAIN[0], COMMUNITY_CHAIN[1]] = tie
    # The tie of the other direction, the giver's own mood and other communities have no say.
    state.ties[0, COMMUNITY_CHAIN[1], COMMUNITY_CHAIN[0]] = 1.0 - tie
    state.ties[1] = 1.0 - tie
    state.institutions.alignment[giver], state.institutions.utilisation[giver] = (
        1.0 - alignment,
        1.0 - utilisation,
    )
    state.institutions.alignment[asked], state.institutions.utilisation[asked] = alignment, utilisation
    readiness = np.full(len(state.institutions.staff), -4.0)
    readiness[asked] = lever
    coordinate(state, small.with_levers(clarity=clarity, refusal=readiness), small.draws, 0)
    score = (
        math.log(p.refusal / (1.0 - p.refusal))
        - p.refusal_tie * (tie - 0.3)
        - p.refusal_alignment * (alignment - 0.5)
    )
    score += -p.refusal_clarity * clarity + p.refusal_utilisation * (utilisation - 0.5) + lever
    refused = int(state.cases.refused[cases].sum())
    assert share_off(refused, len(cases), 1.0 / (1.0 + math.exp(-score))) < SIGMAS
    assert share_off(refused, len(cases), 1.0 / (1.0 + math.exp(-score - 0.4))) > SIGMAS
    assert small.tally("refusals") == refused
    assert state.institutions.refusals[asked] == refused
    assert (
        state.cases.stage[cases] == np.where(state.cases.refused[cases] == 1, _TRAVELLING, _WORKING)
    ).all()


def test_nobody_refuses_what_it_handed_to_itself() -> None:
    small = make({"coordinate.refusal": 0.999})
    office = Role.STREET_OFFICE
    cases = cases_of(small, 300, (office, office), 2, current=1)
    coordinate(small.state, small.with_levers(refusal=4.0), small.draws, 0)
    assert not small.state.cases.refused[cases].any()


def test_a_refused_part_comes_back_after_a_lag_and_climbs_in_the_end() -> None:
    small = make(
        {"coordinate.refusal": 0.9999999, "coordinate.handover_lag": 1.5, "coordinate.patience_refusals": 2.0}
    )
    cases = cases_of(small, 3000, COMMUNITY_CHAIN, 2, current=1)
    always = small.with_levers(refusal=4.0, handover_lag=2.0)
    t = small.state.cases
    coordinate(small.state, always, small.draws, 0)
    assert (t.refused[cases] == 1).all()
    assert stats.kstest(t.ready[cases], stats.expon(scale=3.0).cdf).pvalue > CHANCE
    level = t.level[cases].copy()
    for day in range(1, 200):
        coordinate(small.state, always, small.draws, day)
    assert (t.refused[cases] == 2).all()
    assert (t.stage[cases] == _WORKING).all()
    assert (t.level[cases] == np.maximum(level, Level.COMMUNITY) + 1).all()


@kernel
def _finish_all(parts, times, v, p, q, day, k0, k1):  # type: ignore[no-untyped-def]
    for index in range(parts.size):
        _finish(parts[index], times[index], v, p, q, day, k0, k1)


def handed_on(
    fixed: dict[str, float], chain: tuple[int, ...], lag: float, **columns: Any
) -> tuple[Small, np.ndarray, np.ndarray]:
    """Cases whose first part is finished at a known time: the world, the cases, the lags until the second stands ready."""
    small = make(fixed)
    cases = cases_of(small, 5000, chain, 2, stage=_WORKING, **columns)
    times = np.linspace(3.0, 4.0, len(cases), endpoint=False)
    keys = small.draws.keys[SERVICE]
    p, levers = small.state.parameters, small.with_levers(handover_lag=lag)
    _finish_all(4 * cases, times, small.state.under(levers), p.work, p.coordinate, 3, keys[0], keys[1])
    assert (small.state.cases.stage[cases] == _TRAVELLING).all()
    assert (small.state.cases.current[cases] == 1).all()
    return small, cases, small.state.cases.ready[cases] - times


@pytest.mark.parametrize(("mean", "lever"), [(1.0, 1.0), (2.5, 0.4), (0.5, 3.0)])
def test_hand_overs_take_an_exponential_lag_with_the_declared_mean(mean: float, lever: float) -> None:
    small, cases, lags = handed_on({"coordinate.handover_lag": mean}, COMMUNITY_CHAIN, lever)
    assert stats.kstest(lags, stats.expon(scale=mean * lever).cdf).pvalue > CHANCE
    assert stats.kstest(lags, stats.expon(scale=1.2 * mean * lever).cdf).pvalue < CHANCE
    assert (small.state.cases.handovers[cases] == 1).all()
    assert small.tally("handovers") == len(cases)


def test_a_need_for_partners_found_out_late_costs_more_and_going_on_oneself_costs_nothing() -> None:
    fixed = {"coordinate.handover_lag": 1.0, "work.late_discovery": 2.0}
    _, _, lags = handed_on(fixed, COMMUNITY_CHAIN, 1.0, seen_scope=1)
    assert mean_off(lags, 3.0) < SIGMAS
    assert lags.var() == pytest.approx(1.0 + 4.0, rel=0.2)
    small, _, none = handed_on(fixed, (Role.STREET_OFFICE, Role.STREET_OFFICE), 1.0, seen_scope=1)
    assert (none == 0.0).all()
    assert small.tally("handovers") == 0.0


def convened(
    scope: int, shared: float, chain: tuple[int, ...] = COMMUNITY_CHAIN, **levers: Any
) -> tuple[Small, np.ndarray]:
    """One case brought to a table, with as many meetings as anyone wants; and what the meeting costs whom."""
    small = make({"coordinate.meeting_hours": 0.75, "coordinate.meeting_lag": 1e-9})
    cases_of(small, 1, chain, scope)
    wanted: dict[str, Any] = {
        "slots": 5.0,
        "convening": 1.0,
        "minor_convening": 1.0,
        "shared_network": shared,
    } | levers
    coordinate(small.state, small.with_levers(**wanted), small.draws, 0)
    assert small.tally("meetings") == 1.0
    return small, small.state.institutions.owed.copy()


def test_a_lead_organization_costs_n_and_a_shared_network_n_n_minus_one_over_two() -> None:
    """The two modes of Provan & Kenis: one lead more at the table and hours a head, or nobody more and hours a pair."""
    for scope in (1, 2, 3, 4):
        lead, shared = (convened(scope, mode)[1] for mode in (0.0, 1.0))
        assert lead.sum() == pytest.approx(0.75 * (scope + 1))
        assert shared.sum() == pytest.approx(0.25 * scope * (scope - 1) / 2)
        for owed, heads in ((lead, scope + 1), (shared, scope if scope > 1 else 0)):
            # Who sits on the committee and on the body it leads pays in both offices.
            paying = owed[owed > 0.0]
            assert owed.sum() == pytest.approx(sum(paying))
            assert heads <= len(paying) <= heads + 1 or heads == 0


def test_the_two_forms_of_meeting_cost_the_same_at_seven_partners() -> None:
    small = make({})
    p = small.state.parameters.coordinate
    assert 1.0 + 2.0 * p.meeting_hours / p.pair_hours == pytest.approx(7.0)


def test_where_nobody_leads_the_first_handler_hosts_and_needs_a_meeting_of_its_own() -> None:
    led, hosted = convened(3, 0.0)[0], convened(3, 1.0)[0]
    assert led.state.cases.convenor[0] != led.state.cases.provider[0, 0]
    assert hosted.state.cases.convenor[0] == hosted.state.cases.provider[0, 0]
    assert hosted.tally("meeting_kinds_sum") <= led.tally("meeting_kinds_sum")


def test_a_weekly_sitting_takes_its_batch_on_one_day_and_lets_unused_places_lapse() -> None:
    for day, held in ((2, 0.0), (3, 2.0), (4, 0.0)):
        small = make({"coordinate.meeting_lag": 1.0})
        cases_of(small, 5, COMMUNITY_CHAIN, 2)
        small.state.cases.ready[:5] = float(day)
        levers = small.with_levers(batch=2.0, convening=1.0, wait_for_slot=1.0)
        coordinate(small.state, levers, small.draws, day)
        assert small.tally("meetings") == held
        assert (small.state.institutions.sitting > 0.0).any() == (day == 3)
        if held:
            # At the sitting there is no lag of calling a meeting.
            sat = small.state.cases.responded[:5]
            assert np.count_nonzero(sat == 3.0) == 2


@pytest.mark.parametrize("hours", [1.0, 3.0, 7.5])
def test_who_owes_meetings_the_hours_of_a_day_convenes_no_further_one(hours: float) -> None:
    """The convenor itself gives 0.75 hours a meeting: it goes on while it owes less than its normal day, and holds no more."""
    small = make({"party.cross_appointed": 0.0})
    t = small.state.institutions
    convenor = small.seat(Role.COMMUNITY_COMMITTEE)
    t.staff[convenor] = hours / (8.0 * t.free_share[convenor])
    cases_of(small, 40, COMMUNITY_CHAIN, 2)
    levers = small.with_levers(slots=100.0, convening=1.0, wait_for_slot=1.0)
    held = math.ceil(hours / 0.75)
    coordinate(small.state, levers, small.draws, 0)
    assert small.tally("meetings") == held
    # The rest wait until meetings have been paid for.
    coordinate(small.state, levers, small.draws, 1)
    assert small.tally("meetings") == held
    t.owed[convenor] = 0.0
    coordinate(small.state, levers, small.draws, 2)
    assert small.tally("meetings") == 2 * held


def test_people_who_hold_two_offices_are_missed_in_both() -> None:
    small, owed = convened(2, 0.0)
    state = small.state
    convenor = int(state.cases.convenor[0])
    body = int(state.fixed.same_people[convenor])
    assert body >= 0
    share = state.parameters.party.cross_appointed
    assert owed[convenor] == pytest.approx(0.75 * (1.0 - share))
    others = [int(b) for b in state.cases.provider[0, :2]]
    assert owed[body] == pytest.approx(0.75 * share + 0.75 * others.count(body))


def test_priority_moves_a_category_up_whole_classes_and_easy_first_prefers_short_work() -> None:
    plain, moved, easy = (make({}) for _ in range(3))
    for small, levers in ((plain, {}), (moved, {"priority": 1.5}), (easy, {"easy_first": 2.0})):
        cases_of(small, 1, COMMUNITY_CHAIN, 1)
        coordinate(small.state, small.with_levers(**levers), small.draws, 0)
    key = [small.state.cases.key[0, 0] for small in (plain, moved, easy)]
    assert key[1] == pytest.approx(key[0] - 1.5e6)
    assert key[2] == pytest.approx(key[0] + 2.0 * easy.state.cases.asked[0, 0])


def test_all_parts_of_a_convened_case_run_side_by_side() -> None:
    small, _ = convened(4, 0.0, authority=1.0)
    t = small.state.cases
    assert t.joint[0] == 1
    assert (t.queued[0] == 1).all()
    assert t.handovers[0] == 0
    assert small.state.sizes.arriving[0] == 4
    assert t.stage[0] == _WORKING
    kinds = {
        int(small.state.institutions.actor[small.seat(int(seat))])
        for seat in (*COMMUNITY_CHAIN, Role.COMMUNITY_COMMITTEE)
    }
    assert small.tally("meeting_kinds_sum") == len(kinds)


@pytest.mark.parametrize("authority", [0.0, 0.55, 1.0])
def test_who_comes_without_the_power_to_decide_goes_home_first(authority: float) -> None:
    small = ample({"coordinate.meeting_lag": 1e-9, "coordinate.handover_lag": 1.0})
    cases = cases_of(small, 3000, COMMUNITY_CHAIN, 3)
    coordinate(small.state, small.with_levers(slots=1e4, convening=1.0, authority=authority), small.draws, 0)
    t = small.state.cases
    assert (t.joint[cases] == 1).all()
    home = int(t.handovers[cases].sum())
    if authority in (0.0, 1.0):
        assert home == (1.0 - authority) * 3 * len(cases)
    else:
        assert share_off(home, 3 * len(cases), 1.0 - authority) < SIGMAS
    for part in range(3):
        lags = t.since[cases, part]
        late = lags > 1e-6
        assert (
            share_off(late.sum(), len(cases), 1.0 - authority) < SIGMAS
            if 0 < authority < 1
            else late.mean() == 1 - authority
        )
        if late.any():
            assert stats.kstest(lags[late], stats.expon(scale=1.0).cdf).pvalue > CHANCE
    # Who is still on the way has not queued yet; the others have.
    assert (t.queued[cases, :3] == (t.since[cases, :3] < 1.0)).all()


def test_those_sent_home_come_back_each_at_their_own_time() -> None:
    small = ample({"coordinate.meeting_lag": 1e-9})
    cases = cases_of(small, 3000, COMMUNITY_CHAIN, 4)
    coordinate(small.state, small.with_levers(slots=1e4, convening=1.0, authority=0.0), small.draws, 0)
    lags = small.state.cases.since[cases]
    related = np.corrcoef(lags.T)[np.triu_indices(4, 1)]
    assert np.abs(related).max() < SIGMAS / math.sqrt(len(cases))


def slots_for(small: Small, **seats: float) -> np.ndarray:
    """Meetings a day of single seats of the first circle."""
    slots = np.zeros(len(small.state.institutions.staff))
    for name, amount in seats.items():
        slots[small.seat(int(Role[name]))] = amount
    return slots


def meetings_by_day(memory: float, supply: float, idle_days: int, days: int) -> list[float]:
    """Meetings held on each day when everyone wants one, after some days on which nobody did."""
    small = ample({"coordinate.slot_memory": memory})
    levers = small.with_levers(
        slots=slots_for(small, COMMUNITY_COMMITTEE=supply), convening=1.0, wait_for_slot=1.0
    )
    for day in range(idle_days):
        coordinate(small.state, levers, small.draws, day)
    cases_of(small, 500, COMMUNITY_CHAIN, 2, ready=float(idle_days))
    held = []
    for day in range(idle_days, idle_days + days):
        small.state.tally[...] = 0.0
        coordinate(small.state, levers, small.draws, day)
        held.append(small.tally("meetings"))
    return held


@pytest.mark.parametrize(("memory", "supply"), [(5.0, 2.0), (1.0, 2.0), (5.0, 0.3), (3.0, 1.5)])
def test_meetings_are_no_more_than_the_convenor_has(memory: float, supply: float) -> None:
    held = np.array(meetings_by_day(memory, supply, 40, 30))
    saved = max(1.0, supply * memory)
    assert held[0] == math.floor(saved)
    assert (np.cumsum(held) <= saved + supply * np.arange(30) + 1e-9).all()
    # All that accrues is used, less at most one meeting that is not yet whole.
    assert held.sum() > saved + supply * 29 - 1.0 - 1e-9


@pytest.mark.parametrize(
    ("chain", "levers", "expected"),
    [
        (COMMUNITY_CHAIN, {}, Role.COMMUNITY_COMMITTEE),
        (STREET_CHAIN, {}, Role.STREET_COMMITTEE),
        (DISTRICT_CHAIN, {}, Role.DISTRICT_COMMITTEE),
        (CITY_CHAIN, {}, Role.CITY_COMMITTEE),
        (DISTRICT_CHAIN, {"summon": 1.0}, Role.STREET_COMMITTEE),
        (CITY_CHAIN, {"summon": 1.0}, Role.STREET_COMMITTEE),
        (COMMUNITY_CHAIN, {"summon": 1.0}, Role.COMMUNITY_COMMITTEE),
        (COMMUNITY_CHAIN, {"leadership_level": 2.0}, Role.STREET_COMMITTEE),
        (COMMUNITY_CHAIN, {"leadership_level": 3.0}, Role.DISTRICT_COMMITTEE),
        (CITY_CHAIN, {"leadership_level": 2.0}, Role.CITY_COMMITTEE),
    ],
)
def test_the_convenor_is_the_lowest_who_can_call_all(
    chain: tuple[int, ...], levers: dict[str, float], expected: Role
) -> None:
    small, owed = convened(2, 0.0, chain, **levers)
    convenor = int(small.state.cases.convenor[0])
    assert small.state.institutions.role[convenor] == expected
    assert owed[convenor] > 0.0
    assert small.tally("meeting_level_sum") == small.state.institutions.level[convenor]


def test_summoning_departments_down_to_the_street_is_a_share() -> None:
    small = ample()
    cases = cases_of(small, 4000, DISTRICT_CHAIN, 2)
    coordinate(small.state, small.with_levers(slots=1e4, convening=1.0, summon=0.3), small.draws, 0)
    roles = small.state.institutions.role[small.state.cases.convenor[cases]]
    assert share_off((roles == Role.STREET_COMMITTEE).sum(), len(cases), 0.3) < SIGMAS
    assert np.isin(roles, [Role.STREET_COMMITTEE, Role.DISTRICT_COMMITTEE]).all()


def paths(levers: Levers, small: Small, cases: np.ndarray) -> np.ndarray:
    coordinate(small.state, levers, small.draws, 0)
    return small.state.cases.stage[cases]


@pytest.mark.parametrize("waits", [0.0, 0.4, 1.0])
def test_without_a_free_meeting_a_case_waits_or_goes_one_by_one(waits: float) -> None:
    small = make()
    cases = cases_of(small, 3000, COMMUNITY_CHAIN, 2)
    slots = slots_for(small, COMMUNITY_COMMITTEE=0.01)
    stage = paths(small.with_levers(slots=slots, convening=1.0, wait_for_slot=waits), small, cases)
    waiting = int((stage == _WAITING).sum())
    if waits in (0.0, 1.0):
        assert waiting == waits * len(cases)
    else:
        assert share_off(waiting, len(cases), waits) < SIGMAS
    assert (stage[stage != _WAITING] == _WORKING).all()
    assert small.tally("meetings") == 0.0


def test_who_convenes_nothing_is_not_waited_for() -> None:
    small = make()
    cases = cases_of(small, 100, COMMUNITY_CHAIN, 2)
    stage = paths(small.with_levers(convening=1.0, wait_for_slot=1.0), small, cases)
    assert (stage == _WORKING).all()


def test_only_recognised_cases_are_convened_unless_simple_ones_are_too() -> None:
    for scope, seen, convening, minor, expected in [
        (2, 2, 0.6, 0.0, 0.6), (2, 1, 0.6, 0.0, 0.0), (1, 1, 1.0, 0.0, 0.0), (1, 1, 0.0, 0.25, 0.25), (2, 1, 0.0, 0.25, 0.25),
    ]:  # fmt: skip
        small = ample()
        cases = cases_of(small, 3000, COMMUNITY_CHAIN, scope, seen_scope=seen)
        coordinate(
            small.state,
            small.with_levers(slots=1e4, convening=convening, minor_convening=minor),
            small.draws,
            0,
        )
        joint = int(small.state.cases.joint[cases].sum())
        assert joint == 0 if expected == 0.0 else share_off(joint, len(cases), expected) < SIGMAS


def test_response_is_booked_once_when_the_first_handler_accepts() -> None:
    small = make()
    cases = cases_of(small, 50, COMMUNITY_CHAIN, 2, ready=np.linspace(0.0, 2.5, 50), opened=-1.0)
    for day in range(4):
        coordinate(small.state, small.levers, small.draws, day)
    t = small.state.cases
    assert (t.responded[cases] == t.ready[cases]).all()
    assert small.tally("responded") == len(cases)
    assert small.tally("response_days_sum") == pytest.approx((t.ready[cases] + 1.0).sum())


@pytest.mark.parametrize(
    ("added", "owed", "meets"),
    [(0.0, 0.9, True), (0.0, 1.1, False), (0.5, 1.4, True), (0.5, 1.6, False), (-0.5, 0.6, False)],
)
def test_a_convenor_meets_while_it_owes_less_than_the_hours_of_all_its_heads(
    added: float, owed: float, meets: bool
) -> None:
    """Heads that a reform adds count, those that it takes do not; `owed` is a share of a day of one head."""
    small = make()
    t = small.state.institutions
    t.staff[:] = 1.0
    t.owed[:] = owed * HOURS_PER_DAY * t.free_share
    case = cases_of(small, 1, COMMUNITY_CHAIN, 2)[0]
    levers = small.with_levers(slots=1e4, convening=1.0, wait_for_slot=1.0, added_staff=added)
    coordinate(small.state, levers, small.draws, 0)
    assert bool(small.state.cases.joint[case]) is meets
