"""How strategies hold over many worlds: failing, satisficing and regret (Lempert, Groves, Popper & Bankes 2006; Savage 1951).

A world is a future and a replicate with its draw of what is not known; all strategies live in it. Worlds of one replicate in several
futures share that draw and are no independent evidence, so every interval counts replicates: shares by Wilson (1927) with the design
effect of the replicates, means by Student over replicates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.comparison import paired
from analysis.ranking import first_probability

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

LEVEL: Final = 0.95
ALL: Final = "all"
TAIL: Final = 0.9
REGRET: Final = (
    "future", "strategy", "mean", "mean_low", "mean_high", "p90", "max", "worst_future", "worst_replicate", "first", "worlds",
)  # fmt: skip
SATISFICING: Final = ("future", "strategy", "holds", "holds_low", "holds_high", "worlds")


class Share(NamedTuple):
    """A share with its 95 % interval; NaN of nothing."""

    share: float
    low: float
    high: float


def share(hits: npt.NDArray[np.bool_], groups: npt.NDArray[np.int64]) -> Share:
    """The share of `hits`, `[n]`, whose members of one group, `[n]`, may be alike.

    The number of cases counts as `n` over the design effect, the variance of the share between groups over that of independent cases.
    """
    n = len(hits)
    if n == 0:
        return Share(np.nan, np.nan, np.nan)
    p = float(hits.mean())
    sums = np.bincount(np.unique(groups, return_inverse=True)[1], hits - p)
    independent = n * p * (1.0 - p)
    effect = float((sums**2).sum()) / independent if independent > 0.0 else n / len(sums)
    count = n / max(1.0, effect)
    z = float(ndtri(0.5 + LEVEL / 2))
    middle, half = p + z**2 / (2 * count), z * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
    low, high = (middle - half) / (1 + z**2 / count), (middle + half) / (1 + z**2 / count)
    return Share(p, float(max(0.0, min(low, p))), float(min(1.0, max(high, p))))


def wide(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The outcome in each world, index `(future, replicate)`, a column a strategy; only worlds that all strategies have lived."""
    order = list(dict.fromkeys(runs["strategy"].astype(str)))
    table = runs.pivot(index=["future", "replicate"], columns="strategy", values=outcome)
    return table[order].dropna()


def badness(table: pd.DataFrame, better: str) -> pd.DataFrame:
    """The outcome turned so that less is better: as it is, its negative, or its distance from zero."""
    return {"low": table, "high": -table, "zero": table.abs()}[better]


def failing(table: pd.DataFrame, better: str, threshold: float | None, baseline: str) -> pd.DataFrame:
    """Where each strategy fails: beyond `threshold` on the worse side, or worse than the baseline in the same world."""
    bad = badness(table, better)
    if threshold is None:
        return bad.gt(bad[baseline], axis=0)
    return bad > {"low": threshold, "high": -threshold, "zero": abs(threshold)}[better]


def _futures(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """All worlds together, then those of each future where there are several."""
    own = [(str(future), rows) for future, rows in table.groupby(level="future", sort=False)]
    return [(ALL, table), *(own if len(own) > 1 else [])]


def satisficing(fails: pd.DataFrame) -> pd.DataFrame:
    """The share of worlds in which each strategy does not fail, columns `SATISFICING`."""
    rows = []
    for future, here in _futures(fails):
        groups = here.index.get_level_values("replicate").to_numpy()
        for strategy in here.columns:
            found = share(~here[strategy].to_numpy(bool), groups)
            rows.append((future, strategy, *found, len(here)))
    return pd.DataFrame(rows, columns=list(SATISFICING))


def regret(table: pd.DataFrame, better: str) -> pd.DataFrame:
    """What each strategy loses to the best one of the same world, columns `REGRET`.

    `first` is the share of worlds in which it is the best; `worst_future` and `worst_replicate` name the world of its largest regret.
    """
    rows = []
    for future, here in _futures(table):
        bad = badness(here, better)
        lost = bad.sub(bad.min(axis=1), axis=0)
        best = first_probability(here.to_numpy(float), better)
        for i, strategy in enumerate(lost.columns):
            own = lost[strategy]
            by_replicate = own.groupby(level="replicate").mean().to_numpy(float)
            mean = paired(by_replicate, np.zeros_like(by_replicate))
            worst: tuple[str, int] = own.idxmax()  # type: ignore[assignment]
            rows.append((
                future, strategy, mean.difference, mean.ci_low, mean.ci_high, float(own.quantile(TAIL)), float(own.max()), *worst, best[i],
                len(own),
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(REGRET))
