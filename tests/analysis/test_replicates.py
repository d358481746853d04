"""Replicates that a precision takes: closed forms, known truth by simulation, and the rule that stops."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.replicates import FIRST_STAGE, half_width, next_stage, precision_table, required, unmet
from sim.outcomes import Outcome

NEED = Outcome("need", "days", "need", "low", "need", "需求", True)


def test_half_width_is_that_of_student() -> None:
    values = np.random.default_rng(1).normal(3, 2, 12)
    interval = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert half_width(values.std(ddof=1), 12) == pytest.approx((interval[1] - interval[0]) / 2)
    assert math.isnan(half_width(1.0, 1))


@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0])
def test_required_is_the_first_number_that_suffices(ratio: float) -> None:
    n = int(required(1.0, ratio))
    assert half_width(1.0, n) <= ratio
    assert n == 2 or half_width(1.0, n - 1) > ratio


def test_required_is_the_normal_number_and_a_little_more() -> None:
    # z² (s/h)² = 3.8415 · 100² and t adds about (z² + 1) / 2 = 2.42 (expansion of the quantile in 1/n).
    assert required(100.0, 1.0) == math.ceil(3.841458821 * 1e4 + 2.42)
    # t(0.975, 9) / √10 = 0.71536: with h just above it ten suffice, just below eleven.
    assert required(1.0, 0.7154) == 10
    assert required(1.0, 0.7153) == 11


def test_no_spread_needs_no_more_and_no_width_can_be_nothing() -> None:
    assert required(0.0, 0.0) == 2
    assert math.isinf(required(1.0, 0.0))
    assert math.isnan(required(math.nan, 1.0))


def test_planned_replicates_keep_the_level_and_the_width() -> None:
    """With the standard deviation known beforehand, intervals of the planned size hold the truth in 95 of 100 cases."""
    n, rng = int(required(2.0, 0.5)), np.random.default_rng(5)
    drawn = rng.normal(1.0, 2.0, (4000, n))
    halves = stats.t.ppf(0.975, n - 1) * drawn.std(1, ddof=1) / np.sqrt(n)
    assert (np.abs(drawn.mean(1) - 1.0) <= halves).mean() == pytest.approx(0.95, abs=0.012)
    assert halves.mean() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize(("effect", "spread"), [(0.0, 1.0), (1.0, 0.5), (0.0, 2.0)])
def test_stopping_by_what_is_seen_costs_little_coverage(effect: float, spread: float) -> None:
    """The whole rule from the first stage to the stop; two points below the level is what the docstring owns up to."""
    rng, held, tries = np.random.default_rng(11), 0, 1500
    for _ in range(tries):
        d, b = rng.normal(effect, 1.0, 400), rng.normal(0.0, spread, 400)
        n = FIRST_STAGE
        while True:
            sd = float(d[:n].std(ddof=1))
            need = required(sd, 0.5 * max(abs(d[:n].mean()), b[:n].std(ddof=1)))
            if need <= n or n == 400:
                break
            n = next_stage(n, need, 400)
        held += abs(d[:n].mean() - effect) <= half_width(sd, n)
    assert 0.93 <= held / tries <= 0.97


def made(difference: float, sd: float, n: int, spread: float = 1.0) -> pd.DataFrame:
    """Runs whose differences and baseline have exactly these moments."""
    rng = np.random.default_rng(3)
    d, b = rng.normal(size=n), rng.normal(size=n)
    d, b = ((x - x.mean()) / x.std(ddof=1) for x in (d, b))
    base = 10 + spread * b
    common = {"world": "w", "future": "f", "replicate": range(n)}
    return pd.concat([
        pd.DataFrame({"strategy": "base", "need": base, **common}),
        pd.DataFrame({"strategy": "x", "need": base + difference + sd * d, **common}),
    ])  # fmt: skip


def test_table_measures_the_width_against_difference_and_chance() -> None:
    row = precision_table(made(4.0, 2.0, 10), "base", 0.5, [NEED]).iloc[0]
    assert (row["difference"], row["wanted"]) == pytest.approx((4.0, 2.0))
    assert row["half_width"] == pytest.approx(half_width(2.0, 10))
    assert row["needed"] == required(2.0, 2.0)
    small = precision_table(made(0.0, 2.0, 10, spread=3.0), "base", 0.5, [NEED]).iloc[0]
    assert small["wanted"] == pytest.approx(1.5)


def test_what_is_unmet_comes_widest_first_and_ends() -> None:
    runs = pd.concat([made(0.0, 2.0, 10), made(0.0, 8.0, 10).query("strategy == 'x'").assign(strategy="y")])
    late = unmet(precision_table(runs, "base", 0.5, [NEED]))
    assert list(late["strategy"]) == ["y", "x"]
    assert unmet(precision_table(made(4.0, 0.5, 10), "base", 0.5, [NEED])).empty
    assert unmet(precision_table(made(4.0, 0.0, 10), "base", 1e-9, [NEED])).empty


def test_outcomes_without_two_pairs_do_not_hold_up_the_stop() -> None:
    runs = made(0.0, 1.0, 10)
    runs["need"] = np.nan
    assert precision_table(runs, "base", 0.5, [NEED]).empty


@pytest.mark.parametrize(
    ("now", "needed", "most", "then"),
    [
        (10, 14, 200, 14),
        (10, 10.5, 200, 11),
        (10, 90, 200, 20),
        (10, math.inf, 200, 20),
        (150, 400, 200, 200),
    ],
)
def test_next_look(now: int, needed: float, most: int, then: int) -> None:
    assert next_stage(now, needed, most) == then
