"""Real processes, really killed. Slow: asked for with `-m slow`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
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
#: The command under a limit for the size of files: the system then refuses what is larger, with an error instead of a signal.
LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from experiments.cli import main
sys.exit(main(sys.argv[2:]))
"""
#: Files that know the clock, and those of the report, which some of the commands here make and some do not.
APART = ("manifest.json", "log.parquet", "report.html", "comparison.csv")


def contents(root: Path) -> dict[str, bytes]:
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    kept = {name for name in files if name not in APART and not name.startswith(("log/", "figures/"))}
    return {name: files[name].read_bytes() for name in kept}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("undisturbed") / "store"
    assert main([*WORDS, "jobs=1", f"out={root}"]) == 0
    return contents(root)


def started(out: Path, *keys: str, limit: int | None = None) -> subprocess.Popen[str]:
    """The command as a process group of its own; `limit` bounds the size of each file that it writes, in bytes."""
    words = [sys.executable, "-m", "experiments.cli", *WORDS, *(keys or ("jobs=2",)), f"out={out}"]
    if limit is not None:
        words = [sys.executable, "-c", LIMITED, str(limit), *words[3:]]
    return subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def workers(parent: int) -> list[int]:
    """Processes that the fork server of a program made of itself."""
    servers = [
        child for child in children(parent) if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    return [worker for server in servers for worker in children(server)]


def children(parent: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


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


def test_two_programs_on_one_store(tmp_path, undisturbed) -> None:
    programs = [started(tmp_path / "store", "jobs=1") for _ in range(2)]
    told = [program.communicate(timeout=300)[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], told
    assert contents(tmp_path / "store") == undisturbed
    assert not list((tmp_path / "store").rglob(".*"))
    log = pd.read_parquet(tmp_path / "store" / "log.parquet")
    assert len(log) == 18 and set(log["status"]) == {"done"}


@pytest.mark.parametrize("shorter", [1, 0.5])
def test_a_truncated_file_is_lived_again(tmp_path, undisturbed, capsys, shorter: float) -> None:
    """One of each kind, of different runs, cut by a byte or to half."""
    store = tmp_path / "store"
    assert main([*WORDS, "jobs=1", f"out={store}"]) == 0
    for nth, kind in enumerate(("runs", "daily", "ledger", "cells", "ties")):
        file = sorted((store / kind).iterdir())[nth]
        whole = file.stat().st_size
        os.truncate(file, whole - 1 if shorter == 1 else int(whole * shorter))
    capsys.readouterr()
    assert main([*WORDS, "jobs=1", f"out={store}"]) == 0
    assert "runs to do: 5 (finished before: 13)" in capsys.readouterr().err
    assert contents(store) == undisturbed


@pytest.mark.parametrize("jobs", ["jobs=1", "jobs=2"])
def test_the_system_refuses_large_files(tmp_path, undisturbed, jobs: str) -> None:
    """The rows of runs fit under the limit, daily tables do not: no run is finished, nothing is half."""
    store = tmp_path / "store"
    limit = min(len(undisturbed[name]) for name in undisturbed if name.startswith("daily/")) - 1
    program = started(store, jobs, limit=limit)
    _, told = program.communicate(timeout=120)
    assert program.returncode == 1 and "cannot be written: File too large" in told.splitlines()[-1], told
    assert not list(store.glob("runs/*")) and not list(store.rglob(".*"))
    assert main([*WORDS, "jobs=1", f"out={store}"]) == 0
    assert contents(store) == undisturbed


def test_a_disk_that_is_really_full(tmp_path, undisturbed) -> None:
    """A file system in memory that holds a third of the results, in a mount namespace of its own; what it held is then carried over."""
    size = sum(map(len, undisturbed.values())) // 3
    script = f'mount -t tmpfs -o size={size} none {tmp_path} && "$@"; code=$?; cp -a {tmp_path}/store "$COPY"; exit $code'
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = Path(elsewhere) / "store"
        environment = {**os.environ, "COPY": str(copy)}
        (tmp_path / "store").mkdir()
        if (
            shutil.which("unshare") is None
            or subprocess.run(
                [*inside, "mkdir", str(tmp_path / "store")], check=False, env=environment
            ).returncode
        ):
            pytest.skip("mount namespaces are not permitted here")
        shutil.rmtree(copy)
        words = [sys.executable, "-m", "experiments.cli", *WORDS, "jobs=2", f"out={tmp_path / 'store'}"]
        ended = subprocess.run(
            [*inside, *words], check=False, capture_output=True, text=True, env=environment, timeout=120
        )
        assert ended.returncode == 1 and "No space left on device" in ended.stderr.splitlines()[-1], (
            ended.stderr
        )
        assert 0 < len(list(copy.glob("runs/*.parquet"))) < 18 and not list(copy.rglob(".*"))
        assert main([*WORDS, "jobs=1", f"out={copy}"]) == 0
        assert contents(copy) == undisturbed


def test_a_configuration_edited_between_attempts(tmp_path, undisturbed, capsys) -> None:
    """What was lived under another configuration is neither taken for the new one nor lost: going back finds it."""
    store = tmp_path / "store"
    program = started(store)
    wait_for_runs(store, 3)
    os.kill(program.pid, signal.SIGKILL)
    program.communicate(timeout=60)
    edited = [*WORDS, "parameters.voice.base_hazard=0.02", "jobs=1", f"out={store}"]
    assert main(edited) == 0
    rows = pd.read_parquet(store / "runs.parquet")
    assert len(rows) == 18 and rows["run_id"].is_unique
    assert not {f"daily/{name}.parquet" for name in rows["run_id"]} & undisturbed.keys()
    capsys.readouterr()
    assert main([*WORDS, "jobs=1", f"out={store}"]) == 0
    assert "finished before: 0" not in capsys.readouterr().err
    found = contents(store)
    assert {name: found[name] for name in undisturbed} == undisturbed


def test_a_lost_worker_of_a_scheduler_is_replaced(tmp_path, undisturbed, site) -> None:
    first = site.worker()
    program = started(tmp_path / "store", *site.keys())
    wait_for_runs(tmp_path / "store", 2)
    first.kill()
    first.wait()
    site.worker()
    _, told = program.communicate(timeout=300)
    assert program.returncode == 0 and len(told.splitlines()) == 2, told
    assert contents(tmp_path / "store") == undisturbed
    assert not list((tmp_path / "store").rglob(".*"))


def test_a_lost_scheduler_is_told_and_a_rerun_completes(tmp_path, undisturbed, site) -> None:
    site.worker()
    program = started(tmp_path / "store", *site.keys())
    wait_for_runs(tmp_path / "store", 2)
    site.end()
    _, told = program.communicate(timeout=120)
    assert program.returncode == 1 and len(told.splitlines()) == 2, told
    assert f"connection to the scheduler {site.address} is lost" in told.splitlines()[-1]
    assert main([*WORDS, "jobs=1", f"out={tmp_path / 'store'}"]) == 0
    assert contents(tmp_path / "store") == undisturbed


def test_ctrl_c_leaves_the_workers_of_a_scheduler_alive(tmp_path, undisturbed, site) -> None:
    worker = site.worker()
    program = started(tmp_path / "store", *site.keys())
    wait_for_runs(tmp_path / "store", 2)
    os.killpg(program.pid, signal.SIGINT)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 130 and len(told.splitlines()) == 2, told
    assert "interrupted" in told.splitlines()[-1] and site.address in told.splitlines()[-1]
    assert worker.poll() is None
    assert main([*WORDS, *site.keys(), f"out={tmp_path / 'store'}"]) == 0
    assert contents(tmp_path / "store") == undisturbed
