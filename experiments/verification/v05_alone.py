"""V5: laws on their own: influence as DeGroot, volunteering as Granovetter, meetings as lead organization and shared network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.style import INK, PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.laws_alone import (
    CASCADE,
    all_adults,
    critical_sigma,
    ends_at,
    influence,
    quantiles,
    smallest_fixed_point,
)
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Picture, Scale
from experiments.verification.small_worlds import add_cases, add_needs, make
from sim.day.coordinate import coordinate
from sim.day.respond import respond
from sim.needs import CHAINS, Category

ABOUT = About(
    id="V5",
    kind="analytic",
    title=text("Influence, cascades and tables on their own", "单独运行的影响、级联与会商"),
    claim=text(
        "Influence alone converges as DeGroot; volunteering alone follows Granovetter's cascade; a shared network costs as much as a "
        "lead organization at about seven partners and more beyond.",
        "仅有影响时按 DeGroot 收敛；仅有志愿行为时遵循 Granovetter 阈值级联；无牵头网络约在七个伙伴处与牵头组织成本相当，之后更高。",
    ),
    source="DeGroot 1974; Granovetter 1978 (EV-GRANOVETTER); Provan & Kenis 2008 (EV-ORG-PK-SIZE).",
)
DAYS, RATE, HOUSEHOLDS = 60, 0.5, 800
SPREADS = (0.05, 0.08, 0.10, 0.115, 0.12, 0.124, 0.13, 0.15, 0.18, 0.22)
SIZES = (2, 3, 4)


def examine(scale: Scale) -> Examined:
    """Three laws, each with everything else silent, beside their closed forms."""
    opinions, expected = _influence()
    crowds = np.array([_crowd(sigma) for sigma in SPREADS])
    theory = np.array([smallest_fixed_point(sigma) for sigma in SPREADS])
    led, shared = (np.array([_meeting(n, alone) for n in SIZES]) for alone in (0.0, 1.0))
    # Led: hours are linear in partners. Shared: hours are a multiple of pairs. Both go on beyond the sizes that cases have.
    slope, base = np.polyfit(SIZES, led, 1)
    pair = float(np.mean(shared / _pairs(np.array(SIZES))))
    bends = float(
        np.abs(led - base - slope * np.array(SIZES)).max()
        + np.abs(shared - pair * _pairs(np.array(SIZES))).max()
    )
    crossing = float(max(np.roots([0.5 * pair, -0.5 * pair - slope, -base]).real))
    away = np.abs(np.array(SPREADS) - critical_sigma()) > 0.003
    card = ABOUT.card(
        text(
            f"(1) {DAYS} days of happiness moved by ties alone, against the matrix iteration. (2) Crowds of about {2 * HOUSEHOLDS} adults "
            "with thresholds at the quantiles of a normal of mean 25 %, against the smallest fixed point. (3) Hours of one convened case "
            "of 2, 3 and 4 organizations, with a lead and without, continued by their own form.",
            f"（1）仅由社会联系驱动的幸福感 {DAYS} 天，与矩阵迭代比较。（2）约 {2 * HOUSEHOLDS} 名成年人，阈值取均值 25% 正态分位数，与最小不动点比较。（3）2、3、4 个组织的一次会商工时，有牵头与无牵头，按各自形式外推。",
        ),
        Finding(text("largest distance from DeGroot's iteration", "与 DeGroot 迭代的最大偏差"), float(np.abs(opinions - expected).max()), high=1e-4),
        Finding(
            text("largest distance from Granovetter's share, off the critical spread", "与 Granovetter 比例的最大偏差（临界值外）"),
            float(np.abs(crowds - theory)[away].max()), high=0.02,
        ),
        Finding(text("jump of the share across the critical spread of 12.2 points", "跨越临界离散度 12.2 个百分点时的跃升"), float(np.ptp(crowds)), low=0.8),
        Finding(text("distance of hours from the forms O(n) and O(n²)", "工时与 O(n)、O(n²) 形式的偏差"), bends, high=1e-9, unit=text("hours", "小时")),
        Finding(text("partners at which both cost the same", "成本相等的伙伴数"), crossing, low=6.0, high=10.0),
    )  # fmt: skip
    table = pd.DataFrame(
        {"spread_points": 100 * np.array(SPREADS), "share_in_theory": theory, "share_in_model": crowds}
    )
    return Examined(
        card,
        (
            _convergence(opinions),
            _cascades(crowds, theory),
            _costs(led, shared, (base, slope, pair), crossing),
        ),
        table,
    )


def _pairs(n: np.ndarray) -> np.ndarray:
    return 0.5 * n * (n - 1)


def _influence() -> tuple[np.ndarray, np.ndarray]:
    """Happiness of all residents day by day, and DeGroot's iteration of it, `[day, resident]` each."""
    small, ties = influence(RATE)
    r = small.state.residents
    x = np.random.default_rng(1).uniform(0.2, 0.9, len(r.happiness))
    r.happiness[:] = x
    step = (1.0 - RATE) * np.eye(len(x)) + RATE * ties
    lived, expected = [x], [x]
    for day in range(DAYS):
        respond(small.state, small.levers, small.draws, day)
        lived.append(r.happiness.astype(float))
        expected.append(step @ expected[-1])
    return np.array(lived), np.array(expected)


