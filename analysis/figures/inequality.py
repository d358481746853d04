"""How unequally unmet need is borne: concentration indices with what they come from, and Theil's T with its part between groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.stacks import FILLS
from analysis.figures.style import FAINT, INK, PANEL, Mark, quiet, wrapped
from sim.records import PAIRS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

ROW: Final = 0.3
#: Parts of the concentration index by their fill.
PARTS: Final = {"from_need": FILLS[0], "from_group": FILLS[3], "residual": FAINT}
#: Of the index given need: apart from the fills and from ink.
BURNT: Final = "#8A2B00"
WITHIN: Final = "theil_within_groups"


@portable
def concentration(table: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`table`: rows of analysis.equity.index_differences; one panel a pair of groups, bars of parts and the index as a point."""
    legend = (
        *(Mark(fill, "solid", "s", words(f"index_{part}")) for part, fill in PARTS.items()),
        Mark(INK, "solid", "o", words("index_concentration")),
        Mark(BURNT, "solid", "D", words("index_concentration_given_need")),
    )

    def draw(ax: Axes, wide: pd.DataFrame) -> None:
        places = np.arange(len(wide))
        _bars(ax, [(wide[part].to_numpy(float), fill) for part, fill in PARTS.items()])
        ax.axvline(0, color=INK, linewidth=0.9)
        ax.plot(
            wide["concentration_given_need"], places, "D", color=BURNT, markeredgecolor="white", markersize=6
        )
        ax.plot(wide["concentration"], places, "o", color=INK, markersize=5)

    return _sheet("concentration", table, marks, words, draw, legend)


@portable
def theil(table: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`table`: rows of analysis.equity.index_differences; one panel a pair: Theil's T, split into between and within the groups."""
    legend = (
        Mark(FILLS[3], "solid", "s", words("index_theil_between_groups")),
        Mark(FAINT, "solid", "s", words(f"index_{WITHIN}")),
        Mark(INK, "solid", "d", words("index_theil_between_communities")),
    )

    def draw(ax: Axes, wide: pd.DataFrame) -> None:
        between = wide["theil_between_groups"].to_numpy(float)
        _bars(ax, [(between, FILLS[3]), (wide["theil"].to_numpy(float) - between, FAINT)])
        ax.plot(wide["theil_between_communities"], np.arange(len(wide)), "d", color=INK, markersize=5)
        ax.set_xlim(left=0.0)
        if not (wide["theil"] > 0.0).any():
            ax.set_xlim(0.0, 1.0)

    return _sheet("theil", table, marks, words, draw, legend)


#: What draws which figure.
DRAWN: Final = {"concentration": concentration, "theil": theil}


def _sheet(
    name: str, table: pd.DataFrame, marks: Mapping[str, Mark], words: Words, draw: Callable[[Axes, pd.DataFrame], None], legend: tuple[Mark, ...],
) -> Sheet:  # fmt: skip
    panels = tuple(_panel(name, pair, table[table["pair"] == pair], marks, words, draw) for pair in PAIRS)
    return Sheet(name, panels, table, legend=legend, lines=False, columns=2)


def _panel(
    name: str, pair: str, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words, draw: Callable[[Axes, pd.DataFrame], None],
) -> Panel:  # fmt: skip
    wide = rows.pivot(index="strategy", columns="index", values="mean")
    wide = wide.reindex([strategy for strategy in marks if strategy in wide.index])

    def panel(ax: Axes) -> None:
        draw(ax, wide)
        ax.set_yticks(np.arange(len(wide)), [wrapped(marks[str(s)].label, 22) for s in wide.index])
        ax.set_ylim(len(wide) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.use_sticky_edges = name == "theil"  # bars else end where the panel does
        ax.margins(x=0.06)
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlabel(wrapped(words(f"axis_{name}"), 44))
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    size = (PANEL[0], max(1.8, 1.1 + ROW * len(wide)))
    return Panel(words(f"pair_{pair}"), words(f"alt_{name}"), panel, size)


def _bars(ax: Axes, parts: list[tuple[np.ndarray, str]]) -> None:
    """Stacked bars, positive parts to the right of zero and negative ones to its left."""
    places = np.arange(len(parts[0][0]))
    right, left = np.zeros(len(places)), np.zeros(len(places))
    for found, fill in parts:
        values = np.nan_to_num(found)
        ax.barh(
            places,
            values,
            left=np.where(values >= 0.0, right, left),
            height=0.68,
            color=fill,
            edgecolor="white",
            linewidth=0.5,
        )
        right, left = right + np.maximum(values, 0.0), left + np.minimum(values, 0.0)
