"""A place of one's own: how many households live in which cell, what is known of each community, and what lies beside what.

Pure numbers decide what a run does; names and outlines are for those who read a table or look at a map.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Final

import numpy as np
from pydantic import Field, model_validator

from sim.entries import Count, Entry, Finite, Text
from sim.tables import Array

#: Population parameters that a place may have values of its own for, by community or by cell: all are shares or conditions of 0 to 1
#: but `household_mean`, in persons.
LOCAL: Final = (
    "household_mean", "migrant_share", "child_share", "old_share", "income_low", "income_high", "digital_share",
    "facility_mean", "disorder_mean", "social_capital_mean",
)  # fmt: skip
#: What is told about a place and changes no run.
TOLD: Final = frozenset({"names", "outlines"})

Index = Annotated[int, Field(ge=0)]
Counts = Annotated[tuple[Count, ...], Field(min_length=1)]
Point = tuple[Finite, Finite]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]


class Names(Entry):
    """What the units are called, in tree order; of districts and streets the data may say nothing."""

    districts: tuple[Text, ...]
    streets: tuple[Text, ...]
    communities: tuple[Text, ...]


class Places(Entry):
    """Own data in tree order, city ▸ district ▸ street ▸ community ▸ grid cell.

    `local` holds, by name of a population parameter (`LOCAL`), a value for each community or for each cell. `neighbours` are the cells
    beside each cell and `positions` its column and row on the lattice; without them cells lie on the lattice as those of other worlds do.
    `outlines` are the polygons of each community: rings of (longitude, latitude) in degrees, the outer one first.
    """

    streets: Counts
    """Streets of each district."""
    communities: Counts
    """Communities of each street."""
    cells: Counts
    """Cells of each community."""
    households: Counts
    """Households of each cell."""
    local: dict[str, tuple[Finite, ...]] = Field(default_factory=dict)
    neighbours: tuple[tuple[Index, ...], ...] | None = None
    positions: tuple[tuple[Index, Index], ...] | None = None
    names: Names
    outlines: tuple[tuple[Polygon, ...], ...] | None = None

    @model_validator(mode="after")
    def _agree(self) -> Places:
        units = len(self.streets), sum(self.streets), sum(self.communities), sum(self.cells)
        rows = [
            ("communities", len(self.communities), units[1]), ("cells", len(self.cells), units[2]),
            ("households", len(self.households), units[3]), ("names.districts", len(self.names.districts), units[0]),
            ("names.streets", len(self.names.streets), units[1]), ("names.communities", len(self.names.communities), units[2]),
            ("neighbours", units[3] if self.neighbours is None else len(self.neighbours), units[3]),
            ("positions", units[3] if self.positions is None else len(self.positions), units[3]),
            ("outlines", units[2] if self.outlines is None else len(self.outlines), units[2]),
        ]  # fmt: skip
        for name, there, wanted in rows:
            if there != wanted:
                raise ValueError(f"{name}: {there} entries, {wanted} are needed")
        for name, values in self.local.items():
            if name not in LOCAL or len(values) not in units[2:]:
                raise ValueError(
                    f"local.{name}: one of {', '.join(LOCAL)} is needed, a value by community or cell"
                )
        for cell, beside in enumerate(self.neighbours or ()):
            if any(other == cell or other >= units[3] for other in beside):
                raise ValueError(f"neighbours of cell {cell}: other cells below {units[3]} are needed")
        if self.positions is not None and len(set(self.positions)) != len(self.positions):
            raise ValueError("positions: no two cells can lie on the same")
        return self

    @property
    def even(self) -> bool:
        """Whether all units of a level have equally many children, so that they fill blocks of a lattice."""
        return all(len(set(level)) == 1 for level in (self.streets, self.communities, self.cells))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that changes a run."""
        content = self.model_dump(mode="json", exclude=set(TOLD))
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @cached_property
    def community(self) -> Array:
        """Community of each cell, `[cells]`."""
        return np.repeat(np.arange(len(self.cells), dtype=np.int32), self.cells)

    def by_cell(self, values: tuple[Any, ...]) -> Array:
        """Values of communities or of cells as values of cells, `[cells]`."""
        return np.asarray(values)[self.row(values)]

    def row(self, values: tuple[Any, ...]) -> Array:
        """Which of the values holds in each cell, `[cells]`."""
        every = len(self.households)
        return np.arange(every, dtype=np.int32) if len(values) == every else self.community

    def beside(self, least: int) -> Array:
        """Neighbours of each cell, -1 beyond the last, `[cells, at least least]` int32.

        Raises
        ------
        ValueError
            The place does not know its neighbours.
        """
        if self.neighbours is None:
            raise ValueError("this place lies on the lattice")
        widest = max(least, *(len(beside) for beside in self.neighbours))
        out = np.full((len(self.neighbours), widest), -1, np.int32)
        for cell, beside in enumerate(self.neighbours):
            out[cell, : len(beside)] = beside
        return out
