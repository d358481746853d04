"""One golden life a world: numbers that move without a word in the changelog are a fault."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("make_golden", Path(__file__).with_name("make_golden.py"))
assert _spec and _spec.loader
make_golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_golden)


@pytest.mark.parametrize("world", sorted(make_golden.LIVES))
def test_sums_are_as_they_were(world: str) -> None:
    kept = json.loads((make_golden.FOLDER / f"{world}.json").read_text(encoding="utf-8"))
    assert make_golden.sums(world) == pytest.approx(kept, rel=1e-6, abs=1e-6)
