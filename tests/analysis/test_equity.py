"""Concentration, Theil and their decompositions on closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.equity import (
    COLUMNS,
    INDICES,
    concentration_index,
    decomposition,
    index_differences,
    indices,
    theil,
)
from sim.records import PAIRS


def test_two_groups_are_share_of_people_less_share_of_burden() -> None:
    # 30 people bear 3 days each, 70 bear 1: shares 0.3 and 90/160.
    found = concentration_index(np.array([3.0, 1.0]), np.array([30.0, 70.0]), np.array([0, 1]))
    assert found == pytest.approx(0.3 - 90 / 160)


def test_persons_agree_with_twice_the_covariance_with_rank() -> None:
    rng = np.random.default_rng(1)
    level, income = rng.gamma(2, 1, 500), rng.normal(size=500)
    rank = (np.argsort(np.argsort(income)) + 0.5) / 500
    expected = 2 * np.cov(level, rank, bias=True)[0, 1] / level.mean()
    assert concentration_index(level, np.ones(500), income) == pytest.approx(expected)


def test_bounds_and_units() -> None:
    people = np.ones(1000)
    last = np.zeros(1000)
    last[-1] = 5.0
    assert concentration_index(last, people, np.arange(1000)) == pytest.approx(1 - 1 / 1000)
    assert concentration_index(last, people, -np.arange(1000)) == pytest.approx(-1 + 1 / 1000)
    assert concentration_index(np.full(1000, 3.0), people, np.arange(1000)) == pytest.approx(0)
    assert np.isnan(concentration_index(0 * last, people, np.arange(1000)))
    level = np.random.default_rng(2).random(1000)
    once = concentration_index(level, people, np.arange(1000))
    assert concentration_index(7 * level, 3 * people, np.arange(1000)) == pytest.approx(once)


def test_units_of_equal_standing_share_their_rank_in_any_order() -> None:
    level, people, standing = np.array([5.0, 1, 2, 2]), np.array([1.0, 3, 2, 4]), np.array([0, 0, 1, 1])
    joined = concentration_index(np.array([2.0, 2.0]), np.array([4.0, 6]), np.array([0, 1]))
    assert concentration_index(level, people, standing) == pytest.approx(joined)
    order = [3, 0, 2, 1]
    assert concentration_index(level[order], people[order], standing[order]) == pytest.approx(joined)


def test_theil_by_hand_and_its_parts() -> None:
    # Two groups of equal size: levels 1, 3 and 2, 2. Means 2 and 2: all of it lies within the first.
    found = theil(np.array([1.0, 3, 2, 2]), np.ones(4), np.array([0, 0, 1, 1]))
    assert found.total == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 4)
    assert found.between == pytest.approx(0)
    alike = theil(np.array([1.0, 1, 3, 3]), np.ones(4), np.array([0, 0, 1, 1]))
    assert alike.within == pytest.approx(0)
    assert alike.between == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2)


def test_theil_is_at_most_log_n_and_parts_add_up_by_the_formula() -> None:
    one = np.zeros(10)
    one[3] = 1.0
    assert theil(one, np.ones(10), np.arange(10)).total == pytest.approx(np.log(10))
    rng = np.random.default_rng(5)
    level, people, group = rng.gamma(2, 1, 60), rng.random(60) + 0.1, rng.integers(0, 4, 60)
    found = theil(level, people, group)
    burden = people * level / (people @ level)
    within = sum(
        burden[group == g].sum() * theil(level[group == g], people[group == g], group[group == g]).total
        for g in range(4)
    )
    assert found.within == pytest.approx(within)
    assert found.between > 0 and found.within > 0


def test_decomposition_adds_up_and_gives_each_cause_its_own() -> None:
    """An exact linear law: contributions are elasticities times the causes' own indices, and nothing is left."""
    rng = np.random.default_rng(3)
    standing = np.arange(200)
    causes = np.column_stack([rng.gamma(2, 1, 200), rng.random(200) + standing / 200])
    people = rng.random(200) + 0.5
    level = 1 + 2 * causes[:, 0] + 3 * causes[:, 1]
    parts = decomposition(level, causes, people, standing)
    mean = np.average(level, weights=people)
    for k, slope in enumerate((2, 3)):
        own = concentration_index(causes[:, k], people, standing)
        assert parts[k] == pytest.approx(slope * np.average(causes[:, k], weights=people) / mean * own)
    assert parts[-1] == pytest.approx(0, abs=1e-9)
    noisy = level + rng.random(200)
    assert decomposition(noisy, causes, people, standing).sum() == pytest.approx(
        concentration_index(noisy, people, standing)
    )


