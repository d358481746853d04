"""Judging and feeling: linear without loss aversion, kinked with it, relaxing exponentially, converging as DeGroot by ties alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from experiments.verification.laws_alone import influence
from sim.day.respond import respond
from sim.needs import group_traits
from sim.state import FIXED_POINT

from .small import Small, add_cases, add_needs, make

#: Nobody differs and nothing is clipped.
EVEN = {"population.disposition_spread": 0.0}
_RESOLVED, _GIVEN_UP, _PAPER = 1, 2, 3
_EXIT = 3


def answered(small: Small, count: int, **columns: Any) -> np.ndarray:
    """Cases of as many different residents, closed today."""
    given = {"status": _RESOLVED, "stage": 4, "closed": 1.0, "confirmed": 1, "by_rule": 1} | columns
    cases = add_cases(small, add_needs(small, count), **given)
    closes(small, cases)
    return cases


def closes(small: Small, cases: np.ndarray) -> None:
    """List cases as closed today."""
    small.state.sizes.open_cases[0] = 0
    small.state.lists.closed_today[: len(cases)] = cases
    small.state.sizes.closed_today[0] = len(cases)


def performance(small: Small, cases: np.ndarray, fairness: Any = 0.0) -> np.ndarray:
    """P in closed form for cases handled by rule, courtesy at normal effort."""
    t, p = small.state.cases, small.state.parameters.respond
    wait = (t.closed[cases] - t.opened[cases]) / (t.deadline[cases] - t.opened[cases])
    prompt = np.where(t.status[cases] == _GIVEN_UP, 0.0, np.exp(-wait))
    fair = np.clip(p.fairness + fairness, 0.0, 1.0)
    return (
        p.weight_solved * t.confirmed[cases]
        + p.weight_wait * prompt
        + p.weight_fairness * fair
        + p.weight_courtesy * p.courtesy
    )


def people(small: Small, cases: np.ndarray) -> np.ndarray:
    return small.state.needs.slot[small.state.cases.need[cases]]


def varied(small: Small, count: int = 150) -> np.ndarray:
    """Answers of all qualities: quick and slow, solved and not."""
    i = np.arange(count)
    return answered(small, count, closed=0.1 + 20.0 * (i / count) ** 2, confirmed=(i % 2), deadline=7.0)


STILL = {"respond.expectation_drift": 0.0, "respond.gain_rate": 0.0, "respond.security_rate": 0.0, "respond.happiness_rate": 0.0,
         "respond.trust_rate": 0.0}  # fmt: skip


def test_without_loss_aversion_and_adaptation_ratings_are_linear_in_performance() -> None:
    small = make(
        {
            **EVEN,
            **STILL,
            "respond.loss_aversion": 1.0,
            "respond.expectation_step": 0.0,
            "respond.rating_base": 0.6,
        }
    )
    small.state.residents.expectation[:] = 0.5
    cases = varied(small)
    respond(small.state, small.levers, small.draws, 0)
    p, score = small.state.parameters.respond, performance(small, cases)
    rating = small.state.cases.rating[cases]
    assert rating.min() > 0.0
    assert rating.max() < 1.0
    slope, base = np.polyfit(score, rating, 1)
    assert slope == pytest.approx(p.rating_performance + p.rating_disconfirmation, rel=1e-6)
    assert base == pytest.approx(0.6 - 0.5 * p.rating_performance - 0.5 * p.rating_disconfirmation, rel=1e-6)
    assert np.abs(rating - base - slope * score).max() < 1e-6
    assert np.allclose(small.state.residents.expectation, 0.5)
    # Power: with loss aversion the same answers are not on a line.
    averse = make(
        {
            **EVEN,
            **STILL,
            "respond.loss_aversion": 1.96,
            "respond.expectation_step": 0.0,
            "respond.rating_base": 0.6,
        }
    )
    averse.state.residents.expectation[:] = 0.5
    other = varied(averse)
    respond(averse.state, averse.levers, averse.draws, 0)
    bent = averse.state.cases.rating[other]
    assert np.abs(bent - np.polyval(np.polyfit(score, bent, 1), score)).max() > 0.02


@pytest.mark.parametrize("aversion", [1.0, 1.5, 1.96, 2.5])
def test_disappointment_weighs_lambda_times_delight(aversion: float) -> None:
    """The slopes of gain, and of the rating, below and above what was expected."""
    small = make({**EVEN, **STILL, "respond.loss_aversion": aversion, "respond.gain_step": 0.1})
    small.state.residents.expectation[:] = 0.55
    small.state.residents.gain[:] = 0.5
    cases = varied(small)
    score = performance(small, cases) - 0.55
    respond(small.state, small.levers, small.draws, 0)
    change = small.state.residents.gain[people(small, cases)] - 0.5
    below, above = score < -0.01, score > 0.01
    assert below.sum() > 20
    assert above.sum() > 20
    slopes = [np.polyfit(score[side], change[side], 1)[0] for side in (below, above)]
    assert slopes[0] / slopes[1] == pytest.approx(aversion, rel=1e-4)
    assert slopes[1] == pytest.approx(0.1, rel=1e-4)
    p, rating = small.state.parameters.respond, small.state.cases.rating[cases]
    inside = (rating > 0.0) & (rating < 1.0)
    steep, flat = (np.polyfit(score[side & inside], rating[side & inside], 1)[0] for side in (below, above))
    assert flat == pytest.approx(p.rating_performance + p.rating_disconfirmation, rel=1e-4)
    assert steep == pytest.approx(p.rating_performance + aversion * p.rating_disconfirmation, rel=1e-4)


@pytest.mark.parametrize("step", [0.1, 0.3, 0.5])
def test_expectation_follows_experience_geometrically(step: float) -> None:
    """The same service, again and again: E approaches P as (1 − a)^n, so the same service surprises less and less (V13)."""
    small = make({**EVEN, **STILL, "respond.expectation_step": step, "respond.rating_base": 0.4})
    residents = small.state.residents
    residents.expectation[:] = 0.2
    cases = answered(small, 40, closed=0.5)
    score, ratings = performance(small, cases), []
    for n in range(1, 9):
        closes(small, cases)
        respond(small.state, small.levers, small.draws, n)
        expected = score + (0.2 - score) * (1.0 - step) ** n
        assert np.allclose(residents.expectation[people(small, cases)], expected, atol=1e-6)
        ratings.append(small.state.cases.rating[cases].mean())
    assert (np.diff(ratings) < 0.0).all()


def test_giving_up_forfeits_promptness_and_paper_does_not_solve() -> None:
    small = make({**EVEN, **STILL})
    small.state.residents.expectation[:] = 0.6
    status = np.array([_RESOLVED, _RESOLVED, _GIVEN_UP, _PAPER])
    cases = answered(small, 4, status=status, confirmed=[1, 0, 0, 0], closed=1.0)
    respond(small.state, small.levers, small.draws, 0)
    rating = small.state.cases.rating[cases]
    assert rating[0] > rating[1] == rating[3] > rating[2]


def test_favouritism_moves_fairness_between_insiders_and_outsiders_and_rules_even_it_out() -> None:
    def rated(by_rule: int) -> tuple[np.ndarray, np.ndarray]:
        small = make({**EVEN, **STILL, "respond.favouritism": 0.2, "respond.loss_aversion": 1.0,
                      "respond.rating_base": 0.4})  # fmt: skip
        small.state.residents.expectation[:] = 0.5
        cases = answered(small, 300, by_rule=by_rule, closed=0.5)
        respond(small.state, small.levers, small.draws, 0)
        groups = small.state.needs.group[small.state.cases.need[cases]]
        traits = group_traits()
        return small.state.cases.rating[cases], ((traits.migrant == 1) | (traits.income == 0))[groups]

    even, outsider = rated(1)
    assert np.ptp(even) < 1e-6
    skewed, _ = rated(0)
    p = make(EVEN).state.parameters.respond
    gap = 2 * 0.2 * p.weight_fairness * (p.rating_performance + p.rating_disconfirmation)
    assert skewed[~outsider].mean() - skewed[outsider].mean() == pytest.approx(gap, rel=1e-4)
    assert skewed[~outsider].mean() > even.mean() > skewed[outsider].mean()


def test_trust_takes_small_steps_and_bad_ones_weigh_more() -> None:
    small = make(
        {
            **EVEN,
            **STILL,
            "respond.trust_step": 0.03,
            "respond.trust_asymmetry": 2.0,
            "respond.belief_step": 0.15,
        }
    )
    small.state.residents.trust[:] = 0.5
    small.state.residents.efficacy[:] = 0.6
    cases = answered(small, 100, confirmed=np.arange(100) % 2)
    who, good = people(small, cases), np.arange(100) % 2 == 1
    respond(small.state, small.levers, small.draws, 0)
    trust, efficacy = small.state.residents.trust[who], small.state.residents.efficacy[who]
    assert np.allclose(trust[good], 0.53)
    assert np.allclose(trust[~good], 0.44)
    assert np.allclose(efficacy[good], 0.6 + 0.15 * 0.4)
    assert np.allclose(efficacy[~good], 0.6 * (1.0 - 1.96 * 0.15))


def test_after_repeated_bad_answers_to_one_need_its_resident_falls_silent() -> None:
    small = make({**EVEN, "respond.exit_after": 3.0})
    cases = answered(small, 20, confirmed=0)
    needs = small.state.cases.need[cases]
    small.state.needs.status[needs] = 2
    for answer in (1, 2, 3):
        closes(small, cases)
        respond(small.state, small.levers, small.draws, answer)
        assert (small.state.needs.answers[needs] == answer).all()
        assert (small.state.needs.status[needs] == (_EXIT if answer == 3 else 2)).all()


def test_who_has_moved_away_does_not_judge() -> None:
    small = make(EVEN)
    cases = answered(small, 30)
    small.state.residents.identity[people(small, cases[:10])] += 1_000_000
    respond(small.state, small.levers, small.draws, 0)
    assert (small.state.cases.rating[cases[:10]] == -1.0).all()
    assert small.tally("rated") == 20
    assert small.tally("rating_sum") == pytest.approx(small.state.cases.rating[cases[10:]].sum())
    assert small.tally("rated_well") == (small.state.cases.rating[cases[10:]] >= 0.5).sum()


FREE = {**EVEN, "respond.happiness_ties": 0.0, "respond.burden_gain": 0.1, "respond.burden_security": 0.05,
        "respond.burden_happiness": 0.06}  # fmt: skip


def test_senses_relax_exponentially_to_their_fixed_point() -> None:
    small = make(FREE)
    state, p = small.state, small.state.parameters.respond
    cells = state.cells
    cells.disorder[:], cells.conflict[:], cells.social_capital[:], cells.performance[:] = 0.2, 0.0, 0.4, 0.7
    r = state.residents
    r.gain[:], r.security[:], r.happiness[:], r.trust[:], r.expectation[:] = 0.9, 0.1, 0.8, 0.2, 0.3
    r.disposition[:] = np.linspace(-0.05, 0.05, len(r.gain))
    rows = add_needs(small, 60, severity=1.5)
    unmet = np.zeros(len(r.gain))
    np.add.at(unmet, state.needs.slot[rows], 1.5)
    rest = {
        "gain": (p.gain_rate, 0.9, p.gain_rest - p.burden_gain * unmet),
        "security": (
            p.security_rate,
            0.1,
            p.security_rest - p.fear_disorder * 0.2 - p.burden_security * unmet,
        ),
        "happiness": (
            p.happiness_rate,
            0.8,
            p.happiness_rest + p.happiness_capital * 0.4 - p.burden_happiness * unmet,
        ),
        "trust": (p.trust_rate, 0.2, p.trust_rest + 0.0 * unmet),
    }
    for day in range(200):
        respond(state, small.levers, small.draws, day)
        if day + 1 in (1, 10, 50, 200):
            for sense, (rate, start, target) in rest.items():
                level = target + r.disposition
                expected = level + (start - level) * (1.0 - rate) ** (day + 1)
                assert np.allclose(getattr(r, sense), expected, atol=2e-4), sense
            drift = (1.0 - p.expectation_drift) ** (day + 1)
            assert np.allclose(r.expectation, 0.7 + (0.3 - 0.7) * drift, atol=2e-4)


def test_conflict_frightens_and_warmth_builds_trust() -> None:
    small = make(FREE)
    p, cells = small.state.parameters.respond, small.state.cells
    cells.disorder[:] = 0.0
    people_of = cells.last - cells.first
    cells.conflict[:] = 3.0 * people_of / 1000.0
    small.state.residents.disposition[:] = 0.0
    for day in range(3000):
        respond(small.state, small.with_levers(warmth=0.1), small.draws, day)
    assert np.allclose(small.state.residents.security, p.security_rest - p.fear_conflict * 3.0, atol=1e-3)
    assert np.allclose(small.state.residents.trust, p.trust_rest + 0.1, atol=1e-3)


def test_senses_stay_between_zero_and_one() -> None:
    small = make({**EVEN, "respond.burden_gain": 0.3})
    r = small.state.residents
    add_needs(small, 2000, slots=np.arange(2000) % 40, severity=5.0)
    r.disposition[:] = np.linspace(-2.0, 2.0, len(r.gain))
    for day in range(300):
        respond(small.state, small.levers, small.draws, day)
    for sense in (r.gain, r.security, r.happiness, r.trust):
        assert sense.min() == 0.0
        assert sense.max() == 1.0


@pytest.mark.parametrize("rate", [0.05, 0.5, 1.0])
def test_influence_alone_is_the_linear_iteration_of_degroot(rate: float) -> None:
    small, ties = influence(rate)
    r = small.state.residents
    x = np.random.default_rng(1).uniform(0.2, 0.9, len(r.happiness))
    r.happiness[:] = x
    step = (1.0 - rate) * np.eye(len(x)) + rate * ties
    for day in range(60):
        respond(small.state, small.levers, small.draws, day)
        x = step @ x
        assert np.allclose(r.happiness, x, atol=5e-6)
        if day == 1:
            # Power: a population that everyone hears alike would be elsewhere by now.
            assert np.abs(r.happiness - x.mean()).max() > 1e-2


def test_influence_alone_ends_in_the_consensus_of_degroot() -> None:
    """Consensus is the mean of first opinions weighted by the left eigenvector of the ties (DeGroot 1974)."""
    small, ties = influence(1.0)
    r = small.state.residents
    values, vectors = np.linalg.eig(ties.T)
    order = np.argsort(-values.real)
    assert values.real[order[0]] == pytest.approx(1.0)
    assert abs(values[order[1]]) < 1.0 - 1e-3  # one closed class: a consensus exists
    weight = np.real(vectors[:, order[0]])
    weight /= weight.sum()
    first = np.random.default_rng(2).uniform(0.2, 0.9, len(r.happiness))
    # Opinions that lean on who is heard most, so that the consensus is not simply the mean.
    first = np.clip(first + 0.3 * np.sign(weight - np.median(weight)), 0.0, 1.0)
    r.happiness[:] = first
    days = math.ceil(math.log(1e-6) / math.log(abs(values[order[1]])))
    for day in range(days):
        respond(small.state, small.levers, small.draws, day)
    assert np.ptp(r.happiness) < 1e-4
    assert r.happiness.mean() == pytest.approx(weight @ first, abs=1e-4)
    assert abs(r.happiness.mean() - first.mean()) > 1e-3


def test_sums_of_cells_are_those_of_their_residents() -> None:
    small = make()
    respond(small.state, small.levers, small.draws, 0)
    r, cells, p = small.state.residents, small.state.cells, small.state.parameters.respond
    survey = p.survey_gain * r.gain + 0.5 * (1.0 - p.survey_gain) * (r.security + r.happiness)
    for c in range(len(cells.first)):
        own = slice(cells.first[c], cells.last[c])
        values = (survey[own], survey[own] ** 2, r.gain[own], r.security[own], r.happiness[own], r.trust[own])
        expected = [v.astype(float).sum() for v in values]
        # Each resident is rounded down by less than one unit of the fixed point, and to single precision.
        assert np.allclose(cells.sums[c] / FIXED_POINT, expected, atol=3.0 * len(survey[own]) / FIXED_POINT)
        assert cells.satisfaction[c] == pytest.approx(survey[own].mean(), abs=1e-5)


def test_what_is_met_unasked_raises_gain_and_expectation_by_a_share_of_what_is_missing() -> None:
    small = make({**EVEN, **STILL})
    p, r = small.state.parameters.respond, small.state.residents
    rows = add_needs(small, 3, slots=[0, 1, 2], end=1)
    small.state.needs.resident[rows[2]] = 2**31  # who has moved away notices nothing
    small.state.lists.unasked[:3] = rows
    small.state.sizes.unasked[0] = 3
    small.state.sizes.open_needs[0] = 0
    r.gain[:], r.expectation[:] = 0.3, 0.4
    respond(small.state, small.levers, small.draws, 0)
    gain, expectation = 0.3 + p.gain_unasked * 0.7, 0.4 + p.expectation_unasked * 0.6
    assert r.gain[:4].tolist() == pytest.approx([gain, gain, 0.3, 0.3], rel=1e-6)
    assert r.expectation[:4].tolist() == pytest.approx([expectation, expectation, 0.4, 0.4], rel=1e-6)


def test_senses_are_cut_at_both_ends() -> None:
    """Bad answers to who expects much and trusts little end at zero, good ones at one."""
    for level, end in ((0.0, 0), (1.0, 1)):
        small = make(
            {
                **EVEN,
                **STILL,
                "respond.gain_step": 50.0,
                "respond.trust_step": 50.0,
                "respond.expectation_step": 50.0,
            }
        )
        cases = answered(small, 40, confirmed=end, closed=0.1 if end else 60.0, by_rule=end)
        r = small.state.residents
        r.gain[:], r.trust[:], r.expectation[:] = 0.5, 0.5, 1.0 - level
        respond(small.state, small.levers, small.draws, 0)
        own = people(small, cases)
        assert (
            (r.gain[own] == level).all()
            and (r.trust[own] == level).all()
            and (r.expectation[own] == level).all()
        )
