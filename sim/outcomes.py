"""The glossary of outcomes and how each is computed from the sums and counts of a run.

Every outcome says on what it is scored: need, residents' own judgement, indicator (what the administration records about
reports), institutions, cost. The three are never mixed; composite readings stand last. `magnitude` rows compare the model with
evidence and are no goals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from sim.errors import ConfigError
from sim.needs import CHAINS, GROUPS, NAMES_EN, NAMES_ZH, Category
from sim.parameters import parameter
from sim.past import ClosedCases, EndedNeeds, all_cases, all_needs
from sim.records import PAIRS, SCATTERED, SPLITS
from sim.survival import quantiles, reached, restricted_means, short_waits
from sim.tables import Array
from sim.threads import each

if TYPE_CHECKING:
    from sim.records import Records
    from sim.state import State

ScoredOn = Literal["need", "residents", "indicator", "institutions", "cost", "composite", "magnitude"]
_PROMPT_DAYS = 30.0
_EQUITY_DAYS = 60.0
_WEEK_DAYS = 7.0
_DAYS_PER_YEAR = 365.0
_POINTS_OF_FIVE = 4.0  # a five-point scale runs over four points, from 1 to 5
_UNITS_IN_CIRCLE = 5.0  # property firm, public unit, state firm, private firm, social organization


# fmt: off
class CostParameters(NamedTuple):
    """What makes hours and money one sum."""

    hour_price: float = parameter(31.0, unit="CNY per hour", low=0.0, high=125.0, source="EV-CN-WAGE-CW: 90,000 CNY a year over 365 days of 8 hours", grade="judgement",
        en="price of an hour of meetings and programmes; 0: the staff is paid anyway; 125: staff of whom a quarter is free must replace it",
        zh="会商与项目工时的单价；0 表示人员本已付薪，125 表示须另聘（仅四分之一工时可用）者补足")
# fmt: on


@dataclass(frozen=True)
class Outcome:
    """One row of the glossary; `better` is the direction that most would call better, or "" where none is implied."""

    name: str
    unit: str
    scored_on: ScoredOn
    better: Literal["low", "high", "zero", ""]
    en: str
    zh: str
    headline: bool = False


# fmt: off
_ROWS: Final = (
    ("unmet_need_days", "days per resident and year", "need", "low", "days that needs stay unmet, per resident and year (G1)", "人均年未满足需求天数", True),
    ("needs_met_30d", "share", "need", "high", "share of needs met within 30 days of arising", "30天内得到满足的需求比例", True),
    ("satisfaction", "0-100", "residents", "high", "survey satisfaction of all residents (G2)", "全体居民满意度", True),
    ("gain", "0-100", "residents", "high", "sense of gain (G3)", "获得感", False),
    ("security", "0-100", "residents", "high", "sense of security (G3)", "安全感", False),
    ("happiness", "0-100", "residents", "high", "sense of happiness (G3)", "幸福感", False),
    ("trust", "0-1", "residents", "high", "trust in those who govern", "信任", True),
    ("participation", "0-1", "residents", "high", "share of adults who volunteer in a week", "志愿参与率", False),
    ("gap_migrant", "days per need", "need", "low", "unmet days within 60 days of arising, equal needs compared: migrants minus locals (H2, H4)", "同类需求产生后60天内未满足天数之差：外来减本地", True),
    ("gap_age", "days per need", "need", "low", "unmet days within 60 days of arising, equal needs compared: 60 and older minus younger", "同类需求产生后60天内未满足天数之差：老年减其他", False),
    ("gap_income", "days per need", "need", "low", "unmet days within 60 days of arising, equal needs compared: low incomes minus others", "同类需求产生后60天内未满足天数之差：低收入减其他", False),
    ("gap_digital", "days per need", "need", "low", "unmet days within 60 days of arising, equal needs compared: without digital access minus with (H2)", "同类需求产生后60天内未满足天数之差：无数字接入减有接入", True),
    ("disorder", "0-1", "need", "low", "mean disorder of cells", "失序程度", False),
    ("conflicts_per_10k", "per 10,000 residents and year", "need", "low", "disputes that escalated", "每万人年升级冲突数", False),
    ("resolution_rate", "share", "indicator", "", "closed cases recorded as solved", "诉求解决率（记录）", True),
    ("on_time_rate", "share", "indicator", "", "closed cases recorded as done within the deadline", "按期办结率（记录）", False),
    ("response_days_p50", "days", "indicator", "", "median days until the right handler accepts a case", "响应时间中位数", False),
    ("response_days_p90", "days", "indicator", "", "ninth decile of days until the right handler accepts a case", "响应时间九成分位", False),
    ("reopening_rate", "share", "indicator", "", "openings that are reopenings", "重启率", False),
    ("case_rating", "0-1", "indicator", "", "mean rating of closed cases by who reported", "办件评分", True),
    ("backlog", "cases per 10,000 residents", "indicator", "low", "open cases", "每万人未结案件", False),
    ("gaming_gap", "share", "indicator", "zero", "recorded minus confirmed share of solved cases", "记录解决率与实际解决率之差", True),
    ("actors_effective", "actor kinds", "institutions", "", "effective number of actor kinds by hours worked (B1)", "有效治理主体数", False),
    ("alignment_mean", "0-1", "institutions", "", "mean alignment with the common goal (B2)", "目标一致度均值", False),
    ("alignment_spread", "0-1", "institutions", "", "spread of alignment (B2)", "目标一致度离散度", False),
    ("tie_density", "0-1", "institutions", "", "mean tie strength (B3)", "网络密度", False),
    ("tie_centralization", "0-1", "institutions", "", "degree centralization of ties (B3)", "网络集中度", False),
    ("tie_reciprocity", "0-1", "institutions", "", "reciprocity of ties (B3)", "网络互惠性", False),
    ("joint_share", "share", "institutions", "", "closed cases that were convened (B3)", "联合办理比例", False),
    ("pooled_share", "share", "institutions", "", "work hours that were lent (B4)", "共享工时比例", False),
    ("idle_share", "share", "institutions", "", "service hours left idle (B4)", "闲置工时比例", False),
    ("rule_share", "share", "institutions", "", "cases handled by rule (B5)", "依规办理比例", False),
    ("digital_share", "share", "institutions", "", "reports by platform (B5)", "数字渠道比例", False),
    ("skill_mean", "1", "institutions", "", "skill of who does the work (B5)", "平均技能", False),
    ("leadership_height", "levels", "institutions", "", "mean level at which party leadership enters, over multi-organization cases (E1)", "党建引领介入层级", False),
    ("coverage_depth", "share", "institutions", "", "firms and units that are members of the party network (E2)", "组织覆盖率", False),
    ("coordination_breadth", "actor kinds", "institutions", "", "actor kinds at the table per meeting (E3)", "协同主体数", False),
    ("coordination_strength", "cases per hour", "institutions", "", "resolved multi-organization cases per hour of coordination (E4)", "协同强度", False),
    ("handovers_mean", "hand-overs per case", "institutions", "", "hand-overs per opened case", "平均移交次数", False),
    ("refusal_rate", "share", "institutions", "", "hand-overs refused", "拒收率", False),
    ("hours_total", "hours per 1,000 residents and year", "cost", "low", "hours worked, met, and spent on programmes", "每千人年总工时", True),
    ("hours_coordination", "hours per 1,000 residents and year", "cost", "low", "hours in meetings and for programmes", "每千人年协调工时", True),
    ("money_total", "CNY per resident and year", "cost", "low", "money spent, wages included", "人均年支出", True),
    ("programme_cost", "CNY per resident and year", "cost", "low", "cost of the reform: hours of meetings and programmes at their price, and money of mechanisms", "人均年改革成本：工时按单价折算，加项目经费", False),
    ("cost_per_need_met", "CNY per need", "cost", "low", "money spent per need met", "每满足一项需求的支出", False),
    ("burnout", "0-1", "cost", "low", "mean burnout of institutions", "倦怠程度", False),
    ("needs_rate", "per 1,000 residents and year", "magnitude", "", "needs arising", "需求产生率", False),
    ("reports_rate", "per 1,000 residents and year", "magnitude", "", "reports by residents", "上报率", False),
    ("confirmed_rate", "share", "magnitude", "", "closed cases whose resident confirms a solution", "居民确认解决率", False),
    ("rated_well_rate", "share", "magnitude", "", "closed cases rated well", "满意评价率", False),
    ("satisfaction_spread", "points of 5", "magnitude", "", "spread of satisfaction over residents", "满意度离散度", False),
    ("utilisation", "share", "magnitude", "", "service hours used, institutions of the case chains", "办件机构负荷率", False),
    ("utilisation_critical", "share", "magnitude", "", "service hours used, busiest first handler", "最忙机构负荷率", False),
    ("voice_ratio", "ratio", "magnitude", "", "speed of reporting: with digital access over without", "上报速度比：有接入比无接入", False),
    ("volunteers_year", "share", "magnitude", "", "adults who volunteer at least once a year", "年志愿参与率", False),
    *(
        (f"close_days_{k.name.lower()}", "days", "magnitude", "", f"median days to close: {NAMES_EN[k]}", f"办结时间中位数：{NAMES_ZH[k]}", False)
        for k in Category
    ),
    *(
        (f"close_days_p90_{k.name.lower()}", "days", "magnitude", "", f"ninth decile of days to close: {NAMES_EN[k]}", f"办结时间九成分位：{NAMES_ZH[k]}", False)
        for k in Category
    ),
    ("close_spread", "1 (spread of logs)", "magnitude", "", "spread of log time to close within categories", "办结时间对数离散度", False),
    ("close_spread_pooled", "1 (spread of logs)", "magnitude", "", "spread of log time to close, all categories pooled", "全部类别办结时间对数离散度", False),
    ("closed_7d", "share", "magnitude", "", "cases closed within seven days of opening", "7天内办结比例", False),
    ("arrivals_dispersion", "1", "magnitude", "", "variance over mean of daily needs of a community", "日需求方差均值比", False),
    ("reports_dispersion", "1", "magnitude", "", "excess variance over squared mean of daily reports of a community (1/k of a negative binomial)", "日上报超额方差与均值平方之比", False),
    ("warmth", "0-100", "composite", "", "warmth: mean of satisfaction and trust (G4)", "温度", False),
    ("height", "0-100", "composite", "", "height: mean of coverage and of the share of closed cases that were handled jointly (G4)", "高度", False),
    ("force", "0-100", "composite", "", "force: mean of used service hours and freedom from burnout (G4)", "力度", False),
    ("effect", "0-100", "composite", "", "effect: mean of needs met within 30 days and confirmed cases (G4)", "效度", False),
)
# fmt: on
OUTCOMES: Final = tuple(Outcome(*row) for row in _ROWS)  # type: ignore[arg-type]


def outcomes(state: State, records: Records, first: int) -> dict[str, float]:
    """All outcomes over the days `[first, today)`, by name, in the order of the glossary.

    Raises ConfigError while the window is empty. A ratio whose denominator is empty (no case closed, no meeting held) is NaN.
    """
    if records.days <= first:
        raise ConfigError(
            f"no day of the evaluation window has been lived: it begins on day {first}, and today is day {records.days}"
        )
    s = {name: float(values.sum()) for name, values in records.sums(first).items()}
    days = records.days - first
    people = s["residents"] / days
    found = (
        _need(s, state, first, people, days)
        | _residents(s, days)
        | _indicators(s, state, first, people, days)
        | _institutions(s)
        | _costs(s, people, days, state.parameters.cost.hour_price)
        | _magnitudes(s, state, records, first, people, days)
    )
    found |= _composites(found)
    return {o.name: float(found[o.name]) for o in OUTCOMES}


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0.0 else float("nan")


def _per_year(total: float, people: float, days: int, per: float) -> float:
    return _ratio(total * per * _DAYS_PER_YEAR, people * days)


def _need(s: dict[str, float], state: State, first: int, people: float, days: int) -> dict[str, float]:
    end = first + days
    tables = list(all_needs(state, first))
    asked = prompt = 0.0
    for t in tables:
        due = t.day < end - _PROMPT_DAYS
        asked += float(due.sum())
        prompt += float((due & (t.end == 1) & (t.lasted <= _PROMPT_DAYS)).sum())
    return _gaps(state, tables, end) | {
        "unmet_need_days": _per_year(s["needs_open"], people, days, 1.0),
        "needs_met_30d": _ratio(prompt, asked),
        "disorder": _ratio(s["disorder_sum"], s["cells"]),
        "conflicts_per_10k": _per_year(s["conflicts"], people, days, 1e4),
    }


def _gaps(state: State, needs: Sequence[EndedNeeds], end: int) -> dict[str, float]:
    """Equity on need: unmet days within 60 days of arising, disadvantaged minus advantaged, equal need compared with equal need.

    Restricted means by the Kaplan-Meier estimator (moving away and the end of the run censor), within categories, weighted by the
    category mix of all residents, so that neither the kind of need nor turnover passes for treatment.
    """
    found = each(state, Category, lambda k: _unmet_days(state, needs, end, k))
    gaps = {}
    for name, (a, b) in PAIRS.items():
        total = weight = 0.0
        for arisen, means in found:
            gap = means[a] - means[b]
            if np.isfinite(gap):
                total, weight = total + arisen * gap, weight + arisen
        gaps[name] = _ratio(total, weight)
    return gaps


def _unmet_days(
    state: State, needs: Sequence[EndedNeeds], end: int, category: Category
) -> tuple[float, dict[str, float]]:
    """How many needs of a category arose in the window, and the restricted mean of each equity split."""
    arisen, waits = np.zeros(GROUPS, np.int64), []
    for t in needs:
        rows = np.flatnonzero((t.category == int(category)) & (t.day < end))
        ends, groups = t.end[rows], t.group[rows]
        arisen += np.bincount(groups, minlength=GROUPS)
        waits.append(short_waits(t.lasted[rows], (ends == 1) | (ends == 2), groups, _EQUITY_DAYS))
    means = restricted_means(np.concatenate(waits), arisen, state.fixed.splits > 0.0, _EQUITY_DAYS)
    return float(arisen.sum()), dict(zip(SPLITS, means, strict=True))


def _residents(s: dict[str, float], days: int) -> dict[str, float]:
    everyone = s["residents"]
    senses = {
        name: 100.0 * _ratio(s[f"{name}_sum"], everyone)
        for name in ("satisfaction", "gain", "security", "happiness")
    }
    return senses | {
        "trust": _ratio(s["trust_sum"], everyone),
        "participation": _ratio(s["volunteers"], s["adults"]),
    }


def _indicators(s: dict[str, float], state: State, first: int, people: float, days: int) -> dict[str, float]:
    closed = s["cases_resolved"] + s["cases_given_up"] + s["cases_paper"]
    waits, answered = _joined(_response(t, first, first + days) for t in all_cases(state, first))
    median, late = quantiles(waits, answered, (0.5, 0.9))
    return {
        "resolution_rate": _ratio(s["cases_confirmed"] + s["cases_paper"], closed),
        "on_time_rate": _ratio(s["on_time"], closed),
        "response_days_p50": median,
        "response_days_p90": late,
        "reopening_rate": _ratio(s["cases_reopened"], s["cases_opened"]),
        "case_rating": _ratio(s["rating_sum"], s["rated"]),
        "backlog": _ratio(s["cases_open"] * 1e4, people * days),
        "gaming_gap": _ratio(s["cases_paper"], closed),
    }


def _joined(parts: Iterable[tuple[Array, ...]]) -> list[Array]:
    """The columns of several tables, each as one array. What is kept of a city's cases has few columns here, for it has millions."""
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _response(cases: ClosedCases, first: int, end: int) -> tuple[Array, Array]:
    """Days until acceptance of the cases opened in the window, and whether it has happened."""
    rows = np.flatnonzero((cases.opened >= first) & (cases.opened < end))
    opened, responded, closed = cases.opened[rows], cases.responded[rows], cases.closed[rows]
    happened = (responded >= 0.0) & (responded < end)
    last_seen = np.where(closed >= 0.0, np.minimum(closed, end), float(end))
    return np.where(happened, responded, np.maximum(last_seen, opened)) - opened, happened


