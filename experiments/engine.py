"""Where tasks are executed: in this process for one job, on a local cluster of worker processes for more.

Both call the same function, `experiments.task.perform`. Workers write their own results, so a worker that dies costs only what
it had in hand: its task is given to another, and one that kills every worker it meets is recorded as failed.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
import sys
import tempfile
import time
import types
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final

from experiments.identity import model_version
from experiments.manifest import now
from experiments.progress import Progress
from experiments.store import Store
from experiments.task import Receipt, Task, entry, perform
from sim.errors import StoreError

#: Seconds between two looks at how far the workers are.
LOOK: Final = 0.25
CHATTY: Final = ("distributed", "tornado", "asyncio", "bokeh")
LOOPBACK: Final = "127.0.0.1"
#: No words, and no pages: the scheduler starts its page server whatever it is told, so that server gets nothing to show.
QUIET: Final = {
    "distributed.logging": dict.fromkeys(CHATTY, "critical"),
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def execute(tasks: Sequence[Task], store: Store, jobs: int, progress: Progress) -> list[Receipt]:
    """Live all tasks and return a receipt for each run.

    Raises
    ------
    WriteError
        The disk refused; tasks not yet begun are left.
    KeyboardInterrupt
        The user wants to stop; what is finished is kept.
    """
    workers = min(jobs, len(tasks))
    return _serially(tasks, store, progress) if workers <= 1 else _on_cluster(tasks, store, workers, progress)


def _serially(tasks: Sequence[Task], store: Store, progress: Progress) -> list[Receipt]:
    receipts: list[Receipt] = []
    for task in tasks:
        receipts += perform(task, store, _Counted(store, receipts, task, progress).day)
        progress.count(*_tally(receipts))
    return receipts


class _Counted:
    """Counts the runs of a task that were finished while it is still at work."""

    def __init__(self, store: Store, before: Sequence[Receipt], task: Task, progress: Progress) -> None:
        self.store, self.before, self.progress = store, list(before), progress
        self.order = [run.run_id for run in task.runs]
        self.present = ""

    def day(self, run_id: str, share: float) -> None:
        if run_id != self.present:
            self.present = run_id
            done, failed = _tally(self.before)
            earlier = self.order[: self.order.index(run_id)]
            finished = sum(self.store.path("runs", name).exists() for name in earlier)
            self.progress.count(done + finished, failed + len(earlier) - finished)
        self.progress.day(run_id, share)


def _on_cluster(tasks: Sequence[Task], store: Store, workers: int, progress: Progress) -> list[Receipt]:
    receipts: list[Receipt] = []
    version = model_version()
    with _cluster(workers) as client:
        waiting = {
            client.submit(perform_quietly, task, str(store.root), version, pure=False): task for task in tasks
        }
        while waiting:
            time.sleep(LOOK)
            for future in [future for future in waiting if future.done()]:
                receipts += _received(future, waiting.pop(future), store)
            underway = [run.run_id for task in waiting.values() for run in task.runs]
            done, failed = _tally(receipts)
            progress.count(done + sum(store.path("runs", run_id).exists() for run_id in underway), failed)
    return receipts


def perform_quietly(task: Task, root: str, version: str) -> list[Receipt]:
    """What a worker is sent: no callback crosses processes, the store itself tells how far a task is.

    Raises
    ------
    StoreError
        The sources of the model were edited since the program started: results of two models would stand under one name.
    """
    if model_version() != version:
        raise StoreError(
            f"the model was edited while it ran ({version} is now {model_version()}); start again with another out=…"
        )
    _prepare()
    return perform(task, Store(Path(root)))


@functools.cache
def _prepare() -> None:
    """Let one worker compile the model after a change, while the others wait for what it leaves in the cache.

    A small world lives through a week and a month, so that nearly all kernels are met; where they are compiled already, this takes
    a tenth of a second.
    """
    from distributed import Lock

    from sim.model import CommunityModel

    with Lock("compiling"):
        CommunityModel(world="classroom", days=32, reform_day=1).run().outcomes()


def _received(future: Any, task: Task, store: Store) -> list[Receipt]:
    """The receipts of a finished task; where the task itself was lost, its runs have failed at stage `worker`."""
    error = future.exception()
    if error is None:
        return list(future.result())
    if not _lost(error):
        raise error
    receipts = []
    for run in task.runs:
        if store.parts(run.run_id) is not None:
            receipts.append(Receipt(run.run_id, "done"))
            continue
        receipts.append(Receipt(run.run_id, "failed", "worker", f"{type(error).__name__}: {error}"))
        store.note(entry(task.settings, run, receipts[-1], "", time.perf_counter(), now()))
    return receipts


def _lost(error: BaseException) -> bool:
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    return isinstance(error, KilledWorker | FutureCancelledError)


def _tally(receipts: Sequence[Receipt]) -> tuple[int, int]:
    failed = sum(receipt.status == "failed" for receipt in receipts)
    return len(receipts) - failed, failed


@contextmanager
def _cluster(workers: int) -> Iterator[Any]:
    """A client of worker processes on this machine: loopback only, no dashboard, not a word to the user."""
    with ExitStack() as stack:
        import dask

        quiet = dask.config.set(QUIET)
        if "distributed" in sys.modules:
            # Imported before, perhaps by the user's own program: loggers are given back as they were.
            stack.enter_context(quiet)
            stack.enter_context(_silence())
        from distributed import Client, LocalCluster

        stack.enter_context(_without_main())
        scratch = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="xietong-", ignore_cleanup_errors=True)
        )
        with _interrupts_kept_here():
            cluster = stack.enter_context(LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, host=LOOPBACK, memory_limit=None,
                dashboard_address=f"{LOOPBACK}:0", scheduler_kwargs={"dashboard": False}, silence_logs=logging.CRITICAL,
                local_directory=scratch,
            ))  # fmt: skip
            client = stack.enter_context(Client(cluster))
        try:
            yield client
        except BaseException:
            _end_workers(cluster)
            raise


def _end_workers(cluster: Any) -> None:
    """End the worker processes at once, in the middle of their runs: a finished run is on disk, a half one is not."""
    for nanny in cluster.workers.values():
        nanny.close_gracefully()  # not to be replaced
        if nanny.pid:
            os.kill(nanny.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the libraries' loggers quiet, and give them back as they were."""
    before = {name: logging.getLogger(name).level for name in CHATTY}
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main script from new worker processes.

    They would import it again: a script that calls `compare` at its top level would start itself over and over.
    """
    main = sys.modules["__main__"]
    blank = types.ModuleType("__main__")
    blank.__spec__ = None
    sys.modules["__main__"] = blank
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_kept_here() -> Iterator[None]:
    """Ctrl-C reaches this thread alone: threads and processes started inside the block never see it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started here, for its start would give the thread that spawns workers the signal back.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
