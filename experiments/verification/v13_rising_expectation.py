"""V13: rising expectation: the same service satisfies less after two years."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.comparison import paired
from analysis.figures.style import GREY, INK, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import between, lives, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel

ABOUT = About(
    id="V13",
    kind="pattern",
    title=text("Rising expectation", "期望水涨船高"),
    claim=text(
        "The same service satisfies less after two years, because residents have come to expect it.",
        "同样的服务两年后带来的满意更少，因为居民已将其视为应得。",
    ),
    source="Oliver 1980; Van Ryzin 2004; James 2011 and Hjortskov 2019 (EV-EXP-ADAPT).",
)
REPLICATES: Final = {"quick": 3, "full": 4}
REFORM_DAY, WINDOW = 180, 120
#: Two years lie between the first days of the two windows.
LATER = REFORM_DAY + 730
DAYS = LATER + WINDOW
OPTIONS = {"siloed": "siloed", "beijing_swift": "beijing_swift"}


def examine(scale: Scale) -> Examined:
    """Ratings of one and the same service soon after the reform and two years later."""
    replicates = REPLICATES[scale]
    ratings: dict[str, list[tuple[float, float]]] = {name: [] for name in OPTIONS}
    courses: dict[str, list[pd.Series]] = {name: [] for name in OPTIONS}
    for name, _, model in lives(OPTIONS, replicates, world="street", days=DAYS, reform_day=REFORM_DAY):
        served = _same_service(model)
        ratings[name].append(_early_and_late(served))
        courses[name].append(served.groupby(served["closed"] // 90)["rating"].mean())
    faded = {name: np.array([late - early for early, late in pairs]) for name, pairs in ratings.items()}
    none = np.zeros(replicates)
    swift, siloed = paired(faded["beijing_swift"], none), paired(faded["siloed"], none)
    beside = paired(faded["beijing_swift"], faded["siloed"])
    card = ABOUT.card(
        text(
            f"World street, beijing_swift beside siloed, reform on day {REFORM_DAY}, {replicates} replicates. Same service: cases whose "
            f"problem is solved, closed within three and a half days. Their mean rating in the first {WINDOW} days after the reform and in "
            f"the {WINDOW} days that begin two years later, the mix of categories held at that of the first.",
            f"世界 street，beijing_swift 与 siloed 对照，第 {REFORM_DAY} 日改革，{replicates} 次重复。同样的服务：问题已解决且三天半内办结的事项。比较改革后首 {WINDOW} 天与两年后 {WINDOW} 天的平均评分（类别构成固定）。",
        ),
        Finding(text("rating two years later less rating at first, upper bound", "两年后评分变化（95% 上限）"), swift.ci_high, high=0.0, interval=between(swift)),
        Finding(text("the same less its change without reform, upper bound", "扣除无改革变化后（95% 上限）"), beside.ci_high, high=0.0, interval=between(beside)),
        Finding(text("change under the reform", "改革下的变化"), swift.difference, interval=between(swift)),
        Finding(text("change without reform", "无改革的变化"), siloed.difference, interval=between(siloed)),
    )  # fmt: skip
    table = pd.concat(
        [pd.concat(courses[name], axis=1).mean(axis=1).rename(name) for name in OPTIONS], axis=1
    ).rename_axis("quarter").reset_index()  # fmt: skip
    return Examined(card, (_fading(courses),), table)


def _same_service(model: CommunityModel) -> pd.DataFrame:
    cases = model.tables()["cases"].dropna(subset=["rating"])
    # A promise of shorter deadlines changes no service: the wait is held against seven days, whatever was promised.
    prompt = cases["closed"] - cases["opened"] <= 3.5
    return cases[cases["confirmed"] & prompt & (cases["status"] == "resolved")]


def _early_and_late(served: pd.DataFrame) -> tuple[float, float]:
    early = served[served["closed"].between(REFORM_DAY, REFORM_DAY + WINDOW)]
    late = served[served["closed"].between(LATER, LATER + WINDOW)]
    mix = early["category"].value_counts(normalize=True)
    later = late.groupby("category")["rating"].mean()
    return float(early["rating"].mean()), float((mix * later.reindex(mix.index)).sum())


def _fading(courses: dict[str, list[pd.Series]]) -> Picture:
    labels = {"siloed": text("siloed", "各自为政"), "beijing_swift": text("swift response", "接诉即办")}

    def draw(ax: Any, lang: str) -> None:
        for name, colour in (("siloed", INK), ("beijing_swift", PALETTE[1])):
            mean = pd.concat(courses[name], axis=1).mean(axis=1)
            ax.plot(mean.index * 90 / 365, mean, color=colour, label=labels[name][lang])
        ax.axvline(REFORM_DAY / 365, color=GREY, linestyle="--", linewidth=0.9)
        ax.set_xlabel({"en": "years", "zh": "年"}[lang])
        ax.set_ylabel({"en": "mean rating of the same service, 0-1", "zh": "同样服务的平均评分（0–1）"}[lang])
        ax.legend()
        quiet(ax)

    ends = {
        name: pd.concat(parts, axis=1).mean(axis=1).dropna().iloc[[0, -1]].tolist()
        for name, parts in courses.items()
    }
    said = {
        lang: "; ".join(
            f"{labels[name][lang]} {first:.3f} … {last:.3f}" for name, (first, last) in ends.items()
        )
        for lang in ("en", "zh")
    }
    return Picture(
        text("Ratings of one and the same service", "同样服务的评分"),
        text(
            f"Mean rating by quarter, first to last: {said['en']}.",
            f"各季平均评分（首季至末季）：{said['zh']}。",
        ),
        draw,
    )
