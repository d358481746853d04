"""Service bundles (F9): N services on the platform of big party building, provided together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, member_units, members_by_community, over_area, rows_of
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class ServiceBundlesParameters(NamedTuple):
    """Constants of bundles."""

    services: float = parameter(12.0, unit="services", low=1.0, high=60.0, source="seed F9", grade="judgement",
        en="services that each platform carries, N", zh="平台承载的服务项目数")
    saving: float = parameter(0.20, unit="share", low=0.0, high=0.5, source="Panzar & Willig 1981", grade="judgement",
        en="hours saved by joint provision at most, where every unit is a member", zh="全部单位加入时联合供给可节省的最大工时比例")
    wanted: float = parameter(8.0, unit="services", low=2.0, high=30.0, source="mechanisms, bundles", grade="judgement",
        en="number of services after which a further one is wanted by few", zh="服务边际需求明显下降的项目数")
    service_hours: float = parameter(0.03, unit="hours per service, community and day", low=0.005, high=0.15, source="mechanisms, bundles", grade="judgement",
        en="hours of each community service station to keep a service", zh="每项服务的维持工时")
    service_money: float = parameter(20.0, unit="CNY per service, community and day", low=5.0, high=100.0, source="mechanisms, bundles", grade="judgement",
        en="money of each community committee to keep a service", zh="每项服务的维持经费")
# fmt: on


class ServiceBundles(Mechanism):
    """Joint provision saves hours as far as units are members of a platform; each service costs, wanted or not.

        saving = most · (1 − exp(−N / wanted)) · members of the circle / units of the circle · dose

    Without a mechanism that offers membership nobody is a member: the services cost and save nothing. Example: with 12 services and
    half of the units as members, 0.20 · 0.78 · 0.5 = 8 per cent of hours.
    """

    seed = ("F9", "D2", "B4")
    theory = "Economies of scope rest on shared inputs: Panzar & Willig 1981, AER 71(2); Ansell & Gash 2018, JPART 28(1)."
    title: ClassVar[dict[str, str]] = {"en": "Bundles of services", "zh": "大党建+N服务"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Services of members are provided together on the platform of the area.",
        "zh": "依托区域平台，将成员单位的多项服务联合供给。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community committees: money per service; community stations: hours per service",
        "zh": "社区党委：按项经费；社区服务站：按项工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "bundles nobody needs: hours are used and needs stay unmet; without a platform there is nothing to bundle",
        "zh": "供非所需：耗费工时而需求未满足；没有平台则无可整合",
    }
    Parameters = ServiceBundlesParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Money of committees and hours of stations for each service."""
        p = self.parameters
        committees, stations = rows_of(state, Role.COMMUNITY_COMMITTEE), rows_of(state, Role.SERVICE_STATION)
        return [
            Charge(committees, money=p.services * p.service_money * over_area(state, committees, dose)),
            Charge(stations, hours=p.services * p.service_hours * over_area(state, stations, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Hours saved in proportion to membership."""
        p = self.parameters
        units = np.isin(state.fixed.circle, member_units(state)).sum(1)
        shared = members_by_community(state) / np.maximum(1, units)
        wanted = 1.0 - math.exp(-p.services / p.wanted)
        levers.add("joint_saving", p.saving * wanted * shared * dose)
