"""What a calibration found, as tables: errors of targets before and after, and what became of each constant's range."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from experiments.calibration.targets import Array, Targets
from experiments.calibration.waves import Fit
from experiments.ranges import Ranges, known

SHARES: Final = (0.05, 0.5, 0.95)


def errors(
    every: tuple[Targets, ...], plain: pd.DataFrame, rows: pd.DataFrame, found: Fit, never: float
) -> pd.DataFrame:
    """One row a target: what runs of the declared values (`plain`) and of the fit (`rows`) show beside its range.

    `prior_inside` and `inside` are shares of runs inside, in the first wave and in the posterior. `default_error` and `error` say how
    far the mean lies outside the range, in half widths of its logarithm: zero inside. Means and quantiles are of logarithms. Without
    an accepted run the columns of the posterior are not numbers.
    """
    parts = []
    for targets in every:
        before = targets.told(plain, never).mean(axis=0)
        first = targets.told(rows.iloc[np.flatnonzero(found.wave == 0)], never)
        accepted = targets.told(rows.iloc[found.accepted], never)
        after = mean(accepted, found.weight)
        low, middle, high = (quantile(accepted, found.weight, share) for share in SHARES)
        parts.append(pd.DataFrame({
            "target": targets.ids, "outcome": targets.outcomes, "use": targets.use, "low": targets.low, "high": targets.high,
            "default_mean": np.exp(before), "default_error": targets.excess(before),
            "prior_inside": targets.inside(first).mean(axis=0),
            "mean": np.exp(after), "q05": np.exp(low), "q50": np.exp(middle), "q95": np.exp(high),
            "inside": mean(targets.inside(accepted).astype(float), found.weight),
            "error": np.where(np.isnan(after), np.nan, targets.excess(after)),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def bounds(ranges: Ranges, found: Fit) -> pd.DataFrame:
    """One row a constant: declared value and range, mean and quantiles of the posterior, and `narrowing`.

    `narrowing` is one minus the spread of the posterior over that of the declared range, both in the scale of the range: 0 where the
    data say nothing of the constant by itself, 1 where they fix it.
    """
    places, declared = found.places[found.accepted], known()
    centre = mean(places, found.weight)
    spread = np.sqrt(mean((places - centre) ** 2, found.weight))
    low, middle, high = (ranges.values(quantile(places, found.weight, share)) for share in SHARES)
    return pd.DataFrame({
        "parameter": ranges.names, "low": ranges.low, "value": [declared[name].value for name in ranges.names], "high": ranges.high,
        "mean": ranges.values(centre), "q05": low, "q50": middle, "q95": high, "narrowing": 1.0 - spread * np.sqrt(12.0),
    })  # fmt: skip


def mean(values: Array, weight: Array) -> Array:
    """Weighted mean over rows; not a number without rows."""
    return weight @ values if len(weight) else np.full(values.shape[1], np.nan)


def quantile(values: Array, weight: Array, share: float) -> Array:
    """Weighted quantile of each column: the least value at which the weights reach `share`."""
    if not len(weight):
        return np.full(values.shape[1], np.nan)
    order = np.argsort(values, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) >= share - 1e-12
    least = np.take_along_axis(order, reached.argmax(axis=0)[None], axis=0)
    return np.asarray(np.take_along_axis(values, least, axis=0)[0])
