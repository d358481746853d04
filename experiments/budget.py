"""Equal budgets: every strategy is brought to the same programme cost before strategies are compared.

A strategy's cost is the outcome `programme_cost`: hours of meetings and programmes at the declared price of an hour, and the money
that mechanisms take, per resident and year. The level is `budget_level`, else the cost of the cheapest strategy that costs
anything. By pilot runs and false position (Dowell & Jarratt 1971),

    dearer strategies     all intensities · f, with f in (0, 1) such that cost(f) = level
    cheaper strategies    full doses, and `more_staff` at the intensity at which cost = level

so that nobody wins by being given more. Doses are found in the first replicates of the comparison itself: they equalise cost, which
is not what strategies are ranked by. Pilot runs live in a store of their own, `pilots/`.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.ensemble import FailedRunsError, begin, design, failure_line, live
from experiments.faults import Faults
from experiments.printing import number
from experiments.progress import say
from experiments.settings import Record, Settings
from experiments.store import Store
from experiments.texts import text
from experiments.variants import PLACES, scaled
from sim.scenario import Strategy

if TYPE_CHECKING:
    import pandas as pd

COST: Final = "programme_cost"
STAFF: Final = "more_staff"
NAME: Final = "budget.csv"
PILOTS: Final = 3
#: Largest distance from the level that pilots may leave, as a share of it.
TOLERANCE: Final = 0.01
#: Most steps of the search; meetings come in whole numbers, so that in small worlds no dose may hit the level exactly.
STEPS: Final = 12
#: Digits of factors and intensities on the screen.
DIGITS: Final = 4

Search = Generator[float, float, float]


@dataclass(frozen=True)
class Levelled:
    """One strategy at the common level: what it costs by itself, what was done to it, what it costs in pilots then."""

    strategy: Strategy
    own_cost: float
    factor: float
    staff: float
    cost: float


def levelled(settings: Settings) -> tuple[Settings, list[Levelled]]:
    """The settings with every strategy at the common level.

    Raises
    ------
    ConfigError
        There is no level, or a strategy cannot reach it.
    FailedRunsError
        A pilot run failed.
    """
    pilots = Pilots(settings)
    own = pilots.costs({strategy.name: strategy for strategy in settings.strategies})
    level = _level(settings, own)
    tries = {strategy.name: _Try(strategy, own[strategy.name], level) for strategy in settings.strategies}
    while asked := {name: one.asked for name, one in tries.items() if one.asked is not None}:
        for name, cost in pilots.costs(asked).items():
            tries[name].told(cost)
    found = [one.found for one in tries.values()]
    _judge(settings, found, level)
    return settings.model_copy(update={"strategies": tuple(one.strategy for one in found)}), found


def table(found: list[Levelled]) -> pd.DataFrame:
    """One row a strategy, costs in CNY per resident and year."""
    import pandas as pd

    columns = ("strategy", "own_cost", "factor", "staff", "cost")
    return pd.DataFrame(
        [(one.strategy.name, one.own_cost, one.factor, one.staff, one.cost) for one in found],
        columns=list(columns),
    )


def write(root: Path, found: list[Levelled]) -> None:
    """Keep the table beside the results."""
    from experiments.parquet import write_bytes

    write_bytes(root / NAME, table(found).to_csv(index=False, lineterminator="\n").encode())


class Pilots:
    """Short designs in the first replicates, in a store of their own; what was lived before is not lived again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.model_copy(
            update={"budget": "own", "out": settings.out / "pilots", "record": Record(daily="none")}
        )
        self.replicates = settings.numbers()[:PILOTS]
        self.round = 0

    def costs(self, strategies: Mapping[str, Strategy]) -> dict[str, float]:
        """Mean cost of each strategy over the pilots, by name."""
        self.round += 1
        say(text(self.settings.lang, "budget_pilot", round=self.round))
        chosen = self.settings.model_copy(update={"strategies": tuple(strategies.values())})
        store = Store(chosen.out)
        runs = [run for run in design(chosen) if run.replicate in self.replicates]
        begin(chosen, store, runs)
        failed = [receipt for receipt in live(chosen, store, runs) if receipt.status == "failed"]
        store.collect_log()
        store.seal("failed" if failed else "finished")
        if failed:
            raise FailedRunsError(failure_line(chosen, store, failed, len(runs)))
        rows = store.rows(run.run_id for run in runs)
        return {str(name): float(cost) for name, cost in rows.groupby("strategy")[COST].mean().items()}


