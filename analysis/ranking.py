"""Who comes first, how surely, and where: ranks of strategies over replicates, draws of parameters and futures.

A replicate is one world with one draw of everything that is uncertain, and all strategies live in it. Within it strategies are ranked on an
outcome, and the share of replicates in which a strategy holds a rank is its rank probability. An outcome without a better
direction ranks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.outcomes import Outcome

    Array = npt.NDArray[np.float64]

RANKS: Final = (
    "world", "future", "outcome", "strategy", "first", "last", "mean_rank", "low_rank", "high_rank", "replicates", "strategies",
)  # fmt: skip
WINNERS: Final = ("world", "future", "outcome", "scored_on", "winner", "first", "mean", "unit", "replicates")
#: Share of replicates in which a strategy's rank lies between `low_rank` and `high_rank`.
LEVEL: Final = 0.9


def ranks(values: Array, better: str) -> Array:
    """Rank of each strategy within each replicate, 1 best, `[replicate, strategy]`; equals share the mean of their ranks."""
    if better not in ("low", "high", "zero"):
        raise ValueError(f"better={better!r}: an outcome without a direction ranks nobody")
    keys = values if better == "low" else -values if better == "high" else np.abs(values)
    return pd.DataFrame(keys).rank(axis=1, method="average").to_numpy(float)


def first_probability(values: Array, better: str) -> Array:
    """Share of replicates in which each strategy is best, `[strategy]`; strategies that are best together share it."""
    if better not in ("low", "high", "zero"):
        raise ValueError(f"better={better!r}: an outcome without a direction ranks nobody")
    keys = values if better == "low" else -values if better == "high" else np.abs(values)
    best = keys == keys.min(axis=1, keepdims=True)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0), float)


def ranking(runs: pd.DataFrame, outcomes: Sequence[Outcome] | None = None) -> pd.DataFrame:
    """Ranks of all strategies, one row a world, future, outcome and strategy, columns `RANKS`.

    `first` and `last` are the shares of replicates in which the strategy is best and worst; `low_rank` to `high_rank` hold the middle 90 %.
    Only replicates that all strategies have lived count; an outcome on which no two strategies ever differ is left out.
    """
    rows = []
    for where, outcome, table in _tables(runs, outcomes):
        values = table.to_numpy(float)
        found = ranks(values, outcome.better)
        worst = first_probability(
            -np.abs(values) if outcome.better == "zero" else values,
            "high" if outcome.better == "low" else "low",
        )
        best = first_probability(values, outcome.better)
        low, high = (np.quantile(found, q, axis=0) for q in (0.5 - LEVEL / 2, 0.5 + LEVEL / 2))
        rows += [
            {**where, "outcome": outcome.name, "strategy": strategy, "first": best[i], "last": worst[i],
             "mean_rank": found[:, i].mean(), "low_rank": low[i], "high_rank": high[i], "replicates": len(values), "strategies": values.shape[1]}
            for i, strategy in enumerate(table.columns)
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(RANKS))


def winners(runs: pd.DataFrame, outcomes: Sequence[Outcome] | None = None) -> pd.DataFrame:
    """Who is best on the mean of each outcome in each future, with the share of replicates in which it is; columns `WINNERS`.

    Strategies with equal best means are named together.
    """
    rows = []
    for where, outcome, table in _tables(runs, outcomes):
        means = table.mean()
        keys = {"low": means, "high": -means, "zero": means.abs()}[outcome.better]
        best = list(keys.index[keys == keys.min()])
        shares = dict(
            zip(table.columns, first_probability(table.to_numpy(float), outcome.better), strict=True)
        )
        rows.append({
            **where, "outcome": outcome.name, "scored_on": outcome.scored_on, "winner": ", ".join(best),
            "first": sum(shares[name] for name in best), "mean": means[best[0]], "unit": outcome.unit, "replicates": len(table),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(WINNERS))


def _tables(runs: pd.DataFrame, outcomes: Sequence[Outcome] | None):  # type: ignore[no-untyped-def]
    """Each world and future, each outcome with a direction, and its values: replicates down, strategies across."""
    from sim.outcomes import OUTCOMES

    known = [o for o in (OUTCOMES if outcomes is None else outcomes) if o.name in runs.columns and o.better]
    for (world, future), group in runs.groupby(["world", "future"], sort=False):
        order = list(dict.fromkeys(group["strategy"].astype(str)))
        for outcome in known:
            table = group.pivot(index="replicate", columns="strategy", values=outcome.name)[order].dropna()
            if len(table) and table.shape[1] > 1 and (table.nunique(axis=1) > 1).any():
                yield {"world": world, "future": future}, outcome, table
