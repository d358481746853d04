"""How many children each unit of the jurisdiction tree has: the same everywhere, or as the residents of real divisions ask for."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import ConfigError
from sim.sentences import near, told
from sim.tables import Array

if TYPE_CHECKING:
    from sim.scenario import Divisions, World

#: Column of a table of divisions with the name by which a world may ask for one.
NAME: Final = "name_en"


@dataclass(frozen=True, eq=False)
class Jurisdictions:
    """City ▸ district ▸ street ▸ community ▸ grid cell, as counts of children in tree order, int64."""

    streets: Array
    """Streets of each district, `[districts]`."""
    communities: Array
    """Communities of each street, `[streets]`."""
    cells: Array
    """Grid cells of each community, `[communities]`."""

    @property
    def n_communities(self) -> int:
        return len(self.cells)

    @property
    def n_cells(self) -> int:
        return int(self.cells.sum())

    def district(self, number: int) -> Jurisdictions:
        """The tree of one district."""
        streets = _children(self.streets, slice(number, number + 1))
        communities = _children(self.communities, streets)
        return Jurisdictions(
            self.streets[number : number + 1], self.communities[streets], self.cells[communities]
        )


def jurisdictions(world: World) -> Jurisdictions:
    """The tree of a world, or of the district that is its part.

    Raises
    ------
    ConfigError
        The table of its divisions has no such division, too few communities are asked for, or there is no such district.
    """
    tree = _whole(world)
    if world.part is None:
        return tree
    if world.part >= len(tree.streets):
        raise ConfigError(*told("no_district", part=world.part, last=len(tree.streets) - 1))
    return tree.district(world.part)


def _children(counts: Array, units: slice) -> slice:
    """Numbers of the children of units that lie side by side."""
    edges = np.concatenate([[0], np.cumsum(counts)])
    return slice(int(edges[units.start]), int(edges[units.stop]))


def _whole(world: World) -> Jurisdictions:
    if world.places is not None:
        levels = (world.places.streets, world.places.communities, world.places.cells)
        return Jurisdictions(*(np.array(level, np.int64) for level in levels))
    if world.divisions is not None:
        return _divided(world.divisions, world.households)
    streets = np.full(world.districts, world.streets)
    communities = np.full(streets.sum(), world.communities)
    return Jurisdictions(streets, communities, np.full(communities.sum(), world.cells))


def _divided(divisions: Divisions, households: int) -> Jurisdictions:
    """Real divisions as districts: their streets as counted, communities and cells shared out by residents.

    A division gets the whole number of cells that comes nearest to its residents, and its part of all communities by largest
    remainders, at least one a street; within a division both are spread as evenly as can be.
    """
    residents, streets = _table(divisions)
    cells = np.rint(residents / (households * divisions.household_mean)).astype(np.int64)
    communities = shared_out(round(divisions.communities_per_cell * cells.sum()), cells, streets)
    cells = np.maximum(cells, communities)
    by_street = [evenly(m, s) for m, s in zip(communities, streets, strict=True)]
    by_community = [evenly(c, m) for c, m in zip(cells, communities, strict=True)]
    return Jurisdictions(streets, np.concatenate(by_street), np.concatenate(by_community))


def _table(divisions: Divisions) -> tuple[Array, Array]:
    """Residents and streets of the divisions that are asked for, in the order of their table."""
    from sim.scenario import ROOT

    with (ROOT / "data" / f"{divisions.table}.csv").open(encoding="utf-8", newline="") as file:
        rows = {row[NAME]: row for row in csv.DictReader(file)}
    for name in divisions.only:
        if name not in rows:
            raise ConfigError(
                *told("no_division", name=name, file=f"{divisions.table}.csv", near=near(name, rows))
            )
    chosen = [row for name, row in rows.items() if not divisions.only or name in divisions.only]
    return (
        np.array([float(row["population_2020"]) for row in chosen]),
        np.array([int(row["streets"]) for row in chosen], np.int64),
    )


def shared_out(total: int, weights: Array, least: Array) -> Array:
    """Whole numbers that add up to `total`, in proportion to `weights` by largest remainders but nowhere below `least`."""
    if total < least.sum():
        raise ConfigError(*told("few_communities", communities=total, streets=least.sum()))
    free = np.ones(len(weights), np.bool_)
    while True:
        share = np.where(
            free, (total - least[~free].sum()) * weights / max(weights[free].sum(), 1e-300), least
        )
        short = free & (share < least)
        if not short.any():
            break
        free &= ~short
    whole = np.floor(share).astype(np.int64)
    order = np.argsort(-(share - whole), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole


def evenly(total: int, parts: int) -> Array:
    """Whole numbers that add up to `total` and differ by one at most, the larger ones first, `[parts]`."""
    return np.full(parts, total // parts) + (np.arange(parts) < total % parts)
