"""Workers come out of the nursery with the model at hand, and nothing of it outlives the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from experiments import nursery
from experiments.workers import started

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no fork server elsewhere")


#: Asked of a worker as text, because it need not be able to import this module.
LOADED = "sorted({'sim.model', 'experiments.engine'} & __import__('sys').modules.keys())"


@LINUX
def test_workers_have_the_model_at_hand() -> None:
    with started(1) as client:
        assert client.submit(eval, LOADED).result(timeout=300) == ["experiments.engine", "sim.model"]


@pytest.mark.parametrize("words", [["jobs=1"], ["world=street", "engine=dask"]])
def test_who_needs_no_workers_opens_none(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(nursery, "open_nursery", lambda: opened.append("opened"))
    nursery.open_early(words)
    assert not opened


def test_elsewhere_nothing_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery, "METHOD", "spawn")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    opened: list[str] = []
    monkeypatch.setattr(nursery, "open_nursery", lambda: opened.append("opened"))
    nursery.open_early(["world=street"])
    assert not opened


@LINUX
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_program(end: signal.Signals, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    # Whoever started the tests in the background lets them ignore the interrupt, and all that they start.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from experiments.cli import main; raise SystemExit(main())"
    program = subprocess.Popen(
        [sys.executable, "-c", code, "compare", "world=classroom", "replicates=500", "jobs=2", f"out={tmp_path / 'out'}"],
        env=os.environ | {"XIETONG_MARK": mark}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait(lambda: any((tmp_path / "out" / "runs").glob("*.parquet")), 300)
    assert len(_marked(mark)) > 3, "the program, its nursery and two workers"
    program.send_signal(end)
    program.wait(60)
    _wait(lambda: not _marked(mark), 60)


def _marked(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue  # gone, or not ours to read
    return found


def _wait(condition, seconds: float) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)
