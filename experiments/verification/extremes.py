"""Worlds at their limits: how they are made, and what of them may be missing and what never may."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.build import assemble
from sim.laws import GROUPS, resolve
from sim.model import CommunityModel
from sim.outcomes import OUTCOMES
from sim.parameters import declared
from sim.population import build_population
from sim.scenario import World, load_world

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


def town(**sizes: int) -> World:
    """The classroom's world in other sizes."""
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


def unsound(model: CommunityModel) -> list[str]:
    """What is NaN or infinite though something happened of which it speaks; `[]` for a sound life."""
    found = [name for name, array in model.state.arrays().items() if not np.isfinite(array).all()]
    if not np.isfinite(model.records.table).all():
        found.append("records")
    found += [
        f"table {name}"
        for name, table in model.tables().items()
        if np.isinf(table.select_dtypes("number").to_numpy()).any()
    ]
    sums = {name: values.sum() for name, values in model.records.sums(model.reform_day).items()}
    sums["closed"] = sums["cases_resolved"] + sums["cases_given_up"] + sums["cases_paper"]
    for name, value in model.outcomes().items():
        if name in RATIOS:
            wrong = np.isnan(value) != (sums[RATIOS[name]] == 0.0)
        else:
            wrong = np.isnan(value) and name not in COMPARISONS
        if wrong or np.isinf(value):
            found.append(f"{name} is {value}")
    return found


def totals(model: CommunityModel) -> dict[str, float]:
    """Daily sums over the whole life."""
    return {name: float(values.sum()) for name, values in model.records.sums(0).items()}
