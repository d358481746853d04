"""Waiting times with censoring: the Kaplan-Meier estimator (Kaplan & Meier 1958), so that open cases are never dropped.

Durations are days, never negative. In one word a duration and whether its event was seen: bits of a positive number are in the order
of its size, so that one sort brings both into order, events before censored ones of equal length.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.errors import DataError
from sim.kernels import kernel
from sim.tables import Array

_ONE = np.uint64(1)


def quantile(durations: Array, observed: Array, share: float) -> float:
    """Time by which `share` of cases have had their event; NaN where the estimate never gets so far.

    Parameters
    ----------
    durations : days until the event or until last seen, `[n]`.
    observed : whether the event happened, `[n]`.
    share : between 0 and 1.

    Raises
    ------
    DataError
        A duration is negative (so too below).
    """
    words = np.sort(_words(durations, observed))
    place = _fallen_to(words, 1.0 - share + 1e-12)
    return float(_times(words[place : place + 1])[0]) if place < len(words) else float("nan")


def reached(durations: Array, observed: Array, horizon: float) -> float:
    """Share of cases that have had their event within `horizon` days; NaN without cases."""
    if len(durations) == 0:
        return float("nan")
    words = np.sort(_words(durations, observed))
    last = _words(np.array([horizon]), np.array([False]))[0]
    return 1.0 - _left(words, int(np.searchsorted(words, last, side="right")))


def restricted_means(
    durations: Array, observed: Array, members: Iterable[Array], horizon: float
) -> list[float]:
    """Mean of min(duration, horizon) in groups of the cases, each given as whether a case belongs to it, `[n]`.

    It is the area under the group's survival curve up to `horizon` days; NaN without cases.
    """
    words = _words(durations, observed)
    order = np.argsort(words)
    words = words[order]
    seen, times = _seen(words), _times(words)
    return [_area(times, seen, member[order], horizon) for member in members]


def _words(durations: Array, observed: Array) -> Array:
    if len(durations) and not durations.min() >= 0.0:
        raise DataError(f"a duration of {durations.min():g} days: durations are never negative")
    return ((durations + 0.0).view(np.uint64) << _ONE) | ~observed


def _times(words: Array) -> Array:
    return (words >> _ONE).view(np.float64)


def _seen(words: Array) -> Array:
    return words & _ONE == 0


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
def _area(times, seen, member, horizon):  # type: ignore[no-untyped-def]
    """Area under the survival curve of the members among cases in order of `times`, up to the horizon; NaN without members."""
    at_risk = np.count_nonzero(member)
    if at_risk == 0:
        return np.nan
    area, before, survival = 0.0, 0.0, 1.0
    for j in range(times.size):
        if times[j] >= horizon:
            break
        if member[j]:
            area += survival * (times[j] - before)
            before = times[j]
            if seen[j]:
                survival *= 1.0 - 1.0 / at_risk
            at_risk -= 1
    return area + survival * (horizon - before)
