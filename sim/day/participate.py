"""8. participate: residents volunteer when neighbours, trust and mobilisation outweigh fatigue by more than their own threshold.

    volunteer if  a · [(1 − w) · share of ties + w · share of the cell] + b · T_i + c · mobilisation_m − d · fatigue_i ≥ theta_i

reconsidered once a week (by identity). With b = c = d = 0, a = 1 and w = 1 it is Granovetter's (1978) threshold cascade. Volunteering
tires; mobilisation tires more where open needs show that it means little, and above a dose it raises the threshold itself
(crowding out: Frey & Oberholzer-Gee 1997).

    social capital:  K' = K + k_v · capital_growth_m · participation · (1 − K) + k_d · disputes settled / 1,000 residents · (1 − K) − n · K

Volunteers give about two hours a week, a share of which is at hand for cases (the staff of the volunteers' row).

Reads cells, levers; writes residents (volunteer, fatigue, threshold), cells, institutions.staff of volunteers, tally.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernels import kernel
from sim.levers import Levers
from sim.needs import HOURS_PER_DAY, Role
from sim.parameters import parameter
from sim.randomness import Draws
from sim.records import COLUMN
from sim.state import TIES, State
from sim.threads import over_communities

WRITES = ("residents", "cells", "institutions", "tally")


# fmt: off
class ParticipateParameters(NamedTuple):
    """Constants of volunteering and social capital."""

    influence: float = parameter(0.55, unit="1", low=0.1, high=1.0, source="Granovetter 1978", grade="judgement",
        en="pull of participating neighbours, a", zh="邻里参与的影响系数")
    visibility: float = parameter(0.3, unit="share", low=0.0, high=1.0, source="laws §8", grade="judgement",
        en="weight of the cell against one's own ties, w", zh="网格可见度权重")
    trust: float = parameter(0.35, unit="1", low=0.0, high=0.8, source="laws §8", grade="judgement",
        en="pull of trust, b", zh="信任的拉力")
    mobilisation: float = parameter(0.25, unit="1", low=0.0, high=0.6, source="laws §8", grade="judgement",
        en="pull of being called upon, c", zh="动员的拉力")
    fatigue: float = parameter(0.5, unit="1", low=0.1, high=1.0, source="laws §8", grade="judgement",
        en="push of fatigue, d", zh="疲劳的阻力")
    tiring: float = parameter(0.08, unit="1/week", low=0.02, high=0.2, source="laws §8", grade="judgement",
        en="fatigue gained by a week of volunteering", zh="每周志愿服务增加的疲劳")
    recovery: float = parameter(0.10, unit="1/week", low=0.03, high=0.3, source="laws §8", grade="judgement",
        en="share of fatigue that a week of rest takes away", zh="每周休息的疲劳恢复率")
    empty_calls: float = parameter(0.15, unit="1/(severity per head) and week", low=0.0, high=0.5, source="laws §8", grade="judgement",
        en="extra fatigue from being called upon where needs stay unmet", zh="动员而需求未满足带来的额外疲劳")
    crowding_from: float = parameter(0.6, unit="0-1", low=0.3, high=1.0, source="Frey & Oberholzer-Gee 1997", grade="judgement",
        en="mobilisation above which it crowds out", zh="动员产生挤出效应的阈值")
    crowding: float = parameter(0.010, unit="1/week", low=0.0, high=0.05, source="Frey & Oberholzer-Gee 1997", grade="judgement",
        en="rise of the threshold per week of excess mobilisation", zh="过度动员导致的门槛上升")
    hours: float = parameter(2.0, unit="hours per volunteer and week", low=0.5, high=4.0, source="laws §8", grade="judgement",
        en="hours that a volunteer gives a week", zh="志愿者每周服务时长")
    case_share: float = parameter(0.06, unit="share", low=0.01, high=0.2, source="laws §8", grade="judgement",
        en="share of volunteered hours at hand for cases", zh="志愿工时可用于办件的比例")
    capital_growth: float = parameter(0.014, unit="1/day", low=0.002, high=0.03, source="Putnam 2000", grade="judgement", set_for="TG-SATISFACTION",
        en="growth of social capital at full participation", zh="参与对社会资本的促进")
    capital_settled: float = parameter(0.0030, unit="1/(dispute per 1,000 residents)", low=0.0, high=0.01, source="laws §8", grade="judgement",
        en="growth of social capital by a dispute settled among neighbours", zh="纠纷化解对社会资本的促进")
    capital_decay: float = parameter(0.0005, unit="1/day", low=0.0001, high=0.004, source="Putnam 2000", grade="judgement", set_for="TG-SATISFACTION",
        en="fading of social capital", zh="社会资本衰减率")
# fmt: on


_VOLUNTEERS = int(Role.VOLUNTEERS)
_HOURS = COLUMN["volunteer_hours"]
_WEEK, _YEAR = 7, 365


def participate(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Let the residents of today's rota reconsider, then count volunteers and move social capital by one day."""
    if day % _YEAR == 0:
        state.residents.volunteered[:] = state.residents.volunteer
    view, first_cell, weekday = state.under(levers), state.geography.community_first_cell, day % _WEEK
    over_communities(state, lambda first, last: _participate(view, first_cell, first, last, weekday))


