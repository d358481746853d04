"""Joining and leaving the party network, for all who can be members: firms, public units, social organizations.

    P(join in a month) = pace · offer · logistic(k_r · (reputation + recognition − ½) − k_c · (utilisation − ½))

Who is a member stays while anything is offered, and leaves at a declared rate once nothing is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.randomness import INSTITUTIONS, uniforms
from sim.tables import Array

if TYPE_CHECKING:
    from sim.levers import Levers
    from sim.randomness import Draws
    from sim.state import State


def join_or_leave(state: State, levers: Levers, draws: Draws, day: int, rows: Array) -> None:
    """The monthly decision of the institutions `rows`, keyed by institution and day."""
    t, p = state.institutions, state.parameters.enterprise
    offer = levers.membership[rows]
    pull = p.joining_reputation * (t.reputation[rows] + levers.recognition[rows] - 0.5)
    willing = 1.0 / (1.0 + np.exp(-(pull - p.joining_cost * (t.utilisation[rows] - 0.5))))
    u = uniforms(draws, INSTITUTIONS, rows, day)[0]
    joins = (t.member[rows] == 0.0) & (u < p.joining_pace * offer * willing)
    leaves = (t.member[rows] > 0.0) & (offer == 0.0) & (u < p.leaving)
    t.member[rows] = np.where(joins, 1.0, np.where(leaves, 0.0, t.member[rows]))
