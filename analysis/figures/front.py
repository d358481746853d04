"""Pareto front: what portfolios reach beside what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.sheet import Panel, Sheet
from analysis.figures.style import GREY, INK, PALETTE, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = ("need", "satisfaction")
SIZE = (4.4, 3.4)


def front(found: pd.DataFrame, labels: Mapping[str, str], whole: str, legend: str) -> Sheet:
    """A panel each for need and satisfaction over cost.

    `found`: one row a portfolio with `portfolio`, `front`, `need`, `satisfaction`, `cost`; `labels` of the axes; `whole` is the portfolio
    of all mechanisms at full dose; `legend` says in words what marks mean.
    """
    panels = tuple(_panel(name, found, labels, whole, legend) for name in SHOWN)
    return Sheet("front", panels, found, columns=2)


def _panel(name: str, found: pd.DataFrame, labels: Mapping[str, str], whole: str, legend: str) -> Panel:
    best, beaten = found[found["front"]].sort_values("cost"), found[~found["front"]]

    def draw(ax: Axes) -> None:
        ax.plot(best["cost"], best[name], "o-", color=PALETTE[0], linewidth=1.0, markersize=5)
        ax.plot(beaten["cost"], beaten[name], "o", color=GREY, markerfacecolor="none", markersize=5)
        own = found[found["portfolio"] == whole]
        ax.plot(own["cost"], own[name], "s", color=INK, markersize=6)
        ax.margins(0.1)
        ax.set_xlabel(wrapped(f"{labels['cost']}\n{legend}", 60) if name == SHOWN[0] else labels["cost"])
        ax.set_ylabel(wrapped(labels[name], 36))
        quiet(ax, "both")

    return Panel(labels[name], legend, draw, SIZE)
