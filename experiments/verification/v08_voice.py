"""V8: equal need, unequal voice: who has digital access reports sooner, at the same category and severity."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.figures.style import GREY, PALETTE, quiet
from analysis.patterns import Finding, rate, standardized_rate_ratio
from experiments.verification.lives import lives, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel
from sim.needs import group_traits

ABOUT = About(
    id="V8",
    kind="pattern",
    title=text("Equal need, unequal voice", "同等需求，不等发声"),
    claim=text(
        "At equal need, the speed of reporting differs up to about three times between groups.",
        "同等需求下，不同群体的上报速度最多相差约三倍。",
    ),
    source="Liu, Bhandaram & Garg 2023 (EV-REP-3X), reports of New York at equal incidents.",
)
REPLICATES: Final = {"quick": 1, "full": 3}
DAYS = 730
#: Needs are alike when they share category and quarter of severity.
QUARTERS = 4
#: A group with fewer reports has a speed that is mostly chance.
ENOUGH = 100


def examine(scale: Scale) -> Examined:
    """Three lives of the siloed street, every need with the days that it stood unreported."""
    replicates = REPLICATES[scale]
    needs = pd.concat(
        _waits(model)
        for _, _, model in lives(
            {"siloed": "siloed"}, replicates, world="street", days=DAYS, reform_day=DAYS - 1
        )
    )
    traits = group_traits()
    needs["digital"] = traits.digital[needs["group"]]
    needs["alike"] = needs["category"] * QUARTERS + pd.qcut(needs["severity"], QUARTERS, labels=False)
    adults = needs[traits.age[needs["group"]] > 0]
    ratio = standardized_rate_ratio(adults, "digital", "alike")
    groups = needs.groupby("group").agg(
        reports=("reported", "sum"), days=("days", "sum"), severity=("severity", "mean")
    )
    groups = groups[groups["reports"] >= ENOUGH]
    speed = pd.DataFrame(
        [rate(*counted) for counted in groups[["reports", "days"]].to_numpy(float)],
        index=groups.index,
        columns=["rate", "low", "high"],
    )
    extreme = float(speed["rate"].max() / speed["rate"].min())
    card = ABOUT.card(
        text(
            f"World street, siloed, {replicates} replicates of {DAYS} days. Speed is first reports per day that a need stands open "
            "and unreported. With against without digital access among adults is standardized over category and quarter of "
            f"severity (Mantel-Haenszel); the extreme groups are those of the 36 with at least {ENOUGH} reports.",
            f"世界 street，各自为政，{replicates} 次重复，每次 {DAYS} 天。速度为需求未上报期间每日首次上报数；成年人有无数字接入之比按类别与严重度四分位标准化；极端群体取上报不少于 {ENOUGH} 次者。",
        ),
        Finding(text("with over without digital access, needs alike", "有/无数字接入之比（同类需求）"), ratio, low=2.0, high=3.5, interval=_around(ratio, adults)),
        Finding(text("fastest over slowest group, raw", "最快/最慢群体之比（未标准化）"), extreme),
        Finding(
            text("mean severity of needs: without over with access", "平均严重度之比：无/有接入"),
            float(
                adults.loc[adults["digital"] == 0, "severity"].mean()
                / adults.loc[adults["digital"] == 1, "severity"].mean()
            ),
            low=0.8, high=1.25,
        ),
    )  # fmt: skip
    table = speed.assign(digital=traits.digital[speed.index]).reset_index()
    return Examined(card, (_speeds(speed, traits),), table.sort_values("rate"))


def _around(ratio: float, needs: pd.DataFrame) -> tuple[float, float]:
    """The 95 % interval of a Mantel-Haenszel rate ratio (Greenland & Robins 1985)."""
    sums = needs.groupby(["alike", "digital"])[["reported", "days"]].sum().unstack("digital", fill_value=0.0)
    events, days = sums["reported"], sums["days"]
    total = days[0] + days[1]
    exposed, other = (events[1] * days[0] / total).sum(), (events[0] * days[1] / total).sum()
    variance = ((events[0] + events[1]) * days[0] * days[1] / total**2).sum() / (exposed * other)
    reach = 1.959964 * float(variance) ** 0.5
    return float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def _waits(model: CommunityModel) -> pd.DataFrame:
    """Each need: its group, and the days that it stood without a report."""
    n, t = int(model.state.sizes.needs[0]), model.state.needs
    table = model.tables()["needs"]
    until = table["reported"].fillna(table["ended"]).fillna(float(model.day))
    return pd.DataFrame({
        "group": t.group[:n], "category": t.category[:n], "severity": t.severity[:n],
        "reported": table["reported"].notna(), "days": np.maximum(0.0, until - table["arose"]),
    })  # fmt: skip


def _speeds(speed: pd.DataFrame, traits: Any) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        ordered = speed.sort_values("rate")
        for digital, colour, label in (
            (1, PALETTE[0], text("digital access", "有数字接入")),
            (0, PALETTE[1], text("none", "无数字接入")),
        ):
            places = np.flatnonzero(traits.digital[ordered.index] == digital)
            rows = ordered.iloc[places]
            ax.errorbar(
                rows["rate"], places, xerr=[rows["rate"] - rows["low"], rows["high"] - rows["rate"]],
                fmt="o", color=colour, markersize=4, linewidth=1.0, label=label[lang],
            )  # fmt: skip
        ax.axvline(ordered["rate"].iloc[0] * 3.0, color=GREY, linestyle="--", linewidth=0.8)
        ax.annotate(
            {"en": "three times the slowest", "zh": "最慢者的三倍"}[lang],
            (ordered["rate"].iloc[0] * 3.0, 0), xytext=(-4, 0), textcoords="offset points", ha="right", color=GREY, fontsize=8,
        )  # fmt: skip
        ax.set_yticks([])
        ax.set_xlim(left=0)
        ax.set_xlabel(
            {"en": "first reports per day and open unreported need", "zh": "每日每项未上报需求的首次上报数"}[
                lang
            ]
        )
        ax.set_ylabel({"en": "groups, slowest first", "zh": "群体（由慢到快）"}[lang])
        ax.legend(loc="upper left")
        quiet(ax, "x")

    slowest, fastest = speed["rate"].min(), speed["rate"].max()
    return Picture(
        text("Speed of reporting by group", "各群体上报速度"),
        text(
            f"First reports per day and unreported need of {len(speed)} groups with 95 % intervals, from {slowest:.4f} to {fastest:.4f}; groups with "
            "digital access are marked apart from those without.",
            f"{len(speed)} 个群体每日每项未上报需求的首次上报数及 95% 区间，由 {slowest:.4f} 至 {fastest:.4f}；有无数字接入分色标示。",
        ),
        draw,
    )
