"""Golden lives, one file a world: numbers that move without a word in the changelog are a fault."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

GOLDEN = runpy.run_path(str(Path(__file__).with_name("make_golden.py")))
LIVES, kept, moved, sums = (GOLDEN[name] for name in ("LIVES", "kept", "moved", "sums"))


@pytest.mark.parametrize("world", LIVES)
def test_sums_are_as_they_were(world: str) -> None:
    changes = moved(kept(world), sums(world))
    assert not changes, "\n".join(
        [f"{world}: {len(changes)} sums moved; see tests/sim/make_golden.py", *changes]
    )


def test_a_change_would_be_seen() -> None:
    """A hundredth more reporting moves many sums; each change is named with both values."""
    changes = moved(
        kept("classroom"), sums("classroom", parameters={"voice.base_hazard": base_hazard() * 1.01})
    )
    assert len(changes) > 20
    old = {"siloed": {"a": 1.0, "b": 2.0, "gone": 3.0}}
    assert moved(old, {"siloed": {"a": 1.0 + 1e-12, "b": 2.0 + 1e-8, "come": 0.0}}) == [
        "siloed, b: 2 -> 2.00000001 (+1e-08)", "siloed, come: None -> 0.0", "siloed, gone: 3.0 -> None",
    ]  # fmt: skip


def base_hazard() -> float:
    from sim.day.voice import VoiceParameters
    from sim.parameters import declared

    return declared(VoiceParameters)["base_hazard"].value
