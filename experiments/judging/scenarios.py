"""World, strategies and futures of a command: by name, file or content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.faults import Faults, shown
from experiments.keys import VARYING, of
from experiments.settings import USUAL_BASELINE, Command
from sim.scenario import Future, Queue, Strategy, World, load_future, load_strategy, load_world, names, read

#: Strategies where none are given, instead of all.
USUAL: Final = {"twin": (USUAL_BASELINE, "wuhan"), "sweep": (USUAL_BASELINE,)}
#: Commands that live one strategy without a key for it: only the baseline may be seen by a fit.
BASELINE_ONLY: Final = ("calibrate",)
#: The world that is read from a file of own data.
CUSTOM: Final = "custom"
FILE: Final = (".yaml", ".yml")
#: Scenarios that a file of the user's may hold.
FILED: Final = (Strategy, Future)


def world(raw: Mapping[str, Any], faults: Faults) -> World | None:
    """The world by name, content or file of own data, which stands beside it or, as Hydra composes it, within."""
    named, given = raw["world"], data(raw)
    if isinstance(named, World) and named.places is not None:
        return named
    if isinstance(named, Mapping):
        named = {key: value for key, value in named.items() if key != "data"}
    called = named.get("name") if isinstance(named, Mapping) else getattr(named, "name", named)
    if called == CUSTOM:
        if raw.get("queue"):
            faults.add("queue_alone", world=CUSTOM)
        return own_world(given, faults)
    if given is not None:
        faults.add("data_alone", value=shown(given), world=shown(called))
    return _known_world({**raw, "world": named}, faults)


def _known_world(raw: Mapping[str, Any], faults: Faults) -> World | None:
    found: World | None = _one(World, load_world, raw["world"], "world", faults)
    queue = raw.get("queue") or {}
    if found is None or not queue:
        return found
    if not isinstance(queue, Mapping) or found.queue is None:
        faults.add("queue_alone", world=found.name)
        return found
    for key in set(queue) - set(Queue.model_fields):
        fields = list(Queue.model_fields)
        faults.add(
            "unknown_field", key=f"queue.{key}", known=", ".join(fields), near=faults.near(key, fields)
        )
        return found
    with faults.gather():
        return World.from_mapping({**found.model_dump(), "queue": {**found.queue.model_dump(), **queue}})
    return found


def own_world(file: Any, faults: Faults) -> World | None:
    """The world of a file of own data; None with a fault."""
    from experiments.own_world import read_world

    if not isinstance(file, str | Path) or not str(file):
        faults.add("data_missing")
        return None
    with faults.gather():
        return read_world(file, faults.lang)
    return None


def data(raw: Mapping[str, Any]) -> Any:
    """The file of own data, as it was given."""
    within = raw["world"].get("data") if isinstance(raw["world"], Mapping) else None
    return within if raw.get("data") is None else raw["data"]


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


def is_file(value: Any) -> bool:
    """Whether a strategy or a future is given by its file rather than by its name."""
    return isinstance(value, str) and value.endswith(FILE)


def strategies(command: Command, raw: Mapping[str, Any], faults: Faults) -> tuple[Strategy, ...] | None:
    """The strategies to live, the second one of a sensitivity included; None with a fault."""
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


def future(raw: Mapping[str, Any], faults: Faults) -> Future | None:
    """The future that is meant where no list is given; None with a fault."""
    made: Future | None = _one(Future, load_future, raw["future"], "future", faults)
    return made


def futures(raw: Mapping[str, Any], faults: Faults) -> tuple[Future, ...]:
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
