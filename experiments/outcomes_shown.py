"""How outcomes are ordered and named in tables: need, residents, indicator and the rest always in blocks of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.texts import text

if TYPE_CHECKING:
    from sim.outcomes import Outcome

#: Blocks that are shown whole, not only in their headlines: who pays and who is left behind.
WHOLE: Final = ("equity", "cost")
BLOCKS: Final = (
    "need",
    "equity",
    "residents",
    "report",
    "indicator",
    "institutions",
    "cost",
    "composite",
    "magnitude",
)


def block(outcome: Outcome) -> str:
    """The block of an outcome: what it is scored on; the gaps between groups stand apart."""
    return "equity" if outcome.name.startswith("gap_") else outcome.scored_on


def blocks(lang: str) -> Iterator[tuple[str, list[Outcome]]]:
    """`(title, outcomes)` of each block that has headline outcomes or is shown whole."""
    from sim.outcomes import OUTCOMES

    for name in BLOCKS:
        inside = [
            outcome for outcome in OUTCOMES if block(outcome) == name and (outcome.headline or name in WHOLE)
        ]
        if inside:
            yield text(lang, f"block_{name}"), inside


def meaning(outcome: Outcome, lang: str) -> str:
    """What the outcome is, in one phrase."""
    return outcome.zh if lang == "zh" else outcome.en
