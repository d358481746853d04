"""A script: all that decides what a session shows. What stands on the page is a pure function of script and day.

A share link is a script; going back to a day is living the script again from a morning that was kept.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from experiments.classroom.refusals import RefusedError, outside, refused, unknown
from experiments.configuration import options
from experiments.faults import Faults
from experiments.judging.parameters import within
from experiments.judging.scenarios import CUSTOM
from experiments.keys import BY_NAME
from experiments.texts import LANGUAGES
from sim.mechanisms import mechanisms
from sim.scenario import Dose, Strategy, World, load_strategy, load_world

#: Most days, changes and households of a script: together they bound the memory of a session.
MOST_DAYS: Final = 1460
MOST_CHANGES: Final = 200
MOST_PARAMETERS: Final = 40
MOST_HOUSEHOLDS: Final = 25_000
SIDES: Final = (0, 1)
#: Decimals of a dose, as fine as a slider moves.
PLACES: Final = 2

#: Digits of the hash of own data.
DIGITS: Final = 16
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Dotted = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Side = Annotated[int, Field(ge=0, le=1)]


class Exact(BaseModel):
    """No conversions, no unknown fields, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Change(Exact):
    """From the morning of `day` on, one mechanism of one side has another dose.

    With a `ramp` it is introduced anew on that day, with other `parameters` where there are any, and takes so many days to come to
    its dose, 0 for at once.
    """

    day: Annotated[int, Field(ge=0, lt=MOST_DAYS)]
    side: Side
    mechanism: Name
    dose: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    ramp: Annotated[int, Field(ge=0, lt=MOST_DAYS)] | None = None
    parameters: Annotated[dict[Name, Number], Field(max_length=MOST_PARAMETERS)] = Field(default_factory=dict)


class Script(Exact):
    """World, future, two strategies, keys of chance, horizon, reform day, parameters by dotted name, and the changes of doses in the
    order in which they were made."""

    world: Name = "classroom"
    future: Name = "reference"
    strategies: tuple[Name, Name] = ("siloed", "wuhan")
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 1
    replicate: Annotated[int, Field(ge=0, le=99_999)] = 0
    parameters: Annotated[dict[Dotted, Number], Field(max_length=MOST_PARAMETERS)] = Field(
        default_factory=dict
    )
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = BY_NAME["days"].default
    reform_day: Annotated[int, Field(ge=0, lt=MOST_DAYS)] = BY_NAME["reform_day"].default
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()
    data: Annotated[str, Field(pattern=rf"^[0-9a-f]{{{DIGITS}}}$")] | None = None
    """Of a world of own data: begin of the hash of all in it that changes a life, so that a link finds the same data or says so."""


def worlds(own: World | None = None) -> dict[str, World]:
    """The worlds that can be lived while a class watches: shipped ones, and one of own data where the page is served with it."""
    return _shipped() if own is None else {own.name: own, **_shipped()}


@cache
def _shipped() -> dict[str, World]:
    every = {name: load_world(name) for name in options("world")}
    return {
        name: world for name, world in every.items() if not world.queue and homes(world) <= MOST_HOUSEHOLDS
    }


def homes(world: World) -> int:
    """Households of a world."""
    if world.places is not None:
        return sum(world.places.households)
    return world.jurisdictions.n_cells * world.households


def judged(script: Script, own: World | None = None) -> Script:
    """The same script, when everything in it exists and fits together; `own` is the world of own data that is served, which a script
    of it names from now on.

    Raises
    ------
    RefusedError
        A name is unknown, it was made with other own data, a parameter lies outside its range, or the reform or a change does not lie within the days.
    """
    script = _with_data(script, own)
    _named("world", script.world, worlds(own))
    _named("future", script.future, options("future"))
    _judge_constants(script)
    for name in script.strategies:
        _named("strategy", name, options("strategy"))
    if script.reform_day >= script.days:
        raise refused("reform_late", reform_day=script.reform_day, days=script.days)
    for change in script.changes:
        _named("mechanism", change.mechanism, mechanisms())
        _judge_parameters(change)
        if change.day >= script.days:
            raise refused("change_late", day=change.day, days=script.days)
    return script


def _with_data(script: Script, own: World | None) -> Script:
    if script.world != CUSTOM:
        if script.data is not None:
            raise refused("data_alone", world=script.world)
        return script
    if own is None or own.places is None:
        raise refused("no_data")
    served = own.places.digest[:DIGITS]
    if script.data not in (None, served):
        raise refused("other_data", asked=script.data, served=served)
    return script.model_copy(update={"data": served})


def _judge_constants(script: Script) -> None:
    told = {}
    for lang in LANGUAGES:
        faults = Faults(lang)
        within(script.parameters, faults)
        told[lang] = "; ".join(faults.lines)
    if any(told.values()):
        raise RefusedError(told)


def _judge_parameters(change: Change) -> None:
    """Fields of a mechanism: known, within their ranges, and only where it is introduced anew."""
    declared = mechanisms()[change.mechanism].Parameters._field_defaults  # type: ignore[attr-defined]
    if change.parameters and change.ramp is None:
        raise refused("needs_ramp", mechanism=change.mechanism)
    for name, value in change.parameters.items():
        _named(f"{change.mechanism}.parameters", name, declared)
        limit = declared[name]
        if not limit.low <= value <= limit.high:
            raise outside(f"{change.mechanism}.{name}", value, limit.low, limit.high, limit.unit)


def _named(key: str, value: str, known: object) -> None:
    names = list(known)  # type: ignore[call-overload]
    if value not in names:
        raise unknown(key, value, names)


def changed(script: Script, change: Change) -> Script:
    """The script with one more change; a change of the same mechanism on the same day and side is replaced."""
    same = (change.day, change.side, change.mechanism)
    kept = tuple(one for one in script.changes if (one.day, one.side, one.mechanism) != same)
    return script.model_copy(update={"changes": (*kept, rounded(change))})


def rounded(change: Change) -> Change:
    """The change with its dose as fine as a slider moves."""
    return change.model_copy(update={"dose": round(change.dose, PLACES)})


def days_of_changes(script: Script, side: int) -> frozenset[int]:
    """Days on whose morning the strategy of a side changes."""
    return frozenset(change.day for change in script.changes if change.side == side)


def strategy_on(script: Script, side: int, day: int) -> Strategy:
    """The strategy of a side as it stands on the morning of `day`, changes of that morning included.

    A mechanism that is at work keeps its start and ramp under another intensity. One that was not there, or had been stopped, is
    introduced anew: it starts on the day of its change, or on the reform day where that is later, and takes its usual ramp.
    """
    base = load_strategy(script.strategies[side])
    doses = dict(base.mechanisms)
    for change in sorted(script.changes, key=lambda one: one.day):
        if change.side != side or change.day > day:
            continue
        before = doses.get(change.mechanism)
        if change.ramp is not None:
            start = max(change.day, script.reform_day)
            doses[change.mechanism] = Dose(
                intensity=change.dose, start=start, ramp=change.ramp, parameters=change.parameters
            )
        elif before is not None and before.intensity > 0.0:
            doses[change.mechanism] = before.model_copy(update={"intensity": change.dose})
        else:
            start = max(change.day, script.reform_day)
            old = Dose() if before is None else before
            doses[change.mechanism] = old.model_copy(update={"intensity": change.dose, "start": start})
    return base.model_copy(update={"mechanisms": dict(sorted(doses.items()))})
