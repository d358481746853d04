"""Every mechanism can fail, in the way its card says, and the failure makes something worse.

Worlds with and without share every key, so differences are paired: a difference counts when all replicates have its sign and its
mean stands three standard errors from zero.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Moment
from sim.model import CommunityModel
from sim.needs import Category, Role, district_department
from sim.scenario import Dose

from .check import strategy

REPLICATES = 6
_WAITING = 2
#: The street of these tests reports more and waits less patiently than the calibrated one: a load of its own, under which a way to fail can
#: be told from chance whatever central values become.
LOADED = {
    "voice.base_hazard": 0.010,
    "triage.patience": 20.0,
    "triage.level_lag": 0.3,
    "needs.hours_spread": 0.8,
}
Fields = tuple[tuple[str, float], ...]
Change = Callable[[CommunityModel], None]


@functools.cache
def _lives(
    name: str, fields: Fields, world: str, days: int, parameters: Fields, change: Change | None
) -> tuple[CommunityModel, ...]:
    doses = {name: Dose(parameters=dict(fields))} if name else {}
    models = []
    for replicate in range(REPLICATES):
        model = CommunityModel(world=world, strategy=strategy(doses), replicate=replicate, days=days, reform_day=60,
                               parameters=dict(parameters))  # fmt: skip
        if change is not None:
            change(model)
        models.append(model.run())
    return tuple(models)


def lives(
    name: str = "", *, world: str = "street", days: int = 200, under: dict[str, float] | None = None,
    change: Change | None = None, loaded: bool = True, **fields: float,
) -> tuple[CommunityModel, ...]:  # fmt: skip
    """Replicates under one mechanism with some of its constants moved; without a name, under none. `loaded`: see `LOADED`."""
    moved = (LOADED if loaded else {}) | (under or {})
    return _lives(
        name,
        tuple(sorted(fields.items())),
        world,
        days,
        tuple(sorted(moved.items())),
        change,
    )


@functools.cache
def _outcomes(model: CommunityModel) -> dict[str, float]:
    return model.outcomes()


def outcome(name: str) -> Callable[[CommunityModel], float]:
    return lambda model: _outcomes(model)[name]


def seats(column: str, *roles: int) -> Callable[[CommunityModel], float]:
    """A column of institutions, summed over some seats."""

    def read(model: CommunityModel) -> float:
        t = model.state.institutions
        return float(getattr(t, column)[np.isin(t.role, roles)].sum())

    return read


def differences(higher: Any, lower: Any, read: Callable[[CommunityModel], float]) -> np.ndarray:
    return np.array([read(a) - read(b) for a, b in zip(higher, lower, strict=True)])


def exceeds(higher: Any, lower: Any, read: Callable[[CommunityModel], float]) -> bool:
    """Whether one set of lives has more of something than another, pair by pair."""
    d = differences(higher, lower, read)
    return bool((d > 0.0).all() and d.mean() > 3.0 * d.std(ddof=1) / math.sqrt(len(d)))


UTILITIES = district_department(Category.INFRASTRUCTURE)
DEPARTMENTS = tuple(district_department(k) for k in Category)


def test_every_mechanism_has_its_failure_here() -> None:
    files = Path(__file__).parent.glob("test_failures*.py")
    tests = [test for file in files for test in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)]
    tested = {name for name in mechanisms() if any(f"_{name}_" in test for test in tests)}
    assert tested == set(mechanisms())


def test_whistle_inflates_where_it_is_cheap_and_crowds_out_departments_own_work() -> None:
    scarce, cheap = (
        lives("whistle", inflation=0.0, whistles=1.0),
        lives("whistle", inflation=0.5, whistles=1.0),
    )
    assert exceeds(cheap, scarce, outcome("hours_coordination"))
    assert exceeds(cheap, scarce, seats("hours_coordination", *DEPARTMENTS))
    # Their own queue: utilities are settled later than with scarce whistles, and later than without any reform.
    assert exceeds(cheap, scarce, outcome("close_days_infrastructure"))
    assert exceeds(cheap, lives(), outcome("close_days_infrastructure"))
    assert exceeds(cheap, lives(), outcome("backlog"))


def test_whistle_brings_departments_that_cannot_decide() -> None:
    empty, able = lives("whistle", authority=0.1), lives("whistle", authority=0.95)
    assert exceeds(empty, able, outcome("handovers_mean"))
    assert exceeds(empty, able, outcome("close_days_infrastructure"))


def nobody_has_hands_to_spare(model: CommunityModel) -> None:
    """A common peak: one in sixteen is at work, and units that have no cases of their own have called their people home."""
    t = model.state.institutions
    offices = ~np.isin(t.role, [Role.STREET_COMMITTEE, Role.COMMUNITY_COMMITTEE])
    t.staff[offices] *= 0.0625
    t.staff[np.isin(t.role, [Role.PUBLIC_UNIT, Role.STATE_FIRM, Role.PRIVATE_FIRM])] = 0.0
    t.start_staff[:] = t.staff


def test_regional_platform_is_empty_at_a_common_peak_and_costs_all_the_same() -> None:
    calm = lives("regional_platform")
    peak, alone = (lives(name, change=nobody_has_hands_to_spare) for name in ("regional_platform", ""))
    lent = seats("hours_lent", *range(31))
    assert exceeds(calm, peak, lent)
    assert sum(map(lent, peak)) < 0.1 * sum(map(lent, calm))
    overhead = seats("hours_overhead", Role.STREET_COMMITTEE)
    for a, b in zip(calm, peak, strict=True):
        assert overhead(b) > 0.8 * overhead(a)
        assert seats("hours_borrowed", *range(31))(b) < 0.5 * overhead(b), (
            "overhead is above the hours that it brings"
        )
    # Dearer, and not better: more hours for each need that is met.
    assert exceeds(peak, alone, lambda m: outcome("hours_total")(m) / m.records.daily["needs_met"].sum())


def test_regional_platform_tires_those_who_carry_the_free_riders() -> None:
    """Who lends more than the mean of the pool becomes less willing than who lends nothing."""
    under = {"adapt.willing_free_riding": 1.0, "adapt.willing_rate": 0.3}
    # The last month's newcomers still move to their willingness: look four weeks after they joined.
    for model in lives("regional_platform", under=under, days=209):
        t = model.state.institutions
        pooled = model.programme.levers(model.state, model.day - 1).pool > 0.0
        share = t.hours_lent / np.maximum(1e-9, t.hours_available)
        carries, rides = pooled & (share > 2.0 * share[pooled].mean()), pooled & (share == 0.0)
        assert carries.any()
        assert rides.any()
        excess = t.willingness - (0.4 + 0.6 * t.alignment)
        assert excess[carries].max() < excess[rides].min() - 0.1


def test_regional_platform_is_joined_less_where_units_have_little_to_gain() -> None:
    weak, strong = (
        {"close.quality": 0.5, "enterprise.joining_reputation": 6.0},
        {"close.quality": 0.95, "enterprise.joining_reputation": 6.0},
    )
    assert exceeds(
        lives("regional_platform", under=strong),
        lives("regional_platform", under=weak),
        outcome("coverage_depth"),
    )


def test_empowerment_without_staff_lets_cases_pile_up_at_the_street() -> None:
    rights, staffed = (
        lives("empowerment", delegation=0.9, staff_moved=0.0),
        lives("empowerment", delegation=0.9, staff_moved=0.5),
    )
    for other in (staffed, lives()):
        assert exceeds(rights, other, seats("waiting", Role.STREET_OFFICE))
        assert exceeds(rights, other, outcome("backlog"))
        assert exceeds(rights, other, outcome("close_days_business"))
    assert exceeds(rights, lives(), seats("utilisation", Role.STREET_OFFICE))


def test_empowerment_leaves_the_district_short_of_what_it_gave_away() -> None:
    """Staff without rights: with hardly anything delegated the departments' own queue grows."""
    given = lives("empowerment", delegation=0.1, staff_moved=0.5)
    assert exceeds(given, lives(), outcome("close_days_infrastructure"))
    assert exceeds(given, lives(), seats("utilisation", UTILITIES))


