"""`python -m experiments.run` under Hydra's own flags."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest

from experiments.hydra_door import run_under_hydra, split
from sim.scenario import ROOT

SMALL = ("world=classroom", "days=24", "reform_day=8")


@pytest.fixture
def door(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def call(*words: str):
        capsys.readouterr()
        try:
            code = run_under_hydra(words)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return call


def test_the_same_run_as_the_command(door, xietong, tmp_path, contents) -> None:
    code, out, _ = door(*SMALL, "strategy=wuhan", "out=door", "parameters.voice.base_hazard=0.02", "lang=en")
    assert code == 0 and "satisfaction" in out
    assert (
        xietong("run", *SMALL, "strategy=wuhan", "out=command", "parameters.voice.base_hazard=0.02").code == 0
    )
    assert contents(tmp_path / "door") == contents(tmp_path / "command")
    assert {path.name for path in tmp_path.iterdir()} == {"door", "command"}


def test_cfg_job_shows_the_configuration_and_runs_nothing(door, tmp_path) -> None:
    code, out, _ = door("--cfg", "job", *SMALL, "pin.voice=3")
    assert code == 0 and "days: 24" in out and "name: classroom" in out and "voice: 3" in out
    assert list(tmp_path.iterdir()) == []


MANY = ("--multirun", *SMALL, "strategy=siloed,wuhan", "seed=1,2", "jobs=1", "out=many", "lang=en")


def test_jobs_of_a_multirun_land_in_one_store(door, xietong, tmp_path, contents) -> None:
    code, out, _ = door(*MANY)
    assert code == 0 and out.count("replicate 0, days 8 to 23") == 4
    rows = pd.read_parquet(tmp_path / "many" / "runs.parquet")
    assert sorted(zip(rows["strategy"], rows["seed"], strict=True)) == [
        ("siloed", 1), ("siloed", 2), ("wuhan", 1), ("wuhan", 2),
    ]  # fmt: skip
    jobs = pd.read_csv(tmp_path / "many" / "jobs.csv")
    assert set(jobs["run_id"]) == set(rows["run_id"])
    assert all("strategy=wuhan" in words for words in jobs["overrides"][2:])
    checked = xietong("check", "store=many", "lang=en")
    assert checked.code == 0 and "4 of 4 runs finished, every byte as written" in checked.out[-1]
    for strategy in ("siloed", "wuhan"):
        assert xietong("run", *SMALL, f"strategy={strategy}", "seed=2", "out=alone").code == 0
        alone = pd.read_parquet(tmp_path / "alone" / "runs.parquet")["run_id"].item()
        part = f"daily/{alone}.parquet"
        assert contents(tmp_path / "many")[part] == contents(tmp_path / "alone")[part]


def test_the_manifest_of_a_multirun_tells_every_job(door, xietong, tmp_path) -> None:
    assert door(*MANY)[0] == 0
    told = json.loads((tmp_path / "many" / "manifest.json").read_text(encoding="utf-8"))
    assert "--multirun" in told["replay"]
    assert {job["run_id"] for job in told["jobs"]} == {run["run_id"] for run in told["runs"]}
    assert told["jobs"][0]["config"] == {}
    for job, (strategy, seed) in zip(
        told["jobs"], itertools.product(("siloed", "wuhan"), (1, 2)), strict=True
    ):
        assert (
            f"strategy={strategy}" in job["overrides"].split() and f"seed={seed}" in job["overrides"].split()
        )
        words = (*SMALL, f"strategy={strategy}", f"seed={seed}", "jobs=1", "lang=en", "out=alone")
        assert xietong("run", *words).code == 0
        alone = json.loads((tmp_path / "alone" / "manifest.json").read_text(encoding="utf-8"))
        assert {**told["config"], **job["config"], "out": "alone"} == alone["config"]
        assert job["run_id"] == alone["runs"][0]["run_id"] and "jobs" not in alone


def test_a_multirun_goes_on_where_it_was(door, tmp_path, contents) -> None:
    assert door(*MANY)[0] == 0
    before = contents(tmp_path / "many")
    _, _, err = door(*MANY)
    assert "nothing left to run: 4 finished runs" in err[0] and contents(tmp_path / "many") == before
    next((tmp_path / "many" / "daily").iterdir()).unlink()
    _, _, err = door(*MANY)
    assert "runs to do: 1 (finished before: 3)" in err[0] and contents(tmp_path / "many") == before


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("record=light,full", "record"),
        ("out=a,b", "out"),
        ("lang=en,zh", "lang"),
        ("days=24,4", "reform_day=8"),
    ],
)
def test_a_wrong_multirun_is_one_line_and_writes_nothing(door, tmp_path, word: str, told: str) -> None:
    words = [one for one in MANY if not one.startswith(word.partition("=")[0] + "=")]
    code, _, err = door(*words, word)
    assert code == 2 and len(err) == 1 and told in err[0] and list(tmp_path.iterdir()) == []


def test_config_dir_adds_strategies(door, tmp_path) -> None:
    folder = tmp_path / "own" / "strategy"
    folder.mkdir(parents=True)
    shipped = (ROOT / "strategy" / "wuhan.yaml").read_text(encoding="utf-8")
    (folder / "mine.yaml").write_text(shipped.replace("name: wuhan", "name: mine"), encoding="utf-8")
    code, _, _ = door("--config-dir", "own", *SMALL, "strategy=mine", "out=mine")
    assert code == 0 and (tmp_path / "mine" / "runs.parquet").exists()
    code, _, err = door("--config-dir", "own", *SMALL, "strategy=mime")
    assert code == 2 and len(err) == 1 and "did you mean 'mine'?" in err[0]


@pytest.mark.parametrize("word", ["stratgey=wuhan", "days=0", "parameters.voice.base_hazard=99"])
def test_wrong_input_is_one_line_here_too(door, tmp_path, word: str) -> None:
    code, _, err = door("world=classroom", word)
    assert code == 2 and len(err) == 1 and err[0].startswith("xietong: ") and list(tmp_path.iterdir()) == []


def test_flags_and_overrides_are_told_apart() -> None:
    flags, words = split(["-m", "days=3", "--config-dir", "own", "--cfg", "job", "seed=1"])
    assert flags == ["-m", "--config-dir", "own", "--cfg", "job"] and words == ["days=3", "seed=1"]
