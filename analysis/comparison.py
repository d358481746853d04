"""Paired differences under common random numbers.

Replicate `r` of every strategy lives in the same world with the same draws, so the difference of an outcome `y` between a
strategy and the baseline is taken within replicates:

    d_r = y_r(strategy) - y_r(baseline),   mean d,   interval d ± t(1 - α/2, n - 1) · s_d / √n   (Student 1908)

`variance_ratio = (s²_strategy + s²_baseline) / s²_d` says how many times more replicates independent seeds would have needed.
A verdict claims no more than the interval: a difference whose interval contains zero is undecided.
`boot_low` and `boot_high` are the ends of a bootstrap interval beside it (`analysis.resampling.bca`), which follows skewness; where the
two differ much, few extreme replicates make the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from analysis.resampling import bca
from sim.errors import ConfigError, StoreError
from sim.sentences import near

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.outcomes import Outcome

    Array = npt.NDArray[np.float64]

LEVEL = 0.95
KEYS = ("strategy", "world", "future", "replicate")
COLUMNS = (
    "strategy", "outcome", "unit", "baseline_mean", "mean", "difference", "ci_low", "ci_high", "replicates",
    "variance_ratio", "sd_difference", "p_value", "p_holm", "verdict", "scored_on", "better", "baseline", "world", "future",
    "boot_low", "boot_high",
)  # fmt: skip


class Paired(NamedTuple):
    """The paired comparison of one outcome: means and differences in its unit, `replicates` complete pairs."""

    baseline_mean: float
    mean: float
    difference: float
    ci_low: float
    ci_high: float
    replicates: int
    variance_ratio: float
    sd_difference: float
    p_value: float


NO_PAIR = Paired(np.nan, np.nan, np.nan, np.nan, np.nan, 0, np.nan, np.nan, np.nan)


def paired(strategy: Array, baseline: Array, level: float = LEVEL) -> Paired:
    """Compare two arrays of replicates, `[replicate]` each, pair by pair; pairs with a missing value are left out.

    One pair has no interval (NaN). Differences that are all exactly equal have the interval `[d, d]`; when they are all
    zero there is nothing to test and `p_value` is NaN.
    """
    complete = np.isfinite(strategy) & np.isfinite(baseline)
    a, b = np.asarray(strategy, float)[complete], np.asarray(baseline, float)[complete]
    n = a.size
    if n == 0:
        return NO_PAIR
    differences = a - b
    mean = float(differences.mean())
    if n == 1:
        return NO_PAIR._replace(baseline_mean=float(b[0]), mean=float(a[0]), difference=mean, replicates=1)
    constant = bool((differences == differences[0]).all())
    mean = float(differences[0]) if constant else mean
    sd = 0.0 if constant else float(differences.std(ddof=1))
    error = sd / np.sqrt(n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    unpaired = float(a.var(ddof=1) + b.var(ddof=1))
    return Paired(
        float(b.mean()),
        float(a.mean()),
        mean,
        mean - half,
        mean + half,
        n,
        _ratio(unpaired, sd**2),
        sd,
        _p(mean, error, n),
    )


def _ratio(unpaired: float, of_differences: float) -> float:
    """Variance ratio; infinite for a constant difference, undefined when nothing varies at all."""
    if of_differences > 0:
        return unpaired / of_differences
    return np.inf if unpaired > 0 else np.nan


def _p(mean: float, error: float, n: int) -> float:
    """Two-sided p of the paired t test."""
    if error > 0:
        return 2 * float(stdtr(n - 1, -abs(mean) / error))
    return 0.0 if mean else np.nan


def verdict(result: Paired, better: str, distances: Paired | None = None) -> str:
    """What may be said: `better` or `worse` where the outcome has a direction, `higher` or `lower` where it has none,
    `undecided` when the interval contains zero, `equal` when no pair differs, `single` for one pair, `none` for no pair.

    For an outcome that is best at zero, `distances` is the comparison of distances from zero.
    """
    if result.replicates == 0:
        return "none"
    if result.difference == 0 and (result.replicates == 1 or result.sd_difference == 0):
        return "equal"
    if result.replicates == 1:
        return "single"
    judged = distances if better == "zero" and distances is not None else result
    if not (judged.ci_low > 0 or judged.ci_high < 0):
        return "undecided"
    rises = judged.difference > 0
    if better == "":
        return "higher" if rises else "lower"
    return "better" if rises == (better == "high") else "worse"


def holm(p_values: Array) -> Array:
    """Adjusted p values of a family of tests (Holm 1979); missing ones are not part of the family and stay missing."""
    p = np.asarray(p_values, float)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def compare(
    runs: pd.DataFrame, baseline: str, outcomes: Sequence[Outcome] | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Every strategy of `runs` against `baseline`, one row per strategy × outcome, columns `COLUMNS`.

    Worlds and futures are compared each within itself. Strategies keep the order in which they appear in `runs`. `p_holm`
    corrects for comparing several strategies with one baseline: its family are the strategies of one outcome.

    Raises
    ------
    ConfigError
        The baseline is not among the strategies.
    StoreError
        Two runs stand for the same strategy and replicate.
    """
    known = _known(runs, outcomes)
    _judge(runs, baseline)
    rows: list[dict[str, Any]] = []
    for (world, future), group in runs.groupby(["world", "future"], sort=False):
        where = {"baseline": baseline, "world": world, "future": future}
        rows += [row | where for row in _block(group, baseline, known, level)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    families = table.groupby(["world", "future", "outcome"], sort=False)["p_value"]
    return table.assign(p_holm=families.transform(lambda p: holm(p.to_numpy(float))))


def _known(runs: pd.DataFrame, outcomes: Sequence[Outcome] | None) -> list[Outcome]:
    from sim.outcomes import OUTCOMES

    return [
        outcome for outcome in (OUTCOMES if outcomes is None else outcomes) if outcome.name in runs.columns
    ]


def _judge(runs: pd.DataFrame, baseline: str) -> None:
    names = list(dict.fromkeys(runs["strategy"].astype(str)))
    if baseline not in names:
        raise ConfigError(
            f"baseline={baseline}: not among the finished strategies {', '.join(names)}{near(baseline, names).en}",
            f"baseline={baseline}：不在已完成的策略之中：{', '.join(names)}{near(baseline, names).zh}",
        )
    twice = runs.duplicated(list(KEYS))
    if twice.any():
        first = runs.loc[twice, list(KEYS)].iloc[0]
        where = ", ".join(f"{key}={value}" for key, value in first.items())
        raise StoreError(
            f"runs.parquet: more than one run for {where}; a comparison needs exactly one",
            f"runs.parquet：{where} 有多于一次运行；比较恰需一次",
        )


def _block(
    runs: pd.DataFrame, baseline: str, outcomes: list[Outcome], level: float
) -> Iterable[dict[str, Any]]:
    """The rows of one world and future."""
    names = [outcome.name for outcome in outcomes]
    wide = {str(s): g.set_index("replicate")[names] for s, g in runs.groupby("strategy", sort=False)}
    base = wide.pop(baseline, None)
    if base is None:
        return
    for strategy, table in wide.items():
        shared = base.index.intersection(table.index)
        ours, theirs = table.loc[shared].to_numpy(float), base.loc[shared].to_numpy(float)
        boot_low, boot_high = bca(ours - theirs, level)
        for i, outcome in enumerate(outcomes):
            result = paired(ours[:, i], theirs[:, i], level)
            distances = (
                paired(abs(ours[:, i]), abs(theirs[:, i]), level) if outcome.better == "zero" else None
            )
            yield {
                "strategy": strategy, "outcome": outcome.name, "unit": outcome.unit, **result._asdict(),
                "verdict": verdict(result, outcome.better, distances),
                "scored_on": outcome.scored_on, "better": outcome.better,
                "boot_low": boot_low[i], "boot_high": boot_high[i],
            }  # fmt: skip
