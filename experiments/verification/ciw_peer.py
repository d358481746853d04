"""The same queues in Ciw (Palmer, Knight, Harper & Hawa 2019), and how two samples of waits are compared.

Waits of neighbouring customers are correlated and a Kolmogorov-Smirnov test assumes they are not, so both samples are thinned: one
customer in as many as the integrated autocorrelation time asks for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from experiments.verification.lives import text
from experiments.verification.queue_runs import Run, waiting
from experiments.verification.queue_theory import ARRIVALS
from experiments.verification.records import NotRunError

Waits = npt.NDArray[np.float64]

WARM_UP = 50.0
LEVEL = 0.001
#: Reporting takes a billionth of a day; below this two waits are equal, and no wait is zero.
RESOLUTION = 1e-6
#: Independent waits below which the test says little.
ENOUGH = 200


def in_ciw(
    days: float, servers: int, service_days: float, *, fixed: bool = False, classes: int = 1, seed: int = 1
) -> list[Waits]:
    """Waits by class in order of arrival, after warm-up; class 0 is served first, nobody is interrupted.

    Service is exponential with this mean, or always as long (`fixed`).

    Raises
    ------
    NotRunError
        Ciw is not installed.
    """
    ciw = the_peer()
    names = [f"Class {index}" for index in range(classes)]
    service = ciw.dists.Deterministic(service_days) if fixed else ciw.dists.Exponential(1.0 / service_days)
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(ARRIVALS / classes)] for name in names},
        service_distributions={name: [service] for name in names},
        priority_classes={name: index for index, name in enumerate(names)},
        number_of_servers=[servers],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(days)
    records = sorted(simulation.get_all_records(), key=lambda record: record.arrival_date)
    return [
        rounded([r.waiting_time for r in records if r.customer_class == name and r.arrival_date > WARM_UP])
        for name in names
    ]


def the_peer() -> Any:
    """The package Ciw.

    Raises
    ------
    NotRunError
        It is not installed.
    """
    try:
        import ciw
    except ImportError:
        raise NotRunError(text(
            "Ciw is not installed: pip install 'xietong[verify]'", "未安装 Ciw：pip install 'xietong[verify]'",
        )) from None  # fmt: skip
    return ciw


def in_model(runs: Sequence[Run], category: str | None = None) -> list[Waits]:
    """Waits of each replicate in order of opening, of one category or all."""
    chosen = [cases if category is None else cases[cases.category == category] for cases, _ in runs]
    return [rounded(waiting(cases).dropna()) for cases in chosen]


def rounded(waits: object) -> Waits:
    """Waits in steps of `RESOLUTION`."""
    return np.asarray(np.round(np.asarray(waits, float) / RESOLUTION) * RESOLUTION)


def memory(waits: Waits) -> float:
    """Integrated autocorrelation time in customers, 1 + 2 · sum of correlations up to five times itself (Sokal 1997)."""
    centred = waits - waits.mean()
    spectrum = np.fft.rfft(centred, 2 * waits.size)
    correlation = np.fft.irfft(spectrum * spectrum.conj())[: waits.size]
    time = 2.0 * np.cumsum(correlation / correlation[0]) - 1.0
    beyond = np.arange(waits.size) >= 5.0 * time
    return float(time[np.argmax(beyond)])


def thinned(one: Sequence[Waits], other: Sequence[Waits]) -> tuple[Waits, Waits]:
    """Both samples, one customer in as many as are needed for neighbours to be independent.

    Raises
    ------
    ValueError
        Too few are left.
    """
    # The memory is that of the longest sample; short ones cannot show it.
    step = math.ceil(2.0 * memory(max([*one, *other], key=len)))
    a, b = (np.concatenate([sample[::step] for sample in samples]) for samples in (one, other))
    if min(a.size, b.size) <= ENOUGH:
        raise ValueError(f"too few independent waits: {a.size} and {b.size}")
    return a, b


def agreement(one: Sequence[Waits], other: Sequence[Waits]) -> float:
    """p-value of the two-sample Kolmogorov-Smirnov test on thinned waits (ties at zero make it conservative)."""
    return float(stats.ks_2samp(*thinned(one, other)).pvalue)


def distance(one: Sequence[Waits], other: Sequence[Waits]) -> float:
    """Largest distance between the two distribution functions, of all waits."""
    return float(stats.ks_2samp(np.concatenate(list(one)), np.concatenate(list(other))).statistic)
