"""Waiting queues of providers: one pairing heap each (Fredman, Sedgewick, Sleator & Tarjan 1986), threaded through the case table.

A part of a case is the number `4 · case + part`. Order: urgency class, deadline, time of joining, then the identity of who asked,
so it is total and no storage order can show through. Keys never change while a part waits (linear ageing never swaps two waiting
cases), so joining costs O(1) and leaving O(log n); closed cases are skipped when they come to the head.
"""

from __future__ import annotations

from sim.kernels import kernel

NONE = -1


@kernel
def before(cases, a, b):  # type: ignore[no-untyped-def]
    """Whether part `a` is served before part `b`."""
    ja, pa, jb, pb = a // 4, a % 4, b // 4, b % 4
    if cases.key[ja, pa] != cases.key[jb, pb]:
        return cases.key[ja, pa] < cases.key[jb, pb]
    if cases.since[ja, pa] != cases.since[jb, pb]:
        return cases.since[ja, pa] < cases.since[jb, pb]
    if cases.resident[ja] != cases.resident[jb]:
        return cases.resident[ja] < cases.resident[jb]
    return a < b


@kernel
def _meld(cases, a, b):  # type: ignore[no-untyped-def]
    if a == NONE:
        return b
    if b == NONE:
        return a
    if before(cases, b, a):
        a, b = b, a
    cases.sibling[b // 4, b % 4] = cases.child[a // 4, a % 4]
    cases.child[a // 4, a % 4] = b
    return a


@kernel
def push(cases, institutions, provider, part):  # type: ignore[no-untyped-def]
    """Let `part` join the queue of `provider`."""
    cases.child[part // 4, part % 4] = NONE
    cases.sibling[part // 4, part % 4] = NONE
    institutions.queue[provider] = _meld(cases, institutions.queue[provider], part)
    institutions.waiting[provider] += 1


@kernel
def pop(cases, institutions, provider):  # type: ignore[no-untyped-def]
    """Take the first part from the queue of `provider`; -1 when it is empty."""
    root = institutions.queue[provider]
    if root == NONE:
        return NONE
    institutions.waiting[provider] -= 1
    # First pass: meld neighbours in pairs and stack the results; second pass: meld the stack into one heap.
    stack = NONE
    child = cases.child[root // 4, root % 4]
    while child != NONE:
        partner = cases.sibling[child // 4, child % 4]
        following = NONE
        cases.sibling[child // 4, child % 4] = NONE
        if partner != NONE:
            following = cases.sibling[partner // 4, partner % 4]
            cases.sibling[partner // 4, partner % 4] = NONE
        pair = _meld(cases, child, partner)
        cases.sibling[pair // 4, pair % 4] = stack
        stack = pair
        child = following
    heap = NONE
    while stack != NONE:
        following = cases.sibling[stack // 4, stack % 4]
        cases.sibling[stack // 4, stack % 4] = NONE
        heap = _meld(cases, heap, stack)
        stack = following
    institutions.queue[provider] = heap
    cases.child[root // 4, root % 4] = NONE
    return root
