"""`xietong optimise`: the best portfolios of a strategy's mechanisms and doses under a budget.

A portfolio gives each mechanism none, a quarter, a half, three quarters or all of the strategy's own dose. NSGA-II (Deb et al.
2002, with constrained domination; Optuna) looks for those that no other beats in need, satisfaction, equity and cost at once, among
those that cost at most `cost_share` of the strategy itself. Whoever is best in a search is partly lucky, so the front is lived again
in replicates that the search has not seen, and only that is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.ensemble import Ensemble, FailedRunsError, carry_out
from experiments.objectives import OBJECTIVES
from experiments.printing import number, places_for, table
from experiments.progress import say
from experiments.search import COST, Search, Values, scores, thinned
from experiments.settings import Settings
from experiments.texts import text
from experiments.variants import STEPS, made
from scenarios.units import unit_in
from sim.scenario import Strategy

if TYPE_CHECKING:
    import pandas as pd

#: Most portfolios of the search's front that are verified; more of them are thinned out, evenly along cost.
VERIFIED: Final = 12
NAME: Final = "front.csv"
FOLDER: Final = "strategies"


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


def verify(settings: Settings, search: Search) -> Ensemble:
    """Live the strategy itself and its front in replicates that the search has not seen."""
    search.close()
    chosen = [search.strategy(steps) for steps in thinned(search.front, search.scores, VERIFIED)]
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
        row |= {
            f"dose_{mechanism}": step / STEPS for mechanism, step in zip(search.names, steps, strict=True)
        }
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
    values: list[Values] = [tuple(v) for v in found[[o.name for o in OBJECTIVES]].itertuples(index=False)]
    inside = found["within"].to_numpy(bool)
    best = inside.copy()
    best[inside] = ahead([v for v, within in zip(values, inside, strict=True) if within])
    found.insert(2, "front", best)
    return found


def ahead(values: Sequence[Values]) -> list[bool]:
    """Which of `values` no other one dominates: is nowhere worse than and somewhere better."""
    import numpy as np

    from analysis.pareto import undominated

    signs = [1.0 if objective.wanted == "minimize" else -1.0 for objective in OBJECTIVES]
    return undominated(np.array(values, float).reshape(-1, len(signs)) * signs).tolist()


def lean(found: pd.DataFrame) -> str | None:
    """The portfolio on the verified front with the least unmet need."""
    best = found[found["front"]]
    return None if best.empty else str(best.sort_values("need", kind="stable")["portfolio"].iloc[0])


def write(settings: Settings, found: pd.DataFrame, done: Ensemble) -> dict[str, Path]:
    """`front.csv`, and each portfolio of the front as a strategy; the leanest once more as `<strategy>_lean`. Files by name."""
    from experiments.parquet import write_bytes

    root = done.store.root
    write_bytes(root / NAME, found.to_csv(index=False, lineterminator="\n").encode())
    base, best = done.settings.strategies[0], lean(found)
    strategies = {one.name: one for one in done.settings.strategies}
    chosen = [strategies[name] for name in found.loc[found["front"], "portfolio"]]
    if best is not None:
        chosen.append(made(base, "lean", strategies[best].mechanisms))
    files = {one.name: root / FOLDER / f"{one.name}.yaml" for one in chosen}
    for one in chosen:
        write_bytes(files[one.name], exported(settings, base, one).encode())
    drawn = draw(settings, found, root / "figures")
    done.store.seal(also=(root / NAME, *files.values(), *drawn))
    return files


def draw(settings: Settings, found: pd.DataFrame, folder: Path) -> list[Path]:
    """Unmet need and satisfaction over cost, each portfolio a point; the files."""
    from analysis.figures.front import front as sheet
    from analysis.figures.sheet import PLAIN, write

    lang = settings.lang
    labels = {o.name: f"{text(lang, f'objective_{o.name}')} ({unit_in(lang, o.unit)})" for o in OBJECTIVES}
    labels |= {name: text(lang, f"mark_{name}") for name in ("front", "beaten", "whole")}
    drawn = sheet(found, labels, settings.strategies[0].name)
    write(drawn, folder)
    return [folder / f"{drawn.name}.{kind}" for kind in (*PLAIN, "csv")]


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
    lang, base = settings.lang, search.base
    print(text(
        lang, "optimise_title", strategy=getattr(base.title, lang), world=getattr(settings.world.title, lang),
        share=f"{settings.cost_share:g}", bound=number(float(found["bound"].iloc[0])),
    ))  # fmt: skip
    print(text(lang, "optimise_note", replicates=settings.replicates, tried=len(search.scores)))
    print()
    places = [_places(found[objective.name]) for objective in OBJECTIVES]
    lines = []
    for _, row in found.iterrows():
        doses = " ".join(f"{row[f'dose_{name}']:g}" for name in search.names)
        values = [number(row[o.name], places=p) for o, p in zip(OBJECTIVES, places, strict=True)]
        lines.append(["*" if row["front"] else "", row["portfolio"], doses, *values])
    headers = [text(lang, f"column_{name}") for name in ("front", "portfolio", "doses")]
    headers += [f"{text(lang, f'objective_{o.name}')} ({unit_in(lang, o.unit)})" for o in OBJECTIVES]
    table(headers, lines, text(lang, "optimise_doses", names=", ".join(search.names)), numbers=(3, 4, 5, 6))
    best = lean(found)
    if best is None:
        print(text(lang, "optimise_none"))
        return
    path = files[f"{base.name}_lean"]
    print(text(lang, "optimise_lean", name=best, path=path))
    print(text(lang, "optimise_run", path=path))


def _places(values: pd.Series) -> int:
    """Decimals that tell portfolios apart: two digits of the range."""
    return places_for(float(values.max() - values.min()), 2)
