"""The model-against-evidence table, the assumptions and the sources, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.assumptions import counts
from analysis.magnitudes import load
from analysis.numbers import MISSING, plain, significant
from analysis.report.words import Words
from sim.outcomes import Outcome


class Match(NamedTuple):
    """One target beside the model."""

    quantity: str
    unit: str
    model: str
    spread: str
    value: str
    range: str
    verdict: str
    word: str
    source: str
    grade: str
    use: str
    set_by: str


class GradeCount(NamedTuple):
    """How many parameters stand on one grade."""

    grade: str
    meaning: str
    laws: int
    mechanisms: int


def matches(table: pd.DataFrame, outcomes: Mapping[str, Outcome], words: Words) -> list[Match]:
    """Rows of analysis.magnitudes.against_evidence for readers."""
    return [_match(row, outcomes, words) for row in table.to_dict("records")]


def _match(row: Mapping[Any, Any], outcomes: Mapping[str, Outcome], words: Words) -> Match:
    name = str(row["outcome"])
    quantity = (
        words.outcome(outcomes[name]) if words.lang == "zh" and name in outcomes else str(row["quantity"])
    )
    unit = words.unit(str(row["unit"]))

    def shown(key: str) -> str:
        return significant(float(row[key]) * unit.factor)

    def stated(key: str) -> str:
        return plain(round(float(row[key]) * unit.factor, 9))

    verdict = str(row["verdict"])
    spread = words("span", low=shown("lowest"), high=shown("highest")) if row["replicates"] else MISSING
    use = f"use_{row['use']}"
    return Match(
        quantity=quantity[:1].upper() + quantity[1:], unit=unit.text, model=shown("mean"), spread=spread, value=stated("value"),
        range=words("span", low=stated("low"), high=stated("high")), verdict=verdict, word=words(f"e_{verdict}"),
        source=str(row["evidence"]).replace(";", ", "), grade=words(f"grade_{row['grade']}"),
        use=words(use) if words.has(use) else str(row["use"]), set_by=str(row["set_by"]),
    )  # fmt: skip


def evidence_sentences(table: pd.DataFrame, words: Words) -> list[str]:
    """How many quantities lie inside their range, all of them and the held-out ones."""
    verdicts = table["verdict"]
    outside = int(verdicts.isin(["below", "above"]).sum())
    inside, absent = int((verdicts == "inside").sum()), int((verdicts == "absent").sum())
    said = [words("evidence_count", inside=inside, all=len(table), outside=outside, absent=absent)]
    held = table[(table["use"] == "holdout") & (verdicts != "absent")]
    if len(held):
        said.append(
            words("evidence_count_holdout", all=len(held), inside=int((held["verdict"] == "inside").sum()))
        )
    return said


def grade_counts(parameters: pd.DataFrame, words: Words) -> list[GradeCount]:
    """One row an evidence grade."""
    of_mechanisms = parameters["mechanism"].astype(bool)
    laws, mechanisms = counts(parameters[~of_mechanisms]), counts(parameters[of_mechanisms])
    return [GradeCount(words(f"grade_{g}"), words(f"grade_text_{g}"), laws[g], mechanisms[g]) for g in laws]


class Declared(NamedTuple):
    """One parameter for readers."""

    name: str
    meaning: str
    value: str
    unit: str
    range: str
    grade: str
    source: str
    marks: str


def declared_rows(parameters: pd.DataFrame, words: Words) -> dict[str, list[Declared]]:
    """All parameters by group of laws or by mechanism."""
    groups: dict[str, list[Declared]] = {}
    for row in parameters.to_dict("records"):
        said = [words(key) for key in ("changed", "deep") if row[key]]
        groups.setdefault(str(row["group"]), []).append(Declared(
            str(row["name"]), str(row[words.lang]), plain(row["value"]), words.unit_name(str(row["unit"])),
            words("span", low=plain(row["low"]), high=plain(row["high"])), words(f"grade_{row['grade']}"), str(row["source"]),
            words("list_comma").join(said),
        ))  # fmt: skip
    return groups


class Source(NamedTuple):
    """One piece of evidence that the page cites."""

    id: str
    quantity: str
    value: str
    place: str
    source: str
    grade: str


def sources(cited: set[str], words: Words) -> list[Source]:
    """The entries of the evidence table among the ids that are cited."""
    found = load("evidence").fillna("")
    rows = found[found["id"].astype(str).isin(cited)].to_dict("records")
    return [_source(row, words) for row in rows]


def _source(row: Mapping[Any, Any], words: Words) -> Source:
    grade, value = f"grade_{row['grade']}", row["value"]
    number = plain(value) if isinstance(value, float) else str(value)
    return Source(
        id=str(row["id"]), quantity=str(row["quantity"]), value=f"{number} {words.unit_name(str(row['unit']))}",
        place=f"{row['place']} {row['year']}".strip(), source=str(row["source"]),
        grade=words(grade) if words.has(grade) else str(row["grade"]),
    )  # fmt: skip


def cited(*columns: pd.Series) -> set[str]:
    """Evidence ids in the source columns of tables; several in one field are separated by semicolons or commas."""
    text = ";".join(str(value) for column in columns for value in column)
    return {
        part.strip()
        for part in text.replace(",", ";").replace(" ", ";").split(";")
        if part.strip().startswith("EV-")
    }
