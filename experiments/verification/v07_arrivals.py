"""V7: what arises comes in bursts, and what closes closes late: over-dispersed arrivals, log-normal times with a heavy tail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.figures.style import GREY, INK, PALETTE, quiet
from analysis.patterns import Finding, dispersion, lognormal_gain, tail_weight
from experiments.verification.lives import jackknifed, lives, text
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel
from sim.needs import NAMES_EN, NAMES_ZH, Category

Array = npt.NDArray[np.float64]

ABOUT = About(
    id="V7",
    kind="pattern",
    title=text("Bursts of arrivals, long tails of closing", "诉求成簇到达，办结长尾"),
    claim=text(
        "Daily arrivals are over-dispersed (variance over mean above 1); times to close have a log-normal body and a "
        "heavy tail; the spread of their logarithms within a category is 0.9 to 2.1.",
        "每日到达数过度离散（方差与均值之比大于 1）；办结时长主体近对数正态并有厚尾；同一类别内对数标准差为 0.9 至 2.1。",
    ),
    source="Public 311 records of New York (EV-NYC-T-HEAT, EV-NYC-T-STREET); laws §0 and §1.",
)
REPLICATES: Final = {"quick": 1, "full": 3}
DAYS = 730
#: Fewer closed cases say little about the form of a distribution.
ENOUGH = 300


def examine(scale: Scale) -> Examined:
    """Three lives of the siloed street."""
    replicates = REPLICATES[scale]
    lived = [
        _life(model)
        for _, _, model in lives(
            {"siloed": "siloed"}, replicates, world="street", days=DAYS, reform_day=DAYS - 1
        )
    ]
    values, around = _statistics(lived), jackknifed(lived, _statistics)
    counts, closed = np.concatenate([life.arrivals for life in lived]), _closed(lived)
    card = ABOUT.card(
        text(
            f"World street, siloed, {replicates} replicates of {DAYS} days. Arrivals are counted by community and day after "
            f"day 180; times are those of resolved cases, by true category, where there are at least {ENOUGH}.",
            f"世界 street，各自为政，{replicates} 次重复，每次 {DAYS} 天。到达按社区与日计数（第 180 日后）；时长取已办结事项，按真实类别，样本不少于 {ENOUGH}。",
        ),
        Finding(text("variance over mean, community and day", "方差/均值（社区·日）"), values[0], low=1.05, interval=around[0]),
        Finding(text("variance over mean, street and day", "方差/均值（街道·日）"), values[1], interval=around[1]),
        Finding(
            text("least gain of log-normal over exponential, by category", "对数正态相对指数分布的最小似然增益（分类别）"), values[2], low=0.0,
            interval=around[2],
        ),
        Finding(
            text("least 99th percentile over median (exponential: 6.6)", "99 分位/中位数最小值（指数分布为 6.6）"), values[3], low=6.6, interval=around[3],
        ),
        Finding(text("least spread of logarithms", "对数标准差最小值"), values[4], low=0.9, high=2.1, interval=around[4]),
        Finding(text("largest spread of logarithms", "对数标准差最大值"), values[5], low=0.9, high=2.1, interval=around[5]),
    )  # fmt: skip
    table = pd.DataFrame({
        "category": [k.name.lower() for k in closed], "closed_cases": [len(t) for t in closed.values()], "gain_of_lognormal": map(lognormal_gain, closed.values()),
        "spread_of_logarithms": map(_spread, closed.values()), "p99_over_median": map(tail_weight, closed.values()),
    })  # fmt: skip
    return Examined(card, (_bursts(counts), _tails(closed)), table)


class Life(NamedTuple):
    """What one replicate tells: needs that arose by community and day and by day, and days to close by true category."""

    arrivals: Array
    street: Array
    times: dict[Category, Array]


def _life(model: CommunityModel) -> Life:
    daily = model.records.daily.query("day >= 180")
    cases = model.tables()["cases"].query("status == 'resolved'")
    times = {}
    for k in Category:
        own = cases[cases["category"] == k.name.lower()]
        times[k] = (own["closed"] - own["opened"]).to_numpy()
    return Life(
        daily["needs_arisen"].to_numpy(), daily.groupby("day")["needs_arisen"].sum().to_numpy(), times
    )


def _closed(lived: Sequence[Life]) -> dict[Category, Array]:
    """Days to close by category, where enough were closed."""
    pooled = {k: np.concatenate([life.times[k] for life in lived]) for k in Category}
    return {k: t[t > 0] for k, t in pooled.items() if (t > 0).sum() >= ENOUGH}


def _statistics(lived: Sequence[Life]) -> list[float]:
    """Dispersions by community and by street, then least gain, least tail, least and largest spread of all categories."""
    closed = _closed(lived).values()
    spreads = [_spread(t) for t in closed]
    return [
        dispersion(np.concatenate([life.arrivals for life in lived])), dispersion(np.concatenate([life.street for life in lived])),
        min(lognormal_gain(t) for t in closed), min(tail_weight(t) for t in closed), min(spreads), max(spreads),
    ]  # fmt: skip


def _spread(times: Array) -> float:
    return float(np.log(times).std())


def _bursts(counts: Array) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        values = np.arange(int(np.quantile(counts, 0.999)) + 1)
        ax.bar(
            values,
            [(counts == v).mean() for v in values],
            color=PALETTE[5],
            label={"en": "model", "zh": "模型"}[lang],
        )
        ax.plot(
            values,
            stats.poisson.pmf(values, counts.mean()),
            color=INK,
            label={"en": "Poisson, same mean", "zh": "同均值泊松"}[lang],
        )
        ax.set_xlabel({"en": "needs arising, community and day", "zh": "社区每日产生的需求数"}[lang])
        ax.set_ylabel({"en": "share of community-days", "zh": "社区·日占比"}[lang])
        ax.legend()
        quiet(ax)

    return Picture(
        text("Needs that arise in a day", "每日产生的需求"),
        text(
            f"Bars of the shares of community-days beside a Poisson distribution of the same mean {counts.mean():.2f}; variance over mean {dispersion(counts):.2f}.",
            f"社区·日占比与同均值（{counts.mean():.2f}）泊松分布对照；方差/均值 {dispersion(counts):.2f}。",
        ),
        draw,
    )


def _tails(closed: dict[Category, Array]) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        for i, (k, t) in enumerate(closed.items()):
            shares = (np.arange(200) + 0.5) / 200
            logs = np.log(t)
            ax.plot(
                stats.norm.ppf(shares),
                (np.quantile(logs, shares) - logs.mean()) / logs.std(),
                color=PALETTE[i % len(PALETTE)],
                linewidth=1.0,
                label=(NAMES_EN if lang == "en" else NAMES_ZH)[k],
            )
        ax.plot([-3, 3], [-3, 3], color=GREY, linewidth=0.8, linestyle="--")
        ax.set_xlabel({"en": "quantile of a normal", "zh": "正态分位数"}[lang])
        ax.set_ylabel({"en": "log time to close, standardized", "zh": "办结时长对数（标准化）"}[lang])
        ax.legend(fontsize=6)
        quiet(ax)

    return Picture(
        text("Times to close against a log-normal", "办结时长与对数正态"),
        text(
            "Quantiles of standardized logarithms of times to close, a line a category, against those of a normal distribution: a straight line "
            "is a log-normal. Spreads of logarithms: " + _spreads(closed, "en") + ".",
            "各类别办结时长对数（标准化）的分位数与正态分位数对照：直线即对数正态。对数标准差："
            + _spreads(closed, "zh")
            + "。",
        ),
        draw,
    )


def _spreads(closed: dict[Category, Array], lang: str) -> str:
    names = NAMES_EN if lang == "en" else NAMES_ZH
    return "; ".join(f"{names[k]} {np.log(t).std():.2f}" for k, t in closed.items())
