"""How tasks are executed: in this process for one job, else by worker processes, of this machine or of a dask scheduler.

All call the same function, `experiments.task.perform`. Workers write their own results, so a worker that dies costs only what
it had in hand: its task is given to another, and one that kills every worker it meets is recorded as failed. Few tasks are handed
out at a time, so that this process needs no more memory for many than for few; short ones are handed out together.
"""

from __future__ import annotations

import functools
import queue
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from experiments.identity import model_version
from experiments.manifest import now
from experiments.progress import Progress
from experiments.reach import Facts, agree, facts
from experiments.settings import Settings
from experiments.store import Store
from experiments.task import Receipt, Task, entry, perform
from experiments.texts import both, text
from experiments.workers import client_of
from sim.errors import StoreError, XietongError
from sim.kernels import compiled_before

#: Seconds between two looks at how far the workers are.
LOOK: Final = 0.25
#: Batches handed out for each thread of the workers: one in hand, one at hand.
AHEAD: Final = 2
#: Seconds that a batch of short tasks should take: handing one out costs some milliseconds of a processor that workers need.
BATCH: Final = 2.0

Batch = tuple[Task, ...]


class LostSchedulerError(XietongError):
    """The scheduler went away while its workers were at work."""


class _FirstFailure(Exception):
    """A run has failed and the user wants no more."""


def execute(tasks: Sequence[Task], store: Store, settings: Settings, progress: Progress) -> list[Receipt]:
    """Live all tasks and return a receipt for each run; under `fail_fast`, up to the first that failed.

    Raises
    ------
    WriteError
        The disk refused; tasks not yet begun are left.
    ConfigError
        No scheduler answers, or a worker differs from this program.
    LostSchedulerError
        It answered, and does no longer; what is finished is kept.
    KeyboardInterrupt
        The user wants to stop; what is finished is kept.
    """
    if not tasks:
        return []
    if settings.engine.name == "local" and min(settings.jobs, len(tasks)) == 1:
        return _serially(tasks, store, progress, settings.fail_fast)
    receipts: list[Receipt] = []
    with suppress(_FirstFailure), client_of(settings, len(tasks)) as client:
        _Dispatch(client, store, settings, progress, receipts).live(tasks)
    return receipts


def _serially(tasks: Sequence[Task], store: Store, progress: Progress, fail_fast: bool) -> list[Receipt]:
    receipts: list[Receipt] = []
    for task in tasks:
        receipts += perform(task, store, _Counted(store, receipts, task, progress).day, task.settings.jobs)
        progress.count(*_tally(receipts))
        if fail_fast and progress.failed:
            break
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


