"""4. coordinate: a case that needs several organizations is passed on one by one, or brought to a table.

*Sequential* (the default). Each hand-over costs an exponential lag (mean one working day, the continuous form of a geometric
lag) and can be refused:

    logit pi = logit(base) − r1 · (tie_ab − tie̅) − r2 · (alignment_b − ½) − r3 · clarity_m + r4 · (utilisation_b − ½) + refusal_b

A refused part comes back after a lag; after `patience_refusals` refusals it climbs a level and is accepted on order.

*Convened.* Takes one of the convenor's meetings (scarce) and hours of each participant (Provan & Kenis 2008):

    lead organization  c · n        shared network  c₂ · n (n − 1) / 2        equal where n = 1 + 2 c / c₂

In a shared network there is no lead: the first handler hosts, and everyone meets everyone. A lead convenor may also have a weekly
sitting with a batch of places; the time between sittings is the price, and places not used lapse. Who owes past meetings the
hours of a normal day convenes no further one: a meeting takes someone who has the time.

Parts then run in parallel. Each summoned part is decided on the spot with probability `authority_m`; otherwise it goes home with
one more lag: the summoned came without the power to decide. The convenor is the party committee at the lowest level that
can call all participants: its own level and below; the street calls departments above it where it may summon. Without a free meeting the
case waits (`wait_for_slot_m`) or goes one by one.

Reads institutions, ties; writes cases, institutions (slots, owed, refusals), lists.arriving, tally.
Limit: one organization, no lag and no refusal.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.kernels import inlined, kernel
from sim.levers import Levers
from sim.needs import HOURS_PER_DAY, Level, Role
from sim.parameters import parameter
from sim.randomness import SERVICE, Draws, U, philox, unit
from sim.records import COLUMN
from sim.state import State

WRITES = ("cases", "institutions", "lists", "sizes", "tally")


# fmt: off
class CoordinateParameters(NamedTuple):
    """Constants of hand-overs, refusals and meetings."""

    handover_lag: float = parameter(1.0, unit="working days", low=0.5, high=3.0, source="EV-ORG-HANDOVER", grade="judgement", deep=True,
        en="mean lag of a hand-over between organizations", zh="部门间移交的平均时滞")
    refusal: float = parameter(0.08, unit="share", low=0.03, high=0.2, source="EV-ORG-REFUSE", grade="judgement", deep=True,
        en="share of hand-overs refused at mean ties, alignment and utilisation", zh="移交被拒的基准比例")
    refusal_tie: float = parameter(2.0, unit="logit", low=0.5, high=4.0, source="laws §4", grade="judgement",
        en="how refusal falls with tie strength", zh="联系强度对拒收的影响")
    refusal_alignment: float = parameter(2.0, unit="logit", low=0.5, high=4.0, source="laws §4", grade="judgement",
        en="how refusal falls with alignment", zh="目标一致性对拒收的影响")
    refusal_clarity: float = parameter(1.0, unit="logit", low=0.0, high=3.0, source="laws §4", grade="judgement",
        en="how refusal falls with clarity of remit", zh="职责清晰度对拒收的影响")
    refusal_utilisation: float = parameter(1.5, unit="logit", low=0.0, high=4.0, source="laws §4", grade="judgement",
        en="how refusal rises with the utilisation of who is asked", zh="负荷对拒收的影响")
    tie_reference: float = parameter(0.3, unit="0-1", low=0.1, high=0.6, source="laws §4", grade="judgement", role="fact",
        en="tie strength at which the base refusal holds", zh="基准拒收对应的联系强度")
    patience_refusals: float = parameter(2.0, unit="refusals", low=1.0, high=5.0, source="laws §4", grade="judgement",
        en="refusals after which a part climbs a level and is accepted on order", zh="上报升级前的拒收次数")
    meeting_hours: float = parameter(0.75, unit="hours per participant", low=0.3, high=2.0, source="EV-ORG-COORD", grade="judgement",
        en="hours of a meeting for each participant where one organization leads", zh="有牵头会商每名参与者工时")
    pair_hours: float = parameter(0.25, unit="hours per pair", low=0.08, high=0.75, source="EV-ORG-PK-SIZE", grade="judgement",
        en="hours of a meeting for each pair of participants where nobody leads; by this value the two forms cost the same at seven partners", zh="无牵头会商每对参与者工时")
    meeting_lag: float = parameter(0.5, unit="days", low=0.0, high=3.0, source="EV-BJ-WHISTLE-T", grade="judgement",
        en="mean time from calling a meeting to sitting together", zh="召集会商的平均时滞")
    slot_memory: float = parameter(5.0, unit="days", low=1.0, high=14.0, source="laws §4", grade="judgement",
        en="unused meetings can be saved for this many days", zh="会商名额可累积天数")
# fmt: on


_TRAVELLING, _WAITING, _WORKING, _SUMMONED = 1, 2, 3, 6
_COMMUNITY, _STREET, _CITY = int(Level.COMMUNITY), int(Level.STREET), int(Level.CITY)
_CONVENOR_SEATS = (
    int(Role.COMMUNITY_COMMITTEE),
    int(Role.STREET_COMMITTEE),
    int(Role.DISTRICT_COMMITTEE),
    int(Role.CITY_COMMITTEE),
)
_HANDOVERS, _REFUSALS, _MEETINGS = COLUMN["handovers"], COLUMN["refusals"], COLUMN["meetings"]
_MEETING_LEVELS, _MEETING_KINDS = COLUMN["meeting_level_sum"], COLUMN["meeting_kinds_sum"]
_RESPONDED, _RESPONSE_DAYS = COLUMN["responded"], COLUMN["response_days_sum"]
_WEEK, _SITTING_DAY = 7, 3
#: Days by which an urgency class stands before the next: more than any deadline, so that classes never mix.
_CLASS_DAYS = 1e6
_DRAW_PATH, _DRAW_REFUSAL, _DRAW_AUTHORITY = 8, 16, 24


def coordinate(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Pass on, convene or queue the cases that arrive on `day`."""
    state.sizes.arriving[0] = 0
    _coordinate(state.under(levers), day, draws.keys[SERVICE, 0], draws.keys[SERVICE, 1])