def _institutions(s: dict[str, float]) -> dict[str, float]:
    hours = np.array(
        [
            s[f"hours_{a}"]
            for a in ("party", "government", "self_governing", "social", "enterprise", "residents")
        ]
    )
    closed = s["cases_resolved"] + s["cases_given_up"] + s["cases_paper"]
    mean = _ratio(s["alignment_sum"], s["circle"])
    surveys = s["cells"] and s["circle"]
    circles = s["circle"] / 30.0
    return {
        "actors_effective": _ratio(float(hours.sum() ** 2), float((hours**2).sum())),
        "alignment_mean": mean,
        "alignment_spread": float(np.sqrt(max(0.0, _ratio(s["alignment_sq_sum"], s["circle"]) - mean**2))),
        "tie_density": _ratio(s["tie_density"], circles),
        "tie_centralization": _ratio(s["tie_centralization"], circles),
        "tie_reciprocity": _ratio(s["tie_reciprocity"], circles),
        "joint_share": _ratio(s["cases_joint"], closed),
        "pooled_share": _ratio(s["hours_pooled"], s["hours_service"] + s["hours_pooled"]),
        "idle_share": _ratio(s["hours_idle"], s["hours_capacity"]),
        "rule_share": _ratio(s["cases_by_rule"], s["cases_opened"]),
        "digital_share": _ratio(s["reports_platform"], s["reports"]),
        "skill_mean": _ratio(s["hours_skill_sum"], s["hours_service"]),
        "leadership_height": _ratio(s["meeting_level_sum"], s["cases_multi"]),
        "coverage_depth": _ratio(s["members"], _UNITS_IN_CIRCLE * circles) if surveys else float("nan"),
        "coordination_breadth": _ratio(s["meeting_kinds_sum"], s["meetings"]),
        "coordination_strength": _ratio(
            s["cases_multi_resolved"], s["hours_coordination"] + s["hours_overhead"]
        ),
        "handovers_mean": _ratio(s["handovers"], s["cases_opened"]),
        "refusal_rate": _ratio(s["refusals"], s["handovers"]),
    }


