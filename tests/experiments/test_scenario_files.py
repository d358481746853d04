"""Futures by a YAML file of one's own: taken where strategies are, told apart by content, kept in the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

FUTURE = """name: dry_year
title: {en: Dry year, zh: 旱年}
summary: {en: Water is short for three months., zh: 连续三个月缺水。}
courses:
  - {quantity: demand_infrastructure, shape: step, start: 10, size: 4.0, source: own estimate, grade: judgement}
"""
SMALL = ("world=classroom", "days=24", "reform_day=8", "lang=en", "jobs=1")


@pytest.fixture
def dry(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "dry_year.yaml"
    path.parent.mkdir()
    path.write_text(FUTURE, encoding="utf-8")
    return path


def test_a_run_in_a_future_of_a_file_keeps_all_of_it(xietong, compiled, dry, tmp_path) -> None:
    assert xietong("run", *SMALL, "future=own/dry_year.yaml", "out=dry").code == 0
    manifest = json.loads((tmp_path / "dry" / "manifest.json").read_text(encoding="utf-8"))
    future = manifest["config"]["future"]
    assert future["name"] == "dry_year" and future["title"]["zh"] == "旱年"
    assert future["courses"][0]["size"] == 4.0 and future["courses"][0]["source"] == "own estimate"
    first = manifest["runs"][0]["run_id"]
    assert xietong("check", "store=dry").code == 0
    # Another content is another run, whatever the file is called.
    dry.write_text(FUTURE.replace("4.0", "3.0"), encoding="utf-8")
    assert xietong("run", *SMALL, "future=own/dry_year.yaml", "out=other").code == 0
    other = json.loads((tmp_path / "other" / "manifest.json").read_text(encoding="utf-8"))
    assert other["runs"][0]["run_id"] != first


def test_futures_and_sweeps_take_files_among_names(xietong, compiled, dry, without_report, tmp_path) -> None:
    words = ("strategies=[siloed,wuhan]", "replicates=2", "futures=[reference,own/dry_year.yaml]", "out=both")
    assert xietong("compare", *SMALL, *words).code == 0
    rows = pd.read_parquet(tmp_path / "both" / "runs.parquet")
    assert set(rows["future"]) == {"reference", "dry_year"}
    needs = rows.groupby("future")["needs_rate"].mean()
    assert needs["dry_year"] > needs["reference"]
    called = xietong("check", "sweep", *SMALL, "sweep.future=[reference,own/dry_year.yaml]", "replicates=1")
    assert called.code == 0 and "2 different runs" in called.out[-1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["future=nowhere.yaml"], ["nowhere.yaml", "cannot be read"]),
        (["future=own/dry_year.yaml", "future=flood"], ["future: given twice"]),
        (["future=own/dry_year.yaml", "future=own/dry_year.yaml"], ["future: given twice"]),
        (["future=own/dry_year.yaml", "future.courses=[]"], ["future.courses", "future=own/dry_year.yaml", "change it there"]),
        (["strategy=own/x.yaml", "strategy.mechanisms={}"], ["strategy.mechanisms", "strategy=own/x.yaml"]),
        (["future=own/faulty.yaml"], ["own/faulty.yaml, line 5", "demand_infrastructur"]),
        (["future=own/renamed.yaml"], ["own/renamed.yaml, line 1", "'dry_year'", "'renamed'"]),
    ],
)  # fmt: skip
def test_one_clear_line(xietong, dry, words: list[str], named: list[str]) -> None:
    """As for files of strategies: file, line, what is wrong; nothing is written."""
    (dry.parent / "renamed.yaml").write_text(FUTURE, encoding="utf-8")
    faulty = FUTURE.replace("demand_infrastructure", "demand_infrastructur").replace("dry_year", "faulty")
    (dry.parent / "faulty.yaml").write_text(faulty, encoding="utf-8")
    for command in ("run", "check"):
        called = xietong(command, *(["run"] if command == "check" else []), *SMALL, *words)
        assert called.code == 2 and len(called.err) == 1
        assert all(part in called.err[0] for part in named), called.err
        assert {path.parent.name for path in called.files} == {"own"}


def test_a_future_listed_twice_is_refused_though_one_is_a_file(xietong, dry) -> None:
    (dry.parent / "flood.yaml").write_text(FUTURE.replace("dry_year", "flood"), encoding="utf-8")
    called = xietong("compare", *SMALL, "futures=[flood,own/flood.yaml]")
    assert called.code == 2 and "flood" in called.err[0] and "twice" in called.err[0]


def test_chinese_says_it_too(xietong, dry) -> None:
    called = xietong("check", "run", "lang=zh", "future=own/dry_year.yaml", "future.courses=[]")
    assert called.code == 2 and "请在文件中修改" in called.err[0]
