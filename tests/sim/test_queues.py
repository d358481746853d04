"""Waiting queues: a pairing heap pops what a sorted list would pop, for any pushes and pops, ties included."""

from __future__ import annotations

import heapq
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import NONE, Queues, pop, push

CASES = 400


def empty(providers: int, rng: random.Random, spread: int) -> Queues:
    """A case table with random keys; a small `spread` makes many ties."""

    def numbers(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        return (
            np.array([rng.randrange(spread) for _ in range(int(np.prod(shape)))]).reshape(shape).astype(dtype)
        )

    return Queues(
        key=numbers((CASES, 4), np.float64), since=numbers((CASES, 4), np.float64), resident=numbers((CASES,), np.uint32),
        child=np.full((CASES, 4), NONE, np.int32), sibling=np.full((CASES, 4), NONE, np.int32),
        root=np.full(providers, NONE, np.int32), waiting=np.zeros(providers, np.int32),
    )  # fmt: skip


def rank(q: Queues, part: int) -> tuple[float, float, int, int]:
    """Urgency and deadline, then time of joining, then who asked, then the part."""
    j, s = divmod(part, 4)
    return float(q.key[j, s]), float(q.since[j, s]), int(q.resident[j]), part


@pytest.mark.parametrize("spread", [2, 10, 1_000_000])
@pytest.mark.parametrize("seed", range(4))
def test_random_pushes_and_pops_come_out_as_from_a_sorted_list(seed: int, spread: int) -> None:
    rng = random.Random(seed)
    providers = 3
    q = empty(providers, rng, spread)
    free = list(range(4 * CASES))
    rng.shuffle(free)
    shadow: list[list[tuple[float, float, int, int]]] = [[] for _ in range(providers)]
    for _ in range(6000):
        b = rng.randrange(providers)
        if free and rng.random() < 0.55:
            part = free.pop()
            push(q, b, part)
            heapq.heappush(shadow[b], rank(q, part))
        else:
            expected = heapq.heappop(shadow[b])[-1] if shadow[b] else NONE
            assert pop(q, b) == expected
            if expected != NONE:
                free.insert(rng.randrange(len(free) + 1), expected)
        assert q.waiting[b] == len(shadow[b])
    for b in range(providers):
        while shadow[b]:
            assert pop(q, b) == heapq.heappop(shadow[b])[-1]
        assert pop(q, b) == NONE
        assert q.root[b] == NONE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 30), st.none()), max_size=80), st.integers(1, 4), st.integers(0, 2**32)
)
def test_any_history_of_a_queue_is_that_of_a_sorted_list(
    history: list[int | None], spread: int, seed: int
) -> None:
    """Numbers push, None pops; hypothesis shrinks a failure to a history that a person can read."""
    q = empty(1, random.Random(seed), spread)
    shadow: list[tuple[float, float, int, int]] = []
    inside: set[int] = set()
    for step in history:
        if step is None:
            expected = heapq.heappop(shadow)[-1] if shadow else NONE
            assert pop(q, 0) == expected
            inside.discard(expected)
        elif step not in inside:
            push(q, 0, step)
            inside.add(step)
            heapq.heappush(shadow, rank(q, step))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"key": 1.0, "since": 9.0, "resident": 9}, {"key": 2.0, "since": 0.0, "resident": 0}),
        ({"key": 1.0, "since": 3.0, "resident": 9}, {"key": 1.0, "since": 4.0, "resident": 0}),
        ({"key": 1.0, "since": 3.0, "resident": 5}, {"key": 1.0, "since": 3.0, "resident": 6}),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
def test_urgency_stands_before_age_and_age_before_who_asks(
    first: dict[str, float], then: dict[str, float], swap: bool
) -> None:
    """Whatever the storage order: the rows of the two parts are swapped."""
    q = empty(1, random.Random(1), 5)
    early, late = (17, 3) if swap else (3, 17)
    for part, values in ((early, first), (late, then)):
        j, s = divmod(part, 4)
        q.key[j, s], q.since[j, s], q.resident[j] = values["key"], values["since"], values["resident"]
    for part in (late, early):
        push(q, 0, part)
    assert [pop(q, 0), pop(q, 0), pop(q, 0)] == [early, late, NONE]


def test_a_thousand_parts_in_order_and_in_reverse_are_popped_in_order() -> None:
    """Long chains of children, the shape on which a recursive heap would overflow."""
    for order in (range(1000), reversed(range(1000))):
        q = empty(1, random.Random(3), 5)
        q.key[:] = np.arange(4 * CASES).reshape(CASES, 4)
        for part in order:
            push(q, 0, part)
        assert [pop(q, 0) for _ in range(1000)] == list(range(1000))


def test_a_part_can_join_again_after_it_left() -> None:
    q = empty(1, random.Random(2), 3)
    for part in (5, 9, 2):
        push(q, 0, part)
    again = pop(q, 0)
    push(q, 0, again)
    assert sorted(pop(q, 0) for _ in range(3)) == [2, 5, 9]
    assert pop(q, 0) == NONE
