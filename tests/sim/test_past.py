"""Rows that are given back change nothing: not a day, not an outcome, not what mechanisms read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import CommunityModel
from sim.errors import ConfigError
from sim.mechanisms.market_contracting import _BOOKED_DAYS
from sim.mechanisms.service_centres import ServiceCentresParameters
from sim.parameters import declared
from sim.past import LOOKED_BACK, _closed_up, all_cases, all_needs, gathered
from sim.scenario import load_world, names
from sim.state import Cases

DAYS, REFORM = 500, 120


def lived(strategy: str, keeps_all: bool, future: str = "reference") -> CommunityModel:
    return CommunityModel(
        world="classroom", strategy=strategy, future=future, days=DAYS, reform_day=REFORM, keeps_all=keeps_all
    ).run()


@pytest.mark.parametrize("strategy", names("strategy"))
def test_nothing_depends_on_what_is_kept(strategy: str) -> None:
    whole, thin = lived(strategy, True), lived(strategy, False)
    assert len(thin.state.past["needs"]) > 0
    assert len(thin.state.needs.arose) < len(whole.state.needs.arose)
    assert whole.records.table.tobytes() == thin.records.table.tobytes()
    assert whole.outcomes() == pytest.approx(thin.outcomes(), rel=0, abs=0, nan_ok=True)
    for name in ("residents", "cells", "communities"):
        for one, other in zip(getattr(whole.state, name), getattr(thin.state, name), strict=True):
            assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("future", ["in_migration", "epidemic"])
def test_nor_under_other_futures(future: str) -> None:
    whole, thin = lived("chengdu", True, future), lived("chengdu", False, future)
    assert whole.records.table.tobytes() == thin.records.table.tobytes()
    assert whole.outcomes() == pytest.approx(thin.outcomes(), rel=0, abs=0, nan_ok=True)


def test_every_need_and_case_of_the_window_is_still_counted() -> None:
    whole, thin = lived("market", True), lived("market", False)
    for tables, column in ((all_needs, "lasted"), (all_needs, "day"), (all_cases, "opened")):
        kept, left = (
            gathered(tables(m.state, REFORM), (column,), lambda t: t[0] >= 0)[0] for m in (whole, thin)
        )
        assert np.array_equal(np.sort(kept), np.sort(left))
        assert len(left) > 100


def test_what_came_before_the_window_is_forgotten_once_nothing_looks_back_so_far() -> None:
    def days(keeps_all: bool) -> np.ndarray:
        model = CommunityModel(world="classroom", days=1200, reform_day=1100, keeps_all=keeps_all).run()
        return gathered(all_needs(model.state), ("day",), lambda t: t.day >= 0)[0]

    whole, thin = days(True), days(False)
    assert len(thin) < len(whole)
    recent = slice(1200 - LOOKED_BACK, None)
    assert np.array_equal(np.bincount(whole)[recent], np.bincount(thin)[recent])


def test_mechanisms_look_back_no_further_than_rows_are_remembered() -> None:
    assert declared(ServiceCentresParameters)["window"].high <= LOOKED_BACK
    assert _BOOKED_DAYS <= LOOKED_BACK


@pytest.mark.parametrize("since", [0, 1, 300, DAYS - 1, DAYS])
def test_what_is_read_since_a_day_is_what_began_on_it_or_later(since: int) -> None:
    thin = lived("market", False)
    (days,) = gathered(all_needs(thin.state), ("day",), lambda t: t.day >= since)
    (recent,) = gathered(all_needs(thin.state, since), ("day",), lambda t: t.day >= 0)
    assert recent.tolist() == days.tolist()
    (opened,) = gathered(all_cases(thin.state), ("opened",), lambda t: t.opened >= since)
    (late,) = gathered(all_cases(thin.state, since), ("opened",), lambda t: t.opened >= 0)
    assert late.tolist() == opened.tolist()


def test_a_fork_returns_to_what_was_put_away() -> None:
    model = CommunityModel(world="classroom", days=DAYS, reform_day=400, keeps_all=False).run(400)
    past = model.checkpoint()
    assert len(past.snapshot["past"]["needs"]) > 0
    first = model.run().records.table.tobytes()
    assert model.resume(past).run().records.table.tobytes() == first


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_move_up_in_their_order_and_leave_none_behind(threads: int) -> None:
    state = CommunityModel(world="classroom", days=2, reform_day=1, threads=threads).state
    state.cases = table = Cases(
        *(
            np.arange(4 * 4).reshape(4, 4) if c.wide else np.arange(4.0)
            for c in Cases._field_defaults.values()
        )
    )
    assert _closed_up(state, "cases", np.array([False, True, False, True])) == 2
    assert table.opened.tolist() == [1.0, 3.0, 0.0, 0.0]
    assert table.closed.tolist() == [1.0, 3.0, -1.0, -1.0]
    assert table.child[:2].tolist() == [[4, 5, 6, 7], [12, 13, 14, 15]]


def test_tables_that_were_not_kept_are_refused() -> None:
    model = CommunityModel(world="classroom", days=9, reform_day=5, keeps_all=False).run()
    assert set(model.tables()) == {"daily", "ledger", "cells"}
    with pytest.raises(ConfigError, match="keeps_all=True"):
        model.columns("cases")


def test_sums_by_street_are_those_of_its_communities_and_outcomes_do_not_move() -> None:
    world = load_world("classroom").model_copy(update={"streets": 3})
    fine, thin = (
        CommunityModel(world=world, strategy="wuhan", days=120, reform_day=40, by_street=by_street).run()
        for by_street in (False, True)
    )
    assert fine.outcomes() == pytest.approx(thin.outcomes(), rel=0, abs=0, nan_ok=True)
    streets = thin.records.daily
    assert list(streets.columns[:2]) == ["day", "street"]
    assert len(streets) == 120 * 3
    summed = fine.records.daily.assign(street=lambda t: t["community"] // 2).groupby(["day", "street"]).sum()
    pd.testing.assert_frame_equal(
        streets.set_index(["day", "street"]),
        summed.drop(columns="community"),
        check_dtype=False,
        check_index_type=False,
    )
    past = thin.checkpoint()
    assert thin.resume(past).records.daily.equals(streets)
