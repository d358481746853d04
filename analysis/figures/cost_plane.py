"""Cost plane: what an option changes in unmet need beside what it changes in hours or in money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import INK, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

NEED = "unmet_need_days"
COSTS = ("hours_total", "money_total")
SIZE = (4.0, 3.4)
ENDS = ["difference", "ci_low", "ci_high"]


@portable
def cost_plane(table: pd.DataFrame, marks: Mapping[str, Mark], baseline: str, words: Words) -> Sheet:
    """`table`: rows of analysis.comparison.compare; one panel for hours and one for money, both with intervals."""
    data = table[table["outcome"].isin((NEED, *COSTS))]
    panels = tuple(
        _panel(cost, data, marks, baseline, words) for cost in COSTS if (data["outcome"] == cost).any()
    )
    return Sheet("cost_plane", panels, data, legend=tuple(marks.values()), lines=False, columns=2)


def _panel(cost: str, data: pd.DataFrame, marks: Mapping[str, Mark], baseline: str, words: Words) -> Panel:
    need, price = (data[data["outcome"] == name].set_index("strategy") for name in (NEED, cost))
    x_unit = words.unit(need["unit"].iloc[0])
    y_unit = words.unit(price["unit"].iloc[0], float(price["difference"].abs().max()))

    def draw(ax: Axes) -> None:
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.plot([0], [0], marks[baseline].marker, color=INK, markersize=6)
        for name in need.index:
            x = need.loc[name, ENDS].to_numpy(float) * x_unit.factor
            y = price.loc[name, ENDS].to_numpy(float) * y_unit.factor
            _cross(ax, x, y, marks[name])
        ax.margins(0.12)
        ax.set_xlabel(wrapped(words("axis_need", unit=x_unit.difference), 42))
        ax.set_ylabel(wrapped(words(f"axis_{cost}", unit=y_unit.difference), 36))
        quiet(ax, "both")

    return Panel(words(f"plane_{cost}"), words("alt_plane"), draw, SIZE)


def _cross(ax: Axes, x: np.ndarray, y: np.ndarray, mark: Mark) -> None:
    """A marker with an interval in both directions (none for a single replicate)."""
    if np.isfinite(x).all() and np.isfinite(y).all():
        ax.plot(x[1:], [y[0], y[0]], color=mark.colour, linewidth=1.2)
        ax.plot([x[0], x[0]], y[1:], color=mark.colour, linewidth=1.2)
    ax.plot([x[0]], [y[0]], mark.marker, color=mark.colour, markersize=6.5, linestyle="none")
