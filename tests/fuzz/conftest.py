"""A small finished store to be damaged, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from judge import WORDS, call


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the store."""
    root = tmp_path_factory.mktemp("sound") / "store"
    # The first life on a machine compiles the laws.
    ended = call([*WORDS, "record.cases=true", "record.needs=true", f"out={root}"], seconds=1800)
    assert ended.code == 0, ended.err
    return root


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "C.UTF-8")
    yield
