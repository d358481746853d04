"""The network of institutions: seats by level and actor kind, ties as lines, once before the reform and once a strategy at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Sheet, portable
from analysis.figures.style import GREY, INK, PALETTE, Mark, wrapped
from analysis.network import VISIBLE
from analysis.payers import ACTORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

SIZE: Final = (3.6, 2.7)
#: Colour and shape of actor kinds: neither carries the meaning alone.
KINDS: Final = dict(
    zip(ACTORS, zip((PALETTE[1], PALETTE[0], PALETTE[2], PALETTE[3], PALETTE[7], PALETTE[6]), "os^Dvp", strict=True), strict=True)
)  # fmt: skip
LEVELS: Final = ("city", "district", "street", "community")
#: How far the rows of the levels are bent, so that ties within a row do not lie on each other.
ARC: Final = (0.32, 0.32, 0.0, -0.5)
#: Weaker ties than this part of the strongest are not drawn: among thirty institutions everyone is tied to everyone a little.
FAINTEST: Final = 0.6
WIDEST: Final = 3.2
#: Area of a node without load, and what full load adds, in square points.
SMALL, LARGE = 20.0, 110.0


class Nodes(NamedTuple):
    """Seats with their place in the picture, actor kind and load, `[seat]` each."""

    x: np.ndarray
    y: np.ndarray
    kind: np.ndarray
    load: np.ndarray


def places(levels: list[str], kinds: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Where seats stand: one row a level, the city on top, by actor kind from left to right; the same in all panels."""
    x, y = np.zeros(len(levels)), np.zeros(len(levels))
    for row, level in enumerate(LEVELS):
        seats = [i for i, own in enumerate(levels) if own == level]
        seats.sort(key=lambda i: (ACTORS.index(kinds[i]), i))
        spread = (np.arange(len(seats)) + 0.5) / max(len(seats), 1)
        x[seats], y[seats] = spread, -row + ARC[row] * (4.0 * (spread - 0.5) ** 2 - 0.5)
    return x, y


@portable
def network(
    ties: pd.DataFrame, loads: pd.DataFrame, seats: pd.DataFrame, marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """`ties` from analysis.network.means, `loads` from analysis.network.loads; `seats`: columns `seat level actor_kind`.

    The first panel is the morning of the reform day, which all strategies share; nodes there are as large as under the first strategy.
    """
    known = seats[seats["seat"].isin({*ties["seat"], *ties["partner_seat"]})].reset_index(drop=True)
    place = {seat: i for i, seat in enumerate(known["seat"])}
    ties = ties.assign(one=ties["seat"].map(place), other=ties["partner_seat"].map(place)).dropna(
        subset=["one", "other"]
    )
    shown = [name for name in marks if (ties["strategy"] == name).any()]
    strongest = float(ties[["before", "after"]].to_numpy().max())
    kinds = list(known["actor_kind"])
    x, y = places(list(known["level"]), kinds)
    panels: list[Panel] = []
    for name in (shown[0], *shown):
        load = loads[loads["strategy"] == name].set_index("seat")["load"].reindex(known["seat"]).fillna(0.0)
        nodes = Nodes(x, y, np.array(kinds), load.to_numpy(float))
        before = not panels
        title = words("network_before") if before else marks[name].label
        panels.append(_panel(ties[ties["strategy"] == name], nodes, strongest, title, before, words))
    legend = tuple(
        Mark(colour, "solid", shape, words(f"actor_{kind}")) for kind, (colour, shape) in KINDS.items()
    )
    return Sheet(
        "network", tuple(panels), ties.drop(columns=["one", "other"]), legend=legend, lines=False, columns=3
    )


def _panel(
    own: pd.DataFrame, nodes: Nodes, strongest: float, title: str, before: bool, words: Words
) -> Panel:
    def draw(ax: Axes) -> None:
        _edges(ax, own, nodes, strongest, before)
        for kind, (colour, shape) in KINDS.items():
            chosen = nodes.kind == kind
            area = SMALL + LARGE * np.minimum(nodes.load[chosen], 1.0)
            ax.scatter(
                nodes.x[chosen], nodes.y[chosen], s=area, marker=shape, facecolor=colour, edgecolor="white", linewidth=0.6, zorder=3,
            )  # fmt: skip
        for row, level in enumerate(LEVELS):
            ax.annotate(
                words(f"level_{level}"), (0.0, -row), xytext=(-4, 0), textcoords="offset points", ha="right", va="center", fontsize=9, color=INK,
            )  # fmt: skip
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-len(LEVELS) + 0.55, 0.35)
        ax.set_axis_off()

    return Panel(wrapped(title, 36), words("alt_network"), draw, SIZE)


def _edges(ax: Axes, own: pd.DataFrame, nodes: Nodes, strongest: float, before: bool) -> None:
    """Ties as lines, wider where stronger; those that moved visibly since the reform dark and on top, dashed where weakened."""
    from matplotlib.collections import LineCollection

    strength = own["before" if before else "after"].to_numpy(float)
    change = np.zeros(len(own)) if before else (own["after"] - own["before"]).to_numpy(float)
    one, other = own["one"].to_numpy(int), own["other"].to_numpy(int)
    lines = np.stack([np.column_stack([nodes.x[i], nodes.y[i]]) for i in (one, other)], axis=1)
    widths = WIDEST * (strength / strongest) ** 3
    still = (np.abs(change) <= VISIBLE) & (strength >= FAINTEST * strongest)
    grown, fallen = change > VISIBLE, change < -VISIBLE
    for chosen, colour, dash, alpha, order in (
        (still, GREY, "solid", 0.13, 1.0), (fallen, INK, (0, (2, 1.5)), 0.9, 1.5), (grown, INK, "solid", 0.9, 2.0),
    ):  # fmt: skip
        if chosen.any():
            ax.add_collection(
                LineCollection(
                    list(lines[chosen]),
                    colors=colour,
                    linewidths=widths[chosen],
                    linestyles=[dash],
                    alpha=alpha,
                    zorder=order,
                )
            )
