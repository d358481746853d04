"""A6 as an institution: the volunteers of a community, whose hours come from residents. Own goal: needs met, a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.needs import Actor, Kind, Level, Role
from sim.organizations.organization import Organization, Seat, mean_over_communities
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.state import State


# fmt: off
class VolunteerParameters(NamedTuple):
    """Size and resting alignment of a community's volunteers."""

    teams: float = parameter(4.0, unit="teams per community", low=1.0, high=12.0, source="seed A6", grade="judgement", role="fact",
        en="volunteer teams that can each take one task at a time", zh="志愿服务小组数")
    alignment: float = parameter(0.6, unit="0-1", low=0.3, high=0.9, source="seed A6", grade="judgement",
        en="resting alignment of volunteers", zh="志愿者目标一致度静息值")
# fmt: on


class VolunteerCorps(Organization):
    """A community's volunteers; the voluntary hours."""

    actor = Actor.RESIDENTS
    goal_en = "needs met, a voice"
    goal_zh = "需求得到满足、有发言权"
    seats = (Seat(Role.VOLUNTEERS, Level.COMMUNITY, Kind.VOLUNTARY, "teams", absolute=True),)

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Share of recent cases that were confirmed solved."""
        return mean_over_communities(state, rows, state.communities.recognised)