def _costs(s: dict[str, float], people: float, days: int, hour_price: float) -> dict[str, float]:
    coordination = s["hours_coordination"] + s["hours_overhead"]
    lent = s["hours_pooled"]
    return {
        "hours_total": _per_year(s["hours_service"] + coordination + lent, people, days, 1e3),
        "hours_coordination": _per_year(coordination, people, days, 1e3),
        "money_total": _per_year(s["money_used"], people, days, 1.0),
        "programme_cost": _per_year(coordination * hour_price + s["money_programmes"], people, days, 1.0),
        "cost_per_need_met": _ratio(s["money_used"], s["needs_met"]),
        "burnout": _ratio(s["burnout_sum"], s["circle"]),
    }


def _magnitudes(
    s: dict[str, float], state: State, records: Records, first: int, people: float, days: int
) -> dict[str, float]:
    closed = s["cases_resolved"] + s["cases_given_up"] + s["cases_paper"]
    mean = _ratio(s["satisfaction_sum"], s["residents"])
    variance = max(0.0, _ratio(s["satisfaction_sq_sum"], s["residents"]) - mean**2)
    volunteered, adults = records.sums(first)["volunteered"], records.sums(first)["adults"]
    arisen, reported = (records.scattered[first : first + days, :, i] for i in range(len(SCATTERED)))
    return (
        _utilisation(state, records)
        | _closing(state, first, first + days)
        | {
            "needs_rate": _per_year(s["needs_arisen"], people, days, 1e3),
            "reports_rate": _per_year(s["reports"], people, days, 1e3),
            "confirmed_rate": _ratio(s["cases_confirmed"], closed),
            "rated_well_rate": _ratio(s["rated_well"], s["rated"]),
            "satisfaction_spread": _POINTS_OF_FIVE * float(np.sqrt(variance)),
            "voice_ratio": _ratio(_group(s, "digital"), _group(s, "offline")),
            "volunteers_year": float((volunteered / np.maximum(1.0, adults)).max()),
            "arrivals_dispersion": _ratio(float(arisen.var(0).mean()), float(arisen.mean(0).mean())),
            "reports_dispersion": _ratio(
                float((reported.var(0) - reported.mean(0)).mean()), float((reported.mean(0) ** 2).mean())
            ),
        }
    )


