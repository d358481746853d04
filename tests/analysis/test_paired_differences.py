"""Paired differences against closed forms and scipy, and what may be said from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.comparison import COLUMNS, Paired, compare, holm, paired, verdict
from sim.errors import ConfigError, StoreError
from sim.outcomes import Outcome

NEED = Outcome("need", "days", "need", "low", "need", "需求", True)
RATE = Outcome("rate", "share", "indicator", "", "rate", "率")
GAP = Outcome("gap", "share", "indicator", "zero", "gap", "差")


def runs(**strategies: dict[str, list[float]]) -> pd.DataFrame:
    """Runs of several strategies, one list of replicates an outcome."""
    parts = [
        pd.DataFrame({"strategy": name, "world": "w", "future": "f", **values}).assign(
            replicate=lambda t: range(len(t))
        )
        for name, values in strategies.items()
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("n", [2, 3, 10, 40])
def test_agrees_with_the_paired_t_test(n: int) -> None:
    rng = np.random.default_rng(n)
    b = rng.normal(50, 5, n)
    a = b + rng.normal(1, 0.5, n)
    found = paired(a, b)
    theirs = stats.ttest_rel(a, b)
    interval = theirs.confidence_interval(0.95)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.variance_ratio == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1))


def test_by_hand() -> None:
    # d = 1, 2, 3: mean 2, s = 1, half width t(0.975, 2)/sqrt(3) = 4.302653/1.732051
    found = paired(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]))
    assert found.difference == 2
    assert found.ci_high - 2 == pytest.approx(4.302652730 / np.sqrt(3))
    assert found.variance_ratio == pytest.approx(4 + 1)


def test_placebo_is_exactly_zero() -> None:
    values = np.array([0.1, 0.7, 0.3])
    found = paired(values, values.copy())
    assert (found.difference, found.ci_low, found.ci_high) == (0, 0, 0)
    assert np.isnan(found.p_value)
    assert np.isinf(found.variance_ratio)
    assert verdict(found, "low") == "equal"


def test_one_replicate_has_no_interval() -> None:
    found = paired(np.array([3.0]), np.array([1.0]))
    assert found.difference == 2
    assert np.isnan([found.ci_low, found.ci_high, found.p_value]).all()
    assert verdict(found, "low") == "single"


def test_pairs_with_a_missing_value_are_left_out() -> None:
    found = paired(np.array([1.0, np.nan, 3.0]), np.array([0.0, 5.0, 1.0]))
    assert found.replicates == 2
    assert found.difference == 1.5
    assert verdict(paired(np.array([np.nan]), np.array([1.0])), "low") == "none"


def test_a_constant_difference_has_no_width() -> None:
    found = paired(np.array([1.5, 2.5, 9.5]), np.array([1.0, 2.0, 9.0]))
    assert (found.ci_low, found.ci_high, found.p_value) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize(
    ("low", "high", "better", "expected"),
    [
        (-3, -1, "low", "better"), (-3, -1, "high", "worse"), (1, 3, "low", "worse"), (1, 3, "high", "better"),
        (1, 3, "", "higher"), (-3, -1, "", "lower"), (-1, 3, "low", "undecided"), (0, 2, "high", "undecided"),
    ],
)  # fmt: skip
def test_verdict_claims_no_more_than_the_interval(
    low: float, high: float, better: str, expected: str
) -> None:
    found = Paired(0.0, 0.0, (low + high) / 2, low, high, 5, 1.0, 1.0, 0.5)
    assert verdict(found, better) == expected


def test_best_at_zero_is_judged_by_distance() -> None:
    # From -0.4 to +0.1: the gap rises, its distance from zero falls.
    table = compare(runs(a={"gap": [-0.4, -0.41, -0.39]}, b={"gap": [0.1, 0.09, 0.12]}), "a", [GAP])
    row = table.iloc[0]
    assert row["difference"] > 0
    assert row["verdict"] == "better"


def test_holm_against_the_published_steps() -> None:
    adjusted = holm(np.array([0.01, 0.04, 0.03, 0.005, np.nan]))
    assert adjusted[:4] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert np.isnan(adjusted[4])
    assert holm(np.array([0.9, 0.8])).max() == 1.0


def test_table_has_one_row_a_strategy_and_outcome() -> None:
    table = compare(
        runs(base={"need": [5.0, 6, 7], "rate": [0.1, 0.2, 0.3]}, x={"need": [4.0, 5.1, 6], "rate": [0.1, 0.2, 0.3]},
             y={"need": [5.0, 6, 7], "rate": [0.2, 0.3, 0.41]}),
        "base", [NEED, RATE],
    )  # fmt: skip
    assert tuple(table.columns) == COLUMNS
    assert list(table["strategy"]) == ["x", "x", "y", "y"]
    assert list(table["outcome"]) == ["need", "rate", "need", "rate"]
    assert list(table["verdict"]) == ["better", "equal", "equal", "higher"]
    # A family of one: an identical option is no test.
    need = table[table["outcome"] == "need"].iloc[0]
    assert need["p_holm"] == need["p_value"]


def test_replicates_are_paired_by_number_not_by_position() -> None:
    shuffled = runs(base={"need": [1.0, 2, 3]}, x={"need": [2.0, 3, 4]}).sample(frac=1, random_state=3)
    assert compare(shuffled, "base", [NEED])["sd_difference"].iloc[0] == 0


def test_unfinished_strategies_use_the_pairs_that_are_there() -> None:
    table = compare(runs(base={"need": [1.0, 2, 3, 4]}, x={"need": [2.0, 3.5]}), "base", [NEED])
    assert table["replicates"].iloc[0] == 2
    assert table["baseline_mean"].iloc[0] == 1.5


def test_worlds_and_futures_are_never_mixed() -> None:
    one = runs(base={"need": [1.0, 2]}, x={"need": [2.0, 3]})
    both = pd.concat([one, one.assign(future="dry", need=one["need"] * 2)], ignore_index=True)
    table = compare(both, "base", [NEED])
    assert dict(zip(table["future"], table["difference"], strict=True)) == {"f": 1.0, "dry": 2.0}


def test_unknown_baseline_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'siloed'"):
        compare(runs(siloed={"need": [1.0]}), "silod", [NEED])


def test_two_runs_for_one_place_are_refused() -> None:
    with pytest.raises(StoreError, match="more than one run for strategy=a"):
        compare(pd.concat([runs(a={"need": [1.0]})] * 2), "a", [NEED])


def test_common_random_numbers_show_in_the_variance_ratio() -> None:
    rng = np.random.default_rng(2)
    shared = rng.normal(0, 10, 200)
    close = paired(shared + rng.normal(0, 1, 200), shared + rng.normal(0, 1, 200))
    independent = paired(rng.normal(0, 10, 200), rng.normal(0, 10, 200))
    assert close.variance_ratio > 50
    assert independent.variance_ratio == pytest.approx(1, abs=0.3)
