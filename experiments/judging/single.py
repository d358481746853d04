"""Single values: numbers, days, folders, files, the engine. A folder is looked at, not touched."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from experiments.faults import Faults, shown
from experiments.keys import BY_NAME, Key
from experiments.settings import Engine

#: A key of days that is left out.
NONE: Final = "none"
#: What a dask scheduler may speak.
PROTOCOLS: Final = ("tcp", "tls")


def engine(raw: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
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


def folder(given: Any, faults: Faults) -> Any:
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


def file(key: str, given: Any, faults: Faults) -> Path | None:
    """A file that is there; None with a fault."""
    path = Path(given).expanduser() if isinstance(given, str | Path) and str(given) else None
    # os.path: a name that no system can hold is no file either.
    if path is None or not os.path.isfile(path):  # noqa: PTH113
        faults.add("file_needed", key=key, value=shown(given))
        return None
    return path


def period(name: str, given: Any, faults: Faults) -> int | None:
    """Days as a number or as a text such as `90d`; None for none."""
    if given is None or str(given).lower() == NONE:
        return None
    key, typed = BY_NAME[name], str(given).removesuffix("d")
    if typed.isascii() and typed.isdigit() and key.low <= int(typed) <= key.high:
        return int(typed)
    faults.add("period_needed", key=name, value=shown(given), low=key.low, high=key.high)
    return None


def judge_numbers(values: Mapping[str, Any], keys: Mapping[str, Key], faults: Faults) -> None:
    """Numbers with a fraction; NaN and infinity lie in no range."""
    for name, key in keys.items():
        value = values.get(name)
        if key.kind != "number" or (value is None and key.default is None):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not key.low <= value <= key.high:
            faults.number(name, value, key)


def judge_days(raw: Mapping[str, Any], faults: Faults) -> None:
    days, reform_day = raw["days"], raw["reform_day"]
    if type(days) is int and type(reform_day) is int and days >= 1 and reform_day >= days:
        faults.add("reform_too_late", reform_day=reform_day, days=days, last=days - 1)
