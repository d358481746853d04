"""Screening and Sobol' indices on functions whose effects and indices are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from SALib.test_functions import Ishigami, Sobol_G

from analysis import sensitivity
from analysis.sensitivity import INDICES, SCREENING, Array

A, B = 7.0, 0.1
G_A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(places: Array) -> Array:
    return np.asarray(Ishigami.evaluate(math.pi * (2.0 * places - 1.0), A, B))[:, None]


def sobol_g(places: Array) -> Array:
    return np.asarray(Sobol_G.evaluate(places, G_A))[:, None]


def ishigami_truth() -> tuple[Array, Array]:
    """First and total indices (Ishigami & Homma 1990)."""
    v1, v2 = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8
    v13 = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    return np.array([v1, v2, 0.0]) / whole, np.array([v1 + v13, v2, v13]) / whole


def sobol_g_truth() -> tuple[Array, Array]:
    """First and total indices of the product (Saltelli & Sobol' 1995)."""
    parts = 1.0 / (3.0 * (1.0 + G_A) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    return parts / whole, parts * np.prod(1.0 + parts) / (1.0 + parts) / whole


CASES = ((ishigami, ishigami_truth(), 3), (sobol_g, sobol_g_truth(), 8))


@pytest.mark.parametrize(("function", "truth", "d"), CASES, ids=["ishigami", "sobol_g"])
def test_analytic_indices_lie_inside_their_intervals(function, truth, d: int) -> None:
    """Over ten seeds at least as often as the level says; where one misses, it is by less than a hundredth of the variance."""
    inside = []
    for seed in range(10):
        names = [f"x{i}" for i in range(d)]
        table = sensitivity.index(function, names, ["y"], 1024, seed).table.set_index("parameter").loc[names]
        for kind, expected in zip(("S1", "ST"), truth, strict=True):
            low, high = table[f"{kind}_low"].to_numpy(), table[f"{kind}_high"].to_numpy()
            width = high - low
            assert (expected >= low - 0.01).all() and (expected <= high + 0.01).all()
            inside.append((low <= expected) & (expected <= high))
            assert (width < 0.25).all()
    assert np.mean(inside) >= 0.95


def test_intervals_shrink_with_the_root_of_the_base_points() -> None:
    names = ["x0", "x1", "x2"]
    settling = sensitivity.index(ishigami, names, ["y"], 4096, 3).settling
    assert list(settling.columns) == list(INDICES)
    assert sorted(set(settling["N"])) == [16 * 2**k for k in range(9)]
    width = (settling["ST_high"] - settling["ST_low"]).groupby(settling["N"]).mean()
    assert width[4096] / width[256] == pytest.approx(math.sqrt(256 / 4096), rel=0.3)


def test_nested_subsets_are_the_first_points_of_the_whole() -> None:
    small, large = (sensitivity.index(ishigami, ["a", "b", "c"], ["y"], n, 5).settling for n in (64, 256))
    shared = large[large["N"] <= 64].reset_index(drop=True)
    pd.testing.assert_frame_equal(small, shared)


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    first, again, other = (
        sensitivity.index(ishigami, ["a", "b", "c"], ["y"], 64, seed).table.to_csv() for seed in (1, 1, 2)
    )
    assert first == again != other
    one, two = (sensitivity.screen(ishigami, ["a", "b", "c"], ["y"], 6, 1).to_csv() for _ in range(2))
    assert one == two
    # Nothing of it touches the generators of others.
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    sensitivity.screen(ishigami, ["a", "b", "c"], ["y"], 6, 1)
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def noisy(places: Array) -> Array:
    """A line, and chance as its last input: 3 x + 4 z with equal spreads, so that 16/25 of the variance is chance."""
    return (3.0 * places[:, 0] + 4.0 * places[:, 2])[:, None]


def test_chance_is_an_input_like_any_other() -> None:
    table = sensitivity.index(noisy, ["x", "idle", "replicate"], ["y"], 512, 1).table.set_index("parameter")
    assert table.index[0] == "replicate"
    assert table.loc["replicate", "ST_low"] < 16 / 25 < table.loc["replicate", "ST_high"]
    assert table.loc["idle", ["S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"]].eq(0.0).all()


def test_failed_runs_cost_their_base_point_alone() -> None:
    def holed(places: Array) -> Array:
        values = noisy(places)
        values[7] = values[501] = np.nan
        return np.hstack([values, noisy(places)])

    table = sensitivity.index(holed, ["x", "idle", "replicate"], ["holed", "whole"], 256, 1).table
    assert table.groupby("outcome")["N"].first().to_dict() == {"holed": 254, "whole": 256}
    ours = table[table["outcome"] == "holed"].set_index("parameter")
    assert ours.loc["x", "ST_low"] < 9 / 25 < ours.loc["x", "ST_high"]


def test_an_outcome_that_does_not_vary_has_no_indices() -> None:
    table = sensitivity.index(lambda p: np.ones((len(p), 1)), ["x", "z"], ["y"], 16, 1).table
    assert table[["S1", "ST", "ST_low"]].isna().all(axis=None)
    assert sensitivity.told_apart(table, "ST") is None


def test_a_screening_finds_slopes_order_and_idle_inputs() -> None:
    def function(places: Array) -> Array:
        return np.stack([2.0 * places[:, 0] - 5.0 * places[:, 1], places[:, 2] * places[:, 0]], axis=1)

    table = sensitivity.screen(function, ["a", "b", "c", "idle"], ["line", "twist"], 12, 3)
    assert list(table.columns) == list(SCREENING)
    line, twist = (table[table["outcome"] == name].set_index("parameter") for name in ("line", "twist"))
    assert list(line.index[:2]) == ["b", "a"]
    assert line.loc["b", ["mu", "mu_low", "mu_high"]].tolist() == pytest.approx([-5.0] * 3)
    assert line.loc["b", "sigma"] == pytest.approx(0.0, abs=1e-6)
    assert twist.loc["c", "sigma"] > 0.1 and twist.loc["c", "mu_star_low"] < twist.loc["c", "mu_star_high"]
    assert (table.loc[table["parameter"] == "idle", "mu_star"] == 0.0).all()
    assert sensitivity.strongest(table, 2) == ["b", twist.index[0]]
    assert "idle" not in sensitivity.strongest(table, 99)


def test_few_trajectories_have_wide_intervals() -> None:
    """Two say hardly more than that it lies between them and beyond; the expansion is that of Student."""
    assert sensitivity.percentiles(2)[0] < 0.01
    assert sensitivity.percentiles(4)[0] < sensitivity.percentiles(10)[0] < sensitivity.percentiles(10_000)[0]
    assert sensitivity.percentiles(10_000)[0] == pytest.approx(2.5, rel=0.01)


def rows(*values: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame([
        {"parameter": name, "ST": value, "ST_low": value - half, "ST_high": value + half} for name, value, half in values
    ])  # fmt: skip


def test_how_many_runs_would_tell_two_apart() -> None:
    assert sensitivity.told_apart(rows(("a", 0.6, 0.1), ("b", 0.3, 0.1)), "ST") is None
    pair = sensitivity.told_apart(rows(("a", 0.9, 0.1), ("b", 0.3, 0.1), ("c", 0.2, 0.1)), "ST")
    # Half widths of 0.1 each against a gap of 0.1: they must be halved, which takes four times as many.
    assert pair is not None and (pair.stronger, pair.weaker) == ("b", "c")
    assert pair.times == pytest.approx(4.0)
    equal = sensitivity.told_apart(rows(("a", 0.3, 0.1), ("b", 0.3, 0.1)), "ST")
    assert equal is not None and math.isinf(equal.times)


def test_the_rule_holds_where_it_is_applied() -> None:
    """Two inputs that overlap at first are apart once there are twice as many base points as the rule asks for."""

    def function(places: Array) -> Array:
        return (places @ np.array([1.0, 0.9, 0.1]))[:, None] + 0.8 * places[:, :1] * places[:, 2:]

    names = ["a", "b", "c"]
    small = sensitivity.index(function, names, ["y"], 16, 1).table
    pair = sensitivity.told_apart(small, "ST")
    assert pair is not None
    enough = 2 ** math.ceil(math.log2(16 * pair.times) + 1)
    assert sensitivity.told_apart(sensitivity.index(function, names, ["y"], enough, 1).table, "ST") is None


def test_the_border_of_a_screening_is_between_chosen_and_left() -> None:
    table = pd.DataFrame({"parameter": ["a", "b", "c", "d"]})
    assert list(sensitivity.border(table, ["a", "b", "d"])["parameter"]) == ["b", "c"]
    assert list(sensitivity.border(table, ["a", "b", "c", "d"])["parameter"]) == ["d"]
    assert list(sensitivity.border(table, [])["parameter"]) == ["a"]
