"""The screening on a function whose effects are known, and the ranges as a space."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sensitivity import trajectories
from experiments.calibration import screening
from experiments.calibration.targets import FAR, Targets
from experiments.ranges import DIGITS, Ranges, latin_hypercube, of, range_draws, uncertain

RANGES = Ranges(("idle", "linear", "strong", "twisted"), np.zeros(4), np.ones(4), np.zeros(4, bool))
TARGETS = Targets(("T1", "T2"), ("one", "two"), ("fit", "fit"), np.array([1.0, 1.0]), np.exp([2.0, 0.2]))


def told(places: np.ndarray) -> np.ndarray:
    return np.stack([0.5 * places[:, 1] - 2.0 * places[:, 2], 0.3 * places[:, 1] * places[:, 3]], axis=1)


@pytest.fixture
def table() -> pd.DataFrame:
    places = trajectories(4, 20, seed=1)
    return screening.ranked(RANGES, places, told(places), TARGETS)


def test_effects_of_a_linear_outcome_are_its_slopes(table: pd.DataFrame) -> None:
    """In tolerances: half the width of a range, here 1 and 0.1."""
    by_name = table.set_index("parameter")
    assert list(by_name["T1"][["idle", "linear", "strong", "twisted"]]) == pytest.approx([0, 0.5, 2, 0])
    assert by_name["T2"]["strong"] == by_name["score"]["idle"] == 0.0
    assert by_name["score"]["linear"] == pytest.approx(by_name["T2"]["linear"])
    assert by_name["sigma"]["strong"] == pytest.approx(0, abs=1e-9) and by_name["sigma"]["twisted"] > 0.1
    assert list(table["score"]) == sorted(table["score"], reverse=True)
    assert table["parameter"].iloc[-1] == "idle"


def test_each_target_names_its_strongest_in_turn(table: pd.DataFrame) -> None:
    first = screening.strongest(table, 2)
    assert first[0] == "strong" and first[1] in ("linear", "twisted")
    assert set(screening.strongest(table, 99)) == {"linear", "strong", "twisted"}


def test_the_design_is_the_seeds(table: pd.DataFrame) -> None:
    again, other = (trajectories(4, 20, seed) for seed in (1, 2))
    assert np.array_equal(trajectories(4, 20, seed=1), again)
    assert not np.array_equal(again, other)


def test_a_failed_run_spoils_only_its_own_effects() -> None:
    places = trajectories(4, 10, seed=1)
    values = told(places)
    values[7] = np.nan
    table = screening.ranked(RANGES, places, values, TARGETS).set_index("parameter")
    assert table["T1"]["strong"] == pytest.approx(2.0)


def test_far_is_far() -> None:
    low, high = TARGETS.bounds
    reach = FAR * TARGETS.tolerance
    clipped = TARGETS.clipped(np.array([[-99.0, 99.0], [0.5, 0.1]]))
    assert clipped == pytest.approx(np.array([[low[0] - reach[0], high[1] + reach[1]], [0.5, 0.1]]))


def test_draws_stay_within_the_declared_ranges_and_cover_them() -> None:
    ranges = uncertain()
    for draw in (*range_draws(40, seed=5, deep=False), *range_draws(7, seed=6, deep=False)):
        for name, low, high in zip(ranges.names, ranges.low, ranges.high, strict=True):
            assert low <= draw[name] <= high, name
    places = latin_hypercube(ranges.names, 40, 5, "ranges")
    assert (np.sort((places * 40).astype(int), axis=0) == np.arange(40)[:, None]).all()


def test_corners_are_the_bounds_themselves() -> None:
    ranges = uncertain()
    assert np.array_equal(ranges.values(np.zeros(len(ranges.names))), ranges.low)
    assert np.array_equal(ranges.values(np.ones(len(ranges.names))), ranges.high)


def test_places_and_values_are_one_another_s_inverse() -> None:
    ranges = uncertain()
    places = latin_hypercube(ranges.names, 25, 1, "inverse")
    assert ranges.unit(ranges.values(places)) == pytest.approx(places, abs=20 * 10.0**-DIGITS)


def test_the_deep_block_is_drawn_by_default() -> None:
    deep = {
        "needs.hours_mean",
        "needs.multi_share",
        "coordinate.handover_lag",
        "coordinate.refusal",
        "close.paper",
    }
    assert deep <= set(range_draws(1, seed=1)[0]) <= set(uncertain().names)


def test_a_parameter_s_draws_do_not_depend_on_the_others() -> None:
    both, one = ("needs.hours_mean", "voice.base_hazard"), ("voice.base_hazard",)
    assert np.array_equal(latin_hypercube(both, 9, 3, "x")[:, 1:], latin_hypercube(one, 9, 3, "x"))
    assert not np.array_equal(latin_hypercube(one, 9, 3, "x"), latin_hypercube(one, 9, 4, "x"))


def test_wide_ranges_are_drawn_by_their_logarithm() -> None:
    ranges = of(["voice.base_hazard", "needs.total_rate"])
    assert list(ranges.log) == [True, False]
    middle = ranges.values(np.array([0.5, 0.5]))
    assert middle == pytest.approx(
        [np.sqrt(ranges.low[0] * ranges.high[0]), (ranges.low[1] + ranges.high[1]) / 2],
        rel=10.0 ** (1 - DIGITS),
    )
