"""Reports and settlements in cases small enough to be worked by hand: what is booked, who is helped, and what counts as soon."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.day.voice import voice
from sim.fixed import DESK, GRID_WORKER, HOTLINE, PLATFORM
from sim.needs import Category, group_traits
from sim.records import SPLITS

from .small import CHANCE, SIGMAS, add_cases, add_needs, make, share_off
from .test_voice import ALIKE, NOBODY, even, speak

_SILENT, _IN_CASE, _ANSWERED, _EXIT = range(4)
#: So sure to be reported at the desk within the first hours that a case is certain.
AT_ONCE = {**ALIKE, "voice.base_hazard": 1e6}
DESK_ALONE = {"hotline_ease": 0.0, "platform_ease": 0.0, "discovery": 0.0, "self_help": 0.0}


def test_neighbours_those_who_come_by_and_every_channel_share_needs_as_their_hazards_do() -> None:
    """All six ways at once, each with a hazard of its own; a day later as many are left as their sum leaves."""
    small = make({**ALIKE, "voice.base_hazard": 0.4, "voice.weight_platform": 0.2, "voice.weight_desk": 0.5,
                  "voice.weight_hotline": 0.3, "voice.settling": 0.5, "voice.visits": 5.0, "voice.notice": 0.8})  # fmt: skip
    even(small)
    state = small.state
    state.cells.social_capital[:], state.cells.grid_workers[:] = 0.6, 1.0
    online = int(np.flatnonzero(group_traits().digital[state.residents.group] == 1)[0])
    rows = add_needs(small, 8000, slots=online)
    found = 5.0 * 0.8 / float(state.fixed.households[state.needs.cell[rows[0]]])
    hazards = np.array([0.4 * 0.5, found, 0.4 * 0.3, 0.4 * 0.2, 0.5 * 0.6 * 0.5, 0.25])
    speak(small, 1, outreach=0.25, self_help=0.5)
    needs = state.needs
    reported, met = needs.reported[rows] >= 0.0, needs.end[rows] == 1
    counts = [(reported & (needs.channel[rows] == c)).sum() for c in (DESK, GRID_WORKER, HOTLINE, PLATFORM)]
    counts += [small.tally("needs_settled"), small.tally("needs_met_unasked")]
    assert sum(counts) == reported.sum() + met.sum()
    total = float(hazards.sum())
    left = len(rows) - sum(counts)
    expected = len(rows) * np.array([*(hazards / total * -np.expm1(-total)), np.exp(-total)])
    assert stats.chisquare([*counts, left], expected).pvalue > CHANCE
    assert small.tally("needs_met") == small.tally("needs_met_30d") == met.sum()
    assert small.tally("reports_platform") == counts[3] and small.tally("reports_hotline") == counts[2]


def test_mediation_helps_neighbours_to_settle_disputes_and_nothing_else() -> None:
    """The cell keeps count of the disputes that it settled, not of other needs nor of those that outreach met."""
    small = make({"voice.settling": 0.04})
    small.state.cells.social_capital[:] = 0.5
    kinds = np.arange(8 * 2000) % 8
    rows = add_needs(small, len(kinds), category=kinds, slots=np.arange(len(kinds)) // 8 % 50)
    speak(small, 10, **(NOBODY | {"self_help": 1.0, "mediation": 3.0}))
    met = small.state.needs.end[rows] == 1
    for kind in Category:
        share = -np.expm1(-0.04 * 0.5 * (3.0 if kind == Category.DISPUTE else 1.0) * 10)
        assert share_off(met[kinds == kind].sum(), 2000, share) < SIGMAS
    settled = np.bincount(small.state.needs.cell[rows][met & (kinds == Category.DISPUTE)], minlength=4)
    assert small.state.cells.settled.tolist() == settled.tolist()
    speak(small, 1, first=10, **(NOBODY | {"outreach": 1.0}))
    assert small.state.cells.settled.tolist() == settled.tolist()


@pytest.mark.parametrize("assisted", [0.0, 0.5, 1.0])
def test_assistance_closes_its_share_of_the_digital_gap(assisted: float) -> None:
    """Without digital means the hotline is 0.2 as easy and the platform closed; half of the help gives half of what is lacking."""
    small = make({**ALIKE, "voice.base_hazard": 1.0, "voice.access_offline": 0.2, "voice.weight_hotline": 0.5,
                  "voice.weight_platform": 0.3})  # fmt: skip
    even(small)
    offline = int(np.flatnonzero(group_traits().digital[small.state.residents.group] == 0)[0])
    rows = add_needs(small, 6000, slots=offline)
    speak(small, 1, **(NOBODY | {"hotline_ease": 1.0, "platform_ease": 1.0, "assisted_access": assisted}))
    hotline, platform = 0.5 * (0.2 + 0.8 * assisted), 0.3 * assisted
    heard, total = small.state.needs.reported[rows] >= 0.0, hotline + platform
    assert share_off(heard.sum(), 6000, -np.expm1(-total)) < SIGMAS
    by_platform = (small.state.needs.channel[rows][heard] == PLATFORM).sum()
    if assisted:
        assert share_off(by_platform, heard.sum(), platform / total) < SIGMAS
    else:
        assert by_platform == 0


def test_a_need_waits_from_its_last_answer_and_grid_workers_leave_the_answered_alone() -> None:
    """Answered at noon of the fifth day, it is reported again after an exponential time from that noon, by the resident alone."""
    small = make({**ALIKE, "voice.base_hazard": 1.0, "voice.reopening": 1.0, "voice.visits": 1e4})
    even(small)
    small.state.cells.grid_workers[:] = 1.0
    rows = add_needs(small, 4000)
    add_cases(small, rows, status=1, stage=4)
    small.state.sizes.open_cases[0] = 0
    needs = small.state.needs
    needs.status[rows], needs.answered[rows], needs.reported[rows] = _ANSWERED, 5.5, 1.0
    speak(small, 30, first=5, **(NOBODY | {"desk_ease": 1.0, "discovery": 1.0}))
    opened = small.state.cases.opened[needs.case[rows]]
    assert (needs.channel[rows] == DESK).all()
    assert (opened > 5.5).all()
    assert stats.kstest(opened - 5.5, stats.expon(scale=1.0 / 0.45).cdf).pvalue > CHANCE


@pytest.mark.parametrize("workers", [0.0, 2.0])
@pytest.mark.parametrize("added", [-3.0, 0.0, 1.0])
def test_grid_workers_find_by_visits_over_households(workers: float, added: float) -> None:
    """Workers that a reform takes are nobody where there are fewer."""
    small = make({"voice.visits": 6.0, "voice.notice": 0.5})
    small.state.cells.grid_workers[:] = workers
    rows = add_needs(small, 4000, slots=0)
    here = float(small.state.fixed.households[0])
    speak(small, 5, **(NOBODY | {"discovery": 1.5, "grid_workers": added}))
    rate = max(0.0, workers + added) * 6.0 * 0.5 * 1.5 / here
    found = (small.state.needs.channel[rows] == GRID_WORKER) & (small.state.needs.status[rows] == _IN_CASE)
    assert small.tally("needs_discovered") == found.sum()
    if rate == 0.0:
        assert not found.any()
    else:
        assert share_off(found.sum(), 4000, -np.expm1(-5.0 * rate)) < SIGMAS


def test_less_than_a_household_is_visited_like_one() -> None:
    """Visits are shared out over households, of which a cell that is visited at all has one."""
    small = make({"voice.visits": 0.4, "voice.notice": 0.5})
    small.state.cells.grid_workers[:], small.state.fixed.households[0] = 2.0, 0.0
    rows = add_needs(small, 4000, slots=0)
    speak(small, 1, **(NOBODY | {"discovery": 1.0}))
    found = small.state.needs.status[rows] == _IN_CASE
    assert share_off(found.sum(), 4000, -np.expm1(-0.4)) < SIGMAS


def test_first_reports_are_counted_by_group_and_finds_and_second_reports_are_not() -> None:
    """Three needs of one resident: never reported, reported before, reported in the first moment of all."""
    small = make(AT_ONCE)
    even(small)
    rows = add_needs(small, 3, slots=0)
    add_cases(small, rows[1:], status=1, stage=4, closed=0.0)
    small.state.sizes.open_cases[0] = 0
    needs = small.state.needs
    needs.status[rows[1:]], needs.answered[rows[1:]], needs.reported[rows[1:]] = _ANSWERED, 0.0, [0.5, 0.0]
    speak(small, 1, first=1, **DESK_ALONE)
    assert small.tally("reports") == 3
    assert 1.0 < needs.reported[rows[0]] < 2.0
    assert needs.reported[rows[1:]].tolist() == [0.5, 0.0]
    splits = small.state.fixed.splits[small.state.residents.group[0]]
    assert [small.tally(f"reports_{name}") for name in SPLITS] == splits.tolist()
    found = make({"voice.visits": 1e6})
    found.state.cells.grid_workers[:] = 1.0
    row = add_needs(found, 1)
    speak(found, 1, **(NOBODY | {"discovery": 1.0}))
    assert found.tally("needs_discovered") == 1 and found.tally("reports") == 0
    assert not any(found.tally(f"reports_{name}") for name in SPLITS)
    assert 0.0 < found.state.needs.reported[row[0]] < 1.0


@pytest.mark.parametrize(("arose", "soon"), [(0.0, 1), (-29.0, 1), (-30.0, 0), (-31.5, 0), (-400.0, 0)])
def test_help_within_thirty_days_of_arising_is_prompt(arose: float, soon: int) -> None:
    """Met unasked within moments of the first morning, thirty days after or sooner."""
    small = make()
    add_needs(small, 1, arose=arose)
    speak(small, 1, **(NOBODY | {"outreach": 1e5}))
    assert small.tally("needs_met") == small.tally("needs_met_unasked") == 1
    assert small.tally("needs_met_30d") == soon
    assert small.tally("needs_settled") == 0


def test_a_case_is_a_reopening_within_the_days_of_its_last_answer_and_only_of_a_case() -> None:
    for answered, again in ((-29.5, 1), (-31.0, 0)):
        small = make({**AT_ONCE, "voice.reopening_days": 30.0})
        even(small)
        row = add_needs(small, 1)
        add_cases(small, row, status=1, stage=4, reopenings=2)
        small.state.sizes.open_cases[0] = 0
        small.state.needs.status[row], small.state.needs.answered[row] = _ANSWERED, answered
        speak(small, 1, **DESK_ALONE)
        assert small.tally("cases_reopened") == again
        assert small.state.cases.reopenings[1] == (3 if again else 0)
        assert small.state.needs.case[row].tolist() == [1]
    fresh = make(AT_ONCE)
    even(fresh)
    row = add_needs(fresh, 1)
    fresh.state.needs.case[row], fresh.state.needs.answered[row] = -1, 0.0
    speak(fresh, 1, **DESK_ALONE)
    assert fresh.tally("cases_opened") == 1 and fresh.tally("cases_reopened") == 0


def test_needs_that_ended_or_are_in_a_case_have_no_second_voice() -> None:
    small = make(AT_ONCE)
    even(small)
    rows = add_needs(small, 5)
    needs = small.state.needs
    needs.end[rows[:3]] = [1, 2, 3]
    needs.status[rows[3]] = _IN_CASE
    for _ in range(2):
        speak(small, 1, **(DESK_ALONE | {"outreach": 1.0}))
    opened = int(small.state.sizes.cases[0])
    assert opened + small.tally("needs_met_unasked") == 1
    assert needs.end[rows[:4]].tolist() == [1, 2, 3, 0]


def test_a_case_tells_whose_need_it_is() -> None:
    small = make(AT_ONCE)
    even(small)
    add_needs(small, 2, slots=0)
    last = len(small.state.residents.identity) - 1
    row = add_needs(small, 1, slots=last, category=int(Category.CARE), scope=3)[0]
    voice(small.state, small.with_levers(**DESK_ALONE), small.draws, 0)
    cases, needs = small.state.cases, small.state.needs
    j = int(needs.case[row])
    told = (cases.need[j], cases.resident[j], cases.community[j], cases.category[j], cases.scope[j])
    assert told == (row, small.state.residents.identity[last], 1, int(Category.CARE), 3)
    assert cases.opened[j] == needs.reported[row]
    assert sorted(small.state.lists.open_cases[:3].tolist()) == [0, 1, 2]


@pytest.mark.parametrize("name", ["social_capital", "grid_workers"])
def test_the_quick_look_knows_the_liveliest_place_of_all(name: str) -> None:
    """Where a single cell settles or finds, its needs are settled or found at the rate of the law though all others are still."""
    small = make({"voice.settling": 2.0, "voice.visits": 1.0, "voice.notice": 0.5}, cells=3)
    cells = small.state.cells
    cells.social_capital[:], cells.grid_workers[:] = 0.0, 0.0
    lively, amount = 4, 0.5 if name == "social_capital" else 40.0
    getattr(cells, name)[lively] = amount
    rows = add_needs(small, 4000, slots=int(cells.first[lively]))
    only: dict[str, Any] = {"self_help": 1.0} if name == "social_capital" else {"discovery": 1.0}
    speak(small, 1, **(NOBODY | only))
    households = float(small.state.fixed.households[lively])
    rate = 2.0 * 0.5 if name == "social_capital" else 40.0 * 0.5 / households
    happened = (small.state.needs.end[rows] == 1) | (small.state.needs.status[rows] == _IN_CASE)
    assert share_off(happened.sum(), 4000, -np.expm1(-rate)) < SIGMAS
