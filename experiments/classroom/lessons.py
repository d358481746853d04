"""Guided lessons: question, prediction, experiment, what happened, what it rests on. Plain data in `scenarios/lesson/<name>.yaml`.

A lesson asserts nothing in advance. Its findings are contrasts of measured quantities, and for each reading of a contrast there is
a text: the one that is shown is chosen by the runs (`experiments.classroom.lesson_runs`). A faulty file is told line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator

from experiments.classroom.lesson_measures import MEASURES
from experiments.classroom.refusals import unknown
from experiments.texts import LANGUAGES, text
from sim.entries import Count, Day, Entry, Finite, Text, Words
from sim.errors import ConfigError
from sim.scenario import (
    NAME,
    ROOT,
    Dose,
    KeyPath,
    Overrides,
    Scenario,
    Strategy,
    load_strategy,
    mechanism_names,
    names,
    read,
)
from sim.sentences import FaultError, Told, in_lines, near

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, ...]] = ("left", "right")
Layer = Literal["unmet_need", "satisfaction", "disorder", "open_cases", "social_capital", "migrant_share"]
#: How the interval of a contrast lies to zero.
Reading = Literal["above", "below", "undecided"]
#: The six lessons in the order in which they are taught; others follow by name.
ORDER: Final = ("voice", "convenor", "whistles", "ranking", "expectations", "volunteers")


class Option(Entry):
    """One prediction that the class may vote for; none is marked as right."""

    id: Text
    text: Words


class Change(Entry):
    """What is changed on one side in the morning of `day`: the dose of a mechanism, in place of the one that stood before."""

    day: Day
    side: Side
    mechanism: Text
    dose: Dose = Dose(ramp=0)


class Setup(Entry):
    """Both sides of the experiment. Sides share world, future, parameters, seed and replicate, and so their past.

    `left` and `right` are strategies that begin on `reform_day`; `changes` may be made at once or by hand.
    """

    left: Text
    right: Text
    reform_day: Day
    days: Count
    world: Text = "classroom"
    future: Text = "reference"
    seed: int = 1
    replicate: Day = 0
    layer: Layer = "unmet_need"
    parameters: Overrides = Field(default_factory=dict)
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = ()


class Step(Entry):
    """One instruction of the experiment; the page may run to the morning of `until_day` and show the measure `watch`."""

    text: Words
    until_day: Day | None = None
    watch: Text | None = None


class Term(Entry):
    """One measured quantity: of one side, over the days `[from_day, to_day)`."""

    side: Side
    measure: Text
    from_day: Day
    to_day: Count
    weight: Finite = 1.0


class Readings(Entry):
    """What is said when the contrast is above zero, below zero, or cannot be told from zero."""

    above: Words
    below: Words
    undecided: Words


class Finding(Entry):
    """A contrast, the weighted sum of its terms, and what each reading of it means.

    `expected` is what the literature or common talk would lead one to expect, "open" where it does not say; `digits` are the
    decimals that are shown.
    """

    id: Text
    about: Words
    expected: Literal["above", "below", "open"]
    terms: Annotated[tuple[Term, ...], Field(strict=False, min_length=1)]
    readings: Readings
    digits: Annotated[int, Field(ge=0, le=6)] = 2


class Foundations(Entry):
    """What the lesson rests on: parameters by dotted name, pattern cards by id, sources by evidence id."""

    parameters: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    patterns: Annotated[tuple[str, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Limits(Entry):
    """What the model assumes, and how sure that is."""

    assumes: Words
    sure: Words


class Lesson(Scenario):
    """One guided lesson of about a quarter of an hour."""

    kind = Told("lesson", "课程")
    minutes: Count
    question: Words
    background: Words
    predictions: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=4)]
    setup: Setup
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=2)]
    findings: Annotated[tuple[Finding, ...], Field(strict=False, min_length=1)]
    rests_on: Foundations
    limits: Limits
    discussion: Annotated[tuple[Words, ...], Field(strict=False, min_length=1)]

    @field_validator("predictions", "findings")
    @classmethod
    def _different(cls, entries: Any) -> Any:
        given = [entry.id for entry in entries]
        twice = [name for name in given if given.count(name) > 1]
        if twice:
            raise FaultError(_told("id_twice", id=twice[0]))
        return entries

    @classmethod
    def _further_faults(cls, raw: Any) -> Iterator[tuple[KeyPath, Told]]:
        if isinstance(raw, dict):
            yield from _unknown_names(raw)
            yield from _days_outside(raw)

    def strategies(self, side: Side) -> tuple[tuple[int, Strategy], ...]:
        """What one side follows: (morning from which on, strategy), the first from the beginning.

        A change replaces the dose of its mechanism from its day on; what else is at work goes on.
        """
        strategy = load_strategy(self.setup.left if side == "left" else self.setup.right)
        found = [(0, strategy)]
        for change in sorted(self.setup.changes, key=lambda change: change.day):
            if change.side == side:
                strategy = changed(strategy, change)
                found.append((change.day, strategy))
        return tuple(found)


def changed(strategy: Strategy, change: Change) -> Strategy:
    """The strategy with the dose of a change, beginning on its day."""
    dose = change.dose.model_copy(update={"start": change.day})
    return strategy.model_copy(update={"mechanisms": {**strategy.mechanisms, change.mechanism: dose}})


def lesson_names() -> tuple[str, ...]:
    """Names of the shipped lessons in the order of teaching."""
    found = {path.stem for path in (ROOT / "lesson").glob("*.yaml") if NAME.fullmatch(path.stem)}
    return (*(name for name in ORDER if name in found), *sorted(found - set(ORDER)))


def load_lesson(name: str) -> Lesson:
    """The shipped lesson `name`; ConfigError when it is unknown or faulty, each fault one line with file and line."""
    known = lesson_names()
    if name not in known:
        raise unknown("lesson", str(name), known)
    return read(Lesson, ROOT / "lesson" / f"{name}.yaml")


def load_lessons() -> tuple[Lesson, ...]:
    """All shipped lessons in the order of teaching; ConfigError with the faults of all files."""
    made, faults = [], []
    for name in lesson_names():
        try:
            made.append(load_lesson(name))
        except ConfigError as error:
            faults.append(Told(error.told["en"], error.told["zh"]))
    if faults:
        raise ConfigError(*in_lines(faults))
    return tuple(made)


def _unknown_names(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Told]]:
    from experiments.classroom.foundations import evidence_ids, pattern_ids
    from experiments.ranges import known

    setup, rests = _mapping(raw.get("setup")), _mapping(raw.get("rests_on"))
    parameters = known()
    for key, group in (("left", "strategy"), ("right", "strategy"), ("world", "world"), ("future", "future")):
        if key in setup:
            yield from _unknown(setup[key], names(group), ("setup", key))  # type: ignore[arg-type]
    for name in _mapping(setup.get("parameters")):
        yield from _unknown(name, parameters, ("setup", "parameters", str(name)))
    for number, change in enumerate(_listed(setup.get("changes"))):
        if "mechanism" in change:
            at = ("setup", "changes", str(number), "mechanism")
            yield from _unknown(change["mechanism"], mechanism_names(), at)
    for where, name in _measures_named(raw):
        yield from _unknown(name, MEASURES, where)
    allowed: dict[str, tuple[str, ...]] = {
        "parameters": tuple(parameters),
        "patterns": pattern_ids(),
        "sources": evidence_ids(),
    }
    for key, ids in allowed.items():
        listed = rests.get(key)
        for number, name in enumerate(listed if isinstance(listed, list) else ()):
            yield from _unknown(name, ids, ("rests_on", key, str(number)))


def _measures_named(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    for number, step in enumerate(_listed(raw.get("steps"))):
        if step.get("watch") is not None:
            yield ("steps", str(number), "watch"), step["watch"]
    for number, finding in enumerate(_listed(raw.get("findings"))):
        for place, term in enumerate(_listed(finding.get("terms"))):
            if "measure" in term:
                yield ("findings", str(number), "terms", str(place), "measure"), term["measure"]


def _days_outside(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Told]]:
    """Days beyond the end, before the reform, or windows without a day."""
    setup = _mapping(raw.get("setup"))
    days, reform = setup.get("days"), setup.get("reform_day")
    if not isinstance(days, int) or not isinstance(reform, int):
        return
    if reform >= days:
        yield ("setup", "reform_day"), _told("reform_late", day=reform, days=days)
        return
    for number, change in enumerate(_listed(setup.get("changes"))):
        day = change.get("day")
        if isinstance(day, int) and not reform <= day < days:
            yield (
                ("setup", "changes", str(number), "day"),
                _told("change_outside", day=day, first=reform, last=days - 1),
            )
    for number, step in enumerate(_listed(raw.get("steps"))):
        day = step.get("until_day")
        if isinstance(day, int) and day > days:
            yield ("steps", str(number), "until_day"), _told("step_late", day=day, days=days)
    for number, finding in enumerate(_listed(raw.get("findings"))):
        for place, term in enumerate(_listed(finding.get("terms"))):
            first, last = term.get("from_day"), term.get("to_day")
            if isinstance(first, int) and isinstance(last, int) and not first < last <= days:
                at = ("findings", str(number), "terms", str(place), "to_day")
                yield at, _told("window_empty", day=last, first=first, days=days)


def _unknown(
    name: Any, known: Sequence[str] | Mapping[str, Any], at: KeyPath
) -> Iterator[tuple[KeyPath, Told]]:
    if isinstance(name, str) and name not in known:
        yield at, _told("unknown_name", name=name, near=near(name, known))


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _listed(raw: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list at their places; what is no mapping is the schema's to tell."""
    return [_mapping(one) for one in raw] if isinstance(raw, list) else []


def _told(sentence: str, **values: Any) -> Told:
    """A sentence of `experiments.texts.lessons` in both languages; a value that is `Told` itself by its own words in each."""
    return Told(
        *(
            text(
                lang,
                f"lesson_{sentence}",
                **{n: getattr(v, lang) if isinstance(v, Told) else v for n, v in values.items()},
            )
            for lang in LANGUAGES
        )
    )
