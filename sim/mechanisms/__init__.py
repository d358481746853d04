"""The registry of mechanisms: every class of `sim/mechanisms/*.py`, and of packages that register under `xietong.mechanisms`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from importlib.metadata import entry_points

from sim.mechanisms.mechanism import Mechanism


@functools.cache
def mechanisms() -> dict[str, type[Mechanism]]:
    """All mechanisms by name (the file's name), in alphabetical order."""
    found: dict[str, type[Mechanism]] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for kind in vars(loaded).values():
            if (
                isinstance(kind, type)
                and issubclass(kind, Mechanism)
                and kind.__module__ == loaded.__name__
                and kind is not Mechanism
            ):
                found[module.name] = kind
    for point in entry_points(group="xietong.mechanisms"):
        found.setdefault(point.name, point.load())
    return dict(sorted(found.items()))
