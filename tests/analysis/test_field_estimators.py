"""Estimators of a trial against regressions, closed forms, and data whose effect is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.courses import Measure
from analysis.field_estimators import (
    Panel,
    _random_communities,
    before_after,
    difference_in_differences,
    event_study,
    group_time,
    hussey_hughes_variance,
    stepped_wedge,
    two_way_fixed_effects,
    values,
)

WAVES = np.repeat([4, 8, 12, 16], 3)
HALF = np.repeat([6, 20], 5)


def panel(
    begins: np.ndarray, effect=lambda since, wave: 2.0, noise: float = 0.5, seed: int = 1, periods: int = 20
) -> Panel:
    """Communities with levels of their own, a common course, serially correlated noise, and an effect by periods since the turn."""
    rng = np.random.default_rng(seed)
    n = len(begins)
    shocks = noise * rng.normal(size=(n, periods))
    shocks[:, 1:] += 0.5 * shocks[:, :-1]
    y = rng.normal(10, 3, (n, 1)) + np.sin(np.arange(periods)) + 0.1 * np.arange(periods) + shocks
    for c, begin in enumerate(begins):
        for t in range(begin, periods):
            y[c, t] += effect(t - begin, begin)
    return Panel(y, np.asarray(begins))


def truth(of: Panel, effect, cells: np.ndarray) -> float:
    """Mean effect over cells."""
    return float(np.mean([effect(t - of.begins[c], of.begins[c]) for c, t in np.argwhere(cells)]))


def regression(of: Panel) -> tuple[np.ndarray, np.ndarray]:
    """All dummies and the treatment, `[cell, column]`, and the response: the long way to two-way fixed effects."""
    n, periods = of.y.shape
    c, t = np.repeat(np.arange(n), periods), np.tile(np.arange(periods), n)
    columns = [(c == i) for i in range(n)] + [(t == i) for i in range(1, periods)] + [of.treated.ravel()]
    return np.column_stack(columns).astype(float), of.y.ravel()


def test_two_by_two_is_the_welch_test_of_changes() -> None:
    made = panel(HALF)
    found = difference_in_differences(made)
    change = made.y[:, 6:].mean(1) - made.y[:, :6].mean(1)
    theirs = stats.ttest_ind(change[:5], change[5:], equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.df == pytest.approx(theirs.df)


def test_two_by_two_by_hand() -> None:
    y = np.array([[1.0, 5], [2, 5], [1, 2], [4, 6]])  # changes 4, 3 and 1, 2
    found = difference_in_differences(Panel(y, np.array([1, 1, 2, 2])))
    assert found.value == 2.0
    assert found.error == pytest.approx(np.sqrt(0.5 / 2 + 0.5 / 2))
    assert found.df == pytest.approx(2)
    assert before_after(Panel(y, np.array([1, 1, 2, 2]))).value == 3.5


def test_one_turn_two_ways_to_the_same_answer() -> None:
    """With one turn the regression is the two-by-two comparison, CR2 its Welch error, and the degrees of freedom Welch's."""
    made = panel(np.repeat([6, 20], [4, 6]))
    direct, fixed = difference_in_differences(made), two_way_fixed_effects(made)
    assert fixed.value == pytest.approx(direct.value)
    assert fixed.error == pytest.approx(direct.error)
    # Satterthwaite's df assumes equal variances beforehand, Welch's estimates them: the closed form of the former.
    weights = np.array([1 / 4, 1 / 6])
    assert fixed.df == pytest.approx(weights.sum() ** 2 / (weights**2 / [3, 5]).sum())


@pytest.mark.parametrize("begins", [HALF, WAVES])
def test_fixed_effects_agree_with_all_dummies(begins: np.ndarray) -> None:
    made = panel(begins)
    x, y = regression(made)
    assert two_way_fixed_effects(made).value == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0][-1])


def test_clustered_errors_agree_with_the_matrix_formula() -> None:
    """CR2 and its degrees of freedom from full matrices: H, (I - H)_cc^(-1/2), and Satterthwaite's sums."""
    made = panel(WAVES)
    x, y = regression(made)
    n, periods = made.y.shape
    inverse = np.linalg.pinv(x.T @ x)
    left = np.eye(len(y)) - x @ inverse @ x.T
    residuals, target = left @ y, x @ inverse[-1]
    total, vectors = 0.0, []
    for c in range(n):
        own = slice(c * periods, (c + 1) * periods)
        roots, u = np.linalg.eigh(left[own, own])
        kept = roots > 1e-9
        a = (u[:, kept] / np.sqrt(roots[kept])) @ u[:, kept].T
        total += float(target[own] @ a @ residuals[own]) ** 2
        vectors.append(left[:, own] @ a @ target[own])
    cross = np.array(vectors) @ np.array(vectors).T
    found = two_way_fixed_effects(made)
    assert found.error == pytest.approx(np.sqrt(total))
    assert found.df == pytest.approx(np.trace(cross) ** 2 / (cross**2).sum())


def test_stepped_wedge_has_the_published_variance() -> None:
    """At the variances that it finds, the error of the effect is formula (8) of Hussey & Hughes, for any wedge."""
    for seed, begins in ((1, WAVES), (2, np.array([2, 2, 5, 9, 9, 14]))):
        made = panel(begins, seed=seed)
        found = _random_communities(made)
        expected = hussey_hughes_variance(made.treated, found.between, found.within)
        assert found.error**2 == pytest.approx(expected)


