"""The jurisdiction tree, city ▸ district ▸ street ▸ community ▸ grid cell, laid out on a lattice.

Each unit is a rectangular block of the blocks of its children, so a community is a contiguous block of cells, a
street a contiguous block of communities, and so on. Children fill their block row by row; where their number does
not fill a rectangle, the last lattice positions stay empty. Neighbours are lattice neighbours, across all borders.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.tables import Array

if TYPE_CHECKING:
    from sim.scenario import World
    from sim.state import Cells

#: Property layers of the Mesa grid and the column of `Cells` that each one shows.
LAYERS: Final[dict[str, str]] = {
    "disorder": "disorder",
    "facility": "facility",
    "backlog": "backlog",
    "mean_satisfaction": "satisfaction",
    "social_capital": "social_capital",
    "migrant_share": "migrant_share",
}

#: How many empty positions (as a share of children) a block may cost to be e times less elongated.
_SQUARENESS: Final = 0.25


@dataclass(frozen=True, eq=False)
class Geography:
    """The tree as parent indices and the cells' places on the lattice; tree order throughout, arrays int32."""

    world: World
    n_districts: int
    n_streets: int
    n_communities: int
    n_cells: int
    street_district: Array
    """District of each street, `[streets]`."""
    community_street: Array
    """Street of each community, `[communities]`."""
    cell_community: Array
    """Community of each cell, `[cells]`."""
    community_first_cell: Array
    """First cell of each community and, last, the number of cells, `[communities + 1]`."""
    cell_x: Array
    """Lattice column of each cell, `[cells]`."""
    cell_y: Array
    """Lattice row of each cell, `[cells]`."""
    lattice: Array
    """Position of each cell in the flattened lattice of Mesa's layers, `[cells]`."""
    width: int
    height: int
    neighbours: Array
    """Cells to the west, east, south and north, -1 where there is none, `[cells, 4]`."""


def build_geography(world: World) -> Geography:
    """Lay out the tree of a world."""
    counts = (world.districts, world.streets, world.communities, world.cells)
    n_streets = world.districts * world.streets
    n_communities = n_streets * world.communities
    n_cells = n_communities * world.cells
    x, y, width, height = _layout(counts)
    return Geography(
        world=world,
        n_districts=world.districts,
        n_streets=n_streets,
        n_communities=n_communities,
        n_cells=n_cells,
        street_district=_parents(n_streets, world.streets),
        community_street=_parents(n_communities, world.communities),
        cell_community=_parents(n_cells, world.cells),
        community_first_cell=np.arange(0, n_cells + 1, world.cells, dtype=np.int32),
        cell_x=x,
        cell_y=y,
        lattice=x.astype(np.int64) * height + y,
        width=width,
        height=height,
        neighbours=_neighbours(x, y, width, height),
    )


def _parents(children: int, each: int) -> Array:
    return (np.arange(children) // each).astype(np.int32)


def _layout(counts: tuple[int, ...]) -> tuple[Array, Array, int, int]:
    """Lattice coordinates of all cells and the size of the whole: blocks within blocks, lowest level first."""
    index = np.arange(math.prod(counts))
    x, y = np.zeros_like(index), np.zeros_like(index)
    width = height = below = 1
    for count in reversed(counts):
        columns, rows = block_shape(count, width, height)
        child = index // below % count
        x += child % columns * width
        y += child // columns * height
        width, height, below = width * columns, height * rows, below * count
    return x.astype(np.int32), y.astype(np.int32), width, height


def block_shape(count: int, width: int = 1, height: int = 1) -> tuple[int, int]:
    """Columns and rows of a block of `count` children of `width` x `height`: near-square, few empty positions."""

    def cost(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        empty = (columns * rows - count) / count
        elongation = abs(math.log(columns * width / (rows * height)))
        return empty + _SQUARENESS * elongation, columns

    columns = min(range(1, count + 1), key=cost)
    return columns, -(-count // columns)


def _neighbours(x: Array, y: Array, width: int, height: int) -> Array:
    lattice = np.full((width + 2, height + 2), -1, np.int32)  # a frame of empty positions all around
    x, y = x + 1, y + 1
    lattice[x, y] = np.arange(len(x))
    return np.stack([lattice[x - 1, y], lattice[x + 1, y], lattice[x, y - 1], lattice[x, y + 1]], axis=1)


def make_grid(geography: Geography, model: Any) -> Any:
    """A Mesa `OrthogonalMooreGrid` of the lattice with the property layers `LAYERS`; NaN where there is no cell."""
    from mesa.discrete_space import OrthogonalMooreGrid

    grid = OrthogonalMooreGrid((geography.width, geography.height), torus=False, random=model.random)
    for name in LAYERS:
        grid.create_property_layer(name, default_value=math.nan, dtype=float)
    return grid


def layers_of(grid: Any) -> dict[str, Array]:
    """The arrays behind the layers by name: Mesa 3 wraps them in objects, Mesa 4 hands them out themselves."""
    layers = {name: getattr(grid, name) for name in LAYERS}
    return {name: layer if isinstance(layer, np.ndarray) else layer.data for name, layer in layers.items()}


def refresh_layers(layers: dict[str, Array], geography: Geography, cells: Cells) -> None:
    """Copy the cells' present state into the layers, in place."""
    for name, column in LAYERS.items():
        layers[name].put(geography.lattice, getattr(cells, column))