def _group(s: dict[str, float], split: str) -> float:
    """First reports per day that a need of the group stands open and unreported."""
    return _ratio(s[f"reports_{split}"], s[f"silent_days_{split}"])


def _utilisation(state: State, records: Records) -> dict[str, float]:
    """Service hours given over service hours had since the reform day, over all seats of the chains and for the busiest one."""
    t = state.institutions
    marks = records.marks
    spent = {name: getattr(t, name) - marks.get(name, 0.0) for name in ("hours_available", "hours_service", "hours_overhead",
                                                                         "hours_coordination")}  # fmt: skip
    had = spent["hours_available"] - spent["hours_overhead"] - spent["hours_coordination"]
    shares = []
    seats = sorted({seat for chain in CHAINS.values() for seat in chain[:1]})
    total_used = total_had = 0.0
    for seat in seats:
        rows = t.role == seat
        total_used += float(spent["hours_service"][rows].sum())
        total_had += float(had[rows].sum())
        shares.append(_ratio(float(spent["hours_service"][rows].sum()), float(had[rows].sum())))
    busiest = max((share for share in shares if np.isfinite(share)), default=float("nan"))
    return {"utilisation": _ratio(total_used, total_had), "utilisation_critical": busiest}


def _closing(state: State, first: int, end: int) -> dict[str, float]:
    """Days to close (given-up and open cases censored): quantiles by category, share within a week, spreads of logs."""
    lasted, done, kind = _joined(_lasting(t, first, end) for t in all_cases(state, first))
    found: dict[str, float] = {"closed_7d": reached(lasted, done, _WEEK_DAYS)}
    spreads = []
    for k in Category:
        own = kind == int(k)
        median, late = quantiles(lasted[own], done[own], (0.5, 0.9))
        found[f"close_days_{k.name.lower()}"], found[f"close_days_p90_{k.name.lower()}"] = median, late
        spreads.append(_log_spread(lasted[own & done]))
    known = [spread for spread in spreads if np.isfinite(spread)]
    return found | {
        "close_spread": float(np.mean(known)) if known else float("nan"),
        "close_spread_pooled": _log_spread(lasted[done]),
    }


