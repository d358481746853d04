"""Cost-effectiveness acceptability: how surely each option is the best one, over what one avoided day of unmet need is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Columns of analysis.cost_effectiveness.acceptability, one panel each: how sure the best mean is, how often an option turns out best.
SHOWN: Final = ("probability", "share")
SIZE: Final = (4.0, 3.2)
#: Height of the band that shows the highest mean.
BAND: Final = 1.05
#: An option that is never likelier than this to be best is left out of the picture, not of its data.
SEEN: Final = 0.005


@portable
def acceptability(table: pd.DataFrame, marks: Mapping[str, Mark], labels: Mapping[str, str]) -> Sheet:
    """Two panels over willingness to pay; a bold band at the top shows which option has the highest mean net benefit.

    `table`: rows of analysis.cost_effectiveness.acceptability; `labels` name the panels `probability` and `share`, the `axis` of willingness
    to pay with its unit, and what a reader is told who cannot see (`alt`).
    """
    highest = table.groupby("strategy")[list(SHOWN)].max().max(axis=1)
    drawn = {name: mark for name, mark in marks.items() if highest.get(name, 0.0) > SEEN}
    panels = tuple(_panel(name, table, drawn, labels) for name in SHOWN)
    return Sheet("acceptability", panels, table, legend=tuple(drawn.values()), columns=2)


def _panel(
    name: str, table: pd.DataFrame, drawn: Mapping[str, Mark], labels: Mapping[str, str]
) -> Panel:  # fmt: skip
    def draw(ax: Axes) -> None:
        for strategy, mark in drawn.items():
            own = table[table["strategy"] == strategy].sort_values("willingness")
            ax.plot(
                own["willingness"], own[name], color=mark.colour, linestyle=mark.dash, linewidth=mark.width,
            )  # fmt: skip
            band = np.where(own["best"], BAND, np.nan)
            ax.plot(own["willingness"], band, color=mark.colour, linewidth=4.0, solid_capstyle="butt")
        ax.set_ylim(0, 1.08)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
        ax.margins(x=0)
        ax.set_xlabel(wrapped(labels["axis"], 46))
        quiet(ax, "both")

    return Panel(labels[name], labels["alt"], draw, SIZE)
