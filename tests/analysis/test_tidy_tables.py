"""Time courses, who pays, gaps and maps, on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.courses import Measure, bands, course
from analysis.equity import gap_levels
from analysis.figures.cell_maps import lattice, layer_table
from analysis.payers import account, who_pays
from analysis.store import day_sums

RATE = Measure("rate", "1", ("above",), "below", 2.0)


def sums(days: int, above: float = 3.0, below: float = 6.0) -> pd.DataFrame:
    """Constant sums a day."""
    return pd.DataFrame({"above": above, "below": below}, index=pd.RangeIndex(days, name="day"))


def test_weeks_divide_sums_and_leave_out_the_broken_last_week() -> None:
    table = course(sums(30), [RATE])
    assert len(table) == 4
    assert (table["value"] == 1.0).all()
    assert list(table["day"]) == [3, 10, 17, 24]


def test_a_week_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    table = sums(28)
    table.loc[0, ["above", "below"]] = (0.0, 94.0)
    assert course(table, [RATE])["value"].iloc[0] == pytest.approx(2 * 18 / (94 + 36))


def test_short_runs_are_shown_by_day_and_nothing_is_divided_by_zero() -> None:
    table = course(sums(5, below=0.0), [RATE])
    assert len(table) == 5
    assert table["value"].isna().all()


def test_trailing_window_looks_back_only() -> None:
    table = sums(42, above=0.0, below=7.0)
    table.loc[14:20, "above"] = 7.0
    values = course(table, [Measure("rate", "1", ("above",), "below", 1.0, weeks=4)])["value"]
    assert list(values) == pytest.approx([0, 0, 1 / 3, 1 / 4, 1 / 4, 1 / 4])


def test_days_are_summed_over_communities() -> None:
    daily = pd.DataFrame({"day": [0, 0, 1, 1], "community": [0, 1, 0, 1], "x": [1.0, 2, 3, 4]})
    assert list(day_sums(daily, ["x"])["x"]) == [3, 7]


def test_band_is_the_range_of_replicates() -> None:
    tall = pd.DataFrame({"strategy": "s", "measure": "m", "day": 3.0, "value": [1.0, 2.0, 6.0]})
    assert tuple(bands(tall)[["mean", "low", "high", "replicates"]].iloc[0]) == (3, 1, 6, 3)


def test_who_pays_is_paired_and_per_year_from_the_reform_on() -> None:
    ledger = pd.DataFrame(
        {
            "actor_kind": ["party", "party", "government"],
            "hours_used": [1.0, 2, 10],
            "money_used": [0.0, 5, 7],
            "hours_lent": [0.0, 1, 2],
            "hours_borrowed": [0.0, 0, 1],
        }
    )
    booked = account(ledger).set_index("actor_kind")
    assert tuple(booked.loc["party"]) == (3, 5, 1, 0)
    base = pd.DataFrame(
        {"strategy": "b", "replicate": [0, 1], "actor_kind": "party", "hours": [100.0, 200], "money": 10.0}
    )
    more = base.assign(strategy="s", hours=base["hours"] + 50)
    # 50 hours more in 73 days for 100 residents: 50 * 365/73 * 1000/100 = 2,500 hours per 1,000 residents and year
    table = who_pays(pd.concat([base, more]), "b", residents=100.0, days=146, reform_day=73)
    hours = table[table["resource"] == "hours"].set_index("actor_kind")
    assert tuple(hours.loc["party", ["difference", "ci_low", "ci_high"]]) == pytest.approx((2500, 2500, 2500))
    assert hours.loc["party", "baseline_mean"] == pytest.approx(150 * 365 / 146 * 10)
    assert hours.loc["all", "difference"] == hours.loc["party", "difference"]
    assert (table.loc[table["resource"] == "money", "verdict"] == "equal").all()


def test_equal_books_summed_in_another_order_are_equal() -> None:
    parts = np.random.default_rng(1).random(200) * 1e5
    orders = (parts, parts[::-1], np.sort(parts))
    books = [
        account(
            pd.DataFrame(
                {
                    "actor_kind": "party",
                    "hours_used": p,
                    "money_used": p,
                    "hours_lent": p,
                    "hours_borrowed": p,
                }
            )
        )
        for p in orders
    ]
    assert len({float(book["hours"].iloc[0]) for book in books}) == 1


def test_levels_of_gaps() -> None:
    runs = pd.DataFrame({"strategy": "s", "replicate": [0, 1], "gap_age": [1.0, 3.0]})
    assert tuple(gap_levels(runs)[["outcome", "mean", "low", "high"]].iloc[0]) == ("gap_age", 2, 1, 3)


def test_cells_keep_their_places_and_counts_become_rates() -> None:
    cells = pd.DataFrame({
        "strategy": "s", "cell": [0, 1, 0, 1], "community": [0, 1, 0, 1], "x": [4, 5, 4, 5], "y": 2,
        "residents": [100.0, 0, 100, 0], "open_needs": [2.0, 0, 4, 0],
    })  # fmt: skip
    grid = lattice(layer_table(cells, "open_needs").assign(shown=lambda t: t["value"]))
    assert grid.values.shape == (1, 2)
    assert grid.values[0, 0] == pytest.approx(30)
    assert np.isnan(grid.values[0, 1])
    assert grid.community.tolist() == [[0, 1]]
