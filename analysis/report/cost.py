"""Cost as a section of the page: what changes in hours and money, what an effect costs, who pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis import cost_effectiveness as worth
from analysis import pareto
from analysis.figures import acceptability, cost_plane
from analysis.figures import cost_effectiveness as effect_figure
from analysis.numbers import MISSING, significant, with_interval
from analysis.report.blocks import Grid, payer_grid
from analysis.report.figures import Figure, Listing, difference_listing, figure
from analysis.report.reading import Reading
from analysis.report.words import Unit, Words

PAYER_UNITS = {"hours": "hours per 1,000 residents and year", "money": "CNY per resident and year"}
#: Outcomes of which is asked what they cost.
EFFECTS: Final = ("unmet_need_days", "satisfaction")
PRICE_HEADS: Final = {"unmet_need_days": "price_of_day", "satisfaction": "price_of_point"}
#: Columns of the table of acceptability.
PRICES: Final = 6
MIXED: Final = " + "


def cost(r: Reading) -> dict[str, Any]:
    """The planes, the efficiency frontier, acceptability and who pays."""
    return {
        "figure": _plane(r),
        "effects": _effects(r),
        "acceptability": _acceptability(r),
        "payers": _payers(r),
        "no_payers": r.words("no_ledger" if r.ledgers.empty else "nobody_beside"),
        "baseline": r.baseline_title,
    }


def _plane(r: Reading) -> Figure | None:
    here = set(r.table["outcome"])
    if cost_plane.NEED not in here or not here.intersection(cost_plane.COSTS):
        return None
    sheet = cost_plane.cost_plane(r.table, r.marks, r.baseline, r.drawn)
    listings = difference_listing(sheet.data, r.names, r.titles, r.words)
    return figure(sheet, r.words("plane_caption"), listings)


def increments(r: Reading, effect: str) -> pd.DataFrame:
    """What options bring and cost against the baseline in each replicate; empty where the store does not tell."""
    runs = r.store.runs
    if r.table.empty or not {worth.COST, effect} <= set(runs.columns):
        return pd.DataFrame()
    return worth.increments(runs, r.baseline, effect=effect, better=r.outcomes[effect].better)


def _effects(r: Reading) -> Figure | None:
    """The cost-effectiveness plane with the efficiency frontier, a panel an effect."""
    parts = []
    for name in EFFECTS:
        found = increments(r, name)
        if len(found):
            share = pareto.shares(found)
            table = worth.efficient(found)
            parts.append(table.assign(outcome=name, pareto_share=[share[s] for s in table["strategy"]]))
    if not parts:
        return None
    table = pd.concat(parts, ignore_index=True)
    sheet = effect_figure.cost_effectiveness(table, r.outcomes, r.marks, r.drawn)
    caption = r.words("effect_caption", baseline=r.baseline_title, replicates=int(table["replicates"].max()))
    return figure(sheet, caption, effect_listing(r, table))


def effect_listing(r: Reading, table: pd.DataFrame) -> list[Listing]:
    """One table an effect: what an option brings, costs, where it stands, and what one unit more costs."""
    w, made = r.words, []
    price = w.unit(r.outcomes[worth.COST].unit)
    for name in dict.fromkeys(table["outcome"]):
        unit = w.unit(r.outcomes[name].unit)
        heads = [
            w("option"), w(f"axis_gain_{name}", unit=unit.difference), w("axis_programme_cost", unit=price.text), w("col_place"),
            w(PRICE_HEADS[name]), w("col_pareto_share"),
        ]  # fmt: skip
        rows = [
            [r.titles[row["strategy"]], _ranged(row, "effect", unit, w), _ranged(row, "cost", price, w), place(row, r.baseline, r.titles, w),
             significant(float(row["price"]) / unit.factor), f"{row['pareto_share']:.0%}"]
            for row in table[table["outcome"] == name].to_dict("records")
        ]  # fmt: skip
        made.append(Listing(w(f"effect_{name}"), heads, rows))
    return made


def _ranged(row: Mapping[Any, Any], name: str, unit: Unit, words: Words) -> str:
    ends = (float(row[c]) * unit.factor for c in (name, f"{name}_low", f"{name}_high"))
    value, low, high = with_interval(*ends)
    return value if low == MISSING else f"{value} {words('interval', low=low, high=high)}"


def place(row: Mapping[Any, Any], baseline: str, titles: Mapping[str, str], words: Words) -> str:
    """Where an option stands; one that changes nothing is equal to the baseline, wherever that stands."""
    if row["verdict"] == "equal" and row["strategy"] != baseline:
        return words("v_equal")
    by = str(row["by"])
    names = [titles[by]] if by in titles else [titles[one] for one in by.split(MIXED) if one in titles]
    return words(f"place_{row['status']}", by=MIXED.join(names))


def _acceptability(r: Reading) -> Figure | None:
    """How surely each option is the best one; None for fewer than two complete replicates."""
    found = increments(r, worth.EFFECT)
    if found.empty or found["replicate"].nunique() < 2:
        return None
    curve = worth.acceptability(found, worth.willingness(found))
    labels = {key: r.drawn(f"accept_{key}") for key in ("probability", "share", "axis", "alt")}
    sheet = acceptability.acceptability(curve, r.marks, labels)
    return figure(sheet, r.words("accept_caption"), acceptability_listing(r, curve))


def acceptability_listing(r: Reading, curve: pd.DataFrame) -> list[Listing]:
    """Both panels as tables: options down, a few values of willingness to pay across."""
    prices = np.unique(curve["willingness"])
    chosen = prices[np.unique(np.linspace(0, len(prices) - 1, PRICES).round().astype(int))]
    heads = [r.words("option"), *(r.words("col_worth", price=significant(float(price))) for price in chosen)]
    made = []
    for name in acceptability.SHOWN:
        wide = curve.pivot(index="strategy", columns="willingness", values=name)[chosen]
        rows = [
            [title, *(f"{v:.0%}" for v in wide.loc[s])] for s, title in r.titles.items() if s in wide.index
        ]
        made.append(Listing(r.words(f"accept_{name}"), heads, rows))
    return made


def _payers(r: Reading) -> dict[str, Grid] | None:
    """Hours and money by actor kind."""
    if r.who_pays.empty:
        return None
    made = {}
    for resource, unit_name in PAYER_UNITS.items():
        rows = r.who_pays[r.who_pays["resource"] == resource]
        unit = r.words.unit(unit_name, float(rows["baseline_mean"].abs().max()))
        made[resource] = payer_grid(rows, unit, r.titles, r.words)
    return made
