"""Living the experiment of a lesson, and reading its findings.

A contrast is measured in each replicate on both sides, which share their draws; its interval is Student's over replicates. What
is said follows from the interval alone: one pair of lives has none, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.comparison import paired
from experiments.classroom.lesson_measures import MEASURES, Observed
from experiments.classroom.lessons import SIDES, Finding, Lesson, Reading, Side

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
