"""V11: mandated collaboration without staff makes the convenor a bottleneck."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.comparison import paired
from analysis.figures.style import PALETTE, quiet
from analysis.patterns import Finding
from experiments.verification.lives import between, collected, option, text, tidy
from experiments.verification.records import About, Examined, Picture, Scale
from sim.model import CommunityModel
from sim.needs import Role

ABOUT = About(
    id="V11",
    kind="pattern",
    title=text("A mandate without staff", "只给任务不给人手"),
    claim=text(
        "Mandated collaboration without staff makes the convenor a bottleneck: its load grows and what it convenes takes longer, "
        "which staff repairs.",
        "强制协同而不增人手，牵头者成为瓶颈：负荷上升，所牵头事项更慢；增加人手可以缓解。",
    ),
    source="Bitterman & Koliba 2020.",
)
REPLICATES: Final = {"quick": 3, "full": 5}
DAYS, REFORM_DAY = 500, 120
#: Share of multi-organization cases that must be brought to the street, and staff of the street committee per 10,000.
MANDATES = (0.1, 0.5, 1.0)
STAFF = {"scarce": 0.3, "ample": 2.0}


def examine(scale: Scale) -> Examined:
    """The whistle as a mandate of growing reach, with few and with many people to convene."""
    replicates = REPLICATES[scale]
    found = {name: _lives(staff, replicates) for name, staff in STAFF.items()}
    full, least = f"mandate_{len(MANDATES) - 1}", "mandate_0"

    def added(staff: str, measure: str) -> np.ndarray:
        values = found[staff][measure]
        return np.array(values[full]) - np.array(values[least])

    busy = paired(added("scarce", "busy"), np.zeros(replicates))
    waits = paired(added("scarce", "joint_days"), np.zeros(replicates))
    relief = paired(
        np.array(found["scarce"]["joint_days"][full]), np.array(found["ample"]["joint_days"][full])
    )
    card = ABOUT.card(
        text(
            f"World street, whistle for a growing share of multi-organization cases ({', '.join(map(str, MANDATES))}), as many meetings "
            f"as are called for, street committee of {STAFF['scarce']} or {STAFF['ample']} persons per 10,000 residents; reform on day "
            f"{REFORM_DAY} of {DAYS}, {replicates} replicates. Load: hours used of hours had, street committee and street office, which "
            "share people. Days: opening to closing of convened cases.",
            f"世界 street，跨部门事项吹哨比例 {', '.join(map(str, MANDATES))}，会商不限次，"
            f"街道党工委每万人 {STAFF['scarce']} 或 {STAFF['ample']} 人；第 {REFORM_DAY} 日实施，共 {DAYS} 天，{replicates} 次重复。"
            "负荷：街道党工委与街道办（人员交叉）已用/可用工时。天数：会商事项从开案到结案。",
        ),
        Finding(text("load of the convenor, full mandate less least, lower bound", "牵头者负荷增量（95% 下限）"), busy.ci_low, low=0.0, interval=between(busy)),
        Finding(text("days of convened cases, full mandate less least, lower bound", "会商事项天数增量（95% 下限）"), waits.ci_low, low=0.0, interval=between(waits)),
        Finding(text("days that scarce staff adds at full mandate, lower bound", "人手不足增加的天数（95% 下限）"), relief.ci_low, low=0.0, interval=between(relief)),
        Finding(text("load of the convenor at full mandate, scarce staff", "牵头者负荷（人手不足，全面强制）"), float(np.mean(found["scarce"]["busy"][full]))),
    )  # fmt: skip
    table = pd.concat(tidy(values).assign(staff=staff) for staff, values in found.items())
    return Examined(card, (_rise(found, "busy"), _rise(found, "joint_days")), table)


def _lives(staff: float, replicates: int) -> dict[str, dict[str, list[float]]]:
    options = {
        f"mandate_{i}": option(f"mandate_{i}", whistle={"parameters": {"convening": share, "whistles": 1.0}})
        for i, share in enumerate(MANDATES)
    }
    return collected(
        options, replicates, _measure, world="street", days=DAYS, reform_day=REFORM_DAY, parameters={"party.street_staff": staff}
    )  # fmt: skip


def _measure(model: CommunityModel) -> dict[str, float]:
    t, before = model.state.institutions, model.records.marks
    convenors = np.flatnonzero(np.isin(t.role, [int(Role.STREET_COMMITTEE), int(Role.STREET_OFFICE)]))

    def spent(name: str) -> float:
        return float((getattr(t, name)[convenors] - before[name][convenors]).sum())

    used = spent("hours_service") + spent("hours_overhead") + spent("hours_coordination")
    cases = model.tables()["cases"].query("opened >= @REFORM_DAY and joint and status == 'resolved'")
    return {
        "busy": used / spent("hours_available"),
        "joint_days": float((cases["closed"] - cases["opened"]).mean()),
    }


def _rise(found: dict[str, dict[str, dict[str, list[float]]]], measure: str) -> Picture:
    labels = {
        "busy": text("load of the convenor", "牵头者负荷"),
        "joint_days": text("days to close convened cases", "会商事项办结天数"),
    }
    names = {"scarce": text("scarce staff", "人手不足"), "ample": text("ample staff", "人手充足")}

    def draw(ax: Any, lang: str) -> None:
        for staff, colour in (("scarce", PALETTE[1]), ("ample", PALETTE[0])):
            runs = np.array([found[staff][measure][f"mandate_{i}"] for i in range(len(MANDATES))])
            ax.plot(MANDATES, runs, color=colour, linewidth=0.5, alpha=0.5)
            ax.plot(MANDATES, runs.mean(1), color=colour, marker="o", label=names[staff][lang])
        ax.set_xlabel({"en": "share of cases that must be convened", "zh": "必须会商的事项比例"}[lang])
        ax.set_ylabel(labels[measure][lang])
        ax.legend()
        quiet(ax)

    ends = {
        staff: [float(np.mean(found[staff][measure][f"mandate_{i}"])) for i in (0, len(MANDATES) - 1)]
        for staff in names
    }
    said = {
        lang: "; ".join(f"{names[staff][lang]} {low:.2f} … {high:.2f}" for staff, (low, high) in ends.items())
        for lang in ("en", "zh")
    }
    return Picture(
        text(labels[measure]["en"].capitalize(), labels[measure]["zh"]),
        text(
            f"Against the share of cases that must be convened, from {MANDATES[0]} to {MANDATES[-1]}: {said['en']}.",
            f"随必须会商的事项比例由 {MANDATES[0]} 至 {MANDATES[-1]} 的变化：{said['zh']}。",
        ),
        draw,
    )
