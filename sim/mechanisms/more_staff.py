"""More staff: the community fund hires for every body that works on cases, in proportion to the staff that it has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of
from sim.needs import CHAINS, Level, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class MoreStaffParameters(NamedTuple):
    """Constants of more staff."""

    money: float = parameter(1000.0, unit="CNY per community and day", low=100.0, high=2000.0, source="EV-CD-FUND", grade="judgement",
        en="wages that the community fund pays at full dose", zh="社区保障资金支付的新增人员工资")
    guidance: float = parameter(0.3, unit="hours per hired person and day", low=0.0, high=1.5, source="Brooks 1975", grade="judgement",
        en="hours in which those who are there guide each hired person", zh="每名新增人员占用的带教与管理工时")
    greenness: float = parameter(0.25, unit="share", low=0.0, high=0.6, source="staff.newcomer_skill", grade="judgement",
        en="skill that hired people lack at first", zh="新增人员起初欠缺的技能")
    learning_days: float = parameter(365.0, unit="days", low=90.0, high=1095.0, source="staff.learning", grade="judgement",
        en="days over which they learn", zh="技能成长天数")
# fmt: on


class MoreStaff(Mechanism):
    """Hands and nothing else: no platform, no meetings, no rights. What every reform has to beat at the same cost.

    hired_b = Σ_m dose_m · money / wage · s_bm / Σ_b s_bm   over bodies b that serve community m with s_bm = staff / communities served

    Example: at dose 1 a community's fund pays 1,000 / 247 = 4 persons, most of them where most staff is.
    """

    seed = ("D3",)
    theory = "Adding people costs the time of those who guide them: Brooks 1975, The Mythical Man-Month; hands do not mend hand-overs."
    title: ClassVar[dict[str, str]] = {"en": "More staff", "zh": "增加人手"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Every body that works on cases hires in proportion to its staff; nothing else changes.",
        "zh": "各办件机构按现有人员比例增聘人手，其余不变。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committee: wages; hiring bodies of community, street and district, firms included: hours of guidance",
        "zh": "社区党委：工资；社区、街道、区级各用人单位（含企业）：带教工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "guidance takes more hours than newcomers give; cases that need several organizations wait as before",
        "zh": "带教占用工时多于新人贡献；需多方协同的事项照旧等待",
    }
    Parameters = MoreStaffParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Wages from the community fund, guidance from those who hire."""
        funds, bodies = rows_of(state, Role.COMMUNITY_COMMITTEE), _bodies(state)
        return [
            Charge(funds, money=self.parameters.money * over_area(state, funds, dose)),
            Charge(bodies, hours=self.parameters.guidance * self._hired(state, bodies, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Staff and its wages; skill is diluted until newcomers have learnt."""
        p, t = self.parameters, state.institutions
        bodies = _bodies(state)
        hired = self._hired(state, bodies, dose)
        levers.add("added_staff", hired, bodies)
        levers.add("added_money", hired * t.wage[bodies], bodies)
        green = p.greenness * math.exp(-moment.age / p.learning_days)
        levers.add("skill", -green * hired / np.maximum(1e-9, t.staff[bodies] + hired), bodies)

    def _hired(self, state: State, bodies: Array, dose: Array) -> Array:
        """Persons hired by each of `bodies`, `[bodies]`."""
        t = state.institutions
        first, last = t.first_community[bodies], t.last_community[bodies]
        present = t.staff[bodies] / (last - first)
        serving = np.zeros(len(dose))
        for a, b, staff in zip(first, last, present, strict=True):
            serving[a:b] += staff
        affordable = self.parameters.money * dose / np.maximum(1e-9, serving)
        summed = np.array([affordable[a:b].sum() for a, b in zip(first, last, strict=True)])
        return present * summed / t.wage[bodies]


def _bodies(state: State) -> Array:
    """Those who work on cases up to the district and have staff; volunteers are not for hire."""
    t = state.institutions
    seats = {int(seat) for chain in CHAINS.values() for seat in chain} - {int(Role.VOLUNTEERS)}
    return np.flatnonzero(np.isin(t.role, sorted(seats)) & (t.level <= int(Level.DISTRICT)) & (t.staff > 0.0))
