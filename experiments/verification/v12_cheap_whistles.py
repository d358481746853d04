"""V12: cheap whistles inflate and crowd out departments' own work."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from analysis.figures.style import PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import between, collected, difference, option, text, tidy
from experiments.verification.records import About, Examined, Picture, Scale
from sim.mechanisms.mechanism import departments
from sim.model import CommunityModel
from sim.needs import Role

ABOUT = About(
    id="V12",
    kind="pattern",
    title=text("Cheap whistles crowd out departments' own work", "哨声通胀挤占部门本职"),
    claim=text(
        "When whistling is cheap, whistles multiply, and departments that answer them do their own work later.",
        "吹哨成本低时哨声增多，部门忙于报到，本职事项办得更晚。",
    ),
    source="Reports on Beijing's whistle reform (seed C2); Bitterman & Koliba 2020.",
)
REPLICATES: Final = {"quick": 3, "full": 6}
DAYS, REFORM_DAY = 500, 120
#: Share of simple cases for which the street whistles all the same.
INFLATION = (0.0, 0.1, 0.25, 0.5)


def examine(scale: Scale) -> Examined:
    """Beijing's whistle at four degrees of cheapness, beside no whistle."""
    replicates = REPLICATES[scale]
    options: dict[str, Any] = {"siloed": "siloed"}
    options |= {f"whistle_{i}": option(f"whistle_{i}", whistle={"parameters": {"inflation": share, "whistles": 1.0}})
                for i, share in enumerate(INFLATION)}  # fmt: skip
    found = collected(options, replicates, _measure, world="street", days=DAYS, reform_day=REFORM_DAY)
    cheap, dear = f"whistle_{len(INFLATION) - 1}", "whistle_0"
    meetings = difference(found["meetings"], cheap, dear)
    away = difference(found["away"], cheap, dear)
    own = difference(found["own_days"], cheap, dear)
    card = ABOUT.card(
        text(
            f"World street, whistle with one whistle a community and day, reform on day {REFORM_DAY} of {DAYS}, {replicates} replicates "
            f"that share their past. The street whistles for a share of simple cases: {', '.join(map(str, INFLATION))}. Own work: cases "
            "of one organization whose handler is a district department or the street office.",
            f"世界 street，吹哨机制（每社区每日一次），第 {REFORM_DAY} 日实施，共 {DAYS} 天，{replicates} 次重复并共享同一过去。"
            f"简单事项吹哨比例：{', '.join(map(str, INFLATION))}。本职：由区级部门或街道办单独承办的事项。",
        ),
        Finding(text("meetings a day, cheapest less none cheap, lower bound", "每日会商增量（95% 下限）"), meetings.ci_low, low=0.0, interval=between(meetings)),
        Finding(text("hours a day off departments' work, lower bound", "部门每日被占用工时增量（95% 下限）"), away.ci_low, low=0.0, interval=between(away)),
        Finding(text("days to close own work: added", "本职办结天数：增量"), own.difference, unit=text("days", "天"), interval=between(own)),
        Finding(text("days to close own work: added, lower bound", "本职办结天数增量（95% 下限）"), own.ci_low, low=0.0, interval=between(own)),
    )  # fmt: skip
    return Examined(card, (_rise(found, "away"), _rise(found, "own_days")), tidy(found))


def _measure(model: CommunityModel) -> dict[str, float]:
    state, days = model.state, DAYS - REFORM_DAY
    t = state.institutions
    street = np.flatnonzero(t.role == int(Role.STREET_OFFICE))
    doers = np.concatenate([departments(state), street])
    before = model.records.marks
    away = sum(
        getattr(t, name)[doers] - before[name][doers] for name in ("hours_coordination", "hours_overhead")
    )
    cases = model.tables()["cases"].query("opened >= @REFORM_DAY and status == 'resolved' and scope == 1")
    own = cases[cases["provider"].isin(doers)]
    return {
        "meetings": float(model.records.sums(REFORM_DAY)["meetings"].sum()) / days,
        "away": float(np.sum(away)) / days,
        "own_days": float((own["closed"] - own["opened"]).mean()),
    }


def _rise(found: dict[str, dict[str, list[float]]], measure: str) -> Picture:
    labels = {
        "away": text("hours a day away from cases", "每日被占用工时"),
        "own_days": text("days to close own work", "本职办结天数"),
    }

    def draw(ax: Any, lang: str) -> None:
        runs = np.array([found[measure][f"whistle_{i}"] for i in range(len(INFLATION))])
        ax.plot(INFLATION, runs, color=PALETTE[5], linewidth=0.8)
        ax.plot(INFLATION, runs.mean(1), color=PALETTE[0], marker="o")
        ax.axhline(np.mean(found[measure]["siloed"]), color=PALETTE[1], linestyle="--", linewidth=1.0)
        ax.annotate({"en": "no whistle", "zh": "无吹哨"}[lang], (INFLATION[-1], np.mean(found[measure]["siloed"])),
                    xytext=(0, 3), textcoords="offset points", ha="right", color=PALETTE[1], fontsize=8)  # fmt: skip
        ax.set_xlabel({"en": "share of simple cases whistled for", "zh": "简单事项吹哨比例"}[lang])
        ax.set_ylabel(labels[measure][lang])
        quiet(ax)

    means = [float(np.mean(found[measure][f"whistle_{i}"])) for i in range(len(INFLATION))]
    said = "; ".join(f"{share}: {mean:.2f}" for share, mean in zip(INFLATION, means, strict=True))
    without = float(np.mean(found[measure]["siloed"]))
    return Picture(
        text(labels[measure]["en"].capitalize(), labels[measure]["zh"]),
        text(
            f"By share of simple cases whistled for: {said}; without a whistle {without:.2f}.",
            f"按简单事项吹哨比例：{said}；无吹哨 {without:.2f}。",
        ),
        draw,
    )
