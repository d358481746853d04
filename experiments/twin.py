"""`xietong twin`: the life of one need under two strategies, day by day. Same resident, same day, two administrations.

Both runs are kept in the store with all their needs and cases, so that another need of the same two runs is told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.texts import text

if TYPE_CHECKING:
    from experiments.ensemble import Ensemble
    from experiments.lives import Pair
    from experiments.settings import Settings


def main(words: Sequence[str], lang: str) -> int:
    """Live both runs, choose a need, tell its two lives."""
    from experiments.configuration import read
    from experiments.ensemble import FailedRunsError, carry_out, failure_line

    settings = read("twin", words, lang)
    done = carry_out(settings)
    if done.failed:
        raise FailedRunsError(failure_line(settings, done.planned, done.store, done.failed))
    tell(settings, find(done))
    print(text(settings.lang, "results_at", path=settings.out))
    return 0


def find(done: Ensemble) -> Pair:
    """The pair of lives that the settings ask for.

    Raises
    ------
    ConfigError
        There is none.
    """
    from experiments.lives import choose, lives

    settings = done.settings
    tables = []
    for strategy in settings.strategies:
        run_id = done.runs.loc[done.runs["strategy"] == strategy.name, "run_id"].iloc[0]
        tables.append(lives(*(done.store.table(name, run_id) for name in ("needs", "cases", "ledger"))))
    return choose(tables[0], tables[1], settings)


def tell(settings: Settings, pair: Pair) -> None:
    """Print who, what, the days of both lives side by side, and what it came to."""
    from experiments.printing import table
    from experiments.story import days_told, intro, summary

    lang = settings.lang
    titles = [f"{getattr(strategy.title, lang)} ({strategy.name})" for strategy in settings.strategies]
    print(text(lang, "twin_title"))
    for line in intro(pair, settings):
        print(line)
    print()
    table([text(lang, "twin_day"), *titles], days_told(pair, settings), numbers=(0,))
    table(["", *titles], summary(pair, settings), text(lang, "twin_sum"))
