"""Communities on a map: flat kilometres, unmet need by community, paired differences, and pictures of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.figures.place_maps import change_maps, need_map
from analysis.figures.sheet import pictures
from analysis.figures.style import marks
from analysis.places import Place, differences, middle, places, unmet
from analysis.report.words import Words
from sim.errors import StoreError

SQUARE = np.array([[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]], float)
HOLE = np.array([[0.5, 0.25], [0.5, 0.75], [1.5, 0.75], [1.5, 0.25], [0.5, 0.25]], float)


def put(folder: Path, content: Any) -> Path:
    (folder / "map.geojson").write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def of_rings(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"community": n, "name": f"c{n}"}, "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}
        for n, ring in enumerate(rings)
    ]}  # fmt: skip


def test_no_map_is_no_place(tmp_path: Path) -> None:
    assert places(tmp_path) == ()


def test_kilometres_of_a_degree(tmp_path: Path) -> None:
    """A degree of latitude is 111.195 km on the mean sphere, one of longitude as much times the cosine of the middle latitude."""
    (place,) = places(put(tmp_path, of_rings([[10, 59.5], [11, 59.5], [11, 60.5], [10, 60.5], [10, 59.5]])))
    assert place.name == "c0"
    assert place.rings[0].max(0) == pytest.approx([111.195 * math.cos(math.radians(60)), 111.195], rel=1e-4)
    assert place.rings[0].min(0) == pytest.approx([0, 0])


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"features": 3}', '{"features": [3]}', of_rings([["a", "b"]]), of_rings([])]
)
def test_broken_maps(content: Any, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"map\.geojson: cannot be read as a map"):
        places(put(tmp_path, content))


def test_unmet_need_by_community() -> None:
    """Two residents, one of whom lacks something every day: half a year per resident and year; days before the reform do not count."""
    daily = pd.DataFrame({
        "day": [0, 0, 1, 1, 2, 2], "community": [0, 1] * 3, "needs_open": [9, 9, 1, 0, 1, 0], "residents": [2, 5] * 3,
    })  # fmt: skip
    assert unmet(daily, 1).to_dict("list") == {"community": [0, 1], "value": [182.5, 0.0]}


def test_differences_are_paired_by_replicate() -> None:
    rng = np.random.default_rng(1)
    chance = rng.normal(10, 3, (2, 6))
    gain = np.array([[-1.0, -1.2, -0.7, -1.1, -0.9, -1.3], [0.4, -0.5, 0.1, -0.2, 0.3, -0.1]])
    table = pd.DataFrame([
        (strategy, replicate, community, chance[community, replicate] + (gain[community, replicate] if strategy == "b" else 0.0))
        for strategy in "ab" for replicate in range(6) for community in (0, 1)
    ], columns=["strategy", "replicate", "community", "value"])  # fmt: skip
    found = differences(table, "a").set_index(["strategy", "community"])
    for community in (0, 1):
        t = stats.ttest_1samp(gain[community], 0.0).confidence_interval(0.95)
        row = found.loc[("b", community)]
        assert [row["difference"], row["ci_low"], row["ci_high"]] == pytest.approx(
            [gain[community].mean(), t.low, t.high]
        )
        assert found.loc[("a", community), "mean"] == pytest.approx(chance[community].mean())
        assert math.isnan(found.loc[("a", community), "difference"])


def test_labels_stand_inside() -> None:
    assert middle([SQUARE]) == pytest.approx((1.0, 0.5))
    x, y = middle([SQUARE, HOLE])
    assert (0 < x < 0.5 or 1.5 < x < 2) and y == pytest.approx(0.5)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pictures(lang: str) -> None:
    """A change that is decided is not hatched, one that is not is; the scale is even around none."""
    where = (Place("<b>", (SQUARE, HOLE)), Place("=2", (SQUARE + np.array([2, 0]),)))
    table = pd.DataFrame(
        [("a", 0, 5.0, *[np.nan] * 3, 4), ("a", 1, 7.0, *[np.nan] * 3, 4), ("b", 0, 4.0, -1.0, -1.5, -0.5, 4), ("b", 1, 7.2, 0.2, -0.3, 0.7, 4)],
        columns=["strategy", "community", "mean", "difference", "ci_low", "ci_high", "replicates"],
    )  # fmt: skip
    given = (table, where, "a", marks({"a": "A", "b": "B"}, "a"), Words(lang))
    need, change = need_map(*given), change_maps(*given)
    assert (need.scale.low, need.scale.high) == (5.0, 7.0)
    assert change.scale.low == -change.scale.high == -1.0
    assert [panel.title for panel in change.panels] == ["B"]
    drawn = pictures(change)
    assert len(drawn.panels) == 1
    assert b"<b>" not in drawn.files["svg"]
    assert drawn.files["svg"].count(b"<pattern") == 1
    assert pictures(change).files == drawn.files
    assert "&lt;b&gt;" in pictures(need).panels[0]


def test_pictures_where_nothing_differs() -> None:
    table = pd.DataFrame(
        [("a", 0, 5.0, *[np.nan] * 3, 1), ("b", 0, 5.0, 0.0, np.nan, np.nan, 1)],
        columns=["strategy", "community", "mean", "difference", "ci_low", "ci_high", "replicates"],
    )
    given = (table, (Place("x", (SQUARE,)),), "a", marks({"a": "A", "b": "B"}, "a"), Words("en"))
    assert all(len(pictures(sheet).panels) == 1 for sheet in (need_map(*given), change_maps(*given)))
