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
from typing import Any, Final

from experiments.manifest import now
from experiments.parquet import WriteError
from experiments.settings import Settings
from experiments.store import Store, wanted
from experiments.ties import strengths, ties_table
from sim.scenario import Strategy

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
    settings = task.settings
    whole = [run for run in task.runs if store.is_whole(run.run_id, settings.record)]
    task = replace(task, runs=tuple(run for run in task.runs if run not in whole))
    attempt = Attempt(settings, store)
    attempt.receipts += [Receipt(run.run_id, "done") for run in whole]
    if not task.runs:
        return attempt.receipts
    with attempt.of(*task.runs):
        model, past = _common_past(task, attempt, watch, threads)
    for run in task.runs if attempt.standing else ():
        if settings.fail_fast and attempt.receipts and attempt.receipts[-1].status == "failed":
            break
        with attempt.of(run):
            if past is not None:
                attempt.stage = "fork"
                model.resume(past, run.strategy)
            attempt.stage = "run"
            _live(model, settings.reform_day, run.run_id, settings, watch)
            ties = strengths(model.state)
            _live(model, settings.days, run.run_id, settings, watch)
            attempt.stage = "outcomes"
            row, tables = results(model, settings, run, ties)
            attempt.stage = "write"
            store.keep(row, tables)
            attempt.done(run)
    return attempt.receipts


def _common_past(task: Task, attempt: Attempt, watch: Watch | None, threads: int) -> tuple[Any, Any]:
    """The model on its first day and None for a single run, else the model on the day of the fork and its checkpoint."""
    first = task.runs[0]
    attempt.stage = "build"
    model = build(task.settings, first.strategy, task.replicate, threads)
    if len(task.runs) == 1:
        return model, None
    attempt.stage = "past"
    _live(model, task.settings.reform_day, first.run_id, task.settings, watch)
    return model, model.checkpoint()


def build(settings: Settings, strategy: Strategy, replicate: int, threads: int = 1) -> Any:
    """The world of one replicate, on day 0, under one strategy; it keeps ended needs and closed cases where they are to be recorded."""
    from sim.model import CommunityModel

    return CommunityModel(
        world=settings.world, strategy=strategy, future=settings.future, seed=settings.seed, replicate=replicate,
        days=settings.days, reform_day=settings.reform_day, parameters=settings.parameters or None, pinned=settings.pin or None,
        keeps_all=settings.record.needs or settings.record.cases, threads=threads,
        by_street=settings.record.daily == "street",
    )  # fmt: skip


def results(model: Any, settings: Settings, run: Planned, ties: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row of a run and its tables; `ties` are those on the morning of the reform day (`experiments.ties.strengths`)."""
    row = {
        "run_id": run.run_id, "strategy": run.strategy.name, "world": settings.world.name, "future": settings.future.name,
        "replicate": run.replicate, "seed": settings.seed, "intensity": FULL_DOSE, "days": settings.days,
        "reform_day": settings.reform_day,
    }  # fmt: skip
    row |= {name: float(value) for name, value in model.outcomes().items()}
    tables: dict[str, Any] = {}
    for name in wanted(settings.record):
        if name == "ties":
            tables[name] = ties_table(model.state, ties, settings.reform_day)
        else:
            tables[name] = model.columns("daily" if name == "streets" else name)
    if "needs" in tables:  # who lacks it, for stories of single lives
        tables["needs"]["group"] = model.state.needs.group[: len(tables["needs"]["need"])]
    return row, tables


def _live(model: Any, until: int, run_id: str, settings: Settings, watch: Watch | None) -> None:
    while model.day < until:
        model.step()
        if watch:
            watch(run_id, model.day / settings.days)


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
