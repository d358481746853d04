"""Increments, dominance, frontier, net benefit and acceptability on numbers whose answers are known."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.cost_effectiveness import acceptability, fieller, frontier, increments, plane, willingness
from analysis.figures.acceptability import acceptability as sheet_of
from analysis.figures.sheet import composed, write
from analysis.figures.style import house, marks


def runs(replicates: int = 6, noise: float = 0.0, **options: tuple[float, float]) -> pd.DataFrame:
    """Runs whose strategies cost and avoid given amounts over the baseline, beside what all share in a replicate."""
    rng, parts = np.random.default_rng(3), []
    shared = 30 + rng.normal(0, 5, replicates)
    for name, (cost, avoided) in {"base": (0.0, 0.0), **options}.items():
        own = noise * rng.normal(size=replicates) if name != "base" else 0.0
        parts.append(pd.DataFrame({
            "strategy": name, "replicate": range(replicates), "world": "w", "future": "f",
            "programme_cost": cost + np.zeros(replicates), "unmet_need_days": shared - avoided + own,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


#: A textbook case: b is dominated by c; d lies above the line from c to e.
BOOK = {"a": (10.0, 2.0), "b": (30.0, 3.0), "c": (24.0, 4.0), "d": (60.0, 5.0), "e": (64.0, 8.0)}


def test_increments_are_paired_and_complete() -> None:
    table = runs(a=(10.0, 2.0))
    table.loc[(table["strategy"] == "a") & (table["replicate"] == 1), "unmet_need_days"] = np.nan
    found = increments(table.sample(frac=1, random_state=1), "base")
    assert sorted(found["replicate"].unique()) == [0, 2, 3, 4, 5]
    assert found.query("strategy == 'a'")[["cost", "effect"]].to_numpy() == pytest.approx(
        np.array([[10.0, 2.0]] * 5)
    )
    assert (found.query("strategy == 'base'")[["cost", "effect"]] == 0).all().all()
    assert found["strategy"].iloc[0] == "base"


def test_frontier_of_the_textbook_case() -> None:
    found = frontier(increments(runs(**BOOK), "base")).set_index("strategy")
    assert found["status"].to_dict() == {
        "base": "frontier", "a": "frontier", "c": "frontier", "b": "dominated", "d": "extended", "e": "frontier",
    }  # fmt: skip
    assert found.loc[["a", "c", "e"], "ratio"].tolist() == pytest.approx([10 / 2, 14 / 2, 40 / 4])
    assert (found.loc["b", "by"], found.loc["d", "by"]) == ("c", "c + e")
    assert np.isnan(found.loc[["base", "b", "d"], "ratio"]).all()


def test_extended_dominance_goes_back_as_far_as_it_must() -> None:
    # From 0: p costs 6 a unit, q 5.5, r 4: neither p nor q survives r.
    found = frontier(increments(runs(p=(6.0, 1.0), q=(11.0, 2.0), r=(12.0, 3.0)), "base")).set_index(
        "strategy"
    )
    assert found["status"].to_dict() == {
        "base": "frontier",
        "p": "extended",
        "q": "extended",
        "r": "frontier",
    }
    assert found.loc["r", "ratio"] == pytest.approx(4)
    assert set(found.loc[["p", "q"], "by"]) == {"base + r"}


def test_an_option_that_saves_and_helps_dominates_the_baseline() -> None:
    made = increments(runs(good=(-5.0, 1.0), twin=(0.0, 0.0)), "base")
    found = frontier(made).set_index("strategy")
    assert found.loc[["base", "twin"], "status"].tolist() == ["dominated"] * 2
    assert set(found.loc[["base", "twin"], "by"]) == {"good"}
    verdicts = plane(made).set_index("strategy")["verdict"]
    assert verdicts.to_dict() == {"base": "equal", "good": "dominates", "twin": "equal"}


@pytest.mark.parametrize(
    ("option", "verdict"),
    [((5.0, 1.0), "costs_and_helps"), ((-5.0, -1.0), "saves_and_harms"), ((5.0, -1.0), "dominated"), ((5.0, 0.0), "undecided")],
)  # fmt: skip
def test_verdicts_on_the_plane(option: tuple[float, float], verdict: str) -> None:
    row = plane(increments(runs(40, 0.5, x=option), "base")).set_index("strategy").loc["x"]
    assert row["verdict"] == verdict
    assert np.isnan(row["ratio"]) == (verdict == "undecided")


def test_fieller_holds_what_the_t_test_does_not_refute() -> None:
    rng = np.random.default_rng(6)
    below = rng.normal(2, 1, 25)
    above = 3 * below + rng.normal(0, 2, 25)
    ratio, low, high = fieller(above, below)
    assert low < ratio < high
    for end in (low, high):
        assert stats.ttest_1samp(above - end * below, 0).pvalue == pytest.approx(0.05, abs=1e-9)
    # Large samples: the delta method.
    many = rng.normal(2, 1, 40_000)
    top = 3 * many + rng.normal(0, 2, many.size)
    ratio, low, high = fieller(top, many)
    error = np.std(top - ratio * many) / 2 / np.sqrt(many.size)
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.01)


def test_net_benefit_is_money_for_effect_less_cost() -> None:
    made = increments(runs(30, 0.5, **BOOK), "base")
    found = acceptability(made, [0.0, 6.0]).set_index(["strategy", "willingness"])
    row = found.loc[("c", 6.0)]
    own = made[made["strategy"] == "c"]
    benefit = 6 * own["effect"] - own["cost"]
    ends = stats.ttest_1samp(benefit, 0).confidence_interval()
    assert row["net_benefit"] == pytest.approx(benefit.mean())
    assert (row["net_low"], row["net_high"]) == pytest.approx((ends.low, ends.high))
    assert found.loc[("base", 0.0), "probability"] == 1.0


def test_without_noise_acceptability_is_the_frontier() -> None:
    """Between two prices of the frontier exactly one option is the best: 5, 7 and 10 for a, c and e."""
    made = increments(runs(**BOOK), "base")
    found = acceptability(made, [4.9, 5.1, 6.9, 7.1, 9.9, 10.1])
    best = found[found["best"]].set_index("willingness")
    assert best["strategy"].tolist() == ["base", "a", "a", "c", "c", "e"]
    assert (best[["probability", "share"]] == 1).all().all()


def test_probability_of_the_best_mean_is_that_of_the_normal() -> None:
    """Two options: the probability is Φ(mean / standard error) of the net benefit."""
    made = increments(runs(50, 4.0, x=(10.0, 2.0)), "base")
    net = 6 * made.query("strategy == 'x'")["effect"] - 10.0
    found = acceptability(made, [6.0]).set_index("strategy")
    expected = stats.norm.cdf(net.mean() / (net.std(ddof=1) / np.sqrt(50)))
    assert found.loc["x", "probability"] == pytest.approx(expected, abs=0.03)
    assert found.loc["x", "share"] == (net > 0).mean()
    assert found["probability"].sum() == pytest.approx(1)


def test_equal_options_share() -> None:
    found = acceptability(increments(runs(10, 0.0, twin=(0.0, 0.0)), "base"), [3.0])
    assert found["probability"].tolist() == [0.5, 0.5]
    assert found["share"].tolist() == [0.5, 0.5]


def test_willingness_spans_the_prices() -> None:
    values = willingness(increments(runs(**BOOK), "base"))
    assert (values[0], values[-1], len(values)) == (0.0, 20.0, 101)
    assert willingness(increments(runs(x=(-4.0, 2.0)), "base"))[-1] == 4.0
    assert willingness(increments(runs(x=(0.0, 0.0)), "base"))[-1] == 1.0


def test_curves_are_drawn_with_their_data(tmp_path) -> None:
    made = increments(runs(20, 0.1, **BOOK), "base")
    table = acceptability(made, willingness(made))
    drawn = sheet_of(
        table, marks({name: name for name in ("base", *BOOK)}, "base"),
        {"probability": "probability", "share": "share", "axis": "CNY", "alt": "x"},
    )  # fmt: skip
    shown = [mark.label for mark in drawn.legend]
    assert "base" in shown and "e" in shown and "d" not in shown
    with house(), warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = composed(drawn).axes
    assert len(axes) == 2
    lines = {tuple(line.get_ydata()) for line in axes[0].lines}
    assert tuple(table[table["strategy"] == "e"]["probability"]) in lines
    write(drawn, tmp_path)
    assert {p.suffix for p in tmp_path.iterdir()} == {".svg", ".png", ".csv"}
