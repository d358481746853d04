"""Estimates beside the truth: what counts as the truth, and how estimators are judged over replicates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.field_estimators import HALF, difference_in_differences
from analysis.field_trials import Lived, summary, tried

BEGINS = np.array([2, 2, 2, 5, 5, 5])


def lived(seed: int, spill: float = 0.0) -> Lived:
    """Six communities, five periods: an effect of 3 on the treated, of 4 on all, `spill` on the rest."""
    rng = np.random.default_rng(seed)
    none = rng.normal(10, 2, (6, 1)) + rng.normal(0, 0.5, (6, 5))
    treated = np.arange(5) >= BEGINS[:, None]
    after = np.arange(5) >= 2
    return Lived(none + 3.0 * treated + spill * (~treated & after), none, none + 4.0 * after)


def test_truth_spillover_and_scale_are_read_from_pairs() -> None:
    row = tried(lived(1, spill=-1.0), BEGINS, "half", HALF, [])[1]
    assert row["estimator"] == "difference_in_differences"
    assert (row["truth"], row["everywhere"], row["spillover"]) == pytest.approx((3.0, 4.0, -1.0))
    assert np.isnan(row["refuted"])
    # The estimator takes the spillover on the rest for effect on the treated: 3 - (-1).
    noise = difference_in_differences
    assert row["estimate"] == pytest.approx(
        4.0
        + tried(Lived(lived(1).none, lived(1).none, lived(1).none), BEGINS, "half", {"x": noise}, [])[0][
            "estimate"
        ]
    )


def test_an_honest_estimator_is_found_honest() -> None:
    rows = []
    for seed in range(150):
        rng = np.random.default_rng(1000 + seed)
        placebos = [rng.permutation(BEGINS) for _ in range(10)]
        rows += [
            {"replicate": seed, "outcome": "o", "unit": "1", **row}
            for row in tried(lived(seed), BEGINS, "half", {"did": difference_in_differences}, placebos)
        ]
    found = summary(pd.DataFrame(rows)).iloc[0]
    assert found["bias_low"] < 0 < found["bias_high"]
    assert 0.9 <= found["coverage"] <= 0.99
    assert found["coverage_low"] < found["coverage"] < found["coverage_high"]
    # Welch's df with three communities a side keeps the level or errs on the safe side.
    assert 0.01 <= found["size"] <= 0.07


def test_a_run_without_any_course_is_no_refutation() -> None:
    flat = np.full((6, 5), 0.1)
    row = tried(Lived(flat, flat, flat), BEGINS, "half", {"did": difference_in_differences}, [BEGINS[::-1]])[
        0
    ]
    assert row["refuted"] == 0
