"""V4: the same queues in Ciw (Palmer, Knight, Harper & Hawa 2019), a second opinion on whole distributions and not only on means.

The test that finds both alike must tell either model from a queue that is wrong on purpose.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.verification.ciw_peer import LEVEL, Waits, agreement, in_ciw, in_model, memory
from experiments.verification.queue_runs import simulate
from experiments.verification.queue_theory import ARRIVALS


@pytest.fixture(scope="module")
def ciw_of_three() -> list[Waits]:
    return in_ciw(4_000.0, 3, 1.8 / ARRIVALS)


def test_three_servers(ciw_of_three: list[Waits]) -> None:
    """M/M/3: one distribution; and not that of two servers, of fixed hours, or of hours that are a fifth longer."""
    waits = in_model(simulate(0.6, 3))
    assert agreement(waits, ciw_of_three) > LEVEL
    wrong = {
        "two servers": in_ciw(4_000.0, 2, 1.2 / ARRIVALS),
        "fixed hours": in_ciw(4_000.0, 3, 1.8 / ARRIVALS, fixed=True),
        "hours a fifth longer": in_ciw(4_000.0, 3, 1.2 * 1.8 / ARRIVALS),
    }
    for name, other in wrong.items():
        assert agreement(waits, other) < LEVEL, f"not told apart: {name}"


def test_share_that_waits(ciw_of_three: list[Waits]) -> None:
    """The share of customers without a wait is the same in both, by replicates and by batches of 1,300 customers."""
    a = np.array([(waits == 0.0).mean() for waits in in_model(simulate(0.6, 3))])
    waits = ciw_of_three[0]
    b = (waits[: waits.size // 1_300 * 1_300] == 0.0).reshape(-1, 1_300).mean(1)
    error = math.hypot(*(x.std(ddof=1) / math.sqrt(x.size) for x in (a, b)))
    assert abs(a.mean() - b.mean()) < 3.5 * error
    assert 5.0 * error < 0.1 * a.mean(), "a tenth more or less would be found"


def test_two_classes() -> None:
    """Non-preemptive priority: each class has the distribution of its class, and not of the other."""
    runs = simulate(0.7, discipline="priority")
    urgent, other = (in_model(runs, category) for category in ("environment", "property"))
    first, second = ([waits] for waits in in_ciw(4_000.0, 1, 0.7 / ARRIVALS, classes=2))
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
