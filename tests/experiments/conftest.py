"""The command as users call it, and one small comparison that many tests read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from experiments import configuration
from experiments.cli import main
from experiments.ensemble import Ensemble, carry_out
from experiments.faults import Faults
from experiments.judging.whole import judged
from experiments.settings import Settings
from sim.model import CommunityModel

SMALL = ("world=classroom", "days=24", "reform_day=8", "lang=en")
STRATEGIES = "strategies=[siloed,placebo,wuhan]"
#: What may differ between equal runs: clock times, hosts and folders.
CLOCKED = ("manifest.json", "log.parquet")


class Called(NamedTuple):
    """What a call of the command left: exit code, lines of stdout and stderr, files below its folder."""

    code: int
    out: list[str]
    err: list[str]
    files: list[Path]


Call = Callable[..., Called]


@pytest.fixture
def xietong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)

    def call(*words: str) -> Called:
        capsys.readouterr()
        code = main(words)
        out, err = capsys.readouterr()
        return Called(
            code, out.splitlines(), err.splitlines(), [path for path in tmp_path.rglob("*") if path.is_file()]
        )

    return call


def _settings_of(command: str, *words: str) -> Settings:
    faults = Faults("en")
    return judged(command, configuration.compose(configuration.parse(command, words, faults), faults), faults)


@pytest.fixture(scope="session")
def settings_of() -> Callable[..., Settings]:
    """Judged settings of a command and its words."""
    return _settings_of


@pytest.fixture(scope="session")
def contents() -> Callable[[Path], dict[str, bytes]]:
    """All files of a store that equal runs share, by relative path."""

    def read(root: Path) -> dict[str, bytes]:
        files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
        return {
            name: path.read_bytes()
            for name, path in files.items()
            if name not in CLOCKED and not name.startswith("log/")
        }

    return read


@pytest.fixture
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pictures: they take seconds and are tested elsewhere."""
    monkeypatch.setattr("analysis.report.build", lambda root, *_: root / "report.html")


@pytest.fixture(scope="session")
def compiled() -> None:
    """The model compiled, so that no command has to say that it does."""
    CommunityModel(world="classroom", days=8, reform_day=1).run()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    """Three strategies × two replicates in the classroom, all tables kept, in one process."""
    out = tmp_path_factory.mktemp("small") / "store"
    return carry_out(
        _settings_of("compare", *SMALL, STRATEGIES, "replicates=2", "record=full", "jobs=1", f"out={out}")
    )
