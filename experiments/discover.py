"""`xietong discover`: in which futures and regions of what is not known a strategy fails.

    boxes.csv                    a restricted constant of a region: limits, quasi-p values, coverage, density, mass, how it holds elsewhere
    tree.txt                     the trees of CART
    regret.csv, satisficing.csv  a future and strategy
    ranking.csv, winners.csv     rank probabilities on every outcome
    figures/discovery.*          regret and regions

Worlds are those of `compare` with `uncertainty` and `futures`; `store=` takes those that are lived already (experiments.worlds).
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.texts import text
from scenarios.units import unit_in
from sim.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.discovery import Found
    from experiments.settings import Settings
    from experiments.worlds import Worlds
    from sim.outcomes import Outcome


def main(words: Sequence[str], lang: str) -> int:
    """Live or read the worlds, look for regions, print and write; 1 when some runs failed."""
    from experiments.configuration import read
    from experiments.ensemble import carry_out
    from experiments.progress import say
    from experiments.store import Store
    from experiments.worlds import from_store, of_design

    settings = read("discover", [word for word in words if not word.startswith("store=")], lang)
    if importlib.util.find_spec("ema_workbench") is None:
        raise ConfigError(text(settings.lang, "fault_no_workbench"))
    given = [word.partition("=")[2].strip("'\"") for word in words if word.startswith("store=")]
    if given and given[-1] not in ("", "null"):
        worlds = from_store(
            Path(given[-1]).expanduser(), settings, [word.partition("=")[0] for word in words]
        )
        Store(worlds.settings.out).begin(worlds.settings, [])
        failure = ""
    else:
        done = carry_out(settings)
        worlds = of_design(settings, done.runs)
        failure = done.failure_line() if done.failed else ""
    find(worlds)
    print(text(settings.lang, "results_at", path=settings.out))
    if failure:
        say("xietong: " + failure)
    return 1 if failure else 0


# --- finding ----------------------------------------------------------------------------------------------------------------------


def outcome_of(settings: Settings) -> Outcome:
    """The outcome that is looked at."""
    from sim.outcomes import OUTCOMES

    return next(outcome for outcome in OUTCOMES if outcome.name == settings.outcome)


def find(worlds: Worlds) -> None:
    """Everything that is found in the worlds, printed and written."""
    from analysis import discovery, robustness
    from experiments import ranks
    from experiments.tables import save, save_text, seal

    settings, outcome = worlds.settings, outcome_of(worlds.settings)
    table = robustness.wide(worlds.runs, settings.outcome)
    if not len(table):
        names = ", ".join(strategy.name for strategy in settings.strategies)
        raise StoreError(text(settings.lang, "fault_no_world", strategies=names, outcome=outcome.name))
    baseline = settings.baseline_name()
    fails = robustness.failing(table, outcome.better, settings.threshold, baseline)
    if settings.threshold is None:
        fails = fails.drop(columns=baseline)
    x = worlds.inputs.loc[table.index]
    found = discovery.discover(
        x.reset_index(drop=True), fails.reset_index(drop=True), draws(x), settings.seed
    )
    regret, holds = robustness.regret(table, outcome.better), robustness.satisficing(fails)
    show(settings, len(table), len(worlds.inputs), found, regret, holds)
    files = [
        save(settings.out, "boxes.csv", discovery.boxes(found)), save(settings.out, "regret.csv", regret),
        save(settings.out, "satisficing.csv", holds), save_text(settings.out, "tree.txt", trees(settings, found)),
        *ranks.keep(settings.out, worlds.runs), *draw(settings, x, found, regret),
    ]  # fmt: skip
    seal(settings.out, files)


def draws(x: pd.DataFrame) -> Any:
    """The number of the draw of each world: those with one draw are one piece of evidence on it, whatever their replicates and futures."""
    own = x.drop(columns="future", errors="ignore")
    if own.columns.empty:
        return x.index.get_level_values("replicate").to_numpy(int)
    return own.groupby(list(own.columns), sort=False).ngroup().to_numpy(int)


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
    return text(
        lang,
        "rule_threshold",
        outcome=outcome.name,
        side=side,
        threshold=settings.threshold,
        unit=unit_in(lang, outcome.unit),
    )


def show(
    settings: Settings, lived: int, planned: int, found: Sequence[Found], regret: pd.DataFrame, holds: pd.DataFrame
) -> None:  # fmt: skip
    """Print regions, regret and satisficing."""
    lang = settings.lang
    futures = ", ".join(future.name for future in settings.futures or (settings.future,))
    print(text(
        lang, "discover_title", world=getattr(settings.world.title, lang), worlds=lived, futures=futures,
        uncertainty=text(lang, f"uncertainty_{settings.uncertainty}"), reform_day=settings.reform_day, last=settings.days - 1,
    ))  # fmt: skip
    if lived < planned:
        print(text(lang, "discover_left_out", count=planned - lived))
    print(rule(settings), end="\n\n")
    for strategy in dict.fromkeys(one.strategy for one in found):
        own = [one for one in found if one.strategy == strategy]
        print(_failing(settings, own[0]))
        if own[0].why:
            from analysis.discovery import LEAST

            print(
                text(lang, f"failing_{own[0].why}", **({"least": LEAST} if own[0].why == "few" else {})),
                end="\n\n",
            )
            continue
        for one in own:
            _show_found(settings, one)
        print()
    _show_regret(settings, regret)
    _show_holds(settings, holds)


def _failing(settings: Settings, one: Found) -> str:
    return text(
        settings.lang,
        "failing",
        strategy=one.strategy,
        fails=one.fails,
        worlds=one.worlds,
        share=f"{one.base_rate:.0%}",
    )


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
         " / ".join(f"{p:.1g}" for p in (limit.quasi_p_low, limit.quasi_p_high) if not math.isnan(p))]
        for limit in region.limits
    ]  # fmt: skip
    table(
        [text(lang, f"column_{name}") for name in ("constant", "from", "to", "quasi_p")],
        lines,
        numbers=(1, 2, 3),
    )


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
    title = text(lang, "regret_title", outcome=outcome.name, unit=unit_in(lang, outcome.unit))
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
        "regret": text(lang, "figure_regret", outcome=outcome.name, unit=unit_in(lang, outcome.unit)),
        "regret_axis": text(lang, "figure_regret_axis"), "region_axis": text(lang, "figure_region_axis"), "alt": text(lang, "figure_alt"),
    }  # fmt: skip
    labels |= {one.strategy: text(lang, "figure_region", strategy=one.strategy) for one in found}
    drawn = sheet(x, found, regret, labels)
    folder = settings.out / "figures"
    write(drawn, folder)
    return [folder / f"{drawn.name}.{kind}" for kind in (*PLAIN, "csv")]
