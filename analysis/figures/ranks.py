"""Ranks of strategies with their spread over replicates, and in which future which strategy comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Scale, Sheet, portable
from analysis.figures.style import PANEL, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words
    from sim.outcomes import Outcome

ROW: Final = 0.32
#: A share above which figures on the colour scale are written in dark, for the scale is light there.
LIGHT: Final = 0.55


@portable
def ranks(table: pd.DataFrame, outcomes: Sequence[Outcome], marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`table`: rows of analysis.ranking.ranking of one world and future; one panel an outcome, best mean rank on top."""
    shown = [o for o in outcomes if (table["outcome"] == o.name).any()]
    data = table[table["outcome"].isin([o.name for o in shown])]
    panels = tuple(_ranks(o, data[data["outcome"] == o.name], marks, words) for o in shown)
    return Sheet("ranks", panels, data, columns=2)


def _ranks(outcome: Outcome, rows: pd.DataFrame, marks: Mapping[str, Mark], words: Words) -> Panel:
    ordered = rows.sort_values(["mean_rank", "strategy"])

    def draw(ax: Axes) -> None:
        places = np.arange(len(ordered))
        colours = [marks[name].colour for name in ordered["strategy"]]
        ax.hlines(places, ordered["low_rank"], ordered["high_rank"], color=colours, linewidth=1.8)
        ax.scatter(ordered["mean_rank"], places, color=colours, s=28, zorder=3)
        for place, first in zip(places, ordered["first"], strict=True):
            ax.annotate(
                f"{first:.0%}", (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points", va="center",
                fontsize=9,
            )  # fmt: skip
        ax.set_yticks(places, [wrapped(marks[name].label, 22) for name in ordered["strategy"]])
        ax.set_ylim(len(ordered) - 0.4, -0.6)
        ax.set_xlim(0.7, len(ordered) + 0.3)
        ax.set_xticks(np.unique(np.linspace(1, len(ordered), min(6, len(ordered))).round()))
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel(wrapped(words("axis_rank"), 40))
        ax.spines["left"].set_visible(False)
        quiet(ax, "x")

    title = words.outcome(outcome)
    return Panel(title, words("alt_ranks"), draw, (PANEL[0], max(1.8, 1.1 + ROW * len(ordered))))


@portable
def winners(
    table: pd.DataFrame,
    outcomes: Sequence[Outcome],
    futures: Mapping[str, str],
    marks: Mapping[str, Mark],
    words: Words,
) -> Sheet:
    """`table`: rows of analysis.ranking.ranking over several futures; colour and figure: how often a strategy is the best one."""
    shown = [o for o in outcomes if (table["outcome"] == o.name).any()]
    data = table[table["outcome"].isin([o.name for o in shown])]
    scale = Scale(0.0, 100.0, words("axis_first"), words("alt_scale", low="0", high="100"))
    panels = tuple(_winners(o, data[data["outcome"] == o.name], scale, futures, marks, words) for o in shown)
    return Sheet("winners", panels, data, columns=2, scale=scale)


def _winners(
    outcome: Outcome,
    rows: pd.DataFrame,
    scale: Scale,
    futures: Mapping[str, str],
    marks: Mapping[str, Mark],
    words: Words,
) -> Panel:
    wide = rows.pivot(index="strategy", columns="future", values="first")
    wide = wide.reindex(
        index=[s for s in marks if s in wide.index], columns=[f for f in futures if f in wide.columns]
    )
    names = [futures[future] for future in wide.columns]

    def draw(ax: Axes) -> None:
        values = wide.to_numpy(float) * 100.0
        ax.imshow(values, cmap=scale.colours, vmin=scale.low, vmax=scale.high, aspect="auto")
        for (y, x), value in np.ndenumerate(values):
            if np.isfinite(value):
                dark = value > 100.0 * LIGHT
                ax.text(
                    x,
                    y,
                    f"{value:.0f}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="black" if dark else "white",
                )
        ax.set_yticks(np.arange(len(wide)), [wrapped(marks[str(s)].label, 22) for s in wide.index])
        ax.set_xticks(
            np.arange(len(names)),
            [wrapped(name, 12) for name in names],
            rotation=40 if len(names) > 4 else 0,
            ha="right" if len(names) > 4 else "center",
        )
        ax.tick_params(length=0)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.set_xlabel(words("axis_future"))

    return Panel(
        words.outcome(outcome), words("alt_winners"), draw, (PANEL[0], max(2.0, 1.3 + ROW * len(wide)))
    )
