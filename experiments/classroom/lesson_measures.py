"""What lessons measure, over a window of days of one side: ratios of the daily sums, and a few readings of cases and institutions.

Need, report and indicator are kept apart as everywhere: `scored_on` says which of them a measure reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import CommunityModel

ScoredOn = Literal["need", "report", "residents", "indicator", "institutions"]
Take = Callable[["CommunityModel", int, int], float]
_YEAR: Final = 365.0
_MONTH: Final = 30.0
#: Days within which the service of a case counts as the same, for comparing ratings over time.
_PROMPT: Final = 7.0


@dataclass(frozen=True)
class Measure:
    """One quantity; `take(model, first, last)` gives it over the days `[first, last)`, NaN where nothing was there to measure.

    `whole`: only over the whole evaluation window, from the reform day to the day that the model has reached.
    """

    name: str
    unit: str
    scored_on: ScoredOn
    en: str
    zh: str
    take: Take
    whole: bool = False


def of_sums(above: tuple[str, ...], below: tuple[str, ...], factor: float = 1.0) -> Take:
    """The ratio of daily columns summed over communities and days: `factor · Σ above / Σ below`."""

    def take(model: CommunityModel, first: int, last: int) -> float:
        sums = model.records.sums(first, last)
        over = sum(float(sums[name].sum()) for name in below)
        return factor * sum(float(sums[name].sum()) for name in above) / over if over > 0.0 else float("nan")

    return take


def _per_month(column: str) -> Take:
    def take(model: CommunityModel, first: int, last: int) -> float:
        return _MONTH * float(model.records.sums(first, last)[column].mean())

    return take


def _difference(one: Take, other: Take) -> Take:
    return lambda model, first, last: one(model, first, last) - other(model, first, last)


def _cases(model: CommunityModel, first: int, last: int, by: str = "opened") -> pd.DataFrame:
    from sim.records import cases_table

    cases = cases_table(model.state)
    return cases[(cases[by] >= first) & (cases[by] < last)]


def _convened_days(model: CommunityModel, first: int, last: int) -> float:
    cases = _cases(model, first, last).query("joint and status == 'resolved'")
    return float((cases["closed"] - cases["opened"]).mean())


def _several_days(model: CommunityModel, first: int, last: int) -> float:
    cases = _cases(model, first, last).query("scope > 1 and status == 'resolved'")
    return float((cases["closed"] - cases["opened"]).mean())


def _own_days(model: CommunityModel, first: int, last: int) -> float:
    cases = _cases(model, first, last).query("scope == 1 and status == 'resolved'")
    own = cases[cases["provider"].isin(_departments(model))]
    return float((own["closed"] - own["opened"]).mean())


def _same_service_rating(model: CommunityModel, first: int, last: int) -> float:
    cases = _cases(model, first, last, by="closed").query("confirmed")
    return float(cases.loc[cases["closed"] - cases["opened"] <= _PROMPT, "rating"].mean())


def _departments(model: CommunityModel) -> list[int]:
    """Rows of the street office and of all district departments."""
    from sim.mechanisms.mechanism import departments, rows_of
    from sim.needs import Role

    return [*departments(model.state).tolist(), *rows_of(model.state, Role.STREET_OFFICE).tolist()]


def _convenors(model: CommunityModel) -> list[int]:
    """Rows of the street committee and the street office, which share people."""
    from sim.mechanisms.mechanism import rows_of
    from sim.needs import Role

    return [
        *rows_of(model.state, Role.STREET_COMMITTEE).tolist(),
        *rows_of(model.state, Role.STREET_OFFICE).tolist(),
    ]


def _spent(model: CommunityModel, rows: list[int], *names: str) -> float:
    table, before = model.state.institutions, model.records.marks
    return sum(float((getattr(table, name)[rows] - before[name][rows]).sum()) for name in names)


def _load(model: CommunityModel, first: int, last: int) -> float:
    rows = _convenors(model)
    used = _spent(model, rows, "hours_service", "hours_overhead", "hours_coordination")
    have = _spent(model, rows, "hours_available")
    return used / have if have > 0.0 else float("nan")


def _away(model: CommunityModel, first: int, last: int) -> float:
    spent = _spent(model, _departments(model), "hours_coordination", "hours_overhead")
    return _MONTH * spent / max(1, last - first)


_CLOSED: Final = ("cases_resolved", "cases_given_up", "cases_paper")
_ON_TIME: Final = of_sums(("on_time",), _CLOSED)
_ON_TIME_MET: Final = of_sums(("on_time_met",), _CLOSED)
# fmt: off
_ROWS: Final = (
    ("needs_arisen", "per 1,000 residents and year", "need", "needs that arise", "新产生的需求", of_sums(("needs_arisen",), ("residents",), 1e3 * _YEAR)),
    ("reports", "per 1,000 residents and year", "report", "reports by residents", "居民上报数", of_sums(("reports",), ("residents",), 1e3 * _YEAR)),
    ("unmet_days", "days per resident and year", "need", "days that needs stay unmet", "需求未满足天数", of_sums(("needs_open",), ("residents",), _YEAR)),
    ("open_cases", "per 1,000 residents", "indicator", "open cases", "未结案件", of_sums(("cases_open",), ("residents",), 1e3)),
    ("met_30d", "per need arising", "need", "needs met within 30 days, per need arising", "每项新需求对应的30天内满足数", of_sums(("needs_met_30d",), ("needs_arisen",))),
    ("told_by_offline", "reports per 100 silent need-days", "report", "speed of first reports, residents without digital access", "首次上报速度：无数字接入居民", of_sums(("reports_offline",), ("silent_days_offline",), 100.0)),
    ("told_by_digital", "reports per 100 silent need-days", "report", "speed of first reports, residents with digital access", "首次上报速度：有数字接入居民", of_sums(("reports_digital",), ("silent_days_digital",), 100.0)),
    ("told_by_migrants", "reports per 100 silent need-days", "report", "speed of first reports, migrants", "首次上报速度：外来居民", of_sums(("reports_migrant",), ("silent_days_migrant",), 100.0)),
    ("told_by_locals", "reports per 100 silent need-days", "report", "speed of first reports, locals", "首次上报速度：本地居民", of_sums(("reports_local",), ("silent_days_local",), 100.0)),
    ("unmet_offline", "days per resident and year", "need", "unmet days, residents without digital access", "未满足天数：无数字接入居民", of_sums(("unmet_days_offline",), ("residents_offline",), _YEAR)),
    ("unmet_digital", "days per resident and year", "need", "unmet days, residents with digital access", "未满足天数：有数字接入居民", of_sums(("unmet_days_digital",), ("residents_digital",), _YEAR)),
    ("meetings", "per 30 days", "institutions", "meetings convened", "会商次数", _per_month("meetings")),
    ("convened_share", "share", "institutions", "closed cases that were convened, per case that needed several organizations", "会商办结数与跨部门办结数之比", of_sums(("cases_joint",), ("cases_multi",))),
    ("convened_days", "days", "institutions", "days to close convened cases", "会商案件办结天数", _convened_days),
    ("several_days", "days", "institutions", "days to close cases that need several organizations", "跨部门案件办结天数", _several_days),
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
)
_WHOLE: Final = (
    ("convenor_load", "share", "institutions", "hours used of hours had, street committee and street office", "街道党工委与街道办已用工时占可用工时", _load),
    ("hours_away", "hours per 30 days", "institutions", "hours of departments and street office in meetings and on standby", "部门与街道办用于会商和待命的工时", _away),
)
# fmt: on


def _registry() -> dict[str, Measure]:
    made = [Measure(name, unit, on, en, zh, take) for name, unit, on, en, zh, take in _ROWS]  # type: ignore[arg-type]
    made += [Measure(name, unit, on, en, zh, take, True) for name, unit, on, en, zh, take in _WHOLE]  # type: ignore[arg-type]
    return {measure.name: measure for measure in made}


#: All measures by name.
MEASURES: Final = _registry()
