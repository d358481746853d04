"""The targets of a fit: outcomes of the baseline with the range that evidence allows, in logarithms.

All targets are positive, and a day too many weighs more where the range is hours than where it is weeks: comparisons are made in
logarithms. A range that begins at zero has no lower bound there.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scenarios import DATA

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
#: Smallest outcome told apart from zero, in the unit of the outcome.
LEAST: Final = 1e-3
#: How far outside its range, in tolerances, a target is still told apart.
FAR: Final = 4.0


@dataclass(frozen=True)
class Targets:
    """Targets by id: the outcome each is read from and its bounds `[low, high]`, as declared and in logarithms."""

    ids: tuple[str, ...]
    outcomes: tuple[str, ...]
    use: tuple[str, ...]
    low: Array
    high: Array

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Bounds in logarithms; minus infinity where a range begins at zero."""
        with np.errstate(divide="ignore"):
            return np.log(self.low), np.log(self.high)

    @property
    def tolerance(self) -> Array:
        """Half the width of each range in logarithms; for a range from zero, half of a factor of ten."""
        low, high = self.bounds
        return 0.5 * (high - np.where(np.isfinite(low), low, high - np.log(10.0)))

    def told(self, rows: pd.DataFrame, never: float) -> Array:
        """Logarithms of the outcomes, `[run, target]`.

        A time to close that fewer than the asked share of cases have reached is not a number: it is longer than anything seen, and
        counts as `never`, the length of the window in days. A run without any outcome (it failed) stays not a number.
        """
        values = rows[list(self.outcomes)].to_numpy(float)
        lived = np.isfinite(values).any(axis=1, keepdims=True)
        days = np.array([name.startswith("close_days_") for name in self.outcomes])
        values = np.where(np.isnan(values) & days & lived, never, values)
        return np.log(np.maximum(values, LEAST))

    def clipped(self, told: Array) -> Array:
        """The same, no further outside a range than `FAR` tolerances: beyond, a run says only that it is far off."""
        low, high = self.bounds
        lower = np.where(np.isfinite(low), low, high - 2.0 * self.tolerance)
        return np.clip(told, lower - FAR * self.tolerance, high + FAR * self.tolerance)

    def inside(self, told: Array) -> npt.NDArray[np.bool_]:
        """Which targets each run meets, `[run, target]`; bounds belong to the range."""
        low, high = self.bounds
        return (told >= low) & (told <= high)

    def excess(self, told: Array) -> Array:
        """How far outside its range each target lies, in tolerances, `[run, target]`; zero inside, infinite where unknown."""
        low, high = self.bounds
        out = np.maximum(np.maximum(low - told, told - high), 0.0) / self.tolerance
        return np.where(np.isnan(told), np.inf, out)


def load(use: str) -> Targets:
    """The targets of one use, `fit` or `holdout`, from `scenarios/data/targets.csv`."""
    with (DATA / "targets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["use"] == use]
    return Targets(
        tuple(row["id"] for row in rows), tuple(row["outcome"] for row in rows), tuple(row["use"] for row in rows),
        np.array([float(row["low"]) for row in rows]), np.array([float(row["high"]) for row in rows]),
    )  # fmt: skip
