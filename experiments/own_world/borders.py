"""Which cells lie beside each other, and where each is put on the lattice of maps.

Two cells are neighbours when their outlines run side by side, no further apart than 1 % of a typical cell's width, over at least a
tenth of that width; points that touch are no border (rook contiguity). So polygons drawn apart by a narrow gap, or with other
corners along the same line, are neighbours too. A community that so borders on no other is joined to the nearest one by its nearest
cells, where that lies within one typical width. The typical width is the square root of the median area of a cell.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

import numpy as np

from experiments.own_world.cutting import area
from sim.tables import Array

GAP: Final = 0.01
LEAST: Final = 0.1
#: Outlines are walked in steps of two gaps, so that the nearest point of another at most a gap away lies within the root of two.
_STEP, _REACH = 2.0, 2.0**0.5
#: Part of the lattice that cells fill.
_FILLED: Final = 0.6

Pieces = Sequence[Sequence[Array]]


def neighbours(pieces: Pieces, community: Array) -> tuple[tuple[int, ...], ...]:
    """Cells beside each cell, in ascending order; `community` is that of each cell."""
    from scipy.spatial import cKDTree

    width = float(np.sqrt(np.median([area(rings) for rings in pieces])))
    gap = GAP * width
    points, owner = _walked(pieces, _STEP * gap)
    near = cKDTree(points).query_pairs(_REACH * gap, output_type="ndarray")
    near = near[owner[near[:, 0]] != owner[near[:, 1]]]
    # Points of one cell near another, each once; a border is as long as the shorter count says.
    cells = len(pieces)
    met = np.unique(np.concatenate([i * cells + owner[j] for i, j in (near.T, near.T[::-1])]))
    pairs, count = np.unique(owner[met // cells] * cells + met % cells, return_counts=True)
    back = pairs % cells * cells + pairs // cells
    place = np.minimum(np.searchsorted(pairs, back), len(pairs) - 1)
    shorter = np.minimum(count, np.where(pairs[place] == back, count[place], 0)) if len(pairs) else count
    long = pairs[shorter * _STEP * GAP >= LEAST]
    beside = set(zip((long // cells).tolist(), (long % cells).tolist(), strict=True))
    beside |= _joined(points, owner, community, beside, width)
    out: list[list[int]] = [[] for _ in pieces]
    for i, j in sorted(beside):
        out[i].append(j)
    return tuple(tuple(others) for others in out)


def _walked(pieces: Pieces, step: float) -> tuple[Array, Array]:
    """Points along all outlines, a step of their length apart, and the cell of each."""
    points, owner = [], []
    for cell, rings in enumerate(pieces):
        for ring in rings:
            along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
            at = np.arange(0.0, along[-1], step)
            points.append(np.stack([np.interp(at, along, ring[:, axis]) for axis in (0, 1)], 1))
            owner.append(np.full(len(at), cell))
    return np.concatenate(points), np.concatenate(owner)


def _joined(
    points: Array, owner: Array, community: Array, beside: set[tuple[int, int]], width: float
) -> set[tuple[int, int]]:
    """Pairs that join communities without any neighbour to the nearest other one, both ways."""
    from scipy.spatial import cKDTree

    bordering = {int(community[i]) for i, j in beside if community[i] != community[j]}
    found: set[tuple[int, int]] = set()
    of_point = community[owner]
    for alone in sorted(set(community.tolist()) - bordering):
        own, others = np.flatnonzero(of_point == alone), np.flatnonzero(of_point != alone)
        if not len(others):
            break
        distance, place = cKDTree(points[others]).query(points[own])
        nearest = int(np.argmin(distance))
        if distance[nearest] <= width:
            i, j = int(owner[own[nearest]]), int(owner[others[place[nearest]]])
            found |= {(i, j), (j, i)}
    return found


def positions(pieces: Pieces) -> tuple[tuple[int, int], ...]:
    """Column and row of each cell on a lattice, near its middle and no two on the same."""
    middles = np.array([np.concatenate(rings).mean(0) for rings in pieces])
    pitch = float(np.sqrt(sum(area(rings) for rings in pieces) * _FILLED / len(pieces)))
    wished = np.floor((middles - middles.min(0)) / pitch).astype(np.int64)
    placed: dict[tuple[int, int], None] = {}
    for column, row in wished.tolist():
        placed[_free((column, row), placed)] = None
    return tuple(placed)


def _free(wished: tuple[int, int], taken: Container[tuple[int, int]]) -> tuple[int, int]:
    """The free place nearest to the wished one, the first in reading order among equals."""
    radius = 0
    while True:
        around = [
            (wished[0] + dx, wished[1] + dy)
            for dx in range(-radius, radius + 1)
            for dy in range(-radius, radius + 1)
            if max(abs(dx), abs(dy)) == radius and wished[0] + dx >= 0 and wished[1] + dy >= 0
        ]
        free = [place for place in around if place not in taken]
        if free:
            return min(free, key=lambda at: ((at[0] - wished[0]) ** 2 + (at[1] - wished[1]) ** 2, at))
        radius += 1
