"""How likely each trait is in each cell: everywhere the same, or as a place of one's own says.

    odds(value in a community) = odds(value in the data) · odds(parameter) / odds(its declared value)

so without overrides the data hold exactly, and an override or a future moves all communities together. Household sizes, in persons,
are moved in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.parameters import declared
from sim.tables import Array
from sim.traits import SIZES, Traits, household_sizes, traits

if TYPE_CHECKING:
    from sim.geography import Geography
    from sim.population import PopulationParameters

#: The one local parameter that is no share.
PERSONS: Final = "household_mean"
#: Arrays of `Traits` that differ between kinds of cells.
_BY_KIND: Final = ("child", "old", "income_cumulated", "digital", "party")


@dataclass(frozen=True, eq=False)
class Peopling:
    """Kinds of cells by the parameters that hold there."""

    parameters: tuple[PopulationParameters, ...]
    """Of each kind."""
    kind: Array
    """Kind of each cell, `[cells]` int32."""
    rows: dict[str, Array]
    """By name of a parameter that differs between places: the unit with a value of its own to which each cell belongs, `[cells]`."""
    traits: Traits
    """With a leading axis of kinds."""
    cumulated: Array
    """Cumulated shares of household sizes, `[kinds, 5]`."""

    def of(self, name: str) -> Array:
        """A population parameter in each cell, `[cells]`."""
        return np.array([getattr(p, name) for p in self.parameters])[self.kind]

    def row(self, name: str) -> Array:
        """Units over which a parameter holds as a mean: all cells together where it is the same everywhere, `[cells]`."""
        return self.rows.get(name, np.zeros(len(self.kind), np.int32))

    def sizes(self, u: Array, cells: Array) -> Array:
        """Sizes of households in the given cells from uniform numbers, `[households]`."""
        if len(self.parameters) == 1:
            return 1 + np.searchsorted(self.cumulated[0], u, side="right")
        kind = self.kind[cells]
        size = np.ones(len(u), np.int64)
        for beyond in range(SIZES - 1):
            size += self.cumulated[kind, beyond] <= u
        return size


@lru_cache(maxsize=16)
def peopling(p: PopulationParameters, geography: Geography) -> Peopling:
    """The kinds of cells of a world under population parameters.

    Raises
    ------
    DataError
        Nowhere do household sizes agree with the parameters.
    """
    places = geography.world.places
    local = {} if places is None else places.local
    kinds: list[PopulationParameters] = [p]
    kind: Array = np.zeros(geography.n_cells, np.int32)
    rows: dict[str, Array] = {}
    if local and places is not None:
        moved = {name: _moved(name, places.by_cell(values), p) for name, values in local.items()}
        rows = {name: places.row(values) for name, values in local.items()}
        distinct, kind = np.unique(np.stack(list(moved.values()), 1), axis=0, return_inverse=True)
        kinds = [p._replace(**dict(zip(moved, map(float, one), strict=True))) for one in distinct]
    solved = [traits(one) for one in kinds]
    stacked: dict[str, Any] = {name: np.stack([getattr(one, name) for one in solved]) for name in _BY_KIND}
    sizes = [household_sizes(one.household_mean, one.one_person_share) for one in kinds]
    return Peopling(
        parameters=tuple(kinds),
        kind=kind.reshape(-1).astype(np.int32),
        rows=rows,
        traits=solved[0]._replace(**stacked),
        cumulated=np.stack([np.cumsum(one)[:-1] for one in sizes]),
    )


def _moved(name: str, values: Array, p: PopulationParameters) -> Array:
    """Values of the data, moved as far as the parameter was moved from its declared value."""
    value, usual = getattr(p, name), declared(type(p))[name].value
    if value == usual:
        return values
    if name == PERSONS:
        return values * value / usual
    there = _odds(values) * _odds(value) / _odds(usual)
    return np.asarray(there / (1.0 + there))


def _odds(share: Any) -> Any:
    return share / np.maximum(1.0 - share, 1e-12)
