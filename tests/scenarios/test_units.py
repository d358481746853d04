"""Every unit that a declaration names has a Chinese name, whole: no part of it stays as it was declared."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from experiments.classroom.lesson_measures import MEASURES
from scenarios import DATA
from scenarios.units import SPECIAL, unit_in
from sim.courses import QUANTITIES
from sim.laws import groups
from sim.outcomes import OUTCOMES
from sim.parameters import declared

LATIN = re.compile(r"[A-Za-z]")


def declared_units() -> Iterator[str]:
    """Units of parameters (mechanisms included), outcomes, quantities of futures, measures of lessons, targets."""
    for group in groups().values():
        yield from (parameter.unit for parameter in declared(group).values())
    for things in (OUTCOMES, QUANTITIES.values(), MEASURES.values()):
        yield from (thing.unit for thing in things)
    with (DATA / "targets.csv").open(encoding="utf-8", newline="") as file:
        yield from (row["unit"] for row in csv.DictReader(file))


@pytest.mark.parametrize("unit", sorted(set(declared_units())))
def test_a_declared_unit_has_a_chinese_name(unit: str) -> None:
    told = unit_in("zh", unit)
    assert told and not LATIN.search(told) and told.count("(") == told.count(")")
    assert unit_in("en", unit) == unit


def test_names_are_put_together_from_parts() -> None:
    assert unit_in("zh", "hours per link, side, community and day") == "小时/条联系·方·社区·天"
    assert unit_in("zh", "1/(severity per head) and week") == "1/(严重度/人·周)"
    assert unit_in("zh", "1/dispute per 1,000 residents") == "1/(起纠纷/千人)"
    assert unit_in("zh", "1/week") == "1/周"
    assert unit_in("zh", "furlongs per fortnight") == "furlongs/fortnight"


def test_special_units_are_special_in_both_languages() -> None:
    assert SPECIAL["en"].keys() == SPECIAL["zh"].keys()
