"""New dwellings and the migrant households that move into them: a population that grows.

    residents wanted on a day = founders · (1 + sum of the yearly rates so far / 365)

Household number h of a world has its size, tenancy and cell from the keyed block of h, so a higher rate brings the same
households sooner, followed by more. They come to where migrants already live (chain migration: Massey et al. 1993, Population and
Development Review 19(3)). Staff does not grow with them.

Tables stay dense: whoever lives here keeps identity, household number, ties and needs, and moves to another slot of storage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.errors import DataError
from sim.kernels import kernel
from sim.peopling import peopling
from sim.population import (
    DRAW_HOUSEHOLD,
    MOST_IN_A_COMMUNITY,
    mean_by_cell,
    settle,
    tie,
)
from sim.randomness import POPULATION, Draws, uniforms
from sim.state import Cells, Residents
from sim.tables import Array, allocate, grown
from sim.traits import OLD

if TYPE_CHECKING:
    from sim.state import State

#: Identities of newcomers begin here: beyond all that the dwellings of a new world ever see.
FIRST_IDENTITY = 1 << 31


class Incoming(NamedTuple):
    """Households to come, in order of their numbers."""

    size: Array
    tenant: Array
    cell: Array


def attraction(cells: Cells) -> Array:
    """Cumulated share of newcomers by cell, `[cells]`: as migrants are spread, or evenly where there are none."""
    migrants = cells.migrant_share * (cells.last - cells.first)
    weight = migrants if migrants.sum() > 0.0 else np.ones(len(migrants))
    return np.cumsum(weight) / weight.sum()


def move_in(state: State, draws: Draws, people: int, pull: Array) -> Array:
    """Let households move in until at least `people` live here, the last household whole; `pull` is `attraction`.

    Returns
    -------
    Slots of the newcomers, int32, ascending.

    Raises
    ------
    DataError
        A community grows beyond what ties can address.
    """
    wanted = people - len(state.residents.identity)
    if wanted <= 0:
        return np.empty(0, np.int32)
    coming = _coming(state, draws, wanted, pull)
    numbers = np.arange(len(coming.size)) + len(state.households.first)
    _make_room(state, coming)
    migrants = np.ones(len(numbers), np.uint8)
    kinds = peopling(state.parameters.population, state.geography)
    slots = np.sort(
        settle(state.residents, state.households, numbers, migrants, kinds, state.parameters, draws)
    )
    _weave(state, draws, slots)
    _count_anew(state)
    return slots


def _coming(state: State, draws: Draws, wanted: int, pull: Array) -> Incoming:
    """The next households, as many as bring `wanted` people."""
    p = state.parameters.population
    numbers = np.arange(wanted) + len(state.households.first)
    u = uniforms(draws, POPULATION, numbers, draw=DRAW_HOUSEHOLD)
    cell = np.minimum(np.searchsorted(pull, u[3], side="right"), len(pull) - 1)
    size = peopling(p, state.geography).sizes(u[0], cell)
    count = int(np.searchsorted(np.cumsum(size), wanted)) + 1
    return Incoming(size[:count], (u[2] < p.migrant_tenant_share)[:count].astype(np.uint8), cell[:count])


def _make_room(state: State, coming: Incoming) -> None:
    """Slots for the newcomers at the end of their cells, everyone else moved along."""
    cells, old = state.cells, state.residents
    before = len(old.identity)
    added = np.bincount(coming.cell, coming.size, minlength=len(cells.first)).astype(np.int64)
    shift = np.concatenate([[0], np.cumsum(added)[:-1]])
    moved = np.arange(before) + shift[old.cell]
    communities = state.geography.community_first_cell[:-1]
    base, base_moved = cells.first[communities], cells.first[communities] + shift[communities]
    cells.last[:] += shift + added
    cells.first[:] += shift
    _judge_sizes(state)

    state.residents = residents = _spread(old, moved, before + int(added.sum()))
    _keep_ties(old.ties, residents.ties, cells.community[old.cell], base, base_moved, moved)
    state.needs.slot[: int(state.sizes.needs[0])] = moved[state.needs.slot[: int(state.sizes.needs[0])]]

    homes = len(state.households.first)
    state.households = households = grown(state.households, homes + len(coming.size))
    households.first[:homes] = moved[households.first[:homes]]
    households.size[homes:], households.tenant[homes:] = coming.size, coming.tenant
    households.first[homes:] = _first_slots(coming, cells.last - added)

    number = np.repeat(np.arange(len(coming.size)), coming.size)
    slots = np.repeat(households.first[homes:], coming.size) + _within(coming.size)
    residents.identity[slots] = FIRST_IDENTITY + before - state.fixed.founders + np.arange(len(slots))
    residents.household[slots] = homes + number
    residents.cell[slots] = coming.cell[number]


def _spread(old: Residents, moved: Array, rows: int) -> Residents:
    """The same residents in a longer table, each in the slot that `moved` says, still without ties."""
    new = allocate(Residents, rows)
    for name in set(Residents._fields) - {"ties"}:
        getattr(new, name)[moved] = getattr(old, name)
    return new


@kernel
def _keep_ties(old, new, community, base, base_moved, moved):  # type: ignore[no-untyped-def]
    """Everyone's ties lead to the same people as before; offsets count from the community's first slot, `base`."""
    for i in range(moved.size):
        m = community[i]
        for t in range(old.shape[1]):
            new[moved[i], t] = moved[base[m] + old[i, t]] - base_moved[m]


def _within(sizes: Array) -> Array:
    """0, 1, … within each household, one number a person."""
    starts = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) - np.repeat(starts, sizes)


def _first_slots(coming: Incoming, free: Array) -> Array:
    """First slot of each household, side by side from the first free slot of its cell on."""
    order = np.argsort(coming.cell, kind="stable")
    sizes = coming.size[order]
    ahead = np.cumsum(sizes) - sizes
    begins = np.searchsorted(coming.cell[order], np.arange(len(free)))
    of_cell = np.append(ahead, sizes.sum())[begins]
    first = np.empty(len(order), np.int64)
    first[order] = free[coming.cell[order]] + ahead - of_cell[coming.cell[order]]
    return first


def _judge_sizes(state: State) -> None:
    """Whether ties and identities still reach everyone; cells already know their new sizes."""
    edges = state.geography.community_first_cell
    if int(state.cells.last[-1]) > 2 * state.fixed.founders:
        raise DataError(
            f"in-migration: more than doubles the {state.fixed.founders:,} residents of the first day; let fewer move in, or "
            "begin with a larger world"
        )
    largest = int((state.cells.last[edges[1:] - 1] - state.cells.first[edges[:-1]]).max())
    if largest > MOST_IN_A_COMMUNITY:
        raise DataError(
            f"in-migration: a community grows to {largest:,} residents, at most {MOST_IN_A_COMMUNITY:,} are possible; "
            "divide it into more communities, or let fewer move in"
        )


def _weave(state: State, draws: Draws, slots: Array) -> None:
    """Ties of the newcomers, by the same law as everyone's; nobody else's change."""
    fresh = np.zeros(len(state.residents.identity), np.bool_)
    fresh[slots] = True
    p, cells, edges = state.parameters.population, state.cells, state.geography.community_first_cell
    key = draws.keys[POPULATION]
    for community in range(len(edges) - 1):
        own = slice(edges[community], edges[community + 1])
        who = fresh[cells.first[own][0] : cells.last[own][-1]]
        if who.any():
            tie(
                state.residents,
                cells.first[own],
                cells.last[own],
                who,
                p.homophily,
                p.cell_tie_share,
                key[0],
                key[1],
            )


def _count_anew(state: State) -> None:
    """What cells know of their people."""
    cells, group = state.cells, state.residents.group
    cells.density[:] = (cells.last - cells.first) / (state.fixed.founders / len(cells.first))
    cells.migrant_share[:] = mean_by_cell(group // 6 % 2, cells)
    cells.old_share[:] = mean_by_cell(group // 12 == OLD, cells)
