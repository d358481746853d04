"""`python -m experiments.run` under Hydra's own flags."""

from __future__ import annotations

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


def test_multirun_gives_each_job_its_folder(door, tmp_path) -> None:
    code, _, _ = door("--multirun", *SMALL, "strategy=siloed,wuhan", "seed=1,2", "out=many")
    assert code == 0 and {path.name for path in (tmp_path / "many").iterdir() if path.is_dir()} == {
        "0",
        "1",
        "2",
        "3",
    }


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
