"""Levers: declared ranges, commutative rules, identity elements, clipping."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.levers import Contributions, Lever, Levers, declared_levers
from sim.needs import CATEGORIES

DECLARED = declared_levers()
ROWS = {"community": 3, "institution": 5}
#: What a contribution must be to change nothing, by rule.
IDENTITY = {"sum": 0.0, "product": 1.0, "max": -1e9}


def made(contributions: list[tuple[str, float]]) -> Levers:
    """The levers after some contributions to all rows."""
    collected = Contributions(ROWS["community"], ROWS["institution"])
    for name, amount in contributions:
        collected.add(name, amount)
    return collected.levers()


def same(a: Levers, b: Levers) -> bool:
    return all(x.tobytes() == y.tobytes() for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("name", list(DECLARED))
def test_every_lever_is_declared_with_base_inside_its_range(name: str) -> None:
    lever = DECLARED[name]
    assert isinstance(lever, Lever)
    assert lever.low < lever.high
    assert lever.low <= lever.base <= lever.high
    assert lever.rule in IDENTITY
    assert lever.unit
    assert lever.meaning
    # Identity of the rule at the base: what nobody contributes to is not moved by the rule itself.
    assert lever.rule != "product" or lever.base == 1.0
    assert lever.rule == "product" or lever.base in (0.0, 0.5)


def test_without_contributions_every_lever_stands_at_its_base_in_its_shape() -> None:
    levers = made([])
    for name, lever in DECLARED.items():
        array = getattr(levers, name)
        assert array.shape == (ROWS[lever.per], *lever.wide)
        assert (array == lever.base).all()
        assert array.dtype == np.float64
    assert levers.delegation.shape == (ROWS["community"], CATEGORIES)


@pytest.mark.parametrize("name", list(DECLARED))
def test_identity_contributions_change_no_bit(name: str) -> None:
    assert same(made([(name, IDENTITY[DECLARED[name].rule])] * 3), made([]))


@pytest.mark.parametrize("name", list(DECLARED))
def test_rules_combine_as_they_are_called(name: str) -> None:
    lever = DECLARED[name]
    room = lever.high - lever.base
    a, b = (1.1, 1.05) if lever.rule == "product" else (0.25 * min(room, 4.0), 0.125 * min(room, 4.0))
    expected = {"sum": lever.base + a + b, "product": lever.base * a * b, "max": max(lever.base, a, b)}[
        lever.rule
    ]
    assert np.allclose(getattr(made([(name, a), (name, b)]), name), np.clip(expected, lever.low, lever.high))


@pytest.mark.parametrize("name", list(DECLARED))
def test_every_lever_is_clipped_at_both_ends(name: str) -> None:
    lever = DECLARED[name]
    high = getattr(made([(name, 1e12)]), name)
    assert (high == lever.high).all()
    low = getattr(made([(name, {"sum": -1e12, "product": -1.0, "max": -1e12}[lever.rule])]), name)
    assert (low == (lever.base if lever.rule == "max" else lever.low)).all()


def test_clipping_comes_last_so_that_opposite_contributions_cancel() -> None:
    """Two sums that overshoot in opposite directions meet at the base: nothing is cut on the way."""
    levers = made([("burden", 3.0), ("burden", -3.0), ("hotline_ease", 100.0), ("hotline_ease", 0.01)])
    assert (levers.burden == DECLARED["burden"].base).all()
    assert levers.hotline_ease == pytest.approx(DECLARED["hotline_ease"].base)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(list(DECLARED)), st.floats(0.01, 2.0)), min_size=2, max_size=5),
    st.randoms(),
)
def test_rules_are_commutative(contributions: list[tuple[str, float]], random: object) -> None:
    """Up to the last bit of a sum of more than two; mechanisms therefore act in the order of their names."""
    shuffled = list(contributions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for a, b in zip(made(contributions), made(shuffled), strict=True):
        assert np.allclose(a, b, rtol=1e-14, atol=0.0)


def test_two_contributions_commute_to_the_bit() -> None:
    """Where the base is the identity of the rule; beside another base they are three summands."""
    for name in (
        name for name, lever in DECLARED.items() if lever.base == IDENTITY[lever.rule] or lever.rule == "max"
    ):
        for a, b in itertools.combinations((0.1, 0.3, 0.7, 1.3), 2):
            assert same(made([(name, a), (name, b)]), made([(name, b), (name, a)]))


def test_rows_that_are_not_named_do_not_move() -> None:
    collected = Contributions(3, 5)
    collected.add("overhead_hours", np.array([2.0, 3.0]), np.array([1, 4]))
    collected.add("overhead_hours", 1.0, np.array([4]))
    collected.add("summon", np.array([0.0, 0.5, 1.0]))
    levers = collected.levers()
    assert levers.overhead_hours.tolist() == [0.0, 2.0, 0.0, 0.0, 4.0]
    assert levers.summon.tolist() == [0.0, 0.5, 1.0]


def test_levers_are_a_copy_that_later_contributions_do_not_reach() -> None:
    collected = Contributions(2, 2)
    before = collected.levers()
    collected.add("mobilisation", 0.4)
    assert (before.mobilisation == 0.0).all()
    assert (collected.levers().mobilisation == 0.4).all()


def test_an_unknown_lever_is_an_error() -> None:
    with pytest.raises(KeyError):
        Contributions(1, 1).add("wisdom", 1.0)
