"""A design from plan to store: register all runs, live the missing ones, collect, seal.

Whatever ends the program, the store is left so that the same command goes on: what is finished is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from experiments.engine import execute
from experiments.identity import run_id
from experiments.progress import Progress
from experiments.settings import Settings
from experiments.store import Store
from experiments.task import Planned, Receipt, Task
from experiments.texts import text
from sim.errors import XietongError

if TYPE_CHECKING:
    import pandas as pd


#: Signs of an error that one line can hold.
MOST_TOLD: Final = 200


class FailedRunsError(XietongError):
    """Every run of a design failed: there is nothing to show."""


@dataclass(frozen=True)
class Ensemble:
    """A finished design: its store, the rows of its runs, the runs that failed."""

    settings: Settings
    store: Store
    runs: pd.DataFrame
    failed: tuple[Receipt, ...]
    planned: int


def design(settings: Settings) -> list[Planned]:
    """All runs that the settings ask for: replicates outside, strategies by name within."""
    strategies = sorted(settings.strategies, key=lambda strategy: strategy.name)
    return [
        Planned(run_id(settings, strategy, replicate), strategy, replicate)
        for replicate in settings.numbers()
        for strategy in strategies
    ]


def tasks(settings: Settings, runs: list[Planned]) -> list[Task]:
    """One task a replicate, so that its common past is lived once."""
    grouped: dict[int, list[Planned]] = {}
    for run in runs:
        grouped.setdefault(run.replicate, []).append(run)
    return [Task(settings, replicate, tuple(group)) for replicate, group in grouped.items()]


def carry_out(settings: Settings) -> Ensemble:
    """Live what is missing of a design and collect the whole.

    Raises
    ------
    StoreError
        The folder must not or cannot be written.
    FailedRunsError
        No run came to its end.
    """
    return fulfil(settings, tasks(settings, design(settings)))


def fulfil(settings: Settings, work: Sequence[Task]) -> Ensemble:
    """Live those runs of the tasks that are not whole yet and collect all; raises as `carry_out` does."""
    store = Store(settings.out)
    planned = [run for task in work for run in task.runs]
    store.begin(settings, [_planned_row(run) for run in planned])
    missing = [run for run in planned if not store.is_whole(run.run_id, settings.record)]
    for run in missing:
        store.forget(run.run_id)
    progress = Progress(len(missing), len(planned) - len(missing), settings.lang)
    status, receipts = "interrupted", []
    try:
        with progress.showing():
            receipts = execute(_left(work, missing), store, settings.jobs, progress)
        status = "finished"
    finally:
        rows = _close(store, status)
    failed = tuple(receipt for receipt in receipts if receipt.status == "failed")
    if failed:
        store.seal("failed")
    if not len(rows):
        raise FailedRunsError(failure_line(settings, len(planned), store, failed))
    return Ensemble(settings, store, rows, failed, len(planned))


def _left(work: Sequence[Task], missing: Sequence[Planned]) -> list[Task]:
    """The tasks with only those runs that are missing."""
    left = {run.run_id for run in missing}
    kept = [replace(task, runs=tuple(run for run in task.runs if run.run_id in left)) for task in work]
    return [task for task in kept if task.runs]


class Point(NamedTuple):
    """One set of parameters, and the number of the replicate that it is tried in."""

    parameters: Mapping[str, float]
    replicate: int


def live_points(settings: Settings, points: Sequence[Point]) -> pd.DataFrame:
    """Outcomes of the first strategy at each point, `[point]` rows in their order; a run that failed is a row of NaN.

    Parameters of a point stand over those of the settings. Raises as `carry_out` does.
    """
    work = [_task_at(settings, point) for point in points]
    rows = fulfil(settings, work).runs.set_index("run_id")
    return rows.reindex([task.runs[0].run_id for task in work])


def _task_at(settings: Settings, point: Point) -> Task:
    own = settings.model_copy(update={"parameters": {**settings.parameters, **point.parameters}})
    strategy = settings.strategies[0]
    return Task(
        own, point.replicate, (Planned(run_id(own, strategy, point.replicate), strategy, point.replicate),)
    )


def failure_line(settings: Settings, planned: int, store: Store, failed: Sequence[Receipt]) -> str:
    """What failed, where to read more, what to do."""
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
