"""`xietong report`: the report again, from a finished or unfinished store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from experiments import manifest
from experiments.store import Store
from experiments.texts import text
from sim.errors import StoreError

MADE: Final = ("report.html", "comparison.csv")
#: What single commands leave beside their runs.
BESIDE: Final = (
    "design.csv",
    "budget.csv",
    "attribution.csv",
    "front.csv",
    "ranking.csv",
    "winners.csv",
    "cost_effectiveness.csv",
    "acceptability.csv",
    "field_estimates.csv",
    "field_summary.csv",
)


def main(words: Sequence[str], lang: str) -> int:
    """Build the report of `out`."""
    from experiments.configuration import plain

    keys = plain("report", words, lang)
    path = build(Path(keys["out"] or "outputs/compare").expanduser(), keys["lang"], keys["baseline"])
    print(text(keys["lang"], "report_at", path=path))
    return 0


def build(root: Path, lang: str, baseline: str = "auto") -> Path:
    """Write report, figures and `comparison.csv` of what is finished, collect its rows, seal the manifest; the path of the page.

    Raises
    ------
    StoreError
        The folder is no store, nothing in it is finished, or it holds a sweep, whose points are no pairs.
    ConfigError
        The baseline is not among the finished strategies.
    """
    from analysis.report import build as build_report

    store, content = Store(root), manifest.load(root)
    if content["command"] == "sweep":
        raise StoreError(text(lang, "fault_report_of_sweep", out=root, design=root / "design.csv"))
    runs = [run["run_id"] for run in content["runs"]]
    with store.blaming([run_id for run_id in runs if store.path("runs", run_id).is_file()]):
        path = build_report(root, lang, None if baseline == "auto" else baseline)
    # Only now: a report that is refused changes nothing.
    store.collect()
    store.seal(also=made(root))
    return Path(path)


def made(root: Path) -> list[Path]:
    """The files that were made from the results."""
    figures = root / "figures"
    beside = [root / name for name in BESIDE if (root / name).is_file()]
    return [
        *(root / name for name in MADE),
        *beside,
        *(sorted(figures.iterdir()) if figures.is_dir() else ()),
    ]