def _lasting(cases: ClosedCases, first: int, end: int) -> tuple[Array, Array, Array]:
    """Days to close of the cases opened in the window, whether they were resolved in it, and their category."""
    rows = np.flatnonzero((cases.opened >= first) & (cases.opened < end))
    opened, closed = cases.opened[rows], cases.closed[rows]
    done = (cases.status[rows] == 1) & (closed >= 0.0) & (closed < end)
    lasted = np.where(closed >= 0.0, np.minimum(closed, end), float(end)) - opened
    return np.maximum(lasted, 1e-6), done, cases.category[rows]


def _log_spread(lasted: Array) -> float:
    """Spread of log durations, added up in their order of length; NaN for fewer than two."""
    logs = np.sort(lasted)
    return float(np.log(logs, out=logs).std()) if len(logs) > 1 else float("nan")


def _composites(f: dict[str, float]) -> dict[str, float]:
    """G4: four readings, each a mean of parts that are shown beside it."""
    joint = f["joint_share"] if np.isfinite(f["joint_share"]) else 0.0
    return {
        "warmth": 0.5 * (f["satisfaction"] + 100.0 * f["trust"]),
        "height": 50.0 * (f["coverage_depth"] + joint),
        "force": 50.0 * ((1.0 - f["idle_share"]) + (1.0 - f["burnout"])),
        "effect": 50.0 * (f["needs_met_30d"] + f["confirmed_rate"]),
    }
