"""`from experiments import compare`, as the interface promises it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import experiments
from experiments import compare
from sim.errors import ConfigError

KEYS = {"world": "classroom", "days": 24, "reform_day": 8, "jobs": 1}


def test_compare_returns_tables_and_reports(tmp_path) -> None:
    result = compare(["siloed", "wuhan"], replicates=2, **KEYS)
    table = result.table()
    assert set(table["strategy"]) == {"wuhan"} and table["outcome"].is_unique and result.baseline == "siloed"
    assert len(result.runs) == 4 and result.store.is_dir()
    page = result.report(tmp_path / "out", lang="zh")
    assert page == tmp_path / "out" / "report.html" and page.stat().st_size > 10_000
    assert (tmp_path / "out" / "comparison.csv").exists() and any((tmp_path / "out" / "figures").iterdir())


def test_results_without_out_live_as_long_as_the_result() -> None:
    result = compare(["siloed", "placebo"], replicates=1, **KEYS)
    store = result.store
    assert store.exists()
    del result
    assert not store.exists()


def test_a_store_of_one_is_that_of_the_command(tmp_path, xietong, contents, without_report) -> None:
    compare(
        ["siloed", "wuhan"],
        replicates=2,
        out=tmp_path / "api",
        parameters={"voice.base_hazard": 0.02},
        **KEYS,
    )
    words = (
        "world=classroom",
        "days=24",
        "reform_day=8",
        "replicates=2",
        "jobs=1",
        "parameters.voice.base_hazard=0.02",
    )
    assert xietong("compare", "strategies=[wuhan,siloed]", *words, "out=cli").code == 0
    of_command = contents(tmp_path / "cli")
    of_api = contents(tmp_path / "api")
    assert len(of_api) == 21 and {name: of_command[name] for name in of_api} == of_api


def test_faults_are_told_at_once(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        compare(
            ["siloed", "wuhna"],
            world="clasroom",
            replicates=0,
            dayz=3,
            parameters={"voice.base_hazard": "x"},
            out="o",
        )
    for part in ("'wuhan'", "'classroom'", "replicates=0", "'days'", "voice.base_hazard='x'"):
        assert part in str(caught.value)
    assert list(tmp_path.iterdir()) == []


SCRIPT = """
from experiments import compare
result = compare(["siloed", "wuhan"], world="classroom", replicates=2, days=24, reform_day=8, jobs=2)
print("rows", len(result.runs))
"""


def test_a_script_needs_no_guard(tmp_path, compiled) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    project = str(Path(experiments.__file__).parent.parent)
    environment = os.environ | {"PYTHONPATH": project, "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, check=False, timeout=300, env=environment
    )
    assert done.stdout == "rows 4\n" and done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) == 2
