"""The comparison as readers see it: blocks of outcomes that must not be mixed, one row an option, one cell a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.numbers import MISSING, significant, with_interval
from analysis.report.findings import SIGNIFICANT
from analysis.report.words import Unit, Words
from sim.outcomes import Outcome

#: Composites stand in a section of their own: they add up unlike things.
ORDER = ("need", "residents", "indicator", "cost", "institutions", "magnitude")
COMPOSITE = "composite"
#: Blocks that say how things stand rather than how they should be: folded away at first.
FOLDED = ("institutions", "magnitude")


class Cell(NamedTuple):
    """One difference: its value, its interval (empty for none), the key and the word of its verdict."""

    value: str
    interval: str
    verdict: str
    word: str


class Head(NamedTuple):
    """A column: outcome, unit of differences, better direction."""

    name: str
    unit: str
    direction: str


class Grid(NamedTuple):
    """A table: heads, the baseline's means, and rows of `(title, cells)`."""

    heads: list[Head]
    means: list[str]
    rows: list[tuple[str, list[Cell]]]


class Block(NamedTuple):
    """One block: headline outcomes open, the others folded away."""

    key: str
    open: Grid | None
    folded: Grid | None


def blocks(
    table: pd.DataFrame, outcomes: Sequence[Outcome], titles: Mapping[str, str], words: Words
) -> list[Block]:
    """The blocks of a comparison in their fixed order, unknown ones at the end."""
    present = set(table["outcome"])
    keys = [*ORDER, *(o.scored_on for o in outcomes if o.scored_on not in (*ORDER, COMPOSITE))]
    made = []
    for key in dict.fromkeys(keys):
        members = [o for o in outcomes if o.scored_on == key and o.name in present]
        if members:
            shown = [o for o in members if o.headline and key not in FOLDED]
            rest = [o for o in members if o not in shown]
            made.append(
                Block(key, *(grid(table, part, titles, words) if part else None for part in (shown, rest)))
            )
    return made


def grid(table: pd.DataFrame, outcomes: Sequence[Outcome], titles: Mapping[str, str], words: Words) -> Grid:
    """Rows are the compared strategies, columns `outcomes`."""
    columns = [table[table["outcome"] == o.name].set_index("strategy") for o in outcomes]
    units = [words.unit(o.unit, largest(column)) for o, column in zip(outcomes, columns, strict=True)]
    heads = [
        Head(words.outcome(o), unit.difference, words.direction(o.better))
        for o, unit in zip(outcomes, units, strict=True)
    ]
    means = [base_mean(column, unit) for column, unit in zip(columns, units, strict=True)]
    strategies = list(dict.fromkeys(table["strategy"]))
    rows = [
        (titles[s], [cell(c.loc[s], u, words) for c, u in zip(columns, units, strict=True)])
        for s in strategies
    ]
    return Grid(heads, means, rows)


def largest(column: pd.DataFrame) -> float:
    """The largest magnitude in a column, in its own unit."""
    values = column[["baseline_mean", "mean"]].abs().to_numpy(float)
    return float(np.nanmax(values)) if np.isfinite(values).any() else 0.0


def base_mean(column: pd.DataFrame, unit: Unit) -> str:
    """The mean of the baseline, with the text of its unit where that differs from the unit of differences."""
    values = column["baseline_mean"].dropna()
    if values.empty:
        return MISSING
    shown = significant(float(values.iloc[0]) * unit.factor)
    return f"{shown} {unit.text}" if unit.text == "%" else shown


def cell(row: pd.Series, unit: Unit, words: Words) -> Cell:
    """One difference with its interval and verdict; † where Holm's correction leaves it not significant."""
    verdict = str(row["verdict"])
    if verdict == "none":
        return Cell(MISSING, "", verdict, words("v_none"))
    if verdict == "equal":
        return Cell("0", "", verdict, words("v_equal"))
    value, low, high = with_interval(*(row[c] * unit.factor for c in ("difference", "ci_low", "ci_high")))
    interval = "" if verdict == "single" else words("interval", low=low, high=high)
    decided = verdict not in ("undecided", "single")
    mark = "†" if decided and row.get("p_holm", 0.0) >= SIGNIFICANT else ""
    return Cell(value, interval, verdict, words(f"v_{verdict}") + mark)


def payer_grid(rows: pd.DataFrame, unit: Unit, titles: Mapping[str, str], words: Words) -> Grid:
    """Who pays: columns are actor kinds, rows strategies, for one resource of analysis.payers.who_pays."""
    kinds = dict.fromkeys(rows["actor_kind"])
    names = {k: words(f"actor_{k}") if words.has(f"actor_{k}") else k for k in kinds}
    return grid_by(rows, "actor_kind", names, Unit(unit.factor, unit.text, unit.text), titles, words)


def grid_by(
    rows: pd.DataFrame,
    column: str,
    names: Mapping[str, str],
    unit: Unit,
    titles: Mapping[str, str],
    words: Words,
) -> Grid:
    """One outcome: a column for each value of `column`, called by `names`, a row for each strategy."""
    heads = [Head(name, unit.difference, "") for name in names.values()]
    own = [rows[rows[column] == value].set_index("strategy") for value in names]
    strategies = list(dict.fromkeys(rows["strategy"]))
    lines = [(titles[s], [cell(part.loc[s], unit, words) for part in own]) for s in strategies]
    return Grid(heads, [base_mean(part, unit) for part in own], lines)
