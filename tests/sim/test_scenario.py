"""Scenarios: what is shipped is sound, and what is wrong is told in one line per fault, all at once."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path

import pytest
import yaml

import sim.scenario
from scenarios import DATA
from sim.entries import Entry
from sim.errors import ConfigError
from sim.mechanisms import mechanisms
from sim.scenario import Dose, Future, Strategy, World, load_future, load_strategy, load_world, names, read

WORDS = {"en": "a", "zh": "甲"}
WORLD = {
    "name": "w",
    "title": WORDS,
    "districts": 1,
    "streets": 1,
    "communities": 2,
    "cells": 3,
    "households": 4,
}
STRATEGY = {"name": "s", "title": WORDS, "summary": WORDS}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mechanisms exist, whatever the folder of mechanisms holds today."""
    monkeypatch.setattr(sim.scenario, "mechanism_names", lambda: ("empowerment", "whistle"))


def refused(kind: type[sim.scenario.Scenario], raw: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        kind.from_mapping(raw)  # type: ignore[arg-type]
    return str(caught.value).splitlines()


def test_everything_shipped_loads() -> None:
    loaded = [
        *(load_world(n) for n in names("world")),
        *(load_strategy(n) for n in names("strategy")),
        *(load_future(n) for n in names("future")),
    ]
    assert {"street", "classroom", "queue", "siloed", "placebo", "wuhan", "reference"} <= {
        s.name for s in loaded
    }


def test_the_reference_future_changes_nothing() -> None:
    reference = load_future("reference")
    assert (reference.parameters, reference.courses) == ({}, ())


def test_placebo_names_every_mechanism_and_doses_none_of_it() -> None:
    placebo = load_strategy("placebo").mechanisms
    assert set(placebo) == set(mechanisms())
    assert set(placebo) >= {m for n in names("strategy") for m in load_strategy(n).mechanisms}
    assert {dose.intensity for dose in placebo.values()} == {0.0}
    assert load_strategy("siloed").mechanisms == {}


def test_seed_ids_of_strategies_exist() -> None:
    with (DATA / "seed_ids.csv").open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert {i for n in names("strategy") for i in load_strategy(n).seed} <= ids


def test_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        load_world("steet")
    message = str(caught.value)
    assert message.startswith("world=steet: unknown; known: ")
    assert message.endswith("; did you mean 'street'?")


@pytest.mark.parametrize("name", ["../world/street", "", "Street", "street.yaml"])
def test_names_are_no_paths(name: str) -> None:
    with pytest.raises(ConfigError, match="unknown; known"):
        load_strategy(name)


@pytest.mark.usefixtures("known")
def test_all_faults_of_a_strategy_are_told_at_once() -> None:
    doses = {"whistel": {}, "whistle": {"intensty": 1, "intensity": 2}, "empowerment": {"start": -1}}
    lines = refused(Strategy, {**STRATEGY, "mechanisms": doses, "sed": []})
    assert lines == [
        "strategy 's', mechanisms.whistel: unknown key; did you mean 'whistle'?",
        "strategy 's', mechanisms.whistle.intensity: 2: a number of at most 1 is needed",
        "strategy 's', mechanisms.whistle.intensty: unknown key; did you mean 'intensity'?",
        "strategy 's', mechanisms.empowerment.start: -1: a number of at least 0 is needed",
        "strategy 's', sed: unknown key; did you mean 'seed'?",
    ]


@pytest.mark.parametrize("value", [True, "6", 6.5, None, [6]])
def test_nothing_is_silently_converted(value: object) -> None:
    assert refused(World, {**WORLD, "cells": value}) == [
        f"world 'w', cells: a whole number is needed, not {value!r}"
    ]


@pytest.mark.parametrize("key", ["districts", "streets", "communities", "cells", "households"])
def test_a_world_needs_at_least_one_of_everything(key: str) -> None:
    assert refused(World, {**WORLD, key: 0}) == [f"world 'w', {key}: 0: a number of at least 1 is needed"]
    assert refused(World, {k: v for k, v in WORLD.items() if k != key}) == [
        f"world 'w', {key}: the key is missing"
    ]


@pytest.mark.parametrize("name", ["Street", "1st", "a b", "a/b", ""])
def test_names_are_plain(name: str) -> None:
    assert "begins with a letter" in refused(World, {**WORLD, "name": name})[0]


@pytest.mark.parametrize(("key", "value"), [("arrivals_per_day", 0.0), ("servers", 0), ("service", "normal")])
def test_queue_faults(key: str, value: object) -> None:
    (line,) = refused(World, {**WORLD, "queue": {key: value}})
    assert line.startswith(f"world 'w', queue.{key}: {value!r}: ")
    assert "fifo" in refused(World, {**WORLD, "queue": {"discipline": "lifo"}})[0]


def test_a_queue_key_has_near_names() -> None:
    assert refused(World, {**WORLD, "queue": {"server": 1}}) == [
        "world 'w', queue.server: unknown key; did you mean 'servers'?"
    ]


@pytest.mark.parametrize(
    ("place", "kept"), [("all", "all"), (0.5, 0.5), (1, 1.0), ([3, 0], (0, 3)), ((2,), (2,))]
)
def test_places(place: object, kept: object) -> None:
    assert Dose(place=place).place == kept


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ({"steps": 4, "every": 60}, {"every": 60, "steps": 4, "waves": None}),
        ({"waves": [[3, 0], [1]], "every": 7}, {"every": 7, "steps": None, "waves": ((0, 3), (1,))}),
    ],
)
@pytest.mark.usefixtures("known")
def test_waves_of_places(place: object, kept: object) -> None:
    assert Dose(place=place).place.model_dump() == kept
    made = Strategy.from_mapping({**STRATEGY, "mechanisms": {"whistle": {"place": place}}})
    assert Strategy.from_mapping(made.model_dump()) == made
    assert Strategy.from_mapping(made.model_dump(mode="json")) == made


