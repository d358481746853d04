"""Where strategies fail: their regret, and of each region the part of every range that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.discovery import Found, Limit
from analysis.figures.sheet import Panel, Sheet
from analysis.figures.style import FAINT, INK, VERDICTS, quiet, wrapped
from analysis.robustness import ALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (5.0, 3.0)


def discovery(
    x: pd.DataFrame, found: Sequence[Found], regret: pd.DataFrame, labels: Mapping[str, str]
) -> Sheet:
    """One panel of regret over all worlds, and one for each strategy with a region of PRIM that is believed.

    `x` are the worlds, `labels` name the panels (`regret` and each strategy), their axes (`regret_axis`, `region_axis`) and `alt`.
    """
    whole = regret[regret["future"] == ALL]
    believed = [one for one in found if one.method == "PRIM" and one.believed]
    panels = [Panel(labels["regret"], labels["regret"], lambda ax: _regret(ax, whole, labels), SIZE)]
    panels += [_region(x, one, labels) for one in believed]
    return Sheet("discovery", tuple(panels), whole, columns=2)


def _regret(ax: Axes, rows: pd.DataFrame, labels: Mapping[str, str]) -> None:
    places = np.arange(len(rows))[::-1]
    ax.hlines(places, rows["mean_low"], rows["mean_high"], color=INK, linewidth=1.5)
    ax.plot(rows["mean"], places, "o", color=INK, markersize=5)
    ax.plot(rows["p90"], places, "|", color=INK, markersize=9)
    ax.plot(rows["max"], places, "x", color=INK, markersize=5)
    ax.set_yticks(places, [str(name) for name in rows["strategy"]])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel(wrapped(labels["regret_axis"], 60))
    quiet(ax, "x")


def _region(x: pd.DataFrame, one: Found, labels: Mapping[str, str]) -> Panel:
    limits = one.regions[0].limits

    def draw(ax: Axes) -> None:
        places = np.arange(len(limits))[::-1]
        ax.barh(places, 1.0, height=0.5, color=FAINT)
        for place, limit in zip(places, limits, strict=True):
            for low, high in _parts(x[limit.constant], limit):
                ax.barh(place, high - low, left=low, height=0.5, color=VERDICTS["worse"])
        ax.set_yticks(places, [wrapped(_called(limit), 26) for limit in limits])
        ax.set_xlim(0.0, 1.0)
        ax.set_xlabel(wrapped(labels["region_axis"], 60))

    return Panel(labels[one.strategy], labels["alt"], draw, SIZE)


def _called(limit: Limit) -> str:
    return f"{limit.constant}: {', '.join(limit.members)}" if limit.members else limit.constant


def _parts(values: pd.Series, limit: Limit) -> list[tuple[float, float]]:
    """The parts of the range that a limit leaves, from 0 to 1; of a category those of its members, in the order of names."""
    if limit.members:
        known = sorted(set(values))
        return [(known.index(m) / len(known), (known.index(m) + 1) / len(known)) for m in limit.members]
    low, high = float(values.min()), float(values.max())
    return [((max(low, limit.low) - low) / (high - low), (min(high, limit.high) - low) / (high - low))]
