"""Tables of columns: the one way in which state is declared, allocated, copied and described.

A table is a `NamedTuple` whose defaults are `Column` declarations; an instance holds one array per column and can be handed to
a kernel as it is. dtype, unit and meaning stand in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
T = TypeVar("T", bound=tuple)


@dataclass(frozen=True)
class Column:
    """dtype, unit and meaning of a column; `wide` are the dimensions of a single entry."""

    dtype: Any
    unit: str
    meaning: str
    wide: tuple[int, ...] = ()
    fill: float = 0


def column(dtype: Any, unit: str, meaning: str, wide: tuple[int, ...] = (), fill: float = 0) -> Any:
    """A `Column` as the default of a NamedTuple field; typed `Any` so that the field keeps its own type, an array."""
    return Column(dtype, unit, meaning, wide, fill)


def columns(kind: type[T]) -> dict[str, Column]:
    """The declarations of a table, by column name."""
    return dict(kind._field_defaults)  # type: ignore[attr-defined]


def allocate(kind: type[T], rows: int) -> T:
    """A table of `rows` rows, each column filled with its declared fill value."""
    made = {}
    for name, c in columns(kind).items():
        # Zeros cost no memory before they are written to.
        shape = (rows, *c.wide)
        made[name] = np.full(shape, c.fill, c.dtype) if c.fill else np.zeros(shape, c.dtype)
    return kind(**made)


def grown(table: T, rows: int) -> T:
    """The same table with room for `rows` rows: old rows first, new rows at their fill values."""
    bigger = allocate(type(table), rows)
    for old, new in zip(table, bigger, strict=True):
        new[: len(old)] = old
    return bigger
