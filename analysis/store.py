"""Reading a result folder: its manifest, its finished runs and their tables, only the columns that are asked for.

A store may be unfinished: whatever is there is read, what is missing is counted. Nothing here writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.configured import fault
from sim.errors import ConfigError, StoreError
from sim.sentences import near

MANIFEST = "manifest.json"
COLLECTED = "runs.parquet"
USUAL_BASELINE = "siloed"


@dataclass(frozen=True)
class Store:
    """One result folder. `runs` has one row a finished run, strategies in the order of the configuration."""

    path: Path
    manifest: dict[str, Any]
    runs: pd.DataFrame

    @property
    def config(self) -> dict[str, Any]:
        """The resolved configuration; empty when the manifest holds none."""
        return dict(self.manifest.get("config") or {})

    @property
    def planned(self) -> list[dict[str, Any]]:
        """The runs of the design; of a store without a design, those that are there."""
        return list(
            self.manifest.get("runs") or self.runs[["run_id", "strategy", "replicate"]].to_dict("records")
        )

    @property
    def missing(self) -> list[dict[str, Any]]:
        """The planned runs that are not finished."""
        finished = set(self.runs["run_id"])
        return [run for run in self.planned if run["run_id"] not in finished]

    @property
    def strategies(self) -> tuple[str, ...]:
        """Strategies with at least one finished run."""
        return tuple(dict.fromkeys(self.runs["strategy"]))

    def baseline(self, asked: str | None = None) -> str:
        """The strategy that others are compared with: as asked, else as the manifest says, else the siloed state.

        Raises
        ------
        ConfigError
            The strategy that was asked for has no finished run here.
        """
        if asked is not None and asked != "auto":
            if asked not in self.strategies:
                there, close = ", ".join(self.strategies), near(asked, self.strategies)
                raise ConfigError(
                    f"baseline={asked}: no finished run of it in this store; there are {there}{close.en}",
                    f"baseline={asked}：此结果文件夹中没有它的已完成运行；可用：{there}{close.zh}",
                )
            return asked
        for candidate in (self.manifest.get("baseline"), USUAL_BASELINE):
            if candidate in self.strategies:
                return str(candidate)
        return self.strategies[0]


def open_store(path: Path) -> Store:
    """Open a result folder.

    Raises
    ------
    StoreError
        It is not one, it cannot be read, or none of its runs has finished.
    """
    manifest = _manifest(path)
    runs = _runs(path, manifest)
    if runs.empty:
        raise StoreError(
            f"{path}: no run of this store has finished yet, so there is nothing to report",
            f"{path}：其中尚无已完成的运行，没有可报告的内容",
        )
    listed = [
        s["name"] for s in (manifest.get("config") or {}).get("strategies") or [] if isinstance(s, dict)
    ]
    runs["strategy"] = runs["strategy"].astype(str)
    places = {name: i for i, name in enumerate(dict.fromkeys([*listed, *runs["strategy"]]))}
    order = np.lexsort((runs["replicate"], runs["strategy"].map(places)))
    return Store(path, manifest, runs.iloc[order].reset_index(drop=True))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = dict(json.loads((path / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        told = (
            f"{path}: not a result folder, it has no {MANIFEST}",
            f"{path}：不是结果文件夹，没有 {MANIFEST}",
        )
        raise StoreError(*told) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path / MANIFEST, error) from None
    wrong = fault(content.get("config"))
    if wrong is not None:
        raise StoreError(
            f"{path / MANIFEST}: damaged at `{wrong}`", f"{path / MANIFEST}：在 `{wrong}` 处损坏"
        )
    return content


def _unreadable(path: Path, error: Exception, root: Path | None = None) -> StoreError:
    """A file that cannot be read, to be raised; `root` is the store that a check tells more of."""
    more = root and (f"; `xietong check store={root}` tells more", f"；`xietong check store={root}` 说明详情")
    english, chinese = more or ("", "")
    return StoreError(f"{path}: cannot be read ({error}){english}", f"{path}：无法读取（{error}）{chinese}")


def _runs(path: Path, manifest: dict[str, Any]) -> pd.DataFrame:
    """The rows of finished runs of the design: those collected by the last command, and what was finished since, one file a run.

    The collected rows count only as long as they are those that the manifest knows; else the file of each run is read.
    """
    planned = [run["run_id"] for run in manifest.get("runs") or []]
    collected = _collected(path / COLLECTED, dict(manifest.get("files") or {}).get(COLLECTED), bool(planned))
    if planned:
        collected = [rows[rows["run_id"].isin(planned)] for rows in collected]
    known = {run_id for rows in collected for run_id in rows["run_id"]}
    parts = [path / "runs" / f"{run_id}.parquet" for run_id in planned if run_id not in known]
    frames = [rows for rows in collected if len(rows)] + [read(part) for part in parts if part.is_file()]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _collected(path: Path, known: str | None, planned: bool) -> list[pd.DataFrame]:
    """The rows that the last command collected, where they have the hash that the manifest knows; none where single files must tell."""
    if not path.is_file():
        return []
    if known is not None and hashlib.sha256(_content(path)).hexdigest() == known:
        return [read(path)]
    if planned:
        return []
    if known is None:
        return [read(path)]
    raise StoreError(
        f"{path}: not the file that {MANIFEST} knows, and there is no design to read single runs by; "
        f"`xietong check store={path.parent}` tells more",
        f"{path}：不是 {MANIFEST} 所记的文件，也没有可据以逐个读取运行的设计；`xietong check store={path.parent}` 说明详情",
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def read(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A parquet file, only `columns` of it.

    Raises
    ------
    StoreError
        The file is torn, or a column is missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read(columns=list(columns) if columns else None).to_pandas()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise _unreadable(path, error, path.parent.parent) from None


def tables(
    store: Store, name: str, columns: Sequence[str] | None = None
) -> Iterator[tuple[Any, pd.DataFrame]]:
    """`(run, table)` for every finished run that has the table `name`; `run` is its row of `runs`."""
    for run in store.runs[["run_id", "strategy", "replicate"]].itertuples(index=False):
        path = store.path / name / f"{run.run_id}.parquet"
        if path.is_file():
            yield run, read(path, columns)


def day_sums(daily: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Daily columns summed over communities, index `day`."""
    chosen = list(columns)
    day, rows = daily["day"].to_numpy(), daily[chosen].to_numpy(float)
    if not len(day):
        return pd.DataFrame(rows, columns=chosen, index=pd.Index(day, name="day"))
    if not (day[1:] >= day[:-1]).all():
        order = np.argsort(day, kind="stable")
        day, rows = day[order], rows[order]
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    sums = np.add.reduceat(rows, starts, axis=0)
    return pd.DataFrame(sums, columns=chosen, index=pd.Index(day[starts], name="day"))
