"""What a page is told once: all that can be chosen, in both languages, and who and where everything is in a world."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from experiments.classroom.details import described
from experiments.classroom.lesson_book import told
from experiments.classroom.messages import SPEEDS
from experiments.classroom.pair import Pair
from experiments.classroom.script import MOST_DAYS, worlds
from experiments.classroom.seen import LAYERS, SERIES
from experiments.classroom.town import Town
from experiments.configuration import options
from experiments.own_world.maps import drawn
from experiments.texts import LANGUAGES, TEXTS
from sim.mechanisms import mechanisms
from sim.needs import Actor, Category
from sim.scenario import World, load_future, load_strategy

#: Sentences of the command that the page shows, by the beginnings of their names.
SPOKEN: Final = ("room_", "category_", "role_", "level_", "actor_", "verdict_of_", "grade_of_")


@cache
def welcome() -> dict[str, Any]:
    """Worlds, strategies, mechanisms and sentences, each in English and Chinese."""
    return {
        "texts": {name: list(pair) for name, pair in TEXTS.items() if name.startswith(SPOKEN)},
        "languages": list(LANGUAGES),
        "worlds": choices(),
        "futures": [{"name": name, "title": _both(load_future(name).title)} for name in options("future")],
        "strategies": [_strategy(name) for name in options("strategy")],
        "mechanisms": [
            {"name": name, "title": one.title, "summary": one.summary, "payer": one.payer, "failure": one.failure, "theory": one.theory}
            for name, one in mechanisms().items()
        ],
        "layers": list(LAYERS), "series": list(SERIES), "speeds": list(SPEEDS), "most_days": MOST_DAYS,
        "categories": [category.name.lower() for category in Category],
        "lessons": list(told()),
        "actors": [actor.name.lower() for actor in Actor],
    }  # fmt: skip


def choices(own: World | None = None) -> list[dict[str, Any]]:
    """The worlds that can be chosen, one of own data first."""
    return [{"name": name, "title": _both(world.title)} for name, world in worlds(own).items()]


def _strategy(name: str) -> dict[str, Any]:
    strategy = load_strategy(name)
    doses = {mechanism: dose.intensity for mechanism, dose in strategy.mechanisms.items()}
    return {"name": name, "title": _both(strategy.title), "summary": _both(strategy.summary), "doses": doses}


def _both(words: Any) -> dict[str, str]:
    return {lang: getattr(words, lang) for lang in LANGUAGES}


def scene(pair: Pair) -> dict[str, Any]:
    """Where the cells of a world lie and who sits in which seat of each community."""
    town = pair.towns[0]
    state = town.model.state
    geography = state.geography
    return {
        "type": "scene", "script": pair.script.model_dump(mode="json"), "day": pair.day,
        "width": geography.width, "height": geography.height,
        "cells": {"x": geography.cell_x.tolist(), "y": geography.cell_y.tolist(), "community": geography.cell_community.tolist()},
        "shapes": drawn(town.model.world), "communities": geography.n_communities, "residents": len(state.residents.identity),
        "seats": [_seat(town, seat) for seat in range(state.fixed.circle.shape[1])],
        "circle": state.fixed.circle.tolist(),
    }  # fmt: skip


def _seat(town: Town, seat: int) -> dict[str, Any]:
    about = described(town, int(town.model.state.fixed.circle[0, seat]))
    return {name: about[name] for name in ("role", "category", "level", "actor")}
