"""GeoJSON files: polygons judged, cut into cells, and who borders on whom."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.own_world import borders, cutting
from sim.geography import build_geography
from sim.model import CommunityModel

HELP = runpy.run_path(str(Path(__file__).parent / "conftest.py"))
square, feature, collection = HELP["square"], HELP["feature"], HELP["collection"]
S = HELP["SIDE"]


def moved(ring: list[list[float]], **points: list[float]) -> list[list[float]]:
    """A ring with some points replaced, by number."""
    return [points.get(f"p{number}", point) for number, point in enumerate(ring)]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


BOWTIE = [square()[0], square()[2], square()[1], square()[3], square()[0]]
#: content → what its only fault must name.
WRONG = {
    "no json": ("{", ["my.geojson, line 1", "not readable as JSON"]),
    "nan": (collection(feature([square()])).replace("150", "NaN", 1), ["NaN"]),
    "digits": (collection(feature([square()])).replace("400", "4" * 5000), ["my.geojson"]),
    "deep": ('{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}", ["nested too deep"]),
    "list": ("[]", ["FeatureCollection is needed"]),
    "feature": (json.dumps(feature([square()])), ["type=Feature", "FeatureCollection"]),
    "no features": ('{"type":"FeatureCollection"}', ["a list of features"]),
    "empty": (collection(), ["no row"]),
    "no feature": ('{"type":"FeatureCollection","features":[3]}', ["feature 1", "type=3", "Feature is needed"]),
    "no properties": ('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":null}]}', ["community", "missing"]),
    "cell": (collection(feature([square()], cell="1")), ["cell", "divided into cells"]),
    "text": (collection(feature([square()], households="many")), ["feature 1, households", "many"]),
    "truth": (collection(feature([square()], households=True)), ["feature 1, households", "true"]),
    "list as value": (collection(feature([square()], households=[1])), ["feature 1, households", "[1]"]),
    "null": (collection(feature([square()], households=None)), ["feature 1, households", "empty"]),
    "point": (collection(feature([150, 30], "Point")), ["feature 1", "Point", "Polygon or a MultiPolygon"]),
    "polygn": (collection(feature([square()], "Polygn")), ["feature 1", "did you mean 'Polygon'"]),
    "no geometry": (collection(feature([square()]) | {"geometry": None}), ["feature 1", "empty"]),
    "no rings": (collection(feature([])), ["feature 1", "empty"]),
    "no coordinates": (collection(feature(None)), ["feature 1", "empty"]),
    "empty part": (collection(feature([[]], "MultiPolygon")), ["feature 1", "empty"]),
    "number": (collection(feature(3)), ["feature 1", "lists of points"]),
    "flat": (collection(feature(square())), ["feature 1", "lists of points"]),
    "too deep": (collection(feature(deep(6))), ["feature 1", "lists of points"]),
    "texts": (collection(feature([[["a", "b"]] * 4])), ["feature 1", "lists of points"]),
    "three points": (collection(feature([square()[:3]])), ["feature 1, ring 1", "3 points", "at least 4"]),
    "one point": (collection(feature([[square()[0]] * 5])), ["feature 1, ring 1", "1 points"]),
    "open": (collection(feature([moved(square(), p4=[150, 30.001])])), ["feature 1, ring 1", "not closed", "30.001"]),
    "bowtie": (collection(feature([BOWTIE])), ["feature 1, ring 1", "crosses"]),
    "spike": (collection(feature([[*square()[:2], [150.01, 30], [150.005, 30], *square()[2:]]])), ["feature 1, ring 1", "crosses"]),
    "hole outside": (collection(feature([square(), square(0.5, 0.5)])), ["feature 1", "two of its rings"]),
    "far": (collection(feature([[[x + 60, y] for x, y in square()]])), ["feature 1, ring 1", "210", "-180 to 180"]),
    "metres": (collection(feature([[[x * 1e5, y * 1e5] for x, y in square()]])), ["feature 1, ring 1", "longitude"]),
    "infinite": (collection(feature([square()])).replace("150.005", "1e999"), ["feature 1, ring 1", "inf"]),
    "small": (collection(feature([square(side=1e-5)])), ["feature 1, geometry", "1 m²", "100 m²"]),
    "wide": (collection(feature([square()]), feature([square(2000)], community="B")), ["10.0 degrees", "at most 5"]),
    "twice": (collection(feature([square()]), feature([square()], community="B")), ["feature 2", "same as in my.geojson, feature 1"]),
    "duplicate": (collection(feature([square()]), feature([square(1)])), ["feature 2, community", "feature 1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_faults(name: str, told: Callable[..., list[str]]) -> None:
    content, named = WRONG[name]
    found = told(content, "my.geojson")
    assert len(found) == {"no properties": 2, "flat": 2}.get(name, 1), found
    for part in named:
        assert part in "\n".join(found)


def sides(places: Any) -> set[tuple[int, int]]:
    """Pairs of communities that border on each other, both ways."""
    of = places.community
    return {
        (int(of[i]), int(of[j]))
        for i, others in enumerate(places.neighbours)
        for j in others
        if of[i] != of[j]
    }


def both(*pairs: tuple[int, int]) -> set[tuple[int, int]]:
    return {*pairs, *(pair[::-1] for pair in pairs)}


def laid(*rings: Any, cells: int = 1, **more: Any) -> str:
    return collection(*(feature(one, community=str(n), cells=cells, **more) for n, one in enumerate(rings)))


def test_touching_corners_are_no_border(world_of: Callable[..., Any]) -> None:
    four = laid(*([square(x, y)] for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))))
    assert sides(world_of(four, "my.json").places) == both((0, 1), (0, 2), (1, 3), (2, 3))


def test_other_corners_along_the_same_line(world_of: Callable[..., Any]) -> None:
    """One large square beside two small ones: their common corner lies within its edge."""
    three = laid([square(side=2 * S)], [square(2, 0)], [square(2, 1)])
    assert sides(world_of(three, "my.json").places) == both((0, 1), (0, 2), (1, 2))


def test_narrow_gaps_are_bridged_and_wide_ones_are_not(world_of: Callable[..., Any]) -> None:
    for gap, bridged in ((0.005, True), (0.1, False)):
        two = laid([square()], [square(1 + gap)], [square(0, 1)], [square(1 + gap, 1)])
        found = sides(world_of(two, "my.json").places)
        assert ((0, 1) in found) == bridged
        assert (0, 2) in found


def test_a_community_that_stands_alone_is_joined_to_the_nearest(world_of: Callable[..., Any]) -> None:
    for away, joined in ((1.5, both((1, 2))), (3.0, set())):
        three = laid([square()], [square(1)], [square(1 + away)])
        assert sides(world_of(three, "my.json").places) == both((0, 1)) | joined


def test_an_island_in_a_hole(world_of: Callable[..., Any]) -> None:
    hole = square(1, 1)[::-1]
    two = laid([square(side=3 * S), hole], [square(1, 1)])
    assert sides(world_of(two, "my.json").places) == both((0, 1))


def test_parts_of_a_community(world_of: Callable[..., Any]) -> None:
    two = collection(
        feature([[square()], [square(2)]], "MultiPolygon", community="A"), feature([square(1)], community="B")
    )
    assert sides(world_of(two, "my.json").places) == both((0, 1))


def test_orientation_and_first_point_change_nothing(world_of: Callable[..., Any]) -> None:
    rings = [[square()], [square(1)]]
    turned = [[ring[0][::-1]] for ring in rings]
    assert world_of(laid(*rings), "my.json").places.digest == world_of(laid(*turned), "my.json").places.digest


@pytest.mark.parametrize("count", [1, 2, 3, 7, 24])
def test_pieces_have_equal_areas_and_hang_together(count: int) -> None:
    """A horseshoe with a hole: its pieces make up the whole, each has its part, and neighbours join all of them."""
    outer = np.array(
        [[0, 0], [90, 0], [90, 90], [60, 90], [60, 30], [30, 30], [30, 90], [0, 90], [0, 0]], float
    )
    hole = np.array([[70, 40], [70, 50], [80, 50], [80, 40], [70, 40]], float)
    rings = [10.0 * outer, 10.0 * hole]
    whole = cutting.area(rings)
    assert whole == pytest.approx(100.0 * (90 * 90 - 30 * 60 - 10 * 10))
    pieces = cutting.pieces(rings, count)
    assert len(pieces) == count
    assert [cutting.area(piece) for piece in pieces] == pytest.approx([whole / count] * count, rel=1e-3)
    beside = borders.neighbours(pieces, np.zeros(count, int))
    reached, ahead = {0}, [0]
    while ahead:
        ahead = [j for i in ahead for j in beside[i] if j not in reached and not reached.add(j)]  # type: ignore[func-returns-value]
    assert reached == set(range(count))
    assert all(i in beside[j] for i, others in enumerate(beside) for j in others)


def test_each_cell_has_a_place_of_its_own(world_of: Callable[..., Any]) -> None:
    geography = build_geography(world_of(laid(*([square(n)] for n in range(5)), cells=9), "my.json"))
    assert len(set(zip(geography.cell_x.tolist(), geography.cell_y.tolist(), strict=True))) == 45
    assert geography.neighbours.shape[1] >= 4


def test_polygons_change_nothing_where_neighbours_are_equal(world_of: Callable[..., Any]) -> None:
    """Four communities of one cell each, two by two on the lattice and on the map: the same life to the last byte."""
    four = laid(*([square(x, y)] for y in (0, 1) for x in (0, 1)))
    drawn, plain = (
        world_of(four, "my.json"),
        world_of("community,households,cells\n" + "".join(f"{n},400,1\n" for n in range(4))),
    )
    one, two = (build_geography(world) for world in (drawn, plain))
    assert [set(row[row >= 0]) for row in one.neighbours] == [set(row[row >= 0]) for row in two.neighbours]
    made = [CommunityModel(world, "wuhan", days=40, reform_day=10).run() for world in (drawn, plain)]
    assert made[0].outcomes() == pytest.approx(made[1].outcomes(), rel=0, abs=0, nan_ok=True)


def test_the_number_of_points_is_bounded(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.own_world.shapes.MOST_POINTS", 9)
    assert "more than 9 points" in told(laid([square()], [square(1)]), "my.json")[0]
