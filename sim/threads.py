"""Dense laws over ranges of communities, each range in a thread of its own: kernels hold no lock of the interpreter.

Ranges touch different communities and are joined in their order, so the number of threads never changes a byte.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from sim.state import State

S = TypeVar("S")
T = TypeVar("T")
#: Residents that are worth a further thread: below, starting it costs more than it brings.
WORTH: Final = 150_000
#: The same for rows of a list, of which each takes a few steps.
WORTH_ROWS: Final = 100_000


def over_communities(state: State, work: Callable[[int, int], T]) -> list[T]:
    """What `work(first, last)` returns for ranges `[first, last)` of communities with as many residents each, in their order."""
    if state.threads == 1:
        return [work(0, state.geography.n_communities)]
    return over(ranges(state), work)


def over_rows(state: State, count: int, work: Callable[[int, int], T]) -> list[T]:
    """What `work(first, last)` returns for ranges `[first, last)` of the first `count` rows of a list, in their order."""
    if state.threads == 1:
        return [work(0, count)]
    return over(evenly_cut(count, state.threads, WORTH_ROWS), work)


def over(edges: Sequence[int], work: Callable[[int, int], T]) -> list[T]:
    """What `work(first, last)` returns between each two edges, in their order, each in a thread of its own."""
    pairs = list(itertools.pairwise(edges))
    if len(pairs) == 1:
        return [work(*pairs[0])]
    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(lambda pair: work(*pair), pairs))


def each(state: State, things: Iterable[S], work: Callable[[S], T]) -> list[T]:
    """What `work(thing)` returns for each of some things of much work, in their order, as many at a time as there are threads."""
    if state.threads == 1:
        return [work(thing) for thing in things]
    with ThreadPoolExecutor(state.threads) as pool:
        return list(pool.map(work, things))


def evenly_cut(count: int, threads: int, worth: int) -> list[int]:
    """Edges that cut `count` things into as many parts as there are threads, but no part smaller than it is `worth`."""
    parts = max(1, min(threads, count // worth))
    return [count * part // parts for part in range(parts + 1)]


def ranges(state: State) -> list[int]:
    """Where the ranges of communities begin and, last, the number of communities."""
    first, cells = state.geography.community_first_cell, state.cells
    communities, residents = len(first) - 1, int(cells.last[-1])
    count = max(1, min(state.threads, residents // WORTH, communities))
    shares = np.arange(1, count) * (residents / count)
    inner = np.searchsorted(cells.first[first[:-1]], shares)
    return [0, *sorted({int(edge) for edge in inner} - {0, communities}), communities]
