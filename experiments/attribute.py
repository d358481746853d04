"""`xietong attribute`: which mechanism of a strategy brings how much, alone, left out last, and as Shapley value.

Every replicate lives the same world under many subsets of the mechanisms, from one common past. Up to `EXACT` mechanisms all
subsets are lived; beyond, each replicate draws its own orders of introduction by keyed chance, each with its reverse.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.attribution import Order, attribute, coalitions
from experiments.ensemble import Ensemble, carry_out, plan
from experiments.objectives import SHOWN
from experiments.outcomes_shown import meaning
from experiments.parquet import write_bytes
from experiments.printing import interval, places_of, signed, table
from experiments.progress import say
from experiments.settings import Settings
from experiments.task import Planned
from experiments.texts import text
from experiments.variants import acting, subset
from scenarios.units import unit_in
from sim.outcomes import OUTCOMES
from sim.randomness import INSTITUTIONS, draws_for, uniforms

if TYPE_CHECKING:
    import pandas as pd

#: Mechanisms up to which all subsets are lived (2⁵ = 32 in each replicate).
EXACT: Final = 5
NAME: Final = "attribution.csv"
_DRAW: Final = zlib.crc32(b"orders of introduction")


def main(words: Sequence[str], lang: str) -> int:
    """Take a strategy apart, print the tables, write `attribution.csv`; 1 when some runs failed."""
    from experiments.configuration import read

    settings = read("attribute", words, lang)
    done = carry_out(settings, planned(settings))
    found = attribution(done)
    write(done, found)
    show(settings, found)
    print(text(settings.lang, "results_at", path=settings.out))
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def orders(settings: Settings) -> dict[int, list[Order]]:
    """The orders of introduction of each replicate: all of them, or some drawn by keyed chance with their reverses."""
    names = acting(settings.strategies[0])
    if len(names) <= EXACT:
        every = list(itertools.permutations(names))
        return dict.fromkeys(settings.numbers(), every)
    return {replicate: _drawn(settings, names, replicate) for replicate in settings.numbers()}


def _drawn(settings: Settings, names: tuple[str, ...], replicate: int) -> list[Order]:
    """Each mechanism draws a number by its own name, and they come in the order of these."""
    draws = draws_for(settings.seed, replicate)
    identities = [zlib.crc32(name.encode()) for name in names]
    made: list[Order] = []
    for index in range(settings.permutations):
        drawn = uniforms(draws, INSTITUTIONS, identities, draw=_DRAW, salt=index)[0]  # type: ignore[arg-type]
        order = tuple(names[i] for i in drawn.argsort(kind="stable"))
        made += [order, order[::-1]]
    return made


def planned(settings: Settings) -> list[Planned]:
    """All runs that the attribution needs: replicates outside, subsets by size within."""
    base = settings.strategies[0]
    names, chosen = acting(base), orders(settings)
    return plan(
        settings,
        (
            (subset(base, members), replicate)
            for replicate, own in chosen.items()
            for members in coalitions(names, own)
        ),
    )


def attribution(done: Ensemble) -> pd.DataFrame:
    """One row a mechanism and outcome, columns `analysis.attribution.COLUMNS`."""
    settings = done.settings
    base = settings.strategies[0]
    members = {run.strategy.name: frozenset(acting(run.strategy)) for run in planned(settings)}
    return attribute(done.runs, base.name, members, orders(settings), len(acting(base)) <= EXACT)


def write(done: Ensemble, found: pd.DataFrame) -> None:
    """Keep the table beside the runs."""
    path = done.store.root / NAME
    write_bytes(path, found.to_csv(index=False, lineterminator="\n").encode())
    done.store.seal(also=(path,))


def show(settings: Settings, found: pd.DataFrame) -> None:
    """Print a table for each outcome that is asked for."""
    lang, strategy = settings.lang, settings.strategies[0]
    print(text(
        lang, "attribute_title", strategy=getattr(strategy.title, lang), world=getattr(settings.world.title, lang),
        replicates=settings.replicates, reform_day=settings.reform_day, last=settings.days - 1,
    ))  # fmt: skip
    if len(found):
        print(text(lang, f"attribute_{found['method'].iloc[0]}", orders=found["orders"].iloc[0]))
    lived = int(found["replicates"].max()) if len(found) else 0
    if lived < settings.replicates:
        print(
            text(
                lang, "attribute_left_out", count=settings.replicates - lived, replicates=settings.replicates
            )
        )
    print()
    chosen = settings.outcomes or SHOWN
    for outcome in OUTCOMES:
        rows = found[found["outcome"] == outcome.name]
        if outcome.name in chosen and len(rows):
            called = text(lang, "outcome_title", meaning=meaning(outcome, lang), name=outcome.name)
            _show_one(lang, rows, called)


def _show_one(lang: str, rows: pd.DataFrame, title: str) -> None:
    first = rows.iloc[0]
    places = places_of(rows["shapley_high"] - rows["shapley_low"], (first["total"],))
    between = interval(first["total_low"], first["total_high"], places)
    told = text(
        lang,
        "attribute_total",
        total=signed(first["total"], places=places),
        unit=unit_in(lang, str(first["unit"])),
        interval=between,
    )
    lines: list[list[Any]] = [
        [row["mechanism"], signed(row["alone"], places=places), signed(row["last"], places=places),
         signed(row["shapley"], places=places), interval(row["shapley_low"], row["shapley_high"], places),
         "–" if math.isnan(row["share"]) else f"{100 * row['share']:.0f} %", text(lang, f"verdict_{row['verdict']}")]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    names = ("mechanism", "alone", "last", "shapley", "interval", "share", "verdict")
    headers = [text(lang, f"column_{name}") for name in names]
    table(headers, lines, f"{title} – {told}", numbers=(1, 2, 3, 4, 5))
