"""Own data as a world: files read and judged row by row, polygons cut into cells, borders found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import World


def read_world(path: str | Path, lang: str = "en") -> World:
    """The world that a CSV or GeoJSON file of one's own describes; docs/own_world.md has the columns.

        from experiments import read_world
        from sim import CommunityModel
        model = CommunityModel(world=read_world("my_street.csv"), strategy="wuhan").run()

    Parameters
    ----------
    path : a file ending in .csv, .geojson or .json.
    lang : language of faults, "en" or "zh".

    Raises
    ------
    ConfigError
        Every fault of the file, up to twenty, one line each: file, row, column, value and what is allowed.
    """
    from experiments.own_world.world import world_of

    return world_of(Path(path), lang)
