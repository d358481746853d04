"""Forest plot: the paired difference of every strategy with its interval, one panel an outcome, the unit on the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import INK, PANEL, VERDICTS, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words
    from sim.outcomes import Outcome

ROW = 0.36
#: Area of a point, in square points.
POINT = 30.0
HOLLOW = ("undecided", "single", "equal", "none")


@portable
def forest(
    table: pd.DataFrame, outcomes: Sequence[Outcome], marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """`table`: rows of analysis.comparison.compare for one world and future; panels for `outcomes` that it holds."""
    shown = [o for o in outcomes if (table["outcome"] == o.name).any()]
    data = table[table["outcome"].isin([o.name for o in shown])]
    panels = tuple(_panel(o, data[data["outcome"] == o.name], marks, words) for o in shown)
    return Sheet("differences", panels, data)


def _panel(outcome: Outcome, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    unit = words.unit(outcome.unit, float(rows["difference"].abs().max()))

    def draw(ax: Axes) -> None:
        ax.axvline(0, color=INK, linewidth=1)
        _marks(ax, rows, unit.factor)
        ax.set_yticks(np.arange(len(rows)), [wrapped(marks[s].label, 22) for s in rows["strategy"]])
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.tick_params(axis="y", length=0)
        ax.margins(x=0.08)
        ax.set_xlabel(_axis(outcome, unit.difference, words))
        ax.locator_params(axis="x", nbins=4)
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    height = max(1.7, 1.1 + ROW * len(rows))
    return Panel(words.outcome(outcome), words("alt_forest"), draw, (PANEL[0], height))


def _axis(outcome: Outcome, unit: str, words: Words) -> str:
    """What the axis shows, and which direction is better where one is."""
    text = wrapped(words("axis_difference", unit=unit), 36)
    return f"{text}\n({words.direction(outcome.better)})" if outcome.better else text


def _marks(ax: Axes, rows: pd.DataFrame, factor: float) -> None:
    """Intervals, one row each: a filled point where it is decided, a hollow one where it is not."""
    places = np.arange(len(rows))
    colours = [VERDICTS[verdict] for verdict in rows["verdict"]]
    faces = ["white" if verdict in HOLLOW else VERDICTS[verdict] for verdict in rows["verdict"]]
    middle, low, high = (rows[c].to_numpy(float) * factor for c in ("difference", "ci_low", "ci_high"))
    ax.hlines(places, low, high, colors=colours, linewidth=1.8)
    ax.scatter(middle, places, s=POINT, facecolors=faces, edgecolors=colours, linewidth=1.0, zorder=3)
