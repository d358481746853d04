"""How a kernel receives the state, the levers of the day and the constants of laws: one reference instead of some six hundred
arrays and numbers.

Handing a table to a kernel costs about a tenth of a microsecond for each of its columns, at every call; a day makes twenty calls.
A view is built once, holds the tables as they are, and costs half a microsecond a call. It is rebuilt when a table has grown.

A view only borrows: kernels count no references to what they read through it, which would take longer than most of their work on a
single case. Whoever builds a view keeps its tables alive for as long.
"""

from __future__ import annotations

from typing import Any, Final

from numba import types
from numba.core import cgutils
from numba.experimental import structref
from numba.extending import intrinsic

from sim.kernels import inlined, kernel

_LEAST_SKILL: Final = 0.05
VIEWED: Final = (
    "residents", "households", "cells", "communities", "institutions", "servers", "needs", "cases", "lists", "sizes", "fixed",
    "ties", "tally", "levers", "laws",
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


@intrinsic
def _borrowed(typing: Any, table: Any) -> Any:
    """An array, or a table of arrays, without its owner: the same data, whose references nobody counts."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _without_owner(context, builder, signature.args[0], arguments[0])

    return table(table), code


borrowed: Any = _borrowed


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value=value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()
    if isinstance(kind, types.NamedTuple | types.NamedUniTuple):
        parts = cgutils.unpack_tuple(builder, value)
        lent = [
            _without_owner(context, builder, part, one) for part, one in zip(kind.types, parts, strict=True)
        ]
        return context.make_tuple(builder, kind, lent)
    return value


@kernel
def view_of(  # type: ignore[no-untyped-def]
    residents,
    households,
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
    laws,
):
    """The view of these tables."""
    return View(
        borrowed(residents),
        borrowed(households),
        borrowed(cells),
        borrowed(communities),
        borrowed(institutions),
        borrowed(servers),
        borrowed(needs),
        borrowed(cases),
        borrowed(lists),
        borrowed(sizes),
        borrowed(fixed),
        borrowed(ties),
        borrowed(tally),
        borrowed(levers),
        laws,
    )


@kernel
def lend_levers(view, levers):  # type: ignore[no-untyped-def]
    """Let a view hold other levers: they move weekly, and a view takes a tenth of a millisecond to build."""
    view.levers = borrowed(levers)
