"""`xietong estimate`: the estimators of a field trial, tried where the truth is known.

In each replicate, four futures of one past are lived: the strategy in no community, in half of them from the reform day on, in waves of
communities one after another (a stepped wedge), and in all. The order of communities is drawn by keyed chance, anew in each
replicate. The estimators see the half and the waves as a field team would; what they say is laid beside what the model knows.

    field_estimates.csv   one row a replicate, outcome, design and estimator
    field_summary.csv     the same over replicates: bias, coverage, size of placebo tests
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.field_estimators import HALF, MEASURES, WEDGE, values
from analysis.field_trials import PLACE, TRIED, Lived, summary, tried
from analysis.store import read as read_table
from experiments.ensemble import Ensemble, carry_out, plan
from experiments.progress import say
from experiments.ranges import generator
from experiments.settings import Settings
from experiments.task import Planned
from experiments.texts import text
from experiments.variants import acting, made, subset
from scenarios.units import unit_in
from sim.scenario import Rollout, Strategy

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    Whole = npt.NDArray[np.int64]

NAMES: Final = ("field_estimates.csv", "field_summary.csv")
MEASURED: Final = tuple(measure.name for measure in MEASURES)
SHOWN: Final = ("unmet_need_days", "satisfaction")
#: Turns dealt out at random on the runs without treatment of each replicate.
PLACEBOS: Final = 40


def main(words: Sequence[str], lang: str) -> int:
    """Live the trials, print the tables, write both files; 1 when some runs failed."""
    from experiments.configuration import read

    settings = read("estimate", words, lang)
    done = carry_out(settings, planned(settings))
    found = estimates(done)
    judged = summary(found)
    write(done, found, judged)
    show(settings, judged)
    print(text(settings.lang, "results_at", path=settings.out))
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def communities(settings: Settings) -> int:
    """Communities of the world."""
    return settings.world.jurisdictions.n_communities


def periods(settings: Settings) -> tuple[int, int]:
    """Whole periods before and from the reform day on."""
    return settings.reform_day // settings.period, (settings.days - settings.reform_day) // settings.period


def apart(settings: Settings) -> int:
    """Periods between two waves, so that the last one is treated as long as the others waited."""
    return max(1, periods(settings)[1] // settings.steps)


def waves(settings: Settings, replicate: int, count: int) -> list[tuple[int, ...]]:
    """All communities in `count` waves of as equal size as can be, in the order of this replicate."""
    order = generator(settings.seed, "field trial", replicate).permutation(communities(settings))
    return [tuple(sorted(int(one) for one in part)) for part in np.array_split(order, count)]


def trials(settings: Settings, replicate: int) -> dict[str, Strategy]:
    """The four strategies of a replicate: `none`, `half`, `wedge`, `all`."""
    base = settings.strategies[0]
    steps = Rollout(
        every=apart(settings) * settings.period, waves=tuple(waves(settings, replicate, settings.steps))
    )
    return {
        "none": subset(base, ()),
        "half": _placed(base, "half", waves(settings, replicate, 2)[0]),
        "wedge": _placed(base, "wedge", steps),
        "all": base,
    }


def _placed(base: Strategy, called: str, place: tuple[int, ...] | Rollout) -> Strategy:
    """`base` in some communities, or in waves of them."""
    doses = {name: base.mechanisms[name].model_copy(update={"place": place}) for name in acting(base)}
    return made(base, called, doses)


def begins(settings: Settings, replicate: int, design: str) -> Whole:
    """The period in which each community has its turn, `[community]`; the number of all periods where it never has."""
    before, after = periods(settings)
    turns = np.full(communities(settings), before + after)
    if design == "half":
        turns[list(waves(settings, replicate, 2)[0])] = before
        return turns
    for wave, members in enumerate(waves(settings, replicate, settings.steps)):
        turns[list(members)] = before + wave * apart(settings)
    return turns


def planned(settings: Settings) -> list[Planned]:
    """All runs: four in each replicate."""
    return plan(
        settings,
        (
            (one, replicate)
            for replicate in settings.numbers()
            for one in trials(settings, replicate).values()
        ),
    )


def estimates(done: Ensemble) -> pd.DataFrame:
    """One row a replicate, outcome, design and estimator; replicates in which a run is missing are left out."""
    import pandas as pd

    settings = done.settings
    finished = set(done.runs["run_id"])
    ids = {
        (run.replicate, run.strategy.name): run.run_id for run in planned(settings) if run.run_id in finished
    }
    rows = []
    for replicate in settings.numbers():
        names = {key: one.name for key, one in trials(settings, replicate).items()}
        if not all((replicate, name) in ids for name in names.values()):
            continue
        tables = {key: _values(done, ids[replicate, name]) for key, name in names.items()}
        for measure in MEASURES:
            lived = {key: table[measure.name] for key, table in tables.items()}
            if not all(np.isfinite(y).all() for y in lived.values()):
                continue  # a community without anything to measure in some period has no place in a balanced panel
            for design, estimators in (("half", HALF), ("wedge", WEDGE)):
                turns = begins(settings, replicate, design)
                found = tried(
                    Lived(lived[design], lived["none"], lived["all"]), turns, design, estimators,
                    _placebos(settings, replicate, turns),
                )  # fmt: skip
                rows += [
                    {"replicate": replicate, "outcome": measure.name, "unit": measure.unit, **row}
                    for row in found
                ]
    return pd.DataFrame(rows, columns=["replicate", *PLACE[:2], *TRIED])


def _values(done: Ensemble, run_id: str) -> dict[str, npt.NDArray[np.float64]]:
    """Every measure of a run, `[community, period]`; periods count from the reform day in both directions."""
    columns = sorted({name for m in MEASURES for name in (*m.above, m.below)})
    daily = read_table(done.store.path("daily", run_id), ["day", "community", *columns])
    first = done.settings.reform_day % done.settings.period
    return {m.name: values(daily, m, first, done.settings.period) for m in MEASURES}


def _placebos(settings: Settings, replicate: int, turns: Whole) -> list[Whole]:
    drawn = generator(settings.seed, "placebo trials", replicate)
    return [drawn.permutation(turns) for _ in range(PLACEBOS)]


def write(done: Ensemble, found: pd.DataFrame, judged: pd.DataFrame) -> list[Path]:
    """Keep both tables beside the runs; their paths."""
    from experiments.tables import save, seal

    files = [save(done.store.root, name, table) for name, table in zip(NAMES, (found, judged), strict=True)]
    seal(done.store.root, files)
    return files


def show(settings: Settings, judged: pd.DataFrame) -> None:
    """Print a table for each outcome that is asked for, and what no estimator can see."""
    lang, strategy = settings.lang, settings.strategies[0]
    before, after = periods(settings)
    print(text(
        lang, "estimate_title", strategy=getattr(strategy.title, lang), world=getattr(settings.world.title, lang),
        communities=communities(settings), replicates=settings.replicates, before=before, after=after, period=settings.period,
        steps=settings.steps, apart=apart(settings) * settings.period,
    ))  # fmt: skip
    print()
    chosen = settings.outcomes or SHOWN
    for outcome, rows in judged.groupby("outcome", sort=False):
        if outcome in chosen:
            _show_one(lang, str(outcome), rows)
    missing = [name for name in chosen if name not in set(judged["outcome"])]
    if missing:
        print(text(lang, "estimate_missing", names=", ".join(missing)))
    print(text(lang, "estimate_note", placebos=PLACEBOS))


def _show_one(lang: str, outcome: str, rows: pd.DataFrame) -> None:
    from experiments.outcomes_shown import meaning
    from experiments.printing import interval, places_of, signed, table
    from sim.outcomes import OUTCOMES

    told = meaning(next(o for o in OUTCOMES if o.name == outcome), lang)
    places = places_of(rows["bias_high"] - rows["bias_low"], rows["truth"])
    lines = [
        [text(lang, f"estimator_{row['estimator']}"), signed(row["estimate"], places=places), signed(row["truth"], places=places),
         signed(row["bias"], places=places), interval(row["bias_low"], row["bias_high"], places),
         f"{row['coverage']:.0%}", f"±{row['half_width']:.{places}f}", f"{row['size']:.0%}"]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    names = ("estimator", "estimate", "truth", "bias", "interval", "coverage", "half_width", "size")
    title = text(lang, "outcome_title", meaning=told, name=outcome)
    table(
        [text(lang, f"column_{name}") for name in names],
        lines,
        f"{title} – {unit_in(lang, str(rows['unit'].iloc[0]))}",
        numbers=range(1, 8),
    )
    for design, own in rows.groupby("design", sort=False):
        first = own.iloc[0]
        print(text(
            lang, f"estimate_{design}", everywhere=signed(first["everywhere"], places=places),
            spillover=signed(first["spillover"], places=places),
        ))  # fmt: skip
    print()
