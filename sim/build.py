"""How a world comes into being: geography, residents, institutions, circles, the constants that never change, the first state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.day.arise import fill_screens
from sim.fixed import build_fixed
from sim.geography import build_geography
from sim.jurisdictions import Jurisdictions
from sim.laws import Parameters, resolve
from sim.levers import Contributions
from sim.organizations import build_institutions
from sim.parts import part_of
from sim.population import Population, build_population
from sim.randomness import Draws
from sim.scenario import Future, Queue, World
from sim.state import State, empty_tables
from sim.tables import Array

_DAYS_PER_YEAR = 365.0
_FORMS = {"lognormal": 0.0, "exponential": 1.0, "deterministic": 2.0}


def build_state(
    world: World, future: Future, overrides: Mapping[str, Any], draws: Draws, threads: int = 1
) -> State:
    """The first morning of a world under a future, with parameters overridden by dotted name; large worlds are built in `threads`.

    Raises
    ------
    ConfigError, DataError
        Parameters or sizes that no world can have.
    """
    if world.part is not None:
        tree = world.jurisdictions  # judged before the whole is built
        whole = build_state(world.model_copy(update={"part": None}), future, overrides, draws, threads)
        return _part(whole, world, world.part, tree)
    chosen = {**world.parameters, **future.parameters, **overrides}
    fixed = queue_parameters(world.queue) if world.queue else {}
    parameters = resolve(chosen, fixed)
    geography = build_geography(world)
    population = build_population(geography, parameters, draws, threads)
    if world.queue:
        fixed |= queue_sizes(world.queue, len(population.residents.identity))
        parameters = resolve(chosen, fixed)
    return assemble(geography, population, parameters)


def _part(whole: State, world: World, district: int, tree: Jurisdictions) -> State:
    """The first morning of one district, as it is within the whole."""
    geography, population, shared = part_of(whole, world, district, tree)
    state = assemble(geography, population, whole.parameters)
    state.fixed = state.fixed._replace(**shared)
    return state


def assemble(geography: Any, population: Population, parameters: Parameters) -> State:
    """A state from its parts, on day 0, with nothing open."""
    institutions, servers, circle = build_institutions(geography, population, parameters)
    r = population.residents
    tables = empty_tables(
        residents=0, households=0, cells=0, communities=geography.n_communities, institutions=0, servers=0
    )  # fmt: skip
    tables |= {
        "residents": r, "households": population.households, "cells": population.cells,
        "institutions": institutions, "servers": servers,
        "levers": Contributions(geography.n_communities, len(institutions.staff)).levers(),
    }  # fmt: skip
    state = State(
        geography=geography,
        fixed=build_fixed(population, parameters, institutions, circle),
        parameters=parameters,
        **tables,
    )
    state.ties[:] = state.fixed.tie_rest.astype(np.float32)
    fill_screens(state, np.arange(len(r.identity), dtype=np.int32))
    return state


def queue_parameters(queue: Queue) -> dict[str, float]:
    """A day reduced to one queue: needs arise as a Poisson process, are reported at once to one provider, and nothing else happens.

    Two categories share that provider and differ in urgency; under `fifo` only one of them arises.
    """
    priority = queue.discipline == "priority"
    shares = dict.fromkeys(
        ("property", "environment", "order", "infrastructure", "dispute", "care", "migrant", "business"), 0.0
    ) | {"environment": 0.5 if priority else 1.0, "property": 0.5 if priority else 0.0}
    silent = {
        "arise.frailty_shape": 1e8, "arise.shock_shape": 1e8, "arise.shock_memory": 0.0, "arise.headroom": 1.0,
        "arise.slope_facility": 0.0, "arise.slope_effort": 0.0, "arise.slope_disorder": 0.0, "arise.slope_conflict": 0.0,
        "arise.exposure_low_income": 1.0, "arise.exposure_high_income": 1.0,
        "arise.healing": 0.0, "arise.healing_structural": 0.0, "arise.worsening": 0.0, "arise.severity_spread": 0.0,
        "needs.multi_share": 0.0, "population.turnover": 0.0,
        "voice.base_hazard": 1e9, "voice.visits": 0.0, "voice.settling": 0.0,
        "triage.error": 0.0, "triage.sign_share": 0.0, "triage.level_lag": 0.0, "triage.patience": 1e12,
        "close.quality": 1.0, "work.free_share": 1.0, "adapt.burnout_growth": 0.0,
        "work.hours_environment": 1.0, "work.hours_property": 1.0,
    }  # fmt: skip
    return (
        silent
        | {f"needs.share_{name}": share for name, share in shares.items()}
        | {
            "arise.hours_distribution": _FORMS[queue.service],
            "needs.hours_mean": 8.0 * queue.service_days,
        }
    )


def queue_sizes(queue: Queue, residents: int) -> dict[str, float]:
    """Rates that depend on how many residents there are: arrivals and servers."""
    return {
        "needs.total_rate": queue.arrivals_per_day * _DAYS_PER_YEAR / residents,
        "enterprise.property_staff": queue.servers * 10_000.0 / residents,
    }


def cells_of(state: State) -> dict[str, Array]:
    """What a map shows of each cell now."""
    c = state.cells
    n = int(state.sizes.needs[0])
    alive = state.needs.end[:n] == 0
    return {
        "cell": np.arange(len(c.first), dtype=np.int32), "community": c.community, "x": state.geography.cell_x,
        "y": state.geography.cell_y, "residents": c.last - c.first, "satisfaction": c.satisfaction, "disorder": c.disorder,
        "facility": c.facility, "social_capital": c.social_capital, "backlog": c.backlog,
        "open_needs": np.bincount(state.needs.cell[:n][alive], minlength=len(c.first)).astype(np.int64),
        "migrant_share": c.migrant_share, "conflict": c.conflict,
    }  # fmt: skip
