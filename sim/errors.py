"""The errors that a user can cause or must be told about; all share one root so that the command line can tell them apart from defects."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class XietongError(Exception):
    """Root of all errors that are part of the interface: one clear line (what, where, what is allowed, nearest name).

    `told` is that line by language, English where there are no other words; the message of the exception is English.
    """

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.told: dict[str, str] = {"en": en, "zh": zh or en}


class ConfigError(XietongError):
    """A configuration, strategy, parameter or command asks for something that is not allowed."""


class DataError(XietongError):
    """A data file is incomplete, contradictory or out of range."""


class StoreError(XietongError):
    """A result folder is unwritable, foreign, torn, or of another model version."""


class ConservationError(XietongError):
    """The books of a running world do not balance; raised on the day it happens."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the closest known name, or an empty string when nothing is close."""
    found = closest(name, known)
    return "" if found is None else f"; did you mean '{found}'?"


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that comes nearest; None when none is close."""
    return next(iter(difflib.get_close_matches(name, [str(item) for item in known], n=1, cutoff=0.5)), None)
