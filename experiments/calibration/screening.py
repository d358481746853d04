"""Screening: which constants move a target at all, by the elementary effects of Morris (1991, Technometrics 33(2)) with SALib.

A constant matters as far as its mean absolute effect on some target exceeds what that target can tell apart: the score is the
largest mu* over the targets, in tolerances, for a move over the whole declared range; what happens further than `targets.FAR`
tolerances outside a range counts for nothing. All runs share one replicate (common random
numbers), so an effect is a difference between equal lives; a constant that the baseline does not use scores exactly zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis import sensitivity
from experiments.calibration.targets import Targets
from experiments.ensemble import Point
from experiments.ranges import Array, Ranges

#: Outcomes at points, a row each.
Live = Callable[[Sequence[Point]], pd.DataFrame]
COLUMNS: Final = ("parameter", "score", "target", "sigma", "low", "high")


def screen(
    live: Live, ranges: Ranges, targets: Targets, trajectories: int, seed: int, never: float
) -> pd.DataFrame:
    """Live the trajectories, all in replicate 0, and rank the constants: columns `COLUMNS` and mu* for each target, highest first."""
    places = sensitivity.trajectories(len(ranges.names), trajectories, seed)
    rows = live([Point(parameters, 0) for parameters in ranges.parameters(places)])
    return ranked(ranges, places, targets.clipped(targets.told(rows, never)), targets)


def strongest(table: pd.DataFrame, count: int) -> list[str]:
    """The constants to fit: each target in turn names the strongest that is not named yet, until `count` are."""
    orders = []
    for name in table.columns.drop(list(COLUMNS)):
        ordered = table.sort_values([name, "parameter"], ascending=[False, True])
        orders.append(list(ordered.loc[ordered[name] > 0.0, "parameter"]))
    return sensitivity.in_turn(orders, count)


def ranked(ranges: Ranges, places: Array, told: Array, targets: Targets) -> pd.DataFrame:
    """The table of the screening from the logarithms of the outcomes, `[run, target]`."""
    effects = np.stack(
        [sensitivity.elementary_effects(places, column) for column in (told / targets.tolerance).T]
    )
    mu_star, _, sigma = sensitivity.moments(effects)
    first = mu_star.argmax(axis=0)
    every = np.arange(len(ranges.names))
    table = pd.DataFrame({
        "parameter": ranges.names, "score": mu_star[first, every], "target": np.array(targets.ids)[first],
        "sigma": sigma[first, every], "low": ranges.low, "high": ranges.high,
        **{target: mu_star[row] for row, target in enumerate(targets.ids)},
    })  # fmt: skip
    return table.sort_values(["score", "parameter"], ascending=[False, True], ignore_index=True)
