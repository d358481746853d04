"""`xietong sweep`: strategies × points × replicates, each combination a run; a stopped sweep goes on with the same command.

    design.csv     a row a point, strategy and replicate: `run_id point strategy replicate`, then a column a key
    runs.parquet   a row a run, as after every command; `run_id` joins the two

One replicate number stands for the same random numbers at every point, so that points are compared in pairs. Points that make the
same run, such as a baseline that has none of the varied mechanisms, share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from experiments import points
from experiments.texts import text
from scenarios.units import unit_in

if TYPE_CHECKING:
    import pandas as pd

    from experiments.ensemble import Ensemble
    from experiments.points import Point
    from experiments.settings import Settings
    from experiments.task import Task

NAME: Final = "design.csv"
#: Columns of the design before its keys.
ABOUT: Final = ("run_id", "point", "strategy", "replicate")
#: Values of a key that the summary shows one by one; more are put into groups of equal size.
SINGLY: Final = 8
GROUPS: Final = 4


def main(words: Sequence[str], lang: str) -> int:
    """Live the sweep and print its means; 1 when some runs failed."""
    from experiments.configuration import read
    from experiments.progress import say

    settings = read("sweep", words, lang)
    done, design = carry_out(settings)
    show(settings, design, done.runs)
    print(text(settings.lang, "sweep_at", design=done.store.root / NAME, path=settings.out))
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def carry_out(settings: Settings) -> tuple[Ensemble, pd.DataFrame]:
    """Live what is missing of a sweep; its ensemble and its design. Raises as `ensemble.carry_out` does, and ConfigError."""
    from experiments.ensemble import begin, fulfil
    from experiments.parquet import write_bytes
    from experiments.progress import say
    from experiments.store import Store, look

    look(settings.out)
    worlds = expanded(points.points(settings, lambda count: say(_size(settings, count))))
    work = once(worlds)
    store = Store(settings.out)
    begin(settings, store, [run for task in work for run in task.runs])
    table = design(worlds)
    write_bytes(store.root / NAME, table.to_csv(index=False, lineterminator="\n").encode())
    done = fulfil(settings, work)
    store.seal(also=(store.root / NAME,))
    return done, table


def expanded(made: Sequence[Point]) -> list[tuple[Point, list[Task]]]:
    """Each point with its tasks, one a replicate."""
    from experiments.ensemble import design_tasks

    return [(point, design_tasks(point.settings)) for point in made]


def once(worlds: Sequence[tuple[Point, list[Task]]]) -> list[Task]:
    """The tasks of all points, each run in the first that has it."""
    seen: set[str] = set()
    work = []
    for task in (task for _, found in worlds for task in found):
        runs = tuple(run for run in task.runs if run.run_id not in seen)
        seen.update(run.run_id for run in runs)
        if runs:
            work.append(replace(task, runs=runs))
    return work


def design(worlds: Sequence[tuple[Point, list[Task]]]) -> pd.DataFrame:
    """One row a point, strategy and replicate: `ABOUT`, then the value of each key."""
    import pandas as pd

    rows = [
        (run.run_id, number, run.strategy.name, run.replicate, *point.values.values())
        for number, (point, found) in enumerate(worlds)
        for task in found
        for run in task.runs
    ]
    return pd.DataFrame(rows, columns=[*ABOUT, *worlds[0][0].values])


def _size(settings: Settings, count: int) -> str:
    strategies, replicates = len(settings.strategies), len(settings.numbers())
    return text(
        settings.lang, "sweep_size", points=count, strategies=strategies, replicates=replicates,
        runs=count * strategies * replicates,
    )  # fmt: skip


def show(settings: Settings, design: pd.DataFrame, runs: pd.DataFrame) -> None:
    """Print a table for each key: means of the main outcomes over all runs with a value, by strategy."""
    from experiments.objectives import SHOWN
    from experiments.outcomes_shown import meaning
    from experiments.printing import number, places_for, table
    from sim.outcomes import OUTCOMES

    lang = settings.lang
    chosen = settings.outcomes or SHOWN
    outcomes = [outcome for outcome in OUTCOMES if outcome.name in chosen]
    names = [outcome.name for outcome in outcomes]
    lived = design.merge(runs[["run_id", *names]], on="run_id")
    print(text(lang, "sweep_title", reform_day=settings.reform_day, last=settings.days - 1))
    for outcome in outcomes:
        print(f"  {outcome.name}: {meaning(outcome, lang)} ({unit_in(lang, outcome.unit)})")
    print()
    headers = [text(lang, "column_strategy"), text(lang, "column_runs"), *names]
    for key in design.columns[len(ABOUT) :]:
        means = lived.groupby([grouped(lived[key]), "strategy"], sort=True, observed=True)[names].agg(
            ["mean", "size"]
        )
        places = [max(map(places_for, means[name, "mean"])) for name in names]
        lines: list[list[Any]] = [
            [str(value), strategy, int(means[names[0], "size"].iloc[i]),
             *(number(means[name, "mean"].iloc[i], places=p) for name, p in zip(names, places, strict=True))]
            for i, (value, strategy) in enumerate(means.index.to_list())
        ]  # fmt: skip
        table([key, *headers], lines, numbers=range(2, 3 + len(names)))


def grouped(values: pd.Series) -> pd.Series:
    """The values of a key as they are, or where they are many numbers, groups of equal size named by their bounds, in order."""
    import pandas as pd

    if values.nunique() <= SINGLY or not pd.api.types.is_numeric_dtype(values):
        return values
    groups = pd.qcut(values, GROUPS, labels=False, duplicates="drop").astype(int)
    bounds = values.groupby(groups).agg(["min", "max"]).to_numpy()
    labels = [f"{low:g} … {high:g}" for low, high in bounds]
    told = pd.Categorical([labels[group] for group in groups], categories=labels, ordered=True)
    return pd.Series(told, index=values.index, name=values.name)
