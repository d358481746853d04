"""Rows of own data, judged: every value by its column, what values must have in common, and what the model can draw."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final

from experiments.own_world.columns import (
    BY_NAME,
    COLUMNS,
    FEWEST_PERSONS,
    HEADS,
    HOUSEHOLDS_PER_CELL,
    LONGEST_NAME,
    MOST_PERSONS,
    MOST_RESIDENTS,
    NEEDED,
    USUAL_PERSONS,
    Column,
)
from experiments.own_world.faults import DataFaults
from experiments.own_world.reach import judge_reach
from experiments.own_world.tables import Row
from experiments.own_world.units import Unit
from sim.parameters import declared
from sim.population import PopulationParameters

_WHOLE: Final = re.compile(r"[+-]?\d{1,12}(\.0*)?")
_NUMBER: Final = re.compile(r"[+-]?(\d{1,12}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?")
#: Shares of the same residents.
_TOGETHER: Final = (("child_share", "elderly_share"), ("low_income_share", "high_income_share"))


def units(heads: Sequence[str], rows: Sequence[Row], faults: DataFaults) -> list[Unit]:
    """The units of a file, in the order of its rows.

    Raises
    ------
    ConfigError
        Every fault of columns; else every fault of values.
    """
    columns = _columns(heads, faults)
    faults.raise_any()
    judged = [(row, _values(row, columns, faults)) for row in rows]
    found = [
        _unit(row, values, faults)
        for row, values in judged
        if values is not None and _fits(row, values, faults)
    ]
    _judge_names(found, faults)
    faults.raise_any()
    judge_reach(found, faults)
    faults.raise_any()
    return found


def _columns(heads: Sequence[str], faults: DataFaults) -> dict[str, Column]:
    """The column behind each head."""
    found: dict[str, Column] = {}
    for head in heads:
        column = HEADS.get(head)
        if column is None:
            near, known = faults.near(head, HEADS), ", ".join(BY_NAME)
            faults.add("unknown_column", 1, head=head or "''", near=near, known=known)
        elif column in found.values():
            faults.add("column_twice", 1, head=head)
        else:
            found[head] = column
    there = {column.name for column in found.values()}
    for name in NEEDED:
        if name not in there:
            strange = [head for head in heads if head not in HEADS]
            near = faults.near(name, strange)
            faults.add("no_column", column=name, needed=", ".join(NEEDED), near=near)
    if {"cell", "cells"} <= there:
        faults.add("cells_twice", 1)
    return found


def _values(row: Row, columns: dict[str, Column], faults: DataFaults) -> dict[str, Any] | None:
    """The values of one row by column name; None with a fault."""
    values = {
        column.name: _value(row, column, row.values.get(head), faults) for head, column in columns.items()
    }
    return None if None in values.values() else values


def _value(row: Row, column: Column, typed: Any, faults: DataFaults) -> str | int | float | None:
    """One value; None with a fault."""
    if isinstance(typed, bool | dict | list):
        faults.add("bad_value", row.number, column.name, value=typed, allowed=allowed(column, faults))
        return None
    written = "" if typed is None else repr(typed) if isinstance(typed, float) else str(typed)
    written = written.strip()
    if not written:
        faults.add("no_value", row.number, column.name, allowed=allowed(column, faults))
        return None
    if column.kind == "name":
        if len(written) <= LONGEST_NAME and written.isprintable():
            return written
    elif column.kind == "whole":
        if _WHOLE.fullmatch(written) and column.low <= int(written.partition(".")[0]) <= column.high:
            return int(written.partition(".")[0])
    elif _NUMBER.fullmatch(written) and column.low <= float(written) <= column.high:
        return float(written)
    _tell(row, column, written, faults)
    return None


def _tell(row: Row, column: Column, written: str, faults: DataFaults) -> None:
    """What is wrong with a value, and how it was probably meant."""
    sentence, share = "bad_value", ""
    if column.kind == "share":
        number = written.rstrip("%％").strip()
        if (_NUMBER.fullmatch(number) and 1.0 < float(number) <= 100.0) or written[-1:] in "%％":
            sentence, share = "percent", f"{float(number) / 100.0:g}" if _NUMBER.fullmatch(number) else "0.35"
        elif _NUMBER.fullmatch(written.replace(",", ".")) and "," in written:
            sentence, share = "decimal_comma", written.replace(",", ".")
    faults.add(sentence, row.number, column.name, value=written, allowed=allowed(column, faults), share=share)


def allowed(column: Column, faults: DataFaults) -> str:
    """What a column may hold, in words."""
    if column.kind == "name":
        return faults.words("name", most=LONGEST_NAME)
    kind = "whole" if column.kind == "whole" else "number"
    return faults.words(
        kind, low=f"{column.low:g}", high=f"{column.high:,g}" if column.high < 1e6 else str(column.high)
    )


def _fits(row: Row, values: dict[str, Any], faults: DataFaults) -> bool:
    """What the values of one row must have in common."""
    before, households = len(faults.lines), values["households"]
    if values.get("cells", 1) > households:
        faults.add("more_cells", row.number, "cells", value=values["cells"], households=households)
    mean = values["residents"] / households if "residents" in values else USUAL_PERSONS
    if not FEWEST_PERSONS <= mean <= MOST_PERSONS:
        faults.add(
            "size", row.number, "residents", value=values["residents"], mean=f"{mean:.2f}", low=FEWEST_PERSONS, high=MOST_PERSONS,
            least=math.ceil(FEWEST_PERSONS * households), most=math.floor(MOST_PERSONS * households), households=households,
        )  # fmt: skip
    elif mean * households > MOST_RESIDENTS:
        faults.add(
            "large_community", row.number, "households", value=households, residents=round(mean * households), most=MOST_RESIDENTS
        )  # fmt: skip
    for first, second in _TOGETHER:
        if first in values and second in values and values[first] + values[second] > 1.0:
            together = f"{values[first] + values[second]:g}"
            faults.add("sum", row.number, first=first, second=second, value=together)
    return len(faults.lines) == before


def _unit(row: Row, values: dict[str, Any], faults: DataFaults) -> Unit:
    households = values["households"]
    local = {
        column.parameter: values[column.name]
        for column in COLUMNS
        if column.parameter and column.name in values
    }
    if "residents" in values:
        # Thousandths of a person are enough, and few different sizes are solved faster.
        local["household_mean"] = round(values["residents"] / households, 3)
    _share_out_incomes(local)
    return Unit(
        row.number, values.get("district", ""), values.get("street", ""), values["community"], values.get("cell", ""), households,
        1 if "cell" in values else values.get("cells", max(1, round(households / HOUSEHOLDS_PER_CELL))), local, row.geometry,
    )  # fmt: skip


def _share_out_incomes(local: dict[str, float]) -> None:
    """Where only one end of incomes is given, the rest is divided between the middle and the other end as usual."""
    usual = declared(PopulationParameters)
    for given, other in (("income_low", "income_high"), ("income_high", "income_low")):
        if given in local and other not in local:
            rest = usual[other].value / (1.0 - usual[given].value)
            local[other] = (1.0 - local[given]) * rest


def _judge_names(found: Sequence[Unit], faults: DataFaults) -> None:
    """Each community, or each cell of one, is given once; communities of single cells stay within what ties can reach."""
    seen: dict[tuple[str, ...], Unit] = {}
    residents: dict[tuple[str, ...], float] = {}
    for unit in found:
        key = (unit.district, unit.street, unit.community, unit.cell)
        if key in seen:
            called = "cell" if unit.cell else "community"
            faults.add(
                "duplicate",
                unit.number,
                called,
                value=getattr(unit, called),
                before=faults.at(seen[key].number),
            )
        seen.setdefault(key, unit)
        there = residents.get(key[:3], 0.0)
        residents[key[:3]] = there + unit.households * unit.local.get("household_mean", USUAL_PERSONS)
        if unit.cell and there <= MOST_RESIDENTS < residents[key[:3]]:
            faults.add(
                "large_community", unit.number, "community", value=unit.community, residents=round(residents[key[:3]]), most=MOST_RESIDENTS
            )  # fmt: skip
