"""Institutions: every seat of every circle is filled by the right kind at the right place, sized as declared, seen by Mesa."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from sim.build import build_state
from sim.model import CommunityModel
from sim.needs import CHAINS, SEATS, Actor, Category, Kind, Level, Role, city_department, district_department
from sim.organizations import KINDS_OF_ORGANIZATION, PARAMETER_GROUP
from sim.organizations.network import SEAT_ACTOR, SEAT_LEVEL, NetworkParameters, resting_ties
from sim.organizations.organization import Organization, seat_name
from sim.parameters import defaults
from sim.randomness import draws_for
from sim.scenario import World, load_future
from sim.state import State


def built(**shape: int) -> State:
    """A world on its first morning."""
    size = {"districts": 1, "streets": 1, "communities": 2, "cells": 2, "households": 40} | shape
    world = World.from_mapping({"name": "small", "title": {"en": "Small", "zh": "小"}, **size})
    return build_state(world, load_future("reference"), {}, draws_for(1, 0))


SHAPES = [
    {},
    {"districts": 2, "streets": 3, "communities": 5, "cells": 1, "households": 8},
    {"communities": 1, "cells": 1, "households": 1},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_seat_of_every_circle_is_filled_once_by_the_right_kind(shape: dict[str, int]) -> None:
    state = built(**shape)
    t, circle = state.institutions, state.fixed.circle
    assert circle.shape == (state.geography.n_communities, SEATS)
    assert (circle >= 0).all()
    for m in range(len(circle)):
        row = circle[m]
        assert (t.role[row] == np.arange(SEATS)).all()
        assert (t.actor[row] == SEAT_ACTOR).all()
        assert (t.first_community[row] <= m).all()
        assert (m < t.last_community[row]).all()
        assert (t.level[row] == SEAT_LEVEL).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_institutions_of_a_seat_divide_the_world_without_gap_or_overlap(shape: dict[str, int]) -> None:
    state = built(**shape)
    t, g = state.institutions, state.geography
    for role in np.unique(t.role):
        rows = np.flatnonzero(t.role == role)
        level = Level(int(t.level[rows[0]]))
        covered = np.concatenate([np.arange(t.first_community[b], t.last_community[b]) for b in rows])
        if level == Level.CELL:
            assert (covered == g.cell_community).all()
            continue
        assert (np.sort(covered) == np.arange(g.n_communities)).all()
        expected = {
            Level.COMMUNITY: g.n_communities,
            Level.STREET: g.n_streets,
            Level.DISTRICT: g.n_districts,
            Level.CITY: 1,
        }
        assert role == Role.SOCIAL_ORGANIZATION or len(rows) == expected[level]


def test_staff_is_the_declared_density_of_residents_or_the_declared_size() -> None:
    state = built(districts=2, streets=2, communities=3)
    t, p = state.institutions, state.parameters
    people = np.bincount(state.cells.community, state.cells.last - state.cells.first)
    for kind in KINDS_OF_ORGANIZATION:
        own = getattr(p, PARAMETER_GROUP[kind.actor])
        for seat in kind.seats:
            for b in np.flatnonzero(t.role == seat.role):
                served = people[t.first_community[b] : t.last_community[b]].sum()
                size = getattr(own, seat.staff)
                expected = size if seat.absolute else size * served / 10_000.0
                # So many heads are on cases at any time: the full-time equivalent of the free share.
                heads = expected if kind.actor == Actor.RESIDENTS else expected * p.work.free_share
                assert t.workers[b] == max(1, round(heads))
                assert t.kind[b] == seat.kind
                assert t.alignment[b] == t.alignment_rest[b] == own.alignment
                # Volunteers are counted day by day, they are nobody's staff.
                assert t.staff[b] == pytest.approx(0.0 if kind.actor == Actor.RESIDENTS else expected)


def test_workers_stand_in_rows_of_their_own() -> None:
    state = built()
    t = state.institutions
    taken = np.concatenate(
        [np.arange(first, first + n) for first, n in zip(t.first_server, t.workers, strict=True)]
    )
    assert (np.sort(taken) == np.arange(len(state.servers.part))).all()
    assert (state.servers.part == -1).all()


def test_money_is_wages_with_a_margin_and_the_declared_funds() -> None:
    state = built(communities=3)
    t, p = state.institutions, state.parameters.staff
    expected = t.staff * p.wage / 365.0 * (1.0 + p.margin)
    expected[t.actor == Actor.RESIDENTS] = 0.0
    expected[t.role == Role.COMMUNITY_COMMITTEE] += p.community_fund / 365.0
    expected[t.role == Role.DISTRICT_COMMITTEE] += 3 * p.district_fund / 365.0
    assert np.allclose(t.budget, expected)


def test_each_chain_begins_with_its_dominant_kind_and_names_competent_seats() -> None:
    state = built()
    t = state.institutions
    seats = {int(role): b for b, role in enumerate(t.role)}
    dominant = {
        Category.PROPERTY: Kind.MARKET, Category.ENVIRONMENT: Kind.MARKET, Category.ORDER: Kind.ADMINISTRATIVE,
        Category.INFRASTRUCTURE: Kind.ADMINISTRATIVE, Category.DISPUTE: Kind.SOCIAL_CAPITAL, Category.CARE: Kind.PROFESSIONAL,
        Category.MIGRANT: Kind.ADMINISTRATIVE, Category.BUSINESS: Kind.ADMINISTRATIVE,
    }  # fmt: skip
    for category, chain in CHAINS.items():
        assert t.kind[seats[int(chain[0])]] == dominant[category]
        assert len(set(chain)) == 4
        for seat in chain:
            for department in (city_department, district_department):
                if department(Category(0)) <= seat <= department(Category(7)):
                    assert seat == department(category)


def test_resting_ties_are_stronger_along_command_than_at_the_same_level_than_apart() -> None:
    p = defaults(NetworkParameters)
    ties = resting_ties(p)
    assert (np.diag(ties) == 0.0).all()
    assert np.array_equal(ties, ties.T)
    assert set(np.unique(ties)) == {0.0, p.command, p.same_place, p.distant}
    assert ties[Role.STREET_COMMITTEE, Role.COMMUNITY_COMMITTEE] == p.command
    assert ties[Role.COMMUNITY_COMMITTEE, Role.SERVICE_STATION] == p.same_place
    assert ties[Role.CITY_DEPARTMENT, Role.PROPERTY_FIRM] == p.distant
    assert ties[Role.RESIDENTS_COMMITTEE, Role.PROPERTY_FIRM] == p.command


def test_mesa_agents_are_windows_on_the_rows_of_the_table() -> None:
    model = CommunityModel(world="classroom", days=20, reform_day=5)
    agents = [a for a in model.agents if isinstance(a, Organization)]
    t = model.state.institutions
    assert sorted(a.row for a in agents) == list(range(len(t.staff)))
    assert Counter(type(a).actor for a in agents) == Counter(Actor(int(a)) for a in t.actor)
    model.run(10)
    for agent in agents:
        assert agent.staff == t.staff[agent.row]
        assert agent.alignment == t.alignment[agent.row]
        assert agent.seat_name == seat_name(int(t.role[agent.row]))
    with pytest.raises(AttributeError, match="no attribute 'stuff'"):
        _ = agents[0].stuff
    assert len({seat_name(role) for role in range(SEATS + 1)}) == SEATS + 1


def test_every_kind_says_what_it_wants_in_both_languages() -> None:
    for kind in KINDS_OF_ORGANIZATION:
        assert kind.goal_en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in kind.goal_zh)
        assert (kind.__doc__ or "").strip()
    assert [kind.actor for kind in KINDS_OF_ORGANIZATION] == list(Actor)
    with pytest.raises(TypeError, match="must say what it wants"):
        Organization.goal(None, np.arange(1))  # type: ignore[arg-type]


def test_own_goals_lie_between_zero_and_one_and_move_with_what_they_name() -> None:
    model = CommunityModel(world="classroom", days=100, reform_day=5).run()
    state = model.state
    t = state.institutions
    goals = {kind.actor: kind for kind in KINDS_OF_ORGANIZATION}
    assert (t.own_goal >= 0.0).all()
    assert (t.own_goal <= 1.0).all()

    def moved(actor: Actor, change: Any) -> np.ndarray:
        rows = np.flatnonzero(t.actor == actor)
        before, snapshot = goals[actor].goal(state, rows).copy(), state.snapshot()
        change()
        after = goals[actor].goal(state, rows).copy()
        state.restore(snapshot)
        return after - before

    def solved() -> None:
        state.communities.recognised[:] += 0.2

    def trusted() -> None:
        state.cells.sums[:, 5] += (0.1 * (state.cells.last - state.cells.first) * (1 << 20)).astype(np.int64)

    def known() -> None:
        t.reputation[:] += 0.2

    assert np.allclose(moved(Actor.GOVERNMENT, solved), 0.1)
    assert np.allclose(moved(Actor.RESIDENTS, solved), 0.2)
    assert np.allclose(moved(Actor.PARTY, trusted), 0.1 / 3.0)
    assert np.allclose(moved(Actor.SELF_GOVERNING, trusted), 0.05)
    assert np.allclose(moved(Actor.SOCIAL, known), 0.1)
    assert np.allclose(moved(Actor.ENTERPRISE, known), 0.1)
    assert np.allclose(moved(Actor.GOVERNMENT, trusted), 0.0)
