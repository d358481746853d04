"""Judging a composed configuration, or keyword arguments: types, ranges, names, and what must fit together.

Faults are gathered and told at once. Nothing is touched: a folder is looked at, a strategy is fitted to its world without a run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from experiments.faults import Faults, shown
from experiments.keys import BY_NAME, Key, of
from experiments.settings import Command, Settings
from experiments.speech import environment_language
from sim.errors import ConfigError
from sim.parameters import flatten, judge
from sim.scenario import Future, Queue, Strategy, World, load_future, load_strategy, load_world, names

TWINS: Final = ("siloed", "wuhan")


def judged(command: Command, raw: Mapping[str, Any], faults: Faults) -> Settings:
    """Settings from plain data: `world`, `strategy` and `future` may be names or contents.

    Raises
    ------
    ConfigError
        Every fault at once, those found before included.
    """
    keys = of(command)
    values: dict[str, Any] = {"command": command}
    values |= {
        name: raw[name] for name, key in keys.items() if name in raw and key.kind in ("whole", "choice")
    }
    for name, made in (
        ("world", _world(raw, faults)), ("future", _one(Future, load_future, raw["future"], "future", faults)),
        ("strategies", _strategies(command, raw, faults)), ("parameters", _parameters(raw, faults)), ("pin", _pins(raw, faults)),
    ):  # fmt: skip
        if made is not None:
            values[name] = made
    values["engine"] = raw["engine"]["name"] if isinstance(raw["engine"], Mapping) else raw["engine"]
    values["record"] = {"cases": True, "needs": True} if command == "twin" else _plain(raw["record"])
    values["baseline"] = raw["baseline"] if "baseline" in keys else "auto"
    values["jobs"] = cores() if raw["jobs"] is None else raw["jobs"]
    values["lang"] = environment_language() if raw["lang"] is None else raw["lang"]
    values["out"] = _out(raw["out"] if raw["out"] is not None else f"outputs/{command}", faults)
    if "parameters" in values:
        _judge_scenario_parameters(values, faults)
    _judge_days(raw, faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        _tell(error, keys, faults)
        raise faults.error() from None
    _judge_baseline(settings, faults)
    faults.raise_any()
    _judge_fit(settings, faults)
    faults.raise_any()
    return settings


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _one(kind: Any, load: Any, raw: Any, key: str, faults: Faults, known: Sequence[str] | None = None) -> Any:
    """One scenario by name or content; None with a fault. `known` are the names of its group, by default the group `key`."""
    with faults.gather():
        if isinstance(raw, Mapping):
            return kind.from_mapping(raw)
        known = names(key) if known is None else known  # type: ignore[arg-type]
        if raw in known:
            return load(raw)
        faults.choice(key, raw, known)
    return None


def _world(raw: Mapping[str, Any], faults: Faults) -> World | None:
    world: World | None = _one(World, load_world, raw["world"], "world", faults)
    queue = raw.get("queue") or {}
    if world is None or not queue:
        return world
    if not isinstance(queue, Mapping) or world.queue is None:
        faults.add("queue_alone", world=world.name)
        return world
    for key in set(queue) - set(Queue.model_fields):
        fields = list(Queue.model_fields)
        faults.add(
            "unknown_field", key=f"queue.{key}", known=", ".join(fields), near=faults.near(key, fields)
        )
        return world
    with faults.gather():
        return World.from_mapping({**world.model_dump(), "queue": {**world.queue.model_dump(), **queue}})
    return world


def _strategies(command: Command, raw: Mapping[str, Any], faults: Faults) -> tuple[Strategy, ...] | None:
    if command == "run":
        one = _one(Strategy, load_strategy, raw["strategy"], "strategy", faults)
        return None if one is None else (one,)
    listed = raw.get("strategies")
    known = names("strategy")
    if listed is None:
        listed = known if command == "compare" else TWINS
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        faults.add("list_needed", key="strategies", value=shown(listed))
        return None
    if len(listed) < 2 or (command == "twin" and len(listed) != 2):
        faults.add("two_needed" if command == "twin" else "more_needed", value=shown(list(listed)))
    made = [_one(Strategy, load_strategy, one, "strategies", faults, known) for one in listed]
    found = [strategy for strategy in made if strategy is not None]
    for name, count in Counter(strategy.name for strategy in found).items():
        if count > 1:
            faults.add("listed_twice", key="strategies", value=shown(name))
    return tuple(found) or None


def _parameters(raw: Mapping[str, Any], faults: Faults) -> dict[str, float] | None:
    from sim.laws import GROUPS as LAWS

    given = raw.get("parameters") or {}
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="parameters", value=shown(given))
        return None
    with faults.gather():
        return {f"{one.group}.{one.field}": one.value for one in judge(LAWS, dict(flatten(given)))}
    return None


def _judge_scenario_parameters(values: Mapping[str, Any], faults: Faults) -> None:
    """Worlds and futures may carry parameter values too: judged by the same declarations."""
    from sim.laws import GROUPS as LAWS

    for name in ("world", "future"):
        scenario = values.get(name)
        if scenario is None:
            continue
        try:
            judge(LAWS, scenario.parameters)
        except ConfigError as error:
            faults.lines.append(f"{name}={scenario.name}: {error}")


def _pins(raw: Mapping[str, Any], faults: Faults) -> dict[str, int] | None:
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


def _out(given: Any, faults: Faults) -> Any:
    """A folder that can be made or written: looked at, not touched."""
    if isinstance(given, Path):
        given = str(given)
    if not isinstance(given, str) or not given or "\0" in given:
        faults.add("folder_needed", key="out", value=shown(given))
        return None
    out = Path(given).expanduser()
    standing = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    if not standing.is_dir():
        faults.add("not_a_folder", key="out", value=given, where=str(standing))
    elif not os.access(standing, os.W_OK | os.X_OK):
        faults.add("unwritable", key="out", value=given, where=str(standing))
    return out


def _judge_days(raw: Mapping[str, Any], faults: Faults) -> None:
    days, reform_day = raw["days"], raw["reform_day"]
    if type(days) is int and type(reform_day) is int and days >= 1 and reform_day >= days:
        faults.add("reform_too_late", reform_day=reform_day, days=days, last=days - 1)


def _judge_baseline(settings: Settings, faults: Faults) -> None:
    known = [strategy.name for strategy in settings.strategies]
    if settings.baseline_name() not in known:
        faults.choice("baseline", settings.baseline, known)


def _judge_fit(settings: Settings, faults: Faults) -> None:
    """Whether each strategy can be applied in the world: places that exist, parameters that its mechanisms have."""
    from sim.laws import resolve
    from sim.randomness import draws_for
    from sim.strategies import Programme

    world = settings.world
    communities = world.districts * world.streets * world.communities
    draws = draws_for(settings.seed, 0, settings.pin)
    for strategy in settings.strategies:
        with faults.gather():
            Programme(strategy, resolve(settings.parameters), communities, draws, settings.reform_day)


def _tell(error: ValidationError, keys: Mapping[str, Key], faults: Faults) -> None:
    """The schema's faults in the words of the keys; what is missing was told when it was looked for."""
    for fault in error.errors(include_url=False):
        if fault["type"] == "missing" or (fault["loc"] == ("out",) and fault["input"] is None):
            continue
        name = ".".join(str(part) for part in fault["loc"])
        key = keys.get(name)
        value = fault["input"]
        if key is None:
            faults.lines.append(f"{name}={shown(value)}: {fault['msg']}")
        elif key.kind == "whole":
            faults.whole(name, value, key)
        elif key.kind == "switch":
            faults.add("switch_needed", key=name, value=shown(value))
        elif key.kind == "choice":
            faults.choice(name, value, key.choices)
        else:
            faults.lines.append(f"{name}={shown(value)}: {fault['msg']}")
