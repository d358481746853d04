"""Service outreach (F8d): precise, basic, extended and guided service find and meet needs before anybody asks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import CATEGORIES, Category, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

#: Who renders which service: professionals care, community workers basic and extended service (judgement).
SERVED_BY: Final[dict[int, list[int]]] = {
    Role.SOCIAL_ORGANIZATION: [Category.CARE],
    Role.SERVICE_STATION: [
        Category.PROPERTY, Category.ENVIRONMENT, Category.ORDER, Category.MIGRANT, Category.BUSINESS,
    ],
}  # fmt: skip
_OPEN, _IN_CASE = 0, 1


# fmt: off
class ServiceOutreachParameters(NamedTuple):
    """Constants of outreach and of the four shifts of style."""

    precise: float = parameter(0.003, unit="1/day", low=0.0, high=0.02, source="seed F8d", grade="judgement",
        en="precise service: open needs for care that are found and met unasked", zh="精准服务：照护需求的主动满足率")
    basic: float = parameter(0.002, unit="1/day", low=0.0, high=0.02, source="seed F8d", grade="judgement",
        en="basic service: the same for homes, environment and order", zh="基本服务：物业、环境、秩序需求的主动满足率")
    extended: float = parameter(0.002, unit="1/day", low=0.0, high=0.02, source="seed F8d", grade="judgement",
        en="extended service: the same for migrants and trade", zh="延伸服务：外来人口与营商需求的主动满足率")
    guided: float = parameter(0.3, unit="factor", low=0.0, high=1.5, source="seed F8d", grade="judgement",
        en="guided service: gain in disputes that neighbours settle, steering instead of rowing", zh="引导服务：邻里化解纠纷的提升")
    rules: float = parameter(0.10, unit="share", low=0.0, high=0.4, source="seed F8d", grade="judgement",
        en="more decisions by rule instead of by able persons", zh="依规决定比例的提升")
    science: float = parameter(0.15, unit="share", low=0.0, high=0.5, source="seed F8d", grade="judgement",
        en="triage errors avoided by knowing households", zh="熟悉住户减少的派单错误")
    dependency: float = parameter(0.15, unit="share", low=0.0, high=0.6, source="Nadler & Halabi 2006", grade="judgement",
        en="self-help that residents unlearn where all is brought to them", zh="依赖导致的自助能力流失")
    habit_days: float = parameter(180.0, unit="days", low=60.0, high=720.0, source="mechanisms, outreach", grade="judgement",
        en="time over which residents get used to being served", zh="居民习惯被服务的时间尺度")
    promise: float = parameter(0.03, unit="0-1", low=0.0, high=0.2, source="EV-EXP-ADAPT", grade="judgement",
        en="performance that residents come to expect beyond what neighbours got", zh="期望高于邻里所得的幅度")
    round_hours: float = parameter(0.4, unit="hours per community and day", low=0.1, high=2.0, source="mechanisms, outreach", grade="judgement",
        en="hours of each residents' committee for going round", zh="居委会走访工时")
# fmt: on


class ServiceOutreach(Mechanism):
    """Needs are met unasked by those who go round, at the hours that they ask for; residents ask less of themselves and expect more.

    Example: 100 open needs for care of 4 hours each cost at dose 1 0.003 · 400 = 1.2 hours a day of social organizations.
    """

    seed = ("F8d", "B5")
    theory = "Proactive service reaches the silent and breeds dependence: Lipsky 1980; Nadler & Halabi 2006, JPSP 91(1)."
    title: ClassVar[dict[str, str]] = {"en": "Service outreach", "zh": "主动服务、凝聚人心"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Precise, basic, extended and guided service find and meet needs before they are reported.",
        "zh": "精准、基本、延伸、引导服务，在诉求提出之前发现并满足需求。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community stations and social organizations: hours of the work; residents' committees of communities: rounds",
        "zh": "社区服务站与社会组织：服务工时；居委会：走访工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "residents unlearn self-help; expectation rises with service, so that the same satisfies less",
        "zh": "居民自助能力退化；期望随服务上升，同样的服务满意度下降",
    }
    Parameters = ServiceOutreachParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of the work that is done unasked, by who renders each service, and hours of rounds."""
        p = self.parameters
        rounds = rows_of(state, Role.RESIDENTS_COMMITTEE)
        asked = dose[:, None] * self._rates() * _open_hours(state)
        charges = [Charge(rounds, hours=p.round_hours * over_area(state, rounds, dose))]
        for role, served in SERVED_BY.items():
            rows = rows_of(state, role)
            charges.append(Charge(rows, hours=sum_over_area(state, rows, asked[:, served].sum(1))))
        return charges

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Outreach by category, the shifts of style, and what residents make of being served."""
        p = self.parameters
        levers.add("outreach", dose[:, None] * self._rates())
        levers.add("mediation", 1.0 + p.guided * dose)
        levers.add("rule_share", p.rules * dose)
        levers.add("triage_error", 1.0 - p.science * dose)
        used = 1.0 - math.exp(-moment.age / p.habit_days)
        levers.add("self_help", 1.0 - p.dependency * used * dose)
        levers.add("promise", p.promise * dose)

    def _rates(self) -> Array:
        """Hazard of being met unasked by category, `[8]`, 1/day; disputes are guided, utilities are left to their department."""
        p = self.parameters
        rates = np.zeros(CATEGORIES)
        rates[Category.CARE] = p.precise
        rates[[Category.PROPERTY, Category.ENVIRONMENT, Category.ORDER]] = p.basic
        rates[[Category.MIGRANT, Category.BUSINESS]] = p.extended
        return rates


def _open_hours(state: State) -> Array:
    """Hours that the open needs outside cases ask for, `[communities, 8]`."""
    needs = state.needs
    rows = state.lists.open_needs[: int(state.sizes.open_needs[0])]
    rows = rows[(needs.end[rows] == _OPEN) & (needs.status[rows] != _IN_CASE)]
    key = needs.community[rows].astype(np.int64) * CATEGORIES + needs.category[rows]
    hours = np.bincount(key, weights=needs.hours[rows], minlength=state.geography.n_communities * CATEGORIES)
    return hours.reshape(-1, CATEGORIES)
