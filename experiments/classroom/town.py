"""One administration's town: a model that can be brought to any day of its script, and what was seen on every day lived so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from experiments.classroom.mornings import Mornings
from experiments.classroom.script import Script, days_of_changes, strategy_on, worlds
from experiments.classroom.seen import LAYERS, SERIES, Events, events_of, layers, queues, series
from sim.model import CommunityModel
from sim.scenario import World
from sim.tables import Array

#: Numbers of each institution that are kept for every day: parts waiting, utilisation.
QUEUES: Final = 2


class Town:
    """The town of one side of a script.

    The model stands on some morning; what was seen on days before `known` is kept and valid under the script.
    """

    def __init__(self, script: Script, side: int, own: World | None = None) -> None:
        self.side = side
        self.script = script
        self.model = CommunityModel(
            world=worlds(own)[script.world], strategy=script.strategies[side], future=script.future, seed=script.seed, replicate=script.replicate,
            days=script.days, reform_day=script.reform_day, parameters=script.parameters,
        )  # fmt: skip
        state, days = self.model.state, script.days
        self._changes = days_of_changes(script, side)
        self.mornings = Mornings()
        self.mornings.keep(self.model.checkpoint())
        #: Number of days that have been seen.
        self.known = 0
        #: Daily sums of all seen days: the model clears its own beyond its day when it goes back.
        self.sums = {name: np.zeros_like(array) for name, array in self.model.records.kept.items()}
        self.layers = np.zeros((days + 1, len(LAYERS), len(state.cells.first)), np.float32)
        self.queues = np.zeros((days + 1, QUEUES, len(state.institutions.staff)), np.float32)
        self.series = np.zeros((days, len(SERIES)), np.float32)
        self.events: list[Events] = []
        #: Share of each dose that was paid, by mechanism, on each seen day.
        self.paid: list[dict[str, float]] = []
        #: Highest value of each layer over all seen days, for one scale of the map throughout.
        self.highest: Array = np.zeros(len(LAYERS), np.float32)
        self._see(0)

    @property
    def table(self) -> Array:
        """Daily sums, `[day, community, column of sim.records.DAILY]`; valid for days before `known`."""
        return self.sums["table"]

    @property
    def day(self) -> int:
        """The morning on which the model stands."""
        return self.model.day

    def step(self) -> None:
        """Live one day under the script."""
        model, day = self.model, self.model.day
        if self.mornings.due(day):
            self.mornings.keep(model.checkpoint())
        if day in self._changes:
            model.adopt(strategy_on(self.script, self.side, day))
        cases = int(model.state.sizes.cases[0])
        model.step()
        if day < self.known:
            return
        for name, array in model.records.kept.items():
            self.sums[name][day] = array[day]
        self.series[day] = series(model)
        self.events.append(events_of(model.state, cases))
        self.paid.append(self._paid(day))
        self._see(day + 1)
        self.known = day + 1

    def _paid(self, day: int) -> dict[str, float]:
        """As levers were made last; a model that has just come back to the middle of a week does not know, and nothing moved since."""
        paid = self.model.programme.paid
        return dict(paid) if paid or not day else self.paid[day - 1]

    def _see(self, morning: int) -> None:
        self.layers[morning], self.queues[morning] = layers(self.model.state), queues(self.model.state)
        self.highest = np.maximum(self.highest, self.layers[morning].max(1))

    def turn(self, day: int) -> None:
        """Bring the model as near below `day` as a kept morning allows, unless it stands nearer already."""
        if self.model.day > day:
            self._resume(self.mornings.latest(day))
        nearest = self.mornings.latest(day)
        if nearest > self.model.day:
            self._resume(nearest)

    def _resume(self, day: int) -> None:
        kept = self.mornings.kept[day]
        self.model.resume(replace(kept, kept=self.sums))

    def rewrite(self, script: Script, day: int) -> None:
        """Follow another script that is the same before the morning of `day`."""
        self.script, self._changes = script, days_of_changes(script, self.side)
        self.mornings.forget_after(day)
        if self.model.day > day:
            self._resume(self.mornings.latest(day))
        self.known = min(self.known, day)
        del self.events[self.known :], self.paid[self.known :]
        self.highest = self.layers[: self.known + 1].max((0, 2))

    @property
    def size(self) -> int:
        """Bytes of arrays that this town holds: state, records, what was seen, kept mornings."""
        state = sum(array.nbytes for array in self.model.state.arrays().values())
        seen = (
            2 * sum(array.nbytes for array in self.sums.values())
            + self.layers.nbytes
            + self.queues.nbytes
            + self.series.nbytes
        )
        return state + seen + self.mornings.size