@kernel
def _coordinate(v, day, k0, k1):  # type: ignore[no-untyped-def]
    cases, needs, institutions, lists = v.cases, v.needs, v.institutions, v.lists
    sizes, levers, p = v.sizes, v.levers, v.laws.coordinate
    for b in range(institutions.slots.size):
        if levers.slots[b] > 0.0:
            institutions.slots[b] = min(
                institutions.slots[b] + levers.slots[b], max(1.0, levers.slots[b] * p.slot_memory)
            )
        institutions.sitting[b] = levers.batch[b] if day % _WEEK == _SITTING_DAY else 0.0
    for index in range(sizes.open_cases[0]):
        j = lists.open_cases[index]
        stage = cases.stage[j]
        if stage == _WAITING:
            _convene(j, v, p, day, k0, k1)
        elif stage == _SUMMONED:
            _gather(j, v, day)
        elif stage == _TRAVELLING and cases.ready[j] < day + 1.0:
            m, part = cases.community[j], cases.current[j]
            if part == 0 and cases.convenor[j] < 0 and cases.joint[j] == 0:
                w = philox(U(cases.resident[j]), U(day), U(_DRAW_PATH), U(needs.salt[cases.need[j]]), k0, k1)
                share = levers.convening[m] if cases.seen_scope[j] > 1 else levers.minor_convening[m]
                if unit(w[0]) < share:
                    convenor = _convenor(j, unit(w[1]), unit(w[3]), v)
                    if levers.slots[convenor] > 0.0 or levers.batch[convenor] > 0.0:
                        waits = unit(w[2]) < levers.wait_for_slot[m]
                        if waits or _may_convene(convenor, v):
                            cases.convenor[j], cases.stage[j] = convenor, _WAITING
                            _convene(j, v, p, day, k0, k1)
                            continue
            _pass_on(j, part, v, p, day, k0, k1)


