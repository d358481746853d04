"""Bytes of tables depend on the rows alone, and files appear whole or not at all."""

from __future__ import annotations

import io
import os
import socket

import numpy as np
import pandas as pd
import pytest

from experiments import parquet
from experiments.parquet import (
    SUFFIX,
    WriteError,
    clear_abandoned,
    file_hash,
    parquet_bytes,
    row_bytes,
    write_bytes,
)
from sim import CommunityModel


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"name": ["a", "b", None], "value": [1.5, np.nan, 3.0], "count": np.array([1, 2, 3], np.int32)}
    )


def test_bytes_depend_on_rows_alone() -> None:
    indexed = frame().set_index(pd.Index(["x", "y", "z"], name="whatever"))
    indexed.attrs["note"] = "a note"
    objects = frame().astype({"name": object})
    assert parquet_bytes(frame()) == parquet_bytes(indexed) == parquet_bytes(objects)


@pytest.mark.parametrize("metadata", [None, {"files": "{}"}])
def test_a_row_is_the_file_of_its_frame(metadata: dict[str, str] | None) -> None:
    row = {"run_id": "0f", "seed": 1, "gap": np.nan, "unmet_need_days": 2.5}
    assert row_bytes(row, metadata) == parquet_bytes(pd.DataFrame([row]), metadata)


@pytest.mark.parametrize("name", ["daily", "cases", "needs", "ledger", "cells"])
def test_columns_are_the_file_of_their_frame(name: str) -> None:
    model = CommunityModel(world="classroom", days=9, reform_day=5).run()
    frame = model.tables()[name]
    frame.insert(0, "run_id", "0f")
    assert len(frame)
    assert parquet_bytes(model.columns(name), run_id="0f") == parquet_bytes(frame)


def test_rows_come_back() -> None:
    back = pd.read_parquet(io.BytesIO(parquet_bytes(frame(), {"files": "{}"})))
    pd.testing.assert_frame_equal(back, frame(), check_dtype=False)
    assert back["count"].dtype == np.int32


def test_a_written_file_is_told_by_size_and_hash(tmp_path) -> None:
    path = tmp_path / "deep" / "file.parquet"
    written = write_bytes(path, b"content")
    assert (written.size, written.sha256) == (7, file_hash(path))
    assert [p.name for p in path.parent.iterdir()] == ["file.parquet"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, failing: str) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet.os if failing == "fsync" else parquet.Path, failing, refuse)
    with pytest.raises(WriteError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_below_a_file_is_refused(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="cannot be written"):
        write_bytes(tmp_path / "file" / "below", b"")


def test_only_abandoned_temporary_files_are_cleared(tmp_path) -> None:
    host = socket.gethostname()
    gone, alive, elsewhere = (
        f".a.{host}.999999999{SUFFIX}",
        f".b.{host}.{os.getpid()}{SUFFIX}",
        f".c.far.away.1{SUFFIX}",
    )
    for name in (gone, alive, elsewhere, "kept.parquet"):
        (tmp_path / name).touch()
    clear_abandoned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {alive, elsewhere, "kept.parquet"}
    assert [path.name for path in tmp_path.glob("*.parquet")] == ["kept.parquet"]
