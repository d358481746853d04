"""What a class takes home: everything seen so far as CSV, and a lesson sheet to print. Both are made here and saved by the page."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import Any, Final

from experiments.classroom.drawing import chart
from experiments.classroom.lesson_book import findings
from experiments.classroom.lessons import load_lesson
from experiments.classroom.messages import SheetAsked
from experiments.classroom.pair import Pair
from experiments.classroom.script import SIDES, Change
from experiments.classroom.seen import SERIES
from experiments.classroom.typeface import font_face
from experiments.texts import text
from sim.mechanisms import mechanisms
from sim.records import NAMES
from sim.scenario import load_strategy

#: Columns of the daily table that a class reads; the others are left to `xietong run`.
KEPT: Final = (
    "needs_arisen", "needs_met", "needs_healed", "needs_moved", "needs_open", "reports", "cases_opened", "cases_resolved", "cases_given_up",
    "cases_paper", "cases_open", "cases_joint", "handovers", "refusals", "meetings", "conflicts", "residents", "satisfaction_sum",
    "trust_sum", "disorder_sum", "cells", "volunteers", "hours_service", "hours_coordination", "hours_overhead", "money_used",
)  # fmt: skip
STYLE: Final = """
body{font:16px/1.55 system-ui,"Segoe UI","Liberation Sans","DejaVu Sans","Xietong Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1b1f24;max-width:44rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:1.8rem 0 .5rem;border-top:1px solid #d5dae0;padding-top:.8rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #e6eaee;vertical-align:top}
body:lang(zh){font-family:"Xietong Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}figure{margin:.6rem 0;break-inside:avoid}figcaption{font-weight:600}
.line{border-bottom:1px solid #5b6570;height:1.9rem}.quiet{color:#5b6570}svg{width:100%;height:auto}
@media print{body{margin:0;font-size:12px}}
"""


def table(pair: Pair) -> dict[str, Any]:
    """All days that both towns have lived, as CSV: one row a day, strategy and community, sums and counts as `xietong run` keeps them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["day", "side", "strategy", "community", *KEPT])
    columns = [NAMES.index(name) for name in KEPT]
    for day in range(pair.known):
        for town in pair.towns:
            name = pair.script.strategies[town.side]
            for community, row in enumerate(town.table[day][:, columns]):
                writer.writerow([day, "AB"[town.side], name, community, *(f"{value:.6g}" for value in row)])
    return {"type": "table", "name": f"{_called(pair)}.csv", "text": buffer.getvalue()}


def _called(pair: Pair) -> str:
    script = pair.script
    return f"classroom_{script.world}_{'_'.join(script.strategies)}_seed{script.seed}_day{pair.day}"


def sheet(pair: Pair, asked: SheetAsked) -> dict[str, Any]:
    """A page to print: question, what was set, what was changed, what came of it, and room for what the class concludes.

    Raises
    ------
    ConfigError
        There is no such lesson.
    """
    lang, script = asked.lang, pair.script
    say = lambda name, **values: escape(text(lang, f"room_{name}", **values))  # noqa: E731
    titles = [escape(getattr(load_strategy(name).title, lang)) for name in script.strategies]
    world = getattr(pair.towns[0].model.world.title, lang)
    parts = [
        f"<h1>{say('sheet_title')}</h1>",
        f"<p class=quiet>{say('sheet_setting', world=world, days=script.days, reform_day=script.reform_day, seed=script.seed, day=pair.day)}</p>",
        *_lesson(asked),
        f"<table><tr><th>A</th><td>{titles[0]}</td></tr><tr><th>B</th><td>{titles[1]}</td></tr></table>",
        f"<h2>{say('sheet_changes')}</h2>{_changes(script.changes, lang)}",
        f"<h2>{say('sheet_results')}</h2>{_results(pair, lang, titles)}",
        *(chart(pair, place, lang) for place in range(len(SERIES))),
        *_findings(asked),
        f"<h2>{say('sheet_conclusion')}</h2>",
        *["<div class=line></div>"] * 4,
        f"<p class=quiet>{say('sheet_caution')}</p>",
    ]
    page = (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><meta charset="utf-8"><title>{say("sheet_title")}</title>'
        f"<style>{font_face()}{STYLE}</style><body>{''.join(parts)}</body></html>"
    )
    return {"type": "sheet", "name": f"{_called(pair)}.html", "text": page}


def _lesson(asked: SheetAsked) -> list[str]:
    """Title, question and what the class had written, in its own words."""
    written = [f"<p>{escape(answer)}</p>" for answer in asked.answers if answer.strip()]
    heading = [f"<h2>{escape(text(asked.lang, 'room_sheet_answers'))}</h2>"] if written else []
    if asked.lesson is None:
        return [*heading, *written]
    lesson = load_lesson(asked.lesson)
    told = [
        f"<h2>{escape(getattr(lesson.title, asked.lang))}</h2>",
        f"<p>{escape(getattr(lesson.question, asked.lang))}</p>",
    ]
    return [*told, *heading, *written]


def _findings(asked: SheetAsked) -> list[str]:
    """What was recorded of the lesson's experiment, with intervals."""
    rows = findings(load_lesson(asked.lesson)) if asked.lesson is not None and asked.happened else []
    if not rows:
        return []
    told = [f"<h2>{escape(text(asked.lang, 'room_happened'))}</h2>"]
    for row in rows:
        mean, low, high = (
            f"{row[name]:.{row['digits']}f}".replace("-", "−") for name in ("mean", "low", "high")
        )
        numbers = escape(
            text(asked.lang, "room_interval", mean=mean, low=low, high=high, unit=row["unit"][asked.lang])
        )
        fragile = escape(text(asked.lang, "room_fragile", **row)) if row["fragile"] else ""
        told.append(
            f"<p><b>{escape(row['about'][asked.lang])}</b><br>{numbers}<br>{escape(row['text'][asked.lang])} {fragile}</p>"
        )
    return [
        *told,
        f"<p class=quiet>{escape(text(asked.lang, 'room_replicates', done=rows[0]['replicates']))}</p>",
    ]


def _changes(changes: tuple[Change, ...], lang: str) -> str:
    if not changes:
        return f"<p>{escape(text(lang, 'room_no_changes'))}</p>"
    known = mechanisms()
    rows = [
        f"<tr><td class=n>{one.day}</td><td>{'AB'[one.side]}</td><td>{escape(known[one.mechanism].title[lang])}</td><td class=n>{one.dose:g}</td></tr>"
        for one in sorted(changes, key=lambda one: one.day)
    ]
    heads = "".join(
        f"<th{' class=n' if name in ('day', 'dose') else ''}>{escape(text(lang, f'room_{name}'))}</th>"
        for name in ("day", "side", "mechanism", "dose")
    )
    return f"<table><tr>{heads}</tr>{''.join(rows)}</table>"


def _results(pair: Pair, lang: str, titles: list[str]) -> str:
    """Means over the days from the reform on that have been lived, or all days before it."""
    first = pair.script.reform_day if pair.known > pair.script.reform_day else 0
    rows = []
    for place, name in enumerate(SERIES):
        means = [
            float(town.series[first : pair.known, place].mean()) if pair.known > first else float("nan")
            for town in pair.towns
        ]
        cells = "".join(f"<td class=n>{mean:.1f}</td>" for mean in means)
        rows.append(f"<tr><td>{escape(text(lang, f'room_series_{name}'))}</td>{cells}</tr>")
    heads = "".join(f"<th class=n>{'AB'[side]} {titles[side]}</th>" for side in SIDES)
    told = escape(text(lang, "room_sheet_window", first=first, last=max(first, pair.known - 1)))
    return f"<p class=quiet>{told}</p><table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
