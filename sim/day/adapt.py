"""9. adapt: institutions move alignment, effort, ties, skill, staff and willingness by their incentives.

Daily     utilisation (smoothed); ties of those who resolved a joint case: w += g · (1 − w); what a community's closed cases show.
Weekly    alignment:  a += min(1, pull_b + min(j_most, j · joint successes) + d · refusal cost_b · [refused]) · (1 − a) − own · (a − a_rest)
          effort:     e → 1 + k_a · accountability · max(0, target − achieved) + k_r · recognition − k_b · burnout
          burnout:    b += g · max(0, utilisation − 0.85) · (1 − b) − h · b
          ties:       w += f · (w_rest − w)
          willing:    lending is worth reputation and costs hours; who carries more than the mean of the pool lends less (Olson 1965)
Monthly   each actor kind reviews itself (`organizations/`): staff leave with burnout and are replaced with less skill; social
          organizations follow funding and reputation; firms join and leave the party network.

Reads levers, tally, cases; writes institutions, ties, communities. Limit: without incentives every value rests at its fixed point.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernels import kernel
from sim.levers import Levers
from sim.organizations import review
from sim.parameters import parameter
from sim.randomness import Draws
from sim.state import State

WRITES = ("institutions", "ties", "communities")


# fmt: off
class AdaptParameters(NamedTuple):
    """Constants of institutional adaptation."""

    utilisation_memory: float = parameter(0.05, unit="1/day", low=0.01, high=0.2, source="laws §9", grade="judgement",
        en="smoothing of utilisation", zh="负荷率平滑系数")
    achieved_memory: float = parameter(0.03, unit="1/case", low=0.005, high=0.1, source="laws §9", grade="judgement",
        en="smoothing of a community's achieved rates", zh="达标率平滑系数")
    tie_growth: float = parameter(0.05, unit="1/joint case", low=0.01, high=0.2, source="laws §9", grade="judgement",
        en="growth of a tie by a joint case that was resolved", zh="联合办结增进联系的幅度")
    tie_fade: float = parameter(0.006, unit="1/week", low=0.001, high=0.03, source="laws §9", grade="judgement",
        en="fading of ties", zh="联系的每周衰减")
    alignment_own: float = parameter(0.02, unit="1/week", low=0.0, high=0.1, source="laws §9", grade="judgement",
        en="pull of own goals on alignment", zh="自身目标的拉力")
    alignment_joint: float = parameter(0.004, unit="1/joint case", low=0.0, high=0.02, source="laws §9", grade="judgement",
        en="alignment gained by a joint success", zh="联合成功带来的一致度提升")
    joint_most: float = parameter(0.2, unit="1/week", low=0.05, high=0.5, source="laws §9", grade="judgement",
        en="most alignment that joint successes of one week can bring", zh="每周联合成功带来的一致度提升上限")
    effort_least: float = parameter(0.3, unit="factor", low=0.1, high=0.6, source="laws §9", grade="judgement",
        en="least effort that incentives can leave", zh="努力下限")
    effort_most: float = parameter(1.5, unit="factor", low=1.1, high=2.0, source="laws §9", grade="judgement",
        en="most effort that incentives can call forth", zh="努力上限")
    willing_recognition: float = parameter(0.2, unit="1", low=0.0, high=0.5, source="Olson 1965", grade="judgement",
        en="willingness to lend that recognition adds", zh="荣誉激励带来的共享意愿")
    effort_accountability: float = parameter(0.5, unit="1", low=0.0, high=1.0, source="laws §9", grade="judgement",
        en="effort called forth by accountability times the gap to the target", zh="问责对努力的促进")
    effort_recognition: float = parameter(0.15, unit="1", low=0.0, high=0.4, source="laws §9", grade="judgement",
        en="effort called forth by recognition", zh="荣誉激励对努力的促进")
    effort_burnout: float = parameter(0.4, unit="1", low=0.0, high=0.8, source="laws §9", grade="judgement",
        en="effort lost at full burnout", zh="倦怠导致的努力损失")
    effort_rate: float = parameter(0.25, unit="1/week", low=0.05, high=0.6, source="laws §9", grade="judgement",
        en="how fast effort follows its incentives", zh="努力调整速度")
    burnout_from: float = parameter(0.85, unit="share", low=0.7, high=0.95, source="laws §9", grade="judgement",
        en="utilisation above which burnout grows", zh="产生倦怠的负荷阈值")
    burnout_growth: float = parameter(0.15, unit="1/week", low=0.03, high=0.4, source="laws §9", grade="judgement",
        en="growth of burnout per utilisation above the threshold", zh="倦怠增长率")
    burnout_recovery: float = parameter(0.03, unit="1/week", low=0.01, high=0.1, source="laws §9", grade="judgement",
        en="recovery from burnout", zh="倦怠恢复率")
    willing_rate: float = parameter(0.10, unit="1/week", low=0.02, high=0.3, source="Olson 1965", grade="judgement",
        en="how fast willingness to lend moves", zh="共享意愿调整速度")
    willing_reputation: float = parameter(0.6, unit="1", low=0.2, high=1.0, source="Olson 1965", grade="judgement",
        en="willingness that alignment and recognition sustain", zh="声誉与一致度对共享意愿的支撑")
    willing_free_riding: float = parameter(0.5, unit="1", low=0.0, high=1.0, source="Olson 1965", grade="judgement",
        en="willingness lost where one carries more than the mean of the pool", zh="搭便车对共享意愿的削弱")
    refusal_drift: float = parameter(0.10, unit="1/week", low=0.0, high=0.3, source="laws §9", grade="judgement",
        en="alignment regained a week where refusing has a price", zh="拒收有代价时的一致度恢复")
# fmt: on


_SERVICE_DONE = 1
_WEEK, _MONTH = 7, 30


def adapt(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Daily traces, the weekly meeting on the last day of a week, the monthly review on the last day of a month."""
    view = state.under(levers)
    _daily(view)
    if day % _WEEK == _WEEK - 1:
        _weekly(view)
    if day % _MONTH == _MONTH - 1:
        review(state, levers, draws, day)


