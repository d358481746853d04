"""The community model: build a world once, live it day by day, fork its futures.

model = CommunityModel(world="street", strategy="wuhan", seed=7)
model.run(days=730)
model.records.daily
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import mesa
import numpy as np
import pandas as pd

from sim.build import build_state, cells_of
from sim.day.adapt import adapt
from sim.day.arise import arise
from sim.day.close import close
from sim.day.coordinate import coordinate
from sim.day.observe import observe
from sim.day.participate import participate
from sim.day.respond import respond
from sim.day.triage import triage
from sim.day.voice import voice
from sim.day.work import work
from sim.errors import ConfigError, XietongError
from sim.geography import layers_of, make_grid, refresh_layers
from sim.ledger import ledger_columns
from sim.levers import Levers
from sim.organizations import make_agents
from sim.organizations.network import strengths
from sim.outcomes import outcomes
from sim.randomness import STREAMS, draws_for
from sim.records import Records, cases_columns, needs_columns
from sim.scenario import Future, Strategy, World, load_future, load_strategy, load_world
from sim.state import State
from sim.strategies import Programme
from sim.tables import Array
from sim.unfolding import Unfolding

#: The seed of those who name none.
SEED: Final = 1
#: The day, in order. Each law is one function of (state, levers, draws, day) in the module of its name.
DAY = (arise, voice, triage, coordinate, work, close, respond, participate, adapt)
#: Tables of a run: how the columns of each are read from a model.
TABLES: Final[Mapping[str, Callable[[CommunityModel], dict[str, Any]]]] = {
    "daily": lambda model: model.records.columns(),
    "cases": lambda model: cases_columns(model.state),
    "needs": lambda model: needs_columns(model.state),
    "ledger": lambda model: ledger_columns(model.state),
    "cells": lambda model: cells_of(model.state),
}


@dataclass(frozen=True)
class Checkpoint:
    """A morning to return to: everything that changes, and the records kept until then."""

    day: int
    snapshot: dict[str, Any]
    kept: dict[str, Array]
    marks: dict[str, Array]
    strategy: Strategy
    levers: Levers | None


class BrokenModelError(XietongError):
    """A model is to go on after an error in one of its days: Mesa's schedule (since 3.5) ends with it, and its state is half a day's."""


class CommunityModel(mesa.Model):
    """A city's communities under one strategy, as a Mesa model.

    Parameters
    ----------
    world, strategy, future : name of a shipped scenario, or a `World`, `Strategy`, `Future`.
    seed, replicate : the keys of all randomness; equal keys are equal lives, whatever the strategy. `rng` is Mesa's newer name for
        the seed; without either it is 1.
    days, reform_day : horizon and the day on which mechanisms may start; days before it are the common past of all strategies.
    parameters : overrides by dotted name, `{"voice.base_hazard": 0.03}`, judged against the declared ranges.
    threads : for the laws that touch every resident, in worlds so large that it pays; the number changes no byte.
    by_street : keep daily sums by street instead of by community.
    keeps_all : whether tables of needs and cases keep what has ended; a city needs a fifth of the memory without.
    pinned : own seeds for single streams, `{"voice": 7}`.

    Raises
    ------
    ConfigError
        Unknown names, values out of range, `reform_day` outside `[0, days)`.
    """

    def __init__(
        self,
        world: str | World = "street",
        strategy: str | Strategy = "siloed",
        future: str | Future = "reference",
        seed: int | None = None,
        replicate: int = 0,
        days: int = 730,
        reform_day: int = 180,
        parameters: Mapping[str, Any] | None = None,
        pinned: Mapping[str, int] | None = None,
        rng: int | None = None,
        keeps_all: bool = True,
        threads: int = 1,
        by_street: bool = False,
    ) -> None:
        chosen = next((one for one in (rng, seed) if one is not None), SEED)
        super().__init__(rng=chosen)
        if not 0 <= reform_day < days:
            raise ConfigError(
                f"reform_day={reform_day}: must lie in 0 to {days - 1}, before the last of days={days}"
            )
        unknown = [name for name in pinned or {} if name not in STREAMS]
        if unknown:
            raise ConfigError(f"pin.{unknown[0]}: no such stream; known: {', '.join(STREAMS)}")
        self.world = load_world(world) if isinstance(world, str) else world
        self.future = load_future(future) if isinstance(future, str) else future
        self.seed, self.replicate, self.days, self.reform_day = chosen, replicate, days, reform_day
        self.parameters, self.pinned = dict(parameters or {}), dict(pinned or {})
        self.draws = draws_for(self.seed, replicate, self.pinned)
        self.state: State = build_state(self.world, self.future, self.parameters, self.draws, threads)
        self.state.keeps_all, self.state.threads, self.state.scored_from = keeps_all, threads, reform_day
        self.unfolding = Unfolding(self.future, self.state, self.draws, days)
        geography = self.state.geography
        self.records: Records = Records(
            days, geography.n_communities, geography.community_street if by_street else None
        )
        self.adopt(strategy)
        self.grid = make_grid(self.state.geography, self)
        self.layers = layers_of(self.grid)
        make_agents(self)
        refresh_layers(self.layers, self.state.geography, self.state.cells)

    def adopt(self, strategy: str | Strategy) -> None:
        """Follow `strategy` from now on; its mechanisms start on the reform day at the earliest."""
        self.strategy = load_strategy(strategy) if isinstance(strategy, str) else strategy
        communities = self.state.geography.n_communities
        self.programme = Programme(
            self.strategy, self.state.parameters, communities, self.draws, self.reform_day
        )

    @property
    def day(self) -> int:
        """The day that comes next."""
        return self.state.day

    def step(self) -> None:
        """Live one day."""
        state, day = self.state, self.state.day
        if day == self.reform_day:
            self.records.mark(state.institutions, strengths(state.ties))
        self.unfolding.morning(state, day)
        levers = self.programme.levers(state, day)
        arise(state, levers, self.draws, day)
        voice(state, levers, self.draws, day)
        triage(state, levers, self.draws, day)
        coordinate(state, levers, self.draws, day)
        work(state, levers, self.draws, day)
        close(state, levers, self.draws, day)
        respond(state, levers, self.draws, day)
        participate(state, levers, self.draws, day)
        adapt(state, levers, self.draws, day)
        observe(state, self.records, day)
        state.day = day + 1
        refresh_layers(self.layers, state.geography, state.cells)
        self.running = state.day < self.days

    def run(self, days: int | None = None, progress: Callable[[int], None] | None = None) -> CommunityModel:
        """Live on until day `days` (the horizon by default), telling `progress` each finished day."""
        until = self.days if days is None else days
        if until > self.days:
            raise ConfigError(f"days={until}: this model was built for {self.days} days")
        while (day := self.state.day) < until:
            self.step()
            if self.state.day == day:
                raise BrokenModelError(
                    f"day {day} is not lived: a day of this model broke before; build a new one"
                )
            if progress is not None:
                progress(self.state.day)
        return self

    def checkpoint(self) -> Checkpoint:
        """This morning, to return to."""
        day = self.state.day
        past = {name: array[:day].copy() for name, array in self.records.kept.items()}
        marks = dict(self.records.marks)
        return Checkpoint(day, self.state.snapshot(), past, marks, self.strategy, self.programme.standing)

    def resume(self, checkpoint: Checkpoint, strategy: str | Strategy | None = None) -> CommunityModel:
        """Return to `checkpoint` of this model and follow `strategy` (that of the checkpoint by default) from there."""
        if strategy is not None and checkpoint.day > self.reform_day:
            raise ConfigError(
                f"cannot change the strategy on day {checkpoint.day}: the reform day {self.reform_day} has passed"
            )
        self.state.restore(checkpoint.snapshot)
        self.records.restore(checkpoint.day, checkpoint.kept, checkpoint.marks)
        self.adopt(checkpoint.strategy if strategy is None else strategy)
        if self.strategy == checkpoint.strategy:
            # In the middle of a week the levers of its first day still stand.
            self.programme.standing = checkpoint.levers
        self.running = self.state.day < self.days
        refresh_layers(self.layers, self.state.geography, self.state.cells)
        return self

    def outcomes(self) -> dict[str, float]:
        """Every outcome of the glossary over the evaluation window `[reform_day, today)`."""
        return outcomes(self.state, self.records, self.reform_day)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables of the run so far: daily, cases, needs, ledger, cells; without cases and needs where not all are kept."""
        gone = () if self.state.keeps_all else ("cases", "needs")
        return {name: pd.DataFrame(self.columns(name)) for name in TABLES if name not in gone}

    def columns(self, table: str) -> dict[str, Any]:
        """The columns of one of `TABLES` so far, without the cost of a frame."""
        return TABLES[table](self)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """The daily sums over all communities as Mesa's batch runner and pages expect them."""
        sums = self.records.sums(0)
        people = np.maximum(1.0, sums["residents"])
        collector = mesa.DataCollector(model_reporters={"satisfaction": lambda _: None})
        collector.model_vars = {
            "satisfaction": list(100.0 * sums["satisfaction_sum"] / people),
            "trust": list(sums["trust_sum"] / people),
            "needs_open": list(sums["needs_open"]),
            "cases_open": list(sums["cases_open"]),
        }
        # Mesa looks (since 3.5) for the steps of what it would have collected itself; there is no public way to tell it.
        collector._collection_steps = list(range(1, len(people) + 1))
        return collector
