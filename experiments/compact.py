"""`xietong compact`: the tables of all runs in one file each, beside the files of the runs, so that a query over thousands is quick.

    daily.parquet ledger.parquet cells.parquet …   rows of all finished runs of the design, in the order of `runs.parquet`

Every table is verified while it is read. The files of the runs stay what they are and are what counts; a command that lives further
runs removes the joined files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments import manifest
from experiments.report import made
from experiments.store import Store
from experiments.texts import text


def main(words: Sequence[str], lang: str) -> int:
    """Join the tables of `out`."""
    from experiments.configuration import plain

    keys = plain("compact", words, lang)
    root = Path(keys["out"] or "outputs/sweep").expanduser()
    manifest.load(root)
    store = Store(root)
    found = store.compact()
    store.seal(also=made(root))
    for path in found:
        print(text(keys["lang"], "compact_at", path=path, size=f"{path.stat().st_size / 1e6:,.1f}"))
    return 0