@inlined
def _convenor(j, u, alone, v):  # type: ignore[no-untyped-def]
    """Party committee at the lowest level that can call all participants, not below the level at which leadership enters; where
    nobody leads, the first handler."""
    cases, institutions, fixed, levers = v.cases, v.institutions, v.fixed, v.levers
    m = cases.community[j]
    if alone < levers.shared_network[m]:
        return cases.provider[j, 0]
    highest = _COMMUNITY
    for part in range(cases.scope[j]):
        highest = max(highest, institutions.level[cases.provider[j, part]])
    level = _STREET if highest > _STREET and u < levers.summon[m] else highest
    level = min(_CITY, max(level, int(levers.leadership_level[m]), _COMMUNITY))
    return fixed.circle[m, _CONVENOR_SEATS[level - 1]]


@kernel
def _convene(j, v, p, day, k0, k1):  # type: ignore[no-untyped-def]
    """Hold the meeting if the convenor still has one, else go on waiting."""
    cases, institutions, tally, levers = v.cases, v.institutions, v.tally, v.levers
    convenor = cases.convenor[j]
    if not _may_convene(convenor, v):
        return
    batched = institutions.sitting[convenor] >= 1.0
    if batched:
        institutions.sitting[convenor] -= 1.0
    else:
        institutions.slots[convenor] -= 1.0
    m, salt = cases.community[j], U(v.needs.salt[cases.need[j]])
    scope = cases.scope[j]
    hosted = convenor == cases.provider[j, 0]
    table = scope if hosted else scope + 1
    each = 0.5 * p.pair_hours * (table - 1) if hosted else p.meeting_hours
    each *= levers.meeting_hours[m]
    if not hosted:
        _owe(convenor, each, v)
    actors = 1 << institutions.actor[convenor]
    w = philox(U(cases.resident[j]), U(day), U(_DRAW_AUTHORITY), salt, k0, k1)
    x = philox(U(cases.resident[j]), U(day), U(_DRAW_AUTHORITY + 1), salt, k0, k1)
    y = philox(U(cases.resident[j]), U(day), U(_DRAW_AUTHORITY + 2), salt, k0, k1)
    sat = max(cases.ready[j], float(day))
    if not batched:
        sat -= p.meeting_lag * math.log(unit(x[0]))
    for part in range(scope):
        b = cases.provider[j, part]
        _owe(b, each, v)
        actors |= 1 << institutions.actor[b]
        cases.level[j] = max(cases.level[j], institutions.level[b])
        start = sat
        if unit(w[part]) >= levers.authority[m]:
            start -= p.handover_lag * levers.handover_lag[m] * math.log(unit(y[part]))
            cases.handovers[j] += 1
            tally[m, _HANDOVERS] += 1.0
        cases.since[j, part], cases.queued[j, part] = start, 0
    kinds = 0
    for bit in range(6):
        kinds += (actors >> bit) & 1
    cases.level[j] = max(cases.level[j], institutions.level[convenor])
    cases.joint[j], cases.seen_scope[j], cases.stage[j] = 1, scope, _SUMMONED
    tally[m, _MEETINGS] += 1.0
    tally[m, _MEETING_LEVELS] += institutions.level[convenor]
    tally[m, _MEETING_KINDS] += kinds
    _respond(j, sat, v)
    _gather(j, v, day)


@inlined
def _may_convene(b, v):  # type: ignore[no-untyped-def]
    """Whether `b` can hold a meeting today: it has one left, and owes past meetings fewer hours than it has on a normal day."""
    t = v.institutions
    hours = max(0.0, t.staff[b] + v.levers.added_staff[b]) * HOURS_PER_DAY * t.free_share[b]
    return t.owed[b] < hours and (t.slots[b] >= 1.0 or t.sitting[b] >= 1.0)


