"""Charts of the lesson sheet, as SVG inside the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.classroom.seen import SERIES
from experiments.texts import text
from sim.tables import Array

if TYPE_CHECKING:
    from experiments.classroom.pair import Pair

WIDTH, HEIGHT, LEFT, BELOW = 640, 180, 48, 24
#: Colour and dash of each side; dash and letter carry the meaning without colour.
SIDES: Final = (("#1b1f24", "6 3"), ("#0072b2", ""))
MOST_POINTS: Final = 320


def chart(pair: Pair, place: int, lang: str) -> str:
    """The course of one outcome under both strategies, the reform day marked."""
    days = max(1, pair.script.days)
    courses = [town.series[: pair.known, place] for town in pair.towns]
    high = max((float(course.max()) for course in courses if course.size), default=1.0) or 1.0
    low = min((float(course.min()) for course in courses if course.size), default=0.0)
    low = 0.0 if low < high / 2.0 else low - 0.2 * (high - low or 1.0)
    x = lambda day: LEFT + (WIDTH - LEFT - 24) * day / days  # noqa: E731
    y = lambda value: HEIGHT - BELOW - (HEIGHT - BELOW - 12) * (value - low) / (high - low or 1.0)  # noqa: E731
    reform = x(pair.script.reform_day)
    marks = [
        f'<line x1="{LEFT}" x2="{WIDTH - 24}" y1="{y(level):.1f}" y2="{y(level):.1f}" stroke="#d5dae0"/>'
        f'<text x="{LEFT - 6}" y="{y(level) + 4:.1f}" text-anchor="end" font-size="11">{level:.3g}</text>'
        for level in (low, (low + high) / 2.0, high)
    ]
    marks.append(
        f'<line x1="{reform:.1f}" x2="{reform:.1f}" y1="4" y2="{HEIGHT - BELOW}" stroke="#5b6570" stroke-dasharray="2 3"/>'
    )
    marks.append(
        f'<text x="{reform + 4:.1f}" y="14" font-size="11">{escape(text(lang, "room_reform"))}</text>'
    )
    marks += [
        f'<text x="{x(day):.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11">{day:.0f}</text>'
        for day in (0, days / 2, days)
    ]
    lines = []
    for side, course in enumerate(courses):
        colour, dash = SIDES[side]
        points = " ".join(f"{x(day):.1f},{y(value):.1f}" for day, value in _thinned(course))
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        if course.size:
            lines.append(
                f'<text x="{x(course.size) + 4:.1f}" y="{y(float(course[-1])) + 4:.1f}" font-size="12" fill="{colour}">{"AB"[side]}</text>'
            )
    title = escape(text(lang, f"room_series_{SERIES[place]}"))
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"{''.join(marks)}{''.join(lines)}</svg></figure>"
    )


def _thinned(course: Array) -> list[tuple[float, float]]:
    """At most so many points of a course as a page can show, the last one included."""
    if not course.size:
        return []
    days = np.unique(np.linspace(0, course.size - 1, min(MOST_POINTS, course.size)).astype(int))
    return [(float(day + 1), float(course[day])) for day in days]
