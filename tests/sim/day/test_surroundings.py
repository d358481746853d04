"""Surroundings: facilities age exponentially, disorder rests where growth meets decay, conflicts fade."""

from __future__ import annotations

import numpy as np
import pytest

from sim.surroundings import age_and_tidy

from .small import Small, make


def live(small: Small, days: int, load: float = 0.0, cleaned: float = 0.0, repaired: float = 0.0) -> None:
    """Days with the same load a head and the same hours per 1,000 residents."""
    cells = small.state.cells
    people = (cells.last - cells.first) / 1000.0
    for _ in range(days):
        cells.unmet_load[:], cells.cleaned[:], cells.repaired[:] = load, cleaned * people, repaired * people
        age_and_tidy(small.state)


@pytest.mark.parametrize("ageing", [0.02, 0.08, 0.2])
def test_without_work_facilities_age_exponentially(ageing: float) -> None:
    small = make({"surroundings.ageing": ageing})
    cells = small.state.cells
    start = cells.facility.copy()
    assert start.min() > 0.0
    for days in (1, 99, 630):
        live(small, days)
    assert np.allclose(cells.facility, start * (1.0 - ageing / 365.0) ** 730, rtol=1e-12)


def test_repair_holds_facilities_where_it_meets_ageing() -> None:
    small = make({"surroundings.ageing": 0.08, "surroundings.repair": 1e-3})
    live(small, 20_000, repaired=2.0)
    repair, ageing = 1e-3 * 2.0, 0.08 / 365.0
    assert np.allclose(small.state.cells.facility, repair / (repair + ageing), rtol=1e-6)


@pytest.mark.parametrize(("load", "cleaned"), [(0.0, 0.0), (0.02, 0.0), (0.02, 1.5), (0.5, 0.3), (0.1, 1e4)])
def test_disorder_rests_where_growth_meets_decay_and_cleaning(load: float, cleaned: float) -> None:
    small = make(
        {
            "surroundings.disorder_growth": 0.2,
            "surroundings.disorder_decay": 0.012,
            "surroundings.disorder_clearing": 0.01,
        }
    )
    live(small, 4000, load, cleaned)
    growth, clearing = 0.2 * load, min(0.5, 0.01 * cleaned)
    assert np.allclose(small.state.cells.disorder, growth / (growth + clearing + 0.012), atol=1e-9)


def test_disorder_decays_by_itself_and_spreads_without_being_made() -> None:
    small = make({"surroundings.disorder_decay": 0.01, "surroundings.disorder_spread": 0.0})
    start = small.state.cells.disorder.copy()
    live(small, 100)
    assert np.allclose(small.state.cells.disorder, start * 0.99**100)
    # Spread alone: a mean of neighbours, so that extremes shrink and nothing leaves the range of before.
    spread = make(
        {"surroundings.disorder_decay": 0.0, "surroundings.disorder_spread": 0.05}, communities=4, cells=4
    )
    cells = spread.state.cells
    cells.disorder[:] = np.linspace(0.0, 0.9, len(cells.disorder))
    near = cells.neighbours
    expected = cells.disorder.copy()
    for _ in range(40):
        around = np.where(near >= 0, expected[near], 0.0).sum(1) / (near >= 0).sum(1)
        expected = expected + 0.05 * (around - expected)
    live(spread, 40)
    assert np.allclose(cells.disorder, expected, atol=1e-12)
    assert 0.0 < cells.disorder.min() < cells.disorder.max() < 0.9


def test_conflicts_fade_over_their_days() -> None:
    small = make({"surroundings.conflict_days": 60.0})
    small.state.cells.conflict[:] = 5.0
    live(small, 90)
    assert np.allclose(small.state.cells.conflict, 5.0 * (1.0 - 1.0 / 60.0) ** 90)


def test_conditions_stay_between_zero_and_one_and_todays_sums_are_cleared() -> None:
    small = make({"surroundings.disorder_growth": 1.0})
    cells = small.state.cells
    cells.settled[:] = 3.0
    live(small, 300, load=50.0, repaired=1e5)
    assert (cells.disorder >= 0.0).all()
    assert (cells.disorder <= 1.0).all()
    assert (cells.facility <= 1.0).all()
    assert not cells.repaired.any()
    assert not cells.cleaned.any()
    assert not cells.settled.any()
