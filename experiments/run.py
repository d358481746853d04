"""`xietong run`: one strategy, one replicate, a summary. `python -m experiments.run` is the same under Hydra's own flags."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.texts import text

if TYPE_CHECKING:
    from experiments.settings import Settings


def main(words: Sequence[str], lang: str) -> int:
    """Live one run and sum it up."""
    from experiments.configuration import read

    return execute(read("run", words, lang))


def execute(settings: Settings) -> int:
    """Carry out judged settings and print the summary; the exit code."""
    from experiments.ensemble import carry_out

    done = carry_out(settings)
    summarise(settings, {str(name): value for name, value in done.runs.iloc[0].items()})
    print(text(settings.lang, "results_at", path=settings.out))
    return 0


def summarise(settings: Settings, row: Mapping[str, float]) -> None:
    """Print the headline outcomes of one run with their units, in blocks."""
    from experiments.outcomes_shown import blocks, meaning
    from experiments.printing import number, table

    lang = settings.lang
    strategy = settings.strategies[0]
    print(text(
        lang, "run_title", strategy=getattr(strategy.title, lang), world=getattr(settings.world.title, lang),
        replicate=settings.replicate, reform_day=settings.reform_day, last=settings.days - 1,
    ))  # fmt: skip
    print()
    headers = [text(lang, f"column_{name}") for name in ("outcome", "value", "unit", "meaning")]
    for title, outcomes in blocks(lang):
        rows = [[o.name, number(row[o.name]), o.unit, meaning(o, lang)] for o in outcomes if o.name in row]
        if rows:
            table(headers, rows, title, numbers=(1,))


if __name__ == "__main__":
    from experiments.hydra_door import run_under_hydra

    sys.exit(run_under_hydra(sys.argv[1:]))
