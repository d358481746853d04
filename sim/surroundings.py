"""The surroundings of daily life: facilities age and are repaired, disorder grows and is cleared, conflicts fade.

    facility:  f' = f · (1 − delta/365) + r · hours · (1 − f)
    disorder:  d' = d + g · load · (1 − d) + s · (d̄_neighbours − d) − k · hours · d − n · d
    conflict:  c' = c · (1 − 1/tau)  (escalations are added when they happen)

`load` is the severity of open environment and order needs per head (broken windows: Wilson & Kelling 1982; Keizer, Lindenberg &
Steg 2008), `hours` the work done in the cell yesterday per 1,000 residents. Limit: without work facilities age exponentially.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.kernels import kernel
from sim.parameters import parameter
from sim.state import State


# fmt: off
class SurroundingParameters(NamedTuple):
    """Constants of the cells' conditions."""

    ageing: float = parameter(0.08, unit="1/year", low=0.02, high=0.2, source="laws, cells", grade="judgement",
        en="share of facility condition lost a year", zh="设施状况年衰减率")
    repair: float = parameter(1.0e-3, unit="1/(hour per 1,000 residents)", low=2e-4, high=5e-3, source="laws, cells", grade="judgement",
        en="share of the shortfall of facilities that an hour of repair makes good", zh="每工时维修改善")
    disorder_growth: float = parameter(0.20, unit="1/(severity per head) and day", low=0.1, high=1.0, source="laws, cells", grade="judgement", set_for="TG-SATISFACTION",
        en="growth of disorder with open environment and order needs", zh="未满足需求导致的失序增长")
    disorder_spread: float = parameter(0.01, unit="1/day", low=0.0, high=0.05, source="Keizer, Lindenberg & Steg 2008", grade="judgement",
        en="spread of disorder from neighbouring cells", zh="失序的邻近扩散")
    disorder_clearing: float = parameter(0.010, unit="1/(hour per 1,000 residents)", low=0.001, high=0.05, source="laws, cells", grade="judgement",
        en="share of disorder that an hour of cleaning or policing clears", zh="每工时清理失序比例")
    disorder_decay: float = parameter(0.012, unit="1/day", low=0.002, high=0.05, source="laws, cells", grade="judgement",
        en="share of disorder that passes by itself", zh="失序自然消退率")
    conflict_days: float = parameter(60.0, unit="days", low=14.0, high=180.0, source="laws, cells", grade="judgement",
        en="days over which an escalated dispute is felt", zh="冲突影响的持续天数")
# fmt: on


def age_and_tidy(state: State) -> None:
    """Move all cells one day with yesterday's work and load, then clear yesterday's sums of work."""
    _age_and_tidy(state.view)


@kernel
def _age_and_tidy(v):  # type: ignore[no-untyped-def]
    cells, p = v.cells, v.laws.surroundings
    for c in range(cells.facility.size):
        people = max(1, cells.last[c] - cells.first[c]) / 1000.0
        f = cells.facility[c]
        cells.facility[c] = min(
            1.0, f * (1.0 - p.ageing / 365.0) + p.repair * cells.repaired[c] / people * (1.0 - f)
        )
        total, count = 0.0, 0
        for j in range(cells.neighbours.shape[1]):
            other = cells.neighbours[c, j]
            if other >= 0:
                total += cells.disorder[other]
                count += 1
        d = cells.disorder[c]
        around = total / count if count else d
        change = p.disorder_growth * cells.unmet_load[c] * (1.0 - d) + p.disorder_spread * (around - d)
        change -= (min(0.5, p.disorder_clearing * cells.cleaned[c] / people) + p.disorder_decay) * d
        cells.disorder_next[c] = min(1.0, max(0.0, d + change))
        cells.conflict[c] *= 1.0 - 1.0 / p.conflict_days
    for c in range(cells.facility.size):
        cells.disorder[c] = cells.disorder_next[c]
        cells.repaired[c] = 0.0
        cells.cleaned[c] = 0.0
        cells.settled[c] = 0.0
