"""Volunteering in cases small enough to be worked by hand: thresholds met exactly, calls that tire, and neighbours who are heard."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.verification.laws_alone import all_adults
from sim.needs import Role

from .small import make
from .test_participate import ALONE, live

#: Nothing pulls, tires or pushes but what a test names.
STILL = {**ALONE, "participate.trust": 0.0, "participate.mobilisation": 0.0, "participate.fatigue": 0.0, "participate.tiring": 0.0,
         "participate.recovery": 0.0, "participate.empty_calls": 0.0, "participate.crowding": 0.0}  # fmt: skip


def test_who_is_pulled_exactly_as_far_as_the_own_threshold_joins() -> None:
    small = make({**STILL, "participate.mobilisation": 0.5})
    all_adults(
        small, lambda n: np.array([0.25, np.nextafter(np.float32(0.25), np.float32(1.0))])[np.arange(n) % 2]
    )
    live(small, 7, mobilisation=0.5)
    assert small.state.residents.volunteer.tolist() == [
        1 - i % 2 for i in range(len(small.state.residents.volunteer))
    ]


@pytest.mark.parametrize(("load", "counts"), [(0.0, 0.0), (0.4, 0.4), (1.0, 1.0), (7.0, 1.0)])
def test_empty_calls_tire_with_what_stays_unmet_up_to_one_severity_a_head(load: float, counts: float) -> None:
    small = make({**STILL, "participate.empty_calls": 0.2})
    all_adults(small, 10.0)
    small.state.residents.fatigue[:] = 0.1
    small.state.cells.unmet_load[:] = load
    live(small, 7, mobilisation=0.5)
    assert np.allclose(small.state.residents.fatigue, 0.1 + 0.2 * 0.5 * counts, atol=1e-6)


def test_nobody_is_more_than_tired_or_less_than_rested() -> None:
    for rate, joins, end in (("participate.tiring", -10.0, 1.0), ("participate.recovery", 10.0, 0.0)):
        small = make({**STILL, rate: 1.5})
        all_adults(small, joins)
        small.state.residents.fatigue[:] = 0.5
        live(small, 7)
        assert (small.state.residents.fatigue == end).all()


def test_each_of_eight_ties_who_volunteers_pulls_by_an_eighth() -> None:
    """With half of the weight on ties: those of whom k of eight volunteer are pulled by a · ½ · k/8 and the cell's share."""
    small = make(
        {**STILL, "participate.influence": 0.8, "participate.visibility": 0.5}, communities=2, cells=3
    )
    state = small.state
    r, cells = state.residents, state.cells
    all_adults(small, 0.0)
    r.rota[:] = 3
    r.volunteer[:] = np.arange(len(r.volunteer)) % 3 == 0
    cells.participation[:] = [0.0, 0.25, 0.5, 0.75, 1.0, 0.5]
    home = cells.community[r.cell]
    first = cells.first[state.geography.community_first_cell[home]]
    near = r.volunteer[first[:, None] + r.ties].sum(1)
    pull = 0.8 * (0.5 * near / 8.0 + 0.5 * cells.participation[r.cell])
    step = np.where(np.arange(len(pull)) % 2 == 0, -1e-4, 1e-4)
    r.threshold[:] = pull + step
    live(small, 1, first=3)
    assert (r.volunteer.astype(bool) == (step < 0.0)).all()
    assert len(set(near.tolist())) > 4


@pytest.mark.parametrize("lever", [0.0, 0.5, 2.0])
def test_growth_of_social_capital_moves_with_its_lever(lever: float) -> None:
    small = make({**STILL, "participate.capital_growth": 0.1, "participate.capital_decay": 0.0})
    all_adults(small, -10.0)
    live(small, 7)
    small.state.cells.social_capital[:] = 0.4
    live(small, 1, first=7, capital_growth=lever)
    assert np.allclose(small.state.cells.social_capital, 0.4 + 0.1 * lever * 0.6, rtol=1e-12)


def test_social_capital_stays_between_zero_and_one_and_a_cell_without_adults_has_no_participation() -> None:
    for capital, settled, decay, end in ((0.9, 1e6, 0.0, 1.0), (0.5, 0.0, 3.0, 0.0)):
        small = make({**STILL, "participate.capital_settled": 1.0, "participate.capital_decay": decay})
        all_adults(small, -10.0)
        small.state.cells.social_capital[:], small.state.cells.settled[:] = capital, settled
        live(small, 1)
        assert (small.state.cells.social_capital == end).all()
    childless = make(STILL)
    all_adults(childless, 10.0)
    childless.state.residents.adult[:] = 0
    live(childless, 1)
    assert (childless.state.cells.participation == 0.0).all()
    assert (childless.state.cells.adults == 0).all()


def test_participation_is_volunteers_over_adults_and_hours_go_to_the_own_community() -> None:
    """One in two residents is an adult, one adult in three volunteers in the first community, nobody in the second."""
    small = make({**STILL, "participate.hours": 3.5, "participate.case_share": 0.5})
    r, cells = small.state.residents, small.state.cells
    all_adults(small, 10.0)
    here = np.arange(len(r.adult))
    r.adult[:] = here % 2 == 0
    r.volunteer[:] = (here % 6 == 0) & (cells.community[r.cell] == 0)
    r.rota[:] = 6
    live(small, 1, first=1)
    for c in range(len(cells.first)):
        own = slice(cells.first[c], cells.last[c])
        assert cells.adults[c] == r.adult[own].sum()
        assert cells.volunteers[c] == r.volunteer[own].sum()
        assert cells.participation[c] == pytest.approx(r.volunteer[own].sum() / r.adult[own].sum())
    hours = r.volunteer.sum() * 3.5 / 7.0
    assert small.tally("volunteer_hours") == pytest.approx(hours)
    staff = small.state.institutions.staff
    assert staff[small.seat(Role.VOLUNTEERS, 0)] == pytest.approx(hours * 0.5 / 8.0)
    assert staff[small.seat(Role.VOLUNTEERS, 1)] == 0.0
