"""The lattice: blocks within blocks, contiguous at every level, and Mesa's layers show the cells as they are."""

from __future__ import annotations

import random
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from sim.geography import (
    LAYERS,
    Geography,
    block_shape,
    build_geography,
    layers_of,
    make_grid,
    refresh_layers,
)
from sim.scenario import World, load_world
from sim.state import Cells
from sim.tables import allocate

SHAPES = [
    (1, 1, 1, 1),
    (1, 1, 8, 6),
    (1, 1, 2, 4),
    (1, 3, 5, 7),
    (2, 3, 7, 5),
    (3, 5, 11, 13),
    (23, 11, 12, 5),
]


def world(districts: int, streets: int, communities: int, cells: int) -> World:
    words = {"en": "a", "zh": "甲"}
    return World.from_mapping({
        "name": "w", "title": words, "districts": districts, "streets": streets, "communities": communities,
        "cells": cells, "households": 1,
    })  # fmt: skip


@pytest.fixture(params=SHAPES, ids=str)
def geography(request: pytest.FixtureRequest) -> Geography:
    return build_geography(world(*request.param))


def connected(geography: Geography, unit: np.ndarray) -> bool:
    """Whether each unit's cells hang together: labels spread to the least label among neighbours of the same unit."""
    label = np.arange(geography.n_cells)
    other = geography.neighbours
    same = (other >= 0) & (unit[other] == unit[:, None])
    while True:
        spread = np.minimum(label, np.where(same, label[other], geography.n_cells).min(1))
        if np.array_equal(spread, label):
            break
        label = spread
    return len(np.unique(label)) == len(np.unique(unit))


def test_counts_and_parents(geography: Geography) -> None:
    w = geography.world
    assert geography.n_cells == w.districts * w.streets * w.communities * w.cells
    assert np.array_equal(np.bincount(geography.cell_community), np.full(geography.n_communities, w.cells))
    assert np.array_equal(
        np.bincount(geography.community_street), np.full(geography.n_streets, w.communities)
    )
    assert np.array_equal(np.bincount(geography.street_district), np.full(w.districts, w.streets))
    for m in (0, geography.n_communities - 1):
        own = np.arange(geography.community_first_cell[m], geography.community_first_cell[m + 1])
        assert np.array_equal(np.flatnonzero(geography.cell_community == m), own)


def test_every_cell_has_a_place_of_its_own(geography: Geography) -> None:
    x, y = geography.cell_x, geography.cell_y
    assert x.min() == y.min() == 0
    assert x.max() < geography.width
    assert y.max() < geography.height
    assert len(set(zip(x.tolist(), y.tolist(), strict=True))) == geography.n_cells


def test_units_hang_together_at_every_level(geography: Geography) -> None:
    community = geography.cell_community
    street = geography.community_street[community]
    assert connected(geography, community)
    assert connected(geography, street)
    assert connected(geography, geography.street_district[street])
    assert connected(geography, np.zeros(geography.n_cells, int))


def test_the_check_of_contiguity_can_fail() -> None:
    g = build_geography(world(1, 1, 8, 6))
    torn = g.cell_community.copy()
    torn[[0, -1]] = torn[[-1, 0]]
    assert not connected(g, torn)


def test_neighbours_stand_side_by_side_in_both_directions(geography: Geography) -> None:
    steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
    for (dx, dy), column, back in zip(steps, range(4), (1, 0, 3, 2), strict=True):
        here = np.flatnonzero(geography.neighbours[:, column] >= 0)
        there = geography.neighbours[here, column]
        assert np.array_equal(geography.cell_x[there] - geography.cell_x[here], np.full(len(here), dx))
        assert np.array_equal(geography.cell_y[there] - geography.cell_y[here], np.full(len(here), dy))
        assert np.array_equal(geography.neighbours[there, back], here)


def test_no_neighbour_is_forgotten() -> None:
    g = build_geography(world(2, 3, 7, 5))
    places = {(x, y) for x, y in zip(g.cell_x.tolist(), g.cell_y.tolist(), strict=True)}
    pairs = sum(
        (x + dx, y + dy) in places for x, y in places for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))
    )
    assert int((g.neighbours >= 0).sum()) == pairs


def test_neighbours_cross_the_borders_of_communities() -> None:
    g = build_geography(world(1, 1, 8, 6))
    here, column = np.nonzero(g.neighbours >= 0)
    assert (g.cell_community[g.neighbours[here, column]] != g.cell_community[here]).any()


def test_blocks_are_near_square_with_few_gaps() -> None:
    for count in range(1, 300):
        columns, rows = block_shape(count)
        assert (rows - 1) * columns < count <= rows * columns, f"{count}: the last row holds someone"
        assert columns * rows - count <= 0.3 * count, f"{count}: {columns} x {rows}"
        assert max(columns, rows) <= 3 * min(columns, rows), f"{count}: {columns} x {rows}"


def test_the_street_is_compact() -> None:
    g = build_geography(load_world("street"))
    assert g.width * g.height == g.n_cells == 48
    assert max(g.width, g.height) <= 8


def test_layers_show_cells_and_leave_gaps_empty() -> None:
    g = build_geography(world(1, 1, 5, 7))
    cells = allocate(Cells, g.n_cells)
    for number, column in enumerate(LAYERS.values()):
        getattr(cells, column)[:] = np.arange(g.n_cells) + 100 * number
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid = make_grid(g, SimpleNamespace(random=random.Random(1)))
        layers = layers_of(grid)
        refresh_layers(layers, g, cells)
    for name, column in LAYERS.items():
        values = layers_of(grid)[name]
        assert values is layers[name], "written in place"
        assert np.array_equal(values[g.cell_x, g.cell_y], getattr(cells, column))
        assert np.isnan(values).sum() == g.width * g.height - g.n_cells > 0
    place = (int(g.cell_x[3]), int(g.cell_y[3]))
    assert grid[place].mean_satisfaction == 100 * list(LAYERS).index("mean_satisfaction") + 3
