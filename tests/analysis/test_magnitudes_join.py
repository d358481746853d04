"""The model beside evidence: the join with targets, the grade of evidence, and the real tables."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.magnitudes import against_evidence, load, place, weakest

TARGETS = pd.DataFrame({
    "id": ["T1", "T2", "T3"], "quantity": ["q1", "q2", "q3"], "outcome": ["a", "b", "gone"], "low": [1.0, 10, 0],
    "value": [2.0, 11, 0], "high": [3.0, 12, 1], "unit": "days", "evidence": ["EV-1;EV-2", "EV-1", "EV-9"], "use": "fit",
})  # fmt: skip
EVIDENCE = pd.DataFrame({"id": ["EV-1", "EV-2"], "grade": ["data", "judgement"]})


def test_join_of_runs_targets_and_evidence() -> None:
    runs = pd.DataFrame({"a": [2.0, 4.0], "b": [8.0, float("nan")]})
    table = against_evidence(runs, TARGETS, EVIDENCE).set_index("id")
    assert list(table["verdict"]) == ["inside", "below", "absent"]
    assert tuple(table.loc["T1", ["mean", "lowest", "highest", "replicates"]]) == (3.0, 2.0, 4.0, 2)
    assert tuple(table.loc["T2", ["mean", "replicates"]]) == (8.0, 1)
    assert list(table["grade"]) == ["judgement", "data", ""]


@pytest.mark.parametrize(
    ("mean", "expected"), [(1.0, "inside"), (2.0, "inside"), (0.9, "below"), (2.1, "above")]
)
def test_bounds_belong_to_the_range(mean: float, expected: str) -> None:
    assert place(mean, 1.0, 2.0) == expected


def test_a_figure_is_as_weak_as_its_weakest_source() -> None:
    assert weakest("EV-1; EV-2", {"EV-1": "data", "EV-2": "placeholder"}) == "placeholder"


def test_the_shipped_tables_fit_together() -> None:
    table = against_evidence(pd.DataFrame({"satisfaction": [60.0]}))
    assert len(table) == len(load("targets"))
    assert (table["grade"] != "").all()
    assert table.set_index("outcome").loc["satisfaction", "verdict"] == "inside"
