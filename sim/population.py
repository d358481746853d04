"""Residents, one to one: households in cells, persons in households, ties, and tenants who come and go.

Everything is a keyed draw of the stream `population`. What belongs to a dwelling (size, migrant status,
tenancy) is keyed by the household's index; what belongs to a person by her identity, and income by the identity
of the household's first member. Identities of a new world are slot numbers 0..N-1; whoever moves into a slot
takes the old identity plus N, and is drawn by the same code as the residents before. New dwellings: `sim.newcomers`.

Marginals are solved, not tuned: see `sim.traits`; what differs between communities: `sim.peopling`. Shares and states are 0-1 unless said otherwise, time is in days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.errors import DataError
from sim.kernels import kernel
from sim.parameters import parameter
from sim.peopling import Peopling, peopling
from sim.randomness import POPULATION, Draws, U, gamma, gammas, normal, philox, uniforms, unit
from sim.state import TIES, Cells, Households, Residents
from sim.tables import Array, allocate
from sim.threads import WORTH, evenly_cut, over, over_rows
from sim.traits import ADULT, CHILD, OLD

if TYPE_CHECKING:
    from sim.geography import Geography
    from sim.laws import Parameters
    from sim.state import State

MOST_IN_A_COMMUNITY: Final = 65_535
"""Ties are 16-bit offsets from the community's first slot."""
NEVER: Final = 1.0e6
"""Volunteering threshold of children: beyond any call."""
_FIRST_OLD: Final = 12 * OLD
"""Groups count ages first: all from here on are old."""

# Draw numbers within the stream `population`.
DRAW_HOUSEHOLD = 0  # identity: household; size, status, tenancy, and the cell of a new dwelling
_DRAW_INCOME, _DRAW_PERSON, _DRAW_LEANING, _DRAW_FRAILTY = 1, 2, 3, 4  # identity: person
_DRAW_TURNOVER = 8  # identity: household / 4, one word each
_DRAW_TIE = 16  # identity: person; 16..23, salt: attempt
_DRAW_CELL = 32  # identity: cell; from here on, two per quantity
_TIE_ATTEMPTS = 16


