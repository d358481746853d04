"""Committee leadership: the district committee sets priorities and shifts staff, after consultation, and takes up cross-level cases."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import CATEGORIES, Level, Role
from sim.parameters import parameter
from sim.randomness import INSTITUTIONS, uniforms

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class CommitteeLeadershipParameters(NamedTuple):
    """Constants of leadership by the district committee."""

    chosen: float = parameter(2.0, unit="categories", low=1.0, high=4.0, source="seed F1", grade="judgement",
        en="categories that are a priority at a time", zh="同时列为重点的类别数")
    classes: float = parameter(2.0, unit="urgency classes", low=0.5, high=3.0, source="seed F1", grade="judgement",
        en="urgency classes by which a priority is moved up everywhere", zh="重点类别提升的紧急等级")
    shift: float = parameter(0.10, unit="share", low=0.0, high=0.4, source="seed F1", grade="judgement",
        en="share of the other departments' staff that moves, with its wages, to those of the priorities", zh="其他部门向重点部门调配的人员比例")
    consulted: float = parameter(0.7, unit="share", low=0.0, high=1.0, source="seed F1", grade="judgement", deep=True,
        en="weight of what consultation tells (open cases) against the campaign of the season", zh="协商所反映的在办事项相对于阶段性中心工作的权重")
    campaign_days: float = parameter(90.0, unit="days", low=30.0, high=365.0, source="mechanisms, committee leadership", grade="judgement",
        en="days that a campaign lasts", zh="阶段性中心工作的周期")
    convening: float = parameter(0.2, unit="share", low=0.0, high=1.0, source="seed E1", grade="judgement",
        en="share of multi-organization cases that start at the district", zh="由区级牵头的跨部门事项比例")
    pulled_up: float = parameter(0.02, unit="share", low=0.0, high=0.3, source="mechanisms, committee leadership", grade="judgement",
        en="share of simple cases that are pulled up all the same", zh="简单事项被提级的比例")
    meetings: float = parameter(0.12, unit="meetings per community and day", low=0.02, high=0.5, source="seed F1", grade="judgement",
        en="cases that the district committee can take up", zh="区委可受理的事项数")
    waiting: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="mechanisms, committee leadership", grade="judgement",
        en="share of such cases that wait for the committee rather than go one by one", zh="等待区委研究的比例")
    authority: float = parameter(0.7, unit="share", low=0.3, high=1.0, source="seed F1", grade="judgement",
        en="share of parts decided by the committee on the spot", zh="区委当场决定的比例")
    slower: float = parameter(0.15, unit="share", low=0.0, high=1.0, source="mechanisms, committee leadership", grade="judgement",
        en="longer lag of each hand-over and level by consultation", zh="协商带来的移交时滞增加")
    district_hours: float = parameter(0.4, unit="hours per worker and day", low=0.1, high=1.5, source="mechanisms, committee leadership", grade="judgement",
        en="hours of the district committee's staff for priorities and budgets", zh="区委统筹工时")
    consultation_hours: float = parameter(0.2, unit="hours per worker and day", low=0.05, high=1.0, source="mechanisms, committee leadership", grade="judgement",
        en="hours of the street committees' staff for consultation", zh="街道党工委协商工时")
# fmt: on

_CAMPAIGN: Final = zlib.crc32(b"committee_leadership")


class CommitteeLeadership(Mechanism):
    """The district committee chooses priorities, moves staff to them, and leads what crosses levels.

        score_k = consulted · open cases_k / open cases + (1 − consulted) · attention_k

    The highest scores are the priorities. What consultation hears is what has been reported, not what is needed; attention is the
    campaign of the season, shares drawn for each district, uniform over all divisions of one. Example: open cases 80, 29 and 16 of
    141 in property, utilities and care, attention 0.1, 0 and 0.4: scores 0.43, 0.14 and 0.20; property and care move up two classes.
    """

    seed = ("F1", "E1", "D2")
    theory = (
        "Leadership sets the agenda, and attention given to one issue is taken from others: Jones & Baumgartner 2005, The Politics "
        "of Attention; campaigns displace routine: Zhou 2012, Open Times 9."
    )
    title: ClassVar[dict[str, str]] = {"en": "Two-level committee leadership", "zh": "两级党委统筹"}
    summary: ClassVar[dict[str, str]] = {
        "en": "The district committee sets priorities and budgets after consultation and leads cases that cross levels.",
        "zh": "区委经协商确定重点与资源投向，牵头跨层级事项。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district committee: hours of leading, and meetings as they happen; street committee: consultation",
        "zh": "区委：统筹与会商工时；街道党工委：协商工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "wrong priorities starve other categories; too many cases are pulled up and wait for the committee",
        "zh": "重点失当挤压其他类别；提级过多、积压待议",
    }
    Parameters = CommitteeLeadershipParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of the district committee and of the street committees, for each post; meetings are booked as they happen."""
        p, posts = self.parameters, state.institutions.start_staff
        heads, streets = rows_of(state, Role.DISTRICT_COMMITTEE), rows_of(state, Role.STREET_COMMITTEE)
        return [
            Charge(heads, hours=p.district_hours * posts[heads] * over_area(state, heads, dose)),
            Charge(streets, hours=p.consultation_hours * posts[streets] * over_area(state, streets, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Priorities, staff that follows them, and cases that start at the district."""
        p = self.parameters
        heads = rows_of(state, Role.DISTRICT_COMMITTEE)
        priorities = self._priorities(state, heads, moment)
        own = np.searchsorted(heads, state.fixed.circle[:, Role.DISTRICT_COMMITTEE])
        levers.add("priority", p.classes * dose[:, None] * priorities[own])
        self._shift(levers, state, heads, priorities, over_area(state, heads, dose))
        levers.add("slots", p.meetings * sum_over_area(state, heads, dose), heads)
        levers.add("convening", p.convening * dose)
        levers.add("minor_convening", p.pulled_up * dose)
        levers.add("wait_for_slot", p.waiting * dose)
        levers.add("authority", p.authority * dose)
        levers.add("leadership_level", float(Level.DISTRICT) * (dose > 0.0))
        levers.add("handover_lag", 1.0 + p.slower * dose)

    def _priorities(self, state: State, heads: Array, moment: Moment) -> Array:
        """Categories that each district has chosen, `[districts, categories]` of truth values."""
        p = self.parameters
        heard = np.stack([sum_over_area(state, heads, column) for column in _open_cases(state).T], axis=1)
        season = moment.start + int(moment.age // p.campaign_days * p.campaign_days)
        each = CATEGORIES * heads[:, None] + np.arange(CATEGORIES)
        drawn = -np.log(uniforms(moment.draws, INSTITUTIONS, each.ravel(), season, _CAMPAIGN)[0]).reshape(
            each.shape
        )
        attention = drawn / drawn.sum(1, keepdims=True)
        told = heard / np.maximum(1.0, heard.sum(1, keepdims=True))
        score = p.consulted * told + (1.0 - p.consulted) * attention
        rank = np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
        return rank < round(p.chosen)

    def _shift(
        self, levers: Contributions, state: State, heads: Array, priorities: Array, dose: Array
    ) -> None:
        """Move staff with its wages from the other departments of a district to those of its priorities, in equal parts."""
        t = state.institutions
        seats = slice(int(Role.DISTRICT_DEPARTMENT), int(Role.DISTRICT_DEPARTMENT) + CATEGORIES)
        own = state.fixed.circle[t.first_community[heads], seats]
        given = np.where(priorities, 0.0, self.parameters.shift * dose[:, None] * t.staff[own])
        received = priorities * given.sum(1, keepdims=True) / priorities.sum(1, keepdims=True)
        levers.add("added_staff", received - given, own)
        levers.add("added_money", (received - given) * t.wage[own], own)


def _open_cases(state: State) -> Array:
    """Open cases by community and category, `[communities, categories]`."""
    rows = state.lists.open_cases[: state.sizes.open_cases[0]]
    counted = np.zeros((state.geography.n_communities, CATEGORIES))
    np.add.at(counted, (state.cases.community[rows], state.cases.category[rows]), 1.0)
    return counted
