"""A mechanism that breaks on a day: real failures in real processes. Tests register it as a package of its own would be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

STRATEGY = """name: failing
title: {en: Failing, zh: 失败}
summary: {en: Breaks on a day., zh: 某日出错。}
seed: [F6e]
mechanisms:
  breaking: {intensity: 1.0}
"""


class BreakingParameters(NamedTuple):
    """Constants of breaking."""

    day: float = parameter(
        12, unit="day", low=0, high=400, source="test", grade="judgement", en="day on which it breaks", zh="出错之日"
    )  # fmt: skip


class Breaking(Mechanism):
    """Does nothing for its hours, until it breaks."""

    seed = ("F6e",)
    theory = "Test 2026."
    title: ClassVar[dict[str, str]] = {"en": "Breaking", "zh": "出错"}
    summary: ClassVar[dict[str, str]] = {"en": "Breaks on a day.", "zh": "某日出错。"}
    payer: ClassVar[dict[str, str]] = {"en": "community service station: hours", "zh": "社区服务站：工时"}
    failure: ClassVar[dict[str, str]] = {"en": "always", "zh": "总是"}
    Parameters = BreakingParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        rows = rows_of(state, Role.SERVICE_STATION)
        return [Charge(rows, hours=0.1 * over_area(state, rows, dose))]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        if moment.day >= self.parameters.day:
            raise ValueError("a law broke")


def installed(folder: Path) -> str:
    """Put the mechanism on a path of its own with its entry point and its strategy; what PYTHONPATH needs besides."""
    about = folder / "breaking-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: breaking\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[xietong.mechanisms]\nbreaking = failing:Breaking\n", encoding="utf-8"
    )
    (folder / "failing.yaml").write_text(STRATEGY, encoding="utf-8")
    return f"{folder}:{Path(__file__).parent}"
