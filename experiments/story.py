"""Two lives told: events day by day, in sentences, and a summary field by field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from experiments.lives import Life, Pair
from experiments.printing import number
from experiments.settings import Settings
from experiments.texts import text
from sim.needs import Role

Case = Mapping[str, Any]
PERCENT: Final = 100
#: Waits that are shorter, in days, are not told.
SHORT: Final = 0.05


class Horizon(Protocol):
    """What telling two lives needs to know of its settings: the language, and the day on which the records end."""

    @property
    def lang(self) -> str: ...

    @property
    def days(self) -> int: ...


def intro(pair: Pair, settings: Settings) -> Iterator[str]:
    """Who lacks what, and how this need was chosen among all."""
    lang, need = settings.lang, pair.first.need
    names = [strategy.name for strategy in settings.strategies]
    who = person(int(need["group"]), lang)
    yield text(
        lang,
        "twin_who",
        resident=need["resident"],
        person=who,
        cell=need["cell"],
        community=need["community"],
    )
    scope = int(need["scope"])
    parts = text(lang, "twin_one_part") if scope == 1 else text(lang, "twin_parts", scope=scope)
    category = text(lang, f"category_{need['category']}")
    yield text(lang, "twin_what", category=category, day=_day(need["arose"]), parts=parts)
    how = text(lang, f"twin_how_{pair.how}")
    yield text(lang, "twin_chosen", reform_day=settings.reform_day, how=how)
    counts = {
        "shared": pair.shared,
        "equal": pair.equal,
        "first": pair.first_sooner,
        "second": pair.second_sooner,
    }
    yield text(lang, "twin_counts", a=names[0], b=names[1], **counts)


def person(group: int, lang: str) -> str:
    """Age band, status, income band and digital access of a group 0..35."""
    parts = {"age": group // 12, "status": group // 6 % 2, "income": group // 2 % 3, "digital": group % 2}
    return text(lang, "twin_person", **{name: text(lang, f"{name}_{value}") for name, value in parts.items()})


def days_told(pair: Pair, settings: Horizon) -> list[list[str]]:
    """`[day, first, second]` for each day on which something happens in either life."""
    lang = settings.lang
    told = [_by_day(events(life, lang)) for life in (pair.first, pair.second)]
    nothing = text(lang, "tell_nothing")
    rows = [
        [str(day), *(_joined(side[day], lang) if day in side else nothing for side in told)]
        for day in sorted(set(told[0]) | set(told[1]))
    ]
    last = [_joined(_left_open(life, lang), lang) for life in (pair.first, pair.second)]
    if any(last):
        rows.append([str(settings.days), *(line or nothing for line in last)])
    return rows


def events(life: Life, lang: str) -> list[tuple[float, str]]:
    """What happened, each with its time, in order."""
    found = [(life.need["arose"], text(lang, "tell_arose"))]
    for nth, case in enumerate(life.cases):
        found.append((case["opened"], _reported(case, nth > 0, lang)))
        for time, tell in (("responded", _accepted), ("started", _started), ("closed", _closed)):
            if case[time] is not None:
                found.append((case[time], tell(case, lang)))
    if life.need["ended"] is not None:
        found.append((life.need["ended"], _ended(life, lang)))
    return sorted(found, key=lambda event: event[0])  # stable: at the same time, causes stand before effects


def summary(pair: Pair, settings: Horizon) -> list[tuple[str, str, str]]:
    """`(field, first, second)`."""
    lang, days = settings.lang, settings.days
    told: dict[str, Callable[[Life], str]] = {
        "reported": lambda life: _when(life.need["reported"], lang),
        "cases": lambda life: str(len(life.cases)),
        "accepted": lambda life: _when(_earliest(life, "responded"), lang),
        "started": lambda life: _when(_earliest(life, "started"), lang),
        "closed": lambda life: _when(life.cases[-1]["closed"] if life.cases else None, lang),
        "handovers": lambda life: _total(life, "handovers"),
        "refusals": lambda life: _total(life, "refusals"),
        "joint": lambda life: _yes(any(case["joint"] for case in life.cases), lang),
        "hours": lambda life: _total(life, "hours"),
        "rating": lambda life: _rating(life.cases[-1]["rating"] if life.cases else None),
        "met": lambda life: _yes(life.need["end"] == "met", lang),
        "days": lambda life: number(
            (days if life.need["ended"] is None else life.need["ended"]) - life.need["arose"]
        ),
    }
    return [
        (text(lang, f"twin_field_{name}"), tell(pair.first), tell(pair.second)) for name, tell in told.items()
    ]


def _reported(case: Case, again: bool, lang: str) -> str:
    if again:
        return text(lang, "tell_reported_again")
    if case["channel"] == "grid_worker":
        return text(lang, "tell_found")
    return text(lang, "tell_reported", channel=text(lang, f"channel_{case['channel']}"))


def _accepted(case: Case, lang: str) -> str:
    days = case["responded"] - case["opened"]
    waited = text(lang, "tell_waited", days=number(days, 2)) if days >= SHORT else ""
    return text(lang, "tell_accepted", waited=waited)


def _started(case: Case, lang: str) -> str:
    told = [text(lang, "tell_started", who=_seat(case, lang))]
    if case["joint"]:
        told.append(text(lang, "tell_convened"))
    elif case["scope"] > 1:
        told.append(text(lang, "tell_sequential"))
    return _joined(told, lang)


def _seat(case: Case, lang: str) -> str:
    """The seat of the first provider; departments of all categories are called alike."""
    role = int(case["role"])
    for first, after in (
        (Role.CITY_DEPARTMENT, Role.DISTRICT_DEPARTMENT),
        (Role.DISTRICT_DEPARTMENT, Role.STREET_OFFICE),
    ):
        if first <= role < after:
            role = int(first)
    return text(lang, f"role_{Role(role).name.lower()}")


def _closed(case: Case, lang: str) -> str:
    told = _handed(case, lang)
    level = text(lang, "tell_level", level=text(lang, f"level_{case['level']}"))
    told.append(text(lang, f"tell_{case['status']}", hours=number(case["hours"], 2), level=level))
    if case["rating"] is not None:
        solved = text(lang, "tell_solved" if case["confirmed"] else "tell_unsolved")
        told.append(text(lang, "tell_rated", rating=_rating(case["rating"]), solved=solved))
    return _joined(told, lang)


def _handed(case: Case, lang: str) -> list[str]:
    if not case["handovers"] and not case["refusals"]:
        return []
    return [text(lang, "tell_handed", handovers=case["handovers"], refusals=case["refusals"])]


def _ended(life: Life, lang: str) -> str:
    days = number(life.need["ended"] - life.need["arose"], 2)
    quietly = life.need["end"] == "met" and not life.cases
    return text(lang, "tell_met_quietly" if quietly else f"tell_{life.need['end']}", days=days)


def _left_open(life: Life, lang: str) -> list[str]:
    """What is still undone when the records end."""
    if life.need["end"] != "open":
        return []
    if not life.cases:
        return [text(lang, "tell_silent"), text(lang, "tell_open")]
    last = life.cases[-1]
    case = [*_handed(last, lang), text(lang, "tell_open_case")] if last["closed"] is None else []
    return [*case, text(lang, "tell_open")]


def _by_day(found: list[tuple[float, str]]) -> dict[int, list[str]]:
    days: dict[int, list[str]] = {}
    for time, sentence in found:
        days.setdefault(_day(time), []).append(sentence)
    return days


def _day(time: float) -> int:
    return math.floor(time)


def _joined(sentences: list[str], lang: str) -> str:
    """Sentences in a row; Chinese has no spaces between them."""
    return ("" if lang == "zh" else " ").join(sentences)


def _earliest(life: Life, name: str) -> float | None:
    return min((case[name] for case in life.cases if case[name] is not None), default=None)


def _total(life: Life, name: str) -> str:
    total = sum(case[name] for case in life.cases)
    return str(int(total)) if total == int(total) else number(total)


def _when(time: float | None, lang: str) -> str:
    return text(lang, "twin_never") if time is None else text(lang, "twin_at_day", day=_day(time))


def _rating(rating: float | None) -> str:
    return "–" if rating is None else str(round(PERCENT * rating))


def _yes(value: bool, lang: str) -> str:
    return text(lang, "twin_yes" if value else "twin_no")
