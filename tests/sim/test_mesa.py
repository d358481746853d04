"""The model is a Mesa model: its batch runner, agents and grid work as for any other."""

from __future__ import annotations

import gc
import weakref

import mesa
import numpy as np
import pytest

from sim.errors import ConfigError
from sim.geography import LAYERS
from sim.model import BrokenModelError, CommunityModel
from sim.needs import SEATS, Actor
from sim.organizations import KINDS_OF_ORGANIZATION


def small(**more: object) -> CommunityModel:
    return CommunityModel(world="classroom", days=10, reform_day=5, **more)


def test_batch_run() -> None:
    """Two strategies twice, a record each day; what Mesa collects is what the daily table says."""
    rows = mesa.batch_run(
        CommunityModel,
        parameters={"world": "classroom", "days": 20, "reform_day": 5, "strategy": ["siloed", "wuhan"]},
        iterations=2, number_processes=1, data_collection_period=1, display_progress=False,
    )  # fmt: skip
    assert {row["strategy"] for row in rows} == {"siloed", "wuhan"}
    assert {row["RunId"] for row in rows} == {0, 1, 2, 3}
    assert all(0.0 < row["satisfaction"] < 100.0 and 0.0 < row["trust"] < 1.0 for row in rows)
    last = [row for row in rows if row["strategy"] == "wuhan"][-1]
    daily = CommunityModel(world="classroom", strategy="wuhan", days=20, reform_day=5).run().records.sums(0)
    assert last["needs_open"] == daily["needs_open"][-1]
    assert last["satisfaction"] == 100.0 * daily["satisfaction_sum"][-1] / daily["residents"][-1]


def test_it_is_stepped_by_hand() -> None:
    """Step by step or in one go: the same life; it stops at its horizon and says so when asked to go beyond."""
    by_hand, at_once = small(), small().run()
    while by_hand.running:
        by_hand.step()
    assert by_hand.day == at_once.day == 10
    assert by_hand.records.table.tobytes() == at_once.records.table.tobytes()
    with pytest.raises(ConfigError, match="days=11"):
        by_hand.run(11)


def test_mesas_seed_is_the_models_seed() -> None:
    """Mesa's keyword `rng` names the seed, as its batch runner passes it."""
    assert small(rng=7).run().records.table.tobytes() == small(seed=7).run().records.table.tobytes()
    assert small(rng=7).run().records.table.tobytes() != small().run().records.table.tobytes()


def test_agents_are_institutions_of_all_six_kinds() -> None:
    model = small()
    assert set(model.agents_by_type) == set(KINDS_OF_ORGANIZATION)
    assert {agent.actor for agent in model.agents} == set(Actor)
    assert sorted(agent.row for agent in model.agents) == list(range(len(model.state.institutions.staff)))
    assert len({agent.seat_name for agent in model.agents}) == SEATS + 1, (
        "all seats of a circle, and grid branches below it"
    )
    assert all(agent.goal_en and agent.goal_zh for agent in model.agents)


def test_agents_read_the_table() -> None:
    """An agent's attributes are its row, today's values and not copies."""
    model = small()
    for _ in range(2):
        model.step()
        t = model.state.institutions
        for agent in model.agents:
            for column in ("staff", "effort", "alignment", "hours_available", "workers"):
                assert getattr(agent, column) == getattr(t, column)[agent.row], column
    first = next(iter(model.agents))
    model.state.institutions.reputation[first.row] = 0.123
    assert first.reputation == 0.123
    with pytest.raises(AttributeError, match="no attribute 'no_such_column'"):
        _ = first.no_such_column


def test_cells_carry_live_layers() -> None:
    """Each of the six layers shows the cells' present state, at the lattice place of each cell, and nothing elsewhere."""
    model = CommunityModel(world="street", days=10, reform_day=5)
    g = model.state.geography
    for day in range(3):
        assert model.day == day
        for layer, column in LAYERS.items():
            shown = {cell.coordinate: getattr(cell, layer) for cell in model.grid.all_cells}
            for x, y, value in zip(g.cell_x, g.cell_y, getattr(model.state.cells, column), strict=True):
                assert shown.pop((x, y)) == value, layer
            assert np.isnan(list(shown.values())).all(), "a place without a cell"
        model.step()
    assert len(LAYERS) == 6


def test_agents_and_layers_follow_a_return_to_a_checkpoint() -> None:
    model = small().run(3)
    morning, (agent, *_) = model.checkpoint(), model.agents
    before = agent.hours_available, sorted(cell.disorder for cell in model.grid.all_cells)
    model.run()
    assert agent.hours_available > before[0]
    model.resume(morning)
    assert (agent.hours_available, sorted(cell.disorder for cell in model.grid.all_cells)) == before


def test_a_model_that_nobody_holds_leaves_memory() -> None:
    model = CommunityModel(world="classroom", days=2, reform_day=1).run()
    left = weakref.ref(model)
    del model
    gc.collect()
    assert left() is None


def test_a_model_that_broke_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mesa's own schedule ends with an error in a step (since 3.5): further steps would do nothing, day after day."""
    real = CommunityModel.step

    def step(self: CommunityModel) -> None:
        if self.day == 3:
            raise ValueError("a law broke")
        real(self)

    monkeypatch.setattr(CommunityModel, "step", step)
    model = small()
    with pytest.raises(ValueError, match="a law broke"):
        model.run()
    monkeypatch.setattr(model, "step", lambda: None)  # what Mesa 3.5 leaves of it
    with pytest.raises(BrokenModelError, match="day 3 is not lived"):
        model.run()


def test_who_names_no_seed_has_the_usual_one() -> None:
    """Mesa's batch runner hands `seed=None` on where it repeats (since 3.5)."""
    assert small(seed=None).seed == small().seed == small(rng=1).seed == 1
    assert small(seed=0).seed == small(rng=0).seed == 0
