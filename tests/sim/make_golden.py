"""Golden lives: `python tests/sim/make_golden.py` writes them anew and says what moved.

The files are never edited by hand, and a change needs a line in the changelog that says why.

Kept are sums of the daily columns to ten significant digits, not a hash of their bytes: logarithms and exponentials may differ in the
last bit between processors and compilers, and a hash would then fail without a word on what changed or by how much. A difference of
that size reaches the tenth digit of no sum, while a changed law moves many columns by far more. Within one machine bytes are compared
by test_identity. (The file is run as a script because an installed package may own the module name `tests`.)
"""

from __future__ import annotations

import json
from pathlib import Path

from sim.model import CommunityModel

FOLDER = Path(__file__).parent / "golden"
DIGITS = 10
#: By world: strategies, days, reform day.
LIVES = {
    "classroom": (("siloed", "wuhan"), 120, 40),
    "street": (("siloed", "beijing_whistle"), 40, 10),
    "queue": (("siloed",), 60, 0),
}
Sums = dict[str, dict[str, float]]


def sums(world: str, **more: object) -> Sums:
    """By strategy: the sum of each daily column over all days and communities."""
    strategies, days, reform_day = LIVES[world]
    found = {}
    for strategy in strategies:
        model = CommunityModel(
            world=world, strategy=strategy, days=days, reform_day=reform_day, seed=1, **more
        ).run()
        columns = model.records.sums(0).items()
        found[strategy] = {name: float(f"{values.sum():.{DIGITS}g}") for name, values in columns}
    return found


def kept(world: str) -> Sums:
    """The golden sums of a world; empty before there are any."""
    path = FOLDER / f"{world}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def moved(old: Sums, new: Sums, tolerance: float = 1e-9) -> list[str]:
    """One line for each column that came, went, or moved by more than `tolerance`, relative."""
    lines = []
    for strategy in sorted(old.keys() | new.keys()):
        before, after = old.get(strategy, {}), new.get(strategy, {})
        for name in sorted(before.keys() | after.keys()):
            a, b = before.get(name), after.get(name)
            if a is None or b is None:
                lines.append(f"{strategy}, {name}: {a} -> {b}")
            elif abs(a - b) > tolerance * max(abs(a), abs(b)):
                lines.append(f"{strategy}, {name}: {a:.10g} -> {b:.10g} ({b - a:+.3g})")
    return lines


def main() -> None:
    """Write all golden files and print what moved."""
    FOLDER.mkdir(exist_ok=True)
    for world in LIVES:
        old, new = kept(world), sums(world)
        changes = moved(old, new)
        print(f"{world}: {len(changes)} of {sum(map(len, new.values()))} sums moved")
        for line in changes:
            print(f"  {line}")
        if changes:
            (FOLDER / f"{world}.json").write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
