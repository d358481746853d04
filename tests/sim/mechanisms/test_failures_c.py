"""What swift response, outreach, bundles, contracts, charters and networks do to levers, and how each of them fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms.swift_response import place_in_ranking, scores
from sim.model import CommunityModel
from sim.needs import Role

from .check import contributed, experienced, of
from .test_failures import exceeds, lives, outcome

#: A small world whose street committee can pay for supervision.
SMALL: dict[str, Any] = {"world": "classroom", "days": 260}
STAFFED = {"party.street_staff": 2.0}


def swift(under: dict[str, float] | None = None, **fields: float) -> tuple[CommunityModel, ...]:
    return lives("swift_response", **SMALL, under=STAFFED | (under or {}), ranking_hours=0.3, **fields)


def test_places_count_equals_by_half() -> None:
    assert place_in_ranking(np.array([0.9, 0.2, 0.5])).tolist() == [0.0, 1.0, 0.5]
    assert place_in_ranking(np.array([0.5, 0.5, 0.1, 0.5])) == pytest.approx([1 / 3, 1 / 3, 1.0, 1 / 3])
    assert place_in_ranking(np.array([0.3])).tolist() == [0.5]


def test_swift_response_presses_the_last_most_and_charges_those_it_names() -> None:
    state = experienced()
    c = state.communities
    c.responsive[:], c.recognised[:], c.rated_well[:] = [0.9, 0.5], [0.6, 0.5], [0.7, 0.8]
    p = of("swift_response").parameters
    assert scores(c, 0.2) == pytest.approx([0.2 * 0.9 + 0.4 * 1.3, 0.2 * 0.5 + 0.4 * 1.3])
    levers = contributed(of("swift_response"), state, np.array([1.0, 0.5]))
    first, last = p.accountability * (1.0 - p.ranking), 0.5 * p.accountability * (1.0 + p.ranking)
    assert levers["accountability"] == pytest.approx([first, last])
    assert levers["hotline_ease"] == pytest.approx([1.0 + p.hotline, 1.0 + 0.5 * p.hotline])
    t = state.institutions
    assert levers["money_charge"][t.role == Role.DISTRICT_COMMITTEE] == pytest.approx(1.5 * p.hotline_money)
    assert levers["overhead_hours"][t.role == Role.STREET_COMMITTEE] == pytest.approx(0.75 * p.ranking_hours)
    assert levers["overhead_hours"][t.role == Role.SERVICE_STATION] == pytest.approx(
        [p.call_hours, 0.5 * p.call_hours]
    )


def test_swift_response_calls_forth_effort() -> None:
    def effort(model: CommunityModel) -> float:
        t = model.state.institutions
        return float(t.effort[t.first_community < t.last_community].mean())

    assert exceeds(swift(accountability=0.9), swift(accountability=0.1), effort)


def test_swift_response_induces_more_than_can_be_worked() -> None:
    loud, quiet, none = swift(hotline=6.0), swift(hotline=0.5), lives(**SMALL, under=STAFFED)
    for other in (quiet, none):
        assert exceeds(loud, other, outcome("reports_rate"))
        assert exceeds(loud, other, outcome("backlog"))
        assert exceeds(loud, other, outcome("burnout"))
        assert exceeds(other, loud, outcome("confirmed_rate"))
    assert exceeds(quiet, loud, outcome("on_time_rate"))


def test_swift_response_is_met_on_paper_where_nobody_checks() -> None:
    tempting = {"close.paper": 1.5}
    unchecked = swift(tempting, accountability=0.9, audit=0.0)
    checked = swift(tempting, accountability=0.9, audit=0.9)
    assert exceeds(unchecked, checked, outcome("gaming_gap"))
    # The record looks better while fewer needs are met, and residents know.
    assert exceeds(unchecked, checked, outcome("resolution_rate"))
    assert exceeds(unchecked, checked, outcome("unmet_need_days"))
    assert exceeds(checked, unchecked, outcome("case_rating"))
    none = lives(**SMALL, under=STAFFED | tempting)
    assert exceeds(unchecked, none, outcome("resolution_rate"))
    assert exceeds(none, unchecked, outcome("confirmed_rate"))


def wait_for_work(model: CommunityModel, hard: bool) -> float:
    """Mean days until work on a case begins, over the tenth with the most hours or the third with the least."""
    c, n = model.state.cases, int(model.state.sizes.cases[0])
    never = np.where(c.closed[:n] >= 0.0, c.closed[:n], model.day)
    until = np.where(c.started[:n] >= 0.0, c.started[:n], never)
    asked, inside = c.asked[:n, 0], c.opened[:n] >= 60.0
    low, high = np.quantile(asked[inside], [1 / 3, 0.9])
    chosen = inside & ((asked > high) if hard else (asked < low))
    return float((until - c.opened[:n])[chosen].mean())


def test_swift_response_lets_hard_cases_wait() -> None:
    load = {"needs.hours_mean": 5.0}
    picking, in_turn = swift(load, hotline=6.0, easy_first=5.0), swift(load, hotline=6.0, easy_first=0.0)
    assert exceeds(picking, in_turn, lambda model: wait_for_work(model, hard=True))
    assert exceeds(in_turn, picking, lambda model: wait_for_work(model, hard=False))
