"""What no strategy can change: exposures, access, chains, who sits in which circle; as laws and kernels read it.

Made when a world is built. Where a future moves some of it (`sim.unfolding`), the constants of a day stand for that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.needs import (
    CATEGORIES,
    CONTRACTORS,
    DEADLINE_DAYS,
    GROUPS,
    MOST_PARTS,
    OWN_TRADE,
    PART_WEIGHTS,
    SAME_PEOPLE,
    URGENCY,
    Category,
    category_shares,
    chains,
    group_traits,
    scope_shares,
)  # fmt: skip
from sim.organizations.network import resting_ties
from sim.population import households_by_cell
from sim.tables import Array

if TYPE_CHECKING:
    from sim.laws import Parameters
    from sim.population import Population
    from sim.state import Institutions

CHANNELS = 4
DESK, GRID_WORKER, HOTLINE, PLATFORM = range(CHANNELS)


class Fixed(NamedTuple):
    """Constants of a world as kernels read them."""

    exposure: Array
    """Exposure of each group to each category, population mean 1, `[8, 36]`."""
    access: Array
    """Access of each group to each channel, `[4, 36]`."""
    access_online: Array
    """The same if everyone had digital means: what helpers at a desk can bring others up to, `[4, 36]`."""
    share_cumulated: Array
    """Cumulated base shares of categories, `[8]`."""
    scope_cumulated: Array
    """Cumulated shares of scope 1..4 by category, `[8, 4]`."""
    hours_mean: Array
    """Mean hours asked by category, `[8]`."""
    healing: Array
    """Healing hazard by category, 1/day, `[8]`."""
    chains: Array
    """Seats by category and part, `[8, 4]`."""
    contractors: Array
    """Seat that takes the first part of a category under contract, `[8]`."""
    same_people: Array
    """Institution whose people also hold the offices of a party committee, -1 elsewhere, `[institutions]`."""
    cross_appointed: float
    """Share of a committee's time that these people give."""
    own_trade: Array
    """Whether an institution has a trade of its own that a common peak of the area also loads, 0/1, `[institutions]`."""
    weights: Array
    """Share of hours by scope − 1 and part, `[4, 4]`."""
    urgency: Array
    """Urgency class by category, `[8]`."""
    deadline: Array
    """Days until the deadline by category, `[8]`."""
    circle: Array
    """Institution in each seat of each community, `[communities, 30]`."""
    splits: Array
    """Membership of each group in the eight equity splits, `[36, 8]`."""
    households: Array
    """Households by cell, `[cells]`."""
    tie_rest: Array
    """Tie strength between seats to which ties fade, `[30, 30]`."""
    facility_reference: float
    disorder_reference: float
    capital_reference: float
    founders: int
    """Residents at building."""
    newcomers_from: int
    """Whoever moves into a dwelling takes the old identity plus this: residents at building of the whole of which this is a part."""
    first_community: int
    """Number of the first community within the whole: shocks are drawn by number."""
    first_household: int
    """Number of the first household within the whole: removals are drawn by number."""
    staff_turnover: float
    """Staff that leaves a year without burnout, share."""
    public_funds: float
    """Budgets of the public purse relative to those at building."""


def build_fixed(
    population: Population, parameters: Parameters, institutions: Institutions, circle: Array
) -> Fixed:
    """Constants of a world from its population at building, its parameters and its circles."""
    counts = np.bincount(population.residents.group, minlength=GROUPS).astype(np.float64)
    shares = scope_shares(parameters.needs)
    households = households_by_cell(population.residents, population.households, len(population.cells.first))
    return Fixed(
        exposure=exposures(parameters, counts),
        access=access(parameters),
        access_online=access(parameters, everyone_online=True),
        share_cumulated=np.cumsum(category_shares(parameters.needs)),
        scope_cumulated=np.cumsum(shares, 1),
        hours_mean=hours_by_category(parameters),
        healing=healing(parameters),
        chains=chains(),
        contractors=np.array([CONTRACTORS[k] for k in Category], np.int64),
        same_people=same_people(institutions, circle),
        cross_appointed=parameters.party.cross_appointed,
        own_trade=np.isin(institutions.role, OWN_TRADE).astype(np.float64),
        weights=part_weights(),
        urgency=np.array(URGENCY, np.int32),
        deadline=np.array(DEADLINE_DAYS, np.float64),
        circle=np.ascontiguousarray(circle, np.int32),
        splits=split_membership(),
        households=households,
        tie_rest=resting_ties(parameters.network),
        facility_reference=float(population.cells.facility.mean()),
        disorder_reference=float(population.cells.disorder.mean()),
        capital_reference=float(population.cells.social_capital.mean()),
        founders=len(population.residents.identity),
        newcomers_from=len(population.residents.identity),
        first_community=0,
        first_household=0,
        staff_turnover=parameters.staff.turnover,
        public_funds=1.0,
    )


