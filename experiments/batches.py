"""Places in the space of parameters, lived one batch after another by a command that decides where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.ensemble import Point, live_points

if TYPE_CHECKING:
    import pandas as pd

    from experiments.settings import Settings


class Design:
    """Points lived so far. Each call registers all of them, so that the store knows one design and skips what is finished."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.points: list[Point] = []

    def __call__(self, points: Sequence[Point]) -> list[pd.DataFrame]:
        """Outcomes at further points, a table a strategy and a row a point."""
        self.points += points
        found = live_points(self.settings, self.points)
        return [rows.iloc[len(self.points) - len(points) :] for rows in found]
