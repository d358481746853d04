"""From words on the command line, or keyword arguments, to judged settings.

Hydra reads the words and composes `scenarios/`; what came out is judged here and in `experiments.settings`: types, ranges,
unknown names with the nearest known one, all faults at once. Nothing is written before judging has ended.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from experiments.faults import Faults, shown
from experiments.keys import BY_NAME, Key, of
from experiments.settings import Command, Settings
from experiments.speech import environment_language
from sim.errors import ConfigError
from sim.parameters import flatten, judge
from sim.scenario import ROOT, Future, Queue, Strategy, World, load_future, load_strategy, load_world, names

#: Keys that choose a file of a Hydra group.
GROUPS: Final = ("world", "strategy", "future", "engine", "record", "experiment")
#: Keys below which single fields may be set, such as `world.streets=2`.
OPEN: Final = ("world", "strategy", "future", "parameters", "pin", "queue")
TWINS: Final = ("siloed", "wuhan")


def options(group: str, folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """Names of the files of a Hydra group, in `scenarios/` and in further configuration folders."""
    found = {path.stem for root in (ROOT, *folders) for path in (root / group).glob("*.yaml")}
    return tuple(sorted(found))


def read(command: Command, words: Sequence[str], lang: str = "en") -> Settings:
    """The settings that the words `key=value …` of a command mean.

    Raises
    ------
    ConfigError
        Every fault of the words and of the composed configuration, one line each.
    """
    faults = Faults(lang)
    overrides = parse(command, words, faults)
    return judged(command, compose(overrides, faults), faults)


def parse(command: str, words: Iterable[str], faults: Faults, folders: Iterable[Path] = (), sweeps: bool = False) -> list[str]:
    """The faultless ones of the words, in the form that Hydra composes; what is wrong with the others goes to `faults`.

    `folders` are further configuration folders, `sweeps` admits several values for a key (Hydra's `--multirun`).
    """
    seen: set[str] = set()
    good = []
    for word in words:
        override = _parsed(word, faults)
        if override is None:
            continue
        key = override.key_or_group
        if sweeps and key.startswith(("hydra.", "hydra/")):
            good.append(word)
        elif not _known(command, key):
            keys = list(of(command))
            faults.add("unknown_key", key=key, command=command, near=faults.near(key, keys), keys=", ".join(keys))
        elif key in seen:
            faults.add("given_twice", key=key)
        elif _fits(override, key, faults, folders, sweeps):
            value = override.input_line.split("=", 1)[1]
            good.append(f"{key}={value}" if key in GROUPS else f"++{key}={value}")
        seen.add(key)
    return good


def _parsed(word: str, faults: Faults) -> Any:
    """One override by Hydra's grammar, or None with a fault; a path may hold characters that the grammar would have quoted."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    name, equals, value = word.partition("=")
    quoted = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    literal = BY_NAME[name].kind == "path" if name in BY_NAME else False
    for attempt in (word, f"{name}={quoted}") if literal and equals else (word,):
        try:
            override = parser.parse_override(attempt)
        except HydraException:
            continue
        if override.is_delete() or override.package:
            break
        return override
    faults.add("not_an_override" if equals else "no_equals", word=word, near=_meant(word) if not equals else "")
    return None


def _meant(word: str) -> str:
    """The override that a bare name probably stands for."""
    group = next((group for group in GROUPS if word in options(group)), "key")
    return f"{group}={word}" if group != "key" else "key=value"


def _known(command: str, key: str) -> bool:
    keys = of(command)
    root, dot, field = key.partition(".")
    return key in keys or bool(dot and field and root in OPEN and root in keys)


def _fits(override: Any, key: str, faults: Faults, folders: Iterable[Path], sweeps: bool) -> bool:
    """Whether a single value is given, and for groups one of the known names."""
    if override.is_sweep_override():
        if not sweeps:
            many = BY_NAME[key].kind == "names" if key in BY_NAME else False
            typed = override.input_line.split("=", 1)[1]
            faults.add("list_needed" if many else "one_value", key=key, value=typed)
        return sweeps
    value = override.value()
    if key not in GROUPS or (key == "experiment" and value is None) or (key == "record" and isinstance(value, dict)):
        return True
    known = options(key, folders)
    if value not in known:
        faults.choice(key, value, known)
        return False
    return True


def plain(command: str, words: Iterable[str], lang: str) -> dict[str, Any]:
    """The keys of a command that runs nothing: paths and choices, judged.

    Raises
    ------
    ConfigError
        Every fault of the words, one line each.
    """
    faults = Faults(lang)
    keys = of(command)
    values = {name: key.default for name, key in keys.items()}
    for word in parse(command, words, faults):
        name, _, _ = word.removeprefix("++").partition("=")
        value = _parsed(word, faults).value()
        key = keys[name]
        if key.kind == "choice" and value not in key.choices:
            faults.choice(name, value, key.choices)
        elif key.kind == "path" and not isinstance(value, str):
            faults.add("folder_needed", key=name, value=shown(value))
        values[name] = value
    faults.raise_any()
    return values | {"lang": values["lang"] or environment_language()}


def compose(overrides: Sequence[str], faults: Faults) -> dict[str, Any]:
    """The configuration of `scenarios/` under the overrides, as plain data."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    with initialize_config_dir(str(ROOT), version_base="1.3", job_name="xietong"):
        try:
            made = hydra_compose("config", overrides=list(overrides))
            return OmegaConf.to_container(made, resolve=True)  # type: ignore[return-value]
        except (HydraException, OmegaConfBaseException) as error:
            faults.add("not_composed", reason=" ".join(str(error).split()))
            raise faults.error() from None


def judged(command: Command, raw: Mapping[str, Any], faults: Faults) -> Settings:
    """Settings from plain data: `world`, `strategy` and `future` may be names or contents.

    Raises
    ------
    ConfigError
        Every fault at once, those found before included.
    """
    keys = of(command)
    values: dict[str, Any] = {"command": command}
    values |= {name: raw[name] for name, key in keys.items() if name in raw and key.kind in ("whole", "choice")}
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
    return settings


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _one(kind: Any, load: Any, raw: Any, group: Any, faults: Faults) -> Any:
    """One scenario by name or content; None with a fault."""
    with faults.gather():
        if isinstance(raw, Mapping):
            return kind.from_mapping(raw)
        known = names(group)
        if raw in known:
            return load(raw)
        faults.choice(group, raw, known)
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
        faults.add("unknown_field", key=f"queue.{key}", known=", ".join(fields), near=faults.near(key, fields))
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
    unknown = [name for name in listed if name not in known]
    for name in unknown:
        faults.choice("strategies", name, known)
    for name in dict.fromkeys(name for name in listed if listed.count(name) > 1):
        faults.add("listed_twice", key="strategies", value=shown(name))
    if len(listed) < 2 or (command == "twin" and len(listed) != 2):
        faults.add("two_needed" if command == "twin" else "more_needed", value=shown(list(listed)))
    with faults.gather():
        return tuple(load_strategy(name) for name in dict.fromkeys(listed) if name in known) or None
    return None


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
        try:
            judge(LAWS, scenario.parameters if scenario else {})
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
            faults.add("unknown_field", key=f"pin.{stream}", known=", ".join(STREAMS), near=faults.near(stream, STREAMS))
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