def test_stepped_wedge_finds_its_variances() -> None:
    rng = np.random.default_rng(8)
    begins = np.repeat([2, 4, 6, 8], 60)
    y = rng.normal(0, 2, (240, 1)) + rng.normal(0, 1, (240, 10)) + 3.0 * (np.arange(10) >= begins[:, None])
    found = _random_communities(Panel(y, begins))
    assert found.effect == pytest.approx(3, abs=0.15)
    assert found.within == pytest.approx(1, rel=0.08)
    assert found.between == pytest.approx(4, rel=0.25)


def test_stepped_wedge_without_community_effects_is_least_squares() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=(12, 20))
    y -= y.mean(1, keepdims=True)  # communities are more alike than chance: their variance is found to be 0
    made = Panel(y, WAVES)
    x = np.column_stack([np.tile(np.eye(20), (12, 1)), made.treated.ravel()])
    assert _random_communities(made).between == pytest.approx(0, abs=1e-6)
    assert stepped_wedge(made).value == pytest.approx(
        np.linalg.lstsq(x, y.ravel(), rcond=None)[0][-1], abs=1e-5
    )


@pytest.mark.parametrize("estimator", [two_way_fixed_effects, stepped_wedge, group_time])
def test_constant_effects_are_found_by_all(estimator) -> None:
    """Known truth 2 over many trials: no bias, and intervals that hold it about as often as they say."""
    found = [estimator(panel(WAVES, seed=seed)) for seed in range(200)]
    values_ = np.array([one.value for one in found])
    assert values_.mean() == pytest.approx(2.0, abs=3 * values_.std() / np.sqrt(200))
    held = np.mean([one.low <= 2.0 <= one.high for one in found])
    # The model of Hussey & Hughes takes serially correlated noise for independent and is too sure.
    assert held >= (0.75 if estimator is stepped_wedge else 0.91)


def test_growing_effects_bias_fixed_effects_and_not_group_time() -> None:
    """Effects that grow with exposure: fixed effects and Hussey & Hughes miss the mean effect, group-time does not (Goodman-Bacon 2021)."""
    effect = lambda since, wave: 0.5 * (since + 1)  # noqa: E731
    made = panel(WAVES, effect, noise=0.0)
    for estimator in (two_way_fixed_effects, stepped_wedge):
        found = estimator(made)
        assert found.value < 0.75 * truth(made, effect, found.cells)
    found = group_time(made)
    assert found.value == pytest.approx(truth(made, effect, found.cells))


def test_effects_that_differ_between_waves_bias_fixed_effects_and_not_group_time() -> None:
    effect = lambda since, wave: 3.0 if wave == 4 else 1.0  # noqa: E731
    made = panel(WAVES, effect, noise=0.0)
    found, fixed = group_time(made), two_way_fixed_effects(made)
    assert found.value == pytest.approx(truth(made, effect, found.cells))
    assert abs(fixed.value - truth(made, effect, fixed.cells)) > 0.1


def test_fixed_effects_may_have_the_wrong_sign() -> None:
    """All effects positive, the estimate negative: early communities whose effect grows fast serve as controls of late ones."""
    effect = lambda since, wave: 0.1 + 0.2 * since**2 * (wave == 1)  # noqa: E731
    made = panel(np.array([1, 1, 10, 10]), effect, noise=0.0, periods=12)
    assert truth(made, effect, made.treated) > 5
    assert two_way_fixed_effects(made).value < 0
    assert group_time(made).value > 0


def test_event_study_gives_each_exposure_its_effect_and_no_trend_before() -> None:
    effect = lambda since, wave: 0.5 * (since + 1)  # noqa: E731
    found = event_study(panel(WAVES, effect, noise=0.0)).set_index("event")
    after = found[found.index >= 0]
    assert after["estimate"].to_numpy() == pytest.approx(0.5 * (after.index.to_numpy() + 1))
    assert found[found.index < -1]["estimate"].to_numpy() == pytest.approx(0)
    assert -1 not in found.index
    assert found.loc[0, "communities"] == 9  # the last wave has no one left to compare with


def test_group_time_is_unmoved_by_what_happens_to_everyone() -> None:
    made = panel(WAVES)
    course = np.random.default_rng(9).normal(0, 10, 20)
    assert group_time(Panel(made.y + course, made.begins)).value == pytest.approx(group_time(made).value)
    assert two_way_fixed_effects(Panel(made.y + course, made.begins)).value == pytest.approx(
        two_way_fixed_effects(made).value
    )


def test_before_after_takes_the_course_for_the_effect() -> None:
    """Without any effect: the course of time refutes `before_after` always, `difference_in_differences` in 5 of 100 trials."""
    trials = [panel(HALF, lambda since, wave: 0.0, seed=seed) for seed in range(300)]
    refuted = {
        e: np.mean([not e(t).low <= 0 <= e(t).high for t in trials])
        for e in (before_after, difference_in_differences)
    }
    assert refuted[before_after] > 0.9
    assert 0.02 <= refuted[difference_in_differences] <= 0.085


def test_too_few_communities_and_wrong_designs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two communities"):
        group_time(Panel(np.random.default_rng(1).normal(size=(3, 6)), np.array([2, 3, 4])))
    with pytest.raises(ValueError, match="one turn"):
        difference_in_differences(panel(WAVES))


def test_periods_are_ratios_of_sums_and_whole() -> None:
    days = np.repeat(np.arange(10), 2)
    daily = pd.DataFrame(
        {"day": days, "community": np.tile([0, 1], 10), "a": days + 1.0, "b": np.tile([2.0, 0.0], 10)}
    )
    found = values(daily, Measure("m", "1", ("a",), "b", 2.0), first=1, period=4)
    assert found.shape == (2, 2)
    assert found[0] == pytest.approx([2 * (2 + 3 + 4 + 5) / 8, 2 * (6 + 7 + 8 + 9) / 8])
    assert np.isnan(found[1]).all()
