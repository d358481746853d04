"""The comparison and its composites as sections of the page; None where the store holds nothing for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.figures import forest
from analysis.numbers import significant
from analysis.report.blocks import Grid, blocks, grid
from analysis.report.figures import difference_listing, figure
from analysis.report.findings import DECIDED, SIGNIFICANT
from analysis.report.reading import Reading
from sim.outcomes import OUTCOMES

#: The four readings of G4 and the outcomes that they are means of (`sim.outcomes`); idle hours and burnout count reversed.
COMPOSITES = {
    "warmth": ("satisfaction", "trust"),
    "height": ("coverage_depth", "joint_share"),
    "force": ("idle_share", "burnout"),
    "effect": ("needs_met_30d", "confirmed_rate"),
}


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


def composite(r: Reading) -> list[Grid] | None:
    """The composite readings, each beside its parts."""
    present = set(r.table["outcome"])
    found = [
        [r.outcomes[name] for name in (whole, *parts) if name in present]
        for whole, parts in COMPOSITES.items()
        if whole in present
    ]
    return [grid(r.table, outcomes, r.titles, r.words) for outcomes in found] or None
