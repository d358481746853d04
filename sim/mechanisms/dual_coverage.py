"""Dual coverage: branches reach firms, social organizations and new estates; membership brings information and obligations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import Charge, Mechanism, member_units, members_by_community, over_area, rows_of
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class DualCoverageParameters(NamedTuple):
    """Constants of dual coverage."""

    discovery: float = parameter(0.3, unit="factor", low=0.0, high=1.0, source="seed F2", grade="judgement",
        en="gain in discovered needs where all units are members", zh="全覆盖时主动发现需求的提升")
    alignment: float = parameter(0.015, unit="1/week", low=0.0, high=0.06, source="seed B2", grade="judgement",
        en="pull on the alignment of members", zh="对成员目标一致度的拉力")
    branch_hours: float = parameter(0.15, unit="hours per branch and day", low=0.02, high=0.6, source="mechanisms, dual coverage", grade="judgement",
        en="hours of the community committee for each branch", zh="每个支部的工作工时")
    nominal_burden: float = parameter(0.010, unit="share", low=0.0, high=0.05, source="mechanisms, dual coverage", grade="judgement",
        en="working time of members lost to obligations", zh="成员单位的义务负担")
    seats: float = parameter(5.0, unit="units per circle", low=1.0, high=20.0, source="seed A5", grade="judgement", role="fact",
        en="units in a circle that coverage is measured against", zh="覆盖率的单位基数")
# fmt: on


class DualCoverage(Mechanism):
    """More is known of what residents lack, members align; branch work takes the party staff's time."""

    seed = ("F2", "E2", "B2", "D2")
    theory = "Organizational penetration brings information and obligations; coverage in name only is its limit: Thornton 2013, China Quarterly 213."
    title: ClassVar[dict[str, str]] = {"en": "Dual coverage", "zh": "双覆盖"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Branches reach firms, social organizations and new estates; members know more and owe more.",
        "zh": "党组织覆盖新兴领域与新建小区，带来信息与义务。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committee: hours per branch",
        "zh": "社区党委：支部工作工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "coverage in name: membership rises while alignment does not; obligations cost members time",
        "zh": "名义覆盖：成员增加而一致度不升；义务占用成员时间",
    }
    Parameters = DualCoverageParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of the community committee in proportion to the branches of its circle."""
        rows = rows_of(state, Role.COMMUNITY_COMMITTEE)
        return [
            Charge(
                rows,
                hours=self.parameters.branch_hours
                * over_area(state, rows, dose * members_by_community(state)),
            )
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Offer membership; members align and carry obligations; coverage finds needs."""
        p, t = self.parameters, state.institutions
        units = member_units(state)
        reach = over_area(state, units, dose)
        levers.add("membership", reach, units)
        levers.add("alignment_pull", p.alignment * reach * t.member[units], units)
        levers.add("burden", p.nominal_burden * reach * t.member[units], units)
        coverage = (members_by_community(state) / p.seats).clip(0.0, 1.0)
        levers.add("discovery", 1.0 + p.discovery * dose * coverage)
