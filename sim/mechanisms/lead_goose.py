"""Lead goose (F8a): the weakest communities get a seconded first secretary for a term."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

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
class LeadGooseParameters(NamedTuple):
    """Constants of secondment."""

    share: float = parameter(0.25, unit="share", low=0.05, high=0.6, source="seed F8a", grade="judgement",
        en="share of a district's communities that have a seconded secretary at any time", zh="同时派驻第一书记的社区比例")
    term: float = parameter(365.0, unit="days", low=90.0, high=1095.0, source="seed F8a", grade="judgement",
        en="length of a term; rules for first secretaries name one to three years", zh="派驻任期（第一书记一般为一至三年）")
    terms: float = parameter(1.0, unit="terms", low=1.0, high=4.0, source="seed F8a", grade="judgement",
        en="terms that a community can have", zh="每个社区可派驻的届数")
    cadres: float = parameter(1.0, unit="persons per community", low=0.2, high=3.0, source="seed F8a", grade="judgement",
        en="persons seconded to a community", zh="每个社区派驻人数")
    most_given: float = parameter(0.10, unit="share", low=0.02, high=0.3, source="seed F8a", grade="judgement",
        en="largest share of their staff that district departments second", zh="区级部门派出人员比例上限")
    skill: float = parameter(0.15, unit="1", low=0.0, high=0.5, source="seed D3", grade="judgement",
        en="skill that a seconded secretary brings to the bodies of the community", zh="第一书记带来的技能提升")
    effort: float = parameter(0.10, unit="share", low=0.0, high=0.4, source="seed F8a", grade="judgement",
        en="effort that a seconded secretary calls forth", zh="第一书记带动的努力提升")
    ties: float = parameter(1.0, unit="factor", low=0.0, high=3.0, source="seed B3", grade="judgement",
        en="faster growth of the community's ties", zh="社区对外联系增进的加成")
    leaning: float = parameter(0.02, unit="1/month", low=0.0, high=0.1, source="mechanisms, lead goose", grade="judgement", deep=True,
        en="skill that local staff leave to the secretary and unlearn, towards what training can reach", zh="本地人员依赖第一书记导致的技能退化速度")
    rating_hours: float = parameter(0.02, unit="hours per community and day", low=0.005, high=0.1, source="mechanisms, lead goose", grade="judgement",
        en="hours of the district committee for rating communities and choosing", zh="区委评定软弱社区与选派工时")
    work_fund: float = parameter(100.0, unit="CNY per seconded person and day", low=20.0, high=400.0, source="mechanisms, lead goose", grade="judgement",
        en="work fund of a seconded person", zh="派驻人员工作经费")
# fmt: on


class LeadGoose(Mechanism):
    """Skill, effort and ties where cases are rated worst, while the term lasts; the district's own queues wait.

    Example: eight communities at dose 1: the two rated worst get a secretary for a year, and with it 0.15 skill, 1.1 times the
    effort and one more person, who is missing in the district's departments. When the term ends all of it is gone, and so is what
    local staff have unlearned meanwhile.
    """

    seed = ("F8a", "D3")
    theory = (
        "Leaders sent from above bring skill and links to weak villages while a campaign lasts; help that replaces own effort breeds "
        "dependence: Zeng 2020, Journal of Contemporary China 29(123); Gibson, Andersson, Ostrom & Shivakumar 2005, The Samaritan's "
        "Dilemma."
    )
    title: ClassVar[dict[str, str]] = {"en": "Lead goose", "zh": "领头雁工程"}
    summary: ClassVar[dict[str, str]] = {
        "en": "The communities rated worst get a seconded first secretary for a term.",
        "zh": "向评价最低的软弱落后社区选派第一书记，任期制。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district committee: rating hours and work funds; district departments: seconded staff",
        "zh": "区委：评定工时与工作经费；区级部门：派出人员",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "after the term the level falls back; local staff come to depend on the secretary",
        "zh": "任期结束后水平回落；本地队伍产生依赖",
    }
    Parameters = LeadGooseParameters

    def act(self, state: State, dose: Array, moment: Moment) -> None:
        """End terms that are over; send a secretary to the worst rated communities of each district that may still have one."""
        p, c, t = self.parameters, state.communities, state.institutions
        c.seconded_until[c.seconded_until <= moment.day] = -1.0
        for row in rows_of(state, Role.DISTRICT_COMMITTEE):
            area = np.arange(t.first_community[row], t.last_community[row])
            here = area[dose[area] > 0.0]
            places = int(np.ceil(p.share * dose[here].sum())) - int((c.seconded_until[here] >= 0.0).sum())
            may = here[(c.seconded_until[here] < 0.0) & (c.seconded_before[here] < p.terms)]
            chosen = may[np.argsort(c.rated_well[may], kind="stable")][: max(0, places)]
            c.seconded_until[chosen] = moment.day + p.term
            c.seconded_before[chosen] += 1.0

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Rating hours of district committees, and the work fund of those who are seconded."""
        p, rows = self.parameters, rows_of(state, Role.DISTRICT_COMMITTEE)
        seconded = p.cadres * dose * self.present(state)
        return [
            Charge(
                rows,
                hours=p.rating_hours * sum_over_area(state, rows, dose),
                money=p.work_fund * sum_over_area(state, rows, seconded),
            )
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """What a secretary brings to the bodies of the community, and takes from the departments of the district."""
        p, here = self.parameters, dose * self.present(state)
        seats = (Role.COMMUNITY_COMMITTEE, Role.RESIDENTS_COMMITTEE, Role.SERVICE_STATION)
        rows = np.flatnonzero(np.isin(state.institutions.role, seats))
        led = over_area(state, rows, here)
        levers.add("skill", p.skill * led, rows)
        levers.add("effort", 1.0 + p.effort * led, rows)
        levers.add("training", -p.leaning * led, rows)
        levers.add("tie_growth", 1.0 + p.ties * here)
        self._second(levers, state, here)

    def present(self, state: State) -> Array:
        """0/1 by community: whether it has a seconded secretary this week, `[communities]`."""
        return (state.communities.seconded_until >= 0.0).astype(np.float64)

    def _second(self, levers: Contributions, state: State, here: Array) -> None:
        """Move the seconded persons, district by district, to the bodies of which a secretary is as a rule director too."""
        p, t = self.parameters, state.institutions
        offices, bodies = departments(state), rows_of(state, Role.RESIDENTS_COMMITTEE)
        for row in rows_of(state, Role.DISTRICT_COMMITTEE):
            first, last = t.first_community[row], t.last_community[row]
            giving = offices[t.first_community[offices] == first]
            receiving = bodies[(t.first_community[bodies] >= first) & (t.last_community[bodies] <= last)]
            weight, staff = over_area(state, receiving, here), t.staff[giving]
            if weight.sum() > 0.0 and staff.sum() > 0.0:
                moved = staff * min(p.most_given, p.cadres * weight.sum() / staff.sum())
                move_staff(levers, state, giving, moved, receiving, weight)
