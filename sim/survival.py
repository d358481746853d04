"""Waiting times with censoring: the Kaplan-Meier estimator (Kaplan & Meier 1958), so that open cases are never dropped.

Durations are days, never negative. In one word a duration and whether its event was seen: bits of a positive number are in the order
of its size, so that one sort brings both into order, events before censored ones of equal length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.errors import DataError
from sim.kernels import kernel
from sim.tables import Array

_ONE = np.uint64(1)
#: Groups of residents stand in the lowest bits, above them whether the event was seen, then the time.
_GROUP_BITS, _GROUP = np.uint64(6), np.uint64(63)
_TICKS = 2.0**45


def quantiles(durations: Array, observed: Array, shares: Sequence[float]) -> list[float]:
    """Times by which `shares` of cases have had their event; NaN where the estimate never gets so far.

    Parameters
    ----------
    durations : days until the event or until last seen, `[n]`.
    observed : whether the event happened, `[n]`.
    shares : each between 0 and 1.

    Raises
    ------
    DataError
        A duration is negative (so too below).
    """
    words = _in_order(durations, observed)
    places = [_fallen_to(words, 1.0 - share + 1e-12) for share in shares]
    return [_time(words[place]) if place < len(words) else float("nan") for place in places]


def reached(durations: Array, observed: Array, horizon: float) -> float:
    """Share of cases that have had their event within `horizon` days; NaN without cases."""
    if len(durations) == 0:
        return float("nan")
    words = _in_order(durations, observed)
    last = _in_order(np.array([horizon]), np.array([False]))[0]
    return 1.0 - _left(words, int(np.searchsorted(words, last, side="right")))


def short_waits(durations: Array, observed: Array, groups: Array, horizon: float) -> Array:
    """Durations below `horizon`, each in one word with its group and whether its event was seen, in no order yet.

    `groups` are numbers below 64; times are kept to 2⁻⁴⁵ days, so that many millions of them need no more memory than their words.

    Raises
    ------
    DataError
        A duration is negative.
    """
    _judge(durations)
    short = np.flatnonzero(durations < horizon)
    ticks = (durations[short] * _TICKS).astype(np.uint64)
    return (((ticks << _ONE) | ~observed[short]) << _GROUP_BITS) | groups[short]


def restricted_means(waits: Array, counts: Array, members: Array, horizon: float) -> list[float]:
    """Mean of min(duration, horizon) over unions of groups: areas under their survival curves; NaN for a union without cases.

    Parameters
    ----------
    waits : those that ended before the horizon, from `short_waits`; they are put in order in place.
    counts : cases of each group, those that lasted longer included, `[groups]`.
    members : whether a group belongs to a union, `[groups, unions]`.
    horizon : days, no more than 4,096.
    """
    waits.sort()
    means: Array = _areas(waits, counts @ members.astype(np.int64), members, horizon)
    return means.tolist()


def _judge(durations: Array) -> None:
    if len(durations) and not durations.min() >= 0.0:
        raise DataError(f"a duration of {durations.min():g} days: durations are never negative")


def _in_order(durations: Array, observed: Array) -> Array:
    """Durations and events in words, in order; made and sorted in the one array that is returned."""
    _judge(durations)
    words: Array = (durations + 0.0).view(np.uint64)
    words <<= _ONE
    words |= ~observed
    words.sort()
    return words


def _time(word: np.uint64) -> float:
    return float((word >> _ONE).view(np.float64))


@kernel
def _fallen_to(words, level):  # type: ignore[no-untyped-def]
    """First place at which the survival curve of ordered words is at `level` or below, or their number."""
    survival = 1.0
    for j in range(words.size):
        if words[j] & _ONE == 0:
            survival *= 1.0 - 1.0 / (words.size - j)
        if survival <= level:
            return j
    return words.size


@kernel
def _left(words, count):  # type: ignore[no-untyped-def]
    """The survival curve after the first `count` of ordered words."""
    survival = 1.0
    for j in range(count):
        if words[j] & _ONE == 0:
            survival *= 1.0 - 1.0 / (words.size - j)
    return survival


@kernel
def _areas(waits, at_risk, members, horizon):  # type: ignore[no-untyped-def]
    """Area under the survival curve of each union of groups up to the horizon, `[unions]`."""
    unions = at_risk.size
    area, before, survival = np.zeros(unions), np.zeros(unions), np.ones(unions)
    left = at_risk.copy()
    for word in waits:
        time, group = (word >> (_GROUP_BITS + _ONE)) / _TICKS, word & _GROUP
        seen = (word >> _GROUP_BITS) & _ONE == 0
        for s in range(unions):
            if members[group, s]:
                area[s] += survival[s] * (time - before[s])
                before[s] = time
                if seen:
                    survival[s] *= 1.0 - 1.0 / left[s]
                left[s] -= 1
    for s in range(unions):
        area[s] = area[s] + survival[s] * (horizon - before[s]) if at_risk[s] > 0 else np.nan
    return area
