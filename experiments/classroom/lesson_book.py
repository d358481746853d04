"""Lessons as the page shows them: all texts in both languages, the script of their experiment, and what was recorded of it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from experiments.classroom.foundations import assumed, patterns, sources
from experiments.classroom.lesson_measures import MEASURES
from experiments.classroom.lesson_records import recorded
from experiments.classroom.lessons import Lesson, load_lessons
from experiments.classroom.script import Change, Script, judged
from experiments.texts import LANGUAGES
from scenarios.units import unit_in
from sim.errors import ConfigError

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
        "findings": findings(lesson), "assumes": _both(lesson.limits.assumes), "sure": _both(lesson.limits.sure), "discussion": [_both(one) for one in lesson.discussion],
        "parameters": [
            {"name": one.name, "value": one.value, "unit": {lang: unit_in(lang, one.unit) for lang in LANGUAGES}, "grade": one.grade, "meaning": _both(one.meaning)} for one in assumed(lesson)
        ],
        "patterns": [
            {"id": one.id, "verdict": one.verdict, "title": _both(one.title), "claim": _both(one.claim), "source": one.source}
            for one in patterns(lesson)
        ],
        "sources": [{"id": one.id, "source": one.source, "place": one.place, "year": one.year, "recalled": one.recalled} for one in sources(lesson)],
    }  # fmt: skip


def findings(lesson: Lesson) -> list[dict[str, Any]]:
    """What was recorded of the experiment, with the text that each interval calls for."""
    found = recorded(lesson)
    return [
        {
            "id": one.id, "about": _both(one.about), "text": _both(getattr(one.readings, figures.reading)), "digits": one.digits, "unit": _measure(one.terms[0].measure)["unit"],
            "mean": figures.mean, "low": figures.low, "high": figures.high, "replicates": figures.replicates,
            "fragile": figures.fragile, "worlds": figures.worlds, "against": figures.worlds - figures.same_sign,
        }
        for one in lesson.findings
        if (figures := found.get(one.id)) is not None
    ]  # fmt: skip


def _measure(name: str) -> dict[str, Any]:
    measure = MEASURES[name]
    return {
        "name": name,
        "unit": {"en": measure.unit, "zh": measure.unit_zh},
        "en": measure.en,
        "zh": measure.zh,
    }


def _both(words: Any) -> dict[str, str]:
    return {lang: getattr(words, lang) for lang in LANGUAGES}
