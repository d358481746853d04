"""The comparison, its cost and its equity, as sections of the page; None where the store holds nothing for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.figures import cost_plane, forest
from analysis.figures import equity as equity_figure
from analysis.figures import frontier as frontier_figure
from analysis.frontier import COST, frontier
from analysis.numbers import significant
from analysis.report.blocks import Grid, blocks, grid, payer_grid
from analysis.report.figures import Figure, difference_listing, equity_listing, figure, frontier_listing
from analysis.report.findings import DECIDED, SIGNIFICANT
from analysis.report.reading import Reading
from sim.outcomes import OUTCOMES
from sim.records import PAIRS

#: The four readings of G4 and the outcomes that they are means of (`sim.outcomes`); idle hours and burnout count reversed.
COMPOSITES = {
    "warmth": ("satisfaction", "trust"),
    "height": ("coverage_depth", "joint_share"),
    "force": ("idle_share", "burnout"),
    "effect": ("needs_met_30d", "confirmed_rate"),
}
PAYER_UNITS = {"hours": "hours per 1,000 residents and year", "money": "CNY per resident and year"}


def compared(r: Reading) -> dict[str, Any] | None:
    """The forest plot, the blocks of outcomes and how to read them."""
    if r.table.empty:
        return None
    w = r.words
    sheet = forest.forest(r.table, [o for o in OUTCOMES if o.headline], r.marks, r.drawn)
    listings = difference_listing(sheet.data, r.names, r.titles, w)
    return {
        "intro": w("comparison_intro", baseline=r.baseline_title),
        "blocks": blocks(r.table, OUTCOMES, r.titles, w),
        "baseline": r.baseline_title,
        "figure": figure(sheet, w("differences_caption", baseline=r.baseline_title), listings)
        if sheet.panels
        else None,
        "holm": holm_note(r),
        "method": _method(r),
    }


def holm_note(r: Reading) -> str:
    """What † means; empty when no difference carries it."""
    marked = r.table["verdict"].isin(DECIDED) & (r.table["p_holm"] >= SIGNIFICANT)
    return r.words("holm_note", tests=r.table["strategy"].nunique()) if marked.any() else ""


def _method(r: Reading) -> str:
    ratios = r.table["variance_ratio"].replace(np.inf, np.nan).dropna()
    if ratios.empty:
        return ""
    pairs = r.table.loc[r.table["replicates"] > 0, "replicates"]
    fewest, most = int(pairs.min()), int(pairs.max())
    n = str(most) if fewest == most else f"{fewest}–{most}"
    return r.words("method_text", replicates=n, ratio=significant(float(ratios.median()), 2))


def cost(r: Reading) -> dict[str, Any]:
    """The cost plane, the frontier and who pays."""
    return {"figure": _plane(r), "frontier": _frontier(r), "payers": _payers(r), "baseline": r.baseline_title}


def _plane(r: Reading) -> Any:
    here = set(r.table["outcome"])
    if cost_plane.NEED not in here or not here.intersection(cost_plane.COSTS):
        return None
    sheet = cost_plane.cost_plane(r.table, r.marks, r.baseline, r.drawn)
    return figure(sheet, r.words("plane_caption"), difference_listing(sheet.data, r.names, r.titles, r.words))


def _frontier(r: Reading) -> Figure | None:
    """Which options none other beats on unmet need or satisfaction at no more cost."""
    here = [r.outcomes[name] for name in ("unmet_need_days", "satisfaction") if name in r.store.runs]
    if r.table.empty or COST not in r.store.runs:
        return None
    table = frontier(r.store.runs, here)
    if table.empty:
        return None
    sheet = frontier_figure.frontier(table, r.outcomes, r.marks, r.drawn)
    caption = r.words("frontier_caption", replicates=int(table["replicates"].max()))
    return figure(sheet, caption, frontier_listing(table, r.outcomes, r.titles, r.words))


def composite(r: Reading) -> list[Grid] | None:
    """The composite readings, each beside its parts."""
    present = set(r.table["outcome"])
    found = [
        [r.outcomes[name] for name in (whole, *parts) if name in present]
        for whole, parts in COMPOSITES.items()
        if whole in present
    ]
    return [grid(r.table, outcomes, r.titles, r.words) for outcomes in found] or None


def _payers(r: Reading) -> dict[str, Any] | None:
    """Hours and money by actor kind."""
    if r.who_pays.empty:
        return None
    made = {}
    for resource, unit_name in PAYER_UNITS.items():
        rows = r.who_pays[r.who_pays["resource"] == resource]
        unit = r.words.unit(unit_name, float(rows["baseline_mean"].abs().max()))
        made[resource] = payer_grid(rows, unit, r.titles, r.words)
    return made


def equity(r: Reading) -> dict[str, Any] | None:
    """Gaps between groups, scored on need."""
    if r.gaps.empty:
        return None
    sheet = equity_figure.equity(r.gaps, r.marks, r.drawn)
    gaps = [r.outcomes[name] for name in PAIRS if name in set(r.table["outcome"])]
    return {
        "figure": figure(sheet, r.words("equity_caption"), equity_listing(r.gaps, r.titles, r.words)),
        "grid": grid(r.table, gaps, r.titles, r.words) if gaps else None,
        "baseline": r.baseline_title,
    }
