"""The model is a Mesa model: its batch runner, agents and grid work as for any other."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from sim import CommunityModel
from sim.needs import Actor


def test_batch_run() -> None:
    found = mesa.batch_run(
        CommunityModel, parameters={"world": "classroom", "days": 20, "reform_day": 5, "strategy": ["siloed", "wuhan"]}, iterations=2,
        number_processes=1, data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    assert len(found) == 4
    assert {row["strategy"] for row in found} == {"siloed", "wuhan"}
    assert all(0.0 < row["satisfaction"] < 100.0 for row in found)


def test_agents_are_rows_of_the_institution_table() -> None:
    model = CommunityModel(world="classroom", days=10, reform_day=5)
    model.step()
    assert len(model.agents) == len(model.state.institutions.staff)
    assert {agent.actor for agent in model.agents} == set(Actor)
    for agent in model.agents:
        assert agent.staff == model.state.institutions.staff[agent.row]
        assert agent.seat_name
    with pytest.raises(AttributeError):
        _ = next(iter(model.agents)).no_such_column


def test_cells_carry_live_layers() -> None:
    model = CommunityModel(world="classroom", days=10, reform_day=5)
    model.step()
    shown = sorted(cell.disorder for cell in model.grid.all_cells if np.isfinite(cell.disorder))
    assert shown == pytest.approx(sorted(model.state.cells.disorder))
    model.step()
    assert sorted(
        cell.disorder for cell in model.grid.all_cells if np.isfinite(cell.disorder)
    ) == pytest.approx(sorted(model.state.cells.disorder))


def test_it_stops_at_the_horizon() -> None:
    model = CommunityModel(world="classroom", days=3, reform_day=1)
    while model.running:
        model.step()
    assert model.day == 3
