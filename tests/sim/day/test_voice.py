"""Needs find a voice at their hazards: equal access is equal speed, unequal access is its ratio, and silence is silence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.voice import voice
from sim.fixed import DESK, GRID_WORKER, HOTLINE, PLATFORM
from sim.needs import group_traits

from .small import CHANCE, SIGMAS, Small, add_cases, add_needs, errors_off, make, share_off

#: Everyone reaches every channel alike.
ALIKE = {
    "voice.access_offline": 1.0,
    "voice.access_migrant": 1.0,
    "voice.access_low_income": 1.0,
    "voice.weight_platform": 0.0,
}
_SILENT, _IN_CASE, _ANSWERED, _EXIT = range(4)


def even(small: Small, efficacy: float = 1.0, trust: float = 0.5) -> None:
    """All residents believe and trust alike."""
    small.state.residents.efficacy[:] = efficacy
    small.state.residents.trust[:] = trust


def speak(small: Small, days: int, first: int = 0, **levers: Any) -> None:
    """Let `days` days of voice pass, with some levers off their base."""
    chosen = small.with_levers(**levers)
    for day in range(first, first + days):
        voice(small.state, chosen, small.draws, day)


ONLY_DESK = {"hotline_ease": 0.0, "platform_ease": 0.0, "discovery": 0.0, "self_help": 0.0}
ONLY_WORDS = {"discovery": 0.0, "self_help": 0.0}
NOBODY = {"desk_ease": 0.0, "hotline_ease": 0.0, "platform_ease": 0.0, "discovery": 0.0, "self_help": 0.0}


@pytest.mark.parametrize(
    ("severity", "efficacy", "trust"), [(1.0, 1.0, 0.5), (2.0, 1.0, 0.5), (0.5, 0.0, 0.5), (1.0, 0.4, 1.0)]
)
def test_the_time_to_report_is_exponential_with_the_rate_of_the_law(
    severity: float, efficacy: float, trust: float
) -> None:
    small = make({**ALIKE, "voice.base_hazard": 0.5, "voice.severity_power": 0.8})
    even(small, efficacy, trust)
    rows = add_needs(small, 4000, severity=severity)
    p = small.state.parameters.voice
    rate = p.base_hazard * severity**0.8 * p.weight_desk
    rate *= (p.belief_floor + (1.0 - p.belief_floor) * efficacy) * (p.trust_floor + trust)
    days = 60
    speak(small, days, **ONLY_DESK)
    t = small.state.needs.reported[rows]
    heard = t >= 0.0
    assert (
        share_off(heard.sum(), len(rows), -math.expm1(-rate * days)) < SIGMAS
        if rate * days < 8
        else heard.mean() > 0.999
    )

    def p_value(r: float) -> float:
        law = stats.truncexpon(b=r * days, scale=1.0 / r)
        return float(stats.kstest(t[heard], law.cdf).pvalue)

    assert p_value(rate) > CHANCE
    assert p_value(1.2 * rate) < CHANCE
    assert (small.state.needs.channel[rows[heard]] == DESK).all()
    assert (small.state.needs.status[rows[heard]] == _IN_CASE).all()


def test_a_need_that_arises_during_the_day_waits_from_then() -> None:
    small = make({**ALIKE, "voice.base_hazard": 2.0})
    even(small)
    arose = np.linspace(0.0, 1.0, 3000, endpoint=False)
    rows = add_needs(small, 3000, arose=arose)
    speak(small, 30, **ONLY_DESK)
    waits = small.state.needs.reported[rows] - arose
    assert (waits > 0.0).all()
    assert stats.kstest(waits, stats.expon(scale=1.0 / (2.0 * 0.45)).cdf).pvalue > CHANCE


def speeds(small: Small, rows: np.ndarray, trait: np.ndarray, days: int) -> tuple[float, float]:
    """Logarithm of the ratio of reporting speeds (trait against not) and its standard error."""
    needs = small.state.needs
    t = needs.reported[rows]
    heard, exposed = t >= 0.0, np.where(t >= 0.0, t, days)
    events = [float(heard[trait == x].sum()) for x in (1, 0)]
    time = [float(exposed[trait == x].sum()) for x in (1, 0)]
    return math.log(events[0] / time[0] * time[1] / events[1]), math.sqrt(1.0 / events[0] + 1.0 / events[1])


@pytest.mark.parametrize("trait", ["migrant", "digital", "low"])
def test_with_access_alike_no_group_is_faster(trait: str) -> None:
    small = make({**ALIKE, "voice.base_hazard": 0.05}, cells=4, households=300)
    even(small)
    rows = add_needs(small, 6000)
    speak(small, 20, **ONLY_WORDS)
    groups = group_traits()
    of = {"migrant": groups.migrant, "digital": groups.digital, "low": (groups.income == 0).astype(int)}[
        trait
    ]
    ratio, error = speeds(small, rows, of[small.state.needs.group[rows]], 20)
    assert abs(ratio) < SIGMAS * error


@pytest.mark.parametrize(
    ("parameter", "trait", "value"),
    [
        ("access_migrant", "migrant", 0.6),
        ("access_low_income", "low", 0.5),
        ("access_offline", "digital", 0.15),
    ],
)
def test_the_ratio_of_speeds_is_the_ratio_of_access(parameter: str, trait: str, value: float) -> None:
    small = make({**ALIKE, f"voice.{parameter}": value, "voice.base_hazard": 0.05}, cells=4, households=300)
    even(small)
    rows = add_needs(small, 6000)
    speak(small, 20, **ONLY_WORDS)
    groups = group_traits()
    of = {"migrant": groups.migrant, "digital": groups.digital, "low": (groups.income == 0).astype(int)}[
        trait
    ]
    # Two channels of equal weight are open; being offline closes most of one of them.
    expected = math.log(2.0 / (1.0 + value)) if trait == "digital" else math.log(value)
    ratio, error = speeds(small, rows, of[small.state.needs.group[rows]], 20)
    assert errors_off(ratio, expected, error) < SIGMAS
    assert abs(ratio) > SIGMAS * error


def test_channels_share_reports_as_their_hazards_do() -> None:
    small = make({"voice.base_hazard": 0.3, "voice.settling": 0.03, "voice.visits": 5.0})
    even(small)
    small.state.cells.social_capital[:] = 0.6
    small.state.cells.grid_workers[:] = 1.0
    adult_local = int(np.flatnonzero(small.state.residents.group % 2 == 1)[0])
    rows = add_needs(small, 5000, slots=adult_local)
    g, p = int(small.state.residents.group[adult_local]), small.state.parameters.voice
    speak(small, 40)
    needs, access = small.state.needs, small.state.fixed.access[:, g]
    households = small.state.fixed.households[needs.cell[rows[0]]]
    hazards = np.array([
        p.base_hazard * access[DESK], p.visits * p.notice / households, p.base_hazard * access[HOTLINE],
        p.base_hazard * access[PLATFORM], p.settling * 0.6,
    ])  # fmt: skip
    reported = needs.reported[rows] >= 0.0
    found = [(reported & (needs.channel[rows] == c)).sum() for c in (DESK, GRID_WORKER, HOTLINE, PLATFORM)]
    found.append((needs.end[rows] == 1).sum())
    assert sum(found) == len(rows)
    assert stats.chisquare(found, len(rows) * hazards / hazards.sum()).pvalue > CHANCE
    assert stats.chisquare(found, len(rows) * np.full(5, 0.2)).pvalue < CHANCE
    assert small.tally("needs_discovered") == found[1]
    assert small.tally("reports") == found[0] + found[2] + found[3]
    assert small.tally("needs_settled") == found[4]


def test_only_simple_needs_are_settled_among_neighbours() -> None:
    small = make({"voice.settling": 0.04})
    small.state.cells.social_capital[:] = 0.5
    scope = np.repeat([1, 2, 3, 4], 2000)
    rows = add_needs(small, 8000, scope=scope)
    speak(small, 20, **(NOBODY | {"self_help": 1.5}))
    met = small.state.needs.end[rows] == 1
    assert not met[scope > 1].any()
    assert share_off(met[scope == 1].sum(), 2000, -math.expm1(-0.04 * 0.5 * 1.5 * 20)) < SIGMAS
    assert share_off(met[scope == 1].sum(), 2000, -math.expm1(-0.04 * 0.5 * 20)) > SIGMAS
    assert small.state.sizes.cases[0] == 0


def test_who_has_fallen_silent_reports_no_more_but_can_be_found() -> None:
    small = make({"voice.base_hazard": 5.0, "voice.visits": 5.0})
    even(small)
    small.state.cells.grid_workers[:] = 1.0
    rows = add_needs(small, 2000, status=_EXIT)
    speak(small, 10, **ONLY_WORDS)
    assert small.state.sizes.cases[0] == 0
    speak(small, 10, first=10)
    found = small.state.needs.status[rows] == _IN_CASE
    assert found.any()
    assert (small.state.needs.channel[rows[found]] == GRID_WORKER).all()
    # Power: whoever has not fallen silent is heard within the same days.
    others = add_needs(small, 200)
    speak(small, 10, first=20, **ONLY_WORDS)
    assert (small.state.needs.status[others] == _IN_CASE).all()


def test_nobody_listens_nobody_reports() -> None:
    small = make({"voice.base_hazard": 1e9})
    add_needs(small, 500)
    speak(small, 5, **NOBODY)
    assert small.state.sizes.cases[0] == 0


def test_a_closed_case_is_reopened_within_thirty_days_and_new_afterwards() -> None:
    rate = 0.05
    small = make({**ALIKE, "voice.base_hazard": rate / 0.45, "voice.reopening": 0.8})
    even(small)
    state = small.state
    rows = add_needs(small, 4000)
    last = add_cases(small, rows, status=1, stage=4, closed=0.0, reopenings=1)
    state.sizes.open_cases[0] = 0
    state.needs.status[rows], state.needs.answered[rows], state.needs.reported[rows] = _ANSWERED, 0.0, 0.0
    days = 80
    speak(small, days, **ONLY_DESK)
    opened = np.arange(len(last), state.sizes.cases[0])
    after = state.cases.opened[opened]
    # Reporting again is slower by the declared factor, and exponential.
    law = stats.truncexpon(b=0.8 * rate * days, scale=1.0 / (0.8 * rate))
    assert stats.kstest(after, law.cdf).pvalue > CHANCE
    again = state.cases.reopenings[opened]
    assert (again[after <= 30.0] == 2).all()
    assert (again[after > 30.0] == 0).all()
    assert small.tally("cases_reopened") == (after <= 30.0).sum()
    assert share_off(float((after <= 30.0).sum()), len(rows), -math.expm1(-0.8 * rate * 30.0)) < SIGMAS
    assert small.tally("cases_opened") == len(opened)


def test_cases_stand_in_the_order_of_their_opening() -> None:
    small = make({"voice.base_hazard": 1.0})
    add_needs(small, 1000)
    for day in range(4):
        voice(small.state, small.levers, small.draws, day)
        listed = small.state.lists.open_cases[: small.state.sizes.open_cases[0]]
        assert (np.diff(small.state.cases.opened[listed]) >= 0.0).all()
    assert len(listed) > 100


def test_the_quick_look_never_passes_over_a_need_that_the_law_would_hear() -> None:
    """Loud needs (severe, strong belief and trust, easy channels) still report at the rate of the law."""
    small = make({**ALIKE, "voice.base_hazard": 0.04, "voice.severity_power": 1.5})
    even(small, 1.0, 1.0)
    severity = 5.0
    rows = add_needs(small, 4000, severity=severity)
    speak(small, 1, **(NOBODY | {"desk_ease": 2.0}))
    rate = 0.04 * severity**1.5 * 0.45 * 2.0 * 1.5
    assert share_off((small.state.needs.reported[rows] >= 0.0).sum(), len(rows), -math.expm1(-rate)) < SIGMAS


def test_the_quick_look_counts_those_who_come_by_unasked() -> None:
    """Where nobody listens and outreach alone meets needs, it meets them at its hazard, and only today's are listed."""
    small = make(ALIKE)
    even(small)
    rows = add_needs(small, 4000)
    speak(small, 1, **(NOBODY | {"outreach": 0.7}))
    met = (small.state.needs.end[rows] == 1).sum()
    assert share_off(met, len(rows), -math.expm1(-0.7)) < SIGMAS
    assert small.state.sizes.unasked[0] == met == small.tally("needs_met_unasked")
    assert set(small.state.lists.unasked[:met].tolist()) == set(
        rows[small.state.needs.end[rows] == 1].tolist()
    )
    speak(small, 1, first=1, **NOBODY)
    assert small.state.sizes.unasked[0] == 0


def test_a_new_case_begins_with_nothing_done() -> None:
    """Counts, hours and marks of whatever used the row before are gone."""
    small = make({**ALIKE, "voice.base_hazard": 5.0})
    even(small)
    add_needs(small, 50)
    used = (
        "worked",
        "handovers",
        "refused",
        "reopenings",
        "current",
        "joint",
        "misrouted",
        "confirmed",
        "status",
        "stage",
    )
    small.state.ensure_room(needs=0, cases=100)
    for name in used:
        getattr(small.state.cases, name)[:100] = 1
    speak(small, 1)
    count = int(small.state.sizes.cases[0])
    assert count > 40
    for name in used:
        assert (getattr(small.state.cases, name)[:count] == 0).all(), name
    for name in ("responded", "started", "closed", "convenor", "rating"):
        assert (getattr(small.state.cases, name)[:count] == -1).all(), name
