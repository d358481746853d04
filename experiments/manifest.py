"""What a result folder says about itself: configuration, versions, machine, times, hashes."""

from __future__ import annotations

import datetime
import json
import platform
import re
import subprocess
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

import sim
from experiments.identity import model_version
from experiments.parquet import whole_file
from experiments.settings import Settings
from experiments.texts import both
from sim.errors import StoreError

FORMAT: Final = 1
NAME: Final = "manifest.json"
#: What commands read of a manifest, and of each run in it.
KINDS: Final[dict[str, tuple[type, ...]]] = {
    "model_version": (str,), "status": (str,), "command": (str,), "config": (dict,), "baseline": (str, type(None)),
    "end": (str, type(None)), "runs": (list,), "files": (dict,),
}  # fmt: skip
OF_RUN: Final = {"run_id": str, "strategy": str, "replicate": int}
NAME_OF_RUN: Final = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
PACKAGES: Final = (
    "xietong",
    "mesa",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "hydra-core",
    "pydantic",
    "distributed",
)


def now() -> str:
    """The clock, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


class Job(NamedTuple):
    """One of several configurations that share a store: the run that it is, its settings, and the words that made them."""

    run_id: str
    settings: Settings
    overrides: str


def begun(settings: Settings, runs: list[dict[str, Any]], jobs: Sequence[Job] = ()) -> dict[str, Any]:
    """The manifest of a store before its first run; `runs` are the planned ones.

    Of several `jobs` it holds all: `config` is that of the first, and `jobs` says for each its run, its overrides and the keys of its
    configuration that are others, so that `config` under them is its own.
    """
    content = _alone(settings, runs)
    if jobs:
        told = [(job, _config(job.settings)) for job in jobs]
        content["jobs"] = [
            {"run_id": job.run_id, "overrides": job.overrides, "config": {
                name: value for name, value in own.items() if value != content["config"][name]
            }}
            for job, own in told
        ]  # fmt: skip
        content["replay"] = (
            "python -m experiments.run --multirun (keys: config, and for each of jobs its overrides)"
        )
    return content


def _config(settings: Settings) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(settings.model_dump_json(exclude={"world": {"places": {"outlines"}}}))
    return config


def _alone(settings: Settings, runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model_version": model_version(),
        "status": "unfinished",
        "command": settings.command,
        "config": _config(settings),
        "seed": settings.seed,
        "baseline": settings.baseline_name(),
        "git_commit": git_commit(),
        "packages": versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.node(),
        "placeholders": placeholders(),
        "replay": f"xietong {settings.command} (keys: config)",
        "start": now(),
        "end": None,
        "runs": runs,
        "files": {},
    }


def load(root: Path) -> dict[str, Any]:
    """The manifest of a store.

    Raises
    ------
    StoreError
        There is none, or it cannot be read.
    """
    path = root / NAME
    try:
        # Not `json`, which needs all as text first: with one Chinese character in it, that of ten thousand runs takes 8 MB more.
        content = from_json(path.read_bytes(), allow_inf_nan=False)
    except FileNotFoundError:
        raise StoreError(*both("store_no_manifest", root=root, manifest=NAME)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(*both("store_unreadable", path=path, reason=error)) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise StoreError(*both("store_other_format", path=path, format=FORMAT))
    wrong = next(_wrong(content), None)
    if wrong is not None:
        raise StoreError(*both("store_damaged", path=path, where=wrong))
    return content


def _wrong(content: dict[str, Any]) -> Iterator[str]:
    """What in a manifest is not as this program writes it: a foreign hand or a failing disk has been at work."""
    for name, kinds in KINDS.items():
        if not isinstance(content.get(name), kinds):
            yield name
    for number, run in enumerate(content["runs"]):
        if not isinstance(run, dict) or not all(
            isinstance(run.get(key), kind) for key, kind in OF_RUN.items()
        ):
            yield f"runs[{number}]"
        elif not NAME_OF_RUN.fullmatch(run["run_id"]):
            # Names of runs become names of files.
            yield f"runs[{number}].run_id"
    for name, known in content["files"].items():
        if (
            not isinstance(known, str)
            or PurePosixPath(name).is_absolute()
            or ".." in PurePosixPath(name).parts
            or "\0" in name
        ):
            yield f"files[{name!r}]"


def save(root: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, whole or not at all; piece by piece, for that of thousands of runs is long."""
    encoder = json.JSONEncoder(ensure_ascii=False, indent=1, sort_keys=True)
    with whole_file(root / NAME) as file:
        file.writelines(piece.encode() for piece in encoder.iterencode(manifest))
        file.write(b"\n")


def placeholders() -> int:
    """Parameters that nobody has grounded yet."""
    from sim.laws import GROUPS
    from sim.parameters import declared

    return sum(p.grade == "placeholder" for group in GROUPS.values() for p in declared(group).values())


def git_commit() -> str | None:
    """Commit of the sources, when they run from a checkout of this project."""
    root = Path(sim.__file__).parent.parent
    if not (root / ".git").exists():
        return None
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None


def versions() -> dict[str, str | None]:
    """Versions of the packages that results depend on."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
