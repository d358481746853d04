"""A3: self-governing organizations: residents' committee and council. Own goal: legitimacy among residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.needs import Actor, Kind, Level, Role
from sim.organizations.organization import Organization, Seat, community_trust, mean_over_communities
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.state import State


# fmt: off
class SelfGoverningParameters(NamedTuple):
    """Size and resting alignment of self-governing organizations."""

    committee_staff: float = parameter(5.1, unit="persons per community", low=5.0, high=5.3, source="EV-ORG-RC-SIZE", grade="data",
        en="members of the residents' committee", zh="居委会成员数")
    council_staff: float = parameter(0.4, unit="persons per community", low=0.1, high=1.0, source="seed A3", grade="judgement",
        en="full-time equivalent of the council", zh="理事会折合全职人数")
    alignment: float = parameter(0.5, unit="0-1", low=0.3, high=0.8, source="seed A3", grade="judgement",
        en="resting alignment of self-governing organizations", zh="自治组织目标一致度静息值")
# fmt: on


class SelfGoverningBody(Organization):
    """Residents' committees and councils; the social-capital hours."""

    actor = Actor.SELF_GOVERNING
    public = True
    goal_en = "legitimacy among residents"
    goal_zh = "居民中的合法性"
    seats = (
        Seat(
            Role.RESIDENTS_COMMITTEE, Level.COMMUNITY, Kind.SOCIAL_CAPITAL, "committee_staff", absolute=True
        ),
        Seat(Role.COUNCIL, Level.COMMUNITY, Kind.SOCIAL_CAPITAL, "council_staff", absolute=True),
    )

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Mean of residents' trust and of their participation (ten per cent volunteering counts as full)."""
        first = state.geography.community_first_cell
        participation = np.add.reduceat(state.cells.participation, first[:-1]) / np.diff(first)
        trust = mean_over_communities(state, rows, community_trust(state))
        return 0.5 * (trust + np.minimum(1.0, 10.0 * mean_over_communities(state, rows, participation)))
