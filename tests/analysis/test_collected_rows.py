"""The collected rows of a store count only while they are those that its manifest knows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.store import open_store
from sim.errors import StoreError


@pytest.fixture
def sealed(make_store: Callable[..., Path]) -> Path:
    """A store whose manifest knows its `runs.parquet`."""
    root = make_store({"siloed": 0.0, "wuhan": -0.1})
    told(root, files={"runs.parquet": hashlib.sha256((root / "runs.parquet").read_bytes()).hexdigest()})
    return root


def told(root: Path, **changed: object) -> None:
    """Change what the manifest says."""
    file = root / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changed), encoding="utf-8")


def edited(root: Path) -> None:
    """Another table than the one that was collected."""
    rows = pd.read_parquet(root / "runs.parquet")
    rows.assign(satisfaction=99.0).to_parquet(root / "runs.parquet", index=False)


def test_rows_that_the_manifest_knows_are_read_as_one_file(sealed: Path) -> None:
    for part in (sealed / "runs").iterdir():
        part.unlink()
    assert len(open_store(sealed).runs) == 6


def test_other_rows_are_passed_over_for_the_files_of_single_runs(sealed: Path) -> None:
    before = open_store(sealed).runs
    edited(sealed)
    found = open_store(sealed).runs
    pd.testing.assert_frame_equal(found[before.columns], before)
    assert (found["satisfaction"] != 99.0).all()


def test_other_rows_without_a_design_are_refused_in_one_line(sealed: Path) -> None:
    told(sealed, runs=[])
    assert len(open_store(sealed).runs) == 6
    edited(sealed)
    with pytest.raises(StoreError, match=r"runs\.parquet: not the file that manifest\.json knows") as caught:
        open_store(sealed)
    assert "\n" not in str(caught.value)


def test_runs_finished_since_are_added_to_the_rows_that_are_known(sealed: Path) -> None:
    kept = pd.read_parquet(sealed / "runs.parquet").head(4)
    kept.to_parquet(sealed / "runs.parquet", index=False)
    told(sealed, files={"runs.parquet": hashlib.sha256((sealed / "runs.parquet").read_bytes()).hexdigest()})
    assert len(open_store(sealed).runs) == 6
