"""The institutions of a world: built from the declared seats, shown as Mesa agents, reviewed once a month by actor kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import mesa
import numpy as np

from sim.needs import SEATS, Actor, Level, Role
from sim.organizations.enterprise import Enterprise
from sim.organizations.government import GovernmentOffice
from sim.organizations.organization import Organization, Seat
from sim.organizations.party import PartyOrganization
from sim.organizations.residents import VolunteerCorps
from sim.organizations.self_governing import SelfGoverningBody
from sim.organizations.social import SocialOrganization
from sim.state import Institutions, Servers
from sim.tables import Array, allocate

if TYPE_CHECKING:
    from sim.geography import Geography
    from sim.laws import Parameters
    from sim.levers import Levers
    from sim.population import Population
    from sim.randomness import Draws
    from sim.state import State

KINDS_OF_ORGANIZATION: Final[tuple[type[Organization], ...]] = (
    PartyOrganization, GovernmentOffice, SelfGoverningBody, SocialOrganization, Enterprise, VolunteerCorps,
)  # fmt: skip
#: Group of parameters of each actor kind.
PARAMETER_GROUP: Final = {
    Actor.PARTY: "party", Actor.GOVERNMENT: "government", Actor.SELF_GOVERNING: "self_governing",
    Actor.SOCIAL: "social", Actor.ENTERPRISE: "enterprise", Actor.RESIDENTS: "volunteers",
}  # fmt: skip
_DAYS_PER_YEAR = 365.0


def build_institutions(
    geography: Geography, population: Population, parameters: Parameters
) -> tuple[Institutions, Servers, Array]:
    """All institutions of a world, their workers, and who sits where in each circle (`[communities, 30]`)."""
    rows: list[tuple[type[Organization], Seat, int, int, int]] = []
    circle = np.full((geography.n_communities, SEATS), -1, np.int32)
    for kind in KINDS_OF_ORGANIZATION:
        for seat in kind.seats:
            for place, (first, last) in enumerate(_areas(geography, seat)):
                if seat.role < SEATS:
                    circle[first:last, seat.role] = len(rows)
                rows.append((kind, seat, place, first, last))
    residents = _residents(geography, population)
    table = allocate(Institutions, len(rows))
    for b, (kind, seat, place, first, last) in enumerate(rows):
        _fill(table, b, kind, seat, place, first, last, residents, parameters)
    table.first_server[:] = np.concatenate([[0], np.cumsum(table.workers)[:-1]])
    return table, allocate(Servers, int(table.workers.sum())), circle


def _areas(geography: Geography, seat: Seat) -> list[tuple[int, int]]:
    """Communities `[first, last)` that each institution of a seat serves."""
    m = geography.n_communities
    if seat.level == Level.CELL:
        return [(int(c), int(c) + 1) for c in geography.cell_community]
    if seat.level == Level.COMMUNITY:
        return [(i, i + 1) for i in range(m)]
    if seat.level == Level.CITY:
        return [(0, m)]
    of = geography.community_street
    if seat.level == Level.DISTRICT:
        of = geography.street_district[of]
    edges = [0, *(np.flatnonzero(np.diff(of)) + 1).tolist(), m]
    areas = list(zip(edges[:-1], edges[1:], strict=True))
    if seat.spread:
        areas = [
            (a, min(a + seat.spread, last)) for first, last in areas for a in range(first, last, seat.spread)
        ]
    return areas


def _residents(geography: Geography, population: Population) -> Array:
    cells = population.cells
    return np.add.reduceat((cells.last - cells.first).astype(np.float64), geography.community_first_cell[:-1])


def _fill(t: Institutions, b: int, kind: type[Organization], seat: Seat, place: int, first: int, last: int, residents: Array,
          parameters: Parameters) -> None:  # fmt: skip
    own = getattr(parameters, PARAMETER_GROUP[kind.actor])
    size = getattr(own, seat.staff)
    staff = size if seat.absolute else size * residents[first:last].sum() / 10_000.0
    volunteers = kind.actor == Actor.RESIDENTS
    t.actor[b], t.role[b], t.level[b], t.kind[b] = kind.actor, seat.role, seat.level, seat.kind
    t.place[b], t.first_community[b], t.last_community[b] = place, first, last
    # Heads on cases at any time: the full-time equivalent of the free share, each at work at the pace of a full day.
    t.workers[b] = max(1, round(staff if volunteers else staff * parameters.work.free_share))
    t.staff[b] = t.start_staff[b] = 0.0 if volunteers else staff
    t.wage[b] = 0.0 if volunteers else parameters.staff.wage / _DAYS_PER_YEAR
    t.budget[b] = t.staff[b] * t.wage[b] * (1.0 + parameters.staff.margin)
    if seat.role == Role.COMMUNITY_COMMITTEE:
        t.budget[b] += parameters.staff.community_fund / _DAYS_PER_YEAR
    if seat.role == Role.DISTRICT_COMMITTEE:
        t.budget[b] += parameters.staff.district_fund / _DAYS_PER_YEAR * (last - first)
    # Volunteers give hours that are at hand; all others have duties besides cases.
    t.free_share[b] = 1.0 if volunteers else parameters.work.free_share
    t.alignment[b] = t.alignment_rest[b] = own.alignment
    t.willingness[b] = own.alignment
    t.reputation[b] = parameters.social.reputation_rest
    t.own_goal[b] = parameters.social.reputation_rest


def review(state: State, levers: Levers, draws: Draws, day: int) -> None:
    """The monthly review of all actor kinds."""
    for kind in KINDS_OF_ORGANIZATION:
        kind.review(state, levers, draws, day, np.flatnonzero(state.institutions.actor == kind.actor))


def make_agents(model: Any) -> None:
    """One Mesa agent for each row of the institution table."""
    of = {kind.actor: kind for kind in KINDS_OF_ORGANIZATION}
    for row, actor in enumerate(model.state.institutions.actor):
        of[Actor(actor)](model, row)
    # Mesa before 3.4 counts agents in a table that holds every model for good (its issue 3179); this model has all its agents now.
    vars(mesa.Agent).get("_ids", {}).pop(model, None)
