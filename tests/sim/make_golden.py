"""Golden files: `python tests/sim/make_golden.py` writes them anew; they are never edited by hand, and a change needs a line in the changelog.

Kept are sums of the daily columns, rounded to ten significant digits: logarithms and exponentials may differ in the last bit
between processors, so bytes are compared only within one machine (test_identity), sums everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path

from sim import CommunityModel

FOLDER = Path(__file__).parent / "golden"
#: world: (strategy, days, reform day)
LIVES = {"classroom": ("wuhan", 120, 40), "street": ("beijing_whistle", 60, 20), "queue": ("siloed", 60, 0)}


def sums(world: str) -> dict[str, float]:
    """Sum of each daily column over all days and communities."""
    strategy, days, reform_day = LIVES[world]
    model = CommunityModel(world=world, strategy=strategy, days=days, reform_day=reform_day, seed=1).run()
    return {name: float(f"{values.sum():.10g}") for name, values in model.records.sums(0).items()}


def main() -> None:
    """Write all golden files."""
    FOLDER.mkdir(exist_ok=True)
    for world in LIVES:
        (FOLDER / f"{world}.json").write_text(json.dumps(sums(world), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
