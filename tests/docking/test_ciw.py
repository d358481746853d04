"""V4: the same queues in Ciw (Palmer, Knight, Harper & Hawa 2019), a second opinion on whole distributions and not only on means.

Waits of neighbouring customers are correlated and a Kolmogorov-Smirnov test assumes they are not, so both samples are thinned: one
customer in as many as the integrated autocorrelation time asks for. The same test must tell either model from a queue that is wrong
on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import ciw
import numpy as np
import pytest
from scipy import stats

ARRIVALS = 10.0
WARM_UP = 50.0
LEVEL = 0.001
#: Reporting takes a billionth of a day; below this two waits are equal, and no wait is zero.
RESOLUTION = 1e-6


def in_ciw(
    days: float, servers: int, service: ciw.dists.Distribution, classes: int = 1, seed: int = 1
) -> list[np.ndarray]:
    """Waits by class in order of arrival, after warm-up; class 0 is served first, nobody is interrupted."""
    names = [f"Class {index}" for index in range(classes)]
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


def in_model(runs: tuple, category: str | None = None) -> list[np.ndarray]:
    """Waits of each replicate in order of opening, of one category or all."""
    chosen = [cases if category is None else cases[cases.category == category] for cases, _ in runs]
    return [rounded((cases.started - cases.opened).dropna()) for cases in chosen]


def rounded(waits: object) -> np.ndarray:
    return np.round(np.asarray(waits, float) / RESOLUTION) * RESOLUTION


def memory(waits: np.ndarray) -> float:
    """Integrated autocorrelation time in customers, 1 + 2 · sum of correlations up to five times itself (Sokal 1997)."""
    centred = waits - waits.mean()
    spectrum = np.fft.rfft(centred, 2 * waits.size)
    correlation = np.fft.irfft(spectrum * spectrum.conj())[: waits.size]
    time = 2.0 * np.cumsum(correlation / correlation[0]) - 1.0
    beyond = np.arange(waits.size) >= 5.0 * time
    return float(time[np.argmax(beyond)])


def agreement(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """p-value of the two-sample Kolmogorov-Smirnov test on thinned waits (ties at zero make it conservative)."""
    # The memory is that of the longest sample; short ones cannot show it.
    step = math.ceil(2.0 * memory(max([*one, *other], key=len)))
    a, b = (np.concatenate([sample[::step] for sample in samples]) for samples in (one, other))
    assert min(a.size, b.size) > 200, f"too few independent waits: {a.size} and {b.size}"
    return float(stats.ks_2samp(a, b).pvalue)


@pytest.fixture(scope="module")
def ciw_of_three() -> list[np.ndarray]:
    return in_ciw(4_000.0, 3, ciw.dists.Exponential(ARRIVALS / 1.8))


def test_three_servers(simulate: Callable, ciw_of_three: list[np.ndarray]) -> None:
    """M/M/3: one distribution; and not that of two servers, of fixed hours, or of hours that are a fifth longer."""
    waits = in_model(simulate(0.6, 3))
    assert agreement(waits, ciw_of_three) > LEVEL
    wrong = {
        "two servers": in_ciw(4_000.0, 2, ciw.dists.Exponential(ARRIVALS / 1.2)),
        "fixed hours": in_ciw(4_000.0, 3, ciw.dists.Deterministic(1.8 / ARRIVALS)),
        "hours a fifth longer": in_ciw(4_000.0, 3, ciw.dists.Exponential(ARRIVALS / 1.8 / 1.2)),
    }
    for name, other in wrong.items():
        assert agreement(waits, other) < LEVEL, f"not told apart: {name}"


def test_share_that_waits(simulate: Callable, ciw_of_three: list[np.ndarray]) -> None:
    """The share of customers without a wait is the same in both, by replicates and by batches of 1,300 customers."""
    a = np.array([(waits == 0.0).mean() for waits in in_model(simulate(0.6, 3))])
    waits = ciw_of_three[0]
    b = (waits[: waits.size // 1_300 * 1_300] == 0.0).reshape(-1, 1_300).mean(1)
    error = math.hypot(*(x.std(ddof=1) / math.sqrt(x.size) for x in (a, b)))
    assert abs(a.mean() - b.mean()) < 3.5 * error
    assert 5.0 * error < 0.1 * a.mean(), "a tenth more or less would be found"


def test_two_classes(simulate: Callable) -> None:
    """Non-preemptive priority: each class has the distribution of its class, and not of the other."""
    runs = simulate(0.7, discipline="priority")
    urgent, other = (in_model(runs, category) for category in ("environment", "property"))
    first, second = (
        [waits] for waits in in_ciw(4_000.0, 1, ciw.dists.Exponential(ARRIVALS / 0.7), classes=2)
    )
    assert agreement(urgent, first) > LEVEL
    assert agreement(other, second) > LEVEL
    assert agreement(urgent, second) < LEVEL
    assert agreement(other, first) < LEVEL


def test_the_measure_of_memory() -> None:
    """A process whose integrated autocorrelation time is known: AR(1) with coefficient r has (1 + r) / (1 − r)."""
    noise = np.random.default_rng(3).normal(size=200_000)
    x = np.empty_like(noise)
    x[0] = noise[0]
    for i in range(1, noise.size):
        x[i] = 0.8 * x[i - 1] + noise[i]
    assert memory(x) == pytest.approx(9.0, rel=0.1)
    assert memory(noise) == pytest.approx(1.0, abs=0.1)
