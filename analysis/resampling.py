"""Bootstrap over replicates, all columns at once: how often each replicate is drawn is one matrix, and every resampled mean a product.

Draws are keyed by the number of replicates and of resamples alone, so that equal tables give equal bytes and outcomes share their
resamples.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

#: Resamples of an interval.
RESAMPLES: Final = 4_000
#: Fewest replicates that a resample can say something about.
FEWEST: Final = 3
LEVEL: Final = 0.95


def weights(n: int, resamples: int = RESAMPLES) -> Array:
    """The share of each of `n` replicates in each resample, `[resamples, n]`; rows sum to 1."""
    rng = np.random.default_rng([n, resamples, zlib.crc32(b"resamples of replicates")])
    return rng.multinomial(n, np.full(n, 1.0 / n), size=resamples) / n


def bca(values: Array, level: float = LEVEL, resamples: int = RESAMPLES) -> tuple[Array, Array]:
    """Bias-corrected and accelerated bootstrap interval of the mean of each column (Efron 1987), low and high, `[columns]` each.

    `values` is `[n, columns]`; rows in which a column is missing do not count for that column. With `z₀` the normal quantile of the
    share of resampled means below the mean, `a = Σ(x - x̄)³ / 6 (Σ(x - x̄)²)^1.5` the acceleration (jackknife of a mean, closed form)
    and `z` the normal quantile of a tail, the ends are the quantiles `Φ(z₀ + (z₀ + z) / (1 - a (z₀ + z)))` of the resampled means.
    Missing below `FEWEST` rows; a column that does not vary has the interval of its value. With few rows these intervals are
    narrower than they should be (by 9 % at 20, 18 % at 10): they show skewness, Student's interval holds the level.
    """
    values = np.asarray(values, float)
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    patterns, which = np.unique(np.isfinite(values), axis=1, return_inverse=True)
    for k in range(patterns.shape[1]):
        own = np.flatnonzero(which.ravel() == k)
        if patterns[:, k].sum() >= FEWEST:
            low[own], high[own] = _bca(values[np.ix_(patterns[:, k], own)], level, resamples)
    return low, high


def _bca(values: Array, level: float, resamples: int) -> tuple[Array, Array]:
    mean = values.mean(0)
    away = values - mean
    square = (away**2).sum(0)
    # What rounding leaves of a constant column is no variation.
    varies = np.ptp(values, axis=0) > 0
    drawn = np.sort(weights(len(values), resamples) @ away, axis=0)
    below, up_to = (drawn < 0).mean(0), (drawn <= 0).mean(0)
    acceleration = (away**3).sum(0) / (6.0 * np.where(varies, square, 1.0) ** 1.5)
    bias = ndtri(np.clip((below + up_to) / 2, 0.5 / resamples, 1 - 0.5 / resamples))
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + ndtri(tail)
        place = ndtr(bias + z / (1 - acceleration * z))
        ends.append(np.where(varies, mean + _quantile(drawn, place), values[0]))
    return ends[0], ends[1]


def _quantile(ordered: Array, place: Array) -> Array:
    """Quantile `place[j]` of each ascending column `j`, linear between order statistics."""
    at = np.clip(place, 0.0, 1.0) * (len(ordered) - 1)
    lower = np.floor(at).astype(np.int64)
    upper = np.minimum(lower + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    return ordered[lower, columns] + (at - lower) * (ordered[upper, columns] - ordered[lower, columns])