@kernel
def _daily(v):  # type: ignore[no-untyped-def]
    t, cases, communities, lists, sizes = v.institutions, v.cases, v.communities, v.lists, v.sizes
    p, rated_well_from = v.laws.adapt, v.laws.respond.rated_well_from
    for b in range(t.staff.size):
        # What a full day of work asks for: hours given and, where parts still wait, all of them.
        busy = 1.0 if t.waiting[b] > 0 else 0.0
        if t.capacity[b] > 0.0:
            busy = 1.0 - t.idle[b] / t.capacity[b]
        t.utilisation[b] += p.utilisation_memory * (busy - t.utilisation[b])
    for index in range(sizes.closed_today[0]):
        j = lists.closed_today[index]
        m = cases.community[j]
        # Achieved as the administration records it: paper closures count as solved and, when early enough, as timely.
        solved = 1.0 if cases.confirmed[j] or cases.status[j] == 3 else 0.0
        timely = 1.0 if solved > 0.0 and cases.closed[j] <= cases.deadline[j] else 0.0
        communities.recognised[m] += p.achieved_memory * (solved - communities.recognised[m])
        communities.on_time[m] += p.achieved_memory * (timely - communities.on_time[m])
        heard = 1.0 if 0.0 <= cases.responded[j] <= cases.deadline[j] else 0.0
        communities.responsive[m] += p.achieved_memory * (heard - communities.responsive[m])
        if cases.rating[j] >= 0.0:
            content = 1.0 if cases.rating[j] >= rated_well_from else 0.0
            communities.rated_well[m] += p.achieved_memory * (content - communities.rated_well[m])
        if cases.joint[j] and cases.status[j] == _SERVICE_DONE:
            _strengthen(j, v, v.levers.tie_growth[m] * p.tie_growth)


@kernel
def _strengthen(j, v, growth):  # type: ignore[no-untyped-def]
    """Ties among all at the table, convenor included, grow by a joint success."""
    t, cases, ties = v.institutions, v.cases, v.ties
    m, scope = cases.community[j], cases.scope[j]
    convenor = cases.convenor[j]
    table = scope if convenor == cases.provider[j, 0] else scope + 1
    for one in range(table):
        a = convenor if one == scope else cases.provider[j, one]
        t.joint_successes[a] += 1.0
        for other in range(table):
            b = convenor if other == scope else cases.provider[j, other]
            if a != b:
                w = ties[m, t.role[a], t.role[b]]
                ties[m, t.role[a], t.role[b]] = w + np.float32(min(1.0, growth)) * (np.float32(1.0) - w)


@kernel
def _weekly(v):  # type: ignore[no-untyped-def]
    t, communities, ties, levers = v.institutions, v.communities, v.ties, v.levers
    tie_rest, p = v.fixed.tie_rest, v.laws.adapt
    pool, members = 0.0, 0
    for b in range(t.staff.size):
        if levers.pool[b] > 0.0:
            pool += t.hours_lent[b] / max(1e-9, t.hours_available[b])
            members += 1
    carried = pool / members if members else 0.0
    for b in range(t.staff.size):
        served = t.last_community[b] - t.first_community[b]
        pressure = 0.0
        for m in range(t.first_community[b], t.last_community[b]):
            achieved = min(communities.recognised[m], communities.on_time[m])
            pressure += levers.accountability[m] * max(0.0, levers.target[m] - achieved) / served
        a = t.alignment[b]
        toward = levers.alignment_pull[b] + min(p.joint_most, p.alignment_joint * t.joint_successes[b])
        toward += p.refusal_drift * levers.refusal_cost[b] * min(1.0, t.refusals[b])
        a += min(1.0, toward) * (1.0 - a) - p.alignment_own * (a - t.alignment_rest[b])
        t.alignment[b] = min(1.0, max(0.0, a))
        strain = p.burnout_growth * max(0.0, t.utilisation[b] - p.burnout_from)
        t.burnout[b] += strain * (1.0 - t.burnout[b]) - p.burnout_recovery * t.burnout[b]
        wish = 1.0 + p.effort_accountability * pressure + p.effort_recognition * levers.recognition[b]
        wish -= p.effort_burnout * t.burnout[b]
        t.effort[b] += p.effort_rate * (min(p.effort_most, max(p.effort_least, wish)) - t.effort[b])
        if levers.pool[b] > 0.0:
            own = t.hours_lent[b] / max(1e-9, t.hours_available[b])
            wish = (
                p.willing_reputation * t.alignment[b]
                + (1.0 - p.willing_reputation)
                + p.willing_recognition * levers.recognition[b]
            )
            if own > carried:
                wish -= p.willing_free_riding * (own - carried) / max(1e-9, own)
            t.willingness[b] += p.willing_rate * (min(1.0, max(0.0, wish)) - t.willingness[b])
        t.joint_successes[b], t.refusals[b] = 0.0, 0.0
    fade = np.float32(p.tie_fade)
    for m in range(ties.shape[0]):
        for a in range(ties.shape[1]):
            for b in range(ties.shape[2]):
                ties[m, a, b] += fade * (np.float32(tie_rest[a, b]) - ties[m, a, b])
