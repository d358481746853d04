"""V6: extreme worlds have sensible limits and never a NaN where none is documented."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import CommunityModel
from sim.scenario import World, load_world

#: Ratios that are NaN when nothing of their kind happened (no meeting, no case closed).
MAY_BE_NAN = {"coordination_breadth", "coordination_strength", "needs_met_30d", "resolution_rate", "on_time_rate", "reopening_rate", "case_rating",
              "gaming_gap", "actors_effective", "joint_share", "pooled_share", "rule_share", "digital_share", "skill_mean", "leadership_height",
              "handovers_mean", "refusal_rate", "cost_per_need_met", "confirmed_rate", "rated_well_rate", "voice_ratio", "effect", "close_spread",
              "response_days_p50", "response_days_p90", "utilisation", "utilisation_critical", "gap_migrant", "gap_age", "gap_income", "gap_digital",
              "idle_share", "force", "arrivals_dispersion"}  # fmt: skip
STAFF = ("party.city_staff", "party.district_staff", "party.street_staff", "party.community_staff", "party.branch_staff",
         "government.city_staff", "government.district_staff", "government.utility_staff", "government.street_staff",
         "government.station_staff", "self_governing.committee_staff", "self_governing.council_staff", "social.staff",
         "enterprise.property_staff", "enterprise.unit_staff")  # fmt: skip


def small(**sizes: int) -> World:
    return load_world("classroom").model_copy(update=sizes)


def lived(
    world: World, fixed: dict[str, float] | None = None, strategy: str = "wuhan", days: int = 120, **keys: Any
) -> CommunityModel:
    """A model of `world` with parameters outside their ranges where `fixed` says so."""
    if not fixed:
        return CommunityModel(world=world, strategy=strategy, days=days, reform_day=30, **keys).run()
    from sim import build

    resolve = build.resolve
    try:
        build.resolve = lambda overrides, own=None: resolve(overrides, {**(own or {}), **fixed})
        return CommunityModel(world=world, strategy=strategy, days=days, reform_day=30, **keys).run()
    finally:
        build.resolve = resolve


def sound(model: CommunityModel) -> None:
    for name, array in model.state.arrays().items():
        if array.dtype.kind == "f":
            assert np.isfinite(array).all(), name
    assert np.isfinite(model.records.table).all()
    nans = {name for name, value in model.outcomes().items() if not np.isfinite(value)}
    assert {name for name in nans if not name.startswith("close_days_")} <= MAY_BE_NAN


def test_zero_staff_resolves_nothing() -> None:
    model = lived(small(), dict.fromkeys(STAFF, 0.0) | {"participate.case_share": 0.0})
    sums = model.records.sums(0)
    assert sums["needs_arisen"].sum() > 0
    assert sums["cases_resolved"].sum() == 0
    assert sums["hours_service"].sum() == 0
    assert sums["cases_given_up"].sum() > 0
    sound(model)


def test_plenty_of_staff_leaves_no_queue() -> None:
    model = lived(small(), dict.fromkeys(STAFF, 2000.0) | {"participate.case_share": 1.0}, strategy="siloed")
    cases = model.tables()["cases"]
    alone = cases[(cases["scope"] == 1) & cases["started"].notna() & (cases["category"] != "order")]
    assert len(alone) > 20
    # Work begins as soon as the case is signed for: nothing waits.
    assert (alone["started"] - alone["responded"]).quantile(0.95) < 0.5
    sound(model)


def test_no_needs_no_cases_and_facilities_age() -> None:
    model = lived(small(), {"needs.total_rate": 0.0}, strategy="siloed")
    sums = model.records.sums(0)
    assert sums["needs_arisen"].sum() == sums["cases_opened"].sum() == sums["hours_service"].sum() == 0
    ageing = model.state.parameters.surroundings.ageing
    expected = model.records.sums(0)["facility_sum"][0] * (1.0 - ageing / 365.0) ** (model.day - 1)
    assert sums["facility_sum"][-1] == pytest.approx(expected, rel=1e-12)
    sound(model)


@pytest.mark.parametrize("sizes", [
    {"communities": 1, "cells": 1, "households": 1}, {"communities": 1, "cells": 1, "households": 40}, {"communities": 3, "cells": 1, "households": 5},
])  # fmt: skip
def test_tiny_worlds(sizes: dict[str, int]) -> None:
    sound(lived(small(**sizes)))


def test_all_migrants() -> None:
    model = lived(small(), parameters={"population.migrant_share": 1.0})
    assert model.records.sums(0)["residents_local"].sum() == 0
    assert np.isnan(model.outcomes()["gap_migrant"])
    sound(model)
