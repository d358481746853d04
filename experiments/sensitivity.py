"""`xietong sensitivity`: which constants move an outcome, or the paired difference between two strategies, and how surely.

    screening.csv            an outcome and constant: mean absolute effect, mean effect and spread, with intervals
    indices.csv              an outcome and constant: first and total Sobol' index with intervals; `replicate` is chance
    figures/tornado.*        the effects of the screening; figures/indices.*  the indices
    figures/settling.*       the same from growing numbers of base points

Chance is treated as one input more. In the screening each trajectory has a replicate of its own, so an effect is a difference between
equal lives and its spread holds that between lives. In Saltelli's design the number of the replicate is a further column: points that
differ in a constant share it (common random numbers), base points do not, and its total index is the share of the variance that is
left when all constants are known. Constants that are not chosen keep their declared values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.keys import BY_NAME
from experiments.objectives import SHOWN
from experiments.texts import text
from scenarios.units import unit_in

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sensitivity import Pair
    from experiments.ranges import Array, Ranges
    from experiments.settings import Settings

#: The name of chance among the constants.
CHANCE: Final = "replicate"
#: Replicates that chance chooses from.
REPLICATES: Final = int(BY_NAME["replicate"].high) + 1
#: Base points of Saltelli's design cost a run for each input and two more.
BESIDE: Final = 2
#: Base points below which indices say nothing.
FEWEST: Final = 16
#: More runs than this many times those that were lived are not worth asking for.
WORTHWHILE: Final = 10_000.0
#: Rows of a screening that are printed.
PRINTED: Final = 15


class Lived:
    """The model as a function of places in a space of constants: `[n, d]` and replicates `[n]` to outcomes, `[n, outcomes]`.

    With two strategies the outcomes are differences, the first minus the second, each within one life. NaN where a run failed.
    """

    def __init__(self, settings: Settings) -> None:
        from experiments.batches import Design

        self.outcomes = list(settings.outcomes or SHOWN)
        self.design = Design(settings)

    def __call__(self, ranges: Ranges, places: Array, replicates: Array) -> Array:
        from experiments.ensemble import Point

        points = [Point(p, int(r)) for p, r in zip(ranges.parameters(places), replicates, strict=True)]
        values = [rows[self.outcomes].to_numpy(float) for rows in self.design(points)]
        return values[0] - values[1] if len(values) > 1 else values[0]


def main(words: Sequence[str], lang: str) -> int:
    """Screen, find the indices, print and write both; 1 when some runs failed."""
    from experiments.configuration import read
    from experiments.progress import say
    from experiments.store import Store
    from experiments.tables import save, seal

    settings = read("sensitivity", words, lang)
    lived, ranges = Lived(settings), space(settings)
    Store(settings.out).begin(settings, [])
    title(settings, ranges)
    files = []
    if settings.method != "sobol":
        table = screened(settings, lived, ranges)
        chosen = strongest(settings, table)
        files.append(
            save(settings.out, "screening.csv", table.assign(chosen=table["parameter"].isin(chosen)))
        )
        show_screening(settings, table, chosen)
        files += draw_influence(settings, table, "tornado")
        ranges = ranges.only(chosen)
    if settings.method != "morris" and ranges.names:
        found, settling = indexed(settings, lived, ranges)
        files.append(save(settings.out, "indices.csv", found))
        show_indices(settings, found)
        files += draw_influence(settings, found, "indices") + draw(settings, settling)
    seal(settings.out, files)
    print(text(settings.lang, "results_at", path=settings.out))
    if failure := lived.design.failure_line():
        say("xietong: " + failure)
    return 1 if failure else 0


def space(settings: Settings) -> Ranges:
    """The constants that may vary: uncertain, used by a strategy, named by `over` where that is given, and fixed by nobody."""
    from experiments.ranges import uncertain
    from experiments.variants import groups_used

    used = groups_used(settings.strategies)
    fixed = settings.parameters.keys() | settings.world.parameters.keys() | settings.future.parameters.keys()
    every = uncertain(without=fixed)
    return every.only([
        name for name in every.names
        if name.partition(".")[0] in used and (settings.over is None or name in settings.over)
    ])  # fmt: skip


def screened(settings: Settings, lived: Lived, ranges: Ranges) -> pd.DataFrame:
    """The Morris screening of all constants of a space."""
    from analysis.sensitivity import screen

    def function(places: Array) -> Array:
        return lived(ranges, places, np.floor(np.arange(len(places)) / (len(ranges.names) + 1)))

    return screen(function, ranges.names, lived.outcomes, settings.trajectories, settings.seed)


def strongest(settings: Settings, screening: pd.DataFrame) -> list[str]:
    """The constants that go on from a screening."""
    from analysis import sensitivity

    return sensitivity.strongest(screening, settings.strongest)


def indexed(settings: Settings, lived: Lived, ranges: Ranges) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The Sobol' indices of the constants and of chance, and how they settle."""
    from analysis.sensitivity import index

    def function(places: Array) -> Array:
        return lived(ranges, places[:, :-1], np.minimum(places[:, -1] * REPLICATES, REPLICATES - 1))

    return index(function, (*ranges.names, CHANCE), lived.outcomes, settings.samples, settings.seed)


