"""Smart platform (F7): one system for dispatch, hand-over and supervision, which is out of order on some days."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import Role
from sim.parameters import parameter
from sim.randomness import INSTITUTIONS, uniforms

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

_OUTAGE: Final = zlib.crc32(b"smart_platform outage")


# fmt: off
class SmartPlatformParameters(NamedTuple):
    """Constants of the smart platform."""

    triage: float = parameter(0.40, unit="share", low=0.0, high=0.8, source="EV-WH-TRIAGE", grade="judgement",
        en="share of wrong dispatches that the platform avoids", zh="平台避免的派单错误比例")
    faster: float = parameter(0.20, unit="share", low=0.0, high=0.6, source="EV-ORG-HANDOVER", grade="judgement",
        en="share of the hand-over lag that online transfer saves", zh="线上流转节省的移交时滞")
    monitoring: float = parameter(0.30, unit="share", low=0.0, high=1.0, source="seed F7", grade="judgement", deep=True,
        en="pressure on closing that monitored deadlines and rates exert", zh="在线监测对办结的问责压力")
    target: float = parameter(0.90, unit="share", low=0.7, high=1.0, source="EV-CN-TARGET", grade="literature",
        en="target for the rates that the platform shows", zh="平台展示的达标率目标")
    reach: float = parameter(0.50, unit="factor", low=0.0, high=3.0, source="seed F7", grade="judgement",
        en="gain in ease of reporting on the platform", zh="平台上报便利度的提升")
    counters: float = parameter(0.15, unit="share", low=0.0, high=0.6, source="Eubanks 2018", grade="judgement",
        en="ease of reporting at the desk that is lost as counters make way for the platform", zh="窗口收缩导致的线下上报便利损失")
    outage: float = parameter(0.02, unit="share of days", low=0.0, high=0.10, source="mechanisms, smart platform", grade="judgement",
        en="days on which the platform is out of order", zh="平台故障日比例")
    stall: float = parameter(1.0, unit="factor", low=0.0, high=3.0, source="mechanisms, smart platform", grade="judgement",
        en="longer lag of hand-overs on a day without the platform, as paper routines are gone", zh="故障日移交时滞的增加")
    blind: float = parameter(0.5, unit="factor", low=0.0, high=2.0, source="mechanisms, smart platform", grade="judgement",
        en="more wrong dispatches on a day without the platform", zh="故障日派单错误的增加")
    fixed: float = parameter(60.0, unit="CNY per community of the district and day", low=10.0, high=200.0, source="mechanisms, smart platform", grade="judgement",
        en="cost of the system, the same for one community as for the whole district", zh="系统固定成本（与覆盖社区数无关）")
    upkeep: float = parameter(40.0, unit="CNY per community and day", low=5.0, high=150.0, source="mechanisms, smart platform", grade="judgement",
        en="cost of terminals, lines and help for each community on the platform", zh="每个接入社区的运维成本")
    training_hours: float = parameter(0.05, unit="hours per worker and day", low=0.01, high=0.2, source="mechanisms, smart platform", grade="judgement",
        en="hours that workers of street offices and service stations spend on learning and feeding the platform", zh="工作人员培训与录入工时")
# fmt: on


class SmartPlatform(Mechanism):
    """Better dispatch, faster hand-over and watched deadlines; the desk shrinks, and on some days nothing works.

    Example: at dose 1 wrong dispatches fall to 0.6 of what they were; on 2 days in 100 they are 1.5 times as many, and a hand-over
    takes twice as long.
    """

    seed = ("F7", "B5")
    theory = (
        "Digital systems replace discretion by routine and shut out those who are not in them: "
        "Bovens & Zouridis 2002, PAR 62(2); Eubanks 2018, Automating Inequality; Bevan & Hood 2006."
    )
    title: ClassVar[dict[str, str]] = {"en": "Smart platform", "zh": "智慧党建平台"}
    summary: ClassVar[dict[str, str]] = {
        "en": "One system dispatches, hands over and watches deadlines; reporting moves online.",
        "zh": "统一平台派单、流转并监测时限，诉求线上提交。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district committee: fixed cost and upkeep; street offices and community service stations: training hours",
        "zh": "区委：固定成本与运维经费；街道办与社区服务站：培训工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "residents without digital access lose the desk; outage days; monitored rates are gamed",
        "zh": "数字弱势群体失去窗口；系统故障；监测指标被纸面应付",
    }
    Parameters = SmartPlatformParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """The system for the whole district at the highest dose in it, upkeep by community, hours of those who work with it."""
        p, t = self.parameters, state.institutions
        districts = rows_of(state, Role.DISTRICT_COMMITTEE)
        areas = zip(t.first_community[districts], t.last_community[districts], strict=True)
        built = np.array([(last - first) * dose[first:last].max() for first, last in areas])
        users = np.union1d(rows_of(state, Role.STREET_OFFICE), rows_of(state, Role.SERVICE_STATION))
        return [
            Charge(districts, money=p.fixed * built + p.upkeep * sum_over_area(state, districts, dose)),
            Charge(users, hours=p.training_hours * t.staff[users] * over_area(state, users, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """What is watched and where counters are does not change with an outage; dispatch, hand-over and online reports do."""
        p = self.parameters
        levers.add("accountability", p.monitoring * dose)
        levers.add("target", p.target * (dose > 0.0))
        levers.add("desk_ease", 1.0 - p.counters * dose)
        if self.out_of_order(moment, moment.day):
            levers.add("triage_error", 1.0 + p.blind * dose)
            levers.add("handover_lag", 1.0 + p.stall * dose)
            levers.add("platform_ease", 1.0 - dose)
        else:
            levers.add("triage_error", 1.0 - p.triage * dose)
            levers.add("handover_lag", 1.0 - p.faster * dose)
            levers.add("platform_ease", 1.0 + p.reach * dose)

    def changes(self, moment: Moment) -> bool:
        """Whether an outage begins or ends today."""
        return self.out_of_order(moment, moment.day) != self.out_of_order(moment, moment.day - 1)

    def out_of_order(self, moment: Moment, day: int) -> bool:
        """Whether the platform is out of order on `day`, keyed by the day: the same days under every strategy."""
        u = uniforms(moment.draws, INSTITUTIONS, np.zeros(1, np.int64), day, draw=_OUTAGE)[0, 0]
        return bool(u < self.parameters.outage)
