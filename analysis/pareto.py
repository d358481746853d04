"""Pareto dominance: which options no other single one beats. Mixtures of options count only in `analysis.cost_effectiveness.frontier`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt


def undominated(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which rows of `[n, goals]`, less is better, no other row equals or beats on every goal and beats on one."""
    no_worse = np.all(values[None, :, :] <= values[:, None, :], axis=2)
    better = np.any(values[None, :, :] < values[:, None, :], axis=2)
    beaten: npt.NDArray[np.bool_] = np.any(np.logical_and(no_worse, better), axis=1)
    return ~beaten


def shares(increments: pd.DataFrame) -> Mapping[str, float]:
    """In which share of replicates each strategy is Pareto-efficient: no other one costs no more and brings no less, and is better in one.

    `increments`: rows of `analysis.cost_effectiveness.increments`.
    """
    cost, effect = (
        increments.pivot(index="replicate", columns="strategy", values=column)
        for column in ("cost", "effect")
    )
    both = np.stack([cost.to_numpy(float), -effect.to_numpy(float)], axis=2)
    found = np.mean([undominated(one) for one in both], axis=0)
    return dict(zip(cost.columns, map(float, found), strict=True))