class PopulationParameters(NamedTuple):
    """Who lives where, with what traits and ties."""

    # fmt: off
    household_mean: float = parameter(2.49, unit="persons", low=2.0, high=3.2, source="EV-CD-HHSIZE",
        grade="data", role="fact", en="mean size of households", zh="户均人口")
    one_person_share: float = parameter(0.30, unit="share", low=0.25, high=0.36, source="EV-CD-HH1",
        grade="judgement", role="fact", en="share of one-person households", zh="一人户占比")
    migrant_share: float = parameter(0.404, unit="share", low=0.0, high=1.0, source="EV-CD-MIGR",
        grade="data", role="fact", en="share of residents who are migrants", zh="流动人口占常住人口比重")
    migrant_concentration: float = parameter(8.0, unit="1", low=3.0, high=60.0, source="EV-CD-MIGR",
        grade="judgement",
        en="concentration of the Beta distribution of migrant shares over cells; smaller means more segregated",
        zh="网格间流动人口占比的集中参数，越小隔离越强")
    child_share: float = parameter(0.1328, unit="share", low=0.08, high=0.22, source="EV-CD-AGE0014",
        grade="data", role="fact", en="share of residents below 15", zh="0—14岁人口占比")
    old_share: float = parameter(0.1798, unit="share", low=0.08, high=0.35, source="EV-CD-AGE60",
        grade="data", role="fact", en="share of residents aged 60 and over", zh="60岁及以上人口占比")
    migrant_child_share: float = parameter(0.105, unit="share", low=0.06, high=0.13, source="EV-CD-AGE0014",
        grade="judgement", role="fact", en="share below 15 among migrants", zh="流动人口中0—14岁占比")
    migrant_old_share: float = parameter(0.07, unit="share", low=0.04, high=0.12, source="EV-CD-MIGR-AGE60",
        grade="judgement", role="fact", en="share aged 60 and over among migrants",
        zh="流动人口中60岁及以上占比")
    age_cohesion: float = parameter(0.5, unit="probability", low=0.0, high=0.9, source="model §1",
        grade="judgement",
        en="probability that a further grown-up shares the age band of the household's first",
        zh="户内成年人同龄段概率")
    income_low: float = parameter(0.33, unit="share", low=0.2, high=0.45, source="thirds by definition",
        grade="judgement", role="fact", en="share of households of low income", zh="低收入户占比")
    income_high: float = parameter(0.33, unit="share", low=0.2, high=0.45, source="thirds by definition",
        grade="judgement", role="fact", en="share of households of high income", zh="高收入户占比")
    migrant_income_odds: float = parameter(1.5, unit="odds ratio", low=1.0, high=3.0, source="model §1",
        grade="judgement",
        en="odds of low against middle and of middle against high income, migrant to local households",
        zh="流动人口家庭偏低收入的优势比")
    digital_share: float = parameter(0.813, unit="share", low=0.8, high=0.88, source="EV-CN-NET-URBAN",
        grade="data", en="share of residents with digital access", zh="能使用互联网的居民占比")
    digital_old_share: float = parameter(0.432, unit="share", low=0.4, high=0.55, source="EV-CN-NET-60",
        grade="data", en="share with digital access among those aged 60 and over",
        zh="60岁及以上居民互联网使用率")
    party_share: float = parameter(0.055, unit="share", low=0.035, high=0.07, source="EV-CD-PARTY",
        grade="judgement", en="party members as share of residents", zh="党员占常住人口比重")
    party_old_share: float = parameter(0.281, unit="share", low=0.2, high=0.4, source="EV-CN-PARTY-AGE",
        grade="data", role="fact", en="share of the old among party members", zh="党员中老年人占比")
    party_migrant_ratio: float = parameter(0.5, unit="ratio", low=0.2, high=1.0, source="model §1",
        grade="judgement", en="party membership of migrants relative to locals of the same age",
        zh="流动人口党员率相对比")
    migrant_tenant_share: float = parameter(0.65, unit="share", low=0.5, high=0.75, source="EV-CN-RENT-SHARE",
        grade="literature", en="tenants among migrant households", zh="流动人口家庭租房占比")
    local_tenant_share: float = parameter(0.06, unit="share", low=0.0, high=0.2, source="model §1",
        grade="judgement", en="tenants among local households", zh="户籍家庭租房占比")
    turnover: float = parameter(0.20, unit="share per year", low=0.0, high=0.35, source="EV-CN-TURNOVER",
        grade="judgement", en="share of tenant households that move within a year", zh="租房家庭年迁移率")
    disposition_spread: float = parameter(0.18, unit="0-1", low=0.1, high=0.25, source="EV-SAT-SD",
        grade="judgement", set_for="TG-SATISFACTION-SD", en="spread of lasting individual differences in the three senses",
        zh="三感个体差异的标准差")
    disposition_weight: float = parameter(0.5, unit="1", low=0.0, high=1.0, source="EV-SAT-SD",
        grade="judgement",
        en="share of the lasting difference that also colours expectation, trust and efficacy",
        zh="个体差异对期望、信任与效能感的权重")
    expectation_mean: float = parameter(0.55, unit="0-1", low=0.3, high=0.8, source="EV-ASH-TOWN-2016",
        grade="judgement", en="expected performance at the start", zh="初始期望均值")
    gain_mean: float = parameter(0.55, unit="0-1", low=0.4, high=0.75, source="EV-CASS-2018",
        grade="judgement", en="sense of gain at the start", zh="初始获得感均值")
    security_mean: float = parameter(0.65, unit="0-1", low=0.5, high=0.85, source="EV-CASS-2019",
        grade="judgement", en="sense of security at the start", zh="初始安全感均值")
    happiness_mean: float = parameter(0.60, unit="0-1", low=0.4, high=0.8, source="EV-CASS-2019",
        grade="judgement", en="sense of happiness at the start", zh="初始幸福感均值")
    trust_mean: float = parameter(0.55, unit="0-1", low=0.3, high=0.8, source="EV-ASH-TOWN-2016",
        grade="judgement", en="trust at the start", zh="初始信任均值")
    efficacy_mean: float = parameter(0.50, unit="0-1", low=0.2, high=0.8, source="laws §2", grade="judgement",
        en="belief that reporting helps at the start", zh="初始效能感均值")
    threshold_mean: float = parameter(0.52, unit="1", low=0.4, high=0.9, source="EV-VOL-RATE",
        grade="judgement", set_for="TG-VOLUNTEERS", en="mean threshold of volunteering", zh="志愿参与门槛均值")
    threshold_spread: float = parameter(0.20, unit="1", low=0.05, high=0.3, source="EV-GRANOVETTER",
        grade="judgement", set_for="TG-VOLUNTEERS", en="spread of thresholds of volunteering", zh="志愿参与门槛标准差")
    homophily: float = parameter(0.5, unit="probability", low=0.0, high=0.9,
        source="McPherson, Smith-Lovin & Cook 2001", grade="judgement",
        en="probability that a tie is sought among people of the same origin and age band", zh="同类择友概率")
    cell_tie_share: float = parameter(0.6, unit="probability", low=0.0, high=1.0, source="model §1",
        grade="judgement", en="probability that a tie is sought within the own grid cell",
        zh="本网格内择友概率")
    facility_mean: float = parameter(0.70, unit="0-1", low=0.4, high=0.9, source="laws, cells",
        grade="judgement", en="mean condition of facilities at the start", zh="初始设施状况均值")
    disorder_mean: float = parameter(0.20, unit="0-1", low=0.05, high=0.5, source="laws, cells",
        grade="judgement", en="mean disorder at the start", zh="初始失序均值")
    social_capital_mean: float = parameter(0.50, unit="0-1", low=0.2, high=0.8, source="laws, cells",
        grade="judgement", en="mean social capital of cells at the start", zh="初始社会资本均值")
    condition_concentration: float = parameter(40.0, unit="1", low=10.0, high=400.0, source="laws, cells",
        grade="judgement",
        en="concentration of the Beta distributions of cells' initial conditions; smaller means more unequal",
        zh="网格初始状况的集中参数")
    tenancy_erosion: float = parameter(0.25, unit="1", low=0.0, high=0.6,
        source="Sampson, Raudenbush & Earls 1997", grade="judgement",
        en="social capital lost per unit of tenants' share above the mean", zh="租户占比对社会资本的削弱")
    market_shape: float = parameter(8.0, unit="1", low=2.0, high=100.0, source="laws §0", grade="judgement",
        en="shape of the Gamma distribution of cells' market activity", zh="网格市场活跃度的伽马形状参数")
    households_per_grid_worker: float = parameter(400.0, unit="households", low=300.0, high=500.0,
        source="EV-ORG-GRID-STD", grade="literature", en="households per grid worker",
        zh="每名网格员对应户数")
    # fmt: on


