"""What a click shows: the numbers of a cell or an institution, the life of a need, each under both strategies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.classroom.pair import Pair
from experiments.classroom.refusals import refused
from experiments.classroom.town import Town
from experiments.lives import SUMMED, Life
from experiments.lives import Pair as Lives
from experiments.story import days_told, person, summary
from sim.needs import Actor, Category, Kind, Level, Role
from sim.records import cases_columns, needs_columns
from sim.tables import Array

#: `(name of the number, unit, digits)`; names and units are told by `experiments.texts`.
Row = tuple[str, str, list[float]]
PERCENT: Final = 100.0
_KINDS: Final = tuple(category.name.lower() for category in Category)


@dataclass(frozen=True)
class Horizon:
    """What a story needs to know: its language and the day on which its records end."""

    lang: str
    days: int


def cell(pair: Pair, number: int) -> dict[str, Any]:
    """The numbers of a cell on the day that is shown.

    Raises
    ------
    RefusedError
        There is no such cell.
    """
    cells = pair.towns[0].model.state.cells
    if number >= len(cells.first):
        raise refused("no_cell", number=number, last=len(cells.first) - 1)
    sides = [_cell(town, number) for town in pair.towns]
    return {
        "type": "cell",
        "day": pair.day,
        "cell": number,
        "community": int(cells.community[number]),
        "rows": _beside(sides),
    }


def _cell(town: Town, number: int) -> dict[tuple[str, str], float]:
    state = town.model.state
    c = state.cells
    people = int(c.last[number] - c.first[number])
    open_needs = state.lists.open_needs[: int(state.sizes.open_needs[0])]
    here = open_needs[(state.needs.cell[open_needs] == number) & (state.needs.end[open_needs] == 0)]
    by_kind = np.bincount(state.needs.category[here], minlength=len(Category))
    numbers = {
        ("residents", "persons"): float(people), ("needs_open", "needs"): float(len(here)), ("cases_open", "cases"): float(c.backlog[number]),
        ("satisfaction", "percent"): PERCENT * float(c.satisfaction[number]), ("disorder", "percent"): PERCENT * float(c.disorder[number]),
        ("facility", "percent"): PERCENT * float(c.facility[number]), ("social_capital", "percent"): PERCENT * float(c.social_capital[number]),
        ("participation", "percent"): PERCENT * float(c.participation[number]), ("migrant_share", "percent"): PERCENT * float(c.migrant_share[number]),
        ("old_share", "percent"): PERCENT * float(c.old_share[number]),
    }  # fmt: skip
    return numbers | {(f"category_{kind}", "needs"): float(by_kind[k]) for k, kind in enumerate(_KINDS)}


def institution(pair: Pair, number: int) -> dict[str, Any]:
    """The numbers of an institution on the day that is shown.

    Raises
    ------
    RefusedError
        There is no such institution.
    """
    rows = len(pair.towns[0].model.state.institutions.staff)
    if number >= rows:
        raise refused("no_institution", number=number, last=rows - 1)
    sides = [_institution(town, number) for town in pair.towns]
    about = described(pair.towns[0], number)
    return {"type": "institution", "day": pair.day, "institution": number, **about, "rows": _beside(sides)}


def described(town: Town, number: int) -> dict[str, Any]:
    """Who an institution is: role, level, actor kind, kind of resource, place, communities served."""
    t = town.model.state.institutions
    role, category = seat_named(int(t.role[number]))
    return {
        "role": role, "category": category, "level": Level(int(t.level[number])).name.lower(),
        "actor": Actor(int(t.actor[number])).name.lower(), "kind": Kind(int(t.kind[number])).name.lower(),
        "place": int(t.place[number]), "serves": [int(t.first_community[number]), int(t.last_community[number])],
    }  # fmt: skip


def seat_named(seat: int) -> tuple[str, str | None]:
    """The role of a seat, and for a department the category for which it is competent."""
    for first in (Role.CITY_DEPARTMENT, Role.DISTRICT_DEPARTMENT):
        if 0 <= seat - first < len(Category):
            return first.name.lower(), _KINDS[seat - first]
    return Role(seat).name.lower(), None


def _institution(town: Town, number: int) -> dict[tuple[str, str], float]:
    state = town.model.state
    t = state.institutions
    first = int(t.first_server[number])
    in_hand = int((state.servers.part[first : first + int(t.workers[number])] >= 0).sum())
    shares = ("utilisation", "alignment", "willingness", "burnout", "reputation", "member")
    hours = ("available", "service", "coordination", "overhead", "lent", "borrowed", "idle")
    return (
        {("waiting", "parts"): float(t.waiting[number]), ("in_hand", "parts"): float(in_hand),
         ("staff", "persons"): float(t.staff[number] + state.levers.added_staff[number]), ("skill", "factor"): float(t.skill[number]),
         ("effort", "factor"): float(t.effort[number])}
        | {(name, "percent"): PERCENT * float(getattr(t, name)[number]) for name in shares}
        | {(f"hours_{name}", "hours"): float(getattr(t, f"hours_{name}")[number]) for name in hours}
    )  # fmt: skip


def _beside(sides: list[dict[tuple[str, str], float]]) -> list[Row]:
    """Rows of the same number under both strategies."""
    return [(name, unit, [round(side[name, unit], 4) for side in sides]) for name, unit in sides[0]]


def need(pair: Pair, resident: int, arose: float, lang: str) -> dict[str, Any]:
    """The life of a need until the day that is shown, told day by day under both strategies.

    Raises
    ------
    RefusedError
        No such need has arisen under both.
    """
    found = [_life(town, resident, arose) for town in pair.towns]
    first, second = found
    if first is None or second is None:
        raise refused("no_need", resident=resident)
    lives = Lives(first, second, "resident", 0, 0, 0, 0)
    horizon = Horizon(lang, pair.day)
    about = first.need
    return {
        "type": "need", "day": pair.day, "resident": resident, "arose": arose, "category": about["category"], "cell": int(about["cell"]),
        "scope": int(about["scope"]), "person": person(int(about["group"]), lang), "lang": lang,
        "days": days_told(lives, horizon), "summary": summary(lives, horizon),
    }  # fmt: skip


def _life(town: Town, resident: int, arose: float) -> Life | None:
    """A need of a town and its cases, None where there is none by these names."""
    state = town.model.state
    n = int(state.sizes.needs[0])
    rows = np.flatnonzero((state.needs.resident[:n] == resident) & (state.needs.arose[:n] == arose))
    if not rows.size:
        return None
    number = int(rows[0])
    about = _row(needs_columns(state), number) | {"group": int(state.needs.group[number])}
    cases = cases_columns(state)
    # A need's cases were opened one after the other, so rows are in order.
    told = [_row(cases, int(row)) for row in np.flatnonzero(cases["need"] == number)]
    roles = state.institutions.role
    cases_told = tuple(row | {"role": int(roles[row["provider"]])} for row in told)
    return Life(about | {name: sum(row[name] for row in told) for name in SUMMED}, cases_told)


def _row(columns: dict[str, Array], number: int) -> dict[str, Any]:
    """A row as a plain mapping; what is missing is None."""
    values = {name: column[number].item() for name, column in columns.items()}
    return {
        name: None if isinstance(value, float) and np.isnan(value) else value
        for name, value in values.items()
    }
