"""`map.geojson` of a result folder: the polygons of its communities with their numbers and names, for whoever draws results."""

from __future__ import annotations

import json
from typing import Final

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
