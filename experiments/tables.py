"""Tables and other files that a command makes from its runs, beside them in the result folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.parquet import write_bytes
from experiments.store import Store

if TYPE_CHECKING:
    import pandas as pd


def save(root: Path, name: str, table: pd.DataFrame) -> Path:
    """Write a table as CSV; its path."""
    return save_text(root, name, table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))


def save_text(root: Path, name: str, content: str) -> Path:
    """Write a text file; its path."""
    write_bytes(root / name, content.encode())
    return root / name


def seal(root: Path, files: Iterable[Path]) -> None:
    """Let the manifest know the files."""
    Store(root).seal(also=sorted(files))
