"""Cost-effectiveness plane: what options bring beside what they cost, with intervals; the efficiency frontier joins the efficient ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.cost_effectiveness import COST
from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, INK, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words
    from sim.outcomes import Outcome

SIZE = (4.0, 3.4)


@portable
def cost_effectiveness(
    table: pd.DataFrame, outcomes: Mapping[str, Outcome], marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """`table`: rows of analysis.cost_effectiveness.efficient with the `outcome` that is the effect; one panel an outcome."""
    shown = list(dict.fromkeys(table["outcome"]))
    panels = tuple(_panel(table[table["outcome"] == name], outcomes, marks, words) for name in shown)
    return Sheet("cost_effectiveness", panels, table, legend=tuple(marks.values()), lines=False, columns=2)


def _panel(
    rows: pd.DataFrame, outcomes: Mapping[str, Outcome], marks: Mapping[str, Mark], words: Words
) -> Panel:
    outcome = outcomes[str(rows["outcome"].iloc[0])]
    x_unit = words.unit(outcome.unit)
    y_unit = words.unit(outcomes[COST].unit, float(rows["cost"].abs().max()))

    def draw(ax: Axes) -> None:
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.axvline(0, color=INK, linewidth=0.8)
        best = rows[rows["status"] == "frontier"].sort_values(["cost", "effect"])
        ax.plot(
            best["effect"] * x_unit.factor, best["cost"] * y_unit.factor, color=GREY, linewidth=1.2, linestyle=(0, (3, 2)), zorder=1,
        )  # fmt: skip
        for row in rows.to_dict("records"):
            _mark(ax, row, x_unit.factor, y_unit.factor, marks[str(row["strategy"])])
        ax.margins(0.12)
        ax.set_xlabel(wrapped(words(f"axis_gain_{outcome.name}", unit=x_unit.difference), 42))
        ax.set_ylabel(wrapped(words("axis_programme_cost", unit=y_unit.difference), 36))
        quiet(ax, "both")

    return Panel(words(f"effect_{outcome.name}"), words("alt_effect"), draw, SIZE)


def _mark(ax: Axes, row: Mapping[Any, Any], across: float, up: float, mark: Mark) -> None:
    """An option with its intervals in both directions (none for a single replicate): filled on the frontier, hollow off it."""
    x, y = (
        np.array([row[c], row[f"{c}_low"], row[f"{c}_high"]]) * by
        for c, by in (("effect", across), ("cost", up))
    )
    if np.isfinite(x).all() and np.isfinite(y).all():
        ax.plot(
            [x[1], x[2], np.nan, x[0], x[0]],
            [y[0], y[0], np.nan, y[1], y[2]],
            color=mark.colour,
            linewidth=1.2,
        )
    face = mark.colour if row["status"] == "frontier" else "white"
    ax.plot([x[0]], [y[0]], mark.marker, color=mark.colour, markerfacecolor=face, markersize=6.5, zorder=3)
