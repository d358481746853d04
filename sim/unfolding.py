"""A future unfolds: each morning, before anyone acts, what the courses of a future move is set to its value of that day.

    budget, staff at work, demand, access, turnover      their value as built × the factor of the day
    facilities                                           f' = f · (1 − loss of the day)
    ageing    a grown-up i joins the old when the summed yearly rate / 365 passes her own Exponential(1) number, keyed by identity
    in-migration                                         see `sim.newcomers`

The first line is a pure function of the world as built and of the day, so a fork or a return to an earlier morning needs no memory
of it. People come and age at the beginning of each week. All of it is the same under every strategy, and its keyed draws are its
own: a future moves no draw of anyone else. Without courses nothing is touched.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim import courses
from sim.day.arise import fill_screens
from sim.errors import ConfigError
from sim.needs import AGES, GROUPS, Actor, Category, group_traits
from sim.newcomers import attraction, move_in
from sim.population import households_by_cell, mean_by_cell
from sim.randomness import POPULATION, Draws, uniforms
from sim.scenario import Future
from sim.sentences import in_lines, told
from sim.state import State
from sim.tables import Array
from sim.traits import ADULT, OLD

#: Who lives on the public purse.
PUBLIC: Final = (Actor.PARTY, Actor.GOVERNMENT, Actor.SELF_GOVERNING, Actor.SOCIAL)
_DRAW_AGEING = 48  # identity: person, stream POPULATION
_WEEK, _DAYS_PER_YEAR = 7, 365.0


class Unfolding:
    """The courses of a future in a world, day by day.

    Raises
    ------
    ConfigError
        Courses of unknown quantities, without the days that they need, or beyond the range of their quantity.
    """

    def __init__(self, future: Future, state: State, draws: Draws, days: int) -> None:
        called = told("called", kind=future.kind, name=future.name)
        faults = [
            told(
                "fault",
                subject=told("subject", called=called, path=f"courses.{number}.{key}"),
                sentence=sentence,
            )
            for number, key, sentence in courses.faults(future.courses)
        ]
        if faults:
            raise ConfigError(*in_lines(faults))
        self.paths = courses.paths(future.courses, days)
        self._draws = draws
        self._fixed = state.fixed
        self._budget, self._free_share = (
            state.institutions.budget.copy(),
            state.institutions.free_share.copy(),
        )
        self._public = np.isin(state.institutions.actor, PUBLIC)
        self._pull = attraction(state.cells)
        self._set: tuple[float, ...] = ()

    def morning(self, state: State, day: int) -> None:
        """Set the state to what this morning brings."""
        if not self.paths:
            return
        t = state.institutions
        if "budget" in self.paths:
            t.budget[self._public] = self._budget[self._public] * self.of("budget", day)
        if "staff_present" in self.paths:
            t.free_share[:] = self._free_share * self.of("staff_present", day)
        if "facility_loss" in self.paths:
            state.cells.facility[:] *= 1.0 - self.of("facility_loss", day)
        if day % _WEEK == 0:
            self._age(state, day)
            self._move_in(state, day)
        self._fix(state, day)

    def of(self, quantity: str, day: int) -> float:
        """The value of a quantity on `day`."""
        path = self.paths.get(quantity)
        return courses.QUANTITIES[quantity].base if path is None else float(path[day])

    def _fix(self, state: State, day: int) -> None:
        """The constants of the day; the same object as long as none of them moves, so that kernels keep their view of it."""
        demand = [self.of(f"demand_{category.name.lower()}", day) for category in Category]
        offline, online = self.of("access_offline", day), self.of("access_online", day)
        turnover, funds = self.of("staff_turnover", day), self.of("budget", day)
        now = (*demand, offline, online, turnover, funds, float(len(state.households.first)))
        if now == self._set:
            return
        built = self._fixed
        state.fixed = built._replace(
            exposure=built.exposure * np.array(demand)[:, None],
            access=_reached(built.access, offline, online),
            access_online=built.access_online * online,
            staff_turnover=built.staff_turnover * turnover,
            public_funds=built.public_funds * funds,
            households=households_by_cell(state.residents, state.households, len(state.cells.first)),
        )
        self._set = now

    def _age(self, state: State, day: int) -> None:
        """Grown-ups whose own number lies between the summed rates of a week ago and of today join the old."""
        passed, now = self._summed("ageing", day - _WEEK), self._summed("ageing", day)
        if now == passed:
            return
        grown_up = np.flatnonzero(state.residents.group // 12 == ADULT)
        number = -np.log(
            uniforms(self._draws, POPULATION, state.residents.identity[grown_up], draw=_DRAW_AGEING)[0]
        )
        turned = grown_up[(number > passed) & (number <= now)]
        state.residents.group[turned] += np.uint8(GROUPS // len(AGES))
        state.cells.old_share[:] = mean_by_cell(state.residents.group // 12 == OLD, state.cells)

    def _move_in(self, state: State, day: int) -> None:
        founders = state.fixed.founders
        people = founders + int(founders * self._summed("in_migration", day))
        newcomers = move_in(state, self._draws, people, self._pull)
        if len(newcomers):
            fill_screens(state, newcomers)

    def _summed(self, quantity: str, day: int) -> float:
        """The yearly rate summed over days 0 to `day`, 0 before the first day."""
        path = self.paths.get(quantity)
        return 0.0 if path is None or day < 0 else float(path[: day + 1].sum()) / _DAYS_PER_YEAR


def _reached(access: Array, offline: float, online: float) -> Array:
    """Access `[channel, group]` of those with and those without digital means, each by its factor."""
    return access * np.where(group_traits().digital == 1, online, offline)
