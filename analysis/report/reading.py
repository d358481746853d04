"""One store read in one language against one baseline: what several sections of the page share, each read once."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd

from analysis import courses, equity, payers
from analysis.assumptions import assumptions
from analysis.comparison import compare
from analysis.figures import cell_maps
from analysis.figures.fonts import drawable
from analysis.figures.style import marks
from analysis.provenance import Option, options, overrides
from analysis.report.words import Words
from analysis.store import Store, day_sums, tables
from sim.outcomes import OUTCOMES

PLACE = ("world", "future")


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
    def mixed(self) -> bool:
        """Whether the store holds other worlds or futures beside those of the page."""
        return len(self.store.runs) < len(self.whole.runs)

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Time courses by strategy (analysis.courses.bands); empty without daily tables."""
        lines = []
        for run, frame in tables(self.store, "daily", ["day", *courses.columns()]):
            course = courses.course(day_sums(frame, courses.columns()))
            lines.append(course.assign(strategy=run.strategy, replicate=run.replicate))
        return courses.bands(pd.concat(lines, ignore_index=True)) if lines else pd.DataFrame()

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Levels of the equity gaps by strategy (analysis.equity.gap_levels)."""
        return equity.gap_levels(self.store.runs)

    @cached_property
    def residents(self) -> float | None:
        """Mean number of residents over the days of the first run that has a daily table."""
        for _, frame in tables(self.store, "daily", ["day", "residents"]):
            return float(day_sums(frame, ["residents"])["residents"].mean())
        return None

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
    def who_pays(self) -> pd.DataFrame:
        """Paired differences of the ledgers (analysis.payers.who_pays); empty without ledgers or options."""
        parts = [
            payers.account(frame).assign(strategy=run.strategy, replicate=run.replicate)
            for run, frame in tables(self.store, "ledger", payers.COLUMNS)
        ]
        if not parts or self.residents is None:
            return pd.DataFrame()
        accounts = pd.concat(parts, ignore_index=True)
        return payers.who_pays(accounts, self.baseline, self.residents, self.days, self.reform_day)

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
