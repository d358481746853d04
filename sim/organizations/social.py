"""A4: social organizations, funded by projects. Own goal: their mission and survival; they grow and shrink with funding."""

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
class SocialParameters(NamedTuple):
    """Size, resting alignment and growth of social organizations."""

    staff: float = parameter(1.0, unit="persons per 10,000 residents", low=0.2, high=3.0, source="laws §0", grade="judgement", set_for="TG-UTILISATION",
        en="professional staff of social organizations", zh="社会组织专业人员")
    alignment: float = parameter(0.5, unit="0-1", low=0.3, high=0.8, source="seed A4", grade="judgement",
        en="resting alignment of social organizations", zh="社会组织目标一致度静息值")
    reputation_rest: float = parameter(0.5, unit="0-1", low=0.3, high=0.7, source="laws §9", grade="judgement",
        en="reputation at which project funding just sustains staff", zh="维持规模所需的声誉水平")
    growth: float = parameter(0.05, unit="1/month", low=0.0, high=0.2, source="laws §9", grade="judgement",
        en="growth of staff per reputation above its resting level or funding beyond wages", zh="规模随声誉与资助增长的速度")
# fmt: on


class SocialOrganization(Organization):
    """Professional service bodies; the professional hours."""

    actor = Actor.SOCIAL
    goal_en = "mission and survival"
    goal_zh = "组织使命与存续"
    seats = (Seat(Role.SOCIAL_ORGANIZATION, Level.STREET, Kind.PROFESSIONAL, "staff", spread=4),)

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Mean of reputation and of the share of its hours that serve its mission."""
        t = state.institutions
        return 0.5 * (t.reputation[rows] + np.minimum(1.0, t.utilisation[rows]))

    @classmethod
    def review(cls, state: State, levers: Levers, draws: Draws, day: int, rows: Array) -> None:
        """Staff follows reputation and funding, within half and three times its size at the start."""
        super().review(state, levers, draws, day, rows)
        join_or_leave(state, levers, draws, day, rows)
        t, p = state.institutions, state.parameters.social
        beyond_wages = levers.added_money[rows] - np.maximum(0.0, levers.added_staff[rows]) * t.wage[rows]
        funding = beyond_wages / np.maximum(1.0, t.staff[rows] * t.wage[rows])
        funding += state.fixed.public_funds - 1.0
        factor = 1.0 + p.growth * (t.reputation[rows] - p.reputation_rest + funding)
        staff = np.maximum(0.0, t.staff[rows] * factor)
        t.staff[rows] = np.clip(staff, 0.5 * t.start_staff[rows], 3.0 * t.start_staff[rows])
