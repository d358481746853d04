"""Tables and numbers for people: rich tables in a terminal, plain aligned columns elsewhere, CSV on request."""

from __future__ import annotations

import csv
import math
import shutil
import sys
from collections.abc import Sequence
from typing import Any, Final

GAP: Final = "  "
#: Columns of the widest cell of a plain table; longer ones are folded.
LONGEST: Final = 72
#: Columns beyond which lines of text are hard to read.
WIDEST: Final = 110


def table(
    headers: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "", numbers: Sequence[int] = ()
) -> None:
    """Print a table on stdout; columns in `numbers` are aligned at the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich(headers, cells, title, numbers)
    else:
        _plain(headers, cells, title, numbers)


def cards(headers: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """Print each row as a block on stdout: its first two cells as a heading, below it every further cell that is
    not empty after its header.

    For rows of whole sentences, which no table of the width of a terminal holds; lines are folded at that width.
    """
    width = min(WIDEST, shutil.get_terminal_size().columns)
    label = max(_width(header) for header in headers[2:])
    if title:
        print(title, end="\n\n")
    for name, words, *cells in rows:
        print(f"{name}{GAP}{words}")
        for header, cell in zip(headers[2:], cells, strict=True):
            lines = _wrapped(str(cell), width - label - 2 * len(GAP)) if cell else []
            for shown, line in zip((header, *[""] * len(lines)), lines, strict=False):
                print(f"{GAP}{_padded(shown, label, False)}{GAP}{line}")
        print()


def csv_table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print comma-separated values on stdout."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)


def places_for(value: float, digits: int = 3) -> int:
    """Decimal places that show `digits` significant digits of a value."""
    if not math.isfinite(value) or value == 0:
        return 0
    return min(8, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def number(value: float, digits: int = 3, places: int | None = None) -> str:
    """A number with `digits` significant digits, or with `places` decimals; thousands separated; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if places is None or abs(value) < 0.5 * 10**-places:  # a small difference is not none
        places = places_for(value, digits if places is None else 1)
    return f"{value:,.{places}f}"


def signed(value: float, digits: int = 3, places: int | None = None) -> str:
    """A difference: its sign is always shown, except for exactly nothing."""
    told = number(value, digits, places)
    return f"+{told}" if value > 0 else told


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str, numbers: Sequence[int]) -> None:
    rows = [line for row in rows for line in _folded(row)]
    widths = [max(_width(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    if title:
        print(title)
    for row in (headers, ["-" * width for width in widths], *rows):
        padded = [_padded(cell, widths[i], i in numbers) for i, cell in enumerate(row)]
        print(GAP.join(padded).rstrip())
    print()


def _folded(row: Sequence[str]) -> list[list[str]]:
    """A row as several lines where a cell is too long for one."""
    if all(_width(cell) <= LONGEST for cell in row):
        return [list(row)]
    folded = [_wrapped(cell, LONGEST) for cell in row]
    return [[lines[i] if i < len(lines) else "" for lines in folded] for i in range(max(map(len, folded)))]


def _wrapped(text: str, width: int) -> list[str]:
    """A text as lines of at most `width` terminal columns."""
    from rich.console import Console
    from rich.text import Text

    return [line.plain.rstrip() for line in Text(text).wrap(Console(width=width), width)]


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(cell: str) -> int:
    """Columns that a text takes in a terminal: Chinese signs take two."""
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len

    return cell_len(cell)


def _rich(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str, numbers: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for i, header in enumerate(headers):
        made.add_column(header, justify="right" if i in numbers else "left", no_wrap=i in numbers or i == 0)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    Console().print(made)
