"""Judging a composed configuration, or keyword arguments: types, ranges, names, and what must fit together.

Faults are gathered and told at once. Nothing is touched: a folder is looked at, a strategy is fitted to its world without a run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from experiments.faults import Faults, shown
from experiments.keys import BY_NAME, FIELD, MAKING, VARYING, Key, of
from experiments.posterior import named, spelled
from experiments.settings import USUAL_BASELINE, Command, Engine, Settings
from experiments.speech import environment_language
from sim.errors import ConfigError
from sim.parameters import flatten, judge
from sim.scenario import Future, Queue, Strategy, World, load_future, load_strategy, load_world, names, read

#: Strategies where none are given, instead of all.
USUAL: Final = {"twin": (USUAL_BASELINE, "wuhan"), "sweep": (USUAL_BASELINE,)}
#: Replicates at which a wanted precision gives up where no other number is given.
MOST_REPLICATES: Final = 200
#: Commands that decide themselves what is kept of a run.
RECORDED: Final = {
    "twin": {"cases": True, "needs": True},
    "attribute": {"daily": "none"},
    "optimise": {"daily": "community"},
    "calibrate": {"daily": "none"},
    "sensitivity": {"daily": "none"},
    "discover": {"daily": "none"},
    "estimate": {"daily": "community"},
}
#: Commands that live one strategy without a key for it: only the baseline may be seen by a fit.
BASELINE_ONLY: Final = ("calibrate",)
#: The world that is read from a file of own data.
CUSTOM: Final = "custom"
FILE: Final = (".yaml", ".yml")
#: Scenarios that a file of the user's may hold.
FILED: Final = (Strategy, Future)
#: A key of days that is left out.
NONE: Final = "none"
#: What a dask scheduler may speak.
PROTOCOLS: Final = ("tcp", "tls")


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
        name: raw[name]
        for name, key in keys.items()
        if name in raw and "." not in name and key.kind in ("whole", "number", "choice", "switch")
    }
    for name, made in (
        ("world", _world(raw, faults)), ("future", _one(Future, load_future, raw["future"], "future", faults)),
        ("strategies", _strategies(command, raw, faults)), ("parameters", _parameters(raw, faults)), ("pin", _pins(raw, faults)),
    ):  # fmt: skip
        if made is not None:
            values[name] = made
    if values.get("world") is not None and values["world"].places is not None and _data(raw) is not None:
        values["data"] = Path(_data(raw))
    if "outcomes" in keys:
        values["outcomes"] = _outcomes(command, raw["outcomes"], faults)
    if "outcome" in keys:
        values["outcome"] = _outcome(raw["outcome"], faults)
    if "over" in keys:
        values["over"] = _over(raw["over"], faults)
    if "precision" in keys and raw["precision"] is not None and raw["max_replicates"] is None:
        values["max_replicates"] = MOST_REPLICATES
    if values.get("method", "") is None:
        values["method"] = "both"
    if values.get("uncertainty", "") is None:
        values["uncertainty"] = "deep" if command == "discover" else "none"
    if "futures" in keys:
        values["futures"] = _futures(raw, faults)
    values["engine"] = _engine(raw, faults)
    values["record"] = RECORDED.get(command) or _plain(raw["record"])
    values["baseline"] = raw["baseline"] if "baseline" in keys else "auto"
    values["jobs"] = cores() if raw["jobs"] is None else raw["jobs"]
    for name in ("screen", "design"):
        if name in keys and raw[name] is not None:
            values[name] = _file(name, raw[name], faults)
    values["checkpoint"] = _period("checkpoint", raw["checkpoint"], faults)
    _sweep(values, keys, raw, faults)
    values["lang"] = environment_language() if raw["lang"] is None else raw["lang"]
    values["out"] = _out(raw["out"] if raw["out"] is not None else f"outputs/{command}", faults)
    if "parameters" in values:
        _judge_scenario_parameters(values, faults)
    _judge_days(raw, faults)
    _judge_numbers(values, keys, faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        _tell(error, keys, faults)
        raise faults.error() from None
    _judge_baseline(settings, faults)
    _judge_precision(settings, faults)
    if command in FIELD:
        _judge_trial(settings, faults)
    _judge_varying(settings, faults)
    _judge_making(settings, faults)
    faults.raise_any()
    _judge_fit(settings, faults)
    faults.raise_any()
    return settings


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _engine(raw: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Name, scheduler and timeout: as composed, or as keyword arguments with dotted names."""
    given = dict(raw["engine"]) if isinstance(raw["engine"], Mapping) else {"name": raw["engine"]}
    dotted = {field: raw.get(f"engine.{field}") for field in Engine.model_fields}
    given |= {field: value for field, value in dotted.items() if value is not None}
    name, scheduler = given["name"], given.get("scheduler")
    if name not in BY_NAME["engine"].choices:
        faults.choice("engine", name, BY_NAME["engine"].choices)
    elif name == "local" and scheduler is not None:
        faults.add("scheduler_alone", value=shown(scheduler))
    elif name == "dask" and scheduler is None:
        faults.add("no_scheduler")
    elif name == "dask" and not is_address(scheduler):
        faults.add("bad_address", value=shown(scheduler))
    return given


