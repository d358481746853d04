"""Equity, scored on need: how much longer a need stays unmet in one group than in its counterpart.

The gaps are outcomes of each run (`sim.outcomes`); here they are only gathered, as levels of every strategy beside zero, where
both groups fare alike. Their paired differences stand in the comparison.
"""

from __future__ import annotations

import pandas as pd

from sim.records import PAIRS


def gap_levels(runs: pd.DataFrame) -> pd.DataFrame:
    """Levels of the gaps by strategy: columns `strategy outcome mean low high replicates`, low and high over replicates."""
    names = [name for name in PAIRS if name in runs.columns]
    tall = runs.melt(["strategy", "replicate"], names, var_name="outcome", value_name="value")
    grouped = tall.groupby(["strategy", "outcome"], sort=False)["value"]
    return grouped.agg(mean="mean", low="min", high="max", replicates="count").reset_index()
