"""Parquet files whose bytes depend on nothing but the rows, written so that no reader ever meets half a file.

Bytes: fixed compression and row groups, no pandas index, no metadata of the writer. Whole files: written under a temporary name
that no glob over `*.parquet` matches, forced to disk, then renamed. Where many small files follow each other, forcing each would cost
more than all the rest: they are written with `forced=False` and forced together by `settle`. A power cut before that may tear some of
them; a reader that knows their sizes and hashes sees which.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from experiments.texts import both
from sim.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROW_GROUP: Final = 1 << 16
LEVEL: Final = 3
#: Rows below which compressing each column takes longer than all the rest and saves nothing.
FEW: Final = 256
SUFFIX: Final = ".unfinished"


class WriteError(StoreError):
    """The disk refused while results were written; what was finished before is intact."""


class Written(NamedTuple):
    """Size and hash of a file, as it was handed to the disk."""

    size: int
    sha256: str


def parquet_bytes(
    table: Mapping[str, Any] | pd.DataFrame, metadata: Mapping[str, str] | None = None, **constants: str
) -> bytes:
    """The columns of a table as a parquet file, after `constants`, columns that hold one text in all rows.

    `metadata` are texts kept in the schema.
    """
    import numpy as np
    import pyarrow as pa

    # Not `Table.from_pandas`: what it finds out about pandas' own types costs more than the whole file.
    columns = {
        str(name): column if isinstance(column, np.ndarray) and _plain(column) else _column(column)
        for name, column in table.items()
    }
    rows = len(next(iter(columns.values()), ()))

    def group(first: int) -> pa.Table:
        """A row group: a second copy of a large table would need more memory than all the rest of its writing."""
        parts = {name: _column(column[first : first + ROW_GROUP]) for name, column in columns.items()}
        repeated = {
            name: pa.repeat(text, max(0, min(ROW_GROUP, rows - first))) for name, text in constants.items()
        }
        return pa.table(repeated | parts, metadata=dict(metadata or {}))

    return table_bytes((group(first) for first in range(0, max(rows, 1), ROW_GROUP)), rows)


def row_bytes(row: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> bytes:
    """The file of a frame that has this one row of whole numbers, numbers and texts; a number that is NaN is missing."""
    import pyarrow as pa

    kinds = {float: pa.float64(), int: pa.int64(), str: pa.string()}
    columns = {name: pa.array([value], kinds[type(value)], from_pandas=True) for name, value in row.items()}
    return table_bytes([pa.table(columns, metadata=dict(metadata or {}))], 1)


def table_bytes(groups: Iterable[pa.Table], rows: int) -> bytes:
    """Tables of one schema, `rows` in all, as a parquet file, each a row group; texts in the metadata of the schema are kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink, writer = pa.BufferOutputStream(), None
    for table in groups:
        if writer is None:
            plain = {"compression": "none", "compression_level": None} if rows < FEW else {}
            kept = bool(table.schema.metadata)
            writer = pq.ParquetWriter(sink, table.schema, store_schema=kept, **_layout(table.schema) | plain)
        writer.write_table(table, row_group_size=ROW_GROUP)
    if writer is not None:
        writer.close()
    return sink.getvalue().to_pybytes()


def write_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tables of one schema as one file, in row groups of their own, no more than one of them in memory.

    Raises
    ------
    WriteError
        The folder cannot be written, the disk is full; nothing is left.
    """
    import pyarrow.parquet as pq

    with whole_file(path) as file:
        writer = None
        for table in tables:
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, store_schema=False, **_layout(table.schema))
            writer.write_table(table, row_group_size=ROW_GROUP)
        if writer is not None:
            writer.close()


def _layout(schema: pa.Schema) -> dict[str, Any]:
    """How columns are packed. Sums hardly repeat: their bytes are packed place by place instead of through a dictionary."""
    import pyarrow as pa

    return {
        "compression": "zstd", "compression_level": LEVEL, "write_statistics": False,
        "use_dictionary": [f.name for f in schema if pa.types.is_string(f.type)],
        "use_byte_stream_split": [f.name for f in schema if pa.types.is_floating(f.type)],
    }  # fmt: skip


def _plain(column: Any) -> bool:
    """Whether a column has numbers or flags of numpy."""
    dtype = getattr(column, "dtype", None)
    return dtype is not None and dtype.kind in "iufb"


def _column(column: Any) -> pa.Array:
    """A column as arrow has it: what is missing is null, and text has one type, whichever numpy or pandas chose."""
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.Array):
        return column
    if _plain(column):
        return pa.array(np.asarray(column), from_pandas=True)
    array = pa.array(column, from_pandas=True)
    kind = array.type
    return (
        array.cast(pa.string()) if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else array
    )


def write_bytes(path: Path, content: bytes, forced: bool = True) -> Written:
    """Write a whole file or nothing; `forced` to the disk, so that it outlives a power cut.

    Raises
    ------
    WriteError
        The folder cannot be written, the disk is full.
    """
    with whole_file(path, forced) as file:
        file.write(content)
    return Written(len(content), hashlib.sha256(content).hexdigest())


@contextlib.contextmanager
def whole_file(path: Path, forced: bool = True) -> Iterator[BinaryIO]:
    """A file under a temporary name, which takes the place of `path` when all is written; WriteError when the disk refuses."""
    temporary = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}{SUFFIX}")
    try:
        with _begun(temporary) as file:
            yield file
            if forced:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
        if forced:
            _sync_folder(path.parent)
    except OSError as error:
        _forget(temporary)
        raise WriteError(*both("not_written", path=path, reason=error.strerror or error)) from None
    except BaseException:
        _forget(temporary)
        raise


def _begun(temporary: Path) -> BinaryIO:
    """A new file in a folder that is made where it is missing; another program may remove it while it is still empty."""
    temporary.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        return temporary.open("wb")
    temporary.parent.mkdir(parents=True, exist_ok=True)
    return temporary.open("wb")


def settle() -> None:
    """Force to the disk whatever was written without (not on Windows, which has no such call)."""
    if os.name == "posix":
        os.sync()


def _forget(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where folders can be opened (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_abandoned(root: Path) -> None:
    """Remove temporary files of processes of this machine that have ended."""
    for path in root.rglob(f".*{SUFFIX}"):
        host, _, process = path.name.removesuffix(SUFFIX).rpartition(".")
        if process.isdigit() and host.endswith("." + socket.gethostname()) and not _alive(int(process)):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere, asking a process with signal 0 would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
