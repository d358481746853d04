"""Real processes, really killed. Slow: asked for with `-m slow`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.cli import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc"),
]
WORDS = (
    "compare", "world=classroom", "days=300", "reform_day=50", "strategies=[siloed,shanghai,wuhan]", "replicates=6",
    "lang=en",
)  # fmt: skip
CLOCKED = ("manifest.json", "log.parquet", "report.html")


def contents(root: Path) -> dict[str, bytes]:
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    kept = {name for name in files if name not in CLOCKED and not name.startswith(("log/", "figures/"))}
    return {name: files[name].read_bytes() for name in kept}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("undisturbed") / "store"
    assert main([*WORDS, "jobs=1", f"out={root}"]) == 0
    return contents(root)


def started(out: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "experiments.cli", *WORDS, "jobs=2", f"out={out}"]
    return subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def workers(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(fields[1]) == parent and b"spawn_main" in line:
                found.append(int(entry.name))
    return found


def wait_for_runs(out: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while len(list(out.glob("runs/*.parquet"))) < count:
        assert time.monotonic() < deadline, "no run was finished in time"
        time.sleep(0.05)


def test_a_killed_worker_costs_nothing(tmp_path, undisturbed) -> None:
    program = started(tmp_path / "store")
    wait_for_runs(tmp_path / "store", 2)
    os.kill(workers(program.pid)[0], signal.SIGKILL)
    _, told = program.communicate(timeout=300)
    assert program.returncode == 0 and len(told.splitlines()) == 2, told
    assert contents(tmp_path / "store") == undisturbed


@pytest.mark.parametrize("jobs", [2])
def test_ctrl_c_ends_quietly_and_a_rerun_completes(tmp_path, undisturbed, jobs: int) -> None:
    program = started(tmp_path / "store")
    wait_for_runs(tmp_path / "store", 2)
    began = time.monotonic()
    os.killpg(program.pid, signal.SIGINT)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 130 and time.monotonic() - began < 5
    assert len(told.splitlines()) == 2 and "interrupted" in told.splitlines()[-1], told
    assert 2 <= len(list((tmp_path / "store").glob("runs/*.parquet"))) < 18
    assert main([*WORDS, f"jobs={jobs}", f"out={tmp_path / 'store'}"]) == 0
    assert contents(tmp_path / "store") == undisturbed


def test_a_killed_program_leaves_no_half_file(tmp_path, undisturbed) -> None:
    program = started(tmp_path / "store")
    wait_for_runs(tmp_path / "store", 3)
    os.kill(program.pid, signal.SIGKILL)
    program.communicate(timeout=60)
    time.sleep(1)
    assert main([*WORDS, "jobs=2", f"out={tmp_path / 'store'}"]) == 0
    assert contents(tmp_path / "store") == undisturbed
    assert not list((tmp_path / "store").rglob(".*"))


def test_clusters_can_follow_each_other(tmp_path, undisturbed) -> None:
    for name in ("first", "second"):
        assert main([*WORDS, "jobs=2", f"out={tmp_path / name}"]) == 0
        assert contents(tmp_path / name) == undisturbed
