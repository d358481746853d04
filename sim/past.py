"""What remains of needs that have ended and cases that are closed once their rows are given back: what outcomes and mechanisms read.

A city has some seventy thousand needs a day. Where nobody asks for the tables of needs and cases, rows that no law can touch any
more leave a table when it is full, and the few columns of them that are still read are put away in chunks that never change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.queues import NONE
from sim.tables import Array, column, columns

if TYPE_CHECKING:
    from sim.state import State

_PARTS: Final = 4
_RESOLVED: Final = 1
#: Columns that refer to rows: by number of a need, of a case, or of a part, which is `4 · case + part`.
_NEEDS_IN: Final = (("cases", "need"), ("lists", "open_needs"), ("lists", "unasked"))
_CASES_IN: Final = (("needs", "case"), ("lists", "open_cases"), ("lists", "closed_today"))
_PARTS_IN: Final = (
    ("cases", "child"), ("cases", "sibling"), ("institutions", "queue"), ("servers", "part"), ("lists", "arriving"),
)  # fmt: skip


class EndedNeeds(NamedTuple):
    """Needs that have ended; columns of `Needs` by the same names."""

    arose: Array = column(np.float64, "day", "time of arising")
    ended: Array = column(np.float64, "day", "time of its end")
    reported: Array = column(np.int8, "1", "0 or more if it was ever reported, else -1")
    end: Array = column(np.uint8, "index", "1 met, 2 healed, 3 moved away")
    category: Array = column(np.uint8, "index", "true category")
    group: Array = column(np.uint8, "index", "group of the resident when it arose")
    community: Array = column(np.int32, "index", "community")


class ClosedCases(NamedTuple):
    """Cases that are closed; columns of `Cases` by the same names."""

    opened: Array = column(np.float64, "day", "time of opening")
    responded: Array = column(np.float64, "day", "time the right handler accepted it, -1 if never")
    closed: Array = column(np.float64, "day", "time of closing")
    category: Array = column(np.uint8, "index", "true category")
    status: Array = column(np.uint8, "index", "1 resolved, 2 given up, 3 paper")
    community: Array = column(np.int32, "index", "community")


class JointCases(NamedTuple):
    """Convened cases that were resolved: who sat at the table; columns of `Cases` by the same names."""

    closed: Array = column(np.float64, "day", "time of closing")
    scope: Array = column(np.uint8, "organizations", "organizations truly needed")
    convenor: Array = column(np.int32, "institution", "convenor, -1 if none")
    provider: Array = column(np.int32, "institution", "provider of each part, -1 if none", (_PARTS,))


#: What each chunk of a state's past is made of.
KINDS: Final[dict[str, Any]] = {"needs": EndedNeeds, "cases": ClosedCases, "joint": JointCases}


def put_away(state: State) -> None:
    """Give back the rows of needs and cases that no law can touch any more, and keep what is read of them.

    A case stays while it is open, waits in a queue, is in a worker's hands or in a list of the day, or is the latest of a need that
    stays; a need stays while it is open, in a list of the day, or behind a case that stays. Order is kept, so nothing that happens
    depends on when this is called.
    """
    n, j = int(state.sizes.needs[0]), int(state.sizes.cases[0])
    cases = state.cases.status[:j] == 0
    for name in _CASES_IN[1:]:
        cases[_read(state, name)] = True
    for name in _PARTS_IN:
        parts = _read(state, name).reshape(-1)
        cases[parts[parts != NONE] // _PARTS] = True
    needs = state.needs.end[:n] == 0
    for name in _NEEDS_IN[1:]:
        needs[_read(state, name)] = True
    needs[state.cases.need[:j][cases]] = True
    latest = state.needs.case[:n][needs]
    cases[latest[latest != NONE]] = True
    needs[state.cases.need[:j][cases]] = True
    left = {
        "needs": _remains(EndedNeeds, state.needs, np.flatnonzero(~needs)),
        "cases": _remains(ClosedCases, state.cases, np.flatnonzero(~cases)),
        "joint": _remains(JointCases, state.cases, np.flatnonzero(~cases & _joint(state.cases)[:j])),
    }
    state.past = {name: (*state.past[name], chunk) for name, chunk in left.items()}
    _renumber(state, needs, cases)
    state.sizes.needs[0] = _closed_up(state.needs, needs)
    state.sizes.cases[0] = _closed_up(state.cases, cases)


def _read(state: State, name: tuple[str, str]) -> Array:
    """The rows of a column that are in use."""
    table, column_name = name
    values: Array = getattr(getattr(state, table), column_name)
    if table == "lists":
        return values[: int(getattr(state.sizes, column_name)[0])]
    return values[: int(getattr(state.sizes, table)[0])] if table in ("needs", "cases") else values


def _remains(kind: Any, table: Any, rows: Array) -> Any:
    """Some rows of a table in fewer bytes; of a time that only tells whether, the sign."""
    kept = {}
    for name, declared in columns(kind).items():
        values = getattr(table, name)[rows]
        kept[name] = (np.sign(values) if declared.dtype is np.int8 else values).astype(declared.dtype)
    return kind(**kept)


def _renumber(state: State, needs: Array, cases: Array) -> None:
    """Let all that refers to rows refer to the places they will have; a reference to a row that leaves becomes none."""
    for kept, names, parts in ((needs, _NEEDS_IN, 1), (cases, _CASES_IN, 1), (cases, _PARTS_IN, _PARTS)):
        place = np.where(kept, np.cumsum(kept) - 1, NONE)
        for name in names:
            values = _read(state, name)
            there = values != NONE
            row = place[values[there] // parts]
            values[there] = np.where(row == NONE, NONE, row * parts + values[there] % parts)


def _closed_up(table: Any, kept: Array) -> int:
    """Move the kept rows to the front, in their order, and empty the others; return how many there are."""
    rows = np.flatnonzero(kept)
    for name, values in zip(table._fields, table, strict=True):
        values[: len(rows)] = values[rows]
        values[len(rows) : len(kept)] = table._field_defaults[name].fill
    return len(rows)


def all_needs(state: State) -> Iterator[Any]:
    """Every need of the run, in tables that have at least the columns of `EndedNeeds`."""
    yield from state.past["needs"]
    n = int(state.sizes.needs[0])
    yield type(state.needs)(*(values[:n] for values in state.needs))


def all_cases(state: State) -> Iterator[Any]:
    """Every case of the run, in tables that have at least the columns of `ClosedCases`."""
    yield from state.past["cases"]
    j = int(state.sizes.cases[0])
    yield type(state.cases)(*(values[:j] for values in state.cases))


def joint_cases(state: State) -> Iterator[Any]:
    """Convened cases of the run that were resolved, in tables that have at least the columns of `JointCases`."""
    yield from state.past["joint"]
    rows = np.flatnonzero(_joint(state.cases)[: int(state.sizes.cases[0])])
    yield _remains(JointCases, state.cases, rows)


def _joint(cases: Any) -> Array:
    joint: Array = (cases.joint == 1) & (cases.status == _RESOLVED)
    return joint


def gathered(tables: Iterator[Any], names: tuple[str, ...], where: Callable[[Any], Array]) -> list[Array]:
    """Columns over all tables, of the rows that `where` chooses; what was put away comes first, and so in no order of time."""
    found = []
    for table in tables:
        rows = np.flatnonzero(where(table))
        found.append([getattr(table, name)[rows] for name in names])
    return [np.concatenate(parts) for parts in zip(*found, strict=True)]
