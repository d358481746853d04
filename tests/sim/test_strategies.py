"""A strategy at work: doses rise along their ramp, places are nested, payers limit what is done, and faults are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.build import build_state
from sim.errors import ConfigError
from sim.laws import resolve
from sim.mechanisms import mechanisms
from sim.needs import Role
from sim.randomness import draws_for
from sim.scenario import Dose, Strategy, Words, World, load_future
from sim.state import State
from sim.strategies import Application, Programme

REFORM = 20
DRAWS = draws_for(1, 0)


def strategy(**doses: Dose) -> Strategy:
    words = Words(en="Test", zh="测试")
    return Strategy(name="test", title=words, summary=words, mechanisms=doses)


def built(communities: int = 4, streets: int = 1) -> State:
    shape = {"districts": 1, "streets": streets, "communities": communities, "cells": 1, "households": 12}
    world = World.from_mapping({"name": "small", "title": {"en": "Small", "zh": "小"}, **shape})
    return build_state(world, load_future("reference"), {}, DRAWS)


def programme(state: State, reform_day: int = REFORM, seed: int = 1, **doses: Dose) -> Programme:
    return Programme(
        strategy(**doses), state.parameters, state.geography.n_communities, draws_for(seed, 0), reform_day
    )


def doses_of(application: Application, days: range) -> list[float]:
    return [float(application.dose(day).max()) for day in days]


@pytest.mark.parametrize(("intensity", "ramp"), [(1.0, 30), (0.6, 10), (0.25, 1), (1.0, 0)])
def test_a_dose_rises_linearly_along_its_ramp(intensity: float, ramp: int) -> None:
    only = programme(built(), whistle=Dose(intensity=intensity, ramp=ramp)).applications[0]
    found = doses_of(only, range(REFORM + 60))
    expected = [0.0] * REFORM + [
        intensity * min(1.0, (age + 1) / ramp) if ramp else intensity for age in range(60)
    ]
    assert found == pytest.approx(expected)
    assert found[REFORM] > 0.0
    changes = [day for day in range(1, REFORM + 60) if found[day] != found[day - 1]]
    assert all(only.moves(day) for day in changes)


def test_a_later_start_shifts_the_same_ramp() -> None:
    state = built()
    early, late = (
        programme(state, whistle=Dose(start=start)).applications[0] for start in (None, REFORM + 15)
    )
    assert doses_of(late, range(15, 90)) == doses_of(early, range(75))
    assert max(doses_of(late, range(REFORM + 15))) == 0.0


def test_levers_move_on_the_day_on_which_the_dose_does() -> None:
    """Recomputed when a dose moves and at the beginning of each week; the levers of a day are those of its dose."""
    state = built()
    state.institutions.staff[:] = 100.0  # whatever is asked can be paid
    made = programme(state, reform_day=3, whistle=Dose(ramp=5))
    share = state.parameters.whistle.convening
    for day in range(15):
        dose = 0.0 if day < 3 else min(1.0, (day - 2) / 5)
        assert made.levers(state, day).convening == pytest.approx(share * dose)
    kept = made.levers(state, 15)
    assert made.levers(state, 16) is kept
    assert made.levers(state, 21) is not kept


def places(share: float, seed: int = 1, name: str = "whistle", communities: int = 400) -> np.ndarray:
    state = built(1)
    chosen = Programme(
        strategy(**{name: Dose(place=share)}), state.parameters, communities, draws_for(seed, 0), REFORM
    )
    return chosen.applications[0].place > 0.0


def test_larger_shares_of_communities_contain_smaller_ones() -> None:
    before = places(0.01)
    for share in (0.1, 0.25, 0.5, 0.9, 1.0):
        now = places(share)
        assert (now | ~before).all()
        error = (400 * share * (1.0 - share)) ** 0.5
        assert abs(now.sum() - 400 * share) <= 4.3 * error
        before = now
    assert before.all()


def test_places_are_drawn_by_seed_and_by_mechanism_not_by_what_else_is_listed() -> None:
    assert (places(0.5) == places(0.5)).all()
    assert (places(0.5) != places(0.5, seed=2)).any()
    assert (places(0.5) != places(0.5, name="empowerment")).any()
    state = built(8)
    alone = programme(state, whistle=Dose(place=0.5)).applications[0].place
    beside = programme(
        state, whistle=Dose(place=0.5), empowerment=Dose(place=0.3), dual_coverage=Dose()
    ).applications
    assert (next(a for a in beside if type(a.mechanism).__name__ == "Whistle").place == alone).all()


def test_a_list_of_places_is_those_places() -> None:
    only = programme(built(), whistle=Dose(place=[3, 1])).applications[0]
    assert only.place.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert only.dose(REFORM + 100).tolist() == [0.0, 1.0, 0.0, 1.0]


def test_intensity_zero_is_no_application_at_all() -> None:
    assert programme(built(), whistle=Dose(intensity=0.0)).applications == []


def test_payers_that_have_half_of_what_is_asked_pay_for_half_of_the_dose() -> None:
    state = built()
    t, p = state.institutions, state.parameters.brand_culture
    rows = np.flatnonzero(t.role == Role.COMMUNITY_COMMITTEE)
    t.budget[rows] = t.staff[rows] * t.wage[rows] + p.money * np.array([1.0, 0.5, 0.25, 0.0])
    levers = programme(state, brand_culture=Dose(ramp=0)).levers(state, REFORM)
    assert levers.mobilisation == pytest.approx(p.mobilisation * np.array([1.0, 0.5, 0.25, 0.0]))
    assert levers.money_charge[rows] == pytest.approx(p.money * np.array([1.0, 0.5, 0.25, 0.0]))


def test_hours_limit_a_dose_as_money_does() -> None:
    state = built()
    t, p = state.institutions, state.parameters.whistle
    street = np.flatnonzero(t.role == Role.STREET_COMMITTEE)
    called = np.flatnonzero((t.role >= Role.DISTRICT_DEPARTMENT) & (t.role < Role.STREET_OFFICE))
    t.staff[called] = 100.0
    t.staff[street] = 0.4 * p.street_hours / (8.0 * t.free_share[street])
    levers = programme(state, whistle=Dose(ramp=0)).levers(state, REFORM)
    assert levers.summon == pytest.approx(np.full(4, 0.4))
    assert levers.overhead_hours[street] == pytest.approx(0.4 * p.street_hours)
    # The other payers had enough, and are charged for what they do.
    assert levers.overhead_hours[called] == pytest.approx(np.full(len(called), p.liaison_hours))


def test_two_mechanisms_share_what_one_payer_has() -> None:
    """What both ask of the street committee is twice what it has: both do half."""
    state = built()
    t, p = state.institutions, state.parameters
    street = np.flatnonzero(t.role == Role.STREET_COMMITTEE)
    t.staff[np.flatnonzero((t.role >= Role.DISTRICT_DEPARTMENT) & (t.role < Role.STREET_OFFICE))] = 100.0
    asked = p.whistle.street_hours + p.regional_platform.platform_hours
    t.staff[street] = 0.5 * asked / (8.0 * t.free_share[street])
    levers = programme(state, whistle=Dose(ramp=0), regional_platform=Dose(ramp=0)).levers(state, REFORM)
    assert levers.summon == pytest.approx(np.full(4, 0.5))
    assert levers.conversion == pytest.approx(np.full(4, 0.5 * p.regional_platform.conversion))
    assert levers.overhead_hours[street] == pytest.approx(0.5 * asked)


def test_who_cannot_pay_holds_back_only_its_own_area() -> None:
    state = built(communities=2, streets=2)
    t = state.institutions
    street = np.flatnonzero(t.role == Role.STREET_COMMITTEE)
    t.staff[street[0]] = 0.0
    t.staff[street[1]] = 100.0
    levers = programme(state, regional_platform=Dose(ramp=0)).levers(state, REFORM)
    assert levers.conversion[:2].tolist() == [0.0, 0.0]
    assert levers.conversion[2:] == pytest.approx(np.full(2, state.parameters.regional_platform.conversion))


def test_parameters_of_a_dose_change_this_application_alone() -> None:
    state = built()
    made = programme(state, whistle=Dose(parameters={"convening": 0.9}))
    assert made.applications[0].mechanism.parameters.convening == 0.9
    assert (
        state.parameters.whistle.convening
        == mechanisms()["whistle"].Parameters._field_defaults["convening"].value
    )  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("doses", "complaint"),
    [
        ({"whistle": Dose(start=REFORM - 1)}, "start=19: before the reform day 20"),
        ({"whistle": Dose(start=0)}, "until when all options share one past"),
        ({"whistel": Dose()}, "did you mean 'whistle'"),
        ({"whistle": Dose(parameters={"convenin": 0.5})}, "did you mean 'convening'"),
        ({"whistle": Dose(parameters={"convening": 1.5})}, "outside 0.1 to 1 share"),
        ({"whistle": Dose(place=[1, 4, 9])}, r"place=\[4, 9\]: this world has communities 0 to 3"),
    ],
)
def test_faults_are_told_with_mechanism_value_and_what_is_allowed(
    doses: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        programme(built(), **doses)
    assert next(iter(doses)) in str(caught.value)


def test_starting_on_the_reform_day_or_later_is_no_fault() -> None:
    for start in (REFORM, REFORM + 1, None):
        assert programme(built(), whistle=Dose(start=start)).applications[0].start >= REFORM


def waves(place: Any, communities: int = 8, seed: int = 1, name: str = "whistle") -> np.ndarray:
    """Day on which each community has its turn."""
    wanted = strategy(**{name: Dose(place=place)})
    made = Programme(wanted, resolve(), communities, draws_for(seed, 0), REFORM)
    return made.applications[0].begins


@pytest.mark.parametrize(("steps", "communities"), [(4, 8), (3, 8), (8, 8), (1, 5), (5, 41)])
def test_steps_are_waves_of_equal_size_in_keyed_random_order(steps: int, communities: int) -> None:
    place = {"steps": steps, "every": 60}
    begins = waves(place, communities)
    days, sizes = np.unique(begins, return_counts=True)
    assert days.tolist() == [REFORM + 60 * wave for wave in range(steps)]
    assert sizes.sum() == communities and sizes.max() - sizes.min() <= 1
    assert (waves(place, communities) == begins).all()
    assert (waves(place, communities, name="empowerment") == begins).all(), "a strategy comes as a whole"
    orders = {tuple(waves(place, communities, seed=seed)) for seed in range(6)}
    assert len(orders) > 1 or steps == 1


def test_steps_favour_no_community() -> None:
    """Over many keys each community is in the first of two waves half the time."""
    first = sum((waves({"steps": 2, "every": 5}, 4, seed=seed) == REFORM).astype(int) for seed in range(400))
    assert (abs(first - 200) < 4.3 * 10.0).all()


def test_named_waves_have_their_turn_one_after_another_and_the_others_never() -> None:
    begins = waves({"waves": [[4, 1], [0], [6]], "every": 25})
    assert begins.tolist() == [REFORM + 25, REFORM, -1, -1, REFORM, -1, REFORM + 50, -1]


def test_each_wave_rises_along_a_ramp_of_its_own() -> None:
    """Each community's dose is that of a mechanism that starts on its day; `moves` misses no change and tells of few others."""
    place, ramp, every = {"waves": [[2], [0, 3], [1]], "every": 20}, 10, 20
    state = built()
    only = programme(state, whistle=Dose(intensity=0.8, ramp=ramp, place=place)).applications[0]
    alone = {
        delay: programme(state, whistle=Dose(intensity=0.8, ramp=ramp, start=REFORM + delay)).applications[0]
        for delay in (0, every, 2 * every)
    }
    delays = [every, 2 * every, 0, every]
    days = range(REFORM + 100)
    for day in days:
        assert only.dose(day).tolist() == [alone[delay].dose(day)[m] for m, delay in enumerate(delays)]
    changed = {day for day in days[1:] if (only.dose(day) != only.dose(day - 1)).any()}
    told = {day for day in days if only.moves(day)}
    assert changed <= told <= changed | {REFORM + delay + ramp for delay in delays}


