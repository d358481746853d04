"""Which strategies are worth their cost: those that no other one beats on an outcome at no more cost (Pareto)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.robustness import badness

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.outcomes import Outcome

COST: Final = "programme_cost"
COLUMNS: Final = ("outcome", "strategy", "mean", "cost", "front", "share", "replicates")


def undominated(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which rows of `[n, goals]`, less is better, no other row equals or beats on every goal and beats on one."""
    no_worse = np.all(values[None, :, :] <= values[:, None, :], axis=2)
    better = np.any(values[None, :, :] < values[:, None, :], axis=2)
    beaten: npt.NDArray[np.bool_] = np.any(np.logical_and(no_worse, better), axis=1)
    return ~beaten


def frontier(runs: pd.DataFrame, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row an outcome and strategy of runs of one world and future, columns `COLUMNS`.

    `mean` and `cost` are means over the replicates that all strategies have lived, `front` says whether those means are on the front,
    `share` in which part of the replicates the strategy is.
    """
    rows = []
    cost = _table(runs, COST)
    for outcome in outcomes:
        table = badness(_table(runs, outcome.name), outcome.better)
        shared = table.index.intersection(cost.index)
        both = np.stack([table.loc[shared].to_numpy(float), cost.loc[shared].to_numpy(float)], axis=2)
        if not len(both):
            continue
        front = undominated(both.mean(axis=0))
        share = np.mean([undominated(one) for one in both], axis=0)
        levels = _table(runs, outcome.name).loc[shared].mean()
        rows += [
            (
                outcome.name,
                strategy,
                levels[strategy],
                both[:, i, 1].mean(),
                bool(front[i]),
                share[i],
                len(both),
            )
            for i, strategy in enumerate(table.columns)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _table(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    order = list(dict.fromkeys(runs["strategy"].astype(str)))
    return runs.pivot(index="replicate", columns="strategy", values=outcome)[order].dropna()
