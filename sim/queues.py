"""Waiting queues of providers: one pairing heap each (Fredman, Sedgewick, Sleator & Tarjan 1986), threaded through the case table.

A part of a case is the number `4 · case + part`. Order: urgency class, deadline, time of joining, then the identity of who asked,
so it is total and no storage order can show through. Keys never change while a part waits (linear ageing never swaps two waiting
cases), so joining costs O(1) and leaving O(log n); closed cases are skipped when they come to the head.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.kernels import kernel
from sim.tables import Array

NONE = -1


class Queues(NamedTuple):
    """The columns that queues are made of; a small tuple, because helpers receive it at every call."""

    key: Array
    since: Array
    resident: Array
    child: Array
    sibling: Array
    root: Array
    waiting: Array


@kernel
def queues_of(cases, institutions):  # type: ignore[no-untyped-def]
    """The queues of all providers."""
    return Queues(
        cases.key,
        cases.since,
        cases.resident,
        cases.child,
        cases.sibling,
        institutions.queue,
        institutions.waiting,
    )


@kernel
def _before(q, a, b):  # type: ignore[no-untyped-def]
    """Whether part `a` is served before part `b`."""
    ja, pa, jb, pb = a // 4, a % 4, b // 4, b % 4
    if q.key[ja, pa] != q.key[jb, pb]:
        return q.key[ja, pa] < q.key[jb, pb]
    if q.since[ja, pa] != q.since[jb, pb]:
        return q.since[ja, pa] < q.since[jb, pb]
    if q.resident[ja] != q.resident[jb]:
        return q.resident[ja] < q.resident[jb]
    return a < b


@kernel
def _meld(q, a, b):  # type: ignore[no-untyped-def]
    if a == NONE:
        return b
    if b == NONE:
        return a
    if _before(q, b, a):
        a, b = b, a
    q.sibling[b // 4, b % 4] = q.child[a // 4, a % 4]
    q.child[a // 4, a % 4] = b
    return a


@kernel
def push(q, provider, part):  # type: ignore[no-untyped-def]
    """Let `part` join the queue of `provider`."""
    q.child[part // 4, part % 4] = NONE
    q.sibling[part // 4, part % 4] = NONE
    q.root[provider] = _meld(q, q.root[provider], part)
    q.waiting[provider] += 1


@kernel
def pop(q, provider):  # type: ignore[no-untyped-def]
    """Take the first part from the queue of `provider`; -1 when it is empty."""
    root = q.root[provider]
    if root == NONE:
        return NONE
    q.waiting[provider] -= 1
    # First pass: meld neighbours in pairs and stack the results; second pass: meld the stack into one heap.
    stack = NONE
    child = q.child[root // 4, root % 4]
    while child != NONE:
        partner = q.sibling[child // 4, child % 4]
        following = NONE
        q.sibling[child // 4, child % 4] = NONE
        if partner != NONE:
            following = q.sibling[partner // 4, partner % 4]
            q.sibling[partner // 4, partner % 4] = NONE
        pair = _meld(q, child, partner)
        q.sibling[pair // 4, pair % 4] = stack
        stack = pair
        child = following
    heap = NONE
    while stack != NONE:
        following = q.sibling[stack // 4, stack % 4]
        q.sibling[stack // 4, stack % 4] = NONE
        heap = _meld(q, heap, stack)
        stack = following
    q.root[provider] = heap
    q.child[root // 4, root % 4] = NONE
    return root
