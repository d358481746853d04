"""Branch standards (F4): seven fields and nine aspects, three grades of branches, and the papers that prove them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, member_units, over_area, rows_of, sum_over_area
from sim.needs import SEATS, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

#: The seven fields and the seats of a circle that stand for them; a city's circles hold no village.
FIELDS: Final[dict[str, tuple[int, ...]]] = {
    "village": (),
    "community": (Role.RESIDENTS_COMMITTEE, Role.SERVICE_STATION),
    "agencies": (Role.STREET_OFFICE,),
    "public institutions": (Role.PUBLIC_UNIT,),
    "state firms": (Role.STATE_FIRM,),
    "non-public firms": (Role.PRIVATE_FIRM, Role.PROPERTY_FIRM),
    "social organizations": (Role.SOCIAL_ORGANIZATION,),
}
#: The nine aspects; the first four are proved by papers, the others are seen in service and in the life of the cell.
ASPECTS: Final = (
    "setup", "vehicles", "guarantees", "archives",
    "team", "members", "life", "venues", "operation",
)  # fmt: skip
_FORMAL: Final = 4
_GRADES: Final = 3


# fmt: off
class BranchStandardsParameters(NamedTuple):
    """Constants of branch standards."""

    form: float = parameter(0.5, unit="share", low=0.1, high=0.9, source="seed F4", grade="judgement", deep=True,
        en="weight in the grade of the four aspects that are proved by papers", zh="评定中以材料为据的四个方面的权重")
    standard: float = parameter(0.40, unit="0-1", low=0.2, high=0.5, source="seed F4", grade="judgement",
        en="quality from which a branch is a standard branch", zh="标准型党支部的质量门槛")
    demonstration: float = parameter(0.55, unit="0-1", low=0.5, high=0.65, source="seed F4", grade="judgement",
        en="quality from which a branch is a demonstration branch", zh="示范型党支部的质量门槛")
    red_flag: float = parameter(0.70, unit="0-1", low=0.65, high=0.9, source="seed F4", grade="judgement",
        en="quality from which a branch is a red-flag branch", zh="红旗型党支部的质量门槛")
    full_activity: float = parameter(0.10, unit="share", low=0.03, high=0.3, source="seed F4", grade="judgement",
        en="share of people who volunteer in a week that counts as a full organizational life", zh="视为组织生活充分的周志愿参与率")
    skill: float = parameter(0.10, unit="1", low=0.0, high=0.3, source="seed D3", grade="judgement",
        en="skill gained where service is as standards ask", zh="服务达标带来的技能提升")
    rule: float = parameter(0.10, unit="share", low=0.0, high=0.3, source="seed B5", grade="judgement",
        en="share of decisions that written standards move from relationship to rule", zh="标准化带来的依规办理比例提升")
    paperwork: float = parameter(0.012, unit="share", low=0.0, high=0.06, source="mechanisms, branch standards", grade="judgement",
        en="working time that the fields of a red-flag branch lose to proving it", zh="红旗型支部所在领域迎检材料占用的工作时间")
    upkeep_hours: float = parameter(0.05, unit="hours per branch, grade and day", low=0.01, high=0.15, source="mechanisms, branch standards", grade="judgement",
        en="hours of a grid branch for reaching and keeping each further grade", zh="支部每升一级的维护工时")
    inspection_hours: float = parameter(0.04, unit="hours per branch, grade and day", low=0.01, high=0.1, source="mechanisms, branch standards", grade="judgement",
        en="hours of the community committee for assessing a branch, for each grade", zh="社区党委按等级评定支部的工时")
# fmt: on


class BranchStandards(Mechanism):
    """Grades by nine aspects; what helps residents is service, what costs is the grade.

        quality = form · mean(four aspects on paper) + (1 − form) · mean(five aspects in service),   grade 0-3 by thresholds
        skill = skill · mean(five aspects in service),   hours = upkeep · (1 + grade),   burden = paperwork · grade / 3

    Example: papers 0.8, service 0.4, form 0.5: quality 0.6, a demonstration branch; at dose 1 it takes 0.05 · (1 + 2) = 0.15 hours a
    day and brings 0.1 · 0.4 = 0.04 skill. With form 0.9 quality is 0.76, a red flag: 0.2 hours, and not an hour more of service.
    """

    seed = ("F4", "D3", "B5")
    theory = (
        "Standards make conduct comparable and invite ritual compliance where form is easier to see than substance: "
        "Power 1997, The Audit Society; Meyer & Rowan 1977, AJS 83(2)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Branch standards and grades", "zh": "党支部标准化与等级评定"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Branches of seven fields are graded by nine aspects: standard, demonstration, red flag.",
        "zh": "七个领域的党支部按九个方面评定为标准型、示范型、红旗型。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "grid branches: upkeep hours that grow with the grade; community party committees: assessment",
        "zh": "网格党支部：随等级增长的维护工时；社区党委：评定工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "paperwork beyond its benefit; good grades without service",
        "zh": "台账负担超过收益；等级高而服务未改善",
    }
    Parameters = BranchStandardsParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Upkeep of each branch and its assessment, one unit of hours more for each grade."""
        p, branches = self.parameters, rows_of(state, Role.GRID_BRANCH)
        steps = 1.0 + self.grades(state, dose)
        committees = rows_of(state, Role.COMMUNITY_COMMITTEE)
        assessed = np.bincount(state.cells.community, weights=steps, minlength=len(dose))
        return [
            Charge(branches, hours=p.upkeep_hours * over_area(state, branches, dose) * steps),
            Charge(committees, hours=p.inspection_hours * sum_over_area(state, committees, dose * assessed)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Rules for everyone; skill as far as there is service, paperwork as far as there are grades, in all fields with branches."""
        p = self.parameters
        levers.add("rule_share", p.rule * dose)
        served = _by_community(state, self.aspects(state, dose)[:, _FORMAL:].mean(1))
        graded = _by_community(state, self.grades(state, dose)) / _GRADES
        rows = np.flatnonzero(
            np.isin(state.institutions.role, [s for seats in FIELDS.values() for s in seats])
        )
        bound = _has_branch(state)[rows]
        levers.add("skill", p.skill * over_area(state, rows, dose * served) * bound, rows)
        levers.add("burden", p.paperwork * over_area(state, rows, dose * graded) * bound, rows)

    def grades(self, state: State, dose: Array) -> Array:
        """Grade of the branch of each cell, 0-3, `[cells]`: none, standard, demonstration, red flag."""
        p, aspects = self.parameters, self.aspects(state, dose)
        quality = p.form * aspects[:, :_FORMAL].mean(1) + (1.0 - p.form) * aspects[:, _FORMAL:].mean(1)
        return np.searchsorted([p.standard, p.demonstration, p.red_flag], quality, side="right").astype(float)

    def aspects(self, state: State, dose: Array) -> Array:
        """The nine `ASPECTS` of the branch of each cell, 0-1, `[cells, 9]`."""
        cells, t = state.cells, state.institutions
        community = cells.community
        circle = state.fixed.circle[community]
        committee = circle[:, Role.COMMUNITY_COMMITTEE]
        active = np.add.reduceat(
            (state.residents.party & state.residents.volunteer).astype(np.float64), cells.first
        )
        members = np.add.reduceat(state.residents.party.astype(np.float64), cells.first)
        ties = state.ties[:, Role.COMMUNITY_COMMITTEE].sum(1, dtype=np.float64) / (SEATS - 1)
        full = self.parameters.full_activity
        found = np.stack([
            _fields_with_branch(state)[community], ties[community], 1.0 - t.burnout[committee], dose[community],
            t.alignment[committee], active / np.maximum(1.0, members) / full, cells.participation / full,
            cells.facility, state.communities.responsive[community],
        ], axis=1)  # fmt: skip
        return np.clip(found, 0.0, 1.0)


def _has_branch(state: State) -> Array:
    """0/1 by institution: public bodies have a branch, units have one as members of the party network, `[institutions]`."""
    has = np.ones(len(state.institutions.staff))
    units = member_units(state)
    has[units] = state.institutions.member[units]
    return has


def _fields_with_branch(state: State) -> Array:
    """Share of the fields of each circle that have a branch, `[communities]`."""
    has = _has_branch(state)[state.fixed.circle]
    return np.mean([has[:, list(seats)].mean(1) for seats in FIELDS.values() if seats], axis=0)


def _by_community(state: State, by_cell: Array) -> Array:
    """Mean over the cells of each community, `[communities]`."""
    first = state.geography.community_first_cell
    return np.add.reduceat(by_cell, first[:-1]) / np.diff(first)
