"""What one worker does: the common past of a replicate once, then each strategy from there on, each result straight to disk.

A task carries settings, never a world; what comes back is a small receipt. A run that fails is a receipt too, with its stage,
seed and traceback, and does not stop the others; only a disk that refuses does.
"""

from __future__ import annotations

import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from experiments.going_on import Mornings
from experiments.heap import large_arrays_apart
from experiments.manifest import now
from experiments.parquet import WriteError
from experiments.settings import Settings
from experiments.store import Store, wanted
from experiments.ties import ties_table
from sim.scenario import Strategy

if TYPE_CHECKING:
    from sim.model import Checkpoint

#: Told each day with the run's name and the share of it that is done.
Watch = Callable[[str, float], None]
FULL_DOSE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Planned:
    """One run of a design."""

    run_id: str
    strategy: Strategy
    replicate: int


@dataclass(frozen=True, slots=True)
class Task:
    """The runs of one replicate that are still to be lived."""

    settings: Settings
    replicate: int
    runs: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a run."""

    run_id: str
    status: str
    stage: str = ""
    error: str = ""


def perform(task: Task, store: Store, watch: Watch | None = None, threads: int = 1) -> list[Receipt]:
    """Live the runs of a task and keep their results; under `fail_fast`, up to the first that fails. Large worlds use `threads`.

    What another worker or another program has finished meanwhile is not lived again.

    Raises
    ------
    WriteError
        The disk refused.
    """
    large_arrays_apart()
    settings = task.settings
    whole = [run for run in task.runs if store.is_whole(run.run_id, settings.record)]
    task = replace(task, runs=tuple(run for run in task.runs if run not in whole))
    attempt, mornings = Attempt(settings, store), Mornings(task, store)
    for run in whole:
        mornings.forget(run.run_id)
    attempt.receipts += [Receipt(run.run_id, "done") for run in whole]
    if not task.runs:
        return attempt.receipts
    model = past = None
    with attempt.of(*task.runs):
        model, past = _common_past(task, attempt, mornings, watch, threads)
    for run in task.runs if attempt.standing else ():
        if settings.fail_fast and attempt.broken:
            break
        with attempt.of(run):
            attempt.stage = "fork"
            if attempt.broken:
                # A model that broke in the middle of a day is not trusted with another run.
                vars(model).clear()
                model = build(settings, run.strategy, task.replicate, threads)
            _fork(model, past, run, mornings)
            attempt.stage = "run"
            for _ in _days(model, settings.days, run.run_id, settings, watch):
                if model.day < settings.days:
                    mornings.keep(model, run.run_id, (run,))
            attempt.stage = "outcomes"
            row, tables = results(model, settings, run)
            attempt.stage = "write"
            store.keep(row, tables)
            mornings.forget(run.run_id)
            attempt.done(run)
    if all(receipt.status == "done" for receipt in attempt.receipts):
        mornings.forget_past()
    if model is not None:
        # It stands in circles with its agents: as it is, it would stay until Python looks for circles, many runs later.
        vars(model).clear()
    return attempt.receipts


def _common_past(
    task: Task, attempt: Attempt, mornings: Mornings, watch: Watch | None, threads: int
) -> tuple[Any, Checkpoint | None]:
    """The model on its first day, or where its past was left, and None for a single run; else the model on the day of the fork and
    its checkpoint."""
    first = task.runs[0]
    attempt.stage = "build"
    model = build(task.settings, first.strategy, task.replicate, threads)
    alone = len(task.runs) == 1
    if alone and mornings.has(first.run_id):
        return model, None
    attempt.stage = "past"
    mornings.take(model, mornings.past, first.strategy)
    if alone:
        return model, None
    for _ in _days(model, task.settings.reform_day, first.run_id, task.settings, watch):
        mornings.keep(model, mornings.past, task.runs)
    return model, model.checkpoint()


def _fork(model: Any, past: Checkpoint | None, run: Planned, mornings: Mornings) -> None:
    """Let the model go on as this run: from where the run was left, else from the common past."""
    if not mornings.take(model, run.run_id, run.strategy) and past is not None:
        model.resume(past, run.strategy)


def build(settings: Settings, strategy: Strategy, replicate: int, threads: int = 1) -> Any:
    """The world of one replicate, on day 0, under one strategy; it keeps ended needs and closed cases where they are to be recorded."""
    from sim.model import CommunityModel

    return CommunityModel(
        world=settings.world, strategy=strategy, future=settings.future, seed=settings.seed, replicate=replicate,
        days=settings.days, reform_day=settings.reform_day, parameters=settings.parameters or None, pinned=settings.pin or None,
        threads=threads, keeps_all=settings.record.keeps_all, by_street=settings.record.by_street,
    )  # fmt: skip


def results(model: Any, settings: Settings, run: Planned) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row of a run and its tables."""
    row = {
        "run_id": run.run_id, "strategy": run.strategy.name, "world": settings.world.name, "future": settings.future.name,
        "replicate": run.replicate, "seed": settings.seed, "intensity": FULL_DOSE, "days": settings.days,
        "reform_day": settings.reform_day,
    }  # fmt: skip
    row |= {name: float(value) for name, value in model.outcomes().items()}
    tables: dict[str, Any] = {}
    for name in wanted(settings.record):
        if name == "ties":
            tables[name] = ties_table(model.state, model.records.marks["ties"], settings.reform_day)
        else:
            tables[name] = model.columns("daily" if name == "streets" else name)
    if "needs" in tables:  # who lacks it, for stories of single lives
        tables["needs"]["group"] = model.state.needs.group[: len(tables["needs"]["need"])]
    return row, tables


