"""Where need stays unmet: maps of communities from their polygons, and the numbers behind them."""

from __future__ import annotations

from typing import Any, Final

from analysis.figures import place_maps
from analysis.numbers import MISSING, significant, with_interval
from analysis.report.figures import MOST_ROWS, Listing, figure
from analysis.report.reading import Reading

UNIT: Final = "days per resident and year"


def placed(r: Reading) -> dict[str, Any] | None:
    """The map of the baseline, and one of the changes for each option; None where the store keeps no map or no daily sums of communities."""
    if not r.places or r.need_of_places.empty:
        return None
    w, table = r.words, r.need_of_places
    need = place_maps.need_map(table, r.places, r.baseline, r.marks, r.drawn)
    made: dict[str, Any] = {
        "need": figure(
            need, w("places_need_caption", baseline=r.baseline_title, reform_day=r.reform_day), [_levels(r)]
        )
    }
    if table["strategy"].nunique() > 1:
        change = place_maps.change_maps(table, r.places, r.baseline, r.marks, r.drawn)
        pairs = int(table["replicates"].max())
        made["change"] = figure(
            change, w("places_change_caption", baseline=r.baseline_title, pairs=pairs), [_changes(r)]
        )
    return made


def _levels(r: Reading) -> Listing:
    """The level of each community under each option."""
    w, unit = r.words, r.words.unit(UNIT)
    wide = r.need_of_places.pivot_table(index="community", columns="strategy", values="mean")
    shown = [name for name in r.titles if name in wide.columns]
    rows = [
        [_called(r, c), *(significant(float(v)) for v in wide.loc[c, shown])] for c in wide.index[:MOST_ROWS]
    ]
    heads = [w("community"), *(r.titles[name] for name in shown)]
    return Listing(w("places_level", unit=unit.text), heads, rows, _rest(r, len(wide), "places_need"))


def _changes(r: Reading) -> Listing:
    """The difference of each community to the baseline with its interval, an option a column."""
    w, table = r.words, r.need_of_places[r.need_of_places["strategy"] != r.baseline]
    shown = [name for name in r.titles if (table["strategy"] == name).any()]
    by = {(row["community"], row["strategy"]): row for row in table.to_dict("records")}
    communities = sorted(table["community"].unique())
    rows = [
        [_called(r, c), *(_difference(r, by.get((c, name))) for name in shown)]
        for c in communities[:MOST_ROWS]
    ]
    heads = [w("community"), *(r.titles[name] for name in shown)]
    caption = w("places_change", unit=w.unit(UNIT).difference)
    return Listing(caption, heads, rows, _rest(r, len(communities), "places_change"))


def _difference(r: Reading, row: dict[Any, Any] | None) -> str:
    if row is None:
        return MISSING
    value, low, high = with_interval(row["difference"], row["ci_low"], row["ci_high"])
    return value if low == MISSING else f"{value} {r.words('interval', low=low, high=high)}"


def _called(r: Reading, community: int) -> str:
    """Number on the map, and name."""
    return f"{community + 1} {r.places[community].name}"


def _rest(r: Reading, rows: int, file: str) -> str:
    return r.words("data_rows", shown=MOST_ROWS, all=rows, file=file) if rows > MOST_ROWS else ""
