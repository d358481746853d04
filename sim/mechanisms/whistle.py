"""Whistle and report (Beijing 2017): the street whistles, summoned departments must report."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import Charge, Mechanism, departments, over_area, rows_of, sum_over_area
from sim.needs import Level, Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class WhistleParameters(NamedTuple):
    """Constants of the whistle."""

    convening: float = parameter(0.6, unit="share", low=0.1, high=1.0, source="seed C2", grade="judgement",
        en="share of multi-organization cases for which the street whistles", zh="街道吹哨的跨部门事项比例")
    inflation: float = parameter(0.10, unit="share", low=0.0, high=0.5, source="seed C2", grade="judgement", deep=True,
        en="share of simple cases for which the street whistles because whistling is cheap", zh="简单事项被吹哨的比例（哨声通胀）")
    authority: float = parameter(0.55, unit="share", low=0.1, high=0.95, source="seed C2", grade="judgement",
        en="share of summoned departments that come with the power to decide", zh="到场部门具备决定权的比例")
    whistles: float = parameter(0.25, unit="whistles per community and day", low=0.05, high=1.0, source="seed C2", grade="judgement",
        en="whistles that the street committee can answer for", zh="街道可处理的吹哨次数")
    faster: float = parameter(0.25, unit="share", low=0.0, high=0.6, source="EV-BJ-WHISTLE-T", grade="judgement",
        en="hand-over lag saved by standing contact persons", zh="常设联络人节省的移交时滞")
    liaison_hours: float = parameter(0.3, unit="hours per department and day", low=0.05, high=1.0, source="mechanisms, whistle", grade="judgement",
        en="hours of each district department on standby for whistles", zh="部门待命联络工时")
    street_hours: float = parameter(1.5, unit="hours per day", low=0.3, high=4.0, source="mechanisms, whistle", grade="judgement",
        en="hours of the street committee for the whistle desk", zh="街道吹哨受理工时")
# fmt: on


class Whistle(Mechanism):
    """Convening by the street with power over departments above it; departments pay with hours off their own queues.

    Example: a case of scope 3 takes a whistle and 0.75 · 4 = 3 hours, a quarter from each at the table, and runs in parallel.
    """

    seed = ("C2", "D1", "E1", "D3")
    theory = "Mandated coordination by a local lead works while its capacity lasts: Provan & Kenis 2008; Bitterman & Koliba 2020."
    title: ClassVar[dict[str, str]] = {"en": "Whistle and report", "zh": "街乡吹哨、部门报到"}
    summary: ClassVar[dict[str, str]] = {
        "en": "The street summons departments, which must report and settle the case together.",
        "zh": "街道吹哨，部门必须报到共同办理。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district departments: standby and meeting hours off their own queues; street committee: whistle desk",
        "zh": "区级部门：待命与会商工时；街道党工委：受理工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "cheap whistles inflate and crowd out departments' own work; the summoned come without the power to decide",
        "zh": "哨声通胀挤占部门本职；报到者无决定权",
    }
    Parameters = WhistleParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Standby hours of district departments, desk hours of the street committee; meetings are booked as they happen."""
        p = self.parameters
        called, street = departments(state), rows_of(state, Role.STREET_COMMITTEE)
        return [
            Charge(called, hours=p.liaison_hours * over_area(state, called, dose)),
            Charge(street, hours=p.street_hours * over_area(state, street, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Whistles for the street, power to summon, some power to decide; and the temptation to whistle for everything."""
        p = self.parameters
        street = rows_of(state, Role.STREET_COMMITTEE)
        levers.add("slots", p.whistles * sum_over_area(state, street, dose), street)
        levers.add("convening", p.convening * dose)
        levers.add("minor_convening", p.inflation * dose)
        levers.add("summon", dose)
        levers.add("authority", p.authority * dose)
        levers.add("leadership_level", float(Level.STREET) * (dose > 0.0))
        levers.add("handover_lag", 1.0 - p.faster * dose)