WRONG_WAVES = [
    {}, {"every": 5}, {"steps": 4}, {"steps": 0, "every": 5}, {"steps": 4, "every": 0}, {"steps": 4, "every": float("nan")},
    {"steps": True, "every": 5}, {"steps": 4, "every": 5, "waves": [[0]]}, {"waves": [], "every": 5},
    {"waves": [[]], "every": 5}, {"waves": [[0], [0]], "every": 5}, {"waves": [0], "every": 5}, {"waves": [[-1]], "every": 5},
    {"steps": 4, "evry": 5},
]  # fmt: skip


@pytest.mark.parametrize(
    "place", ["some", 0, 1.5, -0.1, True, [], [1, 1], [-1], [0.5], None, float("nan"), *WRONG_WAVES]
)
@pytest.mark.usefixtures("known")
def test_wrong_places(place: object) -> None:
    (line,) = refused(Strategy, {**STRATEGY, "mechanisms": {"whistle": {"place": place}}})
    assert line.startswith(f"strategy 's', mechanisms.whistle.place: {place!r}: 'all', a share")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True])
def test_overrides_are_finite_numbers(value: object) -> None:
    (line,) = refused(Future, {**STRATEGY, "parameters": {"needs": {"total_rate": value}}})
    assert line.startswith("future 's', parameters.needs.total_rate: ")


def test_overrides_may_be_nested_or_dotted() -> None:
    nested = World.from_mapping({**WORLD, "parameters": {"needs": {"total_rate": 0.5}}})
    dotted = World.from_mapping({**WORLD, "parameters": {"needs.total_rate": 0.5}})
    assert nested.parameters == dotted.parameters == {"needs.total_rate": 0.5}


@pytest.mark.usefixtures("known")
def test_a_bare_mechanism_is_a_full_dose_and_mappings_round_trip() -> None:
    made = Strategy.from_mapping({**STRATEGY, "seed": ["C2"], "mechanisms": {"whistle": None}})
    assert made.mechanisms["whistle"] == Dose(intensity=1.0, start=None, ramp=30, place="all", parameters={})
    assert Strategy.from_mapping(made.model_dump()) == made
    assert Strategy.from_mapping(made.model_dump(mode="json")) == made


@pytest.mark.parametrize("raw", [3, None, [], "street"])
def test_not_even_a_mapping(raw: object) -> None:
    (line,) = refused(World, raw)
    assert line == f"world '': a mapping of keys to values is needed, not {raw!r}"


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / "world" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def file_fault(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(World, written(folder, text))
    return str(caught.value).splitlines()


def test_files_are_cited_by_line(tmp_path: Path) -> None:
    text = yaml.safe_dump({**WORLD, "name": "mine"}, sort_keys=False) + "queue:\n  servers: 0\n  lanes: 2\n"
    begin = text.splitlines().index("queue:") + 1
    assert file_fault(tmp_path, text) == [
        f"world 'mine', queue.servers: 0: a number of at least 1 is needed (world/mine.yaml, line {begin + 1})",
        f"world 'mine', queue.lanes: unknown key (world/mine.yaml, line {begin + 2})",
    ]


def test_items_of_lists_are_cited_by_line(tmp_path: Path) -> None:
    head = yaml.safe_dump({**STRATEGY, "name": "mine"}, sort_keys=False)
    begin = len(head.splitlines()) + 1
    text = f"{head}courses:\n  - quantity: budget\n    shape: ramp\n    start: 9\n    size: -0.1\n    source: x\n    grade: data\n"
    with pytest.raises(ConfigError) as caught:
        read(Future, written(tmp_path, text + "    stop: 3\n"))
    assert str(caught.value).splitlines() == [
        f"future 'mine', courses.0.stop: unknown key (world/mine.yaml, line {begin + 7})",
    ]
    with pytest.raises(ConfigError) as caught:
        read(Future, written(tmp_path, text + "    end: 3\n"))
    assert str(caught.value).splitlines() == [
        "future 'mine', courses.0.end: 3: a day from start=9 on is needed "
        f"(world/mine.yaml, line {begin + 7})",
    ]


def test_a_key_given_twice_is_a_fault(tmp_path: Path) -> None:
    assert file_fault(tmp_path, "name: mine\ncells: 3\ncells: 4\n") == [
        "world/mine.yaml, line 3: cells: given before in line 2"
    ]


def test_broken_files(tmp_path: Path) -> None:
    assert file_fault(tmp_path, "name: [mine\n")[0].startswith(
        "world/mine.yaml, line 2: not readable as YAML"
    )
    assert "a mapping of keys to values is needed, not None" in file_fault(tmp_path, "")[0]
    assert (
        "line 1: name: 'w' must be 'mine'" in file_fault(tmp_path, yaml.safe_dump(WORLD, sort_keys=False))[0]
    )
    with pytest.raises(ConfigError, match="cannot be read"):
        read(World, tmp_path / "none.yaml")


def test_a_copy_works_out_anew_what_follows_from_its_fields() -> None:
    world = load_world("classroom")
    streets = len(world.jurisdictions.communities)
    copy = world.model_copy(update={"streets": world.streets + 2})
    assert len(copy.jurisdictions.communities) == streets + 2 * world.districts
    assert copy == World.from_mapping(copy.model_dump()) and "jurisdictions" in world.__dict__

    class Counted(Entry):
        number: int

        @cached_property
        def double(self) -> int:
            return 2 * self.number

    one = Counted(number=2)
    assert (one.double, one.model_copy(update={"number": 5}).double, one.model_copy().double) == (4, 10, 4)
