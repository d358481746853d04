"""Equity on need: how much longer needs of one group stay unmet than those of its counterpart, one panel a pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import INK, PANEL, Mark, quiet, wrapped
from sim.records import PAIRS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words


@portable
def equity(levels: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`levels`: columns `strategy outcome mean low high replicates` (analysis.equity.gap_levels)."""
    shown = [gap for gap in PAIRS if (levels["outcome"] == gap).any()]
    panels = tuple(_panel(gap, levels[levels["outcome"] == gap], marks, words) for gap in shown)
    return Sheet("equity", panels, levels, columns=2)


def _panel(gap: str, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    table = rows.set_index("strategy").reindex(list(marks))

    def draw(ax: Axes) -> None:
        ax.axvline(0, color=INK, linewidth=1)
        colours = [marks[name].colour for name in table.index]
        ax.hlines(np.arange(len(table)), table["low"], table["high"], colors=colours, linewidth=1.8)
        for y, name in enumerate(table.index):
            ax.plot([table.loc[name, "mean"]], [y], marks[name].marker, color=colours[y], markersize=6)
        ax.set_yticks(np.arange(len(table)), [wrapped(marks[name].label, 22) for name in table.index])
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.tick_params(axis="y", length=0)
        ax.margins(x=0.1)
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlabel(words("axis_gap"))
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    return Panel(
        words(f"short_{gap}"), words("alt_equity"), draw, (PANEL[0], max(1.8, 0.9 + 0.34 * len(table)))
    )
