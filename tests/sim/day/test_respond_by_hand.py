"""Judgements in cases small enough to be worked by hand: each part of an answer alone, who hears of it, and sums that stay exact."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.day.respond import respond
from sim.needs import group_traits
from sim.state import FIXED_POINT

from .small import Small, add_cases, add_needs, make
from .test_respond import _EXIT, _GIVEN_UP, _RESOLVED, EVEN, STILL, closes

#: A rating is the performance itself, cut at zero and one; nobody expects anything, adapts or differs.
BARE = {**EVEN, **STILL, "respond.rating_base": 0.5, "respond.rating_performance": 1.0, "respond.rating_disconfirmation": 0.0,
        "respond.expectation_step": 0.0, "respond.weight_solved": 0.0, "respond.weight_wait": 0.0, "respond.weight_fairness": 0.0,
        "respond.weight_courtesy": 0.0}  # fmt: skip


def judged(
    fixed: dict[str, float], slots: Any = 0, needs: dict[str, Any] | None = None, **columns: Any
) -> tuple[Small, float]:
    """One answer judged by one resident: the world and the rating."""
    small = make({**BARE, **fixed})
    row = add_needs(small, 1, slots=slots, **(needs or {}))
    given = {"status": _RESOLVED, "stage": 4, "closed": 1.0, "confirmed": 1, "by_rule": 1, "deadline": 7.0}
    case = add_cases(small, row, **(given | columns))
    closes(small, case)
    respond(small.state, small.levers, small.draws, 0)
    return small, float(small.state.cases.rating[case[0]])


@pytest.mark.parametrize(
    ("opened", "closed", "status", "prompt"),
    [
        (0.0, 7.0, _RESOLVED, math.exp(-1.0)), (2.0, 4.5, _RESOLVED, math.exp(-0.5)), (2.0, 2.0, _RESOLVED, 1.0),
        (3.0, 2.0, _RESOLVED, 1.0), (0.0, 7.0, _GIVEN_UP, 0.0),
    ],
)  # fmt: skip
def test_promptness_falls_with_the_wait_in_units_of_the_time_allowed(
    opened: float, closed: float, status: int, prompt: float
) -> None:
    _, rating = judged({"respond.weight_wait": 1.0}, opened=opened, closed=closed, status=status)
    assert rating == pytest.approx(prompt, abs=1e-6)


@pytest.mark.parametrize(
    ("effort", "burnout", "courteous"),
    [
        (1.0, 0.0, 0.6),
        (0.5, 0.0, 0.3),
        (1.0, 1.0, 0.36),
        (1.2, 0.5, 0.576),
        (3.0, 0.0, 1.0),
        (-1.0, 0.0, 0.0),
    ],
)
def test_courtesy_is_effort_less_burnout_of_who_came_first(
    effort: float, burnout: float, courteous: float
) -> None:
    """0.6 of effort at no burnout, less 0.4 of it at full burnout; nobody is more than courteous, or less than not at all."""
    small = make(
        {**BARE, "respond.weight_courtesy": 1.0, "respond.courtesy": 0.6, "respond.courtesy_burnout": 0.4}
    )
    t = small.state.institutions
    case = add_cases(small, add_needs(small, 1, scope=2), status=_RESOLVED, closed=1.0)
    first, second = small.state.cases.provider[case[0], :2]
    t.effort[first], t.burnout[first] = effort, burnout
    t.effort[second], t.burnout[second] = 0.7, 0.3
    closes(small, case)
    respond(small.state, small.levers, small.draws, 0)
    assert small.state.cases.rating[case[0]] == pytest.approx(courteous, abs=1e-6)


@pytest.mark.parametrize("by_rule", [0, 1])
@pytest.mark.parametrize("lever", [-2.0, 0.0, 0.15, 2.0])
def test_fairness_favours_insiders_and_rules_favour_nobody(by_rule: int, lever: float) -> None:
    """Outsiders are migrants and low incomes, whatever their age and means; every group is asked."""
    small = make(
        {**BARE, "respond.weight_fairness": 1.0, "respond.fairness": 0.55, "respond.favouritism": 0.2}
    )
    groups = np.arange(36)
    rows = add_needs(small, 36, group=groups)
    cases = add_cases(small, rows, status=_RESOLVED, closed=1.0, by_rule=by_rule)
    closes(small, cases)
    respond(small.state, small.with_levers(fairness=lever), small.draws, 0)
    traits = group_traits()
    outsider = (traits.migrant == 1) | (traits.income == 0)
    favour = 0.0 if by_rule else np.where(outsider, -0.2, 0.2)
    assert np.allclose(small.state.cases.rating[cases], np.clip(0.55 + lever + favour, 0.0, 1.0), atol=1e-6)


@pytest.mark.parametrize(("base", "well"), [(0.2, 0), (0.4999, 0), (0.5, 1), (0.9, 1), (5.0, 1), (-5.0, 0)])
def test_a_rating_is_good_from_its_threshold_and_stays_between_zero_and_one(base: float, well: int) -> None:
    fixed = {"respond.rating_base": base, "respond.rating_performance": 0.0, "respond.rated_well_from": 0.5}
    small, rating = judged(fixed)
    assert rating == pytest.approx(min(1.0, max(0.0, base)))
    assert small.tally("rated") == 1 and small.tally("rated_well") == well
    assert small.tally("rating_sum") == pytest.approx(rating)


def test_what_neighbours_got_moves_by_a_share_with_each_answer_in_the_cell() -> None:
    small = make({**BARE, "respond.weight_solved": 1.0, "respond.neighbour_memory": 0.2})
    cells = small.state.cells
    cells.performance[:] = 0.5
    cases = add_cases(small, add_needs(small, 3, slots=0), status=_RESOLVED, closed=1.0, confirmed=[1, 1, 0])
    closes(small, cases)
    respond(small.state, small.levers, small.draws, 0)
    # 0.5 → 0.6 → 0.68 → 0.544; the other cells hear nothing.
    assert cells.performance.tolist() == pytest.approx([0.544, 0.5, 0.5, 0.5])


@pytest.mark.parametrize("promise", [-2.0, 0.0, 0.3, 2.0])
def test_expectation_drifts_to_what_neighbours_got_and_what_is_promised(promise: float) -> None:
    small = make({**EVEN, "respond.expectation_drift": 0.1})
    small.state.cells.performance[:] = [0.2, 0.4, 0.6, 0.8]
    small.state.residents.expectation[:] = 0.5
    respond(small.state, small.with_levers(promise=promise), small.draws, 0)
    got = np.clip(np.array([0.2, 0.4, 0.6, 0.8]) + promise, 0.0, 1.0)[small.state.residents.cell]
    assert np.allclose(small.state.residents.expectation, 0.5 + 0.1 * (got - 0.5), atol=1e-6)


def test_only_who_is_answered_in_vain_while_the_need_stands_counts_answers_towards_silence() -> None:
    for end, confirmed, answers in ((0, 0, 1), (2, 0, 0), (1, 1, 0)):
        small, _ = judged({"respond.exit_after": 1.0}, needs={"end": end}, confirmed=confirmed)
        assert small.state.needs.answers[0] == answers
        assert bool(small.state.needs.status[0] == _EXIT) == bool(answers)


def test_belief_is_not_lost_more_than_wholly() -> None:
    fixed = {"respond.belief_step": 0.8, "respond.loss_aversion": 2.0}
    for confirmed, expected in ((1, 0.6 + 0.8 * 0.4), (0, 0.0)):
        small = make({**BARE, **fixed})
        small.state.residents.efficacy[:] = 0.6
        cases = add_cases(
            small, add_needs(small, 1, slots=0), status=_RESOLVED, closed=1.0, confirmed=confirmed
        )
        closes(small, cases)
        respond(small.state, small.levers, small.draws, 0)
        assert small.state.residents.efficacy[0] == pytest.approx(expected)
        assert small.state.residents.efficacy[1] == pytest.approx(0.6)


def test_an_answer_as_expected_neither_delights_nor_disappoints() -> None:
    fixed = {"respond.weight_solved": 1.0, "respond.gain_step": 0.5, "respond.expectation_step": 0.5}
    small = make({**BARE, **fixed})
    r = small.state.residents
    r.expectation[:], r.gain[:], r.trust[:] = 1.0, 0.25, 0.5
    cases = add_cases(small, add_needs(small, 1, slots=0), status=_RESOLVED, closed=1.0, confirmed=1)
    closes(small, cases)
    respond(small.state, small.levers, small.draws, 0)
    assert (r.expectation[0], r.gain[0]) == (1.0, 0.25)


def test_burden_is_the_severity_of_ones_own_open_needs_of_today() -> None:
    small = make(EVEN)
    r = small.state.residents
    rows = add_needs(small, 5, slots=[3, 3, 5, 5, 7], severity=[1.0, 0.5, 2.0, 4.0, 8.0])
    small.state.needs.end[rows[3:]] = [1, 2]
    for _ in range(2):
        respond(small.state, small.levers, small.draws, 0)
        assert r.unmet[[3, 5, 7, 0]].tolist() == [1.5, 2.0, 0.0, 0.0]
    small.state.needs.end[rows[:3]] = 1
    respond(small.state, small.levers, small.draws, 1)
    assert not r.unmet.any()


@pytest.mark.parametrize("households", [1, 470])
def test_sums_of_cells_of_any_size_are_exact(households: int) -> None:
    """Everyone feels the same fraction of two to the minus ten: the sum over a cell of a thousand and more is people times it, to the unit."""
    small = make({**EVEN, **STILL, "respond.survey_gain": 0.5}, communities=2, cells=1, households=households)
    r, cells = small.state.residents, small.state.cells
    r.gain[:], r.security[:], r.happiness[:], r.trust[:] = 1.0, 0.75, 0.25, 0.5
    cells.sums[:] = 7
    respond(small.state, small.levers, small.draws, 0)
    people = (cells.last - cells.first).astype(np.int64)
    survey = 0.5 * 1.0 + 0.25 * (0.75 + 0.25)
    for column, value in enumerate((survey, survey**2, 1.0, 0.75, 0.25, 0.5)):
        assert (cells.sums[:, column] == people * int(value * FIXED_POINT)).all(), column
    assert cells.satisfaction.tolist() == [survey] * 2
    assert households == 1 or people.min() > 1024  # more than are added up at a time


def test_fear_is_disorder_and_conflict_by_head_also_in_a_cell_of_nobody_else() -> None:
    small = make({**EVEN, "respond.security_rate": 1.0, "respond.fear_disorder": 0.5, "respond.fear_conflict": 0.001,
                  "respond.security_rest": 0.9}, households=1)  # fmt: skip
    cells = small.state.cells
    cells.disorder[:], cells.conflict[:] = [0.0, 0.4, 0.0, 0.4], [0.0, 0.0, 1.0, 1.0]
    small.state.residents.disposition[:] = 0.0
    respond(small.state, small.levers, small.draws, 0)
    fear = 0.5 * cells.disorder + 0.001 * 1000.0 * cells.conflict / (cells.last - cells.first)
    expected = np.clip(0.9 - fear, 0.0, 1.0)[small.state.residents.cell]
    assert np.allclose(small.state.residents.security, expected, atol=1e-6)
