"""Mornings to return to: checkpoints of one town, thinned so that their number and their bytes stay bounded.

They stand every 2^k days; when they become too many or too heavy, k grows by one. What two mornings have in common, such as all that
never changes of a resident, is kept once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from sim.model import Checkpoint
from sim.tables import Array

#: First distance in days; most mornings and most bytes of one town.
NEAR: Final = 8
MOST: Final = 24
MOST_BYTES: Final = 80 * 2**20
#: Tables that keep room for rows to come, and the column of `sizes` that counts those in use.
ROOMY: Final = {"needs": "sizes.needs", "cases": "sizes.cases"}


class Mornings:
    """Checkpoints by day. Daily sums are kept once by whoever owns this, so checkpoints hold none."""

    def __init__(self) -> None:
        self.every = NEAR
        self.kept: dict[int, Checkpoint] = {}

    def due(self, day: int) -> bool:
        """Whether a morning should be kept."""
        return day % self.every == 0 and day not in self.kept

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep a morning, and fewer of the others where they become too many."""
        before = self.kept.get(self.latest(checkpoint.day)) if self.kept else None
        self.kept[checkpoint.day] = _lean(checkpoint, before)
        while len(self.kept) > 1 and (len(self.kept) > MOST or self.size > MOST_BYTES):
            self.every *= 2
            self.kept = {day: one for day, one in self.kept.items() if day % self.every == 0}

    def latest(self, day: int) -> int:
        """The last kept morning up to `day`; day 0 is always kept."""
        return max((kept for kept in self.kept if kept <= day), default=0)

    def forget_after(self, day: int) -> None:
        """Drop all mornings later than `day`."""
        self.kept = {kept: one for kept, one in self.kept.items() if kept <= day}

    @property
    def size(self) -> int:
        """Bytes of all kept arrays, each counted once."""
        found = {id(a): a.nbytes for one in self.kept.values() for a in one.snapshot["arrays"].values()}
        return sum(found.values())


def _lean(checkpoint: Checkpoint, before: Checkpoint | None) -> Checkpoint:
    """The checkpoint without unused rows and daily sums, sharing what did not change since the one before."""
    arrays: dict[str, Array] = checkpoint.snapshot["arrays"]
    earlier: dict[str, Array] = before.snapshot["arrays"] if before else {}
    lean: dict[str, Any] = {}
    for name, array in arrays.items():
        counted = ROOMY.get(name.partition(".")[0])
        own = array[: int(arrays[counted][0])].copy() if counted else array
        old = earlier.get(name)
        same = old is not None and old.shape == own.shape and np.array_equal(old, own)
        lean[name] = old if same else own
    return replace(checkpoint, snapshot=checkpoint.snapshot | {"arrays": lean}, kept={})
