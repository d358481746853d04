"""2. voice: an unmet need is reported, found, settled among neighbours, or stays silent.

    rho_ic = rho0 · severity^gamma · access_g,c · ease_c,m · (0.3 + 0.7 v_i) · (0.5 + T_i)          [1/day, channel c]
    discovery = (workers_c + added_m) · visits · discovery_m / households_c                                     [1/day]
    settling  = sigma · social capital_c · self_help_m, for needs of scope 1 (disputes: · mediation_m)  [1/day]
    outreach  = outreach_m,k: found and met unasked by those who come by                             [1/day]

Access of residents without digital means is theirs plus `assisted_access_m` of what they lack against those who have them. The
first of these competing events happens at an exponential time within the day. `v` is the belief that reporting helps: good
answers raise it (induced demand), bad ones lower it, and after repeated bad answers the resident falls silent (exit: Hirschman
1970). Equal need, unequal voice: access differs by group (Liu, Bhandaram & Garg 2023).

Reads residents, cells; writes needs, cases (rows opened), lists, sizes, cells.settled, tally.
Limit: with all groups' access alike, reporting speed does not differ between groups.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernels import inlined, kernel
from sim.levers import Levers
from sim.needs import Category
from sim.parameters import parameter
from sim.randomness import BLOCK, VOICE, Draws, unit, words_of_needs
from sim.records import COLUMN, SPLITS
from sim.state import State
from sim.threads import over_rows

WRITES = ("needs", "cases", "lists", "sizes", "cells", "tally")


# fmt: off
class VoiceParameters(NamedTuple):
    """Constants of reporting, discovery and settling."""

    base_hazard: float = parameter(0.0085, unit="1/day", low=0.003, high=0.04, source="EV-BJ-DEMRATE-2019", grade="judgement", set_for="TG-REPORTS",
        en="hazard of reporting a need of mean severity through all channels", zh="平均严重度需求的基准上报率")
    severity_power: float = parameter(0.8, unit="1", low=0.3, high=1.5, source="laws §2", grade="judgement",
        en="how reporting rises with severity", zh="严重度对上报的幂次")
    weight_desk: float = parameter(0.45, unit="share", low=0.2, high=0.7, source="laws §2", grade="judgement",
        en="share of the committee desk in reporting by a fully connected resident", zh="居委会窗口上报权重")
    weight_hotline: float = parameter(0.45, unit="share", low=0.1, high=0.7, source="laws §2", grade="judgement",
        en="share of the hotline", zh="热线上报权重")
    weight_platform: float = parameter(0.35, unit="share", low=0.0, high=0.6, source="laws §2", grade="judgement",
        en="share of the digital platform, closed to residents without digital access", zh="数字平台上报权重")
    access_offline: float = parameter(0.15, unit="factor", low=0.02, high=1.0, source="EV-REP-3X", grade="literature", set_for="TG-VOICE",
        en="hotline access of residents without digital access", zh="无数字接入者的热线可及性")
    access_migrant: float = parameter(0.70, unit="factor", low=0.4, high=1.0, source="EV-REP-3X", grade="literature",
        en="access of migrants to all channels", zh="外来人口渠道可及性")
    access_low_income: float = parameter(0.80, unit="factor", low=0.5, high=1.0, source="EV-REP-3X", grade="literature",
        en="access of low incomes to all channels", zh="低收入者渠道可及性")
    visits: float = parameter(1.5, unit="households per grid worker and day", low=1.0, high=5.0, source="EV-ORG-GRID-VISIT", grade="data",
        en="households that a grid worker visits a day", zh="网格员日均走访户数")
    notice: float = parameter(0.5, unit="share", low=0.2, high=0.9, source="laws §2", grade="judgement",
        en="share of open needs that a visit brings to light", zh="走访发现需求的概率")
    settling: float = parameter(0.012, unit="1/day", low=0.002, high=0.04, source="laws §2", grade="judgement",
        en="hazard that neighbours or self-help settle a simple need, at social capital one", zh="邻里自助解决率")
    belief_floor: float = parameter(0.3, unit="factor", low=0.1, high=0.6, source="laws §2", grade="judgement",
        en="reporting of a resident who does not believe that it helps", zh="无效能感者的上报系数")
    trust_floor: float = parameter(0.5, unit="factor", low=0.2, high=1.0, source="laws §2", grade="judgement",
        en="reporting of a resident without trust", zh="无信任者的上报系数")
    reopening_days: float = parameter(30.0, unit="days", low=15.0, high=60.0, source="laws §6", grade="judgement",
        en="days within which a closed case can be reopened; later it is a new case", zh="可重启诉求的天数")
    reopening: float = parameter(0.8, unit="factor", low=0.2, high=3.0, source="laws §6", grade="judgement",
        en="reporting after an answer that did not help, relative to a first report", zh="无效答复后再次上报系数")
# fmt: on


_SILENT, _IN_CASE, _ANSWERED, _EXIT = 0, 1, 2, 3
_OPEN, _MET = 0, 1
_DESK, _GRID, _HOTLINE, _PLATFORM = 0, 1, 2, 3
_FRESH = 0
_REPORTS, _DIGITAL, _HOTLINES = COLUMN["reports"], COLUMN["reports_platform"], COLUMN["reports_hotline"]
_UNASKED = COLUMN["needs_met_unasked"]
_DISCOVERED, _SETTLED, _MET_COLUMN = COLUMN["needs_discovered"], COLUMN["needs_settled"], COLUMN["needs_met"]
_MET_30, _OPENED, _REOPENED = COLUMN["needs_met_30d"], COLUMN["cases_opened"], COLUMN["cases_reopened"]
_REPORTS_SPLIT = COLUMN[f"reports_{SPLITS[0]}"]
_DISPUTE = int(Category.DISPUTE)
_PROMPT_DAYS = 30.0
#: What can happen to a need besides being reported, beyond the numbers of channels.
_NEIGHBOURS, _OUTREACH, _NOTHING = 4, 5, 6


def voice(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Let each open, unreported need find a voice, a neighbour, a grid worker, or none, on `day`."""
    sizes, key = state.sizes, draws.keys[VOICE]
    sizes.unasked[0] = 0
    opened_before = int(sizes.open_cases[0])
    view = state.under(levers)
    loudest = _loudest(view)
    found = over_rows(
        state,
        int(sizes.open_needs[0]),
        lambda first, last: _events(view, loudest, first, last, day, key[0], key[1]),
    )
    state.ensure_room(cases=sum(len(places) for places, _, _ in found))
    view = state.under(levers)
    for places, times, ways in found:
        _happen(view, places, times, ways)
    # Cases opened today stand in the order of their opening, whatever the order of storage.
    today = state.lists.open_cases[opened_before : int(sizes.open_cases[0])]
    today[:] = today[np.argsort(state.cases.opened[today], kind="stable")]


