"""Pareto front of strategies: what they reach beside what they cost, those that none beats joined by a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, Mark, quiet, wrapped
from analysis.frontier import COST

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words
    from sim.outcomes import Outcome

SIZE = (4.0, 3.2)


@portable
def frontier(
    table: pd.DataFrame, outcomes: Mapping[str, Outcome], marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """`table`: columns of analysis.frontier.COLUMNS; one panel an outcome."""
    shown = list(dict.fromkeys(table["outcome"]))
    panels = tuple(_panel(table[table["outcome"] == name], outcomes, marks, words) for name in shown)
    return Sheet("frontier", panels, table, legend=tuple(marks.values()), lines=False, columns=2)


def _panel(
    rows: pd.DataFrame, outcomes: Mapping[str, Outcome], marks: Mapping[str, Mark], words: Words
) -> Panel:
    outcome = outcomes[str(rows["outcome"].iloc[0])]
    x_unit = words.unit(outcomes[COST].unit, float(rows["cost"].max()))
    y_unit = words.unit(outcome.unit, float(rows["mean"].abs().max()))

    def draw(ax: Axes) -> None:
        best = rows[rows["front"]].sort_values("cost")
        ax.plot(
            best["cost"] * x_unit.factor,
            best["mean"] * y_unit.factor,
            color=GREY,
            linewidth=0.9,
            linestyle=(0, (3, 2)),
            zorder=1,
        )
        for row in rows.to_dict("records"):
            mark = marks[str(row["strategy"])]
            face = mark.colour if row["front"] else "white"
            ax.plot(
                [row["cost"] * x_unit.factor], [row["mean"] * y_unit.factor], mark.marker, color=mark.colour, markerfacecolor=face, markersize=6.5,
            )  # fmt: skip
        ax.margins(0.1)
        ax.set_xlabel(wrapped(f"{words.outcome(outcomes[COST])} ({x_unit.text})", 46))
        ax.set_ylabel(wrapped(f"{words.outcome(outcome)} ({y_unit.text})", 36))
        quiet(ax, "both")

    return Panel(words("frontier_title", outcome=words.outcome(outcome)), words("alt_frontier"), draw, SIZE)
