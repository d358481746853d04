"""Ties of pairs: what a run keeps of them is what its world held, before the reform and at the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.ties import joint_cases, strengths, ties_table
from sim.model import CommunityModel
from sim.needs import SEATS, Role

REFORM, DAYS = 40, 200


@pytest.fixture(scope="module")
def lived() -> tuple[CommunityModel, np.ndarray]:
    """A world under a strategy that convenes, and its ties on the morning of the reform day."""
    model = CommunityModel(world="classroom", strategy="wuhan", seed=2, days=DAYS, reform_day=REFORM)
    model.run(days=REFORM)
    before = strengths(model.state)
    model.run()
    return model, before


def test_every_pair_has_a_row_and_strengths_are_means_over_communities(lived) -> None:
    model, before = lived
    table = ties_table(model.state, before, REFORM)
    assert len(table) == SEATS * (SEATS - 1) // 2 and (table["seat"] < table["partner_seat"]).all()
    office = table[
        (table["seat"] == Role.STREET_COMMITTEE) & (table["partner_seat"] == Role.STREET_OFFICE)
    ].iloc[0]
    ties = model.state.ties[:, Role.STREET_COMMITTEE, Role.STREET_OFFICE]
    assert office["after"] == pytest.approx(float(ties.mean()), rel=1e-6)
    assert office["before"] == pytest.approx(model.state.parameters.network.same_place, rel=1e-6)
    assert (office["institution"], office["partner"]) == ("street_committee", "street_office")


def test_joint_cases_are_counted_as_the_world_counts_them(lived) -> None:
    model, _ = lived
    counted, by_hand = joint_cases(model.state, REFORM, np.inf), np.zeros((SEATS, SEATS))
    cases, role = model.state.cases, model.state.institutions.role
    for j in range(int(model.state.sizes.cases[0])):
        if cases.joint[j] and cases.status[j] == 1 and cases.closed[j] >= REFORM:
            table = [*cases.provider[j, : cases.scope[j]]]
            table += [] if cases.convenor[j] == table[0] else [cases.convenor[j]]
            for a in range(len(table)):
                for b in range(len(table)):
                    if table[a] != table[b]:
                        by_hand[role[table[a]], role[table[b]]] += 1
    assert by_hand.sum() > 0
    assert np.array_equal(counted, by_hand)


def test_only_pairs_with_joint_cases_are_tied_closer(lived) -> None:
    model, before = lived
    table = ties_table(model.state, before, REFORM)
    grown = table[table["after"] > table["before"] + 1e-6]
    assert len(grown) and (grown["joint_after"] > 0).all()


def test_cases_that_left_their_table_are_counted() -> None:
    whole, thin = (
        CommunityModel(
            world="classroom", strategy="wuhan", days=600, reform_day=REFORM, keeps_all=keeps
        ).run()
        for keeps in (True, False)
    )
    before = strengths(thin.state)
    assert sum(len(chunk.closed) for chunk in thin.state.past_joint) > 0
    pd.testing.assert_frame_equal(
        ties_table(thin.state, before, REFORM), ties_table(whole.state, before, REFORM)
    )