def exposures(parameters: Parameters, counts: Array) -> Array:
    """Exposure `[8, 36]`: products of declared factors, scaled so that the mean over `counts` residents by group is 1."""
    p, t = parameters.arise, group_traits()
    income = np.choose(t.income, [p.exposure_low_income, 1.0, p.exposure_high_income])
    x = np.ones((CATEGORIES, GROUPS))
    for k in (Category.PROPERTY, Category.ENVIRONMENT, Category.ORDER):
        x[k] = income
    x[Category.CARE] = np.choose(t.age, [p.exposure_child_care, 1.0, p.exposure_old_care])
    x[Category.MIGRANT] = np.where(t.migrant == 1, p.exposure_migrant_services, 1.0)
    x[Category.BUSINESS] = np.where(t.age == 1, 1.0, 0.3)
    return x / (x @ counts / counts.sum())[:, None]


def access(parameters: Parameters, everyone_online: bool = False) -> Array:
    """Access factors `[channel, group]`: how easily a group's need finds its way into each channel."""
    v, t = parameters.voice, group_traits()
    online = (t.digital == 1) | everyone_online
    social = np.where(t.migrant == 1, v.access_migrant, 1.0) * np.choose(
        t.income, [v.access_low_income, 1.0, 1.0]
    )
    out = np.ones((CHANNELS, GROUPS))
    out[DESK] = v.weight_desk * social
    out[HOTLINE] = v.weight_hotline * social * np.where(online, 1.0, v.access_offline)
    out[PLATFORM] = v.weight_platform * social * online
    return out


def hours_by_category(parameters: Parameters) -> Array:
    """Mean hours by category `[8]`: declared factors, scaled so that the mean over categories is `needs.hours_mean`."""
    w = parameters.work
    factor = np.array([
        w.hours_property, w.hours_environment, w.hours_order, w.hours_infrastructure,
        w.hours_dispute, w.hours_care, w.hours_migrant, w.hours_business,
    ])  # fmt: skip
    return parameters.needs.hours_mean * factor / (factor @ category_shares(parameters.needs))


def same_people(institutions: Institutions, circle: Array) -> Array:
    """Row of the institution whose people also sit on a party committee, -1 for all others, `[institutions]`."""
    out = np.full(len(institutions.role), -1, np.int64)
    for committee, body in SAME_PEOPLE.items():
        out[circle[:, committee]] = circle[:, body]
    return out


def healing(parameters: Parameters) -> Array:
    """Healing hazard by category `[8]`, 1/day."""
    a = parameters.arise
    out = np.full(CATEGORIES, a.healing)
    out[[Category.PROPERTY, Category.INFRASTRUCTURE]] = a.healing_structural
    return out


def part_weights() -> Array:
    """Share of a case's hours by scope − 1 and part, `[4, 4]`; rows sum to one."""
    out = np.zeros((MOST_PARTS, MOST_PARTS))
    for scope in range(1, MOST_PARTS + 1):
        out[scope - 1, :scope] = np.array(PART_WEIGHTS[:scope]) / sum(PART_WEIGHTS[:scope])
    return out


def split_membership() -> Array:
    """0/1 membership `[36, 8]` of groups in `records.SPLITS`."""
    t = group_traits()
    return np.stack([
        t.migrant == 1, t.migrant == 0, t.age == 2, t.age != 2,
        t.income == 0, t.income != 0, t.digital == 0, t.digital == 1,
    ], axis=1).astype(np.float64)  # fmt: skip
