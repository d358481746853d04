"""7. respond: residents judge what they got, and the three senses, trust and expectation follow.

An answer (closed case) is an encounter with performance

    P = w_s · solved + w_t · exp(−wait/deadline) · [not given up] + w_f · fairness + w_c · courtesy
    D = P − E,   u = D if D ≥ 0 else lambda · D           (loss aversion; expectation-disconfirmation: Oliver 1980, Van Ryzin 2004)
    rating = clip(r0 + beta_P · (P − ½) + beta_D · u + disposition, 0, 1),   E += a · (P − E),   gain += g · u

A need met unasked is a gain without disappointment, `gain += g_u · (1 − gain)`, and soon taken for granted, `E += a_u · (1 − E)`.
Trust moves by a small step, bad weighing more than good; the belief that reporting helps rises with a good answer and falls with a
bad one; after repeated bad answers the resident falls silent. Unfair treatment: a case handled by relationship rather than by rule
favours insiders and disfavours migrants and low incomes.

Every day, for everyone (relaxation):

    gain      → g0 + disposition − b_g · unmet_i                       E → what neighbours got + promise_m
    security  → s0 − f_d · disorder_c − f_c · conflicts per 1,000_c + disposition − b_s · unmet_i
    happiness → h0 + h_s · social capital_c + h_n · mean of 8 ties + disposition − b_h · unmet_i
    trust     → T0 + disposition + warmth_m

Reads cells, institutions, cases; writes residents (senses), needs.status, cases.rating, cells (sums), tally.
Limits: lambda = 1 and a = 0 make ratings linear in P; influence alone converges as DeGroot (1974).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernels import inlined, kernel
from sim.levers import Levers
from sim.parameters import parameter
from sim.randomness import Draws, U
from sim.records import COLUMN
from sim.state import FIXED_POINT, State
from sim.threads import over_communities

WRITES = ("residents", "needs", "cases", "cells", "tally")


# fmt: off
class RespondParameters(NamedTuple):
    """Constants of judging and feeling."""

    weight_solved: float = parameter(0.50, unit="share", low=0.3, high=0.7, source="laws §7", grade="judgement",
        en="weight of a solved problem in performance", zh="问题解决在绩效感知中的权重")
    weight_wait: float = parameter(0.20, unit="share", low=0.05, high=0.4, source="laws §7", grade="judgement",
        en="weight of a short wait", zh="办理时效权重")
    weight_fairness: float = parameter(0.15, unit="share", low=0.05, high=0.3, source="laws §7", grade="judgement",
        en="weight of fair treatment", zh="公平感权重")
    weight_courtesy: float = parameter(0.15, unit="share", low=0.05, high=0.3, source="laws §7", grade="judgement",
        en="weight of courtesy", zh="服务态度权重")
    fairness: float = parameter(0.65, unit="0-1", low=0.4, high=0.9, source="laws §7", grade="judgement",
        en="fairness felt when handled by rule", zh="依规办理的公平感")
    favouritism: float = parameter(0.20, unit="0-1", low=0.0, high=0.4, source="laws §7", grade="judgement",
        en="fairness gained by insiders and lost by outsiders when handled by relationship", zh="关系办理带来的公平感差异")
    courtesy: float = parameter(0.65, unit="0-1", low=0.4, high=0.9, source="laws §7", grade="judgement",
        en="courtesy at normal effort without burnout", zh="正常状态下的服务态度")
    courtesy_burnout: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="laws §7", grade="judgement",
        en="courtesy lost at full burnout", zh="倦怠导致的服务态度损失")
    loss_aversion: float = parameter(1.96, unit="ratio", low=1.5, high=2.5, source="EV-NEG-LAMBDA", grade="literature",
        en="weight of disappointment over delight", zh="损失厌恶系数")
    rating_base: float = parameter(0.72, unit="0-1", low=0.5, high=0.9, source="EV-BJ-SAT-2019-01", grade="judgement", set_for="TG-RATING",
        en="rating when performance is middling and as expected", zh="中性绩效下的评分基准")
    rating_performance: float = parameter(0.35, unit="1", low=0.1, high=0.6, source="EV-EDM-PERF", grade="literature",
        en="direct effect of performance on the rating", zh="绩效对评分的直接影响")
    rating_disconfirmation: float = parameter(0.5, unit="1", low=0.3, high=0.7, source="EV-EDM-DISC", grade="literature",
        en="effect of disconfirmation on the rating", zh="期望落差对评分的影响")
    rated_well_from: float = parameter(0.5, unit="0-1", low=0.4, high=0.75, source="laws §7", grade="judgement", set_for="TG-RATING", role="fact",
        en="rating from which a case counts as rated well", zh="计为满意的评分阈值")
    expectation_step: float = parameter(0.3, unit="1/encounter", low=0.1, high=0.5, source="EV-EXP-ADAPT", grade="literature",
        en="how far expectation follows an encounter", zh="期望随体验更新的幅度")
    expectation_drift: float = parameter(0.003, unit="1/day", low=0.0, high=0.01, source="EV-EXP-ADAPT", grade="judgement",
        en="how fast expectation drifts to what neighbours got", zh="期望向邻里水平漂移的速度")
    gain_step: float = parameter(0.15, unit="1/encounter", low=0.05, high=0.4, source="laws §7", grade="judgement",
        en="how far the sense of gain moves with an encounter", zh="获得感随体验变化的幅度")
    gain_unasked: float = parameter(0.10, unit="1/need", low=0.0, high=0.3, source="laws §7", grade="judgement",
        en="how far the sense of gain rises when a need is met unasked", zh="需求被主动满足时获得感的提升")
    expectation_unasked: float = parameter(0.05, unit="1/need", low=0.0, high=0.2, source="EV-EXP-ADAPT", grade="judgement",
        en="how far expectation rises when a need is met unasked", zh="需求被主动满足时期望的上升")
    trust_step: float = parameter(0.03, unit="points per encounter", low=0.005, high=0.08, source="EV-TRUST-STEP", grade="judgement",
        en="how far trust moves with a good encounter", zh="信任随良好体验上升的步长")
    trust_asymmetry: float = parameter(2.0, unit="ratio", low=1.3, high=3.5, source="EV-TRUST-ASYM", grade="judgement",
        en="weight of a bad encounter for trust over a good one", zh="负面体验对信任的放大倍数")
    belief_step: float = parameter(0.15, unit="1/encounter", low=0.05, high=0.4, source="Hirschman 1970", grade="judgement",
        en="how far the belief that reporting helps moves with an answer", zh="上报效能感更新幅度")
    exit_after: float = parameter(2.0, unit="bad answers", low=1.0, high=5.0, source="Hirschman 1970", grade="judgement",
        en="bad answers to the same need after which the resident falls silent", zh="沉默前的失败答复次数")
    gain_rate: float = parameter(0.010, unit="1/day", low=0.003, high=0.04, source="laws §7", grade="judgement",
        en="relaxation of the sense of gain", zh="获得感回归速度")
    security_rate: float = parameter(0.030, unit="1/day", low=0.01, high=0.1, source="laws §7", grade="judgement",
        en="relaxation of the sense of security (weeks)", zh="安全感回归速度")
    happiness_rate: float = parameter(0.020, unit="1/day", low=0.005, high=0.06, source="laws §7", grade="judgement",
        en="relaxation of happiness", zh="幸福感回归速度")
    trust_rate: float = parameter(0.003, unit="1/day", low=0.0, high=0.01, source="laws §7", grade="judgement",
        en="fading of trust to its resting level", zh="信任回归速度")
    gain_rest: float = parameter(0.63, unit="0-1", low=0.4, high=0.8, source="EV-CASS-2019", grade="judgement", set_for="TG-SATISFACTION",
        en="sense of gain without open needs", zh="无未满足需求时的获得感")
    happiness_rest: float = parameter(0.17, unit="0-1", low=0.0, high=0.5, source="EV-CASS-2019", grade="judgement", set_for="TG-SATISFACTION",
        en="part of happiness that neither neighbours nor social capital explain", zh="幸福感的个体基准")
    happiness_capital: float = parameter(0.40, unit="1", low=0.1, high=0.7, source="laws §7", grade="judgement",
        en="effect of social capital on happiness", zh="社会资本对幸福感的影响")
    happiness_ties: float = parameter(0.40, unit="1", low=0.0, high=0.7, source="laws §7", grade="judgement",
        en="effect of the happiness of one's ties", zh="社会联系对幸福感的影响")
    trust_rest: float = parameter(0.55, unit="0-1", low=0.3, high=0.8, source="EV-ASH-TOWN-2016", grade="judgement",
        en="resting level of trust", zh="信任的静息水平")
    fear_disorder: float = parameter(0.9, unit="1", low=0.3, high=1.5, source="laws §7", grade="judgement",
        en="insecurity per disorder", zh="失序带来的不安全感")
    fear_conflict: float = parameter(0.02, unit="1/dispute per 1,000 residents", low=0.0, high=0.06, source="laws §7", grade="judgement",
        en="insecurity per open conflict", zh="冲突带来的不安全感")
    security_rest: float = parameter(0.85, unit="0-1", low=0.6, high=1.0, source="laws §7", grade="judgement", set_for="TG-SATISFACTION",
        en="sense of security without disorder and conflict", zh="无失序与冲突时的安全感")
    burden_gain: float = parameter(0.10, unit="1/severity", low=0.02, high=0.3, source="laws §7", grade="judgement",
        en="loss of gain per severity of own open needs", zh="未满足需求对获得感的影响")
    burden_security: float = parameter(0.05, unit="1/severity", low=0.0, high=0.2, source="laws §7", grade="judgement",
        en="loss of security per severity of own open needs", zh="未满足需求对安全感的影响")
    burden_happiness: float = parameter(0.06, unit="1/severity", low=0.0, high=0.2, source="laws §7", grade="judgement",
        en="loss of happiness per severity of own open needs", zh="未满足需求对幸福感的影响")
    survey_gain: float = parameter(0.4, unit="share", low=0.2, high=0.6, source="laws §7", grade="judgement",
        en="weight of gain in survey satisfaction; security and happiness share the rest equally", zh="获得感在总体满意度中的权重")
    neighbour_memory: float = parameter(0.05, unit="1/encounter", low=0.01, high=0.2, source="laws §7", grade="judgement",
        en="how far what neighbours got moves with an encounter in the cell", zh="邻里绩效感知更新幅度")
# fmt: on


_GIVEN_UP, _EXIT = 2, 3
_OPEN = 0
_RATED, _RATED_WELL, _RATING = COLUMN["rated"], COLUMN["rated_well"], COLUMN["rating_sum"]
#: Residents whose sums of 2^-20 certainly fit 32 bits, in which twice as many are added up at a time as in 64.
_STRETCH = 1024
_OFFSET, _SECOND, _THIRD, _FOURTH = U(0xFFFF), U(16), U(32), U(48)


def respond(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Let residents judge today's answers, then move everyone's senses by one day."""
    view, first_cell = state.under(levers), state.geography.community_first_cell
    over_communities(state, lambda first, last: _respond(view, first_cell, first, last))