@dataclass(frozen=True)
class Population:
    """A peopled geography: residents and households in order of cells."""

    residents: Residents
    households: Households
    cells: Cells


def build_population(
    geography: Geography, parameters: Parameters, draws: Draws, threads: int = 1
) -> Population:
    """People a geography, a large one in `threads`.

    Raises
    ------
    DataError
        A community has more residents than ties can address, or no household sizes agree with the parameters.
    """
    p = parameters.population
    per_cell, people = geography.households, peopling(p, geography)
    n_households = int(per_cell.sum())
    household_cell = np.repeat(np.arange(geography.n_cells, dtype=np.int32), per_cell)
    u = uniforms(draws, POPULATION, np.arange(n_households), draw=DRAW_HOUSEHOLD)
    households = allocate(Households, n_households)
    households.size[:] = people.sizes(u[0], household_cell)
    ends = np.cumsum(households.size, dtype=np.int64)
    households.first[:] = ends - households.size
    migrant = (u[1] < migrant_shares(p, people, per_cell, draws)[household_cell]).astype(np.uint8)
    households.tenant[:] = u[2] < np.where(migrant, p.migrant_tenant_share, p.local_tenant_share)

    n = int(ends[-1])
    residents = allocate(Residents, n)
    residents.identity[:] = np.arange(n)
    residents.household[:] = np.repeat(np.arange(n_households), households.size)
    residents.cell[:] = household_cell[residents.household]
    settle(residents, households, np.arange(n_households), migrant, people, parameters, draws, threads)

    cells = allocate(Cells, geography.n_cells)._replace(neighbours=geography.neighbours.copy())
    cells.community[:] = geography.cell_community
    cells.last[:] = ends[np.cumsum(per_cell) - 1]
    cells.first[1:] = cells.last[:-1]
    _weave(geography, residents, cells, p, draws, threads)
    _condition(residents, households, cells, p, people, per_cell, draws)
    return Population(residents, households, cells)


