"""The lives of needs: what a need and its cases went through, and which need to follow under two strategies.

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
#: What is summed over the cases of a need.
SUMMED: Final = ("handovers", "refusals", "hours")
#: Where two lives can differ: in the need, in how many cases it took, in what they took together, in the last of them.
COURSE: Final = (
    "reported", "ended", "end", "cases", "handovers", "refusals", "channel", "opened", "responded", "started", "closed",
    "status", "joint", "level", "rating", "confirmed",
)  # fmt: skip
TIMES: Final = ("reported", "opened", "responded", "started", "closed", "ended")
FEW: Final = 5


@dataclass(frozen=True)
class Lives:
    """All needs of a run. `needs` has one row a need with its last case beside it, `cases` one row a case."""

    needs: pd.DataFrame
    cases: pd.DataFrame


@dataclass(frozen=True)
class Life:
    """One need and its cases in order; a need that is reported again has more than one."""

    need: Mapping[str, Any]
    cases: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Pair:
    """One need under the first and the second strategy; how it was chosen; counts over all shared needs."""

    first: Life
    second: Life
    how: str
    shared: int
    equal: int
    first_sooner: int
    second_sooner: int


def lives(needs: pd.DataFrame, cases: pd.DataFrame, ledger: pd.DataFrame) -> Lives:
    """Put needs, cases and the seats of first providers together."""
    roles = ledger.drop_duplicates("institution").set_index("institution")["role"]
    cases = cases.assign(role=cases["provider"].map(roles)).sort_values(["need", "opened", "case"])
    cases = cases.drop(columns=["run_id", "resident", "category", "community"], errors="ignore")
    grouped = cases.groupby("need")
    totals = grouped[list(SUMMED)].sum().assign(cases=grouped.size())
    last = cases.drop_duplicates("need", keep="last").set_index("need").drop(columns=["scope", *SUMMED])
    beside = last.join(totals).reset_index()
    return Lives(needs.drop(columns="run_id").merge(beside, on="need", how="left"), cases)


def choose(first: Lives, second: Lives, settings: Settings) -> Pair:
    """The need to follow: that of the resident who was asked for, else the first that shows most.

    Raises
    ------
    ConfigError
        No need suits.
    """
    both = first.needs.merge(second.needs, on=SAME, suffixes=("_1", "_2"), validate="one_to_one")
    both = both[both["arose"] >= settings.reform_day].sort_values(["arose", "resident"], ignore_index=True)
    alike, alike_told = _alike(both, exactly=True), _alike(both, exactly=False)
    ended = [both[f"ended_{side}"].fillna(settings.days) for side in (1, 2)]
    counts = (len(both), int(alike.sum()), int((ended[0] < ended[1]).sum()), int((ended[1] < ended[0]).sum()))
    how, row = _suiting(both, alike_told, settings)
    return Pair(_life(first, row["need_1"]), _life(second, row["need_2"]), how, *counts)


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


def _suiting(both: pd.DataFrame, alike: pd.Series, settings: Settings) -> tuple[str, pd.Series]:
    if settings.resident is not None:
        own = both[both["resident"] == settings.resident]
        if not len(own):
            known = ", ".join(str(name) for name in both.loc[~alike, "resident"].head(FEW)) or "–"
            raise ConfigError(text(
                settings.lang, "twin_no_resident", resident=settings.resident, reform_day=settings.reform_day, known=known,
            ))  # fmt: skip
        return "resident", own.iloc[0]
    reported = both["cases_1"].notna() & both["cases_2"].notna()
    several = both["scope_1"] > 1
    worked = both["started_1"].notna() & both["started_2"].notna()
    convened = both["joint_1"].eq(True) ^ both["joint_2"].eq(True)
    for how, fits in (
        ("convened", ~alike & reported & several & worked & convened),
        ("best", ~alike & reported & several),
        ("reported", ~alike & reported),
        ("differs", ~alike),
    ):
        if fits.any():
            return how, both[fits].iloc[0]
    raise ConfigError(text(settings.lang, "twin_none", reform_day=settings.reform_day))


def _life(of: Lives, need: int) -> Life:
    needs, cases = of.needs[of.needs["need"] == need], of.cases[of.cases["need"] == need]
    return Life(_told(needs.iloc[0]), tuple(_told(row) for _, row in cases.iterrows()))


def _told(row: pd.Series) -> dict[str, Any]:
    """A row as a plain mapping; what is missing is None."""
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}
