"""V3: reduced to one provider, the model is a queue, and its waits are those of queueing theory.

Means are compared over 60 independent replicates of 130 days after warm-up (about 1,300 cases each), so that the sampling error is
computed and not guessed. Each comparison is also asked for its power: the error of theory that it would find with probability 0.95
must be small, and a deliberately wrong theory must be rejected by the very same comparison.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.verification.queue_runs import compare, little, simulate, waiting_of
from experiments.verification.queue_theory import (
    ARRIVALS,
    SPREAD,
    VARIATION,
    empty_house,
    erlang_c,
    wait_if_interrupting,
    wait_of_many,
    wait_of_one,
    waits_of_classes,
)

LOGNORMAL = {"needs.hours_spread": SPREAD}


def test_theory_agrees_with_itself() -> None:
    """Formulas meet where they must: one server, no variation, all in one class; and Erlang's table at 2 servers, load 1."""
    for utilisation in (0.3, 0.6, 0.9):
        assert wait_of_many(1, utilisation) == pytest.approx(wait_of_one(utilisation, 1.0))
        assert wait_of_one(utilisation, 0.0) == pytest.approx(wait_of_many(1, utilisation) / 2.0)
        assert waits_of_classes(utilisation, 1.0)[0] == pytest.approx(wait_of_many(1, utilisation))
        assert waits_of_classes(utilisation, 0.0)[1] == pytest.approx(wait_of_many(1, utilisation))
        first, second = waits_of_classes(utilisation, 0.5)
        assert (first + second) / 2.0 == pytest.approx(wait_of_many(1, utilisation)), (
            "conservation law (Kleinrock 1965)"
        )
    assert erlang_c(2, 1.0) == pytest.approx(1.0 / 3.0)


@pytest.mark.parametrize(("servers", "utilisation"), [(1, 0.6), (3, 0.6)])
def test_exponential_service_waits_as_erlang_c(servers: int, utilisation: float) -> None:
    """M/M/1 and M/M/3."""
    runs = simulate(utilisation, servers)
    found = compare(runs, wait_of_many(servers, utilisation))
    assert found.agrees, f"M/M/{servers}: {found}"
    assert found.detectable < 0.2, f"M/M/{servers}: {found}"
    # Wrong on purpose: a server more or less at the same utilisation, and one fast server in place of several.
    for wrong in {servers - 1, servers + 1, 1} - {0, servers}:
        mistaken = compare(runs, wait_of_many(wrong, utilisation))
        assert not mistaken.agrees, f"M/M/{servers} taken for M/M/{wrong}: {mistaken}"


@pytest.mark.parametrize("service", ["deterministic", "lognormal"])
def test_one_server_waits_as_pollaczek_khinchine(service: str) -> None:
    """M/D/1 and M/G/1 with log-normal hours."""
    utilisation = 0.6
    runs = simulate(utilisation, service=service, parameters=LOGNORMAL)
    found = compare(runs, wait_of_one(utilisation, VARIATION[service]))
    assert found.agrees, f"{service}: {found}"
    assert found.detectable < 0.2, f"{service}: {found}"
    for wrong in VARIATION.keys() - {service}:
        mistaken = compare(runs, wait_of_one(utilisation, VARIATION[wrong]))
        assert not mistaken.agrees, f"{service} taken for {wrong}: {mistaken}"


def test_two_classes_wait_as_cobham() -> None:
    """Urgent cases go first but interrupt nobody; the mean over both classes is that of first come, first served."""
    utilisation = 0.7
    runs = simulate(utilisation, discipline="priority")
    urgent, other = waits_of_classes(utilisation, 0.5)
    fair = wait_of_many(1, utilisation)
    for category, theory in (("environment", urgent), ("property", other)):
        found = compare(runs, theory, waiting_of(category))
        assert found.agrees, f"{category}: {found}"
        assert found.detectable < 0.25, f"{category}: {found}"
        assert not compare(runs, fair, waiting_of(category)).agrees, (
            f"{category} as if first come, first served"
        )
    assert compare(runs, fair).agrees
    assert not compare(runs, wait_if_interrupting(utilisation, 0.5), waiting_of("environment")).agrees, (
        "urgent cases as if they interrupted"
    )