def migrant_shares(p: PopulationParameters, people: Peopling, households: Array, draws: Draws) -> Array:
    """Probability that a household of a cell is migrant, `[cells]`; `households` are those of each cell.

    Beta draws, moved together on the logit scale until their mean over households is exactly the share of the whole, or of each
    unit that has a share of its own: worlds differ in where migrants live, not in how many there are.
    """
    wanted, unit = people.of("migrant_share"), people.row("migrant_share")
    certain = (wanted <= 0.0) | (wanted >= 1.0)
    inner = np.where(certain, 0.5, wanted)
    drawn = np.clip(_betas(draws, 0, inner, p.migrant_concentration), 1e-9, 1.0 - 1e-9)
    logit = np.log(drawn / (1.0 - drawn))
    weight = households / np.bincount(unit, households)[unit]
    low, high = np.full(int(unit.max()) + 1, -40.0), np.full(int(unit.max()) + 1, 40.0)
    goal = np.bincount(unit, weight * inner)
    for _ in range(200):
        middle = 0.5 * (low + high)
        short = np.bincount(unit, weight / (1.0 + np.exp(-(logit + middle[unit])))) < goal
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(certain, wanted, 1.0 / (1.0 + np.exp(-(logit + middle[unit]))))


def _betas(draws: Draws, quantity: int, means: Array, concentration: float) -> Array:
    """Beta draws by cell around their means, as ratios of Gammas, `[cells]`."""
    draw, out = _DRAW_CELL + 2 * quantity, np.empty(len(means))
    for mean in np.unique(means):
        who = np.flatnonzero(means == mean)
        a = gammas(draws, POPULATION, who, concentration * mean, draw=draw)
        b = gammas(draws, POPULATION, who, concentration * (1.0 - mean), draw=draw + 1)
        out[who] = a / (a + b)
    return out


def settle(
    residents: Residents,
    households: Households,
    which: Array,
    migrant: Array,
    people: Peopling,
    parameters: Parameters,
    draws: Draws,
    threads: int = 1,
) -> Array:
    """Draw the persons of the households `which` (int64) of the given migrant status (0/1, uint8); return their slots.

    Keyed by the identities already in the slots. Dwelling, household size and ties are left alone.
    """
    ends = np.concatenate([[0], np.cumsum(households.size[which], dtype=np.int64)])
    slots = np.empty(ends[-1], np.int32)
    key, shape = draws.keys[POPULATION], parameters.arise.frailty_shape
    drawn, kinds = people.traits, people.kind

    def settle_some(first: int, last: int) -> None:
        own, filled = slice(first, last), slots[ends[first] : ends[last]]
        _settle(residents, households, which[own], migrant[own], drawn, kinds, shape, filled, key[0], key[1])

    over(evenly_cut(len(which), threads, WORTH), settle_some)
    return slots


@kernel
def _settle(residents, households, which, migrant, traits, kinds, frailty_shape, slots, k0, k1):  # type: ignore[no-untyped-def]
    filled = 0
    for j in range(which.size):
        first, size, status = households.first[which[j]], households.size[which[j]], int(migrant[j])
        kind = kinds[residents.cell[first]]
        head = first
        for i in range(first, first + size):
            if residents.identity[i] < residents.identity[head]:
                head = i
        w = philox(U(residents.identity[head]), U(0), U(_DRAW_INCOME), U(0), k0, k1)
        income = 0
        while income < 2 and unit(w[0]) >= traits.income_cumulated[kind, status, income]:
            income += 1
        w = philox(U(residents.identity[head]), U(0), U(_DRAW_PERSON), U(0), k0, k1)
        head_old = unit(w[1]) < traits.old[kind, status]
        for i in range(first, first + size):
            _person(residents, i, i == head, head_old, status, income, traits, kind, k0, k1)
            drawn = gamma(residents.identity[i], 0, _DRAW_FRAILTY, frailty_shape, k0, k1)
            residents.frailty[i] = drawn / frailty_shape
            slots[filled] = i
            filled += 1


