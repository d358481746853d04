"""10. observe: indicators, need-based outcomes, costs and ledgers; nothing else writes results.

Counts what stands at the end of the day beside what happened on it (the day's tally), checks that the books balance, keeps both,
and clears the tally. Looking never changes the world: what observe writes is read by no law but through the columns that it owns
(cells.backlog, cells.unmet_load) and by records.

Reads everything; writes tally, records, lists (ended needs leave), cells.backlog, cells.unmet_load.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernels import kernel
from sim.ledger import balance
from sim.needs import GROUPS, Category
from sim.records import COLUMN, SPLITS, Records
from sim.state import FIXED_POINT, State
from sim.tables import Array
from sim.threads import over_rows

WRITES = ("tally", "lists", "sizes", "cells")

_OPEN = 0
_NEEDS_OPEN, _CASES_OPEN, _SEVERITY = COLUMN["needs_open"], COLUMN["cases_open"], COLUMN["unmet_severity"]
_RESIDENTS, _ADULTS = COLUMN["residents"], COLUMN["adults"]
_SATISFACTION, _VOLUNTEERS, _VOLUNTEERED = (
    COLUMN["satisfaction_sum"],
    COLUMN["volunteers"],
    COLUMN["volunteered"],
)
_DISORDER, _CELLS, _FACILITY, _CAPITAL = (
    COLUMN["disorder_sum"],
    COLUMN["cells"],
    COLUMN["facility_sum"],
    COLUMN["social_capital_sum"],
)
_UNMET_SPLIT, _SILENT_SPLIT = COLUMN[f"unmet_days_{SPLITS[0]}"], COLUMN[f"silent_days_{SPLITS[0]}"]
_RESIDENTS_SPLIT, _SATISFACTION_SPLIT = COLUMN[f"residents_{SPLITS[0]}"], COLUMN[f"satisfaction_{SPLITS[0]}"]
_CIRCLE, _ALIGNMENT, _ALIGNMENT_SQUARE = COLUMN["circle"], COLUMN["alignment_sum"], COLUMN["alignment_sq_sum"]
_BURNOUT, _EFFORT, _MEMBERS = COLUMN["burnout_sum"], COLUMN["effort_sum"], COLUMN["members"]
_DENSITY, _CENTRALIZATION, _RECIPROCITY = (
    COLUMN["tie_density"],
    COLUMN["tie_centralization"],
    COLUMN["tie_reciprocity"],
)
_ENVIRONMENT, _ORDER = int(Category.ENVIRONMENT), int(Category.ORDER)
_WEEK, _MONTH = 7, 30


def observe(state: State, records: Records, day: int) -> None:
    """Complete the tally of `day`, balance the books, keep the sums, clear the tally.

    Networks of institutions are surveyed weekly, groups of residents monthly; in between the last survey stands (`state.slow`).
    """
    if day % _WEEK == 0:
        _circles(state.view, state.slow)
    if day % _MONTH == 0:
        _groups(state.view, state.geography.community_first_cell, state.slow)
    standing = _open_needs(state)
    _stocks(state.view, state.geography.community_first_cell, state.slow, standing)
    balance(state, day)
    records.write(day, state.tally)
    state.tally[...] = 0.0


class _Standing(NamedTuple):
    """Sums over open needs in the evening; whole numbers or of 2^-20, so that they are exact and no order can show."""

    severity: Array
    """By community, `[communities]`."""
    load: Array
    """Severity of what lies about in the open, by cell, `[cells]`."""
    unmet: Array
    """Number by community and group, `[communities, GROUPS]`."""
    silent: Array
    """Of these, never reported."""


def _open_needs(state: State) -> _Standing:
    """Take needs that have ended off the list, and add up the others."""
    view, listed, count = state.view, state.lists.open_needs, int(state.sizes.open_needs[0])
    found = over_rows(state, count, lambda first, last: (first, *_still_open(view, first, last)))
    kept = 0
    for first, size, _ in found:
        listed[kept : kept + size] = listed[first : first + size]
        kept += size
    state.sizes.open_needs[0] = kept
    return _Standing(*(sum(sums) for sums in zip(*(sums for *_, sums in found), strict=True)))


@kernel
def _still_open(v, first, last):  # type: ignore[no-untyped-def]
    """Of the listed needs `[first, last)`: bring those that are open to the front; their number and sums."""
    needs, cells, lists = v.needs, v.cells, v.lists
    communities = v.tally.shape[0]
    severity, load = np.zeros(communities, np.float64), np.zeros(cells.first.size, np.float64)
    unmet = np.zeros((communities, GROUPS), np.int64)
    silent = np.zeros((communities, GROUPS), np.int64)
    kept = first
    for index in range(first, last):
        n = lists.open_needs[index]
        if needs.end[n] != _OPEN:
            continue
        lists.open_needs[kept] = n
        kept += 1
        c, g, k = needs.cell[n], needs.group[n], needs.category[n]
        m = cells.community[c]
        burden = np.floor(needs.severity[n] * FIXED_POINT) / FIXED_POINT
        severity[m] += burden
        unmet[m, g] += 1
        silent[m, g] += needs.reported[n] < 0.0
        load[c] += burden if k in (_ENVIRONMENT, _ORDER) else 0.0
    return kept - first, (severity, load, unmet, silent)


@kernel
def _stocks(v, community_first_cell, slow, standing):  # type: ignore[no-untyped-def]
    """Complete the tally by what stands in the evening, the last surveys included."""
    needs, cases, cells, lists = v.needs, v.cases, v.cells, v.lists
    sizes, fixed, tally = v.sizes, v.fixed, v.tally
    unmet, silent = standing.unmet, standing.silent
    cells.backlog[:] = 0.0
    for m in range(tally.shape[0]):
        tally[m, _SEVERITY] += standing.severity[m]
        tally[m, _NEEDS_OPEN] += unmet[m].sum()
        for g in range(GROUPS):
            for s in range(fixed.splits.shape[1]):
                tally[m, _UNMET_SPLIT + s] += fixed.splits[g, s] * unmet[m, g]
                tally[m, _SILENT_SPLIT + s] += fixed.splits[g, s] * silent[m, g]
    for index in range(sizes.open_cases[0]):
        j = lists.open_cases[index]
        cells.backlog[needs.cell[cases.need[j]]] += 1.0
        tally[cases.community[j], _CASES_OPEN] += 1.0
    for m in range(community_first_cell.size - 1):
        for c in range(community_first_cell[m], community_first_cell[m + 1]):
            people = cells.last[c] - cells.first[c]
            cells.unmet_load[c] = standing.load[c] / max(1, people)
            tally[m, _RESIDENTS] += people
            tally[m, _CELLS] += 1.0
            tally[m, _DISORDER] += cells.disorder[c]
            tally[m, _FACILITY] += cells.facility[c]
            tally[m, _CAPITAL] += cells.social_capital[c]
            for column in range(6):
                tally[m, _SATISFACTION + column] += cells.sums[c, column] / FIXED_POINT
            tally[m, _VOLUNTEERS] += cells.volunteers[c]
            tally[m, _ADULTS] += cells.adults[c]
            tally[m, _VOLUNTEERED] += cells.volunteered[c]
    tally += slow


@kernel
def _circles(v, slow):  # type: ignore[no-untyped-def]
    """Alignment, burnout and effort over each circle; density, Freeman's degree centralization and reciprocity of its ties."""
    institutions, ties, fixed = v.institutions, v.ties, v.fixed
    t = institutions
    seats = fixed.circle.shape[1]
    for m in range(fixed.circle.shape[0]):
        for column in range(_CIRCLE, _RECIPROCITY + 1):
            slow[m, column] = 0.0
        total, most, product, square = 0.0, 0.0, 0.0, 0.0
        for a in range(seats):
            i = fixed.circle[m, a]
            slow[m, _CIRCLE] += 1.0
            slow[m, _ALIGNMENT] += t.alignment[i]
            slow[m, _ALIGNMENT_SQUARE] += t.alignment[i] ** 2
            slow[m, _BURNOUT] += t.burnout[i]
            slow[m, _EFFORT] += t.effort[i]
            slow[m, _MEMBERS] += t.member[i]
            degree = 0.0
            for b in range(seats):
                if a != b:
                    degree += ties[m, a, b]
                    product += ties[m, a, b] * ties[m, b, a]
                    square += ties[m, a, b] ** 2
            total += degree
            most = max(most, degree)
        slow[m, _DENSITY] = total / (seats * (seats - 1))
        slow[m, _CENTRALIZATION] = (seats * most - total) / ((seats - 1) * (seats - 2))
        slow[m, _RECIPROCITY] = product / max(1e-12, square)


