"""Inputs that once ended in an error nobody had foreseen, or in none at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from judge import call, content, judge

from experiments.hydra_door import run_under_hydra
from experiments.store import Store
from sim.scenario import ROOT

LAUGHS = "b0: &b0 [x, x]\n" + "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9)}]\n" for i in range(1, 9))


@pytest.mark.parametrize(
    "word",
    ["lang=" + "9" * 5000, "out=" + "x" * 3000, "strategy=" + "x" * 3000 + ".yaml", "days=" + "9" * 5000],
)
def test_words_longer_than_anything_holds(word: str) -> None:
    ended = call(["check", "run", word])
    judge(ended, word[:20])
    assert ended.code == 2


def test_a_table_of_a_screening_whose_name_is_too_long() -> None:
    assert call(["check", "calibrate", "screen=" + "x" * 3000]).code == 2


@pytest.mark.parametrize("head", [LAUGHS, "a: &a [*a]\n", "a: 2020-99-99\n"])
def test_a_strategy_of_few_lines_that_cannot_be_read(
    head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(head + (ROOT / "strategy" / "wuhan.yaml").read_text(encoding="utf-8"))
    ended = call(["check", "run", "strategy=mine.yaml"])
    judge(ended, head[:20])
    assert ended.code == 2
    assert "mine.yaml, line" in ended.err or "mine.yaml: not readable" in ended.err


@pytest.mark.parametrize(
    "text", [LAUGHS.encode(), "name: mine".encode("utf-16"), b"a: [", b"streets: ${x}\n"]
)
def test_a_configuration_folder_that_hydra_cannot_compose(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "mine.yaml").write_bytes(text)
    words = ["--config-dir", str(tmp_path), "world=mine", "days=4", f"out={tmp_path / 'store'}"]
    ended = call(words, entry=run_under_hydra)
    judge(ended, repr(text[:20]))
    assert ended.code == 2 and not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", None), ("runs", {}), ("runs", [3]), ("runs", [{"run_id": "../x", "strategy": "a", "replicate": 0}]), ("files", 3.5),
        ("files", {"../../x": "0"}), ("config", []), ("model_version", 1), ("machine", "\ud800"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["check", "compact", "report"])
def test_a_manifest_of_the_wrong_types(
    command: str, key: str, value: object, sound: Path, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    shutil.copytree(sound, root)
    path = root / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {key: value}))
    before = content(root)
    ended = call([command, f"{'store' if command == 'check' else 'out'}={root}"])
    judge(ended, f"{command} {key}")
    assert ended.code == 2 and content(root) == before


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("config.strategies.0", lambda config: config["strategies"].__setitem__(0, [{}])),
        ("config.strategies.1.mechanisms", lambda config: config["strategies"][1].update(mechanisms=[1])),
        ("config.parameters.a", lambda config: config.update(parameters={"a": "x"})),
        ("config.record.daily", lambda config: config["record"].update(daily=[])),
    ],
)
def test_a_report_of_a_configuration_that_no_command_wrote(
    where: str, change: Callable[[dict[str, Any]], None], sound: Path, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    shutil.copytree(sound, root)
    path = root / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest["config"])
    path.write_text(json.dumps(manifest))
    before = content(root)
    ended = call(["report", f"out={root}"])
    assert ended.code == 2 and f"damaged at `{where}`" in ended.err and content(root) == before


def test_a_note_of_the_wrong_types_is_left_out_of_the_log(sound: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    shutil.copytree(sound, root)
    whole = Store(root).collect_log()
    note = sorted((root / "log").glob("*.json"))[0]
    note.write_text(json.dumps(json.loads(note.read_text(encoding="utf-8")) | {"host": ["a"]}))
    left = Store(root).collect_log()
    assert len(left) == len(whole) - 1 and note.stem not in set(left["run_id"])


def test_a_folder_in_the_place_of_a_table_and_a_row_of_another_run(sound: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    shutil.copytree(sound, root)
    table = sorted((root / "cases").iterdir())[0]
    table.unlink()
    table.mkdir()
    one, two = sorted((root / "runs").iterdir())[-2:]
    one.write_bytes(two.read_bytes())
    ended = call(["check", f"store={root}"])
    judge(ended, "check")
    assert ended.code == 1
    assert f"cases/{table.name}: broken" in ended.out and f"runs/{one.name}: broken" in ended.out
    before = content(root)
    assert call(["compact", f"out={root}"]).code == 2 and content(root) == before, "half joined"