UNITS = (Role.PROPERTY_FIRM, Role.PUBLIC_UNIT, Role.STATE_FIRM, Role.PRIVATE_FIRM)


def overhead_a_member(members: int) -> float:
    """Committee hours a day of each member of a circle when so many of its units are members."""
    model = CommunityModel(world="classroom", strategy=strategy({"big_committee": Dose(ramp=0)}), days=20, reform_day=0,
                           parameters={"enterprise.leaving": 0.0, "enterprise.joining_pace": 0.05})  # fmt: skip
    t = model.state.institutions
    rows = model.state.fixed.circle[0, list(UNITS[:members])]
    t.member[rows] = 1.0
    model.step()
    assert np.allclose(t.hours_overhead[rows], t.hours_overhead[rows[0]])
    return float(t.hours_overhead[rows[0]])


def test_big_committee_takes_time_that_grows_with_its_members() -> None:
    paid = [overhead_a_member(n) for n in (1, 2, 3, 4)]
    assert paid == pytest.approx([paid[0] * n for n in (1, 2, 3, 4)])
    assert paid[0] > 0.0


def test_big_committee_meetings_eat_capacity() -> None:
    nominal = lives("big_committee", sitting_hours=0.2, pledge=0.0)
    assert exceeds(lives(), nominal, seats("capacity", *UNITS))
    assert exceeds(nominal, lives(), seats("utilisation", Role.PROPERTY_FIRM))
    assert exceeds(nominal, lives(), outcome("backlog"))
    assert exceeds(nominal, lives(), outcome("hours_coordination"))


