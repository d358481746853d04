"""What may move while a world lives and nobody in it decides: a closed list of quantities, and the dated courses they take.

    value(day) = base + sum of size · shape(day) over the courses of a quantity

The base is 1 for factors and 0 for rates, so a quantity without a course is neutral. Shapes, for whole days:

    step    1 on [start, end], or from `start` on for ever
    ramp    (day − start + 1) / (end − start + 1) on [start, end], then 1
    pulse   (day − start + 1) / (peak − start + 1) up to `peak`, then (end − day + 1) / (end − peak + 1) down to `end`

A pulse sums to (end − start + 2) / 2 over its days, wherever its peak lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from scenarios.units import unit_in
from sim.entries import Day, Entry, Finite, Text
from sim.needs import NAMES_EN, NAMES_ZH, Category
from sim.parameters import Grade
from sim.sentences import Told, near, told
from sim.tables import Array


@dataclass(frozen=True)
class Quantity:
    """One thing that may move: its neutral `base`, and the range in which the law that reads it makes sense."""

    unit: str
    base: float
    low: float
    high: float
    en: str
    zh: str


def _demand(category: Category) -> Quantity:
    en, zh = NAMES_EN[category], NAMES_ZH[category]
    return Quantity("factor", 1.0, 0.0, 10.0, f"needs arising: {en}", f"需求发生量：{zh}")


#: The closed list. Who reads what: demand and access the constants of the day (`sim.fixed`), the others `sim.unfolding`.
QUANTITIES: Final[dict[str, Quantity]] = {
    **{f"demand_{category.name.lower()}": _demand(category) for category in Category},
    "facility_loss": Quantity("share per day", 0.0, 0.0, 0.2,
        "share of facilities' condition that a day destroys", "设施状况的日损毁比例"),
    "in_migration": Quantity("share of first residents per year", 0.0, 0.0, 0.3,
        "people who move into new dwellings, in migrant households", "迁入新增住房的人口（外来家庭）"),
    "ageing": Quantity("share of grown-ups per year", 0.0, 0.0, 0.1,
        "grown-ups below 60 who join the old, beyond those who leave them", "60岁以下成年人净转为老年人的比例"),
    "budget": Quantity("factor", 1.0, 0.3, 2.0,
        "budgets of party, government, self-governing and social organizations", "党组织、政府、自治组织与社会组织的预算"),
    "staff_present": Quantity("factor", 1.0, 0.3, 1.0,
        "staff of all organizations that is at work", "各类组织的在岗人员"),
    "staff_turnover": Quantity("factor", 1.0, 0.0, 5.0,
        "staff that leaves a year", "年离职率"),
    "access_offline": Quantity("factor", 1.0, 0.0, 2.0,
        "how easily residents without digital access reach desk and hotline", "无数字接入居民使用窗口与热线的便利度"),
    "access_online": Quantity("factor", 1.0, 0.0, 2.0,
        "how easily residents with digital access reach all channels", "有数字接入居民使用各渠道的便利度"),
}  # fmt: skip


class Course(Entry):
    """A dated movement of one quantity: at the top of its shape it adds `size` to the quantity's base.

    `source` and `grade` say what the size rests on; they change no result.
    """

    quantity: str
    shape: Literal["step", "ramp", "pulse"]
    start: Day
    peak: Day | None = None
    end: Day | None = None
    size: Finite
    source: Text
    grade: Grade

    def heights(self, days: int) -> Array:
        """The shape on days 0 to `days` − 1, 0-1."""
        day = np.arange(days)
        end = days if self.end is None else self.end
        inside = (day >= self.start) & (day <= end)
        if self.shape == "step":
            return inside.astype(np.float64)
        if self.shape == "ramp":
            return np.clip((day - self.start + 1) / (end - self.start + 1), 0.0, 1.0)
        peak = (self.start + end) // 2 if self.peak is None else self.peak
        rise, fall = (day - self.start + 1) / (peak - self.start + 1), (end - day + 1) / (end - peak + 1)
        return np.where(inside, np.minimum(rise, fall), 0.0)

    def told(self) -> str:
        """One short line: `demand_care +3, pulse, days 240-360, peak 285`."""
        days = f"from day {self.start}" if self.end is None else f"days {self.start}-{self.end}"
        peak = "" if self.peak is None else f", peak {self.peak}"
        return f"{self.quantity} {self.size:+g}, {self.shape}, {days}{peak}"


def paths(courses: Iterable[Course], days: int) -> dict[str, Array]:
    """The value of each quantity that has a course, on days 0 to `days` − 1."""
    made: dict[str, Array] = {}
    # Sorted, so that the order in which courses are listed changes no bit of their sum.
    for course in sorted(courses, key=lambda c: c.model_dump_json()):
        path = made.setdefault(course.quantity, np.full(days, QUANTITIES[course.quantity].base))
        path += course.size * course.heights(days)
    return made


def faults(courses: Iterable[Course]) -> Iterator[tuple[int, str, Told]]:
    """What is wrong with courses that are well-formed one by one: (number in the list, key, sentence)."""
    listed = list(courses)
    sound: dict[str, list[int]] = {}
    for number, course in enumerate(listed):
        own = list(_own_faults(course))
        yield from ((number, key, sentence) for key, sentence in own)
        if not own:
            sound.setdefault(course.quantity, []).append(number)
    for name, numbers in sound.items():
        yield from _out_of_range(name, [(number, listed[number]) for number in numbers])


def _own_faults(course: Course) -> Iterator[tuple[str, Told]]:
    if course.quantity not in QUANTITIES:
        closest, known = near(course.quantity, QUANTITIES), ", ".join(QUANTITIES)
        yield "quantity", told("no_quantity", name=course.quantity, near=closest, known=known)
    if course.end is None and course.shape != "step":
        yield "end", told("no_last_day", shape=course.shape)
    if course.end is not None and course.end < course.start:
        yield "end", told("end_early", end=course.end, start=course.start)
    if course.peak is None:
        return
    if course.shape != "pulse":
        yield "peak", told("no_peak", shape=course.shape)
    elif not course.start <= course.peak <= (course.peak if course.end is None else course.end):
        yield "peak", told("peak_outside", peak=course.peak, start=course.start, end=course.end)


def _out_of_range(name: str, own: list[tuple[int, Course]]) -> Iterator[tuple[int, str, Told]]:
    """The first day on which the courses of a quantity together leave its range, told at the last of them."""
    quantity = QUANTITIES[name]
    days = max(course.start if course.end is None else course.end for _, course in own) + 2
    path = paths((course for _, course in own), days)[name]
    # A hair's breadth for sums such as 1 − 0.7, which do not meet their bound exactly.
    outside = np.flatnonzero((path < quantity.low - 1e-9) | (path > quantity.high + 1e-9))
    if outside.size:
        day = int(outside[0])
        yield own[-1][0], "size", told(
            "out_of_range", name=name, value=path[day], day=day, low=quantity.low, high=quantity.high,
            unit=Told(quantity.unit, unit_in("zh", quantity.unit)),
        )  # fmt: skip
