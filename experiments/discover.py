"""`xietong discover`: in which futures and regions of what is not known a strategy fails.

    boxes.csv                    a restricted constant of a region: limits, quasi-p values, coverage, density, mass, how it holds elsewhere
    tree.txt                     the trees of CART
    regret.csv, satisficing.csv  a future and strategy
    ranking.csv, winners.csv     rank probabilities on every outcome
    figures/discovery.*          regret and regions

Worlds are those of `compare` with `uncertainty` and `futures`; `store=` takes those that are lived already. The parameters of a run are
not kept beside it: the configuration of the store says how each was drawn, and the name of a run, which hashes them, proves it.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.settings import Settings
from experiments.texts import text
from sim.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.discovery import Found
    from experiments.ensemble import Ensemble
    from experiments.task import Task
    from sim.outcomes import Outcome

#: Keys that may stand beside `store`.
BESIDE: Final = ("out", "outcome", "threshold", "baseline", "lang")
#: Commands whose stores hold several strategies in the same worlds.
WORLDLY: Final = ("compare", "discover")


def main(words: Sequence[str], lang: str) -> int:
    """Live or read the worlds, look for regions, print and write; 1 when some runs failed."""
    from experiments.configuration import read
    from experiments.ensemble import carry_out, design_tasks
    from experiments.progress import say
    from experiments.store import Store

    given = [word for word in words if word.partition("=")[0] == "store" and word.partition("=")[2] not in ("", "null")]
    settings = read("discover", [word for word in words if not word.startswith("store=")], lang)
    if importlib.util.find_spec("ema_workbench") is None:
        raise ConfigError(text(settings.lang, "fault_no_workbench"))
    done: Ensemble | None = None
    if given:
        root = Path(given[-1].partition("=")[2].strip("'\"")).expanduser()
        settings = stored(root, settings, [w.partition("=")[0] for w in words])
        work = design_tasks(settings)
        runs = stored_runs(root, settings, work)
        Store(settings.out).begin(settings, [])
    else:
        work = design_tasks(settings)
        done = carry_out(settings)
        runs = done.runs
    find(settings, runs, work)
    print(text(settings.lang, "results_at", path=settings.out))
    if done is not None and done.failed:
        say("xietong: " + done.failure_line())
        return 1
    return 0


# --- worlds -----------------------------------------------------------------------------------------------------------------------


def stored(root: Path, settings: Settings, keys: Sequence[str]) -> Settings:
    """The settings of a store, with those of this command over them.

    Raises
    ------
    ConfigError, StoreError
        Keys stand beside `store` that would change its runs; it is none, of another command or model version, or nothing varies in it.
    """
    from experiments import manifest
    from experiments.faults import Faults
    from experiments.identity import model_version

    lang = settings.lang
    strange = [key for key in keys if key not in (*BESIDE, "store")]
    if strange:
        allowed = ", ".join(BESIDE)
        raise ConfigError(text(lang, "fault_store_alone", store=root, keys=", ".join(strange), allowed=allowed))
    if not root.is_dir():
        raise ConfigError(text(lang, "fault_no_store", value=root))
    if settings.out.resolve() == root.resolve():
        raise ConfigError(text(lang, "fault_store_in_place", out=settings.out))
    content = manifest.load(root)
    if content["command"] not in WORLDLY:
        raise StoreError(text(lang, "fault_store_single", store=root, command=content["command"]))
    if content["model_version"] != model_version():
        told = {"found": content["model_version"], "own": model_version()}
        raise StoreError(text(lang, "fault_store_other", store=root, **told))
    kept = Settings.model_validate_json(json.dumps(content["config"]))
    if kept.uncertainty == "none" and len(kept.futures) < 2:
        raise StoreError(text(lang, "fault_store_certain", store=root))
    own = {name: getattr(settings, name) for name in ("command", "out", "outcome", "threshold", "baseline", "lang", "jobs")}
    merged = kept.model_copy(update=own)
    names = [strategy.name for strategy in merged.strategies]
    if merged.baseline_name() not in names:
        faults = Faults(lang)
        faults.choice("baseline", merged.baseline, names)
        faults.raise_any()
    return merged


def stored_runs(root: Path, settings: Settings, work: Sequence[Task]) -> pd.DataFrame:
    """The finished runs of a store; StoreError when they do not follow from its configuration or no world is whole."""
    from experiments import manifest
    from experiments.store import Store

    expected = {run.run_id for task in work for run in task.runs}
    planned = [run["run_id"] for run in manifest.load(root)["runs"]]
    strange = len(set(planned) - expected)
    if strange or not planned:
        told = {"store": root, "count": strange, "planned": len(planned)}
        raise StoreError(text(settings.lang, "fault_store_strange", **told))
    runs = Store(root).rows(planned)
    names = [strategy.name for strategy in settings.strategies]
    if not len(runs) or set(runs["strategy"]) != set(names) or not len(_wide(settings, runs)):
        told = {"store": root, "strategies": ", ".join(names), "outcome": settings.outcome}
        raise StoreError(text(settings.lang, "fault_store_lone", **told))
    return runs


def inputs(settings: Settings, work: Sequence[Task]) -> pd.DataFrame:
    """What varies between the worlds, index `(future, replicate)`: parameters that are not the same in all, and the future if there are several."""
    import pandas as pd

    index = pd.MultiIndex.from_tuples(
        [(task.settings.future.name, task.replicate) for task in work], names=["future", "replicate"]
    )
    drawn = pd.DataFrame([dict(task.settings.parameters) for task in work], index=index)
    # A future may fix a constant that is drawn elsewhere: there it has the value of the future.
    for task, place in zip(work, index, strict=True):
        for name in drawn.columns[drawn.loc[place].isna().to_numpy()]:
            drawn.loc[place, name] = {**task.settings.world.parameters, **task.settings.future.parameters}[name]
    varied = drawn.loc[:, drawn.nunique() > 1].sort_index(axis="columns")
    return varied.assign(future=index.get_level_values("future")) if len(settings.futures) > 1 else varied


# --- finding ----------------------------------------------------------------------------------------------------------------------


def outcome_of(settings: Settings) -> Outcome:
    """The outcome that is looked at."""
    from sim.outcomes import OUTCOMES

    return next(outcome for outcome in OUTCOMES if outcome.name == settings.outcome)


def _wide(settings: Settings, runs: pd.DataFrame) -> pd.DataFrame:
    from analysis.robustness import wide

    table = wide(runs, settings.outcome)
    return table[[one.name for one in settings.strategies if one.name in table.columns]]


def find(settings: Settings, runs: pd.DataFrame, work: Sequence[Task]) -> None:
    """Everything that is found in the runs, printed and written."""
    from analysis import discovery, robustness
    from experiments import ranks
    from experiments.tables import save, save_text, seal

    outcome, table = outcome_of(settings), _wide(settings, runs)
    fails = robustness.failing(table, outcome.better, settings.threshold, settings.baseline_name())
    x = inputs(settings, work).loc[table.index]
    draws = x.drop(columns="future", errors="ignore")
    # Worlds with one draw are one piece of evidence on it, whatever their replicates.
    same = draws.groupby(list(draws.columns), sort=False).ngroup() if len(draws.columns) else draws.reset_index()["replicate"]
    found = discovery.discover(x.reset_index(drop=True), fails.reset_index(drop=True), same.to_numpy(), settings.seed)
    regret, holds = robustness.regret(table, outcome.better), robustness.satisficing(fails)
    show(settings, table, len(work), found, regret, holds)
    files = [
        save(settings.out, "boxes.csv", discovery.boxes(found)), save(settings.out, "regret.csv", regret),
        save(settings.out, "satisficing.csv", holds), save_text(settings.out, "tree.txt", trees(settings, found)),
        *ranks.keep(settings.out, runs), *draw(settings, x, found, regret),
    ]  # fmt: skip
    seal(settings.out, files)


def trees(settings: Settings, found: Sequence[Found]) -> str:
    """The trees as text, each with what it is worth; weights are the worlds that do not fail and that fail."""
    told = []
    for one in found:
        if one.tree:
            note = "" if one.believed else f" ({text(settings.lang, 'tree_noise')})"
            told.append(f"{_failing(settings, one)}{note}\n{one.tree}")
    return "\n".join(told) + "\n"


# --- telling ----------------------------------------------------------------------------------------------------------------------


def rule(settings: Settings) -> str:
    """When a strategy fails, in a sentence."""
    outcome, lang = outcome_of(settings), settings.lang
    if settings.threshold is None:
        return text(lang, "rule_baseline", outcome=outcome.name, baseline=settings.baseline_name())
    side = text(lang, f"side_{outcome.better}")
    return text(lang, "rule_threshold", outcome=outcome.name, side=side, threshold=settings.threshold, unit=outcome.unit)


def show(
    settings: Settings, table: pd.DataFrame, planned: int, found: Sequence[Found], regret: pd.DataFrame, holds: pd.DataFrame
) -> None:  # fmt: skip
    """Print regions, regret and satisficing."""
    lang = settings.lang
    futures = ", ".join(future.name for future in settings.futures or (settings.future,))
    print(text(
        lang, "discover_title", world=getattr(settings.world.title, lang), worlds=len(table), futures=futures,
        uncertainty=text(lang, f"uncertainty_{settings.uncertainty}"), reform_day=settings.reform_day, last=settings.days - 1,
    ))  # fmt: skip
    if len(table) < planned:
        print(text(lang, "discover_left_out", count=planned - len(table)))
    print(rule(settings), end="\n\n")
    for strategy in table.columns:
        own = [one for one in found if one.strategy == strategy]
        print(_failing(settings, own[0]))
        if own[0].why:
            from analysis.discovery import LEAST

            print(text(lang, f"failing_{own[0].why}", **({"least": LEAST} if own[0].why == "few" else {})), end="\n\n")
            continue
        for one in own:
            _show_found(settings, one)
        print()
    _show_regret(settings, regret)
    _show_holds(settings, holds)


def _failing(settings: Settings, one: Found) -> str:
    return text(settings.lang, "failing", strategy=one.strategy, fails=one.fails, worlds=one.worlds, share=f"{one.base_rate:.0%}")


def _show_found(settings: Settings, one: Found) -> None:
    from experiments.printing import number, table

    assert one.check is not None
    lang, density = settings.lang, one.check.density
    told: dict[str, Any] = {
        "method": one.method, "base": f"{one.base_rate:.2f}", "p": f"{one.p_holm:.2g}",
        "checked": number(density.share, 2), "between": f"{number(density.low, 2)} – {number(density.high, 2)}",
    }  # fmt: skip
    if not one.believed:
        print(text(lang, "region_none", **told))
        return
    if one.method == "CART":
        print(text(lang, "region_tree", leaves=len(one.regions), **told))
        return
    (region,) = one.regions
    shares = {name: f"{getattr(region, name):.2f}" for name in ("density", "coverage", "mass")}
    print(text(lang, "region_title", **told, **shares))
    lines = [
        [limit.constant, ", ".join(limit.members) if limit.members else _end(limit.low), "" if limit.members else _end(limit.high),
         " / ".join(f"{p:.1g}" for p in (limit.quasi_p_low, limit.quasi_p_high) if p == p)]
        for limit in region.limits
    ]  # fmt: skip
    table([text(lang, f"column_{name}") for name in ("constant", "from", "to", "quasi_p")], lines, numbers=(1, 2, 3))


def _end(value: float) -> str:
    """An end of a region, a dash where it is open."""
    from experiments.printing import number

    return "–" if abs(value) == float("inf") else number(value)


def _future(lang: str, name: str) -> str:
    return text(lang, "all_futures") if name == "all" else name


def _show_regret(settings: Settings, regret: pd.DataFrame) -> None:
    from experiments.printing import number, places_of, table

    lang, outcome = settings.lang, outcome_of(settings)
    names = ("future", "strategy", "regret_mean", "interval", "regret_p90", "regret_max", "best", "worlds")
    places = places_of(regret["mean_high"] - regret["mean_low"], regret["max"].head(1))
    lines = [
        [_future(lang, row["future"]), row["strategy"], number(row["mean"], places=places),
         f"{number(row['mean_low'], places=places)} – {number(row['mean_high'], places=places)}",
         number(row["p90"], places=places), number(row["max"], places=places), f"{row['first']:.0%}", row["worlds"]]
        for row in regret.to_dict("records")
    ]  # fmt: skip
    title = text(lang, "regret_title", outcome=outcome.name, unit=outcome.unit)
    table([text(lang, f"column_{name}") for name in names], lines, title, numbers=(2, 3, 4, 5, 6, 7))


def _show_holds(settings: Settings, holds: pd.DataFrame) -> None:
    from experiments.printing import table

    lang = settings.lang
    lines = [
        [_future(lang, row["future"]), row["strategy"], f"{row['holds']:.0%}", f"{row['holds_low']:.0%} – {row['holds_high']:.0%}", row["worlds"]]
        for row in holds.to_dict("records")
    ]  # fmt: skip
    names = ("future", "strategy", "satisfied", "interval", "worlds")
    title = f"{text(lang, 'satisficing_title')}: {rule(settings)}"
    table([text(lang, f"column_{name}") for name in names], lines, title, numbers=(2, 3, 4))


def draw(settings: Settings, x: pd.DataFrame, found: Sequence[Found], regret: pd.DataFrame) -> list[Path]:
    """Regret of each strategy, and the regions that are believed; the files."""
    from analysis.figures.discovery import discovery as sheet
    from analysis.figures.fonts import drawable
    from analysis.figures.sheet import PLAIN, write

    lang, outcome = drawable(settings.lang), outcome_of(settings)
    labels = {
        "regret": text(lang, "figure_regret", outcome=outcome.name, unit=outcome.unit),
        "regret_axis": text(lang, "figure_regret_axis"), "region_axis": text(lang, "figure_region_axis"), "alt": text(lang, "figure_alt"),
    }  # fmt: skip
    labels |= {one.strategy: text(lang, "figure_region", strategy=one.strategy) for one in found}
    drawn = sheet(x, found, regret, labels)
    folder = settings.out / "figures"
    write(drawn, folder)
    return [folder / f"{drawn.name}.{kind}" for kind in (*PLAIN, "csv")]
