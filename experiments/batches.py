"""Places in the space of parameters, lived one batch after another by a command that decides where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.ensemble import Point, failure_line, live_points
from experiments.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from experiments.settings import Settings
    from experiments.task import Receipt


class Design:
    """Points lived so far. Each call registers all of them, so that the store knows one design and skips what is finished.

    `failed` are the runs that had no outcomes when a table was made, by their names: one that is tried again by a later call and
    then comes to its end still is missing from the earlier table.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.points: list[Point] = []
        self.failed: dict[str, Receipt] = {}
        self.planned = 0

    def __call__(self, points: Sequence[Point]) -> list[pd.DataFrame]:
        """Outcomes at further points, a table a strategy and a row a point."""
        self.points += points
        found = live_points(self.settings, self.points)
        self.planned = found.ensemble.planned
        self.failed |= {receipt.run_id: receipt for receipt in found.ensemble.failed}
        return [rows.iloc[len(self.points) - len(points) :] for rows in found.outcomes]

    def failure_line(self) -> str:
        """What failed, in one line; empty when nothing did."""
        if not self.failed:
            return ""
        return failure_line(
            self.settings, Store(self.settings.out), tuple(self.failed.values()), self.planned
        )
