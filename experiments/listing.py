"""`xietong list`: what there is, with units, sources, grades and seed ids; from the declarations, nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from experiments.helping import LISTED
from experiments.judging.scenarios import CUSTOM
from experiments.printing import cards, csv_table, table
from experiments.texts import text
from scenarios.units import unit_in
from sim.errors import ConfigError

Rows = tuple[tuple[str, ...], list[list[Any]], tuple[int, ...]]
"""Names of the columns, rows, and which columns are numbers."""


def main(words: Sequence[str], lang: str) -> int:
    """Print one list."""
    from experiments.configuration import plain
    from experiments.faults import Faults

    names = [word for word in words if "=" not in word]
    keys = plain("list", [word for word in words if "=" in word], lang)
    lang = keys["lang"]
    if len(names) != 1 or names[0] not in LISTED:
        faults = Faults(lang)
        near = faults.near(names[0], LISTED) if names else ""
        raise ConfigError(text(lang, "fault_what_to_list", known=", ".join(LISTED), near=near))
    columns, rows, numbers = LISTS[names[0]](lang)
    if keys["format"] == "csv":
        csv_table(columns, rows)
        return 0
    headers, title = [text(lang, f"list_{column}") for column in columns], text(lang, names[0])
    if names[0] in IN_SENTENCES:
        cards(headers, rows, title)
    else:
        table(headers, rows, title, numbers)
    return 0


def worlds(lang: str) -> Rows:
    """Worlds by size."""
    from sim.scenario import load_world, names

    rows = []
    for world in sorted(
        (load_world(name) for name in names("world")), key=lambda w: _cells(w) * w.households
    ):
        communities = world.jurisdictions.n_communities
        rows.append(
            [
                world.name,
                getattr(world.title, lang),
                communities,
                _cells(world),
                _cells(world) * world.households,
            ]
        )
    # How large a world of own data is, its file says.
    rows.append([CUSTOM, text(lang, "own_listed"), "", "", ""])
    return ("name", "title", "communities", "cells", "households"), rows, (2, 3, 4)


def _cells(world: Any) -> int:
    return int(world.jurisdictions.n_cells)


def strategies(lang: str) -> Rows:
    """Strategies with their mechanisms and intensities."""
    from sim.scenario import load_strategy, names

    rows = []
    for strategy in (load_strategy(name) for name in names("strategy")):
        doses = ", ".join(f"{name} ({dose.intensity:g})" for name, dose in strategy.mechanisms.items())
        title, summary = getattr(strategy.title, lang), getattr(strategy.summary, lang)
        rows.append([strategy.name, title, _line(summary), doses, ", ".join(strategy.seed)])
    return ("name", "title", "summary", "mechanisms", "seed"), rows, ()


def mechanisms(lang: str) -> Rows:
    """Mechanisms with who pays and how they fail."""
    from sim.mechanisms import mechanisms as registry

    rows = []
    for name, kind in sorted(registry().items()):
        told = (kind.title, kind.summary, kind.payer, kind.failure, kind.theory)
        rows.append([name, *(_words(words, lang) for words in told), kind.grade, ", ".join(kind.seed)])
    return ("name", "title", "summary", "payer", "failure", "theory", "grade", "seed"), rows, ()


def parameters(lang: str) -> Rows:
    """Every declared parameter of the laws."""
    from sim.laws import GROUPS
    from sim.parameters import declared

    rows = [
        [f"{group}.{name}", f"{p.value:g}", f"{p.low:g}", f"{p.high:g}", unit_in(lang, p.unit), p.grade, p.source, p.role,
         text(lang, "yes" if p.deep else "no"), getattr(p, lang)]
        for group, kind in sorted(GROUPS.items()) for name, p in declared(kind).items()
    ]  # fmt: skip
    return (
        ("name", "value", "low", "high", "unit", "grade", "source", "role", "deep", "meaning"),
        rows,
        (1, 2, 3),
    )


def outcomes(lang: str) -> Rows:
    """The glossary of outcomes."""
    from sim.outcomes import OUTCOMES

    rows = [
        [
            o.name,
            unit_in(lang, o.unit),
            o.scored_on,
            o.better,
            text(lang, "yes" if o.headline else "no"),
            getattr(o, lang),
        ]
        for o in OUTCOMES
    ]
    return ("name", "unit", "scored_on", "better", "headline", "meaning"), rows, ()


def futures(lang: str) -> Rows:
    """Futures with the parameters that they change and the courses that quantities take, each with its grade."""
    from sim.scenario import load_future, names

    rows = []
    for future in (load_future(name) for name in names("future")):
        changed = ", ".join(f"{name}={value:g}" for name, value in future.parameters.items())
        moved = "; ".join(f"{course.told()} ({course.grade})" for course in future.courses)
        title, summary = getattr(future.title, lang), getattr(future.summary, lang)
        rows.append([future.name, title, _line(summary), changed, moved])
    return ("name", "title", "summary", "parameters", "courses"), rows, ()


def quantities(lang: str) -> Rows:
    """What the courses of a future may move."""
    from sim.courses import QUANTITIES

    rows = [
        [name, f"{q.base:g}", f"{q.low:g}", f"{q.high:g}", unit_in(lang, q.unit), getattr(q, lang)]
        for name, q in QUANTITIES.items()
    ]
    return ("name", "base", "low", "high", "unit", "meaning"), rows, (1, 2, 3)


def lessons(lang: str) -> Rows:
    """Guided lessons with what was found when they were made."""
    from experiments.classroom.lesson_records import recorded
    from experiments.classroom.lessons import load_lessons

    rows = []
    for lesson in load_lessons():
        told, found = [lesson.title, lesson.question], recorded(lesson)
        kinds = [found[one.id].agreement(one) for one in lesson.findings if one.id in found]
        counts = {kind: kinds.count(kind) for kind in ("held", "surprising", "undecided", "open")}
        replicates = max((one.replicates for one in found.values()), default=0)
        summary = text(lang, "lesson_found", count=len(kinds), replicates=replicates, **counts)
        title, question = (_line(getattr(words, lang)) for words in told)
        rows.append([lesson.name, title, lesson.minutes, question, lesson.setup.world, summary])
    return ("name", "title", "minutes", "question", "world", "findings"), rows, (2,)


def _words(value: Any, lang: str) -> str:
    """A text in both languages, or one text for both."""
    return _line(value[lang] if isinstance(value, dict) else getattr(value, lang, value))


def _line(words: str) -> str:
    return " ".join(str(words).split())


#: Lists whose rows are whole sentences.
IN_SENTENCES: Final = ("strategies", "mechanisms", "lessons")
LISTS: Final[dict[str, Callable[[str], Rows]]] = {
    "worlds": worlds, "strategies": strategies, "mechanisms": mechanisms, "parameters": parameters, "outcomes": outcomes,
    "futures": futures, "quantities": quantities, "lessons": lessons,
}  # fmt: skip
