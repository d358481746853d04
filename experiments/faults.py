"""Faults of the user's input: gathered, so that all are told at once, in the user's language."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from experiments.keys import Key
from experiments.texts import text
from sim.errors import ConfigError


class Faults:
    """Lines of what is wrong; empty when nothing is."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in ("en", "zh") else "en"
        self.lines: list[str] = []

    def add(self, sentence: str, **values: Any) -> None:
        """Note a fault, by the name of its sentence in `experiments.texts`."""
        self.lines.append(text(self.lang, f"fault_{sentence}", **values))

    def whole(self, name: str, value: Any, key: Key) -> None:
        """Note that a whole number within the bounds of `key` is needed."""
        self.add(
            "whole_needed",
            key=name,
            value=shown(value),
            low=key.low,
            high=key.high,
            unit=text(self.lang, f"unit_{key.unit}"),
        )

    def number(self, name: str, value: Any, key: Key) -> None:
        """Note that a number within the bounds of `key` is needed."""
        self.add("number_needed", key=name, value=shown(value), low=f"{key.low:g}", high=f"{key.high:g}")

    def choice(self, name: str, value: Any, known: Iterable[str]) -> None:
        """Note that one of the known names is needed."""
        self.add(
            "unknown_name", key=name, value=shown(value), known=", ".join(known), near=self.near(value, known)
        )

    def near(self, name: Any, known: Iterable[str]) -> str:
        """`; did you mean 'x'?` or nothing."""
        found = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
        return text(self.lang, "fault_near", name=found[0]) if found else ""

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Note a `ConfigError` instead of raising it."""
        try:
            yield
        except ConfigError as error:
            self.lines.extend(error.told[self.lang].splitlines())

    def error(self) -> ConfigError:
        """All lines as one error, each once."""
        return ConfigError("\n".join(dict.fromkeys(self.lines)))

    def raise_any(self) -> None:
        """Raise when there is something to tell."""
        if self.lines:
            raise self.error()


def shown(value: Any) -> str:
    """A value as the user would type it, shortened."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}:{shown(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        typed = "[" + ",".join(shown(item) for item in value) + "]"
    else:
        typed = str(value)
    return typed if len(typed) <= 80 else typed[:77] + "..."
