"""V3: reduced to one provider the model is a queue, and its waits are those of Erlang, Pollaczek and Khinchine, Cobham and Little.

Means are compared over independent replicates, so that the sampling error is computed and not guessed, and each comparison must also
tell the model from a theory that is wrong on purpose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.style import GREY, INK, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import label, text
from experiments.verification.queue_runs import (
    DAYS,
    FIRST,
    REPLICATES,
    Comparison,
    Run,
    compare,
    little,
    over_theory,
    simulate,
    told_apart,
    waiting_of,
)
from experiments.verification.queue_theory import (
    ARRIVALS,
    SPREAD,
    VARIATION,
    empty_house,
    wait_if_interrupting,
    wait_of_many,
    wait_of_one,
    waits_of_classes,
)
from experiments.verification.records import About, Examined, Picture, Scale

ABOUT = About(
    id="V3",
    kind="analytic",
    title=text("One provider is a queue", "单一机构即排队系统"),
    claim=text(
        "Reduced to one provider, waits agree with Erlang C (M/M/c), Pollaczek-Khinchine (M/D/1, M/G/1) and non-preemptive priorities "
        "within the sampling error, and Little's law holds.",
        "退化为单一机构时，等待时间在抽样误差内与 Erlang C（M/M/c）、Pollaczek–Khinchine（M/D/1、M/G/1）及非抢占优先级理论一致，且 Little 定律成立。",
    ),
    source="Erlang 1917; Pollaczek 1930, Khinchine 1932; Cobham 1954; Little 1961.",
)
LOAD, LOAD_OF_CLASSES = 0.6, 0.7


def examine(scale: Scale) -> Examined:
    """Five queues against their theories."""
    queues = lived(REPLICATES[scale])
    found = compared(queues)
    card = ABOUT.card(
        text(
            f"World queue: {ARRIVALS:g} arrivals a day, load {LOAD} (with two classes {LOAD_OF_CLASSES}), {REPLICATES[scale]} replicates of {DAYS} days, "
            f"the first {FIRST} left out. Shown is the mean over theory; its range is what chance allows once in a thousand.",
            f"世界 queue：每日 {ARRIVALS:g} 次到达，负荷 {LOAD}（两类时 {LOAD_OF_CLASSES}），{REPLICATES[scale]} 次重复，每次 {DAYS} 天，略去前 {FIRST} 天。"
            "所示为均值与理论值之比；其范围为偶然性千分之一内所允许者。",
        ),
        *(over_theory(NAMES[name], comparison) for name, comparison in found.items()),
        *_controls(queues),
    )
    table = pd.DataFrame([
        {"statistic": name, "mean": c.mean, "theory": c.theory, "standard_error": c.error, "replicates": c.replicates}
        for name, c in found.items()
    ])  # fmt: skip
    return Examined(card, (_ratios(found),), table)


NAMES = {
    "M/M/1": text("M/M/1: mean wait over Erlang C", "M/M/1：平均等待/Erlang C"),
    "M/M/3": text("M/M/3: mean wait over Erlang C", "M/M/3：平均等待/Erlang C"),
    "M/D/1": text("M/D/1: mean wait over Pollaczek-Khinchine", "M/D/1：平均等待/Pollaczek–Khinchine"),
    "M/G/1": text("M/G/1, log-normal: mean wait over Pollaczek-Khinchine", "M/G/1（对数正态）：平均等待/Pollaczek–Khinchine"),
    "first class": text("two classes, urgent: mean wait over Cobham", "两类，优先者：平均等待/Cobham"),
    "second class": text("two classes, other: mean wait over Cobham", "两类，其余者：平均等待/Cobham"),
    "Little, M/M/1": text("M/M/1: open cases over arrivals times days (Little)", "M/M/1：在办数/（到达率×时长）（Little）"),
    "Little, M/M/3": text("M/M/3: open cases over arrivals times days (Little)", "M/M/3：在办数/（到达率×时长）（Little）"),
    "Little, two classes": text("two classes: open cases over arrivals times days (Little)", "两类：在办数/（到达率×时长）（Little）"),
    "used": text("M/M/3: hours used of hours had, over load", "M/M/3：已用/可用工时之比与负荷之比"),
    "empty": text("M/M/3: evenings with nobody there, over Erlang", "M/M/3：空闲傍晚比例/Erlang"),
}  # fmt: skip


def lived(replicates: int) -> dict[str, tuple[Run, ...]]:
    """The five queues, lived."""
    hours = {"needs.hours_spread": SPREAD}
    return {
        "M/M/1": simulate(LOAD, replicates=replicates),
        "M/M/3": simulate(LOAD, 3, replicates=replicates),
        "M/D/1": simulate(LOAD, replicates=replicates, service="deterministic"),
        "M/G/1": simulate(LOAD, replicates=replicates, parameters=hours, service="lognormal"),
        "two classes": simulate(LOAD_OF_CLASSES, replicates=replicates, discipline="priority"),
    }


def compared(queues: dict[str, tuple[Run, ...]]) -> dict[str, Comparison]:
    """Means of the queues beside what theory says of them."""
    one, three, classes = queues["M/M/1"], queues["M/M/3"], queues["two classes"]
    first, second = waits_of_classes(LOAD_OF_CLASSES, 0.5)
    return {
        "M/M/1": compare(one, wait_of_many(1, LOAD)),
        "M/M/3": compare(three, wait_of_many(3, LOAD)),
        "M/D/1": compare(queues["M/D/1"], wait_of_one(LOAD, VARIATION["deterministic"])),
        "M/G/1": compare(queues["M/G/1"], wait_of_one(LOAD, VARIATION["lognormal"])),
        "first class": compare(classes, first, waiting_of("environment")),
        "second class": compare(classes, second, waiting_of("property")),
        "Little, M/M/1": little(one),
        "Little, M/M/3": little(three),
        "Little, two classes": little(classes),
        "used": compare(three, LOAD, lambda daily: daily.hours_service / (8.0 * 3), daily=True),
        "empty": compare(
            three, empty_house(3, LOAD), lambda daily: (daily.cases_open == 0).astype(float), daily=True
        ),
    }


def _controls(queues: dict[str, tuple[Run, ...]]) -> list[Finding]:
    """The same comparisons with theories that are wrong on purpose."""
    interrupting = wait_if_interrupting(LOAD_OF_CLASSES, 0.5)
    return [
        told_apart(
            text("wrong on purpose: M/M/3 taken for one fast server, standard errors", "故意取错：M/M/3 当作单台快机，标准误倍数"),
            compare(queues["M/M/3"], wait_of_many(1, LOAD)),
        ),
        told_apart(
            text("wrong on purpose: fixed hours taken for exponential, standard errors", "故意取错：定长服务当作指数服务，标准误倍数"),
            compare(queues["M/D/1"], wait_of_one(LOAD, VARIATION["exponential"])),
        ),
        told_apart(
            text("wrong on purpose: urgent cases as if they interrupted, standard errors", "故意取错：优先者当作可抢占，标准误倍数"),
            compare(queues["two classes"], interrupting, waiting_of("environment")),
        ),
    ]  # fmt: skip


def _ratios(found: dict[str, Comparison]) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        places = np.arange(len(found))
        values = np.array([c.mean / c.theory for c in found.values()])
        halves = np.array([1.96 * c.error / c.theory for c in found.values()])
        reach = np.array([c.critical * c.error / c.theory for c in found.values()])
        ax.barh(
            places,
            2 * reach,
            left=1 - reach,
            height=0.7,
            color=PALETTE[5],
            alpha=0.35,
            label=label(lang, "what chance allows", "偶然性所允许"),
        )
        ax.errorbar(
            values,
            places,
            xerr=halves,
            fmt="o",
            color=PALETTE[0],
            markersize=4,
            linewidth=1.2,
            label=label(lang, "model, 95 %", "模型，95%"),
        )
        ax.axvline(1.0, color=INK, linewidth=0.8)
        ax.set_yticks(places, [_short(name, lang) for name in found], fontsize=8)
        ax.invert_yaxis()
        ax.tick_params(axis="y", color=GREY)
        ax.set_xlabel(label(lang, "model over theory", "模型/理论"))
        ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, fontsize=8)
        quiet(ax, "x")  # fmt: skip

    return Picture(
        text("Means of the model over theory", "模型均值与理论值之比"),
        text(
            "Each mean over its theory, beside the band that chance allows: " + _said(found) + ".",
            "各均值与理论值之比，并示偶然性允许的范围：" + _said(found) + "。",
        ),
        draw,
    )


def _said(found: dict[str, Comparison]) -> str:
    return "; ".join(f"{name} {c.mean / c.theory:.3f}" for name, c in found.items())


def _short(name: str, lang: str) -> str:
    chinese = {
        "first class": "两类：优先", "second class": "两类：其余", "Little, M/M/1": "Little：M/M/1", "Little, M/M/3": "Little：M/M/3",
        "Little, two classes": "Little：两类", "used": "M/M/3：负荷", "empty": "M/M/3：空闲",
    }  # fmt: skip
    english = {"used": "M/M/3: load", "empty": "M/M/3: empty"}
    return chinese.get(name, name) if lang == "zh" else english.get(name, name)
