"""How far the comparison stands: ranks with their probability, every future of the store, regret, and what moves the outcomes."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis import robustness as worlds
from analysis.figures import influence, ranks
from analysis.provenance import command
from analysis.report.blocks import Grid, grid_by
from analysis.report.figures import (
    Figure,
    Listing,
    figure,
    influence_listing,
    rank_listing,
    regret_listing,
    winner_listing,
)
from analysis.report.findings import DRAWS_DEEP
from analysis.report.reading import Reading
from analysis.report.words import Words
from sim.outcomes import OUTCOMES, Outcome

#: Outcomes of which ranks are shown: need, residents' view, hours, cost of the reform.
SHOWN: Final = ("unmet_need_days", "satisfaction", "hours_total", "programme_cost")
REGRET: Final = "unmet_need_days"
#: Outcomes that are compared future by future.
BY_FUTURE: Final = ("unmet_need_days", "satisfaction")
HALF: Final = 0.5
CHANCE: Final = "replicate"


def robust(r: Reading) -> dict[str, Any] | None:
    """Ranks, futures and regret; None while there is nothing to compare."""
    outcomes = [r.outcomes[name] for name in SHOWN]
    here = r.ranking[r.ranking["outcome"].isin(SHOWN)]
    own = here[here["future"] == r.place[1]]
    if own.empty:
        return None
    w = r.words
    sheet = ranks.ranks(own, outcomes, r.marks, r.drawn)
    return {
        "uncertainty": _uncertainty(r),
        "command": ""
        if r.uncertainty in DRAWS_DEEP
        else command(r.whole, "outputs/uncertain", uncertainty="deep"),
        "sentences": [said for o in outcomes if (said := _leader(r, o))],
        "figure": figure(sheet, w("ranks_caption"), rank_listing(sheet.data, r.names, r.titles, w)),
        "futures": _futures(r, here, outcomes),
        "regret": _regret(r),
        "regret_note": w("regret_note", outcome=r.names[REGRET], unit=w.unit(r.outcomes[REGRET].unit).text),
    }


def _uncertainty(r: Reading) -> str:
    """What varied between replicates, and what did not."""
    grades = r.parameters["grade"].value_counts()
    return r.words(
        f"uncertainty_{r.uncertainty}", deep=int(r.parameters["deep"].astype(bool).sum()), judged=int(grades.get("judgement", 0)),
        all=len(r.parameters),
    )  # fmt: skip


def _leader(r: Reading, outcome: Outcome) -> str:
    """Who leads on average and in how many replicates, and whether more than chance between two says so."""
    rows = r.ranking[(r.ranking["future"] == r.place[1]) & (r.ranking["outcome"] == outcome.name)]
    if rows.empty:
        return ""
    leaders = list(rows["strategy"][rows["mean_rank"] == rows["mean_rank"].min()])
    table = worlds.badness(worlds.wide(r.store.runs, outcome.name), outcome.better)
    hits = (table[leaders[0]] <= table.min(axis=1)).to_numpy(bool)
    found = worlds.share(hits, table.index.get_level_values("replicate").to_numpy())
    return r.words(
        "leader_stands" if found.low > HALF else "leader_open", outcome=r.names[outcome.name], name=r.words.joined([r.words("quoted", name=r.titles[s]) for s in leaders]), share=f"{found.share:.0%}",
        low=f"{found.low:.0%}", high=f"{found.high:.0%}", replicates=len(hits),
    )  # fmt: skip


def _futures(r: Reading, ranked: pd.DataFrame, outcomes: list[Outcome]) -> dict[str, Any] | None:
    """All futures of the store side by side; None where there is one."""
    if r.world["future"].nunique() < 2:
        return None
    w = r.words
    sheet = ranks.winners(ranked, outcomes, r.drawn_futures, r.marks, r.drawn)
    listings = winner_listing(sheet.data, r.names, r.futures, r.titles, w)
    grids = [(r.names[name], _by_future(r, name)) for name in BY_FUTURE if name in set(r.table["outcome"])]
    return {"figure": figure(sheet, w("winners_caption"), listings), "grids": grids}


def _by_future(r: Reading, outcome: str) -> Grid:
    rows = r.comparison[(r.comparison["world"] == r.place[0]) & (r.comparison["outcome"] == outcome)]
    names = {future: title for future, title in r.futures.items() if (rows["future"] == future).any()}
    unit = r.words.unit(r.outcomes[outcome].unit, float(rows["difference"].abs().max()))
    return grid_by(rows, "future", names, unit, r.titles, r.words)


def _regret(r: Reading) -> Listing | None:
    """What options lose to the best one of the same world, over all futures."""
    table = worlds.wide(r.world, REGRET)
    if table.empty:
        return None
    found = worlds.regret(table, r.outcomes[REGRET].better)
    over_all = found[found["future"] == worlds.ALL]
    return regret_listing(over_all, r.words.unit(r.outcomes[REGRET].unit), r.futures, r.titles, r.words)


def influences(r: Reading) -> dict[str, Figure] | None:
    """What moves the outcomes, from the tables of a sensitivity analysis; None where none lies beside the runs."""
    found = {}
    for name, draw in (("screening.csv", _tornado), ("indices.csv", _indices)):
        table = r.beside(name)
        if len(table):
            found[name.removesuffix(".csv")] = draw(r, table)
    return found or None


def _tornado(r: Reading, table: pd.DataFrame) -> Figure:
    w = r.words
    sheet = influence.tornado(table, labels(r.drawn), units(r.drawn))
    kinds = {"mu": w("influence_mu"), "mu_star": w("influence_mu_star")}
    return figure(sheet, w("tornado_caption"), influence_listing(table, kinds, {}, r.names, w))


def _indices(r: Reading, table: pd.DataFrame) -> Figure:
    w = r.words
    sheet = influence.indices(table, labels(r.drawn))
    kinds = {"S1": w("influence_S1"), "ST": w("influence_ST")}
    called = {CHANCE: w("influence_chance")}
    return figure(sheet, w("sobol_caption"), influence_listing(table, kinds, called, r.names, w))


def labels(words: Words) -> dict[str, str]:
    """The words of both pictures of influence: names of outcomes, of chance, and the texts that they ask for."""
    keys = (
        "tornado", "tornado_axis", "alt_tornado", "raises", "lowers", "absolute", "sobol", "sobol_axis", "alt_sobol", "S1", "ST",
    )  # fmt: skip
    names = {o.name: words.outcome(o) for o in OUTCOMES}
    return names | {key: words.raw(f"influence_{key}") for key in keys} | {CHANCE: words("influence_chance")}


def units(words: Words) -> dict[str, str]:
    """The unit of each outcome, as it is declared, in words."""
    return {o.name: words.unit_name(o.unit) for o in OUTCOMES}
