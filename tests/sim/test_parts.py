"""Districts taken out of a world, each alone: without what crosses borders, the sum of the parts is the whole."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pytest

from sim import CommunityModel
from sim.errors import ConfigError
from sim.needs import Level
from sim.records import COLUMN, DAILY
from sim.scenario import World, load_world

DAYS = 100
#: Households that are no multiple of four, as four share a block of random words.
SIZE = {"districts": 3, "streets": 2, "communities": 2, "cells": 3, "households": 61}
#: Disorder that spreads from cell to cell crosses the borders of districts; so do needs of four organizations, one of them the city's.
APART = {"surroundings.disorder_spread": 0.0}


@functools.cache
def lived(part: int | None, apart: bool = True) -> CommunityModel:
    """A world, or one of its districts; `apart`, without what crosses their borders."""
    world = World(
        name="parts",
        title={"en": "parts", "zh": "分区"},
        part=part,
        parameters=APART if apart else {},
        **SIZE,
    )
    model = CommunityModel(world=world, days=DAYS, reform_day=20)
    if apart:
        scopes = model.state.fixed.scope_cumulated.copy()
        scopes[:, 2:] = 1.0
        model.state.fixed = model.state.fixed._replace(scope_cumulated=scopes)
    return model.run()


def joined(read: Callable[[CommunityModel], np.ndarray]) -> np.ndarray:
    """What is read of each district, one after the other."""
    return np.concatenate([read(lived(part)) for part in range(SIZE["districts"])])


def below_the_city(model: CommunityModel, name: str, role: int) -> np.ndarray:
    t = model.state.institutions
    return getattr(t, name)[(t.role == role) & (t.level != Level.CITY)]


def test_the_sum_of_the_parts_is_the_whole_to_the_byte() -> None:
    whole, parts = (
        lived(None).records.table,
        np.concatenate([lived(part).records.table for part in range(SIZE["districts"])], axis=1),
    )
    different = {
        column.name
        for place, column in enumerate(DAILY)
        if whole[:, :, place].tobytes() != parts[:, :, place].tobytes()
    }
    # The city's own institutions stand above every district: their hours and wages are no part's alone.
    assert different == {"hours_idle", "hours_capacity", "money_used"}
    assert whole[:, :, COLUMN["cases_resolved"]].sum() > 100


@pytest.mark.parametrize(
    "name",
    ["identity", "group", "gain", "trust", "happiness", "expectation", "efficacy", "unmet", "volunteer"],
)
def test_residents_end_as_they_would_in_the_whole(name: str) -> None:
    whole = getattr(lived(None).state.residents, name)
    assert whole.tobytes() == joined(lambda m: getattr(m.state.residents, name)).tobytes()


@pytest.mark.parametrize(
    "name", ["hours_idle", "hours_available", "hours_service", "money_used", "alignment", "burnout"]
)
def test_institutions_below_the_city_end_as_they_would_in_the_whole(name: str) -> None:
    for role in np.unique(lived(None).state.institutions.role):
        whole = below_the_city(lived(None), name, role)
        parts = joined(functools.partial(below_the_city, name=name, role=role))
        assert whole.tobytes() == parts.tobytes()


def test_what_crosses_borders_shows() -> None:
    whole, part = lived(None, apart=False).records.table, lived(0, apart=False).records.table
    assert whole[:, : part.shape[1]].tobytes() != part.tobytes()


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="part=3: this world has districts 0 to 2"):
        lived(3)


def test_the_tree_of_a_copy_is_counted_anew() -> None:
    world = load_world("street")
    assert world.jurisdictions.n_cells == 48
    assert world.model_copy(update={"streets": 2}).jurisdictions.n_cells == 96
    assert load_world("chengdu").model_copy(update={"part": 0}).jurisdictions.n_communities > 1
