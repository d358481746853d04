"""How Sobol' indices settle: each with its interval over the number of base points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.sheet import Panel, Sheet
from analysis.figures.style import Mark, logarithmic, marks, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (4.4, 3.2)
#: Intervals of one number of base points stand side by side within this part of a doubling.
APART = 0.5
#: Panels of an outcome, side by side.
KINDS = ("S1", "ST")


def settling(found: pd.DataFrame, labels: Mapping[str, str], chance: str) -> Sheet:
    """Two panels an outcome, first and total indices.

    `found`: the nested subsets of `analysis.sensitivity.index`; `labels` name the kinds `S1` and `ST`, the `axis`, the `share`, what a
    reader is told who cannot see (`alt`), and inputs that are not called by their own name; `chance` is drawn in ink.
    """
    names = {str(name): labels.get(str(name), str(name)) for name in dict.fromkeys(found["parameter"])}
    drawn = marks(names, chance)
    varying = found[found["ST"].notna()]
    panels = tuple(
        _panel(rows, kind, f"{outcome}: {labels[kind]}", drawn, labels)
        for outcome, rows in varying.groupby("outcome", sort=False)
        for kind in KINDS
    )
    empty = Panel(labels["share"], labels["alt"], lambda ax: ax.set_axis_off(), SIZE)
    return Sheet("settling", panels or (empty,), found, legend=tuple(drawn.values()), columns=2)


def _panel(
    rows: pd.DataFrame, kind: str, title: str, drawn: Mapping[str, Mark], labels: Mapping[str, str]
) -> Panel:
    def draw(ax: Axes) -> None:
        for i, (name, mark) in enumerate(drawn.items()):
            own = rows[rows["parameter"] == name].sort_values("N")
            middle, n = own[kind], own["N"] * 2.0 ** (APART * (i - (len(drawn) - 1) / 2) / len(drawn))
            ax.vlines(n, own[f"{kind}_low"], own[f"{kind}_high"], color=mark.colour, linewidth=1.0, alpha=0.7)
            ax.plot(
                n, middle, color=mark.colour, linestyle=mark.dash, linewidth=mark.width, marker=mark.marker, markersize=3.5,
            )  # fmt: skip
        logarithmic(ax, "x")
        ax.set_xticks(sorted(set(rows["N"])))
        ax.minorticks_off()
        ax.set_xlabel(labels["axis"])
        ax.set_ylabel(labels["share"])
        quiet(ax, "both")

    return Panel(title, labels["alt"], draw, SIZE)
