"""An audit of a finished run: every book that must balance, every bound that must hold, read from its own tables.

The model checks its books each evening; this audit does not trust it and adds up again what the tables say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal, assert_array_less

from sim.records import PAIRS
from sim.state import Residents, State
from sim.tables import columns

ACTORS = ("party", "government", "self_governing", "social", "enterprise", "residents")
ENDS, STATUSES = ("met", "healed", "moved"), ("resolved", "given_up", "paper")
#: Sums of hours and money in another order of summation.
CLOSE: Mapping[str, Any] = {"rtol": 1e-9, "atol": 1e-6}

#: Groups of residents are surveyed every so many days.
SURVEY_DAYS = 30


def audit(model: Any) -> None:
    """Raise AssertionError, naming the book, unless everything about `model` adds up; also where Python runs without its own assertions."""
    tables = model.tables()
    needs_balance(tables)
    cases_balance(tables)
    groups_balance(tables["daily"])
    hours_balance(tables)
    times_in_order(model.state)
    within_bounds(model.state)
    nothing_missing(model)


def _hold(condition: Any, what: str) -> None:
    """Raise unless the condition holds, saying what does not."""
    if not condition:
        raise AssertionError(what)


def by_day(daily: Any, column: str) -> np.ndarray:
    """`[day, community]`"""
    return daily.pivot(index="day", columns="community", values=column).to_numpy()


def needs_balance(tables: dict[str, Any]) -> None:
    """Arisen = met + healed + moved + open, each day, by community, and against the table of needs."""
    daily, needs = tables["daily"], tables["needs"]
    gone = sum(by_day(daily, f"needs_{end}") for end in ENDS)
    assert_array_equal(
        (by_day(daily, "needs_arisen") - gone).cumsum(0), by_day(daily, "needs_open"), "needs of each evening"
    )
    communities = by_day(daily, "needs_open").shape[1]

    def counted(chosen: Any) -> np.ndarray:
        return np.bincount(needs.community[chosen], minlength=communities)

    assert_array_equal(by_day(daily, "needs_arisen").sum(0), counted(needs.arose >= 0), "needs arisen")
    for end in ENDS:
        assert_array_equal(by_day(daily, f"needs_{end}").sum(0), counted(needs.end == end), f"needs {end}")
    assert_array_equal(by_day(daily, "needs_open")[-1], counted(needs.end == "open"), "needs open at the end")
    prompt = (needs.end == "met") & (needs.ended - needs.arose <= 30)
    assert_array_equal(by_day(daily, "needs_met_30d").sum(0), counted(prompt), "needs met within 30 days")
    arose = np.floor(needs.arose).astype(int)
    assert_array_equal(
        by_day(daily, "needs_arisen").sum(1),
        np.bincount(arose, minlength=len(daily.day.unique())),
        "needs by day of arising",
    )


def cases_balance(tables: dict[str, Any]) -> None:
    """Opened = resolved + given up + paper + open; and a case is opened by a report or by a find, for a need that it meets or not."""
    daily, needs, cases = tables["daily"], tables["needs"], tables["cases"]
    closed = sum(by_day(daily, f"cases_{status}") for status in STATUSES)
    assert_array_equal(
        (by_day(daily, "cases_opened") - closed).cumsum(0),
        by_day(daily, "cases_open"),
        "cases of each evening",
    )
    total = daily.sum()
    for status in STATUSES:
        _hold(total[f"cases_{status}"] == (cases.status == status).sum(), f"cases {status}")
    _hold(total.cases_opened == len(cases) == total.reports + total.needs_discovered, "cases opened")
    _hold(total.cases_reopened == (cases.reopenings > 0).sum(), "cases reopened")
    without_case = total.needs_settled + total.needs_met_unasked
    _hold(total.cases_confirmed == cases.confirmed.sum() == total.needs_met - without_case, "cases confirmed")
    _hold(total.cases_joint == cases.joint[cases.status != "open"].sum(), "joint cases")
    _hold(total.rated == cases.rating.notna().sum(), "cases rated")
    assert_allclose(total.rating_sum, cases.rating.sum(), err_msg="ratings", **CLOSE)
    _hold(total.responded == cases.responded.notna().sum(), "cases responded to")
    _hold(total.handovers == cases.handovers.sum(), "hand-overs")
    _hold(total.refusals == cases.refusals.sum(), "refusals")
    for part, whole in (
        ("reports_platform", "reports"), ("reports_hotline", "reports"), ("cases_confirmed", "cases_resolved"),
        ("on_time_met", "cases_confirmed"), ("rated_well", "rated"), ("cases_by_rule", "cases_opened"),
        ("cases_misrouted", "cases_opened"), ("needs_met_30d", "needs_met"), ("needs_settled", "needs_met"),
        ("cases_multi_resolved", "cases_resolved"),
    ):  # fmt: skip
        _hold((daily[part] <= daily[whole]).all(), f"{part} beyond {whole}")
    # A need has at most one open case, and an open case an open need.
    standing = cases[cases.status == "open"]
    _hold(standing.need.is_unique, "standing.need.is_unique")
    _hold((needs.end.to_numpy()[standing.need] == "open").all(), "an open case for a need that has ended")
    _hold(needs.reported.notna().sum() == cases.need.nunique(), "first reports")


def groups_balance(daily: Any) -> None:
    """Each pair of groups is everybody; groups of residents are surveyed monthly, so that who came since is not among them."""
    place = ["day", "community"]
    survey = daily[place].assign(day=daily.day - daily.day % SURVEY_DAYS)
    surveyed = survey.merge(daily[[*place, "residents"]], on=place, how="left").residents.to_numpy()
    for one, other in PAIRS.values():
        assert_array_equal(
            daily[f"residents_{one}"] + daily[f"residents_{other}"],
            surveyed,
            f"residents: {one}, {other}",
        )
        arisen = daily[f"needs_arisen_{one}"] + daily[f"needs_arisen_{other}"]
        assert_array_equal(arisen, daily.needs_arisen, f"needs arisen: {one}, {other}")
        assert_array_equal(
            daily[f"unmet_days_{one}"] + daily[f"unmet_days_{other}"],
            daily.needs_open,
            f"unmet: {one}, {other}",
        )
    for column in ("volunteers", "volunteered"):
        _hold((daily[column] <= daily.adults).all(), column)
    _hold((daily.adults <= daily.residents).all(), "(daily.adults <= daily.residents).all()")
    for sense in ("satisfaction", "gain", "security", "happiness", "trust"):
        _hold(daily[f"{sense}_sum"].between(0, daily.residents).all(), sense)


def hours_balance(tables: dict[str, Any]) -> None:
    """Hours had = service + overhead + meetings + lent + idle; what institutions gave is what cases got; money likewise."""
    daily, ledger, cases = tables["daily"], tables["ledger"], tables["cases"]
    total = daily.sum()
    assert_allclose(
        ledger.hours_available,
        ledger.hours_used + ledger.hours_idle,
        err_msg="hours of institutions",
        **CLOSE,
    )
    for column in ledger.columns[ledger.columns.str.startswith(("hours_", "money_"))]:
        _hold((ledger[column] >= -1e-9).all(), f"negative {column}")
    _hold(
        (ledger.money_used <= ledger.money_available * (1 + 1e-9)).all(),
        "(ledger.money_used <= ledger.money_available * (1 + 1e-9)).all()",
    )
    for column in ("hours_service", "hours_overhead", "hours_coordination", "hours_idle", "money_used"):
        assert_allclose(total[column], ledger[column].sum(), err_msg=column, **CLOSE)
    assert_allclose(total.hours_pooled, ledger.hours_borrowed.sum(), err_msg="hours borrowed", **CLOSE)
    _hold(
        (daily.hours_pooled <= sum(daily[f"hours_{a}"] for a in ACTORS) - daily.hours_service + 1e-6).all(),
        "lent beyond χ = 1",
    )
    given = ledger.hours_service + ledger.hours_lent
    for actor in ACTORS:
        assert_allclose(
            total[f"hours_{actor}"],
            given[ledger.actor_kind == actor].sum(),
            err_msg=f"hours of {actor}",
            **CLOSE,
        )
    had = ledger.hours_available - ledger.hours_overhead - ledger.hours_coordination
    assert_allclose(total.hours_capacity, had.sum(), err_msg="capacity", **CLOSE)
    assert_allclose(
        cases.hours.sum(), total.hours_service + total.hours_pooled, err_msg="hours on cases", **CLOSE
    )
    spent = daily.groupby("day")[["hours_service", "hours_idle", "hours_capacity"]].sum()
    _hold(
        (spent.hours_service + spent.hours_idle <= spent.hours_capacity + 1e-6).all(),
        "more hours than the day has",
    )


def times_in_order(state: State) -> None:
    """Nothing ends before it begins."""
    n, c = int(state.sizes.needs[0]), int(state.sizes.cases[0])
    needs, cases = state.needs, state.cases

    def ordered(first: np.ndarray, then: np.ndarray, what: str) -> None:
        happened = (first >= 0) & (then >= 0)
        assert_array_less(first[happened], then[happened] + 1e-9, err_msg=what)

    ordered(needs.arose[:n], needs.ended[:n], "arose, ended")
    ordered(needs.arose[:n], needs.reported[:n], "arose, reported")
    ordered(needs.reported[:n], needs.answered[:n], "reported, answered")
    ordered(cases.opened[:c], cases.responded[:c], "opened, responded")
    ordered(cases.opened[:c], cases.closed[:c], "opened, closed")
    ordered(cases.opened[:c], cases.started[:c], "opened, started")
    resolved = np.flatnonzero(cases.status[:c] == 1)
    ordered(cases.started[resolved], cases.closed[resolved], "started, resolved")
    _hold((cases.started[resolved] >= 0).all(), "resolved without work")
    _hold((cases.parts_left[resolved] == 0).all(), "resolved with work left")
    # Lent hours finish a part at the end of the day.
    _hold(
        (needs.ended[:n] <= state.day).all() and (cases.closed[:c] <= state.day).all(), "ends in the future"
    )
    _hold(((needs.end[:n] == 0) == (needs.ended[:n] < 0)).all(), "an open need with a time of ending")
    _hold(((cases.status[:c] == 0) == (cases.closed[:c] < 0)).all(), "an open case with a time of closing")


def within_bounds(state: State) -> None:
    """Columns declared as 0-1 or 0/1 keep to it (or stand at their fill value, which means none)."""
    for table in ("residents", "cells", "communities", "institutions", "needs", "cases"):
        rows = getattr(state, table)
        for name, declared in columns(type(rows)).items():
            values = getattr(rows, name)
            if declared.unit == "0-1":
                _hold(
                    (((values >= 0) & (values <= 1)) | (values == declared.fill)).all(),
                    f"{table}.{name} outside 0-1",
                )
            elif declared.unit == "0/1":
                _hold(np.isin(values, (0, 1)).all(), f"{table}.{name} neither 0 nor 1")
    _hold(((state.ties >= 0) & (state.ties <= 1)).all(), "ties outside 0-1")
    _hold((state.tally == 0).all(), "a tally left over")
    _hold(
        (state.institutions.staff >= 0).all() and (state.institutions.skill > 0).all(),
        "(state.institutions.staff >= 0).all() and (state.institutions.skill > 0).all()",
    )
    people = state.cells.last - state.cells.first
    _hold(
        people.sum() == len(state.residents.identity) == len(np.unique(state.residents.identity)),
        "people.sum() == len(state.residents.identity) == len(np.unique(state.residents.identity))",
    )
    _hold(
        state.residents.ties.shape == (people.sum(), *columns(Residents)["ties"].wide),
        "groups of the daily table",
    )


def nothing_missing(model: Any) -> None:
    """No NaN and no infinity in the state, the records or the daily table; outcomes are never infinite."""
    for name, array in model.state.arrays().items():
        _hold(np.isfinite(array).all(), f"{name} is not finite")
    _hold(np.isfinite(model.records.table).all(), "records are not finite")
    _hold(not np.isinf(list(model.outcomes().values())).any(), "an outcome is infinite")