def _days(model: Any, until: int, run_id: str, settings: Settings, watch: Watch | None) -> Iterator[None]:
    """Live up to a day, and stop on each morning."""
    while model.day < until:
        model.run(model.day + 1)
        if watch:
            watch(run_id, model.day / settings.days)
        yield


class Attempt:
    """Keeps receipts and notes of the runs of a task; `stage` says where the present one stands."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.stage = ""
        self.standing = True
        self.receipts: list[Receipt] = []
        self._began = (time.perf_counter(), now())

    @contextmanager
    def of(self, *runs: Planned) -> Iterator[None]:
        """Turn an exception into failed receipts of `runs`; the next attempt may go on."""
        self._began = time.perf_counter(), now()
        try:
            yield
        except WriteError:
            raise
        except Exception as error:  # whatever failed: a failed run is a record
            self.standing = len(runs) == 1 and self.stage not in ("build", "past")
            told = f"{type(error).__name__}: {error}"
            for run in runs:
                self._note(run, Receipt(run.run_id, "failed", self.stage, told), traceback.format_exc())

    @property
    def broken(self) -> bool:
        """Whether the last run failed."""
        return bool(self.receipts) and self.receipts[-1].status == "failed"

    def done(self, run: Planned) -> None:
        """The run is finished and kept."""
        self._note(run, Receipt(run.run_id, "done"), "")

    def _note(self, run: Planned, receipt: Receipt, trace: str) -> None:
        self.store.note(entry(self.settings, run, receipt, trace, *self._began))
        self.receipts.append(receipt)


def entry(
    settings: Settings, run: Planned, receipt: Receipt, trace: str, clock: float, started: str
) -> dict[str, Any]:
    """The note of an attempt for the log."""
    return {
        "run_id": run.run_id, "strategy": run.strategy.name, "replicate": run.replicate, "seed": settings.seed,
        "status": receipt.status, "stage": receipt.stage, "error": receipt.error, "traceback": trace, "started": started,
        "seconds": round(time.perf_counter() - clock, 3), "host": socket.gethostname(), "process": os.getpid(),
    }  # fmt: skip
