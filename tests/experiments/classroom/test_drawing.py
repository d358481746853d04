"""Charts of the lesson sheet: every value lies on the paper, letters keep apart, tenths are no drama."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.classroom.drawing import BELOW, HEIGHT, TOP, Axes, _letters, axes

VALUES = st.lists(st.floats(0.0, 1e4, width=32), min_size=1, max_size=30)


@given(VALUES, VALUES)
def test_every_value_lies_on_the_paper(first: list[float], second: list[float]) -> None:
    courses = [np.array(first, np.float32), np.array(second, np.float32)]
    on = axes(40, courses)
    heights = [on.y(float(value)) for course in courses for value in course]
    assert on.high > on.low
    assert min(heights) >= TOP - 1e-3 and max(heights) <= HEIGHT - BELOW + 1e-3


def test_tenths_are_not_blown_up() -> None:
    on = axes(40, [np.array([60.0, 60.1]), np.array([60.0, 60.2])])
    assert on.high - on.low >= 6.0


def test_nothing_lived_is_an_empty_chart() -> None:
    assert axes(40, [np.array([]), np.array([])]) == Axes(40, 0.0, 1.0)
    assert _letters(axes(40, [np.array([]), np.array([])]), [np.array([]), np.array([])]) == []


@pytest.mark.parametrize(("a", "b"), [(5.0, 5.0), (5.0, 5.01), (5.01, 5.0), (1.0, 9.0)])
def test_letters_keep_apart(a: float, b: float) -> None:
    courses = [np.array([a]), np.array([b])]
    heights = [float(one.split('y="')[1].split('"')[0]) for one in _letters(axes(10, courses), courses)]
    assert abs(heights[0] - heights[1]) >= 11.9
