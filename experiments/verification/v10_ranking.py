"""V10: ranking raises the indicator faster than the need-based outcome; audit narrows the gap."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from analysis.figures.style import PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import between, collected, difference, option, text, tidy
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel

ABOUT = About(
    id="V10",
    kind="pattern",
    title=text("What is ranked rises first", "排名指标先升"),
    claim=text(
        "Ranking raises the indicator faster than the need-based outcome; audit narrows the gap.",
        "排名使指标上升快于基于需求的结果；核查缩小两者差距。",
    ),
    source="Bevan & Hood 2006; Campbell 1979.",
)
REPLICATES: Final = {"quick": 3, "full": 6}
DAYS, REFORM_DAY = 545, 180
AUDITS = (0.0, 0.3, 0.9)


def examine(scale: Scale) -> Examined:
    """Swift response with three strengths of audit beside no ranking."""
    replicates = REPLICATES[scale]
    options: dict[str, Any] = {"siloed": "siloed"}
    options |= {
        f"audit_{i}": option(f"audit_{i}", swift_response={"parameters": {"audit": audit}})
        for i, audit in enumerate(AUDITS)
    }
    found = collected(options, replicates, _measure, world="street", days=DAYS, reform_day=REFORM_DAY)
    never, always = "audit_0", f"audit_{len(AUDITS) - 1}"
    indicator = difference(found["indicator"], never, "siloed")
    outcome = difference(found["outcome"], never, "siloed")
    gap = difference(found["gap"], never, "siloed")
    narrowed = difference(found["gap"], always, never)
    card = ABOUT.card(
        text(
            f"World street, swift response without, with little and with much audit ({', '.join(map(str, AUDITS))} of closures checked), "
            f"reform on day {REFORM_DAY} of {DAYS}, {replicates} replicates that share their past. Indicator: closures recorded as done "
            "within the deadline, of all closures. Need-based outcome: closures whose need was met within the deadline, of all closures.",
            f"世界 street，接诉即办，核查比例 {', '.join(map(str, AUDITS))}，第 {REFORM_DAY} 日实施，共 {DAYS} 天，{replicates} 次重复并共享同一过去。"
            "指标：记录为限时办结的比例；基于需求的结果：限时内需求确实满足的比例。",
        ),
        Finding(text("rise of the indicator without audit", "指标上升（无核查）"), indicator.difference, interval=between(indicator)),
        Finding(text("rise of the need-based outcome without audit", "需求结果上升（无核查）"), outcome.difference, interval=between(outcome)),
        Finding(text("rise of the gap without audit, lower bound", "差距扩大（95% 下限）"), gap.ci_low, low=0.0, interval=between(gap)),
        Finding(text("gap with much audit less gap without, upper bound", "核查缩小差距（95% 上限）"), narrowed.ci_high, high=0.0, interval=between(narrowed)),
        Finding(text("share of needs met within 30 days: change without audit", "30 日需求满足率变化（无核查）"),
                difference(found["met"], never, "siloed").difference),
    )  # fmt: skip
    return Examined(card, (_bars(found),), tidy(found))


def _measure(model: CommunityModel) -> dict[str, float]:
    sums = {name: float(values.sum()) for name, values in model.records.sums(REFORM_DAY).items()}
    closed = sums["cases_resolved"] + sums["cases_given_up"] + sums["cases_paper"]
    indicator, outcome = sums["on_time"] / closed, sums["on_time_met"] / closed
    met = sums["needs_met_30d"] / sums["needs_arisen"]
    return {"indicator": indicator, "outcome": outcome, "gap": indicator - outcome, "met": met}


def _bars(found: dict[str, dict[str, list[float]]]) -> Picture:
    names = {"siloed": text("no ranking", "无排名")} | {
        f"audit_{i}": text(f"audit {audit}", f"核查 {audit}") for i, audit in enumerate(AUDITS)
    }
    labels = {
        "indicator": text("indicator: recorded in time", "指标：记录按期"),
        "outcome": text("need met in time", "需求按期满足"),
    }

    def draw(ax: Any, lang: str) -> None:
        places = np.arange(len(names))
        for side, (measure, label) in enumerate(labels.items()):
            means = [np.mean(found[measure][name]) for name in names]
            ax.bar(places + 0.36 * side, means, 0.34, color=PALETTE[side], label=label[lang])
        ax.set_xticks(places + 0.18, [label[lang] for label in names.values()])
        ax.set_ylabel({"en": "share of closures", "zh": "占办结比例"}[lang])
        ax.set_ylim(0, 1)
        ax.legend(loc="upper left")
        quiet(ax)

    shares = "; ".join(
        f"{name} {np.mean(found['indicator'][name]):.2f} / {np.mean(found['outcome'][name]):.2f}"
        for name in names
    )
    return Picture(
        text("Recorded in time, and met in time", "记录按期与需求按期满足"),
        text(
            f"Indicator and need-based outcome by strength of audit: {shares}.",
            f"各核查强度下的指标与需求结果：{shares}。",
        ),
        draw,
    )
