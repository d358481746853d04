"""Waits with censoring: Kaplan-Meier as scipy computes it, restricted means as the area under the curve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from sim.errors import DataError
from sim.survival import quantiles, reached, restricted_means, short_waits


def sample(seed: int, n: int, censoring: float, grid: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal durations under exponential censoring; a `grid` rounds them up so that many are equal."""
    rng = np.random.default_rng(seed)
    true, limit = rng.lognormal(1.0, 1.0, n), rng.exponential(censoring, n)
    durations, observed = np.minimum(true, limit), true <= limit
    return (np.ceil(durations / grid) * grid if grid else durations), observed


def quantile(durations: np.ndarray, observed: np.ndarray, share: float) -> float:
    """Of one share."""
    return quantiles(durations, observed, [share])[0]


def restricted_mean(durations: np.ndarray, observed: np.ndarray, horizon: float) -> float:
    """Of all cases as one group."""
    waits = short_waits(durations, observed, np.zeros(len(durations), np.uint8), horizon)
    return restricted_means(waits, np.array([len(durations)]), np.array([[True]]), horizon)[0]


def reference(durations: np.ndarray, observed: np.ndarray) -> stats._result_classes.ECDFResult:
    return stats.ecdf(stats.CensoredData(uncensored=durations[observed], right=durations[~observed]))


CASES = [
    (0, 50, 8.0, 0.0),
    (1, 400, 4.0, 0.0),
    (2, 400, 20.0, 0.5),
    (3, 300, 3.0, 1.0),
    (4, 7, 5.0, 1.0),
    (5, 1000, 1e9, 0.0),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("horizon", [0.5, 2.0, 7.0])
def test_shares_by_a_day_are_those_of_the_kaplan_meier_curve(
    case: tuple[int, int, float, float], horizon: float
) -> None:
    durations, observed = sample(*case)
    curve = reference(durations, observed).cdf
    assert reached(durations, observed, horizon) == pytest.approx(float(curve.evaluate(horizon)), abs=1e-12)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_quantiles_are_those_of_the_kaplan_meier_curve(
    case: tuple[int, int, float, float], share: float
) -> None:
    durations, observed = sample(*case)
    curve = reference(durations, observed).sf
    reached = np.flatnonzero(curve.probabilities <= 1.0 - share + 1e-12)
    expected = float(curve.quantiles[reached[0]]) if len(reached) else math.nan
    found = quantile(durations, observed, share)
    assert found == pytest.approx(expected, rel=1e-12) or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("horizon", [0.5, 3.0, 10.0, 60.0])
def test_restricted_means_are_areas_under_the_curve(
    case: tuple[int, int, float, float], horizon: float
) -> None:
    durations, observed = sample(*case)
    curve = reference(durations, observed).sf
    grid = np.unique(np.concatenate([[0.0, horizon], durations[durations < horizon]]))
    middles = 0.5 * (grid[1:] + grid[:-1])
    area = float((np.diff(grid) * curve.evaluate(middles)).sum())
    assert restricted_mean(durations, observed, horizon) == pytest.approx(area, rel=1e-9)


def test_without_censoring_they_are_plain_quantiles_and_means() -> None:
    durations, observed = sample(6, 999, 1e12)
    assert observed.all()
    assert quantile(durations, observed, 0.5) == np.sort(durations)[499]
    assert restricted_mean(durations, observed, 1e9) == pytest.approx(durations.mean())
    assert restricted_mean(durations, observed, 2.0) == pytest.approx(np.minimum(durations, 2.0).mean())


def test_censoring_is_not_dropped_and_not_taken_for_an_event() -> None:
    """Known truth: exponential with mean five, censored about half of the time; naive estimates miss it, this one does not."""
    rng = np.random.default_rng(7)
    n = 20_000
    true, limit = rng.exponential(5.0, n), rng.exponential(5.0, n)
    durations, observed = np.minimum(true, limit), true <= limit
    median = 5.0 * math.log(2.0)
    # Standard error of the Kaplan-Meier median (Greenwood), at S = 1/2 with density 1/10 and events thinned by censoring.
    variance = integrate.quad(lambda t: (1.0 / 5.0) / math.exp(-2.0 * t / 5.0), 0.0, median)[0] / n
    error = 0.5 * math.sqrt(variance) / 0.1
    assert abs(quantile(durations, observed, 0.5) - median) < 4.3 * error
    assert abs(float(np.median(durations)) - median) > 10 * error
    assert abs(float(np.median(durations[observed])) - median) > 10 * error
    assert restricted_mean(durations, observed, 5.0) == pytest.approx(5.0 * (1.0 - math.exp(-1.0)), abs=0.06)


def test_nothing_to_see_is_not_a_number() -> None:
    none, flags = np.array([]), np.array([], bool)
    assert math.isnan(quantile(none, flags, 0.5))
    assert math.isnan(restricted_mean(none, flags, 10.0))
    censored = np.array([1.0, 2.0, 3.0])
    assert math.isnan(quantile(censored, np.zeros(3, bool), 0.5))
    assert restricted_mean(censored, np.zeros(3, bool), 10.0) == 10.0


def test_an_event_and_a_censoring_at_the_same_time_count_the_event_first() -> None:
    """Whoever is censored at t was still at risk at t."""
    durations, observed = np.array([1.0, 1.0, 2.0]), np.array([False, True, True])
    assert quantile(durations, observed, 1.0 / 3.0) == 1.0
    assert quantile(durations, observed, 0.34) == 2.0


def test_order_of_rows_does_not_matter() -> None:
    durations, observed = sample(8, 200, 6.0, 0.5)
    order = np.random.default_rng(0).permutation(200)
    assert quantile(durations, observed, 0.5) == quantile(durations[order], observed[order], 0.5)
    assert restricted_mean(durations, observed, 9.0) == pytest.approx(
        restricted_mean(durations[order], observed[order], 9.0), rel=1e-12
    )


def test_no_cases_reach_nothing() -> None:
    assert math.isnan(reached(np.array([]), np.array([], bool), 7.0))


@pytest.mark.parametrize("case", CASES)
def test_means_of_groups_are_those_of_each_alone(case: tuple[int, int, float, float]) -> None:
    durations, observed = sample(*case)
    groups = (np.arange(len(durations)) % 3).astype(np.uint8)
    # Each of three groups alone, the first two together, and one that nobody is of.
    members = np.array([[1, 0, 0, 1, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1]], bool)
    counts = np.bincount(groups, minlength=4)
    found = restricted_means(short_waits(durations, observed, groups, 5.0), counts, members, 5.0)
    for union, mean in enumerate(found[:4]):
        own = members[groups, union]
        assert mean == restricted_mean(durations[own], observed[own], 5.0)
    assert math.isnan(found[4])


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(DataError, match="never negative"):
        quantile(np.array([1.0, -0.5]), np.array([True, True]), 0.5)
    with pytest.raises(DataError, match="never negative"):
        restricted_mean(np.array([1.0, -0.5]), np.array([True, True]), 2.0)
