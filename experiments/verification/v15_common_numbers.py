"""V15: common random numbers cut the variance of strategy differences at least tenfold on survey satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.figures.style import GREY, PALETTE, logarithmic, quiet
from analysis.patterns import Finding
from experiments.verification.lives import collected, difference, jackknifed, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel

ABOUT = About(
    id="V15",
    kind="statistical",
    title=text("What common random numbers save", "公共随机数的节省"),
    claim=text(
        "Common random numbers cut the variance of strategy differences at least tenfold against independent seeds on survey satisfaction.",
        "与独立种子相比，公共随机数使策略间总体满意度差异的方差至少降至十分之一。",
    ),
    source="Law & Kelton 2000, ch. 11; L'Ecuyer et al. 2021.",
)
REPLICATES: Final = {"quick": 6, "full": 12}
DAYS, REFORM_DAY = 365, 120
OPTIONS = ("siloed", "hierarchical", "shanghai", "beijing_whistle", "beijing_swift", "wuhan", "chengdu")
OUTCOMES = ("satisfaction", "needs_met_30d", "unmet_need_days")


def examine(scale: Scale) -> Examined:
    """Every strategy in the same worlds with the same draws; independent seeds would add the two variances."""
    replicates = REPLICATES[scale]
    found = collected(
        {name: name for name in OPTIONS}, replicates, _measure, world="street", days=DAYS, reform_day=REFORM_DAY
    )  # fmt: skip
    ratios = {
        outcome: {name: difference(found[outcome], name, "siloed").variance_ratio for name in OPTIONS[1:]}
        for outcome in OUTCOMES
    }
    rows = [
        dict(zip(OPTIONS, row, strict=True))
        for row in zip(*(found["satisfaction"][name] for name in OPTIONS), strict=True)
    ]
    intervals = [
        ends and (float(np.exp(ends[0])), float(np.exp(ends[1]))) for ends in jackknifed(rows, _logarithms)
    ]
    card = ABOUT.card(
        text(
            f"World street, {len(OPTIONS) - 1} strategies beside siloed, reform on day {REFORM_DAY} of {DAYS}, {replicates} replicates. Ratio: the sum of "
            "the variances of both options over the variance of their paired difference.",
            f"世界 street，{len(OPTIONS) - 1} 种策略与 siloed 配对，第 {REFORM_DAY} 日改革，共 {DAYS} 天，{replicates} 次重复。比值：两方案方差之和除以配对差的方差。",
        ),
        *(
            Finding(text(f"variance ratio of satisfaction: {name}", f"总体满意度方差比：{name}"), ratio, low=10.0, interval=around)
            for (name, ratio), around in zip(ratios["satisfaction"].items(), intervals, strict=True)
        ),
    )  # fmt: skip
    return Examined(card, (_bars(ratios),), pd.DataFrame(ratios).rename_axis("strategy").reset_index())


def _logarithms(rows: Sequence[dict[str, float]]) -> list[float]:
    """Logarithms of the variance ratios of satisfaction, a strategy each."""
    values = {name: [row[name] for row in rows] for name in OPTIONS}
    return [float(np.log(difference(values, name, "siloed").variance_ratio)) for name in OPTIONS[1:]]


def _measure(model: CommunityModel) -> dict[str, float]:
    outcomes = model.outcomes()
    return {name: outcomes[name] for name in OUTCOMES}


def _bars(ratios: dict[str, dict[str, float]]) -> Picture:
    labels = {
        "satisfaction": text("survey satisfaction", "总体满意度"),
        "needs_met_30d": text("needs met within 30 days", "30 日内需求满足率"),
        "unmet_need_days": text("days of unmet need", "未满足需求天数"),
    }

    def draw(ax: Any, lang: str) -> None:
        places = np.arange(len(OPTIONS) - 1)
        for i, (outcome, label) in enumerate(labels.items()):
            ax.barh(
                places + 0.27 * i,
                list(ratios[outcome].values()),
                0.25,
                color=PALETTE[i],
                label=label[lang],
            )
        ax.axvline(10.0, color=GREY, linestyle="--", linewidth=0.9)
        logarithmic(ax, "x")
        ax.set_yticks(places + 0.27, OPTIONS[1:])
        ax.invert_yaxis()
        ax.set_xlabel({"en": "variance, independent over paired", "zh": "方差之比（独立/配对）"}[lang])
        ax.legend(
            fontsize=7,
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=3,
            columnspacing=0.8,
            handlelength=1.0,
        )
        quiet(ax, "x")

    said = "; ".join(f"{name} {ratio:.0f}" for name, ratio in ratios["satisfaction"].items())
    return Picture(
        text("Variance saved by common random numbers", "公共随机数节省的方差"),
        text(f"Variance ratios of survey satisfaction: {said}.", f"总体满意度的方差比：{said}。"),
        draw,
    )
