"""The circle of institutions before and after options start: how they are tied, aligned and enrolled, and who lends hours.

How dense, central and mutual the ties of each circle are on each day is compared here as means over the last `SPAN` days before the
reform and over the last `SPAN` days of the run; single ties are in `analysis.network`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

SPAN: Final = 28
#: Measures `sum of a column over communities / sum of another`; None: over the number of communities.
MEASURES: Final[dict[str, tuple[str, str | None]]] = {
    "tie_density": ("tie_density", None),
    "tie_centralization": ("tie_centralization", None),
    "tie_reciprocity": ("tie_reciprocity", None),
    "alignment": ("alignment_sum", "circle"),
    "members": ("members", None),
}
UNITS: Final = {**dict.fromkeys(MEASURES, "0-1"), "members": "institutions per community"}


def columns() -> list[str]:
    """The daily columns that the measures read."""
    return sorted({name for pair in MEASURES.values() for name in pair if name})


def state(day_sums: pd.DataFrame, communities: int, reform_day: int) -> pd.DataFrame:
    """One row a measure of one run, columns `measure before after`; NaN where no day lies before the reform."""
    days = day_sums.index.to_numpy()
    before = (days >= reform_day - SPAN) & (days < reform_day)
    after = (days >= reform_day) & (days > days.max() - SPAN)
    values = {name: day_sums[name].to_numpy(float) for name in columns()}
    rows = [
        (name, *(_mean(values, above, below, communities * span.sum(), span) for span in (before, after)))
        for name, (above, below) in MEASURES.items()
    ]
    return pd.DataFrame(rows, columns=["measure", "before", "after"])


def _mean(
    values: dict[str, npt.NDArray[np.float64]],
    above: str,
    below: str | None,
    places: float,
    span: npt.NDArray[np.bool_],
) -> float:
    count = float(places) if below is None else float(values[below][span].sum())
    return float(values[above][span].sum()) / count if count > 0.0 else float("nan")


def means(states: pd.DataFrame) -> pd.DataFrame:
    """Means over replicates by `strategy` and `measure`, and of `after` the lowest and highest replicate."""
    grouped = states.groupby(["strategy", "measure"], sort=False)
    return grouped.agg(
        before=("before", "mean"),
        after=("after", "mean"),
        low=("after", "min"),
        high=("after", "max"),
        replicates=("after", "count"),
    ).reset_index()


def lending(accounts: pd.DataFrame, residents: float) -> pd.DataFrame:
    """Hours lent and borrowed over a run by actor kind and 1,000 residents, columns `strategy actor_kind lent borrowed`."""
    grouped = accounts.groupby(["strategy", "actor_kind"], sort=False)[["lent", "borrowed"]].mean()
    return (grouped * 1_000.0 / residents).reset_index()
