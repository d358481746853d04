"""What a check claims, what it found, and the verdict that follows; all of it frozen, so that a page says what was found and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from analysis.patterns import Card, Finding

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.figures.sheet import Pictures

Text = Mapping[str, str]
Scale = Literal["quick", "full"]
Kind = Literal["identity", "property", "analytic", "peer", "extreme", "metamorphic", "statistical", "pattern"]
Verdict = Literal["holds", "in part", "does not hold", "not run"]
#: Draws one panel in a language.
Draw = Callable[["Axes", str], None]

SCALES: Final[tuple[Scale, ...]] = ("quick", "full")
#: What other scholars saw elsewhere is looked for and reported; anything else must hold, or the model is wrong.
REPORTED: Final[tuple[Kind, ...]] = ("pattern",)
_OF_CARDS: Final[dict[str, Verdict]] = {
    "shown": "holds", "shown in part": "in part", "not shown": "does not hold",
}  # fmt: skip


class NotRunError(Exception):
    """A check cannot be tried here; `why` says it in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why["en"])
        self.why = why


@dataclass(frozen=True)
class About:
    """What a check claims, of which kind the claim is, and where it comes from."""

    id: str
    kind: Kind
    title: Text
    claim: Text
    source: str

    def card(self, experiment: Text, *findings: Finding, remark: Text | None = None) -> Card:
        """The claim with the experiment that was made and what it found."""
        return Card(self.id, self.title, self.claim, self.source, experiment, findings, remark)

    @property
    def must_hold(self) -> bool:
        """Whether the whole verification fails where the claim does not hold."""
        return self.kind not in REPORTED


@dataclass(frozen=True)
class Picture:
    """One panel of a figure: its title, what a reader is told who cannot see it, and how it is drawn."""

    title: Text
    alt: Text
    draw: Draw


@dataclass(frozen=True)
class Examined:
    """A card, the panels of its figure and the tidy table that they show."""

    card: Card
    panels: tuple[Picture, ...] = ()
    data: pd.DataFrame | None = None


@dataclass(frozen=True)
class Shown:
    """A figure drawn in one language: titles of its panels, its pictures and its table."""

    titles: tuple[str, ...]
    pictures: Pictures
    data: pd.DataFrame


@dataclass(frozen=True)
class Result:
    """A check after it was tried. `why` says why it was not run, `broken` that an error ended it."""

    about: About
    card: Card | None
    figure: Shown | None = None
    why: Text | None = None
    broken: bool = False

    @property
    def verdict(self) -> Verdict:
        """`holds` when every bounded finding does; what must hold never holds in part."""
        if self.card is None:
            return "not run"
        found = _OF_CARDS[self.card.verdict]
        return "does not hold" if found == "in part" and self.about.must_hold else found

    @property
    def fails(self) -> bool:
        """Whether the verification as a whole fails by this check: what must hold does not, or an error ended it."""
        return self.broken or (self.about.must_hold and self.verdict == "does not hold")

    @property
    def bounded(self) -> tuple[Finding, ...]:
        """The findings that bear on the verdict."""
        return tuple(f for f in self.card.findings if f.bounded) if self.card else ()
