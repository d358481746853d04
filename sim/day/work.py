"""5. work: each provider spends its hours on its queue; idle hours may be lent to the pool.

    A_p = staff · 8 · max(0, free − burden_p) · effort · (1 − burnout loss) · (1 − own peak)   [hours a day]

Units with a trade of their own lose hours to it where a common shock of the area stands above its mean (own peak). Where the same
people hold a party committee and another body, that body pays their share of the committee's overhead.

Overhead of mechanisms and hours owed to meetings are paid first; the rest is service. `workers` heads share it: each gives one
part at a time `A/workers` hours a day, so c workers are c servers (pattern V3: M/M/c, M/G/1, priority queues in continuous time
within the day). Skill divides the hours that a part needs. A part in hand is finished before the next is taken: urgency class,
then deadline, then age.

Pool: a member's pledged idle hours of the day go to waiting parts of other members of its area at conversion `chi`, most idle
lender first; only idle hours are lent, so at a common peak the pool is empty.

Reads levers, cases; writes institutions (hours), servers, cases, cells (work done), tally.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernels import inlined, kernel
from sim.levers import Levers
from sim.needs import HOURS_PER_DAY, Category
from sim.parameters import parameter
from sim.queues import pop, push, queues_of
from sim.randomness import SERVICE, Draws, U, philox, unit
from sim.records import COLUMN
from sim.state import State
from sim.view import skill_at_work

WRITES = ("institutions", "servers", "cases", "cells", "tally")


# fmt: off
class WorkParameters(NamedTuple):
    """Constants of capacity, hours and pooling."""

    free_share: float = parameter(0.25, unit="share", low=0.15, high=0.35, source="laws §0", grade="judgement",
        en="share of staff hours free for cases", zh="可用于办件的工时比例")
    burnout_loss: float = parameter(0.3, unit="share", low=0.1, high=0.6, source="laws §5", grade="judgement",
        en="share of hours lost at full burnout", zh="倦怠导致的工时损失")
    own_peak: float = parameter(0.5, unit="share per unit of shock", low=0.0, high=1.0, source="laws §5", grade="judgement",
        en="share of hours that a unit with a trade of its own loses when a common shock stands one above its mean", zh="共同高峰期驻区单位自身业务占用")
    conversion: float = parameter(0.6, unit="share", low=0.3, high=0.9, source="laws §5", grade="judgement",
        en="usefulness of lent hours relative to the owner's own", zh="共享工时转化率")
    late_discovery: float = parameter(1.0, unit="hand-over lags", low=0.0, high=3.0, source="laws §3", grade="judgement",
        en="extra lag when a need for partners is found out only in the work", zh="遗漏协同需求的额外时滞")
    hours_property: float = parameter(1.5, unit="factor", low=0.5, high=3.0, source="EV-NYC-T-REPAIR", grade="judgement", set_for="TG-DAYS-PROPERTY",
        en="hours of property cases relative to the mean", zh="物业类工时系数")
    hours_environment: float = parameter(0.8, unit="factor", low=0.3, high=2.0, source="EV-NYC-T-SANIT", grade="judgement",
        en="hours of environment cases relative to the mean", zh="环境类工时系数")
    hours_order: float = parameter(0.5, unit="factor", low=0.2, high=1.5, source="EV-NYC-T-NOISE", grade="judgement", set_for="TG-DAYS-ORDER",
        en="hours of order cases relative to the mean", zh="秩序类工时系数")
    hours_infrastructure: float = parameter(1.0, unit="factor", low=0.4, high=2.5, source="EV-NYC-T-HEAT", grade="judgement",
        en="hours of infrastructure cases relative to the mean", zh="设施类工时系数")
    hours_dispute: float = parameter(0.7, unit="factor", low=0.3, high=2.0, source="laws §0", grade="judgement",
        en="hours of disputes relative to the mean", zh="纠纷类工时系数")
    hours_care: float = parameter(1.3, unit="factor", low=0.4, high=3.0, source="laws §0", grade="judgement",
        en="hours of care cases relative to the mean", zh="照护类工时系数")
    hours_migrant: float = parameter(0.7, unit="factor", low=0.3, high=2.0, source="laws §0", grade="judgement",
        en="hours of migrant services relative to the mean", zh="外来人口服务工时系数")
    hours_business: float = parameter(0.4, unit="factor", low=0.3, high=2.0, source="EV-NYC-T-PARK", grade="judgement", set_for="TG-DAYS-BUSINESS",
        en="hours of business cases relative to the mean", zh="营商类工时系数")
# fmt: on


_IDLE_UNTIL = 1e9
_TRAVELLING, _CLOSED, _DONE = 1, 4, 5
_SERVICE, _OVERHEAD, _COORDINATION = (
    COLUMN["hours_service"],
    COLUMN["hours_overhead"],
    COLUMN["hours_coordination"],
)
_POOLED, _SKILL, _BY_ACTOR = COLUMN["hours_pooled"], COLUMN["hours_skill_sum"], COLUMN["hours_party"]
_IDLE, _CAPACITY, _MONEY = COLUMN["hours_idle"], COLUMN["hours_capacity"], COLUMN["money_used"]
_PROGRAMMES = COLUMN["money_programmes"]
_HANDOVERS = COLUMN["handovers"]
_PROPERTY, _ENVIRONMENT = int(Category.PROPERTY), int(Category.ENVIRONMENT)
_ORDER, _INFRASTRUCTURE = int(Category.ORDER), int(Category.INFRASTRUCTURE)
_DRAW_LAG = 32
#: Hours too few to lend.
_TRIFLE = 1e-9


def work(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Spend the hours of `day`."""
    _work(state.under(levers), day, draws.keys[SERVICE, 0], draws.keys[SERVICE, 1])


