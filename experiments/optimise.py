"""`xietong optimise`: the best portfolios of a strategy's mechanisms and doses under a budget.

A portfolio gives each mechanism none, a quarter, a half, three quarters or all of the strategy's own dose. NSGA-II (Deb et al.
2002, with constrained domination; Optuna) looks for those that no other beats in need, satisfaction, equity and cost at once, among
those that cost at most `cost_share` of the strategy itself. Whoever is best in a search is partly lucky, so the front is lived again
in replicates that the search has not seen, and only that is reported.

A generation is asked for as a whole and lived as one design: the same portfolios whatever the number of processes, one common
past for all of them. An interrupted search repeats its steps on what the store already holds.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.ensemble import Ensemble, FailedRunsError, begin, carry_out, failure_line, live, plan
from experiments.objectives import OBJECTIVES
from experiments.progress import say
from experiments.settings import Record, Settings
from experiments.store import Store
from experiments.texts import text
from experiments.variants import STEPS, acting, dosed, made
from sim.scenario import Strategy

if TYPE_CHECKING:
    import optuna
    import pandas as pd

COST: Final = next(i for i, objective in enumerate(OBJECTIVES) if objective.name == "cost")
NEED: Final = next(i for i, objective in enumerate(OBJECTIVES) if objective.name == "need")
#: Most portfolios of the search's front that are verified; more of them are thinned out, evenly along cost.
VERIFIED: Final = 12
NAME: Final = "front.csv"
FOLDER: Final = "strategies"
#: Seeds of the sampler are 32 bits wide.
_SEEDS: Final = 2**32

Steps = tuple[int, ...]
Values = tuple[float, ...]


def main(words: Sequence[str], lang: str) -> int:
    """Search, verify, print the front, write `front.csv` and the portfolios as strategies; 1 when some runs failed."""
    from experiments.configuration import read
    from experiments.store import look

    settings = read("optimise", words, lang)
    look(settings.out)
    search = Search(settings)
    search.run()
    done = verify(settings, search)
    found = front(settings, search, done)
    files = write(settings, found, done)
    show(settings, search, found, files)
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def most(settings: Settings) -> int:
    """The most runs that a search and its verification can need."""
    tried = settings.population * settings.generations + 1
    return tried * settings.search_replicates + (VERIFIED + 1) * settings.replicates


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
            update={"out": self.settings.out / "search", "record": Record(daily=False)}
        )
        self._planned: list[Any] = []

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
                say(text(settings.lang, "optimise_generation", generation=generation + 1, generations=settings.generations))
                self._generation(study)
            self.front = _distinct(self._steps(trial) for trial in study.best_trials)
        self.front = [steps for steps in self.front if self.scores[steps][COST] <= self.bound]

    def _study(self) -> optuna.Study:
        import optuna

        sampler = optuna.samplers.NSGAIISampler(
            population_size=self.settings.population, seed=self.settings.seed % _SEEDS,
            constraints_func=lambda trial: (trial.user_attrs["excess"],),
        )  # fmt: skip
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
        self._live(_distinct([self.whole, *asked]))
        for trial, steps in zip(trials, asked, strict=True):
            values = self.scores[steps]
            if all(value == value for value in values):
                trial.set_user_attr("excess", values[COST] - self.bound)
                study.tell(trial, values)
            else:  # too little happened to tell, such as no closed need of a group
                trial.set_user_attr("excess", 0.0)
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


def dominates(a: Values, b: Values) -> bool:
    """Whether `a` is nowhere worse than `b` and somewhere better."""
    signs = [1.0 if objective.wanted == "minimize" else -1.0 for objective in OBJECTIVES]
    ahead = [sign * (y - x) for sign, x, y in zip(signs, a, b, strict=True)]
    return min(ahead) >= 0.0 and max(ahead) > 0.0


def thinned(front: Sequence[Steps], values: Mapping[Steps, Values], most: int = VERIFIED) -> list[Steps]:
    """At most `most` of a front: the best in each objective, and others evenly along cost; by cost."""
    by_cost = sorted(front, key=lambda steps: (values[steps][COST], steps))
    if len(by_cost) <= most:
        return by_cost
    kept = []
    for i, objective in enumerate(OBJECTIVES):
        sign = 1.0 if objective.wanted == "minimize" else -1.0
        kept.append(min(by_cost, key=lambda steps: (sign * values[steps][i], steps)))  # noqa: B023
    kept = _distinct(kept)
    others = [steps for steps in by_cost if steps not in kept]
    room = most - len(kept)
    kept += [others[round((k + 0.5) * len(others) / room - 0.5)] for k in range(room)]
    return sorted(kept, key=by_cost.index)


def _distinct(found: Any) -> list[Any]:
    return list(dict.fromkeys(found))


def verify(settings: Settings, search: Search) -> Ensemble:
    """Live the strategy itself and its front in replicates that the search has not seen."""
    search.close()
    chosen = [search.strategy(steps) for steps in thinned(search.front, search.scores)]
    strategies = (search.base, *(one for one in chosen if one.name != search.base.name))
    say(text(settings.lang, "optimise_verify", count=len(strategies), replicates=settings.replicates))
    return carry_out(settings.model_copy(update={"strategies": strategies}))


def front(settings: Settings, search: Search, done: Ensemble) -> pd.DataFrame:
    """One row a verified portfolio, by cost: doses, each objective in the search and verified, with its difference to the strategy.

    `within` says whether the verified cost keeps the bound, `front` whether no other portfolio within it is better in all.
    """
    import numpy as np
    import pandas as pd

    from analysis.comparison import paired

    lived = {str(name): group.set_index("replicate") for name, group in done.runs.groupby("strategy")}
    whole = lived.get(search.base.name)
    if whole is None:
        raise FailedRunsError(done.failure_line())
    limit = settings.cost_share * scores(whole)[COST]
    steps_of = {search.strategy(steps).name: steps for steps in search.scores}
    rows = []
    for name, group in lived.items():
        steps, verified = steps_of[name], scores(group)
        row: dict[str, Any] = {"portfolio": name, "within": verified[COST] <= limit}
        row |= {f"dose_{mechanism}": step / STEPS for mechanism, step in zip(search.names, steps, strict=True)}
        shared = whole.index.intersection(group.index)
        for i, objective in enumerate(OBJECTIVES):
            ours, theirs = (objective.of(t.loc[shared]).to_numpy(np.float64) for t in (group, whole))
            against = paired(ours, theirs)
            row |= {
                objective.name: verified[i], f"{objective.name}_search": search.scores[steps][i],
                f"{objective.name}_difference": against.difference, f"{objective.name}_low": against.ci_low,
                f"{objective.name}_high": against.ci_high,
            }  # fmt: skip
        rows.append(row | {"replicates": len(group), "bound": limit})
    found = pd.DataFrame(rows).sort_values(["cost", "portfolio"], ignore_index=True)
    values = [tuple(v) for v in found[[o.name for o in OBJECTIVES]].itertuples(index=False)]
    inside = [v for v, within in zip(values, found["within"], strict=True) if within]
    best = [
        bool(within) and not any(dominates(other, v) for other in inside)
        for v, within in zip(values, found["within"], strict=True)
    ]
    found.insert(2, "front", best)
    return found


def lean(found: pd.DataFrame) -> str | None:
    """The portfolio on the verified front with the least unmet need."""
    best = found[found["front"]]
    return None if best.empty else str(best.loc[best[OBJECTIVES[NEED].name].idxmin(), "portfolio"])


def write(settings: Settings, found: pd.DataFrame, done: Ensemble) -> dict[str, Path]:
    """`front.csv`, and each portfolio of the front as a strategy; the leanest once more as `<strategy>_lean`. Files by name."""
    from experiments.parquet import write_bytes

    root = done.store.root
    write_bytes(root / NAME, found.to_csv(index=False, lineterminator="\n").encode())
    base, best = done.settings.strategies[0], lean(found)
    strategies = {one.name: one for one in done.settings.strategies}
    chosen = [strategies[name] for name in found.loc[found["front"], "portfolio"]]
    if best is not None:
        chosen.append(_named(base, f"{base.name}_lean", strategies[best]))
    files = {one.name: root / FOLDER / f"{one.name}.yaml" for one in chosen}
    for one in chosen:
        write_bytes(files[one.name], exported(settings, base, one).encode())
    done.store.seal(done.store.status(), (root / NAME, *files.values()))
    return files


def _named(base: Strategy, name: str, portfolio: Strategy) -> Strategy:
    return made(base, name, portfolio.mechanisms)


def exported(settings: Settings, base: Strategy, portfolio: Strategy) -> str:
    """A portfolio as the text of a strategy file, with the command that found it."""
    import yaml

    from experiments.identity import model_version

    doses = ", ".join(f"{name} {dose.intensity:g}" for name, dose in portfolio.mechanisms.items()) or "–"
    content = portfolio.model_dump(exclude={"mechanisms"}) | {
        "seed": list(portfolio.seed),
        "title": {lang: text(lang, "portfolio_title", title=getattr(base.title, lang)) for lang in ("en", "zh")},
        "summary": {
            lang: text(lang, "portfolio_summary", name=base.name, share=f"{settings.cost_share:g}", doses=doses,
                       summary=getattr(base.summary, lang).strip())
            for lang in ("en", "zh")
        },
        "mechanisms": {
            name: {key: list(value) if isinstance(value, tuple) else value
                   for key, value in dose.model_dump(exclude_defaults=True).items()}
            for name, dose in portfolio.mechanisms.items()
        },
    }  # fmt: skip
    header = (
        f"# Found by: xietong optimise strategy={base.name} world={settings.world.name} future={settings.future.name} "
        f"days={settings.days} reform_day={settings.reform_day} seed={settings.seed}\n"
        f"#   cost_share={settings.cost_share:g} population={settings.population} generations={settings.generations} "
        f"search_replicates={settings.search_replicates} replicates={settings.replicates}\n"
        f"# Model version {model_version()}.\n"
    )
    return header + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def show(settings: Settings, search: Search, found: pd.DataFrame, files: Mapping[str, Path]) -> None:
    """Print the verified front beside the strategy itself."""
    from experiments.printing import number, table

    lang, base = settings.lang, search.base
    print(text(
        lang, "optimise_title", strategy=getattr(base.title, lang), world=getattr(settings.world.title, lang),
        share=f"{settings.cost_share:g}", bound=number(float(found["bound"].iloc[0])),
    ))  # fmt: skip
    print(text(lang, "optimise_note", replicates=settings.replicates, tried=len(search.scores)))
    print()
    lines = []
    for _, row in found.iterrows():
        doses = " ".join(f"{row[f'dose_{name}']:g}" for name in search.names)
        values = [number(row[objective.name]) for objective in OBJECTIVES]
        lines.append(["*" if row["front"] else "", row["portfolio"], doses, *values])
    headers = [text(lang, f"column_{name}") for name in ("front", "portfolio", "doses")]
    headers += [f"{text(lang, f'objective_{o.name}')} ({o.unit})" for o in OBJECTIVES]
    table(headers, lines, text(lang, "optimise_doses", names=", ".join(search.names)), numbers=(3, 4, 5, 6))
    best = lean(found)
    if best is None:
        print(text(lang, "optimise_none"))
        return
    path = files[f"{base.name}_lean"]
    print(text(lang, "optimise_lean", name=best, path=path))
    print(text(lang, "optimise_run", path=path))


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna says nothing of its own, and is left as it was."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
