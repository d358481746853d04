"""Ties between institutions, pair by pair, before the reform and at the end of a run: the table `ties/<run_id>.parquet`.

A world holds a tie between every two seats of every community's circle. Kept is their mean over communities, so that the table has as
many rows in a city as in a street; institutions above the community, which sit in many circles, are then one row each.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim import past
from sim.needs import SEATS
from sim.organizations.organization import seat_name
from sim.past import gathered

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.state import State

    Array = npt.NDArray[np.float64]

NOBODY: Final = -1


def strengths(state: State) -> Array:
    """Mean strength of the ties between seats over communities, of both directions, `[30, 30]`, 0-1."""
    mean = state.ties.mean(axis=0, dtype=np.float64)
    both: Array = (mean + mean.T) / 2.0
    return both


def joint_cases(state: State, first: float, last: float) -> Array:
    """Convened cases resolved in `[first, last)` at whose table both seats of a pair sat, `[30, 30]`, cases of all communities."""
    convenor, provider, scope = gathered(
        past.joint_cases(state),
        ("convenor", "provider", "scope"),
        lambda t: (t.closed >= first) & (t.closed < last),
    )
    parts = np.arange(provider.shape[1]) < scope[:, None]
    table = np.where(parts, provider, NOBODY)
    # A convenor who also does the first part sits there once.
    table = np.column_stack([table, np.where(convenor == table[:, 0], NOBODY, convenor)])
    roles = np.where(table == NOBODY, NOBODY, state.institutions.role[table])
    counted = np.zeros((SEATS, SEATS))
    for one, other in combinations(range(table.shape[1]), 2):
        both = (roles[:, one] != NOBODY) & (roles[:, other] != NOBODY) & (table[:, one] != table[:, other])
        np.add.at(counted, (roles[both, one], roles[both, other]), 1.0)
    return counted + counted.T


def ties_table(state: State, before: Array, reform_day: int) -> pd.DataFrame:
    """One row a pair of seats: `institution partner seat partner_seat before after joint_before joint_after`.

    `before` are the `strengths` on the morning of the reform day; `after` those of now. Joint cases are counted up to that day and from it on.
    """
    now = strengths(state)
    earlier, later = joint_cases(state, 0.0, reform_day), joint_cases(state, reform_day, np.inf)
    one, other = np.triu_indices(SEATS, 1)
    names = np.array([seat_name(seat) for seat in range(SEATS)])
    return pd.DataFrame({
        "institution": names[one], "partner": names[other], "seat": one.astype(np.int32), "partner_seat": other.astype(np.int32),
        "before": before[one, other], "after": now[one, other],
        "joint_before": earlier[one, other], "joint_after": later[one, other],
    })  # fmt: skip
