"""Mutated files end in one clear error or in a world that can be laid out, never in anything else.

The long run is `pytest -m slow tests/experiments/own_world/test_fuzz.py`.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as draw

from experiments import read_world
from sim.errors import ConfigError
from sim.geography import build_geography

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "examples"
QUICK = settings(
    max_examples=100, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(max_examples=2_000, database=None, deadline=None, suppress_health_check=list(HealthCheck))

#: What people, spreadsheets and enemies type.
TYPED = draw.one_of(
    draw.sampled_from([
        "", " ", "0", "-1", "1e9", "0.5", "35", "35%", "０．５", "nan", "inf", "1e400", "1_000", "=SUM(A1)", "<script>alert(1)</script>", "A,B", '"',
        "\n", "\r", "\0", "\ufeff", "\u202e", "\x1b[2J", "甲乙", "🏠", "x" * 300, "9" * 5000, "None", "null", "{}", "%s", "{value}", "../..",
    ]),
    draw.text(max_size=12),
)  # fmt: skip
VALUES = draw.recursive(
    draw.one_of(draw.none(), draw.booleans(), draw.integers(), draw.floats(), TYPED),
    lambda inner: draw.one_of(draw.lists(inner, max_size=4), draw.dictionaries(TYPED, inner, max_size=3)),
    max_leaves=8,
)


@draw.composite
def tables(draw_: Any) -> bytes:
    """The example table with fields, lines, bytes and heads changed."""
    lines = [line.split(",") for line in (EXAMPLES / "my_street.csv").read_text().splitlines()]
    for _ in range(draw_(draw.integers(1, 4))):
        row = draw_(draw.integers(0, len(lines) - 1))
        kind = draw_(draw.sampled_from(["field", "field", "head", "drop", "double", "cut", "more"]))
        if kind == "drop" and len(lines) > 1:
            del lines[row]
        elif kind == "double":
            lines.insert(row, list(lines[row]))
        elif kind == "cut":
            lines[row] = lines[row][: draw_(draw.integers(0, len(lines[row])))]
        elif kind == "more":
            lines[row] = [*lines[row], draw_(TYPED)]
        elif lines[0 if kind == "head" else row]:
            line = lines[0 if kind == "head" else row]
            line[draw_(draw.integers(0, len(line) - 1))] = draw_(TYPED)
    separator = draw_(draw.sampled_from([",", ",", ";", "\t", "|"]))
    raw = "\n".join(separator.join(line) for line in lines).encode("utf-8", "surrogatepass")
    if draw_(draw.integers(0, 4)) == 0:
        place = draw_(draw.integers(0, len(raw)))
        raw = raw[:place] + draw_(draw.binary(max_size=4)) + raw[place + draw_(draw.integers(0, 3)) :]
    return raw


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all parts of a JSON value, itself first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in _paths(one, (*path, key)))]


@draw.composite
def features(draw_: Any) -> bytes:
    """The example map with parts replaced, moved, doubled or removed."""
    whole = json.loads((EXAMPLES / "my_street.geojson").read_text())
    whole["features"] = whole["features"][:3]
    for _ in range(draw_(draw.integers(1, 4))):
        paths = _paths(whole)[1:]
        if not paths:
            break
        *above, key = draw_(draw.sampled_from(paths))
        parent = whole
        for step in above:
            parent = parent[step]
        kind = draw_(draw.sampled_from(["replace", "drop", "double", "shift", "shift", "swap"]))
        if kind == "drop":
            del parent[key]
        elif kind == "double" and isinstance(parent, list):
            parent.insert(key, parent[key])
        elif kind == "swap" and isinstance(parent, list):
            other = draw_(draw.integers(0, len(parent) - 1))
            parent[key], parent[other] = parent[other], parent[key]
        elif kind == "shift" and isinstance(parent[key], float):
            parent[key] += draw_(
                draw.sampled_from([1e-7, 1e-6, -1e-4, 0.003, 0.02, 1.0, 400.0, math.inf, math.nan])
            )
        else:
            parent[key] = draw_(VALUES)
    raw = json.dumps(whole).encode("utf-8", "surrogatepass")
    if draw_(draw.integers(0, 9)) == 0:
        raw = raw[: draw_(draw.integers(0, len(raw)))]
    return raw


def judge(raw: bytes, folder: Path, name: str) -> None:
    """Every way to end is an error of clear lines or a world whose cells have their places."""
    path = folder / name
    path.write_bytes(raw)
    try:
        world = read_world(path)
    except ConfigError as error:
        event("refused")
        lines = str(error).splitlines()
        assert 1 <= len(lines) <= 21
        assert all(line.startswith(name) and line.isprintable() for line in lines)
        assert all(len(line) < 600 for line in lines)
        return
    event("a world")
    geography = build_geography(world)
    assert geography.n_cells == len(geography.households) > 0
    assert geography.neighbours.max() < geography.n_cells
    assert (
        len(set(zip(geography.cell_x.tolist(), geography.cell_y.tolist(), strict=True))) == geography.n_cells
    )
    assert sorted(path.name for path in folder.iterdir()) == [name]


@QUICK
@given(tables())
def test_tables(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    judge(raw, tmp_path_factory.mktemp("own"), "my.csv")


@QUICK
@given(features())
def test_features(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    judge(raw, tmp_path_factory.mktemp("own"), "my.geojson")


@pytest.mark.slow
@LONG
@given(tables())
def test_many_tables(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    judge(raw, tmp_path_factory.mktemp("own"), "my.csv")


@pytest.mark.slow
@LONG
@given(features())
def test_many_features(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    judge(raw, tmp_path_factory.mktemp("own"), "my.geojson")