def test_waves_all_on_one_day_are_a_place_like_any_other() -> None:
    state = built()
    once = programme(state, whistle=Dose(place={"waves": [[0, 2]], "every": 9})).applications[0]
    listed = programme(state, whistle=Dose(place=[0, 2])).applications[0]
    for day in range(REFORM + 50):
        assert once.dose(day).tobytes() == listed.dose(day).tobytes()
        assert once.moves(day) == listed.moves(day)


def test_novelty_is_new_where_a_wave_arrives() -> None:
    """Brand culture wears off from the day on which it comes, not from the day on which it came elsewhere."""
    state = built()
    state.institutions.staff[:] = 100.0
    state.institutions.budget[:] = 1e9
    state.communities.recognised[:] = 0.0
    place = {"waves": [[0], [1, 2, 3]], "every": 70}
    made = programme(state, brand_culture=Dose(ramp=0, place=place))
    p = state.parameters.brand_culture
    day = 98
    warmth = made.levers(state, day).warmth
    ages = np.array([day - REFORM, *[day - REFORM - 70] * 3])
    assert warmth == pytest.approx(p.warmth * np.exp(-ages / p.novelty_days))


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (
            {"steps": 9, "every": 5},
            "mechanism 'whistle', place.steps=9: this world has 8 communities for them",
        ),
        (
            {"waves": [[0], [8]], "every": 5},
            "mechanism 'whistle', place=[8]: this world has communities 0 to 7",
        ),
    ],
)
def test_waves_must_fit_the_world(place: Any, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        waves(place)
    assert str(caught.value) == told
