"""Cadre training: professional teams of street and community; hours away from service now, skill later, and a market for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class CadreTrainingParameters(NamedTuple):
    """Constants of training."""

    training: float = parameter(0.06, unit="1/month", low=0.01, high=0.2, source="seed F6d", grade="judgement",
        en="monthly closing of the gap to the most that training can reach", zh="培训每月缩小技能差距的比例")
    hours: float = parameter(0.10, unit="hours per worker and day", low=0.02, high=0.5, source="mechanisms, cadre training", grade="judgement",
        en="case-free hours of each trained worker that go into courses", zh="每名受训人员的脱产培训工时")
    fee: float = parameter(6.0, unit="CNY per worker and day", low=1.0, high=30.0, source="mechanisms, cadre training", grade="judgement",
        en="fees of courses, paid by the district committee", zh="培训费用（区委承担）")
    poaching: float = parameter(1.0, unit="factor", low=0.0, high=3.0, source="Becker 1964", grade="judgement",
        en="rise of turnover where staff has all the skill that training can give", zh="技能提升后离职率的上升")
# fmt: on


class CadreTraining(Mechanism):
    """Skill rises month by month towards what training can reach; who has learned more can leave more easily.

        turnover factor = 1 + poaching · dose · (skill − 1) / (trained skill − 1), where skill is above one

    Example: at dose 1 a worker of skill 1 gains 0.06 · (1.35 − 1) = 0.021 in the first month and is away 0.1 hours a day.
    """

    seed = ("F6d", "D3", "B5")
    theory = (
        "General training raises skill that others can hire away: Becker 1964, Human Capital; "
        "Acemoglu & Pischke 1999, Economic Journal 109(453)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Cadre training", "zh": "做专队伍"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Workers of street offices, stations and residents' committees are trained.",
        "zh": "对街道、社区服务站与居委会人员开展专业培训。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "street offices and the communities' stations and residents' committees: hours in courses; district committee: fees",
        "zh": "街道办、社区服务站与居委会：培训工时；区委：培训费用",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "hours are gone at once and skill comes later; trained staff leave, and the fees with them",
        "zh": "工时先行损失、技能滞后提升；受训人员流失，投入付诸东流",
    }
    Parameters = CadreTrainingParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of the trained, for each post of their establishment; fees of the district committee for all of them."""
        p, posts = self.parameters, state.institutions.start_staff
        trained, payers = _trained(state), rows_of(state, Role.DISTRICT_COMMITTEE)
        circle = [state.fixed.circle[:, seat] for seat in (Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE)]
        in_communities = posts[circle[0]] + posts[circle[1]]
        offices = state.fixed.circle[:, Role.STREET_OFFICE]
        served = state.institutions.last_community[offices] - state.institutions.first_community[offices]
        workers = in_communities + posts[offices] / served
        return [
            Charge(trained, hours=p.hours * posts[trained] * over_area(state, trained, dose)),
            Charge(payers, money=p.fee * sum_over_area(state, payers, dose * workers)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Train, and make those who have learned leave more often."""
        p, t = self.parameters, state.institutions
        rows = _trained(state)
        own = over_area(state, rows, dose)
        levers.add("training", p.training * own, rows)
        gained = np.maximum(0.0, t.skill[rows] - 1.0) / (state.parameters.staff.trained_skill - 1.0)
        levers.add("turnover", 1.0 + p.poaching * own * gained, rows)


def _trained(state: State) -> Array:
    """Street offices, service stations and residents' committees."""
    seats = [Role.STREET_OFFICE, Role.SERVICE_STATION, Role.RESIDENTS_COMMITTEE]
    return np.flatnonzero(np.isin(state.institutions.role, seats))