@kernel
def _groups(v, community_first_cell, slow):  # type: ignore[no-untyped-def]
    """Residents and survey satisfaction by the eight equity splits."""
    residents, cells, fixed, p = v.residents, v.cells, v.fixed, v.laws.respond
    other = 0.5 * (1.0 - p.survey_gain)
    people = np.empty(GROUPS, np.int64)
    points = np.empty(GROUPS, np.int64)
    for m in range(community_first_cell.size - 1):
        people[:] = 0
        points[:] = 0
        first, last = cells.first[community_first_cell[m]], cells.last[community_first_cell[m + 1] - 1]
        for i in range(first, last):
            g = residents.group[i]
            survey = p.survey_gain * residents.gain[i] + other * (
                residents.security[i] + residents.happiness[i]
            )
            people[g] += 1
            points[g] += np.int64(survey * FIXED_POINT)
        for s in range(fixed.splits.shape[1]):
            slow[m, _RESIDENTS_SPLIT + s], slow[m, _SATISFACTION_SPLIT + s] = 0.0, 0.0
            for g in range(GROUPS):
                slow[m, _RESIDENTS_SPLIT + s] += fixed.splits[g, s] * people[g]
                slow[m, _SATISFACTION_SPLIT + s] += fixed.splits[g, s] * points[g] / FIXED_POINT
