"""The lives of needs: what a need and its case went through, and which need to follow under two strategies.

A need is the same under both when the resident and the time of arising are the same: draws are keyed by both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from experiments.settings import Settings
from experiments.texts import text
from sim.errors import ConfigError

SAME: Final = ["resident", "arose"]
#: Where two lives can differ.
COURSE: Final = (
    "reported", "channel", "opened", "responded", "started", "closed", "status", "handovers", "refusals", "joint", "level",
    "rating", "confirmed", "reopenings", "ended", "end",
)  # fmt: skip
TIMES: Final = ("reported", "opened", "responded", "started", "closed", "ended")
FEW: Final = 5


@dataclass(frozen=True)
class Pair:
    """One need under the first and the second strategy: rows of `lives`; how it was chosen; counts over all shared needs."""

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    how: str
    shared: int
    equal: int
    first_sooner: int
    second_sooner: int


def lives(needs: pd.DataFrame, cases: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """One row a need with its case beside it (empty where there was none) and the seat of the case's first provider."""
    roles = ledger.drop_duplicates("institution").set_index("institution")["role"]
    case = cases.drop(columns=["run_id", "resident", "category", "community", "scope"], errors="ignore")
    case = case.assign(role=case["provider"].map(roles)).drop_duplicates("need", keep="last")
    return needs.drop(columns="run_id").merge(case, on="need", how="left")


def choose(first: pd.DataFrame, second: pd.DataFrame, settings: Settings) -> Pair:
    """The need to follow: that of the resident who was asked for, else the first that shows most.

    Raises
    ------
    ConfigError
        No need suits.
    """
    both = first.merge(second, on=SAME, suffixes=("_1", "_2"), validate="one_to_one")
    both = both[both["arose"] >= settings.reform_day].sort_values(["arose", "resident"], ignore_index=True)
    alike, alike_told = _alike(both, exactly=True), _alike(both, exactly=False)
    ended = [both[f"ended_{side}"].fillna(settings.days) for side in (1, 2)]
    counts = (len(both), int(alike.sum()), int((ended[0] < ended[1]).sum()), int((ended[1] < ended[0]).sum()))
    how, row = _suiting(both, alike_told, settings)
    return Pair(_side(row, 1), _side(row, 2), how, *counts)


def _alike(both: pd.DataFrame, exactly: bool) -> pd.Series:
    """Which needs live alike under both: exactly, or as far as days and whole percents tell."""
    alike = pd.Series(True, index=both.index)
    for name in COURSE:
        a, b = both[f"{name}_1"], both[f"{name}_2"]
        if not exactly and name in TIMES:
            a, b = a // 1, b // 1
        if not exactly and name == "rating":
            a, b = (100 * a).round(), (100 * b).round()
        alike &= (a == b) | (a.isna() & b.isna())
    return alike


def _suiting(both: pd.DataFrame, alike: pd.Series, settings: Settings) -> tuple[str, Mapping[str, Any]]:
    if settings.resident is not None:
        own = both[both["resident"] == settings.resident]
        if not len(own):
            known = ", ".join(str(name) for name in both.loc[~alike, "resident"].head(FEW)) or "–"
            raise ConfigError(text(
                settings.lang, "twin_no_resident", resident=settings.resident, reform_day=settings.reform_day, known=known,
            ))  # fmt: skip
        return "resident", _first(own)
    reported = (
        both["reported_1"].notna()
        & both["reported_2"].notna()
        & both["opened_1"].notna()
        & both["opened_2"].notna()
    )
    for how, fits in (
        ("best", ~alike & reported & (both["scope_1"] > 1)),
        ("reported", ~alike & reported),
        ("differs", ~alike),
    ):
        if fits.any():
            return how, _first(both[fits])
    raise ConfigError(text(settings.lang, "twin_none", reform_day=settings.reform_day))


def _first(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[0].items()}


def _side(row: Mapping[str, Any], side: int) -> dict[str, Any]:
    """The columns of one strategy, without their suffix; what is missing is None."""
    own = {
        name.removesuffix(f"_{side}"): value
        for name, value in row.items()
        if name in SAME or name.endswith(f"_{side}")
    }
    return {name: None if pd.isna(value) else value for name, value in own.items()}
