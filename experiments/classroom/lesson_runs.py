"""Living the experiment of a lesson, and reading its findings.

A contrast is measured in each replicate on both sides, which share their draws; its interval is Student's over replicates. What
is said follows from the interval alone: one pair of lives has none, and decides nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.comparison import paired
from experiments.classroom.lesson_measures import MEASURES, Observed
from experiments.classroom.lessons import SIDES, Finding, Lesson, Reading, Side, lesson_names, load_lesson

if TYPE_CHECKING:
    from sim.model import CommunityModel


@dataclass(frozen=True)
class Measured:
    """What was found of one finding: mean and 95 % interval of the contrast over `replicates`, and the mean of each term."""

    replicates: int
    mean: float
    low: float
    high: float
    terms: tuple[float, ...]

    @property
    def reading(self) -> Reading:
        """How the interval lies to zero; without an interval nothing is decided."""
        return "above" if self.low > 0.0 else "below" if self.high < 0.0 else "undecided"


def model_of(
    lesson: Lesson, side: Side, replicate: int | None = None, parameters: Mapping[str, float] | None = None
) -> CommunityModel:
    """A side of the lesson on its first morning; `parameters` stand over those of the lesson."""
    from sim.model import CommunityModel

    setup = lesson.setup
    return CommunityModel(
        world=setup.world,
        strategy=lesson.strategies(side)[0][1],
        future=setup.future,
        seed=setup.seed,
        replicate=setup.replicate if replicate is None else replicate,
        days=setup.days,
        reform_day=setup.reform_day,
        parameters={**setup.parameters, **(parameters or {})},
    )


def live(lesson: Lesson, side: Side, model: CommunityModel) -> Observed:
    """Live a side to the end under observation, its changes made on their mornings."""
    observed = Observed(model)
    for day, strategy in lesson.strategies(side)[1:]:
        observed.live(day).model.adopt(strategy)
    return observed.live(model.days)


def terms_of(finding: Finding, sides: Mapping[Side, Observed]) -> tuple[float, ...]:
    """The measured value of each term of a finding, from sides that have lived through its windows."""
    return tuple(
        MEASURES[term.measure].take(sides[term.side], term.from_day, term.to_day) for term in finding.terms
    )


def lived(
    lesson: Lesson, replicates: int, parameters: Sequence[Mapping[str, float]] | None = None
) -> Iterator[dict[str, tuple[float, ...]]]:
    """The terms of all findings, replicate by replicate, the first of them that of the lesson; `parameters` has a set for each."""
    first = lesson.setup.replicate
    for number in range(replicates):
        own = parameters[number] if parameters else None
        sides = {side: live(lesson, side, model_of(lesson, side, first + number, own)) for side in SIDES}
        yield {finding.id: terms_of(finding, sides) for finding in lesson.findings}


def measured(finding: Finding, values: Sequence[tuple[float, ...]]) -> Measured:
    """Sum up the terms of a finding, one tuple a replicate; replicates in which something could not be measured are left out."""
    table = np.array(values, float).reshape(len(values), len(finding.terms))
    table = table[np.isfinite(table).all(axis=1)]
    contrast = table @ np.array([term.weight for term in finding.terms])
    found = paired(contrast, np.zeros(len(contrast)))
    terms = (
        tuple(float(mean) for mean in table.mean(axis=0)) if len(table) else (np.nan,) * len(finding.terms)
    )
    return Measured(found.replicates, found.difference, found.ci_low, found.ci_high, terms)


def measure(
    lesson: Lesson, replicates: int, progress: Callable[[int], None] | None = None
) -> dict[str, Measured]:
    """Live the experiment in so many replicates and sum up every finding."""
    values: dict[str, list[tuple[float, ...]]] = {finding.id: [] for finding in lesson.findings}
    for number, found in enumerate(lived(lesson, replicates)):
        for name, terms in found.items():
            values[name].append(terms)
        if progress is not None:
            progress(number + 1)
    return {finding.id: measured(finding, values[finding.id]) for finding in lesson.findings}


def draws(lesson: Lesson, worlds: int) -> list[dict[str, float]]:
    """A set of parameters for each of so many worlds: what nobody has measured, and what the lesson rests on, over their ranges.

    What the lesson sets itself, for all or with a dose, is left as it is.
    """
    from experiments.ranges import latin_hypercube, of, uncertain

    doses = [(change.mechanism, name) for change in lesson.setup.changes for name in change.dose.parameters]
    own = {*lesson.setup.parameters, *(f"{mechanism}.{name}" for mechanism, name in doses)}
    free = set(uncertain().names)
    wanted = (*uncertain(deep=True).names, *(name for name in lesson.rests_on.parameters if name in free))
    ranges = of(name for name in dict.fromkeys(wanted) if name not in own)
    return ranges.parameters(latin_hypercube(ranges.names, worlds, lesson.setup.seed, "lessons"))


def same_sign(
    lesson: Lesson, worlds: int, means: Mapping[str, float], progress: Callable[[int], None] | None = None
) -> dict[str, int]:
    """In how many worlds with drawn parameters, lived once each, every contrast has the sign of its mean at declared ones."""
    found = dict.fromkeys(means, 0)
    weights = {finding.id: [term.weight for term in finding.terms] for finding in lesson.findings}
    for number, terms in enumerate(lived(lesson, worlds, draws(lesson, worlds))):
        for name, mean in means.items():
            found[name] += bool(np.dot(weights[name], terms[name]) * mean > 0.0)
        if progress is not None:
            progress(number + 1)
    return found


def main(words: Sequence[str], lang: str) -> int:
    """Measure a lesson anew and print what each finding says: `python -m experiments.classroom.lesson_runs voice 20`."""
    from experiments.printing import table
    from experiments.texts import text
    from sim.errors import ConfigError

    if len(words) != 2 or not words[1].isdecimal() or int(words[1]) < 2:
        raise ConfigError(text(lang, "lesson_usage", known=", ".join(lesson_names())))
    lesson = load_lesson(words[0])
    found = measure(lesson, int(words[1]))
    rows = []
    for finding in lesson.findings:
        one, places = found[finding.id], finding.digits
        told = f"{one.mean:+.{places}f} [{one.low:+.{places}f}, {one.high:+.{places}f}]"
        reading = getattr(getattr(finding.readings, one.reading), lang)
        rows.append([getattr(finding.about, lang), told, text(lang, f"sheet_{one.reading}"), reading])
    headers = [text(lang, f"sheet_{name}") for name in ("contrast", "mean", "reading")]
    table([*headers, ""], rows, getattr(lesson.title, lang), numbers=(1,))
    return 0


def _started() -> int:
    """The exit code; a faulty word is told in one line."""
    from experiments.speech import environment_language
    from sim.errors import ConfigError

    lang = environment_language()
    try:
        return main(sys.argv[1:], lang)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(_started())
