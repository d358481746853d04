"""Parameters by their declarations, and seeds of random streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.faults import Faults, shown
from experiments.keys import BY_NAME
from experiments.posterior import named, spelled
from scenarios.units import unit_in
from sim.errors import ConfigError
from sim.parameters import flatten, judge


def parameters(raw: Mapping[str, Any], faults: Faults) -> dict[str, float] | None:
    """The overrides of a command by dotted name; None with a fault."""
    given = raw.get("parameters") or {}
    if spelled(given):
        given = named(given, faults)
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="parameters", value=shown(given))
        return None
    return within(dict(flatten(given)), faults)


def within(given: Mapping[str, Any], faults: Faults) -> dict[str, float] | None:
    """Overrides by dotted name as numbers; None with a fault for each that is unknown, no number or out of its range.

    The model decides; the sentences are in the user's language.
    """
    from sim.laws import GROUPS

    try:
        return {f"{one.group}.{one.field}": one.value for one in judge(GROUPS, given)}
    except ConfigError:
        for name, value in given.items():
            try:
                judge(GROUPS, {name: value})
            except ConfigError:
                _tell(name, value, faults)
        return None


def _tell(name: str, value: Any, faults: Faults) -> None:
    from experiments.ranges import known

    every = known()
    if name not in every:
        faults.add("no_parameter", name=name, near=faults.near(name, every))
        return
    about = every[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    faults.add(
        "parameter_range" if number else "parameter_number", name=name, value=_typed(value) if number else repr(value),
        low=f"{about.low:g}", high=f"{about.high:g}", unit=unit_in(faults.lang, about.unit),
    )  # fmt: skip


def _typed(number: float) -> str:
    try:
        return f"{number:g}"
    except OverflowError:
        return shown(number)


def judge_scenarios(values: Mapping[str, Any], faults: Faults) -> None:
    """Worlds and futures may carry parameter values too: judged by the same declarations."""
    chosen = [("world", values.get("world")), ("future", values.get("future"))]
    for name, scenario in (*chosen, *(("futures", future) for future in values.get("futures", ()))):
        if scenario is not None:
            own = Faults(faults.lang)
            within(scenario.parameters, own)
            faults.lines += [f"{name}={scenario.name}: {line}" for line in own.lines]


def pins(raw: Mapping[str, Any], faults: Faults) -> dict[str, int] | None:
    """Seeds of single random streams by name; None where there are no fields."""
    from sim.randomness import STREAMS

    given = raw.get("pin") or {}
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="pin", value=shown(given))
        return None
    seed = BY_NAME["seed"]
    for stream, value in given.items():
        if stream not in STREAMS:
            faults.add(
                "unknown_field",
                key=f"pin.{stream}",
                known=", ".join(STREAMS),
                near=faults.near(stream, STREAMS),
            )
        elif isinstance(value, bool) or not isinstance(value, int) or not seed.low <= value <= seed.high:
            faults.whole(f"pin.{stream}", value, seed)
    return dict(given)
