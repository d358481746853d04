"""A5: enterprises and member units: property firms, public units, state and private firms. Own goal: profit and reputation.

Whether it joins the party network is decided in `membership.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.needs import Actor, Kind, Level, Role
from sim.organizations.membership import join_or_leave
from sim.organizations.organization import Organization, Seat
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.levers import Levers
    from sim.randomness import Draws
    from sim.state import State


# fmt: off
class EnterpriseParameters(NamedTuple):
    """Size, resting alignment and joining of enterprises."""

    property_staff: float = parameter(5.25, unit="persons per 10,000 residents", low=1.0, high=8.0, source="laws §0", grade="judgement", set_for="TG-UTILISATION",
        en="property firm's staff that handles residents' cases", zh="物业企业办件人员")
    unit_staff: float = parameter(1.5, unit="persons per unit", low=0.3, high=5.0, source="seed A5", grade="judgement",
        en="staff of a public unit or firm available to the community", zh="驻区单位可用于社区的人员")
    alignment: float = parameter(0.30, unit="0-1", low=0.1, high=0.6, source="seed A5", grade="judgement",
        en="resting alignment of enterprises and units", zh="企业与单位目标一致度静息值")
    joining_reputation: float = parameter(3.0, unit="logit", low=0.0, high=6.0, source="laws §9", grade="judgement",
        en="pull of reputation and recognition on joining", zh="声誉与荣誉对加入的拉力")
    joining_cost: float = parameter(2.0, unit="logit", low=0.0, high=6.0, source="laws §9", grade="judgement",
        en="push of a full workload against joining", zh="负荷对加入的阻力")
    joining_pace: float = parameter(0.25, unit="1/month", low=0.05, high=1.0, source="laws §9", grade="judgement",
        en="share of willing units that join within a month", zh="愿意加入单位的月加入率")
    leaving: float = parameter(0.10, unit="1/month", low=0.0, high=0.5, source="laws §9", grade="judgement",
        en="share of members that leave a month once nothing is offered", zh="取消机制后的月退出率")
# fmt: on


class Enterprise(Organization):
    """Property firms, public units, state and private firms; the market hours."""

    actor = Actor.ENTERPRISE
    goal_en = "profit and reputation"
    goal_zh = "利润与声誉"
    seats = (
        Seat(Role.PROPERTY_FIRM, Level.COMMUNITY, Kind.MARKET, "property_staff"),
        Seat(Role.PUBLIC_UNIT, Level.COMMUNITY, Kind.ADMINISTRATIVE, "unit_staff", absolute=True),
        Seat(Role.STATE_FIRM, Level.COMMUNITY, Kind.MARKET, "unit_staff", absolute=True),
        Seat(Role.PRIVATE_FIRM, Level.COMMUNITY, Kind.MARKET, "unit_staff", absolute=True),
    )

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Mean of reputation and of what the budget leaves over."""
        t = state.institutions
        margin = 1.0 - t.money_used[rows] / np.maximum(1.0, t.money_available[rows])
        return 0.5 * (t.reputation[rows] + np.clip(5.0 * margin, 0.0, 1.0))

    @classmethod
    def review(cls, state: State, levers: Levers, draws: Draws, day: int, rows: Array) -> None:
        """Join or leave the party network."""
        super().review(state, levers, draws, day, rows)
        join_or_leave(state, levers, draws, day, rows)