def _crowd(sigma: float) -> float:
    small = make(CASCADE, communities=1, cells=1, households=HOUSEHOLDS)
    people = all_adults(small, quantiles(sigma))
    return ends_at(small) / people


def _meeting(organizations: int, alone: float) -> float:
    """Hours of everyone for one case of so many organizations, with a lead (0) or without (1)."""
    small = make()
    need = add_needs(small, 1, scope=organizations)
    add_cases(small, need, providers=[small.seat(int(seat)) for seat in CHAINS[Category.DISPUTE]])
    levers = small.with_levers(slots=5.0, convening=1.0, shared_network=alone)
    coordinate(small.state, levers, small.draws, 0)
    if small.tally("meetings") != 1.0:
        raise ValueError("one case must take one meeting")
    return float(small.state.institutions.owed.sum())


def _convergence(opinions: np.ndarray) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        ax.plot(opinions[:25, ::6], color=PALETTE[5], linewidth=0.5)
        ax.plot(opinions[:25].mean(1), color=INK)
        ax.set_xlabel({"en": "day", "zh": "天"}[lang])
        ax.set_ylabel({"en": "happiness, by influence alone", "zh": "幸福感（仅有影响）"}[lang])
        quiet(ax)

    first, last = (float(np.ptp(opinions[day])) for day in (0, 24))
    return Picture(
        text("Happiness moved by ties alone", "仅由社会联系驱动的幸福感"),
        text(
            f"Lines of residents and their mean over 25 days; they spread over {first:.2f} at first and {last:.2f} at the end.",
            f"居民各线及其均值，共 25 天；初始极差 {first:.2f}，末日 {last:.2f}。",
        ),
        draw,
    )


def _cascades(crowds: np.ndarray, theory: np.ndarray) -> Picture:
    def draw(ax: Any, lang: str) -> None:
        ax.plot(100 * np.array(SPREADS), theory, color=INK, label={"en": "fixed point", "zh": "不动点"}[lang])
        ax.plot(
            100 * np.array(SPREADS), crowds, "o", color=PALETTE[1], label={"en": "model", "zh": "模型"}[lang]
        )
        ax.axvline(100 * critical_sigma(), color=PALETTE[0], linestyle="--", linewidth=0.8)
        ax.set_xlabel({"en": "spread of thresholds, points", "zh": "阈值离散度（百分点）"}[lang])
        ax.set_ylabel({"en": "share who volunteer in the end", "zh": "最终参与比例"}[lang])
        ax.legend(loc="center right")
        quiet(ax)

    away = float(np.abs(crowds - theory).max())
    return Picture(
        text("Shares who volunteer in the end", "最终参与比例"),
        text(
            f"Share against the spread of thresholds, model beside the smallest fixed point; they differ by at most {away:.3f}.",
            f"参与比例随阈值离散度的变化，模型与最小不动点对照；最大相差 {away:.3f}。",
        ),
        draw,
    )


def _costs(
    led: np.ndarray, shared: np.ndarray, forms: tuple[float, float, float], crossing: float
) -> Picture:
    base, slope, pair = forms

    def draw(ax: Any, lang: str) -> None:
        n = np.linspace(2, 10, 50)
        ax.plot(
            n, base + slope * n, color=PALETTE[0], label={"en": "lead organization", "zh": "有牵头组织"}[lang]
        )
        ax.plot(
            n,
            pair * _pairs(n),
            color=PALETTE[1],
            linestyle="--",
            label={"en": "shared network", "zh": "无牵头网络"}[lang],
        )
        ax.plot(SIZES, led, "o", color=PALETTE[0])
        ax.plot(SIZES, shared, "s", color=PALETTE[1])
        ax.axvline(crossing, color=INK, linewidth=0.6)
        ax.set_xlabel({"en": "partners", "zh": "伙伴数"}[lang])
        ax.set_ylabel({"en": "hours of a meeting", "zh": "每次会商工时"}[lang])
        ax.legend()
        quiet(ax)

    return Picture(
        text("Hours of a meeting", "每次会商工时"),
        text(
            f"Hours with a lead grow linearly in partners, without one as pairs; the lines cross at {crossing:.1f} partners.",
            f"有牵头时工时随伙伴数线性增长，无牵头时随配对数增长；两线交于 {crossing:.1f} 个伙伴。",
        ),
        draw,
    )
