"""Guided lessons: `python tests/experiments/classroom/make_lessons.py [voice ...]` lives them anew, keeps their figures and writes docs.

Without names only the pages are written. `all` measures every lesson, which takes some minutes. Figures are never edited by hand:
whoever changes a law sees here what the lessons now say.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from experiments.classroom.lesson_records import COLUMNS, TABLE
from experiments.classroom.lesson_runs import measure, same_sign
from experiments.classroom.lesson_sheet import book
from experiments.classroom.lessons import Lesson, lesson_names, load_lesson, load_lessons

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {"en": DOCS / "lessons.md", "zh": DOCS / "lessons.zh.md"}
#: Replicates at declared parameters and worlds with drawn ones, by world of the lesson.
SIZES = {"classroom": (40, 100), "street": (12, 40)}


def rows(lesson: Lesson) -> list[dict[str, str]]:
    """One row a finding."""
    replicates, worlds = SIZES[lesson.setup.world]
    found = measure(lesson, replicates, _say(lesson, "replicates", replicates))
    means = {name: one.mean for name, one in found.items()}
    same = same_sign(lesson, worlds, means, _say(lesson, "worlds", worlds))
    return [
        {
            "id": f"{lesson.name}.{name}",
            "replicates": str(one.replicates),
            "mean": f"{one.mean:.6g}",
            "low": f"{one.low:.6g}",
            "high": f"{one.high:.6g}",
            "terms": " ".join(f"{term:.6g}" for term in one.terms),
            "worlds": str(worlds),
            "same_sign": str(same[name]),
        }
        for name, one in found.items()
    ]


def kept() -> dict[str, dict[str, str]]:
    """The table as it was written last."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file, strict=True)}


def write(table: dict[str, dict[str, str]]) -> None:
    """Write the rows of findings that there are, sorted."""
    known = {f"{lesson.name}.{finding.id}" for lesson in load_lessons() for finding in lesson.findings}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table[name] for name in sorted(known & table.keys()))


def main(words: Iterable[str]) -> None:
    """Measure the lessons asked for, then write the table and the pages."""
    table = kept()
    for name in lesson_names() if list(words) == ["all"] else words:
        table |= {row["id"]: row for row in rows(load_lesson(name))}
        write(table)
    for lang, path in PAGES.items():
        path.write_text(book(load_lessons(), lang), encoding="utf-8")


def _say(lesson: Lesson, what: str, total: int):  # type: ignore[no-untyped-def]
    def say(done: int) -> None:
        if done == total:
            print(f"{lesson.name}: {done} {what}", file=sys.stderr)

    return say


if __name__ == "__main__":
    main(sys.argv[1:])
