"""Every id of the seed inventory is implemented by something: a mechanism, an actor kind, an outcome or a state of the world."""

from __future__ import annotations

import csv
import re
import sys

import numpy as np
import pytest

from scenarios import DATA
from sim.day import observe
from sim.levers import Contributions
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Moment
from sim.model import CommunityModel
from sim.organizations import KINDS_OF_ORGANIZATION
from sim.outcomes import OUTCOMES
from sim.records import DAILY
from sim.scenario import load_strategy, names
from sim.state import Cells, Communities, Institutions, Residents
from sim.tables import columns

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


@pytest.mark.parametrize("seed_id", inventory())
def test_every_id_is_implemented(seed_id: str) -> None:
    """Elements of the programme by a mechanism, all others by a mechanism, an actor kind, an outcome, a column or a state."""
    by = implemented().get(seed_id, set())
    assert by, f"{seed_id} is implemented by nothing"
    if inventory()[seed_id] == "programme":
        assert any(one.startswith("mechanism ") for one in by), f"{seed_id} has no mechanism"


@pytest.fixture(scope="module")
def lives() -> tuple[CommunityModel, CommunityModel]:
    """A classroom without reform and one under the whole programme."""
    made = [
        CommunityModel("classroom", name, days=200, reform_day=40).run() for name in ("siloed", "chengdu")
    ]
    return made[0], made[1]


@pytest.mark.parametrize("seed_id", inventory())
def test_every_id_has_an_effect(seed_id: str, lives: tuple[CommunityModel, CommunityModel]) -> None:
    """A mechanism moves a lever, an actor kind uses hours, an outcome, a column or a state moves."""
    found = {by: _effective(by, *lives) for by in implemented().get(seed_id, ())}
    assert any(found.values()), f"{seed_id} is named by {', '.join(found)} and has no effect"


def _effective(by: str, plain: CommunityModel, reformed: CommunityModel) -> bool:
    kind, name = by.split(maxsplit=1)
    if kind == "mechanism":
        return _moves_a_lever(name, reformed)
    if kind == "actor":
        actors = [organization.__name__ for organization in KINDS_OF_ORGANIZATION]
        own = reformed.state.institutions.actor == actors.index(name)
        return bool(reformed.state.institutions.hours_service[own].sum() > 0.0)
    if kind == "outcome":
        return bool(plain.outcomes()[name] != reformed.outcomes()[name])
    if kind == "record":
        return bool(np.ptp(reformed.records.daily[name]) > 0.0)
    if kind == "state":
        table, column = name.split(".")
        now, before = (getattr(getattr(m.state, table), column) for m in (reformed, plain))
        return bool(np.ptp(now) > 0 or not np.array_equal(now, before))
    return False  # a module only tells where: what it computes is named by its outcomes and columns


def _moves_a_lever(name: str, model: CommunityModel) -> bool:
    communities = model.state.geography.n_communities
    made = Contributions(communities, len(model.state.institutions.staff))
    neutral, declared = made.levers(), mechanisms()[name].Parameters._field_defaults  # type: ignore[attr-defined]
    mechanism = mechanisms()[name](mechanisms()[name].Parameters(**{f: p.value for f, p in declared.items()}))
    mechanism.contribute(
        made, model.state, np.ones(communities), Moment(model.day, model.reform_day, model.draws)
    )
    return any(not np.array_equal(a, b) for a, b in zip(made.levers(), neutral, strict=True))


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