@kernel
def _work(v, day, k0, k1):  # type: ignore[no-untyped-def]
    p, q = v.laws.work, v.laws.coordinate
    _account(v, p)
    _serve_all(v, p, q, day, k0, k1)
    if v.levers.pool.max() > 0.0:
        _lend(v, p, q, day, k0, k1)
    _settle(v)


@kernel
def _account(v, p):  # type: ignore[no-untyped-def]
    """Hours and money of the day: overhead first, then meetings owed, the rest is service."""
    institutions, communities, fixed, tally = v.institutions, v.communities, v.fixed, v.tally
    levers = v.levers
    t = institutions
    asked = levers.overhead_hours.copy()
    for b in range(t.staff.size):
        if fixed.same_people[b] >= 0:
            asked[fixed.same_people[b]] += fixed.cross_appointed * levers.overhead_hours[b]
            asked[b] -= fixed.cross_appointed * levers.overhead_hours[b]
    for b in range(t.staff.size):
        staff = max(0.0, t.staff[b] + levers.added_staff[b])
        share = max(0.0, min(1.0, t.free_share[b] - levers.burden[b]))
        effort = t.effort[b] * levers.effort[b] * (1.0 - p.burnout_loss * t.burnout[b])
        available = staff * HOURS_PER_DAY * share * effort
        if fixed.own_trade[b] > 0.0:
            peak = communities.shock[t.first_community[b] : t.last_community[b]].mean() - 1.0
            available *= max(0.0, 1.0 - p.own_peak * max(0.0, peak))
        overhead = min(asked[b], available)
        meetings = min(t.owed[b], available - overhead)
        t.owed[b] -= meetings
        t.capacity[b] = available - overhead - meetings
        t.idle[b] = t.capacity[b]
        t.hours_available[b] += available
        t.hours_overhead[b] += overhead
        t.hours_coordination[b] += meetings
        money = t.budget[b] + levers.added_money[b]
        wages = staff * t.wage[b]
        spent = min(money, wages + levers.money_charge[b])
        t.money_available[b] += money
        t.money_used[b] += spent
        served = t.last_community[b] - t.first_community[b]
        for m in range(t.first_community[b], t.last_community[b]):
            tally[m, _OVERHEAD] += overhead / served
            tally[m, _COORDINATION] += meetings / served
            tally[m, _CAPACITY] += t.capacity[b] / served
            tally[m, _MONEY] += spent / served
            tally[m, _PROGRAMMES] += max(0.0, spent - wages) / served


