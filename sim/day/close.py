"""6. close: a case is resolved, given up, withdrawn, or closed on paper only.

All parts done: the case is resolved, and the need is met with probability

    q = clip(q0 · skill^s · fit · quality_m,k, 0, 1)      fit < 1 where a part was done by somebody less competent

otherwise the need stays unmet and may be reported again. Residents give up when their patience (drawn at opening, rising hazard)
ends first. Where deadlines or rankings press, cases near or past the deadline are closed on paper with hazard

    psi = psi0 · accountability · max(0, target − achieved) · (1 − disclosure) · (1 − audit)      [1/day]

(gaming: Bevan & Hood 2006); the need stays unmet and the resident knows.

Reads levers, institutions, communities; writes cases, needs, lists, sizes, tally. Limit: accountability 0, no paper closures.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.kernels import kernel
from sim.levers import Levers
from sim.parameters import parameter
from sim.randomness import SERVICE, Draws, U, philox, unit
from sim.records import COLUMN
from sim.state import State
from sim.view import skill_at_work

WRITES = ("cases", "needs", "lists", "sizes", "tally")


# fmt: off
class CloseParameters(NamedTuple):
    """Constants of closing."""

    quality: float = parameter(0.66, unit="share", low=0.5, high=0.95, source="EV-BJ-RES-2019-01", grade="judgement", set_for="TG-RESOLUTION",
        en="share of completed cases that meet the need, at skill one", zh="办结后真正满足需求的比例")
    quality_skill: float = parameter(0.5, unit="1", low=0.0, high=1.5, source="laws §6", grade="judgement",
        en="how that share rises with skill", zh="技能对办理质量的影响")
    fit_delegated: float = parameter(0.92, unit="factor", low=0.7, high=1.0, source="laws §6", grade="judgement",
        en="fit of a part that the street does in place of the competent department", zh="下放办理的适配度")
    paper: float = parameter(0.5, unit="1/day", low=0.0, high=1.5, source="Bevan & Hood 2006", grade="judgement", deep=True,
        en="hazard of paper closure at full pressure and full gap", zh="满压力下纸面办结的风险")
    paper_window: float = parameter(1.0, unit="days", low=0.0, high=3.0, source="laws §6", grade="judgement",
        en="days before the deadline from which paper closure tempts", zh="临近期限的纸面办结窗口")
# fmt: on


_OPEN, _MET = 0, 1
_ANSWERED = 2
_RESOLVED, _GIVEN_UP, _PAPER = 1, 2, 3
_CLOSED, _DONE = 4, 5
_MET_COLUMN, _MET_30 = COLUMN["needs_met"], COLUMN["needs_met_30d"]
_RESOLVED_COLUMN, _GIVEN_UP_COLUMN, _PAPER_COLUMN = (
    COLUMN["cases_resolved"],
    COLUMN["cases_given_up"],
    COLUMN["cases_paper"],
)
_CONFIRMED, _JOINT, _MULTI = COLUMN["cases_confirmed"], COLUMN["cases_joint"], COLUMN["cases_multi"]
_MULTI_RESOLVED, _RESOLVED_DAYS = COLUMN["cases_multi_resolved"], COLUMN["resolved_days_sum"]
_ON_TIME, _ON_TIME_MET = COLUMN["on_time"], COLUMN["on_time_met"]
_DRAW_QUALITY, _DRAW_PAPER = 40, 41
_PROMPT_DAYS = 30.0


def close(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Close what is done, given up, withdrawn or papered over on `day`."""
    state.sizes.closed_today[0] = 0
    _close(state.under(levers), day, draws.keys[SERVICE, 0], draws.keys[SERVICE, 1])


@kernel
def _close(v, day, k0, k1):  # type: ignore[no-untyped-def]
    cases, needs, communities, p = v.cases, v.needs, v.communities, v.laws.close
    lists, sizes, tally, levers = v.lists, v.sizes, v.tally, v.levers
    kept = 0
    for index in range(sizes.open_cases[0]):
        j = lists.open_cases[index]
        n, m = cases.need[j], cases.community[j]
        status = 0
        time = 0.0
        if cases.stage[j] == _DONE:
            status, time = _RESOLVED, cases.closed[j]
        elif needs.end[n] != _OPEN:
            status, time = _GIVEN_UP, max(needs.ended[n], cases.opened[j])
        elif cases.patience[j] < day + 1.0:
            status, time = _GIVEN_UP, cases.patience[j]
        elif levers.accountability[m] > 0.0 and day + 1.0 > cases.deadline[j] - p.paper_window:
            gap = max(0.0, levers.target[m] - min(communities.recognised[m], communities.on_time[m]))
            psi = (
                p.paper
                * levers.accountability[m]
                * gap
                * (1.0 - levers.disclosure[m])
                * (1.0 - levers.audit[m])
            )
            w = philox(U(cases.resident[j]), U(day), U(_DRAW_PAPER), U(needs.salt[n]), k0, k1)
            if unit(w[0]) < 1.0 - math.exp(-psi):
                status, time = _PAPER, max(day + unit(w[1]), cases.opened[j])
        if status == 0:
            lists.open_cases[kept] = j
            kept += 1
            continue
        cases.status[j], cases.stage[j], cases.closed[j] = status, _CLOSED, time
        lists.closed_today[sizes.closed_today[0]] = j
        sizes.closed_today[0] += 1
        in_time = time <= cases.deadline[j]
        met = needs.end[n] == _MET
        if status == _RESOLVED:
            w = philox(U(cases.resident[j]), U(day), U(_DRAW_QUALITY), U(needs.salt[n]), k0, k1)
            met = needs.end[n] == _OPEN and unit(w[0]) < _quality(j, v, p)
            tally[m, _RESOLVED_COLUMN] += 1.0
            tally[m, _RESOLVED_DAYS] += time - cases.opened[j]
        elif status == _GIVEN_UP:
            tally[m, _GIVEN_UP_COLUMN] += 1.0
        else:
            tally[m, _PAPER_COLUMN] += 1.0
        if needs.end[n] == _OPEN:
            if met:
                needs.end[n], needs.ended[n] = _MET, time
                cases.confirmed[j] = 1
                tally[m, _CONFIRMED] += 1.0
                tally[m, _MET_COLUMN] += 1.0
                if time - needs.arose[n] <= _PROMPT_DAYS:
                    tally[m, _MET_30] += 1.0
            else:
                needs.status[n], needs.answered[n] = _ANSWERED, time
        # The record counts a paper closure as done in time; the need-based twin does not.
        if in_time and status != _GIVEN_UP:
            tally[m, _ON_TIME] += 1.0
        if in_time and cases.confirmed[j]:
            tally[m, _ON_TIME_MET] += 1.0
        if cases.joint[j]:
            tally[m, _JOINT] += 1.0
        if cases.scope[j] > 1:
            tally[m, _MULTI] += 1.0
            if status == _RESOLVED:
                tally[m, _MULTI_RESOLVED] += 1.0
    sizes.open_cases[0] = kept


@kernel
def _quality(j, v, p):  # type: ignore[no-untyped-def]
    """Probability that completed work meets the need: the mean over its parts of quality by skill and fit."""
    cases, fixed, quality = v.cases, v.fixed, v.levers.quality
    m, k = cases.community[j], cases.category[j]
    total = 0.0
    for part in range(cases.scope[j]):
        b = cases.provider[j, part]
        fit = 1.0 if b == fixed.circle[m, fixed.chains[k, part]] else p.fit_delegated
        total += p.quality * skill_at_work(b, v) ** p.quality_skill * fit
    return min(1.0, quality[m, k] * total / cases.scope[j])