@kernel
def _person(residents, i, is_head, head_old, status, income, traits, kind, k0, k1):  # type: ignore[no-untyped-def]
    identity = U(residents.identity[i])
    w = philox(identity, U(0), U(_DRAW_PERSON), U(0), k0, k1)
    age = ADULT
    child = traits.child[kind, status]
    if not is_head and unit(w[0]) < child:
        age = CHILD
    else:
        # For further grown-ups the first word is uniform on [child, 1): it also decides whether to follow the head.
        u = (unit(w[0]) - child) / (1.0 - child)
        follows = is_head or u < traits.age_cohesion
        if head_old if follows else unit(w[1]) < traits.old[kind, status]:
            age = OLD
    digital = 1 if unit(w[2]) < traits.digital[kind, age] else 0
    residents.group[i] = ((age * 2 + status) * 3 + income) * 2 + digital
    residents.adult[i] = 0 if age == CHILD else 1
    residents.party[i] = 1 if unit(w[3]) < traits.party[kind, status, age] else 0
    residents.rota[i] = residents.identity[i] % np.uint32(7)

    w = philox(identity, U(0), U(_DRAW_LEANING), U(0), k0, k1)
    disposition = traits.disposition_spread * normal(w[0], w[1])
    colour = traits.disposition_weight * disposition
    residents.disposition[i] = disposition
    residents.gain[i] = _within(traits.senses[0] + disposition)
    residents.security[i] = _within(traits.senses[1] + disposition)
    residents.happiness[i] = _within(traits.senses[2] + disposition)
    residents.expectation[i] = _within(traits.attitudes[0] + colour)
    residents.trust[i] = _within(traits.attitudes[1] + colour)
    residents.efficacy[i] = _within(traits.attitudes[2] + colour)
    threshold = traits.threshold_mean + traits.threshold_spread * normal(w[2], w[3])
    residents.threshold[i] = NEVER if age == CHILD else threshold
    residents.fatigue[i] = residents.unmet[i] = 0.0
    residents.volunteer[i] = residents.volunteered[i] = 0


@kernel
def _within(x):  # type: ignore[no-untyped-def]
    return min(1.0, max(0.0, x))