@kernel
def _settle(v):  # type: ignore[no-untyped-def]
    """Book what was left idle."""
    institutions, tally = v.institutions, v.tally
    t = institutions
    for b in range(t.staff.size):
        t.hours_idle[b] += t.idle[b]
        served = t.last_community[b] - t.first_community[b]
        for m in range(t.first_community[b], t.last_community[b]):
            tally[m, _IDLE] += t.idle[b] / served


@kernel
def _serve_all(v, p, q, day, k0, k1):  # type: ignore[no-untyped-def]
    cases, t, servers = v.cases, v.institutions, v.servers
    queues = queues_of(cases, t)
    count = t.staff.size
    late = _sort_arrivals(v, queues, count, day)
    widest = 0
    for b in range(count):
        widest = max(widest, t.workers[b])
    desks = _Desks(np.empty(widest, np.float64), np.empty(widest, np.float64),
                   np.empty(widest, np.int64), np.empty(widest, np.int64), np.zeros(widest, np.float64))  # fmt: skip
    for b in range(count):
        if t.capacity[b] > 0.0 and (
            late[b] >= 0 or t.queue[b] >= 0 or _busy(servers.part, t.first_server[b], t.workers[b])
        ):
            rate = t.capacity[b] / t.workers[b]
            late[b] = _serve(b, late[b], rate, skill_at_work(b, v), desks, queues, v, p, q, day, k0, k1)
        while late[b] >= 0:
            part = late[b]
            late[b] = cases.sibling[part // 4, part % 4]
            push(queues, b, part)


@inlined
def _busy(part, first, workers):  # type: ignore[no-untyped-def]
    """Whether any of a provider's workers has a part in hand."""
    busy = False
    for s in range(first, first + workers):
        busy |= part[s] >= 0
    return busy


@kernel
def _sort_arrivals(v, queues, count, day):  # type: ignore[no-untyped-def]
    """Parts that joined before today go to the queue; today's stand ready in order of time, a chain for each provider."""
    cases, lists, sizes = v.cases, v.lists, v.sizes
    late = np.full(count, -1, np.int64)
    for index in range(sizes.arriving[0]):
        part = lists.arriving[index]
        j, s = part // 4, part % 4
        b = cases.provider[j, s]
        if cases.since[j, s] <= day:
            push(queues, b, part)
            continue
        previous, here = -1, late[b]
        while here >= 0 and cases.since[here // 4, here % 4] <= cases.since[j, s]:
            previous, here = here, cases.sibling[here // 4, here % 4]
        cases.sibling[j, s] = here
        if previous < 0:
            late[b] = part
        else:
            cases.sibling[previous // 4, previous % 4] = part
    return late


class _Desks(NamedTuple):
    """The workers of one provider during a day. Each is either at work or idle; heaps find whoever comes next."""

    free_at: np.ndarray
    """Time at which a worker has done what is in hand, in days from the morning."""
    began: np.ndarray
    """Time since which it has been in hand."""
    busy: np.ndarray
    """Workers with a part in hand, as a heap by that time, the first by number of those that are done at the same time."""
    idle: np.ndarray
    """Workers without, as a heap by number."""
    alike: np.ndarray
    """The same time for all: those who are idle are told apart by number alone."""


@kernel
def _serve(b, late, rate, skill, desks, queues, v, p, q, day, k0, k1):  # type: ignore[no-untyped-def]
    """One day of provider `b`: events in order of time, each worker at `rate` hours a day."""
    cases, t, servers = v.cases, v.institutions, v.servers
    first, workers = t.first_server[b], t.workers[b]
    free_at, began, busy, idle, alike = desks
    at_work, waiting = 0, 0
    for s in range(workers):
        part = servers.part[first + s]
        if part >= 0 and cases.stage[part // 4] == _CLOSED:
            servers.part[first + s] = part = -1
        if part >= 0:
            began[s], free_at[s] = 0.0, servers.left[first + s] / rate
            at_work = _join(busy, at_work, s, free_at)
        else:
            waiting = _join(idle, waiting, s, alike)
    wakes = 0.0  # when the idle next look at the queue
    while True:
        called = waiting > 0 and (
            at_work == 0 or wakes < free_at[busy[0]] or (wakes == free_at[busy[0]] and idle[0] < busy[0])
        )
        time = wakes if called else (free_at[busy[0]] if at_work > 0 else _IDLE_UNTIL)
        if time >= 1.0:
            break
        s = idle[0] if called else busy[0]
        if not called:
            part = servers.part[first + s]
            _book(b, part, (time - began[s]) * rate, v, _SERVICE)
            _finish(part, day + time, v, p, q, day, k0, k1)
            servers.part[first + s] = -1
        while late >= 0 and cases.since[late // 4, late % 4] <= day + time:
            following = cases.sibling[late // 4, late % 4]
            push(queues, b, late)
            late = following
        part = pop(queues, b)
        while part >= 0 and cases.stage[part // 4] == _CLOSED:
            part = pop(queues, b)
        if part >= 0:
            j = part // 4
            if cases.started[j] < 0.0:
                cases.started[j] = day + time
            servers.part[first + s] = part
            began[s], free_at[s] = time, time + cases.left[j, part % 4] / skill / rate
            if called:
                waiting = _leave(idle, waiting, alike)
                at_work = _join(busy, at_work, s, free_at)
            else:
                _sink(busy, at_work, free_at)
        else:
            if not called:
                at_work = _leave(busy, at_work, free_at)
                waiting = _join(idle, waiting, s, alike)
            # Nothing is left in the queue: nobody idle has anything to do before the next part joins it.
            wakes = cases.since[late // 4, late % 4] - day if late >= 0 else _IDLE_UNTIL
    for s in range(workers):
        part = servers.part[first + s]
        if part >= 0:
            _book(b, part, (1.0 - began[s]) * rate, v, _SERVICE)
            servers.left[first + s] = (free_at[s] - 1.0) * rate
    return late


@inlined
def _sooner(one, other, times):  # type: ignore[no-untyped-def]
    """Whether a worker comes before another: by time, then by number."""
    return times[one] < times[other] or (times[one] == times[other] and one < other)


@kernel
def _join(heap, size, worker, times):  # type: ignore[no-untyped-def]
    """Put a worker into a heap of `size`; the new size."""
    place = size
    while place > 0 and _sooner(worker, heap[(place - 1) // 2], times):
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = worker
    return size + 1


@kernel
def _leave(heap, size, times):  # type: ignore[no-untyped-def]
    """Take the first out of a heap of `size`; the new size."""
    heap[0] = heap[size - 1]
    _sink(heap, size - 1, times)
    return size - 1


@kernel
def _sink(heap, size, times):  # type: ignore[no-untyped-def]
    """Let the first of a heap of `size`, whose time has grown, sink to its place."""
    worker, place, child = heap[0], 0, 1
    while child < size:
        if child + 1 < size and _sooner(heap[child + 1], heap[child], times):
            child += 1
        if not _sooner(heap[child], worker, times):
            break
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
    heap[place] = worker


@kernel
def _book(b, part, hours, v, column):  # type: ignore[no-untyped-def]
    """Book `hours` of provider `b` on a part: to the provider, to the community by actor kind, to the cell as work done."""
    cases, cells, t, needs, tally = v.cases, v.cells, v.institutions, v.needs, v.tally
    j = part // 4
    m, k, c = cases.community[j], cases.category[j], needs.cell[cases.need[j]]
    if column == _SERVICE:
        t.hours_service[b] += hours
        t.idle[b] = max(0.0, t.idle[b] - hours)
        tally[m, _BY_ACTOR + t.actor[b]] += hours
        tally[m, _SKILL] += hours * skill_at_work(b, v)
    tally[m, column] += hours
    cases.worked[j] += hours
    if k in (_PROPERTY, _INFRASTRUCTURE):
        cells.repaired[c] += hours
    elif k in (_ENVIRONMENT, _ORDER):
        cells.cleaned[c] += hours


@kernel
def _finish(part, time, v, p, q, day, k0, k1):  # type: ignore[no-untyped-def]
    """A part is done: the case is done, or waits for its other parts, or travels to the next organization."""
    cases, needs, tally, lag = v.cases, v.needs, v.tally, v.levers.handover_lag
    j, s = part // 4, part % 4
    cases.left[j, s] = 0.0
    cases.parts_left[j] -= 1
    if cases.parts_left[j] == 0:
        cases.stage[j], cases.closed[j] = _DONE, max(time, cases.ready[j])
        return
    if cases.joint[j] == 1:
        cases.ready[j] = max(time, cases.ready[j])  # the latest part so far; the case itself is still open
        return
    m, following = cases.community[j], s + 1
    cases.current[j], cases.stage[j], cases.ready[j] = following, _TRAVELLING, time
    if cases.provider[j, following] != cases.provider[j, s]:
        w = philox(U(cases.resident[j]), U(day), U(_DRAW_LAG + s), U(needs.salt[cases.need[j]]), k0, k1)
        mean = q.handover_lag * lag[m]
        cases.ready[j] -= mean * math.log(unit(w[0]))
        if cases.seen_scope[j] == 1:
            cases.ready[j] -= p.late_discovery * mean * math.log(unit(w[1]))
        cases.handovers[j] += 1
        tally[m, _HANDOVERS] += 1.0


@kernel
def _lend(v, p, q, day, k0, k1):  # type: ignore[no-untyped-def]
    """Idle hours of pool members work on parts that wait at other members of their area."""
    cases, t, tally, levers = v.cases, v.institutions, v.tally, v.levers
    count = t.staff.size
    queues = queues_of(cases, t)
    pledged = np.zeros(count, np.float64)
    for b in range(count):
        pledged[b] = t.idle[b] * levers.pool[b] * t.willingness[b]
    begins, lenders = _lenders(t, pledged, tally.shape[0])
    for b in range(count):
        if levers.pool[b] <= 0.0:
            continue
        while t.waiting[b] > 0:
            part = pop(queues, b)
            j, s = part // 4, part % 4
            if cases.stage[j] == _CLOSED:
                continue
            m = cases.community[j]
            lender, most = -1, _TRIFLE
            for a in lenders[begins[m] : begins[m + 1]]:
                if a != b and pledged[a] > most:
                    lender, most = a, pledged[a]
            if lender < 0:
                push(queues, b, part)
                break
            chi = min(1.0, p.conversion + levers.conversion[m]) * skill_at_work(lender, v)
            wanted = cases.left[j, s] / chi
            hours = min(wanted, pledged[lender])
            pledged[lender] -= hours
            t.idle[lender] -= hours
            t.hours_lent[lender] += hours
            t.hours_borrowed[b] += hours * chi
            if cases.started[j] < 0.0:
                cases.started[j] = day + 1.0
            _book(b, part, hours * chi, v, _POOLED)
            tally[m, _BY_ACTOR + t.actor[lender]] += hours
            if hours < wanted:
                cases.left[j, s] -= hours * chi
                push(queues, b, part)
            else:
                _finish(part, day + 1.0, v, p, q, day, k0, k1)


@kernel
def _lenders(t, pledged, communities):  # type: ignore[no-untyped-def]
    """Who has hours for each community, in order of rows: where they begin, `[communities + 1]`, and institutions.

    A community has some thirty institutions, however large the city.
    """
    begins = np.zeros(communities + 1, np.int64)
    for a in range(pledged.size):
        if pledged[a] > _TRIFLE:
            begins[t.first_community[a] + 1 : t.last_community[a] + 1] += 1
    for m in range(communities):
        begins[m + 1] += begins[m]
    lenders, place = np.empty(begins[communities], np.int64), begins.copy()
    for a in range(pledged.size):
        if pledged[a] > _TRIFLE:
            for m in range(t.first_community[a], t.last_community[a]):
                lenders[place[m]] = a
                place[m] += 1
    return begins, lenders
