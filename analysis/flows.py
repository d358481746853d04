"""The way of needs through an administration: how many arose, were told, were coordinated, and how they ended.

Counts of the days from the reform on, in needs or cases per 1,000 residents. Two stages are balances and close exactly:

    open before + arisen = met + passed + moved away + open at the end          (needs)
    open before + opened = done + given up + closed on paper + open at the end  (cases)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

PER: Final = 1_000.0


@dataclass(frozen=True)
class Part:
    """A part of a stage: sums of `above` less those of `less`, never below zero; of stocks the last day is taken."""

    name: str
    above: tuple[str, ...]
    less: tuple[str, ...] = ()


#: First reports by who does not and who does come from elsewhere: together all first reports.
REPORTED: Final = ("reports_migrant", "reports_local")
CLOSED: Final = ("cases_resolved", "cases_given_up", "cases_paper")
STOCKS: Final = ("needs_open", "cases_open")
STAGES: Final[dict[str, tuple[Part, ...]]] = {
    "voice": (
        Part("reported", REPORTED),
        Part("found", ("needs_discovered",)),
        Part("unasked", ("needs_met_unasked",)),
        Part("neighbours", ("needs_settled",)),
        Part("silent", ("needs_arisen",), (*REPORTED, "needs_discovered", "needs_met_unasked", "needs_settled")),
    ),
    "coordination": (
        Part("convened", ("cases_joint",)),
        Part("apart", ("cases_multi",), ("cases_joint",)),
        Part("single", CLOSED, ("cases_multi",)),
    ),
    "cases": (
        Part("done", ("cases_resolved",)),
        Part("given_up", ("cases_given_up",)),
        Part("paper", ("cases_paper",)),
        Part("pending", ("cases_open",)),
    ),
    "needs": (
        Part("met_told", ("needs_met",), ("needs_settled", "needs_met_unasked")),
        Part("unasked", ("needs_met_unasked",)),
        Part("neighbours", ("needs_settled",)),
        Part("passed", ("needs_healed",)),
        Part("moved", ("needs_moved",)),
        Part("still_open", ("needs_open",)),
    ),
}  # fmt: skip


def columns() -> list[str]:
    """The daily columns that the stages read."""
    parts = [part for stage in STAGES.values() for part in stage]
    return sorted({name for part in parts for name in (*part.above, *part.less)} | {"residents"})


def flow(day_sums: pd.DataFrame, reform_day: int) -> pd.DataFrame:
    """One row a stage and part of one run, columns `stage part value`; `day_sums` are sums over communities, index `day`."""
    window = day_sums[day_sums.index >= reform_day]
    total = window.sum()
    for name in STOCKS:
        total[name] = window[name].iloc[-1] if len(window) else 0.0
    people = float(window["residents"].mean()) if len(window) else float("nan")
    rows = [
        (stage, part.name, max(0.0, _sum(total, part.above) - _sum(total, part.less)) * PER / people)
        for stage, parts in STAGES.items()
        for part in parts
    ]
    return pd.DataFrame(rows, columns=["stage", "part", "value"])


def _sum(total: pd.Series, names: Iterable[str]) -> float:
    return float(sum(total[name] for name in names))


def means(flows: pd.DataFrame) -> pd.DataFrame:
    """Mean, lowest and highest over replicates by `strategy`, `stage` and `part`, from `flow` with those columns."""
    grouped = flows.groupby(["strategy", "stage", "part"], sort=False)["value"]
    return grouped.agg(mean="mean", low="min", high="max", replicates="count").reset_index()
