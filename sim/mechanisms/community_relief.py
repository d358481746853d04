"""Community relief: paperwork is taken off the community and goes to the street and the departments, or is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, departments, over_area, rows_of, sum_over_area
from sim.needs import CATEGORIES, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class CommunityReliefParameters(NamedTuple):
    """Constants of relief."""

    relief: float = parameter(0.04, unit="share", low=0.01, high=0.15, source="seed F6b", grade="judgement",
        en="working time of residents' committees and stations that paperwork no longer takes", zh="居委会与服务站减负的工作时间比例")
    rounds: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="seed F6b", grade="judgement",
        en="share of the time gained that goes into rounds of visits; the rest is there for cases", zh="减负工时用于走访的比例")
    passed_up: float = parameter(0.4, unit="share", low=0.0, high=1.0, source="mechanisms, community relief", grade="judgement",
        en="share of the paperwork that the street and departments take over; the rest is dropped", zh="由街道与部门承接的文书比例")
    street_share: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="mechanisms, community relief", grade="judgement",
        en="share of what is taken over that falls to the street office", zh="承接文书中街道所占比例")
    lost: float = parameter(0.25, unit="factor", low=0.0, high=1.5, source="Scott 1998", grade="judgement",
        en="more triage errors as less is reported upward", zh="上报信息减少导致的派单错误增加")
# fmt: on

_HOURS_PER_DAY = 8.0


class CommunityRelief(Mechanism):
    """Time for residents below, paperwork above, and less known of the community.

    Example: at dose 1 a community with 8.4 workers gains 8.4 · 8 · 0.04 = 2.7 hours a day, half of them for visits; 0.4 · 2.7 = 1.1
    hours of paperwork go up, half of that to the street office.
    """

    seed = ("F6b", "D1")
    theory = (
        "Red tape takes time from service: Bozeman 1993, JPART 3(3); "
        "records make a place legible from above: Scott 1998, Seeing Like a State."
    )
    title: ClassVar[dict[str, str]] = {"en": "Relief of the community", "zh": "做优社区、社区减负"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Forms and inspections are taken off residents' committees and stations, which visit and serve more.",
        "zh": "减少居委会与服务站的台账和检查，腾出时间走访服务。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "street office and district departments: hours of the paperwork that they take over",
        "zh": "街道办与区级部门：承接文书的工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "less is known above: more cases are sent wrong; the paperwork eats hours where cases are worked",
        "zh": "信息缺失使派单错误增加；文书上移挤占办件工时",
    }
    Parameters = CommunityReliefParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Paperwork hours of the street office, and of the district departments in equal parts: each line has its own forms."""
        p = self.parameters
        hours = p.passed_up * p.relief * _HOURS_PER_DAY * dose * _workers(state)
        offices, lines = rows_of(state, Role.STREET_OFFICE), departments(state)
        each = (1.0 - p.street_share) / CATEGORIES
        return [
            Charge(offices, hours=p.street_share * sum_over_area(state, offices, hours)),
            Charge(lines, hours=each * sum_over_area(state, lines, hours)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Less burden, more visits, more cases sent wrong."""
        p = self.parameters
        relieved = np.union1d(rows_of(state, Role.SERVICE_STATION), rows_of(state, Role.RESIDENTS_COMMITTEE))
        levers.add("burden", -p.relief * (1.0 - p.rounds) * over_area(state, relieved, dose), relieved)
        cells = np.diff(state.geography.community_first_cell)
        levers.add("grid_workers", p.rounds * p.relief * dose * _workers(state) / cells)
        levers.add("triage_error", 1.0 + p.lost * dose)


def _workers(state: State) -> Array:
    """Posts of the residents' committee and the service station of each community, `[communities]`."""
    circle, posts = state.fixed.circle, state.institutions.start_staff
    return posts[circle[:, Role.SERVICE_STATION]] + posts[circle[:, Role.RESIDENTS_COMMITTEE]]
