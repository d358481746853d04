"""The memory that a session may come to hold, so that no more are admitted than fit."""

from __future__ import annotations

from typing import Final

from experiments.classroom.mornings import MOST, MOST_BYTES
from experiments.classroom.script import SIDES, Script, homes, worlds
from sim.records import DAILY, SCATTERED
from sim.scenario import World, load_future

#: Upper bounds of what a town holds. Residents of a household, and how many more a future may bring in.
_PEOPLE: Final = 2.7
_NEWCOMERS: Final = 1.5
#: Bytes of a resident, and of needs and cases for each resident and day: in the state, which keeps room for more, and in a morning.
_STATE: Final = (110.0, 0.6)
_MORNING: Final = (110.0, 0.4)
#: Institutions, ties, constants and room for first rows, in the state and in each morning.
_REST: Final = 2**20
_REST_OF_MORNING: Final = 2**18


def share(script: Script, own: World | None = None) -> int:
    """Bytes of arrays that both towns of a script hold at most."""
    world = worlds(own)[script.world]
    people = _PEOPLE * homes(world) * (_NEWCOMERS if load_future(script.future).courses else 1.0)
    communities = world.jurisdictions.n_communities
    state = people * (_STATE[0] + _STATE[1] * script.days) + _REST
    morning = people * (_MORNING[0] + _MORNING[1] * script.days) + _REST_OF_MORNING
    daily = 8 * script.days * (communities * (len(DAILY) + len(SCATTERED)) + len(DAILY))
    # The model's own sums and ours; layers and queues of each day are less than half of one.
    return int(len(SIDES) * (state + 2.5 * daily + min(MOST_BYTES, MOST * morning)))
