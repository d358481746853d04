"""One store read in one language against one baseline: what several sections of the page share, each read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import circle, courses, equity, flows, network, payers, places, ranking
from analysis.assumptions import assumptions
from analysis.comparison import compare
from analysis.figures import cell_maps
from analysis.figures.fonts import drawable
from analysis.figures.style import marks
from analysis.provenance import Option, future_titles, options, overrides
from analysis.report.words import Words
from analysis.store import Store, day_sums, tables
from sim.outcomes import OUTCOMES

PLACE = ("world", "future")
WHOSE = ["strategy", "replicate"]


class Daily(NamedTuple):
    """What the daily tables tell by strategy: time courses, flows of needs, circles; empty without such tables.

    `indices` are those of inequality of every run (analysis.equity.indices), with strategy and replicate.
    `need` is the unmet need of communities of every run (analysis.places.unmet), where the store keeps a map.
    `residents` is the mean number of residents over the days of the first run, None without any.
    """

    bands: pd.DataFrame
    flows: pd.DataFrame
    circle: pd.DataFrame
    indices: pd.DataFrame
    need: pd.DataFrame
    residents: float | None


class Reading:
    """`whole` is the store; `store` its part with the world and the future of the page, `table` the comparison there.

    `words` are for the page, `drawn` for its pictures, which fall back to English where no Chinese font is installed.
    """

    def __init__(self, whole: Store, lang: str, baseline: str, layer: str) -> None:
        self.whole, self.baseline, self.layer = whole, baseline, layer
        self.place = tuple(str(whole.runs[column].iloc[0]) for column in PLACE)
        self.store = replace(whole, runs=self._here(whole.runs))
        self.words, self.drawn = Words(lang), Words(drawable(lang))
        self.options = self._ordered(options(self.store, lang))
        self.titles = {name: option.title for name, option in self.options.items()}
        drawn = self._ordered(options(self.store, self.drawn.lang))
        self.marks = marks({name: option.title for name, option in drawn.items()}, baseline)
        self.outcomes = {o.name: o for o in OUTCOMES}
        self.futures, self.drawn_futures = (future_titles(whole, one) for one in (lang, self.drawn.lang))
        self.names = {o.name: self.words.outcome(o) for o in OUTCOMES}
        self.comparison = compare(whole.runs, baseline)
        self.table = self._here(self.comparison)

    @property
    def baseline_title(self) -> str:
        """The baseline as readers know it."""
        return self.titles[self.baseline]

    @property
    def days(self) -> int:
        """Days of a run."""
        return int(self.store.runs["days"].iloc[0])

    @property
    def reform_day(self) -> int:
        """Day on which options start."""
        return int(self.store.runs["reform_day"].iloc[0])

    @property
    def replicates(self) -> int:
        """The most replicates that any strategy has."""
        return int(self.store.runs.groupby("strategy")["replicate"].nunique().max())

    @property
    def uncertainty(self) -> str:
        """What varied from replicate to replicate besides chance: `none`, `deep`, `ranges` or `posterior`."""
        return str(self.whole.config.get("uncertainty") or "none")

    @property
    def mixed(self) -> bool:
        """Whether the store holds other worlds or futures beside those of the page."""
        return len(self.store.runs) < len(self.whole.runs)

    @property
    def by_street(self) -> bool:
        """Whether the runs of the page kept daily sums by street only."""
        return bool((self.whole.config.get("record") or {}).get("daily") == "street")

    @property
    def communities(self) -> int | None:
        """How many communities the world has, where daily sums do not tell."""
        if not self.by_street:
            return None
        return next((f["community"].nunique() for _, f in tables(self.store, "cells", ["community"])), None)

    @cached_property
    def daily(self) -> Daily:
        """The daily tables, each read once."""
        wanted = sorted({*courses.columns(), *flows.columns(), *circle.columns()})
        lines, ways, states, borne, needed, lived = [], [], [], [], [], []
        residents = None
        name, place = ("streets", "street") if self.by_street else ("daily", "community")
        read = list(dict.fromkeys(["day", place, *wanted, *equity.COLUMNS, *places.COLUMNS]))
        for run, frame in tables(self.store, name, read):
            sums = day_sums(frame, wanted)
            residents = float(sums["residents"].mean()) if residents is None else residents
            lines.append(courses.course(sums))
            ways.append(flows.flow(sums, self.reform_day))
            states.append(circle.state(sums, self.communities or frame[place].nunique(), self.reform_day))
            borne.append(equity.indices(frame, self.reform_day, place))
            needed.append(self._need(frame))
            lived.append((run.strategy, run.replicate))
        if not lines:
            none = pd.DataFrame()
            return Daily(none, none, none, none, none, None)
        told = [_joined(parts, lived) for parts in (lines, ways, states, borne, needed)]
        return Daily(
            courses.bands(told[0]), flows.means(told[1]), circle.means(told[2]), told[3], told[4], residents
        )

    def _need(self, daily: pd.DataFrame) -> pd.DataFrame:
        """The unmet need of communities of one run; empty where no map shows it."""
        if not self.places or self.by_street:
            return pd.DataFrame(columns=["community", "value"])
        return places.unmet(daily, self.reform_day)

    @cached_property
    def places(self) -> tuple[places.Place, ...]:
        """The polygons of communities; none where the store keeps no map."""
        return places.places(self.whole.path)

    @cached_property
    def need_of_places(self) -> pd.DataFrame:
        """Unmet need by community and strategy (analysis.places.differences); empty where no map shows it."""
        need = self.daily.need
        return places.differences(need, self.baseline) if len(need) else pd.DataFrame()

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Levels of the equity gaps by strategy (analysis.equity.gap_levels)."""
        return equity.gap_levels(self.store.runs)

    @cached_property
    def layer_table(self) -> pd.DataFrame:
        """The mapped layer by strategy and cell; empty without tables of cells."""
        columns = sorted({"cell", "community", "x", "y", "residents", cell_maps.LAYERS[self.layer].column})
        parts = [frame.assign(strategy=run.strategy) for run, frame in tables(self.store, "cells", columns)]
        return (
            cell_maps.layer_table(pd.concat(parts, ignore_index=True), self.layer)
            if parts
            else pd.DataFrame()
        )

    @cached_property
    def ledgers(self) -> pd.DataFrame:
        """The ledgers of all runs, each row with its strategy and replicate; empty without ledgers."""
        runs = list(tables(self.store, "ledger", [*payers.COLUMNS, "role", "level", "hours_available"]))
        lived = [(run.strategy, run.replicate) for run, _ in runs]
        return _joined([frame for _, frame in runs], lived) if runs else pd.DataFrame()

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """The ledgers by strategy, replicate and actor kind (analysis.payers.account); empty without ledgers."""
        return payers.account(self.ledgers, WHOSE) if len(self.ledgers) else pd.DataFrame()

    @cached_property
    def ties(self) -> pd.DataFrame:
        """Ties of pairs of institutions by strategy (analysis.network.means); empty where the store holds none."""
        return network.means(
            (run.strategy, frame) for run, frame in tables(self.store, "ties", network.COLUMNS)
        )

    @cached_property
    def who_pays(self) -> pd.DataFrame:
        """Paired differences of the ledgers (analysis.payers.who_pays); empty without ledgers or options."""
        residents = self.daily.residents
        if self.accounts.empty or residents is None:
            return pd.DataFrame()
        return payers.who_pays(self.accounts, self.baseline, residents, self.days, self.reform_day)

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """Ranks in every future of the world of the page (analysis.ranking.ranking)."""
        return ranking.ranking(self.world)

    @property
    def world(self) -> pd.DataFrame:
        """The runs of the world of the page in every future."""
        return self.whole.runs[self.whole.runs["world"] == self.place[0]]

    def beside(self, name: str) -> pd.DataFrame:
        """A table that a command left beside the runs; empty where there is none."""
        path = self.whole.path / name
        return pd.read_csv(path) if path.is_file() else pd.DataFrame()

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """The declared parameters behind the runs of the page."""
        used = {name for option in self.options.values() for name in option.mechanisms}
        return assumptions(used, overrides(self.store))

    def _ordered(self, found: dict[str, Option]) -> dict[str, Option]:
        """The baseline first, the others in the order of the run."""
        return {self.baseline: found[self.baseline], **found}

    def _here(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the page's own world and future."""
        chosen = (rows["world"] == self.place[0]) & (rows["future"] == self.place[1])
        return rows[chosen].reset_index(drop=True)


def _joined(parts: Sequence[pd.DataFrame], lived: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """Tables of single runs as one, each row with its strategy and replicate; these are repeated once for all, not run by run."""
    whose = pd.DataFrame(lived, columns=WHOSE)
    rows = whose.loc[np.repeat(np.arange(len(parts)), [len(part) for part in parts])]
    return pd.concat([pd.concat(parts, ignore_index=True), rows.reset_index(drop=True)], axis=1)
