"""M4: a place of two copies of a place has twice its totals and the same means, within the sampling error."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.figures.style import INK, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import label, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel
from sim.scenario import load_world

ABOUT = About(
    id="M4",
    kind="metamorphic",
    title=text("Two copies, twice the totals", "两份副本，总量加倍"),
    claim=text(
        "A city of two districts, each a copy of one street with all its institutions, has twice the totals of one and the same means.",
        "由两个区组成、每区各为同一街道及其全部机构副本的城市，总量为一份的两倍，均值相同。",
    ),
    source="Chen et al. 2018 (metamorphic testing); independence of districts that share nothing.",
)
REPLICATES: Final = {"quick": 24, "full": 100}
DAYS, REFORM_DAY = 240, 60
#: False alarms of one comparison.
LEVEL: Final = 0.001
TOTALS: Final = {
    "needs_arisen": text("needs arisen", "产生的需求"), "needs_met": text("needs met", "满足的需求"), "reports": text("reports", "诉求"),
    "cases_resolved": text("cases resolved", "办结事项"), "hours_service": text("hours on cases", "办案工时"),
}  # fmt: skip
MEANS: Final = {
    "satisfaction": text("survey satisfaction", "总体满意度"), "unmet_need_days": text("days of unmet need a resident", "人均未满足需求天数"),
}  # fmt: skip


def examine(scale: Scale) -> Examined:
    """One copy, and two with other seeds, so that chance is theirs alone."""
    replicates = REPLICATES[scale]
    one, two = lived(1, 1, replicates), lived(2, 2, replicates)
    expected = {**dict.fromkeys(TOTALS, 2.0), **dict.fromkeys(MEANS, 1.0)}
    found = [compared(name, two[name], one[name], times) for name, times in expected.items()]
    thrice = compared("needs_arisen", two["needs_arisen"], one["needs_arisen"], 3.0)
    names = TOTALS | MEANS
    card = ABOUT.card(
        text(
            f"World classroom once and as two districts of it, strategy wuhan, {DAYS} days, reform on day {REFORM_DAY}, {replicates} replicates each with seeds of their own. "
            "Shown is the double over the single; its range is what chance allows once in a thousand.",
            f"世界 classroom 一份，以及由其组成的两个区，策略 wuhan，{DAYS} 天，第 {REFORM_DAY} 日改革，各 {replicates} 次重复且种子不同。所示为两份与一份之比；其范围为偶然性千分之一内所允许者。",
        ),
        *(
            Finding(
                text(f"{names[row.statistic]['en']}: two copies over one", f"{names[row.statistic]['zh']}：两份/一份"), row.ratio,
                row.expected - row.reach, row.expected + row.reach, interval=(row.ci_low, row.ci_high),
            )
            for row in found
        ),
        Finding(
            text("wrong on purpose: taken for three copies, standard errors", "故意取错：当作三份，标准误倍数"),
            abs(thrice.ratio - 3.0) / thrice.error, low=float(stats.norm.ppf(1.0 - LEVEL / 2.0)),
        ),
    )  # fmt: skip
    return Examined(card, (_ratios(found),), pd.DataFrame(found))


def lived(copies: int, seed: int, replicates: int) -> dict[str, np.ndarray]:
    """Totals and means of a place of so many districts, `[replicate]` each."""
    world = load_world("classroom").model_copy(update={"name": "copies", "districts": copies})
    rows = []
    for replicate in range(replicates):
        model = CommunityModel(
            world=world, strategy="wuhan", seed=seed, replicate=replicate, days=DAYS, reform_day=REFORM_DAY
        ).run()
        sums, outcomes = model.records.sums(REFORM_DAY), model.outcomes()
        rows.append([*(float(sums[name].sum()) for name in TOTALS), *(outcomes[name] for name in MEANS)])
    return dict(zip((*TOTALS, *MEANS), np.array(rows).T, strict=True))


class Ratio(NamedTuple):
    """The mean of two copies over that of one: standard error, 95 % interval, and how far chance reaches from what is expected."""

    statistic: str
    ratio: float
    expected: float
    error: float
    ci_low: float
    ci_high: float
    reach: float


def compared(name: str, two: np.ndarray, one: np.ndarray, expected: float) -> Ratio:
    """Two samples of replicates, compared by the delta method."""
    value = float(two.mean() / one.mean())
    relative = [x.std(ddof=1) / np.sqrt(x.size) / abs(x.mean()) for x in (two, one)]
    error = float(value * np.hypot(*relative))
    freedom = min(two.size, one.size) - 1
    half, reach = (float(stats.t.ppf(1.0 - tail / 2.0, freedom)) * error for tail in (0.05, LEVEL))
    return Ratio(name, value, expected, error, value - half, value + half, reach)


def _ratios(found: list[Ratio]) -> Picture:
    table = pd.DataFrame(found)
    names = TOTALS | MEANS

    def draw(ax: Any, lang: str) -> None:
        places = np.arange(len(table))
        ax.barh(
            places,
            2 * table["reach"],
            left=table["expected"] - table["reach"],
            height=0.7,
            color=PALETTE[5],
            alpha=0.35,
        )
        ax.errorbar(
            table["ratio"],
            places,
            xerr=table["ratio"] - table["ci_low"],
            fmt="o",
            color=PALETTE[0],
            markersize=4,
        )
        for expected in (1.0, 2.0):
            ax.axvline(expected, color=INK, linewidth=0.8)
        ax.set_yticks(places, [names[name][lang] for name in table["statistic"]])
        ax.invert_yaxis()
        ax.set_xlabel(label(lang, "two copies over one", "两份/一份"))
        quiet(ax, "x")  # fmt: skip

    def said(lang: str) -> str:
        return "; ".join(f"{names[row.statistic][lang]} {row.ratio:.3f}" for row in found)

    return Picture(
        text("Two copies over one", "两份与一份之比"),
        text(
            f"Totals beside two and means beside one: {said('en')}.",
            f"总量对照 2，均值对照 1：{said('zh')}。",
        ),
        draw,
    )
