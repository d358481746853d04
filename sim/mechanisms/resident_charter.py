"""Resident charter (comparator): residents agree on rules and look after their affairs without party lead."""

from __future__ import annotations

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
class ResidentCharterParameters(NamedTuple):
    """Constants of the charter."""

    self_help: float = parameter(0.4, unit="factor", low=0.0, high=1.5, source="Ostrom 1990", grade="judgement",
        en="gain in what residents settle among themselves", zh="居民自助解决率的提升")
    capital: float = parameter(0.5, unit="factor", low=0.0, high=2.0, source="Ostrom 1990", grade="judgement",
        en="gain in the social capital that participation builds", zh="参与积累社会资本的提升")
    legitimacy: float = parameter(0.06, unit="1", low=0.0, high=0.3, source="Ostrom 1990", grade="judgement",
        en="fairness that residents see in rules of their own", zh="自订规约带来的公平感")
    resident_hours: float = parameter(0.08, unit="hours per 1,000 residents and day", low=0.02, high=0.4, source="mechanisms, comparators", grade="judgement",
        en="hours of volunteers for assemblies and duties, off the cases that they help with", zh="居民议事与轮值工时")
    council_hours: float = parameter(0.3, unit="hours per community and day", low=0.05, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="hours of each council for keeping the charter", zh="理事会工时")
    committee_hours: float = parameter(0.5, unit="hours per community and day", low=0.1, high=2.0, source="mechanisms, comparators", grade="judgement",
        en="hours of each residents' committee for assemblies", zh="居委会组织议事工时")
# fmt: on


class ResidentCharter(Mechanism):
    """Self-help, social capital and legitimacy in proportion to the time that residents give: no time, no charter.

    Neighbours settle a simple need with hazard `σ · social capital of the cell · (1 + self_help · dose)`, so that the charter gives
    most to cells that already hold together. Example: at dose 1 a cell with social capital 0.6 gains three times what one with
    0.2 gains.
    """

    seed = ("A3", "A6", "B1")
    theory = (
        "Users can govern commons by rules of their own where enough take part: Ostrom 1990; Michels 1911."
    )
    title: ClassVar[dict[str, str]] = {"en": "Resident charter", "zh": "居民公约自治"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Residents agree on a charter and settle more among themselves, without party lead.",
        "zh": "居民订立公约、自我管理，不设党组织牵头。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "residents of each community: volunteers' hours; council and residents' committee: hours",
        "zh": "社区居民：志愿工时；理事会与居委会：工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "thin participation: bodies pay and little happens; cells with little social capital fall behind",
        "zh": "参与不足则空有成本；社会资本薄弱的网格掉队",
    }
    Parameters = ResidentCharterParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Volunteers' hours by the residents of each community, hours of council and residents' committee."""
        p = self.parameters
        residents, council, committee = (
            rows_of(state, role) for role in (Role.VOLUNTEERS, Role.COUNCIL, Role.RESIDENTS_COMMITTEE)
        )
        people = np.add.reduceat(
            (state.cells.last - state.cells.first).astype(np.float64),
            state.geography.community_first_cell[:-1],
        )
        return [
            Charge(residents, hours=p.resident_hours * over_area(state, residents, dose * people / 1000.0)),
            Charge(council, hours=p.council_hours * over_area(state, council, dose)),
            Charge(committee, hours=p.committee_hours * over_area(state, committee, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Self-help, growth of social capital, legitimacy."""
        p = self.parameters
        levers.add("self_help", 1.0 + p.self_help * dose)
        levers.add("capital_growth", 1.0 + p.capital * dose)
        levers.add("fairness", p.legitimacy * dose)
