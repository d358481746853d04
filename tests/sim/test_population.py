"""Residents: declared marginals, households, ties and turnover; and nothing depends on seed order or storage order."""

from __future__ import annotations

import csv
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scenarios import DATA
from sim.build import assemble
from sim.errors import DataError
from sim.geography import Geography, build_geography
from sim.laws import resolve
from sim.parameters import declared, defaults
from sim.peopling import peopling
from sim.population import (
    NEVER,
    Population,
    PopulationParameters,
    build_population,
    move_households,
    reorder,
    settle,
)
from sim.randomness import POPULATION, draws_for, uniforms
from sim.scenario import load_world
from sim.state import Residents
from sim.traits import ADULT, CHILD, OLD, household_sizes, traits

STREET = build_geography(load_world("street"))
CLASSROOM = build_geography(load_world("classroom"))
REPLICATES = 8
#: Residents of a household share what is drawn for the household, so shares of residents vary more than binomially: the design
#: effect of clusters of sizes s is at most E[s²] / E[s] (Kish 1965).
SIZES = np.arange(1, 7)


def parameters(**overrides: float) -> Any:
    return SimpleNamespace(
        population=defaults(PopulationParameters, overrides), arise=SimpleNamespace(frailty_shape=1.5)
    )


def build(
    geography: Geography = CLASSROOM, seed: int = 1, replicate: int = 0, **overrides: float
) -> Population:
    return build_population(geography, parameters(**overrides), draws_for(seed, replicate))


def shaped(**counts: int) -> Geography:
    return build_geography(load_world("classroom").model_copy(update=counts))


def living(population: Population, **overrides: float) -> Any:
    """The state of a world with this population."""
    geography = next(g for g in (CLASSROOM, STREET) if g.n_cells == len(population.cells.first))
    chosen = {f"population.{name}": value for name, value in overrides.items()}
    return assemble(geography, population, resolve({}, chosen))


