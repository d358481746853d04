"""What all institutions share: the Mesa agent that holds a row of the institution table, and the declaration of seats.

Decisions are vector code over all institutions of a kind (`review`); an agent is a window on its own row, so that Mesa's tools, a
page or a lesson can look at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import mesa
import numpy as np

from sim.needs import Actor, Kind, Level, Role
from sim.parameters import parameter
from sim.tables import Array

if TYPE_CHECKING:
    from sim.levers import Levers
    from sim.randomness import Draws
    from sim.state import State


@dataclass(frozen=True)
class Seat:
    """One kind of institution: its seat in the circle, level, resource kind, and the parameters of its size.

    `staff` names the parameter with the staff per 10,000 residents served (per institution where `absolute`); `spread` is the number
    of communities that share one institution below the level of the seat (0: one for each unit of the level).
    """

    role: int
    level: Level
    kind: Kind
    staff: str
    absolute: bool = False
    spread: int = 0


# fmt: off
class StaffParameters(NamedTuple):
    """Constants of staff that all actor kinds share."""

    wage: float = parameter(90000.0, unit="CNY per person and year", low=60000.0, high=130000.0, source="EV-CN-WAGE-CW", grade="judgement",
        en="yearly cost of a full-time worker", zh="每名全职人员年成本")
    margin: float = parameter(0.15, unit="share", low=0.02, high=0.4, source="laws §9", grade="judgement",
        en="budget beyond wages, free for programmes", zh="工资之外可用于项目的预算比例")
    turnover: float = parameter(0.15, unit="share per year", low=0.05, high=0.4, source="laws §9", grade="judgement",
        en="staff that leaves a year without burnout", zh="无倦怠时的年离职率")
    turnover_burnout: float = parameter(2.0, unit="factor", low=0.0, high=5.0, source="laws §9", grade="judgement",
        en="rise of turnover at full burnout", zh="完全倦怠对离职的放大")
    newcomer_skill: float = parameter(0.75, unit="1", low=0.4, high=1.0, source="laws §9", grade="judgement",
        en="skill of newcomers", zh="新入职者技能水平")
    trained_skill: float = parameter(1.35, unit="1", low=1.1, high=1.6, source="seed F6d", grade="judgement",
        en="skill that training can reach at most", zh="培训可达到的技能上限")
    learning: float = parameter(0.04, unit="1/month", low=0.01, high=0.1, source="laws §9", grade="judgement",
        en="monthly learning on the job", zh="在岗学习速度")
    community_fund: float = parameter(400000.0, unit="CNY per community and year", low=200000.0, high=800000.0, source="EV-CD-FUND", grade="literature",
        en="community development fund at the community committee's disposal", zh="社区发展治理保障资金")
    district_fund: float = parameter(200000.0, unit="CNY per community and year", low=50000.0, high=600000.0, source="EV-CD-FUND", grade="judgement",
        en="money of the district committee for programmes in communities", zh="区级社区治理专项经费")
    reputation_rate: float = parameter(0.15, unit="1/month", low=0.05, high=0.4, source="laws §9", grade="judgement",
        en="how fast reputation follows what is achieved", zh="声誉更新速度")
# fmt: on


class Organization(mesa.Agent):
    """An institution as Mesa sees it: a row of the institution table."""

    actor: ClassVar[Actor]
    seats: ClassVar[tuple[Seat, ...]]
    goal_en: ClassVar[str]
    goal_zh: ClassVar[str]
    #: Whether posts are paid from a public budget: without money, whoever leaves is not replaced.
    public: ClassVar[bool] = False

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        """Columns of the institution table read as attributes: `agent.staff`, `agent.alignment`, …"""
        if name.startswith("_") or "row" not in self.__dict__ or "model" not in self.__dict__:
            raise AttributeError(name)
        table = self.model.state.institutions
        if name not in table._fields:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(table, name)[self.row]

    @property
    def seat_name(self) -> str:
        """Name of the seat that it holds."""
        return seat_name(int(self.model.state.institutions.role[self.row]))

    @classmethod
    def goal(cls, state: State, rows: Array) -> Array:
        """Achievement of the own goal of each of `rows`, 0-1, shape `[rows]`."""
        raise TypeError(f"{cls.__name__} must say what it wants")

    @classmethod
    def review(cls, state: State, levers: Levers, draws: Draws, day: int, rows: Array) -> None:
        """Monthly review of all institutions of this kind; the common part moves staff, skill, reputation and own goal."""
        t, p = state.institutions, state.parameters.staff
        leaving = state.fixed.staff_turnover / 12.0 * levers.turnover[rows]
        left = np.minimum(1.0, leaving * (1.0 + p.turnover_burnout * t.burnout[rows]))
        at_rest = p.turnover / 12.0
        # The ceiling is placed so that skill one is the resting point of an institution without burnout.
        ceiling = 1.0 + at_rest * (1.0 - p.newcomer_skill) / p.learning
        t.skill[rows] += p.learning * (ceiling - t.skill[rows]) - left * (t.skill[rows] - p.newcomer_skill)
        t.skill[rows] += levers.training[rows] * np.maximum(0.0, p.trained_skill - t.skill[rows])
        achieved = mean_over_communities(state, rows, state.communities.recognised)
        t.reputation[rows] += p.reputation_rate * (achieved - t.reputation[rows])
        t.own_goal[rows] = np.clip(cls.goal(state, rows), 0.0, 1.0)
        if cls.public:
            follow_budget(state, rows, left)


def follow_budget(state: State, rows: Array, left: Array) -> None:
    """Posts beyond what the budget pays stay vacant as people leave (share `left`), and are filled when it pays again."""
    t = state.institutions
    paid = t.budget[rows] / t.wage[rows]
    lost = np.minimum(left * t.staff[rows], np.maximum(0.0, t.staff[rows] - paid))
    found = np.minimum(t.vacant[rows], np.maximum(0.0, paid - t.staff[rows]))
    t.staff[rows] += found - lost
    t.vacant[rows] += lost - found


def mean_over_communities(state: State, rows: Array, values: Array) -> Array:
    """Mean of a community quantity over the communities that each of `rows` serves, shape `[rows]`."""
    t = state.institutions
    summed = np.concatenate([[0.0], np.cumsum(values)])
    first, last = t.first_community[rows], t.last_community[rows]
    return (summed[last] - summed[first]) / (last - first)


def community_trust(state: State) -> Array:
    """Mean trust of residents by community, `[communities]`."""
    from sim.state import FIXED_POINT

    cells = state.cells
    people = np.add.reduceat(
        (cells.last - cells.first).astype(np.float64), state.geography.community_first_cell[:-1]
    )
    trust = np.add.reduceat(cells.sums[:, 5] / FIXED_POINT, state.geography.community_first_cell[:-1])
    return trust / np.maximum(1.0, people)


def seat_name(role: int) -> str:
    """Readable name of a seat; departments carry their category."""
    from sim.needs import Category

    for base in (Role.CITY_DEPARTMENT, Role.DISTRICT_DEPARTMENT):
        if base <= role < base + len(Category):
            return f"{base.name.lower()}_{Category(role - base).name.lower()}"
    return Role(role).name.lower()