def test_big_committee_members_can_be_nominal_and_deliver_nothing() -> None:
    """A pledge of nothing: the circle is as full as with one, and no hour is lent."""
    nominal, true = lives("big_committee", pledge=0.0), lives("big_committee", pledge=0.6)
    for a, b in zip(nominal, true, strict=True):
        assert outcome("coverage_depth")(a) > 0.1
        assert outcome("pooled_share")(a) == 0.0 < outcome("pooled_share")(b)
    assert exceeds(nominal, true, outcome("backlog"))


def test_dual_coverage_can_exist_in_name_only_and_burden_its_members() -> None:
    name_only = lives("dual_coverage", alignment=0.0, discovery=0.0, nominal_burden=0.05)
    assert exceeds(name_only, lives(), outcome("coverage_depth"))
    assert np.allclose(differences(name_only, lives(), outcome("alignment_mean")), 0.0, atol=1e-9)
    assert exceeds(lives(), name_only, seats("capacity", *UNITS))
    assert exceeds(name_only, lives(), outcome("close_days_property"))
    assert exceeds(name_only, lives(), outcome("backlog"))


LONG: dict[str, Any] = {"world": "classroom", "days": 800}


def lever_of(model: CommunityModel, lever: str, age: int) -> float:
    """Mean of a lever `age` days after full effect began, as things stand at the end."""
    application = model.programme.applications[0]
    from sim.levers import Contributions

    made = Contributions(model.state.geography.n_communities, len(model.state.institutions.staff))
    moment = Moment(model.day, model.day - age, model.draws)
    application.mechanism.contribute(made, model.state, application.place, moment)
    return float(getattr(made.levers(), lever).mean())


def test_brand_culture_wears_off_where_cases_are_not_confirmed() -> None:
    for model in lives("brand_culture", **LONG, under={"close.quality": 0.5}):
        confirmed = model.state.communities.recognised.mean()
        fresh, stale = (lever_of(model, "warmth", age) for age in (0, 2000))
        assert stale == pytest.approx(confirmed * fresh)
        assert stale < 0.6 * fresh
        assert lever_of(model, "recognition", 2000) < 0.6 * lever_of(model, "recognition", 0)
        # The calls go on.
        assert lever_of(model, "mobilisation", 2000) == lever_of(model, "mobilisation", 0)
    good, poor = ({"close.quality": q} for q in (0.95, 0.5))
    assert exceeds(
        lives("brand_culture", **LONG, under=good),
        lives("brand_culture", **LONG, under=poor),
        outcome("trust"),
    )


def test_brand_culture_with_loud_calls_crowds_out_volunteers() -> None:
    loud, gentle, without = (
        lives("brand_culture", **LONG, mobilisation=1.0),
        lives("brand_culture", **LONG),
        lives(**LONG),
    )

    def at_end(model: CommunityModel) -> float:
        return float(model.state.residents.volunteer.sum())

    assert exceeds(gentle, loud, at_end)
    assert exceeds(without, loud, at_end)
    assert exceeds(
        loud,
        without,
        lambda model: float(model.state.residents.threshold[model.state.residents.adult == 1].mean()),
    )


def test_hierarchical_command_overloads_the_top() -> None:
    few = lives("hierarchical_command", meetings=0.02, waiting=1.0, convening=1.0)
    many = lives("hierarchical_command", meetings=0.5, waiting=1.0, convening=1.0)

    def waits(model: CommunityModel) -> float:
        return float((model.state.cases.stage[: model.state.sizes.cases[0]] == _WAITING).sum())

    assert exceeds(few, many, waits)
    for read in (outcome("response_days_p90"), outcome("backlog"), outcome("unmet_need_days")):
        assert exceeds(few, many, read)
        assert exceeds(few, lives(), read)


def test_hierarchical_command_loses_local_knowledge() -> None:
    blind, seeing = lives("hierarchical_command", knowledge=1.5), lives("hierarchical_command", knowledge=0.0)

    def astray(model: CommunityModel) -> float:
        return float(model.records.daily["cases_misrouted"].sum())

    assert exceeds(blind, seeing, astray)
    assert exceeds(blind, seeing, outcome("handovers_mean"))


def test_more_staff_is_guided_with_more_hours_than_it_gives() -> None:
    green = lives("more_staff", world="classroom", guidance=1.5, greenness=0.6)
    ready = lives("more_staff", world="classroom", guidance=0.0, greenness=0.0)
    without = lives(world="classroom")
    assert exceeds(without, ready, outcome("backlog"))
    assert exceeds(green, without, outcome("backlog"))
    assert exceeds(green, ready, outcome("programme_cost"))


def test_more_staff_does_not_mend_hand_overs() -> None:
    """The backlog falls; cases are handed over as often as before, within a twentieth."""
    hired, without = lives("more_staff", world="classroom"), lives(world="classroom")
    assert exceeds(without, hired, outcome("backlog"))
    before = np.mean([outcome("handovers_mean")(model) for model in without])
    assert differences(hired, without, outcome("handovers_mean")).mean() > -0.05 * before
