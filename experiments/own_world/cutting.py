"""A community's polygons cut into pieces of equal area, one for each grid cell, by straight cuts across their longer side.

    area west of x = c:  A(c) = ∮ min(x, c) dy  (Green)

Rings are closed `[points, 2]` arrays in metres, outer ones counter-clockwise and holes clockwise, so that areas simply add up.
Points stand on whole centimetres and cuts between them: no cut ever meets a corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.tables import Array

_CENTIMETRE: Final = 0.01


def area(rings: Sequence[Array]) -> float:
    """m² within rings."""
    return west_of(rings, 0, np.inf)


def west_of(rings: Sequence[Array], axis: int, cut: float) -> float:
    """m² within rings where the coordinate `axis` lies below `cut`."""
    total = 0.0
    for ring in rings:
        x, y = ring[:, axis], ring[:, 1 - axis]
        a, b, dy = x[:-1], x[1:], np.diff(y)
        low, high = np.minimum(a, b), np.maximum(a, b)
        width = np.where(high > low, high - low, 1.0)
        # Mean of min(x, c) along an edge: its middle where it lies west, c where it lies east, in between both by parts.
        part = np.clip((min(cut, 1e12) - low) / width, 0.0, 1.0)
        mixed = part * (low + 0.5 * part * width) + (1.0 - part) * min(cut, 1e12)
        mean = np.where(
            high <= cut, 0.5 * (a + b), np.where(low >= cut, cut if np.isfinite(cut) else 0.0, mixed)
        )
        total += float((mean * dy).sum())
    return total if axis == 0 else -total


def pieces(rings: list[Array], count: int) -> list[list[Array]]:
    """`count` pieces of equal area, neighbours next to each other in their order."""
    if count == 1:
        return [rings]
    first = (count + 1) // 2
    every = np.concatenate(rings)
    axis = int(np.argmax(every.max(0) - every.min(0)))
    low, high = every[:, axis].min(), every[:, axis].max()
    wanted = area(rings) * first / count
    while high - low > _CENTIMETRE / 2.0:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if west_of(rings, axis, middle) < wanted else (low, middle)
    cut = (np.floor(low / _CENTIMETRE) + 0.5) * _CENTIMETRE
    sides = [_side(rings, axis, cut, sign) for sign in (1.0, -1.0)]
    return [*pieces(sides[0], first), *pieces(sides[1], count - first)]


def _side(rings: Sequence[Array], axis: int, cut: float, sign: float) -> list[Array]:
    """What lies below the cut (`sign` 1) or above it (-1).

    Each ring is taken apart where it passes the cut. Sorted along it, the first and second place bound what is within, so do the
    third and fourth, and so on: every chain goes on at the other place of its pair.
    """
    whole: list[Array] = []
    chains: list[Array] = []
    for ring in rings:
        below = sign * (ring[:-1, axis] - cut) < 0.0
        if below.all():
            whole.append(ring)
        elif below.any():
            chains += _chains(ring[:-1], below, axis, cut)
    if not chains:
        return whole
    places = np.array([[chain[0, 1 - axis], chain[-1, 1 - axis]] for chain in chains])
    order = np.argsort(places.reshape(-1), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    free = set(range(len(chains)))
    while free:
        start = chain = min(free)
        parts = []
        while chain in free:
            free.discard(chain)
            parts.append(chains[chain])
            chain = int(order[rank[2 * chain + 1] ^ 1]) // 2
        whole.append(np.concatenate([*parts, chains[start][:1]]))
    return whole


def _chains(points: Array, below: Array, axis: int, cut: float) -> list[Array]:
    """The parts of an open ring below the cut, each from where it comes down to where it goes up again."""
    n = len(points)
    found = []
    for start in np.flatnonzero(below & ~np.roll(below, 1)).tolist():
        length = int(np.argmin(np.roll(below, -start)))
        inner = points[(start + np.arange(length)) % n]
        enter = _passed(points[start - 1], points[start], axis, cut)
        leave = _passed(inner[-1], points[(start + length) % n], axis, cut)
        found.append(np.vstack([enter, inner, leave]))
    return found


def _passed(p: Array, q: Array, axis: int, cut: float) -> Array:
    """Where the edge from p to q passes the cut, on whole centimetres along it; the same whichever way it is walked."""
    low, high = (p, q) if p[axis] < q[axis] else (q, p)
    along = low[1 - axis] + (high[1 - axis] - low[1 - axis]) * (cut - low[axis]) / (high[axis] - low[axis])
    out = np.empty(2)
    out[axis], out[1 - axis] = cut, np.round(along, 2)
    return out
