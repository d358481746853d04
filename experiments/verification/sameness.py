"""What must be the same is the same to the byte: fingerprints of whole lives, and the same residents stored in another order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from analysis.patterns import Finding
from experiments.verification.records import Text
from sim import build
from sim.model import CommunityModel
from sim.population import Population, build_population, reorder
from sim.records import NAMES
from sim.scenario import Dose, Strategy, load_strategy
from sim.state import State

Fingerprint = dict[str, bytes]
DAYS, REFORM_DAY = 120, 60
#: Columns that name rows of storage rather than what stands in them.
POINTERS = ("slot", "case", "need", "child", "sibling")
SLOTS = ("first", "last", "queue")


def living(
    strategy: str | Strategy = "siloed", days: int = DAYS, reform_day: int = REFORM_DAY, **more: Any
) -> CommunityModel:
    """A life in the classroom's world, which is small."""
    return CommunityModel(world="classroom", strategy=strategy, days=days, reform_day=reform_day, **more)


def in_use(state: State) -> dict[str, np.ndarray]:
    """All arrays of a state, as far as they are in use: tables that grow keep room that means nothing."""
    used = {}
    for name, array in state.arrays().items():
        table, _, column = name.partition(".")
        counted = table if table in ("needs", "cases") else column if table == "lists" else None
        used[name] = array[: int(getattr(state.sizes, counted)[0])] if counted else array
    return used


def fingerprint(model: CommunityModel) -> Fingerprint:
    """Bytes of the whole state and of all records."""
    records = {
        f"records.{name}": model.records.table[: model.records.days, :, i].tobytes()
        for i, name in enumerate(NAMES)
    }
    marks = {f"marks.{name}": array.tobytes() for name, array in model.records.marks.items()}
    return {name: array.tobytes() for name, array in in_use(model.state).items()} | records | marks


def differing(one: Fingerprint, two: Fingerprint) -> list[str]:
    """Names of what differs, for a message that can be read."""
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def composed(doses: Iterable[tuple[str, Dose]], name: str = "composed") -> Strategy:
    """A strategy of these doses in this order."""
    plain = load_strategy("siloed")
    return plain.model_copy(update={"name": name, "mechanisms": dict(doses)})


def shuffled(population: Population, salt: int) -> np.ndarray:
    """Another order of storage: households of a cell and persons of a household in the order of hashes."""
    r = population.residents

    def hashed(numbers: np.ndarray) -> np.ndarray:
        return np.array(
            [int.from_bytes(hashlib.sha256(f"{salt} {n}".encode()).digest()[:7], "big") for n in numbers]
        )

    return np.lexsort((hashed(r.identity), hashed(r.household), r.cell))


def stored(strategy: str, salt: int | None, days: int) -> tuple[CommunityModel, np.ndarray]:
    """A life whose residents are stored in another order, and the old slot of each new one."""
    model = living(strategy, days=days)
    population = build_population(model.state.geography, model.state.parameters, model.draws)
    order = np.arange(len(population.residents.identity)) if salt is None else shuffled(population, salt)
    model.state = build.assemble(model.state.geography, reorder(population, order), model.state.parameters)
    model.adopt(strategy)
    return model.run(), order


def by_key(state: State, table: str) -> dict[str, np.ndarray]:
    """Needs or cases in the order of (resident, time), without what names a row of storage."""
    rows = {name.split(".")[1]: a for name, a in in_use(state).items() if name.startswith(f"{table}.")}
    time = rows["arose" if table == "needs" else "opened"]
    order = np.lexsort((time, rows["resident"]))
    return {name: column[order] for name, column in rows.items() if name not in POINTERS}


def unlike(one: CommunityModel, two: CommunityModel, order: np.ndarray) -> list[str]:
    """What differs between two lives whose residents are stored in other orders: daily records, needs, cases, persons, places, outcomes.

    `order` is the slot in `one` of each resident of `two`.
    """
    found = [
        f"records.{name}"
        for i, name in enumerate(NAMES)
        if one.records.table[:, :, i].tobytes() != two.records.table[:, :, i].tobytes()
    ]
    for table in ("needs", "cases"):
        a, b = by_key(one.state, table), by_key(two.state, table)
        found += [f"{table}.{name}" for name in a if a[name].tobytes() != b[name].tobytes()]
    for name in one.state.residents._fields:
        a, b = getattr(one.state.residents, name), getattr(two.state.residents, name)
        if name != "ties" and a[order].tobytes() != b.tobytes():
            found.append(f"residents.{name}")
    for table in ("cells", "communities", "institutions"):
        for name in getattr(one.state, table)._fields:
            a, b = (getattr(getattr(model.state, table), name) for model in (one, two))
            if name not in SLOTS and a.tobytes() != b.tobytes():
                found.append(f"{table}.{name}")
    if one.state.ties.tobytes() != two.state.ties.tobytes():
        found.append("ties")
    # `equal_nan`: a ratio without a denominator is missing in both.
    if not np.array_equal(list(one.outcomes().values()), list(two.outcomes().values()), equal_nan=True):
        found.append("outcomes")
    return found


def same(name: Text, unlike: Sequence[str]) -> Finding:
    """A finding that holds when nothing differs; its value is how many columns do."""
    return Finding(name, float(len(unlike)), high=1.0)
