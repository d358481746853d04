"""How a kernel receives the state and the levers of the day: one reference instead of some three hundred arrays.

Handing a table to a kernel costs about a tenth of a microsecond for each of its columns, at every call; a day makes twenty calls.
A view is built once, holds the tables as they are, and costs half a microsecond a call. It is rebuilt when a table has grown.
"""

from __future__ import annotations

from typing import Any, Final

from numba import types
from numba.experimental import structref

from sim.kernels import inlined, kernel

_LEAST_SKILL: Final = 0.05
VIEWED: Final = (
    "residents", "cells", "communities", "institutions", "servers", "needs", "cases", "lists", "sizes", "fixed", "ties", "tally",
    "levers",
)  # fmt: skip


@structref.register
class ViewType(types.StructRef):
    """Numba's type of a view."""


class View(structref.StructRefProxy):
    """A reference to the tables of a state, for kernels only."""

    def __new__(cls, *tables: Any) -> Any:
        return view_of(*tables)


structref.define_proxy(View, ViewType, list(VIEWED))


@inlined
def skill_at_work(b, v):  # type: ignore[no-untyped-def]
    """Skill of institution `b` with what the levers of the day add to it; never so small that work would have no end."""
    return max(_LEAST_SKILL, v.institutions.skill[b] * (1.0 + v.levers.skill[b]))


@kernel
def view_of(  # type: ignore[no-untyped-def]
    residents,
    cells,
    communities,
    institutions,
    servers,
    needs,
    cases,
    lists,
    sizes,
    fixed,
    ties,
    tally,
    levers,
):
    """The view of these tables."""
    return View(
        residents,
        cells,
        communities,
        institutions,
        servers,
        needs,
        cases,
        lists,
        sizes,
        fixed,
        ties,
        tally,
        levers,
    )