class _Dispatch:
    """Keeps workers in work with few batches handed out, and gathers receipts."""

    def __init__(
        self, client: Any, store: Store, settings: Settings, progress: Progress, receipts: list[Receipt]
    ) -> None:
        self.client, self.store, self.settings = client, store, settings
        self.progress, self.receipts = progress, receipts
        self.root = str(store.root.absolute())
        self.arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.waiting: dict[Any, Batch] = {}
        #: Tasks of batches that were lost: the next time each is sent alone, so that one costs no other.
        self.alone: deque[Task] = deque()
        #: Seconds that a task takes, by the last batch.
        self.pace: float | None = None
        self.threads = 1
        self._looked = self._told = float("-inf")

    def live(self, tasks: Sequence[Task]) -> None:
        """All tasks to their end."""
        left = deque(tasks)
        while left or self.alone or self.waiting:
            self._hand_out(left)
            for future in self._arrivals():
                self._receive(future, self.waiting.pop(future))
            self._tell()

    def _hand_out(self, left: deque[Task]) -> None:
        self._count_threads()
        while (left or self.alone) and len(self.waiting) < AHEAD * self.threads:
            batch = (
                (self.alone.popleft(),)
                if self.alone
                else tuple(left.popleft() for _ in range(self._size(len(left))))
            )
            future = self.client.submit(perform_batch, batch, self.root, facts(), pure=False)
            self.waiting[future] = batch
            future.add_done_callback(self.arrived.put)

    def _size(self, left: int) -> int:
        """Tasks of the next batch: as many as fill its time, as long as enough batches are left to share."""
        if self.pace is None:
            return 1
        fair = -(-left // (AHEAD * self.threads))
        return max(1, min(int(BATCH / max(self.pace, BATCH / left)), fair))

    def _count_threads(self) -> None:
        """Workers come and go."""
        if time.monotonic() - self._looked > 1:
            with suppress(OSError):  # a scheduler that is lost shows in what was handed out
                self.threads = max(1, sum(self.client.nthreads().values()))
            self._looked = time.monotonic()

    def _arrivals(self) -> list[Any]:
        found = []
        with suppress(queue.Empty):
            found.append(self.arrived.get(timeout=LOOK))
            while True:
                found.append(self.arrived.get_nowait())
        return found

    def _receive(self, future: Any, batch: Batch) -> None:
        """Take the receipts of a batch, or send each task of one that was lost once more, or give up what no worker survives."""
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        try:
            receipts, self.pace = future.result()
        except (KilledWorker, FutureCancelledError) as error:
            self._judge_connection(error)
            if len(batch) > 1:
                self.alone.extend(batch)
                return
            receipts = _lost(batch[0], error, self.store)
        self.receipts += receipts
        if self.settings.fail_fast and _tally(self.receipts)[1]:
            raise _FirstFailure

    def _judge_connection(self, error: BaseException) -> None:
        """A worker that died over its task is one matter; a scheduler of others that is gone, and all its tasks with it, is another."""
        from distributed.client import FutureCancelledError

        if isinstance(error, FutureCancelledError) and self.settings.engine.name == "dask":
            address = self.settings.engine.scheduler
            raise LostSchedulerError(text(self.settings.lang, "engine_lost", address=address)) from None

    def _tell(self) -> None:
        if self.waiting and time.monotonic() - self._told < LOOK:
            return
        self._told = time.monotonic()
        underway = [run.run_id for batch in self.waiting.values() for task in batch for run in task.runs]
        done, failed = _tally(self.receipts)
        self.progress.count(
            done + sum(self.store.path("runs", run_id).exists() for run_id in underway), failed
        )


def perform_batch(batch: Batch, root: str, own: Facts) -> tuple[list[Receipt], float]:
    """What a worker is sent: receipts and seconds a task. No callback crosses processes, the store tells how far a task is.

    Raises
    ------
    StoreError
        The sources of the model were edited since the program started: results of two models would stand under one name.
    ConfigError
        A worker of a scheduler has another model or other packages than the program that sends it tasks.
    """
    settings = batch[0].settings
    if settings.engine.name == "dask":
        agree(settings, socket.gethostname(), facts(), own)
    elif model_version() != own.model:
        raise StoreError(*both("model_edited", own=own.model, found=model_version()))
    _prepare()
    start = time.perf_counter()
    receipts: list[Receipt] = []
    for task in batch:
        receipts += perform(task, Store(Path(root)))
        if settings.fail_fast and _tally(receipts)[1]:
            break
    return receipts, (time.perf_counter() - start) / len(batch)


@functools.cache
def _prepare() -> None:
    """Let one worker of a machine compile the model after a change, while the others wait for what it leaves in the cache."""
    if compiled_before():
        return
    from distributed import Lock

    with Lock(f"compiling on {socket.gethostname()}"):
        warm_up()


def warm_up() -> None:
    """Load all kernels, or compile them after a change: a small world lives through a week and a month, which meets nearly all."""
    from sim.model import CommunityModel

    CommunityModel(world="classroom", days=32, reform_day=1).run().outcomes()


def _lost(task: Task, error: BaseException, store: Store) -> list[Receipt]:
    """Receipts of a task that no worker survived: runs that it finished are done, the others have failed at stage `worker`."""
    receipts = []
    for run in task.runs:
        if store.parts(run.run_id) is not None:
            receipts.append(Receipt(run.run_id, "done"))
            continue
        receipts.append(Receipt(run.run_id, "failed", "worker", f"{type(error).__name__}: {error}"))
        store.note(entry(task.settings, run, receipts[-1], "", time.perf_counter(), now()))
    return receipts


def _tally(receipts: Sequence[Receipt]) -> tuple[int, int]:
    failed = sum(receipt.status == "failed" for receipt in receipts)
    return len(receipts) - failed, failed
