"""Figures on the page: panels inline, a legend in words, and the numbers as a table for those who cannot or will not see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.courses import MEASURES
from analysis.figures.cell_maps import LAYERS, scale_panel
from analysis.figures.sheet import Pictures, Sheet, inline, pictures
from analysis.figures.style import Mark
from analysis.numbers import MISSING, significant, with_interval
from analysis.report.words import Unit, Words

SAMPLES = 8
MOST_ROWS = 60


class Listing(NamedTuple):
    """A plain table: caption, heads, rows of texts; `note` says where the rest is."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    note: str = ""


class Drawing(NamedTuple):
    """One panel: its title and its svg."""

    title: str
    svg: Markup


class Key(NamedTuple):
    """One entry of the legend: a line, or the outline of a marker as svg points."""

    label: str
    colour: str
    width: float
    dashes: str
    points: str


class Figure(NamedTuple):
    """A sheet on the page."""

    sheet: Sheet
    caption: str
    drawings: list[Drawing]
    listings: list[Listing]
    legend: list[Key]
    drawn: Pictures
    scale: Markup = Markup("")


def figure(sheet: Sheet, caption: str, listings: list[Listing], words: Words) -> Figure:
    """All panels of a sheet as inline drawings."""
    drawn = pictures(sheet)
    drawings = [
        Drawing(p.title.replace("\n", " "), Markup(svg))
        for p, svg in zip(sheet.panels, drawn.panels, strict=True)
    ]
    scale = Markup(inline(scale_panel(sheet.scale, words), f"{sheet.name}s")) if sheet.scale else Markup("")
    legend = [key(mark, sheet.lines) for mark in sheet.legend]
    return Figure(sheet, caption, drawings, listings, legend, drawn, scale)


def key(mark: Mark, line: bool) -> Key:
    """A legend entry in a box of 34 by 12."""
    dashes = "" if isinstance(mark.dash, str) else " ".join(f"{d * mark.width:.1f}" for d in mark.dash[1])
    return Key(mark.label, mark.colour, mark.width * 1.4, dashes, "" if line else outline(mark.marker))


def outline(marker: str) -> str:
    """A marker's outline, ten wide, as the points of an svg polygon."""
    from matplotlib.markers import MarkerStyle

    style = MarkerStyle(marker)
    path = style.get_path().transformed(style.get_transform())
    corners = path.to_polygons(closed_only=False)[0]
    corners = corners / np.abs(corners).max() * 5
    return " ".join(f"{x + 6:.1f},{6 - y:.1f}" for x, y in corners)


def difference_listing(
    table: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str], words: Words
) -> list[Listing]:
    """The rows of a comparison in words, one table an outcome: option, difference, interval, verdict."""
    made = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name]
        unit = words.unit(rows["unit"].iloc[0], float(rows["difference"].abs().max()))
        heads = [words(key) for key in ("option", "col_difference", "col_interval", "col_verdict")]
        lines = [_difference(row, unit, titles, words) for row in map(dict, rows.to_dict("records"))]
        made.append(Listing(f"{names[name]} ({unit.difference})", heads, lines))
    return made


def _difference(row: Mapping[str, Any], unit: Unit, titles: Mapping[str, str], words: Words) -> list[str]:
    value, low, high = with_interval(*(row[c] * unit.factor for c in ("difference", "ci_low", "ci_high")))
    interval = MISSING if low == MISSING else words("interval", low=low, high=high)
    return [titles[row["strategy"]], value, interval, words(f"v_{row['verdict']}")]


def course_listing(bands: pd.DataFrame, titles: Mapping[str, str], words: Words) -> list[Listing]:
    """One table a measure: means of each option at a few days."""
    made = []
    for m in MEASURES:
        unit = words.unit(m.unit)
        wide = (
            bands[bands["measure"] == m.name]
            .pivot(index="strategy", columns="day", values="mean")
            .reindex(list(titles))
        )
        chosen = wide.columns[np.unique(np.linspace(0, len(wide.columns) - 1, SAMPLES).round().astype(int))]
        shown = wide[chosen].to_numpy(float) * unit.factor
        rows = [[titles[s], *map(significant, values)] for s, values in zip(wide.index, shown, strict=True)]
        heads = [words("option"), *(words("day_number", day=f"{float(day):g}") for day in chosen)]
        made.append(Listing(f"{words(f'measure_{m.name}')} ({unit.text})", heads, rows))
    return made


def equity_listing(levels: pd.DataFrame, titles: Mapping[str, str], words: Words) -> list[Listing]:
    """Gaps by option: mean, and in brackets the range over replicates."""
    shown = levels.set_index(["strategy", "outcome"])[["mean", "low", "high"]]
    gaps = list(dict.fromkeys(levels["outcome"]))
    rows = [[title, *(_level(shown.loc[(s, gap)], words) for gap in gaps)] for s, title in titles.items()]
    caption = f"{words('axis_gap')} ({words('model_range')})"
    return [
        Listing(
            caption[:1].upper() + caption[1:],
            [words("option"), *(words(f"short_{gap}") for gap in gaps)],
            rows,
        )
    ]


def _level(row: pd.Series, words: Words) -> str:
    mean, low, high = (significant(float(row[c])) for c in ("mean", "low", "high"))
    return f"{mean} ({words('span', low=low, high=high)})"


def cell_listing(
    table: pd.DataFrame, layer: str, titles: Mapping[str, str], words: Words, file: str
) -> list[Listing]:
    """Means of communities by option."""
    unit = words.unit(LAYERS[layer].unit)
    wide = table.pivot_table(index="community", columns="strategy", values="value", sort=True)
    shown = [s for s in titles if s in wide.columns]
    rows = [
        [str(c), *(significant(v * unit.factor) for v in wide.loc[c, shown])] for c in wide.index[:MOST_ROWS]
    ]
    note = words("data_rows", shown=MOST_ROWS, all=len(wide), file=file) if len(wide) > MOST_ROWS else ""
    caption = f"{words(f'layer_{layer}')} ({unit.text})"
    return [Listing(caption, [words("community"), *(titles[s] for s in shown)], rows, note)]
