"""A design from plan to store: register all runs, live the missing ones, collect, seal.

Whatever ends the program, the store is left so that the same command goes on: what is finished is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from experiments import reach
from experiments.engine import execute
from experiments.going_on import survey, tidy
from experiments.identity import run_id
from experiments.manifest import Job
from experiments.progress import Progress, say
from experiments.settings import Settings
from experiments.store import Store, look
from experiments.task import Planned, Receipt, Task
from experiments.texts import text
from experiments.uncertainty import worlds
from sim.errors import XietongError
from sim.scenario import Strategy

if TYPE_CHECKING:
    import pandas as pd

    from experiments.budget import Levelled


#: Signs of an error that one line can hold.
MOST_TOLD: Final = 200


class FailedRunsError(XietongError):
    """Every run of a design failed: there is nothing to show."""


@dataclass(frozen=True)
class Ensemble:
    """A finished design: its store, the rows of its runs, the runs that failed, the number of planned runs,
    and under equal budgets what was done to each strategy."""

    settings: Settings
    store: Store
    runs: pd.DataFrame
    failed: tuple[Receipt, ...]
    planned: int
    levels: tuple[Levelled, ...] = ()

    def failure_line(self) -> str:
        """What failed, in one line."""
        return failure_line(self.settings, self.store, self.failed, self.planned)


def design(settings: Settings) -> list[Planned]:
    """All runs that the settings ask for: futures outside, then replicates, strategies by name within."""
    return [run for task in design_tasks(settings) for run in task.runs]


def design_tasks(settings: Settings) -> list[Task]:
    """The same as tasks, one for each world, with the future and the parameters of that world."""
    strategies = sorted(settings.strategies, key=lambda strategy: strategy.name)
    return [
        Task(own, replicate, tuple(plan(own, ((strategy, replicate) for strategy in strategies))))
        for own, replicate in worlds(settings)
    ]


def plan(settings: Settings, wanted: Iterable[tuple[Strategy, int]]) -> list[Planned]:
    """The runs of some strategies in some replicates, each by its name."""
    return [
        Planned(run_id(settings, strategy, replicate), strategy, replicate) for strategy, replicate in wanted
    ]


def tasks(settings: Settings, runs: Sequence[Planned]) -> list[Task]:
    """One task a replicate, so that its common past is lived once."""
    grouped: dict[int, list[Planned]] = {}
    for run in runs:
        grouped.setdefault(run.replicate, []).append(run)
    return [Task(settings, replicate, tuple(group)) for replicate, group in grouped.items()]


def carry_out(settings: Settings, planned: Sequence[Planned] | None = None) -> Ensemble:
    """Live what is missing of a design and collect the whole; `planned` are its runs where they are not those of `design`.

    Raises
    ------
    StoreError
        The folder must not or cannot be written.
    FailedRunsError
        No run came to its end, or one failed under `fail_fast`.
    ConfigError
        The workers of `engine=dask` cannot do the work (see `experiments.reach`).
    """
    _tell_of_what_never_comes(settings)
    levels: tuple[Levelled, ...] = ()
    if settings.budget == "neutral":
        settings, levels = _levelled(settings, Store(settings.out))
    work = design_tasks(settings) if planned is None else tasks(settings, planned)
    return fulfil(settings, work, levels)


def fulfil(
    settings: Settings, work: Sequence[Task], levels: tuple[Levelled, ...] = (), jobs: Sequence[Job] = ()
) -> Ensemble:
    """Live those runs of the tasks that are not whole yet and collect all; raises as `carry_out` does. `jobs` are told in the manifest."""
    store = Store(settings.out)
    planned = [run for task in work for run in task.runs]
    begin(settings, store, planned, jobs)
    status, receipts = "interrupted", []
    try:
        receipts = live_tasks(settings, store, work)
        status = "finished"
    finally:
        rows = _close(store, status)
    failed = tuple(receipt for receipt in receipts if receipt.status == "failed")
    if failed:
        store.seal("failed")
    if failed and settings.fail_fast:
        told = failure_line(settings, store, failed, len(planned))
        raise FailedRunsError(text(settings.lang, "stopped_failing", told=told))
    if not len(rows):
        raise FailedRunsError(failure_line(settings, store, failed, len(planned)))
    return Ensemble(settings, store, rows, failed, len(planned), levels)


def _tell_of_what_never_comes(settings: Settings) -> None:
    """A future whose courses all begin after the last day is the reference under another name."""
    for future in settings.futures or (settings.future,):
        first = min((course.start for course in future.courses), default=0)
        if first >= settings.days:
            say(text(settings.lang, "future_never", future=future.name, first=first, days=settings.days))


def _levelled(settings: Settings, store: Store) -> tuple[Settings, tuple[Levelled, ...]]:
    """Every strategy at the common cost; the folder is taken before the first pilot."""
    from experiments import budget

    begin(settings, store, design(settings))
    settings, found = budget.levelled(settings)
    budget.write(store.root, found)
    return settings, tuple(found)


def begin(settings: Settings, store: Store, planned: Sequence[Planned], jobs: Sequence[Job] = ()) -> None:
    """Register all runs of a design; raises as `carry_out` does when the folder or the engine will not do."""
    look(store.root)
    reach.ready(settings)
    store.begin(settings, [_planned_row(run) for run in planned], jobs)


def live(settings: Settings, store: Store, planned: Sequence[Planned]) -> list[Receipt]:
    """Live those of the planned runs that the store does not hold, and return their receipts."""
    return live_tasks(settings, store, tasks(settings, planned))


def live_tasks(settings: Settings, store: Store, work: Sequence[Task]) -> list[Receipt]:
    """The same for tasks that bring settings of their own."""
    planned = [run for task in work for run in task.runs]
    missing = [run for run in planned if _is_missing(settings, store, run.run_id)]
    if missing:
        store.loosen()
    left = _left(work, missing)
    survey(settings, store, work, left)
    progress = Progress(len(missing), len(planned) - len(missing), settings.lang)
    with progress.showing():
        receipts = execute(left, store, settings, progress)
    tidy(store)
    return receipts


def _is_missing(settings: Settings, store: Store, run_id: str) -> bool:
    """Whether a run is to be lived; one that is torn is taken back.

    A run that is not there yet is not: another program may finish it at any moment.
    """
    there = store.path("runs", run_id).exists()
    if store.is_whole(run_id, settings.record):
        return False
    if there:
        store.forget(run_id)
    return True


def _left(work: Sequence[Task], missing: Sequence[Planned]) -> list[Task]:
    """The tasks with only those runs that are missing."""
    left = {run.run_id for run in missing}
    kept = [replace(task, runs=tuple(run for run in task.runs if run.run_id in left)) for task in work]
    return [task for task in kept if task.runs]


class Point(NamedTuple):
    """One set of parameters, and the number of the replicate that it is tried in."""

    parameters: Mapping[str, float]
    replicate: int


class Lived(NamedTuple):
    """Points that were lived: outcomes at each, a table a strategy, and the ensemble of their runs, the failed ones included."""

    outcomes: list[pd.DataFrame]
    ensemble: Ensemble


def live_points(settings: Settings, points: Sequence[Point]) -> Lived:
    """Outcomes at each point, a table a strategy, `[point]` rows in their order; a run that failed is a row of NaN.

    Parameters of a point stand over those of the settings; all strategies of a point share its replicate. Raises as `carry_out` does.
    """
    work = [_task_at(settings, point) for point in points]
    once = {task.runs[0].run_id: task for task in work}
    done = fulfil(settings, list(once.values()))
    rows = done.runs.set_index("run_id")
    tables = [rows.reindex([task.runs[i].run_id for task in work]) for i in range(len(settings.strategies))]
    return Lived(tables, done)


def _task_at(settings: Settings, point: Point) -> Task:
    own = settings.model_copy(update={"parameters": {**settings.parameters, **point.parameters}})
    return Task(
        own, point.replicate, tuple(plan(own, ((one, point.replicate) for one in settings.strategies)))
    )


def failure_line(settings: Settings, store: Store, failed: Sequence[Receipt], planned: int) -> str:
    """What failed of so many planned runs, where to read more, what to do."""
    log = store.root / "log.parquet"
    first = failed[0] if failed else Receipt("", "failed", "write", "no result can be read")
    error = " ".join(first.error.split())
    short = error if len(error) <= MOST_TOLD else error[:MOST_TOLD] + " …"
    return text(
        settings.lang,
        "some_failed",
        failed=len(failed),
        planned=planned,
        stage=first.stage,
        error=short,
        log=log,
    )


def _planned_row(run: Planned) -> dict[str, Any]:
    return {"run_id": run.run_id, "strategy": run.strategy.name, "replicate": run.replicate}


def _close(store: Store, status: str) -> pd.DataFrame:
    rows = store.collect()
    store.collect_log()
    store.seal(status)
    return rows
