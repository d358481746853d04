"""The monthly review: turnover and learning, staff that follows funding, units that join and leave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.build import assemble
from sim.geography import build_geography
from sim.laws import resolve
from sim.levers import Contributions, Levers
from sim.mechanisms.mechanism import member_units
from sim.needs import Actor
from sim.organizations import review
from sim.population import build_population
from sim.randomness import Draws, draws_for
from sim.scenario import World
from sim.state import State

MONTH = 30


def world(
    fixed: dict[str, float] | None = None, communities: int = 2, replicate: int = 0
) -> tuple[State, Levers, Draws]:
    """A small world with levers at their base."""
    shape = {"districts": 1, "streets": 1, "communities": communities, "cells": 1, "households": 6}
    chosen = World.from_mapping({"name": "small", "title": {"en": "Small", "zh": "小"}, **shape})
    parameters, draws = resolve({}, fixed), draws_for(1, replicate)
    geography = build_geography(chosen)
    state = assemble(geography, build_population(geography, parameters, draws), parameters)
    return state, Contributions(communities, len(state.institutions.staff)).levers(), draws


def months(state: State, levers: Levers, draws: Draws, count: int, **constant: Any) -> None:
    """Reviews, one a month, with some columns of institutions held."""
    for month in range(count):
        for name, value in constant.items():
            getattr(state.institutions, name)[:] = value
        review(state, levers, draws, MONTH * month + MONTH - 1)


@pytest.mark.parametrize("burnout", [0.0, 0.5, 1.0])
def test_skill_rests_where_learning_meets_turnover(burnout: float) -> None:
    fixed = {
        "staff.learning": 0.04,
        "staff.turnover": 0.15,
        "staff.turnover_burnout": 2.0,
        "staff.newcomer_skill": 0.75,
    }
    state, levers, draws = world(fixed)
    months(state, levers, draws, 400, burnout=burnout)
    left = 0.15 / 12.0 * (1.0 + 2.0 * burnout)
    ceiling = 1.0 + 0.15 / 12.0 * 0.25 / 0.04
    expected = (0.04 * ceiling + left * 0.75) / (0.04 + left)
    assert np.allclose(state.institutions.skill, expected, atol=1e-6)
    assert expected == pytest.approx(1.0) if burnout == 0.0 else expected < 0.99


def test_reputation_follows_what_the_communities_served_achieve() -> None:
    state, levers, draws = world({"staff.reputation_rate": 0.2})
    state.communities.recognised[:] = [0.3, 0.9]
    start = state.institutions.reputation.copy()
    months(state, levers, draws, 5)
    t = state.institutions
    achieved = np.array(
        [
            state.communities.recognised[a:b].mean()
            for a, b in zip(t.first_community, t.last_community, strict=True)
        ]
    )
    assert np.allclose(t.reputation, achieved + (start - achieved) * 0.8**5)
    assert len(np.unique(achieved)) == 3


@pytest.mark.parametrize(("reputation", "funding"), [(0.5, 0.0), (0.8, 0.0), (0.2, 0.0), (0.5, 0.4)])
def test_social_organizations_follow_reputation_and_funding(reputation: float, funding: float) -> None:
    state, levers, draws = world({"social.growth": 0.05, "social.reputation_rest": 0.5})
    t = state.institutions
    start = t.staff.copy()
    state.communities.recognised[:] = reputation
    # Funding is told as a share of today's wages; the law counts wages of less than one CNY a day as one.
    levers = levers._replace(added_money=funding * np.maximum(1.0, t.staff * t.wage))
    months(state, levers, draws, 1, reputation=reputation)
    social = t.actor == Actor.SOCIAL
    assert np.allclose(t.staff[social], start[social] * (1.0 + 0.05 * (reputation - 0.5 + funding)))
    assert np.array_equal(t.staff[~social], start[~social])


def test_social_organizations_neither_vanish_nor_explode() -> None:
    for reputation, bound in ((0.0, 0.5), (1.0, 3.0)):
        state, levers, draws = world({"social.growth": 0.2})
        start = state.institutions.staff.copy()
        state.communities.recognised[:] = reputation
        months(state, levers, draws, 200, reputation=reputation)
        social = state.institutions.actor == Actor.SOCIAL
        assert np.allclose(state.institutions.staff[social], bound * start[social])


def enterprises(state: State) -> np.ndarray:
    return np.flatnonzero(state.institutions.actor == Actor.ENTERPRISE)


@pytest.mark.parametrize(
    ("offer", "reputation", "utilisation", "recognition"),
    [
        (1.0, 0.5, 0.5, 0.0),
        (1.0, 0.9, 0.5, 0.0),
        (1.0, 0.5, 1.0, 0.0),
        (0.4, 0.6, 0.7, 0.3),
        (0.0, 1.0, 0.0, 1.0),
    ],
)
def test_units_join_with_the_logistic_of_reputation_against_load(
    offer: float, reputation: float, utilisation: float, recognition: float
) -> None:
    joined = trials = 0
    fixed = {
        "enterprise.joining_pace": 0.5,
        "enterprise.joining_reputation": 3.0,
        "enterprise.joining_cost": 2.0,
    }
    for replicate in range(4):
        state, levers, draws = world(fixed, communities=60, replicate=replicate)
        rows = enterprises(state)
        t = state.institutions
        t.reputation[:], t.utilisation[:] = reputation, utilisation
        state.communities.recognised[:] = reputation
        levers = levers._replace(
            membership=np.full(len(t.staff), offer), recognition=np.full(len(t.staff), recognition)
        )
        review(state, levers, draws, MONTH - 1)
        joined, trials = joined + int(t.member[rows].sum()), trials + len(rows)
        assert not t.member[~np.isin(t.actor, [Actor.ENTERPRISE, Actor.SOCIAL])].any()
    willing = 1.0 / (1.0 + math.exp(-(3.0 * (reputation + recognition - 0.5) - 2.0 * (utilisation - 0.5))))
    p = 0.5 * offer * willing
    if p == 0.0:
        assert joined == 0
    else:
        assert abs(joined - trials * p) < 4.3 * math.sqrt(trials * p * (1.0 - p))


def test_whoever_is_offered_membership_can_join() -> None:
    """Mechanisms offer it to firms, units and social organizations, and coverage is measured against all five of a circle."""
    state, levers, draws = world({"enterprise.joining_pace": 1.0}, communities=8)
    levers = levers._replace(membership=np.ones(len(state.institutions.staff)))
    months(state, levers, draws, 60, utilisation=0.0)
    assert state.institutions.member[member_units(state)].all()


def test_members_stay_while_offered_and_leave_at_the_declared_rate_afterwards() -> None:
    state, levers, draws = world({"enterprise.leaving": 0.1}, communities=200)
    rows, t = enterprises(state), state.institutions
    t.member[rows] = 1.0
    offered = levers._replace(membership=np.full(len(t.staff), 0.2))
    months(state, offered, draws, 12)
    assert t.member[rows].all()
    for month in range(6):
        review(state, levers, draws, 1000 + MONTH * month)
    stays = 0.9**6
    assert abs(t.member[rows].sum() - len(rows) * stays) < 4.3 * math.sqrt(len(rows) * stays * (1.0 - stays))


def test_more_of_an_offer_never_loses_a_member() -> None:
    """Keyed draws: raising the offer keeps everyone who joined at a lower one."""
    members = []
    for offer in (0.2, 0.5, 1.0):
        state, levers, draws = world({"enterprise.joining_pace": 0.5}, communities=60)
        levers = levers._replace(membership=np.full(len(state.institutions.staff), offer))
        months(state, levers, draws, 4)
        members.append(set(np.flatnonzero(state.institutions.member).tolist()))
    assert members[0] < members[1] < members[2]