def _weave(
    geography: Geography,
    residents: Residents,
    cells: Cells,
    p: PopulationParameters,
    draws: Draws,
    threads: int,
) -> None:
    """Eight ties for everyone, each sought in the own cell or the whole community, among one's like or all."""
    first = cells.first[geography.community_first_cell[:-1]]
    last = cells.last[geography.community_first_cell[1:] - 1]
    largest = int((last - first).max())
    if largest > MOST_IN_A_COMMUNITY:
        raise DataError(
            f"world '{geography.world.name}': a community has {largest:,} residents, at most "
            f"{MOST_IN_A_COMMUNITY:,} are possible; divide it into more communities"
        )
    key = draws.keys[POPULATION]

    def tie_some(begin: int, end: int) -> None:
        for m in range(begin, end):
            own = slice(geography.community_first_cell[m], geography.community_first_cell[m + 1])
            everyone = np.ones(last[m] - first[m], np.bool_)
            tie(
                residents,
                cells.first[own],
                cells.last[own],
                everyone,
                p.homophily,
                p.cell_tie_share,
                key[0],
                key[1],
            )

    communities = geography.n_communities
    over(evenly_cut(communities, threads, max(1, communities * WORTH // len(residents.cell))), tie_some)


@kernel
def _sorted_by_like(like, first, last, order, starts):  # type: ignore[no-untyped-def]
    """Counting sort of slots by likeness: `order` gets the slots, `starts[k]` where likeness k begins."""
    starts[:] = 0
    for i in range(first, last):
        starts[like[i - first] + 1] += 1
    for k in range(starts.size - 1):
        starts[k + 1] += starts[k]
    place = starts.copy()
    for i in range(first, last):
        order[place[like[i - first]]] = i
        place[like[i - first]] += 1


@kernel
def tie(residents, cell_first, cell_last, who, homophily, cell_share, k0, k1):  # type: ignore[no-untyped-def]
    """The ties of those residents of one community whom `who` marks (from its first slot on), given the slots of its cells."""
    first, last = cell_first[0], cell_last[-1]
    n = last - first
    like = np.empty(n, np.int64)  # age band and origin: 0..5
    for i in range(n):
        like[i] = residents.group[first + i] // 6
    around, around_starts = np.empty(n, np.int64), np.empty(7, np.int64)
    _sorted_by_like(like, first, last, around, around_starts)
    near, near_starts = np.empty(n, np.int64), np.empty(7, np.int64)
    for c in range(cell_first.size):
        a, b = cell_first[c], cell_last[c]
        _sorted_by_like(like[a - first : b - first], a, b, near, near_starts)
        for i in range(a, b):
            if not who[i - first]:
                continue
            k = like[i - first]
            for t in range(TIES):
                chosen = i
                for attempt in range(_TIE_ATTEMPTS):
                    w = philox(U(residents.identity[i]), U(0), U(_DRAW_TIE + t), U(attempt), k0, k1)
                    in_cell, alike = unit(w[0]) < cell_share, unit(w[1]) < homophily
                    # Where nobody else is alike nearby, look further; the last resort is anyone in the community.
                    if in_cell and alike and near_starts[k + 1] - near_starts[k] > 1:
                        chosen = near[_one_of(near_starts[k], near_starts[k + 1], w[2])]
                    elif alike and around_starts[k + 1] - around_starts[k] > 1:
                        chosen = around[_one_of(around_starts[k], around_starts[k + 1], w[2])]
                    elif in_cell and b - a > 1:
                        chosen = _one_of(a, b, w[2])
                    else:
                        chosen = _one_of(first, last, w[2])
                    if chosen != i and not _has_tie(residents, i, t, chosen - first):
                        break
                if chosen == i and n > 1:
                    # In a tiny community a double tie is better than a tie with oneself.
                    chosen = first + (i - first + 1) % n
                residents.ties[i, t] = chosen - first


@kernel
def _one_of(start, stop, word):  # type: ignore[no-untyped-def]
    """A whole number from start to stop − 1, equally likely."""
    return start + np.int64(unit(word) * (stop - start))


@kernel
def _has_tie(residents, i, count, offset):  # type: ignore[no-untyped-def]
    """Whether one of the first `count` ties of slot i leads to `offset`."""
    found = False
    for s in range(count):
        found = found or residents.ties[i, s] == offset
    return found


def _condition(
    residents: Residents,
    households: Households,
    cells: Cells,
    p: PopulationParameters,
    people: Peopling,
    per_cell: Array,
    draws: Draws,
) -> None:
    """Conditions of cells at the start."""
    n = len(cells.first)
    residing = (cells.last - cells.first).astype(np.float64)
    spread = p.condition_concentration
    cells.facility[:] = _betas(draws, 1, people.of("facility_mean"), spread)
    cells.disorder[:] = _betas(draws, 2, people.of("disorder_mean"), spread)
    cells.disorder_next[:] = cells.disorder
    tenants = mean_by_cell(households.tenant[residents.household], cells)
    erosion = p.tenancy_erosion * (tenants - tenants.mean())
    capital = _betas(draws, 3, people.of("social_capital_mean"), spread)
    cells.social_capital[:] = np.clip(capital - erosion, 0.0, 1.0)
    market = gammas(draws, POPULATION, np.arange(n), p.market_shape, draw=_DRAW_CELL + 2 * 4)
    cells.market[:] = market / market.mean()
    cells.density[:] = residing / residing.mean()
    cells.grid_workers[:] = per_cell / p.households_per_grid_worker
    cells.migrant_share[:] = mean_by_cell(residents.group // 6 % 2, cells)
    cells.old_share[:] = mean_by_cell(residents.group // 12 == OLD, cells)
    cells.performance[:] = p.expectation_mean
    cells.satisfaction[:] = mean_by_cell(
        (residents.gain + residents.security + residents.happiness) / 3.0, cells
    )


def households_by_cell(residents: Residents, households: Households, cells: int) -> Array:
    """Households by cell, `[cells]`."""
    return np.bincount(residents.cell[households.first], minlength=cells).astype(np.float64)


def mean_by_cell(values: Array, cells: Cells) -> Array:
    """Mean over the residents of each cell, `[cells]`."""
    return np.add.reduceat(values.astype(np.float64), cells.first) / (cells.last - cells.first)


def move_households(state: State, draws: Draws, day: int) -> Array:
    """Let tenant households move out on `day` and newcomers of the same migrant status move in.

    Each tenant household moves with the hazard `−ln(1 − turnover) / 365` per day. Its slots, size and ties stay; its
    people get new identities and are drawn anew.

    Returns
    -------
    Slots whose person changed, int32, ascending.
    """
    p = state.parameters.population
    chance = -math.expm1(math.log1p(-p.turnover) / 365.0)
    key = draws.keys[POPULATION]
    people = peopling(p, state.geography)
    tenant, threshold = state.households.tenant, np.uint64(chance * 2.0**32)
    number = state.fixed.first_household
    begin, end = number // 4, -(-(number + len(tenant)) // 4)
    which = over_rows(
        state,
        end - begin,
        lambda first, last: _movers(
            tenant, number, threshold, begin + first, begin + last, day, key[0], key[1]
        ),
    )
    slots = _move(state.view, np.concatenate(which), people.traits, people.kind, day, key[0], key[1])
    slots.sort()
    return slots


@kernel
def _move(v, which, traits, kinds, day, k0, k1):  # type: ignore[no-untyped-def]
    """Let the households `which` be followed by others; slots whose person changed, in order of households."""
    residents, households, cells = v.residents, v.households, v.cells
    migrant = np.empty(which.size, np.uint8)
    people = 0
    for j in range(which.size):
        first, size = households.first[which[j]], households.size[which[j]]
        migrant[j] = residents.group[first] // 6 % 2
        for i in range(first, first + size):
            residents.identity[i] += np.uint32(v.fixed.newcomers_from)
        people += size
    slots = np.empty(people, np.int32)
    shape = v.laws.arise.frailty_shape
    _settle(residents, households, which, migrant, traits, kinds, shape, slots, k0, k1)
    for j in range(which.size):
        c = residents.cell[households.first[which[j]]]
        group = residents.group[cells.first[c] : cells.last[c]]
        cells.old_share[c] = _old_among(group) / group.size
    return slots


@kernel
def _movers(tenant, number, threshold, begin, end, day, k0, k1):  # type: ignore[no-untyped-def]
    """Tenant households whose word of today lies below the threshold, among the blocks `[begin, end)`: four share a Philox block.
    The first household has the number `number`."""
    n = tenant.size
    chunk = 256
    movers, least = np.empty(4 * (end - begin), np.int64), np.empty(chunk, np.uint64)
    count = 0
    for start in range(begin, end, chunk):
        stop = min(start + chunk, end)
        # Branch-free, so that the compiler can make it vector code; the few blocks with a low word are drawn again.
        for block in range(start, stop):
            w = philox(U(block), U(day), U(_DRAW_TURNOVER), U(0), k0, k1)
            least[block - start] = min(w[0], w[1], w[2], w[3])
        for block in range(start, stop):
            if least[block - start] < threshold:
                w = philox(U(block), U(day), U(_DRAW_TURNOVER), U(0), k0, k1)
                for j in range(4):
                    h = 4 * block + j - number
                    if w[j] < threshold and 0 <= h < n and tenant[h] == 1:
                        movers[count] = h
                        count += 1
    return movers[:count]


@kernel
def _old_among(group):  # type: ignore[no-untyped-def]
    old = np.int32(0)  # narrow, so that the sum vectorises well
    for j in range(group.size):
        old = np.int32(old + (group[j] >= _FIRST_OLD))
    return np.int64(old)


def reorder(population: Population, permutation: Array) -> Population:
    """The same population stored in another order: new slot `i` holds who was in slot `permutation[i]`.

    Nothing that happens may depend on it (a test). Households stay contiguous and cells keep their slots.

    Raises
    ------
    DataError
        The permutation is none, moves someone into another cell, or tears a household apart.
    """
    old = population.residents
    n = len(old.identity)
    permutation = np.asarray(permutation, np.int64)
    if not np.array_equal(np.sort(permutation), np.arange(n)):
        raise DataError("reorder: not a permutation of all slots")
    if not np.array_equal(old.cell[permutation], old.cell):
        raise DataError("reorder: everyone must stay in the own cell")
    residents = Residents(*(column[permutation] for column in old))
    begins = np.flatnonzero(np.diff(residents.household, prepend=-1))
    households = Households(*(column.copy() for column in population.households))
    if len(begins) != len(households.first):
        raise DataError("reorder: households must stay together")
    households.first[residents.household[begins]] = begins

    new_slot = np.empty(n, np.int64)
    new_slot[permutation] = np.arange(n)
    cells = population.cells
    community = cells.community[residents.cell]
    first_cell = np.searchsorted(cells.community, community)
    first = cells.first[first_cell][:, None]
    residents.ties[:] = new_slot[first + residents.ties] - first
    return Population(residents, households, Cells(*(column.copy() for column in cells)))