def bands(residents: Residents) -> dict[str, np.ndarray]:
    g = residents.group.astype(int)
    return {"age": g // 12, "migrant": g // 6 % 2, "income": g // 2 % 3, "digital": g % 2}


def bytes_of(table: Any) -> dict[str, bytes]:
    return {name: getattr(table, name).tobytes() for name in table._fields}


def assert_share(hits: np.ndarray, share: float, design: float = 1.0, label: str = "") -> None:
    """The share of hits lies within four standard errors (widened by the design effect)."""
    error = math.sqrt(share * (1.0 - share) / len(hits) * design)
    z = (float(np.mean(hits)) - share) / error
    assert abs(z) < 4.0, f"{label}: {np.mean(hits):.4f} against {share:.4f}, z = {z:.1f}"


@pytest.fixture(scope="module")
def street() -> Population:
    return build(STREET)


@pytest.fixture(scope="module")
def streets() -> tuple[Residents, np.ndarray, np.ndarray]:
    """Residents of several replicates in one table, sizes and tenancy of all households."""
    made = [build(STREET, replicate=r) for r in range(REPLICATES)]
    residents = Residents(
        *(np.concatenate([getattr(m.residents, c) for m in made]) for c in Residents._fields)
    )
    size, tenant = (np.concatenate([getattr(m.households, c) for m in made]) for c in ("size", "tenant"))
    return residents, size, tenant


@pytest.fixture(scope="module")
def design() -> float:
    p = parameters().population
    shares = household_sizes(p.household_mean, p.one_person_share)
    return float(shares @ SIZES**2 / (shares @ SIZES))


def test_household_sizes_are_solved_exactly() -> None:
    for mean, alone in ((2.49, 0.30), (2.0, 0.36), (3.2, 0.25), (2.3, 0.3)):
        shares = household_sizes(mean, alone)
        assert shares[0] == alone
        assert shares.sum() == pytest.approx(1.0, abs=1e-12)
        assert shares @ SIZES == pytest.approx(mean, abs=1e-9)
    with pytest.raises(DataError, match="no sizes"):
        household_sizes(1.2, 0.3)


def test_traits_are_solved_exactly() -> None:
    p = parameters().population
    t = traits(p)
    status = np.array([1 - p.migrant_share, p.migrant_share])
    further = (
        p.household_mean - 1.0
    ) / p.household_mean  # share of residents who are not a household's first
    child = status @ (t.child * further)
    old = status @ ((1.0 - t.child * further) * t.old)
    assert child == pytest.approx(p.child_share, abs=1e-12)
    assert old == pytest.approx(p.old_share, abs=1e-12)
    assert status @ t.income_cumulated[:, 0] == pytest.approx(p.income_low, abs=1e-9)
    assert 1.0 - status @ t.income_cumulated[:, 1] == pytest.approx(p.income_high, abs=1e-9)
    low, middle = t.income_cumulated[:, 0], np.diff(t.income_cumulated, axis=1)[:, 0]
    assert (low[1] / middle[1]) / (low[0] / middle[0]) == pytest.approx(p.migrant_income_odds)


def test_household_marginals(streets: tuple[Residents, np.ndarray, np.ndarray]) -> None:
    _, size, tenant = streets
    p = parameters().population
    shares = household_sizes(p.household_mean, p.one_person_share)
    for s in SIZES:
        assert_share(size == s, shares[s - 1], label=f"households of {s}")
    spread = math.sqrt(shares @ SIZES**2 - p.household_mean**2)
    assert abs(size.mean() - 2.49) < 4.0 * spread / math.sqrt(len(size))
    expected = p.migrant_share * p.migrant_tenant_share + (1 - p.migrant_share) * p.local_tenant_share
    assert_share(tenant, expected, label="tenants")


def test_resident_marginals(streets: tuple[Residents, np.ndarray, np.ndarray], design: float) -> None:
    residents, _, _ = streets
    b, p = bands(residents), parameters().population
    assert_share(b["migrant"], 0.404, design, "migrants (EV-CD-MIGR)")
    for age, share in ((CHILD, 0.1328), (ADULT, 0.6874), (OLD, 0.1798)):
        assert_share(b["age"] == age, share, design, f"age band {age}")
    young = b["age"][b["migrant"] == 1]
    assert_share(young == OLD, p.migrant_old_share, design, "old migrants (EV-CD-MIGR-AGE60)")
    assert_share(young == CHILD, p.migrant_child_share, design, "children of migrants")
    assert_share(b["income"] == 0, p.income_low, design, "low income")
    assert_share(b["income"] == 2, p.income_high, design, "high income")
    assert_share(b["digital"], 0.813, design, "digital access (EV-CN-NET-URBAN)")
    assert_share(b["digital"][b["age"] == OLD], 0.432, label="digital access of the old (EV-CN-NET-60)")
    assert_share(residents.party, 0.055, label="party members (EV-CD-PARTY)")
    assert_share(b["age"][residents.party == 1] == OLD, 0.281, design, "old members (EV-CN-PARTY-AGE)")


def test_a_wrong_share_would_be_noticed(
    streets: tuple[Residents, np.ndarray, np.ndarray], design: float
) -> None:
    with pytest.raises(AssertionError):
        assert_share(bands(streets[0])["migrant"], 0.414, design)


def test_groups_differ_as_declared(street: Population) -> None:
    b, party = bands(street.residents), street.residents.party
    migrant = b["migrant"] == 1
    assert (b["income"][migrant] == 0).mean() > (b["income"][~migrant] == 0).mean() + 0.05
    assert party[migrant].mean() < party[~migrant].mean()
    assert party[b["age"] == OLD].mean() > party[b["age"] == ADULT].mean()
    assert not party[b["age"] == CHILD].any()


def test_individual_differences(streets: tuple[Residents, np.ndarray, np.ndarray]) -> None:
    r, p = streets[0], parameters().population
    root = math.sqrt(len(r.frailty))
    assert abs(r.frailty.mean(dtype=float) - 1.0) < 4.0 / math.sqrt(1.5) / root
    assert r.frailty.var(dtype=float) == pytest.approx(1.0 / 1.5, rel=0.03)
    assert abs(r.disposition.mean(dtype=float)) < 4.0 * p.disposition_spread / root
    assert r.disposition.std(dtype=float) == pytest.approx(p.disposition_spread, rel=0.01)
    thresholds = r.threshold[r.adult == 1].astype(float)
    assert abs(thresholds.mean() - p.threshold_mean) < 4.0 * p.threshold_spread / root
    assert thresholds.std() == pytest.approx(p.threshold_spread, rel=0.01)
    assert (r.threshold[r.adult == 0] == NEVER).all()
    for name in ("expectation", "gain", "security", "happiness", "trust", "efficacy"):
        values = getattr(r, name)
        assert values.min() >= 0.0
        assert values.max() <= 1.0
        assert values.mean(dtype=float) == pytest.approx(getattr(p, f"{name}_mean"), abs=0.01)
    assert abs(np.corrcoef(r.disposition[r.adult == 1], thresholds)[0, 1]) < 4.0 / root


def test_households_live_in_one_cell_and_have_a_grown_up(street: Population) -> None:
    r, h, c = street.residents, street.households, street.cells
    n = len(r.identity)
    assert np.array_equal(np.repeat(np.arange(len(h.first)), h.size), r.household)
    assert np.array_equal(h.first, np.cumsum(h.size) - h.size)
    assert np.array_equal(r.cell, np.repeat(np.arange(len(c.first)), c.last - c.first))
    assert np.array_equal(r.cell, r.cell[h.first][r.household])
    assert (np.bincount(r.cell[h.first]) == 400).all()
    assert np.bincount(r.household, weights=r.adult).min() >= 1
    for trait in ("migrant", "income"):
        values = bands(r)[trait]
        assert np.array_equal(values, values[h.first][r.household])
    assert np.array_equal(r.identity, np.arange(n))
    assert np.array_equal(r.adult, bands(r)["age"] != CHILD)
    assert np.array_equal(r.rota, r.identity % 7)
    assert not r.screen.any()
    assert not r.volunteer.any()


def test_cells_differ_in_migrants_but_not_the_world(street: Population) -> None:
    p = parameters().population
    shares = street.cells.migrant_share
    declared_spread = math.sqrt(p.migrant_share * (1 - p.migrant_share) / (p.migrant_concentration + 1.0))
    assert shares.std() == pytest.approx(declared_spread, rel=0.3)
    even = build(STREET, migrant_concentration=60.0).cells.migrant_share
    assert even.std() < 0.6 * shares.std()
    alone = build(shaped(communities=1, cells=1, households=4000))
    assert_share(bands(alone.residents)["migrant"], 0.404, 3.4, "one cell alone has the declared share, too")


def test_conditions_of_cells(street: Population) -> None:
    c, p = street.cells, parameters().population
    root = math.sqrt(len(c.first))
    for name in ("facility", "disorder"):
        mean = getattr(p, f"{name}_mean")
        values = getattr(c, name)
        spread = math.sqrt(mean * (1 - mean) / (p.condition_concentration + 1.0))
        assert abs(values.mean() - mean) < 4.0 * spread / root
        assert 0.5 * spread < values.std() < 1.6 * spread
    assert c.density.mean() == pytest.approx(1.0)
    assert c.market.mean() == pytest.approx(1.0)
    assert (c.grid_workers == 1.0).all()
    assert (build().cells.grid_workers == 0.25).all()
    b = bands(street.residents)
    own = slice(c.first[5], c.last[5])
    assert c.migrant_share[5] == pytest.approx(b["migrant"][own].mean())
    assert c.old_share[5] == pytest.approx((b["age"][own] == OLD).mean())
    assert np.array_equal(c.neighbours, STREET.neighbours)
    assert np.array_equal(c.community, STREET.cell_community)


def test_turnover_erodes_social_capital() -> None:
    eroded, spared = build(STREET), build(STREET, tenancy_erosion=0.0)
    lost = spared.cells.social_capital - eroded.cells.social_capital
    assert np.corrcoef(lost, eroded.cells.migrant_share)[0, 1] > 0.9


def partners(population: Population, geography: Geography) -> tuple[np.ndarray, np.ndarray]:
    """Slots of everyone's ties, `[n, 8]`, and everyone's community."""
    community = population.cells.community[population.residents.cell]
    first = population.cells.first[geography.community_first_cell[:-1]][community]
    return first[:, None] + population.residents.ties.astype(int), community


def test_ties_stay_in_the_community_and_lead_to_others(street: Population) -> None:
    to, community = partners(street, STREET)
    assert (community[to] == community[:, None]).all()
    assert (to != np.arange(len(to))[:, None]).all()
    ordered = np.sort(to, axis=1)
    assert (ordered[:, 1:] != ordered[:, :-1]).all(), "eight different people"


def like_share(population: Population, geography: Geography) -> tuple[float, float]:
    """Share of ties to the same origin and age band, and what ties at random in the community would give."""
    to, community = partners(population, geography)
    like = population.residents.group // 6
    chance = 0.0
    for m in np.unique(community):
        counts = np.bincount(like[community == m])
        chance += float((counts * (counts - 1)).sum() / (counts.sum() - 1))
    return float((like[to] == like[:, None]).mean()), chance / len(like)


def test_ties_are_homophilous_as_declared() -> None:
    seen, chance = like_share(build(STREET, cell_tie_share=0.0), STREET)
    error = math.sqrt(0.25 / (8 * 47_000))
    assert abs(seen - (0.5 + 0.5 * chance)) < 5.0 * error
    blind, chance = like_share(build(STREET, cell_tie_share=0.0, homophily=0.0), STREET)
    assert abs(blind - chance) < 5.0 * error
    near, chance = like_share(build(STREET), STREET)
    assert near > chance + 0.2


def test_ties_prefer_the_own_cell(street: Population) -> None:
    to, _ = partners(street, STREET)
    cell = street.residents.cell
    declared_share = parameters().population.cell_tie_share
    assert (cell[to] == cell[:, None]).mean() == pytest.approx(
        declared_share + (1 - declared_share) / 6, abs=0.02
    )


def test_same_seed_same_bytes() -> None:
    one, two, other = build(seed=3), build(seed=3), build(seed=4)
    for table in ("residents", "households", "cells"):
        assert bytes_of(getattr(one, table)) == bytes_of(getattr(two, table))
        assert bytes_of(getattr(one, table)) != bytes_of(getattr(other, table))
    assert bytes_of(one.residents) != bytes_of(build(seed=3, replicate=1).residents)


def test_only_the_stream_of_the_population_matters() -> None:
    base = bytes_of(build().residents)
    pinned = build_population(CLASSROOM, parameters(), draws_for(1, 0, {"needs": 99, "voice": 7}))
    moved = build_population(CLASSROOM, parameters(), draws_for(1, 0, {"population": 99}))
    assert bytes_of(pinned.residents) == base
    assert bytes_of(moved.residents) != base


def test_newcomers_are_drawn_as_the_first_residents_were() -> None:
    """Drawing every household again with the same identities changes no byte: there is one code for both."""
    made = build()
    before = bytes_of(made.residents)
    r, h = made.residents, made.households
    migrant = (r.group[h.first] // 6 % 2).astype(np.uint8)
    for name in ("group", "frailty", "trust", "threshold", "party", "adult"):
        getattr(r, name)[:] = 0
    people = peopling(parameters().population, CLASSROOM)
    slots = settle(r, h, np.arange(len(h.first)), migrant, people, parameters(), draws_for(1, 0))
    assert bytes_of(r) == before
    assert np.array_equal(slots, np.arange(len(r.identity)))


def test_a_year_of_turnover() -> None:
    made = build(STREET)
    state, draws = living(made), draws_for(1, 0)
    before = {name: getattr(made.residents, name).copy() for name in Residents._fields}
    size, tenant = made.households.size.copy(), made.households.tenant.copy()
    n = len(before["identity"])
    moved: list[np.ndarray] = []
    for day in range(365):
        identity = made.residents.identity.copy()
        slots = move_households(state, draws, day)
        assert slots.dtype == np.int32
        assert np.array_equal(slots, np.flatnonzero(made.residents.identity != identity))
        moved.append(slots)
    changed = np.zeros(n, bool)
    changed[np.concatenate(moved)] = True
    households = changed[made.households.first]
    assert np.array_equal(households[made.residents.household], changed), "whole households move"
    assert not households[tenant == 0].any(), "owners stay"
    assert_share(households[tenant == 1], 0.20, label="tenant households that moved (EV-CN-TURNOVER)")
    for name, old in before.items():
        new = getattr(made.residents, name)
        assert np.array_equal(new[~changed], old[~changed]), f"{name} of those who stayed"
    assert np.array_equal(made.residents.ties, before["ties"])
    assert np.array_equal(made.households.size, size)
    identity = made.residents.identity
    assert (identity[changed] % n == before["identity"][changed]).all()
    assert (identity[changed] >= n).all()
    assert np.array_equal(made.residents.rota, identity % 7)
    assert np.array_equal(bands(made.residents)["migrant"], before["group"] // 6 % 2)
    assert (made.residents.frailty[changed] != before["frailty"][changed]).all()
    assert np.array_equal(
        made.cells.old_share,
        np.bincount(made.residents.cell, weights=bands(made.residents)["age"] == OLD)
        / np.bincount(made.residents.cell),
    )


def test_moving_is_spread_over_the_year() -> None:
    state, draws = living(build(STREET, turnover=0.35), turnover=0.35), draws_for(2, 0)
    moves = np.array([len(move_households(state, draws, day)) for day in range(364)]).reshape(52, 7).sum(1)
    expected, people_per_move = moves.mean(), 3.4
    assert (np.abs(moves - expected) < 5.0 * math.sqrt(expected * people_per_move)).all()


def test_newcomers_have_the_declared_marginals(design: float) -> None:
    made = build(STREET, turnover=0.35)
    state, draws = living(made, turnover=0.35), draws_for(1, 0)
    n = len(made.residents.identity)
    for day in range(730):
        move_households(state, draws, day)
    new = made.residents.identity >= n
    b, p = bands(made.residents), parameters().population
    migrant = new & (b["migrant"] == 1)
    assert migrant.sum() > 3_000
    assert_share(b["age"][migrant] == OLD, p.migrant_old_share, design, "old newcomers")
    assert_share(b["age"][migrant] == CHILD, p.migrant_child_share, design, "children of newcomers")
    t = traits(p)
    assert_share(b["income"][migrant] == 0, t.income_cumulated[1, 0], design, "low income of newcomers")
    assert abs(made.residents.frailty[new].mean(dtype=float) - 1.0) < 4.0 / math.sqrt(1.5 * new.sum())
    assert not made.residents.volunteer[new].any()


def test_without_turnover_nobody_moves() -> None:
    made = build(turnover=0.0)
    state, draws = living(made, turnover=0.0), draws_for(1, 0)
    assert sum(len(move_households(state, draws, day)) for day in range(100)) == 0


def test_newcomers_bring_no_past() -> None:
    made = build(STREET)
    r = made.residents
    r.fatigue[:], r.unmet[:], r.volunteer[:], r.volunteered[:] = 0.5, 2.0, 1, 1
    state = living(made)
    slots = np.concatenate([move_households(state, draws_for(1, 0), day) for day in range(20)])
    assert len(slots)
    for name in ("fatigue", "unmet", "volunteer", "volunteered"):
        assert not getattr(r, name)[slots].any()
        assert np.delete(getattr(r, name), slots).all()


def shuffled(population: Population) -> np.ndarray:
    """A permutation that reverses the members of each household and the households of each cell by keyed words."""
    r, h = population.residents, population.households
    key = uniforms(draws_for(9, 9), POPULATION, np.arange(len(h.first)))[0]
    return np.lexsort((-np.arange(len(r.identity)), key[r.household], r.cell))


def test_storage_order_does_not_matter() -> None:
    made = build(turnover=0.35)
    permutation = shuffled(made)
    other = reorder(made, permutation)
    assert not np.array_equal(other.residents.identity, made.residents.identity)
    to, _ = partners(made, CLASSROOM)
    to_other, _ = partners(other, CLASSROOM)
    identity, identity_other = made.residents.identity, other.residents.identity
    assert np.array_equal(identity_other[to_other], identity[to][permutation]), "the same friends"
    assert np.array_equal(
        other.residents.household[other.households.first], np.arange(len(other.households.first))
    )

    draws, total = draws_for(1, 0), 0
    one, two = living(made, turnover=0.35), living(other, turnover=0.35)
    for day in range(200):
        slots, slots_other = move_households(one, draws, day), move_households(two, draws, day)
        total += len(slots)
        assert np.array_equal(np.sort(permutation[slots_other]), slots)
    assert total > 100
    for name in Residents._fields:
        if name != "ties":
            assert np.array_equal(
                getattr(other.residents, name), getattr(made.residents, name)[permutation]
            ), name
    assert bytes_of(other.cells) == bytes_of(made.cells)


def test_reorder_refuses_what_would_change_the_world() -> None:
    made = build()
    n = len(made.residents.identity)
    same = np.arange(n)
    assert bytes_of(reorder(made, same).residents) == bytes_of(made.residents)
    with pytest.raises(DataError, match="not a permutation"):
        reorder(made, np.zeros(n, int))
    with pytest.raises(DataError, match="own cell"):
        reorder(made, same[::-1])
    shared = made.households.size > 1
    # Two neighbouring households swap their first members.
    h = int(np.flatnonzero(shared[:-1] & shared[1:])[0])
    pair = made.households.first[[h, h + 1]]
    torn = same.copy()
    torn[pair] = pair[::-1]
    with pytest.raises(DataError, match="stay together"):
        reorder(made, torn)


@pytest.mark.parametrize("overrides", [
    {"migrant_share": 0.0}, {"migrant_share": 1.0}, {"migrant_share": 0.9}, {"local_tenant_share": 0.0},
    {"household_mean": 2.0, "one_person_share": 0.36}, {"child_share": 0.22, "old_share": 0.35},
])  # fmt: skip
def test_extreme_towns_are_still_towns(overrides: dict[str, Any]) -> None:
    made = build(**overrides)
    for table in made.residents, made.cells:
        for name in table._fields:
            assert np.isfinite(getattr(table, name)).all(), name
    if overrides.get("migrant_share") in (0.0, 1.0):
        assert (bands(made.residents)["migrant"] == overrides["migrant_share"]).all()


def test_the_smallest_worlds() -> None:
    for seed in range(20):
        made = build(shaped(communities=1, cells=1, households=1), seed=seed)
        n = len(made.residents.identity)
        to, _ = partners(made, shaped(communities=1, cells=1, households=1))
        assert ((to >= 0) & (to < n)).all()
        assert n == 1 or (to != np.arange(n)[:, None]).all()
        assert made.residents.adult[0] == 1
        assert np.isfinite(made.cells.migrant_share).all()


def test_a_community_must_be_addressable_by_ties() -> None:
    with pytest.raises(DataError, match="divide it into more communities"):
        build(shaped(communities=1, cells=1, households=30_000))


def test_sources_of_parameters_exist() -> None:
    with (DATA / "evidence.csv").open(encoding="utf-8") as file:
        evidence = {row["id"]: row for row in csv.DictReader(file)}
    for name, p in declared(PopulationParameters).items():
        if not p.source.startswith("EV-"):
            continue
        assert p.source in evidence, f"{name}: {p.source}"
        if p.grade == "data":
            assert evidence[p.source]["grade"] == "data", name
            assert float(evidence[p.source]["low"]) <= p.value <= float(evidence[p.source]["high"]), name
