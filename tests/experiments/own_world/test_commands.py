"""Own data on the command line, in stores and in reports; the documents say what holds."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments import compare, configuration, identity, read_world
from experiments.checkpoints import load, save
from experiments.own_world import columns, shapes, tables, world
from sim.errors import ConfigError
from sim.model import CommunityModel

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLES = DOCS / "examples"
PAGES = ("own_world.md", "own_world.zh.md")
SHORT = ("days=24", "reform_day=8")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder in which commands run, with the documents as they lie in a checkout."""
    shutil.copytree(EXAMPLES, tmp_path / "docs" / "examples")
    return tmp_path


def commands() -> list[Any]:
    """The commands of both pages; those that draw a report take a minute (`pytest -m slow tests/experiments/own_world`)."""
    lines = [
        line for page in PAGES for block in re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
        for line in block.splitlines()
    ]  # fmt: skip
    return [
        pytest.param(
            line, marks=[pytest.mark.slow] if " compare world" in line and "check" not in line else []
        )
        for line in lines
    ]


@pytest.mark.parametrize("line", commands())
def test_commands_of_the_pages(line: str, xietong: Callable[..., Any], here: Path) -> None:
    called, *words = shlex.split(line)
    assert called == "xietong"
    shorter = [word for word in words if not word.startswith("replicates")]
    more = [] if words[0] == "check" else [*SHORT, "out=out"]
    done = xietong(*shorter, *more, *(["replicates=2"] if words[0] in ("compare", "sweep") else []))
    assert done.code == 0, done.err
    assert (here / "out").exists() == (words[0] != "check")


@pytest.mark.parametrize("page", PAGES)
def test_python_of_the_pages(page: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)
    (block,) = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, page, "exec"), names)
    assert names["model"].day == 30


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_name_columns_and_bounds(page: str) -> None:
    written = (DOCS / page).read_text()
    to = "to" if page == "own_world.md" else "至"
    for column in columns.COLUMNS:
        row = next(
            line for line in written.splitlines() if line.startswith("|") and f"`{column.name}`" in line
        )
        assert column.chinese in row
        if column.kind != "name":
            assert f"{column.low:g} {to} {column.high:,g}" in row
    for bound in (
        f"{tables.MOST_MEGABYTES} MB", f"{tables.MOST_ROWS:,}", f"{world.MOST_CELLS:,}", f"{shapes.MOST_POINTS:,}",
        f"{columns.FEWEST_PERSONS} {to} {columns.MOST_PERSONS}", f"{columns.HOUSEHOLDS_PER_CELL} ", f"{shapes.LEAST_AREA:g} ",
    ):  # fmt: skip
        assert bound in written


@pytest.mark.parametrize(("words", "named"), [
    ("run world=custom", ["world=custom", "data=FILE.csv"]),
    ("run data=my.csv", ["data=my.csv", "only with world=custom", "world=street"]),
    ("run world=classroom data=my.csv", ["only with world=custom", "world=classroom"]),
    ("run world=custom data=none.csv", ["none.csv", "no such file"]),
    ("run world=custom data=[a,b]", ["own data are needed"]),
    ("run world=custm", ["custm", "'custom'"]),
    ("run world=custom data=docs/examples/my_street.csv world.households=3", ["world.households", "the file says"]),
    ("run world=custom data=docs/examples/my_street.csv queue.servers=2", ["only with world=queue", "world=custom"]),
    ("sweep world=custom data=docs/examples/my_street.csv sweep.world.households=[3,4]", ["sweep.world.households", "the file says"]),
    ("compare world=custom data=none.csv days=0", ["none.csv", "days=0"]),
])  # fmt: skip
def test_wrong_words(words: str, named: list[str], xietong: Callable[..., Any], here: Path) -> None:
    before = sorted(here.rglob("*"))
    done = xietong(*words.split())
    assert done.code == 2
    assert len([line for line in done.err if line.startswith("xietong: ")]) == 1
    for part in named:
        assert part in done.err[-1]
    assert sorted(here.rglob("*")) == before


