"""Faults of a data file: gathered with file, row, column and value, in the user's language, the first twenty of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from experiments.faults import Faults, shown
from experiments.texts import text
from sim.errors import ConfigError

MOST_TOLD: Final = 20
#: Parts of sentences that stand in the file, however long.
TYPED: Final = ("value", "head", "first")


class DataFaults:
    """What is wrong with one file; `unit` is what a row is called in it."""

    def __init__(self, file: str, lang: str) -> None:
        self._near = Faults(lang)
        self.lang, self.file = self._near.lang, plain(file)
        self.unit: Literal["line", "feature"] = "line"
        self.lines: list[str] = []

    def at(self, row: int, column: str = "") -> str:
        """Where: file, row and column."""
        where = text(self.lang, f"data_{self.unit}", file=self.file, row=row)
        return text(self.lang, "data_at", where=where, column=column) if column else where

    def add(self, sentence: str, row: int = 0, column: str = "", **values: Any) -> None:
        """Note a fault by the name of its sentence; row 0 is the whole file."""
        values = {
            name: plain(_typed(value) if name in TYPED else str(value)) for name, value in values.items()
        }
        if row:
            values["where"] = self.at(row, column)
        elif column:
            values["column"] = plain(column)
        self.lines.append(text(self.lang, f"data_{sentence}", file=self.file, **values))

    def words(self, sentence: str, **values: Any) -> str:
        """A part of a sentence."""
        return text(self.lang, f"data_{sentence}", **values)

    def near(self, name: str, known: Iterable[str]) -> str:
        """`; did you mean 'x'?` or nothing."""
        return self._near.near(name, known)

    def raise_any(self) -> None:
        """Raise when there is something to tell.

        Raises
        ------
        ConfigError
            One line a fault, the first twenty.
        """
        lines = list(dict.fromkeys(self.lines))
        if len(lines) > MOST_TOLD:
            more = text(self.lang, "data_more", file=self.file, count=len(lines) - MOST_TOLD)
            lines = [*lines[:MOST_TOLD], more]
        if lines:
            raise ConfigError("\n".join(lines))


def _typed(value: Any) -> str:
    """A value of a file, shortened; what is nested is not opened, for it may be nested without end."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        flat = len(value) < MOST_TOLD and not any(isinstance(one, list | dict) for one in value)
        return shown([_typed(one) for one in value]) if flat else "[…]"
    return shown(value)


def plain(typed: str) -> str:
    """Text of a file as one printable line: what a terminal would act on is spelled out."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in typed)
