"""V6: extreme worlds have sensible limits, and nothing is missing of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from analysis.patterns import Finding
from experiments.verification.extremes import NOBODY, PLENTY, lived, totals, town, unsound
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Scale
from sim.model import CommunityModel
from sim.scenario import names

ABOUT = About(
    id="V6",
    kind="extreme",
    title=text("Worlds at their limits", "极端世界"),
    claim=text(
        "Zero staff, plenty of staff, no needs, a flood of needs, one household, one cell, all migrants or none: sensible limits, and no "
        "number is missing where something happened.",
        "零人手、充裕人手、无需求、需求洪流、单户、单网格、全为或全无外来人口：极限合理，凡有事发生处数值不缺失。",
    ),
    source="Sargent 2013, extreme condition tests.",
)
STRATEGIES: Final = ("siloed", "wuhan")
SMALL: Final = (
    {"communities": 1, "cells": 1, "households": 1}, {"communities": 1, "cells": 1, "households": 400},
    {"communities": 1, "cells": 7, "households": 3}, {"communities": 5, "cells": 1, "households": 1},
)  # fmt: skip


def examine(scale: Scale) -> Examined:
    """Each limit under several strategies."""
    strategies = names("strategy") if scale == "full" else STRATEGIES
    nobody, plenty, idle = (
        [lived(town(), fixed, strategy, days) for strategy in strategies]
        for fixed, days in ((NOBODY, 120), (PLENTY, 90), ({"needs.total_rate": 0.0}, 120))
    )
    flood, usual = lived(town(), {"needs.total_rate": 60.0}, days=60), lived(town(), days=60)
    others = list(_others(strategies))
    everyone = [*nobody, *plenty, *idle, flood, usual, *others]
    faults = [fault for model in everyone for fault in unsound(model)]
    card = ABOUT.card(
        text(
            f"World classroom and smaller ones, {len(strategies)} strategies, {len(everyone)} lives with staff, needs or residents at their limits, "
            "outside the declared ranges of parameters where that is what a limit means.",
            f"世界 classroom 及更小者，{len(strategies)} 种策略，共 {len(everyone)} 次运行，人手、需求或居民处于极限，必要时超出参数声明范围。",
        ),
        Finding(text("numbers that are missing though something happened", "有事发生却缺失的数值"), float(len(faults)), high=1.0),
        Finding(text("zero staff: cases resolved and hours used", "零人手：办结事项与工时"), max(_worked(model) for model in nobody), high=1e-9),
        Finding(text("plenty of staff: longest wait for work to begin", "充裕人手：开工前最长等待"), max(_longest(model) for model in plenty), high=1e-6, unit=text("days", "天")),
        Finding(text("no needs: cases and hours on them", "无需求：事项与工时"), max(_busy(model) for model in idle), high=1e-9),
        Finding(
            text("a hundred times the needs: needs arisen over the usual", "百倍需求：产生需求与平常之比"),
            totals(flood)["needs_arisen"] / totals(usual)["needs_arisen"], low=80.0, high=150.0,
        ),
        Finding(text("a hundred times the needs: critical load", "百倍需求：关键机构负荷"), flood.outcomes()["utilisation_critical"], low=0.99),
        remark=dict.fromkeys(("en", "zh"), "; ".join(faults[:5])) if faults else None,
    )  # fmt: skip
    return Examined(card)


def _others(strategies: tuple[str, ...]) -> Iterator[CommunityModel]:
    """Small worlds, and worlds of migrants only or of none."""
    for strategy in strategies:
        for sizes in SMALL:
            yield lived(town(**sizes), strategy=strategy)
        for share in (0.0, 1.0):
            yield lived(town(), strategy=strategy, parameters={"population.migrant_share": share})


def _worked(model: CommunityModel) -> float:
    sums = totals(model)
    return sum(
        sums[name]
        for name in (
            "cases_resolved",
            "hours_service",
            "hours_pooled",
            "hours_overhead",
            "hours_coordination",
        )
    )


def _busy(model: CommunityModel) -> float:
    sums = totals(model)
    return sum(
        sums[name] for name in ("needs_arisen", "reports", "cases_opened", "hours_service", "handovers")
    )


def _longest(model: CommunityModel) -> float:
    """From joining the queue to the start of work, days, of cases whose first part was the first to be worked on."""
    cases, n = model.state.cases, int(model.state.sizes.cases[0])
    begun = (cases.joint[:n] == 0) & (cases.started[:n] >= 0)
    return float(np.max(cases.started[:n][begun] - cases.since[:n, 0][begun]))