def test_first_come_first_served() -> None:
    """One server starts cases in the order of their opening; with two classes each class keeps its order."""
    for cases, _ in simulate(0.6):
        assert cases.started.dropna().is_monotonic_increasing
    for cases, _ in simulate(0.7, discipline="priority"):
        assert not cases.started.dropna().is_monotonic_increasing
        for _, own in cases.groupby("category"):
            assert own.started.dropna().is_monotonic_increasing


def test_no_more_cases_in_hand_than_servers() -> None:
    """At every moment at most three of three servers are busy, and sometimes all of them."""
    for cases, _ in simulate(0.6, 3):
        done = cases.dropna(subset=["started", "closed"])
        steps = pd.concat([pd.Series(1, done.started), pd.Series(-1, done.closed)])
        # A server that ends one case and begins the next at the same moment is one server.
        steps = steps.groupby(np.round(steps.index, 9)).sum().sort_index().cumsum()
        assert steps.max() == 3


@pytest.mark.parametrize("queue", [
    {"utilisation": 0.6}, {"utilisation": 0.6, "servers": 3}, {"utilisation": 0.6, "service": "deterministic", "parameters": LOGNORMAL},
    {"utilisation": 0.7, "discipline": "priority"},
], ids=["M/M/1", "M/M/3", "M/D/1", "priority"])  # fmt: skip
def test_littles_law(queue: dict[str, Any]) -> None:
    """L = lambda W; and a tenth more or less of either would be found."""
    found = little(simulate(**queue))
    assert found.agrees, str(found)
    assert 5.2 * found.error < 0.1 * found.mean, str(found)


@pytest.mark.parametrize(("servers", "utilisation"), [(1, 0.6), (3, 0.6)])
def test_utilisation(servers: int, utilisation: float) -> None:
    """Hours given over hours had; the idle share of evenings is Erlang's probability of an empty house."""
    runs = simulate(utilisation, servers)
    used = compare(runs, utilisation, lambda daily: daily.hours_service / (8.0 * servers), daily=True)
    assert used.agrees, str(used)
    assert used.detectable < 0.03, str(used)
    empty = empty_house(servers, utilisation)
    found = compare(runs, empty, lambda daily: (daily.cases_open == 0).astype(float), daily=True)
    assert found.agrees, f"empty evenings: {found}"
    # The property firm is the one provider; the other institutions have hours too, so capacity is read off the queue.
    for _, daily in runs:
        assert (daily.hours_service <= 8.0 * servers + 1e-9).all()


def test_arrivals_are_poisson() -> None:
    """Mean and variance of the daily count, and the shares of the day on which arrivals fall."""
    runs = simulate(0.6)
    assert compare(runs, ARRIVALS, lambda daily: daily.cases_opened, daily=True).agrees
    spread = compare(runs, ARRIVALS, lambda daily: (daily.cases_opened - ARRIVALS) ** 2, daily=True)
    assert spread.agrees, str(spread)
    within = np.concatenate([cases.opened % 1.0 for cases, _ in runs])
    bins = np.bincount((within * 24).astype(int), minlength=24)
    expected = within.size / 24
    assert ((bins - expected) ** 2 / expected).sum() < 23 + 4.0 * math.sqrt(2 * 23)


def test_nothing_but_the_queue_happens() -> None:
    """No healing, no giving up, no return, no hand-over: the degenerate world is a queue and nothing else."""
    for cases, daily in simulate(0.7, discipline="priority"):
        assert set(cases.status) <= {"resolved", "open"}
        assert (cases.handovers == 0).all() and (cases.refusals == 0).all() and (cases.reopenings == 0).all()
        assert np.allclose(cases.responded, cases.opened)
        for column in (
            "needs_healed",
            "needs_moved",
            "needs_settled",
            "needs_worsened",
            "cases_given_up",
            "cases_paper",
        ):
            assert (daily[column] == 0).all(), column