@kernel
def _events(v, loudest, begin, end, day, k0, k1):  # type: ignore[no-untyped-def]
    """Which of the listed open needs `[begin, end)` have an event today: places in the list, times, and ways (channel or `_NEIGHBOURS`,
    `_OUTREACH`)."""
    needs, steep = v.needs, v.laws.voice.severity_power > 1.0
    places, times = np.empty(end - begin, np.int64), np.empty(end - begin, np.float64)
    ways, count = np.empty(end - begin, np.uint8), 0
    for start in range(begin, end, BLOCK):
        block = v.lists.open_needs[start : min(end, start + BLOCK)]
        words = words_of_needs(needs, block, day, 0, k0, k1)
        for index in range(block.size):
            n, u = block[index], unit(words[0, index])
            if u >= loudest * _bound(needs.severity[n], steep):
                continue  # no need of this severity is so loud: most are passed over without their hazards
            if needs.end[n] != _OPEN or needs.status[n] == _IN_CASE:
                continue
            time, way = _event(n, u, unit(words[1, index]), day, v)
            if way != _NOTHING:
                places[count], times[count], ways[count] = start + index, time, way
                count += 1
    return places[:count].copy(), times[:count].copy(), ways[:count].copy()


@kernel
def _event(n, u, share, day, v):  # type: ignore[no-untyped-def]
    """Time and way of what happens to need `n` today: `u` draws the time, `share` the way; `_NOTHING` if it stays as it is."""
    needs, residents, cells, fixed, levers, p = v.needs, v.residents, v.cells, v.fixed, v.levers, v.laws.voice
    i, c, m, g, status = needs.slot[n], needs.cell[n], needs.community[n], needs.group[n], needs.status[n]
    base = 0.0
    if status != _EXIT:
        base = p.base_hazard * needs.severity[n] ** p.severity_power
        base *= p.belief_floor + (1.0 - p.belief_floor) * residents.efficacy[i]
        base *= p.trust_floor + residents.trust[i]
        if status == _ANSWERED:
            base *= p.reopening
    h_desk = base * fixed.access[_DESK, g] * levers.desk_ease[m]
    h_hotline = base * _eased(fixed, _HOTLINE, g, levers.assisted_access[m]) * levers.hotline_ease[m]
    h_platform = base * _eased(fixed, _PLATFORM, g, levers.assisted_access[m]) * levers.platform_ease[m]
    h_found = 0.0 if status == _ANSWERED else _found(c, m, cells, fixed, levers, p)
    h_settled = 0.0
    if needs.scope[n] == 1:
        h_settled = p.settling * cells.social_capital[c] * levers.self_help[m]
        if needs.category[n] == _DISPUTE:
            h_settled *= levers.mediation[m]
    h_unasked = levers.outreach[m, needs.category[n]]
    total = h_desk + h_hotline + h_platform + h_found + h_settled + h_unasked
    if u >= total:  # 1 − exp(−h) < h: most needs are passed over without a logarithm
        return 0.0, _NOTHING
    time = max(float(day), needs.arose[n], needs.answered[n]) - math.log1p(-u) / total
    if time >= day + 1.0:
        return 0.0, _NOTHING
    pick = share * total
    if pick < h_settled:
        return time, _NEIGHBOURS
    if pick < h_settled + h_unasked:
        return time, _OUTREACH
    pick -= h_settled + h_unasked
    if pick < h_desk:
        return time, _DESK
    if pick < h_desk + h_hotline:
        return time, _HOTLINE
    if pick < h_desk + h_hotline + h_found:
        return time, _GRID
    return time, _PLATFORM


