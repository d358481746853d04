"""The books: needs, cases, hours and money balance on every day of every run.

needs arisen = met + healed + moved + open           cases opened = resolved + given up + paper + open
hours available = service + overhead + coordination + lent + idle           money used ≤ money available
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.errors import ConservationError
from sim.kernels import kernel
from sim.needs import Actor, Kind, Level
from sim.records import COLUMN
from sim.state import State

#: Relative slack for sums of hours; counts balance exactly.
TOLERANCE = 1e-6

_FAULTS = ("needs", "cases", "hours", "money")
_ARISEN, _MET, _HEALED, _MOVED = (COLUMN[f"needs_{x}"] for x in ("arisen", "met", "healed", "moved"))
_NEEDS_OPEN, _CASES_OPEN = COLUMN["needs_open"], COLUMN["cases_open"]
_OPENED, _RESOLVED, _GIVEN_UP, _PAPER = (
    COLUMN[f"cases_{x}"] for x in ("opened", "resolved", "given_up", "paper")
)


def balance(state: State, day: int) -> None:
    """Raise `ConservationError` on the day on which the books do not balance, naming the book and the gap."""
    for book, gap in zip(_FAULTS, _gaps(state.view, state.standing), strict=True):
        if gap > (TOLERANCE if book in ("hours", "money") else 0.0):
            raise ConservationError(f"day {day}: the books of {book} do not balance, gap {gap:g}")


@kernel
def _gaps(v, standing):  # type: ignore[no-untyped-def]
    """Largest gap in each book; `standing` holds yesterday's open needs and cases by community and is moved to today's."""
    tally, institutions = v.tally, v.institutions
    t = institutions
    needs_gap, cases_gap, hours_gap, money_gap = 0.0, 0.0, 0.0, 0.0
    for m in range(tally.shape[0]):
        needs = standing[m, 0] + tally[m, _ARISEN] - tally[m, _MET] - tally[m, _HEALED] - tally[m, _MOVED]
        cases = (
            standing[m, 1] + tally[m, _OPENED] - tally[m, _RESOLVED] - tally[m, _GIVEN_UP] - tally[m, _PAPER]
        )
        needs_gap = max(needs_gap, abs(needs - tally[m, _NEEDS_OPEN]))
        cases_gap = max(cases_gap, abs(cases - tally[m, _CASES_OPEN]))
        standing[m, 0], standing[m, 1] = tally[m, _NEEDS_OPEN], tally[m, _CASES_OPEN]
    for b in range(t.staff.size):
        used = (
            t.hours_service[b]
            + t.hours_overhead[b]
            + t.hours_coordination[b]
            + t.hours_lent[b]
            + t.hours_idle[b]
        )
        hours_gap = max(hours_gap, abs(t.hours_available[b] - used) / max(1.0, t.hours_available[b]))
        money_gap = max(money_gap, (t.money_used[b] - t.money_available[b]) / max(1.0, t.money_available[b]))
    return needs_gap, cases_gap, hours_gap, money_gap


def ledger_columns(state: State) -> dict[str, Any]:
    """One row an institution and resource kind: hours available, used, idle, lent, borrowed, overhead; money available, used."""
    t = state.institutions
    used = t.hours_service + t.hours_overhead + t.hours_coordination + t.hours_lent
    return {
        "institution": np.arange(len(t.staff), dtype=np.int32),
        "actor_kind": [Actor(a).name.lower() for a in t.actor],
        "role": t.role, "level": [Level(level).name.lower() for level in t.level], "place": t.place,
        "resource_kind": [Kind(k).name.lower() for k in t.kind],
        "hours_available": t.hours_available, "hours_used": used, "hours_idle": t.hours_idle,
        "hours_service": t.hours_service, "hours_coordination": t.hours_coordination,
        "hours_lent": t.hours_lent, "hours_borrowed": t.hours_borrowed, "hours_overhead": t.hours_overhead,
        "money_available": t.money_available, "money_used": t.money_used,
    }  # fmt: skip
