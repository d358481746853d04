"""M2: residents stored in another order, or called by other slots, live the same lives."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.patterns import Finding
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Scale
from experiments.verification.sameness import DAYS, differing, fingerprint, living, same, stored, unlike

ABOUT = About(
    id="M2",
    kind="metamorphic",
    title=text("Relabelled residents live the same lives", "居民重新编号，经历不变"),
    claim=text(
        "Which row of storage a resident stands in changes nothing: her needs, her cases, her judgement, all institutions, all daily sums.",
        "居民存放于哪一行不改变任何事：其需求、事项、评价，以及全部机构与每日合计。",
    ),
    source="Draws are keyed by who and when, not by order (Salmon et al. 2011).",
)
SALTS: Final = {"quick": (1,), "full": (1, 2, 3, 4)}
STRATEGIES: Final = ("siloed", "wuhan")


def examine(scale: Scale) -> Examined:
    """Lives in the order given and in orders of hashes."""
    found, moved = [], []
    for strategy in STRATEGIES:
        given, _ = stored(strategy, None, DAYS)
        for salt in SALTS[scale]:
            shuffled, order = stored(strategy, salt, DAYS)
            moved.append(float((order != np.arange(order.size)).mean()))
            found += unlike(given, shuffled, order)
    other = differing(fingerprint(living(seed=1).run()), fingerprint(living(seed=2).run()))
    card = ABOUT.card(
        text(
            f"World classroom, {DAYS} days, {len(STRATEGIES)} strategies, {len(SALTS[scale])} other orders of households and of persons in them; all columns are compared to the last bit.",
            f"世界 classroom，{DAYS} 天，{len(STRATEGIES)} 种策略，户及户内成员另取 {len(SALTS[scale])} 种次序；全部列逐位比较。",
        ),
        same(text("columns that differ", "相异列数"), found),
        Finding(text("least share of residents who moved to another row", "移到另一行的居民比例最小值"), min(moved), low=0.9),
        Finding(text("other residents told apart: columns that differ", "区分另一批居民：相异列数"), float(len(other)), low=0.0),
    )  # fmt: skip
    return Examined(card)
