"""`xietong check`: judge a configuration, or verify a result folder byte by byte, without running or writing anything.

`xietong check verification` is a command of its own, which tries the model itself (see `experiments.verification`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from experiments import going_on, manifest
from experiments.helping import CHECKED
from experiments.identity import model_version
from experiments.keys import FIELD, FIT, MAKING, VARYING
from experiments.settings import Settings
from experiments.store import COLLECTED, TABLES, Store, look
from experiments.task import Planned
from experiments.texts import text
from sim.errors import ConfigError, StoreError, XietongError

#: Files of a store that its manifest need not know: itself, clock times, what a stopped command had written already.
OWN: Final = (manifest.NAME, "log.parquet", "runs.parquet", "design.csv", "budget.csv")


class DamagedStoreError(XietongError):
    """Files of a result folder are missing or broken."""


def main(words: Sequence[str], lang: str) -> int:
    """Check what the words name."""
    from experiments.configuration import plain
    from experiments.faults import Faults

    names = [word for word in words if "=" not in word]
    keys = [word for word in words if "=" in word]
    if not names and any(word.startswith("store=") for word in keys):
        given = plain("check", keys, lang)
        return check_store(Path(given["store"]).expanduser(), given["lang"])
    if names == ["verification"]:
        from experiments.verification import command as verification

        return verification.main(keys, lang)
    command = names[0] if names else "compare"
    if len(names) > 1 or command not in CHECKED:
        known = (*CHECKED, "verification")
        near = Faults(lang).near(names[-1], known)
        raise ConfigError(
            text(lang, "fault_what_to_check", name=names[-1], known=", ".join(known), near=near)
        )
    return check_configuration(command, keys, lang)


def check_configuration(command: Any, words: Sequence[str], lang: str) -> int:
    """Judge the words of a command and say what it would do."""
    from experiments.configuration import read
    from experiments.ensemble import design

    settings = read(command, words, lang)
    look(settings.out)
    if command in FIT:
        _judge_screen(settings)
    if command in (*MAKING, *FIT, *FIELD, "sensitivity"):
        print(text(
            settings.lang, "check_fine_made", command=command, strategy=settings.strategies[0].name, runs=_most(settings),
            days=settings.days, world=settings.world.name,
        ))  # fmt: skip
        return 0
    store = Store(settings.out)
    if command in VARYING:
        return _check_sweep(settings, store)
    planned = design(settings)
    print(text(
        settings.lang, "check_fine", command=command, strategies=len(settings.strategies), replicates=len(settings.numbers()),
        runs=len(planned), days=settings.days, world=settings.world.name, kept=_kept(store, planned, settings),
    ))  # fmt: skip
    return 0


def _judge_screen(settings: Settings) -> None:
    """Judge the table of an earlier screening as `calibrate` does before its first run."""
    from experiments.calibration import given, targets

    given.read(settings, targets.load("fit").ids)


def _check_sweep(settings: Settings, store: Store) -> int:
    """Judge every point of a sweep and say what it would do."""
    from experiments import points, sweep

    made = points.points(settings)
    planned = [run for task in sweep.once(sweep.expanded(made)) for run in task.runs]
    print(text(
        settings.lang, "check_fine_swept", points=len(made), strategies=len(settings.strategies),
        replicates=len(settings.numbers()), runs=len(planned), kept=_kept(store, planned, settings),
    ))  # fmt: skip
    return 0


def _kept(store: Store, planned: Sequence[Planned], settings: Settings) -> int:
    return sum(store.is_whole(run.run_id, settings.record) for run in planned)


def _most(settings: Settings) -> int:
    """The most runs that a command which makes its own designs can need."""
    from experiments import attribute, calibrate, estimate, optimise, sensitivity

    if settings.command in FIELD:
        return len(estimate.planned(settings))
    if settings.command == "attribute":
        return len(attribute.planned(settings))
    if settings.command == "sensitivity":
        return sensitivity.most(settings)
    return calibrate.most(settings) if settings.command == "calibrate" else optimise.most(settings)


def check_store(root: Path, lang: str) -> int:
    """Verify a result folder: a line for each file that is missing, broken or foreign.

    Runs that another design left here, or that were copied from another folder, are verified like those of the design.

    Raises
    ------
    StoreError
        It is no store.
    DamagedStoreError
        Files are missing or broken.
    """
    if not os.path.isdir(root):  # noqa: PTH112 - a name that no system can hold is no folder either
        raise StoreError(text(lang, "fault_no_store", value=root))
    content = manifest.load(root)
    store = Store(root)
    planned = {run["run_id"] for run in content["runs"]}
    standing = {path.stem for path in (root / "runs").glob("*.parquet")}
    finished = [run["run_id"] for run in content["runs"] if run["run_id"] in standing]
    others = sorted(run_id for run_id in standing - planned if store.parts(run_id) is not None)
    found = [fault for run_id in (*finished, *others) for fault in store.faults(run_id)]
    torn, strange = going_on.faults(store, planned, set(finished), lang)
    faults = list(dict.fromkeys(found + _sealed(root, content) + torn))
    for line in faults:
        print(line)
    for path in foreign(root, planned.union(others), content["files"]):
        print(text(lang, "store_foreign", path=path))
    for line in strange:
        print(line)
    if others:
        print(text(lang, "store_others", count=len(others)))
    if content["model_version"] != model_version():
        print(text(lang, "store_other_version", found=content["model_version"], own=model_version()))
    if faults:
        raise DamagedStoreError(
            text(lang, "fault_damaged_store", store=root, count=len(faults), first=faults[0])
        )
    if len(finished) < len(planned):
        print(text(lang, "store_missing", count=len(planned) - len(finished)))
    print(
        text(
            lang, "store_fine", finished=len(finished), planned=len(planned), version=content["model_version"]
        )
    )
    return 0


def _sealed(root: Path, content: dict[str, Any]) -> list[str]:
    """Faults of the files that the manifest knows, besides the tables that the rows of runs know.

    The rows that an earlier command collected may be replaced already when the present one is killed.
    """
    from experiments.parquet import file_hash

    told = []
    for name, wanted in content["files"].items():
        folder = name.partition("/")[0]
        if folder in TABLES or (name == COLLECTED and content["status"] == "unfinished"):
            continue
        path = root / name
        if not path.is_file():
            told.append(f"{name}: missing")
        elif file_hash(path) != wanted:
            told.append(f"{name}: broken")
    return told


def foreign(root: Path, run_ids: Collection[str], sealed: Collection[str]) -> list[str]:
    """Files of the folder and of its folders of runs that belong to none of the runs and that no command has made."""
    known = {f"{run_id}{suffix}" for run_id in run_ids for suffix in (".parquet", ".json")}
    found = [path for folder in ("runs", *TABLES, "log") for path in sorted((root / folder).glob("*"))]
    told = [path.relative_to(root).as_posix() for path in found if path.name not in known]
    beside = sorted(path.name for path in root.iterdir() if path.is_file())
    return told + [name for name in beside if name not in sealed and name not in OWN]
