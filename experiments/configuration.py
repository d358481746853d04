"""From words on the command line to judged settings.

Hydra reads the words and composes `scenarios/`; unknown keys and names are told here with the nearest known one, what
was composed is judged in `experiments.judging`. All faults are told at once, and nothing is written before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.faults import Faults, shown
from experiments.judging.scenarios import CUSTOM, is_file
from experiments.judging.whole import judged
from experiments.keys import BY_NAME, of
from experiments.posterior import named, spelled
from experiments.settings import Command, Settings
from experiments.speech import environment_language
from sim.scenario import ROOT

#: Keys that choose a file of a Hydra group.
GROUPS: Final = ("world", "strategy", "future", "engine", "record", "experiment")
#: Keys that take the file of a scenario in place of its name.
FILES: Final = ("strategy", "future")
#: How a world of own data is composed.
OWN: Final = f"++world.name={CUSTOM}"
#: Keys below which single fields may be set, such as `world.streets=2`.
OPEN: Final = ("world", "strategy", "future", "parameters", "pin", "queue", "sweep")


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
    files, others = apart(command, words, faults)
    return judged(command, compose(parse(command, others, faults), faults) | files, faults)


def apart(command: str, words: Iterable[str], faults: Faults) -> tuple[dict[str, str], list[str]]:
    """Files of a strategy or future, which Hydra does not know, by their keys, and the other words. A file stands for all of its scenario."""
    files: dict[str, str] = {}
    others = []
    for word in words:
        key, _, value = word.partition("=")
        path = value.strip("'\"")
        if key not in FILES or key not in of(command) or not is_file(path):
            others.append(word)
        elif key in files:
            faults.add("given_twice", key=key)
        else:
            files[key] = path
    for given in (word.partition("=")[0] for word in others):
        key, dot, _ = given.partition(".")
        if key in files and not dot:
            faults.add("given_twice", key=key)
        elif key in files:
            faults.add("file_with_fields", key=given, name=key, file=files[key])
    return files, others


def parse(
    command: str, words: Iterable[str], faults: Faults, folders: Iterable[Path] = (), sweeps: bool = False
) -> list[str]:
    """The faultless ones of the words, in the form that Hydra composes; what is wrong with the others goes to `faults`.

    `folders` are further configuration folders, `sweeps` admits several values for a key (Hydra's `--multirun`).
    """
    seen: set[str] = set()
    good: list[str] = []
    for word in words:
        name, _, value = word.partition("=")
        if name == "parameters" and name in of(command) and name not in seen and spelled(value):
            # First, so that what is set one by one stands over the draw.
            good[:0] = [f"++parameters.{key}={number!r}" for key, number in named(value, faults).items()]
            seen.add(name)
            continue
        override = _parsed(word, faults)
        if override is None:
            continue
        key = override.key_or_group
        if sweeps and key.startswith(("hydra.", "hydra/")):
            good.append(word)
        elif not _known(command, key):
            keys = list(of(command))
            faults.add(
                "unknown_key", key=key, command=command, near=faults.near(key, keys), keys=", ".join(keys)
            )
        elif key in seen:
            faults.add("given_twice", key=key)
        elif _fits(override, key, faults, folders, sweeps):
            value = override.input_line.split("=", 1)[1]
            good.append(_composed(key, value, override.value()))
        seen.add(key)
    for key in seen if OWN in good else ():
        if key.startswith("world."):
            faults.add("data_with_fields", key=key)
    return good


def _composed(key: str, typed: str, value: Any) -> str:
    """An override as Hydra composes it. Own data take the place of all that a world says when it is judged; `scenarios/data` is no group."""
    if key == "world" and value == CUSTOM:
        return OWN
    if key == "data":
        return f"++world.data={typed}"
    return f"{key}={typed}" if key in GROUPS else f"++{key}={typed}"


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
        except (HydraException, ValueError):
            # ValueError: a whole number of more digits than Python converts.
            continue
        if override.is_delete() or override.package:
            break
        return override
    faults.add(
        "not_an_override" if equals else "no_equals", word=word, near=_meant(word) if not equals else ""
    )
    return None


def value_of(word: str, faults: Faults) -> Any:
    """The value that a word which `parse` found faultless gives to its key."""
    return _parsed(word, faults).value()


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
        if key.startswith("sweep."):
            faults.add("values_needed", key=key, value=override.input_line.split("=", 1)[1])
        elif not sweeps:
            many = BY_NAME[key].kind == "names" if key in BY_NAME else False
            typed = override.input_line.split("=", 1)[1]
            faults.add("list_needed" if many else "one_value", key=key, value=typed)
        return sweeps and not key.startswith("sweep.")
    value = override.value()
    if (
        key not in GROUPS
        or (key == "experiment" and value is None)
        or (key == "record" and isinstance(value, dict))
    ):
        return True
    known = options(key, folders) if key != "world" else (*options(key, folders), CUSTOM)
    if value not in known:
        faults.choice(key, value, known)
        return False
    return True


def plain(command: str, words: Iterable[str], lang: str) -> dict[str, Any]:
    """The keys of a command that lives no strategies of the user's: paths, choices, lists of names and whole numbers, judged.

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
        value = value_of(word, faults)
        key = keys[name]
        if key.kind == "choice" and value not in key.choices:
            faults.choice(name, value, key.choices)
        elif key.kind == "path" and not isinstance(value, str):
            faults.add("folder_needed", key=name, value=shown(value))
        elif key.kind == "names":
            value = value if isinstance(value, list) else [value]
            if not value or not all(isinstance(one, str) for one in value):
                faults.add("names_needed", key=name, value=shown(value), example="V1")
        elif key.kind == "whole" and (type(value) is not int or not key.low <= value <= key.high):
            faults.whole(name, value, key)
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