@kernel
def _respond(v, community_first_cell, first_community, last_community):  # type: ignore[no-untyped-def]
    """The day of the residents of some communities, who stand in the slots `[begin, end)`."""
    p, cells = v.laws.respond, v.cells
    begin = cells.first[community_first_cell[first_community]]
    end = cells.last[community_first_cell[last_community] - 1]
    _judge(v, p, begin, end)
    _welcome(v, p, begin, end)
    _carry(v, begin, end)
    for m in range(first_community, last_community):
        _feel(v, m, community_first_cell[m], community_first_cell[m + 1], p)


@kernel
def _judge(v, p, begin, end):  # type: ignore[no-untyped-def]
    """What those of the slots `[begin, end)` make of the day who had an answer."""
    cases, needs, residents, cells, fairness = v.cases, v.needs, v.residents, v.cells, v.levers.fairness
    institutions, lists, sizes, tally = v.institutions, v.lists, v.sizes, v.tally
    for index in range(sizes.closed_today[0]):
        j = lists.closed_today[index]
        n, m, i, c = cases.need[j], cases.community[j], needs.slot[cases.need[j]], needs.cell[cases.need[j]]
        if not begin <= i < end or residents.identity[i] != cases.resident[j]:
            continue  # another range's; or moved away: nobody is left to judge
        g = needs.group[n]
        outsider = 1.0 if (g // 6) % 2 == 1 or (g // 2) % 3 == 0 else -1.0
        fair = p.fairness + fairness[m] - (0.0 if cases.by_rule[j] else p.favouritism * outsider)
        b = cases.provider[j, 0]
        kind = p.courtesy * institutions.effort[b] * (1.0 - p.courtesy_burnout * institutions.burnout[b])
        wait = max(0.0, cases.closed[j] - cases.opened[j])
        prompt = (
            0.0 if cases.status[j] == _GIVEN_UP else math.exp(-wait / (cases.deadline[j] - cases.opened[j]))
        )
        performance = p.weight_solved * cases.confirmed[j] + p.weight_wait * prompt
        performance += p.weight_fairness * min(1.0, max(0.0, fair)) + p.weight_courtesy * min(
            1.0, max(0.0, kind)
        )
        gap = performance - residents.expectation[i]
        u = gap if gap >= 0.0 else p.loss_aversion * gap
        rating = p.rating_base + p.rating_performance * (performance - 0.5) + p.rating_disconfirmation * u
        rating += residents.disposition[i]
        rating = min(1.0, max(0.0, rating))
        cases.rating[j] = rating
        tally[m, _RATED] += 1.0
        tally[m, _RATING] += rating
        if rating >= p.rated_well_from:
            tally[m, _RATED_WELL] += 1.0
        residents.expectation[i] = _bounded(residents.expectation[i] + p.expectation_step * gap)
        residents.gain[i] = _bounded(residents.gain[i] + p.gain_step * u)
        if cases.confirmed[j]:
            residents.trust[i] = _bounded(residents.trust[i] + p.trust_step)
            residents.efficacy[i] += p.belief_step * (1.0 - residents.efficacy[i])
        else:
            residents.trust[i] = _bounded(residents.trust[i] - p.trust_asymmetry * p.trust_step)
            residents.efficacy[i] -= min(1.0, p.loss_aversion * p.belief_step) * residents.efficacy[i]
            if needs.end[n] == _OPEN:
                needs.answers[n] += 1
                if needs.answers[n] >= p.exit_after:
                    needs.status[n] = _EXIT
        cells.performance[c] += p.neighbour_memory * (performance - cells.performance[c])


@kernel
def _welcome(v, p, begin, end):  # type: ignore[no-untyped-def]
    """What residents make of needs that were met unasked today."""
    needs, residents, lists, sizes = v.needs, v.residents, v.lists, v.sizes
    for index in range(sizes.unasked[0]):
        n = lists.unasked[index]
        i = needs.slot[n]
        if not begin <= i < end or residents.identity[i] != needs.resident[n]:
            continue
        residents.gain[i] += p.gain_unasked * (1.0 - residents.gain[i])
        residents.expectation[i] += p.expectation_unasked * (1.0 - residents.expectation[i])


@kernel
def _bounded(x):  # type: ignore[no-untyped-def]
    return min(1.0, max(0.0, x))


@kernel
def _carry(v, begin, end):  # type: ignore[no-untyped-def]
    """Own unmet burden: summed severity of a resident's open needs, in order of arising."""
    needs, residents, lists, sizes = v.needs, v.residents, v.lists, v.sizes
    for index in range(sizes.open_needs[0]):
        i = needs.slot[lists.open_needs[index]]
        if begin <= i < end:
            residents.unmet[i] = 0.0
    for index in range(sizes.open_needs[0]):
        n = lists.open_needs[index]
        i = needs.slot[n]
        if begin <= i < end and needs.end[n] == _OPEN:
            residents.unmet[i] += np.float32(needs.severity[n])


@kernel
def _feel(v, m, first_cell, last_cell, p):  # type: ignore[no-untyped-def]
    """One day of relaxation for community `m`. Everyone hears how happy the ties are before anyone moves.

    Plain slices and one loop a sense, so that the compiler vectorises; sums are integers.
    """
    r, cells = v.residents, v.cells
    begin, end = cells.first[first_cell], cells.last[last_cell - 1]
    around = np.empty(end - begin, np.float32)
    _hear(around, r.happiness[begin:end], r.ties.view(np.uint64)[begin:end])
    for c in range(first_cell, last_cell):
        first, last = cells.first[c], cells.last[c]
        own, unmet = r.disposition[first:last], r.unmet[first:last]
        people = max(1, last - first)
        fear = p.fear_disorder * cells.disorder[c] + p.fear_conflict * 1000.0 * cells.conflict[c] / people
        happy = p.happiness_rest + p.happiness_capital * cells.social_capital[c]
        got = _bounded(cells.performance[c] + v.levers.promise[m])
        _drift(r.expectation[first:last], np.float32(p.expectation_drift), np.float32(got))
        _relax(r.gain[first:last], own, unmet,
               np.float32(p.gain_rate), np.float32(p.gain_rest), np.float32(p.burden_gain))  # fmt: skip
        _relax(r.security[first:last], own, unmet,
               np.float32(p.security_rate), np.float32(p.security_rest - fear), np.float32(p.burden_security))  # fmt: skip
        _relax(r.trust[first:last], own, unmet,
               np.float32(p.trust_rate), np.float32(p.trust_rest + v.levers.warmth[m]), np.float32(0.0))  # fmt: skip
        _relax_among(r.happiness[first:last], around[first - begin : last - begin], own, unmet,
                     np.float32(p.happiness_rate), np.float32(happy), np.float32(p.burden_happiness),
                     np.float32(p.happiness_ties / 8.0))  # fmt: skip
        cells.sums[c] = 0
        for start in range(first, last, _STRETCH):
            stop = min(last, start + _STRETCH)
            _add_up(r.gain[start:stop], r.security[start:stop], r.happiness[start:stop], r.trust[start:stop],
                    np.float32(p.survey_gain), cells.sums[c])  # fmt: skip
        cells.satisfaction[c] = cells.sums[c, 0] / FIXED_POINT / people


@kernel
def _hear(around, happiness, ties):  # type: ignore[no-untyped-def]
    """Summed happiness of eight ties. Four offsets are read as one word, because loads are what this loop waits for."""
    for j in range(around.size):
        a, b = ties[j, 0], ties[j, 1]
        one = happiness[a & _OFFSET] + happiness[(a >> _SECOND) & _OFFSET]
        two = happiness[(a >> _THIRD) & _OFFSET] + happiness[a >> _FOURTH]
        three = happiness[b & _OFFSET] + happiness[(b >> _SECOND) & _OFFSET]
        four = happiness[(b >> _THIRD) & _OFFSET] + happiness[b >> _FOURTH]
        around[j] = (one + two) + (three + four)


@kernel
def _drift(expectation, rate, got):  # type: ignore[no-untyped-def]
    """E += rate · (what neighbours got − E)."""
    for j in range(expectation.size):
        expectation[j] += rate * (got - expectation[j])


@kernel
def _relax(sense, own, unmet, rate, rest, burden):  # type: ignore[no-untyped-def]
    """x += rate · (rest + disposition − burden · unmet − x), kept in [0, 1]."""
    one, zero = np.float32(1.0), np.float32(0.0)
    for j in range(sense.size):
        sense[j] = min(one, max(zero, sense[j] + rate * (rest + own[j] - burden * unmet[j] - sense[j])))


@kernel
def _relax_among(sense, around, own, unmet, rate, rest, burden, per_tie):  # type: ignore[no-untyped-def]
    """The same with the happiness of eight ties in the resting level."""
    one, zero = np.float32(1.0), np.float32(0.0)
    for j in range(sense.size):
        rest_here = rest + per_tie * around[j] + own[j] - burden * unmet[j]
        sense[j] = min(one, max(zero, sense[j] + rate * (rest_here - sense[j])))


@kernel
def _add_up(gain, security, happiness, trust, weight, sums):  # type: ignore[no-untyped-def]
    """Add to sums over residents in 2^-20: satisfaction, its square, gain, security, happiness, trust."""
    other = np.float32(0.5) * (np.float32(1.0) - weight)
    s_sum = s_square = g_sum = c_sum = h_sum = t_sum = np.int32(0)
    for j in range(gain.size):
        survey = weight * gain[j] + other * (security[j] + happiness[j])
        s_sum = np.int32(s_sum + _fixed(survey))
        s_square = np.int32(s_square + _fixed(survey * survey))
        g_sum = np.int32(g_sum + _fixed(gain[j]))
        c_sum = np.int32(c_sum + _fixed(security[j]))
        h_sum = np.int32(h_sum + _fixed(happiness[j]))
        t_sum = np.int32(t_sum + _fixed(trust[j]))
    sums[0] += s_sum
    sums[1] += s_square
    sums[2] += g_sum
    sums[3] += c_sum
    sums[4] += h_sum
    sums[5] += t_sum


@inlined
def _fixed(share):  # type: ignore[no-untyped-def]
    return np.int32(share * np.float32(FIXED_POINT))
