"""Volunteering: Granovetter's cascade where only neighbours count; fatigue, crowding out and social capital beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.verification.laws_alone import (
    CASCADE,
    all_adults,
    cascade,
    critical_sigma,
    ends_at,
    quantiles,
    smallest_fixed_point,
)
from sim.day.participate import participate
from sim.needs import Role

from .small import Small, make

#: Nobody listens to neighbours.
ALONE = {"participate.influence": 0.0}


def live(small: Small, days: int, first: int = 0, **levers: Any) -> None:
    chosen = small.with_levers(**levers)
    for day in range(first, first + days):
        participate(small.state, chosen, small.draws, day)


@pytest.mark.parametrize("people", [100, 800])
@pytest.mark.parametrize("sigma", [0.02, 0.08, 0.11, 0.12, 0.121, 0.123, 0.125, 0.15, 0.25, 0.5])
def test_seeing_the_cell_alone_is_granovetters_cascade(people: int, sigma: float) -> None:
    small = make(
        {**CASCADE, "population.household_mean": 2.49}, communities=1, cells=1, households=people // 2
    )
    all_adults(small, quantiles(sigma))
    assert ends_at(small) == cascade(small.state.residents.threshold)


def test_around_the_critical_spread_participation_jumps() -> None:
    """At mean 25 per cent a spread a little above 12.2 points carries the crowd with it, a little below leaves it at home."""
    critical = critical_sigma()
    assert critical == pytest.approx(0.122, abs=5e-4)
    shares = []
    for sigma in (0.97 * critical, 1.03 * critical):
        small = make(CASCADE, communities=1, cells=1, households=1500)
        people = all_adults(small, quantiles(sigma))
        shares.append(ends_at(small) / people)
        assert shares[-1] == pytest.approx(smallest_fixed_point(sigma), abs=0.01)
    assert shares[0] < 0.1
    assert shares[1] > 0.95


def test_granovetters_two_crowds_of_a_hundred() -> None:
    """Thresholds 0, 1, 2, … bring everybody out; with the one of threshold 1 replaced by another 2, one person stands alone."""
    for replaced, expected in ((False, None), (True, 1)):
        small = make(CASCADE, communities=1, cells=1, households=40)
        people = all_adults(small, lambda n: (np.arange(n) - 0.25) / n)
        if replaced:
            small.state.residents.threshold[1] = 1.75 / people
        assert ends_at(small) == (people if expected is None else expected)


def test_ties_are_heard_where_the_cell_is_not_seen() -> None:
    """With w = 0 the fixed point is that of the cascade on the ties, computed here by hand."""
    small = make({**CASCADE, "participate.visibility": 0.0}, communities=1, cells=2, households=80)
    people = all_adults(small, lambda n: np.where(np.arange(n) % 5 < 2, 2.0, quantiles(0.15)(n)))
    ties, thresholds = small.state.residents.ties, small.state.residents.threshold
    acting = np.zeros(people, bool)
    while True:
        more = acting[ties].sum(1) / 8.0 >= thresholds
        if (more == acting).all():
            break
        acting = more
    ends_at(small)
    assert (small.state.residents.volunteer.astype(bool) == acting).all()
    assert 0 < acting.sum() < people


def test_trust_calls_and_fatigue_weigh_as_declared() -> None:
    small = make({**ALONE, "participate.trust": 0.3, "participate.mobilisation": 0.2, "participate.fatigue": 0.5,
                  "participate.tiring": 0.0, "participate.recovery": 0.0, "participate.crowding": 0.0})  # fmt: skip
    r = small.state.residents
    small.state.cells.unmet_load[:] = 0.0
    all_adults(small, lambda n: np.linspace(-0.5, 0.8, n))
    r.trust[:], r.fatigue[:] = np.linspace(0.0, 1.0, len(r.trust))[::-1], 0.3
    live(small, 7, mobilisation=0.5)
    expected = 0.3 * r.trust + 0.2 * 0.5 - 0.5 * 0.3 >= r.threshold
    assert (r.volunteer.astype(bool) == expected).all()
    assert 0 < expected.sum() < len(expected)
    r.adult[:] = 0
    before = r.volunteer.copy()
    live(small, 7, first=7)
    assert (r.volunteer == before).all()


def test_everyone_reconsiders_once_a_week_on_the_own_day() -> None:
    small = make(ALONE)
    all_adults(small, -1.0)
    rota = small.state.residents.rota
    assert set(rota) == set(range(7))
    for day in range(7):
        live(small, 1, first=day)
        assert (small.state.residents.volunteer.astype(bool) == (rota <= day)).all()


def test_volunteering_tires_and_rest_recovers_at_the_declared_rates() -> None:
    small = make({**ALONE, "participate.tiring": 0.08, "participate.recovery": 0.1, "participate.empty_calls": 0.0,
                  "participate.fatigue": 0.0})  # fmt: skip
    r = small.state.residents
    all_adults(small, lambda n: np.where(np.arange(n) % 2 == 0, -10.0, 10.0))
    r.fatigue[:] = 0.4
    live(small, 7 * 6)
    assert np.allclose(r.fatigue[::2], 1.0 - 0.6 * (1.0 - 0.08) ** 6, atol=1e-5)
    assert np.allclose(r.fatigue[1::2], 0.4 * 0.9**6, atol=1e-5)


def test_calls_where_needs_stay_unmet_tire_more() -> None:
    small = make({**ALONE, "participate.empty_calls": 0.2, "participate.recovery": 0.1})
    r = small.state.residents
    all_adults(small, 10.0)
    small.state.cells.unmet_load[:] = np.where(small.state.cells.community == 0, 0.5, 0.0)
    live(small, 7 * 300, mobilisation=0.5)
    called = small.state.cells.community[r.cell] == 0
    # Fixed point of f' = f + e · called · load − recovery · f.
    assert np.allclose(r.fatigue[called], 0.2 * 0.5 * 0.5 / 0.1, atol=1e-4)
    assert np.allclose(r.fatigue[~called], 0.0, atol=1e-4)


def test_mobilisation_above_its_dose_crowds_out() -> None:
    """Up to the dose calls help; far above it thresholds rise week by week and participation ends below where it began."""
    fixed = {"participate.influence": 0.0, "participate.trust": 0.3, "participate.tiring": 0.0, "participate.crowding": 0.01,
             "participate.crowding_from": 0.6, "participate.mobilisation": 0.25}  # fmt: skip
    at_end, early = {}, {}
    for called in (0.0, 0.3, 0.6, 0.8, 1.0):
        small = make(fixed)
        r = small.state.residents
        people = all_adults(small, lambda n: np.linspace(-0.2, 1.0, n))
        r.trust[:] = 0.5
        before = r.threshold.copy()
        live(small, 7, mobilisation=called)
        early[called] = small.state.residents.volunteer.sum() / people
        live(small, 7 * 99, first=7, mobilisation=called)
        at_end[called] = small.state.residents.volunteer.sum() / people
        assert np.allclose(r.threshold - before, 100 * 0.01 * max(0.0, called - 0.6), atol=1e-4)
    assert early[0.0] < early[0.3] < early[0.6] < early[0.8] < early[1.0]
    assert at_end[0.0] < at_end[0.3] < at_end[0.6]
    assert at_end[0.6] > at_end[0.8] > at_end[1.0]
    assert at_end[1.0] < at_end[0.0]


def test_social_capital_rests_where_growth_by_participation_meets_decay() -> None:
    small = make(
        {
            **ALONE,
            "participate.capital_growth": 0.02,
            "participate.capital_settled": 0.0,
            "participate.capital_decay": 0.004,
        }
    )
    share = 0.3
    r, cells = small.state.residents, small.state.cells
    all_adults(small, 10.0)
    for c in range(len(cells.first)):
        r.threshold[cells.first[c] : cells.first[c] + round(share * (cells.last[c] - cells.first[c]))] = -10.0
    live(small, 7)
    cells.social_capital[:] = 0.1
    growth = 0.02 * cells.participation
    assert np.allclose(cells.participation, share, atol=0.01)
    rest = growth / (growth + 0.004)
    live(small, 100, first=7)
    assert np.allclose(cells.social_capital, rest + (0.1 - rest) * (1.0 - growth - 0.004) ** 100, atol=1e-9)


def test_without_participation_social_capital_decays_and_settled_disputes_build_it() -> None:
    small = make({**ALONE, "participate.capital_decay": 0.003, "participate.capital_settled": 0.002})
    cells = small.state.cells
    all_adults(small, 10.0)
    cells.social_capital[:] = 0.6
    live(small, 50)
    assert np.allclose(cells.social_capital, 0.6 * (1.0 - 0.003) ** 50, rtol=1e-12)
    before = cells.social_capital.copy()
    cells.settled[:] = 2.0
    live(small, 1, first=50)
    per_thousand = 2000.0 / (cells.last - cells.first)
    assert np.allclose(
        cells.social_capital, before + 0.002 * per_thousand * (1.0 - before) - 0.003 * before, rtol=1e-12
    )


def test_volunteers_are_hours_and_hours_at_hand_are_staff() -> None:
    small = make({**ALONE, "participate.hours": 2.0, "participate.case_share": 0.06})
    all_adults(small, lambda n: np.where(np.arange(n) % 3 == 0, -10.0, 10.0))
    live(small, 7)
    small.state.tally[...] = 0.0
    live(small, 1, first=7)
    cells = small.state.cells
    for m in range(2):
        volunteers = cells.volunteers[cells.community == m].sum()
        assert volunteers > 0
        assert small.state.institutions.staff[small.seat(Role.VOLUNTEERS, m)] == pytest.approx(
            volunteers * 2.0 / 7.0 * 0.06 / 8.0
        )
    assert small.tally("volunteer_hours") == pytest.approx(cells.volunteers.sum() * 2.0 / 7.0)


def test_who_volunteered_in_the_year_is_remembered_until_it_ends() -> None:
    small = make({**ALONE, "participate.mobilisation": 1.0})
    people = all_adults(small, 0.5)
    live(small, 14, mobilisation=1.0)
    live(small, 300, first=14)
    assert small.state.residents.volunteer.sum() == 0
    assert small.state.residents.volunteered.sum() == people
    live(small, 60, first=314)
    assert small.state.residents.volunteered.sum() == 0
