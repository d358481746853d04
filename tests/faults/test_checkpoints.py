"""A command that was killed on its way goes on from its last whole checkpoint, and leaves what it would have left undisturbed."""

from __future__ import annotations

import errno
import functools
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments import configuration
from experiments.checkpoints import HEADER, read_header
from experiments.cli import main
from experiments.ensemble import carry_out
from experiments.parquet import WriteError
from experiments.settings import Record, Settings
from sim.model import CommunityModel
from sim.scenario import ROOT

WORDS = (
    "compare", "world=classroom", "days=24", "reform_day=12", "strategies=[siloed,placebo,wuhan]", "replicates=2", "jobs=1",
    "lang=en",
)  # fmt: skip
#: Days of one replicate: the common past, then three strategies.
TASK = 12 + 3 * 12
RUN = (
    "run",
    "world=classroom",
    "strategy=wuhan",
    "days=500",
    "reform_day=50",
    "jobs=1",
    "lang=en",
)
KEY = "checkpoint=90d"
#: Files that know the clock, and those of the report, which some of the commands here make and some do not.
APART = ("manifest.json", "log.parquet", "report.html", "comparison.csv")
#: The command, which ends itself by a signal that nobody can catch on the evening of a day.
KILLED = """
import os, signal, sys
from sim.model import CommunityModel
real, day = CommunityModel.step, int(sys.argv[1])
def step(self):
    real(self)
    if self.day == day:
        os.kill(os.getpid(), signal.SIGKILL)
CommunityModel.step = step
from experiments.cli import main
sys.exit(main(sys.argv[2:]))
"""


def contents(root: Path) -> dict[str, bytes]:
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    kept = {name for name in files if name not in APART and not name.startswith(("log/", "figures/"))}
    return {name: files[name].read_bytes() for name in kept}


def process(script: str, *words: str) -> list[str]:
    return [sys.executable, "-c", script, *words]


def checkpoints(store: Path) -> dict[int, Path]:
    """The checkpoints of a store by their day."""
    return {read_header(path).day: path for path in store.glob("checkpoints/*.checkpoint")}


class Steps:
    """Counts the days that are lived, and interrupts before a certain one."""

    def __init__(self, patch: pytest.MonkeyPatch, last: int | None = None) -> None:
        self.count, real = 0, CommunityModel.step

        def step(model: CommunityModel) -> None:
            if self.count == last:
                raise KeyboardInterrupt
            self.count += 1
            real(model)

        patch.setattr(CommunityModel, "step", step)


@functools.cache
def settings() -> Settings:
    return configuration.read("compare", [*WORDS[1:], "checkpoint=5d"])


def compare(store: Path, **keys: Any) -> None:
    """The comparison as the command lives it, without its tables and pictures."""
    carry_out(settings().model_copy(update={"out": store} | keys))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("undisturbed") / "store"
    compare(root, checkpoint=None)
    return contents(root)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A single run, undisturbed and without checkpoints."""
    root = tmp_path_factory.mktemp("once") / "store"
    assert main([*RUN, "record=full", f"out={root}"]) == 0
    return contents(root)


def interrupted(store: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """The comparison, stopped after so many days of life."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        Steps(patch, days)
        compare(store)


