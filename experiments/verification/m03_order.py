"""M3: the order in which cells, files, parameters and mechanisms are listed changes nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from analysis.patterns import Finding
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Scale
from experiments.verification.sameness import (
    DAYS,
    REFORM_DAY,
    composed,
    differing,
    fingerprint,
    in_use,
    living,
    same,
)
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.scenario import ROOT, Dose, Strategy, World, load_strategy, load_world, read

ABOUT = About(
    id="M3",
    kind="metamorphic",
    title=text("No order of listing matters", "罗列次序无关紧要"),
    claim=text(
        "Mechanisms, keys of files and parameters may be listed in any order: the same life, to the last bit. So may the cells around a cell, to the "
        "rounding of the sum that is taken over them.",
        "机制、文件中的键与参数以任何次序列出，经历逐位相同；相邻网格以任何次序列出，结果在求和舍入误差内相同。",
    ),
    source="Contributions of mechanisms add up (design of levers); draws are keyed.",
)
#: Orders of the cells around a cell; as given, they stand to the west, east, south and north.
AROUND: Final = {"quick": ((1, 0, 3, 2),), "full": ((1, 0, 3, 2), (3, 2, 1, 0), (2, 3, 0, 1))}
ROUNDING: Final = 1e-12
PARAMETERS: Final = {"coordinate.handover_lag": 2.0, "voice.base_hazard": 0.02, "arise.healing": 0.01}


def examine(scale: Scale) -> Examined:
    """Lives that differ in nothing but an order."""
    doses = [(name, Dose(intensity=0.3 + 0.1 * (i % 7), ramp=10 + i)) for i, name in enumerate(mechanisms())]
    orders = [doses[::-1], doses[1::2] + doses[::2]][: 1 if scale == "quick" else 2]
    first = fingerprint(living(composed(doses)).run())
    listed = [
        name for order in orders for name in differing(first, fingerprint(living(composed(order)).run()))
    ]
    strategy, world = _rewritten("wuhan", "classroom")
    lived = living("wuhan").run()
    wuhan = fingerprint(lived)
    filed = differing(
        wuhan,
        fingerprint(CommunityModel(world=world, strategy=strategy, days=DAYS, reform_day=REFORM_DAY).run()),
    )
    one, two = (dict(items) for items in (PARAMETERS.items(), reversed(PARAMETERS.items())))
    given = differing(*(fingerprint(living("wuhan", parameters=order).run()) for order in (one, two)))
    around = max(_turned(order, lived) for order in AROUND[scale])
    fewer = differing(first, fingerprint(living(composed(doses[1:])).run()))
    card = ABOUT.card(
        text(
            f"World classroom, {DAYS} days. All {len(doses)} mechanisms at unequal doses in {len(orders) + 1} orders; strategy and world read from files whose keys are turned "
            f"round; parameters given in another order; {len(AROUND[scale])} other orders of the cells around each cell.",
            f"世界 classroom，{DAYS} 天。全部 {len(doses)} 个机制以不等强度按 {len(orders) + 1} 种次序列出；策略与世界文件的键次序颠倒；参数以另一次序给出；每个网格的相邻网格另取 {len(AROUND[scale])} 种次序。",
        ),
        same(text("mechanisms in another order: columns that differ", "机制换序：相异列数"), listed),
        same(text("files with their keys in another order: columns that differ", "文件键换序：相异列数"), filed),
        same(text("parameters in another order: columns that differ", "参数换序：相异列数"), given),
        Finding(text("cells around a cell in another order: largest difference anywhere", "相邻网格换序：各处最大差异"), around, high=ROUNDING),
        Finding(text("one mechanism less told apart: columns that differ", "区分少一个机制：相异列数"), float(len(fewer)), low=0.0),
    )  # fmt: skip
    return Examined(card)


def _turned(order: tuple[int, ...], given: CommunityModel) -> float:
    """Largest difference anywhere when the cells around each cell are listed in another order; an event more or less would be one or more."""
    model = living("wuhan")
    model.state.cells.neighbours[:] = model.state.cells.neighbours[:, list(order)]
    model.run()
    one, two = in_use(given.state), in_use(model.state)
    if any(one[name].shape != two[name].shape for name in one):
        return float("inf")
    pairs = [(one[name], two[name]) for name in one if name != "cells.neighbours"]
    pairs.append((given.records.table, model.records.table))
    return max(float(np.max(np.abs(a.astype(float) - b.astype(float)), initial=0.0)) for a, b in pairs)


def _rewritten(strategy: str, world: str) -> tuple[Strategy, World]:
    """The shipped files with all their keys in reverse order, read anew."""
    with tempfile.TemporaryDirectory(prefix="xietong-") as folder:
        made: list[Any] = []
        for kind, group, name in ((Strategy, "strategy", strategy), (World, "world", world)):
            path = Path(folder) / f"{name}.yaml"
            content = yaml.safe_load((ROOT / group / f"{name}.yaml").read_text(encoding="utf-8"))
            path.write_text(
                yaml.safe_dump(_reversed(content), sort_keys=False, allow_unicode=True), encoding="utf-8"
            )
            made.append(read(kind, path))
    if made != [load_strategy(strategy), load_world(world)]:
        raise ValueError("a file with its keys in another order says something else")
    return made[0], made[1]


def _reversed(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _reversed(content[key]) for key in reversed(list(content))}
    return content
