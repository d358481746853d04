"""Time courses: weekly values of a few quantities from the daily counts, summed over places before anything is divided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

WEEK = 7


@dataclass(frozen=True)
class Measure:
    """`scale · Σ above / Σ below` over a week and all communities, or over the `weeks` weeks up to its end."""

    name: str
    unit: str
    above: tuple[str, ...]
    below: str
    scale: float = 1.0
    weeks: int = 1


COORDINATION = ("hours_coordination", "hours_overhead")
#: hours of coordination: residents are summed over seven days, hence the factor of seven.
MEASURES = (
    Measure("satisfaction", "0-100", ("satisfaction_sum",), "residents", 100),
    Measure("needs_open", "needs per 10,000 residents", ("needs_open",), "residents", 1e4),
    Measure("needs_met_30d", "share", ("needs_met_30d",), "needs_arisen", 1, weeks=4),
    Measure("backlog", "cases per 10,000 residents", ("cases_open",), "residents", 1e4),
    Measure("trust", "0-1", ("trust_sum",), "residents"),
    Measure(
        "hours_coordination", "hours per week and 1,000 residents", COORDINATION, "residents", WEEK * 1e3
    ),
)


def columns(measures: Iterable[Measure] = MEASURES) -> list[str]:
    """The daily columns that the measures read."""
    return sorted({name for m in measures for name in (*m.above, m.below)})


def course(day_sums: pd.DataFrame, measures: Iterable[Measure] = MEASURES) -> pd.DataFrame:
    """Weekly values of one run from its sums per day (index `day`, sums over communities).

    Columns `day` (the middle of the week), `measure`, `value`; an incomplete last week is left out, runs shorter than four
    weeks are shown by day.
    """
    width = WEEK if len(day_sums) >= 4 * WEEK else 1
    steps = len(day_sums) // width
    first = int(day_sums.index[0]) if len(day_sums) else 0
    chosen = tuple(measures)
    sums = {name: _blocks(day_sums[name].to_numpy(float), width, steps) for name in columns(chosen)}
    values = []
    for m in chosen:
        above, below = (
            _trailing(c, m.weeks) for c in (np.sum([sums[n] for n in m.above], axis=0), sums[m.below])
        )
        values.append(m.scale * np.divide(above, below, out=np.full(steps, np.nan), where=below > 0))
    day = first + np.arange(steps) * width + (width - 1) / 2
    return pd.DataFrame({
        "day": np.tile(day, len(chosen)), "measure": np.repeat([m.name for m in chosen], steps), "value": np.concatenate(values),
    })  # fmt: skip


def _blocks(values: np.ndarray, width: int, steps: int) -> np.ndarray:
    return values[: steps * width].reshape(steps, width).sum(1)


def _trailing(values: np.ndarray, weeks: int) -> np.ndarray:
    """Sums over each value and the `weeks - 1` before it, fewer at the start."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, values.size + 1)
    return total[ends] - total[np.maximum(ends - weeks, 0)]


def bands(courses: pd.DataFrame) -> pd.DataFrame:
    """Mean, lowest and highest over replicates by `strategy`, `measure` and `day`, from `courses` with those columns."""
    grouped = courses.groupby(["strategy", "measure", "day"], sort=False)["value"]
    return grouped.agg(mean="mean", low="min", high="max", replicates="count").reset_index()
