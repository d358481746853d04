"""Generated tables stand as the code has them, and the model description leaves no law out."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import docs_blocks
import docs_tables
import make_tables
import numpy as np
import pytest

from sim.levers import Contributions, declared_levers
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Moment
from sim.model import CommunityModel
from sim.parameters import declared
from sim.randomness import draws_for
from sim.tables import columns

ROOT = make_tables.DOCS.parent
LAWS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "sim" / "day").glob("[a-z]*.py"))
PAGES = ("odd.md", "odd.zh.md")


def test_pages_stand_as_the_code_has_them() -> None:
    assert make_tables.stale(make_tables.pages()) == [], "run `python tests/docs/make_tables.py`"


def test_a_changed_declaration_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "levers.md"
    page.write_text(docs_tables.levers("en").replace("0.1 – 5", "0.1 – 6"), encoding="utf-8")
    assert make_tables.stale({page: docs_tables.levers("en")}) == ["levers.md"]


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        make_tables.filled("<!-- begin: nothing -->\n<!-- end: nothing -->", "en")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("law", LAWS)
def test_every_law_is_described_in_its_section(law: str, page: str) -> None:
    text = (make_tables.DOCS / page).read_text(encoding="utf-8")
    sections = [
        part
        for part in re.split(r"^### ", text, flags=re.MULTILINE)
        if part.startswith("7.") and f"`{law}`" in part
    ]
    assert len(sections) == 1, f"{page} describes {law} in {len(sections)} sections"


def test_every_law_with_displayed_formulas_shows_them() -> None:
    shown = {name.removeprefix("formulas ") for name in docs_blocks.BLOCKS if name.startswith("formulas ")}
    for step in docs_blocks.STEPS:
        displayed = any(line.startswith("    ") for line in (inspect.getdoc(step) or "").splitlines())
        assert displayed == (docs_blocks.short(step) in shown), step.__name__
    for page in PAGES:
        text = (make_tables.DOCS / page).read_text(encoding="utf-8")
        assert all(f"<!-- begin: formulas {name} -->" in text for name in shown)


def test_chinese_meanings_are_those_of_what_is_declared() -> None:
    tables = docs_tables.tables_of_state()
    declared_names = {f"{table}.{column}" for table, kind in tables.items() for column in columns(kind)}
    assert set(docs_tables.chinese()) == declared_names | set(tables) | {
        f"levers.{name}" for name in declared_levers()
    }


@pytest.mark.parametrize("ending", ["", ".zh"])
def test_tables_are_complete(ending: str) -> None:
    def page(name: str) -> str:
        return (make_tables.DOCS / "tables" / f"{name}{ending}.md").read_text(encoding="utf-8")

    assert page("parameters").count("\n| `") == len(docs_blocks.constants()) > 400
    assert page("mechanisms").count("\n| `") == len(mechanisms()) > 20
    assert page("levers").count("\n| `") == len(declared_levers()) > 50


def test_levers_read_from_the_source_are_those_that_move() -> None:
    """What a mechanism contributes at full dose is named in its file; static reading may know more than one moment shows."""
    state = CommunityModel(world="classroom", strategy="chengdu", days=40, reform_day=0).run().state
    dose, some = np.ones(state.geography.n_communities), 0
    for name, kind in mechanisms().items():
        mechanism = kind(
            kind.Parameters(**{field: p.value for field, p in declared(kind.Parameters).items()})
        )
        made = Contributions(len(dose), len(state.institutions.staff))
        base = made.unclipped()
        mechanism.contribute(made, state, dose, Moment(state.day, state.day - 40, draws_for(1, 0)))
        moved = {lever for lever, array in made.unclipped().items() if not np.array_equal(array, base[lever])}
        assert moved <= set(docs_tables.levers_of(kind)), name
        some += len(moved)
    assert some > 60


def test_the_share_that_the_readme_tells_is_the_counted_one() -> None:
    """About nineteen in twenty of the constants are judgement."""
    grades = [p.grade for p in docs_blocks.constants().values()]
    assert "nineteen in twenty" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "二十分之十九" in (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert 0.93 < grades.count("judgement") / len(grades) < 0.97
