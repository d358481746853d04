"""Shared network (comparator): partners meet as equals, nobody leads, everyone keeps a link to everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, sum_over_area
from sim.needs import Category, Role, district_department
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

_HOSTS: Final = (
    Role.PROPERTY_FIRM, Role.STREET_OFFICE, Role.RESIDENTS_COMMITTEE, Role.SERVICE_STATION, Role.SOCIAL_ORGANIZATION,
    district_department(Category.INFRASTRUCTURE),
)  # fmt: skip
#: Seats in the order in which they join: first those that handle cases first and can host, then all others of the chains.
PARTNERS: Final = (
    *_HOSTS, Role.PRIVATE_FIRM, Role.COUNCIL,
    *(district_department(k) for k in Category if k != Category.INFRASTRUCTURE),
)  # fmt: skip


# fmt: off
class SharedNetworkParameters(NamedTuple):
    """Constants of the network."""

    partners: float = parameter(6.0, unit="organizations per community", low=2.0, high=15.0, source="EV-ORG-PK-SIZE", grade="judgement",
        en="organizations that keep links with one another", zh="互相保持联系的组织数")
    convening: float = parameter(0.5, unit="share", low=0.1, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="share of multi-organization cases that partners meet about", zh="伙伴会商的跨部门事项比例")
    meetings: float = parameter(0.10, unit="meetings per host, community and day", low=0.02, high=0.5, source="mechanisms, comparators", grade="judgement",
        en="meetings that each first handler among the partners can host", zh="首办单位可主持的会商数")
    consent: float = parameter(0.3, unit="share", low=0.0, high=0.8, source="Provan & Kenis 2008", grade="judgement",
        en="share of parts that partners agree on at the table rather than take home", zh="会商现场达成一致的比例")
    tie_growth: float = parameter(0.8, unit="factor", low=0.0, high=2.0, source="Provan & Kenis 2008", grade="judgement",
        en="faster growth of ties among equals", zh="平等会商对联系增进的加成")
    link_hours: float = parameter(0.02, unit="hours per link, side, community and day", low=0.005, high=0.08, source="EV-ORG-COORD", grade="judgement",
        en="hours that each side gives to keep a link", zh="每条联系每方的维护工时")
# fmt: on


class SharedNetwork(Mechanism):
    """Meetings without a lead and faster ties, at the price of n (n − 1) / 2 links, each kept by both sides.

    Example: six partners give 0.02 · 5 = 0.1 hours each a day and community, 0.6 in all; twelve give 0.22 each, 2.64 in all.
    """

    seed = ("B3",)
    theory = "Shared governance suits few partners with trust; beyond about seven a lead is cheaper: Provan & Kenis 2008, JPART 18(2)."
    title: ClassVar[dict[str, str]] = {"en": "Shared network", "zh": "平等网络协同"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Partners meet as equals about cases that need several of them; the first handler hosts.",
        "zh": "各组织平等会商跨部门事项，由首办单位主持，不设牵头方。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "every partner of a community, street offices and district departments included: hours per link; firms and social organizations alike",
        "zh": "各伙伴单位（含街道办、区级部门、企业与社会组织）：按联系数计的工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "beyond about seven partners the hours for links, growing with the square of partners, exceed what meetings save",
        "zh": "伙伴超过约七个后，联系工时按平方增长，超过会商的收益",
    }
    Parameters = SharedNetworkParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Each partner keeps a link to every other one in each community that it serves."""
        p, partners = self.parameters, self._partners()
        rows = _rows(state, partners)
        each = p.link_hours * (len(partners) - 1)
        return [Charge(rows, hours=each * sum_over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Cases are brought to tables without a head; hosts are the first handlers among the partners."""
        p, partners = self.parameters, self._partners()
        hosts = _rows(state, [seat for seat in partners if seat in _HOSTS])
        levers.add("shared_network", dose)
        levers.add("convening", p.convening * dose)
        levers.add("authority", p.consent * dose)
        levers.add("slots", p.meetings * sum_over_area(state, hosts, dose), hosts)
        levers.add("tie_growth", 1.0 + p.tie_growth * dose)

    def _partners(self) -> tuple[int, ...]:
        return PARTNERS[: round(self.parameters.partners)]


def _rows(state: State, seats: tuple[int, ...] | list[int]) -> Array:
    """Rows of all institutions that hold one of the seats."""
    return np.flatnonzero(np.isin(state.institutions.role, seats))
