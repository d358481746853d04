"""Brand culture: events, recognition and publicity; wears off where needs stay unmet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class BrandCultureParameters(NamedTuple):
    """Constants of brand culture."""

    mobilisation: float = parameter(0.4, unit="1", low=0.0, high=1.0, source="seed F5", grade="judgement",
        en="calls to volunteer at full effect", zh="志愿动员强度")
    recognition: float = parameter(0.3, unit="1", low=0.0, high=1.0, source="seed F5", grade="judgement",
        en="recognition of institutions in the circle at full effect", zh="荣誉激励强度")
    warmth: float = parameter(0.05, unit="0-1", low=0.0, high=0.2, source="seed F5", grade="judgement",
        en="rise of the resting level of trust at full effect", zh="信任静息水平提升")
    novelty_days: float = parameter(120.0, unit="days", low=30.0, high=365.0, source="mechanisms, brand culture", grade="judgement",
        en="days over which novelty wears off where nothing sustains it", zh="新鲜感消退天数")
    money: float = parameter(150.0, unit="CNY per community and day", low=20.0, high=600.0, source="mechanisms, brand culture", grade="judgement",
        en="money of the community committee for events", zh="活动经费")
    hours: float = parameter(0.5, unit="hours per community and day", low=0.1, high=2.0, source="mechanisms, brand culture", grade="judgement",
        en="hours of the community committee for events", zh="活动组织工时")
# fmt: on


class BrandCulture(Mechanism):
    """Mobilisation, recognition and trust at first; what lasts is the share of cases that residents confirm as solved.

    effect = dose · max(share of cases confirmed, exp(−age / novelty))
    """

    seed = ("F5", "C3")
    theory = "Symbolic and expressive incentives move people while they mean something: Clark & Wilson 1961, ASQ 6(2); Frey & Jegen 2001."
    title: ClassVar[dict[str, str]] = {"en": "Brand and culture", "zh": "党建品牌与文化"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Events and honours mobilise residents and institutions; the effect lasts only where service does.",
        "zh": "活动与荣誉动员居民与单位，效果依赖服务实绩。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committee: money and hours of events",
        "zh": "社区党委：活动经费与工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "wears off without met needs; calls without meaning tire volunteers and crowd out",
        "zh": "需求未满足则效果消退；空洞动员使志愿者疲劳并产生挤出",
    }
    Parameters = BrandCultureParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Money and hours of each community committee."""
        p = self.parameters
        rows = rows_of(state, Role.COMMUNITY_COMMITTEE)
        own = over_area(state, rows, dose)
        return [Charge(rows, hours=p.hours * own, money=p.money * own)]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Calls, honours and publicity, as far as they still mean something; the calls themselves do not wear off."""
        p = self.parameters
        novelty = np.array([math.exp(-age / p.novelty_days) for age in moment.ages])
        effect = dose * np.maximum(state.communities.recognised, novelty)
        levers.add("mobilisation", p.mobilisation * dose)
        levers.add("warmth", p.warmth * effect)
        circle = np.unique(state.fixed.circle)
        levers.add("recognition", p.recognition * over_area(state, circle, effect), circle)
