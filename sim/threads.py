"""Dense laws over ranges of communities, each range in a thread of its own: kernels hold no lock of the interpreter.

Ranges touch different communities and are joined in their order, so the number of threads never changes a byte.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from sim.state import State

T = TypeVar("T")
#: Residents that are worth a further thread: below, starting it costs more than it brings.
WORTH: Final = 150_000


def over_communities(state: State, work: Callable[[int, int], T]) -> list[T]:
    """What `work(first, last)` returns for ranges `[first, last)` of communities with as many residents each, in their order."""
    edges = ranges(state)
    pairs = list(zip(edges[:-1], edges[1:], strict=True))
    if len(pairs) == 1:
        return [work(*pairs[0])]
    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(lambda pair: work(*pair), pairs))


def ranges(state: State) -> list[int]:
    """Where the ranges of communities begin and, last, the number of communities."""
    first, cells = state.geography.community_first_cell, state.cells
    communities, residents = len(first) - 1, int(cells.last[-1])
    count = max(1, min(state.threads, residents // WORTH, communities))
    shares = np.arange(1, count) * (residents / count)
    inner = np.searchsorted(cells.first[first[:-1]], shares)
    return [0, *sorted({int(edge) for edge in inner} - {0, communities}), communities]
