"""V9: Beijing's path: under swift response, resolution and case rating climb above 90 % within some years while reports multiply."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.figures.style import GREY, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import lives, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel

ABOUT = About(
    id="V9",
    kind="pattern",
    title=text("The path of Beijing", "北京路径"),
    claim=text(
        "From the siloed state to swift response, resolution and case rating climb from about 53 % and 65 % to above 90 % within some "
        "years, while reports multiply.",
        "从各自为政到接诉即办，解决率与满意率数年内由约 53% 和 65% 升至 90% 以上，诉求量同时成倍增长。",
    ),
    source="EV-BJ-RES-2019-01, EV-BJ-SAT-2019-01, EV-BJ-RES-2024, EV-BJ-SAT-2024; contacts 2019 to 2024: EV-BJ-RECV-2019, EV-BJ-RECV-2024.",
)
REPLICATES: Final = {"quick": 1, "full": 2}
REFORM_DAY, YEARS = 182, 4
DAYS = REFORM_DAY + 365 * YEARS
QUARTER = 91


def examine(scale: Scale) -> Examined:
    """Four years of swift response after half a year without."""
    replicates = REPLICATES[scale]
    courses = pd.concat(
        _quarters(model)
        for _, _, model in lives({"beijing_swift": "beijing_swift"}, replicates, world="street", days=DAYS, reform_day=REFORM_DAY)
    ).groupby("quarter").mean()  # fmt: skip
    first, last = courses.iloc[REFORM_DAY // QUARTER - 1], courses.iloc[-4:].mean()
    card = ABOUT.card(
        text(
            f"World street, strategy beijing_swift from day {REFORM_DAY}, {YEARS} years, {replicates} replicates. Last quarter before "
            "the reform against the mean of the last four quarters. Recorded resolution: closed cases that residents confirm or that are "
            "closed on paper, of all closed.",
            f"世界 street，第 {REFORM_DAY} 日起实行 beijing_swift，{YEARS} 年，{replicates} 次重复。改革前最后一季与最后四季均值比较。记录解决率：居民确认或纸面办结占全部办结。",
        ),
        Finding(text("recorded resolution, quarter before", "记录解决率（改革前一季）"), first["resolution"], low=0.48, high=0.58),
        Finding(text("cases rated well, quarter before", "满意率（改革前一季）"), first["rated_well"], low=0.60, high=0.70),
        Finding(text("recorded resolution, last year", "记录解决率（末年）"), last["resolution"], low=0.90),
        Finding(text("cases rated well, last year", "满意率（末年）"), last["rated_well"], low=0.90),
        Finding(text("reports, last year over quarter before", "诉求量之比（末年/改革前一季）"), last["reports"] / first["reports"], low=2.0),
        Finding(text("needs met within 30 days, last year less quarter before", "30 日内需求满足率变化"), last["met"] - first["met"]),
    )  # fmt: skip
    return Examined(card, (_course(courses), _reports(courses)), courses.reset_index())


def _quarters(model: CommunityModel) -> pd.DataFrame:
    daily = pd.DataFrame(model.records.sums(0))
    sums = daily.groupby(np.arange(len(daily)) // QUARTER).sum().iloc[: DAYS // QUARTER]
    closed = sums["cases_resolved"] + sums["cases_given_up"] + sums["cases_paper"]
    return pd.DataFrame({
        "quarter": np.arange(len(sums)), "resolution": (sums["cases_confirmed"] + sums["cases_paper"]) / closed,
        "rated_well": sums["rated_well"] / sums["rated"], "reports": sums["reports"] / sums["residents"],
        "met": sums["needs_met_30d"] / sums["needs_arisen"], "confirmed": sums["cases_confirmed"] / closed,
    })  # fmt: skip


def _course(courses: pd.DataFrame) -> Picture:
    lines = {
        "resolution": text("recorded resolution", "记录解决率"), "confirmed": text("confirmed by residents", "居民确认解决率"),
        "rated_well": text("rated well", "满意率"), "met": text("needs met within 30 days", "30 日内需求满足率"),
    }  # fmt: skip

    def draw(ax: Any, lang: str) -> None:
        for i, (name, label) in enumerate(lines.items()):
            ax.plot(courses.index * QUARTER / 365, courses[name], color=PALETTE[i], label=label[lang])
        ax.axvline(REFORM_DAY / 365, color=GREY, linestyle="--", linewidth=0.9)
        ax.axhline(0.9, color=GREY, linewidth=0.6)
        ax.set_ylim(0, 1)
        ax.set_xlabel({"en": "years", "zh": "年"}[lang])
        ax.set_ylabel({"en": "share", "zh": "比例"}[lang])
        ax.legend(fontsize=7)
        quiet(ax)

    first, last = courses.iloc[0], courses.iloc[-1]
    return Picture(
        text("Shares by quarter", "各季度比例"),
        text(
            f"Recorded resolution from {first['resolution']:.2f} in the first to {last['resolution']:.2f} in the last quarter, rated well from "
            f"{first['rated_well']:.2f} to {last['rated_well']:.2f}, needs met within 30 days from {first['met']:.2f} to {last['met']:.2f}.",
            f"记录解决率由首季 {first['resolution']:.2f} 至末季 {last['resolution']:.2f}，满意率由 {first['rated_well']:.2f} 至 {last['rated_well']:.2f}，"
            f"30 日内需求满足率由 {first['met']:.2f} 至 {last['met']:.2f}。",
        ),
        draw,
    )


def _reports(courses: pd.DataFrame) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        ax.plot(courses.index * QUARTER / 365, courses["reports"] * 365e3, color=PALETTE[0])
        ax.axvline(REFORM_DAY / 365, color=GREY, linestyle="--", linewidth=0.9)
        ax.set_ylim(bottom=0)
        ax.set_xlabel({"en": "years", "zh": "年"}[lang])
        ax.set_ylabel({"en": "reports per 1,000 residents and year", "zh": "每千居民年诉求数"}[lang])
        quiet(ax)

    first, last = (float(courses["reports"].iloc[i] * 365e3) for i in (0, -1))
    return Picture(
        text("Reports by quarter", "各季度诉求量"),
        text(
            f"Reports per 1,000 residents and year, from {first:.0f} in the first to {last:.0f} in the last quarter.",
            f"每千居民年诉求数，由首季 {first:.0f} 至末季 {last:.0f}。",
        ),
        draw,
    )
