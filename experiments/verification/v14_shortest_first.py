"""V14: shortest first is best on the mean and starves the rest; ageing repairs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.figures.style import DASHES, INK, PALETTE, logarithmic, quiet
from analysis.patterns import Finding
from experiments.verification.lives import jackknifed, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.levers import Contributions
from sim.mechanisms.mechanism import Mechanism, Moment
from sim.model import CommunityModel
from sim.scenario import Queue, load_world
from sim.state import State
from sim.strategies import Application
from sim.tables import Array

ABOUT = About(
    id="V14",
    kind="pattern",
    title=text("Shortest first, and who waits for it", "短作业优先与被搁置者"),
    claim=text(
        "Working on the shortest case first is best on the mean wait and starves the long ones; ageing repairs it.",
        "先办最短事项平均等待最低，但长事项被搁置；按等待时长加权（老化）可以纠正。",
    ),
    source="Phipps 1956 (shortest job first without interruption); Kleinrock 1976 (ageing).",
)
REPLICATES: Final = {"quick": 8, "full": 8}
DAYS, WARM = 400, 40
ARRIVALS, SERVICE = 10.0, 0.088
LOAD = ARRIVALS * SERVICE
#: Days of precedence for each hour less of work: none, so that a mean job is worth half a mean wait, and more than any wait.
RULES = {"in order": 0.0, "ageing": 0.5, "shortest first": 1000.0}
LONGEST = 0.1


class Rule(Mechanism):
    """The provider's rule of order and nothing else."""

    class Parameters(NamedTuple):
        """Strength of the rule."""

        easy_first: float

    def charges(self, state: State, dose: Array) -> list[Any]:
        """A rule of order takes no hours."""
        return []

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Short work first, by so many days for an hour."""
        levers.add("easy_first", self.parameters.easy_first * dose)


def examine(scale: Scale) -> Examined:
    """One provider, three rules, the same arrivals."""
    replicates = REPLICATES[scale]
    lived = [{rule: _waits(strength, r) for rule, strength in RULES.items()} for r in range(replicates)]
    waits, values, around = _pooled(lived), _ratios(lived), jackknifed(lived, _ratios)
    card = ABOUT.card(
        text(
            f"World queue: one provider, Poisson arrivals, exponential work, load {LOAD:.2f}, {replicates} replicates of {DAYS} days. "
            f"Under ageing an hour less of work is worth {RULES['ageing']} days of waiting. Long cases are the longest tenth.",
            f"世界 queue：单一机构，泊松到达，指数服务，负荷 {LOAD:.2f}，{replicates} 次重复，每次 {DAYS} 天。老化规则下少 1 小时工作量相当于提前 {RULES['ageing']} 天。长事项为最长的十分之一。",
        ),
        Finding(text("mean wait, shortest first over in order", "平均等待：短优先/按序"), values[0], high=0.9, interval=around[0]),
        Finding(
            text("mean wait, shortest first over theory", "平均等待：短优先/理论值"),
            values[1], low=0.9, high=1.1, interval=around[1],
        ),
        Finding(text("wait of long cases, shortest first over in order", "长事项等待：短优先/按序"), values[2], low=1.5, interval=around[2]),
        Finding(text("wait of long cases, ageing over shortest first", "长事项等待：老化/短优先"), values[3], high=0.8, interval=around[3]),
        Finding(text("mean wait, ageing over in order", "平均等待：老化/按序"), values[4], high=1.0, interval=around[4]),
    )  # fmt: skip
    table = pd.DataFrame({rule: _tenths(found) for rule, found in waits.items()})
    return Examined(card, (_by_length(waits),), table.rename_axis("tenth").reset_index())


def _pooled(lived: Sequence[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    return {rule: pd.concat(replicate[rule] for replicate in lived) for rule in RULES}


def _ratios(lived: Sequence[dict[str, pd.DataFrame]]) -> list[float]:
    """Ratios of mean waits and of waits of long cases, in the order of the findings."""
    waits = _pooled(lived)
    mean = {rule: float(table["wait"].mean()) for rule, table in waits.items()}
    long = {rule: _longest(table) for rule, table in waits.items()}
    ordered, ageing, shortest = RULES
    return [
        mean[shortest] / mean[ordered], mean[shortest] / shortest_first_wait(), long[shortest] / long[ordered],
        long[ageing] / long[shortest], mean[ageing] / mean[ordered],
    ]  # fmt: skip


def shortest_first_wait() -> float:
    """Mean wait under shortest first without interruption, days: `λ E[S²] / 2 · ∫ dF(x) / (1 − λ ∫_0^x t dF)²` (Phipps 1956)."""
    x = np.linspace(0.0, 40.0, 400_001)
    below = LOAD * (1.0 - (1.0 + x) * np.exp(-x))
    mean = np.trapezoid(np.exp(-x) / (1.0 - below) ** 2, x)
    return float(ARRIVALS * SERVICE**2 * mean)


def _waits(strength: float, replicate: int) -> pd.DataFrame:
    queue = Queue(arrivals_per_day=ARRIVALS, service_days=SERVICE)
    world = load_world("queue").model_copy(update={"queue": queue, "households": 4_000})
    model = CommunityModel(world, days=DAYS, reform_day=0, replicate=replicate)
    rule = Application("rule", Rule(Rule.Parameters(strength)), 1.0, 0, 0, np.ones(1), np.zeros(1))
    model.programme.applications = [rule] if strength else []
    cases = model.run().tables()["cases"]
    # The last begin late or not at all, and longest first so: they are cut at a day when even the starved have begun or wait on.
    cases = cases[(cases["opened"] >= WARM) & (cases["opened"] < DAYS - WARM)]
    asked = model.state.cases.asked[cases["case"].to_numpy(), 0]
    return pd.DataFrame({
        "hours": asked, "wait": cases["started"].fillna(float(DAYS)).to_numpy() - cases["opened"].to_numpy(),
    })  # fmt: skip


def _longest(table: pd.DataFrame) -> float:
    return float(table.loc[table["hours"] >= table["hours"].quantile(1.0 - LONGEST), "wait"].mean())


def _tenths(table: pd.DataFrame) -> pd.Series:
    """Mean wait by tenth of cases in the order of their hours of work."""
    tenth = pd.qcut(table["hours"], 10, labels=False) + 1
    return table.groupby(tenth)["wait"].mean()


def _by_length(waits: dict[str, pd.DataFrame]) -> Picture:
    labels = {
        "in order": text("in order", "按序"),
        "ageing": text("ageing", "老化"),
        "shortest first": text("shortest first", "短优先"),
    }

    def draw(ax: Any, lang: str) -> None:
        for (rule, table), colour, dash in zip(
            waits.items(), (INK, PALETTE[2], PALETTE[1]), DASHES, strict=False
        ):
            ax.plot(
                np.arange(10) + 1,
                _tenths(table),
                color=colour,
                linestyle=dash,
                label=labels[rule][lang],
            )
        logarithmic(ax, "y")
        ax.set_xlabel({"en": "tenth of cases by hours of work", "zh": "按工作量的十分位"}[lang])
        ax.set_ylabel({"en": "mean wait, days", "zh": "平均等待（天）"}[lang])
        ax.legend()
        quiet(ax)

    said = {
        lang: "; ".join(f"{labels[rule][lang]} {table['wait'].mean():.2f} ({_longest(table):.2f})" for rule, table in waits.items())
        for lang in ("en", "zh")
    }  # fmt: skip
    return Picture(
        text("Mean wait by length of work", "按工作量的平均等待"),
        text(
            f"Mean wait in days, of the longest tenth in brackets: {said['en']}.",
            f"平均等待（天），括号内为最长的十分之一：{said['zh']}。",
        ),
        draw,
    )
