"""Small files of own data, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments import read_world
from sim.errors import ConfigError
from sim.scenario import World

#: A square of about 500 m, its south-west corner (column, row) squares away from 150° E 30° N.
SIDE = 0.005


def square(column: float = 0, row: float = 0, side: float = SIDE) -> list[list[float]]:
    """A closed ring."""
    x, y = 150 + column * SIDE, 30 + row * SIDE
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """One community."""
    about = {"community": "A", "households": 400} | properties
    return {"type": "Feature", "properties": about, "geometry": {"type": kind, "coordinates": rings}}


def collection(*features: dict[str, Any]) -> str:
    """A file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and return its path."""

    def write(content: str | bytes, name: str = "my.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def world_of(put: Callable[..., Path]) -> Callable[..., World]:
    """The world of a file's content."""
    return lambda content, name="my.csv": read_world(put(content, name))


@pytest.fixture
def told(put: Callable[..., Path]) -> Callable[..., list[str]]:
    """The faults of a file's content."""

    def read(content: str | bytes, name: str = "my.csv", lang: str = "en") -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read_world(put(content, name), lang)
        return str(caught.value).splitlines()

    return read