class _Try:
    """The search for the dose of one strategy: `asked` is the strategy to be lived next, None when it is found."""

    def __init__(self, base: Strategy, own_cost: float, level: float) -> None:
        self.base, self.level = base, level
        self.found = Levelled(base, own_cost, 1.0, 0.0, own_cost)
        self.shrinks = own_cost > level
        dose = base.mechanisms.get(STAFF)
        self.present = 0.0 if dose is None else dose.intensity
        self._search = _root(level, 0.0, own_cost) if self.shrinks else _root(level, own_cost, math.nan)
        self.asked: Strategy | None = None
        if not close(own_cost, level):
            self._ask(next(self._search))

    def told(self, cost: float) -> None:
        """Take the cost of the strategy that was asked for, and ask for the next or none."""
        assert self.asked is not None
        if abs(cost - self.level) <= abs(self.found.cost - self.level):
            factor, staff = (self._dose, self.present) if self.shrinks else (1.0, self._intensity())
            self.found = Levelled(self.asked, self.found.own_cost, factor, staff, cost)
        self.asked = None
        try:
            self._ask(self._search.send(cost))
        except StopIteration:
            return

    def _ask(self, dose: float) -> None:
        self._dose = dose
        self.asked = (
            scaled(self.base, dose) if self.shrinks else scaled(self.base, 1.0, **{STAFF: self._intensity()})
        )

    def _intensity(self) -> float:
        return self.present + (1.0 - self.present) * self._dose


def close(cost: float, level: float) -> bool:
    """Whether a cost counts as the level."""
    return abs(cost - level) <= TOLERANCE * level


def _root(level: float, low_cost: float, high_cost: float) -> Search:
    """Doses in [0, 1] to be tried until the cost of one is close to `level`; costs rise with the dose.

    `low_cost` and `high_cost` belong to the doses 0 and 1; a missing one is asked for. False position with the Illinois rule: an end
    that stays twice counts for half its distance, so that the other end cannot crawl.
    """
    low, high = 0.0, 1.0
    below = low_cost - level
    above = (yield high) - level if math.isnan(high_cost) else high_cost - level
    if above <= 0 or close(above + level, level):
        return high
    stayed = 0
    dose = high
    for _ in range(STEPS):
        dose = round(low - below * (high - low) / (above - below), PLACES)
        if dose in (low, high):
            break
        distance = (yield dose) - level
        if close(distance + level, level):
            break
        if distance < 0:
            low, below = dose, distance
            above = above / 2 if stayed < 0 else above
            stayed = -1
        else:
            high, above = dose, distance
            below = below / 2 if stayed > 0 else below
            stayed = 1
    return dose


def _level(settings: Settings, own: Mapping[str, float]) -> float:
    if settings.budget_level is not None:
        return settings.budget_level
    costly = [cost for cost in own.values() if cost > 0]
    if not costly:
        faults = Faults(settings.lang)
        faults.add("nothing_costs")
        faults.raise_any()
    return min(costly)


def _judge(settings: Settings, found: list[Levelled], level: float) -> None:
    """A strategy that has hired all that the fund can pay and still costs less has no place in a comparison of equals."""
    faults = Faults(settings.lang)
    for one in found:
        if one.cost < level and one.staff == 1.0 and not close(one.cost, level):
            faults.add(
                "level_out_of_reach",
                budget=settings.budget,
                name=one.strategy.name,
                level=number(level),
                most=number(one.cost),
            )
    faults.raise_any()


def show(settings: Settings, found: list[Levelled]) -> None:
    """Print what was done to each strategy."""
    from experiments.printing import table as printed

    lang = settings.lang
    level = settings.budget_level or min(one.own_cost for one in found if one.own_cost > 0)
    names = ("strategy", "own_cost", "factor", "staff", "reached")
    rows = [
        [
            one.strategy.name,
            number(one.own_cost),
            f"{one.factor:.{DIGITS}g}",
            f"{one.staff:.{DIGITS}g}",
            number(one.cost, 4),
        ]
        for one in found
    ]
    print(text(lang, "budget_rule"))
    printed([text(lang, f"column_{name}") for name in names], rows, text(lang, "budget_title", level=number(level, 4)),
            numbers=(1, 2, 3, 4))  # fmt: skip
    print()
