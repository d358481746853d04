"""What lessons measure, over a window of days of one side: ratios of the daily sums, and a few readings of cases and institutions.

Need, report and indicator are kept apart as everywhere: `scored_on` says which of them a measure reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from scenarios.units import unit_in
from sim.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import CommunityModel

ScoredOn = Literal["need", "report", "residents", "indicator", "institutions"]
Take = Callable[["Observed", int, int], float]
_YEAR: Final = 365.0
_MONTH: Final = 30.0
#: Days within which the service of a case counts as the same, for comparing ratings over time.
_PROMPT: Final = 7.0


@dataclass(frozen=True)
class Measure:
    """One quantity; `take(observed, first, last)` gives it over the days `[first, last)`, NaN where nothing was there to measure."""

    name: str
    unit: str
    unit_zh: str
    scored_on: ScoredOn
    en: str
    zh: str
    take: Take


class Observed:
    """A model under observation. Institutions keep running totals only, so these are noted at the end of every day.

    Raises ConfigError when a window reaches beyond the days that were lived under observation.
    """

    def __init__(self, model: CommunityModel) -> None:
        self.model = model
        self._rows = (_convenors(model), _departments(model))
        self._first, self._noted = model.day, [self._totals()]

    def live(self, until: int) -> Observed:
        """Live on until the morning of day `until`."""
        self.model.run(until, lambda _: self.note())
        return self

    def note(self) -> None:
        """Note the totals of a day; to be called once after each `step`."""
        self._noted.append(self._totals())

    def sum(self, column: str, first: int, last: int) -> float:
        """A daily column summed over communities and the days `[first, last)`."""
        self._judge(first, last)
        return float(self.model.records.sums(first, last)[column].sum())

    def cases(self, first: int, last: int, by: str = "opened") -> pd.DataFrame:
        """The cases opened, or closed, in `[first, last)`."""
        self._judge(first, last)
        cases = self.model.tables()["cases"]
        return cases[(cases[by] >= first) & (cases[by] < last)]

    def departments(self) -> list[int]:
        """Rows of the street office and of all district departments."""
        return self._rows[1]

    def hours(self, first: int, last: int) -> tuple[float, float, float]:
        """Hours that convenors used and had, and that departments spent in meetings and on standby, in `[first, last)`."""
        self._judge(first, last)
        spent = self._noted[last - self._first] - self._noted[first - self._first]
        return float(spent[0]), float(spent[1]), float(spent[2])

    def _totals(self) -> np.ndarray:
        t, (convenors, called) = self.model.state.institutions, self._rows
        used = t.hours_service[convenors] + t.hours_overhead[convenors] + t.hours_coordination[convenors]
        away = t.hours_coordination[called] + t.hours_overhead[called]
        return np.array([used.sum(), t.hours_available[convenors].sum(), away.sum()])

    def _judge(self, first: int, last: int) -> None:
        until = self._first + len(self._noted) - 1
        if not self._first <= first < last <= until:
            raise ConfigError(
                f"days {first} to {last} were not observed: observation reaches from day {self._first} to day {until}"
            )


def of_sums(above: tuple[str, ...], below: tuple[str, ...], factor: float = 1.0) -> Take:
    """The ratio of daily columns summed over communities and days: `factor · Σ above / Σ below`."""

    def take(observed: Observed, first: int, last: int) -> float:
        over = sum(observed.sum(name, first, last) for name in below)
        return (
            factor * sum(observed.sum(name, first, last) for name in above) / over
            if over > 0.0
            else float("nan")
        )

    return take


def _speed(group: str) -> Take:
    """First reports of a group per 100 days that needs of its members pass in silence."""
    return of_sums((f"reports_{group}",), (f"silent_days_{group}",), 100.0)


def _per_month(column: str) -> Take:
    return lambda observed, first, last: _MONTH * observed.sum(column, first, last) / (last - first)


def _difference(one: Take, other: Take) -> Take:
    return lambda observed, first, last: one(observed, first, last) - other(observed, first, last)


def _days_to_close(which: str) -> Take:
    """Mean days from opening to closing of the resolved cases that a query keeps."""

    def take(observed: Observed, first: int, last: int) -> float:
        cases = observed.cases(first, last).query(f"status == 'resolved' and {which}")
        return float((cases["closed"] - cases["opened"]).mean())

    return take


def _own_days(observed: Observed, first: int, last: int) -> float:
    cases = observed.cases(first, last).query("scope == 1 and status == 'resolved'")
    own = cases[cases["provider"].isin(observed.departments())]
    return float((own["closed"] - own["opened"]).mean())


def _same_service_rating(observed: Observed, first: int, last: int) -> float:
    cases = observed.cases(first, last, by="closed").query("confirmed")
    return float(cases.loc[cases["closed"] - cases["opened"] <= _PROMPT, "rating"].mean())


def _load(observed: Observed, first: int, last: int) -> float:
    used, had, _ = observed.hours(first, last)
    return used / had if had > 0.0 else float("nan")


def _away(observed: Observed, first: int, last: int) -> float:
    return _MONTH * observed.hours(first, last)[2] / (last - first)


def _departments(model: CommunityModel) -> list[int]:
    from sim.mechanisms.mechanism import departments, rows_of
    from sim.needs import Role

    return [*departments(model.state).tolist(), *rows_of(model.state, Role.STREET_OFFICE).tolist()]


def _convenors(model: CommunityModel) -> list[int]:
    """Rows of the street committee and the street office, which share people."""
    from sim.mechanisms.mechanism import rows_of
    from sim.needs import Role

    roles = (Role.STREET_COMMITTEE, Role.STREET_OFFICE)
    return [row for role in roles for row in rows_of(model.state, role).tolist()]


_CLOSED: Final = ("cases_resolved", "cases_given_up", "cases_paper")
_ON_TIME: Final = of_sums(("on_time",), _CLOSED)
_ON_TIME_MET: Final = of_sums(("on_time_met",), _CLOSED)
# fmt: off
_ROWS: Final = (
    ("needs_arisen", "per 1,000 residents and year", "need", "needs that arise", "新产生的需求", of_sums(("needs_arisen",), ("residents",), 1e3 * _YEAR)),
    ("reports", "per 1,000 residents and year", "report", "reports by residents", "居民上报数", of_sums(("reports",), ("residents",), 1e3 * _YEAR)),
    ("unmet_days", "days per resident and year", "need", "days that needs stay unmet", "需求未满足天数", of_sums(("needs_open",), ("residents",), _YEAR)),
    ("open_cases", "per 1,000 residents", "indicator", "open cases", "未结案件", of_sums(("cases_open",), ("residents",), 1e3)),
    ("met_30d", "per need arising", "need", "needs met within 30 days, per need arising", "每项新需求对应的 30 天内满足数", of_sums(("needs_met_30d",), ("needs_arisen",))),
    ("told_by_offline", "reports per 100 silent need-days", "report", "speed of first reports, residents without digital access", "首次上报速度：无数字接入居民", _speed("offline")),
    ("told_by_digital", "reports per 100 silent need-days", "report", "speed of first reports, residents with digital access", "首次上报速度：有数字接入居民", _speed("digital")),
    ("told_by_migrants", "reports per 100 silent need-days", "report", "speed of first reports, migrants", "首次上报速度：外来居民", _speed("migrant")),
    ("told_by_locals", "reports per 100 silent need-days", "report", "speed of first reports, locals", "首次上报速度：本地居民", _speed("local")),
    ("unmet_offline", "days per resident and year", "need", "unmet days, residents without digital access", "未满足天数：无数字接入居民", of_sums(("unmet_days_offline",), ("residents_offline",), _YEAR)),
    ("unmet_digital", "days per resident and year", "need", "unmet days, residents with digital access", "未满足天数：有数字接入居民", of_sums(("unmet_days_digital",), ("residents_digital",), _YEAR)),
    ("meetings", "per 30 days", "institutions", "meetings convened", "会商次数", _per_month("meetings")),
    ("convened_share", "share", "institutions", "closed cases that were convened, per case that needed several organizations", "会商办结数与跨部门办结数之比", of_sums(("cases_joint",), ("cases_multi",))),
    ("convened_days", "days", "institutions", "days to close convened cases", "会商案件办结天数", _days_to_close("joint")),
    ("several_days", "days", "institutions", "days to close cases that need several organizations", "跨部门案件办结天数", _days_to_close("scope > 1")),
    ("own_days", "days", "institutions", "days to close departments' own simple cases", "部门本职简单案件办结天数", _own_days),
    ("indicator_on_time", "share of closures", "indicator", "closures recorded as done on time", "记录为按期办结的比例", _ON_TIME),
    ("met_on_time", "share of closures", "need", "closures whose need was met on time", "需求按期得到满足的比例", _ON_TIME_MET),
    ("paper_gap", "share of closures", "indicator", "recorded on time without the need being met on time", "记录按期而需求未按期满足的比例", _difference(_ON_TIME, _ON_TIME_MET)),
    ("paper_share", "share of closures", "indicator", "closures on paper only", "纸面办结的比例", of_sums(("cases_paper",), _CLOSED)),
    ("satisfaction", "0-100", "residents", "survey satisfaction of all residents", "全体居民满意度", of_sums(("satisfaction_sum",), ("residents",), 100.0)),
    ("same_service_rating", "0-1", "residents", "rating of cases solved within seven days", "七天内解决的案件评分", _same_service_rating),
    ("case_rating", "0-1", "indicator", "mean rating of closed cases", "办件评分", of_sums(("rating_sum",), ("rated",))),
    ("volunteers", "share of adults", "residents", "adults who volunteer in a week", "当周参加志愿服务的成年人比例", of_sums(("volunteers",), ("adults",))),
    ("social_capital", "0-1", "residents", "social capital of cells", "网格社会资本", of_sums(("social_capital_sum",), ("cells",))),
    ("convenor_load", "share", "institutions", "hours used of hours had, street committee and street office", "街道党工委与街道办已用工时占可用工时", _load),
    ("hours_away", "hours per 30 days", "institutions", "hours of departments and street office in meetings and on standby", "部门与街道办用于会商和待命的工时", _away),
)
# fmt: on


def _registry() -> dict[str, Measure]:
    made = (Measure(name, unit, unit_in("zh", unit), *rest) for name, unit, *rest in _ROWS)  # type: ignore[arg-type]
    return {measure.name: measure for measure in made}


#: All measures by name.
MEASURES: Final = _registry()
