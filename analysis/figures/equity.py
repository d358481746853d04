"""Equity on need: the days a need goes unmet in a group and in its counterpart, one panel a pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet
from analysis.figures.style import GREY, PANEL, Mark, quiet, wrapped
from sim.records import PAIRS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.texts import Words

FIRST, SECOND = "#B84A00", "#0072B2"


def equity(groups: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`groups`: columns `strategy outcome group disadvantaged mean replicates` (analysis.equity.group_means)."""
    panels = tuple(_panel(gap, groups[groups["outcome"] == gap], marks, words) for gap in PAIRS)
    return Sheet("equity", panels, groups, columns=2)


def _panel(gap: str, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    wide = rows.pivot(index="strategy", columns="group", values="mean").reindex(list(marks))
    behind, ahead = PAIRS[gap]

    def draw(ax: Axes) -> None:
        places = np.arange(len(wide))
        ax.hlines(places, wide[behind], wide[ahead], color=GREY, linewidth=1.4)
        ax.plot(wide[behind], places, "o", color=FIRST, markersize=6, label=words(f"group_{behind}"))
        ax.plot(wide[ahead], places, "D", color=SECOND, markersize=5, markerfacecolor="white", label=words(f"group_{ahead}"))
        ax.set_yticks(places, [wrapped(marks[s].label, 22) for s in wide.index])
        ax.set_ylim(len(wide) - 0.5, -0.5)
        ax.tick_params(axis="y", length=0)
        ax.margins(x=0.1)
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlabel(words("axis_unmet"))
        ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, handletextpad=0.2, columnspacing=1)
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    title = words("pair_title", first=words(f"group_{behind}"), second=words(f"group_{ahead}"))
    return Panel(title[:1].upper() + title[1:], words("alt_equity"), draw, (PANEL[0], max(2.0, 1.2 + 0.34 * len(wide))))
