"""Planted regions are found, noise is called noise, and regret is what a hand counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import robustness

pytest.importorskip("ema_workbench")
from analysis import discovery


def worlds(n: int, d: int, seed: int, futures: tuple[str, ...] = ("reference",)):
    """Inputs that are the same in each future, and the replicate of each world."""
    rng = np.random.default_rng(seed)
    draws = pd.DataFrame(rng.random((n, d)), columns=[f"law.p{i:02d}" for i in range(d)])
    x = pd.concat([draws.assign(future=future) for future in futures], ignore_index=True)
    return (x if len(futures) > 1 else x.drop(columns="future")), np.tile(np.arange(n), len(futures)), rng


def found(
    x: pd.DataFrame, y: np.ndarray, replicates: np.ndarray, seed: int = 1
) -> dict[str, discovery.Found]:
    return {one.method: one for one in discovery.discover(x, pd.DataFrame({"s": y}), replicates, seed)}


def test_a_planted_region_is_found_by_both_methods() -> None:
    x, replicates, rng = worlds(400, 8, 1)
    y = ((x["law.p02"] > 0.7) & (x["law.p05"] < 0.5)).to_numpy() ^ (rng.random(400) < 0.05)
    by_method = found(x, y, replicates)
    prim = by_method["PRIM"]
    (region,) = prim.regions
    limits = {limit.constant: limit for limit in region.limits}
    assert set(limits) == {"law.p02", "law.p05"}
    assert limits["law.p02"].low == pytest.approx(0.7, abs=0.06) and limits["law.p02"].high == np.inf
    assert limits["law.p05"].high == pytest.approx(0.5, abs=0.06) and limits["law.p05"].low == -np.inf
    assert limits["law.p02"].quasi_p_low < 0.01
    assert region.density > 0.8 and prim.base_rate < 0.3 and region.coverage > 0.6
    assert prim.believed and by_method["CART"].believed
    assert prim.check is not None and prim.check.density.low > prim.base_rate
    best = by_method["CART"].regions[0]
    assert {"law.p02", "law.p05"} <= {limit.constant for limit in best.limits} and best.density > 0.7
    assert "law.p02" in by_method["CART"].tree
    table = discovery.boxes(list(by_method.values()))
    assert list(table.columns) == list(discovery.BOXES) and table["found"].all()


def test_a_future_is_a_region_too() -> None:
    x, replicates, _ = worlds(80, 4, 2, ("reference", "flood", "epidemic"))
    y = ((x["future"] == "flood") & (x["law.p01"] > 0.3)).to_numpy()
    by_method = found(x, y, replicates)
    for one in by_method.values():
        limits = {limit.constant: limit for limit in one.regions[0].limits}
        assert one.believed and limits["future"].members == ("flood",)
        assert limits["law.p01"].low == pytest.approx(0.3, abs=0.1)


def test_noise_is_not_a_region() -> None:
    """Ten tables of noise, each looked at in two ways: dense boxes are found in them, believed in hardly any."""
    believed, densest = 0, []
    for seed in range(10):
        x, replicates, rng = worlds(100, 4, seed)
        y = rng.random(100) < 0.3
        for one in found(x, y, replicates, seed).values():
            believed += one.believed
            densest += [region.density / one.base_rate for region in one.regions[:1]]
    assert np.mean(densest) > 1.3
    assert believed <= 2  # 5 % of ten families, and more than twice its deviation


def test_what_is_not_believed_names_no_limits() -> None:
    x, replicates, rng = worlds(120, 6, 0)
    table = discovery.boxes(list(found(x, rng.random(120) < 0.3, replicates).values()))
    assert not table["found"].any() and table["constant"].isna().all() and table["p_holm"].gt(0.05).all()


@pytest.mark.parametrize(("fails", "why"), [(0, "never"), (60, "always"), (3, "few"), (57, "few")])
def test_too_little_to_look_for_is_said(fails: int, why: str) -> None:
    x, replicates, _ = worlds(60, 3, 1)
    one = found(x, np.arange(60) < fails, replicates)["PRIM"]
    assert one.why == why and one.check is None and not one.believed


def test_equal_seeds_find_equal_things() -> None:
    x, replicates, rng = worlds(150, 5, 3)
    y = (x["law.p00"] + 0.3 * rng.random(150) > 0.8).to_numpy()
    first, again = (list(found(x, y, replicates).values()) for _ in range(2))
    assert discovery.boxes(first).to_csv() == discovery.boxes(again).to_csv()
    assert [one.tree for one in first] == [one.tree for one in again]


# --- regret and satisficing -------------------------------------------------------------------------------------------------------

RUNS = pd.DataFrame([
    {"future": future, "replicate": replicate, "strategy": strategy, "unmet": value}
    for (future, replicate), values in {("a", 0): (5.0, 3.0), ("a", 1): (4.0, 4.0), ("b", 0): (1.0, 9.0), ("b", 1): (2.0, np.nan)}.items()
    for strategy, value in zip(("plain", "bold"), values, strict=True)
])  # fmt: skip


def test_regret_is_the_distance_to_the_best_of_the_world() -> None:
    table = robustness.wide(RUNS, "unmet")
    assert len(table) == 3 and list(table.columns) == ["plain", "bold"]
    whole = robustness.regret(table, "low").query("future == 'all'").set_index("strategy")
    assert whole.loc["plain", "max"] == 2.0 and whole.loc["bold", "max"] == 8.0
    assert (whole.loc["bold", "worst_future"], whole.loc["bold", "worst_replicate"]) == ("b", 0)
    assert whole.loc["plain", "first"] == pytest.approx((0 + 0.5 + 1) / 3)
    # Means over replicates: those of replicate 0 in two futures count once.
    assert whole.loc["plain", "mean"] == pytest.approx(((2 + 0) / 2 + 0) / 2)
    other = robustness.regret(table, "high").query("future == 'all'").set_index("strategy")
    assert other.loc["plain", "max"] == 8.0 and other.loc["bold", "max"] == 2.0


def test_failing_and_holding() -> None:
    table = robustness.wide(RUNS, "unmet")
    assert robustness.failing(table, "low", 3.5, "plain").to_numpy().tolist() == [
        [True, False],
        [True, True],
        [False, True],
    ]
    assert robustness.failing(table, "high", 3.5, "plain").to_numpy().tolist() == [
        [False, True],
        [False, False],
        [True, False],
    ]
    against = robustness.failing(table, "low", None, "plain")
    assert against.to_numpy().tolist() == [[False, False], [False, False], [False, True]]
    holds = robustness.satisficing(against).query("future == 'all'").set_index("strategy")
    assert holds.loc["plain", "holds"] == 1.0 > holds.loc["plain", "holds_low"]
    assert holds.loc["bold", "holds"] == pytest.approx(2 / 3)


def test_copies_of_a_world_are_no_further_evidence() -> None:
    hits = np.arange(20) % 2 == 0
    once = robustness.share(hits, np.arange(20))
    copied = robustness.share(np.tile(hits, 5), np.tile(np.arange(20), 5))
    assert copied == pytest.approx(once)
    independent = robustness.share(np.tile(hits, 5), np.arange(100))
    assert independent.high - independent.low < copied.high - copied.low
    assert np.isnan(robustness.share(hits[:0], np.arange(0)).share)
