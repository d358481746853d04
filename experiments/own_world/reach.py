"""What the model can draw: shares that contradict each other are told instead of being quietly missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from experiments.own_world.columns import COLUMNS
from experiments.own_world.faults import DataFaults
from experiments.own_world.units import Unit
from sim.parameters import defaults
from sim.population import PopulationParameters
from sim.traits import CHILD, OLD, Traits, traits

#: How far a drawn share may lie from the one that was asked for.
TOLERANCE: Final = 0.002


def judge_reach(units: Sequence[Unit], faults: DataFaults) -> None:
    """Tell each share that cannot be drawn together with the other values of its row, with the nearest that can."""
    for unit in units:
        p = defaults(PopulationParameters, unit.local)
        shares = drawn(p)
        for column in COLUMNS:
            name = column.parameter
            if (
                name not in unit.local
                or name not in shares
                or abs(shares[name] - unit.local[name]) <= TOLERANCE
            ):
                continue
            low, high = (drawn(p._replace(**{name: end}))[name] for end in (0.0, 1.0))
            faults.add(
                "out_of_reach", unit.number, column.name, value=f"{unit.local[name]:g}",
                low=f"{np.ceil(low * 1000) / 1000:g}", high=f"{np.floor(high * 1000) / 1000:g}",
            )  # fmt: skip
            break


def drawn(p: PopulationParameters) -> dict[str, float]:
    """The shares of residents that population parameters really bring about, by parameter."""
    with np.errstate(
        all="ignore"
    ):  # shares that nobody can have at once; what comes out is out of reach and told
        t = traits(p)
    status = np.array([1.0 - p.migrant_share, p.migrant_share])
    further = (p.household_mean - 1.0) / p.household_mean
    ages = _ages(t, further)
    present = status @ ages
    return {
        "child_share": float(present[CHILD]), "old_share": float(present[OLD]), "digital_share": float(present @ t.digital),
        "income_low": float(status @ t.income_cumulated[:, 0]), "income_high": float(1.0 - status @ t.income_cumulated[:, 1]),
    }  # fmt: skip


def _ages(t: Traits, further: float) -> np.ndarray:
    """Shares of age bands by status, `[2, 3]`; `further` residents are not the first of their household."""
    child = t.child * further
    old = (1.0 - child) * t.old
    return np.stack([child, 1.0 - child - old, old], axis=1)
