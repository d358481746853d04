"""The checks themselves: those that are quick hold, and each kind of comparison finds a law that is broken on purpose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from experiments.verification import (
    m01_twice_the_staff,
    m04_two_copies,
    v01_null_reform,
    v02_conservation,
    v03_queues,
    v05_alone,
)
from experiments.verification.lives import jackknifed
from experiments.verification.queue_runs import compare, over_theory, simulate
from experiments.verification.queue_theory import wait_of_many
from experiments.verification.records import Scale
from experiments.verification.registry import FILES, check
from experiments.verification.running import judged
from experiments.verification.sameness import differing, fingerprint, living, stored, unlike
from sim.day import respond
from sim.model import CommunityModel


def verdict(identity: str, scale: Scale = "quick") -> str:
    one = check(identity)
    found = judged(one.ABOUT, one.examine, scale, "en")
    assert not found.broken, found.why
    return found.verdict


@pytest.mark.parametrize("identity", ["V1", "V5", "V6"])
def test_quick_checks_hold(identity: str) -> None:
    assert verdict(identity) == "holds"


@pytest.mark.slow
@pytest.mark.parametrize("identity", [name for name in FILES if check(name).ABOUT.must_hold])
@pytest.mark.parametrize("scale", ["quick", "full"])
def test_what_must_hold_holds(identity: str, scale: Scale) -> None:
    assert verdict(identity, scale) == "holds"


def test_a_reform_that_comes_early_is_found() -> None:
    """V1: a strategy at work a day before its reform day."""
    early, baseline = living("wuhan", reform_day=30), living(reform_day=60)
    assert differing(fingerprint(early.run(60)), fingerprint(baseline.run(60)))
    assert v01_null_reform.absent("whistle", fingerprint(living().run())) == []


def test_a_law_that_loses_an_hour_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """V2: hours that appear from nowhere, in the middle of a day."""
    life: dict[str, Any] = {"world": "classroom", "strategy": "siloed", "days": 30, "reform_day": 10}
    assert v02_conservation.audited(**life) == []
    step = CommunityModel.step

    def broken(model: CommunityModel) -> None:
        step(model)
        model.state.institutions.hours_service[3] += 0.01

    monkeypatch.setattr(CommunityModel, "step", broken)
    assert v02_conservation.audited(**life)


def test_a_wrong_staffing_is_found() -> None:
    """V3: four servers where theory has two, and the same runs against their own theory."""
    runs = simulate(0.6, 4, replicates=10)
    right = compare(runs, wait_of_many(4, 0.6))
    assert over_theory(v03_queues.NAMES["M/M/3"], right).holds
    assert not over_theory(v03_queues.NAMES["M/M/3"], compare(runs, wait_of_many(2, 0.6))).holds


def test_influence_of_another_strength_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """V5: the law moves faster than DeGroot's matrix says."""
    true = respond.respond
    monkeypatch.setattr(
        v05_alone,
        "respond",
        lambda state, levers, draws, day: [true(state, levers, draws, day) for _ in range(2)],
    )
    lived, expected = v05_alone._influence()
    assert np.abs(lived - expected).max() > 1e-4


def test_staff_that_work_slower_in_company_are_found() -> None:
    """M1: with the two sides exchanged, cases begin later."""
    few, many = m01_twice_the_staff.lived(1, 0.8, "exponential", 2)
    assert (m01_twice_the_staff.later(few, many) <= 1e-9).all()
    assert (m01_twice_the_staff.later(many, few) > 1e-9).any()
    with pytest.raises(ValueError, match="changed the arrivals"):
        m01_twice_the_staff.later(few, simulate(0.3, 2, replicates=2)[::-1])


def test_a_law_that_knows_rows_of_storage_is_found() -> None:
    """M2: someone's need is moved to the row that another order would give it."""
    given, _ = stored("siloed", None, 70)
    shuffled, order = stored("siloed", 3, 70)
    assert unlike(given, shuffled, order) == []
    shuffled.state.residents.trust[:] = given.state.residents.trust
    assert "residents.trust" in unlike(given, shuffled, order)


def test_copies_that_share_their_staff_are_found() -> None:
    """M4: what grows with the square is not twice."""
    random = np.random.default_rng(5)
    one, two = random.normal(100.0, 5.0, 30), random.normal(200.0, 7.0, 30)
    right, wrong = (m04_two_copies.compared("x", y, one, 2.0) for y in (two, 1.1 * two))
    assert abs(right.ratio - 2.0) < right.reach and right.ci_low < right.ratio < right.ci_high
    assert abs(wrong.ratio - 2.0) > wrong.reach


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    values = np.random.default_rng(6).normal(3.0, 2.0, 12)
    ((low, high),) = jackknifed(list(values), lambda some: [float(np.mean(some))])  # type: ignore[misc]
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 11, values.mean(), stats.sem(values)))
    assert jackknifed([1.0, 2.0], lambda some: [0.0, 1.0]) == [None, None]
