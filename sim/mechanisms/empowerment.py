"""Empowerment (D1): decision rights, staff and money move from the district to street and community."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import (
    Charge,
    Mechanism,
    departments,
    move_staff,
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
class EmpowermentParameters(NamedTuple):
    """Constants of empowerment."""

    delegation: float = parameter(0.5, unit="share", low=0.1, high=0.9, source="seed D1", grade="judgement",
        en="share of upper-level parts that the street may settle itself", zh="下放至街道办理的事项比例")
    staff_moved: float = parameter(0.15, unit="share", low=0.0, high=0.5, source="seed D1", grade="judgement",
        en="share of district departments' staff that moves to the street office", zh="下沉至街道的区级部门人员比例")
    money_moved: float = parameter(500.0, unit="CNY per community and day", low=0.0, high=3000.0, source="EV-CD-FUND", grade="judgement",
        en="money that moves from the district to communities, which hire workers for it", zh="下拨至社区、用于聘用工作人员的经费")
    clarity: float = parameter(0.2, unit="share", low=0.0, high=0.5, source="seed D1", grade="judgement",
        en="gain in clarity of remits by written rights", zh="权责清晰度提升")
    burden: float = parameter(0.02, unit="share", low=0.0, high=0.1, source="seed D1", grade="judgement",
        en="working time of the street office lost to answering for its new rights", zh="承接权力带来的街道负担")
# fmt: on


class Empowerment(Mechanism):
    """Cases settle lower, with fewer hand-overs and less travel; the district's own queue grows.

    Example: at dose 1 half of a department's parts go to the street office, which gains 15 per cent of the departments' staff.
    """

    seed = ("D1", "C1", "C2")
    theory = (
        "Decentralisation trades local fit against capacity: Oates 1999, JEL 37(3); Bardhan 2002, JEP 16(4)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Empowerment of street and community", "zh": "赋权下沉"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Decision rights, staff and money move down; more cases can be settled at the street.",
        "zh": "权力、人员与经费下沉，更多事项在街道解决。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district departments (staff), district committee (money)",
        "zh": "区级部门（人员）、区委（经费）",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "rights without staff: more cases land at the street than it can work; the district's own queue grows",
        "zh": "有权无人：街道承接超过能力；区级部门自身积压增加",
    }
    Parameters = EmpowermentParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """The district committee pays what communities receive."""
        rows = rows_of(state, Role.DISTRICT_COMMITTEE)
        return [Charge(rows, money=self.parameters.money_moved * sum_over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Delegate, move staff in proportion to residents served, hand money down to stations, which hire for it."""
        p, t = self.parameters, state.institutions
        levers.add("delegation", p.delegation * dose[:, None])
        levers.add("clarity", p.clarity * dose)
        giving, offices = departments(state), rows_of(state, Role.STREET_OFFICE)
        moved = p.staff_moved * t.staff[giving] * over_area(state, giving, dose)
        weight = t.staff[offices] * over_area(state, offices, dose)
        if weight.sum() > 0.0:
            move_staff(levers, state, giving, moved, offices, weight)
        stations = rows_of(state, Role.SERVICE_STATION)
        money = p.money_moved * over_area(state, stations, dose)
        levers.add("added_money", money, stations)
        levers.add("added_staff", money / t.wage[stations], stations)
        levers.add("burden", p.burden * over_area(state, offices, dose), offices)
