"""V1: what must be the same is the same to the byte.

A null reform, the past of a reform, a fork, another order of mechanisms or of storage, another process: none may change a bit.
Each comparison is shown to have teeth: the same fingerprint tells two strategies apart.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments.verification.sameness import (
    DAYS,
    Fingerprint,
    composed,
    differing,
    fingerprint,
    living,
    stored,
    unlike,
)
from experiments.verification.sameness import REFORM_DAY as REFORM
from sim.mechanisms import mechanisms
from sim.model import DAY, CommunityModel
from sim.organizations.network import strengths
from sim.scenario import Dose, load_strategy, names
from sim.state import State

STRATEGIES = names("strategy")


@pytest.fixture(scope="module")
def uninterrupted() -> Callable[[str], Fingerprint]:
    """The life of a strategy from day 0 to the end; each lived once."""
    lived: dict[str, Fingerprint] = {}

    def live(strategy: str) -> Fingerprint:
        if strategy not in lived:
            lived[strategy] = fingerprint(living(strategy).run())
        return lived[strategy]

    return live


def test_the_fingerprint_tells_strategies_apart(uninterrupted: Callable) -> None:
    real = [name for name in STRATEGIES if name != "placebo"]
    for a in real:
        for b in real:
            if a != b:
                assert differing(uninterrupted(a), uninterrupted(b)), f"{a} and {b} are one"
    assert differing(uninterrupted("siloed"), fingerprint(living(seed=2).run()))


def test_placebo_equals_siloed(uninterrupted: Callable) -> None:
    assert differing(uninterrupted("placebo"), uninterrupted("siloed")) == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_reform_changes_nothing_before_its_day(strategy: str, uninterrupted: Callable) -> None:
    """Records and every state on the morning of the reform day are those of the baseline."""
    reformed, baseline = living(strategy), living()
    for day in (1, REFORM // 2, REFORM):
        assert differing(fingerprint(reformed.run(day)), fingerprint(baseline.run(day))) == []
    reformed.run()
    assert differing(fingerprint(reformed), uninterrupted(strategy)) == []
    if strategy not in ("siloed", "placebo"):
        assert differing(fingerprint(reformed), uninterrupted("siloed"))


def test_a_later_start_changes_nothing_before_it() -> None:
    """A mechanism that starts twenty days after the reform day changes nothing until then."""
    late = composed(
        [("whistle", Dose(start=REFORM + 20)), ("big_committee", Dose(start=REFORM + 40, ramp=0))]
    )
    one, two = living(late), living()
    assert differing(fingerprint(one.run(REFORM + 20)), fingerprint(two.run(REFORM + 20))) == []
    assert differing(fingerprint(one.run()), fingerprint(two.run()))


def test_a_fork_equals_the_uninterrupted_run(uninterrupted: Callable) -> None:
    """One common past, many futures, in any order, and a future lived twice."""
    model = living().run(REFORM)
    morning = model.checkpoint()
    for strategy in (*STRATEGIES, *reversed(STRATEGIES)):
        assert differing(fingerprint(model.resume(morning, strategy).run()), uninterrupted(strategy)) == [], (
            strategy
        )


def test_a_fork_before_the_reform_day(uninterrupted: Callable) -> None:
    model = living("wuhan").run(REFORM - 13)
    morning = model.checkpoint()
    model.run()
    for strategy in ("shanghai", "wuhan"):
        assert differing(fingerprint(model.resume(morning, strategy).run()), uninterrupted(strategy)) == [], (
            strategy
        )


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("day", [75, 101], ids=["while doses rise", "in the middle of a week"])
def test_going_on_from_a_checkpoint(strategy: str, day: int, uninterrupted: Callable) -> None:
    """Stop on any day, live on, come back, live again: the same life."""
    model = living(strategy).run(day)
    morning = model.checkpoint()
    assert differing(fingerprint(model.run()), uninterrupted(strategy)) == []
    assert differing(fingerprint(model.resume(morning).run()), uninterrupted(strategy)) == []


def test_order_of_mechanisms() -> None:
    """Contributions commute: all mechanisms, listed in four orders."""
    doses = [(name, Dose(intensity=0.3 + 0.1 * (i % 7), ramp=10 + i)) for i, name in enumerate(mechanisms())]
    orders = [
        doses,
        doses[::-1],
        doses[1::2] + doses[::2],
        sorted(doses, key=lambda d: hashlib.sha256(d[0].encode()).digest()),
    ]
    lives = [fingerprint(living(composed(order)).run()) for order in orders]
    for other in lives[1:]:
        assert differing(lives[0], other) == []


@pytest.mark.parametrize("mechanism", mechanisms())
def test_intensity_zero_is_absence(mechanism: str, uninterrupted: Callable) -> None:
    """Alone, and beside others; whatever its other settings."""
    absent = Dose(intensity=0.0, ramp=0, place=0.5)
    assert (
        differing(fingerprint(living(composed([(mechanism, absent)])).run()), uninterrupted("siloed")) == []
    )
    others = [(name, dose) for name, dose in load_strategy("wuhan").mechanisms.items() if name != mechanism]
    with_it, without = living(composed([(mechanism, absent), *others])), living(composed(others))
    assert differing(fingerprint(with_it.run()), fingerprint(without.run())) == []


@pytest.mark.parametrize("mechanism", mechanisms())
def test_full_intensity_is_not_absence(mechanism: str, uninterrupted: Callable) -> None:
    assert differing(
        fingerprint(living(composed([(mechanism, Dose(ramp=0))])).run()), uninterrupted("siloed")
    )


# Storage order


@pytest.fixture(scope="module")
def in_given_order() -> CommunityModel:
    return stored("wuhan", None, DAYS)[0]


def test_assembling_by_hand_is_the_model(in_given_order: CommunityModel, uninterrupted: Callable) -> None:
    """The identity permutation gives the model's own life, so the next test compares what it means to compare."""
    assert differing(fingerprint(in_given_order), uninterrupted("wuhan")) == []


