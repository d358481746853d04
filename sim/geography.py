"""The jurisdiction tree, city ▸ district ▸ street ▸ community ▸ grid cell, laid out on a lattice.

Each unit is a rectangular block of the blocks of its children, so a community is a contiguous block of cells, a
street a contiguous block of communities, and so on. Children fill their block row by row; where their number does
not fill a rectangle, the last lattice positions stay empty. Units of unequal size lie along a curve that fills the plane
instead. Neighbours are lattice neighbours, across all borders; of a place of one's own with polygons, those that share a border.
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
    """Cells to the west, east, south and north, or all that share a border, -1 where there is none, `[cells, 4 or more]`."""
    households: Array
    """Households of each cell, `[cells]` int64."""


def build_geography(world: World) -> Geography:
    """Lay out the tree of a world."""
    tree = world.jurisdictions
    x, y, width, height = _positions(world)
    return Geography(
        world=world,
        n_districts=len(tree.streets),
        n_streets=len(tree.communities),
        n_communities=tree.n_communities,
        n_cells=tree.n_cells,
        street_district=_parents(tree.streets),
        community_street=_parents(tree.communities),
        cell_community=_parents(tree.cells),
        community_first_cell=np.concatenate([[0], np.cumsum(tree.cells)]).astype(np.int32),
        cell_x=x,
        cell_y=y,
        lattice=x.astype(np.int64) * height + y,
        width=width,
        height=height,
        neighbours=_beside(world, x, y, width, height),
        households=_households(world, tree.n_cells),
    )


def _positions(world: World) -> tuple[Array, Array, int, int]:
    """Lattice coordinates of all cells and the size of the whole: as a place says, in blocks, or along a curve where units are unequal."""
    places = world.places
    if places is not None and places.positions is not None:
        x, y = np.array(places.positions, np.int32).T.copy()
        return x, y, int(x.max()) + 1, int(y.max()) + 1
    if world.divisions or (places is not None and not places.even):
        return _along_a_curve(world.jurisdictions.n_cells)
    if places is None:
        return _layout((world.districts, world.streets, world.communities, world.cells))
    return _layout((len(places.streets), places.streets[0], places.communities[0], places.cells[0]))


def _households(world: World, cells: int) -> Array:
    if world.places is not None:
        return np.array(world.places.households, np.int64)
    return np.full(cells, world.households, np.int64)


def _parents(children: Array) -> Array:
    return np.repeat(np.arange(len(children), dtype=np.int32), children)


def _layout(counts: tuple[int, ...]) -> tuple[Array, Array, int, int]:
    """The same for `counts` children at each level, the highest first: blocks within blocks, lowest level first."""
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


def _along_a_curve(cells: int) -> tuple[Array, Array, int, int]:
    """The same for units of any size: cells in tree order along Hilbert's curve, so that every unit hangs together and is compact.

    D. Hilbert (1891), Über die stetige Abbildung einer Linie auf ein Flächenstück. Each pair of bits of the place on the curve
    chooses a quarter of the square; the quarter turns what lies within it.
    """
    rest = np.arange(cells)
    x, y = np.zeros_like(rest), np.zeros_like(rest)
    side = 1
    while side * side < cells:
        right = rest // 2 % 2
        upper = (rest ^ right) % 2
        mirrored = (upper == 0) & (right == 1)
        x, y = np.where(mirrored, side - 1 - x, x), np.where(mirrored, side - 1 - y, y)
        x, y = np.where(upper == 0, y, x), np.where(upper == 0, x, y)
        x, y = x + side * right, y + side * upper
        rest, side = rest // 4, side * 2
    return x.astype(np.int32), y.astype(np.int32), int(x.max()) + 1, int(y.max()) + 1


def block_shape(count: int, width: int = 1, height: int = 1) -> tuple[int, int]:
    """Columns and rows of a block of `count` children of `width` x `height`: near-square, few empty positions."""

    def cost(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        empty = (columns * rows - count) / count
        elongation = abs(math.log(columns * width / (rows * height)))
        return empty + _SQUARENESS * elongation, columns

    columns = min(range(1, count + 1), key=cost)
    return columns, -(-count // columns)


def _beside(world: World, x: Array, y: Array, width: int, height: int) -> Array:
    """What lies beside each cell: as a place says, else on the lattice."""
    if world.places is not None and world.places.neighbours is not None:
        return world.places.beside(least=4)
    return _neighbours(x, y, width, height)


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
        grid.create_property_layer(name, default_value=0.0, dtype=float)
    # Filled afterwards: given NaN as default, Mesa 3.5 warns that it loses precision.
    for layer in layers_of(grid).values():
        layer[...] = math.nan
    return grid


def layers_of(grid: Any) -> dict[str, Array]:
    """The arrays behind the layers by name: Mesa 3 wraps them in objects, Mesa 4 hands them out themselves."""
    layers = {name: getattr(grid, name) for name in LAYERS}
    return {name: layer if isinstance(layer, np.ndarray) else layer.data for name, layer in layers.items()}


def refresh_layers(layers: dict[str, Array], geography: Geography, cells: Cells) -> None:
    """Copy the cells' present state into the layers, in place."""
    for name, column in LAYERS.items():
        layers[name].put(geography.lattice, getattr(cells, column))
