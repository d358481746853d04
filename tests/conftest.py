"""How many cases are drawn, and a dask scheduler with workers as real processes, for whoever tests engines.

Profiles of Hypothesis: `ci`, the usual one, draws few cases for each property and always the same; `nightly` draws others each time,
over two thousand in all. Chosen by `--hypothesis-profile` or the variable `HYPOTHESIS_PROFILE` (docs/testing.md).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sim.scenario import ROOT

settings.register_profile("ci", max_examples=15, derandomize=True, database=None, deadline=None)
settings.register_profile(
    "nightly", max_examples=300, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Site:
    """A scheduler on the loopback and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        self.scheduler = self._process("dask_scheduler", words)
        _wait(file.exists)
        self.address = self._address(file)

    def worker(self, path: str = str(ROOT.parent), before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """One more worker that imports from `path`, started by the words `before`."""
        words = (
            self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--local-directory",
            str(self.folder),
        )  # fmt: skip
        self.workers.append(self._process("dask_worker", words, {"PYTHONPATH": path}, before))
        return self.workers[-1]

    def end(self) -> None:
        """All processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def keys(self) -> tuple[str, ...]:
        """What a command is told to run here."""
        return ("engine=dask", f"engine.scheduler={self.address}", "engine.timeout=60")

    @staticmethod
    def _process(
        module: str, words: Sequence[str], also: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        call = [*before, sys.executable, "-m", f"distributed.cli.{module}", *words]
        return subprocess.Popen(call, env={**os.environ, **(also or {})}, cwd="/", **QUIET)

    @staticmethod
    def _address(file: Path) -> str:
        import json

        return str(json.loads(file.read_text())["address"])


def _wait(there) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline, "not there in time"
        time.sleep(0.05)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A scheduler without workers yet."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        yield site
    finally:
        site.end()