def is_address(value: Any) -> bool:
    """Whether a dask scheduler could be meant: protocol, host and port, and nothing else."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    return plain and parts.scheme in PROTOCOLS and bool(parts.hostname) and bool(port)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _one(kind: Any, load: Any, raw: Any, key: str, faults: Faults) -> Any:
    """One scenario by name, file or content; None with a fault."""
    with faults.gather():
        if isinstance(raw, kind):
            return raw
        if isinstance(raw, Mapping):
            return kind.from_mapping(raw)
        if kind in FILED and is_file(raw):
            return read(kind, Path(raw).expanduser())
        known = names("strategy" if kind is Strategy else key)  # type: ignore[arg-type]
        if raw in known:
            return load(raw)
        faults.choice(key, raw, (*known, CUSTOM) if kind is World else known)
    return None


def own_world(data: Any, faults: Faults) -> World | None:
    """The world of a file of own data; None with a fault."""
    from experiments.own_world import read_world

    if not isinstance(data, str | Path) or not str(data):
        faults.add("data_missing")
        return None
    with faults.gather():
        return read_world(data, faults.lang)
    return None


def _data(raw: Mapping[str, Any]) -> Any:
    """The file of own data, as it was given."""
    within = raw["world"].get("data") if isinstance(raw["world"], Mapping) else None
    return within if raw.get("data") is None else raw["data"]


def _world(raw: Mapping[str, Any], faults: Faults) -> World | None:
    """The world by name, content or file of own data, which stands beside it or, as Hydra composes it, within."""
    named, data = raw["world"], _data(raw)
    if isinstance(named, World) and named.places is not None:
        return named
    if isinstance(named, Mapping):
        named = {key: value for key, value in named.items() if key != "data"}
    called = named.get("name") if isinstance(named, Mapping) else getattr(named, "name", named)
    if called == CUSTOM:
        if raw.get("queue"):
            faults.add("queue_alone", world=CUSTOM)
        return own_world(data, faults)
    if data is not None:
        faults.add("data_alone", value=shown(data), world=shown(called))
    return _known_world({**raw, "world": named}, faults)


def _known_world(raw: Mapping[str, Any], faults: Faults) -> World | None:
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
    if "strategy" in of(command) or command in BASELINE_ONLY:
        one = _one(Strategy, load_strategy, raw["strategy"], "strategy", faults)
        if command != "sensitivity" or raw["baseline"] == "auto":
            return None if one is None else (one,)
        second = _one(Strategy, load_strategy, raw["baseline"], "baseline", faults)
        if one is not None and second is not None and one.name == second.name:
            faults.add("listed_twice", key="baseline", value=shown(second.name))
        return None if one is None or second is None else (one, second)
    listed = raw.get("strategies")
    known = names("strategy")
    if listed is None:
        listed = USUAL.get(command, known)
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        faults.add("list_needed", key="strategies", value=shown(listed))
        return None
    if not listed and command in VARYING:
        faults.add("names_needed", key="strategies", value="[]", example=USUAL_BASELINE)
    elif (len(listed) < 2 and command not in VARYING) or (command == "twin" and len(listed) != 2):
        faults.add("two_needed" if command == "twin" else "more_needed", value=shown(list(listed)))
    made = [_one(Strategy, load_strategy, one, "strategies", faults) for one in listed]
    found = [strategy for strategy in made if strategy is not None]
    for name, count in Counter(strategy.name for strategy in found).items():
        if count > 1:
            faults.add("listed_twice", key="strategies", value=shown(name))
    return tuple(found) or None


def _sweep(values: dict[str, Any], keys: Mapping[str, Key], raw: Mapping[str, Any], faults: Faults) -> None:
    """What a sweep varies, by dotted key; `experiments.points` judges it. An experiment that varies keys is for `sweep` alone."""
    given = raw.get("sweep") or {}
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="sweep", value=shown(given))
    elif "sweep" in keys:
        values["sweep"] = dict(flatten(given))
    elif given:
        faults.add(
            "only_swept", key=f"sweep.{next(iter(dict(flatten(given))), '')}", command=values["command"]
        )


def _futures(raw: Mapping[str, Any], faults: Faults) -> tuple[Future, ...]:
    """The futures to compare in; none when only `future` is meant."""
    listed = raw.get("futures")
    if listed is None:
        return ()
    if isinstance(listed, str) or not isinstance(listed, Sequence) or not listed:
        faults.add("names_needed", key="futures", value=shown(listed), example="reference")
        return ()
    found = [_one(Future, load_future, one, "future", faults) for one in listed]
    for name, count in Counter(future.name for future in found if future).items():
        if count > 1:
            faults.add("listed_twice", key="futures", value=shown(name))
    if len(listed) > 1 and raw.get("budget") == "neutral":
        faults.add("one_future", value=shown(list(listed)))
    return tuple(future for future in found if future)


def _outcomes(command: str, given: Any, faults: Faults) -> tuple[str, ...] | None:
    """Outcomes by name; of a trial in the field those that communities can be measured by."""
    from sim.outcomes import OUTCOMES

    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        faults.add("names_needed", key="outcomes", value=shown(given), example=OUTCOMES[0].name)
        return None
    known = [outcome.name for outcome in OUTCOMES]
    if command in FIELD:
        from experiments.estimate import MEASURED

        known = list(MEASURED)
    for name in given:
        if name not in known:
            faults.choice("outcomes", name, known)
    return tuple(name for name in given if name in known)


def _outcome(given: Any, faults: Faults) -> str:
    """One outcome that has a better direction."""
    from sim.outcomes import OUTCOMES

    known = [outcome.name for outcome in OUTCOMES if outcome.better]
    if given not in known:
        faults.choice("outcome", given, known)
    return str(given)


def _over(given: Any, faults: Faults) -> tuple[str, ...] | None:
    """Uncertain parameters by name, by group, or as the block of deep uncertainty; each once, in the order of their names."""
    from experiments.ranges import uncertain

    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        faults.add("names_needed", key="over", value=shown(given), example="voice.base_hazard")
        return None
    every = uncertain().names
    groups = {"deep": set(uncertain(deep=True).names)}
    for name in every:
        groups.setdefault(name.partition(".")[0], set()).add(name)
    found: set[str] = set()
    for name in given:
        if name not in every and name not in groups:
            faults.add(
                "unknown_constant",
                value=shown(name),
                groups=", ".join(groups),
                near=faults.near(name, (*every, *groups)),
            )
        found |= groups.get(name, {name})
    return tuple(sorted(found))


def is_file(value: Any) -> bool:
    """Whether a strategy or a future is given by its file rather than by its name."""
    return isinstance(value, str) and value.endswith(FILE)


def _parameters(raw: Mapping[str, Any], faults: Faults) -> dict[str, float] | None:
    from sim.laws import GROUPS as LAWS

    given = raw.get("parameters") or {}
    if spelled(given):
        given = named(given, faults)
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="parameters", value=shown(given))
        return None
    with faults.gather():
        return {f"{one.group}.{one.field}": one.value for one in judge(LAWS, dict(flatten(given)))}
    return None


def _judge_scenario_parameters(values: Mapping[str, Any], faults: Faults) -> None:
    """Worlds and futures may carry parameter values too: judged by the same declarations."""
    from sim.laws import GROUPS as LAWS

    chosen = [("world", values.get("world")), ("future", values.get("future"))]
    for name, scenario in (*chosen, *(("futures", future) for future in values.get("futures", ()))):
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
    try:
        standing = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    except OSError as error:  # such as a name that is too long
        faults.add("no_path", key="out", value=given, reason=error.strerror)
        return None
    if not standing.is_dir():
        faults.add("not_a_folder", key="out", value=given, where=str(standing))
    elif not os.access(standing, os.W_OK | os.X_OK):
        faults.add("unwritable", key="out", value=given, where=str(standing))
    return out


def _file(key: str, given: Any, faults: Faults) -> Path | None:
    """A file that is there; None with a fault."""
    path = Path(given).expanduser() if isinstance(given, str | Path) and str(given) else None
    # os.path: a name that no system can hold is no file either.
    if path is None or not os.path.isfile(path):  # noqa: PTH113
        faults.add("file_needed", key=key, value=shown(given))
        return None
    return path


def _period(name: str, given: Any, faults: Faults) -> int | None:
    """Days as a number or as a text such as `90d`; None for none."""
    if given is None or str(given).lower() == NONE:
        return None
    key, typed = BY_NAME[name], str(given).removesuffix("d")
    if typed.isascii() and typed.isdigit() and key.low <= int(typed) <= key.high:
        return int(typed)
    faults.add("period_needed", key=name, value=shown(given), low=key.low, high=key.high)
    return None


def _judge_days(raw: Mapping[str, Any], faults: Faults) -> None:
    days, reform_day = raw["days"], raw["reform_day"]
    if type(days) is int and type(reform_day) is int and days >= 1 and reform_day >= days:
        faults.add("reform_too_late", reform_day=reform_day, days=days, last=days - 1)


def _judge_numbers(values: Mapping[str, Any], keys: Mapping[str, Key], faults: Faults) -> None:
    """Numbers with a fraction; NaN and infinity lie in no range."""
    for name, key in keys.items():
        value = values.get(name)
        if key.kind != "number" or (value is None and key.default is None):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not key.low <= value <= key.high:
            faults.number(name, value, key)


def _judge_making(settings: Settings, faults: Faults) -> None:
    """What strategies that others are made from must have, and a common cost."""
    strategy = settings.strategies[0]
    if settings.command in (*MAKING, *FIELD) and not any(
        dose.intensity > 0 for dose in strategy.mechanisms.values()
    ):
        faults.add("no_mechanisms", name=strategy.name)
    if settings.command in ("attribute", *FIELD) and settings.replicates < 2:
        faults.add("replicates_too_few", value=settings.replicates)
    acts = any(dose.intensity > 0 for one in settings.strategies for dose in one.mechanisms.values())
    if settings.budget == "neutral" and settings.budget_level is None and not acts:
        faults.add("nothing_costs")
    if settings.budget_level is not None and settings.budget == "own":
        faults.add("level_alone", value=shown(settings.budget_level))


def _judge_varying(settings: Settings, faults: Faults) -> None:
    """What a design that varies parameters needs: something to vary, and base points that fill a cube evenly."""
    from experiments.sensitivity import FEWEST, space

    if settings.command == "sensitivity":
        if settings.method == "sobol" and settings.over is None:
            faults.add("sobol_needs_over")
        if settings.samples < FEWEST or settings.samples & (settings.samples - 1):
            near = max(FEWEST, 1 << (settings.samples.bit_length() - 1))
            faults.add("power_of_two", value=settings.samples, least=FEWEST, near=near)
        if not space(settings).names:
            faults.add("nothing_varies", over=shown(list(settings.over or ())))
    varied = settings.uncertainty != "none" or len(settings.futures) > 1
    if settings.command == "discover" and not varied:
        faults.add("certain_world")


def _judge_baseline(settings: Settings, faults: Faults) -> None:
    known = [strategy.name for strategy in settings.strategies]
    if settings.command == "sensitivity":
        return  # any strategy may be the second one, and has been found
    if settings.baseline_name() not in known:
        faults.choice("baseline", settings.baseline, known)


def _judge_precision(settings: Settings, faults: Faults) -> None:
    """A first stage that is large enough, and a limit beyond it."""
    from experiments.precision import FIRST_STAGE

    if settings.precision is None:
        if settings.max_replicates is not None:
            faults.add("most_alone", value=settings.max_replicates)
        return
    if settings.replicates < FIRST_STAGE:
        faults.add("first_stage", value=settings.replicates, least=FIRST_STAGE)
    if settings.max_replicates is not None and settings.max_replicates < settings.replicates:
        faults.add("most_below_first", value=settings.max_replicates, replicates=settings.replicates)


def _judge_trial(settings: Settings, faults: Faults) -> None:
    """Communities enough for every wave, a period before the reform, one for each wave after it, and mechanisms that can be placed."""
    from experiments.estimate import communities, periods

    there, least = communities(settings), max(4, 2 * settings.steps)
    if there < least:
        faults.add(
            "few_communities", world=settings.world.name, there=there, steps=settings.steps, least=least
        )
    before, after = periods(settings)
    if before < 1 or after < settings.steps:
        faults.add(
            "short_trial", period=settings.period, before=before, after=after, steps=settings.steps,
            reform_day=settings.reform_day, days=settings.days,
        )  # fmt: skip
    for name, dose in settings.strategies[0].mechanisms.items():
        if dose.place != "all" or dose.start not in (None, settings.reform_day):
            faults.add("placed_already", strategy=settings.strategies[0].name, name=name)


def _judge_fit(settings: Settings, faults: Faults) -> None:
    """Whether each strategy can be applied in the world: places that exist, parameters that its mechanisms have."""
    from sim.laws import resolve
    from sim.randomness import draws_for
    from sim.strategies import Programme

    communities = settings.world.jurisdictions.n_communities
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
        elif key.kind == "number":
            faults.number(name, value, key)
        elif key.kind == "switch":
            faults.add("switch_needed", key=name, value=shown(value))
        elif key.kind == "choice":
            faults.choice(name, value, key.choices)
        else:
            faults.lines.append(f"{name}={shown(value)}: {fault['msg']}")
