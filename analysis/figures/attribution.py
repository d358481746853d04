"""Which mechanism brings how much: its Shapley value with an interval, beside what it does alone and what is lost without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, INK, PALETTE, PANEL, VERDICTS, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words
    from sim.outcomes import Outcome

ROW: Final = 0.3
KINDS: Final = {
    "shapley": Mark(INK, "solid", "o", ""),
    "alone": Mark(PALETTE[2], "solid", "^", ""),
    "last": Mark(PALETTE[1], "solid", "v", ""),
}


@portable
def attribution(
    table: pd.DataFrame, outcomes: Sequence[Outcome], names: Mapping[str, str], words: Words
) -> Sheet:
    """`table`: columns of analysis.attribution.COLUMNS; panels for `outcomes` that it holds, mechanisms called by `names`."""
    shown = [o for o in outcomes if (table["outcome"] == o.name).any()]
    data = table[table["outcome"].isin([o.name for o in shown])]
    panels = tuple(_panel(o, data[data["outcome"] == o.name], names, words) for o in shown)
    legend = tuple(
        Mark(m.colour, m.dash, m.marker, words(f"attribution_{kind}")) for kind, m in KINDS.items()
    )
    return Sheet("attribution", panels, data, legend=legend, lines=False, columns=2)


def _panel(outcome: Outcome, rows: pd.DataFrame, names: Mapping[str, str], words: Words) -> Panel:
    unit = words.unit(outcome.unit, float(rows["shapley"].abs().max()))
    own = rows.sort_values("shapley", key=lambda v: -v.abs(), kind="stable")

    def draw(ax: Axes) -> None:
        places = np.arange(len(own))
        colours = [VERDICTS.get(str(verdict), GREY) for verdict in own["verdict"]]
        ax.axvline(0.0, color=INK, linewidth=0.9)
        ax.hlines(
            places,
            own["shapley_low"] * unit.factor,
            own["shapley_high"] * unit.factor,
            color=colours,
            linewidth=1.8,
        )
        for kind, mark in KINDS.items():
            ax.plot(
                own[kind] * unit.factor,
                places,
                mark.marker,
                color=mark.colour,
                markersize=5,
                linestyle="none",
            )
        ax.set_yticks(places, [wrapped(names.get(str(name), str(name)), 22) for name in own["mechanism"]])
        ax.set_ylim(len(own) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.margins(x=0.1)
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlabel(wrapped(words("axis_difference", unit=unit.difference), 44))
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    return Panel(
        words.outcome(outcome),
        words("alt_attribution"),
        draw,
        (PANEL[0], max(1.7, 1.1 + ROW * len(own))),
    )
