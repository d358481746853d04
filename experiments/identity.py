"""What a run is called: the hash of everything that changes its result, and of nothing else.

The same id means the same bytes. Where results go, how many processes work, the language and what is recorded do not count;
the content of strategy, world and future does, not only their names; the code of the model does.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import sim
from experiments.settings import Settings
from sim.scenario import Strategy, World

#: What of a course changes a result: not what its size rests on.
COURSE: Final = {"quantity", "shape", "start", "peak", "end", "size"}
#: Data files that worlds are built from, besides the code of `sim`.
BUILT_FROM: Final = ("chengdu_divisions.csv",)


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


@functools.cache
def model_version() -> str:
    """Version of the model and a hash of its sources, such as `0.1.0+3f2a90c1d4e5`.

    The version alone would let a developer's edits mix silently with results from before.
    """
    root = Path(sim.__file__).parent
    content = hashlib.sha256()
    sources = [
        *sorted(root.rglob("*.py")),
        *(root.parent / "scenarios" / "data" / name for name in BUILT_FROM),
    ]
    for path in sources:
        content.update(path.relative_to(root.parent).as_posix().encode())
        content.update(path.read_bytes())
    return f"{sim.__version__}+{content.hexdigest()[:12]}"


def identity(settings: Settings, strategy: Strategy, replicate: int) -> dict[str, Any]:
    """Everything that changes the result of one run, as plain data."""
    return {
        "model": model_version(),
        "world": world_of(settings.world),
        "strategy": {
            "name": strategy.name,
            "mechanisms": {name: dose.model_dump(mode="json") for name, dose in strategy.mechanisms.items()},
        },
        "future": settings.future.model_dump(
            mode="json",
            include={"name": True, "parameters": True, "courses": {"__all__": COURSE}},
        ),
        "parameters": settings.parameters,
        "budget": settings.budget,
        "days": settings.days,
        "reform_day": settings.reform_day,
        "seed": settings.seed,
        "pin": settings.pin,
        "replicate": replicate,
    }


def world_of(world: World) -> dict[str, Any]:
    """What of a world changes a result: of own data the numbers, neither the file that they stand in nor the names of places."""
    told = {"title"} if world.places is None else {"title", "places"}
    content = world.model_dump(mode="json", exclude=told)
    return content if world.places is None else content | {"places": world.places.digest}


def past_id(settings: Settings, replicate: int) -> str:
    """The name of what all strategies share until the day of the reform, 16 hexadecimal digits."""
    return digest(identity(settings, settings.strategies[0], replicate) | {"strategy": None})[:16]


def run_id(settings: Settings, strategy: Strategy, replicate: int) -> str:
    """The name of a run, 16 hexadecimal digits."""
    return digest(identity(settings, strategy, replicate))[:16]
