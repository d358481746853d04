"""Ties between institutions: who knows and trusts whom before anything is reformed.

A tie is directed, 0-1, and lives in a community's circle. Its resting strength follows from the seats: same actor kind and
neighbouring level (the line of command), same level, or neither.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.needs import SEATS, Actor, Level, Role
from sim.parameters import parameter
from sim.tables import Array


# fmt: off
class NetworkParameters(NamedTuple):
    """Resting strength of ties by kind of relation."""

    command: float = parameter(0.45, unit="0-1", low=0.2, high=0.8, source="Provan & Kenis 2008", grade="judgement",
        en="tie along a line of command within an actor kind", zh="同系统上下级之间的联系强度")
    same_place: float = parameter(0.35, unit="0-1", low=0.1, high=0.6, source="Provan & Kenis 2008", grade="judgement",
        en="tie between institutions of the same level", zh="同级机构之间的联系强度")
    distant: float = parameter(0.15, unit="0-1", low=0.0, high=0.4, source="Provan & Kenis 2008", grade="judgement",
        en="tie between institutions of different kinds and levels", zh="不同系统与层级之间的联系强度")
# fmt: on


#: Actor kind and level of each seat of a circle.
SEAT_ACTOR: Final = np.array(
    [Actor.PARTY] * 4 + [Actor.GOVERNMENT] * 18 + [Actor.SELF_GOVERNING] * 2 + [Actor.SOCIAL] + [Actor.ENTERPRISE] * 4
    + [Actor.RESIDENTS], np.int32
)  # fmt: skip
SEAT_LEVEL: Final = np.array(
    [Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY] + [Level.CITY] * 8 + [Level.DISTRICT] * 8
    + [Level.STREET, Level.COMMUNITY] + [Level.COMMUNITY] * 2 + [Level.STREET] + [Level.COMMUNITY] * 5, np.int32
)  # fmt: skip


def resting_ties(p: NetworkParameters) -> Array:
    """Resting strength `[30, 30]`; no tie to oneself."""
    same_actor = SEAT_ACTOR[:, None] == SEAT_ACTOR[None, :]
    gap = np.abs(SEAT_LEVEL[:, None] - SEAT_LEVEL[None, :])
    ties = np.full((SEATS, SEATS), p.distant)
    ties[gap == 0] = p.same_place
    ties[same_actor & (gap <= 1)] = p.command
    # Whoever serves residents face to face in a community knows the residents' committee.
    ties[int(Role.RESIDENTS_COMMITTEE), SEAT_LEVEL == Level.COMMUNITY] = p.command
    ties[SEAT_LEVEL == Level.COMMUNITY, int(Role.RESIDENTS_COMMITTEE)] = p.command
    np.fill_diagonal(ties, 0.0)
    return ties


def strengths(ties: Array) -> Array:
    """Mean strength between seats over communities (`[community, 30, 30]`), of both directions, `[30, 30]`, 0-1."""
    mean = ties.mean(axis=0, dtype=np.float64)
    both: Array = (mean + mean.T) / 2.0
    return both
