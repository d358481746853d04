"""Two lives told: events day by day, in sentences, and a summary field by field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from experiments.lives import Pair
from experiments.printing import number
from experiments.settings import Settings
from experiments.texts import text
from sim.needs import Role

Life = Mapping[str, Any]
PERCENT: Final = 100


def intro(pair: Pair, settings: Settings) -> Iterator[str]:
    """Who lacks what, and how this need was chosen among all."""
    lang, life = settings.lang, pair.first
    names = [strategy.name for strategy in settings.strategies]
    yield text(lang, "twin_who", resident=int(life["resident"]), person=person(int(life["group"]), lang),
               cell=int(life["cell"]), community=int(life["community"]))  # fmt: skip
    scope = int(life["scope"])
    parts = text(lang, "twin_one_part") if scope == 1 else text(lang, "twin_parts", scope=scope)
    yield text(lang, "twin_what", category=text(lang, f"category_{life['category']}"), day=_day(life["arose"]), parts=parts,
               severity=number(life["severity"], 2))  # fmt: skip
    yield text(lang, "twin_chosen", reform_day=settings.reform_day, how=text(lang, f"twin_how_{pair.how}"))
    yield text(lang, "twin_counts", shared=pair.shared, equal=pair.equal, first=pair.first_sooner, second=pair.second_sooner,
               a=names[0], b=names[1])  # fmt: skip


def person(group: int, lang: str) -> str:
    """Age band, status, income band and digital access of a group 0..35."""
    parts = {"age": group // 12, "status": group // 6 % 2, "income": group // 2 % 3, "digital": group % 2}
    return text(lang, "twin_person", **{name: text(lang, f"{name}_{value}") for name, value in parts.items()})


def days_told(pair: Pair, settings: Settings) -> list[list[str]]:
    """`[day, first, second]` for each day on which something happens in either life."""
    told = [_by_day(events(life, settings.lang)) for life in (pair.first, pair.second)]
    days = sorted(set(told[0]) | set(told[1]))
    nothing = text(settings.lang, "tell_nothing")
    rows = [
        [str(day), *(_joined(side[day], settings.lang) if day in side else nothing for side in told)]
        for day in days
    ]
    last = [_still_open(life, settings.lang) for life in (pair.first, pair.second)]
    if any(last):
        rows.append([str(settings.days), *(line or nothing for line in last)])
    return rows


def events(life: Life, lang: str) -> list[tuple[float, str]]:
    """What happened, each with its time, in order."""
    found = [(life["arose"], text(lang, "tell_arose"))]
    if life["reported"] is not None:
        found.append((life["reported"], _reported(life, lang)))
    if life["responded"] is not None:
        found.append((life["responded"], _accepted(life, lang)))
    if life["started"] is not None:
        found.append((life["started"], _started(life, lang)))
    if life["closed"] is not None:
        found.append((life["closed"], _closed(life, lang)))
    if life["ended"] is not None:
        found.append((life["ended"], _ended(life, lang)))
    return sorted(found, key=lambda event: event[0])  # stable: at the same time, causes stand before effects


def summary(pair: Pair, settings: Settings) -> list[tuple[str, str, str]]:
    """`(field, first, second)`."""
    lang = settings.lang
    told: dict[str, Callable[[Life], str]] = {
        "reported": lambda life: _when(life["reported"], lang),
        "accepted": lambda life: _when(life["responded"], lang),
        "started": lambda life: _when(life["started"], lang),
        "closed": lambda life: _when(life["closed"], lang),
        "handovers": lambda life: _count(life["handovers"]),
        "refusals": lambda life: _count(life["refusals"]),
        "joint": lambda life: _yes(life["joint"], lang),
        "hours": lambda life: _number(life["hours"]),
        "rating": _rating,
        "met": lambda life: _yes(life["end"] == "met", lang),
        "days": lambda life: _number(_days_without(life, settings.days)),
    }
    return [
        (text(lang, f"twin_field_{name}"), tell(pair.first), tell(pair.second)) for name, tell in told.items()
    ]


def _reported(life: Life, lang: str) -> str:
    if life["channel"] == "grid_worker":
        return text(lang, "tell_found")
    return text(lang, "tell_reported", channel=text(lang, f"channel_{life['channel'] or 'none'}"))


def _accepted(life: Life, lang: str) -> str:
    days = life["responded"] - life["opened"]
    waited = text(lang, "tell_waited", days=number(days, 2)) if days >= 0.05 else ""
    return text(lang, "tell_accepted", waited=waited)


def _handed(life: Life, lang: str) -> list[str]:
    if not life["handovers"] and not life["refusals"]:
        return []
    return [
        text(
            lang,
            "tell_handed",
            times=_times(life["handovers"], lang),
            refusals=_times(life["refusals"], lang),
        )
    ]


def _started(life: Life, lang: str) -> str:
    told = [text(lang, "tell_started", who=_seat(life, lang))]
    if life["joint"]:
        told.append(text(lang, "tell_convened"))
    elif life["scope"] > 1:
        told.append(text(lang, "tell_sequential"))
    return _joined(told, lang)


def _seat(life: Life, lang: str) -> str:
    role = int(life["role"]) if life["role"] is not None else int(Role.SERVICE_STATION)
    if Role.CITY_DEPARTMENT <= role < Role.STREET_OFFICE:
        role = int(Role.CITY_DEPARTMENT if role < Role.DISTRICT_DEPARTMENT else Role.DISTRICT_DEPARTMENT)
    return text(lang, f"role_{Role(role).name.lower()}")


def _closed(life: Life, lang: str) -> str:
    told = _handed(life, lang)
    if life["reopenings"]:
        told.append(text(lang, "tell_reopened", times=_times(life["reopenings"], lang)))
    level = text(lang, "tell_level", level=text(lang, f"level_{life['level']}")) if life["level"] else ""
    told.append(text(lang, f"tell_{life['status']}", hours=number(life["hours"], 2), level=level))
    if life["rating"] is not None:
        solved = text(lang, "tell_solved" if life["confirmed"] else "tell_unsolved")
        told.append(text(lang, "tell_rated", rating=round(PERCENT * life["rating"]), solved=solved))
    return _joined(told, lang)


def _ended(life: Life, lang: str) -> str:
    quietly = life["end"] == "met" and life["reported"] is None
    return text(
        lang,
        "tell_met_quietly" if quietly else f"tell_{life['end']}",
        days=number(life["ended"] - life["arose"], 2),
    )


def _still_open(life: Life, lang: str) -> str:
    told = []
    if life["end"] == "open":
        told += [text(lang, "tell_silent")] if life["reported"] is None else []
        if life["opened"] is not None and life["closed"] is None:
            told += [*_handed(life, lang), text(lang, "tell_open_case")]
        told += [text(lang, "tell_open")]
    return _joined(told, lang)


def _joined(sentences: list[str], lang: str) -> str:
    """Sentences in a row; Chinese has no spaces between them."""
    return ("" if lang == "zh" else " ").join(sentences)


def _by_day(found: list[tuple[float, str]]) -> dict[int, list[str]]:
    days: dict[int, list[str]] = {}
    for time, sentence in found:
        days.setdefault(_day(time), []).append(sentence)
    return days


def _day(time: float) -> int:
    return math.floor(time)


def _days_without(life: Life, horizon: int) -> float:
    return float((life["ended"] if life["ended"] is not None else horizon) - life["arose"])


def _when(time: float | None, lang: str) -> str:
    return text(lang, "twin_never") if time is None else text(lang, "twin_at_day", day=_day(time))


def _count(value: float | None) -> str:
    return "–" if value is None else str(int(value))


def _number(value: float | None) -> str:
    return "–" if value is None else number(value)


def _rating(life: Life) -> str:
    return "–" if life["rating"] is None else str(round(PERCENT * life["rating"]))


def _yes(value: Any, lang: str) -> str:
    return "–" if value is None else text(lang, "twin_yes" if value else "twin_no")


def _times(count: float | None, lang: str) -> str:
    many = int(count or 0)
    return text(lang, ("tell_not", "tell_once")[many]) if many < 2 else text(lang, "tell_times", count=many)
