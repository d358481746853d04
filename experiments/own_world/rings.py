"""Single rings of polygons: points in range, closed, without crossing; in whole millionths of a degree, so that every test is exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from experiments.own_world.faults import DataFaults
from sim.tables import Array

MILLIONTHS: Final = 1_000_000
HIGHEST: Final = (180.0, 85.0)
#: Numbers that a point may have: longitude, latitude and a height that is left out.
_NUMBERS: Final = (2, 3)


def ring_of(raw: Any, row: int, number: int, outer: bool, faults: DataFaults) -> Array | None:
    """One ring as int64 `[points, 2]`, closed, outer rings counter-clockwise and holes clockwise; None with a fault."""
    if not isinstance(raw, list) or not all(_is_point(point) for point in raw):
        strange = raw if not isinstance(raw, list) else next(point for point in raw if not _is_point(point))
        faults.add("geometry_shape", row, value=strange)
        return None
    for point in raw:
        if any(not abs(one) <= most for one, most in zip(point, HIGHEST, strict=False)):
            faults.add("coordinates", row, ring=number, value=point)
            return None
    if len(raw) < 4:
        faults.add("ring_points", row, ring=number, value=len(raw))
        return None
    if raw[0][:2] != raw[-1][:2]:
        faults.add("ring_open", row, ring=number, value=raw[-1], first=raw[0])
        return None
    points = np.rint(np.array([point[:2] for point in raw], float) * MILLIONTHS).astype(np.int64)
    points = points[np.concatenate([[True], (points[1:] != points[:-1]).any(1)])]
    if len(points) < 4:
        faults.add("ring_points", row, ring=number, value=len(points))
        return None
    near = crossing([points])
    if near is not None:
        faults.add("ring_crosses", row, ring=number, value=f"[{near[0]:g}, {near[1]:g}]")
        return None
    return points if (twice_area(points) > 0) == outer else points[::-1].copy()


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) in _NUMBERS
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in point)
    )


def twice_area(ring: Array) -> float:
    """Twice the signed area of a closed ring, positive where it runs counter-clockwise."""
    x, y = (ring - ring[0]).astype(float).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def crossing(rings: Sequence[Array]) -> tuple[float, float] | None:
    """A point in degrees near which edges of closed rings cross or touch, None where they are simple and apart.

    Edges that follow one another share their point and nothing else. Exact in whole numbers: products stay below 2⁶³.
    """
    a = np.concatenate([ring[:-1] for ring in rings])
    b = np.concatenate([ring[1:] for ring in rings])
    sizes = [len(ring) - 1 for ring in rings]
    starts = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    following = starts + (np.arange(len(a)) - starts + 1) % np.repeat(sizes, sizes)
    west, east = np.minimum(a[:, 0], b[:, 0]), np.maximum(a[:, 0], b[:, 0])
    order = np.argsort(west, kind="stable")
    ends = np.searchsorted(west[order], east, side="right")
    for place, i in enumerate(order.tolist()):
        others = order[place + 1 : ends[i]]
        if not len(others):
            continue
        near = (np.minimum(a[others, 1], b[others, 1]) <= max(a[i, 1], b[i, 1])) & (
            np.maximum(a[others, 1], b[others, 1]) >= min(a[i, 1], b[i, 1])
        )
        for j in others[near].tolist():
            if _meet(a, b, i, j, bool(following[i] == j), bool(following[j] == i)):
                x, y = a[j] / MILLIONTHS
                return float(x), float(y)
    return None


def _meet(a: Array, b: Array, i: int, j: int, then: bool, before: bool) -> bool:
    """Whether edges i and j share more than the point at which one follows the other."""
    p, q, r, s = (tuple(map(int, one)) for one in (a[i], b[i], a[j], b[j]))
    if then or before:
        # Neighbours may only fold back onto each other: collinear, and pointing the same way from their common point.
        middle, one, other = (q, p, s) if then else (p, q, r)
        u, v = (one[0] - middle[0], one[1] - middle[1]), (other[0] - middle[0], other[1] - middle[1])
        return u[0] * v[1] == u[1] * v[0] and u[0] * v[0] + u[1] * v[1] > 0
    turns = (_turn(p, q, r), _turn(p, q, s), _turn(r, s, p), _turn(r, s, q))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((p, q, r), (p, q, s), (r, s, p), (r, s, q))
    return any(turn == 0 and _between(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(p: Sequence[int], q: Sequence[int], r: Sequence[int]) -> int:
    cross = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    return int(math.copysign(1, cross)) if cross else 0


def _between(p: Sequence[int], q: Sequence[int], r: Sequence[int]) -> bool:
    """Whether r, on the line through p and q, lies between them."""
    return min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])
