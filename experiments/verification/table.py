"""The results as a table: one row a finding in `verification.csv`, one row a check in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.files import put
from analysis.numbers import MISSING, with_interval
from analysis.patterns import Finding, bounds, valued
from experiments import printing
from experiments.texts import text
from experiments.verification.records import Result

NAME = "verification.csv"
COLUMNS = (
    "check", "kind", "verdict", "must_hold", "title_en", "title_zh", "statistic_en", "statistic_zh", "value", "unit_en", "unit_zh", "ci_low", "ci_high",
    "holds_above", "holds_below", "holds", "not_run_en", "not_run_zh", "source",
)  # fmt: skip


def table(results: Sequence[Result]) -> pd.DataFrame:
    """One row a finding, one for a check that was not run; columns are `COLUMNS`, whatever the language."""
    return pd.DataFrame([row for result in results for row in _rows(result)], columns=list(COLUMNS))


def write_table(root: Path, results: Sequence[Result]) -> Path:
    """Write `verification.csv`; its path."""
    content = table(results).to_csv(index=False, float_format="%.8g", lineterminator="\n")
    put(root / NAME, content.encode())
    return root / NAME


def show(results: Sequence[Result], lang: str) -> None:
    """Print one row a check: verdict, how many findings lie in their range, and what lies outside."""
    heads = [text(lang, f"col_{name}") for name in ("check", "kind", "verdict_of", "held")]
    rows = [
        [f"{r.about.id} {r.about.title[lang]}", text(lang, f"kind_{r.about.kind}"), text(lang, f"verdict_{r.verdict}"), held(r, lang)]
        for r in results
    ]  # fmt: skip
    printing.table(heads, rows)
    for result in results:
        for line in outside(result, lang):
            print(f"{result.about.id} {line}")


def held(result: Result, lang: str) -> str:
    """How many of the findings that bear on the verdict lie in their range."""
    bounded = result.bounded
    if not bounded:
        return MISSING
    return text(lang, "verification_of", held=sum(f.holds for f in bounded), all=len(bounded))


def outside(result: Result, lang: str) -> list[str]:
    """A line for each finding outside its range, or for why the check was not run."""
    if result.why is not None:
        return [result.why[lang]]
    return [
        text(lang, "verification_outside", name=f.name[lang], value=valued(f, lang), range=bounds(f))
        for f in result.bounded
        if not f.holds
    ]


def interval_of(finding: Finding) -> str:
    """The 95 % interval, with the decimals that its width bears; a dash where there is none."""
    if finding.interval is None or not all(math.isfinite(end) for end in finding.interval):
        return MISSING
    low, high = (end.removeprefix("+") for end in with_interval(finding.value, *finding.interval)[1:])
    return f"{low} … {high}"


def _rows(result: Result) -> list[dict[str, Any]]:
    about = result.about
    same = {
        "check": about.id, "kind": about.kind, "verdict": result.verdict, "must_hold": about.must_hold,
        "title_en": about.title["en"], "title_zh": about.title["zh"], "source": about.source,
    }  # fmt: skip
    if result.card is None:
        why = result.why or {"en": "", "zh": ""}
        return [same | {"not_run_en": why["en"], "not_run_zh": why["zh"]}]
    return [same | _row(finding) for finding in result.card.findings]


def _row(finding: Finding) -> dict[str, Any]:
    low, high = finding.interval or (math.nan, math.nan)
    return {
        "statistic_en": finding.name["en"], "statistic_zh": finding.name["zh"], "value": finding.value,
        "unit_en": finding.unit["en"] if finding.unit else "", "unit_zh": finding.unit["zh"] if finding.unit else "", "ci_low": low, "ci_high": high,
        "holds_above": finding.low if math.isfinite(finding.low) else math.nan,
        "holds_below": finding.high if math.isfinite(finding.high) else math.nan,
        "holds": finding.holds if finding.bounded else "",
    }  # fmt: skip
