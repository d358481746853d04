"""Tables of docs/verification.md and docs/verification.zh.md, from the table of a full run.

`xietong check verification scale=full out=FOLDER`, then `python tests/experiments/verification/make_docs.py FOLDER/verification.csv`
keeps that table as docs/verification.csv and writes both pages anew between their marks. They are never edited by hand.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

from analysis.numbers import MISSING
from analysis.patterns import Finding, bounds, valued
from experiments.texts import text
from experiments.verification.registry import FILES, check
from experiments.verification.table import interval_of

DOCS = Path(__file__).parents[3] / "docs"
KEPT = DOCS / "verification.csv"
PAGES = {"en": DOCS / "verification.md", "zh": DOCS / "verification.zh.md"}
START, END = "<!-- results -->", "<!-- end of results -->"


def results(rows: pd.DataFrame, lang: str) -> str:
    """The part between the marks: one row a check, then one row a finding."""
    heads = [
        text(lang, name)
        for name in ("col_check", "col_kind", "verification_expected", "col_verdict_of", "col_held")
    ]
    lines = [_row(heads), "|---|---|---|---|---|"]
    for identity in FILES:
        about, own = check(identity).ABOUT, rows[rows["check"] == identity]
        holds = own["holds"].dropna()
        lines.append(_row([
            f"{identity} {about.title[lang]}", text(lang, f"kind_{about.kind}"), about.claim[lang], text(lang, f"verdict_{own['verdict'].iloc[0]}"),
            text(lang, "verification_of", held=int((holds == "True").sum()), all=len(holds)),
        ]))  # fmt: skip
    figures = [
        text(lang, name)
        for name in (
            "col_check",
            "col_statistic",
            "col_value_of",
            "col_interval_of",
            "col_range",
            "col_holds",
        )
    ]
    lines += ["", _row(figures), "|---|---|---:|---:|---|---|"]
    lines += [_line(row, lang) for row in rows.dropna(subset=["value"]).to_dict("records")]
    return "\n".join(lines)


def whole(page: str, rows: pd.DataFrame, lang: str) -> str:
    """A page with its results written anew."""
    head, _, rest = page.partition(START)
    return f"{head}{START}\n\n{results(rows, lang)}\n\n{END}{rest.partition(END)[2]}"


def kept() -> pd.DataFrame:
    """The table that the pages show."""
    return pd.read_csv(KEPT, dtype={"holds": "string"})


def _line(row: dict[str, object], lang: str) -> str:
    finding = _finding(row)
    holds = (
        text(lang, "verification_yes" if row["holds"] == "True" else "verification_no")
        if finding.bounded
        else MISSING
    )
    return _row(
        [
            row["check"],
            finding.name[lang],
            valued(finding, lang),
            interval_of(finding),
            bounds(finding),
            holds,
        ]
    )


def _finding(row: dict[str, object]) -> Finding:
    def number(name: str, otherwise: float) -> float:
        value = float(row[name])  # type: ignore[arg-type]
        return otherwise if pd.isna(value) else value

    missing = float("nan")
    unit = {"en": str(row["unit_en"]), "zh": str(row["unit_zh"])} if isinstance(row["unit_en"], str) else None
    return Finding(
        {"en": str(row["statistic_en"]), "zh": str(row["statistic_zh"])}, number("value", missing), number("holds_above", -float("inf")),
        number("holds_below", float("inf")), unit, (number("ci_low", missing), number("ci_high", missing)),
    )  # fmt: skip


def _row(cells: list[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def main(table: Path) -> None:
    """Keep the table of a full run and write both pages from it."""
    if table.resolve() != KEPT:
        shutil.copyfile(table, KEPT)
    for lang, page in PAGES.items():
        page.write_text(whole(page.read_text(encoding="utf-8"), kept(), lang), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
