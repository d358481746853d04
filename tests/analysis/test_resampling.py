"""The bootstrap over all outcomes at once, against scipy's and against closed forms."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.comparison import compare
from analysis.resampling import bca, weights
from sim.outcomes import OUTCOMES


def test_weights_are_shares_and_always_the_same() -> None:
    made = weights(7)
    assert made.sum(1) == pytest.approx(np.ones(len(made)))
    assert (weights(7) == made).all()
    # A replicate's share has mean 1/n and variance (n - 1) / n³.
    assert made.mean() == pytest.approx(1 / 7)
    assert made.var(0).mean() == pytest.approx(6 / 7**3, rel=0.03)


@pytest.mark.parametrize("n", [8, 20, 60])
def test_agrees_with_scipy(n: int) -> None:
    rng = np.random.default_rng(n)
    values = np.column_stack([rng.normal(2, 1, n), rng.lognormal(0, 1, n), -rng.exponential(3, n)])
    low, high = bca(values, resamples=40_000)
    theirs = [
        stats.bootstrap((x,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(1)).confidence_interval
        for x in values.T
    ]  # fmt: skip
    width = [t.high - t.low for t in theirs]
    assert np.abs(low - [t.low for t in theirs]).max() < 0.02 * max(width)
    assert np.abs(high - [t.high for t in theirs]).max() < 0.02 * max(width)


def test_a_normal_sample_has_the_normal_interval() -> None:
    x = stats.norm.ppf((np.arange(400) + 0.5) / 400)  # symmetric: no bias, no acceleration
    low, high = bca(x[:, None], resamples=20_000)
    assert (low[0], high[0]) == pytest.approx((-1.96 * x.std() / 20, 1.96 * x.std() / 20), rel=0.04)


def test_skewness_moves_both_ends_towards_the_tail() -> None:
    x = np.random.default_rng(4).lognormal(0, 1, 40)
    low, high = bca(x[:, None])
    assert high[0] - x.mean() > x.mean() - low[0]


def test_constants_missing_values_and_few_rows() -> None:
    values = np.array([[1.0, 0.3, np.nan, np.nan], [2, 0.3, 2, 1], [4, 0.3, 4, np.nan], [3, 0.3, 3, 2]])
    low, high = bca(values)
    assert (low[1], high[1]) == (0.3, 0.3)
    alone = bca(values[1:, 2:3])
    assert (low[2], high[2]) == (alone[0][0], alone[1][0])
    assert np.isnan([low[3], high[3]]).all()
    assert low[0] < 2.5 < high[0]


def test_the_whole_comparison_is_cheap() -> None:
    rng, names = np.random.default_rng(1), [o.name for o in OUTCOMES]
    runs = pd.DataFrame(rng.normal(1, 0.1, (12 * 20, len(names))), columns=names)
    runs.insert(0, "strategy", np.repeat([f"s{i}" for i in range(12)], 20))
    runs = runs.assign(world="w", future="f", replicate=np.tile(np.arange(20), 12))
    start = time.perf_counter()
    table = compare(runs, "s0")
    assert time.perf_counter() - start < 2
    inside = (table["boot_low"] < table["difference"]) & (table["difference"] < table["boot_high"])
    assert inside.all()
    # Of the same size as Student's, whose quantile and degrees of freedom widen it: 2.093 · √(20/19) / 1.96 = 1.096.
    ratio = (table["ci_high"] - table["ci_low"]) / (table["boot_high"] - table["boot_low"])
    assert ratio.median() == pytest.approx(1.096, rel=0.03)
