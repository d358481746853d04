"""Communities that lie on each other: how much of the smaller one two outlines share.

    common area = ∫ length of what lies in both, along a line of equal latitude, over the latitudes that both reach

The integral is the mean of `LINES` such lines. On each line the crossings of both outlines are sorted and passed from west to east;
what is entered and not yet left is within (the even-odd rule, so holes and several polygons need nothing of their own). Nothing is
divided by a difference that may vanish, and shared borders have no length. A strip along a border is told to 1/`LINES` of the height
that both bounding boxes share, well below the part of an area that is let through: drawn by hand, borders never meet exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from experiments.own_world.cutting import area
from sim.tables import Array

LINES: Final = 256
#: Part of the smaller community up to which borders may run over each other.
MOST_SHARED: Final = 0.01


class Overlap(NamedTuple):
    """Two outlines by number, the lower first, and the part of the smaller that both cover."""

    first: int
    second: int
    share: float


def overlaps(found: Mapping[int, Sequence[Array]]) -> Iterator[Overlap]:
    """Pairs of outlines that share more than `MOST_SHARED` of the smaller; rings by number, closed, holes run the other way."""
    numbers = sorted(found)
    boxes = np.array([_box(found[number]) for number in numbers])
    areas = np.array([area([ring.astype(float) for ring in found[number]]) for number in numbers])
    for i, j in _near(boxes, areas):
        share = common_area(found[numbers[i]], found[numbers[j]]) / min(areas[i], areas[j])
        if share > MOST_SHARED:
            yield Overlap(numbers[i], numbers[j], float(share))


def common_area(one: Sequence[Array], other: Sequence[Array]) -> float:
    """The area that lies within both, in the square of the unit of the rings."""
    low, high = (
        end(_box(one)[side], _box(other)[side]) for end, side in ((max, 1), (min, 3))
    )  # south and north of what both reach
    if low >= high:
        return 0.0
    step = (high - low) / LINES
    at = low + step * (np.arange(LINES) + 0.5)
    line, x, whose = (
        np.concatenate(parts) for parts in zip(_crossings(one, at, 0), _crossings(other, at, 1), strict=True)
    )
    order = np.lexsort((x, line))
    line, x, whose = line[order], x[order], whose[order]
    # Each outline is entered as often as it is left on every line, so counting through all lines keeps the parity.
    inside = (np.cumsum(whose == 0) % 2 == 1) & (np.cumsum(whose == 1) % 2 == 1)
    return float(np.diff(x)[inside[:-1]].sum() * step)


def _crossings(rings: Sequence[Array], at: Array, whose: int) -> tuple[Array, Array, Array]:
    """Where rings cross the lines `at`: number of the line, place on it, and `whose`."""
    a, b = (np.concatenate([ring[part].astype(float) for ring in rings]) for part in (np.s_[:-1], np.s_[1:]))
    reached = (np.maximum(a[:, 1], b[:, 1]) >= at[0]) & (np.minimum(a[:, 1], b[:, 1]) <= at[-1])
    a, b = a[reached], b[reached]
    edge, line = np.nonzero((a[:, 1, None] <= at) != (b[:, 1, None] <= at))
    a, b = a[edge], b[edge]
    x = a[:, 0] + (b[:, 0] - a[:, 0]) * (at[line] - a[:, 1]) / (b[:, 1] - a[:, 1])
    return line, x, np.full(len(x), whose)


def _box(rings: Sequence[Array]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    low, high = (np.array([end(ring, axis=0) for ring in rings]) for end in (np.min, np.max))
    (west, south), (east, north) = low.min(0).tolist(), high.max(0).tolist()
    return west, south, east, north


def _near(boxes: Array, areas: Array) -> Iterator[tuple[int, int]]:
    """Pairs, the lower number first, whose bounding boxes share enough for their outlines to."""
    order = np.argsort(boxes[:, 0], kind="stable")
    ends = np.searchsorted(boxes[order, 0], boxes[:, 2])
    found = []
    for place, i in enumerate(order.tolist()):
        others = order[place + 1 : ends[i]]
        width = np.minimum(boxes[i, 2], boxes[others, 2]) - np.maximum(boxes[i, 0], boxes[others, 0])
        height = np.minimum(boxes[i, 3], boxes[others, 3]) - np.maximum(boxes[i, 1], boxes[others, 1])
        enough = np.clip(width, 0.0, None) * np.clip(height, 0.0, None) > MOST_SHARED * np.minimum(
            areas[i], areas[others]
        )
        found += [(min(i, j), max(i, j)) for j in others[enough].tolist()]
    yield from sorted(found)
