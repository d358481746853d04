"""A district of a world by itself, exactly as it is within the whole: the same residents, institutions and burst pipes.

Residents and households keep their numbers, communities the keys of their shocks, and what is relative to the mean of a world stays
relative to the whole's. Left out is what crosses the border: disorder that spreads from cells beyond it, city departments that
others load too, the pool and the ranking that others are in. Where none of this acts, the sum of all parts is the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.population import Population
from sim.tables import Array

if TYPE_CHECKING:
    from sim.geography import Geography
    from sim.jurisdictions import Jurisdictions
    from sim.scenario import World
    from sim.state import State


#: What is relative to the whole of a world also within a part of it.
SHARED: Final = (
    "exposure", "facility_reference", "disorder_reference", "capital_reference", "newcomers_from",
)  # fmt: skip


def part_of(
    whole: State, world: World, district: int, tree: Jurisdictions
) -> tuple[Geography, Population, dict[str, Any]]:
    """Geography and people of a district of a whole on its first morning, copied, and the constants that it shares with the whole.

    `world` names the part, `tree` is that of the district.
    """
    g, cells, residents, households = whole.geography, whole.cells, whole.residents, whole.households
    streets = _within(g.street_district, slice(district, district + 1))
    communities = _within(g.community_street, streets)
    own = _within(g.cell_community, communities)
    slots = slice(int(cells.first[own.start]), int(cells.last[own.stop - 1]))
    homes = slice(int(residents.household[slots.start]), int(residents.household[slots.stop - 1]) + 1)
    geography = replace(
        g,
        world=world,
        n_districts=1,
        n_streets=len(tree.communities),
        n_communities=tree.n_communities,
        n_cells=tree.n_cells,
        street_district=g.street_district[streets] - district,
        community_street=g.community_street[communities] - streets.start,
        cell_community=g.cell_community[own] - communities.start,
        community_first_cell=g.community_first_cell[communities.start : communities.stop + 1] - own.start,
        neighbours=_renumbered(g.neighbours[own], own),
        households=g.households[own],
        **_lattice(g.cell_x[own], g.cell_y[own]),
    )
    people = Population(_copied(residents, slots), _copied(households, homes), _copied(cells, own))
    people.residents.cell[:] -= own.start
    people.residents.household[:] -= homes.start
    people.households.first[:] -= slots.start
    people.cells.first[:] -= slots.start
    people.cells.last[:] -= slots.start
    people.cells.community[:] -= communities.start
    people.cells.neighbours[:] = _renumbered(people.cells.neighbours, own)
    shared = {name: getattr(whole.fixed, name) for name in SHARED}
    return geography, people, shared | {"first_community": communities.start, "first_household": homes.start}


def _copied(table: Any, rows: slice) -> Any:
    return type(table)(*(values[rows].copy() for values in table))


def _within(parents: Array, units: slice) -> slice:
    """The children of units that lie side by side."""
    begin, end = np.searchsorted(parents, [units.start, units.stop])
    return slice(int(begin), int(end))


def _renumbered(beside: Array, own: slice) -> Array:
    """Neighbours by their numbers within the part; -1 for those that lie beyond its border."""
    inside = (beside >= own.start) & (beside < own.stop)
    return np.where(inside, beside - own.start, -1).astype(np.int32)


def _lattice(x: Array, y: Array) -> dict[str, Any]:
    """Places on the smallest lattice that holds them."""
    x, y = x - x.min(), y - y.min()
    width, height = int(x.max()) + 1, int(y.max()) + 1
    return {
        "cell_x": x, "cell_y": y, "lattice": x.astype(np.int64) * height + y, "width": width, "height": height,
    }  # fmt: skip
