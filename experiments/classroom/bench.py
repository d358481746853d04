"""Where sessions compute: a few threads, fed in small slices, so that nobody waits long and the event loop never does.

What a person waits for goes before what plays by itself; within a kind, first come first served.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

ASKED: Final = 0
PLAYED: Final = 1


class Bench:
    """Threads that serve slices of work by urgency."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="classroom")
        self._waiting: asyncio.PriorityQueue[tuple[int, int, Callable[[], Any], asyncio.Future[Any]]] = (
            asyncio.PriorityQueue()
        )
        self._number = itertools.count()
        self._servers: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to serve; call within a running event loop."""
        self._servers = [asyncio.create_task(self._serve()) for _ in range(self.threads)]

    async def close(self) -> None:
        """Serve no more; slices that run are finished."""
        for server in self._servers:
            server.cancel()
        await asyncio.gather(*self._servers, return_exceptions=True)
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def run(self, urgency: int, work: Callable[[], Any]) -> Any:
        """The result of `work`, done in a thread when its turn comes."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._waiting.put((urgency, next(self._number), work, done))
        return await done

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            _, _, work, done = await self._waiting.get()
            if done.cancelled():
                continue
            try:
                result = await loop.run_in_executor(self._pool, work)
            except asyncio.CancelledError:
                done.cancel()
                raise
            except Exception as error:  # told to whoever asked for it
                if not done.cancelled():
                    done.set_exception(error)
            else:
                if not done.cancelled():
                    done.set_result(result)
