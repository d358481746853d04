"""Stacked bars: one row a strategy, parts side by side, with their own legend below the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.style import FAINT, GREY, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Fills that stay apart from their neighbours for colour-blind readers; the last stand for what nobody dealt with.
FILLS: Final = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#6B4A12", "#CC79A7")
NOBODY: Final = {
    "silent": FAINT,
    "still_open": FAINT,
    "pending": FAINT,
    "single": FAINT,
    "passed": "#9aa5b1",
    "moved": GREY,
    "paper": "#D55E00",
}
ROW: Final = 0.3
#: Inches that the axis and its legend take.
BELOW: Final = 1.5
#: Rows that a panel has room for at least: with one, nothing of it would be left beside the legend.
LEAST: Final = 2


def height(rows: int) -> float:
    """Inches of a panel with that many rows."""
    return BELOW + ROW * max(LEAST, rows)


def stacked(
    ax: Axes,
    table: pd.DataFrame,
    parts: Sequence[str],
    labels: Mapping[str, str],
    marks: Mapping[str, Mark],
    axis: str,
) -> None:
    """`table`: index strategy, a column a part, values from zero; parts that are zero everywhere are left out of the legend."""
    rows = [name for name in marks if name in table.index]
    places, left = np.arange(len(rows)), np.zeros(len(rows))
    for i, part in enumerate(parts):
        values = table.loc[rows, part].to_numpy(float)
        if not (values > 0.0).any():
            continue
        fill = NOBODY.get(part, FILLS[i % len(FILLS)])
        ax.barh(
            places,
            values,
            left=left,
            height=0.68,
            color=fill,
            edgecolor="white",
            linewidth=0.5,
            label=labels[part],
        )
        left = left + values
    ax.set_yticks(places, [wrapped(marks[name].label, 22) for name in rows])
    ax.set_ylim(max(LEAST, len(rows)) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(axis)
    ax.spines["left"].set_visible(False)
    quiet(ax, "x")
    if ax.patches:
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(-0.45, -0.42 / (ROW * max(LEAST, len(rows)))),
            ncols=2,
            fontsize=9.5,
            handlelength=1.0,
            columnspacing=0.7,
            borderaxespad=0.0,
        )
