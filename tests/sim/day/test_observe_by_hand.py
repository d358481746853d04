"""What observe counts in worlds small enough to be counted by hand: when surveys are held, what they add up, and what is silence."""

from __future__ import annotations

import numpy as np
import pytest

from sim.day.observe import observe
from sim.needs import Category
from sim.records import COLUMN, DAILY, SPLITS, Records

from .small import Small, add_cases, add_needs, make

WEEK, MONTH = 7, 30


def look(small: Small, day: int = 0) -> np.ndarray:
    """Let `day` be observed on open books; returns its row, `[community, column]`."""
    state = small.state
    needs = state.lists.open_needs[: state.sizes.open_needs[0]]
    cases = state.lists.open_cases[: state.sizes.open_cases[0]]
    for m in range(len(state.tally)):
        # Needs and cases that are put there by hand arose and were opened today.
        standing = state.needs.end[needs] == 0
        state.tally[m, COLUMN["needs_arisen"]] = (
            state.needs.community[needs][standing] == m
        ).sum() - state.standing[m, 0]
        state.tally[m, COLUMN["cases_opened"]] = (state.cases.community[cases] == m).sum() - state.standing[
            m, 1
        ]
    records = Records(day + 1, len(state.tally))
    observe(state, records, day)
    return records.table[day]


def test_circles_are_surveyed_every_seventh_day_and_groups_every_thirtieth() -> None:
    """In between the last survey stands, whatever has changed since; one survey leaves the columns of the other alone."""
    small = make({"respond.survey_gain": 0.5})
    state = small.state
    seats, people = state.fixed.circle.shape[1], len(state.residents.identity)
    for day in range(2 * MONTH + WEEK):
        mood = day / 128.0
        state.institutions.alignment[:] = mood
        state.ties[:] = mood
        state.residents.gain[:] = state.residents.security[:] = state.residents.happiness[:] = mood
        row = look(small, day)
        last_week, last_month = (day - day % WEEK) / 128.0, (day - day % MONTH) / 128.0
        assert row[:, COLUMN["circle"]].tolist() == [seats, seats]
        assert row[:, COLUMN["alignment_sum"]] == pytest.approx(seats * last_week)
        assert row[:, COLUMN["alignment_sq_sum"]] == pytest.approx(seats * last_week**2)
        assert row[:, COLUMN["tie_density"]] == pytest.approx(last_week)
        for one, other in zip(SPLITS[::2], SPLITS[1::2], strict=True):
            # Each pair of groups is everyone; the sum of dyadic fractions is exact.
            assert row[:, [COLUMN[f"residents_{one}"], COLUMN[f"residents_{other}"]]].sum() == people
            told = row[:, [COLUMN[f"satisfaction_{one}"], COLUMN[f"satisfaction_{other}"]]].sum()
            assert told == people * last_month


def test_satisfaction_of_a_group_is_the_sum_over_its_members_and_gain_weighs_as_declared() -> None:
    """Gain 1 and no security or happiness give the weight of gain; security and happiness share the rest evenly."""
    small = make({"respond.survey_gain": 0.5})
    state, splits = small.state, small.state.fixed.splits
    r = state.residents
    digital = splits[r.group, SPLITS.index("digital")] == 1.0
    r.gain[:], r.security[:], r.happiness[:] = digital, 0.25, 0.75
    row = look(small)
    home = state.cells.community[r.cell]
    survey = np.where(digital, 0.5, 0.0) + 0.25 * (0.25 + 0.75)
    for name in SPLITS:
        member = splits[r.group, SPLITS.index(name)]
        expected = np.bincount(home, member * survey, minlength=2)
        assert row[:, COLUMN[f"satisfaction_{name}"]].tolist() == expected.tolist(), name
        assert row[:, COLUMN[f"residents_{name}"]].tolist() == np.bincount(home, member).tolist(), name


