"""The figures that were found of each finding when the lessons were made: `scenarios/data/lessons.csv`.

Nobody types them. `python tests/experiments/classroom/make_lessons.py` lives every lesson again and writes them anew.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from scenarios import DATA

if TYPE_CHECKING:
    from experiments.classroom.lessons import Finding, Lesson, Reading

TABLE: Final = DATA / "lessons.csv"
_SHARED: Final = 0.75
COLUMNS: Final = ("id", "replicates", "mean", "low", "high", "terms", "worlds", "same_sign")


@dataclass(frozen=True)
class Recorded:
    """One finding as it was measured: mean and 95 % interval over `replicates` at declared parameters, the mean of each term,
    and in how many of `worlds`, each with parameters of its own drawn over their declared ranges, the contrast had the same sign.
    """

    replicates: int
    mean: float
    low: float
    high: float
    terms: tuple[float, ...]
    worlds: int
    same_sign: int

    @property
    def reading(self) -> Reading:
        """How the interval lies to zero."""
        return "above" if self.low > 0.0 else "below" if self.high < 0.0 else "undecided"

    @property
    def fragile(self) -> bool:
        """Whether a decided reading turns easily with what nobody knows: a quarter or more of the worlds do not share its sign."""
        return self.reading != "undecided" and self.same_sign <= _SHARED * self.worlds

    def agreement(self, finding: Finding) -> Literal["held", "surprising", "undecided", "open"]:
        """How what was found lies to what literature or common talk would lead one to expect."""
        if finding.expected == "open":
            return "open"
        if self.reading == "undecided":
            return "undecided"
        return "held" if self.reading == finding.expected else "surprising"


def recorded(lesson: Lesson) -> dict[str, Recorded]:
    """The recorded figures of a lesson, by id of the finding; findings that were never measured are not there."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file, strict=True)}
    found = {}
    for finding in lesson.findings:
        row = rows.get(f"{lesson.name}.{finding.id}")
        if row is not None:
            found[finding.id] = Recorded(
                replicates=int(row["replicates"]),
                mean=float(row["mean"]),
                low=float(row["low"]),
                high=float(row["high"]),
                terms=tuple(map(float, row["terms"].split())),
                worlds=int(row["worlds"]),
                same_sign=int(row["same_sign"]),
            )
    return found
