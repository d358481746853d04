"""A2: government, from city and district departments (each with a competence) to street offices and community service stations.
Own goal: administrative targets within budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.needs import Actor, Category, Kind, Level, Role, city_department, district_department
from sim.organizations.organization import Organization, Seat, mean_over_communities
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.state import State


# fmt: off
class GovernmentParameters(NamedTuple):
    """Size and resting alignment of government."""

    city_staff: float = parameter(0.12, unit="persons per 10,000 residents", low=0.02, high=0.4, source="model §1", grade="judgement",
        en="staff of each city department for cases of this kind", zh="每个市级部门办件力量")
    district_staff: float = parameter(0.4, unit="persons per 10,000 residents", low=0.1, high=1.0, source="model §1", grade="judgement",
        en="staff of each district department for cases of this kind", zh="每个区级部门办件力量")
    utility_staff: float = parameter(2.9, unit="persons per 10,000 residents", low=0.3, high=3.0, source="laws §0", grade="judgement", set_for="TG-DAYS-INFRASTRUCTURE",
        en="staff of the district department for infrastructure, the first handler of its cases", zh="区级设施部门办件力量")
    street_staff: float = parameter(1.8, unit="persons per 10,000 residents", low=0.5, high=5.0, source="laws §0", grade="judgement", set_for="TG-DAYS-ORDER",
        en="case-handling staff of the street office", zh="街道办事处办件力量")
    station_staff: float = parameter(5.5, unit="persons per 10,000 residents", low=2.5, high=9.0, source="EV-ORG-CW-BASE", grade="literature",
        en="staff of the community service station: community workers beyond the residents' committee", zh="社区服务站人员")
    alignment: float = parameter(0.45, unit="0-1", low=0.2, high=0.7, source="seed A2", grade="judgement",
        en="resting alignment of government", zh="政府部门目标一致度静息值")
# fmt: on


class GovernmentOffice(Organization):
    """Departments, street offices and service stations; the administrative hours."""

    actor = Actor.GOVERNMENT
    public = True
    goal_en = "administrative targets within budget"
    goal_zh = "在预算内完成行政目标"
    seats = (
        *(Seat(city_department(k), Level.CITY, Kind.ADMINISTRATIVE, "city_staff") for k in Category),
        *(
            Seat(
                district_department(k), Level.DISTRICT, Kind.ADMINISTRATIVE,
                "utility_staff" if k == Category.INFRASTRUCTURE else "district_staff",
            )
            for k in Category
        ),
        Seat(Role.STREET_OFFICE, Level.STREET, Kind.ADMINISTRATIVE, "street_staff"),
        Seat(Role.SERVICE_STATION, Level.COMMUNITY, Kind.ADMINISTRATIVE, "station_staff"),
    )  # fmt: skip

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Share of cases solved and on time as recorded, less what is spent beyond nine tenths of the budget."""
        t, c = state.institutions, state.communities
        achieved = mean_over_communities(state, rows, 0.5 * (c.recognised + c.on_time))
        spent = t.money_used[rows] / np.maximum(1.0, t.money_available[rows])
        return achieved - np.maximum(0.0, spent - 0.9)
