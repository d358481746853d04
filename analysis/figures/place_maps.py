"""Maps of communities from their polygons: the need that stays unmet under the baseline, and what each option changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analysis.figures.sheet import Panel, Scale, Sheet, portable
from analysis.figures.style import INK, PAPER, Mark, wrapped
from analysis.places import Place, middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.report.words import Words

SIDE: Final = 3.6
#: Orange is more unmet need, purple less; both ends read apart for colour-blind readers, and in grey by their distance from the middle.
CHANGE: Final = "PuOr_r"
#: More communities are not numbered: the numbers would cover the map.
MOST_NUMBERED: Final = 40
_NICE: Final = (1.0, 2.0, 5.0)
_UNCERTAIN: Final = "////"


@portable
def need_map(
    table: pd.DataFrame, places: Sequence[Place], baseline: str, marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """`table` from `analysis.places.differences`; one panel, the level under the baseline."""
    rows = table[table["strategy"] == baseline].set_index("community")["mean"]
    unit = words.unit("days per resident and year").text
    low, high = float(rows.min()), float(rows.max())
    scale = Scale(
        low,
        max(high, low + 1e-9),
        words("places_level", unit=unit),
        words("alt_scale", low=f"{low:.3g}", high=f"{high:.3g}"),
    )
    alt = words(
        "alt_places_need",
        most=_name(places, rows.idxmax()),
        high=f"{high:.3g}",
        least=_name(places, rows.idxmin()),
        low=f"{low:.3g}",
    )
    panel = Panel(
        wrapped(marks[baseline].label, 40), alt, _drawn(places, rows, rows.index[:0], scale), _size(places)
    )
    levels = table[["strategy", "community", "mean", "replicates"]]
    return Sheet("places_need", (panel,), levels, columns=1, scale=scale)


@portable
def change_maps(
    table: pd.DataFrame, places: Sequence[Place], baseline: str, marks: Mapping[str, Mark], words: Words
) -> Sheet:
    """One panel an option, differences to the baseline on one scale that is even around none; hatched where the interval holds none."""
    others = table[table["strategy"] != baseline]
    unit = words.unit("days per resident and year").difference
    most = max(float(others["difference"].abs().max()), 1e-9)
    label = words("places_change", unit=unit)
    scale = Scale(-most, most, label, words("alt_scale", low=f"{-most:.3g}", high=f"{most:.3g}"), CHANGE)
    panels = []
    for name in (name for name in marks if (others["strategy"] == name).any()):
        rows = others[others["strategy"] == name].set_index("community")
        unsure = rows.index[~((rows["ci_low"] > 0) | (rows["ci_high"] < 0))]
        fewer, more = int((rows["ci_high"] < 0).sum()), int((rows["ci_low"] > 0).sum())
        alt = words("alt_places_change", name=marks[name].label, fewer=fewer, more=more, unsure=len(unsure))
        panels.append(
            Panel(
                wrapped(marks[name].label, 40),
                alt,
                _drawn(places, rows["difference"], unsure, scale),
                _size(places),
            )
        )
    return Sheet("places_change", tuple(panels), others, columns=3, scale=scale)


def _name(places: Sequence[Place], community: Any) -> str:
    return places[int(community)].name


def _size(places: Sequence[Place]) -> tuple[float, float]:
    width, height = np.max([ring.max(0) for place in places for ring in place.rings], 0)
    return SIDE, SIDE * min(max(float(height / width), 0.3), 1.3) + 0.25


def _drawn(places: Sequence[Place], values: pd.Series, unsure: pd.Index, scale: Scale) -> Any:
    """A function that draws all communities: their values in colour, those of `unsure` hatched, numbers, and a bar for the distance."""

    def draw(ax: Axes) -> None:
        from matplotlib import colormaps
        from matplotlib.colors import Normalize
        from matplotlib.patches import PathPatch

        colour, normal = colormaps[scale.colours], Normalize(scale.low, scale.high)
        for number, place in enumerate(places):
            value = float(values.get(number, np.nan))
            fill = colour(normal(value)) if np.isfinite(value) else PAPER
            hatch = _UNCERTAIN if number in unsure else None
            ax.add_patch(
                PathPatch(
                    _path(place),
                    facecolor=fill,
                    edgecolor=INK,
                    linewidth=0.8,
                    hatch=hatch,
                    hatch_linewidth=0.4,
                )
            )
            if len(places) <= MOST_NUMBERED:
                _numbered(ax, place, number, fill)
        width, height = np.max([ring.max(0) for place in places for ring in place.rings], 0)
        _distance(ax, float(width), float(height))
        ax.set_aspect("equal")
        ax.set_axis_off()

    return draw


def _path(place: Place) -> Any:
    """All rings as one path; even-odd filling leaves holes open because they run the other way round."""
    from matplotlib.path import Path

    corners = np.concatenate(place.rings)
    codes = np.concatenate([
        [Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY] for ring in place.rings
    ])  # fmt: skip
    return Path(corners, codes)


def _numbered(ax: Axes, place: Place, number: int, fill: Any) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patheffects import withStroke

    dark = float(np.dot(to_rgb(fill), (0.299, 0.587, 0.114))) < 0.5
    ink, rim = (PAPER, INK) if dark else (INK, PAPER)
    x, y = middle(place.rings)
    ax.text(
        x, y, str(number + 1), ha="center", va="center", fontsize=9.5, color=ink, path_effects=[withStroke(linewidth=1.6, foreground=rim)]
    )  # fmt: skip


def _distance(ax: Axes, width: float, height: float) -> None:
    """A bar of a round number of metres or kilometres, about a quarter of the width, below the map; north is up."""
    power = 10.0 ** np.floor(np.log10(width / 4.0))
    length = max(step * power for step in _NICE if step * power <= width / 4.0)
    label = f"{length:g} km" if length >= 1.0 else f"{length * 1000:g} m"
    below = -0.07 * height
    ax.plot([0.0, length], [below, below], color=INK, linewidth=2.0, solid_capstyle="butt")
    ax.text(length + 0.02 * width, below, label, ha="left", va="center", fontsize=9.5, color=INK)
    ax.set_xlim(-0.01 * width, 1.01 * width)
    ax.set_ylim(-0.14 * height, 1.01 * height)
