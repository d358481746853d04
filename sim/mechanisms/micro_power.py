"""Micro-power (F8c): a list of small powers, five deliberations and two disclosures."""

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
class MicroPowerParameters(NamedTuple):
    """Constants of the power list and the deliberation procedure."""

    clarity: float = parameter(0.25, unit="share", low=0.0, high=0.6, source="seed F8c", grade="judgement",
        en="gain in clarity of remits by the list of powers", zh="权力清单带来的权责清晰度提升")
    rule: float = parameter(0.20, unit="share", low=0.0, high=0.45, source="seed F8c", grade="judgement",
        en="share of decisions that the list moves from relationship to rule", zh="权力清单带来的依规办理比例提升")
    fairness: float = parameter(0.10, unit="1", low=0.0, high=0.3, source="Tyler 2006", grade="judgement",
        en="fairness that residents see in a procedure which a quorum has attended", zh="达到法定参与时程序公正感的提升")
    disclosure: float = parameter(0.40, unit="share", low=0.0, high=0.9, source="seed F8c", grade="judgement",
        en="disclosure of decisions and of their results", zh="决议与实施结果公开程度")
    deliberation_days: float = parameter(1.5, unit="days", low=0.3, high=6.0, source="seed F8c", grade="judgement", deep=True,
        en="mean time that five deliberations take before the community acts, when a quorum comes", zh="五议程序平均耗时（达到法定参与时）")
    quorum: float = parameter(0.03, unit="share of adults", low=0.01, high=0.2, source="seed F8c", grade="judgement",
        en="share of adults active in a week at which deliberations have their quorum", zh="议事达到法定参与所需的居民活跃比例")
    hours: float = parameter(1.0, unit="hours per community and day", low=0.2, high=3.0, source="mechanisms, micro-power", grade="judgement",
        en="hours of each residents' committee for deliberations and disclosures", zh="居委会议事与公开工时")
    party_hours: float = parameter(0.3, unit="hours per community and day", low=0.05, high=1.0, source="mechanisms, micro-power", grade="judgement",
        en="hours of each community party committee for proposing and overseeing", zh="社区党组织提议与监督工时")
# fmt: on


class MicroPower(Mechanism):
    """Clearer, by rule, in the open, and slower; without turnout the procedure is repeated and convinces nobody.

        turnout = min(1, active adults / quorum),   days = deliberation_days · (2 − turnout),   fairness = fairness · turnout

    Example: 1.5 per cent of adults are active and the quorum is 3: turnout 0.5, so a case waits 1.5 · 1.5 = 2.25 days on average.
    """

    seed = ("F8c", "B5")
    theory = (
        "Voice and neutrality make procedures legitimate where people take part in them, and they take time: "
        "Tyler 2006, Why People Obey the Law; Fung 2006, PAR 66(s1)."
    )
    title: ClassVar[dict[str, str]] = {
        "en": "Micro-power list and deliberation",
        "zh": "微权力清单与五议两公开",
    }
    summary: ClassVar[dict[str, str]] = {
        "en": "Small powers are listed; community decisions pass five deliberations and two disclosures.",
        "zh": "梳理微权力清单，社区事务经五议两公开决策。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "residents' committees of communities: hours of deliberation; community party committees: oversight; every decision: days",
        "zh": "社区居委会：议事工时；社区党组织：监督工时；每项决策：议事天数",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "slow: urgent cases wait; low turnout repeats the procedure and earns no legitimacy",
        "zh": "程序缓慢，急事等待；参与率低，反复议事而缺乏公信",
    }
    Parameters = MicroPowerParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours of residents' committees and of community party committees."""
        p = self.parameters
        bodies, committees = (
            rows_of(state, role) for role in (Role.RESIDENTS_COMMITTEE, Role.COMMUNITY_COMMITTEE)
        )
        return [
            Charge(bodies, hours=p.hours * over_area(state, bodies, dose)),
            Charge(committees, hours=p.party_hours * over_area(state, committees, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """The list and the disclosures work by themselves; fairness and speed depend on who comes."""
        p, came = self.parameters, self.turnout(state)
        levers.add("clarity", p.clarity * dose)
        levers.add("rule_share", p.rule * dose)
        levers.add("disclosure", p.disclosure * dose)
        levers.add("fairness", p.fairness * came * dose)
        levers.add("deliberation", p.deliberation_days * (2.0 - came) * dose)

    def turnout(self, state: State) -> Array:
        """Share of the quorum that comes, 0-1, `[communities]`."""
        first, cells = state.geography.community_first_cell[:-1], state.cells
        active, adults = np.add.reduceat(cells.volunteers, first), np.add.reduceat(cells.adults, first)
        return np.minimum(1.0, active / np.maximum(1, adults) / self.parameters.quorum)
