"""The search of `xietong optimise`: generations of portfolios, each lived as one design, the next bred from the best.

A generation is asked for as a whole before any of it is told: the same portfolios whatever the number of processes, one common past
for all of them. An interrupted search repeats its steps on what the store already holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from experiments.ensemble import FailedRunsError, begin, failure_line, live, plan
from experiments.objectives import OBJECTIVES
from experiments.progress import say
from experiments.settings import Record, Settings
from experiments.store import Store
from experiments.task import Planned
from experiments.texts import text
from experiments.variants import STEPS, acting, dosed
from sim.scenario import Strategy

if TYPE_CHECKING:
    import optuna
    import pandas as pd

COST: Final = next(i for i, objective in enumerate(OBJECTIVES) if objective.name == "cost")
#: Seeds of the sampler are 32 bits wide.
_SEEDS: Final = 2**32

Steps = tuple[int, ...]
Values = tuple[float, ...]
T = TypeVar("T")


@dataclass
class Search:
    """A search in progress: what each portfolio scored in the replicates of the search, `[objective]`."""

    settings: Settings
    scores: dict[Steps, Values] = field(default_factory=dict)
    front: list[Steps] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = self.settings.strategies[0]
        self.names = acting(self.base)
        self.whole: Steps = (STEPS,) * len(self.names)
        self._living = self.settings.model_copy(
            update={"out": self.settings.out / "search", "record": Record(daily="none")}
        )
        self._planned: list[Planned] = []

    def strategy(self, steps: Steps) -> Strategy:
        """The portfolio as a strategy."""
        return dosed(self.base, dict(zip(self.names, steps, strict=True)))

    @property
    def bound(self) -> float:
        """Most that a portfolio may cost, in the replicates of the search."""
        return self.settings.cost_share * self.scores[self.whole][COST]

    def run(self) -> None:
        """All generations, one after the other."""
        settings = self.settings
        begin(settings, Store(settings.out), plan(settings, ((self.base, r) for r in settings.numbers())))
        with _quiet():
            study = self._study()
            for steps in corners(len(self.names), settings.population):
                study.enqueue_trial(dict(zip(self.names, steps, strict=True)))
            for generation in range(settings.generations):
                say(
                    text(
                        settings.lang,
                        "optimise_generation",
                        generation=generation + 1,
                        generations=settings.generations,
                    )
                )
                self._generation(study)
            self.front = distinct(self._steps(trial) for trial in study.best_trials)
        self.front = [steps for steps in self.front if self.scores[steps][COST] <= self.bound]

    def _study(self) -> optuna.Study:
        import optuna

        sampler = optuna.samplers.NSGAIISampler(
            population_size=self.settings.population, seed=self.settings.seed % _SEEDS
        )
        return optuna.create_study(directions=[o.wanted for o in OBJECTIVES], sampler=sampler)

    def _generation(self, study: optuna.Study) -> None:
        """Ask for a whole generation, live what is new of it as one design, tell what each portfolio scored."""
        import optuna

        trials = [study.ask() for _ in range(self.settings.population)]
        asked = []
        for trial in trials:
            for name in self.names:
                trial.suggest_int(name, 0, STEPS)
            asked.append(self._steps(trial))
        self._live(distinct([self.whole, *asked]))
        for trial, steps in zip(trials, asked, strict=True):
            values = self.scores[steps]
            if all(map(math.isfinite, values)):
                trial.set_constraint("excess cost", values[COST] - self.bound)
                study.tell(trial, values)
            else:  # too little happened to tell, such as no need of a group
                study.tell(trial, state=optuna.trial.TrialState.FAIL)

    def _steps(self, trial: Any) -> Steps:
        return tuple(trial.params[name] for name in self.names)

    def _live(self, portfolios: Sequence[Steps]) -> None:
        """Score those portfolios that have no score yet."""
        new = {self.strategy(steps).name: steps for steps in portfolios if steps not in self.scores}
        if not new:
            return
        living, store = self._living, Store(self._living.out)
        runs = plan(
            living,
            ((self.strategy(steps), r) for r in range(living.search_replicates) for steps in new.values()),
        )
        self._planned += runs
        begin(living, store, self._planned)
        failed = [receipt for receipt in live(living, store, runs) if receipt.status == "failed"]
        if failed:
            store.seal("failed")
            raise FailedRunsError(failure_line(living, store, failed, len(runs)))
        rows = store.rows(run.run_id for run in runs)
        for name, group in rows.groupby("strategy"):
            self.scores[new[str(name)]] = scores(group)

    def close(self) -> None:
        """Collect and seal what the search lived."""
        store = Store(self._living.out)
        store.collect()
        store.collect_log()
        store.seal("finished")


def corners(mechanisms: int, population: int) -> list[Steps]:
    """What the first generation begins with: all at half dose, nothing, each mechanism alone; never more than half of it."""
    alone = [tuple(STEPS * (i == j) for j in range(mechanisms)) for i in range(mechanisms)]
    return [(STEPS // 2,) * mechanisms, (0,) * mechanisms, *alone][: population // 2]


def scores(rows: pd.DataFrame) -> Values:
    """Mean of each objective over replicates."""
    return tuple(float(objective.of(rows).mean()) for objective in OBJECTIVES)


def thinned(front: Sequence[Steps], values: Mapping[Steps, Values], most: int) -> list[Steps]:
    """At most `most` of a front: the best in each objective, and others evenly along cost; by cost."""
    by_cost = sorted(front, key=lambda steps: (values[steps][COST], steps))
    if len(by_cost) <= most:
        return by_cost
    kept = []
    for i, objective in enumerate(OBJECTIVES):
        sign = 1.0 if objective.wanted == "minimize" else -1.0
        kept.append(min(by_cost, key=lambda steps: (sign * values[steps][i], steps)))
    kept = distinct(kept)
    others = [steps for steps in by_cost if steps not in kept]
    room = most - len(kept)
    kept += [others[round((k + 0.5) * len(others) / room - 0.5)] for k in range(room)]
    return sorted(kept, key=by_cost.index)


def distinct(found: Iterable[T]) -> list[T]:
    """Each once, in the order in which they came."""
    return list(dict.fromkeys(found))


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna says nothing of its own, and is left as it was."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
