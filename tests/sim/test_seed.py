"""Every id of the seed inventory is implemented by something: a mechanism, an actor kind, an outcome or a state of the world."""

from __future__ import annotations

import csv
import re
import sys

import pytest

from scenarios import DATA
from sim.day import observe
from sim.mechanisms import mechanisms
from sim.organizations import KINDS_OF_ORGANIZATION
from sim.outcomes import OUTCOMES
from sim.records import DAILY
from sim.scenario import load_strategy, names
from sim.state import Cells, Communities, Institutions, Residents
from sim.tables import columns

#: The ids of the first scope: actors, transitions, city models, trends, dimensions, outcomes and ills.
SCOPE = (
    *(f"A{n}" for n in range(1, 7)), *(f"B{n}" for n in range(1, 6)), *(f"C{n}" for n in range(1, 4)), *(f"D{n}" for n in range(1, 4)),
    *(f"E{n}" for n in range(1, 5)), *(f"G{n}" for n in range(1, 5)), *(f"H{n}" for n in range(1, 5)),
)  # fmt: skip

#: Programme elements without a mechanism of their own. Reason for all: programme mechanisms arrive later.
LATER = (
    "F1", "F3", "F4", "F6a", "F6b", "F6c", "F6d", "F6e", "F7", "F8a", "F8b", "F8c",
)  # fmt: skip


_ID = re.compile(r"\b[A-H][1-9][a-e]?\b")


def inventory() -> dict[str, str]:
    """Kind of each id of the seed inventory."""
    with (DATA / "seed_ids.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["kind"] for row in csv.DictReader(file)}


def implemented() -> dict[str, set[str]]:
    """Who names which id: mechanisms by their seed, actor kinds by the first word of their module, outcomes and columns by their text."""
    found: dict[str, set[str]] = {}

    def name(ids: object, by: str) -> None:
        for one in ids:  # type: ignore[attr-defined]
            found.setdefault(one, set()).add(by)

    for mechanism, kind in mechanisms().items():
        name(kind.seed, f"mechanism {mechanism}")
    for organization in KINDS_OF_ORGANIZATION:
        text = sys.modules[organization.__module__].__doc__ or ""
        name(_ID.findall(text.split(maxsplit=1)[0]), f"actor {organization.__name__}")
    for outcome in OUTCOMES:
        name(_ID.findall(outcome.en), f"outcome {outcome.name}")
    for table in (Residents, Cells, Communities, Institutions):
        for column, declaration in columns(table).items():
            name(_ID.findall(declaration.meaning), f"state {table.__name__.lower()}.{column}")
    for daily in DAILY:
        name(_ID.findall(daily.meaning), f"record {daily.name}")
    for module in ("sim.outcomes", observe.__name__):
        name(_ID.findall(sys.modules[module].__doc__ or ""), f"module {module}")
    return found


@pytest.mark.parametrize("seed_id", SCOPE)
def test_every_id_in_scope_is_implemented(seed_id: str) -> None:
    assert implemented().get(seed_id), f"{seed_id} is implemented by nothing"


@pytest.mark.parametrize("seed_id", LATER)
def test_programme_elements_are_still_expected(seed_id: str) -> None:
    """The list is exact: whoever writes the mechanism takes its id out of it."""
    assert not any(by.startswith("mechanism") for by in implemented().get(seed_id, ())), (
        f"take {seed_id} out of LATER"
    )


def test_scope_and_expected_ids_are_the_whole_inventory() -> None:
    programme = {one for one, kind in inventory().items() if kind == "programme"}
    assert set(SCOPE) == set(inventory()) - programme
    assert set(LATER) <= programme
    done = {one for one in programme if any(by.startswith("mechanism") for by in implemented().get(one, ()))}
    assert done == programme - set(LATER)


def test_nothing_names_an_id_that_does_not_exist() -> None:
    unknown = {one: by for one, by in implemented().items() if one not in inventory()}
    assert not unknown
    for strategy in names("strategy"):
        assert set(load_strategy(strategy).seed) <= set(inventory())


def test_actor_kinds_are_the_actors_of_the_inventory_in_their_order() -> None:
    first = [(sys.modules[kind.__module__].__doc__ or "")[:2] for kind in KINDS_OF_ORGANIZATION]
    assert first == [one for one, kind in inventory().items() if kind == "actor"]


def test_a_strategys_ids_are_those_of_its_mechanisms() -> None:
    """A strategy stands only for what its mechanisms implement."""
    known = mechanisms()
    for strategy in map(load_strategy, names("strategy")):
        own = {one for name in strategy.mechanisms if name in known for one in known[name].seed}
        assert set(strategy.seed) <= own, f"{strategy.name} names ids that none of its mechanisms implements"
