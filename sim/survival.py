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


def restricted_mean(durations: Array, observed: Array, horizon: float) -> float:
    """Mean of min(duration, horizon): the area under the survival curve up to `horizon` days; NaN without cases."""
    return _area(np.sort(_words(durations, observed)), horizon)


def restricted_means(
    durations: Array, observed: Array, members: Iterable[Array], horizon: float
) -> list[float]:
    """`restricted_mean` of several groups of the same cases, each given as whether a case belongs to it, `[n]`."""
    words = _words(durations, observed)
    order = np.argsort(words)
    words = words[order]
    return [_area(words[member[order]], horizon) for member in members]


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


def _area(words: Array, horizon: float) -> float:
    """Area under the survival curve of ordered words up to the horizon."""
    if len(words) == 0:
        return float("nan")
    times = _times(words)
    happened = _seen(words) & (times <= horizon)
    edges = np.concatenate([[0.0], np.minimum(times, horizon), [horizon]])
    survival = np.ones(len(words) + 1)
    at_risk = np.arange(len(words), 0, -1)
    np.cumprod(np.where(happened, 1.0 - 1.0 / at_risk, 1.0), out=survival[1:])
    return float((np.diff(edges) * survival).sum())
