"""The four things that a portfolio is judged by: need, satisfaction, equity, cost. Never one sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

#: Outcomes that tell equity: differences in unmet need given need.
GAPS: Final = ("gap_migrant", "gap_age", "gap_income", "gap_digital")
#: Outcomes that answer to the objectives, shown where a table must be short.
SHOWN: Final = ("unmet_need_days", "gap_migrant", "gap_digital", "satisfaction", "programme_cost")


class Objective(NamedTuple):
    """A number of each run, `[runs]`, and whether less or more of it is wanted."""

    name: str
    unit: str
    wanted: Literal["minimize", "maximize"]
    of: Callable[[pd.DataFrame], pd.Series]


def _mean_gap(runs: pd.DataFrame) -> pd.Series:
    """Mean distance of the gaps from zero: a gap in favour of the disadvantaged is a gap too. Gaps without data are left out."""
    return runs[list(GAPS)].abs().mean(axis=1)


OBJECTIVES: Final = (
    Objective("need", "days per resident and year", "minimize", lambda runs: runs["unmet_need_days"]),
    Objective("satisfaction", "0-100", "maximize", lambda runs: runs["satisfaction"]),
    Objective("equity", "days per need", "minimize", _mean_gap),
    Objective("cost", "CNY per resident and year", "minimize", lambda runs: runs["programme_cost"]),
)
