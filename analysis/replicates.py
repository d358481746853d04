"""How many replicates a wanted precision takes, and when a comparison may stop adding them.

The 95 % interval of a paired difference is `d ± t(0.975, n - 1) · s_d / √n`. The replicates required for a half width `h` are the
smallest `n` with

    t(0.975, n - 1) · s_d / √n ≤ h

where the quantile depends on `n` itself and is iterated until it agrees (Law 2015, Simulation Modeling and Analysis, section 9.4).

A comparison is precise enough when every half width is at most `precision` times the larger of two sizes, both in the outcome's own
unit: the difference itself, and the standard deviation of the outcome between replicates of the baseline. So each difference is known
to within that part of its own size, or, where it is small, to within that part of what chance alone moves from one replicate to
the next. The second size does not shrink with `n`, so the rule ends also where the truth is no difference at all.

Stopping by what has been seen makes intervals too narrow: too small an `s_d` stops early. Coverage tends to its level only as
precision tends to 0 (Chow & Robbins 1965); the remedy is a first stage that must be complete before anything is looked at, and few
looks: the number of replicates jumps to what the formula predicts, at most doubling (`next_stage`). From a first stage of `FIRST_STAGE`
on, intervals that mean 95 % hold 94 to 95 % in simulations, and about 91 % in the worst case found: where only the size of the
difference can satisfy the rule, differences that look larger than they are stop first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from analysis.comparison import LEVEL, paired

if TYPE_CHECKING:
    from sim.outcomes import Outcome

#: Replicates that are complete before precision is judged.
FIRST_STAGE: Final = 10
COLUMNS: Final = (
    "world", "future", "strategy", "outcome", "unit", "replicates", "difference", "half_width", "wanted", "needed",
)  # fmt: skip


def half_width(sd: float, replicates: int, level: float = LEVEL) -> float:
    """Half width of the interval of a mean of `replicates` differences of standard deviation `sd`, in the unit of `sd`; NaN below two."""
    if replicates < 2:
        return math.nan
    return float(stdtrit(replicates - 1, 0.5 + level / 2)) * sd / math.sqrt(replicates)


def required(sd: float, wanted: float, level: float = LEVEL) -> float:
    """Fewest replicates, at least 2, whose half width is at most `wanted` (same unit as `sd`).

    Infinite for `wanted` of 0 while `sd` is not, NaN where one of the two is missing.
    """
    if math.isnan(sd) or math.isnan(wanted):
        return math.nan
    if sd <= 0:
        return 2.0
    if wanted <= 0:
        return math.inf
    # The normal quantile is the smaller one, so its answer is where the search may begin.
    n = max(2, math.ceil((float(ndtri(0.5 + level / 2)) * sd / wanted) ** 2))
    while half_width(sd, n, level) > wanted:
        n += 1
    return float(n)


def precision_table(
    runs: pd.DataFrame, baseline: str, precision: float, outcomes: Sequence[Outcome] | None = None, level: float = LEVEL
) -> pd.DataFrame:  # fmt: skip
    """How wide each paired difference is, how wide it may be, and the replicates it needs; columns `COLUMNS`.

    `runs` has one row a run; `outcomes` are the headlines by default. Rows that have no half width, for want of two complete pairs,
    are left out: no number of replicates is known to help them.
    """
    from sim.outcomes import OUTCOMES

    known = [o for o in (outcomes or [o for o in OUTCOMES if o.headline]) if o.name in runs.columns]
    rows = []
    for (world, future), group in runs.groupby(["world", "future"], sort=False):
        wide = {str(s): g.set_index("replicate") for s, g in group.groupby("strategy", sort=False)}
        base = wide.pop(baseline, None)
        if base is None:
            continue
        for strategy, table in wide.items():
            shared = base.index.intersection(table.index)
            for outcome in known:
                ours, theirs = (t.loc[shared, outcome.name].to_numpy(float) for t in (table, base))
                found = paired(ours, theirs, level)
                if found.replicates < 2:
                    continue
                complete = theirs[np.isfinite(ours) & np.isfinite(theirs)]
                wanted = precision * max(abs(found.difference), float(complete.std(ddof=1)))
                rows.append((
                    world, future, strategy, outcome.name, outcome.unit, found.replicates, found.difference,
                    (found.ci_high - found.ci_low) / 2, wanted, required(found.sd_difference, wanted, level),
                ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def unmet(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a `precision_table` that are still too wide, the one that needs most replicates first."""
    late = table[table["needed"] > table["replicates"]]
    return late.sort_values("needed", ascending=False, kind="stable")


def next_stage(replicates: int, needed: float, most: int) -> int:
    """Replicates of the next look: what is needed, at least one more, at most twice as many as now and `most` in all."""
    return int(min(most, max(replicates + 1, min(needed, 2 * replicates))))
