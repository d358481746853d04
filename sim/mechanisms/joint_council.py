"""Joint council: a weekly sitting of the committees settles cases across boundaries in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, departments, over_area, sum_over_area
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class JointCouncilParameters(NamedTuple):
    """Constants of the weekly sitting."""

    convening: float = parameter(0.5, unit="share", low=0.1, high=1.0, source="seed F3", grade="judgement",
        en="share of multi-organization cases put on the agenda", zh="列入联席会议议程的跨部门事项比例")
    minor: float = parameter(0.03, unit="share", low=0.0, high=0.3, source="mechanisms, joint council", grade="judgement",
        en="share of simple cases put on the agenda all the same", zh="简单事项被列入议程的比例")
    places: float = parameter(1.0, unit="cases per community and week", low=0.2, high=5.0, source="seed F3", grade="judgement",
        en="cases that a sitting of each level takes up", zh="每级每周会议可受理的事项数")
    waiting: float = parameter(0.8, unit="share", low=0.2, high=1.0, source="seed F3", grade="judgement",
        en="share of cases on the agenda that wait for the sitting rather than go one by one", zh="等待会议而非逐一办理的比例")
    authority: float = parameter(0.6, unit="share", low=0.1, high=1.0, source="seed F3", grade="judgement",
        en="share of parts decided at the sitting", zh="会上当场决定的比例")
    shorter: float = parameter(0.3, unit="share", low=0.0, high=0.6, source="mechanisms, joint council", grade="judgement",
        en="meeting hours of a case saved by taking cases up one after another at one table", zh="批量议事节省的会商工时")
    refusal: float = parameter(-0.3, unit="logit", low=-1.5, high=0.0, source="seed F3", grade="judgement",
        en="change of members' readiness to refuse what has not been at the sitting", zh="成员拒收倾向的变化")
    sitting_hours: float = parameter(1.0, unit="hours per member and sitting", low=0.3, high=4.0, source="mechanisms, joint council", grade="judgement",
        en="hours of each member for preparing and attending, before any case is taken up", zh="每次会议每名成员的筹备与出席工时")
# fmt: on

_WEEK: Final = 7.0


class JointCouncil(Mechanism):
    """Once a week, at community, street and district, all who are needed sit at one table; what comes in between waits.

    Example: a case put on the agenda waits 3.5 days on average, and is then settled by all in parallel; one case of scope 3 takes
    4 · 0.75 · 0.7 = 2.1 hours of those at the table instead of 3.
    """

    seed = ("F3", "D2")
    theory = (
        "Joint meetings buy shared decisions with synchronised time: Emerson, Nabatchi & Balogh 2012, JPART 22(1); "
        "batches trade waiting against set-up time: Bailey 1954, JRSS B 16(1)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Joint council", "zh": "两委联席会议"}
    summary: ClassVar[dict[str, str]] = {
        "en": "A weekly joint meeting settles cases that cross boundaries in batches.",
        "zh": "每周召开联席会议，批量解决跨界事项。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "members of the sittings: committees of communities, street and district, residents' committees, "
        "stations, street office and district departments",
        "zh": "会议成员：区、街道、社区党委，居委会、服务站、街道办与区级部门",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "urgent cases wait for the sitting; a batch larger than the members' time eats the hours for cases",
        "zh": "急事等会；批量过大挤占办件工时",
    }
    Parameters = JointCouncilParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Sitting hours of each member at its own level, spread over the week."""
        rows = np.union1d(_hosts(state), _members(state))
        return [Charge(rows, hours=self.parameters.sitting_hours / _WEEK * over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Agenda, sittings, decisions; members refuse less."""
        p = self.parameters
        hosts, members = _hosts(state), _members(state)
        levers.add("batch", p.places * sum_over_area(state, hosts, dose), hosts)
        levers.add("convening", p.convening * dose)
        levers.add("minor_convening", p.minor * dose)
        levers.add("wait_for_slot", p.waiting * dose)
        levers.add("authority", p.authority * dose)
        levers.add("meeting_hours", 1.0 - p.shorter * dose)
        levers.add("refusal", p.refusal * over_area(state, members, dose), members)


def _hosts(state: State) -> Array:
    """Party committees that hold a sitting."""
    seats = [Role.DISTRICT_COMMITTEE, Role.STREET_COMMITTEE, Role.COMMUNITY_COMMITTEE]
    return np.flatnonzero(np.isin(state.institutions.role, seats))


def _members(state: State) -> Array:
    """Those who sit beside them: residents' committees and stations, street offices, district departments."""
    seats = [Role.RESIDENTS_COMMITTEE, Role.SERVICE_STATION, Role.STREET_OFFICE]
    return np.union1d(np.flatnonzero(np.isin(state.institutions.role, seats)), departments(state))