@inlined
def _owe(b, hours, v):  # type: ignore[no-untyped-def]
    """Book hours of a meeting; where people hold two offices, both offices miss them."""
    other = v.fixed.same_people[b]
    if other >= 0:
        v.institutions.owed[other] += v.fixed.cross_appointed * hours
        hours *= 1.0 - v.fixed.cross_appointed
    v.institutions.owed[b] += hours


@kernel
def _gather(j, v, day):  # type: ignore[no-untyped-def]
    """Let the parts of a convened case join their queues as their time comes."""
    cases = v.cases
    missing = False
    for part in range(cases.scope[j]):
        if cases.queued[j, part] == 0:
            if cases.since[j, part] < day + 1.0:
                _queue(j, part, cases.since[j, part], v)
            else:
                missing = True
    if not missing:
        cases.stage[j] = _WORKING


@inlined
def _pass_on(j, part, v, p, day, k0, k1):  # type: ignore[no-untyped-def]
    """Hand part `part` to its provider, who may refuse it unless it is the first."""
    cases, institutions, tally, levers = v.cases, v.institutions, v.tally, v.levers
    m, b, time = cases.community[j], cases.provider[j, part], cases.ready[j]
    if part > 0 and b != cases.provider[j, part - 1]:
        w = philox(
            U(cases.resident[j]), U(day), U(_DRAW_REFUSAL + part), U(v.needs.salt[cases.need[j]]), k0, k1
        )
        a = cases.provider[j, part - 1]
        on_order = cases.refused[j] >= p.patience_refusals
        if not on_order and unit(w[0]) < _refusal(a, b, m, v, p):
            cases.refused[j] += 1
            institutions.refusals[b] += 1.0
            tally[m, _REFUSALS] += 1.0
            cases.ready[j] = max(time, float(day)) - p.handover_lag * levers.handover_lag[m] * math.log(
                unit(w[1])
            )
            if cases.refused[j] >= p.patience_refusals:
                cases.level[j] = min(_CITY, max(cases.level[j], institutions.level[b]) + 1)
            return
    cases.level[j] = max(cases.level[j], institutions.level[b])
    cases.stage[j] = _WORKING
    if part == 0:
        _respond(j, time, v)
    _queue(j, part, time, v)


@inlined
def _refusal(a, b, m, v, p):  # type: ignore[no-untyped-def]
    """Probability that `b` refuses what `a` hands over in community `m`."""
    institutions, levers = v.institutions, v.levers
    tie = v.ties[m, institutions.role[a], institutions.role[b]]
    score = math.log(p.refusal / (1.0 - p.refusal))
    score -= p.refusal_tie * (tie - p.tie_reference) + p.refusal_alignment * (institutions.alignment[b] - 0.5)
    score -= p.refusal_clarity * levers.clarity[m]
    score += p.refusal_utilisation * (institutions.utilisation[b] - 0.5) + levers.refusal[b]
    return 1.0 / (1.0 + math.exp(-score))


@inlined
def _queue(j, part, time, v):  # type: ignore[no-untyped-def]
    """Let a part join its provider's queue: urgency class less its priority, then deadline plus what easy work is favoured by."""
    cases, lists, sizes, levers = v.cases, v.lists, v.sizes, v.levers
    m = cases.community[j]
    cases.since[j, part], cases.queued[j, part] = time, 1
    urgency = cases.urgency[j] - levers.priority[m, cases.category[j]]
    cases.key[j, part] = (
        urgency * _CLASS_DAYS + cases.deadline[j] + levers.easy_first[m] * cases.asked[j, part]
    )
    cases.child[j, part], cases.sibling[j, part] = -1, -1
    lists.arriving[sizes.arriving[0]] = 4 * j + part
    sizes.arriving[0] += 1


@inlined
def _respond(j, time, v):  # type: ignore[no-untyped-def]
    cases, tally = v.cases, v.tally
    if cases.responded[j] < 0.0:
        cases.responded[j] = time
        tally[cases.community[j], _RESPONDED] += 1.0
        tally[cases.community[j], _RESPONSE_DAYS] += time - cases.opened[j]
