"""Hierarchical command (comparator): cases that cross remits go up, orders come down."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, departments, over_area, rows_of, sum_over_area
from sim.needs import Level, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class HierarchicalCommandParameters(NamedTuple):
    """Constants of command from above."""

    convening: float = parameter(0.7, unit="share", low=0.2, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="share of multi-organization cases decided at the district", zh="提级至区级决定的跨部门事项比例")
    meetings: float = parameter(0.15, unit="decisions per community and day", low=0.02, high=0.5, source="mechanisms, comparators", grade="judgement",
        en="decisions that the district committee can take", zh="区级决策能力")
    waiting: float = parameter(0.8, unit="share", low=0.0, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="share of cases that wait for the decision rather than go one by one", zh="等待上级决定的比例")
    authority: float = parameter(0.8, unit="share", low=0.3, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="share of ordered parts that are decided on the spot", zh="命令即办的比例")
    refusal: float = parameter(-1.2, unit="logit", low=-3.0, high=0.0, source="mechanisms, comparators", grade="judgement",
        en="change of government's readiness to refuse", zh="政府部门拒收倾向的变化")
    slower: float = parameter(0.25, unit="share", low=0.0, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="longer lag of each hand-over and level", zh="层级传递时滞的增加")
    knowledge: float = parameter(0.4, unit="factor", low=0.0, high=1.5, source="Scott 1998", grade="judgement",
        en="more triage errors as local knowledge is lost on the way", zh="地方知识流失导致的派单错误增加")
    reporting_burden: float = parameter(0.015, unit="share", low=0.0, high=0.08, source="mechanisms, comparators", grade="judgement",
        en="working time of offices and stations lost to reporting upward", zh="向上汇报占用的工作时间")
    district_hours: float = parameter(1.0, unit="hours per department and day", low=0.1, high=3.0, source="mechanisms, comparators", grade="judgement",
        en="administrative hours of each district department for command", zh="区级部门的指挥工时")
# fmt: on


class HierarchicalCommand(Mechanism):
    """Less refusal, decisions with authority; longer lags, poorer local knowledge, a queue at the top."""

    seed = ("E1",)
    theory = "Command economises on bargaining and overloads the apex: Simon 1947; Scott 1998, Seeing Like a State."
    title: ClassVar[dict[str, str]] = {"en": "Hierarchical command", "zh": "科层命令"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Cases that cross remits are decided at the district; orders come down.",
        "zh": "跨部门事项由区级决定，命令逐级下达。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district departments: hours; offices and stations: reporting time",
        "zh": "区级部门：工时；街道与服务站：汇报时间",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "overload at the top: cases wait for decisions; local knowledge is lost and cases are sent wrong",
        "zh": "上层过载，事项等待决定；地方知识流失，派单出错",
    }
    Parameters = HierarchicalCommandParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Administrative hours of district departments."""
        rows = departments(state)
        return [Charge(rows, hours=self.parameters.district_hours * over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Decisions at the district, obedience, lag and lost knowledge."""
        p = self.parameters
        top = rows_of(state, Role.DISTRICT_COMMITTEE)
        levers.add("slots", p.meetings * sum_over_area(state, top, dose), top)
        levers.add("convening", p.convening * dose)
        levers.add("wait_for_slot", p.waiting * dose)
        levers.add("authority", p.authority * dose)
        levers.add("leadership_level", float(Level.DISTRICT) * (dose > 0.0))
        levers.add("handover_lag", 1.0 + p.slower * dose)
        levers.add("triage_error", 1.0 + p.knowledge * dose)
        below = np.union1d(rows_of(state, Role.STREET_OFFICE), rows_of(state, Role.SERVICE_STATION))
        levers.add("burden", p.reporting_burden * over_area(state, below, dose), below)
        government = np.union1d(
            below, np.union1d(departments(state), departments(state, Role.CITY_DEPARTMENT))
        )
        levers.add("refusal", p.refusal * over_area(state, government, dose), government)
