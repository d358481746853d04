"""What remains of needs that have ended and cases that are closed once their rows are given back: what outcomes and mechanisms read.

A city has some seventy thousand needs a day. Where nobody asks for the tables of needs and cases, rows that no law can touch any
more leave a table when it is full, and the few columns of them that are still read are put away in chunks that never change.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.needs import MOST_PARTS
from sim.queues import NONE
from sim.tables import Array, column, columns
from sim.threads import each

if TYPE_CHECKING:
    from sim.state import State

_RESOLVED: Final = 1
#: Columns that refer to rows: by number of a need, of a case, or of a part, which is `MOST_PARTS · case + part`.
_NEEDS_IN: Final = (("cases", "need"), ("lists", "open_needs"), ("lists", "unasked"))
_CASES_IN: Final = (("needs", "case"), ("lists", "open_cases"), ("lists", "closed_today"))
_PARTS_IN: Final = (
    ("cases", "child"), ("cases", "sibling"), ("institutions", "queue"), ("servers", "part"), ("lists", "arriving"),
)  # fmt: skip


class EndedNeeds(NamedTuple):
    """Needs that have ended, of `Needs` no more than is read."""

    day: Array = column(np.int32, "day", "day on which it arose")
    lasted: Array = column(np.float64, "days", "from arising to its end")
    end: Array = column(np.uint8, "index", "1 met, 2 healed, 3 moved away")
    category: Array = column(np.uint8, "index", "true category")
    group: Array = column(np.uint8, "index", "group of the resident when it arose")


class ReportedNeeds(NamedTuple):
    """Those of them that were reported, for as long as mechanisms look back."""

    day: Array = column(np.int32, "day", "day on which it arose")
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
    provider: Array = column(np.int32, "institution", "provider of each part, -1 if none", (MOST_PARTS,))


#: What each chunk of a state's past is made of.
KINDS: Final[dict[str, Any]] = {
    "needs": EndedNeeds, "reported": ReportedNeeds, "cases": ClosedCases, "joint": JointCases,
}  # fmt: skip
#: Days that mechanisms may look back at single needs and cases.
LOOKED_BACK: Final = 365


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
        cases[parts[parts != NONE] // MOST_PARTS] = True
    needs = state.needs.end[:n] == 0
    for name in _NEEDS_IN[1:]:
        needs[_read(state, name)] = True
    needs[state.cases.need[:j][cases]] = True
    latest = state.needs.case[:n][needs]
    cases[latest[latest != NONE]] = True
    needs[state.cases.need[:j][cases]] = True
    gone = np.flatnonzero(~needs)
    left = {
        "needs": _needs(state, gone),
        "reported": _reported(state, gone),
        "cases": _remains(ClosedCases, state.cases, np.flatnonzero(~cases)),
        "joint": _remains(JointCases, state.cases, np.flatnonzero(~cases & _joint(state.cases)[:j])),
    }
    looked_back = state.day - LOOKED_BACK
    scored = min(state.scored_from, looked_back)
    oldest = {"needs": scored, "reported": looked_back, "cases": scored, "joint": -math.inf}
    state.past = {
        name: tuple(chunk for chunk in (*state.past[name], new) if _latest(chunk) >= oldest[name])
        for name, new in left.items()
    }
    _renumber(state, needs, cases)
    state.sizes.needs[0] = _closed_up(state, "needs", needs)
    state.sizes.cases[0] = _closed_up(state, "cases", cases)


def _read(state: State, name: tuple[str, str]) -> Array:
    """The rows of a column that are in use."""
    table, column_name = name
    values: Array = getattr(getattr(state, table), column_name)
    if table == "lists":
        return values[: int(getattr(state.sizes, column_name)[0])]
    return values[: int(getattr(state.sizes, table)[0])] if table in ("needs", "cases") else values


def _needs(state: State, rows: Array) -> EndedNeeds:
    """Some rows of the table of needs as they are kept; what has not ended has lasted until this morning."""
    t = state.needs
    arose, ended = t.arose[rows], t.ended[rows]
    return _in_few_bytes(
        EndedNeeds,
        day=np.floor(arose),
        lasted=np.where(ended >= 0.0, ended, float(state.day)) - arose,
        end=t.end[rows],
        category=t.category[rows],
        group=t.group[rows],
    )


def _reported(state: State, rows: Array) -> ReportedNeeds:
    """Those of some rows of the table of needs that were reported."""
    t = state.needs
    rows = rows[t.reported[rows] >= 0.0]
    return _in_few_bytes(ReportedNeeds, day=np.floor(t.arose[rows]), community=t.community[rows])


def _latest(chunk: Any) -> float:
    """Day of the last row of a chunk by its first column, in whose order the rows stand."""
    return math.floor(chunk[0][-1]) if len(chunk[0]) else -math.inf


def _remains(kind: Any, table: Any, rows: Array) -> Any:
    """Some rows of a table as they are kept."""
    return _in_few_bytes(kind, **{name: getattr(table, name)[rows] for name in kind._fields})


def _in_few_bytes(kind: Any, **found: Array) -> Any:
    """A table of a kind, in its declared types."""
    return kind(**{name: found[name].astype(c.dtype, copy=False) for name, c in columns(kind).items()})


def _renumber(state: State, needs: Array, cases: Array) -> None:
    """Let all that refers to rows refer to the places they will have; a reference to a row that leaves becomes none."""
    for kept, names, parts in ((needs, _NEEDS_IN, 1), (cases, _CASES_IN, 1), (cases, _PARTS_IN, MOST_PARTS)):
        place = np.full(len(kept), NONE, np.int32)
        place[kept] = np.arange(np.count_nonzero(kept), dtype=np.int32)
        for name in names:
            values = _read(state, name).reshape(-1)
            there = np.flatnonzero(values != NONE)
            referred = values[there]
            row = place[referred // parts]
            values[there] = np.where(row == NONE, NONE, row * parts + referred % parts)


def _closed_up(state: State, name: str, kept: Array) -> int:
    """Move the kept rows of a table to the front, in their order, and empty the others; return how many there are."""
    table, rows = getattr(state, name), np.flatnonzero(kept)

    def close_up(column_name: str) -> None:
        values = getattr(table, column_name)
        values[: len(rows)] = values[rows]
        values[len(rows) : len(kept)] = table._field_defaults[column_name].fill

    each(state, table._fields, close_up)
    return len(rows)


def all_needs(state: State, since: int = 0) -> Iterator[EndedNeeds]:
    """Needs of the run that arose on day `since` or later, in tables; of open ones `lasted` counts until this morning."""
    present = _needs(state, np.arange(int(state.sizes.needs[0])))
    yield from (_since(table, since) for table in (*state.past["needs"], present))


def reported_needs(state: State, since: int) -> Iterator[ReportedNeeds]:
    """Needs that arose on day `since` or later and were reported until now, in tables; `since` no more than `LOOKED_BACK` days ago."""
    present = _reported(state, np.arange(int(state.sizes.needs[0])))
    yield from (_since(table, since) for table in (*state.past["reported"], present))


def _since(table: Any, day: int) -> Any:
    """Rows of a table from a day on, by its first column: they stand in the order of days, though not of hours."""
    begin = bisect.bisect_left(table[0], day, key=math.floor)
    return type(table)(*(values[begin:] for values in table))


def all_cases(state: State, since: int = 0) -> Iterator[ClosedCases]:
    """Cases of the run that were opened on day `since` or later, in tables; times that have not come are -1."""
    present = _remains(ClosedCases, state.cases, np.arange(int(state.sizes.cases[0])))
    yield from (_since(table, since) for table in (*state.past["cases"], present))


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
