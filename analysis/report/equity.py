"""Equity as a section of the page: gaps between groups, how unequally unmet need is borne, and what that comes from."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis.equity import INDICES, index_differences
from analysis.figures import equity as gap_figure
from analysis.figures import inequality
from analysis.numbers import MISSING, significant
from analysis.report.blocks import Grid, grid, grid_by
from analysis.report.figures import Figure, Listing, equity_listing, figure
from analysis.report.reading import Reading
from sim.records import PAIRS

CAPTIONS: Final = {"concentration": "concentration_caption", "theil": "theil_caption"}
#: Indices of the two figures, each with what it is made of.
SHOWN: Final = {"concentration": INDICES[1:6], "theil": INDICES[6:]}


def equity(r: Reading) -> dict[str, Any] | None:
    """Gaps between groups, scored on need; None where the store holds none."""
    if r.gaps.empty:
        return None
    sheet = gap_figure.equity(r.gaps, r.marks, r.drawn)
    gaps = [r.outcomes[name] for name in PAIRS if name in set(r.table["outcome"])]
    return {
        "figure": figure(sheet, r.words("equity_caption"), equity_listing(r.gaps, r.titles, r.words)),
        "grid": grid(r.table, gaps, r.titles, r.words) if gaps else None,
        "indices": _indices(r),
        "baseline": r.baseline_title,
    }


def _indices(r: Reading) -> dict[str, Any] | None:
    """Concentration indices with their decomposition, Theil's T, and how the former change; None without daily tables."""
    if r.daily.indices.empty:
        return None
    table = index_differences(r.daily.indices, r.baseline)
    return {
        "concentration": _figure(r, table, "concentration"),
        "theil": _figure(r, table, "theil"),
        "grid": _changes(r, table),
    }


def _figure(r: Reading, table: pd.DataFrame, name: str) -> Figure:
    rows = table[table["index"].isin(SHOWN[name])]
    sheet = inequality.DRAWN[name](rows, r.marks, r.drawn)
    return figure(sheet, r.words(CAPTIONS[name]), index_listing(r, rows, name))


def index_listing(r: Reading, rows: pd.DataFrame, name: str) -> list[Listing]:
    """One table a pair of groups: options down, the index and its parts across, means of replicates."""
    made = []
    for pair in PAIRS:
        wide = rows[rows["pair"] == pair].pivot(index="strategy", columns="index", values="mean")
        heads = [r.words("option"), *(r.words(f"index_{one}") for one in SHOWN[name])]
        lines = [
            [
                title,
                *(significant(float(v)) if pd.notna(v) else MISSING for v in wide.loc[s, list(SHOWN[name])]),
            ]
            for s, title in r.titles.items()
            if s in wide.index
        ]
        made.append(Listing(r.words(f"pair_{pair}"), heads, lines))
    return made


def _changes(r: Reading, table: pd.DataFrame) -> Grid | None:
    """Differences of the concentration index to the baseline, a column a pair of groups; None without options."""
    rows = table[(table["index"] == "concentration") & (table["strategy"] != r.baseline)]
    if rows.empty:
        return None
    unit = r.words.unit("-1 to 1")
    return grid_by(rows, "pair", {pair: r.words(f"pair_{pair}") for pair in PAIRS}, unit, r.titles, r.words)
