"""Who pays: hours and money by actor kind, from the ledger of institutions.

The past before the reform is common to all options, so the difference of two ledgers is what the option costs from the reform
on; it is given per year and 1,000 residents (hours) or per year and resident (money).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.comparison import LEVEL, paired, verdict
from sim.needs import Actor

YEAR = 365.0
#: Hours are given per 1,000 residents, money per resident, as in the outcomes of cost.
PER = {"hours": 1_000.0, "money": 1.0}
ACTORS = tuple(actor.name.lower() for actor in Actor)
#: Sums of the ledger, and how an account calls them.
USED = {"hours_used": "hours", "money_used": "money", "hours_lent": "lent", "hours_borrowed": "borrowed"}
COLUMNS = ["actor_kind", *USED]


def account(ledger: pd.DataFrame, of: Sequence[str] = ()) -> pd.DataFrame:
    """Hours and money used, hours lent and borrowed in one run, or by the columns `of`, one row an actor kind."""
    kinds = ledger["actor_kind"].astype(str)
    # Sums of equal books in another order differ in their last bits: a thousandth of an hour or yuan is below any meaning.
    used = ledger.groupby([*of, kinds])[list(USED)].sum().round(3)
    return used.rename(columns=USED).reset_index()


def who_pays(
    accounts: pd.DataFrame, baseline: str, residents: float, days: int, reform_day: int
) -> pd.DataFrame:
    """Paired differences of hours and money by actor kind, with their sum as the actor kind `all`.

    `accounts` has columns `strategy replicate actor_kind hours money`. One row a strategy × actor kind × resource: columns
    `strategy actor_kind resource baseline_mean difference ci_low ci_high replicates verdict`: `baseline_mean` over the whole run,
    differences over the days from the reform on.
    """
    rows = []
    for resource, per in PER.items():
        whole, after = (YEAR / span * per / residents for span in (days, max(days - reform_day, 1)))
        wide = accounts.pivot_table(
            index=["strategy", "replicate"], columns="actor_kind", values=resource, fill_value=0.0
        )
        known = [a for a in ACTORS if a in wide.columns]
        wide = wide[known + [a for a in wide.columns if a not in known]].assign(all=lambda w: w.sum(axis=1))
        base = wide.loc[[baseline]].droplevel(0)
        for strategy in dict.fromkeys(accounts["strategy"]):
            if strategy != baseline:
                rows += _rows(strategy, resource, wide.loc[[strategy]].droplevel(0), base, whole, after)
    return pd.DataFrame(rows)


def _rows(
    strategy: str, resource: str, ours: pd.DataFrame, base: pd.DataFrame, whole: float, after: float
) -> list[dict[str, object]]:
    shared = base.index.intersection(ours.index)
    rows: list[dict[str, object]] = []
    for kind in ours.columns:
        result = paired(ours.loc[shared, kind].to_numpy(float), base.loc[shared, kind].to_numpy(float), LEVEL)
        ends = np.array([result.difference, result.ci_low, result.ci_high]) * after
        rows.append({
            "strategy": strategy, "actor_kind": kind, "resource": resource, "baseline_mean": result.baseline_mean * whole,
            "difference": ends[0], "ci_low": ends[1], "ci_high": ends[2], "replicates": result.replicates,
            "verdict": verdict(result, ""),
        })  # fmt: skip
    return rows
