"""V6: extreme worlds have sensible limits and never a NaN where none is documented."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.build import assemble
from sim.laws import GROUPS, resolve
from sim.model import CommunityModel
from sim.outcomes import OUTCOMES
from sim.parameters import declared
from sim.population import build_population
from sim.scenario import World, load_world, names

#: Outcomes that are ratios, with the daily sum in their denominator: NaN exactly where that is zero.
RATIOS = {
    "resolution_rate": "closed", "on_time_rate": "closed", "gaming_gap": "closed", "joint_share": "closed", "confirmed_rate": "closed",
    "reopening_rate": "cases_opened", "rule_share": "cases_opened", "handovers_mean": "cases_opened", "digital_share": "reports",
    "skill_mean": "hours_service", "leadership_height": "cases_multi", "coordination_breadth": "meetings", "refusal_rate": "handovers",
    "cost_per_need_met": "needs_met", "case_rating": "rated", "rated_well_rate": "rated", "idle_share": "hours_capacity",
    "arrivals_dispersion": "needs_arisen", "reports_dispersion": "reports", "force": "hours_capacity",
}  # fmt: skip
#: Outcomes that compare or order what happened, and are NaN where too little of it did.
COMPARISONS = {
    "needs_met_30d", "effect", "gap_migrant", "gap_age", "gap_income", "gap_digital", "voice_ratio", "response_days_p50",
    "response_days_p90", "close_spread", "close_spread_pooled", "closed_7d", "utilisation", "utilisation_critical", "actors_effective", "pooled_share",
    "coordination_strength", *(o.name for o in OUTCOMES if o.name.startswith("close_days_")),
}  # fmt: skip
STAFF = {
    f"{group}.{name}": p.value
    for group in ("party", "government", "self_governing", "social", "enterprise")
    for name, p in declared(GROUPS[group]).items()
    if name == "staff" or name.endswith("_staff")
}
#: Nobody works, and there is no money to hire anybody.
NOBODY = dict.fromkeys((*STAFF, "staff.community_fund", "staff.district_fund"), 0.0) | {
    "participate.case_share": 0.0
}
PLENTY = {name: 1_000.0 * value for name, value in STAFF.items()} | {"work.free_share": 1.0}
EVERY_STRATEGY = pytest.mark.parametrize("strategy", names("strategy"))


def town(**sizes: int) -> World:
    return load_world("classroom").model_copy(update=sizes)


def lived(
    world: World,
    fixed: dict[str, float] | None = None,
    strategy: str = "siloed",
    days: int = 120,
    **more: Any,
) -> CommunityModel:
    """A life with parameters outside their declared ranges where `fixed` says so."""
    model = CommunityModel(world=world, strategy=strategy, days=days, reform_day=30, **more)
    if fixed:
        geography, parameters = model.state.geography, resolve(world.parameters, fixed)
        population = build_population(geography, parameters, model.draws)
        model.state = assemble(geography, population, parameters)
        model.adopt(strategy)
    return model.run()


def assert_sound(model: CommunityModel) -> None:
    """Nothing is NaN or infinite but outcomes of which nothing happened."""
    for name, array in model.state.arrays().items():
        assert np.isfinite(array).all(), name
    assert np.isfinite(model.records.table).all()
    for name, table in model.tables().items():
        assert not np.isinf(table.select_dtypes("number").to_numpy()).any(), name
    sums = {name: values.sum() for name, values in model.records.sums(model.reform_day).items()}
    sums["closed"] = sums["cases_resolved"] + sums["cases_given_up"] + sums["cases_paper"]
    for name, value in model.outcomes().items():
        if name in RATIOS:
            assert np.isnan(value) == (sums[RATIOS[name]] == 0.0), (
                f"{name} is {value}, {RATIOS[name]} is {sums[RATIOS[name]]}"
            )
        elif np.isnan(value):
            assert name in COMPARISONS, f"{name} is missing"
        assert not np.isinf(value), name


def totals(model: CommunityModel) -> dict[str, float]:
    return {name: float(values.sum()) for name, values in model.records.sums(0).items()}


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
