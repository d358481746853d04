"""Clients of worker processes: of a cluster that is started on this machine and ended with its work, or of a scheduler that runs already.

Either way not a word reaches the user but what this program says, and Ctrl-C reaches its main thread alone.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from experiments.nursery import METHOD, interrupts_kept_here, open_nursery
from experiments.settings import Settings
from experiments.texts import text
from sim.errors import ConfigError
from sim.processes import without_main

CHATTY: Final = (
    "distributed", "distributed.client", "tornado", "tornado.application", "asyncio", "bokeh",
)  # fmt: skip
LOOPBACK: Final = "127.0.0.1"
#: No words, no pages, no diaries, no pulse taken fifty times a second: the scheduler starts its page server whatever it is told, so that server gets nothing to show, and
#: what it would remember of thousands of tasks nobody reads.
QUIET: Final = {
    "distributed.logging": dict.fromkeys(CHATTY, "critical"),
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.log-length": 10,
    "distributed.admin.low-level-log-length": 10,
    "distributed.admin.system-monitor.log-length": 10,
    "distributed.admin.system-monitor.interval": "30s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "30s",
}


@contextmanager
def client_of(settings: Settings, tasks: int) -> Iterator[Any]:
    """A client of the workers that the settings ask for, on this machine no more than there are tasks.

    Raises
    ------
    ConfigError
        No scheduler answers.
    """
    chosen = connected(settings) if settings.engine.name == "dask" else started(min(settings.jobs, tasks))
    with chosen as client:
        yield client


@contextmanager
def started(workers: int) -> Iterator[Any]:
    """A client of new worker processes on this machine: loopback only, no dashboard."""
    with ExitStack() as stack:
        stack.enter_context(without_main())
        open_nursery()
        stack.enter_context(_quiet(METHOD))
        from distributed import Client, LocalCluster

        scratch = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="xietong-", ignore_cleanup_errors=True)
        )
        with interrupts_kept_here():
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


@contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    """A client of the scheduler at `engine.scheduler`; its workers belong to others and are left as they are.

    Raises
    ------
    ConfigError
        None answers there in time.
    """
    engine = settings.engine
    with _quiet():
        from distributed import Client
        from distributed.versions import VersionMismatchWarning

        try:
            with interrupts_kept_here(), warnings.catch_warnings():
                # Versions are compared by `experiments.reach`, which tells them in one line.
                warnings.simplefilter("ignore", VersionMismatchWarning)
                with ThreadPoolExecutor(1) as thread:  # for the caller may have an event loop of its own
                    thread.submit(asyncio.run, _greet(str(engine.scheduler), engine.timeout)).result()
                client = Client(engine.scheduler, timeout=engine.timeout, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error.__cause__ or error).split()) or type(error).__name__
            values = {"address": engine.scheduler, "seconds": engine.timeout, "reason": reason}
            raise ConfigError(text(settings.lang, "engine_unreachable", **values)) from None
        try:
            yield client
        finally:
            client.close(timeout=engine.timeout)


async def _greet(address: str, timeout: float) -> None:
    """Ask who is there; a client alone would wait for ever for one that accepts and never speaks."""
    from distributed import rpc

    async with asyncio.timeout(timeout), rpc(address, timeout=timeout) as other:
        kind = (await other.identity())["type"]
    if kind != "Scheduler":
        raise ValueError(f"a {kind} answers")


def _end_workers(cluster: Any) -> None:
    """End the worker processes at once, in the middle of their runs: a finished run is on disk, a half one is not."""
    for nanny in cluster.workers.values():
        nanny.close_gracefully()  # not to be replaced
        if nanny.pid:
            os.kill(nanny.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


@contextmanager
def _quiet(method: str = "spawn") -> Iterator[None]:
    """Keep the libraries silent; where the user's own program has them in use, they are given back as they were."""
    import dask

    quiet = dask.config.set(QUIET | {"distributed.worker.multiprocessing-method": method})
    if "distributed" not in sys.modules:
        yield
        return
    with quiet, _silence():
        yield


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
