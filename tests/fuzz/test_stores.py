"""Result folders gone wrong: cut, flipped, swapped and foreign files, links in a circle, JSON of the wrong types.

Whatever a folder holds, a command reads it or says in one line why not. A refused command changes nothing; one that goes on
replaces what is broken and leaves every sound file and every foreign file as it was.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from judge import WORDS, Ended, call, cases, content, judge
from malformed import damaged, malformed_json

#: What no command may touch, for no command has made it.
FOREIGN = "notes/mine.txt"


def _files(root: Path, luck: random.Random) -> Path:
    """A file of the folder, each kind as likely as another."""
    by_kind: dict[tuple[str, str], list[Path]] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
        by_kind.setdefault((path.parent.name, path.suffix), []).append(path)
    return luck.choice(by_kind[luck.choice(sorted(by_kind))])


def _bytes(root: Path, luck: random.Random) -> None:
    path = _files(root, luck)
    path.write_bytes(damaged(path.read_bytes(), luck))


def _json(path: Path) -> object:
    """What a file holds; if it is broken already, something else."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {"broken": [1, {}]}


def _manifest(root: Path, luck: random.Random) -> None:
    path = root / "manifest.json"
    if not path.is_file():
        return
    path.write_bytes(malformed_json(_json(path), luck))


def _log(root: Path, luck: random.Random) -> None:
    notes = sorted(path for path in (root / "log").glob("*.json") if path.is_file())
    if not notes:
        return
    path = luck.choice(notes)
    path.write_bytes(malformed_json(_json(path), luck))


def _gone(root: Path, luck: random.Random) -> None:
    if luck.random() < 0.2:
        shutil.rmtree(luck.choice(sorted(path for path in root.iterdir() if path.is_dir())))
    else:
        _files(root, luck).unlink()


def _swapped(root: Path, luck: random.Random) -> None:
    one, two = _files(root, luck), _files(root, luck)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def _table(root: Path, luck: random.Random) -> None:
    """A table that can be read but holds other columns or other types."""
    import pandas as pd

    path = luck.choice(sorted(path for path in root.rglob("*.parquet") if path.is_file()))
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError):
        return  # broken already
    name = luck.choice(list(table.columns))
    what = luck.randrange(6)
    if what == 0:
        table = table.drop(columns=name)
    elif what == 1:
        table = table.rename(columns={name: f"{name}x"})
    elif what == 2:
        table[name] = "x"
    elif what == 3:
        table[name] = float("nan")
    elif what == 4:
        table = table.iloc[:0]
    else:
        table = pd.concat([table, table])
    table.to_parquet(path)


def _awkward(root: Path, luck: random.Random) -> None:
    path = _files(root, luck)
    path.unlink()
    what = luck.randrange(4)
    if what == 0:
        path.mkdir()
    elif what == 1:
        path.symlink_to(path.name)
    elif what == 2:
        path.symlink_to("/nowhere/at/all")
    else:
        path.symlink_to(root)


def _strange(root: Path, luck: random.Random) -> None:
    """Further files of all sorts of names where a command looks."""
    folder = luck.choice([root, *sorted(path for path in root.iterdir() if path.is_dir())])
    name = luck.choice(
        ("x.parquet", "x.json", ".hidden", "平.parquet", "a b.parquet", "runs.parquet.part", "x" * 200, "-x")
    )
    if not (folder / name).exists():
        (folder / name).write_bytes(luck.randbytes(50))


WAYS: tuple[Callable[[Path, random.Random], None], ...] = (
    _bytes, _bytes, _bytes, _manifest, _manifest, _manifest, _log, _gone, _swapped, _table, _table, _awkward, _strange,
)  # fmt: skip
#: Commands that read a folder, and how often each is tried: those that draw or live take long.
COMMANDS = {
    "check": (5, lambda root: ["check", f"store={root}"]),
    "compact": (2, lambda root: ["compact", f"out={root}"]),
    "discover": (1, lambda root: ["discover", f"store={root}", "outcome=unmet_need_days"]),
    "report": (1, lambda root: ["report", f"out={root}"]),
    "again": (1, lambda root: [*WORDS, "record.cases=true", "record.needs=true", f"out={root}"]),
}
#: Folders whose files are what counts; the rest is made from them.
KEPT = ("runs", "daily", "ledger", "cells", "ties", "cases", "needs", "checkpoints", "notes")


def tried(name: str, number: int, sound: Path, root: Path) -> Ended:
    """One case, judged."""
    luck = random.Random(f"{name} {number}")
    shutil.copytree(sound, root)
    (root / "notes").mkdir()
    (root / FOREIGN).write_text("mine")
    whole = content(root)
    for _ in range(luck.choice((1, 1, 1, 2, 4))):
        luck.choice(WAYS)(root, luck)
    before = content(root)
    ended = call([*COMMANDS[name][1](root), "lang=en"] if name != "again" else COMMANDS[name][1](root))
    told = f"{name} {number}"
    judge(ended, told)
    after = content(root)
    if ended.code == 2 or name == "check":
        assert after == before, (
            f"{told}: exit {ended.code}, and the folder has changed: {_between(before, after)}"
        )
    for path, state in before.items():
        if path.split("/")[0] not in KEPT:
            continue
        sound_still = whole.get(path) == state or path not in whole
        assert not sound_still or after.get(path) == state or _made_anew(name, path, whole), (
            f"{told}: {path} is lost"
        )
    return ended


def _between(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _made_anew(name: str, path: str, whole: dict[str, str]) -> bool:
    """A command that lives runs may replace files of a run of which another file is broken."""
    return name == "again" and path in whole


@pytest.mark.parametrize("name", COMMANDS)
def test_folders_gone_wrong_end_in_one_line(
    name: str, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "again":
        # The page after a comparison is that of `report`, which is tried by itself and takes seconds.
        monkeypatch.setattr("experiments.report.build", lambda root, *rest: root / "report.html")
    share = COMMANDS[name][0]
    # Reports and lives take seconds: few in every run of the tests, more at night.
    numbers = (
        cases(share) if name not in ("report", "again") else cases(1)[: 2 if len(cases(1)) < 100 else 100]
    )
    codes = []
    for number in numbers:
        root = tmp_path / "store"
        codes.append(tried(name, number, sound, root).code)
        shutil.rmtree(root)
    assert len(set(codes)) > 1 or name not in ("check", "compact")
