"""A1: party organizations, from the city committee to grid branches. Own goal: reach, cohesion and residents' trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.needs import Actor, Kind, Level, Role
from sim.organizations.organization import Organization, Seat, community_trust, mean_over_communities
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.state import State


# fmt: off
class PartyParameters(NamedTuple):
    """Size and resting alignment of party organizations."""

    city_staff: float = parameter(0.05, unit="persons per 10,000 residents", low=0.01, high=0.2, source="model §1", grade="judgement",
        en="city committee's staff for community work", zh="市委社区工作力量")
    district_staff: float = parameter(0.2, unit="persons per 10,000 residents", low=0.05, high=0.5, source="model §1", grade="judgement",
        en="district committee's staff for community work", zh="区委社区工作力量")
    street_staff: float = parameter(1.0, unit="persons per 10,000 residents", low=0.3, high=2.0, source="model §1", grade="judgement",
        en="street working committee's staff", zh="街道党工委工作力量")
    community_staff: float = parameter(2.0, unit="persons per community", low=1.0, high=4.0, source="model §1", grade="judgement",
        en="community committee's staff", zh="社区党委工作力量")
    branch_staff: float = parameter(0.3, unit="persons per grid cell", low=0.1, high=1.0, source="model §1", grade="judgement",
        en="full-time equivalent of a grid branch", zh="网格党支部工作力量")
    cross_appointed: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="seed A1", grade="judgement",
        en="share of a committee's time that people give who also hold office in the residents' committee or the street office", zh="党组织与居委会、街道办交叉任职的工时比例")
    alignment: float = parameter(0.65, unit="0-1", low=0.4, high=0.9, source="seed A1", grade="judgement",
        en="resting alignment of party organizations", zh="党组织目标一致度静息值")
# fmt: on


class PartyOrganization(Organization):
    """Party committees and grid branches; the convenors of coordination."""

    actor = Actor.PARTY
    public = True
    goal_en = "reach, cohesion, residents' trust"
    goal_zh = "覆盖面、凝聚力、居民信任"
    seats = (
        Seat(Role.CITY_COMMITTEE, Level.CITY, Kind.ADMINISTRATIVE, "city_staff"),
        Seat(Role.DISTRICT_COMMITTEE, Level.DISTRICT, Kind.ADMINISTRATIVE, "district_staff"),
        Seat(Role.STREET_COMMITTEE, Level.STREET, Kind.ADMINISTRATIVE, "street_staff"),
        Seat(
            Role.COMMUNITY_COMMITTEE, Level.COMMUNITY, Kind.SOCIAL_CAPITAL, "community_staff", absolute=True
        ),
        Seat(Role.GRID_BRANCH, Level.CELL, Kind.VOLUNTARY, "branch_staff", absolute=True),
    )

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Mean of residents' trust, the alignment of its circles, and the share of units that are members."""
        trust = mean_over_communities(state, rows, community_trust(state))
        circle = state.institutions.alignment[state.fixed.circle].mean(1)
        members = state.institutions.member[state.fixed.circle].mean(1)
        cohesion = mean_over_communities(state, rows, circle)
        return (trust + cohesion + mean_over_communities(state, rows, members)) / 3.0
