"""Street strengthening: the departments' projects and staff are brought together at the street office."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import Charge, Mechanism, departments, over_area, rows_of
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class StreetStrengtheningParameters(NamedTuple):
    """Constants of strengthening the street."""

    delegation: float = parameter(0.4, unit="share", low=0.1, high=0.9, source="seed F6a", grade="judgement",
        en="share of upper-level parts that go to the street with the projects", zh="随项目下沉至街道办理的事项比例")
    staff_moved: float = parameter(0.15, unit="share", low=0.0, high=0.5, source="seed F6a", grade="judgement",
        en="share of the departments' staff that works at the street office", zh="区级部门人员下沉街道的比例")
    projects: float = parameter(0.05, unit="share of the wage bill", low=0.0, high=0.15, source="seed F6a", grade="judgement",
        en="project money of the departments that moves to the street office, which hires for it", zh="部门项目资金转至街道、用于聘用人员的比例")
    liaison_hours: float = parameter(0.10, unit="hours per worker and day", low=0.02, high=0.5, source="mechanisms, street strengthening", grade="judgement",
        en="hours of departments for handing projects over and inspecting them", zh="部门移交与验收项目的工时")
    project_burden: float = parameter(0.02, unit="share", low=0.0, high=0.1, source="mechanisms, street strengthening", grade="judgement",
        en="working time of the street office that running projects takes", zh="街道承担项目管理的负担")
# fmt: on


class StreetStrengthening(Mechanism):
    """One office instead of eight lines: fewer hand-overs and levels, and everything passes through one door.

    Example: at dose 1 departments of 27 workers send 0.15 · 27 = 4.1 of them, and money for 0.05 · 27 = 1.4 more.
    """

    seed = ("F6a", "D1")
    theory = (
        "Area-based offices save hand-overs and concentrate the load, until the office is the bottleneck: "
        "Bitterman & Koliba 2020, JPART 30(4); Simon 1947."
    )
    title: ClassVar[dict[str, str]] = {"en": "Strong street", "zh": "做强街道"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Projects, staff and decisions of departments are brought together at the street office.",
        "zh": "部门项目、人员与事权向街道集中。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district departments: staff, project money, and hours of handing over and inspecting",
        "zh": "区级部门：人员、项目资金、移交与验收工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "the street becomes the bottleneck: more passes through one office than it can work",
        "zh": "街道成为瓶颈：事项集中超过办理能力",
    }
    Parameters = StreetStrengtheningParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of the district departments for each post; staff and project money are moved, not spent."""
        rows = departments(state)
        posts = state.institutions.start_staff[rows]
        return [Charge(rows, hours=self.parameters.liaison_hours * posts * over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Delegate; move staff with its wages, and project money that hires, to street offices in proportion to their own staff."""
        p, t = self.parameters, state.institutions
        levers.add("delegation", p.delegation * dose[:, None])
        giving, offices = departments(state), rows_of(state, Role.STREET_OFFICE)
        own = over_area(state, offices, dose)
        levers.add("burden", p.project_burden * own, offices)
        weight = t.staff[offices] * own
        if weight.sum() > 0.0:
            paid_for = t.staff[giving] * over_area(state, giving, dose)
            money = (p.staff_moved + p.projects) * paid_for * t.wage[giving]
            received = money.sum() * weight / weight.sum()
            levers.add("added_staff", -p.staff_moved * paid_for, giving)
            levers.add("added_money", -money, giving)
            levers.add("added_money", received, offices)
            levers.add("added_staff", received / t.wage[offices], offices)
