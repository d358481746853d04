"""V15: common random numbers cut the variance of strategy differences at least tenfold on survey satisfaction."""

from __future__ import annotations

from typing import Any

import numpy as np
from lives import Examined, collected, difference, text

from analysis.figures.style import GREY, PALETTE, logarithmic, quiet
from analysis.patterns import Card, Finding
from sim.model import CommunityModel

REPLICATES, DAYS, REFORM_DAY = 12, 365, 120
OPTIONS = ("siloed", "hierarchical", "shanghai", "beijing_whistle", "beijing_swift", "wuhan", "chengdu")
OUTCOMES = ("satisfaction", "needs_met_30d", "unmet_need_days")


def examine() -> Examined:
    """Every strategy in the same worlds with the same draws; independent seeds would add the two variances."""
    found = collected(
        {name: name for name in OPTIONS}, REPLICATES, _measure, world="street", days=DAYS, reform_day=REFORM_DAY
    )  # fmt: skip
    ratios = {
        outcome: {name: difference(found[outcome], name, "siloed").variance_ratio for name in OPTIONS[1:]}
        for outcome in OUTCOMES
    }
    card = Card(
        id="V15",
        title=text("What common random numbers save", "公共随机数的节省"),
        claim=text(
            "Common random numbers cut the variance of strategy differences at least tenfold against independent seeds on survey satisfaction.",
            "与独立种子相比，公共随机数使策略间总体满意度差异的方差至少降至十分之一。",
        ),
        source="Law & Kelton 2000, ch. 11; L'Ecuyer et al. 2021.",
        experiment=text(
            f"World street, {len(OPTIONS) - 1} strategies beside siloed, reform on day {REFORM_DAY} of {DAYS}, {REPLICATES} replicates. Ratio: the sum of "
            "the variances of both options over the variance of their paired difference.",
            f"世界 street，{len(OPTIONS) - 1} 种策略与 siloed 配对，第 {REFORM_DAY} 日改革，共 {DAYS} 天，{REPLICATES} 次重复。比值：两方案方差之和除以配对差的方差。",
        ),
        findings=tuple(
            Finding(text(f"variance ratio of satisfaction: {name}", f"总体满意度方差比：{name}"), ratio, low=10.0)
            for name, ratio in ratios["satisfaction"].items()
        ),
    )  # fmt: skip
    return Examined(card, (_bars(ratios),))


def _measure(model: CommunityModel) -> dict[str, float]:
    outcomes = model.outcomes()
    return {name: outcomes[name] for name in OUTCOMES}


def _bars(ratios: dict[str, dict[str, float]]) -> Any:
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

    return draw
