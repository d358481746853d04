"""V2 on random small worlds: whatever the world, the strategy and the parameters, the books balance and the bounds hold.

Hypothesis draws a world of a few dozen households, a strategy of some mechanisms at random doses and places, and some parameters
anywhere in their declared ranges; a failure shrinks to the smallest world that shows it. Few examples run always, always the same;
many run where asked for (`-m slow`), each time others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as draw

from experiments.verification.books import audit
from sim.errors import DataError
from sim.laws import GROUPS
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.parameters import Parameter, declared
from sim.scenario import Dose, Strategy, World, load_strategy, load_world

settings.register_profile("always", max_examples=30, derandomize=True, database=None, deadline=None)
settings.register_profile(
    "nightly", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
ALWAYS, NIGHTLY = settings.get_profile("always"), settings.get_profile("nightly")

PARAMETERS: dict[str, Parameter] = {
    f"{group}.{name}": p for group, kind in GROUPS.items() for name, p in declared(kind).items()
}


class Life(NamedTuple):
    """A drawn world, strategy and so on: what a model is made of."""

    world: World
    strategy: Strategy
    parameters: dict[str, float]
    seed: int
    days: int
    reform_day: int

    def live(self) -> CommunityModel:
        return CommunityModel(**self._asdict()).run()


def worlds() -> draw.SearchStrategy[World]:
    shape = draw.fixed_dictionaries({
        "streets": draw.integers(1, 2), "communities": draw.integers(1, 3), "cells": draw.integers(1, 4),
        "households": draw.integers(20, 120),
    })  # fmt: skip
    return shape.map(lambda counts: load_world("classroom").model_copy(update={"name": "drawn", **counts}))


def doses(communities: int, days: int, reform_day: int) -> draw.SearchStrategy[Dose]:
    places = draw.one_of(
        draw.just("all"),
        draw.floats(0.05, 1.0),
        draw.lists(draw.integers(0, communities - 1), min_size=1, unique=True),
    )
    return draw.builds(
        Dose,
        # None, or something: a dose of 1e-300 costs hours that no ratio can be taken to.
        intensity=draw.just(0.0) | draw.floats(0.001, 1.0),
        start=draw.none() | draw.integers(reform_day, days),
        ramp=draw.integers(0, 40),
        place=places,
    )


def ranged(names: draw.SearchStrategy[list[str]]) -> draw.SearchStrategy[dict[str, float]]:
    """Values of some parameters, anywhere in their ranges, ends included."""

    def within(chosen: list[str]) -> draw.SearchStrategy[dict[str, float]]:
        return draw.fixed_dictionaries(
            {name: draw.floats(PARAMETERS[name].low, PARAMETERS[name].high) for name in chosen}
        )

    return names.flatmap(within)


@draw.composite
def lives(new: draw.DrawFn) -> Life:
    world = new(worlds())
    days = new(draw.integers(2, 70))
    reform_day = new(draw.integers(0, min(25, days - 1)))
    chosen = new(draw.lists(draw.sampled_from(list(mechanisms())), max_size=4, unique=True))
    communities = world.streets * world.communities
    strategy = load_strategy("siloed").model_copy(update={
        "name": "drawn", "mechanisms": {name: new(doses(communities, days, reform_day)) for name in chosen},
    })  # fmt: skip
    parameters = new(ranged(draw.lists(draw.sampled_from(sorted(PARAMETERS)), max_size=12, unique=True)))
    return Life(world, strategy, parameters, new(draw.integers(0, 2**40)), days, reform_day)


def check(life: Life) -> CommunityModel:
    """Live it; the books are checked each evening by the model and once more here."""
    note(f"CommunityModel(world={life.world!r}, strategy={life.strategy!r}, parameters={life.parameters!r})")
    model = life.live()
    audit(model)
    event(f"needs: {_magnitude(model.state.sizes.needs[0])}")
    event(f"cases: {_magnitude(model.state.sizes.cases[0])}")
    return model


def _magnitude(count: int) -> str:
    return "none" if count == 0 else f"10^{int(np.log10(count))} or more"


def check_twice(life: Life) -> None:
    """Books, bounds and determinism; a checkpoint of the reform day leads to the same end."""
    model = check(life)
    again = CommunityModel(**life._asdict())
    morning = again.run(life.reform_day).checkpoint()
    for _ in range(2):
        again.resume(morning, life.strategy).run()
        assert again.records.table.tobytes() == model.records.table.tobytes(), (
            "another life from the same keys"
        )
        n = int(model.state.sizes.needs[0])
        assert again.state.needs.ended[:n].tobytes() == model.state.needs.ended[:n].tobytes()


@ALWAYS
@given(lives())
def test_books_bounds_and_determinism(life: Life) -> None:
    check_twice(life)


@ALWAYS
@given(lives())
def test_nothing_moves_before_the_reform_day(life: Life) -> None:
    """Against the same world without a strategy."""
    baseline = life._replace(strategy=load_strategy("siloed"))
    one, two = (CommunityModel(**which._asdict()).run(life.reform_day) for which in (life, baseline))
    assert one.records.table.tobytes() == two.records.table.tobytes()


@pytest.mark.slow
@NIGHTLY
@given(lives())
def test_books_bounds_and_determinism_at_length(life: Life) -> None:
    check_twice(life)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("group", GROUPS)
def test_each_group_of_parameters_at_its_ends(group: str, end: str) -> None:
    """All parameters of a group at their lowest or at their highest at once, with every mechanism at work."""
    strategy = load_strategy("siloed").model_copy(
        update={"name": "all", "mechanisms": {name: Dose(ramp=3) for name in mechanisms()}}
    )
    values = {f"{group}.{name}": float(getattr(p, end)) for name, p in declared(GROUPS[group]).items()}
    world = load_world("classroom").model_copy(update={"cells": 2, "households": 60})
    audit(CommunityModel(world=world, strategy=strategy, parameters=values, days=45, reform_day=10).run())


def test_drawn_lives_are_varied() -> None:
    """The generator reaches what it is meant to reach: reforms at work, several communities, parameters moved, needs and cases."""
    seen: list[Life] = []

    @settings(ALWAYS, max_examples=60)
    @given(lives())
    def collect(life: Life) -> None:
        seen.append(life)

    collect()
    active = [life for life in seen if any(d.intensity > 0 for d in life.strategy.mechanisms.values())]
    assert len(active) > len(seen) / 4
    assert {life.world.communities for life in seen} == {1, 2, 3}
    assert any(len(life.parameters) > 5 for life in seen)
    assert any(life.live().state.sizes.cases[0] > 20 for life in seen)


def test_impossible_households_are_refused_in_words() -> None:
    """Declared ranges allow no world that cannot be peopled; outside of them the fault is told."""
    p = declared(GROUPS["population"])
    from sim.traits import household_sizes

    for mean in (p["household_mean"].low, p["household_mean"].high):
        for alone in (p["one_person_share"].low, p["one_person_share"].high):
            assert household_sizes(mean, alone).sum() == pytest.approx(1.0)
    with pytest.raises(DataError, match="no sizes"):
        household_sizes(1.0, 0.3)
