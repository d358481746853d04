"""The report: one self-contained page about a store of runs, in English or Chinese."""

from __future__ import annotations

from pathlib import Path


def build(store: Path, lang: str = "en", baseline: str | None = None, layer: str = "open_needs") -> Path:
    """Write `report.html`, `figures/` and `comparison.csv` into the result folder `store`; returns the path of the page.

    The folder may be unfinished: the page says how many runs are missing. `baseline` None takes the one that the store
    names; `layer` is what the maps of cells show. Built twice from the same results, the bytes are the same.

    Raises
    ------
    StoreError
        `store` is not a result folder, is torn, cannot be written, or has no finished run.
    ConfigError
        Unknown language, layer, or a baseline without finished runs.
    """
    from analysis.report.document import write_report

    return write_report(Path(store), lang, baseline, layer)
