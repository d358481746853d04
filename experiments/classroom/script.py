"""A script: all that decides what a session shows. What stands on the page is a pure function of script and day.

A share link is a script; going back to a day is living the script again from a morning that was kept.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from experiments.configuration import options
from experiments.keys import BY_NAME
from sim.errors import ConfigError, nearest
from sim.mechanisms import mechanisms
from sim.scenario import Dose, Strategy, World, load_strategy, load_world

#: Most days, changes and households of a script: together they bound the memory of a session.
MOST_DAYS: Final = 1460
MOST_CHANGES: Final = 200
MOST_HOUSEHOLDS: Final = 25_000
SIDES: Final = (0, 1)
#: Decimals of a dose, as fine as a slider moves.
PLACES: Final = 2

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Side = Annotated[int, Field(ge=0, le=1)]


class Exact(BaseModel):
    """No conversions, no unknown fields, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Change(Exact):
    """From the morning of `day` on, one mechanism of one side has another dose."""

    day: Annotated[int, Field(ge=0, lt=MOST_DAYS)]
    side: Side
    mechanism: Name
    dose: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Script(Exact):
    """World, seed, two strategies, horizon, reform day, and the changes of doses in the order in which they were made."""

    world: Name = "classroom"
    strategies: tuple[Name, Name] = ("siloed", "wuhan")
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 1
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = BY_NAME["days"].default
    reform_day: Annotated[int, Field(ge=0, lt=MOST_DAYS)] = BY_NAME["reform_day"].default
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()


@cache
def worlds() -> dict[str, World]:
    """The shipped worlds that can be lived while a class watches."""
    every = {name: load_world(name) for name in options("world")}
    return {name: world for name, world in every.items() if not world.queue and homes(world) <= MOST_HOUSEHOLDS}


def homes(world: World) -> int:
    """Households of a world."""
    return world.districts * world.streets * world.communities * world.cells * world.households


def judged(script: Script) -> Script:
    """The same script, when everything in it exists and fits together.

    Raises
    ------
    ConfigError
        A name is unknown, or the reform or a change does not lie within the days.
    """
    _named("world", script.world, worlds())
    for name in script.strategies:
        _named("strategy", name, options("strategy"))
    if script.reform_day >= script.days:
        raise ConfigError(f"reform_day={script.reform_day}: must lie below days={script.days}")
    for change in script.changes:
        _named("mechanism", change.mechanism, mechanisms())
        if change.day >= script.days:
            raise ConfigError(f"change on day {change.day}: must lie below days={script.days}")
    return script


def _named(key: str, value: str, known: object) -> None:
    names = list(known)  # type: ignore[call-overload]
    if value not in names:
        raise ConfigError(f"{key}={value}: unknown{nearest(value, names)}; known: {', '.join(names)}")


def changed(script: Script, change: Change) -> Script:
    """The script with one more change; a change of the same mechanism on the same day and side is replaced."""
    same = (change.day, change.side, change.mechanism)
    kept = tuple(one for one in script.changes if (one.day, one.side, one.mechanism) != same)
    if len(kept) >= MOST_CHANGES:
        raise ConfigError(f"a session keeps at most {MOST_CHANGES} changes; take some back first")
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
        if before is not None and before.intensity > 0.0:
            doses[change.mechanism] = before.model_copy(update={"intensity": change.dose})
        else:
            start = max(change.day, script.reform_day)
            old = Dose() if before is None else before
            doses[change.mechanism] = old.model_copy(update={"intensity": change.dose, "start": start})
    return base.model_copy(update={"mechanisms": dict(sorted(doses.items()))})
