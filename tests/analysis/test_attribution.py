"""Shapley values of games that are solved by hand, and of runs."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from analysis.attribution import attribute, coalitions, shapley
from sim.outcomes import OUTCOMES

PLAYERS = ("a", "b", "c")
NEED, SATISFACTION, GAP = (
    next(o for o in OUTCOMES if o.name == name) for name in ("unmet_need_days", "satisfaction", "gaming_gap")
)


def game(worth, players=PLAYERS):
    """The worth of every set of players."""
    sets = itertools.chain.from_iterable(itertools.combinations(players, n) for n in range(len(players) + 1))
    return {frozenset(members): float(worth(frozenset(members))) for members in sets}


def exact(worth, players=PLAYERS):
    return shapley(game(worth, players), players, itertools.permutations(players))


def test_an_additive_game_gives_each_its_own() -> None:
    own = {"a": 1.0, "b": -2.0, "c": 0.5}
    assert exact(lambda s: 10.0 + sum(own[p] for p in s)) == pytest.approx(own)


def test_the_glove_game() -> None:
    """One left glove (a), two right ones: a pair is worth 1; Shapley values 2/3, 1/6, 1/6."""
    assert exact(lambda s: "a" in s and len(s) > 1) == pytest.approx({"a": 2 / 3, "b": 1 / 6, "c": 1 / 6})


def test_the_airport_game() -> None:
    """Runways for planes of cost 1, 2, 3: the short third is shared by all, the last is paid by the largest (Littlechild & Owen 1973)."""
    cost = {"a": 1.0, "b": 2.0, "c": 3.0}
    found = exact(lambda s: max((cost[p] for p in s), default=0.0))
    assert found == pytest.approx({"a": 1 / 3, "b": 1 / 3 + 1 / 2, "c": 1 / 3 + 1 / 2 + 1})


def test_who_adds_nothing_gets_nothing_and_equals_get_the_same() -> None:
    found = exact(lambda s: 6.0 * ({"a", "b"} <= s))
    assert found == pytest.approx({"a": 3.0, "b": 3.0, "c": 0.0})


def test_drawn_orders_add_up_too_and_come_near() -> None:
    players = tuple("abcdefg")
    rng = np.random.default_rng(3)
    worth = {s: rng.normal() for s in game(lambda s: 0, players)}
    worth[frozenset()] = 4.0
    orders = [tuple(rng.permutation(players)) for _ in range(400)]
    drawn = shapley(worth, players, [*orders, *(order[::-1] for order in orders)])
    known = shapley(worth, players, itertools.permutations(players))
    assert sum(drawn.values()) == pytest.approx(worth[frozenset(players)] - 4.0)
    # An addition is the difference of two independent normals: four standard errors of its mean over 800 orders.
    assert all(abs(drawn[p] - known[p]) < 4 * math.sqrt(2 / 800) for p in players)
    few = shapley(worth, players, orders[:1])
    assert sum(few.values()) == pytest.approx(worth[frozenset(players)] - 4.0)


def test_coalitions_are_the_steps_of_the_orders_each_alone_and_all_but_each() -> None:
    found = coalitions(("a", "b", "c", "d"), [("a", "b", "c", "d")])
    assert len(found) == len(set(found)) == 1 + 4 + 1 + 4 + 1
    assert frozenset("ab") in found and frozenset("bc") not in found
    assert found[0] == frozenset() and found[-1] == frozenset("abcd")
    every = coalitions(PLAYERS, list(itertools.permutations(PLAYERS)))
    assert len(every) == 8


def runs(worth, replicates: int, noise: float = 0.0) -> tuple[pd.DataFrame, dict]:
    """Runs of all subsets: the value of a set, and a level of each replicate that all share."""
    rng = np.random.default_rng(1)
    sets = game(worth)
    members = {"x_" + ("".join(sorted(s)) or "none"): s for s in sets}
    rows = [
        {"strategy": name, "replicate": r, "satisfaction": level + sets[s] + noise * rng.normal(),
         "unmet_need_days": -sets[s], "gaming_gap": math.nan if r == 0 else 1.0}
        for r, level in enumerate(rng.normal(size=replicates)) for name, s in members.items()
    ]  # fmt: skip
    return pd.DataFrame(rows), members


def found_by(worth, replicates=5, noise=0.0, dropped=()):
    table, members = runs(worth, replicates, noise)
    orders = {key: list(itertools.permutations(PLAYERS)) for key in range(replicates)}
    kept = table.drop(
        index=[i for i in table.index if (table["strategy"][i], table["replicate"][i]) in dropped]
    )
    return attribute(kept, "x", members, orders, True, [NEED, SATISFACTION, GAP]).set_index(
        ["outcome", "mechanism"]
    )


def test_a_table_of_runs_tells_alone_last_and_shapley() -> None:
    found = found_by(lambda s: 6.0 * ({"a", "b"} <= s) + 2.0 * ("c" in s))
    a, c = found.loc[("satisfaction", "a")], found.loc[("satisfaction", "c")]
    assert (a["alone"], a["last"], a["shapley"], a["total"]) == pytest.approx((0.0, 6.0, 3.0, 8.0))
    assert (c["alone"], c["last"], c["shapley"], c["share"]) == pytest.approx((2.0, 2.0, 2.0, 0.25))
    # The level of a replicate is common to all sets: no interval is left of it.
    assert a["shapley_low"] == pytest.approx(3.0) and a["shapley_high"] == pytest.approx(3.0)
    assert a["verdict"] == "better" and a["replicates"] == 5 and a["orders"] == 6 and a["method"] == "exact"
    assert found.loc[("unmet_need_days", "a")]["verdict"] == "better"


def test_values_add_up_to_the_total_and_intervals_hold_noise() -> None:
    found = found_by(len, replicates=30, noise=0.5).loc["satisfaction"]
    assert found["shapley"].sum() == pytest.approx(found["total"].iloc[0])
    assert ((found["shapley_low"] < 1.0) & (found["shapley_high"] > 1.0)).all()
    assert (found["shapley_high"] - found["shapley_low"] > 0.05).all()


def test_parts_of_an_undecided_total_have_no_share() -> None:
    found = found_by(lambda s: 0.0, noise=1.0).loc["satisfaction"]
    assert found["share"].isna().all()


def test_a_replicate_with_a_missing_run_is_left_out_and_missing_values_are_dropped() -> None:
    found = found_by(len, dropped={("x_ab", 1)})
    assert found.loc[("satisfaction", "a")]["replicates"] == 4
    assert found.loc[("gaming_gap", "a")]["replicates"] == 3


def test_nothing_finished_is_an_empty_table() -> None:
    found = found_by(len, replicates=1, dropped={("x_ab", 0)})
    assert found.empty
