"""Worlds that several strategies have lived, and what varies between them.

The parameters of a run are not kept beside it. Of a comparison the configuration in the manifest says how each was drawn, and the name
of a run, which hashes them, proves it; a sweep writes `design.csv`, which names the value of every key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from experiments.keys import BY_NAME, of
from experiments.settings import Settings
from experiments.texts import both, text
from sim.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import pandas as pd

    from experiments.task import Task

#: Keys that may stand beside `store`.
BESIDE: Final = ("out", "outcome", "threshold", "baseline", "lang")
#: Settings that such keys and the command bring.
OWN: Final = ("command", "out", "outcome", "threshold", "baseline", "lang", "jobs")
DRAWN: Final = ("compare", "discover")
SWEPT: Final = "sweep"
DESIGN: Final = "design.csv"
#: Columns of the design of a sweep before its keys.
ABOUT: Final = ("run_id", "point", "strategy", "replicate")
INDEX: Final = ("future", "replicate")


class Worlds(NamedTuple):
    """`runs` has a row a run; `inputs` a row a world, index `(future, replicate)`, a column for everything that varies between them."""

    settings: Settings
    runs: pd.DataFrame
    inputs: pd.DataFrame


def of_design(settings: Settings, runs: pd.DataFrame) -> Worlds:
    """The worlds of a comparison under uncertainty."""
    from experiments.ensemble import design_tasks

    return Worlds(settings, runs, inputs(settings, design_tasks(settings)))


def inputs(settings: Settings, work: Sequence[Task]) -> pd.DataFrame:
    """Parameters that some strategy uses and that are not the same in all worlds, and the future where there are several."""
    import pandas as pd

    from experiments.variants import groups_used

    used = groups_used(settings.strategies)
    index = pd.MultiIndex.from_tuples(
        [(task.settings.future.name, task.replicate) for task in work], names=list(INDEX)
    )
    # What one future fixes may be free in another: there it has its draw, or its declared value where it is not drawn.
    drawn = pd.DataFrame(
        [{**task.settings.world.parameters, **task.settings.future.parameters, **task.settings.parameters} for task in work],
        index=index,
    )  # fmt: skip
    drawn = drawn.fillna({name: value for name, value in declared_values().items() if name in drawn.columns})
    kept = [
        name for name in sorted(drawn.columns) if name.partition(".")[0] in used and drawn[name].nunique() > 1
    ]
    varied = drawn[kept]
    return varied.assign(future=index.get_level_values("future")) if len(settings.futures) > 1 else varied


def declared_values() -> dict[str, float]:
    """The declared value of every parameter, by dotted name."""
    from experiments.ranges import known

    return {name: float(parameter.value) for name, parameter in known().items()}


def from_store(root: Path, settings: Settings, keys: Sequence[str]) -> Worlds:
    """The worlds of a store under its own settings, with those of this command over them; `keys` are the names of all words.

    Raises
    ------
    ConfigError
        A key stands beside `store` that would change its runs; `out` is the store itself; the baseline is not in it.
    StoreError
        It is no store, of a command that leaves no worlds or of another model version; nothing varies in it; its runs do not follow from
        its configuration.
    """
    from experiments import manifest
    from experiments.identity import model_version
    from experiments.store import Store

    lang = settings.lang
    strange = [key for key in keys if key not in (*BESIDE, "store")]
    if strange:
        raise ConfigError(
            text(lang, "fault_store_alone", store=root, keys=", ".join(strange), allowed=", ".join(BESIDE))
        )
    if not os.path.isdir(root):  # noqa: PTH112 - a name that no system can hold is no folder either
        raise ConfigError(text(lang, "fault_no_store", value=root))
    if settings.out.resolve() == root.resolve():
        raise ConfigError(text(lang, "fault_store_in_place", out=settings.out))
    content = manifest.load(root)
    if content["command"] not in (*DRAWN, SWEPT):
        raise StoreError(text(lang, "fault_store_single", store=root, command=content["command"]))
    if content["model_version"] != model_version():
        versions = {"found": content["model_version"], "own": model_version()}
        raise StoreError(text(lang, "fault_store_other", store=root, **versions))
    kept = _settings(root, content)
    merged = kept.model_copy(update={name: getattr(settings, name) for name in OWN})
    runs = Store(root).rows(run["run_id"] for run in content["runs"])
    if not len(runs) or runs["strategy"].nunique() < 2:
        raise StoreError(text(lang, "fault_store_single_strategy", store=root))
    worlds = (
        _swept(root, merged, runs) if content["command"] == SWEPT else _drawn(root, merged, runs, content)
    )
    if worlds.inputs.columns.empty:
        raise StoreError(text(lang, "fault_store_certain", store=root))
    _judge_baseline(merged, runs)
    return worlds


def _settings(root: Path, content: dict[str, Any]) -> Settings:
    """The settings that a manifest holds; keys that its command does not take stand there idly and are left out."""
    config = content["config"]
    taken = of(config.get("command", ""))
    idle = {name for name in config if name in BY_NAME and name not in taken}
    try:
        return Settings.model_validate_json(json.dumps({k: v for k, v in config.items() if k not in idle}))
    except ValidationError as error:
        raise StoreError(
            *both("store_no_configuration", root=root, reason=error.errors()[0]["msg"])
        ) from None


def _drawn(root: Path, settings: Settings, runs: pd.DataFrame, content: dict[str, Any]) -> Worlds:
    from experiments.ensemble import design_tasks

    work = design_tasks(settings)
    planned = {run["run_id"] for run in content["runs"]}
    strange = planned - {run.run_id for task in work for run in task.runs}
    if strange:
        raise StoreError(
            text(settings.lang, "fault_store_strange", store=root, count=len(strange), planned=len(planned))
        )
    return Worlds(settings, runs, inputs(settings, work))


def _swept(root: Path, settings: Settings, runs: pd.DataFrame) -> Worlds:
    """The worlds of a sweep: each point in each replicate is one, numbered in the order of the design."""
    import pandas as pd

    try:
        design = pd.read_csv(root / DESIGN)
    except (OSError, ValueError) as error:
        raise StoreError(*both("store_no_table", path=root / DESIGN, reason=error)) from None
    missing = [name for name in ABOUT if name not in design.columns]
    if missing:
        raise StoreError(*both("store_no_design", path=root / DESIGN, missing=", ".join(missing)))
    number = design.groupby(["point", "replicate"], sort=False).ngroup()
    keys = [name for name in design.columns if name not in ABOUT]
    joined = design[["run_id"]].assign(world_number=number).merge(runs, on="run_id")
    lived = joined.assign(replicate=joined["world_number"]).drop(columns="world_number")
    future = lived.groupby("replicate")["future"].first()
    varied = design[keys].assign(replicate=number).groupby("replicate").first()
    varied = varied.loc[future.index, [name for name in keys if varied[name].nunique() > 1]]
    plain = varied.astype(
        {name: str for name in varied.columns if not pd.api.types.is_numeric_dtype(varied[name])}
    )
    called = plain.rename(columns=lambda name: str(name).removeprefix("parameters."))
    index = pd.MultiIndex.from_arrays([future.to_numpy(), future.index], names=list(INDEX))
    return Worlds(settings, lived, called.set_index(index))


def _judge_baseline(settings: Settings, runs: pd.DataFrame) -> None:
    from experiments.faults import Faults

    names = sorted(set(runs["strategy"].astype(str)))
    if settings.threshold is None and settings.baseline_name() not in names:
        faults = Faults(settings.lang)
        faults.choice("baseline", settings.baseline_name(), names)
        faults.raise_any()
