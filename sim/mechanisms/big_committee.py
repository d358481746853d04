"""Big committee (Wuhan): street and community big committees bind agencies, firms and social organizations in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import (
    Charge,
    Mechanism,
    member_units,
    members_by_community,
    over_area,
    rows_of,
    sum_over_area,
)
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class BigCommitteeParameters(NamedTuple):
    """Constants of the big committees."""

    alignment: float = parameter(0.03, unit="1/week", low=0.0, high=0.1, source="seed C3", grade="judgement",
        en="pull on the alignment of members", zh="对成员目标一致度的拉力")
    refusal: float = parameter(-0.8, unit="logit", low=-2.0, high=0.0, source="seed C3", grade="judgement",
        en="change of members' readiness to refuse", zh="成员拒收倾向的变化")
    pledge: float = parameter(0.25, unit="share", low=0.0, high=0.6, source="seed C3", grade="judgement",
        en="share of idle hours that a member pledges", zh="成员承诺投入的闲置工时比例")
    tie_growth: float = parameter(0.8, unit="factor", low=0.0, high=2.0, source="seed C3", grade="judgement",
        en="faster growth of ties at the committee's table", zh="委员会对联系增进的加成")
    convening: float = parameter(0.5, unit="share", low=0.1, high=0.9, source="seed C3", grade="judgement",
        en="share of multi-organization cases brought to a committee", zh="提交委员会的跨部门事项比例")
    meetings: float = parameter(0.12, unit="meetings per community and day", low=0.02, high=0.5, source="seed C3", grade="judgement",
        en="cases that community and street committees can take up", zh="委员会可受理事项数")
    sitting_hours: float = parameter(0.05, unit="hours per member and day", low=0.01, high=0.2, source="mechanisms, Wuhan", grade="judgement",
        en="committee time of a member for each further member of its circle", zh="每增加一名成员带来的会务工时")
    host_hours: float = parameter(0.4, unit="hours per day", low=0.1, high=1.5, source="mechanisms, Wuhan", grade="judgement",
        en="hours of each community committee for hosting", zh="社区党委会务工时")
# fmt: on


class BigCommittee(Mechanism):
    """Members align, refuse less and pledge hours; every member's committee time grows with the number of members.

    Example: with five members in a circle each pays 0.05 · 5 = 0.25 hours a day; with ten, half an hour.
    """

    seed = ("C3", "D2", "B1", "B2")
    theory = "Co-optation buys alignment with time and can stay nominal: Selznick 1949; Ansell & Gash 2008, JPART 18(4)."
    title: ClassVar[dict[str, str]] = {"en": "Big working committee", "zh": "大工委、大党委"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Agencies, firms and social organizations join street and community committees.",
        "zh": "机关企事业单位、两新组织纳入街道大工委与社区大党委。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "every member: committee time; community committees: hosting",
        "zh": "各成员单位：会务工时；社区党委：组织工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "nominal members pledge and do not deliver; meeting time grows with members and eats capacity",
        "zh": "名义成员承诺不兑现；会务随成员增多而侵蚀能力",
    }
    Parameters = BigCommitteeParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Committee time of members, growing with the members of their circle, and hosting."""
        p, t = self.parameters, state.institutions
        units, hosts = member_units(state), rows_of(state, Role.COMMUNITY_COMMITTEE)
        table = over_area(state, units, dose * members_by_community(state))
        return [
            Charge(units, hours=p.sitting_hours * table * t.member[units]),
            Charge(hosts, hours=p.host_hours * over_area(state, hosts, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Offer membership; members align, refuse less and pledge; committees take up cases."""
        p, t = self.parameters, state.institutions
        units = member_units(state)
        bound = over_area(state, units, dose) * t.member[units]
        levers.add("membership", over_area(state, units, dose), units)
        levers.add("alignment_pull", p.alignment * bound, units)
        levers.add("refusal", p.refusal * bound, units)
        levers.add("pool", p.pledge * bound, units)
        levers.add("tie_growth", 1.0 + p.tie_growth * dose)
        levers.add("convening", p.convening * dose)
        for seat in (Role.COMMUNITY_COMMITTEE, Role.STREET_COMMITTEE):
            rows = rows_of(state, seat)
            levers.add("slots", p.meetings * sum_over_area(state, rows, dose), rows)
