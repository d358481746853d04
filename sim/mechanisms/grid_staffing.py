"""Grid staffing: more grid workers and better means; they find more, whether or not it can be worked."""

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
class GridStaffingParameters(NamedTuple):
    """Constants of grid staffing."""

    workers: float = parameter(0.5, unit="persons per cell", low=0.1, high=3.0, source="EV-ORG-GRID-XS", grade="judgement",
        en="grid workers added to each cell", zh="每个网格增配的网格员")
    means: float = parameter(0.2, unit="factor", low=0.0, high=1.0, source="seed F6c", grade="judgement",
        en="gain in what each visit brings to light by better means", zh="装备与手段带来的发现率提升")
    promise: float = parameter(0.03, unit="0-1", low=0.0, high=0.2, source="EV-EXP-ADAPT", grade="judgement",
        en="performance that visits lead residents to expect beyond what neighbours got", zh="走访抬高的居民期望")
    wage: float = parameter(180.0, unit="CNY per worker and day", low=110.0, high=300.0, source="mechanisms, grid staffing", grade="judgement",
        en="cost of a grid worker", zh="每名网格员日成本")
    hours: float = parameter(0.10, unit="hours per worker and day", low=0.02, high=0.4, source="mechanisms, grid staffing", grade="judgement",
        en="hours of the community committee for leading each added worker", zh="社区党委管理每名网格员的工时")
# fmt: on


class GridStaffing(Mechanism):
    """More is found, and those who are visited expect more; hands that do the work are not added.

    Example: at dose 1 a community of six cells gains 3 workers for 3 · 180 = 540 CNY a day, who with better means find
    (1 + 0.5) · (1 + 0.2) = 1.8 times what one worker a cell found.
    """

    seed = ("F6c",)
    theory = (
        "Frontline workers can find more than an organization can serve: Lipsky 1980, Street-Level Bureaucracy; "
        "on China's grids Mittelstaedt 2022, China Information 36(1)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Grid staffing", "zh": "做实网格"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Grid workers are added to each cell and equipped; they find needs before they are reported.",
        "zh": "为每个网格增配网格员与装备，主动发现需求。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committees: wages and hours of leading them",
        "zh": "社区党委：网格员工资与管理工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "finds more than can be worked: the backlog and expectations rise, the needs stay",
        "zh": "发现多于可办：积压与期望上升，需求仍未满足",
    }
    Parameters = GridStaffingParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Wages and hours of leading, of each community committee, for the workers added to its cells."""
        p = self.parameters
        rows = rows_of(state, Role.COMMUNITY_COMMITTEE)
        added = over_area(state, rows, p.workers * dose * np.diff(state.geography.community_first_cell))
        return [Charge(rows, hours=p.hours * added, money=p.wage * added)]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Add workers and means, and raise hopes."""
        p = self.parameters
        levers.add("grid_workers", p.workers * dose)
        levers.add("discovery", 1.0 + p.means * dose)
        levers.add("promise", p.promise * dose)
