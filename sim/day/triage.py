"""3. triage: category and scope are recognised, with error; the case goes to a handler at community, street or district level.

A case is sent to a wrong unit with probability `epsilon · triage_error_m / skill` and comes back after two hand-over lags. A need
for partners is overlooked with probability `epsilon_s · scope_error_m`. The handler is the first seat of the category's chain; a
part that belongs to an upper level is settled at the street where competence is delegated, otherwise each level it has to climb
costs a lag. A share `rule_share_m` is handled by rule, the rest by relationship.

Bought services: the first part goes to a contractor for a share `contracted_m,k`. What the community's own bodies handle waits for
deliberation, an exponential time of mean `deliberation_m`. Services provided together save `joint_saving_m` of the hours.

Reads institutions, needs; writes cases, tally. Limit: epsilon = 0, no returns.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.kernels import kernel
from sim.levers import Levers
from sim.needs import Actor, Level, Role
from sim.parameters import parameter
from sim.randomness import TRIAGE, Draws, U, philox, unit
from sim.records import COLUMN
from sim.state import State
from sim.view import skill_at_work

WRITES = ("cases", "tally")


# fmt: off
class TriageParameters(NamedTuple):
    """Constants of recognising and routing."""

    error: float = parameter(0.08, unit="share", low=0.03, high=0.2, source="EV-WH-TRIAGE", grade="judgement",
        en="share of cases first sent to a wrong unit", zh="首次派单错误率")
    scope_error: float = parameter(0.30, unit="share", low=0.1, high=0.6, source="laws §3", grade="judgement",
        en="share of multi-organization cases that are taken for simple ones", zh="多部门事项被误判为单一事项的比例")
    sign_share: float = parameter(0.05, unit="share of the deadline", low=0.005, high=0.2, source="EV-ORG-HANDOVER", grade="judgement", set_for="TG-DAYS-ORDER",
        en="mean time until a handler signs for a case, as a share of the case's deadline", zh="承办单位平均签收时间占时限的比例")
    level_lag: float = parameter(0.15, unit="days per level", low=0.1, high=2.0, source="laws §3", grade="judgement", set_for="TG-DAYS-INFRASTRUCTURE",
        en="lag of each level that a case climbs", zh="每上行一级的时滞")
    patience: float = parameter(26.0, unit="days", low=7.0, high=60.0, source="laws §6", grade="judgement", set_for="TG-RESOLUTION",
        en="scale of the time after which residents give a case up, when nothing has been heard", zh="居民耐心的时间尺度")
    patience_shape: float = parameter(1.6, unit="1", low=1.0, high=3.0, source="laws §6", grade="judgement",
        en="shape of patience: above one, giving up becomes likelier with waiting", zh="耐心分布形状")
# fmt: on


_FRESH, _TRAVELLING = 0, 1
_STREET, _OFFICE = int(Level.STREET), int(Role.STREET_OFFICE)
_STATION = int(Role.SERVICE_STATION)
_BY_RULE, _MISROUTED, _HANDOVERS = COLUMN["cases_by_rule"], COLUMN["cases_misrouted"], COLUMN["handovers"]
_DRAW_ROUTE, _DRAW_PATIENCE, _DRAW_DELEGATION, _DRAW_CONTRACT = 0, 1, 2, 3
_COMMUNITY, _GOVERNMENT, _SELF_GOVERNING = (
    int(Level.COMMUNITY),
    int(Actor.GOVERNMENT),
    int(Actor.SELF_GOVERNING),
)


def triage(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Route the cases opened on `day`."""
    _triage(state.under(levers), day, draws.keys[TRIAGE, 0], draws.keys[TRIAGE, 1])


@kernel
def _triage(v, day, k0, k1):  # type: ignore[no-untyped-def]
    levers, p, q = v.levers, v.laws.triage, v.laws.coordinate
    cases, needs, institutions, lists = v.cases, v.needs, v.institutions, v.lists
    sizes, fixed, tally = v.sizes, v.fixed, v.tally
    for index in range(sizes.open_cases[0] - 1, -1, -1):
        j = lists.open_cases[index]
        if cases.stage[j] != _FRESH:
            break  # the list is in order of opening: older cases are routed already
        n, m, k = cases.need[j], cases.community[j], cases.category[j]
        who, salt = U(cases.resident[j]), U(needs.salt[n])
        w = philox(who, U(day), U(_DRAW_ROUTE), salt, k0, k1)
        x = philox(who, U(day), U(_DRAW_PATIENCE), salt, k0, k1)
        d = philox(who, U(day), U(_DRAW_DELEGATION), salt, k0, k1)
        station = fixed.circle[m, _STATION]
        mean_lag = q.handover_lag * levers.handover_lag[m]
        ready = cases.opened[j] - p.sign_share * fixed.deadline[k] * math.log(unit(x[3]))
        if unit(w[0]) < p.error * levers.triage_error[m] / skill_at_work(station, v):
            cases.misrouted[j] = 1
            cases.handovers[j] += 2
            tally[m, _MISROUTED] += 1.0
            tally[m, _HANDOVERS] += 2.0
            ready -= mean_lag * (math.log(unit(x[1])) + math.log(unit(x[2])))
        cases.by_rule[j] = unit(w[1]) < levers.rule_share[m]
        tally[m, _BY_RULE] += cases.by_rule[j]
        scope = cases.scope[j]
        overlooked = scope > 1 and unit(w[2]) < p.scope_error * levers.scope_error[m]
        cases.seen_scope[j] = 1 if overlooked else scope
        hours = needs.hours[n] * (1.0 - levers.joint_saving[m])
        top = 0
        for part in range(4):
            cases.provider[j, part], cases.asked[j, part], cases.left[j, part] = -1, 0.0, 0.0
            if part < scope:
                provider = fixed.circle[m, fixed.chains[k, part]]
                if institutions.level[provider] > _STREET and unit(d[part]) < levers.delegation[m, k]:
                    provider = fixed.circle[m, _OFFICE]
                if part == 0 and levers.contracted[m, k] > 0.0:
                    bought = philox(who, U(day), U(_DRAW_CONTRACT), salt, k0, k1)
                    if unit(bought[0]) < levers.contracted[m, k]:
                        provider = fixed.circle[m, fixed.contractors[k]]
                cases.provider[j, part] = provider
                cases.asked[j, part] = hours * fixed.weights[scope - 1, part]
                cases.left[j, part] = cases.asked[j, part]
        handler = cases.provider[j, 0]
        first = institutions.level[handler]
        top = max(top, first)
        cases.level[j] = top
        ready += p.level_lag * levers.handover_lag[m] * max(0, first - 1)
        own = institutions.actor[handler] == _GOVERNMENT or institutions.actor[handler] == _SELF_GOVERNING
        if first <= _COMMUNITY and own:
            ready -= levers.deliberation[m] * math.log(unit(w[3]))
        cases.urgency[j] = fixed.urgency[k]
        cases.deadline[j] = cases.opened[j] + fixed.deadline[k] * levers.deadline[m]
        cases.patience[j] = cases.opened[j] + p.patience * (-math.log(unit(x[0]))) ** (1.0 / p.patience_shape)
        cases.parts_left[j], cases.current[j] = scope, 0
        cases.ready[j], cases.stage[j] = ready, _TRAVELLING