def most(settings: Settings) -> int:
    """The runs of the whole."""
    d = len(space(settings).names)
    screening = settings.trajectories * (d + 1) if settings.method != "sobol" else 0
    chosen = d if settings.method == "sobol" else min(d, settings.strongest)
    indices = settings.samples * (chosen + 1 + BESIDE) if settings.method != "morris" else 0
    return (screening + indices) * len(settings.strategies)


# --- telling ----------------------------------------------------------------------------------------------------------------------


def title(settings: Settings, ranges: Ranges) -> None:
    """Print what is looked at."""
    lang, names = settings.lang, [strategy.name for strategy in settings.strategies]
    kind = "sensitivity_difference" if len(names) > 1 else "sensitivity_level"
    print(text(
        lang, "sensitivity_title", what=text(lang, kind, strategy=names[0], baseline=names[-1]) if len(names) > 1
        else text(lang, kind, strategy=names[0]), world=getattr(settings.world.title, lang), future=settings.future.name,
        reform_day=settings.reform_day, last=settings.days - 1, constants=len(ranges.names),
    ))  # fmt: skip
    print()


def show_screening(settings: Settings, screening: pd.DataFrame, chosen: Sequence[str]) -> None:
    """Print the strongest constants of each outcome, and whether the screening tells them from the others."""
    from analysis.sensitivity import border, told_apart
    from experiments.printing import interval, number, places_of, signed, table

    lang = settings.lang
    headers = [
        text(lang, f"column_{name}")
        for name in ("parameter", "mu_star", "interval", "mu", "interval", "goes_on")
    ]
    for outcome, rows in screening.groupby("outcome", sort=False):
        idle = int((rows["mu_star"] == 0.0).sum())
        if idle == len(rows):
            print(text(lang, "none_varies", outcome=outcome), end="\n\n")
            continue
        shown = rows[rows["mu_star"] > 0.0].head(PRINTED)
        places = places_of(shown["mu_star_high"] - shown["mu_star_low"], shown["mu_star"].head(1))
        lines = [
            [row["parameter"], number(row["mu_star"], places=places), f"{number(row['mu_star_low'], places=places)} – {number(row['mu_star_high'], places=places)}",
             signed(row["mu"], places=places), interval(row["mu_low"], row["mu_high"], places),
             "*" if row["parameter"] in chosen else ""]
            for row in shown.to_dict("records")
        ]  # fmt: skip
        told = text(
            lang,
            "screening_title",
            outcome=outcome,
            trajectories=settings.trajectories,
            unit=unit(lang, str(outcome)),
            idle=idle,
            all=len(rows),
        )
        table(headers, lines, told, numbers=(1, 2, 3, 4))
        pair = told_apart(border(rows, chosen), "mu_star")
        if not set(rows.loc[rows["mu_star"] > 0.0, "parameter"]) <= set(chosen):
            price = (len(rows) + 1) * len(settings.strategies)
            print(
                more(settings, pair, "trajectories", settings.trajectories, price, "screening_apart"),
                end="\n\n",
            )


