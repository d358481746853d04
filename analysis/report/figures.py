"""Figures on the page: panels inline, a legend in words, and the numbers as a table for those who cannot or will not see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.circle import MEASURES as MEASURES_OF_CIRCLE
from analysis.courses import MEASURES
from analysis.figures.cell_maps import LAYERS
from analysis.figures.sheet import Pictures, Sheet
from analysis.figures.style import Mark
from analysis.flows import STAGES
from analysis.numbers import MISSING, significant, with_interval
from analysis.payers import ACTORS
from analysis.report.words import Unit, Words
from sim.outcomes import Outcome

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
    """A sheet on the page: what is said about it. What is drawn comes later (`hung`)."""

    sheet: Sheet
    caption: str
    listings: list[Listing]
    legend: list[Key]


class Hung(NamedTuple):
    """What is drawn of a figure: the panels, the outlines that they share, the colour scale."""

    drawings: list[Drawing]
    shared: Markup
    scale: Markup


def figure(sheet: Sheet, caption: str, listings: list[Listing]) -> Figure:
    """A sheet with its caption, its legend in words and its numbers as tables."""
    return Figure(sheet, caption, listings, [key(mark, sheet.lines) for mark in sheet.legend])


def hung(shown: Figure, drawn: Pictures) -> Hung:
    """The drawings of a figure as markup; `drawn` escapes all words in it (analysis.figures.sheet)."""
    drawings = [
        Drawing(p.title.replace("\n", " "), Markup(svg))
        for p, svg in zip(shown.sheet.panels, drawn.panels, strict=False)
    ]
    return Hung(drawings, Markup(drawn.shared), Markup(drawn.scale))


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


def _level(row: Mapping[Any, Any] | pd.Series, words: Words) -> str:
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


def flow_listing(table: pd.DataFrame, titles: Mapping[str, str], words: Words) -> list[Listing]:
    """One table a stage: options down, parts across, means with the range of replicates."""
    made = []
    for stage, parts in STAGES.items():
        own = _by(table[table["stage"] == stage], ["strategy", "part"])
        here = {s: title for s, title in titles.items() if (s, parts[0].name) in own}
        rows = [[title, *(_level(own[s, part.name], words) for part in parts)] for s, title in here.items()]
        heads = [words("option"), *(words(f"flowpart_{part.name}") for part in parts)]
        made.append(Listing(f"{words(f'stage_{stage}')} ({words(f'flowaxis_{stage}')})", heads, rows))
    return made


def circle_listing(
    states: pd.DataFrame, lent: pd.DataFrame, titles: Mapping[str, str], words: Words
) -> list[Listing]:
    """Before and after by option, and hours lent and borrowed by actor kind."""
    own = _by(states, ["strategy", "measure"])
    heads = [words("option"), *(words(f"circle_{name}") for name in MEASURES_OF_CIRCLE)]
    here = {s: title for s, title in titles.items() if s in set(states["strategy"])}
    rows = [[title, *(_moved(own[s, name]) for name in MEASURES_OF_CIRCLE)] for s, title in here.items()]
    made = [Listing(words("circle_table"), heads, rows)]
    if len(lent):
        kinds = [kind for kind in ACTORS if kind in set(lent["actor_kind"])]
        hours = _by(lent, ["strategy", "actor_kind"])
        heads = [words("option"), *(words(f"actor_{kind}") for kind in kinds)]
        rows = [[title, *(_lent(hours.get((s, kind))) for kind in kinds)] for s, title in titles.items()]
        made.append(Listing(words("lent_table"), heads, rows))
    return made


def _by(table: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], dict[Any, Any]]:
    """The rows of a table by their keys."""
    return {tuple(str(row[key]) for key in keys): row for row in table.to_dict("records")}


def _moved(row: Mapping[Any, Any]) -> str:
    return f"{significant(float(row['before']))} → {significant(float(row['after']))}"


def _lent(row: Mapping[Any, Any] | None) -> str:
    return (
        MISSING
        if row is None
        else f"{significant(float(row['lent']))} / {significant(float(row['borrowed']))}"
    )


def rank_listing(
    table: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str], words: Words
) -> list[Listing]:
    """One table an outcome: mean rank, middle 90 % of ranks, how often first and last."""
    heads = [words(key) for key in ("option", "col_mean_rank", "col_ranks", "col_first", "col_last")]
    made = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name].sort_values(["mean_rank", "strategy"])
        lines = [
            [titles[row["strategy"]], f"{row['mean_rank']:.1f}", words("span", low=f"{row['low_rank']:.3g}", high=f"{row['high_rank']:.3g}"), f"{row['first']:.0%}",
             f"{row['last']:.0%}"]
            for row in rows.to_dict("records")
        ]  # fmt: skip
        made.append(Listing(names[name], heads, lines))
    return made


def winner_listing(
    table: pd.DataFrame,
    names: Mapping[str, str],
    futures: Mapping[str, str],
    titles: Mapping[str, str],
    words: Words,
) -> list[Listing]:
    """One table an outcome: options down, futures across, shares of replicates in which the option is best."""
    made = []
    for name in dict.fromkeys(table["outcome"]):
        wide = table[table["outcome"] == name].pivot(index="strategy", columns="future", values="first")
        shown = [future for future in futures if future in wide.columns]
        rows = [
            [title, *(_percent(wide.loc[s, future]) for future in shown)]
            for s, title in titles.items()
            if s in wide.index
        ]
        made.append(Listing(names[name], [words("option"), *(futures[future] for future in shown)], rows))
    return made


def _percent(value: float) -> str:
    return MISSING if np.isnan(value) else f"{value:.0%}"


def regret_listing(
    table: pd.DataFrame, unit: Unit, futures: Mapping[str, str], titles: Mapping[str, str], words: Words
) -> Listing:
    """What each option loses to the best one of the same world: mean with interval, ninth decile, most, and where."""
    keys = ("option", "col_regret", "col_interval", "col_p90", "col_most", "col_where")
    lines = [
        [titles[row["strategy"]], *_regret(row, unit, words),
         words("where", future=futures[str(row["worst_future"])], replicate=row["worst_replicate"]) if row["max"] > 0.0 else MISSING]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return Listing("", [words(key) for key in keys], lines)


def _regret(row: Mapping[Any, Any], unit: Unit, words: Words) -> list[str]:
    mean, low, high, p90, most = (
        significant(float(row[c]) * unit.factor) for c in ("mean", "mean_low", "mean_high", "p90", "max")
    )
    return [mean, MISSING if low == MISSING else words("interval", low=low, high=high), p90, most]


def attribution_listing(
    table: pd.DataFrame,
    names: Mapping[str, str],
    mechanisms: Mapping[str, str],
    outcomes: Mapping[str, Outcome],
    words: Words,
) -> list[Listing]:
    """One table an outcome: what each mechanism brings as Shapley value, alone and last, with intervals."""
    heads = [
        words(key)
        for key in (
            "mechanism",
            "attribution_shapley",
            "attribution_alone",
            "attribution_last",
            "col_verdict",
        )
    ]
    made = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name]
        unit = words.unit(outcomes[name].unit, float(rows["shapley"].abs().max()))
        lines = [
            [mechanisms.get(row["mechanism"], row["mechanism"]), *(_estimate(row, kind, unit, words) for kind in ("shapley", "alone", "last")),
             words(f"v_{row['verdict']}")]
            for row in rows.to_dict("records")
        ]  # fmt: skip
        made.append(Listing(f"{names[name]} ({unit.difference})", heads, lines))
    return made


def _estimate(row: Mapping[Any, Any], kind: str, unit: Unit, words: Words) -> str:
    value, low, high = with_interval(
        *(float(row[c]) * unit.factor for c in (kind, f"{kind}_low", f"{kind}_high"))
    )
    return value if low == MISSING else f"{value} {words('interval', low=low, high=high)}"


def influence_listing(
    table: pd.DataFrame,
    kinds: Mapping[str, str],
    called: Mapping[str, str],
    names: Mapping[str, str],
    words: Words,
) -> list[Listing]:
    """One table an outcome: inputs down, the quantities `kinds` (column: head) across, with intervals; the strongest first."""
    made = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name].head(MOST_ROWS)
        lines = [
            [called.get(row["parameter"], row["parameter"]), *(_ranged(row, kind, words) for kind in kinds)]
            for row in rows.to_dict("records")
        ]
        made.append(Listing(names.get(str(name), str(name)), [words("parameter"), *kinds.values()], lines))
    return made


def _ranged(row: Mapping[Any, Any], kind: str, words: Words) -> str:
    value, low, high = (significant(float(row[c])) for c in (kind, f"{kind}_low", f"{kind}_high"))
    return f"{value} {words('interval', low=low, high=high)}"
