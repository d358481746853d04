"""Where the worker processes of this machine come from: on Linux each is a copy of one process that has the model at hand.

That process, a fork server, loads the model and its kernels once, while the program that wants workers still reads its words;
a worker is then there in a tenth of a second. Elsewhere each worker starts from nothing and loads all of it anew.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from typing import Final

METHOD: Final = "forkserver" if sys.platform == "linux" else "spawn"
AT_HAND: Final = "experiments.at_hand"


def open_nursery() -> None:
    """Start the fork server, unless it runs already or there is none; it ends with this process."""
    if METHOD == "forkserver":
        with interrupts_kept_here():
            forkserver.set_forkserver_preload([AT_HAND])
            forkserver.ensure_running()


def open_early(words: Sequence[str]) -> None:
    """Start it before the words of a command are read, as most that may have workers want them."""
    if METHOD != "forkserver":
        return  # nor does such a machine know which of its processors are ours
    if not {"jobs=1", "engine=dask"} & set(words) and len(os.sched_getaffinity(0)) > 1:
        with suppress(OSError):  # only a head start: who needs workers tells what is wrong
            open_nursery()


@contextmanager
def interrupts_kept_here() -> Iterator[None]:
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