def show_indices(settings: Settings, found: pd.DataFrame) -> None:
    """Print the indices of each outcome, what share is chance, and how many more runs would tell the next two constants apart."""
    from analysis.sensitivity import told_apart
    from experiments.printing import table

    lang = settings.lang
    headers = [
        text(lang, f"column_{name}")
        for name in ("parameter", "first_order", "interval", "total_order", "interval")
    ]
    for outcome, rows in found.groupby("outcome", sort=False):
        if rows["ST"].isna().all():
            print(text(lang, "none_varies", outcome=outcome), end="\n\n")
            continue
        lines = [
            [called(lang, row["parameter"]), share(row["S1"]), between(row["S1_low"], row["S1_high"]),
             share(row["ST"]), between(row["ST_low"], row["ST_high"])]
            for row in rows.to_dict("records")
        ]  # fmt: skip
        n = int(rows["N"].iloc[0])
        table(headers, lines, text(lang, "indices_title", outcome=outcome, samples=n), numbers=(1, 2, 3, 4))
        noise = rows[rows["parameter"] == CHANCE].to_dict("records")[0]
        print(text(
            lang, "noise_share", alone=share(noise["S1"]), alone_between=between(noise["S1_low"], noise["S1_high"]),
            total=share(noise["ST"]), total_between=between(noise["ST_low"], noise["ST_high"]),
        ))  # fmt: skip
        if n < settings.samples:
            print(text(lang, "points_left_out", count=settings.samples - n, samples=settings.samples))
        price = (len(rows) + BESIDE) * len(settings.strategies)
        print(
            more(settings, told_apart(rows, "ST"), "samples", settings.samples, price, "all_apart"),
            end="\n\n",
        )


def more(settings: Settings, pair: Pair | None, key: str, lived: int, price: int, apart: str) -> str:
    """How many more runs tell a pair apart, where one more of `key` costs `price` runs; or that none is needed."""
    lang = settings.lang
    if pair is None:
        return text(lang, apart)
    told = {"stronger": called(lang, pair.stronger), "weaker": called(lang, pair.weaker)}
    if pair.times > WORTHWHILE:
        times = "∞" if math.isinf(pair.times) else f"{pair.times:,.0f}"
        return text(lang, "practically_equal", times=times, **told)
    needed = math.floor(lived * pair.times) + 1
    if key == "samples":
        needed = 1 << (needed - 1).bit_length()
    return text(lang, "more_needed", name=key, needed=needed, runs=f"{(needed - lived) * price:,}", **told)


def called(lang: str, name: str) -> str:
    """A constant by its name, and chance in words."""
    return text(lang, "chance") if name == CHANCE else name


def share(value: float) -> str:
    """A share of the variance."""
    return f"{value:.3f}"


def between(low: float, high: float) -> str:
    """Its interval."""
    return f"{low:.3f} – {high:.3f}"


def unit(lang: str, outcome: str) -> str:
    """The unit of an outcome, in words."""
    from sim.outcomes import OUTCOMES

    return unit_in(lang, next(o.unit for o in OUTCOMES if o.name == outcome))


def draw(settings: Settings, settling: pd.DataFrame) -> list[Path]:
    """Indices over growing numbers of base points; the files."""
    from analysis.figures.fonts import drawable
    from analysis.figures.settling import settling as sheet
    from analysis.figures.sheet import PLAIN, write

    lang = drawable(settings.lang)
    labels = {name: text(lang, f"settling_{name}") for name in ("S1", "ST", "axis", "share", "alt")}
    drawn = sheet(settling, labels | {CHANCE: text(lang, "chance")}, CHANCE)
    folder = settings.out / "figures"
    write(drawn, folder)
    return [folder / f"{drawn.name}.{kind}" for kind in (*PLAIN, "csv")]


def draw_influence(settings: Settings, table: pd.DataFrame, kind: str) -> list[Path]:
    """The tornado of a screening, or bars of indices; the files."""
    from analysis.figures import influence
    from analysis.figures.fonts import drawable
    from analysis.figures.sheet import PLAIN, write
    from analysis.report.robustness import labels, units
    from analysis.report.words import Words

    words = Words(drawable(settings.lang))
    said = labels(words)
    drawn = (
        influence.tornado(table, said, units(words)) if kind == "tornado" else influence.indices(table, said)
    )
    folder = settings.out / "figures"
    write(drawn, folder)
    return [folder / f"{drawn.name}.{ending}" for ending in (*PLAIN, "csv")]