@kernel
def _happen(v, places, times, ways):  # type: ignore[no-untyped-def]
    """Let needs be met by neighbours or by outreach, or be reported."""
    needs, lists, sizes, tally = v.needs, v.lists, v.sizes, v.tally
    for index in range(places.size):
        n, time, way = lists.open_needs[places[index]], times[index], ways[index]
        if way < _NEIGHBOURS:
            _report(n, way, time, v, v.laws.voice)
            continue
        m = needs.community[n]
        needs.end[n], needs.ended[n] = _MET, time
        tally[m, _MET_COLUMN] += 1.0
        if time - needs.arose[n] <= _PROMPT_DAYS:
            tally[m, _MET_30] += 1.0
        if way == _NEIGHBOURS:
            tally[m, _SETTLED] += 1.0
            if needs.category[n] == _DISPUTE:
                v.cells.settled[needs.cell[n]] += 1.0
        else:
            tally[m, _UNASKED] += 1.0
            lists.unasked[sizes.unasked[0]] = n
            sizes.unasked[0] += 1


@kernel
def _bound(severity, steep):  # type: ignore[no-untyped-def]
    """At least severity to the declared power (above one where `steep`, at most 1.5), without a power function."""
    most = max(1.0, severity)
    return most * most if steep else most


@inlined
def _eased(fixed, channel, g, assisted):  # type: ignore[no-untyped-def]
    """Access of group `g` where helpers close the share `assisted` of the digital gap."""
    own = fixed.access[channel, g]
    return own + assisted * (fixed.access_online[channel, g] - own)