@kernel
def _participate(v, community_first_cell, begin, end, weekday):  # type: ignore[no-untyped-def]
    p = v.laws.participate
    for m in range(begin, end):
        _decide(v, m, community_first_cell[m], community_first_cell[m + 1], p, weekday)
        _count(v, m, community_first_cell[m], community_first_cell[m + 1], p)


@kernel
def _decide(v, m, first_cell, last_cell, p, weekday):  # type: ignore[no-untyped-def]
    """Those whose turn it is decide by what all did until today; what they decide takes effect when all have."""
    r, cells = v.residents, v.cells
    begin, end = cells.first[first_cell], cells.last[last_cell - 1]
    volunteer = r.volunteer[begin:end]
    turn, joined = np.empty(end - begin, np.int32), np.empty(end - begin, np.uint8)
    called = v.levers.mobilisation[m]
    raised = p.crowding * max(0.0, called - p.crowding_from)
    decided = 0
    for c in range(first_cell, last_cell):
        first, last = cells.first[c], cells.last[c]
        count = _whose_turn(r.rota[first:last], r.adult[first:last], weekday, first - begin, turn[decided:])
        seen = p.visibility * cells.participation[c]
        extra = p.empty_calls * called * min(1.0, cells.unmet_load[c])
        for j in range(decided, decided + count):
            i = begin + turn[j]
            near = 0
            for tie in range(TIES):
                near += volunteer[r.ties[i, tie]]
            pull = (
                p.influence * ((1.0 - p.visibility) * near / 8.0 + seen)
                + p.trust * r.trust[i]
                + p.mobilisation * called
            )
            joins = pull - p.fatigue * r.fatigue[i] >= r.threshold[i]
            fatigue = r.fatigue[i] + extra
            fatigue += p.tiring * (1.0 - r.fatigue[i]) if joins else -p.recovery * r.fatigue[i]
            r.fatigue[i] = min(1.0, max(0.0, fatigue))
            r.threshold[i] += raised
            r.volunteered[i] |= joins
            joined[j] = joins
        decided += count
    for j in range(decided):
        volunteer[turn[j]] = joined[j]


@kernel
def _whose_turn(rota, adult, weekday, offset, turn):  # type: ignore[no-untyped-def]
    """List the adults whose weekday it is; their number. Without a branch: one in seven is no pattern to foresee."""
    today, yes = np.uint8(weekday), np.uint8(1)
    mine = np.empty(rota.size, np.uint8)
    for j in range(rota.size):
        mine[j] = (rota[j] == today) & (adult[j] == yes)
    count = np.uint32(0)
    for j in range(rota.size):
        turn[count] = offset + j
        count = np.uint32(count + mine[j])
    return np.int64(count)


@kernel
def _count(v, m, first_cell, last_cell, p):  # type: ignore[no-untyped-def]
    r, cells, levers = v.residents, v.cells, v.levers
    volunteers = 0
    for c in range(first_cell, last_cell):
        first, last = cells.first[c], cells.last[c]
        cells.adults[c] = _total(r.adult[first:last])
        cells.volunteers[c] = _total(r.volunteer[first:last])
        cells.volunteered[c] = _total(r.volunteered[first:last])
        cells.participation[c] = cells.volunteers[c] / max(1, cells.adults[c])
        volunteers += cells.volunteers[c]
        settled = 1000.0 * cells.settled[c] / max(1, last - first)
        capital = cells.social_capital[c]
        growth = p.capital_growth * levers.capital_growth[m] * cells.participation[c]
        growth = (growth + p.capital_settled * settled) * (1.0 - capital)
        cells.social_capital[c] = min(1.0, max(0.0, capital + growth - p.capital_decay * capital))
    hours = volunteers * p.hours / _WEEK
    v.tally[m, _HOURS] += hours
    v.institutions.staff[v.fixed.circle[m, _VOLUNTEERS]] = hours * p.case_share / HOURS_PER_DAY


@kernel
def _total(flags):  # type: ignore[no-untyped-def]
    total = np.int32(0)  # narrow, so that the sum vectorises well
    for j in range(flags.size):
        total = np.int32(total + flags[j])
    return np.int64(total)