def test_weak_and_one_sided_ties_are_measured_like_strong_ones() -> None:
    """Two of `n` seats: a is tied to b by 0.1, b to a by 0.05, nobody else to anyone.

    Density (0.1 + 0.05) / n (n − 1); Freeman's centralization (n · 0.1 − 0.15) / (n − 1) (n − 2); reciprocity, the correlation of
    ties with their returns about zero, 2 · 0.1 · 0.05 / (0.1² + 0.05²) = 0.8 whatever the strength.
    """
    small = make()
    n = small.state.ties.shape[1]
    small.state.ties[:] = 0.0
    for m, strength in enumerate((1.0, 0.1)):
        small.state.ties[m, 4, 9], small.state.ties[m, 9, 4] = 0.1 * strength, 0.05 * strength
        small.state.ties[m, 2, 2] = 1.0  # a seat's tie to itself is none
    row = look(small)
    strength = np.array([1.0, 0.1])
    assert row[:, COLUMN["tie_density"]] == pytest.approx(0.15 * strength / (n * (n - 1)))
    assert row[:, COLUMN["tie_centralization"]] == pytest.approx(
        (n * 0.1 - 0.15) * strength / ((n - 1) * (n - 2))
    )
    assert row[:, COLUMN["tie_reciprocity"]] == pytest.approx([0.8, 0.8])


def test_a_circle_without_ties_has_no_centre() -> None:
    small = make()
    small.state.ties[:] = 0.0
    row = look(small)
    for column in ("tie_density", "tie_centralization", "tie_reciprocity"):
        assert (row[:, COLUMN[column]] == 0.0).all(), column


def test_a_need_is_silent_until_its_first_report_and_heard_from_its_very_hour() -> None:
    """Of five open needs two were never reported; one was reported in the first moment of all, one within the first day."""
    small = make()
    rows = add_needs(small, 6, slots=0, severity=[0.5, 0.25, 1.0, 2.0, 4.0, 8.0])
    small.state.needs.reported[rows] = [-1.0, 0.0, 0.4, 30.0, -1.0, -1.0]
    small.state.needs.end[rows[5]] = 2  # healed: neither open nor silent
    group = int(small.state.residents.group[0])
    m = int(small.state.needs.community[rows[0]])
    row = look(small)
    assert row[m, COLUMN["needs_open"]] == 5
    assert row[m, COLUMN["unmet_severity"]] == 7.75
    for name in SPLITS:
        member = small.state.fixed.splits[group, SPLITS.index(name)]
        assert row[m, COLUMN[f"silent_days_{name}"]] == 2 * member, name
        assert row[m, COLUMN[f"unmet_days_{name}"]] == 5 * member, name
    assert small.state.lists.open_needs[:5].tolist() == rows[:5].tolist()
    assert small.state.sizes.open_needs[0] == 5


def test_load_is_dirt_and_disorder_by_head_also_where_one_lives_alone_or_nobody_does() -> None:
    small = make()
    cells, needs = small.state.cells, small.state.needs
    category = [Category.ENVIRONMENT, Category.ORDER, Category.PROPERTY, Category.CARE]
    rows = add_needs(small, 4, slots=0, category=[int(k) for k in category], severity=[1.0, 0.5, 4.0, 8.0])
    cells.last[1] = cells.first[1]
    for people in (1, 4):
        cells.last[0] = cells.first[0] + people
        row = look(small)
        assert cells.unmet_load[0] == 1.5 / people
        assert cells.unmet_load[1] == 0.0
        assert row[0, COLUMN["residents"]] == people
    # What is observed is what stands, not what stood before as well; order ceases to weigh where it is met.
    needs.end[rows[0]] = 2
    look(small, day=1)
    assert cells.unmet_load[0] == 0.5 / 4
    add_cases(small, rows[1:2])
    for day in (2, 3):
        look(small, day)
        assert cells.backlog.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_more_communities_than_a_table_has_columns_are_each_counted_apart() -> None:
    count = len(DAILY) + 3
    small = make(communities=count, cells=1, households=2)
    state = small.state
    slots = state.cells.first[[0, 1, count - 1, count - 1]]
    rows = add_needs(small, 4, slots=slots)
    state.needs.reported[rows] = [-1.0, 0.0, -1.0, -1.0]
    row = look(small)
    expected, silent = np.zeros(count), np.zeros(count)
    expected[[0, 1, count - 1]], silent[[0, count - 1]] = [1.0, 1.0, 2.0], [1.0, 2.0]
    assert (row[:, COLUMN["needs_open"]] == expected).all()
    both = [COLUMN["silent_days_offline"], COLUMN["silent_days_digital"]]
    assert (row[:, both].sum(1) == silent).all()
    assert (row[:, COLUMN["residents"]] == state.cells.last - state.cells.first).all()
    assert (row[:, COLUMN["cells"]] == 1.0).all()