def completes(store: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> int:
    """The same command leaves what it would have left at once, and no trace of checkpoints; returns the days that it lived."""
    with monkeypatch.context() as patch:
        steps = Steps(patch)
        compare(store)
    assert contents(store) == undisturbed
    assert not (store / "checkpoints").exists() and not list(store.rglob(".*"))
    return steps.count


@pytest.mark.parametrize(
    "lived, again, told",
    [
        (3, 2 * TASK, None),
        (13, 2 * TASK - 10, "common past of replicate 0, day 10"),
        (18, 2 * TASK - 10 - 3, "placebo, replicate 0, day 15; common past of replicate 0, day 10"),
        (
            12 + 12 + 10,
            2 * TASK - 10 - 12 - 8,
            "siloed, replicate 0, day 20; common past of replicate 0, day 10",
        ),
        (12 + 24 + 2, TASK + 24 - 10, "common past of replicate 0, day 10"),
        (12 + 24 + 11, TASK + 24 - 20, "wuhan, replicate 0, day 20"),
        (TASK + 12 + 20, 2 + 4 + 12, "siloed, replicate 1, day 20; common past of replicate 1, day 10"),
    ],
)
def test_a_comparison_goes_on_from_its_checkpoints(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    lived: int, again: int, told: str | None,
) -> None:  # fmt: skip
    """Stopped in the common past, in the first, the second and the last of its strategies, and in another replicate."""
    store = tmp_path / "store"
    interrupted(store, monkeypatch, lived)
    capsys.readouterr()
    days = completes(store, undisturbed, monkeypatch)
    err = capsys.readouterr().err
    assert (f"going on from checkpoints: {told}\n" in err) if told else ("going on" not in err)
    assert days == again


def test_a_single_run_takes_up_the_past_of_a_comparison(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    store = tmp_path / "store"
    interrupted(store, monkeypatch, 13)
    words = [word for word in WORDS[1:] if not word.startswith(("strategies=", "replicates="))]
    assert main(["run", *words, "strategy=wuhan", f"out={store}"]) == 0
    assert "common past of replicate 0, day 10" in capsys.readouterr().err
    mine = {name: content for name, content in contents(store).items() if name != "runs.parquet"}
    assert len(mine) == 5 and mine.items() <= undisturbed.items()


def test_a_run_that_was_kept_needs_no_checkpoint(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between keeping the run and removing its checkpoint: the next command does."""
    store = tmp_path / "store"
    interrupted(store, monkeypatch, 12 + 10)
    (left,) = (path for path in store.glob("checkpoints/*") if len(read_header(path).runs) == 1)
    content = left.read_bytes()
    completes(store, undisturbed, monkeypatch)
    left.parent.mkdir()
    left.write_bytes(content)
    compare(store)
    assert not left.exists() and contents(store) == undisturbed


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def edit(path: Path, **values: object) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(members[HEADER]) | values
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {HEADER: json.dumps(header).encode()}).items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "damage, says, code",
    [
        (truncate, "the checkpoint is torn: its end is missing", 1),
        (flip, "the checkpoint is damaged (", 1),
        (lambda path: edit(path, name="f" * 16), "a checkpoint of another run (ffffffffffffffff, not ", 0),
        (lambda path: edit(path, format=2), "a checkpoint of format 2, this program reads format 1", 0),
        (
            lambda path: edit(path, model_version="0.0.1+a"),
            "a checkpoint of model version 0.0.1+a, this is ",
            0,
        ),
        (lambda path: path.write_bytes(b"PK"), "not a checkpoint of xietong", 0),
    ],
    ids=["truncated", "flipped", "foreign", "newer", "model", "other"],
)
def test_what_cannot_be_used_is_told_and_put_aside(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None], says: str, code: int,
) -> None:  # fmt: skip
    store = tmp_path / "store"
    interrupted(store, monkeypatch, 12 + 24 + 11)
    past, own = (checkpoints(store)[day] for day in (10, 20))
    damage(own)
    content = own.read_bytes()
    capsys.readouterr()
    assert main(["check", f"store={store}", "lang=en"]) == code
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line.startswith(f"checkpoints/{own.name}: ") and says in line]
    assert not [line for line in told if past.name in line], "the common past is in order"
    with monkeypatch.context() as patch:
        steps = Steps(patch)
        compare(store)
    assert steps.count == TASK + 24 - 10, "from the common past, whose checkpoint is whole"
    err = capsys.readouterr().err
    (line,) = (line for line in err.splitlines() if says in line)
    assert str(own) in line and f"kept as {own.name}.refused" in line
    left = contents(store)
    assert left.pop(f"checkpoints/{own.name}.refused") == content and left == undisturbed
    assert main(["check", f"store={store}", "lang=zh"]) == 0
    assert f"checkpoints/{own.name}.refused" in capsys.readouterr().out


def test_check_knows_checkpoints_of_other_designs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    interrupted(store, monkeypatch, 18)
    assert main(["check", f"store={store}", "lang=en"]) == 0
    assert "checkpoints/" not in capsys.readouterr().out
    compare(store, seed=2)
    names = sorted(path.name for path in store.glob("checkpoints/*"))
    capsys.readouterr()
    assert main(["check", f"store={store}", "lang=en"]) == 0
    out = capsys.readouterr().out
    assert len(names) == 2 and all(f"checkpoints/{name}: not part of this design" in out for name in names)


def test_a_full_disk_leaves_the_checkpoint_before(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, real, left = tmp_path / "store", Path.replace, iter(range(3))

    def replace(draft: Path, target: Path) -> Path:
        if target.suffix == ".checkpoint" and next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(draft, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(WriteError, match=r"\.checkpoint: cannot be written: No space left on device"):
            compare(store)
    assert set(checkpoints(store)) == {10, 15} and not list(store.rglob(".*"))
    assert completes(store, undisturbed, monkeypatch) == 2 * TASK - 10 - 3


@pytest.mark.parametrize("record, tables", [("full", None), ("light", ("cases", "needs"))])
def test_a_run_killed_on_day_400_goes_on_from_day_360(
    tmp_path: Path, once: dict[str, bytes], record: str, tables: tuple[str, ...] | None
) -> None:
    """With all needs and cases kept, and with their rows given back on the way."""
    store = tmp_path / "store"
    run = [*RUN, f"record={record}", KEY, f"out={store}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    killed = subprocess.run(process(KILLED, "400", *run), check=False, capture_output=True, env=environment)
    assert killed.returncode == -signal.SIGKILL
    (left,) = checkpoints(store).items()
    header = read_header(left[1])
    assert left[0] == 360 and header.keeps_all == (record == "full") and not list(store.glob("runs/*"))
    assert any(name.startswith("past.") for name in header.arrays) == (record == "light")
    words = [sys.executable, "-m", "experiments.cli", *run]
    again = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    assert "going on from checkpoints: wuhan, replicate 0, day 360" in again.stderr
    found = contents(store)
    assert set(once) - set(found) == {name for name in once if name.startswith(tables or "-")}
    for name in [name for name in found if not name.startswith("runs")]:
        assert found[name] == once[name], name
    one, two = (pd.read_parquet(io.BytesIO(each["runs.parquet"])) for each in (found, once))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert record == "light" or found == once
    assert not list(store.rglob(".*")) and not (store / "checkpoints").exists()


def test_a_checkpoint_that_kept_less_is_of_no_use_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows that were given back cannot be recorded any more: the run is lived again, and says so."""
    store, record = tmp_path / "store", Record(cases=True, needs=True)
    interrupted(store, monkeypatch, 18)
    capsys.readouterr()
    with monkeypatch.context() as patch:
        steps = Steps(patch)
        compare(store, record=record)
    err = capsys.readouterr().err
    assert err.count("a checkpoint of a run that keeps other tables; record= must be the same") == 2
    assert steps.count == 2 * TASK and "going on" not in err
    compare(tmp_path / "whole", record=record, checkpoint=None)
    left = {name: each for name, each in contents(store).items() if not name.endswith(".refused")}
    assert left == contents(tmp_path / "whole")


LONG = (
    "compare", "world=classroom", "days=1200", "reform_day=50", "strategies=[siloed,shanghai,wuhan]", "replicates=2",
    "lang=en",
)  # fmt: skip


@pytest.mark.slow
def test_workers_killed_at_any_moment(tmp_path: Path) -> None:
    """Two workers and the program that hands out tasks, killed together three times while checkpoints are written all the time."""
    assert main([*LONG, "jobs=1", f"out={tmp_path / 'once'}"]) == 0
    store = tmp_path / "store"
    words = [sys.executable, "-m", "experiments.cli", *LONG, "jobs=2", "checkpoint=3d", f"out={store}"]
    for _ in range(3):
        program = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        began, deadline = time.time(), time.monotonic() + 120
        while not any(
            path.stat().st_mtime > began for path in store.glob("checkpoints/*.checkpoint") if path.exists()
        ):
            assert time.monotonic() < deadline and program.poll() is None
            time.sleep(0.05)
        time.sleep(0.7)
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        time.sleep(1)
        assert len(list(store.glob("runs/*.parquet"))) < 6 and checkpoints(store)
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.returncode == 0 and "going on from checkpoints: " in ended.stderr, ended.stderr
    assert contents(store) == contents(tmp_path / "once")
    assert not (store / "checkpoints").exists() and not list(store.rglob(".*"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs mount namespaces")
def test_a_disk_that_is_really_full(tmp_path: Path, once: dict[str, bytes]) -> None:
    """A file system in memory that holds one checkpoint and not two: the first is whole, and a larger disk takes up from it."""
    size = 1_200_000
    script = f'mount -t tmpfs -o size={size} none {tmp_path} && "$@"; code=$?; cp -a {tmp_path}/store "$COPY"; exit $code'
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = Path(elsewhere) / "store"
        words = [
            sys.executable,
            "-m",
            "experiments.cli",
            *RUN,
            "record=full",
            KEY,
            f"out={tmp_path / 'store'}",
        ]
        ended = subprocess.run(
            [*inside, *words],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "COPY": str(copy)},
        )
        if "permitted" in ended.stderr:
            pytest.skip("mount namespaces are not permitted here")
        assert ended.returncode == 1, ended.stderr
        assert ".checkpoint: cannot be written: No space left on device" in ended.stderr.splitlines()[-1]
        days = checkpoints(copy)
        assert len(days) == 1 and min(days) >= 90 and not list(copy.rglob(".*"))
        assert main([*RUN, "record=full", KEY, f"out={copy}"]) == 0
        assert contents(copy) == once
