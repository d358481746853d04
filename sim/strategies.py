"""A strategy at work: a named set of mechanisms with intensities, start days, ramps and places, turned into levers day by day.

    dose_m(t) = intensity · min(1, (t − start − delay_m + 1) / ramp) · place_m · what its payers can pay

`delay` is 0 but where a mechanism is rolled out in waves: the community of wave w has its turn w · every days after the first.

Levers are recomputed from their base when a dose moves and at the beginning of each week, when mechanisms look at the world anew.
Mechanisms act in the order of their names; every rule of combination is commutative.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenarios.units import unit_in
from sim.errors import ConfigError
from sim.laws import Parameters
from sim.levers import Contributions, Levers
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Charge, Mechanism, Moment
from sim.needs import HOURS_PER_DAY
from sim.randomness import INSTITUTIONS, Draws, uniforms
from sim.scenario import Dose, Rollout, Strategy
from sim.sentences import Told, near, told
from sim.state import State
from sim.tables import Array

_WEEK = 7
_DRAW_STEPS = zlib.crc32(b"steps of a roll-out")


@dataclass(frozen=True)
class Application:
    """One mechanism of a strategy: where, when and how strongly."""

    name: str
    mechanism: Mechanism
    intensity: float
    start: int
    ramp: int
    place: Array
    """0/1 by community, `[communities]`."""
    delay: Array
    """Days after `start` on which each community has its turn, `[communities]`."""

    @property
    def begins(self) -> Array:
        """Day on which each community has its turn, `[communities]`; -1 where it never has."""
        return np.where(self.place > 0.0, self.start + self.delay, -1)

    def dose(self, day: int) -> Array:
        """Dose wanted on `day`, `[communities]`."""
        if day < self.start:
            return np.zeros(len(self.place))
        age = day - self.start - self.delay
        risen = np.clip((age + 1) / max(1, self.ramp), 0.0, 1.0)
        return self.intensity * risen * self.place

    def moves(self, day: int) -> bool:
        """Whether the dose on `day` may differ from the day before."""
        if not self.start <= day <= self.last:
            return False
        age = day - self.start - self.delay
        return bool(((age >= 0) & (age <= max(0, self.ramp))).any())

    @cached_property
    def last(self) -> int:
        """Last day on which the dose may move."""
        return self.start + int(self.delay.max()) + max(0, self.ramp)


class Programme:
    """The levers of a strategy in a world, day by day."""

    def __init__(
        self, strategy: Strategy, parameters: Parameters, communities: int, draws: Draws, reform_day: int
    ) -> None:
        self.strategy = strategy
        self.draws = draws
        known = mechanisms()
        self.applications = [
            _apply(name, dose, known, parameters, communities, draws, reform_day)
            for name, dose in sorted(strategy.mechanisms.items())
        ]
        # A mechanism at intensity 0 is absent, to the bit.
        self.applications = [a for a in self.applications if a.intensity > 0.0]
        #: Levers that stand until a dose moves or a week begins; part of what a checkpoint keeps.
        self.standing: Levers | None = None
        #: Share of its dose that those who owe its hours and money could pay, by mechanism at work, when levers were made last.
        self.paid: dict[str, float] = {}
        self._made: Contributions | None = None

    def levers(self, state: State, day: int) -> Levers:
        """The levers of `day`."""
        if day % _WEEK == 0:
            for application in self.applications:
                dose = application.dose(day)
                if dose.any():
                    application.mechanism.act(state, dose, self._moment(application, day))
        if self.standing is None or (self._begun(day) and (day % _WEEK == 0 or self._moved(day))):
            self.standing = self._computed(state, day)
        return self.standing

    def _begun(self, day: int) -> bool:
        return any(application.start <= day for application in self.applications)

    def _moment(self, application: Application, day: int) -> Moment:
        return Moment(day, application.start, self.draws, application.delay)

    def _moved(self, day: int) -> bool:
        """Whether any mechanism acts differently today from yesterday, within the week."""
        return any(
            a.moves(day) or (a.start <= day and a.mechanism.changes(self._moment(a, day)))
            for a in self.applications
        )

    def _computed(self, state: State, day: int) -> Levers:
        if self._made is None:
            self._made = Contributions(state.geography.n_communities, len(state.institutions.staff))
        made = self._made
        made.forget()
        active = [(a, dose) for a in self.applications if (dose := a.dose(day)).any()]
        wanted = [(a, dose, a.mechanism.charges(state, dose)) for a, dose in active]
        charges_of_all = [charge for _, _, charges in wanted for charge in charges]
        hours, money = _coverage(state, charges_of_all, self.standing or made.levers())
        self.paid = {}
        for application, dose, charges in wanted:
            paid = np.ones_like(dose)
            for charge in charges:
                made.add("overhead_hours", charge.hours * hours[charge.rows], charge.rows)
                made.add("money_charge", charge.money * money[charge.rows], charge.rows)
                paid = np.minimum(paid, _paid(state, charge, hours, money))
            self.paid[application.name] = float((dose * paid).sum() / dose.sum())
            application.mechanism.contribute(made, state, dose * paid, self._moment(application, day))
        return made.levers()


def _apply(name: str, dose: Dose, known: dict[str, type[Mechanism]], parameters: Parameters, communities: int, draws: Draws,
           reform_day: int) -> Application:  # fmt: skip
    if name not in known:
        raise ConfigError(
            *told("unknown_mechanism", name=name, near=near(name, known), known=", ".join(known))
        )
    constants = getattr(parameters, name)
    for field, value in (dose.parameters or {}).items():
        declared = known[name].Parameters._field_defaults  # type: ignore[attr-defined]
        if field not in declared:
            raise _fault(
                name, "unknown_field", field=field, near=near(field, declared), known=", ".join(declared)
            )
        limit = declared[field]
        if not limit.low <= value <= limit.high:
            unit = Told(limit.unit, unit_in("zh", limit.unit))
            raise _fault(name, "outside", field=field, value=value, low=limit.low, high=limit.high, unit=unit)
        constants = constants._replace(**{field: float(value)})
    start = reform_day if dose.start is None else dose.start
    if start < reform_day:
        raise _fault(name, "before_reform", start=start, day=reform_day)
    waves = _waves(name, dose.place, communities, draws)
    place, every = (waves >= 0).astype(np.float64), getattr(dose.place, "every", 0)
    return Application(
        name, known[name](constants), dose.intensity, start, dose.ramp, place, np.maximum(0, waves) * every
    )


def _fault(name: str, sentence: str, /, **values: Any) -> ConfigError:
    """What is wrong with a mechanism, to be raised."""
    return ConfigError(*told("mechanism", name=name, fault=told(sentence, **values)))


def _waves(name: str, place: Any, communities: int, draws: Draws) -> Array:
    """Wave of each community, from 0; -1 where its turn never comes. Places without waves are wave 0.

    A share is drawn by keyed random for each mechanism (a larger share contains a smaller one). Steps are drawn once for all
    mechanisms, so that those of a strategy reach a community together.
    """
    if place == "all":
        return np.zeros(communities, np.int64)
    if isinstance(place, float):
        u = uniforms(draws, INSTITUTIONS, np.arange(communities), draw=zlib.crc32(name.encode()))[0]
        return np.where(u < place, 0, -1)
    if isinstance(place, Rollout) and place.steps is not None:
        if place.steps > communities:
            raise _fault(name, "few_for_steps", steps=place.steps, communities=communities)
        order = np.argsort(uniforms(draws, INSTITUTIONS, np.arange(communities), draw=_DRAW_STEPS)[0])
        waves = np.empty(communities, np.int64)
        waves[order] = np.arange(communities) * place.steps // communities
        return waves
    waves = np.full(communities, -1)
    for wave, indices in enumerate((place.waves or ()) if isinstance(place, Rollout) else (place,)):
        outside = [index for index in indices if not 0 <= index < communities]
        if outside:
            raise _fault(name, "no_community", indices=outside, last=communities - 1)
        waves[list(indices)] = wave
    return waves


def _coverage(state: State, charges: list[Charge], standing: Levers) -> tuple[Array, Array]:
    """Share of the hours and of the money asked of each institution that it has, `[institutions]` each.

    Hours: its case-free hours of a normal day. Money: its budget beyond wages, with the money and the people that were moved in or out as of last week.
    """
    t = state.institutions
    asked_hours, asked_money = np.zeros(len(t.staff)), np.zeros(len(t.staff))
    for charge in charges:
        asked_hours[charge.rows] += charge.hours
        asked_money[charge.rows] += charge.money
    have_hours = t.staff * HOURS_PER_DAY * t.free_share
    staff = np.maximum(0.0, t.staff + standing.added_staff)
    have_money = np.maximum(0.0, t.budget + standing.added_money - staff * t.wage)
    return _share(have_hours, asked_hours), _share(have_money, asked_money)


def _share(have: Array, asked: Array) -> Array:
    return np.where(asked > 0.0, np.minimum(1.0, have / np.maximum(asked, 1e-12)), 1.0)


def _paid(state: State, charge: Charge, hours: Array, money: Array) -> Array:
    """What part of a dose the payers of each community can pay: the least of their shares, `[communities]`."""
    t, paid = state.institutions, np.ones(state.geography.n_communities)
    if min(hours[charge.rows].min(initial=1.0), money[charge.rows].min(initial=1.0)) >= 1.0:
        return paid
    asked_hours = np.broadcast_to(np.asarray(charge.hours), charge.rows.shape) > 0.0
    asked_money = np.broadcast_to(np.asarray(charge.money), charge.rows.shape) > 0.0
    share = np.minimum(
        np.where(asked_hours, hours[charge.rows], 1.0), np.where(asked_money, money[charge.rows], 1.0)
    )
    for row, part in zip(charge.rows[share < 1.0], share[share < 1.0], strict=True):
        area = slice(t.first_community[row], t.last_community[row])
        paid[area] = np.minimum(paid[area], part)
    return paid
