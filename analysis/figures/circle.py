"""The circle of institutions before and after options start: a panel a measure, and the hours that are lent by actor kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.circle import MEASURES, UNITS
from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.stacks import height, stacked
from analysis.figures.style import INK, PANEL, Mark, quiet, wrapped
from analysis.payers import ACTORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

WIDE: Final = PANEL[0]


@portable
def circle(states: pd.DataFrame, lent: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`states` from analysis.circle.means, `lent` from analysis.circle.lending; without ledgers `lent` is empty."""
    panels = [_dumbbells(name, states[states["measure"] == name], marks, words) for name in MEASURES]
    if len(lent):
        panels.append(_lent(lent, marks, words))
    return Sheet("circle", tuple(panels), states, columns=2)


def _dumbbells(measure: str, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    table = rows.set_index("strategy").reindex([name for name in marks if name in set(rows["strategy"])])

    def draw(ax: Axes) -> None:
        places = np.arange(len(table))
        colours = [marks[str(name)].colour for name in table.index]
        ax.hlines(places, table["low"], table["high"], color=colours, linewidth=1.6)
        ax.scatter(table["after"], places, color=colours, s=26, zorder=3)
        ax.scatter(table["before"], places, facecolor="none", edgecolor=INK, s=34, linewidth=0.9, zorder=4)
        ax.set_yticks(places, [wrapped(marks[str(name)].label, 22) for name in table.index])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.margins(x=0.1)
        ax.locator_params(axis="x", nbins=5)
        unit = words.unit(UNITS[measure]).text
        ax.set_xlabel(wrapped(f"{words(f'circle_{measure}')} ({unit})", 40))
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    return Panel(words(f"circle_{measure}"), words("alt_circle"), draw, (WIDE, height(len(table)) - 0.6))


def _lent(lent: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    wide = lent.pivot(index="strategy", columns="actor_kind", values="lent").fillna(0.0)
    kinds = [kind for kind in ACTORS if kind in wide.columns]
    labels = {kind: words(f"actor_{kind}") for kind in kinds}

    def draw(ax: Axes) -> None:
        stacked(ax, wide, kinds, labels, marks, words("axis_lent"))
        if not (wide[kinds] > 0.0).to_numpy().any():
            ax.set_xlim(0.0, 1.0)

    return Panel(words("circle_lent"), words("alt_flows"), draw, (WIDE, height(len(wide))))
