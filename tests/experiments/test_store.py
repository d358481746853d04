"""The store: resume, torn files, other versions, earlier designs."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments import ensemble, identity, manifest, rows, store
from experiments.cli import main
from experiments.ensemble import carry_out, design
from experiments.store import Store, look
from sim.errors import StoreError


@pytest.fixture
def copied(small, tmp_path):
    """The small comparison again, in a folder that may be harmed."""
    root = tmp_path / "store"
    shutil.copytree(small.store.root, root)
    return small.settings.model_copy(update={"out": root})


@pytest.fixture
def lived(monkeypatch):
    """Which runs the engine was asked for."""
    asked: list[str] = []
    real = ensemble.execute

    def execute(tasks, *rest):
        asked.extend(run.run_id for task in tasks for run in task.runs)
        return real(tasks, *rest)

    monkeypatch.setattr(ensemble, "execute", execute)
    return asked


def test_the_files_of_the_interface(small) -> None:
    root = small.store.root
    ids = {run.run_id for run in design(small.settings)}
    for folder in ("runs", "daily", "cases", "needs", "ledger", "cells", "ties"):
        assert {path.stem for path in (root / folder).iterdir()} == ids
    runs = pd.read_parquet(root / "runs.parquet")
    columns = "run_id strategy world future replicate seed intensity days reform_day"
    assert list(runs.columns[:9]) == columns.split()
    assert list(zip(runs["strategy"], runs["replicate"], strict=True)) == [
        ("placebo", 0), ("placebo", 1), ("siloed", 0), ("siloed", 1), ("wuhan", 0), ("wuhan", 1),
    ]  # fmt: skip
    daily = pd.read_parquet(next((root / "daily").iterdir()))
    assert list(daily.columns[:3]) == ["run_id", "day", "community"] and (daily["community"] >= 0).all()
    log = pd.read_parquet(root / "log.parquet")
    assert set(log["status"]) == {"done"} and (log["seconds"] > 0).all()


def test_the_manifest_says_what_stands_there(small) -> None:
    content = json.loads((small.store.root / "manifest.json").read_text())
    assert (
        content["status"] == "finished"
        and content["seed"] == 1
        and content["model_version"] == identity.model_version()
    )
    assert content["config"]["world"]["name"] == "classroom" and content["end"] >= content["start"]
    assert {run["run_id"] for run in content["runs"]} == set(small.runs["run_id"])
    for name, wanted in content["files"].items():
        assert store.file_hash(small.store.root / name) == wanted
    assert {"runs.parquet", f"daily/{small.runs['run_id'][0]}.parquet"} <= set(content["files"])


def test_nothing_that_changes_between_equal_runs_is_in_the_tables(small) -> None:
    host, folder = content_of(small)["machine"], str(small.store.root)
    for path in small.store.root.rglob("*.parquet"):
        if path.name != "log.parquet":
            assert host.encode() not in path.read_bytes() and folder.encode() not in path.read_bytes()


def content_of(small) -> dict:
    return manifest.load(small.store.root)


def test_a_rerun_lives_nothing_and_changes_nothing(copied, lived, contents) -> None:
    before = contents(copied.out)
    assert len(carry_out(copied).runs) == 6
    assert lived == [] and contents(copied.out) == before


def test_what_is_missing_is_lived_again(copied, lived, contents) -> None:
    before = contents(copied.out)
    first, second = (run.run_id for run in design(copied)[1:3])
    (copied.out / "runs" / f"{first}.parquet").unlink()
    (copied.out / "cases" / f"{second}.parquet").unlink()
    carry_out(copied)
    assert sorted(lived) == sorted([first, second]) and contents(copied.out) == before


@pytest.mark.parametrize("table", ["runs", "daily", "ledger", "needs"])
@pytest.mark.parametrize("size", [0, 100])
def test_a_torn_file_is_lived_again(copied, lived, contents, table: str, size: int) -> None:
    before = contents(copied.out)
    torn = design(copied)[0].run_id
    path = copied.out / table / f"{torn}.parquet"
    path.write_bytes(path.read_bytes()[:size])
    carry_out(copied)
    assert lived == [torn] and contents(copied.out) == before


def test_more_replicates_add_to_what_is_there(copied, lived) -> None:
    more = copied.model_copy(update={"replicates": 3})
    assert len(carry_out(more).runs) == 9
    assert lived == [run.run_id for run in design(more)[6:]]


def test_asking_for_less_is_enough(copied, lived, settings_of) -> None:
    light = copied.model_copy(update={"record": settings_of("compare", "out=x").record})
    carry_out(light)
    assert lived == []


def test_another_design_leaves_earlier_runs_out_of_the_table(copied, contents) -> None:
    other = copied.model_copy(update={"seed": 2, "replicates": 1})
    found = carry_out(other)
    assert set(found.runs["seed"]) == {2} and len(pd.read_parquet(copied.out / "runs.parquet")) == 3
    assert len(list((copied.out / "runs").iterdir())) == 9


def test_another_model_version_is_never_mixed(copied, contents, monkeypatch) -> None:
    before = {**contents(copied.out), "manifest": (copied.out / "manifest.json").read_bytes()}
    monkeypatch.setattr(store, "model_version", lambda: "9.9.9+000000000000")
    with pytest.raises(StoreError, match=r"never mixed.*out="):
        carry_out(copied)
    assert {**contents(copied.out), "manifest": (copied.out / "manifest.json").read_bytes()} == before


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 99}'])
def test_a_manifest_that_is_none(tmp_path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StoreError, match=r"manifest\.json"):
        look(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_faults_are_told_by_file(copied) -> None:
    kept = Store(copied.out)
    one, two, three = (run.run_id for run in design(copied)[:3])
    assert kept.faults(one) == []
    path = kept.path("daily", one)
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    kept.path("cells", two).unlink()
    kept.path("runs", three).unlink()
    assert kept.faults(one) == [f"daily/{one}.parquet: broken"]
    assert kept.faults(two) == [f"cells/{two}.parquet: missing"]
    assert kept.faults(three) == [f"runs/{three}.parquet: missing"]


def test_sealing_again_takes_over_what_is_known_of_runs_and_adds_files_made_from_them(
    copied, monkeypatch
) -> None:
    kept = Store(copied.out)
    before = manifest.load(copied.out)
    (copied.out / "page.html").write_text("page")
    read: list[str] = []
    real = Store.parts
    monkeypatch.setattr(Store, "parts", lambda self, run_id: read.append(run_id) or real(self, run_id))
    kept.seal(also=[copied.out / "page.html"])
    after = manifest.load(copied.out)
    assert not read, "hashes of runs were taken anew"
    assert after["files"].keys() - before["files"].keys() == {"page.html"}
    assert after | {"files": before["files"]} == before
    kept.seal("failed")
    assert manifest.load(copied.out) == before | {"status": "failed"}, "a page of before is no file of now"


def test_a_run_that_the_manifest_does_not_know_is_hashed(copied) -> None:
    before = manifest.load(copied.out)
    lost = before["runs"][0]["run_id"]
    content = manifest.load(copied.out)
    content["files"] = {name: known for name, known in content["files"].items() if lost not in name}
    manifest.save(copied.out, content)
    Store(copied.out).seal()
    assert manifest.load(copied.out) == before


def test_rows_read_one_by_one_are_those_that_were_collected(copied, monkeypatch) -> None:
    kept = Store(copied.out)
    ids = [run.run_id for run in design(copied)]
    collected = kept.rows(reversed(ids))
    (copied.out / "runs.parquet").unlink()
    monkeypatch.setattr(rows, "ROWS", 2)
    pd.testing.assert_frame_equal(kept.rows(reversed(ids)), collected)
    some = kept.rows([ids[4], "nobody", ids[1]])
    pd.testing.assert_frame_equal(
        some, collected[collected["run_id"].isin([ids[1], ids[4]])].reset_index(drop=True)
    )


def test_rows_of_several_schemas_are_a_damaged_store(copied) -> None:
    kept = Store(copied.out)
    ids = [run.run_id for run in design(copied)]
    (copied.out / "runs.parquet").unlink()
    path = kept.path("runs", ids[1])
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["satisfaction"]), path)
    next((copied.out / "daily").glob(f"{ids[1]}*")).unlink()
    with pytest.raises(StoreError, match=f"daily/{ids[1]}.parquet: missing"):
        kept.rows(ids)


def test_what_is_wrong_with_a_folder_is_told_in_both_languages(copied, tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "notes.txt").write_text("mine")
    torn = tmp_path / "torn"
    shutil.copytree(copied.out, torn)
    (torn / "manifest.json").write_text("{")
    other = tmp_path / "other"
    shutil.copytree(copied.out, other)
    manifest.save(other, manifest.load(other) | {"model_version": "0.0.1"})
    broken = tmp_path / "broken"
    shutil.copytree(copied.out, broken)
    next((broken / "daily").iterdir()).unlink()
    for words, english, chinese in (
        (["run", f"out={tmp_path / 'file'}"], "cannot be a folder", "不能作为目录"),
        (["run", f"out={tmp_path / 'others'}"], "the folder holds other files", "文件夹中有其他文件"),
        (["run", f"out={torn}"], "cannot be read (", "无法读取（"),
        (
            ["run", f"out={other}"],
            "results of model version 0.0.1 stand there",
            "其中是模型版本 0.0.1 的结果",
        ),
        (
            ["report", f"out={tmp_path / 'others'}"],
            "not a result folder of xietong",
            "不是 xietong 的结果文件夹",
        ),
        (["report", f"out={copied.out}", "baseline=silod"], "did you mean 'siloed'?", "是否想写“siloed”？"),
        (["compact", f"out={broken}"], "missing or broken", "缺失或损坏"),
    ):
        for lang, sentence in (("en", english), ("zh", chinese)):
            assert (
                main(
                    [*words, "days=4", "reform_day=1", f"lang={lang}"]
                    if words[0] == "run"
                    else [*words, f"lang={lang}"]
                )
                == 2
            )
            told = capsys.readouterr().err.splitlines()[-1]
            assert told.startswith("xietong: ") and sentence in told, told
