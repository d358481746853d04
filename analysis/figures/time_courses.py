"""Time courses: one panel a quantity, one line a strategy, the band from the lowest to the highest replicate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.courses import MEASURES, Measure
from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, Mark, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words


@portable
def time_courses(
    bands: pd.DataFrame, marks: Mapping[str, Mark], baseline: str, reform_day: int, words: Words
) -> Sheet:
    """`bands`: columns `strategy measure day mean low high replicates` (analysis.courses.bands), reform day marked."""
    panels = tuple(
        _panel(m, bands[bands["measure"] == m.name], marks, baseline, reform_day, words) for m in MEASURES
    )
    return Sheet("time_courses", panels, bands, legend=tuple(marks.values()))


def _panel(
    m: Measure, rows: pd.DataFrame, marks: Mapping[str, Mark], baseline: str, reform_day: int, words: Words
) -> Panel:
    unit = words.unit(m.unit)

    def draw(ax: Axes) -> None:
        # The past is common to all: until the reform only the baseline is drawn, and it lies on top.
        for name, mark in marks.items():
            line = rows[(rows["strategy"] == name) & ((rows["day"] >= reform_day) | (name == baseline))]
            middle, low, high = (line[c].to_numpy() * unit.factor for c in ("mean", "low", "high"))
            order = 3.0 if name == baseline else 2.5
            ax.fill_between(
                line["day"], low, high, color=mark.colour, alpha=0.1, linewidth=0, zorder=order - 1
            )
            ax.plot(
                line["day"],
                middle,
                color=mark.colour,
                linestyle=mark.dash,
                linewidth=mark.width,
                zorder=order,
            )
        ax.axvline(reform_day, color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
        ax.annotate(
            words("reform"), (reform_day, 1), xycoords=("data", "axes fraction"), xytext=(3, -2),
            textcoords="offset points", va="top", fontsize=9, color=GREY,
        )  # fmt: skip
        ax.set_xlabel(words("axis_day"))
        ax.set_ylabel(wrapped(unit.text, 30))
        ax.margins(x=0)
        quiet(ax)

    return Panel(words(f"measure_{m.name}"), words("alt_course", reform_day=reform_day), draw)
