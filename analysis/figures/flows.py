"""The way of needs: four stages side by side, one stacked bar a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.stacks import height, stacked
from analysis.figures.style import PANEL, Mark
from analysis.flows import STAGES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words


@portable
def flows(table: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`table`: columns `strategy stage part mean low high replicates` (analysis.flows.means)."""
    panels = tuple(_panel(stage, table[table["stage"] == stage], marks, words) for stage in STAGES)
    return Sheet("flows", panels, table, columns=2)


def _panel(stage: str, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    wide = rows.pivot(index="strategy", columns="part", values="mean")
    parts = [part.name for part in STAGES[stage]]
    labels = {part: words(f"flowpart_{part}") for part in parts}

    def draw(ax: Axes) -> None:
        stacked(ax, wide, parts, labels, marks, words(f"flowaxis_{stage}"))

    return Panel(words(f"stage_{stage}"), words("alt_flows"), draw, (PANEL[0], height(len(wide))))
