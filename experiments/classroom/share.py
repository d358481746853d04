"""The memory that a session may come to hold, so that no more are admitted than fit."""

from __future__ import annotations

from typing import Final

from experiments.classroom.mornings import MOST, MOST_BYTES
from experiments.classroom.script import SIDES, Script, homes, worlds
from sim.records import DAILY

#: Upper bounds of what a world holds: residents of a household, bytes of a resident, and bytes of needs and cases a resident and day.
_PEOPLE: Final = 2.7
_BYTES_OF_RESIDENT: Final = 130
_BYTES_OF_DAY: Final = 0.9
#: Everything else of two towns: institutions, ties, constants, objects.
_REST: Final = 4 * 2**20


def share(script: Script) -> int:
    """Bytes of arrays that both towns of a script hold at most."""
    world = worlds()[script.world]
    communities = world.districts * world.streets * world.communities
    state = _PEOPLE * homes(world) * (_BYTES_OF_RESIDENT + _BYTES_OF_DAY * script.days)
    daily = 8 * script.days * communities * len(DAILY)
    # The model's own table and ours; layers and queues of each day are less than half of one.
    return int(len(SIDES) * (state + 2.5 * daily + min(MOST_BYTES, (MOST + 1) * state)) + _REST)
