"""Waiting times with censoring: the Kaplan-Meier estimator (Kaplan & Meier 1958), so that open cases are never dropped."""

from __future__ import annotations

import numpy as np

from sim.tables import Array


def quantile(durations: Array, observed: Array, share: float) -> float:
    """Time by which `share` of cases have had their event; NaN where the estimate never gets so far.

    Parameters
    ----------
    durations : days until the event or until last seen, `[n]`.
    observed : whether the event happened, `[n]`.
    share : between 0 and 1.
    """
    if len(durations) == 0:
        return float("nan")
    order = np.lexsort((~observed, durations))
    times, happened = durations[order], observed[order]
    at_risk = len(times) - np.arange(len(times))
    survival = np.cumprod(np.where(happened, 1.0 - 1.0 / at_risk, 1.0))
    reached = np.flatnonzero(survival <= 1.0 - share + 1e-12)
    return float(times[reached[0]]) if len(reached) else float("nan")


def reached(durations: Array, observed: Array, horizon: float) -> float:
    """Share of cases that have had their event within `horizon` days; NaN without cases."""
    if len(durations) == 0:
        return float("nan")
    order = np.lexsort((~observed, durations))
    happened = observed[order] & (durations[order] <= horizon)
    at_risk = len(happened) - np.arange(len(happened))
    return 1.0 - float(np.prod(np.where(happened, 1.0 - 1.0 / at_risk, 1.0)))


def restricted_mean(durations: Array, observed: Array, horizon: float) -> float:
    """Mean of min(duration, horizon): the area under the survival curve up to `horizon` days; NaN without cases."""
    if len(durations) == 0:
        return float("nan")
    order = np.lexsort((~observed, durations))
    times, happened = np.minimum(durations[order], horizon), observed[order] & (durations[order] <= horizon)
    at_risk = len(times) - np.arange(len(times))
    survival = np.cumprod(np.where(happened, 1.0 - 1.0 / at_risk, 1.0))
    edges = np.concatenate([[0.0], times, [horizon]])
    return float((np.diff(edges) * np.concatenate([[1.0], survival])).sum())
