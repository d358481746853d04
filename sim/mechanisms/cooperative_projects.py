"""Cooperative projects (F8b): chamber of commerce, respected locals, a venture fund for the public good, family councils."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, relative, rows_of, sum_over_area
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

_YEAR: Final = 365
_CHAMBER: Final = (Role.PROPERTY_FIRM, Role.STATE_FIRM, Role.PRIVATE_FIRM)


# fmt: off
class CooperativeProjectsParameters(NamedTuple):
    """Constants of the four branches."""

    chamber: float = parameter(0.25, unit="share", low=0.0, high=0.6, source="seed F8b", grade="judgement",
        en="share of idle market hours that firms of the chamber pledge to each other's cases", zh="商会企业承诺共享的闲置市场工时比例")
    respected_locals: float = parameter(0.5, unit="factor", low=0.0, high=2.0, source="seed F8b", grade="judgement",
        en="more disputes that neighbours settle with the help of respected locals", zh="乡贤参事促成的邻里纠纷调解提升")
    venture_fund: float = parameter(150.0, unit="CNY per community and day", low=0.0, high=600.0, source="EV-CD-FUND", grade="judgement",
        en="money for projects of social organizations, on average over the year", zh="公益创投资金（全年日均）")
    family_council: float = parameter(0.10, unit="factor", low=0.0, high=0.5, source="seed F8b", grade="judgement",
        en="more simple needs that families settle among themselves", zh="家庭议事促成的居民自助提升")
    running: float = parameter(0.75, unit="share of a year", low=0.25, high=1.0, source="seed F8b", grade="judgement",
        en="part of each year in which projects run, before they end and the next are chosen", zh="每年项目实际运行的时间比例")
    connected: float = parameter(1.0, unit="power", low=0.0, high=6.0, source="mechanisms, cooperative projects", grade="judgement", deep=True,
        en="how steeply the fund follows the social capital of communities; 0: all alike", zh="资金随社区社会资本分配的陡度（0为均等）")
    capture: float = parameter(0.05, unit="share", low=0.0, high=0.4, source="mechanisms, cooperative projects", grade="judgement", deep=True,
        en="share of decisions that notables of the councils move from rule to relationship", zh="议事精英俘获导致的关系办理比例上升")
    hours: float = parameter(0.8, unit="hours per community and day", low=0.2, high=3.0, source="mechanisms, cooperative projects", grade="judgement",
        en="hours of the community committee for convening the four branches", zh="社区党委召集四类协同的工时")
# fmt: on


class CooperativeProjects(Mechanism):
    """Firms lend idle hours, respected locals mediate, projects employ people at social organizations, families help themselves.

        fund_m = venture_fund · (social capital of m)^connected relative to its mean,    paid out as fund_m / running while projects run

    Example: with 150 CNY a day and running 0.75 a community's projects employ 200 CNY a day for nine months, about 0.8 persons at
    90,000 CNY a year, and nobody for three.
    """

    seed = ("F8b", "B1", "A4")
    theory = (
        "Co-production widens who does the work; grants end and go to those who know how to ask, councils to notables: "
        "Ostrom 1996, World Development 24(6); Mansuri & Rao 2013, Localizing Development (elite capture)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Cooperative projects", "zh": "大协同工程"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Chamber of commerce, respected locals, a venture fund and family councils take a share of the work.",
        "zh": "党建加商会治理、乡贤参事、公益创投、家庭议事，多元主体分担治理。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committees: the fund, and hours of convening; firms of the chamber lend only idle hours",
        "zh": "社区党委：创投资金与召集工时；商会企业仅出借闲置工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "funds go to the well connected; projects end; notables capture the councils",
        "zh": "资金流向人脉广者；项目到期即止；议事被精英俘获",
    }
    Parameters = CooperativeProjectsParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """The fund and the hours of each community committee."""
        p, rows = self.parameters, rows_of(state, Role.COMMUNITY_COMMITTEE)
        return [
            Charge(
                rows,
                hours=p.hours * over_area(state, rows, dose),
                money=over_area(state, rows, dose * self.fund(state)),
            )
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Four branches at work, and what their notables do to rules."""
        p, t = self.parameters, state.institutions
        firms = np.flatnonzero(np.isin(t.role, _CHAMBER))
        levers.add("pool", p.chamber * over_area(state, firms, dose), firms)
        levers.add("mediation", 1.0 + p.respected_locals * dose)
        levers.add("self_help", 1.0 + p.family_council * dose)
        levers.add("rule_share", -p.capture * dose)
        if self.projects_run(moment.age):
            bodies = rows_of(state, Role.SOCIAL_ORGANIZATION)
            money = sum_over_area(state, bodies, dose * self.fund(state)) / p.running
            levers.add("added_money", money, bodies)
            levers.add("added_staff", money / t.wage[bodies], bodies)

    def changes(self, moment: Moment) -> bool:
        """Whether a round of projects begins or ends today."""
        return self.projects_run(moment.age) != self.projects_run(moment.age - 1)

    def projects_run(self, age: int) -> bool:
        """Whether projects run on the day `age` after the start."""
        return age % _YEAR < self.parameters.running * _YEAR

    def fund(self, state: State) -> Array:
        """Money for the projects of each community, CNY a day on average over the year, `[communities]`."""
        p, first = self.parameters, state.geography.community_first_cell
        capital = np.add.reduceat(state.cells.social_capital, first[:-1]) / np.diff(first)
        return p.venture_fund * relative(relative(capital) ** p.connected)
