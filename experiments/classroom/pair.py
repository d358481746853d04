"""Two towns under one script, and the day that is shown: everything a session computes, without a word about the network."""

from __future__ import annotations

import json
import struct
import time
from typing import Any, Final

import numpy as np

from experiments.classroom.refusals import refused
from experiments.classroom.script import MOST_CHANGES, SIDES, Change, Script, changed, judged
from experiments.classroom.seen import links
from experiments.classroom.town import Town
from sim.scenario import World
from sim.tables import Array

#: From this share of its dose on a mechanism counts as paid.
WHOLE: Final = 0.995


class Pair:
    """The two towns of a script on day `day`: so many days have been lived of those that are shown."""

    def __init__(self, script: Script, own: World | None = None) -> None:
        self.script, self.own = judged(script, own), own
        self.towns = tuple(Town(self.script, side, own) for side in SIDES)
        self.day = 0
        #: Counts changes of the script, so that a page can tell frames before a change from those after it.
        self.revision = 0
        self.community = 0

    @property
    def known(self) -> int:
        """Days that both towns have lived."""
        return min(town.known for town in self.towns)

    @property
    def size(self) -> int:
        """Bytes of arrays that both towns hold."""
        return sum(town.size for town in self.towns)

    def towards(self, day: int, seconds: float) -> bool:
        """Show `day`, or as far towards it as `seconds` allow; whether it has been reached."""
        goal = min(max(0, day), self.script.days)
        until = time.perf_counter() + seconds
        while self.known < goal:
            town = min(self.towns, key=lambda one: one.known)
            town.turn(town.known)
            town.step()
            if time.perf_counter() >= until:
                break
        reached = self.known >= goal
        self.day = goal if reached else max(min(self.day, self.known), self.known)
        return reached

    def settle(self, seconds: float) -> bool:
        """Bring both models to the morning that is shown, to look at them closely, as far as `seconds` allow; whether they are there."""
        until = time.perf_counter() + seconds
        for town in self.towns:
            town.turn(self.day)
            while town.day < self.day and time.perf_counter() < until:
                town.step()
        return self.standing()

    def change(self, side: int, mechanism: str, dose: float) -> None:
        """Give a mechanism of one side another dose from the next day on.

        Raises
        ------
        RefusedError
            There is no such mechanism, no day is left, or there are too many changes.
        """
        if self.day >= self.script.days:
            raise refused("last_day", day=self.day)
        if len(self.script.changes) >= MOST_CHANGES:
            raise refused("too_many_changes", most=MOST_CHANGES)
        change = Change(day=self.day, side=side, mechanism=mechanism, dose=dose)
        self._rewrite(judged(changed(self.script, change), self.own), side, self.day)

    def take_back(self, number: int) -> None:
        """Take a change out of the script, by its place in it."""
        if number >= len(self.script.changes):
            raise refused("no_change", number=number, count=len(self.script.changes))
        gone = self.script.changes[number]
        kept = tuple(one for one in self.script.changes if one is not gone)
        self._rewrite(self.script.model_copy(update={"changes": kept}), gone.side, gone.day)

    def _rewrite(self, script: Script, side: int, day: int) -> None:
        self.script = script
        for town in self.towns:
            if town.side == side:
                town.rewrite(script, day)
            else:
                town.script = script
        self.day = min(self.day, self.known)
        self.revision += 1

    def look(self, community: int) -> None:
        """Show the circle of a community from now on.

        Raises
        ------
        RefusedError
            There is no such community.
        """
        communities = self.towns[0].model.state.geography.n_communities
        if community >= communities:
            raise refused("no_community", number=community, last=communities - 1)
        self.community = community

    def standing(self) -> bool:
        """Whether both models stand on the morning that is shown."""
        return all(town.day == self.day for town in self.towns)

    def frame(self, since: int, playing: bool) -> bytes:
        """What the page shows of this day, with the courses of outcomes of days `since` to `known`.

        Bytes: length of the header (4, little-endian), header as JSON padded to a multiple of 4, then the arrays that the header lists
        as `[name, type, length]`, little-endian float32 (`f4`) or bytes (`u1`, padded to a multiple of 4).
        """
        since, known = min(since, self.known), self.known
        arrays: list[tuple[str, Array]] = []
        for town in self.towns:
            arrays.append((f"layers{town.side}", town.layers[self.day]))
            arrays.append((f"queues{town.side}", town.queues[self.day]))
        arrays.append(("series", np.stack([town.series[since:known] for town in self.towns], axis=1)))
        if self.standing():
            for town in self.towns:
                passed, convened = links(town.model.state, self.community, self.day)
                arrays += [(f"passed{town.side}", passed), (f"convened{town.side}", convened)]
        lived = self.day - 1
        header: dict[str, Any] = {
            "type": "frame", "revision": self.revision, "day": self.day, "known": known, "since": since,
            "playing": playing, "community": self.community,
            "highest": [round(float(most), 4) for most in np.maximum(self.towns[0].highest, self.towns[1].highest)],
            "arrays": [[name, "u1" if array.dtype == np.uint8 else "f4", array.size] for name, array in arrays],
            "cases": [list(town.events[lived]) if lived >= 0 else [] for town in self.towns],
            "paid": [short_of_pay(town.paid[lived]) if lived >= 0 else {} for town in self.towns],
        }  # fmt: skip
        return packed(header, [array for _, array in arrays])


def short_of_pay(paid: dict[str, float]) -> dict[str, float]:
    """The mechanisms that act at less than their dose, with the share that is paid."""
    return {name: round(share, 3) for name, share in paid.items() if share < WHOLE}


def packed(header: dict[str, Any], arrays: list[Array]) -> bytes:
    """Header and arrays as bytes, everything on multiples of 4."""
    told = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    told += b" " * (-len(told) % 4)
    parts = [struct.pack("<I", len(told)), told]
    for array in arrays:
        raw = array.astype("<f4", copy=False).tobytes() if array.dtype != np.uint8 else array.tobytes()
        parts.append(raw + b"\0" * (-len(raw) % 4))
    return b"".join(parts)
