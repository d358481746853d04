"""Maps of grid cells, one strategy a panel: one layer, one colour scale, community borders drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Scale, Sheet, portable
from analysis.figures.style import INK, Mark, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

SIDE = 2.5
#: Larger worlds are drawn as pixels inside the svg: thousands of small polygons would make it slow to open.
MOST_POLYGONS = 3000


class Layer(NamedTuple):
    """One quantity of the cells table: `scale · column`, or `scale · column / residents` when it is a count."""

    column: str
    unit: str
    scale: float = 1.0
    per_resident: bool = False


LAYERS: dict[str, Layer] = {
    "open_needs": Layer("open_needs", "needs per 1,000 residents", 1e3, per_resident=True),
    "satisfaction": Layer("satisfaction", "0-100", 100),
    "disorder": Layer("disorder", "0-1"),
    "facility": Layer("facility", "0-1"),
    "social_capital": Layer("social_capital", "0-1"),
    "backlog": Layer("backlog", "cases per 1,000 residents", 1e3, per_resident=True),
    "migrant_share": Layer("migrant_share", "share"),
}


class Lattice(NamedTuple):
    """One layer of one strategy on its lattice; `values[y, x]`, NaN where there is no cell."""

    values: np.ndarray
    community: np.ndarray


def layer_table(cells: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Mean of a layer over replicates: columns `strategy cell community x y value`, from the cells of all runs."""
    chosen = LAYERS[layer]
    keys = ["strategy", "cell", "community", "x", "y"]
    value = chosen.scale * cells[chosen.column]
    if chosen.per_resident:
        value = value / cells["residents"].where(cells["residents"] > 0)
    return cells[keys].assign(value=value).groupby(keys, sort=False)["value"].mean().reset_index()


@portable
def cell_maps(table: pd.DataFrame, layer: str, marks: Mapping[str, Mark], words: Words) -> Sheet:
    """`table` from `layer_table`; the same colour scale in all panels."""
    unit = words.unit(LAYERS[layer].unit)
    label = f"{words(f'layer_{layer}')} ({unit.text})"
    low, high = (float(end) * unit.factor for end in (table["value"].min(), table["value"].max()))
    scale = Scale(low, high, label, words("alt_scale", low=f"{low:.3g}", high=f"{high:.3g}"))
    shown = [name for name in marks if (table["strategy"] == name).any()]
    rows = {
        name: table[table["strategy"] == name].assign(shown=lambda t: t["value"] * unit.factor)
        for name in shown
    }
    panels = tuple(_panel(rows[name], scale, marks[name], words, layer) for name in shown)
    return Sheet(f"cells_{layer}", panels, table, columns=4, scale=scale)


def _panel(rows: pd.DataFrame, scale: Scale, mark: Mark, words: Words, layer: str) -> Panel:
    def draw(ax: Axes) -> None:
        grid = lattice(rows)
        mesh = ax.pcolormesh(
            np.arange(grid.values.shape[1] + 1), np.arange(grid.values.shape[0] + 1), grid.values, cmap=scale.colours,
            vmin=scale.low, vmax=scale.high, edgecolors="none", rasterized=grid.values.size > MOST_POLYGONS,
        )  # fmt: skip
        mesh.set_snap(True)
        _borders(ax, grid.community)
        ax.set_aspect("equal")
        ax.set_axis_off()

    alt = words("alt_map", layer=words(f"layer_{layer}"), mean=f"{rows['shown'].mean():.3g}")
    return Panel(wrapped(mark.label, 30), alt, draw, (SIDE, SIDE * _shape(rows)))


def _shape(rows: pd.DataFrame) -> float:
    """Height over width, kept within what a page can show, with room for a title."""
    width, height = (int(rows[c].max() - rows[c].min()) + 1 for c in ("x", "y"))
    return min(max(height / width, 0.3), 1.0) + 0.02


def lattice(rows: pd.DataFrame) -> Lattice:
    """Cells of one strategy as arrays; communities are -1 where there is no cell."""
    x, y = (rows[c].to_numpy(int) - int(rows[c].min()) for c in ("x", "y"))
    values = np.full((y.max() + 1, x.max() + 1), np.nan)
    community = np.full(values.shape, -1)
    values[y, x], community[y, x] = rows["shown"], rows["community"]
    return Lattice(values, community)


def _borders(ax: Axes, community: np.ndarray) -> None:
    """Lines between cells of different communities and around the outside."""
    from matplotlib.collections import LineCollection

    framed = np.pad(community, 1, constant_values=-1)
    upright = np.argwhere(framed[:, 1:] != framed[:, :-1])
    level = np.argwhere(framed[1:, :] != framed[:-1, :])
    segments = [((x, y - 1), (x, y)) for y, x in upright] + [((x - 1, y), (x, y)) for y, x in level]
    small = community.size <= MOST_POLYGONS
    lines = LineCollection(
        segments, colors=INK, linewidths=1.3 if small else 0.3, capstyle="projecting", rasterized=not small
    )
    ax.add_collection(lines)
    ax.set_xlim(-0.1, community.shape[1] + 0.1)
    ax.set_ylim(-0.1, community.shape[0] + 0.1)
