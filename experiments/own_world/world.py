"""From judged units to a `World`: the tree in order of first appearance, cells, and what lies beside what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.judging.scenarios import CUSTOM
from experiments.own_world import shapes, tables
from experiments.own_world.faults import DataFaults
from experiments.own_world.judging import units
from experiments.own_world.units import Unit
from experiments.texts.own_world import OWN_WORLD
from sim.entries import Words
from sim.jurisdictions import evenly
from sim.places import Names, Places
from sim.scenario import World

MOST_CELLS: Final = 50_000
MOST_HOUSEHOLDS: Final = 10_000_000


def world_of(path: Path, lang: str) -> World:
    """See `experiments.read_world`."""
    path = path.expanduser()
    faults = DataFaults(path.name or str(path), lang)
    typed = tables.content(path, faults)
    outlines = None
    if path.suffix.lower() == ".csv":
        heads, rows = tables.rows(typed, faults)
        found = units(heads, rows, faults)
    else:
        faults.unit = "feature"
        heads, rows = shapes.features(typed, faults)
        found = units(heads, rows, faults)
        outlines = shapes.outlines(found, faults)
    tree = _tree(found)
    _judge_size(tree, faults)
    return _world(tree, outlines, faults)


@dataclass(frozen=True)
class Tree:
    """Units in tree order: districts of streets of communities of units."""

    districts: tuple[str, ...]
    streets: tuple[tuple[str, ...], ...]
    communities: tuple[tuple[str, tuple[Unit, ...]], ...]
    by_street: tuple[int, ...]
    """Communities of each street."""

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for _, members in self.communities for unit in members)


def _tree(found: Iterable[Unit]) -> Tree:
    nested: dict[str, dict[str, dict[str, list[Unit]]]] = {}
    for unit in found:
        streets = nested.setdefault(unit.district, {})
        streets.setdefault(unit.street, {}).setdefault(unit.community, []).append(unit)
    by_street = [street for district in nested.values() for street in district.values()]
    return Tree(
        tuple(nested),
        tuple(tuple(district) for district in nested.values()),
        tuple((name, tuple(members)) for street in by_street for name, members in street.items()),
        tuple(len(street) for street in by_street),
    )


def _judge_size(tree: Tree, faults: DataFaults) -> None:
    cells, households = sum(unit.cells for unit in tree.units), sum(unit.households for unit in tree.units)
    if cells > MOST_CELLS:
        faults.add("too_many_cells", found=f"{cells:,}", most=f"{MOST_CELLS:,}")
    if households > MOST_HOUSEHOLDS:
        faults.add("too_many_households", found=f"{households:,}", most=f"{MOST_HOUSEHOLDS:,}")
    faults.raise_any()


def _world(tree: Tree, outlines: dict[int, shapes.Outline] | None, faults: DataFaults) -> World:
    """The world of a tree; `outlines` are those of its units by row."""
    members = tree.units
    households = [count for unit in members for count in evenly(unit.households, unit.cells).tolist()]
    shaped: dict[str, Any] = {}
    if outlines is not None:
        found, cells = [outlines[unit.number] for unit in members], [unit.cells for unit in members]
        shaped = shapes.laid_out(found, cells, [unit.number for unit in members], faults)
    faults.raise_any()
    places = Places(
        streets=tuple(len(district) for district in tree.streets),
        communities=tree.by_street,
        cells=tuple(sum(unit.cells for unit in of) for _, of in tree.communities),
        households=tuple(households),
        local={name: tuple(unit.local[name] for unit in members) for name in members[0].local},
        names=Names(
            districts=_called(tree.districts),
            streets=_called(name for district in tree.streets for name in district),
            communities=tuple(name for name, _ in tree.communities),
        ),
        **shaped,
    )  # fmt: skip
    en, zh = OWN_WORLD["own_title"]
    mean = max(1, round(sum(households) / len(households)))
    return World(name=CUSTOM, title=Words(en=en, zh=zh), households=mean, places=places)


def _called(names: Iterable[str]) -> tuple[str, ...]:
    """Names, where there are none a dash."""
    return tuple(name or "–" for name in names)
