"""Files that a user hands in, gone wrong: strategies, configuration folders, designs of sweeps, tables of a screening."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from judge import Ended, call, cases, content, judge
from malformed import malformed_text

from experiments.hydra_door import run_under_hydra
from scenarios import DATA
from sim.scenario import ROOT

DESIGN = "world,parameters.voice.base_hazard,days\nclassroom,0.005,20\nclassroom,0.01,30\nstreet,0.02,30\n"
WORLD = (
    "name: mine\ntitle: {en: Mine, zh: 我的}\ndistricts: 1\nstreets: 1\ncommunities: 2\ncells: 1\nhouseholds: 20\nparameters:\n"
    "  population.turnover: 0.1\n  voice: {base_hazard: 0.01}\n"
)
EXPERIMENT = "# @package _global_\ndefaults:\n  - override /strategy: wuhan\n  - _self_\ndays: 4\nreform_day: 2\nseed: 5\n"


def _shipped(group: str, luck: random.Random) -> str:
    return luck.choice(sorted((ROOT / group).glob("*.yaml"))).read_text(encoding="utf-8")


def _awkward(path: Path, luck: random.Random) -> None:
    """In the place of a file: a folder, a link to itself, a link to nowhere, a file that nobody may read."""
    path.unlink()
    way = luck.randrange(4)
    if way == 0:
        path.mkdir()
    elif way == 1:
        path.symlink_to(path.name)
    elif way == 2:
        path.symlink_to("nowhere")
    else:
        path.write_text("name: x\n")
        path.chmod(0)


def _put(path: Path, text: str, luck: random.Random) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(malformed_text(text, luck))
    if luck.random() < 0.05:
        _awkward(path, luck)


def _strategy(folder: Path, luck: random.Random) -> Ended:
    path = folder / luck.choice(("mine.yaml", "a b.yaml", "平.yaml"))
    _put(path, _shipped("strategy", luck), luck)
    words = luck.choice((
        ["check", "run", f"strategy={path.name}"], ["check", "compare", f"strategies=[siloed,'{path.name}']"],
        ["check", "attribute", f"strategy='{path.name}'"], ["check", "sweep", f"strategies=['{path.name}']", "sweep.days=[20]", "reform_day=3"],
    ))  # fmt: skip
    return call([*words, "world=classroom"])


def _design(folder: Path, luck: random.Random) -> Ended:
    _put(folder / "design.csv", DESIGN, luck)
    return call(["check", "sweep", "design=design.csv", "reform_day=8"])


def _screen(folder: Path, luck: random.Random) -> Ended:
    text = (DATA / "screen.csv").read_text(encoding="utf-8")
    _put(folder / "screen.csv", text, luck)
    return call(["check", "calibrate", "screen=screen.csv"])


def _folder(folder: Path, luck: random.Random) -> Ended:
    """Worlds, strategies, futures, experiments in a configuration folder of one's own; what is sound is lived for four days."""
    group, text = luck.choice((
        ("world", WORLD), ("strategy", _shipped("strategy", luck)), ("future", _shipped("future", luck)), ("experiment", EXPERIMENT),
    ))  # fmt: skip
    _put(folder / "own" / group / "mine.yaml", text, luck)
    words = [
        "world=classroom",
        "world.cells=1",
        "days=4",
        "reform_day=2",
        "jobs=1",
        f"out={folder / 'store'}",
        "lang=en",
    ]
    chosen = [word for word in words if not word.startswith(f"{group}=")]
    return call(["--config-dir", str(folder / "own"), f"{group}=mine", *chosen], entry=run_under_hydra)


WAYS = {"strategy": _strategy, "design": _design, "screen": _screen, "folder": _folder}


def tried(way: str, number: int, folder: Path) -> Ended:
    """One case, judged."""
    luck = random.Random(f"{way} {number}")
    ended = WAYS[way](folder, luck)
    told = f"{way} {number}"
    judge(ended, told)
    left = content(folder)
    if ended.code == 2:
        assert not (folder / "store").exists(), f"{told}: refused, and something was written"
    if way != "folder":
        assert len(left) == 1, f"{told}: judged, and something was written: {sorted(left)}"
    return ended


@pytest.mark.parametrize(("way", "share"), [("strategy", 3), ("design", 2), ("screen", 1), ("folder", 1)])
def test_files_gone_wrong_end_in_one_line(
    way: str, share: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []
    for number in cases(share):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        codes.append(tried(way, number, folder).code)
    assert 2 in codes


def test_sound_files_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that are broken here are whole before."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "design.csv").write_text(DESIGN)
    (tmp_path / "screen.csv").write_bytes((DATA / "screen.csv").read_bytes())
    for words in (["sweep", "design=design.csv", "reform_day=8"], ["calibrate", "screen=screen.csv"]):
        assert call(["check", *words]).code == 0
    own = tmp_path / "own"
    for group, text in (("world", WORLD), ("experiment", EXPERIMENT)):
        (own / group).mkdir(parents=True)
        (own / group / "mine.yaml").write_text(text, encoding="utf-8")
    words: Sequence[str] = ("world=mine", "experiment=mine", "jobs=1", f"out={tmp_path / 'store'}")
    assert call(["--config-dir", str(own), *words], entry=run_under_hydra).code == 0
