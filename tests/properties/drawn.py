"""Lives drawn at random: worlds from one household on, any set of mechanisms at any dose and place, any future, any constants."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as draw

from sim import courses
from sim.courses import QUANTITIES, Course
from sim.laws import GROUPS
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.parameters import Parameter, declared
from sim.scenario import Dose, Future, Strategy, World, load_future, load_strategy, load_world, names

PARAMETERS: dict[str, Parameter] = {
    f"{group}.{name}": p for group, kind in GROUPS.items() for name, p in declared(kind).items()
}
#: Shipped futures begin long after a drawn life ends: their courses are moved by so many days.
EARLIER = 235


class Life(NamedTuple):
    """A drawn world, strategy and so on: what a model is made of."""

    world: World
    strategy: Strategy
    future: Future
    parameters: dict[str, float]
    seed: int
    days: int
    reform_day: int

    def model(self, **more: object) -> CommunityModel:
        return CommunityModel(**self._asdict() | more)

    def live(self) -> CommunityModel:
        return self.model().run()


def worlds() -> draw.SearchStrategy[World]:
    """Small trees; one household in one cell is a world too."""
    shape = draw.fixed_dictionaries({
        "districts": draw.integers(1, 2), "streets": draw.integers(1, 2), "communities": draw.integers(1, 3),
        "cells": draw.integers(1, 4), "households": draw.integers(20, 90) | draw.integers(1, 20),
    })  # fmt: skip
    return shape.map(lambda counts: load_world("classroom").model_copy(update={"name": "drawn", **counts}))


def communities_of(world: World) -> int:
    return world.districts * world.streets * world.communities


def rollouts(communities: int) -> draw.SearchStrategy[dict[str, object]]:
    """Waves by their number or by name."""
    indices = draw.permutations(range(communities))
    waves = draw.tuples(indices, draw.integers(1, communities)).map(
        lambda drawn: [list(part) for part in (drawn[0][: drawn[1]], drawn[0][drawn[1] :]) if part]
    )
    return draw.fixed_dictionaries(
        {"every": draw.integers(1, 30), "steps": draw.integers(1, communities)}
    ) | draw.fixed_dictionaries({"every": draw.integers(1, 30), "waves": waves})


def doses(communities: int, days: int, reform_day: int) -> draw.SearchStrategy[Dose]:
    places = draw.one_of(
        draw.just("all"),
        draw.floats(0.05, 1.0),
        draw.lists(draw.integers(0, communities - 1), min_size=1, unique=True),
        rollouts(communities),
    )
    return draw.builds(
        Dose,
        # None, or something: a dose of 1e-300 costs hours that no ratio can be taken to.
        intensity=draw.just(0.0) | draw.floats(0.001, 1.0),
        start=draw.none() | draw.integers(reform_day, days),
        ramp=draw.integers(0, 40),
        place=places,
    )


def ranged(named: draw.SearchStrategy[list[str]]) -> draw.SearchStrategy[dict[str, float]]:
    """Values of some parameters, anywhere in their ranges, ends included."""

    def within(chosen: list[str]) -> draw.SearchStrategy[dict[str, float]]:
        return draw.fixed_dictionaries(
            {name: draw.floats(PARAMETERS[name].low, PARAMETERS[name].high) for name in chosen}
        )

    return named.flatmap(within)


@draw.composite
def drawn_courses(new: draw.DrawFn, first: int, days: int) -> Course:
    """A course that begins on day `first` or later and stays in the range of its quantity."""
    quantity = new(draw.sampled_from(sorted(QUANTITIES)))
    allowed = QUANTITIES[quantity]
    shape = new(draw.sampled_from(("step", "ramp", "pulse")))
    start = new(draw.integers(first, days))
    end = new(draw.integers(start, days + 30))
    return Course(
        quantity=quantity, shape=shape, start=start, end=end, source="drawn", grade="judgement",
        peak=new(draw.none() | draw.integers(start, end)) if shape == "pulse" else None,
        size=new(draw.floats(allowed.low - allowed.base, allowed.high - allowed.base)),
    )  # fmt: skip


def moved(course: Course) -> Course:
    """A course of a shipped future, early enough for a short life."""
    days = {name: getattr(course, name) for name in ("start", "peak", "end")}
    return course.model_copy(
        update={name: max(0, day - EARLIER) for name, day in days.items() if day is not None}
    )


@draw.composite
def futures(new: draw.DrawFn, days: int, first: int = 0, shipped: bool = True) -> Future:
    """Some shipped futures and some drawn courses at once; courses that leave a quantity's range together are left out."""
    chosen = [
        load_future(name)
        for name in new(draw.lists(draw.sampled_from(names("future")), max_size=2, unique=True))
    ]
    offered = [moved(course) for future in chosen for course in future.courses] if shipped else []
    offered += new(draw.lists(drawn_courses(first, days), max_size=4))
    kept: list[Course] = []
    for course in offered:
        if not list(courses.faults([*kept, course])):
            kept.append(course)
    parameters = (
        {name: value for future in chosen for name, value in future.parameters.items()} if shipped else {}
    )
    return load_future("reference").model_copy(
        update={"name": "drawn", "courses": tuple(kept), "parameters": parameters}
    )


@draw.composite
def lives(new: draw.DrawFn) -> Life:
    world = new(worlds())
    days = new(draw.integers(2, 60))
    reform_day = new(draw.integers(0, min(25, days - 1)))
    chosen = new(
        draw.lists(draw.sampled_from(list(mechanisms())), max_size=6, unique=True)
        | draw.just(list(mechanisms()))
    )
    strategy = load_strategy("siloed").model_copy(update={
        "name": "drawn",
        "mechanisms": {name: new(doses(communities_of(world), days, reform_day)) for name in chosen},
    })  # fmt: skip
    parameters = new(ranged(draw.lists(draw.sampled_from(sorted(PARAMETERS)), max_size=12, unique=True)))
    return Life(
        world, strategy, new(futures(days)), parameters, new(draw.integers(0, 2**40)), days, reform_day
    )
