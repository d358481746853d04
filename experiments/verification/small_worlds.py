"""Small worlds made by hand: a few communities, needs and cases set as one wants them, to try a law with everything else silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.build import assemble
from sim.geography import build_geography
from sim.laws import resolve
from sim.levers import Contributions, Levers
from sim.population import build_population
from sim.randomness import Draws, draws_for
from sim.records import COLUMN
from sim.scenario import World
from sim.state import State


@dataclass
class Small:
    """A world on its first morning, its keys, and levers at their base."""

    state: State
    draws: Draws
    levers: Levers

    def tally(self, column: str) -> float:
        """A column of today's tally over all communities."""
        return float(self.state.tally[:, COLUMN[column]].sum())

    def seat(self, role: int, community: int = 0) -> int:
        """Institution in a seat of a community's circle."""
        return int(self.state.fixed.circle[community, role])

    def with_levers(self, **levers: Any) -> Levers:
        """Levers at their base but for some, each a number for all rows or an array."""
        return self.levers._replace(
            **{
                name: np.broadcast_to(np.asarray(value, np.float64), getattr(self.levers, name).shape).copy()
                for name, value in levers.items()
            }
        )


def make(
    fixed: Mapping[str, float] | None = None, *, seed: int = 1, replicate: int = 0, **shape: int
) -> Small:
    """A world of one district, one street, two communities of two cells with 50 households each, unless told otherwise.

    `fixed` are dotted parameters, also outside their declared ranges.
    """
    size = {"districts": 1, "streets": 1, "communities": 2, "cells": 2, "households": 50} | shape
    world = World.from_mapping({"name": "small", "title": {"en": "Small", "zh": "小"}, **size})
    parameters = resolve({}, fixed)
    geography, draws = build_geography(world), draws_for(seed, replicate)
    state = assemble(geography, build_population(geography, parameters, draws), parameters)
    levers = Contributions(geography.n_communities, len(state.institutions.staff)).levers()
    return Small(state, draws, levers)


def add_needs(small: Small, count: int, *, slots: Any = None, **columns: Any) -> np.ndarray:
    """Open `count` needs on day 0 (of residents in turn, unless `slots` says whose); returns their rows."""
    state = small.state
    state.ensure_room(needs=count, cases=0)
    first = int(state.sizes.needs[0])
    rows = np.arange(first, first + count)
    residents, needs = state.residents, state.needs
    slots = np.arange(count) % len(residents.identity) if slots is None else np.broadcast_to(slots, count)
    needs.slot[rows], needs.resident[rows] = slots, residents.identity[slots]
    needs.cell[rows] = residents.cell[slots]
    needs.community[rows] = state.cells.community[residents.cell[slots]]
    needs.group[rows], needs.salt[rows] = residents.group[slots], rows
    given = {
        "category": 0,
        "scope": 1,
        "arose": 0.0,
        "severity": 1.0,
        "hours": 3.0,
        "status": 0,
        "end": 0,
    } | columns
    for name, value in given.items():
        getattr(needs, name)[rows] = value
    opened = int(state.sizes.open_needs[0])
    state.lists.open_needs[opened : opened + count] = rows
    state.sizes.needs[0] += count
    state.sizes.open_needs[0] += count
    return rows


def add_cases(small: Small, needs: np.ndarray, *, providers: Any = None, **columns: Any) -> np.ndarray:
    """Open a case for each of `needs`, ready to be passed on at the beginning of day 0; returns their rows.

    `providers` are institutions by part (`[parts]` or `[cases, parts]`); without them the competent chain of the community.
    """
    state, count = small.state, len(needs)
    state.ensure_room(needs=0, cases=count)
    first = int(state.sizes.cases[0])
    rows = np.arange(first, first + count)
    n, cases, fixed = state.needs, state.cases, state.fixed
    m, k, scope = n.community[needs], n.category[needs], n.scope[needs]
    n.case[needs], n.status[needs] = rows, 1
    cases.need[rows], cases.resident[rows], cases.community[rows] = needs, n.resident[needs], m
    cases.category[rows], cases.scope[rows], cases.seen_scope[rows] = k, scope, scope
    if providers is None:
        chosen = fixed.circle[m[:, None], fixed.chains[k]]
    else:
        chosen = np.full((count, 4), -1)
        wanted = np.asarray(providers)
        chosen[:, : wanted.shape[-1]] = wanted
    used = np.arange(4) < scope[:, None]
    cases.provider[rows] = np.where(used, chosen, -1)
    hours = n.hours[needs, None] * fixed.weights[scope - 1]
    cases.asked[rows], cases.left[rows] = hours, hours
    cases.parts_left[rows] = scope
    cases.urgency[rows], cases.deadline[rows] = fixed.urgency[k], fixed.deadline[k]
    given = {
        "opened": 0.0,
        "responded": -1.0,
        "started": -1.0,
        "closed": -1.0,
        "patience": 1e9,
        "stage": 1,
        "ready": 0.0,
    }
    for name, value in (given | columns).items():
        getattr(cases, name)[rows] = value
    opened = int(state.sizes.open_cases[0])
    state.lists.open_cases[opened : opened + count] = rows
    state.sizes.cases[0] += count
    state.sizes.open_cases[0] += count
    return rows
