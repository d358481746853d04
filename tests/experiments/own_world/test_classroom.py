"""A class watches a world of own data: the page gets its cells as they lie, and no other session sees it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from experiments import read_world
from experiments.classroom.asked import read
from experiments.classroom.pair import Pair
from experiments.classroom.refusals import RefusedError
from experiments.classroom.script import Script, judged, worlds
from experiments.classroom.share import share
from experiments.classroom.welcome import choices, scene
from sim.errors import ConfigError

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
FOREVER = 1e9


def words(*more: str) -> list[str]:
    return ["world=custom", "days=8", "reform_day=2", *more]


def test_the_page_gets_the_outlines() -> None:
    asked = read(words(f"data={EXAMPLES / 'my_street.geojson'}"), "en")
    assert asked.own is not None
    pair = Pair(asked.script, asked.own)
    shown = json.loads(json.dumps(scene(pair)))
    shapes = shown["shapes"]
    assert len(shapes["cells"]) == len(shown["cells"]["x"]) == 48
    assert len(shapes["communities"]) == shown["communities"] == 8
    cells, communities = (
        [sum(_area(ring) for ring in rings) for rings in shapes[level]] for level in ("cells", "communities")
    )
    assert np.bincount(shown["cells"]["community"], cells) == pytest.approx(communities, rel=0.01)
    every = np.concatenate([np.reshape(ring, (-1, 2)) for rings in shapes["cells"] for ring in rings])
    assert every.min() >= 0
    assert (every.max(0) <= (shapes["width"], shapes["height"])).all()
    assert pair.towards(8, FOREVER)


def _area(ring: list[int]) -> float:
    x, y = np.reshape(ring, (-1, 2)).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def test_worlds_without_polygons_are_drawn_as_before() -> None:
    asked = read(words(f"data={EXAMPLES / 'my_street.csv'}"), "en")
    assert scene(Pair(asked.script, asked.own))["shapes"] is None


def test_only_a_page_that_is_served_with_it_knows_it() -> None:
    own = read_world(EXAMPLES / "my_street.csv")
    script = Script(world="custom")
    assert judged(script, own) == script.model_copy(update={"data": own.places.digest[:16]})
    assert share(script, own) > 0
    assert choices(own)[0]["name"] == "custom"
    assert "custom" not in worlds()
    with pytest.raises(ConfigError, match="world=custom data=FILE"):
        judged(script)


def test_a_link_finds_the_same_own_data_or_says_so(tmp_path: Path) -> None:
    own = read_world(EXAMPLES / "my_street.csv")
    asked = json.dumps(scene(Pair(Script(world="custom", days=8, reform_day=2), own))["script"])
    linked = Script.model_validate_json(asked)
    assert linked.data and judged(linked, own) == linked
    (tmp_path / "other.csv").write_text("community,households\nA,300\n", encoding="utf-8")
    other = read_world(tmp_path / "other.csv")
    for served, en, zh in ((other, "other own data", "不同"), (None, "world=custom data=FILE", "同一文件")):
        with pytest.raises(RefusedError) as refusal:
            judged(linked, served)
        assert en in refusal.value.told["en"] and zh in refusal.value.told["zh"]
    with pytest.raises(RefusedError, match="only with world=custom"):
        judged(linked.model_copy(update={"world": "classroom"}), own)


def test_the_same_data_in_another_file_are_the_same(tmp_path: Path) -> None:
    """What does not change a life does not break a link: the name of the file, a blank line."""
    content = (EXAMPLES / "my_street.csv").read_text(encoding="utf-8")
    (tmp_path / "copy.csv").write_text(content + "\n\n", encoding="utf-8")
    first, second = read_world(EXAMPLES / "my_street.csv"), read_world(tmp_path / "copy.csv")
    script = judged(Script(world="custom"), first)
    assert judged(script, second) == script


@pytest.mark.parametrize(("given", "named"), [
    (["world=custom"], "own data are needed"),
    (["world=custom", "data=none.csv"], "none.csv: there is no such file"),
    (["data=none.csv"], "only with world=custom, not world=classroom"),
    (["world=custm"], "'custom'"),
    (["world=custom", "data=large.csv"], "25,001 households; at most 25,000"),
    (["world=custom", "data=large.csv", "world.households=3"], "world.households"),
])  # fmt: skip
def test_faults(given: list[str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "large.csv").write_text("community,households\nA,20000\nB,5001\n")
    with pytest.raises(ConfigError) as caught:
        read(given, "en")
    assert named in str(caught.value)
