"""`map.geojson` of a result folder: the polygons of its communities with their numbers and names, for whoever draws results."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np

from experiments.own_world import cutting, shapes
from sim.scenario import World

NAME: Final = "map.geojson"


def map_of(world: World) -> bytes | None:
    """The communities of a world as a FeatureCollection, in the order of their numbers; None where it knows no polygons."""
    places = world.places
    if places is None or places.outlines is None:
        return None
    features = [
        {
            "type": "Feature",
            "properties": {"community": number, "name": name},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        }
        for number, (name, polygons) in enumerate(zip(places.names.communities, places.outlines, strict=True))
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def drawn(world: World) -> dict[str, Any] | None:
    """Cells and communities as a page draws them: rings of whole metres east and south of the north-west corner, one flat list each, and
    the size of the whole; None where a world knows no polygons."""
    places = world.places
    if places is None or places.outlines is None:
        return None
    flat = shapes.flattened([shapes.outline_of(polygons) for polygons in places.outlines])
    width, height = np.max([ring.max(0) for rings in flat for ring in rings], 0)

    def turned(rings: Any) -> list[list[int]]:
        return [
            np.rint(np.stack([ring[:, 0], height - ring[:, 1]], 1)).astype(int).ravel().tolist()
            for ring in rings
        ]

    cells = [
        piece
        for rings, count in zip(flat, places.cells, strict=True)
        for piece in cutting.pieces(rings, count)
    ]
    return {
        "width": float(np.ceil(width)), "height": float(np.ceil(height)),
        "cells": [turned(piece) for piece in cells], "communities": [turned(rings) for rings in flat],
    }  # fmt: skip
