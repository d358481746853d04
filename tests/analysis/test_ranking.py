"""Ranks by hand: who is first, how often, and who wins where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.ranking import RANKS, WINNERS, first_probability, ranking, ranks, winners
from sim.outcomes import Outcome

NEED = Outcome("need", "days", "need", "low", "need", "需求", True)
TRUST = Outcome("trust", "0-1", "residents", "high", "trust", "信任", True)
GAP = Outcome("gap", "share", "indicator", "zero", "gap", "差")
PLAIN = Outcome("plain", "1", "report", "", "plain", "平")


def runs(future: str = "f", **strategies: dict[str, list[float]]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"strategy": name, "world": "w", "future": future, **values}).assign(
            replicate=lambda t: range(len(t))
        )
        for name, values in strategies.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_ranks_by_direction_and_ties() -> None:
    values = np.array([[1.0, 2.0, 3.0], [5.0, 5.0, -4.0]])
    assert ranks(values, "low").tolist() == [[1, 2, 3], [2.5, 2.5, 1]]
    assert ranks(values, "high").tolist() == [[3, 2, 1], [1.5, 1.5, 3]]
    assert ranks(values, "zero").tolist() == [[1, 2, 3], [2.5, 2.5, 1]]
    assert first_probability(values, "high").tolist() == [0.25, 0.25, 0.5]
    for law in (ranks, first_probability):
        with pytest.raises(ValueError, match="direction"):
            law(values, "")


def test_ranking_counts_replicates_that_all_have_lived() -> None:
    table = runs(
        a={"need": [1.0, 4.0, 1.0, 9.0], "trust": [0.1] * 4, "plain": [1.0] * 4},
        b={"need": [2.0, 3.0, 2.0, np.nan], "trust": [0.1] * 4, "plain": [2.0] * 4},
    )
    found = ranking(table, [NEED, TRUST, PLAIN])
    assert list(found.columns) == list(RANKS)
    # Nobody differs in trust, and `plain` has no better side.
    assert set(found["outcome"]) == {"need"}
    a, b = (found[found["strategy"] == name].iloc[0] for name in "ab")
    assert (a["first"], b["first"]) == pytest.approx((2 / 3, 1 / 3))
    assert (a["last"], b["last"]) == pytest.approx((1 / 3, 2 / 3))
    assert a["mean_rank"] == pytest.approx(4 / 3)
    assert a["replicates"] == 3


def test_shares_of_first_and_last_add_up_to_one() -> None:
    random = np.random.default_rng(3)
    table = runs(
        **{
            name: {"need": list(random.normal(size=40)), "gap": list(random.normal(size=40))}
            for name in "abcd"
        }
    )
    found = ranking(table, [NEED, GAP]).groupby("outcome")[["first", "last"]].sum()
    assert np.allclose(found, 1.0)
    # Farthest from zero is last where zero is best.
    gap = table.pivot(index="replicate", columns="strategy", values="gap")
    last = (gap.abs().idxmax(axis=1) == "a").mean()
    mine = ranking(table, [GAP]).query("strategy == 'a'")["last"].iloc[0]
    assert mine == pytest.approx(last)


def test_winners_by_future() -> None:
    table = pd.concat(
        [
            runs(
                "calm", a={"need": [1.0, 1.0], "gap": [-0.1, 0.1]}, b={"need": [2.0, 0.5], "gap": [0.5, 0.5]}
            ),
            runs(
                "flood", a={"need": [3.0, 3.0], "gap": [0.2, 0.2]}, b={"need": [1.0, 1.0], "gap": [-0.2, 0.4]}
            ),
        ]
    )
    found = winners(table, [NEED, GAP]).set_index(["future", "outcome"])
    assert list(winners(table, [NEED]).columns) == list(WINNERS)
    assert found.loc[("calm", "need"), "winner"] == "a"
    assert found.loc[("calm", "need"), "first"] == 0.5
    assert found.loc[("flood", "need"), "winner"] == "b"
    assert found.loc[("flood", "need"), "first"] == 1.0
    # Best on the mean and best in most replicates need not be the same.
    assert found.loc[("flood", "gap"), "winner"] == "b"
    assert found.loc[("flood", "gap"), "first"] == pytest.approx(0.25)