@inlined
def _found(c, m, cells, fixed, levers, p):  # type: ignore[no-untyped-def]
    """Hazard that a grid worker comes by and notices an open need, 1/day."""
    workers = max(0.0, cells.grid_workers[c] + levers.grid_workers[m])
    return workers * p.visits * p.notice * levers.discovery[m] / max(1.0, fixed.households[c])


@kernel
def _loudest(v):  # type: ignore[no-untyped-def]
    """A bound on the summed hazards of any need of severity one or less, for a quick look before the full law."""
    cells, fixed, levers, p = v.cells, v.fixed, v.levers, v.laws.voice
    most = 0.0
    for m in range(levers.desk_ease.size):
        for g in range(fixed.access.shape[1]):
            helped = levers.assisted_access[m]
            eased = (
                fixed.access[_DESK, g] * levers.desk_ease[m]
                + _eased(fixed, _HOTLINE, g, helped) * levers.hotline_ease[m]
                + _eased(fixed, _PLATFORM, g, helped) * levers.platform_ease[m]
            )
            most = max(most, eased)
    reports = p.base_hazard * max(1.0, p.reopening) * (p.trust_floor + 1.0) * most
    others = 0.0
    for c in range(cells.first.size):
        m = cells.community[c]
        settled = p.settling * cells.social_capital[c] * levers.self_help[m] * max(1.0, levers.mediation[m])
        others = max(others, _found(c, m, cells, fixed, levers, p) + settled + levers.outreach[m].max())
    return reports + others


@kernel
def _report(n, channel, time, v, p):  # type: ignore[no-untyped-def]
    """Open a case for need `n`; soon after an answer that did not help it counts as reopened."""
    needs, cases, lists, sizes, fixed, tally = v.needs, v.cases, v.lists, v.sizes, v.fixed, v.tally
    m, g = needs.community[n], needs.group[n]
    needs.status[n], needs.channel[n] = _IN_CASE, channel
    if needs.reported[n] < 0.0:
        needs.reported[n] = time
        if channel != _GRID:
            for s in range(fixed.splits.shape[1]):
                tally[m, _REPORTS_SPLIT + s] += fixed.splits[g, s]
    if channel == _GRID:
        tally[m, _DISCOVERED] += 1.0
    else:
        tally[m, _REPORTS] += 1.0
        if channel == _PLATFORM:
            tally[m, _DIGITAL] += 1.0
        elif channel == _HOTLINE:
            tally[m, _HOTLINES] += 1.0
    last = needs.case[n]
    again = last >= 0 and time - needs.answered[n] <= p.reopening_days
    j = sizes.cases[0]
    sizes.cases[0] += 1
    needs.case[n] = j
    cases.need[j], cases.resident[j], cases.community[j] = n, needs.resident[n], m
    cases.category[j], cases.scope[j] = needs.category[n], needs.scope[n]
    cases.worked[j], cases.handovers[j], cases.refused[j], cases.reopenings[j] = 0.0, 0, 0, 0
    if again:
        cases.reopenings[j] = cases.reopenings[last] + 1
        tally[m, _REOPENED] += 1.0
    tally[m, _OPENED] += 1.0
    cases.opened[j], cases.responded[j], cases.started[j], cases.closed[j] = time, -1.0, -1.0, -1.0
    cases.status[j], cases.stage[j], cases.current[j], cases.joint[j], cases.convenor[j] = 0, _FRESH, 0, 0, -1
    cases.misrouted[j], cases.confirmed[j], cases.rating[j] = 0, 0, -1.0
    lists.open_cases[sizes.open_cases[0]] = j
    sizes.open_cases[0] += 1