@pytest.mark.parametrize("salt", [1, 2])
def test_storage_order(salt: int, in_given_order: CommunityModel) -> None:
    """Residents stored in another order live the same lives: records, needs, cases, persons, cells and institutions."""
    two, order = stored("wuhan", salt, DAYS)
    assert (order != np.arange(order.size)).mean() > 0.9
    assert unlike(in_given_order, two, order) == []


# Looking


def look(model: CommunityModel) -> None:
    """Look at everything that can be looked at."""
    for table in model.tables().values():
        table.to_numpy()
    if model.day > model.reform_day:
        model.outcomes()
    assert model.datacollector.model_vars
    assert len(model.records.daily) == model.day * model.state.geography.n_communities
    for agent in model.agents:
        assert agent.seat_name and agent.staff >= 0.0 and agent.reputation >= 0.0
    model.checkpoint()
    model.state.snapshot()


def test_looking_never_changes_the_run(uninterrupted: Callable) -> None:
    model = living("wuhan")
    while model.running:
        look(model)
        before = fingerprint(model)
        look(model)
        assert differing(before, fingerprint(model)) == []
        model.run(min(DAYS, model.day + 9))
    look(model)
    assert differing(fingerprint(model), uninterrupted("wuhan")) == []


def test_telling_progress_never_changes_the_run(uninterrupted: Callable) -> None:
    told: list[int] = []
    assert (
        differing(fingerprint(living("shanghai").run(progress=told.append)), uninterrupted("shanghai")) == []
    )
    assert told == list(range(1, DAYS + 1))


# Processes

_LIFE = """
import hashlib, sys
from sim.model import CommunityModel
model = CommunityModel(world="classroom", strategy=sys.argv[1], days=80, reform_day=30).run()
digest = hashlib.sha256(model.records.table.tobytes())
for name, array in sorted(model.state.arrays().items()):
    digest.update(name.encode() + array.tobytes())
for table in model.tables().values():
    digest.update(table.to_csv().encode())
print(digest.hexdigest(), list(model.outcomes().items()))
"""


