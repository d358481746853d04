"""Outlines that lie on each other: the shared area against closed forms, and what is refused."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments.own_world.overlaps import LINES, MOST_SHARED, common_area, overlaps
from sim.scenario import World

HELP = runpy.run_path(str(Path(__file__).parent / "conftest.py"))
square, feature, collection = HELP["square"], HELP["feature"], HELP["collection"]
SIDE = 10_000


def box(west: float, south: float, width: float = SIDE, height: float = SIDE) -> np.ndarray:
    """A closed ring, counter-clockwise."""
    east, north = west + width, south + height
    return np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])


def disc(x: float, y: float, radius: float = SIDE, points: int = 720) -> np.ndarray:
    turn = np.linspace(0.0, 2.0 * np.pi, points + 1)
    ring = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)
    ring[-1] = ring[0]
    return ring


@pytest.mark.parametrize(
    ("one", "other", "area"),
    [
        ([box(0, 0)], [box(0, 0)], SIDE**2),
        ([box(0, 0)], [box(SIDE, 0)], 0),
        ([box(0, 0)], [box(0, SIDE)], 0),
        ([box(0, 0)], [box(3 * SIDE, 0)], 0),
        ([box(0, 0)], [box(SIDE // 2, SIDE // 4)], SIDE // 2 * SIDE * 3 // 4),
        ([box(0, 0)], [box(2_000, 3_000, 5_000, 4_000)], 5_000 * 4_000),
        # A hole belongs to nobody: what lies in it is shared with nobody, and what is larger than it is shared around it.
        ([box(0, 0), box(2_000, 2_000, 6_000, 6_000)[::-1]], [box(3_000, 3_000, 4_000, 4_000)], 0),
        ([box(0, 0), box(2_000, 2_000, 6_000, 6_000)[::-1]], [box(1_000, 1_000, 8_000, 8_000)], 8_000**2 - 6_000**2),
        ([box(0, 0, 2_000), box(8_000, 0, 2_000)], [box(0, 0)], 4_000 * SIDE),
        # Strips along a border, along and across the lines.
        ([box(0, 0)], [box(0, SIDE - 30)], 30 * SIDE),
        ([box(0, 0)], [box(SIDE - 30, 0)], 30 * SIDE),
        # Two discs a radius apart: r² (2π/3 − √3/2).
        ([disc(0, 0)], [disc(SIDE, 0)], SIDE**2 * (2 * np.pi / 3 - np.sqrt(3) / 2)),
        ([disc(0, 0)], [disc(0, SIDE)], SIDE**2 * (2 * np.pi / 3 - np.sqrt(3) / 2)),
    ],
)  # fmt: skip
def test_the_shared_area_is_that_of_geometry(one: list, other: list, area: float) -> None:
    smaller = min(abs(_area(one)), abs(_area(other)))
    for shift in (0, 150_000_000):
        first, second = ([ring + shift for ring in rings] for rings in (one, other))
        for a, b in ((first, second), (second, first)):
            assert common_area(a, b) == pytest.approx(area, abs=smaller / LINES)


def _area(rings: list) -> float:
    return sum(float((r[:-1, 0] * np.diff(r[:, 1]) - r[:-1, 1] * np.diff(r[:, 0])).sum() / 2) for r in rings)


def test_only_pairs_that_share_enough_are_named() -> None:
    rings = {3: [box(0, 0)], 1: [box(SIDE - 50, 0)], 2: [box(5 * SIDE, 0)], 7: [box(100, 100, 500, 500)]}
    found = list(overlaps(rings))
    assert [(one.first, one.second) for one in found] == [(3, 7)]
    assert found[0].share == pytest.approx(1.0, abs=MOST_SHARED)


def test_communities_that_overlap_are_refused_with_rows_and_share(told: Callable[..., list[str]]) -> None:
    content = collection(
        feature([square()]),
        feature([square(0.75)], community="B"),
        feature([square(3, 3)], community="C"),
        feature([square(3.25, 3.25, side=0.001)], community="D"),
    )
    lines = told(content, "my.geojson")
    assert len(lines) == 2
    for part in ("feature 2, geometry", "lies on my.geojson, feature 1", "25 %", "at most 1 %"):
        assert part in lines[0]
    assert "feature 4" in lines[1] and "feature 3" in lines[1] and "100 %" in lines[1]
    zh = told(content, "my.geojson", lang="zh")
    assert "第 2 个要素" in zh[0] and "第 1 个要素重叠" in zh[0] and "25%" in zh[0]


def test_borders_drawn_by_hand_may_run_over_each_other_a_little(world_of: Callable[..., World]) -> None:
    content = collection(feature([square()]), feature([square(0.995)], community="B"))
    places = world_of(content, "my.geojson").places
    assert places is not None and len(places.communities) == 1 and places.neighbours[0] == (1,)


def test_a_community_in_the_hole_of_another_is_no_overlap(world_of: Callable[..., World]) -> None:
    around = [square(side=0.015), square(1, 1)[::-1]]
    content = collection(feature(around, cells=1), feature([square(1, 1)], community="B", cells=1))
    assert world_of(content, "my.geojson").places is not None
