"""Lessons as pages to read: question, predictions, experiment, what was recorded, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from experiments.classroom.foundations import assumed, patterns, sources
from experiments.classroom.lesson_measures import MEASURES
from experiments.classroom.lesson_records import Recorded, recorded
from experiments.classroom.lessons import Change, Finding, Lesson
from experiments.texts import text
from scenarios.units import unit_in
from sim.scenario import load_strategy


def book(lessons: Iterable[Lesson], lang: str) -> str:
    """All lessons as one page in Markdown."""
    head = [f"# {text(lang, 'book_title')}", text(lang, "book_about"), text(lang, "book_reading")]
    return "\n\n".join([*head, *(sheet(lesson, lang) for lesson in lessons)]) + "\n"


def sheet(lesson: Lesson, lang: str) -> str:
    """One lesson in Markdown, with the figures that were recorded for it."""
    parts = [
        f"## {getattr(lesson.title, lang)} · `{lesson.name}`",
        f"**{getattr(lesson.question, lang)}**",
        *_section("background", [getattr(lesson.background, lang)], lang),
        *_section("predictions", [_numbered(getattr(one.text, lang) for one in lesson.predictions)], lang),
        *_section("experiment", _experiment(lesson, lang), lang),
        *_section("found", _found(lesson, lang), lang),
        *_section("rests", _rests(lesson, lang), lang),
        *_section("assumes", [getattr(lesson.limits.assumes, lang)], lang),
        *_section("sure", [getattr(lesson.limits.sure, lang)], lang),
        *_section("discussion", [_numbered(getattr(one, lang) for one in lesson.discussion)], lang),
    ]
    return "\n\n".join(parts)


def _section(name: str, parts: Iterable[str], lang: str) -> Iterator[str]:
    yield f"### {text(lang, f'sheet_{name}')}"
    yield from parts


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _experiment(lesson: Lesson, lang: str) -> Iterator[str]:
    setup = lesson.setup
    left, right = (getattr(load_strategy(name).title, lang) for name in (setup.left, setup.right))
    yield text(
        lang, "sheet_setup", world=setup.world, future=setup.future, seed=setup.seed, days=setup.days,
        reform_day=setup.reform_day, left=left, right=right,
    )  # fmt: skip
    if setup.changes:
        yield "\n".join(f"- {_change(change, lang)}" for change in setup.changes)
    yield _numbered(
        f"{getattr(step.text, lang)}{'' if step.until_day is None else text(lang, 'sheet_until', day=step.until_day)}"
        for step in lesson.steps
    )


def _change(change: Change, lang: str) -> str:
    from sim.mechanisms import mechanisms

    set_by_hand = ", ".join(f"{name} = {value:g}" for name, value in change.dose.parameters.items())
    return text(
        lang, "sheet_change", day=change.day, side=text(lang, f"sheet_{change.side}"),
        mechanism=mechanisms()[change.mechanism].title[lang], dose=f"{change.dose.intensity:g}",
        parameters=text(lang, "sheet_by_hand", values=set_by_hand) if set_by_hand else "",
    )  # fmt: skip


def _found(lesson: Lesson, lang: str) -> Iterator[str]:
    found = recorded(lesson)
    names = ("contrast", "mean", "terms", "expected", "reading", "worlds")
    lines = [_row(text(lang, f"sheet_{name}") for name in names), _row(["---"] * len(names))]
    lines += [
        _finding(finding, found[finding.id], lang) for finding in lesson.findings if finding.id in found
    ]
    yield "\n".join(lines)
    replicates = {one.replicates for one in found.values()}
    if replicates:
        yield text(lang, "sheet_again", name=lesson.name, replicates=max(replicates))


def _finding(finding: Finding, found: Recorded, lang: str) -> str:
    places = finding.digits
    measure = MEASURES[finding.terms[0].measure]
    unit = measure.unit if lang == "en" else measure.unit_zh
    terms = "<br>".join(
        f"{text(lang, f'sheet_{term.side}')} {term.from_day}–{term.to_day}: {value:.{places}f}"
        for term, value in zip(finding.terms, found.terms, strict=True)
    )
    said = getattr(getattr(finding.readings, found.reading), lang)
    reading = f"**{text(lang, f'sheet_{found.reading}')}**{text(lang, 'sheet_colon')}{said}"
    if found.fragile:
        reading += text(lang, "sheet_fragile", against=found.worlds - found.same_sign, worlds=found.worlds)
    return _row([
        getattr(finding.about, lang),
        f"{found.mean:+.{places}f} [{found.low:+.{places}f}, {found.high:+.{places}f}]".replace("-", "−") + f" {unit}",
        terms, text(lang, f"sheet_{finding.expected}"), reading, f"{found.same_sign}/{found.worlds}",
    ])  # fmt: skip


def _rests(lesson: Lesson, lang: str) -> Iterator[str]:
    names = ("parameter", "value", "grade", "meaning")
    lines = [_row(text(lang, f"sheet_{name}") for name in names), _row(["---"] * len(names))]
    for one in assumed(lesson):
        grade = text(lang, f"grade_of_{one.grade}") + (f", {text(lang, 'sheet_deep')}" if one.deep else "")
        value = f"{one.value:g} [{one.low:g}, {one.high:g}] {unit_in(lang, one.unit)}"
        lines.append(_row([f"`{one.name}`", value, grade, getattr(one.meaning, lang)]))
    yield "\n".join(lines)
    if lesson.rests_on.patterns:
        cards = "; ".join(
            f"[{one.id}](patterns/{one.id}{'' if lang == 'en' else '.zh'}.md) {getattr(one.title, lang)} ({text(lang, f'verdict_of_{one.verdict}')})"
            for one in patterns(lesson)
        )
        yield text(lang, "sheet_patterns", cards=cards)
    if lesson.rests_on.sources:
        yield f"{text(lang, 'sheet_sources')}\n\n" + "\n".join(
            f"- {one.id}: {one.quantity}, {one.place} {one.year}. {one.source} ({_graded(one.grade, one.recalled, lang)})"
            for one in sources(lesson)
        )


def _graded(grade: str, recalled: bool, lang: str) -> str:
    told = text(lang, f"grade_of_{grade}")
    return f"{told}; {text(lang, 'sheet_recalled')}" if recalled else told


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
