"""Features of a GeoJSON file: their properties as rows, their polygons judged, cut into cells, and which cells share a border."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from experiments.own_world import borders, cutting
from experiments.own_world.faults import DataFaults
from experiments.own_world.overlaps import MOST_SHARED, overlaps
from experiments.own_world.rings import MILLIONTHS, crossing, ring_of
from experiments.own_world.tables import MOST_ROWS, Row
from experiments.own_world.units import Unit
from sim.tables import Array

MOST_POINTS: Final = 200_000
MOST_DEGREES: Final = 5.0
"""How far polygons may span: further, no flat map keeps their proportions."""
LEAST_AREA: Final = 100.0
"""Of a grid cell, m²."""
METRES: Final = 6_371_008.8 * math.pi / 180.0
"""Of a degree on the mean sphere (IUGG)."""
DEPTH: Final = {"Polygon": 1, "MultiPolygon": 2}


class Outline(NamedTuple):
    """Polygons of one community: rings of whole millionths of a degree, `[points, 2]`, the outer ring of each first and all closed."""

    polygons: tuple[tuple[Array, ...], ...]


def features(typed: str, faults: DataFaults) -> tuple[list[str], list[Row]]:
    """Names of properties, in order of first appearance, and one row a feature, numbered from 1.

    Raises
    ------
    ConfigError
        It is no JSON, no FeatureCollection, or holds no features or too many.
    """
    content = _parsed(typed, faults)
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        faults.add("collection", value=content.get("type") if isinstance(content, dict) else content)
    elif not isinstance(content.get("features"), list):
        faults.add("features")
    elif not content["features"]:
        faults.add("no_rows")
    elif len(content["features"]) > MOST_ROWS:
        faults.add("too_many_rows", most=f"{MOST_ROWS:,}")
    faults.raise_any()
    rows = []
    for number, one in enumerate(content["features"], 1):
        if not isinstance(one, dict) or one.get("type") != "Feature":
            faults.add("not_feature", number, value=one.get("type") if isinstance(one, dict) else one)
            continue
        properties = one.get("properties")
        rows.append(Row(number, properties if isinstance(properties, dict) else {}, one.get("geometry")))
    faults.raise_any()
    heads = list(dict.fromkeys(str(name) for row in rows for name in row.values))
    if "cell" in heads or "网格" in heads:
        faults.add("geometry_cells")
        faults.raise_any()
    return heads, rows


def _parsed(typed: str, faults: DataFaults) -> Any:
    content = None
    try:
        content = json.loads(typed, parse_constant=_refused)
    except json.JSONDecodeError as error:
        faults.lines.append(faults.words("json", file=faults.file, row=error.lineno, reason=error.msg))
    except ValueError as error:  # NaN, or a number of thousands of digits
        faults.lines.append(faults.words("json", file=faults.file, row=1, reason=str(error)))
    except RecursionError:
        faults.add("deep")
    faults.raise_any()
    return content


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def outlines(units: Sequence[Unit], faults: DataFaults) -> dict[int, Outline]:
    """The polygons of all features by number.

    Raises
    ------
    ConfigError
        Every fault of their geometries, one line each.
    """
    found: dict[int, Outline] = {}
    seen: dict[bytes, int] = {}
    points = 0
    for unit in units:
        outline = _outline(unit, faults)
        if outline is None:
            continue
        found[unit.number] = outline
        points += sum(len(ring) for polygon in outline.polygons for ring in polygon)
        content = b"|".join(ring.tobytes() for polygon in outline.polygons for ring in polygon)
        if content in seen:
            faults.add("same_outline", unit.number, before=faults.at(seen[content]))
        seen.setdefault(content, unit.number)
        if points > MOST_POINTS:
            faults.add("too_many_points", most=f"{MOST_POINTS:,}")
            break
    faults.raise_any()
    ends = np.array(
        [
            [f(ring[0], 0) for f in (np.minimum.reduce, np.maximum.reduce)]
            for o in found.values()
            for ring in o.polygons
        ]
    )
    span = float((ends[:, 1].max(0) - ends[:, 0].min(0)).max()) / MILLIONTHS
    if span > MOST_DEGREES:
        faults.add("too_wide", value=f"{span:.1f}", most=f"{MOST_DEGREES:g}")
    faults.raise_any()
    _judge_overlaps(found, faults)
    return found


def _judge_overlaps(found: dict[int, Outline], faults: DataFaults) -> None:
    """Nobody lives in two communities."""
    rings = {number: [ring for polygon in one.polygons for ring in polygon] for number, one in found.items()}
    for first, second, share in overlaps(rings):
        faults.add(
            "overlap", second, "geometry", value=f"{100 * share:.3g}", before=faults.at(first), most=f"{100 * MOST_SHARED:g}"
        )  # fmt: skip
    faults.raise_any()


def _outline(unit: Unit, faults: DataFaults) -> Outline | None:
    """The polygons of one feature; None with a fault."""
    geometry = unit.geometry
    kind = geometry.get("type") if isinstance(geometry, dict) else geometry
    if kind is None:
        faults.add("geometry_empty", unit.number)
        return None
    if not isinstance(kind, str) or kind not in DEPTH:
        faults.add("geometry_type", unit.number, value=kind, near=faults.near(str(kind), DEPTH))
        return None
    given = geometry.get("coordinates")
    polygons = given if kind == "MultiPolygon" else [given]
    if not given or not all(polygons if isinstance(polygons, list) else ()):
        faults.add("geometry_empty", unit.number)
        return None
    if not isinstance(polygons, list) or not all(isinstance(one, list) for one in polygons):
        faults.add("geometry_shape", unit.number, value=given)
        return None
    made, ring = [], 0
    for polygon in polygons:
        rings: list[Array | None] = []
        for raw in polygon:
            ring += 1
            rings.append(ring_of(raw, unit.number, ring, outer=not rings, faults=faults))
        made.append(rings)
    if any(one is None for polygon in made for one in polygon):
        return None
    near = crossing([one for polygon in made for one in polygon if one is not None])
    if near is not None:
        faults.add("rings_cross", unit.number, value=f"[{near[0]:g}, {near[1]:g}]")
        return None
    return Outline(tuple(tuple(one for one in polygon if one is not None) for polygon in made))


def outline_of(polygons: Sequence[Sequence[Sequence[tuple[float, float]]]]) -> Outline:
    """The outline of a community that a world keeps in degrees."""
    return Outline(tuple(
        tuple(np.rint(np.array(ring) * MILLIONTHS).astype(np.int64) for ring in polygon) for polygon in polygons
    ))  # fmt: skip


def flattened(found: Sequence[Outline]) -> list[list[Array]]:
    """Rings of each community in metres east and north of the south-west corner of all, on whole centimetres.

    The map is equirectangular and true in the middle: x = R cos(φ₀) λ, y = R φ.
    """
    degrees = [[ring for polygon in one.polygons for ring in polygon] for one in found]
    low = np.min([ring.min(0) for rings in degrees for ring in rings], 0)
    high = np.max([ring.max(0) for rings in degrees for ring in rings], 0)
    middle = math.radians((low[1] + high[1]) / 2 / MILLIONTHS)
    scale = METRES / MILLIONTHS * np.array([math.cos(middle), 1.0])
    return [[np.round((ring - low) * scale, 2) for ring in rings] for rings in degrees]


def laid_out(
    found: Sequence[Outline], cells: Sequence[int], rows: Sequence[int], faults: DataFaults
) -> dict[str, Any]:
    """What `Places` needs of polygons, for communities in tree order: neighbours and positions of cells, outlines in degrees."""
    pieces: list[list[Array]] = []
    community: list[int] = []
    for number, (flat, count) in enumerate(zip(flattened(found), cells, strict=True)):
        area = cutting.area(flat)
        if area < LEAST_AREA * count:
            faults.add(
                "area", rows[number], "geometry", value=f"{area:.0f}", least=f"{LEAST_AREA * count:.0f}"
            )
            continue
        pieces += cutting.pieces(flat, count)
        community += [number] * count
    faults.raise_any()
    return {
        "neighbours": borders.neighbours(pieces, np.array(community)),
        "positions": borders.positions(pieces),
        "outlines": tuple(
            tuple(tuple(tuple((x / MILLIONTHS, y / MILLIONTHS) for x, y in ring.tolist()) for ring in polygon) for polygon in one.polygons)
            for one in found
        ),
    }  # fmt: skip
