"""CSV files: what they become, and every way in which they can be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments import read_world
from experiments.own_world.columns import COLUMNS
from sim.errors import ConfigError
from sim.geography import build_geography
from sim.model import CommunityModel
from sim.scenario import load_world

HEAD = "community,households\n"
#: The share of the old reaches from 0.404 · 0.07 (migrants alone) to that and half of the locals, 0.596 · 0.5.
#: content → what its only fault must name.
WRONG = {
    "empty": ("", ["my.csv", "empty"]),
    "blank": (" \n\n", ["my.csv", "empty"]),
    "head only": (HEAD, ["no row"]),
    "no households": ("community\nA\n", ["column households is missing", "needed: community, households"]),
    "misspelled": ("community,housholds,households\nA,3,3\n", ["line 1", "housholds", "did you mean 'households'", "migrant_share"]),
    "given twice": ("community,households,households\nA,3,3\n", ["line 1", "households", "twice"]),
    "both cells": ("community,cell,cells,households\nA,1,1,3\n", ["cells", "without a column cell"]),
    "unnamed": ("community,households,\nA,3,\n", ["line 1", "unknown"]),
    "duplicate": (HEAD + "A,30\nB,30\nA,40\n", ["line 4, community", "A", "line 2"]),
    "negative": (HEAD + "A,-3\n", ["line 2, households", "-3", "1 to 33,000"]),
    "zero": (HEAD + "A,0\n", ["line 2, households", "1 to 33,000"]),
    "fraction": (HEAD + "A,3.5\n", ["line 2, households", "3.5", "whole number"]),
    "nan": (HEAD + "A,nan\n", ["line 2, households", "nan"]),
    "huge": (HEAD + "A,1e300\n", ["line 2, households", "1e300"]),
    "more than huge": (HEAD + f"A,{'9' * 5000}\n", ["line 2, households", "999..."]),
    "blank value": (HEAD + "A, \n", ["line 2, households", "empty"]),
    "no name": (HEAD + " ,3\n", ["line 2, community", "empty"]),
    "long name": (HEAD + "x" * 101 + ",3\n", ["line 2, community", "1 to 100 characters"]),
    "line break": (HEAD + '"A\nB",3\n', ["line 2, community", "line breaks"]),
    "after a line break": (HEAD + '"A\nB",3\nC,x\n', ["line 2", "line 4, households"]),
    "escape": (HEAD + "A\x1b[31m,3\n", ["line 2, community", "\\x1b[31m"]),
    "full community": (HEAD + "A,30000\n", ["line 2, households", "74700", "60000", "divide"]),
    "full of cells": ("community,cell,households\n" + "".join(f"A,{n},20000\n" for n in (1, 2)), ["line 3, community", "60000"]),
    "cells": ("community,households,cells\nA,3,4\n", ["line 2, cells", "more cells than households"]),
    "small": ("community,households,residents\nA,100,150\n", ["line 2, residents", "1.50", "180 to 400 residents"]),
    "above one": ("community,households,facility\nA,3,1.2\n", ["line 2, facility", "1.2", "0.01 to 0.99"]),
    "per cent": ("community,households,migrant_share\nA,3,35\n", ["line 2, migrant_share", "35", "0 to 1", "0.35"]),
    "per cent sign": ("community,households,migrant_share\nA,3,35%\n", ["line 2, migrant_share", "35%", "0.35"]),
    "only a sign": ("community,households,migrant_share\nA,3,%\n", ["line 2, migrant_share", "%"]),
    "decimal comma": ("community;households;migrant_share\nA;3;0,35\n", ["line 2, migrant_share", "0,35", "decimal point", "0.35"]),
    "infinite": ("community,households,migrant_share\nA,3,inf\n", ["line 2, migrant_share", "inf"]),
    "sum of ages": ("community,households,child_share,elderly_share\nA,3,0.6,0.6\n", ["line 2", "child_share + elderly_share = 1.2", "more than 1"]),
    "sum of incomes": ("community,households,low_income_share,high_income_share\nA,3,0.6,0.6\n", ["line 2", "low_income_share + high_income_share = 1.2"]),
    "too old": ("community,households,elderly_share\nA,3,0.9\n", ["line 2, elderly_share", "0.9", "0.029 to 0.326"]),
    "too few fields": (HEAD + "A\n", ["line 2", "1 fields", "names 2"]),
    "open quotes": (HEAD + '"A,3\n', ["line 2", "not readable as CSV"]),
    "gbk": ("community,households\n社区,3\n".encode("gbk"), ["my.csv", "GBK", "UTF-8"]),
    "bytes": (b"\xff\xfe\x00\x01\x02", ["my.csv", "not UTF-8"]),
    "zeros": (HEAD + "A\0,3\n", ["line 2"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_faults(name: str, told: Callable[..., list[str]]) -> None:
    content, named = WRONG[name]
    found = told(content)
    assert len(found) == (2 if name == "after a line break" else 1)
    for part in named:
        assert part in "\n".join(found)


def test_every_fault_is_told_up_to_twenty(told: Callable[..., list[str]]) -> None:
    found = told(HEAD + "".join(f"A{n},-1\n" for n in range(50)))
    assert len(found) == 21
    assert all(f"line {n + 2}, households" in line for n, line in enumerate(found[:20]))
    assert "30 more faults" in found[-1]


def test_faults_in_chinese(told: Callable[..., list[str]]) -> None:
    (found,) = told("社区,户数\n甲,0\n", lang="zh")
    assert found == "my.csv，第 2 行，households：0：须为 1 到 33,000 的整数"


@pytest.mark.parametrize("name", ["my.txt", "my", "my.csv.gz"])
def test_other_kinds_of_files(name: str, told: Callable[..., list[str]]) -> None:
    (found,) = told(HEAD + "A,3\n", name)
    assert found == f"{name}: a file ending in .csv, .geojson or .json is needed"


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, part in (
        ("none.csv", "no such file"),
        ("folder.csv", "is a folder"),
        ("bad\0.csv", "bad\\x00.csv"),
    ):
        with pytest.raises(ConfigError, match=re.escape(part)):
            read_world(tmp_path / name)


def test_files_that_are_too_large(told: Callable[..., list[str]]) -> None:
    assert "at most 20 MB" in told(HEAD + "A" * 20_100_000)[0]
    assert "at most 20,000 are read" in told(HEAD + "".join(f"{n},1\n" for n in range(20_001)))[0]
    assert (
        "at most 50,000"
        in told("community,households,cells\n" + "".join(f"{n},900,900\n" for n in range(60)))[0]
    )
    many = told("community,cell,households\n" + "".join(f"{n},1,20000\n" for n in range(501)))
    assert "10,000,000" in many[0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects_make_the_same_world(
    separator: str, mark: bytes, end: str, world_of: Callable[..., object]
) -> None:
    lines = [["community", "households", "migrant_share"], ["A", "30", "0.2"], ["B", "40", "0.3"]]
    content = mark + end.join(separator.join(line) for line in lines).encode()
    assert world_of(content) == world_of("社区,户数,流动人口占比\nA,30,.2\n\nB,40,3e-1\n")


def test_names_are_kept_as_they_are(world_of: Callable[..., object]) -> None:
    world = world_of(HEAD + '"=1+1",3\n"<script>x</script>",3\n"Ann""s, old",3\n')
    assert world.places.names.communities == ("=1+1", "<script>x</script>", 'Ann"s, old')


def test_units_lie_in_the_order_of_first_appearance(world_of: Callable[..., object]) -> None:
    world = world_of("district,street,community,households\nN,s,A,10\nS,s,B,20\nN,t,C,30\nN,s,D,40\n")
    places = world.places
    assert places.names.communities == ("A", "D", "C", "B")
    assert (places.streets, places.communities, places.households) == ((2, 1), (2, 1, 1), (10, 40, 30, 20))


def test_rows_of_cells(world_of: Callable[..., object]) -> None:
    places = world_of("community,cell,households,facility\nA,1,10,.5\nB,1,20,.6\nA,2,30,.7\n").places
    assert (places.cells, places.households, places.local["facility_mean"]) == (
        (2, 1),
        (10, 30, 20),
        (0.5, 0.7, 0.6),
    )


def test_cells_of_communities(world_of: Callable[..., object]) -> None:
    places = world_of(HEAD + "A,150\nB,401\nC,1000\n").places
    assert places.cells == (1, 1, 2)
    assert places.households == (150, 401, 500, 500)


@pytest.mark.parametrize("name", ["classroom", "street"])
def test_a_file_that_describes_a_shipped_world_is_that_world(
    name: str, world_of: Callable[..., object]
) -> None:
    shipped = load_world(name)
    rows = "".join(
        f"{n},{shipped.cells * shipped.households},{shipped.cells}\n" for n in range(shipped.communities)
    )
    own = world_of("community,households,cells\n" + rows)
    one, two = (build_geography(world) for world in (shipped, own))
    for column in ("cell_community", "cell_x", "cell_y", "neighbours", "households"):
        assert np.array_equal(getattr(one, column), getattr(two, column)), column
    days = 40 if name == "classroom" else 1
    made = [CommunityModel(world, "wuhan", days=days, reform_day=0).run() for world in (shipped, own)]
    found = [model.outcomes() for model in made]
    assert found[0] == pytest.approx(found[1], rel=0, abs=0, nan_ok=True)
    for column, array in made[0].state.arrays().items():
        assert np.array_equal(array, made[1].state.arrays()[column], equal_nan=array.dtype.kind == "f"), (
            column
        )


#: What each column sets, as a share of the residents or as a mean of the cells of a community.
MEASURES = {
    "migrant_share": lambda group: group // 6 % 2 == 1, "child_share": lambda group: group // 12 == 0,
    "elderly_share": lambda group: group // 12 == 2, "low_income_share": lambda group: group // 2 % 3 == 0,
    "high_income_share": lambda group: group // 2 % 3 == 2, "digital_share": lambda group: group % 2 == 1,
}  # fmt: skip
VALUES = {"child_share": (0.09, 0.2), "elderly_share": (0.08, 0.25), "digital_share": (0.7, 0.85)}
CELLS = {"facility": "facility", "disorder": "disorder", "social_capital": "social_capital"}


@pytest.mark.parametrize("column", [column.name for column in COLUMNS if column.parameter])
def test_each_column_has_its_effect(column: str, world_of: Callable[..., object]) -> None:
    """Two communities of 10,000 households: what the file says is what is built, within chance."""
    low, high = (19_000, 30_000) if column == "residents" else VALUES.get(column, (0.2, 0.45))
    model = CommunityModel(
        world_of(f"community,households,{column}\nA,10000,{low}\nB,10000,{high}\n"), days=1, reform_day=0
    )
    state = model.state
    community = state.geography.cell_community
    group = state.residents.group.astype(int)
    where = community[state.residents.cell]
    for number, wanted in enumerate((low, high)):
        if column == "residents":
            assert (where == number).sum() == pytest.approx(wanted, rel=0.02)
        elif column in CELLS:
            assert getattr(state.cells, CELLS[column])[community == number].mean() == pytest.approx(
                wanted, abs=0.06
            )
        else:
            assert MEASURES[column](group[where == number]).mean() == pytest.approx(wanted, abs=0.015)


def test_an_override_moves_all_communities_together(world_of: Callable[..., object]) -> None:
    world = world_of("community,households,migrant_share\nA,10000,0.2\nB,10000,0.5\n")
    model = CommunityModel(world, days=1, reform_day=0, parameters={"population.migrant_share": 0.6})
    state = model.state
    migrant = state.residents.group[state.households.first] // 6 % 2
    where = state.geography.cell_community[state.residents.cell[state.households.first]]
    ratio = (0.6 / 0.4) / (0.404 / 0.596)
    for number, share in enumerate((0.2, 0.5)):
        odds = share / (1 - share) * ratio
        assert migrant[where == number].mean() == pytest.approx(odds / (1 + odds), abs=0.015)
