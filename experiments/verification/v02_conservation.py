"""V2: needs, cases, hours and money are conserved, whatever the world, the strategy and the parameters."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from analysis.patterns import Finding
from experiments.verification.books import audit
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Scale
from experiments.verification.sameness import composed
from sim.errors import ConservationError
from sim.laws import GROUPS
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.parameters import declared
from sim.scenario import Dose, load_world, names

ABOUT = About(
    id="V2",
    kind="property",
    title=text("The books balance", "账目守恒"),
    claim=text(
        "Needs arisen = met + healed + moved away + open; cases opened = resolved + given up + closed on paper + open; hours had = hours "
        "used + idle, and money likewise; times are in order, shares between 0 and 1, nothing is missing or infinite.",
        "产生的需求 = 满足 + 自愈 + 迁走 + 未了；立案 = 解决 + 放弃 + 纸面办结 + 在办；可用工时 = 已用 + 闲置，资金亦然；时间有序，比例在 0–1 之间，无缺失、无无穷。",
    ),
    source="Laws §0 to §8; the audit adds up what the tables say and trusts no book of the model.",
)
STRATEGIES: Final = ("siloed", "beijing_swift", "wuhan")
DRAWN: Final = {"quick": 100, "full": 400}
DAYS, REFORM_DAY = 150, 60
#: Columns that are falsified on purpose, and by what.
FALSIFIED: Final = (
    ("needs", "end"), ("cases", "status"), ("cases", "worked"), ("institutions", "hours_lent"), ("residents", "gain"),
)  # fmt: skip


def examine(scale: Scale) -> Examined:
    """Audits of every strategy, of all mechanisms at once, of a street and of worlds drawn at random; and of falsified books."""
    everything = composed((name, Dose(ramp=0, place=[1])) for name in mechanisms())
    strategies = (*(names("strategy") if scale == "full" else STRATEGIES), everything)
    faults = [fault for strategy in strategies for fault in audited(world="classroom", strategy=strategy, days=DAYS, reform_day=REFORM_DAY)]  # fmt: skip
    street = audited(world="street", strategy="wuhan", days=90, reform_day=30)
    random = np.random.default_rng(2)
    drawn = [fault for _ in range(DRAWN[scale]) for fault in audited(**life(random))]
    card = ABOUT.card(
        text(
            f"World classroom, {len(strategies)} strategies, one of them all mechanisms at once, {DAYS} days; world street, 90 days; {DRAWN[scale]} small worlds "
            "with sizes, mechanisms, doses and parameters drawn at random over their declared ranges.",
            f"世界 classroom，{len(strategies)} 种策略（其一为全部机制并用），{DAYS} 天；世界 street，90 天；另有 {DRAWN[scale]} 个小世界，其规模、机制、强度与参数在声明范围内随机抽取。",
        ),
        Finding(text("strategies whose books do not balance", "账目不平的策略数"), float(len(faults)), high=1.0),
        Finding(text("faults in the books of the street", "街道账目错误数"), float(len(street)), high=1.0),
        Finding(text("random worlds whose books do not balance", "账目不平的随机世界数"), float(len(drawn)), high=1.0),
        Finding(
            text(f"wrong on purpose: falsified books that are found, of {len(FALSIFIED)}", f"故意篡改的账目被发现数（共 {len(FALSIFIED)}）"),
            float(sum(found(*which) for which in FALSIFIED)), low=len(FALSIFIED) - 0.5,
        ),
        remark=_told([*faults, *street, *drawn]),
    )  # fmt: skip
    return Examined(card)


def audited(**life: Any) -> list[str]:
    """What is wrong in the books of a life; the model's own books are checked each evening."""
    try:
        audit(CommunityModel(**life).run())
    except (AssertionError, ConservationError) as fault:
        return [" ".join(str(fault).split())[:200]]
    return []


def found(table: str, column: str) -> bool:
    """Whether the audit finds that a column was falsified."""
    model = CommunityModel(world="classroom", days=80, reform_day=0).run()
    array = getattr(getattr(model.state, table), column)
    array[5] = array[5] + 1 if column not in ("end", "status") else (array[5] + 1) % 3
    try:
        audit(model)
    except AssertionError:
        return True
    return False


def life(random: np.random.Generator) -> dict[str, Any]:
    """A small world, a strategy of a few mechanisms and a dozen parameters, anywhere in their ranges."""
    sizes = {
        "streets": int(random.integers(1, 3)), "communities": int(random.integers(1, 4)), "cells": int(random.integers(1, 5)),
        "households": int(random.integers(20, 121)),
    }  # fmt: skip
    days = int(random.integers(2, 71))
    reform_day = int(random.integers(0, min(25, days - 1) + 1))
    ranges = {f"{group}.{name}": p for group, kind in GROUPS.items() for name, p in declared(kind).items()}
    moved = random.choice(sorted(ranges), int(random.integers(0, 13)), replace=False)
    chosen = random.choice(sorted(mechanisms()), int(random.integers(0, 5)), replace=False)
    return {
        "world": load_world("classroom").model_copy(update={"name": "drawn", **sizes}),
        "strategy": composed((str(name), _dose(random, reform_day, days)) for name in chosen),
        "parameters": {str(name): float(random.uniform(ranges[name].low, ranges[name].high)) for name in moved},
        "seed": int(random.integers(0, 2**40)), "days": days, "reform_day": reform_day,
    }  # fmt: skip


def _dose(random: np.random.Generator, reform_day: int, days: int) -> Dose:
    intensity = 0.0 if random.random() < 0.1 else float(random.uniform(0.001, 1.0))
    start = None if random.random() < 0.5 else int(random.integers(reform_day, days + 1))
    place = "all" if random.random() < 0.5 else float(random.uniform(0.05, 1.0))
    return Dose(intensity=intensity, start=start, ramp=int(random.integers(0, 41)), place=place)


def _told(faults: list[str]) -> dict[str, str] | None:
    return dict.fromkeys(("en", "zh"), "; ".join(faults[:5])) if faults else None
