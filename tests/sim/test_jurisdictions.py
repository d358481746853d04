"""The tree of real divisions: as many streets and residents as were counted, shared out evenly, each unit in one piece."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.errors import ConfigError
from sim.geography import _along_a_curve, build_geography
from sim.jurisdictions import evenly, shared_out
from sim.scenario import ROOT, World, load_world


def divisions() -> list[dict[str, str]]:
    with (ROOT / "data" / "chengdu_divisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_chengdu_has_its_divisions_streets_and_residents() -> None:
    world, table = load_world("chengdu"), divisions()
    tree = world.jurisdictions
    assert tree.streets.tolist() == [int(row["streets"]) for row in table]
    assert (len(tree.streets), len(tree.communities)) == (23, 261)
    assert tree.n_communities == pytest.approx(3040, abs=5)
    by_street = np.add.reduceat(tree.cells, np.cumsum(tree.communities) - tree.communities)
    by_division = np.add.reduceat(by_street, np.cumsum(tree.streets) - tree.streets)
    residents = by_division * world.households * 2.49
    counted = np.array([float(row["population_2020"]) for row in table])
    assert np.abs(residents - counted).max() <= 0.5 * world.households * 2.49
    assert residents.sum() == pytest.approx(counted.sum(), rel=1e-3)


def test_communities_differ_little_within_a_division() -> None:
    tree = load_world("chengdu").jurisdictions
    edges = np.cumsum(tree.streets)[:-1]
    for communities in np.split(tree.communities, edges):
        assert communities.min() >= 1
        assert np.ptp(communities) <= 1


@given(total=some.integers(0, 5000), parts=some.integers(1, 60))
def test_even_parts_add_up(total: int, parts: int) -> None:
    found = evenly(total, parts)
    assert found.sum() == total
    assert np.ptp(found) <= 1


@given(
    weights=some.lists(some.floats(0.01, 1e6), min_size=1, max_size=30),
    more=some.integers(0, 5000),
    data=some.data(),
)
def test_shares_are_whole_in_proportion_and_nowhere_too_few(
    weights: list[float], more: int, data: some.DataObject
) -> None:
    least = np.array(
        data.draw(some.lists(some.integers(0, 20), min_size=len(weights), max_size=len(weights))), np.int64
    )
    total = int(least.sum()) + more
    found = shared_out(total, np.array(weights), least)
    assert found.sum() == total
    assert (found >= least).all()


def test_without_a_floor_shares_are_largest_remainders() -> None:
    assert shared_out(10, np.array([1.0, 1.0, 1.0]), np.zeros(3, np.int64)).tolist() == [4, 3, 3]
    assert shared_out(7, np.array([5.0, 3.0, 1.0]), np.zeros(3, np.int64)).tolist() == [4, 2, 1]


def test_fewer_communities_than_streets_are_refused() -> None:
    with pytest.raises(ConfigError, match="3 communities are fewer than 4 streets"):
        shared_out(3, np.array([1.0, 1.0]), np.array([2, 2]))


@pytest.mark.parametrize("cells", [1, 2, 5, 64, 700])
def test_the_curve_takes_one_step_at_a_time_and_meets_no_place_twice(cells: int) -> None:
    x, y, width, height = _along_a_curve(cells)
    assert (np.abs(np.diff(x)) + np.abs(np.diff(y)) == 1).all()
    assert len(set(zip(x.tolist(), y.tolist(), strict=True))) == cells
    assert (x.max() + 1, y.max() + 1) == (width, height)


def test_a_division_alone_has_the_streets_it_has_in_the_city() -> None:
    city, alone = load_world("chengdu"), load_world("district")
    assert alone.divisions is not None
    index = [row["name_en"] for row in divisions()].index(alone.divisions.only[0])
    assert alone.jurisdictions.streets.tolist() == [city.jurisdictions.streets[index]]
    assert build_geography(alone).n_districts == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"only": ["Qingyan"]}, "did you mean 'Qingyang'"),
        ({"communities_per_cell": 0.0001}, "fewer than"),
    ],
)
def test_divisions_that_cannot_be_are_refused(change: dict, told: str) -> None:
    raw = load_world("district").model_dump(include={"name", "title", "households", "divisions"})
    world = World.from_mapping(raw | {"divisions": raw["divisions"] | {"only": ["Qingyang"]} | change})
    with pytest.raises(ConfigError, match=told):
        _ = world.jurisdictions


def test_counts_beside_divisions_are_refused() -> None:
    raw = load_world("district").model_dump(include={"name", "title", "households", "divisions"})
    raw["divisions"]["only"] = ["Qingyang"]
    with pytest.raises(ConfigError, match="streets: is counted by `divisions`"):
        World.from_mapping(raw | {"streets": 3})
