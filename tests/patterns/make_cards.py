"""Pattern cards: `python tests/patterns/make_cards.py [V7 ...]` runs the experiments anew and writes docs/patterns.

Pages and figures are never edited by hand: whoever changes a law sees here which patterns come and go.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.figures.style import PANEL, house
from analysis.patterns import Card, Finding, index, page, shipped
from experiments.verification.records import Examined
from experiments.verification.registry import check
from scenarios import DATA

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "docs" / "patterns"
TABLE = DATA / "patterns.csv"
#: Checks of the verification that have a card of their own.
EXPERIMENTS = ("V5", "V7", "V8", "V9", "V10", "V11", "V12", "V13", "V14", "V15")
LANGUAGES = {"en": "", "zh": ".zh"}


def examined(pattern: str) -> Examined:
    """Run the experiment of a pattern on the samples of its card."""
    return check(pattern).examine("full")


def kept(pattern: str) -> Card | None:
    """The card as it was written last."""
    path = FOLDER / f"{pattern}.json"
    if not path.exists():
        return None
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    findings = tuple(_finding(**finding) for finding in raw.pop("findings"))
    return Card(**raw, findings=findings)


def _finding(interval: list[float] | None = None, **given: Any) -> Finding:
    """A finding from its JSON, which knows no tuples."""
    return Finding(**given, interval=None if interval is None else (interval[0], interval[1]))


def write(pattern: str, found: Examined) -> None:
    """Write the card's pages, figures and figures in numbers."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept_text = json.dumps(asdict(found.card), ensure_ascii=False, indent=1)
    (FOLDER / f"{pattern}.json").write_text(kept_text + "\n", encoding="utf-8")
    for lang, ending in LANGUAGES.items():
        figure = f"{pattern}{ending}.svg"
        _draw(found, lang, FOLDER / figure)
        (FOLDER / f"{pattern}{ending}.md").write_text(page(found.card, figure, lang), encoding="utf-8")


def write_index() -> None:
    """Write the tables of all cards: pages in both languages, and the one that comes with the scenarios."""
    cards = {pattern: card for pattern in EXPERIMENTS if (card := kept(pattern)) is not None}
    for lang, ending in LANGUAGES.items():
        pages = {f"{pattern}{ending}.md": card for pattern, card in cards.items()}
        (FOLDER / f"README{ending}.md").write_text(index(pages, lang), encoding="utf-8")
    shipped(cards.values()).to_csv(TABLE, index=False, lineterminator="\n")


def _draw(found: Examined, lang: str, path: Path) -> None:
    from matplotlib.figure import Figure

    with house():
        width, height = PANEL
        figure = Figure(figsize=(width * len(found.panels), height), layout="constrained")
        for number, picture in enumerate(found.panels):
            picture.draw(figure.add_subplot(1, len(found.panels), number + 1), lang)
        figure.savefig(path, metadata={"Date": None})


def main(patterns: Iterable[str]) -> None:
    """Write the cards of these patterns, or of all."""
    for pattern in list(patterns) or EXPERIMENTS:
        found = examined(pattern)
        before = kept(pattern)
        write(pattern, found)
        moved = "" if before is None or before.verdict == found.card.verdict else f" (was: {before.verdict})"
        print(f"{pattern}: {found.card.verdict}{moved}")
        for finding in found.card.findings:
            print(f"  {finding.value:10.4g}  [{finding.low:g}, {finding.high:g}]  {finding.name['en']}")
    write_index()


if __name__ == "__main__":
    main(sys.argv[1:])
