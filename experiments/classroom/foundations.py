"""What a lesson rests on, from the declarations: parameters with their grades, pattern cards with their verdicts, sources."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios import DATA

if TYPE_CHECKING:
    from experiments.classroom.lessons import Lesson
    from sim.entries import Words


@dataclass(frozen=True)
class Assumed:
    """One declared parameter: its value and range in its unit, its grade, and whether nobody has measured it (`deep`)."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    grade: str
    source: str
    deep: bool
    meaning: Words


@dataclass(frozen=True)
class Pattern:
    """One pattern card: what other scholars found, and whether the model shows it."""

    id: str
    verdict: str
    title: Words
    claim: Words
    source: str


@dataclass(frozen=True)
class Source:
    """One row of the evidence; `recalled` marks what was quoted from memory and not looked up."""

    id: str
    quantity: str
    value: str
    unit: str
    place: str
    year: str
    source: str
    grade: str
    recalled: bool


def pattern_ids() -> tuple[str, ...]:
    """Ids of all pattern cards."""
    return tuple(row["id"] for row in _rows("patterns.csv"))


def evidence_ids() -> tuple[str, ...]:
    """Ids of all evidence."""
    return tuple(row["id"] for row in _rows("evidence.csv"))


def assumed(lesson: Lesson) -> tuple[Assumed, ...]:
    """The parameters of a lesson, in its order."""
    from experiments.ranges import known
    from sim.entries import Words

    declared = known()
    return tuple(
        Assumed(name, p.value, p.low, p.high, p.unit, p.grade, p.source, p.deep, Words(en=p.en, zh=p.zh))
        for name in lesson.rests_on.parameters
        for p in (declared[name],)
    )


def patterns(lesson: Lesson) -> tuple[Pattern, ...]:
    """The pattern cards of a lesson, in its order."""
    from sim.entries import Words

    rows = {row["id"]: row for row in _rows("patterns.csv")}
    return tuple(
        Pattern(name, row["verdict"], Words(en=row["title_en"], zh=row["title_zh"]), Words(en=row["claim_en"], zh=row["claim_zh"]), row["source"])
        for name in lesson.rests_on.patterns
        for row in (rows[name],)
    )  # fmt: skip


def sources(lesson: Lesson) -> tuple[Source, ...]:
    """The evidence of a lesson, in its order."""
    rows = {row["id"]: row for row in _rows("evidence.csv")}
    return tuple(
        Source(
            name, row["quantity"], row["value"], row["unit"], row["place"], row["year"], row["source"], row["grade"], row["recalled"] == "true"
        )
        for name in lesson.rests_on.sources
        for row in (rows[name],)
    )  # fmt: skip


def _rows(name: str) -> list[Mapping[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
