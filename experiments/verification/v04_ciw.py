"""V4: the same queues in Ciw give the same distribution of waits, and not that of queues that are wrong on purpose."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.figures.style import GREY, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.ciw_peer import (
    LEVEL,
    Waits,
    agreement,
    distance,
    in_ciw,
    in_model,
    the_peer,
)
from experiments.verification.lives import label, text
from experiments.verification.queue_runs import simulate
from experiments.verification.queue_theory import ARRIVALS
from experiments.verification.records import About, Examined, Picture, Scale

ABOUT = About(
    id="V4",
    kind="peer",
    title=text("The same queues in Ciw", "Ciw 中的同一排队系统"),
    claim=text(
        "The same queueing network in Ciw, another program by other people, gives the same distribution of waiting times, with several "
        "servers and with priorities.",
        "在 Ciw（他人编写的另一程序）中运行同一排队系统，多服务台与优先级情形下等待时间分布相同。",
    ),
    source="Palmer, Knight, Harper & Hawa 2019 (Ciw); Kolmogorov 1933, Smirnov 1948; Sokal 1997 on thinning.",
)
REPLICATES: Final = {"quick": 60, "full": 60}
CIW_DAYS: Final = {"quick": 4_000.0, "full": 12_000.0}
#: Hours of work of M/M/3 at load 0.6 and of the one server with two classes at load 0.7, as days.
SERVICE, SERVICE_OF_CLASSES = 1.8 / ARRIVALS, 0.7 / ARRIVALS
SHARES: Final = np.array([0.05, *np.arange(0.1, 0.96, 0.05), 0.97, 0.98, 0.99, 0.995])


def examine(scale: Scale) -> Examined:
    """Three distributions from both programs, and three queues in Ciw that are wrong on purpose."""
    the_peer()
    replicates, days = REPLICATES[scale], CIW_DAYS[scale]
    three = in_model(simulate(0.6, 3, replicates=replicates))
    classes = simulate(0.7, replicates=replicates, discipline="priority")
    first, second = in_ciw(days, 1, SERVICE_OF_CLASSES, classes=2)
    pairs: dict[str, tuple[list[Waits], list[Waits]]] = {
        "M/M/3": (three, in_ciw(days, 3, SERVICE)),
        "first class": (in_model(classes, "environment"), [first]),
        "second class": (in_model(classes, "property"), [second]),
    }
    difference, error, share = _share_that_waits(*pairs["M/M/3"])
    card = ABOUT.card(
        text(
            f"M/M/3 at load 0.6 and one server with two classes at load 0.7: {replicates} replicates of the model, {days:,.0f} days of Ciw. Neighbouring "
            "waits are alike, so both samples are thinned by their integrated autocorrelation time before the two-sample Kolmogorov-Smirnov test.",
            f"负荷 0.6 的 M/M/3，以及负荷 0.7 的单台两类优先：模型 {replicates} 次重复，Ciw {days:,.0f} 天。相邻等待相关，故按积分自相关时间抽稀后作双样本 Kolmogorov–Smirnov 检验。",
        ),
        *(
            Finding(text(f"{NAMES[name]['en']}: p that both are one distribution", f"{NAMES[name]['zh']}：两者同分布的 p 值"), agreement(*pair), low=LEVEL)
            for name, pair in pairs.items()
        ),
        *(
            Finding(text(f"{NAMES[name]['en']}: largest distance of the distribution functions", f"{NAMES[name]['zh']}：分布函数最大距离"), distance(*pair))
            for name, pair in pairs.items()
        ),
        Finding(
        text("M/M/3: share without a wait, model less Ciw", "M/M/3：无需等待者比例，模型减 Ciw"), difference, low=-3.5 * error, high=3.5 * error,
        interval=(difference - 1.96 * error, difference + 1.96 * error),
        ),
        Finding(text("M/M/3: share without a wait, model", "M/M/3：无需等待者比例，模型"), share),
        *(
        Finding(text(f"wrong on purpose, {names['en']}: p", f"故意取错，{names['zh']}：p 值"), agreement(three, other), high=LEVEL)
        for names, other in _wrong(days)
        ),
    )  # fmt: skip
    return Examined(card, tuple(_quantiles(name, *pair) for name, pair in pairs.items()), _table(pairs))


NAMES: Final = {
    "M/M/3": text("M/M/3", "M/M/3"),
    "first class": text("two classes, urgent", "两类，优先者"),
    "second class": text("two classes, other", "两类，其余者"),
}


def _wrong(days: float) -> list[tuple[Any, list[Waits]]]:
    """Queues that M/M/3 must be told apart from."""
    return [
        (text("two servers at the same load", "两台服务台、同一负荷"), in_ciw(days, 2, SERVICE / 1.5)),
        (text("hours of fixed length", "定长服务"), in_ciw(days, 3, SERVICE, fixed=True)),
        (text("hours a fifth longer", "服务时间长五分之一"), in_ciw(days, 3, 1.2 * SERVICE)),
    ]


def _share_that_waits(model: list[Waits], peer: list[Waits]) -> tuple[float, float, float]:
    """Share without a wait in the model less that in Ciw, its standard error (by replicates and by batches of 1,300), and the first."""
    ours = np.array([(waits == 0.0).mean() for waits in model])
    waits = peer[0]
    theirs = (waits[: waits.size // 1_300 * 1_300] == 0.0).reshape(-1, 1_300).mean(1)
    error = math.hypot(*(float(x.std(ddof=1)) / math.sqrt(x.size) for x in (ours, theirs)))
    return float(ours.mean() - theirs.mean()), error, float(ours.mean())


def _table(pairs: dict[str, tuple[list[Waits], list[Waits]]]) -> pd.DataFrame:
    return pd.DataFrame([
        {"queue": name, "share": share, "model_days": ours, "ciw_days": theirs}
        for name, (model, peer) in pairs.items()
        for share, ours, theirs in zip(SHARES, _at(model), _at(peer), strict=True)
    ])  # fmt: skip


def _at(samples: list[Waits]) -> Waits:
    return np.quantile(np.concatenate(samples), SHARES)


def _quantiles(name: str, model: list[Waits], peer: list[Waits]) -> Picture:
    ours, theirs = _at(model), _at(peer)

    def draw(ax: Any, lang: str) -> None:
        end = float(max(ours[-1], theirs[-1]))
        ax.plot([0.0, end], [0.0, end], color=GREY, linewidth=0.8, linestyle="--")
        ax.plot(theirs, ours, "o", color=PALETTE[0], markersize=4)
        ax.set_xlabel(label(lang, "wait in Ciw, days", "Ciw 等待（天）"))
        ax.set_ylabel(label(lang, "wait in the model, days", "模型等待（天）"))
        quiet(ax, "both")

    median = int(np.argmin(np.abs(SHARES - 0.5)))
    return Picture(
        text(f"Q–Q, {NAMES[name]['en']}", f"Q–Q 图，{NAMES[name]['zh']}"),
        text(
            f"Quantiles of waits in the model against those in Ciw; equal distributions lie on the diagonal. Medians {ours[median]:.3f} and "
            f"{theirs[median]:.3f} days, 99.5 % {ours[-1]:.3f} and {theirs[-1]:.3f}.",
            f"模型与 Ciw 等待时间分位数对照；同分布则落在对角线上。中位数 {ours[median]:.3f} 与 {theirs[median]:.3f} 天，99.5% 分位 {ours[-1]:.3f} 与 {theirs[-1]:.3f}。",
        ),
        draw,
    )
