"""V6: extreme worlds have sensible limits and never a NaN where none is documented."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.verification.extremes import NOBODY, PLENTY, lived, totals, town, unsound
from sim.model import CommunityModel
from sim.scenario import names

EVERY_STRATEGY = pytest.mark.parametrize("strategy", names("strategy"))


def assert_sound(model: CommunityModel) -> None:
    """Nothing is NaN or infinite but outcomes of which nothing happened."""
    assert unsound(model) == []


@EVERY_STRATEGY
def test_an_ordinary_town_is_sound(strategy: str) -> None:
    assert_sound(lived(town(), strategy=strategy))


@EVERY_STRATEGY
def test_zero_staff(strategy: str) -> None:
    """Nobody works: no hours, no case resolved, every case is given up in the end; only neighbours and time end needs."""
    model = lived(town(), NOBODY, strategy)
    sums, cases = totals(model), model.tables()["cases"]
    assert sums["needs_arisen"] > 0 and sums["cases_given_up"] > 0
    for column in ("cases_resolved", "cases_confirmed", "hours_service", "hours_pooled", "hours_overhead", "hours_coordination",
                   "hours_capacity", "hours_idle"):  # fmt: skip
        assert sums[column] == 0, column
    assert sums["needs_met"] == sums["needs_settled"]
    assert cases.started.isna().all()
    # Three of the scale of patience or more: exp(−3^1.6) is half a per cent.
    assert (cases[cases.opened < model.day - 60].status != "open").mean() > 0.95
    assert_sound(model)


@EVERY_STRATEGY
def test_plenty_of_staff(strategy: str) -> None:
    """Everyone's thousandfold: work begins when a part arrives, and nobody is busy."""
    model = lived(town(), PLENTY, strategy, days=90)
    cases = model.state.cases
    n = int(model.state.sizes.cases[0])
    # Time from joining the queue to the start of work, of cases whose first part was the first to be worked on.
    first = (cases.joint[:n] == 0) & (cases.started[:n] >= 0)
    waits = cases.started[:n][first] - cases.since[:n, 0][first]
    assert first.sum() > 20
    assert waits.max() < 1e-6
    assert (model.state.institutions.waiting == 0).all()
    assert model.outcomes()["idle_share"] > 0.98
    assert model.state.institutions.burnout.max() == 0.0
    assert_sound(model)


@EVERY_STRATEGY
def test_no_needs(strategy: str) -> None:
    """Nothing to report: no cases, no hours on cases, and facilities age exponentially."""
    model = lived(town(), {"needs.total_rate": 0.0}, strategy)
    sums = totals(model)
    for column in (
        "needs_arisen",
        "needs_open",
        "reports",
        "cases_opened",
        "hours_service",
        "handovers",
        "conflicts",
        "rated",
    ):
        assert sums[column] == 0, column
    facility = model.records.sums(0)["facility_sum"]
    yearly = model.state.parameters.surroundings.ageing
    assert facility[1:] / facility[:-1] == pytest.approx(1.0 - yearly / 365.0, rel=1e-12)
    disorder = model.records.sums(0)["disorder_sum"]
    assert (np.diff(disorder) < 0).all(), "disorder passes where nothing feeds it"
    assert_sound(model)


@EVERY_STRATEGY
@pytest.mark.parametrize("sizes", [
    {"communities": 1, "cells": 1, "households": 1}, {"communities": 1, "cells": 1, "households": 400},
    {"communities": 1, "cells": 7, "households": 3}, {"communities": 5, "cells": 1, "households": 1},
], ids=["one household", "one cell", "one community", "hamlets"])  # fmt: skip
def test_small_worlds(strategy: str, sizes: dict[str, int]) -> None:
    model = lived(town(**sizes), strategy=strategy)
    assert model.state.geography.n_cells == sizes["communities"] * sizes["cells"]
    assert_sound(model)


def test_one_resident() -> None:
    """A community of one: she has herself for ties, a circle of thirty institutions, and no neighbours to spread disorder from."""
    lives = (lived(town(communities=1, cells=1, households=1), seed=seed, days=400) for seed in range(30))
    alone = next(model for model in lives if len(model.state.residents.identity) == 1)
    assert (alone.state.cells.neighbours == -1).all()
    assert alone.records.sums(0)["residents"].tolist() == [1.0] * 400
    assert alone.state.fixed.circle.shape == (1, 30)
    assert_sound(alone)


@pytest.mark.parametrize(
    ("share", "absent", "everyone"), [(1.0, "local", "migrant"), (0.0, "migrant", "local")]
)
@EVERY_STRATEGY
def test_all_migrants_or_none(strategy: str, share: float, absent: str, everyone: str) -> None:
    model = lived(town(), strategy=strategy, parameters={"population.migrant_share": share})
    sums = totals(model)
    for column in ("residents", "needs_arisen", "reports", "unmet_days", "silent_days", "satisfaction"):
        assert sums[f"{column}_{absent}"] == 0, column
    assert sums[f"needs_arisen_{everyone}"] == sums["needs_arisen"]
    assert np.isnan(model.outcomes()["gap_migrant"]), "nobody to compare with"
    assert (model.state.cells.migrant_share == share).all()
    assert_sound(model)


def test_a_flood_of_needs() -> None:
    """A hundred times the needs: queues fill, hours run out, nothing is lost and nothing is clipped."""
    model = lived(town(), {"needs.total_rate": 60.0}, days=60)
    usual = lived(town(), days=60)
    ratio = totals(model)["needs_arisen"] / totals(usual)["needs_arisen"]
    assert 80.0 < ratio < 150.0, "more disorder brings forth more still"
    assert model.outcomes()["utilisation_critical"] > 0.99
    assert model.state.institutions.waiting.max() > 100
    assert_sound(model)


def test_looking_on_the_first_morning() -> None:
    """Before anything has happened all tables are there, and empty where nothing is."""
    tables = CommunityModel(world="classroom", days=10, reform_day=5).tables()
    assert {name: len(table) for name, table in tables.items() if name in ("daily", "needs", "cases")} == {
        "daily": 0, "needs": 0, "cases": 0,
    }  # fmt: skip
    assert len(tables["cells"]) == 8 and len(tables["ledger"]) > 30