def daily(more_need: float = 1.0, longer: float = 1.0) -> pd.DataFrame:
    """Three communities over two days: the disadvantaged have `more_need` times the needs, each unmet `longer` times as long."""
    parts = []
    for day in (0, 1):
        for community in range(3):
            row: dict[str, float] = {"day": day, "community": community}
            for pair in PAIRS.values():
                for split, need, wait in ((pair[0], more_need, longer), (pair[1], 1.0, 1.0)):
                    people = 100.0 + 50 * community
                    needs = people * 0.1 * need * (1 + community)
                    row |= {
                        f"residents_{split}": people,
                        f"needs_arisen_{split}": needs,
                        f"unmet_days_{split}": 4 * needs * wait,
                    }
            parts.append(row)
    return pd.DataFrame(parts)


def test_more_need_and_longer_waiting_are_told_apart() -> None:
    needy = indices(daily(more_need=2.0), 0).set_index("pair").loc["gap_income"]
    assert needy["concentration"] == pytest.approx(0.5 - 2 / 3)
    assert needy["concentration_given_need"] == pytest.approx(0)
    assert needy["from_need"] == pytest.approx(needy["concentration"])
    assert (needy["from_group"], needy["residual"]) == pytest.approx((0, 0), abs=1e-9)
    kept = indices(daily(longer=2.0), 0).set_index("pair").loc["gap_income"]
    assert kept["concentration"] == pytest.approx(0.5 - 2 / 3)
    assert kept["concentration_given_need"] == pytest.approx(0.5 - 2 / 3)
    assert kept["from_need"] == pytest.approx(0, abs=1e-9)
    assert kept["from_group"] + kept["residual"] == pytest.approx(kept["concentration"])


def test_equal_groups_leave_only_communities() -> None:
    found = indices(daily(), 1)
    assert list(found.columns) == list(INDICES) and len(found) == len(PAIRS)
    assert found["concentration"].to_numpy() == pytest.approx(0)
    assert found["theil_between_groups"].to_numpy() == pytest.approx(0)
    assert found["theil_between_communities"].to_numpy() == pytest.approx(found["theil"].to_numpy())
    assert (found["theil"] > 0).all()


def test_a_group_that_is_not_there_leaves_no_number_but_no_error() -> None:
    table = daily()
    table[[c for c in COLUMNS if c.endswith("_migrant")]] = 0.0
    row = indices(table, 0).set_index("pair").loc["gap_migrant"]
    assert row["concentration"] == pytest.approx(0)
    assert np.isfinite(row["theil"])
    nothing = daily() * 0
    assert np.isnan(indices(nothing, 0)["concentration"]).all()


def test_differences_are_paired() -> None:
    parts = [
        indices(daily(longer=1 + 0.1 * replicate + extra), 0).assign(strategy=strategy, replicate=replicate)
        for replicate in range(3)
        for strategy, extra in (("base", 1.0), ("x", 0.0))
    ]
    found = index_differences(pd.concat(parts), "base").set_index(["strategy", "pair", "index"])
    row = found.loc[("x", "gap_income", "concentration")]
    levels = [0.5 - w / (1 + w) for w in (1.0, 1.1, 1.2)], [0.5 - w / (1 + w) for w in (2.0, 2.1, 2.2)]
    assert row["mean"] == pytest.approx(np.mean(levels[0]))
    assert row["difference"] == pytest.approx(np.mean(levels[0]) - np.mean(levels[1]))
    assert row["ci_low"] < row["difference"] < row["ci_high"]
    assert (found.loc["base"]["difference"].dropna() == 0).all()