def ids(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    settings = configuration.read("run", ["world=custom", f"data={path}"])
    return identity.run_id(settings, settings.strategies[0], 0)


def test_a_run_is_called_by_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the file's name and place, nor by the names, separators or order of columns in it."""
    head, a, b = "community,households,facility\n", "A,400,0.5\n", "B,500,0.6\n"
    files = {
        "one.csv": head + a + b, "other name.csv": head + a + b, "columns.csv": "facility;households;社区\n0.50;400;x\n6e-1;500;y\n",
        "rows.csv": head + b + a, "more.csv": head + a + "B,501,0.6\n", "share.csv": head + a + "B,500,0.61\n",
    }  # fmt: skip
    found = {}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        found[name] = ids(tmp_path / name, monkeypatch)
    assert len({found["one.csv"], found["other name.csv"], found["columns.csv"]}) == 1
    assert len(set(found.values())) == 4


def test_list_worlds_says_how(xietong: Callable[..., Any]) -> None:
    for lang, part in (("en", "data=FILE.csv"), ("zh", "data=文件.csv")):
        done = xietong("list", "worlds", f"lang={lang}")
        assert any("custom" in line and part in line for line in done.out)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison on a map with unfriendly names, in two processes: the data travel with the settings."""
    root = tmp_path_factory.mktemp("mapped")
    content = json.loads((EXAMPLES / "my_street.geojson").read_text())
    content["features"] = content["features"][:4]
    for number, one in enumerate(content["features"]):
        one["properties"] |= {
            "households": 120,
            "cells": 2,
            "community": ["<script>alert(1)</script>", "=1+1", "A & B", "社区"][number],
        }
        del one["properties"]["residents"]
    (root / "data.geojson").write_text(json.dumps(content))
    done = compare(
        ["siloed", "wuhan"], world="custom", data=root / "data.geojson", replicates=2, days=40, reform_day=10, jobs=2, out=root / "out", lang="en"
    )  # fmt: skip
    (root / "data.geojson").unlink()
    assert done.failed == 0
    done.report()
    return root / "out"


def test_the_map_is_kept_and_sealed(store: Path, xietong: Callable[..., Any]) -> None:
    sealed = json.loads((store / "manifest.json").read_text())
    assert "map.geojson" in sealed["files"]
    assert "outlines" not in sealed["config"]["world"]["places"]
    names = [one["properties"]["name"] for one in json.loads((store / "map.geojson").read_text())["features"]]
    assert sorted(names) == sorted(sealed["config"]["world"]["places"]["names"]["communities"])
    assert xietong("check", f"store={store}").code == 0


def test_a_changed_map_is_told(store: Path, tmp_path: Path, xietong: Callable[..., Any]) -> None:
    shutil.copytree(store, tmp_path / "copy")
    with (tmp_path / "copy" / "map.geojson").open("a") as file:
        file.write(" ")
    done = xietong("check", "store=copy")
    assert done.code == 1
    assert "map.geojson: broken" in done.out


def test_the_page_draws_it_and_escapes_names(store: Path) -> None:
    page = (store / "report.html").read_text()
    assert 'id="places"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "A &amp; B" in page
    for name in ("places_need", "places_change"):
        assert (store / "figures" / f"{name}.svg").is_file()
        assert "=1+1" not in (store / "figures" / f"{name}.csv").read_text()
    assert "data=" in page[page.index('id="provenance"') :]


@pytest.mark.slow
def test_the_report_needs_no_file_but_the_store(
    store: Path, tmp_path: Path, xietong: Callable[..., Any]
) -> None:
    shutil.copytree(store, tmp_path / "copy")
    assert xietong("report", "out=copy", "lang=zh").code == 0
    assert "未满足需求的分布" in (tmp_path / "copy" / "report.html").read_text()


def test_a_broken_map_is_told(store: Path, tmp_path: Path, xietong: Callable[..., Any]) -> None:
    shutil.copytree(store, tmp_path / "copy")
    (tmp_path / "copy" / "map.geojson").write_text('{"features": [3]}')
    done = xietong("report", "out=copy")
    assert done.code == 2
    assert "map.geojson: cannot be read as a map" in done.err[0]


def test_a_folder_forgets_the_map_of_an_earlier_design(
    tmp_path: Path, xietong: Callable[..., Any], here: Path
) -> None:
    words = ("run", *SHORT, "world=custom", "out=out")
    assert xietong(*words, "data=docs/examples/my_street.geojson").code == 0
    assert (here / "out" / "map.geojson").is_file()
    assert xietong(*words, "data=docs/examples/my_street.csv").code == 0
    assert not (here / "out" / "map.geojson").exists()
    assert xietong("check", "store=out").code == 0


def test_a_checkpoint_holds_the_place(tmp_path: Path) -> None:
    model = CommunityModel(read_world(EXAMPLES / "my_street.geojson"), days=4, reform_day=1).run(2)
    save(model, tmp_path / "morning")
    again = load(tmp_path / "morning").run()
    assert again.outcomes() == pytest.approx(model.run().outcomes(), rel=0, abs=0, nan_ok=True)


def test_python_tells_all_faults_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="没有这个文件"):
        compare(["siloed", "wuhan"], world="custom", data=tmp_path / "none.csv", lang="zh")
