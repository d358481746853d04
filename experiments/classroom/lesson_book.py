"""Lessons as the page shows them: all texts in both languages, the script they begin with, and what their experiment comes to.

What happened is measured in several replicates, once for all sessions; until a replicate is done the next reading stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from experiments.classroom.foundations import assumed, patterns, sources
from experiments.classroom.lesson_measures import MEASURES
from experiments.classroom.lesson_runs import lived, measured
from experiments.classroom.lessons import Lesson, load_lesson, load_lessons
from experiments.classroom.script import Change, Script, judged
from experiments.texts import LANGUAGES
from sim.errors import ConfigError

#: Replicates in which the experiment of a lesson is lived.
REPLICATES: Final = 12
_SIDE: Final = {"left": 0, "right": 1}


def script_of(lesson: Lesson) -> Script:
    """The script of a lesson's experiment, its changes included.

    Raises
    ------
    ConfigError
        The lesson asks for what a live session cannot do.
    """
    setup = lesson.setup
    changes = tuple(_change(lesson, one) for one in setup.changes)
    return judged(Script(
        world=setup.world, future=setup.future, strategies=(setup.left, setup.right), seed=setup.seed, replicate=setup.replicate,
        parameters=dict(setup.parameters), days=setup.days, reform_day=setup.reform_day, changes=changes,
    ))  # fmt: skip


def _change(lesson: Lesson, change: Any) -> Change:
    dose = change.dose
    if dose.place != "all" or dose.start is not None:
        raise ConfigError(
            f"lesson '{lesson.name}', {change.mechanism}: a live session changes doses everywhere and from their day on"
        )
    return Change(
        day=change.day, side=_SIDE[change.side], mechanism=change.mechanism, dose=dose.intensity, ramp=dose.ramp,
        parameters=dict(dose.parameters),
    )  # fmt: skip


@cache
def told() -> tuple[dict[str, Any], ...]:
    """All lessons as plain data."""
    return tuple(_told(lesson) for lesson in load_lessons())


def _told(lesson: Lesson) -> dict[str, Any]:
    return {
        "name": lesson.name, "title": _both(lesson.title), "minutes": lesson.minutes, "question": _both(lesson.question),
        "background": _both(lesson.background), "layer": lesson.setup.layer, "script": script_of(lesson).model_dump(mode="json"),
        "predictions": [{"id": one.id, "text": _both(one.text)} for one in lesson.predictions],
        "steps": [
            {"text": _both(step.text), "until_day": step.until_day, "watch": _measure(step.watch) if step.watch else None}
            for step in lesson.steps
        ],
        "assumes": _both(lesson.limits.assumes), "sure": _both(lesson.limits.sure), "discussion": [_both(one) for one in lesson.discussion],
        "parameters": [
            {"name": one.name, "value": one.value, "unit": one.unit, "grade": one.grade, "meaning": _both(one.meaning)} for one in assumed(lesson)
        ],
        "patterns": [
            {"id": one.id, "verdict": one.verdict, "title": _both(one.title), "claim": _both(one.claim), "source": one.source}
            for one in patterns(lesson)
        ],
        "sources": [{"id": one.id, "source": one.source, "place": one.place, "year": one.year} for one in sources(lesson)],
    }  # fmt: skip


def _measure(name: str) -> dict[str, Any]:
    measure = MEASURES[name]
    return {"name": name, "unit": measure.unit, "en": measure.en, "zh": measure.zh}


def _both(words: Any) -> dict[str, str]:
    return {lang: getattr(words, lang) for lang in LANGUAGES}


class Findings:
    """The findings of a lesson, replicate by replicate: a few seconds of work in small parts, kept for all who ask."""

    def __init__(self, name: str) -> None:
        self.lesson = load_lesson(name)
        self._lives: Iterator[dict[str, tuple[float, ...]]] = lived(self.lesson, REPLICATES)
        self._values: dict[str, list[tuple[float, ...]]] = {
            finding.id: [] for finding in self.lesson.findings
        }
        self.replicates = 0

    @property
    def unfinished(self) -> bool:
        """Whether replicates are left."""
        return self.replicates < REPLICATES

    def advance(self) -> None:
        """Live one more replicate."""
        for name, terms in next(self._lives).items():
            self._values[name].append(terms)
        self.replicates += 1

    def told(self) -> dict[str, Any]:
        """What has been found so far, with the text that the interval calls for."""
        rows = []
        for finding in self.lesson.findings:
            values = self._values[finding.id][: self.replicates]
            row: dict[str, Any] = {
                "id": finding.id,
                "about": _both(finding.about),
                "expected": finding.expected,
                "digits": finding.digits,
            }
            if len(values) > 1:
                summed = measured(finding, values)
                row |= {"reading": summed.reading, "text": _both(getattr(finding.readings, summed.reading))}
                row |= {name: _finite(getattr(summed, name)) for name in ("mean", "low", "high")}
            rows.append(row)
        return {
            "type": "findings",
            "lesson": self.lesson.name,
            "replicates": self.replicates,
            "of": REPLICATES,
            "rows": rows,
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
