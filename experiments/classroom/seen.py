"""What the page shows of a town on a day: layers of the map, queues of institutions, the course of outcomes, cases that came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.needs import Category
from sim.records import COLUMN
from sim.tables import Array

if TYPE_CHECKING:
    from sim.model import CommunityModel
    from sim.state import State

#: Layers of the map, in the order in which they are sent.
LAYERS: Final = ("unmet_need", "satisfaction", "disorder", "open_cases", "social_capital", "migrant_share")
#: Outcomes of the charts, in the order in which they are sent.
SERIES: Final = ("unmet_need", "satisfaction", "trust", "open_cases")
#: Most cases of a day that the stream shows, of each kind.
FEW: Final = 4
#: Days over which cases between institutions are counted.
RECENT: Final = 28
_STATUS: Final = ("open", "resolved", "given_up", "paper")
_KIND: Final = tuple(category.name.lower() for category in Category)
Events = tuple[tuple[Any, ...], ...]


class Series(NamedTuple):
    """Outcomes of a day over the whole town."""

    unmet_need: float
    """Open needs per 100 residents."""
    satisfaction: float
    """Mean of the three senses, 0-100."""
    trust: float
    """Mean trust, 0-100."""
    open_cases: float
    """Open cases per 1,000 residents."""


def layers(state: State) -> Array:
    """Layers of the map now, `[layer, cell]` float32: open needs and cases per 100 residents, the others in percent."""
    c = state.cells
    cells = len(c.first)
    open_needs = state.lists.open_needs[: int(state.sizes.open_needs[0])]
    alive = open_needs[state.needs.end[open_needs] == 0]
    unmet = np.bincount(state.needs.cell[alive], minlength=cells)
    people = np.maximum(1, c.last - c.first)
    return np.stack([
        100.0 * unmet / people, 100.0 * c.satisfaction, 100.0 * c.disorder, 100.0 * c.backlog / people,
        100.0 * c.social_capital, 100.0 * c.migrant_share,
    ]).astype(np.float32)  # fmt: skip


def queues(state: State) -> Array:
    """Parts waiting and utilisation (0-1) of each institution now, `[2, institution]` float32."""
    t = state.institutions
    return np.stack([t.waiting, t.utilisation]).astype(np.float32)


def links(state: State, community: int, day: int) -> tuple[Array, Array]:
    """Cases of a community in the last four weeks, by pairs of seats: passed on from one to the next, and convened by one with another.

    Both `[seat, seat]` bytes; counts beyond 255 stand at 255.
    """
    n = int(state.sizes.cases[0])
    t, circle = state.cases, state.fixed.circle[community]
    recent = (t.community[:n] == community) & ((t.closed[:n] < 0.0) | (t.closed[:n] >= day - RECENT))
    seat = np.full(len(state.institutions.staff) + 1, -1)
    seat[circle] = np.arange(len(circle))
    found = np.zeros((2, len(circle), len(circle)), np.int64)
    for row in np.flatnonzero(recent & (t.scope[:n] > 1)):
        at = [int(seat[one]) for one in t.provider[row, : int(t.scope[row])]]
        convenor = int(seat[t.convenor[row]]) if t.joint[row] else -1
        pairs = [(convenor, one) for one in at] if convenor >= 0 else list(zip(at, at[1:], strict=False))
        for a, b in pairs:
            if min(a, b) >= 0 and a != b:
                found[int(t.joint[row] > 0), a, b] += 1
    passed, convened = found.clip(0, 255).astype(np.uint8)
    return passed, convened


def series(model: CommunityModel) -> Array:
    """The outcomes of the day that was lived last, `[outcome]` float32."""
    day = model.records.table[model.day - 1].sum(0)
    people = max(1.0, float(day[COLUMN["residents"]]))
    return np.array(Series(
        100.0 * day[COLUMN["needs_open"]] / people, 100.0 * day[COLUMN["satisfaction_sum"]] / people,
        100.0 * day[COLUMN["trust_sum"]] / people, 1000.0 * day[COLUMN["cases_open"]] / people,
    ), np.float32)  # fmt: skip


def events_of(state: State, cases_before: int) -> Events:
    """A few of the cases that were closed and opened on the day that was lived last.

    Each is `(resident, arose, category, cell, happened, days since the need arose, convened)`: resident and time of arising name
    the need under both strategies.
    """
    closed = state.lists.closed_today[: int(state.sizes.closed_today[0])]
    opened = np.arange(cases_before, int(state.sizes.cases[0]))
    rows = [_event(state, int(row), _STATUS[int(state.cases.status[row])]) for row in closed[:FEW]]
    rows += [_event(state, int(row), "open") for row in opened[:FEW]]
    return tuple(rows)


def _event(state: State, row: int, happened: str) -> tuple[Any, ...]:
    cases, needs = state.cases, state.needs
    need = int(cases.need[row])
    arose = float(needs.arose[need])
    time = float(cases.opened[row] if happened == "open" else cases.closed[row])
    return (
        int(needs.resident[need]), arose, _KIND[int(needs.category[need])], int(needs.cell[need]), happened,
        round(time - arose, 1), bool(cases.joint[row]),
    )  # fmt: skip
