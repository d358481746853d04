"""Observing: every sum and count equals what the tables show, and looking changes nothing that a law reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.day.observe import observe
from sim.model import CommunityModel
from sim.needs import Actor, Category
from sim.records import COLUMN, DAILY, SPLITS, Records
from sim.scenario import Dose, Strategy, Words
from sim.state import FIXED_POINT

DAYS = 120
BUSY = {"needs.total_rate": 0.7, "voice.base_hazard": 0.04}


def everything() -> Strategy:
    """All the mechanisms that lend, convene and publish at once."""
    words = Words(en="All", zh="全部")
    names = ("big_committee", "brand_culture", "dual_coverage", "empowerment", "regional_platform", "whistle")
    return Strategy(name="all", title=words, summary=words, mechanisms={name: Dose() for name in names})


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    """A classroom after some months with reforms: joint cases, lent hours and reopenings have happened."""
    return CommunityModel(
        world="classroom", strategy=everything(), days=DAYS, reform_day=20, parameters=BUSY
    ).run()


@pytest.fixture(scope="module")
def daily(model: CommunityModel) -> pd.DataFrame:
    return model.records.daily


def by_community(model: CommunityModel, communities: Any, weights: Any = None) -> np.ndarray:
    return np.bincount(communities, weights, minlength=model.state.geography.n_communities)


def total(daily: pd.DataFrame, column: str) -> np.ndarray:
    """A column summed over all days, by community."""
    return daily.groupby("community")[column].sum().to_numpy()


def last(daily: pd.DataFrame, column: str) -> np.ndarray:
    """A column on the last day, by community."""
    return daily[daily.day == DAYS - 1][column].to_numpy()


def split(model: CommunityModel, groups: np.ndarray, name: str) -> np.ndarray:
    return model.state.fixed.splits[groups, SPLITS.index(name)]


def test_flows_of_needs_add_up_to_the_table_of_needs(model: CommunityModel, daily: pd.DataFrame) -> None:
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    m, end = t.community[:n], t.end[:n]
    for column, chosen in {
        "needs_arisen": np.ones(n, bool), "needs_met": end == 1, "needs_healed": end == 2, "needs_moved": end == 3,
        "needs_met_30d": (end == 1) & (t.ended[:n] - t.arose[:n] <= 30.0),
        "conflicts": t.escalated[:n] == 1,
    }.items():  # fmt: skip
        assert (total(daily, column) == by_community(model, m[chosen])).all(), column
        assert chosen.any(), column
    for name in SPLITS:
        member = split(model, t.group[:n], name)
        assert (total(daily, f"needs_arisen_{name}") == by_community(model, m, member)).all()
        first = (t.reported[:n] >= 0.0) & (t.reported[:n] < DAYS)
        told = total(daily, f"reports_{name}")
        # A need that a grid worker found first is not a report of its resident.
        assert (told <= by_community(model, m[first], member[first])).all()
        assert told.sum() > 0


def test_flows_of_cases_add_up_to_the_table_of_cases(model: CommunityModel, daily: pd.DataFrame) -> None:
    t, n = model.state.cases, int(model.state.sizes.cases[0])
    m, status, shut = t.community[:n], t.status[:n], t.status[:n] != 0
    rated = t.rating[:n] >= 0.0
    well = t.rating[:n] >= model.state.parameters.respond.rated_well_from
    timely = (t.closed[:n] <= t.deadline[:n]) & shut
    for column, chosen in {
        "cases_opened": np.ones(n, bool), "cases_reopened": t.reopenings[:n] > 0, "cases_resolved": status == 1,
        "cases_given_up": status == 2, "cases_paper": status == 3, "cases_confirmed": t.confirmed[:n] == 1,
        "cases_joint": (t.joint[:n] == 1) & shut, "cases_multi": (t.scope[:n] > 1) & shut,
        "cases_multi_resolved": (t.scope[:n] > 1) & (status == 1), "cases_by_rule": t.by_rule[:n] == 1,
        "cases_misrouted": t.misrouted[:n] == 1, "rated": rated, "rated_well": well & rated,
        "responded": t.responded[:n] >= 0.0, "on_time": timely & (status != 2), "on_time_met": timely & (t.confirmed[:n] == 1),
        "meetings": t.joint[:n] == 1,
    }.items():  # fmt: skip
        assert (total(daily, column) == by_community(model, m[chosen])).all(), column
        assert chosen.any() or column == "cases_paper", column
    for column, values, chosen in (
        ("handovers", t.handovers[:n], np.ones(n, bool)), ("refusals", t.refused[:n], np.ones(n, bool)),
        ("rating_sum", t.rating[:n], rated), ("response_days_sum", t.responded[:n] - t.opened[:n], t.responded[:n] >= 0.0),
        ("resolved_days_sum", t.closed[:n] - t.opened[:n], status == 1),
    ):  # fmt: skip
        assert np.allclose(total(daily, column), by_community(model, m[chosen], values[chosen])), column


def test_reports_add_up_by_channel(model: CommunityModel, daily: pd.DataFrame) -> None:
    opened = total(daily, "reports") + total(daily, "needs_discovered")
    assert (opened == total(daily, "cases_opened")).all()
    assert (
        total(daily, "reports_platform") + total(daily, "reports_hotline") < total(daily, "reports")
    ).all()
    assert (
        total(daily, "needs_settled") + total(daily, "cases_confirmed") == total(daily, "needs_met")
    ).all()


def test_hours_and_money_add_up_to_the_ledger(model: CommunityModel, daily: pd.DataFrame) -> None:
    t = model.state.institutions
    for column, kept in {
        "hours_service": t.hours_service, "hours_overhead": t.hours_overhead, "hours_coordination": t.hours_coordination,
        "hours_pooled": t.hours_borrowed, "hours_idle": t.hours_idle, "money_used": t.money_used,
    }.items():  # fmt: skip
        assert total(daily, column).sum() == pytest.approx(kept.sum()), column
        assert kept.sum() > 0.0, column
    capacity = t.hours_available - t.hours_overhead - t.hours_coordination
    assert total(daily, "hours_capacity").sum() == pytest.approx(capacity.sum())
    # Each institution's hours are shared out over the communities that it serves.
    for m in range(model.state.geography.n_communities):
        serves = (t.first_community <= m) & (m < t.last_community)
        share = serves / (t.last_community - t.first_community)
        assert total(daily, "hours_overhead")[m] == pytest.approx((t.hours_overhead * share).sum())
    for actor in Actor:
        own = t.actor == actor
        expected = (t.hours_service[own] + t.hours_lent[own]).sum()
        assert total(daily, f"hours_{actor.name.lower()}").sum() == pytest.approx(expected)


def test_stocks_are_what_stands_at_the_end_of_the_last_day(
    model: CommunityModel, daily: pd.DataFrame
) -> None:
    s, r, cells = model.state, model.state.residents, model.state.cells
    n, k = int(s.sizes.needs[0]), int(s.sizes.cases[0])
    standing, open_cases = s.needs.end[:n] == 0, s.cases.status[:k] == 0
    m = s.needs.community[:n][standing]
    home, place = cells.community[r.cell], cells.community
    p = s.parameters.respond
    survey = p.survey_gain * r.gain + 0.5 * (1.0 - p.survey_gain) * (r.security + r.happiness)
    for column, expected in {
        "needs_open": by_community(model, m), "cases_open": by_community(model, s.cases.community[:k][open_cases]),
        "unmet_severity": by_community(model, m, s.needs.severity[:n][standing]), "residents": by_community(model, home),
        "adults": by_community(model, home, r.adult), "volunteers": by_community(model, home, r.volunteer),
        "volunteered": by_community(model, home, r.volunteered), "cells": by_community(model, place),
        "disorder_sum": by_community(model, place, cells.disorder), "facility_sum": by_community(model, place, cells.facility),
        "social_capital_sum": by_community(model, place, cells.social_capital), "satisfaction_sum": by_community(model, home, survey),
        "satisfaction_sq_sum": by_community(model, home, survey.astype(float) ** 2), "gain_sum": by_community(model, home, r.gain),
        "security_sum": by_community(model, home, r.security), "happiness_sum": by_community(model, home, r.happiness),
        "trust_sum": by_community(model, home, r.trust),
    }.items():  # fmt: skip
        residents = by_community(model, home).max()
        assert np.allclose(last(daily, column), expected, rtol=1e-6, atol=3.0 * residents / FIXED_POINT), (
            column
        )
    for name in SPLITS:
        member = split(model, s.needs.group[:n][standing], name)
        assert (last(daily, f"unmet_days_{name}") == by_community(model, m, member)).all()
        silent = s.needs.reported[:n][standing] < 0.0
        assert (last(daily, f"silent_days_{name}") == by_community(model, m[silent], member[silent])).all()


def test_cells_know_their_open_cases_and_their_load(model: CommunityModel) -> None:
    s, cells = model.state, model.state.cells
    n, k = int(s.sizes.needs[0]), int(s.sizes.cases[0])
    open_cases = s.cases.status[:k] == 0
    backlog = np.bincount(s.needs.cell[s.cases.need[:k][open_cases]], minlength=len(cells.first))
    assert (cells.backlog == backlog).all()
    heavy = (s.needs.end[:n] == 0) & np.isin(s.needs.category[:n], [Category.ENVIRONMENT, Category.ORDER])
    load = np.bincount(s.needs.cell[:n][heavy], s.needs.severity[:n][heavy], minlength=len(cells.first))
    assert np.allclose(cells.unmet_load, load / (cells.last - cells.first))


def test_surveys_of_circles_and_groups_show_the_state_of_their_day() -> None:
    """Day 0 is a day of both surveys."""
    model = CommunityModel(world="classroom", strategy=everything(), days=3, reform_day=0)
    model.step()
    s, row = model.state, model.records.table[0]
    t, seats = s.institutions, s.fixed.circle.shape[1]
    for m in range(2):
        circle, ties = s.fixed.circle[m], s.ties[m].astype(float)
        own = {name: row[m, COLUMN[name]] for name in COLUMN}
        assert own["circle"] == seats
        assert own["alignment_sum"] == pytest.approx(t.alignment[circle].sum())
        assert own["alignment_sq_sum"] == pytest.approx((t.alignment[circle] ** 2).sum())
        assert own["burnout_sum"] == pytest.approx(t.burnout[circle].sum())
        assert own["effort_sum"] == pytest.approx(t.effort[circle].sum())
        assert own["members"] == t.member[circle].sum()
        degree = ties.sum(1)
        assert own["tie_density"] == pytest.approx(degree.sum() / (seats * (seats - 1)))
        # Freeman (1978): a star has centralization one; here strengths take the place of ties.
        assert own["tie_centralization"] == pytest.approx(
            (degree.max() - degree).sum() / ((seats - 1) * (seats - 2))
        )
        assert own["tie_reciprocity"] == pytest.approx((ties * ties.T).sum() / (ties**2).sum())
        home = s.cells.community[s.residents.cell] == m
        for name in SPLITS:
            member = split(model, s.residents.group[home], name)
            assert own[f"residents_{name}"] == member.sum()


def test_centralization_is_one_for_a_star_and_zero_for_equals() -> None:
    model = CommunityModel(world="classroom", days=10, reform_day=0)
    ties = model.state.ties
    ties[:] = 0.0
    ties[0, 3, :] = ties[0, :, 3] = 1.0
    ties[0, 3, 3] = 0.0
    ties[1] = 1.0 - np.eye(ties.shape[1])
    observe(model.state, Records(10, 2), 0)
    found = model.state.slow[:, COLUMN["tie_centralization"]]
    assert found == pytest.approx([1.0, 0.0])
    assert model.state.slow[:, COLUMN["tie_reciprocity"]] == pytest.approx([1.0, 1.0])


def test_observing_writes_only_its_own_columns_and_clears_the_tally(model: CommunityModel) -> None:
    checkpoint = model.checkpoint()
    before = {name: array.copy() for name, array in model.state.arrays().items()}
    observe(model.state, Records(DAYS + 1, 2), DAYS)
    own = {
        "cells.backlog",
        "cells.unmet_load",
        "tally",
        "slow",
        "standing",
        "lists.open_needs",
        "sizes.open_needs",
    }
    for name, array in model.state.arrays().items():
        assert name in own or array.tobytes() == before[name].tobytes(), name
    assert not model.state.tally.any()
    model.resume(checkpoint)


def test_days_add_up_and_stocks_do_not_jump(daily: pd.DataFrame) -> None:
    flows = daily.groupby("day")[[c.name for c in DAILY if c.flow]].sum()
    stock = daily.groupby("day")["needs_open"].sum()
    change = flows.needs_arisen - flows.needs_met - flows.needs_healed - flows.needs_moved
    assert (stock.diff().fillna(stock) == change).all()
    cases = daily.groupby("day")["cases_open"].sum()
    change = flows.cases_opened - flows.cases_resolved - flows.cases_given_up - flows.cases_paper
    assert (cases.diff().fillna(cases) == change).all()


def test_where_nobody_is_tied_reciprocity_is_zero() -> None:
    model = CommunityModel(world="classroom", days=10, reform_day=0)
    model.state.ties[:] = 0.0
    observe(model.state, Records(10, 2), 0)
    assert (model.state.slow[:, COLUMN["tie_reciprocity"]] == 0.0).all()
    assert (model.state.slow[:, COLUMN["tie_density"]] == 0.0).all()
