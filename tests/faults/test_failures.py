"""What fails does not take the rest with it: failed runs, interrupts, full disks; the same command then completes the store."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pandas as pd
import pytest

from experiments import task
from experiments.cli import main
from sim.model import CommunityModel

WORDS = (
    "compare", "world=classroom", "days=16", "reform_day=6", "strategies=[siloed,placebo,wuhan]", "replicates=2", "jobs=1",
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
    assert main([*WORDS, f"out={root}"]) == 0
    return contents(root)


@pytest.fixture
def store(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "store"


def completes(store: Path, undisturbed: dict[str, bytes]) -> None:
    """The same command, undisturbed, leaves what it would have left at once."""
    assert main([*WORDS, f"out={store}"]) == 0
    assert contents(store) == undisturbed
    assert not list(store.rglob(".*"))


def test_a_failed_run_is_recorded_and_the_others_go_on(store, undisturbed, monkeypatch, capsys) -> None:
    real = CommunityModel.step

    def step(self: CommunityModel) -> None:
        if self.strategy.name == "placebo" and self.day == 9:
            raise ValueError("a law broke")
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(CommunityModel, "step", step)
        assert main([*WORDS, f"out={store}"]) == 1
    told = capsys.readouterr()
    assert (
        "2 of 6 runs failed, first at stage run: ValueError: a law broke" in told.err
        and "report:" in told.out
    )
    log = pd.read_parquet(store / "log.parquet").set_index(["strategy", "replicate"])
    assert list(log["status"]).count("done") == 4
    failed = log.loc[("placebo", 1)]
    assert (failed["stage"], failed["seed"]) == ("run", 1)
    assert "a law broke" in failed["traceback"] and "step" in failed["traceback"]
    assert set(pd.read_parquet(store / "runs.parquet")["strategy"]) == {"siloed", "wuhan"}
    completes(store, undisturbed)


def test_fail_fast_stops_at_the_first_failure(store, undisturbed, monkeypatch, capsys) -> None:
    real = CommunityModel.step

    def step(self: CommunityModel) -> None:
        if self.strategy.name == "placebo" and self.day == 9:
            raise ValueError("a law broke")
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(CommunityModel, "step", step)
        assert main([*WORDS, "--fail-fast", f"out={store}"]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert "stopped at the first failure" in told and "1 of 6 runs failed" in told and "a law broke" in told
    log = pd.read_parquet(store / "log.parquet")
    assert list(log["status"]) == ["failed"] and not list(store.glob("runs/*"))
    completes(store, undisturbed)


@pytest.mark.parametrize("stage", ["build", "past"])
def test_a_failure_before_the_fork_fails_the_replicate(store, undisturbed, monkeypatch, stage: str) -> None:
    def fail(*arguments: object) -> None:
        raise MemoryError("too large")

    with monkeypatch.context() as patched:
        patched.setattr(task, "build", fail) if stage == "build" else patched.setattr(
            CommunityModel, "checkpoint", fail
        )
        assert main([*WORDS, f"out={store}"]) == 1
    log = pd.read_parquet(store / "log.parquet")
    assert (
        set(log["stage"]) == {stage}
        and set(log["status"]) == {"failed"}
        and not (store / "runs.parquet").exists()
    )
    completes(store, undisturbed)


@pytest.mark.parametrize("after", [3, 12, 60])
def test_an_interrupt_keeps_what_is_finished(store, undisturbed, monkeypatch, capsys, after: int) -> None:
    real = CommunityModel.step
    steps = iter(range(10_000))

    def step(self: CommunityModel) -> None:
        if next(steps) == after:
            raise KeyboardInterrupt
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(CommunityModel, "step", step)
        assert main([*WORDS, f"out={store}"]) == 130
    lines = capsys.readouterr().err.splitlines()
    assert (
        "interrupted" in lines[-1]
        and lines[-1].endswith(f"out={store}")
        and "xietong compare world=classroom" in lines[-1]
    )
    completes(store, undisturbed)


@pytest.mark.parametrize("files", [0, 3, 12])
def test_a_full_disk_leaves_nothing_half_written(store, undisturbed, monkeypatch, capsys, files: int) -> None:
    real = Path.replace
    left = iter(range(files))

    def replace(draft: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(draft, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        code = main([*WORDS, f"out={store}"])
    lines = capsys.readouterr().err.splitlines()
    assert code == (1 if files else 2) and "No space left on device" in lines[-1]
    assert not list(store.rglob(".*"))
    completes(store, undisturbed)
