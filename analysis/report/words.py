"""Words in one language: texts with their gaps filled, units as readers know them, names of outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from analysis.report.texts import TEXTS
from scenarios.units import SPECIAL, unit_in

if TYPE_CHECKING:
    from sim.outcomes import Outcome


class Unit(NamedTuple):
    """How a unit is shown: numbers times `factor`, called `text`; differences are called `difference`."""

    factor: float
    text: str
    difference: str


class Words:
    """`words("key", name=...)` is the text of that key in one language; a missing key is a defect and raises KeyError."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = TEXTS[lang]

    def __reduce__(self) -> tuple[type[Words], tuple[str]]:
        """What another process needs to have the same words: the language."""
        return Words, (self.lang,)

    def __call__(self, key: str, **gaps: object) -> str:
        return self._texts[key].format(**gaps)

    def raw(self, key: str) -> str:
        """The text of a key with its gaps left open."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def unit(self, unit: str, largest: float = 0.0) -> Unit:
        """The unit for readers; shares as per cent, large sums (`largest`, in `unit`) in millions, in Chinese in 万."""
        text, difference = SPECIAL[self.lang].get(unit) or (unit_in(self.lang, unit),) * 2
        if unit == "share":
            return Unit(100.0, text, difference)
        start, factor, key = (1e5, 1e-4, "ten_thousand") if self.lang == "zh" else (1e6, 1e-6, "million")
        if largest >= start:
            return Unit(factor, self(key, unit=text), self(key, unit=difference))
        return Unit(1.0, text, difference)

    def unit_name(self, unit: str) -> str:
        """The name of a unit of a parameter, shown as it was declared, without any scaling."""
        return unit_in(self.lang, unit)

    def outcome(self, outcome: Outcome) -> str:
        """The name of an outcome, with a capital at its start; a short one where the texts hold one."""
        if self.has(f"short_{outcome.name}"):
            return self(f"short_{outcome.name}")
        name = outcome.zh if self.lang == "zh" else outcome.en
        return name[:1].upper() + name[1:]

    def direction(self, better: str) -> str:
        """Which direction is better, for the reader of an axis or a table head; empty where none is."""
        return self(f"direction_{better}") if better else ""

    def joined(self, items: Sequence[str]) -> str:
        """A list in running text."""
        if len(items) < 2:
            return "".join(items)
        return self("list_comma").join(items[:-1]) + self("list_and") + items[-1]
