"""What the command line asks of the page: where to serve it and with which script it begins."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from experiments.classroom.lessons import lesson_names
from experiments.classroom.script import MOST_DAYS, MOST_HOUSEHOLDS, Script, homes, judged, worlds
from experiments.configuration import options, parse, value_of
from experiments.faults import Faults, shown
from experiments.judging.scenarios import CUSTOM, own_world
from experiments.keys import Key, of
from experiments.speech import environment_language
from sim.errors import ConfigError
from sim.scenario import World

COMMAND: Final = "classroom"
#: Defaults that differ from those of the other commands.
OWN: Final = {"world": "classroom", "strategies": ["siloed", "wuhan"]}
#: What the words of a world of own data become for Hydra, and the keys that they were.
COMPOSED: Final = {"world.name": "world", "world.data": "data"}
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Asked:
    """A judged command: `script` is what a page begins with."""

    script: Script
    host: str
    port: int
    open: bool
    lang: str
    lesson: str | None
    own: World | None = None
    """The world of own data that is served beside the shipped ones."""


def read(words: Sequence[str], lang: str) -> Asked:
    """What the words `key=value …` ask for.

    Raises
    ------
    ConfigError
        Every fault of the words, one line each.
    """
    faults = Faults(lang)
    keys = of(COMMAND)
    values: dict[str, Any] = {name: OWN.get(name, key.default) for name, key in keys.items()}
    for word in parse(COMMAND, words, faults):
        name, _, written = word.removeprefix("++").partition("=")
        name = COMPOSED.get(name, name)
        if name not in keys:
            faults.add("classroom_field", key=name)
        else:
            values[name] = value_of(f"{name}={written}", faults)
            _judge(keys[name], values[name], faults)
    own = _own(values, faults)
    _judge_names(values, faults)
    if not faults.lines and values["reform_day"] >= values["days"]:
        faults.add(
            "reform_too_late", reform_day=values["reform_day"], last=values["days"] - 1, days=values["days"]
        )
    faults.raise_any()
    return Asked(
        _script(values, own),
        values["host"],
        values["port"],
        values["open"],
        values["lang"] or environment_language(),
        values["lesson"],
        own,
    )


def _own(values: dict[str, Any], faults: Faults) -> World | None:
    """The world of own data, when it is asked for and small enough to be watched; None with a fault."""
    data = values["data"]
    if values["world"] != CUSTOM:
        if data is not None:
            faults.add("data_alone", value=shown(data), world=shown(values["world"]))
        return None
    with faults.gather():
        own = own_world(data, faults)
        if own is not None and homes(own) > MOST_HOUSEHOLDS:
            faults.add(
                "data_classroom", file=shown(data), found=f"{homes(own):,}", most=f"{MOST_HOUSEHOLDS:,}"
            )
        return own
    return None


def _script(values: dict[str, Any], own: World | None) -> Script:
    try:
        return judged(Script(
            world=values["world"], strategies=(values["strategies"][0], values["strategies"][1]), seed=values["seed"], days=values["days"],
            reform_day=values["reform_day"],
        ), own)  # fmt: skip
    except ValidationError as error:
        raise ConfigError(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}") from None


def _judge(key: Key, value: Any, faults: Faults) -> None:
    """Type and range of one value."""
    low, high = key.low, min(key.high, MOST_DAYS) if key.unit in ("day", "days") else key.high
    if key.kind == "whole" and (
        not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high
    ):
        faults.add(
            "whole_needed",
            key=key.name,
            value=shown(value),
            low=f"{low:.0f}",
            high=f"{high:.0f}",
            unit=_unit(key, faults.lang),
        )
    elif key.kind == "switch" and not isinstance(value, bool):
        faults.add("switch_needed", key=key.name, value=shown(value))
    elif key.kind == "choice" and value not in key.choices:
        faults.choice(key.name, value, key.choices)


def _unit(key: Key, lang: str) -> str:
    from experiments.texts import text

    return text(lang, f"unit_{key.unit}")


def _judge_names(values: dict[str, Any], faults: Faults) -> None:
    """World, strategies, host and lesson."""
    known = (*worlds(), CUSTOM)
    if values["world"] not in known:
        faults.choice("world", values["world"], known)
    listed = values["strategies"]
    if not isinstance(listed, list):
        faults.add("list_needed", key="strategies", value=shown(listed))
    elif len(listed) != 2:
        faults.add("two_needed", value=shown(listed))
    else:
        for name in listed:
            if name not in options("strategy"):
                faults.choice("strategies", name, options("strategy"))
    if values["lesson"] is not None and values["lesson"] not in lesson_names():
        faults.choice("lesson", values["lesson"], lesson_names())
    host = values["host"]
    if not isinstance(host, str) or not (_HOST.fullmatch(host) or _is_address(host)):
        faults.add("name_needed", key="host", value=shown(host))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
