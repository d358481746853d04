"""The table of bytes in docs/cities.md is that of the code; `python tests/sim/test_memory_of_residents.py` writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.state import Residents
from sim.tables import columns

PAGE = Path(__file__).parents[2] / "docs" / "cities.md"
BEGIN, END = "<!-- bytes: made by tests/sim/test_memory_of_residents.py -->\n", "<!-- end -->"
#: What a resident of a city may cost, so that 20.9 million stay below two gigabytes.
MOST = 90


def sizes() -> dict[str, tuple[str, int, str]]:
    """Type, bytes and meaning of each column of a resident."""
    return {
        name: (np.dtype(c.dtype).name + (f" × {c.wide[0]}" if c.wide else ""),
               np.dtype(c.dtype).itemsize * int(np.prod(c.wide, dtype=int)), c.meaning)
        for name, c in columns(Residents).items()
    }  # fmt: skip


def table() -> str:
    """The table as markdown."""
    rows = [
        f"| `{name}` | {kind} | {size} | {meaning} |\n" for name, (kind, size, meaning) in sizes().items()
    ]
    total = sum(size for _, size, _ in sizes().values())
    return (
        "| column | type | bytes | meaning |\n|---|---|---|---|\n"
        + "".join(rows)
        + f"| all | | {total} | |\n"
    )


def test_the_page_shows_what_a_resident_takes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0] == table()


def test_a_resident_stays_small() -> None:
    assert sum(size for _, size, _ in sizes().values()) <= MOST


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
