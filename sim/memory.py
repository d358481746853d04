"""What a model remembers, by name and without a copy: what a checkpoint on disk keeps, and what it is read back into.

    state.TABLE.COLUMN   tables of the state, as far as they are in use; `state.ties` and the like beside them
    past.TABLE.N.COLUMN  chunks of ended needs and closed cases that have left their tables (`sim.past`)
    records.NAME         records of the days so far, `[day, …]`
    marks.NAME           what institutions had spent by the reform day
    levers.NAME          levers that stand until a dose moves or a week begins

What is made anew from the scenario is not among them: geography, parameters, constants, agents, and the keys of all randomness.
Nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import DataError
from sim.geography import refresh_layers
from sim.levers import Levers
from sim.needs import SEATS
from sim.past import KINDS
from sim.records import SPENT
from sim.state import DENSE, TABLES, Sizes, State
from sim.tables import Array, allocate, columns

if TYPE_CHECKING:
    from sim.model import CommunityModel

#: dtype as numpy spells it, and shape of an array.
Form = tuple[str, tuple[int, ...]]
STATE, PAST, RECORDS, MARKS, LEVERS = "state", "past", "records", "marks", "levers"


def remembered(model: CommunityModel) -> dict[str, Array]:
    """Every array that the days to come depend on, by dotted name; the arrays of the model itself, not copies."""
    named = {f"{STATE}.{name}": array for name, array in in_use(model.state).items()}
    named |= {f"{RECORDS}.{name}": array[: model.day] for name, array in model.records.kept.items()}
    named |= {f"{MARKS}.{name}": array for name, array in model.records.marks.items()}
    for name, chunks in model.state.past.items():
        for number, chunk in enumerate(chunks):
            named |= {f"{PAST}.{name}.{number}.{column}": getattr(chunk, column) for column in chunk._fields}
    standing = model.programme.standing
    if standing is not None:
        named |= {f"{LEVERS}.{name}": getattr(standing, name) for name in Levers._fields}
    return named


def in_use(state: State) -> dict[str, Array]:
    """The arrays of a state without the spare room of tables that grow."""
    used = {}
    for name, array in state.arrays().items():
        counted = _counted(name)
        used[name] = array if counted is None else array[: int(getattr(state.sizes, counted)[0])]
    return used


def lengths(state: State) -> dict[str, int]:
    """How many rows the tables that grow have room for: that decides when they give rows back."""
    return {table: len(getattr(state, table)[0]) for table in TABLES if _grows(table)}


def form_of(array: Array) -> Form:
    """dtype and shape of an array."""
    return array.dtype.str, array.shape


def room(
    model: CommunityModel, day: int, forms: Mapping[str, Form], rows: Mapping[str, int]
) -> dict[str, Array]:
    """Arrays for what was `remembered` on `day` under these names, still to be filled; `wake` then takes the model there.

    Tables that grow get `rows`, the `lengths` that they had; those of the state and of the records are the model's own, so that
    nothing is held twice.

    Raises
    ------
    DataError
        The model has other arrays than these.
    """
    _judge_day(model, day)
    _make_room(model.state, forms, rows)
    own = {f"{STATE}.{name}": array for name, array in model.state.arrays().items()}
    own |= {f"{RECORDS}.{name}": array[:day] for name, array in model.records.kept.items()}
    own |= {f"{MARKS}.{name}": np.empty_like(getattr(model.state.institutions, name)) for name in SPENT}
    own[f"{MARKS}.ties"] = np.empty((SEATS, SEATS))
    own |= {f"{LEVERS}.{name}": np.empty_like(getattr(model.state.levers, name)) for name in Levers._fields}
    expected = {name for name in own if name.partition(".")[0] in (STATE, RECORDS)}
    put_away = _put_away_room(model.state, forms)
    own |= put_away
    expected |= set(put_away)
    for group in (MARKS, LEVERS):
        if any(name.startswith(f"{group}.") for name in forms):
            expected |= {name for name in own if name.startswith(f"{group}.")}
    if different := expected ^ set(forms):
        raise DataError(f"{sorted(different)[0]}: not an array of both sides")
    return {name: _part(own[name], form, name) for name, form in forms.items()}


def wake(model: CommunityModel, day: int, filled: Mapping[str, Array]) -> CommunityModel:
    """Let a model stand on the morning of `day`, once the arrays that `room` gave for it are filled."""
    state = model.state
    _clear_spare(state)
    state.day, state.past = day, _chunks(filled)
    model.records.stand(day, _group(MARKS, filled))
    levers = _group(LEVERS, filled)
    model.programme.standing = Levers(**levers) if levers else None
    if model.programme.standing is not None:
        state.levers = model.programme.standing
    model.steps = day
    model.running = day < model.days
    refresh_layers(model.layers, state.geography, state.cells)
    return model


def _grows(table: str) -> bool:
    return table == "lists" or table in Sizes._fields


def _counted(name: str) -> str | None:
    """The column of `Sizes` that counts the rows of a column of the state in use, None where all are."""
    table, _, column = name.partition(".")
    counted = column if table == "lists" else table
    return counted if counted in Sizes._fields else None


def _judge_day(model: CommunityModel, day: int) -> None:
    if not 0 <= day <= model.days:
        raise DataError(f"day {day}: this model lives from day 0 to day {model.days}")


def _make_room(state: State, forms: Mapping[str, Form], rows: Mapping[str, int]) -> None:
    """Tables as long as these forms ask, and those that grow as long as `rows`."""
    wanted = dict(rows)
    for table, counted in DENSE.items():
        shape = forms.get(f"{STATE}.{table}.{counted}", ("", (0,)))[1]
        wanted[table] = shape[0] if shape else 0
    if set(rows) != set(lengths(state)) or min(wanted.values()) < 0:
        raise DataError("tables that grow: others than those of this model")
    for table, length in wanted.items():
        present: Any = getattr(state, table)
        if length != len(present[0]):
            setattr(state, table, allocate(type(present), length))


def _part(array: Array, form: Form, name: str) -> Array:
    """The first rows of an array, as many as the form has."""
    dtype, shape = form
    fits = len(shape) == array.ndim and shape[:1] <= array.shape[:1] and shape[1:] == array.shape[1:]
    spare = name.startswith(f"{STATE}.") and _counted(name.removeprefix(f"{STATE}.")) is not None
    if array.dtype.str != dtype or not fits or (shape != array.shape and not spare):
        raise DataError(
            f"{name}: {dtype} {list(shape)}, this model has {array.dtype.str} {list(array.shape)}"
        )
    return array[: shape[0]]


def _clear_spare(state: State) -> None:
    """Return rows that are not in use to their fill values."""
    for name, array in state.arrays().items():
        counted = _counted(name)
        if counted is not None:
            table, _, column = name.partition(".")
            fill = columns(type(getattr(state, table)))[column].fill
            array[int(getattr(state.sizes, counted)[0]) :] = fill


def _put_away_room(state: State, forms: Mapping[str, Form]) -> dict[str, Array]:
    """Arrays for the chunks that these forms name, in the types that are declared."""
    found = {}
    for name, (_, shape) in forms.items():
        if not name.startswith(f"{PAST}."):
            continue
        _, table, number, column = (*name.split("."), "", "", "")[:4]
        if table not in KINDS or column not in KINDS[table]._fields or not number.isdecimal():
            raise DataError(f"{name}: no such array")
        found[name] = np.empty(shape, columns(KINDS[table])[column].dtype)
    return found


def _chunks(filled: Mapping[str, Array]) -> dict[str, tuple[Any, ...]]:
    """Chunks of each table, in their order, from the arrays of `_put_away_room`."""
    found: dict[str, dict[int, dict[str, Array]]] = {table: {} for table in KINDS}
    for name, array in _group(PAST, filled).items():
        table, number, column = name.split(".")
        found[table].setdefault(int(number), {})[column] = array
    return {
        table: tuple(KINDS[table](**parts[number]) for number in sorted(parts))
        for table, parts in found.items()
    }


def _group(group: str, filled: Mapping[str, Array]) -> dict[str, Array]:
    prefix = f"{group}."
    return {name.removeprefix(prefix): array for name, array in filled.items() if name.startswith(prefix)}
