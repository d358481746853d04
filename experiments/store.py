"""The store: what runs leave behind, one set of files a run, keyed by the name of the run.

    manifest.json            what the folder says about itself
    runs.parquet             one row a run of the design, sorted
    runs/<run_id>.parquet    the same row, written last: it marks the run as finished and knows size and hash of its tables
    daily/ ledger/ cells/ ties/   one file a run; cases/ and needs/ where asked for; streets/ instead of daily/ under record.daily=street
    daily.parquet …          `compact`: the tables of all runs of the design in one file each, for queries; never read by a command
    map.geojson              the polygons of communities, of worlds that know them
    log.parquet, log/        clock times, hosts, durations, failures: all that differs between equal runs

A design asks only for runs that are not whole; runs of earlier designs stay where they are and are left out of `runs.parquet`.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from experiments import manifest
from experiments.identity import model_version
from experiments.own_world import maps
from experiments.parquet import (
    ROW_GROUP,
    SUFFIX,
    WriteError,
    clear_abandoned,
    file_hash,
    parquet_bytes,
    row_bytes,
    settle,
    write_bytes,
    write_tables,
)
from experiments.rows import by_columns, joined, sorted_rows
from experiments.settings import Record, Settings
from experiments.texts import LANGUAGES, both, text
from sim.errors import StoreError, XietongError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES: Final = ("daily", "streets", "ledger", "cells", "ties", "cases", "needs")
ALWAYS: Final = ("ledger", "cells", "ties")
#: By `record.daily`; a search wants no more than outcomes.
DAILY: Final[dict[str, tuple[str, ...]]] = {
    "community": ("daily", *ALWAYS),
    "street": ("streets", *ALWAYS),
    "none": (),
}
COLLECTED: Final = "runs.parquet"
#: What a note says, and of which type.
NOTED: Final[dict[str, type | tuple[type, ...]]] = {
    "run_id": str, "strategy": str, "replicate": int, "seed": int, "status": str, "stage": str, "error": str, "traceback": str,
    "started": str, "seconds": (int, float), "host": str, "process": int,
}  # fmt: skip


def wanted(record: Record) -> tuple[str, ...]:
    """The tables that a run is to leave."""
    return (
        *DAILY[record.daily],
        *(("cases",) if record.cases else ()),
        *(("needs",) if record.needs else ()),
    )


def look(root: Path) -> None:
    """Refuse a folder that must not be written to; changes nothing.

    Raises
    ------
    StoreError
        The folder holds results of another model version, or other things than results.
    """
    if not root.exists():
        return
    if not root.is_dir():
        raise StoreError(*both("store_is_file", root=root))
    if not (root / manifest.NAME).exists():
        if any(not path.name.endswith(SUFFIX) for path in root.iterdir()):
            raise StoreError(*both("store_other_files", root=root, manifest=manifest.NAME))
        return
    found = manifest.load(root).get("model_version")
    if found != model_version():
        raise StoreError(*both("store_other_model", root=root, found=found, own=model_version()))


def not_written(root: Path, error: WriteError) -> StoreError:
    """A folder in which nothing can be written, to be raised."""
    told = (text(lang, "store_not_written", root=root, reason=error.told[lang]) for lang in LANGUAGES)
    return StoreError(*told)


class Store:
    """A result folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: str, run_id: str) -> Path:
        """Where a table of a run stands."""
        return self.root / table / f"{run_id}.parquet"

    def begin(
        self, settings: Settings, runs: Sequence[Mapping[str, Any]], jobs: Sequence[manifest.Job] = ()
    ) -> None:
        """Register the whole design before its first run; `jobs` are its configurations where there are several.

        Raises
        ------
        StoreError
            The folder must not be written (see `look`), or cannot be.
        """
        look(self.root)
        content = manifest.begun(settings, [dict(run) for run in runs], jobs)
        if (self.root / manifest.NAME).exists():
            before = manifest.load(self.root)
            if before["runs"] != content["runs"]:
                self.loosen()
            content["files"] = {name: found for name, found in before["files"].items() if name == COLLECTED}
        drawn = maps.map_of(settings.world)
        if drawn is not None:
            content["files"][maps.NAME] = hashlib.sha256(drawn).hexdigest()
        try:
            manifest.save(self.root, content)
            if drawn is None:
                (self.root / maps.NAME).unlink(missing_ok=True)
            else:
                write_bytes(self.root / maps.NAME, drawn)
        except WriteError as error:
            raise not_written(self.root, error) from None
        clear_abandoned(self.root)

    def keep(self, row: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any] | pd.DataFrame]) -> None:
        """Write the tables of a finished run, each by its columns, then its row.

        Raises
        ------
        WriteError
            The disk refused; the run does not count as finished.
        """
        run_id = row["run_id"]
        written = {}
        for name, columns in tables.items():
            content = parquet_bytes(columns, run_id=run_id)
            written[name] = write_bytes(self.path(name, run_id), content, forced=False)._asdict()
        for name in set(TABLES) - set(tables):
            self.path(name, run_id).unlink(missing_ok=True)
        part = row_bytes(row, {"files": json.dumps(written, sort_keys=True)})
        write_bytes(self.path("runs", run_id), part, forced=False)

    def parts(self, run_id: str) -> dict[str, dict[str, Any]] | None:
        """Size and hash of the tables of a finished run, by table; None when its row is missing or torn."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            kept = pq.read_metadata(self.path("runs", run_id)).metadata or {}
            parts = json.loads(kept[b"files"])
        except (OSError, KeyError, ValueError, RecursionError, pa.ArrowException):
            return None
        return parts if _are_parts(parts) else None

    def is_whole(self, run_id: str, record: Record) -> bool:
        """Whether the run is finished, with all tables that are asked for, each of its full size."""
        parts = self.parts(run_id)
        if parts is None or not set(wanted(record)) <= set(parts):
            return False
        return all(_size(self.path(name, run_id)) == part["size"] for name, part in parts.items())

    def forget(self, run_id: str) -> None:
        """Take back that a run is finished, before it is lived again: torn, or kept without a table that is now asked for."""
        self.path("runs", run_id).unlink(missing_ok=True)

    def faults(self, run_id: str) -> list[str]:
        """What is missing or broken of a run, each by its file and in one word; reads every byte."""
        parts = self.parts(run_id)
        if parts is None or self._row(run_id) is None:
            missing = not self.path("runs", run_id).exists()
            return [f"runs/{run_id}.parquet: {'missing' if missing else 'broken'}"]
        told = []
        for name, part in parts.items():
            path = self.path(name, run_id)
            if not path.exists():
                told.append(f"{name}/{path.name}: missing")
            elif not path.is_file() or file_hash(path) != part["sha256"]:
                told.append(f"{name}/{path.name}: broken")
        return told

    def rows(self, run_ids: Iterable[str]) -> pd.DataFrame:
        """The rows of those runs that are finished, in the order of `runs.parquet`."""
        import pandas as pd

        finished = [run_id for run_id in run_ids if self.path("runs", run_id).is_file()]
        collected = self._collected()
        known = set() if collected is None else set(collected["run_id"].to_pylist())
        missing = [run_id for run_id in finished if run_id not in known]
        tables = itertools.chain(
            () if collected is None else (collected,),
            joined(row for run_id in missing if (row := self._row(run_id)) is not None),
        )
        with self.blaming(finished):
            columns = by_columns(tables, len(known) + len(missing))
            return sorted_rows(columns, finished) if columns else pd.DataFrame()

    @contextlib.contextmanager
    def blaming(self, run_ids: Sequence[str]) -> Iterator[None]:
        """Where reading tables fails in a way that nobody foresaw, verify them: a damaged store is told as such.

        Raises
        ------
        StoreError
            The tables of these runs are not as they were written.
        """
        try:
            yield
        except XietongError:
            raise
        except Exception as error:
            first = next((fault for run_id in run_ids for fault in self.faults(run_id)), None)
            if first is None:
                raise
            raise StoreError(*both("store_first_fault", root=self.root, first=first)) from error

    def _collected(self) -> pa.Table | None:
        """The rows that the last command collected, None unless the manifest knows the file: equal runs have equal rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.root / COLLECTED
        known = manifest.load(self.root)["files"].get(COLLECTED)
        if known is None or not path.is_file():
            return None
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != known:
            return None
        return pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)

    def _row(self, run_id: str) -> pa.Table | None:
        """The row of a run as a table; None when it is missing or torn."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            row = pq.ParquetFile(self.path("runs", run_id)).read(use_threads=False)
        except (OSError, ValueError, pa.ArrowException):
            return None
        own = "run_id" in row.column_names and row["run_id"].to_pylist() == [run_id]
        return row.replace_schema_metadata(None) if own and b"files" in (row.schema.metadata or {}) else None

    def _planned(self) -> list[str]:
        """The names of the runs of the design."""
        return [run["run_id"] for run in manifest.load(self.root)["runs"]]

    def collect(self) -> pd.DataFrame:
        """Write `runs.parquet` from the finished runs of the design that the manifest names."""
        rows = self.rows(self._planned())
        if len(rows):
            write_bytes(self.root / COLLECTED, parquet_bytes(rows))
        else:
            (self.root / COLLECTED).unlink(missing_ok=True)
        return rows

    def compact(self) -> list[Path]:
        """Write the tables of all finished runs of the design in one file each, and return these files.

        Raises
        ------
        StoreError
            A table is missing or broken.
        WriteError
            The disk refused.
        """
        rows = self.rows(self._planned())
        order = list(rows["run_id"]) if len(rows) else []
        kept = {run_id: self._whole_parts(run_id) for run_id in order}
        # All before anything is written: a refused command changes nothing.
        for run_id, parts in kept.items():
            for name, part in parts.items():
                path = self.path(name, run_id)
                if not path.is_file() or file_hash(path) != part["sha256"]:
                    raise self._broken(path)
        self.collect()
        made = []
        for name in TABLES:
            run_ids = [run_id for run_id in order if name in kept[run_id]]
            if run_ids:
                made.append(self.root / f"{name}.parquet")
                write_tables(made[-1], self._batches(name, run_ids, kept))
        return made

    def _whole_parts(self, run_id: str) -> dict[str, dict[str, Any]]:
        parts = self.parts(run_id)
        if parts is None:
            raise self._broken(self.path("runs", run_id))
        return parts

    def _broken(self, path: Path) -> StoreError:
        return StoreError(*both("store_broken_table", path=path, root=self.root))

    def _batches(
        self, name: str, run_ids: Sequence[str], kept: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[pa.Table]:
        """One table of many runs, verified, joined as far as a row group goes."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        batch: list[pa.Table] = []
        for run_id in run_ids:
            path = self.path(name, run_id)
            content = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(content).hexdigest() != kept[run_id][name]["sha256"]:
                raise self._broken(path)
            table = pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
            if batch and sum(map(len, batch)) + len(table) > ROW_GROUP:
                yield pa.concat_tables(batch).combine_chunks()
                batch = []
            batch.append(table)
        yield pa.concat_tables(batch).combine_chunks()

    def loosen(self) -> None:
        """Remove the files of `compact`, before they no longer tell what the design holds."""
        for name in TABLES:
            (self.root / f"{name}.parquet").unlink(missing_ok=True)

    def table(self, name: str, run_id: str) -> pd.DataFrame:
        """One table of one run."""
        import pandas as pd

        return pd.read_parquet(self.path(name, run_id))

    def note(self, entry: Mapping[str, Any]) -> None:
        """Keep what happened to a run: the last attempt counts."""
        write_bytes(
            self.root / "log" / f"{entry['run_id']}.json",
            json.dumps(dict(entry), ensure_ascii=False).encode(),
            forced=False,
        )

    def collect_log(self) -> pd.DataFrame:
        """Write `log.parquet` from the notes of the design."""
        import pandas as pd

        columns: dict[str, list[Any]] = {name: [] for name in NOTED}
        for run_id in self._planned():
            if note := _note(self.root / "log" / f"{run_id}.json"):
                for name, column in columns.items():
                    column.append(note[name])
        frame = pd.DataFrame(columns)
        write_bytes(self.root / "log.parquet", parquet_bytes(frame))
        return frame

    def seal(self, status: str | None = None, also: Iterable[Path] = ()) -> None:
        """Complete the manifest: status, as it stands by default, end, hash of each result file; `also` are files made from the results.

        The status says how the last command ended: `finished`, `failed`, `interrupted`, or `unfinished` when it was killed.
        Of a run that the manifest knows, the hashes stand: `begin` forgets them.
        """
        content = manifest.load(self.root)
        files: dict[str, str] = {}
        known = content.pop("files")
        for run in content["runs"]:
            files |= self._hashes(run["run_id"], known)
        joined = (self.root / f"{name}.parquet" for name in ("runs", *TABLES))
        for path in (self.root / maps.NAME, *joined, *also):
            if path.is_file():
                files[path.relative_to(self.root).as_posix()] = file_hash(path)
        status = status or content["status"]
        end = content["end"] or (manifest.now() if status != "unfinished" else None)
        settle()
        manifest.save(self.root, content | {"status": status, "end": end, "files": files})

    def _hashes(self, run_id: str, known: Mapping[str, str]) -> dict[str, str]:
        """Hash of each file of a run, by its path; those that are known are taken over."""
        names = {f"{name}/{run_id}.parquet" for name in ("runs", *TABLES)}
        there = {name: known[name] for name in names if name in known}
        if there:
            return there
        parts = self.parts(run_id) or {}
        found = {f"{name}/{run_id}.parquet": str(part["sha256"]) for name, part in parts.items()}
        row = self.path("runs", run_id)
        return found | ({f"runs/{row.name}": file_hash(row)} if row.is_file() else {})


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _are_parts(parts: Any) -> bool:
    """Whether this is what a run says about its tables: size and hash of each."""
    return isinstance(parts, dict) and all(
        name in TABLES
        and isinstance(part, dict)
        and isinstance(part.get("size"), int)
        and isinstance(part.get("sha256"), str)
        for name, part in parts.items()
    )


def _note(path: Path) -> dict[str, Any] | None:
    """What happened to a run; None where that is missing, torn or not as `note` keeps it."""
    try:
        content = from_json(path.read_bytes())
    except (OSError, ValueError):
        return None
    sound = isinstance(content, dict) and all(
        isinstance(content.get(name), kind) for name, kind in NOTED.items()
    )
    return content if sound else None
