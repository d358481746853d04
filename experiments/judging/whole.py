"""Judging a composed configuration, or keyword arguments: types, ranges, names, and what must fit together.

Faults are gathered and told at once. Nothing is touched: a folder is looked at, a strategy is fitted to its world without a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from experiments.faults import Faults, shown
from experiments.judging import designs, lists, parameters, scenarios, single
from experiments.keys import FIELD, Key, of
from experiments.settings import Command, Settings
from experiments.speech import environment_language
from sim.processes import processors

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
        ("world", scenarios.world(raw, faults)), ("future", scenarios.future(raw, faults)),
        ("strategies", scenarios.strategies(command, raw, faults)), ("parameters", parameters.parameters(raw, faults)), ("pin", parameters.pins(raw, faults)),
    ):  # fmt: skip
        if made is not None:
            values[name] = made
    if (
        values.get("world") is not None
        and values["world"].places is not None
        and scenarios.data(raw) is not None
    ):
        values["data"] = Path(scenarios.data(raw))
    if "outcomes" in keys:
        values["outcomes"] = lists.outcomes(command, raw["outcomes"], faults)
    if "outcome" in keys:
        values["outcome"] = lists.outcome(raw["outcome"], faults)
    if "over" in keys:
        values["over"] = lists.over(raw["over"], faults)
    if "precision" in keys and raw["precision"] is not None and raw["max_replicates"] is None:
        values["max_replicates"] = MOST_REPLICATES
    if values.get("method", "") is None:
        values["method"] = "both"
    if values.get("uncertainty", "") is None:
        values["uncertainty"] = "deep" if command == "discover" else "none"
    if "futures" in keys:
        values["futures"] = scenarios.futures(raw, faults)
    values["engine"] = single.engine(raw, faults)
    values["record"] = RECORDED.get(command) or _plain(raw["record"])
    values["baseline"] = raw["baseline"] if "baseline" in keys else "auto"
    values["jobs"] = processors() if raw["jobs"] is None else raw["jobs"]
    for name in ("screen", "design"):
        if name in keys and raw[name] is not None:
            values[name] = single.file(name, raw[name], faults)
    values["checkpoint"] = single.period("checkpoint", raw["checkpoint"], faults)
    lists.sweep(values, keys, raw, faults)
    values["lang"] = environment_language() if raw["lang"] is None else raw["lang"]
    values["out"] = single.folder(raw["out"] if raw["out"] is not None else f"outputs/{command}", faults)
    if "parameters" in values:
        parameters.judge_scenarios(values, faults)
    single.judge_days(raw, faults)
    single.judge_numbers(values, keys, faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        _tell(error, keys, faults)
        raise faults.error() from None
    designs.judge_baseline(settings, faults)
    designs.judge_precision(settings, faults)
    if command in FIELD:
        designs.judge_trial(settings, faults)
    designs.judge_varying(settings, faults)
    designs.judge_making(settings, faults)
    faults.raise_any()
    designs.judge_fit(settings, faults)
    faults.raise_any()
    return settings


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


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
