"""Rows of a CSV file: encoding, separator, head line, and the line of the file on which each row begins."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final, NamedTuple

from experiments.own_world.faults import DataFaults

MOST_MEGABYTES: Final = 20
MOST_ROWS: Final = 20_000
SEPARATORS: Final = (",", ";", "\t")
KINDS: Final = (".csv", ".geojson", ".json")


class Row(NamedTuple):
    """One row as it stands in the file, and where: a line, or the number of a feature."""

    number: int
    values: dict[str, Any]
    geometry: Any = None


def content(path: Path, faults: DataFaults) -> str:
    """The text of a file; every fault ends the reading.

    Raises
    ------
    ConfigError
        No such file, a folder, another kind of file, too large, empty, or not UTF-8.
    """
    raw = b""
    try:
        if path.is_dir():
            faults.add("folder")
        elif path.suffix.lower() not in KINDS:
            faults.add("kind")
        elif not path.is_file():
            faults.add("no_file")
        elif (size := path.stat().st_size) > MOST_MEGABYTES * 1_000_000:
            faults.add("too_large", found=f"{size / 1e6:.1f}", most=MOST_MEGABYTES)
        else:
            raw = path.read_bytes()
    except (OSError, ValueError) as error:
        faults.add("unreadable", reason=getattr(error, "strerror", None) or str(error))
    faults.raise_any()
    typed = ""
    try:
        typed = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("gbk" if _is_gbk(raw) else "encoding", byte=error.start + 1)
    if not faults.lines and not typed.strip():
        faults.add("empty")
    faults.raise_any()
    return typed


def _is_gbk(raw: bytes) -> bool:
    try:
        return any("一" <= sign <= "鿿" for sign in raw.decode("gbk"))
    except UnicodeDecodeError:
        return False


def rows(typed: str, faults: DataFaults) -> tuple[list[str], list[Row]]:
    """Heads and rows of a CSV text; blank lines are passed over.

    Raises
    ------
    ConfigError
        It is no CSV, rows have other numbers of fields than the head line, there are none or too many.
    """
    # A terminator within quotes belongs to the value: `newline=""` leaves it to the reader.
    reader = csv.reader(io.StringIO(typed, newline=""), delimiter=separator(typed), strict=True)
    heads: list[str] = []
    found: list[Row] = []
    begins = 1
    try:
        for fields in reader:
            line, begins = begins, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if not heads:
                heads = [field.strip() for field in fields]
            elif len(fields) != len(heads):
                faults.add("fields", line, found=len(fields), wanted=len(heads))
            else:
                found.append(Row(line, dict(zip(heads, fields, strict=True))))
            if len(found) > MOST_ROWS:
                faults.add("too_many_rows", most=f"{MOST_ROWS:,}")
                break
    except csv.Error as error:
        faults.add("torn", begins, reason=str(error))
    if not faults.lines and not found:
        faults.add("no_rows")
    faults.raise_any()
    return heads, found


def separator(typed: str) -> str:
    """The sign that separates the names of the head line most often: comma, semicolon or tab."""
    head = next(line for line in typed.splitlines() if line.strip())
    return max(SEPARATORS, key=head.count)
