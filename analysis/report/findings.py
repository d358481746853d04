"""The sentences on top of the report, generated from the comparison and claiming nothing beyond its intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from analysis.numbers import with_interval
from analysis.report.words import Unit, Words
from sim.outcomes import Outcome

DECIDED = ("better", "worse", "higher", "lower")
INDICATOR, NEED = "resolution_rate", "needs_met_30d"
COSTS = ("hours_total", "money_total")
SIGNIFICANT = 0.05
MOST_NAMED = 3
#: Kinds of uncertainty under which what nobody has measured varies from replicate to replicate.
DRAWS_DEEP = ("deep", "ranges")


class Finding(NamedTuple):
    """One sentence: what it is about, and what is found."""

    lead: str
    text: str


class Findings:
    """Writes sentences about one comparison `table`; `titles` are the names of strategies for readers."""

    def __init__(
        self, table: pd.DataFrame, outcomes: Mapping[str, Outcome], titles: Mapping[str, str], words: Words
    ) -> None:
        self.table, self.outcomes, self.titles, self.words = table, outcomes, titles, words

    def sentences(self) -> list[Finding]:
        """At most four: unmet need, satisfaction, cost, and whether record and need part company."""
        cost = [found for found in map(self.about, COSTS) if found]
        both = (
            Finding(cost[0].lead, " ".join([cost[0].text, *(f"{f.lead} {f.text}" for f in cost[1:])]))
            if cost
            else None
        )
        found = (self.about("unmet_need_days"), self.about("satisfaction"), both, self.divergence())
        return [sentence for sentence in found if sentence]

    def about(self, name: str, key: str = "finding", lead: str = "") -> Finding | None:
        """In how many options an outcome falls, rises or stays undecided, with estimates; None when it is not compared."""
        rows = self.table[(self.table["outcome"] == name) & (self.table["replicates"] > 0)]
        if rows.empty or name not in self.outcomes:
            return None
        unit = self.words.unit(rows["unit"].iloc[0], float(rows["difference"].abs().max()))
        decided = rows["verdict"].isin(DECIDED)
        parts = [
            self._moved("part_lower", rows[decided & (rows["difference"] < 0)], len(rows), unit),
            self._moved("part_higher", rows[decided & (rows["difference"] > 0)], len(rows), unit),
            self._single(rows[rows["verdict"] == "single"], unit),
            self._undecided(rows[rows["verdict"] == "undecided"], len(rows)),
            self._equal(rows[rows["verdict"] == "equal"], len(rows)),
        ]
        joined = self.words("finding_joint").join(part for part in parts if part)
        return Finding(
            lead or self.words.outcome(self.outcomes[name]),
            self.words(key, unit=unit.difference, parts=joined),
        )

    def divergence(self) -> Finding | None:
        """Options under which the record improves while need does not; else how the gap between the two moves."""
        record, need = (
            self.table[self.table["outcome"] == name].set_index("strategy") for name in (INDICATOR, NEED)
        )
        rises = [s for s in record.index if record.loc[s, "ci_low"] > 0]
        apart = [s for s in rises if s in need.index and not need.loc[s, "ci_low"] > 0]
        if not apart:
            return self.about("gaming_gap", "no_divergence", self.words("lead_gap"))
        falls = any(need.loc[s, "ci_high"] < 0 for s in apart)
        said = self.words(
            "divergence", names=self._names(apart), indicator=self.words.outcome(self.outcomes[INDICATOR]),
            need=self.words.outcome(self.outcomes[NEED]), need_word=self.words("need_worse" if falls else "need_undecided"),
        )  # fmt: skip
        return Finding(self.words("lead_divergence"), said)

    def uses_dagger(self) -> bool:
        """Whether a sentence carries the mark of a difference that Holm's correction does not leave significant."""
        return any("†" in found.text for found in self.sentences())

    def _moved(self, key: str, rows: pd.DataFrame, count: int, unit: Unit) -> str:
        if rows.empty:
            return ""
        if len(rows) <= MOST_NAMED:
            detail = self.words("estimate_joint").join(
                self._estimate(row, unit) for _, row in rows.iterrows()
            )
        else:
            ends = rows.loc[[rows["difference"].abs().idxmin(), rows["difference"].abs().idxmax()]]
            first, last = (self._estimate(row, unit) for _, row in ends.iterrows())
            detail = self.words("estimates_range", first=first, last=last)
        return self.words(key, count=len(rows), all=count, detail=detail)

    def _single(self, rows: pd.DataFrame, unit: Unit) -> str:
        if rows.empty:
            return ""
        shown = rows.head(MOST_NAMED)
        detail = self.words("estimate_joint").join(self._estimate(row, unit) for _, row in shown.iterrows())
        return self.words("part_single", detail=detail + ("…" if len(rows) > MOST_NAMED else ""))

    def _undecided(self, rows: pd.DataFrame, count: int) -> str:
        if rows.empty:
            return ""
        if len(rows) == count and count > 1:
            return self.words("part_undecided_all")
        if len(rows) > MOST_NAMED:
            return self.words("part_undecided_many", count=len(rows), all=count)
        return self.words("part_undecided", names=self._names(rows["strategy"]))

    def _equal(self, rows: pd.DataFrame, count: int) -> str:
        if len(rows) == count and count > 1:
            return self.words("part_equal_all")
        return "" if rows.empty else self.words("part_equal", names=self._names(rows["strategy"]))

    def _names(self, strategies: object) -> str:
        return self.words.joined([f"“{self.titles[s]}”" for s in strategies])  # type: ignore[attr-defined]

    def _estimate(self, row: pd.Series, unit: Unit) -> str:
        value, low, high = with_interval(*(row[c] * unit.factor for c in ("difference", "ci_low", "ci_high")))
        name = f"“{self.titles[row['strategy']]}”"
        if row["verdict"] == "single":
            return self.words("estimate_single", name=name, difference=value)
        mark = "†" if row["p_holm"] >= SIGNIFICANT else ""
        return self.words("estimate", name=name, difference=value, low=low, high=high) + mark


def rests_on(parameters: pd.DataFrame, uncertainty: str, words: Words) -> Finding:
    """How many parameters are judged or placeholders, and that no ranking is claimed while unmeasured ones stand still."""
    grades = parameters["grade"].value_counts()
    judged, placeholder = (int(grades.get(grade, 0)) for grade in ("judgement", "placeholder"))
    gaps: dict[str, object] = {"judged": judged, "placeholder": placeholder, "all": len(parameters)}
    deep = parameters[parameters["deep"].astype(bool)]
    if deep.empty:
        return Finding(words("lead_rests"), words("rests_no_deep", **gaps))
    key = "rests_drawn" if uncertainty in DRAWS_DEEP else "rests"
    return Finding(words("lead_rests"), words(key, **gaps, deep=len(deep), example=deep[words.lang].iloc[0]))
