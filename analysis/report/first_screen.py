"""The first screen: the question, the options, and up to five sentences that claim nothing beyond their intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.numbers import significant
from analysis.provenance import world_title
from analysis.report.comparison import holm_note
from analysis.report.findings import Findings, rests_on
from analysis.report.reading import Reading


def head(r: Reading) -> dict[str, str]:
    """Question and setting, and what readers must know before they read on."""
    w, count, missing = r.words, len(r.titles) - 1, len(r.whole.missing)
    gaps = {"world": world_title(r.store, w.lang), "count": count, "baseline": r.baseline_title}
    one = "" if count else "_one"
    planned = len(r.whole.planned)
    return {
        "baseline": r.baseline_title,
        "title": w(f"title{one}", **gaps),
        "question": w(f"question{one}", **gaps),
        "setting": _setting(r),
        "unfinished": f"{w('unfinished', missing=missing, planned=planned)} {_short(r)}" if missing else "",
        "one_replicate": w("one_replicate") if count and r.replicates == 1 else "",
        "other_places": w("other_places", world=world_title(r.store, w.lang), future=r.futures[r.place[1]])
        if r.mixed
        else "",
    }


def _setting(r: Reading) -> str:
    w = r.words
    return w(
        "setting", reform_day=r.reform_day, window=r.days - r.reform_day, days=r.days,
        residents=w("residents_unknown") if r.daily.residents is None else significant(r.daily.residents),
        future=r.futures[r.place[1]],
        replicates=w("replicates_one") if r.replicates == 1 else w("replicates_many", n=r.replicates),
    )  # fmt: skip


def _short(r: Reading) -> str:
    """The options of which runs are missing."""
    done = r.whole.runs["strategy"].value_counts()
    planned = pd.Series([run["strategy"] for run in r.whole.planned]).value_counts(sort=False)
    short = [name for name in planned.index if done.get(name, 0) < planned[name]]
    counted = [f"{r.titles.get(name, name)} {done.get(name, 0)}/{planned[name]}" for name in short]
    return r.words("unfinished_detail", detail=r.words("list_comma").join(counted))


def options(r: Reading) -> list[dict[str, Any]]:
    """The options in the order of the run, the baseline first and marked."""
    return [
        {"title": o.title, "name": o.name, "summary": o.summary, "baseline": o.name == r.baseline}
        for o in r.options.values()
    ]


def findings(r: Reading) -> dict[str, Any]:
    """Up to five sentences and the explanation of their marks."""
    found = Findings(r.table, r.outcomes, r.titles, r.words)
    sentences = found.sentences()
    return {
        "sentences": [*sentences, rests_on(r.parameters, r.uncertainty, r.words)],
        "note": r.words("findings_note", baseline=r.baseline_title) if sentences else "",
        "dagger": holm_note(r) if found.uses_dagger() else "",
    }
