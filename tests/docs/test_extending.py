"""What the how-tos say works as it stands there: each block of code of docs/extending.md is put to use."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import pytest
from docs_walks import ROOT, environment

import analysis.field_estimators as estimators
from analysis.field_estimators import Panel
from sim.model import CommunityModel

PAGE: Final = ROOT / "docs" / "extending.md"
_MARKED: Final = re.compile(
    r"<!-- (?P<what>file|part): (?P<name>[^ ]+) -->\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARKED: Final = {
    (one["what"], one["name"]): one["text"] for one in _MARKED.finditer(PAGE.read_text(encoding="utf-8"))
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page in a folder, and what an installation would leave of its pyproject.toml."""
    folder = tmp_path_factory.mktemp("package")
    for (what, name), text in MARKED.items():
        if what == "file":
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    project = tomllib.loads(MARKED["file", "pyproject.toml"])["project"]
    about = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    points = [
        f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in own.items())
        for group, own in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("".join(points), encoding="utf-8")
    return folder


def called(package: Path, *words: str, cwd: Path | None = None) -> str:
    """What a program prints where the package is installed."""
    env = environment(package)
    env["PYTHONPATH"] = f"{ROOT}:{package}"
    done = subprocess.run(words, cwd=cwd or package, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_mechanism_is_registered_and_listed(package: Path) -> None:
    listed = called(package, "xietong", "list", "mechanisms", "lang=en")
    assert "\nopen_evenings  Open evenings\n" in listed
    assert "open_evenings.ease,0.2,0,1,factor" in called(
        package, "xietong", "list", "parameters", "format=csv", "lang=en"
    )
    assert "延时服务" in called(package, "xietong", "list", "mechanisms", "lang=zh")


def test_the_mechanism_passes_the_contract(package: Path) -> None:
    words = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/sim/mechanisms/test_contract.py",
        "-k",
        "open_evenings",
    )
    told = called(package, sys.executable, *words, cwd=ROOT)
    passed = re.search(r"(\d+) passed", told)
    assert passed is not None and int(passed[1]) >= 8, told


def test_the_commands_of_the_page_work(package: Path) -> None:
    """All but the tests, which the test above runs from the checkout."""
    blocks = [
        text
        for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
        if kind == "sh" and "pytest" not in text
    ]
    assert len(blocks) == 2
    for block in blocks:
        called(package, "sh", "-e", "-c", block)
    assert (package / "evenings" / "runs.parquet").exists()
    assert (package / "dry" / "runs.parquet").exists()
    (from_tables,) = [
        text
        for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
        if kind == "python" and "evenings/daily" in text
    ]
    share = float(called(package, sys.executable, "-c", from_tables).rpartition(" ")[2])
    assert 0.0 < share < 1.0


def with_one_more() -> ModuleType:
    """sim/outcomes.py with the row and the value of the page put where it says."""
    text = (ROOT / "sim" / "outcomes.py").read_text(encoding="utf-8")
    row, value = MARKED["part", "row"], MARKED["part", "value"]
    after_need = '    ("conflicts_per_10k",'
    in_need = '        "unmet_need_days": _per_year('
    assert text.count(after_need) == text.count(in_need) == 1
    text = text.replace(after_need, "    " + row + after_need).replace(in_need, "        " + value + in_need)
    made = ModuleType("outcomes_with_one_more")
    sys.modules[made.__name__] = made
    exec(compile(text, "outcomes_with_one_more.py", "exec"), made.__dict__)
    return made


def test_an_outcome_joins_the_glossary() -> None:
    made: Any = with_one_more()
    model = CommunityModel(world="classroom", days=60, reform_day=20).run()
    found = made.outcomes(model.state, model.records, 20)
    before = model.outcomes()
    assert [name for name in found if name not in before] == ["healed_share"]
    assert {name: found[name] for name in before} == pytest.approx(before, rel=0.0, abs=0.0, nan_ok=True)
    daily = model.records.daily.query("day >= 20")[["needs_healed", "needs_met", "needs_moved"]].sum()
    assert found["healed_share"] == pytest.approx(daily["needs_healed"] / daily.sum())
    (row,) = [one for one in made.OUTCOMES if one.name == "healed_share"]
    assert (row.scored_on, row.better, row.headline) == ("need", "", False)


def test_an_estimator_joins_the_table() -> None:
    """On a panel with an effect that grows by one a period it finds the last one, beside a trend that everyone has."""
    names = dict(vars(estimators))
    exec(MARKED["part", "estimator"] + MARKED["part", "table"], names)
    assert set(names["HALF"]) == {*estimators.HALF, "last_period"}
    begins = np.array([2, 2, 2, 5, 5, 5])
    trend = np.array([0.0, 1.0, 4.0, 2.0, 7.0])
    effect = np.where(begins[:, None] == 2, np.array([0.0, 0.0, 1.0, 2.0, 3.0]), 0.0)
    own = np.arange(6.0)[:, None] ** 2
    noise = np.array([0.1, -0.1, 0.0, 0.2, -0.2, 0.0])[:, None] * np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    found = names["HALF"]["last_period"](Panel(own + trend + effect + noise, begins))
    assert found.value == pytest.approx(3.0)
    assert found.low < 3.0 < found.high
    assert effect[found.cells].mean() == pytest.approx(3.0)
    with pytest.raises(ValueError, match="one turn"):
        names["last_period"](Panel(own + trend + effect, np.array([2, 2, 3, 3, 5, 5])))


def test_both_languages_show_the_same_code() -> None:
    english, chinese = (
        _BLOCK.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))
        for name in ("extending.md", "extending.zh.md")
    )
    assert english == chinese
    assert len(english) >= 10
