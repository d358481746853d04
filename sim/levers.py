"""Levers: the arrays through which mechanisms act on the day, and the rule by which contributions combine.

Every rule is commutative (`sum`, `product`, `max`) and contributions are applied in the order of mechanism names, so that the
order in which mechanisms are listed never changes a bit. Levers are recomputed from their base on each day on which a
contribution changed, then clipped to their declared range. A law reads levers and parameters, never a mechanism or a strategy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.needs import CATEGORIES
from sim.tables import Array

Rule = Literal["sum", "product", "max"]
Scope = Literal["community", "institution"]


@dataclass(frozen=True)
class Lever:
    """Where a mechanism may act: per community or per institution, unit, base, range, rule of combination."""

    per: Scope
    unit: str
    base: float
    low: float
    high: float
    rule: Rule
    meaning: str
    wide: tuple[int, ...] = ()


def lever(
    per: Scope,
    unit: str,
    base: float,
    low: float,
    high: float,
    rule: Rule,
    meaning: str,
    wide: tuple[int, ...] = (),
) -> Any:
    """A `Lever` as the default of a NamedTuple field; typed `Any` so that the field keeps its own type, an array."""
    return Lever(per, unit, base, low, high, rule, meaning, wide)


# fmt: off
class Levers(NamedTuple):
    """One array per lever: `[communities]` or `[institutions]`, with the extra dimensions that it declares."""

    # voice
    desk_ease: Array = lever("community", "factor", 1, 0.1, 5, "product", "ease of reporting at the committee's desk")
    hotline_ease: Array = lever("community", "factor", 1, 0.1, 10, "product", "ease of reporting by hotline")
    platform_ease: Array = lever("community", "factor", 1, 0, 10, "product", "ease of reporting on the digital platform")
    discovery: Array = lever("community", "factor", 1, 0, 5, "product", "needs that grid workers find")
    self_help: Array = lever("community", "factor", 1, 0, 3, "product", "needs that residents settle among themselves")
    mediation: Array = lever("community", "factor", 1, 0, 5, "product", "disputes that neighbours settle with the help of respected locals")
    outreach: Array = lever("community", "1/day", 0, 0, 0.5, "sum", "open needs that are found and met unasked", (CATEGORIES,))
    grid_workers: Array = lever("community", "persons per cell", 0, -5, 5, "sum", "grid workers added to each cell")
    assisted_access: Array = lever("community", "share", 0, 0, 1, "sum", "share of the digital gap in access that helpers close")
    # triage
    triage_error: Array = lever("community", "factor", 1, 0.05, 4, "product", "cases sent to the wrong handler")
    scope_error: Array = lever("community", "factor", 1, 0.05, 4, "product", "cases whose need for partners is overlooked")
    delegation: Array = lever("community", "share", 0, 0, 1, "sum", "share of upper-level parts that the street may settle itself", (CATEGORIES,))
    rule_share: Array = lever("community", "share", 0.5, 0, 1, "sum", "share of decisions by rule rather than by relationship")
    deadline: Array = lever("community", "factor", 1, 0.2, 2, "product", "deadlines that are promised")
    deliberation: Array = lever("community", "days", 0, 0, 15, "sum", "mean time that deliberation takes before the community acts on a case")
    contracted: Array = lever("community", "share", 0, 0, 1, "sum", "share of first parts that go to a contractor", (CATEGORIES,))
    joint_saving: Array = lever("community", "share", 0, 0, 0.5, "sum", "hours saved by providing services together")
    # coordinate
    handover_lag: Array = lever("community", "factor", 1, 0.1, 4, "product", "lag of a hand-over between organizations")
    refusal: Array = lever("institution", "logit", 0, -4, 4, "sum", "readiness to refuse what others hand over")
    clarity: Array = lever("community", "share", 0, 0, 1, "sum", "clarity of remits")
    convening: Array = lever("community", "share", 0, 0, 1, "sum", "share of recognised multi-organization cases brought to a convenor")
    minor_convening: Array = lever("community", "share", 0, 0, 1, "sum", "share of single-organization cases brought to a convenor all the same")
    slots: Array = lever("institution", "meetings per day", 0, 0, 200, "sum", "meetings that the institution can convene")
    batch: Array = lever("institution", "meetings per sitting", 0, 0, 1000, "sum", "cases that the weekly sitting can take up")
    meeting_hours: Array = lever("community", "factor", 1, 0.1, 3, "product", "hours that a meeting takes of its participants")
    priority: Array = lever("community", "urgency classes", 0, -3, 3, "sum", "urgency classes by which a category is moved up", (CATEGORIES,))
    easy_first: Array = lever("community", "days per hour of work", 0, 0, 1000, "sum", "days of precedence that a case gains for each hour less of work")
    summon: Array = lever("community", "share", 0, 0, 1, "max", "upper departments come when a lower level calls")
    authority: Array = lever("community", "share", 0, 0, 1, "max", "share of convened parts decided on the spot rather than handed back")
    shared_network: Array = lever("community", "share", 0, 0, 1, "max", "share of convened cases that meet without a lead: the first handler hosts, everyone meets everyone")
    wait_for_slot: Array = lever("community", "share", 0, 0, 1, "max", "cases wait for a meeting rather than go one by one")
    leadership_level: Array = lever("community", "level", 0, 0, 4, "max", "lowest level at which party leadership enters a convened case (E1)")
    # work
    overhead_hours: Array = lever("institution", "hours per day", 0, 0, 1e6, "sum", "hours that mechanisms take before cases are served")
    added_staff: Array = lever("institution", "persons", 0, -1e4, 1e4, "sum", "staff moved in or out")
    burden: Array = lever("institution", "share", 0, -0.5, 0.5, "sum", "working time lost to reporting and inspection, beyond the base")
    skill: Array = lever("institution", "1", 0, -0.9, 2, "sum", "skill beyond what staff brings")
    effort: Array = lever("institution", "factor", 1, 0.2, 2, "product", "effort called forth by contracts and recognition")
    pool: Array = lever("institution", "share", 0, 0, 1, "sum", "share of idle hours pledged to the pool")
    conversion: Array = lever("community", "share", 0, 0, 0.4, "sum", "gain in usefulness of lent hours")
    # close
    accountability: Array = lever("community", "share", 0, 0, 1, "sum", "pressure of deadlines and ranking on closing")
    target: Array = lever("community", "share", 0, 0, 1, "max", "target for confirmed and timely cases")
    disclosure: Array = lever("community", "share", 0, 0, 1, "sum", "disclosure of how cases were closed")
    audit: Array = lever("community", "share", 0, 0, 1, "sum", "closures checked with the resident by a third party")
    quality: Array = lever("community", "factor", 1, 0.3, 1.5, "product", "quality of completed work", (CATEGORIES,))
    # respond and participate
    fairness: Array = lever("community", "1", 0, -0.5, 0.5, "sum", "fairness of treatment as residents see it")
    warmth: Array = lever("community", "1", 0, -0.2, 0.2, "sum", "trust earned or lost by presence and publicity, per year")
    promise: Array = lever("community", "0-1", 0, -0.3, 0.5, "sum", "performance that residents are led to expect beyond what neighbours got")
    mobilisation: Array = lever("community", "1", 0, 0, 1, "sum", "calls to volunteer")
    capital_growth: Array = lever("community", "factor", 1, 0, 4, "product", "social capital that participation builds")
    # adapt
    alignment_pull: Array = lever("institution", "1/week", 0, 0, 0.5, "sum", "pull of alignment towards the common goal")
    membership: Array = lever("institution", "share", 0, 0, 1, "max", "membership in the party network offered to the institution")
    tie_growth: Array = lever("community", "factor", 1, 0, 5, "product", "growth of ties by joint work and meetings")
    recognition: Array = lever("institution", "1", 0, 0, 1, "sum", "recognition, which calls forth effort")
    refusal_cost: Array = lever("institution", "1", 0, 0, 1, "sum", "what it costs an institution to refuse")
    training: Array = lever("institution", "1/month", 0, -0.1, 0.3, "sum", "training of staff towards the most that training can reach; negative: skill that is unlearned")
    turnover: Array = lever("institution", "factor", 1, 0.2, 4, "product", "staff that leaves")
    # money
    money_charge: Array = lever("institution", "CNY per day", 0, 0, 1e9, "sum", "money that mechanisms take")
    added_money: Array = lever("institution", "CNY per day", 0, -1e9, 1e9, "sum", "budget moved in or out")
# fmt: on


def declared_levers() -> dict[str, Lever]:
    """All levers by name."""
    return dict(Levers._field_defaults)


class Contributions:
    """Collects what mechanisms do to levers and turns it into the arrays that laws read."""

    def __init__(self, communities: int, institutions: int) -> None:
        rows = {"community": communities, "institution": institutions}
        self._declared = declared_levers()
        self._base = {
            name: np.full((rows[one.per], *one.wide), one.base, np.float64)
            for name, one in self._declared.items()
        }
        self._moved: dict[str, Array] = {}

    def add(self, name: str, amount: Array | float, rows: Array | slice = slice(None)) -> None:
        """Contribute `amount` (a summand, a factor, or a floor, by the lever's rule) to `rows` of lever `name`."""
        declared = self._declared[name]
        if name not in self._moved:
            self._moved[name] = self._base[name].copy()
        array = self._moved[name]
        if declared.rule == "sum":
            array[rows] += amount
        elif declared.rule == "product":
            array[rows] *= amount
        else:
            array[rows] = np.maximum(array[rows], amount)

    def unclipped(self) -> dict[str, Array]:
        """What has been contributed to each lever so far, before it is held to its range."""
        return self._base | {name: array.copy() for name, array in self._moved.items()}

    def levers(self) -> Levers:
        """The clipped arrays; levers to which nobody contributed share one array at their base."""
        declared = self._declared
        clipped = {
            name: array.clip(declared[name].low, declared[name].high) for name, array in self._moved.items()
        }
        return Levers(**(self._base | clipped))

    def forget(self) -> None:
        """Return to the base, to collect anew."""
        self._moved = {}
