"""What moves an outcome: a tornado of elementary effects, and bars of Sobol' indices, strongest on top, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, INK, PALETTE, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Inputs that a panel names; the others stand in the table.
MOST: Final = 15
WIDTH: Final = 4.0
ROW: Final = 0.32
#: Letters of a name that stand on one line.
LONG: Final = 20
UP, DOWN = PALETTE[1], PALETTE[0]


@portable
def tornado(screening: pd.DataFrame, labels: Mapping[str, str], units: Mapping[str, str]) -> Sheet:
    """`screening`: columns of analysis.sensitivity.SCREENING; a panel an outcome with its inputs of largest mean absolute effect.

    A bar is the mean effect of a move over the whole range, a whisker its interval, a diamond the mean absolute effect: far from the end
    of the bar where effects go both ways. `labels` hold `tornado`, `tornado_axis` (with a gap for the unit), `alt_tornado`, and the
    legend `raises`, `lowers`, `absolute`; `units` name the unit of each outcome.
    """
    shown = [
        (str(name), rows)
        for name, rows in screening.groupby("outcome", sort=False)
        if (rows["mu_star"] > 0.0).any()
    ]
    panels = tuple(_tornado(name, rows, labels, units) for name, rows in shown)
    legend = (
        Mark(UP, "solid", "s", labels["raises"]), Mark(DOWN, "solid", "s", labels["lowers"]), Mark(INK, "solid", "d", labels["absolute"]),
    )  # fmt: skip
    return Sheet(
        "tornado", panels or (_empty(labels["tornado"]),), screening, legend=legend, lines=False, columns=2
    )


def _tornado(outcome: str, rows: pd.DataFrame, labels: Mapping[str, str], units: Mapping[str, str]) -> Panel:
    own = rows.sort_values(["mu_star", "parameter"], ascending=[False, True]).head(MOST)

    def draw(ax: Axes) -> None:
        places = np.arange(len(own))
        colours = [UP if value > 0.0 else DOWN for value in own["mu"]]
        ax.barh(places, own["mu"], height=0.6, color=colours)
        ax.hlines(places, own["mu_low"], own["mu_high"], color=INK, linewidth=1.0)
        ax.plot(own["mu_star"] * np.where(own["mu"] < 0.0, -1.0, 1.0), places, "d", color=INK, markersize=5)
        ax.axvline(0.0, color=INK, linewidth=0.8)
        _rows(ax, own)
        ax.set_xlabel(wrapped(labels["tornado_axis"].format(unit=units.get(outcome, "")), 44))

    return Panel(
        labels["tornado"].format(outcome=labels.get(outcome, outcome)),
        labels["alt_tornado"],
        draw,
        _size(own),
    )


@portable
def indices(found: pd.DataFrame, labels: Mapping[str, str]) -> Sheet:
    """`found`: columns of analysis.sensitivity.INDICES; a panel an outcome that varies.

    Per input a bar of the total index and a narrower one of the first, with intervals. `labels` hold `sobol`, `sobol_axis`, `alt_sobol`, `S1`,
    `ST`, and names of inputs that are not called by their own.
    """
    shown = [
        (str(name), rows) for name, rows in found.groupby("outcome", sort=False) if rows["ST"].notna().any()
    ]
    panels = tuple(_indices(name, rows, labels) for name, rows in shown)
    legend = (Mark(PALETTE[0], "solid", "s", labels["S1"]), Mark(GREY, "solid", "s", labels["ST"]))
    return Sheet(
        "indices", panels or (_empty(labels["sobol"]),), found, legend=legend, lines=False, columns=2
    )


def _indices(outcome: str, rows: pd.DataFrame, labels: Mapping[str, str]) -> Panel:
    own = rows.sort_values(["ST", "parameter"], ascending=[False, True]).head(MOST)

    def draw(ax: Axes) -> None:
        places = np.arange(len(own))
        for kind, shift, colour in (("ST", 0.19, GREY), ("S1", -0.19, PALETTE[0])):
            ax.barh(places + shift, own[kind], height=0.36, color=colour)
            ax.hlines(places + shift, own[f"{kind}_low"], own[f"{kind}_high"], color=INK, linewidth=1.0)
        ax.axvline(0.0, color=INK, linewidth=0.8)
        _rows(ax, own.assign(parameter=[labels.get(str(name), str(name)) for name in own["parameter"]]))
        ax.set_xlabel(wrapped(labels["sobol_axis"], 44))

    return Panel(
        labels["sobol"].format(outcome=labels.get(outcome, outcome)), labels["alt_sobol"], draw, _size(own)
    )


def _rows(ax: Axes, own: pd.DataFrame) -> None:
    ax.set_yticks(np.arange(len(own)), [broken(str(name)) for name in own["parameter"]])
    ax.locator_params(axis="x", nbins=5)
    ax.set_ylim(len(own) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    quiet(ax, "x")


def broken(name: str) -> str:
    """A long dotted name on two lines: its group, and its own name."""
    return name.replace(".", ".\n", 1) if len(name) > LONG else name


def _size(own: pd.DataFrame) -> tuple[float, float]:
    return WIDTH, max(1.6, 1.0 + ROW * len(own))


def _empty(title: str) -> Panel:
    return Panel(
        title.format(outcome=""), title.format(outcome=""), lambda ax: ax.set_axis_off(), (WIDTH, 1.6)
    )
