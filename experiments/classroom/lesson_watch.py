"""The measures that a lesson asks the class to watch, read from the two towns that are shown."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from experiments.classroom.lesson_measures import MEASURES, Observed
from experiments.classroom.pair import Pair
from experiments.classroom.refusals import unknown
from experiments.classroom.town import Town
from sim.errors import ConfigError
from sim.records import COLUMN


class Watched(Observed):
    """A town as measures read it, from the reform day to the day that is shown, where its model must stand."""

    def __init__(self, town: Town, first: int, last: int) -> None:
        super().__init__(town.model)
        self._town, self._window = town, (first, last)

    def sum(self, column: str, first: int, last: int) -> float:
        """A daily column summed over communities and the days `[first, last)`."""
        self._judge(first, last)
        return float(self._town.table[first:last, :, COLUMN[column]].sum())

    def hours(self, first: int, last: int) -> tuple[float, float, float]:
        """Hours that convenors used and had, and that departments spent in meetings and on standby, over the whole window."""
        self._judge(first, last)
        t, marks, (convenors, called) = self.model.state.institutions, self.model.records.marks, self._rows
        spent = {
            name: getattr(t, name) - marks[name]
            for name in ("hours_available", "hours_service", "hours_overhead", "hours_coordination")
        }
        busy = spent["hours_overhead"] + spent["hours_coordination"]
        used = spent["hours_service"][convenors] + busy[convenors]
        return float(used.sum()), float(spent["hours_available"][convenors].sum()), float(busy[called].sum())

    def _judge(self, first: int, last: int) -> None:
        if (first, last) != self._window:
            raise ConfigError(
                f"days {first} to {last}: only {self._window[0]} to {self._window[1]} can be watched"
            )


def watch(pair: Pair, name: str) -> dict[str, Any]:
    """A measure of both towns from the reform day to the day that is shown; none before the reform, and where nothing could be measured.

    Raises
    ------
    RefusedError
        There is no such measure.
    """
    if name not in MEASURES:
        raise unknown("measure", name, MEASURES)
    first, last = pair.script.reform_day, pair.day
    values: list[float | None] = [None, None]
    if last > first:
        with np.errstate(invalid="ignore"):
            found = [MEASURES[name].take(Watched(town, first, last), first, last) for town in pair.towns]
        values = [value if math.isfinite(value) else None for value in found]
    measure = MEASURES[name]
    return {
        "type": "watch",
        "measure": name,
        "unit": measure.unit,
        "first": first,
        "day": last,
        "values": values,
    }
