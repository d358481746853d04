"""Pareto front: what portfolios reach beside what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.sheet import Panel, Sheet
from analysis.figures.style import GREY, INK, PALETTE, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = ("need", "satisfaction")
SIZE = (4.0, 3.2)


def front(found: pd.DataFrame, labels: Mapping[str, str], whole: str) -> Sheet:
    """A panel each for need and satisfaction over cost.

    `found`: one row a portfolio with `portfolio`, `front`, `need`, `satisfaction`, `cost`; `whole` is the portfolio of all mechanisms at
    full dose; `labels` name the columns and the marks `front`, `beaten` and `whole`.
    """
    marks = (
        Mark(GREY, "solid", "x", labels["beaten"]),
        Mark(PALETTE[0], "solid", "o", labels["front"]),
        Mark(INK, "solid", "s", labels["whole"]),
    )
    own = found["portfolio"] == whole
    parts = (found[~found["front"] & ~own], found[found["front"]], found[own])
    panels = tuple(_panel(name, parts, marks, labels) for name in SHOWN)
    return Sheet("front", panels, found, legend=marks, lines=False, columns=2)


def _panel(
    name: str, parts: tuple[pd.DataFrame, ...], marks: tuple[Mark, ...], labels: Mapping[str, str]
) -> Panel:
    def draw(ax: Axes) -> None:
        for part, mark in zip(parts, marks, strict=True):
            ax.plot(part["cost"], part[name], mark.marker, color=mark.colour, linestyle="none", markersize=6)
        ax.margins(0.1)
        ax.set_xlabel(wrapped(labels["cost"], 42))
        ax.set_ylabel(wrapped(labels[name], 36))
        quiet(ax, "both")

    return Panel(labels[name], labels["cost"], draw, SIZE)
