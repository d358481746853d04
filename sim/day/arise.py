"""1. arise: needs arise, heal and worsen; tenants come and go.

    h_ik = b_k · x_k,g(i) · phi_i · exp(beta_k · (z_k,c − z̄_k)) · season_k(t) · q_m,t         [needs per day]

`b` base rate, `x` exposure of the group (population mean 1), `phi ~ Gamma(kappa, 1/kappa)` frailty, `z` conditions of the cell,
`q` a community-day shock with Gamma margins and autocorrelation (beta-gamma process: Lewis, McKenzie & Hugus 1989), so counts
are over-dispersed at community-day scale (pattern V7).

Sampling: one keyed block per resident and day. A *candidate* appears against the policy-free bound `phi · b · headroom`, its
category comes from base shares, and a further word of the same block accepts it with probability hazard/bound: a reform that
changes one category's hazard moves no event of another. Where a hazard exceeds the bound, further keyed layers
`[B, 2B), [2B, 3B) …` are drawn; nothing is clipped, and a world that asks for more than sixty layers is refused (DataError).

Reads residents, cells, communities; writes needs, lists, sizes, residents (who moved), communities.shock, tally.
Limit: frailty and shocks switched off, the count of a day is Poisson.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.errors import DataError
from sim.kernels import kernel
from sim.levers import Levers
from sim.needs import CATEGORIES, Category
from sim.parameters import parameter
from sim.population import move_households
from sim.randomness import BLOCK, NEEDS, Draws, U, gamma, normal, philox, unit, words_of_needs
from sim.records import COLUMN, SPLITS
from sim.state import State
from sim.surroundings import age_and_tidy
from sim.threads import over, over_communities, over_rows

WRITES = ("needs", "lists", "sizes", "residents", "communities", "cells", "tally")


# fmt: off
class AriseParameters(NamedTuple):
    """Constants of needs arising, healing and worsening."""

    frailty_shape: float = parameter(1.5, unit="1", low=0.6, high=5.0, source="EV-NYCC-K-DIST", grade="literature",
        en="shape of the Gamma frailty of residents; smaller means more unequal", zh="居民脆弱性伽马分布的形状参数")
    shock_shape: float = parameter(4.0, unit="1", low=1.0, high=50.0, source="EV-NYCC-K", grade="literature",
        en="shape of the Gamma shock of a community-day", zh="社区日冲击的伽马形状参数")
    shock_memory: float = parameter(0.6, unit="1", low=0.0, high=0.95, source="laws §1", grade="judgement",
        en="correlation of the community shock from one day to the next", zh="社区冲击的日自相关")
    headroom: float = parameter(3.0, unit="factor", low=1.0, high=10.0, source="performance anchors §2", grade="judgement",
        role="fact", en="bound of candidates over the base hazard; changes cost, not results in law", zh="候选事件上界倍数")
    slope_facility: float = parameter(1.6, unit="1", low=0.5, high=3.0, source="laws §1", grade="judgement",
        en="how needs for repair rise as facilities decay", zh="设施劣化对需求的斜率")
    slope_effort: float = parameter(0.5, unit="1", low=0.0, high=1.5, source="laws §0", grade="judgement",
        en="how property needs fall with the property firm's effort", zh="物业努力对需求的斜率")
    slope_disorder: float = parameter(1.2, unit="1", low=0.3, high=2.5, source="Wilson & Kelling 1982", grade="judgement",
        en="how needs for order and cleaning rise with disorder", zh="失序对需求的斜率")
    slope_conflict: float = parameter(0.2, unit="1", low=0.0, high=0.6, source="laws §0", grade="judgement",
        en="power with which needs for order rise with one plus open conflicts per 1,000 residents", zh="冲突对秩序需求的幂次")
    slope_density: float = parameter(0.6, unit="1", low=0.0, high=1.5, source="laws §0", grade="judgement",
        en="how disputes rise with density", zh="密度对纠纷的斜率")
    slope_capital: float = parameter(0.8, unit="1", low=0.0, high=2.0, source="laws §0", grade="judgement",
        en="how disputes fall with social capital", zh="社会资本对纠纷的斜率")
    slope_market: float = parameter(0.6, unit="1", low=0.0, high=1.5, source="laws §0", grade="judgement",
        en="how business needs rise with market activity", zh="市场活跃度对营商需求的斜率")
    season_infrastructure: float = parameter(0.25, unit="1", low=0.0, high=0.6, source="laws §1", grade="judgement",
        en="seasonal swing of infrastructure needs, peak in January", zh="基础设施需求的季节振幅")
    exposure_old_care: float = parameter(3.0, unit="factor", low=1.5, high=6.0, source="laws §0", grade="judgement",
        en="care needs of the old relative to adults", zh="老年人照护需求倍数")
    exposure_child_care: float = parameter(2.5, unit="factor", low=1.0, high=5.0, source="laws §0", grade="judgement",
        en="care needs of children relative to adults", zh="儿童照护需求倍数")
    exposure_migrant_services: float = parameter(8.0, unit="factor", low=3.0, high=20.0, source="laws §0", grade="judgement",
        en="needs of migrants for registration and schooling relative to locals", zh="外来人口服务需求倍数")
    exposure_low_income: float = parameter(1.25, unit="factor", low=1.0, high=1.8, source="laws §1", grade="judgement",
        en="housing, sanitation and order needs of low incomes relative to middle incomes", zh="低收入群体需求倍数")
    exposure_high_income: float = parameter(0.85, unit="factor", low=0.5, high=1.0, source="laws §1", grade="judgement",
        en="housing, sanitation and order needs of high incomes relative to middle incomes", zh="高收入群体需求倍数")
    healing: float = parameter(0.020, unit="1/day", low=0.005, high=0.06, source="laws §1", grade="judgement",
        en="hazard that an unmet need passes by itself", zh="未满足需求自愈率")
    healing_structural: float = parameter(0.004, unit="1/day", low=0.001, high=0.02, source="laws §1", grade="judgement",
        en="the same for repairs and infrastructure, which hardly heal", zh="维修与设施类需求自愈率")
    worsening: float = parameter(0.006, unit="1/day", low=0.001, high=0.02, source="laws §1", grade="judgement",
        en="hazard that an unmet need worsens", zh="未满足需求恶化率")
    worse_severity: float = parameter(1.5, unit="factor", low=1.1, high=2.0, source="laws §1", grade="judgement",
        en="severity after worsening", zh="恶化后严重度倍数")
    worse_hours: float = parameter(1.3, unit="factor", low=1.0, high=2.0, source="laws §1", grade="judgement",
        en="hours asked for after worsening", zh="恶化后工时倍数")
    severity_spread: float = parameter(0.5, unit="1 (spread of logs)", low=0.2, high=1.0, source="laws §1", grade="judgement",
        en="log-normal spread of severity", zh="严重度对数标准差")
    escalation: float = parameter(0.004, unit="1/day", low=0.001, high=0.02, source="laws, cells", grade="judgement",
        en="hazard that an open dispute escalates, at mean disorder and social capital", zh="纠纷升级为冲突的基准风险")
    escalation_disorder: float = parameter(2.0, unit="1", low=0.0, high=4.0, source="laws, cells", grade="judgement",
        en="how escalation of disputes rises with disorder", zh="失序对纠纷升级的影响")
    escalation_capital: float = parameter(2.0, unit="1", low=0.0, high=4.0, source="laws, cells", grade="judgement",
        en="how escalation of disputes falls with social capital", zh="社会资本对纠纷升级的影响")
    hours_distribution: float = parameter(0.0, unit="0 log-normal, 1 exponential, 2 fixed", low=0.0, high=2.0, source="V3", grade="judgement",
        role="fact", en="form of the hours of a case; the queueing tests use exponential and fixed", zh="工时分布形式")
# fmt: on


# Numbers of draws within the stream NEEDS; layers of candidates stand below the first.
_DRAW_TRAITS, _DRAW_SCOPE, _DRAW_SHOCK, _DRAW_CHANGE = 64, 128, 129, 192
_MOST_LAYERS = 60
_SALT_LAYERS = 64
_WORDS = 2.0**32
_EIGHT = 8  # flags that are looked at in one word

_ARISEN, _HEALED, _MOVED = COLUMN["needs_arisen"], COLUMN["needs_healed"], COLUMN["needs_moved"]
_WORSENED, _CONFLICTS = COLUMN["needs_worsened"], COLUMN["conflicts"]
_ARISEN_SPLIT = COLUMN[f"needs_arisen_{SPLITS[0]}"]
_DISPUTE = int(Category.DISPUTE)
_OPEN, _HEALED_END, _MOVED_END = 0, 2, 3
_IN_CASE = 1
_NOTHING = -1


def arise(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """Let tenants move, surroundings age, open needs heal, worsen or escalate, and new needs arise on `day`."""
    p = state.parameters
    moved = move_households(state, draws, day)
    fill_screens(state, moved)
    age_and_tidy(state)
    shock_communities(state, draws, day)
    stress = hazards(state, day)
    reach = _reach(stress, state.fixed.exposure)
    layers = max(1, math.ceil(float(reach.max()) / p.arise.headroom))
    if layers > _MOST_LAYERS:
        raise DataError(
            f"day {day}: hazards of need stand {layers} times above the bound of candidates: this world has run away"
        )
    key = draws.keys[NEEDS]
    _change_open(state, day, key)
    for layer in range(layers):
        _arise(state, stress, reach, layer, day, key)


def _change_open(state: State, day: int, key: np.ndarray) -> None:
    """Look through all open needs for those to which something may happen, then let it happen in the order of their arising."""
    view = state.view
    flares = _flares(view)
    most = flares.max()
    found = over_rows(
        state,
        int(state.sizes.open_needs[0]),
        lambda first, last: _restless(view, most, first, last, day, key[0], key[1]),
    )
    for rows in found:
        _change(view, rows, flares, day, key[0], key[1])


def _arise(
    state: State, stress: np.ndarray, reach: np.ndarray, layer: int, day: int, key: np.ndarray
) -> None:
    """Screen all residents for needs of a layer, then open the few that arise in the order of the residents."""
    view, first_cell = state.view, state.geography.community_first_cell
    found = over_communities(
        state,
        lambda first, last: _arising(
            view, stress, reach, layer, day, first_cell[first], first_cell[last], key[0], key[1]
        ),
    )
    begins = np.cumsum([0] + [len(slots) for slots, _ in found])
    state.ensure_room(needs=int(begins[-1]))
    view = state.view
    over(
        range(len(begins)),
        lambda part, _: _open(view, *found[part], begins[part], layer, day, key[0], key[1]),
    )
    state.sizes.needs[0] += begins[-1]
    state.sizes.open_needs[0] += begins[-1]


def fill_screens(state: State, slots: np.ndarray) -> None:
    """Integer thresholds of the candidate screen for the residents in `slots`: `2³² · (1 − exp(−phi · b · headroom))`."""
    p = state.parameters
    daily = p.needs.total_rate / 365.0 * p.arise.headroom
    _fill_screens(state.residents.frailty, state.residents.screen, slots, daily)


@kernel
def _fill_screens(frailty, screen, slots, daily):  # type: ignore[no-untyped-def]
    for i in slots:
        chance = -math.expm1(-np.float64(frailty[i]) * daily)
        screen[i] = np.uint32(min(chance * _WORDS, _WORDS - 1.0))


def shock_communities(state: State, draws: Draws, day: int) -> None:
    """Move each community's shock one day: `q' = B q + G`, B ~ Beta(a·r, a·(1−r)), G ~ Gamma(a·(1−r), 1/a); margins stay
    Gamma(a, 1/a) with mean 1 and the correlation of successive days is r."""
    p, key = state.parameters.arise, draws.keys[NEEDS]
    _shock(
        state.communities.shock,
        state.fixed.first_community,
        p.shock_shape,
        p.shock_memory,
        day,
        key[0],
        key[1],
    )


@kernel
def _shock(shock, first, a, memory, day, k0, k1):  # type: ignore[no-untyped-def]
    for m in range(shock.size):
        number = first + m
        if day == 0 or memory == 0.0:
            shock[m] = gamma(number, day, _DRAW_SHOCK + 1, a, k0, k1) / a
        else:
            fresh = gamma(number, day, _DRAW_SHOCK, a * (1.0 - memory), k0, k1)
            kept = gamma(number, day, _DRAW_SHOCK + 2, a * memory, k0, k1)
            lost = gamma(number, day, _DRAW_SHOCK + 3, a * (1.0 - memory), k0, k1)
            shock[m] = kept / (kept + lost) * shock[m] + fresh / a


def hazards(state: State, day: int) -> np.ndarray:
    """Factor on the base hazard by cell and category, before exposure and frailty, shape `[cells, 8]`."""
    stress = np.empty((len(state.cells.community), CATEGORIES), np.float64)
    _stress(state.view, day, stress)
    return stress


@kernel
def _reach(stress, exposure):  # type: ignore[no-untyped-def]
    """Largest factor on the base hazard that anyone of a cell can meet in any category, `[cells]`."""
    reach = np.zeros(stress.shape[0], np.float64)
    for k in range(stress.shape[1]):
        most = exposure[k].max()
        for c in range(reach.size):
            reach[c] = max(reach[c], stress[c, k] * most)
    return reach


@kernel
def _stress(v, day, stress):  # type: ignore[no-untyped-def]
    cells, communities, institutions, fixed, p = v.cells, v.communities, v.institutions, v.fixed, v.laws.arise
    winter = math.cos(2.0 * math.pi * (day % 365) / 365.0)
    for c in range(cells.community.size):
        m = cells.community[c]
        decay = fixed.facility_reference - cells.facility[c]
        disorder = cells.disorder[c] - fixed.disorder_reference
        firm = institutions.effort[fixed.circle[m, 25]] - 1.0
        conflict = 1000.0 * cells.conflict[c] / max(1, cells.last[c] - cells.first[c])
        q = communities.shock[m]
        stress[c, 0] = q * math.exp(p.slope_facility * decay - p.slope_effort * firm)
        stress[c, 1] = q * math.exp(p.slope_disorder * disorder)
        stress[c, 2] = q * math.exp(p.slope_disorder * disorder) * (1.0 + conflict) ** p.slope_conflict
        stress[c, 3] = q * math.exp(p.slope_facility * decay) * (1.0 + p.season_infrastructure * winter)
        stress[c, 4] = q * math.exp(p.slope_density * (cells.density[c] - 1.0)
                                    - p.slope_capital * (cells.social_capital[c] - fixed.capital_reference))  # fmt: skip
        stress[c, 5] = q
        stress[c, 6] = q
        stress[c, 7] = q * math.exp(p.slope_market * (cells.market[c] - 1.0))


@kernel
def _restless(v, most_flares, first, last, day, k0, k1):  # type: ignore[no-untyped-def]
    """Rows of those of the listed open needs `[first, last)` whose resident has moved, or whose words of today may mean something."""
    needs, identity, p = v.needs, v.residents.identity, v.laws.arise
    listed = v.lists.open_needs[first:last]
    most_heals = (-np.expm1(-v.fixed.healing)).max()
    worsens = -math.expm1(-p.worsening)
    found, count = np.empty_like(listed), 0
    for start in range(0, listed.size, BLOCK):
        block = listed[start : start + BLOCK]
        words = words_of_needs(needs, block, day, _DRAW_CHANGE, k0, k1)
        for index in range(block.size):
            n = block[index]
            if (
                identity[needs.slot[n]] != needs.resident[n]
                or unit(words[0, index]) < most_heals
                or unit(words[1, index]) < worsens
                or unit(words[2, index]) < most_flares
            ):
                found[count] = n
                count += 1
    return found[:count].copy()


@kernel
def _change(v, rows, flares, day, k0, k1):  # type: ignore[no-untyped-def]
    """Needs of people who moved away end; others heal, worsen or, being disputes, escalate."""
    needs, cells, tally, p = v.needs, v.cells, v.tally, v.laws.arise
    heals = -np.expm1(-v.fixed.healing)
    worsens = -math.expm1(-p.worsening)
    for n in rows:
        m, k, c = needs.community[n], needs.category[n], needs.cell[n]
        if v.residents.identity[needs.slot[n]] != needs.resident[n]:
            needs.end[n], needs.ended[n] = _MOVED_END, float(day)
            tally[m, _MOVED] += 1.0
            continue
        w = philox(U(needs.resident[n]), U(day), U(_DRAW_CHANGE), U(needs.salt[n]), k0, k1)
        if unit(w[0]) < heals[k]:
            needs.end[n], needs.ended[n] = _HEALED_END, day + unit(w[3])
            tally[m, _HEALED] += 1.0
            continue
        if unit(w[1]) < worsens:
            needs.severity[n] *= p.worse_severity
            if needs.status[n] != _IN_CASE:
                needs.hours[n] *= p.worse_hours
            tally[m, _WORSENED] += 1.0
        if k == _DISPUTE and needs.escalated[n] == 0 and unit(w[2]) < flares[c]:
            needs.escalated[n] = 1
            cells.conflict[c] += 1.0
            tally[m, _CONFLICTS] += 1.0


@kernel
def _flares(v):  # type: ignore[no-untyped-def]
    """Probability that an open dispute of a cell escalates today, `[cells]`."""
    cells, fixed, p = v.cells, v.fixed, v.laws.arise
    flares = np.empty(cells.disorder.size, np.float64)
    for c in range(flares.size):
        heat = math.exp(p.escalation_disorder * (cells.disorder[c] - fixed.disorder_reference)
                        - p.escalation_capital * (cells.social_capital[c] - fixed.capital_reference))  # fmt: skip
        flares[c] = 1.0 - math.exp(-p.escalation * heat)
    return flares


@kernel
def _arising(v, stress, reach, layer, day, first_cell, last_cell, k0, k1):  # type: ignore[no-untyped-def]
    """Slots of the residents of some cells in whom a need arises today, in their order, and its category."""
    residents, cells, headroom = v.residents, v.cells, v.laws.arise.headroom
    people = cells.last[last_cell - 1] - cells.first[first_cell]
    # Room for everyone, of which only the part that is written to costs memory.
    slots, kinds, count = np.empty(people, np.int32), np.empty(people, np.uint8), 0
    most = (cells.last[first_cell:last_cell] - cells.first[first_cell:last_cell]).max()
    eights = np.empty((most + _EIGHT - 1) // _EIGHT, np.uint64)
    below = eights.view(np.uint8)
    for c in range(first_cell, last_cell):
        if layer > 0 and reach[c] / headroom <= layer:
            continue  # nobody here has a hazard in this layer
        first, last = cells.first[c], cells.last[c]
        _screen(residents.identity[first:last], residents.screen[first:last], below, U(day), U(layer), k0, k1)
        for eight in range((last - first + _EIGHT - 1) // _EIGHT):
            if eights[eight] != 0:
                start = first + _EIGHT * eight
                for i in range(start, min(last, start + _EIGHT)):
                    if below[i - first]:
                        kind = _met(i, c, layer, v, stress, day, k0, k1)
                        if kind != _NOTHING:
                            slots[count], kinds[count] = i, kind
                            count += 1
    return slots[:count], kinds[:count]


@kernel
def _screen(identity, screen, below, day, layer, k0, k1):  # type: ignore[no-untyped-def]
    """Which residents have a candidate need today. Branch-free and alone, so that the compiler makes vector code of it."""
    none = U(0)
    for j in range(identity.size):
        below[j] = philox(U(identity[j]), day, layer, none, k0, k1)[0] < U(screen[j])


@kernel
def _met(i, c, layer, v, stress, day, k0, k1):  # type: ignore[no-untyped-def]
    """Category of the candidate need of resident `i` in cell `c` if it is accepted, else `_NOTHING`."""
    residents, fixed = v.residents, v.fixed
    w = philox(U(residents.identity[i]), U(day), U(layer), U(0), k0, k1)
    k = _category(unit(w[1]), fixed.share_cumulated)
    # One candidate a day is drawn where several could fall; the correction keeps expected needs equal to the hazard.
    chance = np.float64(residents.screen[i]) / _WORDS
    correction = -math.log1p(-chance) / chance
    hazard = fixed.exposure[k, residents.group[i]] * stress[c, k] / v.laws.arise.headroom
    return k if unit(w[2]) < (hazard - layer) * correction else _NOTHING


@kernel
def _open(v, slots, kinds, begin, layer, day, k0, k1):  # type: ignore[no-untyped-def]
    """Open needs of the given residents and categories, the first of them `begin` rows after those that there are."""
    residents, needs, lists, fixed, tally = v.residents, v.needs, v.lists, v.fixed, v.tally
    form, hours_spread = v.laws.arise.hours_distribution, v.laws.needs.hours_spread
    spread = v.laws.arise.severity_spread
    row, place = v.sizes.needs[0] + begin, v.sizes.open_needs[0] + begin
    for index in range(slots.size):
        i, k, n = slots[index], kinds[index], row + index
        g, c = residents.group[i], residents.cell[i]
        m = v.cells.community[c]
        w = philox(U(residents.identity[i]), U(day), U(layer), U(0), k0, k1)
        x = philox(U(residents.identity[i]), U(day), U(_DRAW_TRAITS + layer), U(0), k0, k1)
        y = philox(U(residents.identity[i]), U(day), U(_DRAW_SCOPE + 8 + layer), U(0), k0, k1)
        lists.open_needs[place + index] = n
        needs.resident[n], needs.slot[n], needs.cell[n], needs.community[n] = residents.identity[i], i, c, m
        needs.category[n], needs.group[n], needs.salt[n] = k, g, day * _SALT_LAYERS + layer
        needs.arose[n] = day + unit(w[3])
        needs.severity[n] = math.exp(spread * normal(x[0], x[1]) - 0.5 * spread * spread)
        needs.hours[n] = fixed.hours_mean[k] * _form(form, hours_spread, x[2], x[3])
        scope = 1
        while scope < 4 and unit(y[0]) >= fixed.scope_cumulated[k, scope - 1]:
            scope += 1
        needs.scope[n] = scope
        needs.status[n], needs.end[n] = 0, _OPEN
        needs.ended[n], needs.reported[n], needs.answered[n] = -1.0, -1.0, -1.0
        needs.case[n], needs.channel[n], needs.answers[n], needs.escalated[n] = -1, -1, 0, 0
        tally[m, _ARISEN] += 1.0
        for s in range(fixed.splits.shape[1]):
            tally[m, _ARISEN_SPLIT + s] += fixed.splits[g, s]


@kernel
def _category(u, cumulated):  # type: ignore[no-untyped-def]
    """Category of a candidate by base shares."""
    k = 0
    while k < cumulated.size - 1 and u >= cumulated[k]:
        k += 1
    return k


@kernel
def _form(form, spread, word_a, word_b):  # type: ignore[no-untyped-def]
    """A positive factor with mean 1: log-normal, exponential, or 1."""
    if form == 0.0:
        return math.exp(spread * normal(word_a, word_b) - 0.5 * spread * spread)
    if form == 1.0:
        return -math.log(unit(word_a))
    return 1.0