def in_a_process(strategy: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _LIFE, strategy],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_agree() -> None:
    """Hash seeds (orders of sets and of names) and numbers of threads change nothing."""
    settings = [("0", "1"), ("1", "2"), ("4242", "1"), ("random", "2")]
    said = {
        in_a_process("wuhan", PYTHONHASHSEED=seed, NUMBA_NUM_THREADS=threads) for seed, threads in settings
    }
    assert len(said) == 1
    assert in_a_process("shanghai", PYTHONHASHSEED="0", NUMBA_NUM_THREADS="2") not in said


# Undeclared writes


def written(state: State, act: Callable[[], Any]) -> set[str]:
    """Names of the arrays whose bytes differ after `act`; a table that grew counts as written."""
    before = {name: array.tobytes() for name, array in state.arrays().items()}
    act()
    return {name for name, array in state.arrays().items() if array.tobytes() != before[name]}


def declared(law: Callable) -> set[str]:
    module = importlib.import_module(law.__module__)
    return set(module.WRITES) | ({"slow", "standing"} if law.__name__ == "observe" else set())


def covered(name: str, allowed: set[str]) -> bool:
    """`cells.backlog` is covered by `cells` and by `cells.backlog`."""
    return name in allowed or name.partition(".")[0] in allowed


@pytest.fixture(scope="module")
def writes() -> dict[Callable, set[str]]:
    """What each law wrote in a life under all mechanisms."""
    from sim.day.observe import observe

    doses = [(name, Dose(ramp=5)) for name in mechanisms()]
    model = living(composed(doses), days=75, reform_day=20)
    found: dict[Callable, set[str]] = {law: set() for law in (*DAY, observe)}
    levers_before: bytes
    while model.running:
        state, day = model.state, model.day
        if day == model.reform_day:
            model.records.mark(state.institutions, strengths(state.ties))
        # At the beginning of a week mechanisms may act on institutions and communities; asking again changes nothing.
        acted = written(state, lambda day=day: model.programme.levers(model.state, day))
        allowed = {"institutions", "communities"} if day % 7 == 0 else set()
        assert {name for name in acted if not covered(name, allowed)} == set(), "mechanisms wrote"
        asked = written(state, lambda day=day: model.programme.levers(model.state, day))
        assert asked == set(), "asking for the levers wrote"
        levers = model.programme.levers(state, day)
        levers_before = b"".join(array.tobytes() for array in levers)
        fixed_before = b"".join(np.asarray(value).tobytes() for value in state.fixed)
        for law in DAY:
            found[law] |= written(
                state, lambda law=law, day=day, levers=levers: law(model.state, levers, model.draws, day)
            )
            assert b"".join(array.tobytes() for array in levers) == levers_before, (
                f"{law.__name__} wrote levers"
            )
            assert b"".join(np.asarray(value).tobytes() for value in state.fixed) == fixed_before, (
                f"{law.__name__} wrote constants"
            )
        found[observe] |= written(state, lambda day=day: observe(model.state, model.records, day))
        state.day = day + 1
        model.running = state.day < model.days
    by_hand = fingerprint(model)
    assert differing(by_hand, fingerprint(living(composed(doses), days=75, reform_day=20).run())) == [], (
        "a day by hand is a day"
    )
    return found


def test_laws_write_only_what_they_declare(writes: dict[Callable, set[str]]) -> None:
    undeclared = {
        law.__name__: sorted(name for name in names_ if not covered(name, declared(law)))
        for law, names_ in writes.items()
    }
    assert {law: found for law, found in undeclared.items() if found} == {}


def test_laws_declare_only_what_they_write(writes: dict[Callable, set[str]]) -> None:
    tables = {law: {name.partition(".")[0] for name in found} | found for law, found in writes.items()}
    idle = {law.__name__: sorted(declared(law) - found) for law, found in tables.items()}
    assert {law: found for law, found in idle.items() if found} == {}


def test_no_array_belongs_to_nobody(writes: dict[Callable, set[str]]) -> None:
    """Every day something of each table moves, except dwellings, which never do."""
    everything = {name.partition(".")[0] for found in writes.values() for name in found}
    state = living().state
    assert {name.partition(".")[0] for name in state.arrays()} - everything == {"households"}
