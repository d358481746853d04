"""The contract of a mechanism: who it is, what it rests on, who pays, how it fails, and what it contributes to levers.

A mechanism is one file. It takes hours and money from named actors before those hours serve cases, contributes to levers in
proportion to its dose, and can make things worse. At dose 0 it is absent, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sim.needs import Role
from sim.tables import Array

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.randomness import Draws
    from sim.state import State


#: Seats whose holders can join the party network, 0/1 by seat.
_CAN_JOIN = np.isin(
    np.arange(max(Role) + 1),
    [Role.PROPERTY_FIRM, Role.PUBLIC_UNIT, Role.STATE_FIRM, Role.PRIVATE_FIRM, Role.SOCIAL_ORGANIZATION],
)


@dataclass(frozen=True)
class Moment:
    """When a mechanism acts: the day, the day on which it started, the keys of chance, and how long after the start each
    community has its turn (`[communities]`, or 0 for all at once)."""

    day: int
    start: int
    draws: Draws
    delay: Array | int = 0

    @property
    def age(self) -> int:
        """Days since the start."""
        return self.day - self.start

    @property
    def ages(self) -> Array:
        """Days since each community had its turn, 0 before it, `[communities]` (one number where all start at once)."""
        return np.maximum(0, np.atleast_1d(self.age - self.delay))


@dataclass(frozen=True)
class Charge:
    """What a mechanism takes from the institutions `rows`: hours a day and CNY a day, arrays of their shape or numbers."""

    rows: Array
    hours: Array | float = 0.0
    money: Array | float = 0.0


class Mechanism:
    """Base of all mechanisms.

    Class attributes
    ----------------
    seed : ids of the seed inventory that it implements.
    theory : what it rests on, with citation.
    payer, failure, title, summary : `{"en": …, "zh": …}`.
    grade : evidence grade of its magnitudes.
    Parameters : its declared constants, a NamedTuple of `parameter(...)`.
    """

    seed: ClassVar[tuple[str, ...]]
    theory: ClassVar[str]
    payer: ClassVar[dict[str, str]]
    failure: ClassVar[dict[str, str]]
    title: ClassVar[dict[str, str]]
    summary: ClassVar[dict[str, str]]
    grade: ClassVar[str] = "judgement"
    Parameters: ClassVar[type[tuple]]

    def __init__(self, parameters: Any) -> None:
        self.parameters = parameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hours and money that it takes a day at `dose` (`[communities]`, 0-1), each charge from named institutions."""
        raise TypeError(f"{type(self).__name__} must say who pays")

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Contribute to levers at the dose that its payers can pay for (`[communities]`, 0-1)."""
        raise TypeError(f"{type(self).__name__} must say what it does")

    def act(self, state: State, dose: Array, moment: Moment) -> None:
        """What it does on schedule, at the beginning of each week before it contributes: most mechanisms do nothing.

        It may write to institutions and communities only, and only what no law computes.
        """

    def changes(self, moment: Moment) -> bool:
        """Whether its contributions differ today from yesterday's, beyond dose and week."""
        return False


def rows_of(state: State, role: int) -> Array:
    """Rows of all institutions that hold a seat."""
    return np.flatnonzero(state.institutions.role == role)


def departments(state: State, first: Role = Role.DISTRICT_DEPARTMENT) -> Array:
    """Rows of all departments of a level."""
    role = state.institutions.role
    return np.flatnonzero((role >= int(first)) & (role < int(first) + 8))


def member_units(state: State) -> Array:
    """Rows of those who can join the party network: firms, public units and social organizations."""
    return np.flatnonzero(_CAN_JOIN[state.institutions.role])


def over_area(state: State, rows: Array, by_community: Array) -> Array:
    """Mean of a community quantity (such as the dose) over the area that each of `rows` serves, shape `[rows]`."""
    t = state.institutions
    return sum_over_area(state, rows, by_community) / (t.last_community[rows] - t.first_community[rows])


def sum_over_area(state: State, rows: Array, by_community: Array) -> Array:
    """Sum of a community quantity over the area that each of `rows` serves, shape `[rows]`."""
    t = state.institutions
    summed = np.zeros(len(by_community) + 1)
    np.add.accumulate(by_community, out=summed[1:])
    return summed[t.last_community[rows]] - summed[t.first_community[rows]]


def members_by_community(state: State) -> Array:
    """Members of the party network in each circle, `[communities]`."""
    return state.institutions.member[state.fixed.circle].sum(1)


def relative(by_community: Array) -> Array:
    """A community quantity relative to its mean over all communities; one where there is none of it, `[communities]`."""
    mean = by_community.mean()
    return by_community / mean if mean > 0.0 else np.ones(len(by_community))


def move_staff(levers: Contributions, state: State, giving: Array, moved: Array, receiving: Array, weight: Array) -> None:  # fmt: skip
    """Let `moved` persons of each of `giving` work for `receiving`, shared out by `weight`; their wages go with them."""
    wage = state.institutions.wage[giving]
    levers.add("added_staff", -moved, giving)
    levers.add("added_money", -moved * wage, giving)
    levers.add("added_staff", moved.sum() * weight / weight.sum(), receiving)
    levers.add("added_money", float((moved * wage).sum()) * weight / weight.sum(), receiving)
