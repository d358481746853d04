"""The fit against posteriors that are known: closed forms and quadrature; the emulator and the sampler by themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments.calibration import emulator, waves
from experiments.calibration.emulator import Emulator, features, log_between
from experiments.calibration.targets import Targets
from experiments.ranges import generator

NAMES = ("a", "b", "c")
PLAN = waves.Plan(waves=3, sample=60, draws=400)


def targets(*bounds: tuple[float, float]) -> Targets:
    ids = tuple(f"T{i}" for i in range(len(bounds)))
    low, high = np.array(bounds, float).T
    return Targets(ids, ids, ("fit",) * len(ids), low, high)


def noise(places: np.ndarray, size: float) -> np.ndarray:
    """Normal noise that belongs to the place's number, as a replicate's does."""
    return np.array([size * generator(5, "noise", i).standard_normal() for i in range(len(places))])


def within(fit: waves.Fit, column: int, mean: float, variance: float) -> None:
    """The weighted mean agrees with the known one within four standard errors, the variance within a fifth and its error."""
    values, weight = fit.places[fit.accepted, column], fit.weight
    found = weight @ values
    error = np.sqrt(variance / fit.effective)
    assert abs(found - mean) < 4 * error
    spread = weight @ (values - found) ** 2
    assert abs(spread - variance) < 4 * variance * np.sqrt(2 / fit.effective)


def test_a_slab_is_found_exactly() -> None:
    """log y = a: given y in [exp 0.2, exp 0.5], a is uniform on [0.2, 0.5] and the others stay as they were."""
    known = targets((np.exp(0.2), np.exp(0.5)))
    fit = waves.fit(lambda places: places[:, :1].copy(), NAMES, known, PLAN, seed=3)
    assert fit.places[fit.accepted, 0].min() >= 0.2 and fit.places[fit.accepted, 0].max() <= 0.5
    assert fit.effective > 100
    within(fit, 0, 0.35, 0.3**2 / 12)
    within(fit, 1, 0.5, 1 / 12)
    within(fit, 2, 0.5, 1 / 12)


def test_a_wedge_with_noise_is_found_where_the_emulator_is_wrong() -> None:
    """Two targets, one with a kink that no quadratic follows, both with noise: moments against quadrature on a fine grid."""
    known = targets((np.exp(0.9), np.exp(1.3)), (np.exp(0.15), np.exp(0.35)))
    size = 0.05

    def mean(places: np.ndarray) -> np.ndarray:
        a, b, c = places.T
        return np.stack([a + b, np.abs(a - 0.5) + 0.3 * c], axis=1)

    def live(places: np.ndarray) -> np.ndarray:
        return mean(places) + np.stack([noise(places, size), noise(places, size)], axis=1)

    fit = waves.fit(live, NAMES, known, PLAN._replace(draws=800), seed=1)
    axis = (np.arange(80) + 0.5) / 80
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    low, high = known.bounds
    # Both targets share a run's noise, so the chance is that of one draw inside both shifted ranges.
    lowest = ((low - mean(grid)) / size).max(axis=1)
    highest = ((high - mean(grid)) / size).min(axis=1)
    chance = np.maximum(0.0, stats.norm.cdf(highest) - stats.norm.cdf(lowest))
    chance /= chance.sum()
    assert fit.effective > 100
    for column in range(3):
        exact = chance @ grid[:, column]
        within(fit, column, exact, chance @ (grid[:, column] - exact) ** 2)


def test_the_same_seed_gives_the_same_fit_and_another_does_not() -> None:
    known = targets((1.2, 1.5))
    plan = waves.Plan(2, 20, 30)
    first, again, other = (
        waves.fit(lambda p: p[:, :1].copy(), NAMES, known, plan, seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.places, again.places) and np.array_equal(first.weight, again.weight)
    assert not np.array_equal(first.places, other.places)


def test_one_wave_is_plain_rejection() -> None:
    known = targets((1.2, 1.5))
    fit = waves.fit(lambda p: p[:, :1].copy(), NAMES, known, waves.Plan(1, 10, 200), seed=1)
    inside = (fit.places[:, 0] >= np.log(1.2)) & (fit.places[:, 0] <= np.log(1.5))
    assert list(fit.accepted) == list(np.flatnonzero(inside))
    assert fit.weight == pytest.approx(1 / inside.sum())


def test_nothing_inside_is_an_empty_sample() -> None:
    fit = waves.fit(lambda p: p[:, :1].copy(), NAMES, targets((8.0, 9.0)), waves.Plan(2, 20, 20), seed=1)
    assert not len(fit.accepted) and fit.effective == 0.0


def test_runs_that_failed_are_left_out() -> None:
    def live(places: np.ndarray) -> np.ndarray:
        told = places[:, :1].copy()
        told[::5] = np.nan
        return told

    fit = waves.fit(live, NAMES, targets((1.2, 1.5)), waves.Plan(2, 40, 40), seed=1)
    assert len(fit.accepted) and not set(fit.accepted) & set(range(0, 80, 5))


def test_the_sampler_draws_from_range_times_chance() -> None:
    """One target, log y = a with spread 0.1 in [0.3, 0.6]: marginals of a against their density, of b against uniform."""
    coefficients = np.zeros((features(np.zeros((1, 2))).shape[1], 1))
    coefficients[:2, 0] = 0.5, 0.5
    made = Emulator(coefficients, np.array([0.1]), targets((np.exp(0.3), np.exp(0.6))))
    starts = generator(1, "starts").random((40, 2))
    drawn = np.concatenate([waves.draw(made, starts, 150, seed, 1) for seed in range(4)])
    axis = (np.arange(4000) + 0.5) / 4000
    density = stats.norm.cdf((0.6 - axis) / 0.1) - stats.norm.cdf((0.3 - axis) / 0.1)
    cumulated = np.cumsum(density) / density.sum()
    assert stats.kstest(drawn[:, 0], lambda x: np.interp(x, axis, cumulated)).pvalue > 1e-3
    assert stats.kstest(drawn[:, 1], "uniform").pvalue > 1e-3
    assert drawn.min() >= 0.0 and drawn.max() <= 1.0


def test_a_quadratic_is_learnt_and_its_noise_told() -> None:
    rng = generator(1, "quadratic")
    places = rng.random((150, 4))
    truth = 0.4 + places[:, 0] - 0.5 * places[:, 1] * places[:, 2] + 0.3 * places[:, 3] ** 2
    known = targets((1.2, 3.0))
    made = emulator.fit(places, (truth + 0.02 * rng.standard_normal(150))[:, None], known)
    fresh = rng.random((500, 4))
    exact = 0.4 + fresh[:, 0] - 0.5 * fresh[:, 1] * fresh[:, 2] + 0.3 * fresh[:, 3] ** 2
    assert np.sqrt(np.mean((made.mean(fresh)[:, 0] - exact) ** 2)) < 0.015
    assert 0.015 < made.spread[0] < 0.035


def test_left_out_residuals_are_those_of_leaving_out() -> None:
    rng = generator(2, "ridge")
    x, y = rng.random((12, 5)), rng.random((12, 2))
    weights = np.array([1e-9, 0.5, 0.5, 2.0, 2.0])

    def solved(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.linalg.solve(x.T @ x + np.diag(weights), x.T @ y)

    coefficients, left = emulator.ridge(x, y, weights)
    assert coefficients == pytest.approx(solved(x, y), rel=1e-5)
    keep = ~np.eye(12, dtype=bool)
    residuals = np.array([y[i] - x[i] @ solved(x[keep[i]], y[keep[i]]) for i in range(12)])
    assert left == pytest.approx(np.sqrt((residuals**2).mean(axis=0)), rel=1e-4)


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 2.0), (-np.inf, 0.3), (9.0, 12.0), (-12.0, -9.0), (38.0, 39.0)]
)
def test_small_chances_keep_their_digits(low: float, high: float) -> None:
    flip = low > 0
    a, b = (-high, -low) if flip else (low, high)
    exact = stats.norm.logcdf(b) + np.log1p(-np.exp(stats.norm.logcdf(a) - stats.norm.logcdf(b)))
    assert log_between(np.array([low]), np.array([high]))[0] == pytest.approx(exact, rel=1e-9)
