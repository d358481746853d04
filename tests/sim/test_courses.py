"""Courses: each shape in closed form, sums that do not depend on order, and faults that are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import courses
from sim.courses import QUANTITIES, Course
from sim.errors import ConfigError
from sim.scenario import Future, load_future, names

WORDS = {"en": "a", "zh": "甲"}
LONG = 500


def course(quantity: str = "budget", shape: str = "step", size: float = -0.1, **days: int) -> Course:
    return Course(quantity=quantity, shape=shape, size=size, source="test", grade="judgement", **days)


def refused(*listed: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Future.from_mapping({"name": "f", "title": WORDS, "summary": WORDS, "courses": list(listed)})
    return str(caught.value).splitlines()


def plain(**changed: Any) -> dict[str, Any]:
    given = {
        "quantity": "budget", "shape": "step", "start": 3, "size": -0.1, "source": "test", "grade": "judgement",
    }  # fmt: skip
    return {key: value for key, value in (given | changed).items() if value is not ...}


def test_a_step_holds_from_its_first_to_its_last_day_or_for_ever() -> None:
    assert course(start=3, end=5).heights(8).tolist() == [0, 0, 0, 1, 1, 1, 0, 0]
    assert course(start=3).heights(6).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_ramp_rises_evenly_to_its_last_day_and_stays() -> None:
    heights = course(shape="ramp", start=2, end=5).heights(9)
    assert heights.tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("start", "peak", "end"), [(10, 10, 10), (10, 10, 19), (10, 19, 19), (10, 13, 40), (0, None, 99)]
)
def test_a_pulse_sums_to_half_its_days_and_one(start: int, peak: int | None, end: int) -> None:
    """Triangles of whole days: (end − start + 2) / 2, wherever the peak lies; the top is 1 and on the peak alone."""
    heights = course(shape="pulse", start=start, end=end, **({} if peak is None else {"peak": peak})).heights(
        LONG
    )
    assert heights.sum() == pytest.approx((end - start + 2) / 2)
    assert heights.max() == 1.0 and heights.argmax() == ((start + end) // 2 if peak is None else peak)
    assert (np.flatnonzero(heights) == np.arange(start, end + 1)).all()
    assert (
        np.diff(heights, 2)[[i for i in range(start, end - 1) if i + 1 != heights.argmax()]] < 1e-12
    ).all()


def test_courses_of_a_quantity_add_up_in_any_order() -> None:
    listed = [
        course(size=-0.1, start=5), course(size=0.07, start=9, end=20), course("demand_care", "pulse", 2.0, start=3, end=9),
        course(size=-0.03, shape="ramp", start=1, end=13),
    ]  # fmt: skip
    one, two = courses.paths(listed, 40), courses.paths(listed[::-1], 40)
    assert one.keys() == two.keys() == {"budget", "demand_care"}
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
    expected = 1.0 + sum(c.size * c.heights(40) for c in listed if c.quantity == "budget")
    assert one["budget"] == pytest.approx(expected)


def test_quantities_are_declared_in_both_languages_and_neutral_within_their_range() -> None:
    for name, q in QUANTITIES.items():
        assert q.unit and q.en and q.zh, name
        assert q.low <= q.base <= q.high and q.base == (1.0 if q.unit == "factor" else 0.0), name


@pytest.mark.parametrize("name", names("future"))
def test_a_shipped_future_says_what_it_rests_on(name: str) -> None:
    future = load_future(name)
    assert all(c.source.strip() and c.grade in ("data", "literature", "judgement") for c in future.courses)
    assert bool(future.courses or future.parameters) == (name != "reference")
    assert Future.from_mapping(future.model_dump(mode="json")) == future


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (plain(quantity="bugdet"), "courses.0.quantity: 'bugdet' is nothing that may move; did you mean 'budget'?"),
        (plain(shape="wave"), "courses.0.shape: 'wave': one of 'step', 'ramp' or 'pulse' is needed"),
        (plain(shape="ramp"), "courses.0.end: the key is missing: a ramp needs its last day"),
        (plain(shape="pulse"), "courses.0.end: the key is missing: a pulse needs its last day"),
        (plain(end=2), "courses.0.end: 2: a day from start=3 on is needed"),
        (plain(shape="pulse", end=9, peak=10), "courses.0.peak: 10: a day from start=3 to end=9 is needed"),
        (plain(end=9, peak=4), "courses.0.peak: only a pulse has a peak, not a step"),
        (plain(start=-1), "courses.0.start: -1: a number of at least 0 is needed"),
        (plain(start=2.5), "courses.0.start: a whole number is needed, not 2.5"),
        (plain(start=...), "courses.0.start: the key is missing"),
        (plain(size=float("nan")), "courses.0.size: a finite number is needed, not nan"),
        (plain(size="much"), "courses.0.size: a number is needed, not 'much'"),
        (plain(size=-0.8), "courses.0.size: brings budget to 0.2 on day 3: outside 0.3 to 2 factor"),
        (plain(quantity="ageing"), "courses.0.size: brings ageing to -0.1 on day 3: outside 0 to 0.1 share of grown-ups"),
        (plain(source=...), "courses.0.source: the key is missing"),
        (plain(source=""), "courses.0.source: a text is needed, not ''"),
        (plain(grade="sure"), "courses.0.grade: 'sure': one of 'data'"),
        (plain(strat=3), "courses.0.strat: unknown key; did you mean 'start'?"),
        ("budget", "courses.0: a mapping of keys to values is needed, not 'budget'"),
    ],
)  # fmt: skip
def test_faults(raw: Any, told: str) -> None:
    (line,) = refused(raw)
    assert line.startswith(f"future 'f', {told}")


def test_courses_are_judged_together_and_all_faults_told_at_once() -> None:
    fine = plain(size=-0.5)
    lines = refused(
        fine, plain(size=-0.5, start=40, end=60), plain(quantity="demand_car", size=1.0), plain(grade=3)
    )
    assert [line.split(":")[0] for line in lines] == [
        "future 'f', courses.2.quantity", "future 'f', courses.1.size", "future 'f', courses.3.grade",
    ]  # fmt: skip
    assert "brings budget to 0 on day 40" in lines[1]
    assert "a list is needed" in refused_whole({"budget": -0.1})


def refused_whole(raw: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        Future.from_mapping({"name": "f", "title": WORDS, "summary": WORDS, "courses": raw})
    return str(caught.value)
