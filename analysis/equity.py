"""Equity, scored on need: how long a need goes unmet in one group and in its counterpart.

`unmet days per need of group s = Σ unmet_days_s / Σ needs_arisen_s` over the evaluation window, so that groups are compared at
equal need; reporting plays no part in it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.records import PAIRS

COLUMNS = ("strategy", "replicate", "outcome", "group", "disadvantaged", "value")


def columns() -> list[str]:
    """The daily columns that equity reads."""
    groups = [s for pair in PAIRS.values() for s in pair]
    return [f"{kind}_{s}" for kind in ("unmet_days", "needs_arisen") for s in groups]


def by_group(day_sums: pd.DataFrame, reform_day: int) -> pd.DataFrame:
    """Unmet days per need of each group in one run: columns `outcome` (the gap), `group`, `disadvantaged`, `value` (days)."""
    window = day_sums.loc[reform_day:].sum()
    rows = []
    for outcome, pair in PAIRS.items():
        for position, group in enumerate(pair):
            needs = window[f"needs_arisen_{group}"]
            value = window[f"unmet_days_{group}"] / needs if needs > 0 else np.nan
            rows.append({"outcome": outcome, "group": group, "disadvantaged": position == 0, "value": value})
    return pd.DataFrame(rows)


def group_means(groups: pd.DataFrame) -> pd.DataFrame:
    """Mean over replicates by strategy, gap and group, from `COLUMNS`."""
    keys = ["strategy", "outcome", "group", "disadvantaged"]
    return groups.groupby(keys, sort=False)["value"].agg(mean="mean", replicates="count").reset_index()
