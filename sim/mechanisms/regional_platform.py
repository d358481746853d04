"""Regional platform (Shanghai): units of an area pool idle hours on a platform of the street's party committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, member_units, over_area, rows_of, sum_over_area
from sim.needs import Level, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class RegionalPlatformParameters(NamedTuple):
    """Constants of the platform."""

    pledge: float = parameter(0.5, unit="share", low=0.1, high=0.9, source="seed C1", grade="judgement",
        en="share of idle hours that a member pledges at full dose", zh="成员单位承诺共享的闲置工时比例")
    conversion: float = parameter(0.10, unit="share", low=0.0, high=0.3, source="laws §5", grade="judgement",
        en="gain in usefulness of lent hours on the platform", zh="平台对共享工时转化率的提升")
    tie_growth: float = parameter(0.5, unit="factor", low=0.0, high=2.0, source="seed B3", grade="judgement",
        en="faster growth of ties among members", zh="平台对联系增进的加成")
    convening: float = parameter(0.3, unit="share", low=0.0, high=0.8, source="seed D2", grade="judgement",
        en="share of multi-organization cases brought to the platform", zh="提交平台会商的跨部门事项比例")
    meetings: float = parameter(0.10, unit="meetings per community and day", low=0.02, high=0.5, source="seed C1", grade="judgement",
        en="meetings that community and street committees can hold on the platform", zh="平台会商能力")
    platform_hours: float = parameter(2.0, unit="hours per day", low=0.5, high=6.0, source="mechanisms, Shanghai", grade="judgement",
        en="standing hours of the street party committee for the platform", zh="平台日常运行工时")
    member_hours: float = parameter(0.05, unit="hours per member and day", low=0.01, high=0.3, source="mechanisms, Shanghai", grade="judgement",
        en="further hours of the street party committee for each member", zh="每个成员单位的维护工时")
# fmt: on


class RegionalPlatform(Mechanism):
    """Pool of idle hours, conversion, ties and joint handling, at the price of platform hours.

    Example: at dose 1 a member with 4 idle hours and willingness 0.5 lends 4 · 0.5 · 0.5 = 1 hour, worth 0.6 + 0.1 = 0.7 hours.
    """

    seed = ("C1", "D2", "B4", "B3")
    theory = "Collaborative platforms pool slack but invite free-riding: Ansell & Gash 2018, JPART 28(1); Olson 1965."
    title: ClassVar[dict[str, str]] = {"en": "Regional party-building platform", "zh": "区域化党建平台"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Units of an area pool idle hours; community and street committees bring cases together.",
        "zh": "驻区单位共享闲置工时，街道与社区党组织牵头会商。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "street party committee: platform hours and hours per member",
        "zh": "街道党工委：平台工时与成员维护工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "members free-ride and the pool is empty at a common peak; overhead can exceed the hours lent; weak units stay away",
        "zh": "成员搭便车，高峰期资源池为空；运行成本可能超过共享工时；弱势单位不参与",
    }
    Parameters = RegionalPlatformParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Platform hours, and hours for each member of the area."""
        p = self.parameters
        rows = rows_of(state, Role.STREET_COMMITTEE)
        members = state.institutions.member[state.fixed.circle].sum(1)
        hours = p.platform_hours * over_area(state, rows, dose) + p.member_hours * sum_over_area(
            state, rows, dose * members
        )
        return [Charge(rows, hours=hours)]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Members and the community's own bodies pledge idle hours; committees gain meetings."""
        p, t = self.parameters, state.institutions
        units = member_units(state)
        levers.add("membership", over_area(state, units, dose), units)
        pooled = np.union1d(units[t.member[units] > 0.0], _public_bodies(state))
        levers.add("pool", p.pledge * over_area(state, pooled, dose), pooled)
        levers.add("conversion", p.conversion * dose)
        levers.add("tie_growth", 1.0 + p.tie_growth * dose)
        levers.add("convening", p.convening * dose)
        for seat in (Role.COMMUNITY_COMMITTEE, Role.STREET_COMMITTEE):
            rows = rows_of(state, seat)
            levers.add("slots", p.meetings * sum_over_area(state, rows, dose), rows)


def _public_bodies(state: State) -> Array:
    """Offices, stations and committees at street and community level; they belong to the platform by office."""
    t = state.institutions
    seats = [Role.STREET_OFFICE, Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE]
    return np.flatnonzero(np.isin(t.role, seats) & (t.level <= int(Level.STREET)))
