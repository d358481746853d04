"""Charts of the lesson sheet, as SVG inside the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.classroom.seen import SERIES
from experiments.texts import text
from sim.tables import Array

if TYPE_CHECKING:
    from experiments.classroom.pair import Pair

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BELOW = 640, 180, 48, 24, 8, 24
#: Letter, colour and dash of each side; letter and dash carry the meaning without colour.
SIDES: Final = (("A", "#1b1f24", "6 3"), ("B", "#0072b2", ""))
MOST_POINTS: Final = 320
#: Least height of the axis as a share of its top: tenths are not blown up to a drama. Room above and below, and height of a letter.
_LEAST, _ROOM, _LETTER = 0.1, 0.1, 12.0


@dataclass(frozen=True)
class Axes:
    """Where days and values lie on the paper."""

    days: int
    low: float
    high: float

    def x(self, day: float) -> float:
        """Distance of a day from the left."""
        return LEFT + (WIDTH - LEFT - RIGHT) * day / self.days

    def y(self, value: float) -> float:
        """Distance of a value from the top."""
        return HEIGHT - BELOW - (HEIGHT - BELOW - TOP) * (value - self.low) / (self.high - self.low)


def axes(days: int, courses: list[Array]) -> Axes:
    """Axes that hold all courses; from zero where they reach down to half of their top."""
    values = np.concatenate(courses)
    if not values.size:
        return Axes(days, 0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if low < high / 2.0:
        return Axes(days, 0.0, (1.0 + _ROOM) * high)
    missing = max(0.0, _LEAST * high - (high - low)) / 2.0
    room = _ROOM * (high - low) + missing
    return Axes(days, low - room, high + room) if room > 0.0 else Axes(days, 0.0, 1.0)


def chart(pair: Pair, place: int, lang: str) -> str:
    """The course of one outcome under both strategies, the reform day marked."""
    courses = [town.series[: pair.known, place] for town in pair.towns]
    on = axes(pair.script.days, courses)
    drawn = [
        *_scale(on),
        _reform(on, pair.script.reform_day, lang),
        *_lines(on, courses),
        *_letters(on, courses),
    ]
    title = escape(text(lang, f"room_series_{SERIES[place]}"))
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"{''.join(drawn)}</svg></figure>"
    )


def _scale(on: Axes) -> list[str]:
    levels = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{on.y(level):.1f}" y2="{on.y(level):.1f}" stroke="#d5dae0"/>'
        f'<text x="{LEFT - 6}" y="{on.y(level) + 4:.1f}" text-anchor="end" font-size="11">{level:.3g}</text>'
        for level in (on.low, (on.low + on.high) / 2.0, on.high)
    ]
    days = [
        f'<text x="{on.x(day):.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11">{day}</text>'
        for day in (0, on.days)
    ]
    return [*levels, *days]


def _reform(on: Axes, day: int, lang: str) -> str:
    x = on.x(day)
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BELOW}" stroke="#d55e00" stroke-dasharray="2 3"/>'
        f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11">{escape(text(lang, "room_reform"))} {day}</text>'
    )


def _lines(on: Axes, courses: list[Array]) -> list[str]:
    """A lies above B: where both are the same, its dashes show on the line of B."""
    return [
        f'<polyline points="{_points(on, courses[side])}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        for side, (_, colour, dash) in reversed(list(enumerate(SIDES)))
    ]


def _points(on: Axes, course: Array) -> str:
    """At most so many points of a course as a page can show, the last one included."""
    if not course.size:
        return ""
    days = np.unique(np.linspace(0, course.size - 1, min(MOST_POINTS, course.size)).astype(int))
    return " ".join(f"{on.x(day + 1):.1f},{on.y(float(course[day])):.1f}" for day in days)


def _letters(on: Axes, courses: list[Array]) -> list[str]:
    """The letters of both sides at the ends of their lines, kept apart."""
    if not all(course.size for course in courses):
        return []
    ends = [on.y(float(course[-1])) for course in courses]
    apart = max(0.0, _LETTER - abs(ends[0] - ends[1])) / 2.0
    up = -1.0 if ends[0] <= ends[1] else 1.0
    at = (ends[0] + up * apart, ends[1] - up * apart)
    return [
        f'<text x="{on.x(courses[side].size) + 4:.1f}" y="{at[side] + 4:.1f}" font-size="12" font-weight="700" fill="{colour}">{letter}</text>'
        for side, (letter, colour, _) in enumerate(SIDES)
    ]
