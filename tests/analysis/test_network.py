"""The network of institutions: means over replicates, measures of graphs with known answers, the ties that moved."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import network


def table(after: float, joint: float = 0.0) -> pd.DataFrame:
    """A path a-b-c whose tie b-c moves."""
    rows = [
        (0, 1, "a", "b", 0.5, 0.5, 0.0, 0.0),
        (0, 2, "a", "c", 0.0, 0.0, 0.0, 0.0),
        (1, 2, "b", "c", 0.5, after, 0.0, joint),
    ]
    return pd.DataFrame(rows, columns=network.COLUMNS)


def test_ties_are_means_over_the_replicates_of_a_strategy() -> None:
    found = network.means([("x", table(0.5)), ("x", table(0.9, 2.0)), ("y", table(0.1))])
    kept = found.set_index(["strategy", "institution", "partner"])
    assert kept.loc[("x", "b", "c"), "after"] == pytest.approx(0.7)
    assert kept.loc[("x", "b", "c"), "joint_after"] == 1.0
    assert kept.loc[("y", "b", "c"), "after"] == pytest.approx(0.1)
    assert list(found["replicates"]) == [2] * 3 + [1] * 3
    assert network.means([]).empty


def test_who_stands_between_and_what_grew() -> None:
    found = network.measures(network.means([("x", table(0.9)), ("y", table(0.1))])).set_index(
        ["strategy", "when"]
    )
    assert set(found["most_between"]) == {"b"}
    assert found.loc[("x", "before"), "strength"] == pytest.approx(2 / 3)
    assert found.loc[("x", "after"), "strength"] == pytest.approx(2 * 1.4 / 3)
    assert tuple(found.loc[("x", "after"), ["grown", "fallen"]]) == (1, 0)
    assert tuple(found.loc[("y", "after"), ["grown", "fallen"]]) == (0, 1)
    assert (found["clustering"] == 0.0).all()


def test_a_triangle_is_clustered() -> None:
    closed = table(0.5).assign(before=0.4, after=0.4)
    assert network.measures(network.means([("x", closed)]))["clustering"].iloc[0] == pytest.approx(1.0)


def test_the_ties_that_moved_most_are_told_first() -> None:
    moved = table(0.9).assign(after=[0.6, 0.0, 0.9])
    found = network.moved(network.means([("y", table(0.5)), ("x", moved)]), 2)
    assert list(zip(found["strategy"], found["institution"], strict=True)) == [("x", "b"), ("x", "a")]
    assert list(network.moved(network.means([("x", moved)]), 1)["institution"]) == ["b"]


def test_load_is_the_share_of_hours_used_over_all_runs() -> None:
    books = pd.DataFrame({
        "strategy": "x", "role": [3, 3, 4], "hours_used": [10.0, 30.0, 0.0], "hours_available": [50.0, 50.0, 0.0],
        "level": "street", "actor_kind": "party",
    })  # fmt: skip
    found = network.loads(books).set_index("seat")["load"]
    assert found[3] == pytest.approx(0.4)
    assert found.isna()[4]
    assert list(network.seats(books)["seat"]) == [3, 4]
