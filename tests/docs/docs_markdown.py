"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table with a head; cells are escaped and kept on one line."""
    lines = [_row(columns), "|" + " --- |" * len(columns)]
    return "\n".join([*lines, *(_row([cell(one) for one in row]) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def cell(value: Any) -> str:
    """A value as the text of a cell."""
    return " ".join(str(value).split()).replace("|", "\\|").replace("<", "&lt;")


def code(name: Any) -> str:
    """A name as it is typed."""
    return f"`{name}`"
