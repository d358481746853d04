"""A dose just below full does nearly what a full one does: nothing jumps on the way."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model import CommunityModel
from sim.scenario import Dose

from .check import strategy

#: Enough meetings that their number does not hide how many cases are brought to a table.
PLENTY = {
    "big_committee": {"meetings": 0.5},
    "regional_platform": {"meetings": 0.5},
    "whistle": {"whistles": 1.0},
    "hierarchical_command": {"meetings": 0.5, "convening": 1.0},
}


def joint_share(name: str, intensity: float, parameters: dict[str, float]) -> float:
    """Share of cases that were convened, mean over three replicates."""
    found = []
    for replicate in range(3):
        doses = {name: Dose(intensity=intensity, ramp=0, parameters=parameters)}
        model = CommunityModel(
            world="street", strategy=strategy(doses), replicate=replicate, days=160, reform_day=40
        )
        found.append(model.run().outcomes()["joint_share"])
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [pytest.param(name, p) for name, p in PLENTY.items()],
)
def test_convening_rises_without_a_jump_at_full_dose(name: str, parameters: dict[str, float]) -> None:
    half, nearly, full = (joint_share(name, intensity, parameters) for intensity in (0.5, 0.99, 1.0))
    assert half < nearly
    # From half to full the curve may bend; its last hundredth is not a fifth of it.
    assert abs(full - nearly) < 0.2 * (full - half)
