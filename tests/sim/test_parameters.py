"""Parameters: judged all at once with the nearest name, declared with unit, source and both languages, and no number beside them."""

from __future__ import annotations

import ast
import csv
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import sim
from scenarios import DATA
from sim.errors import ConfigError
from sim.laws import GROUPS, resolve
from sim.parameters import GRADES, Override, Parameter, declared, defaults, flatten, judge, parameter

EVERY = [(group, field, p) for group, kind in GROUPS.items() for field, p in declared(kind).items()]
NAMED = [pytest.param(p, id=f"{group}.{field}") for group, field, p in EVERY]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Toy(NamedTuple):
    """Two constants."""

    rate: float = parameter(
        0.5, unit="1/day", low=0.1, high=2.0, source="nobody", grade="judgement", en="rate", zh="速率"
    )
    share: float = parameter(
        0.2, unit="share", low=0.0, high=1.0, source="nobody", grade="judgement", en="share", zh="份额"
    )


TOYS = {"toy": Toy}


def column(file: str, name: str) -> set[str]:
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        return {row[name] for row in csv.DictReader(rows)}


def complaint(overrides: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        judge(TOYS, overrides)
    return str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    told = complaint(
        {"toy.rat": 1.0, "toy.rate": 9.0, "toy.share": "much", "toys.share": 0.1, "toy.shade": 1}
    )
    assert told.count("; ") >= 4
    for part in (
        "parameters.toy.rat",
        "parameters.toy.rate=9",
        "parameters.toy.share='much'",
        "parameters.toys.share",
        "toy.shade",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("toy.rte", "toy.rate"), ("toy.shares", "toy.share"), ("tay.rate", "toy.rate"), ("rate", "toy.rate")],
)
def test_the_nearest_known_name_is_offered(name: str, nearest: str) -> None:
    assert f"did you mean '{nearest}'?" in complaint({name: 1.0})


def test_a_name_like_nothing_is_offered_nothing() -> None:
    told = complaint({"zzzz.qqqq": 1.0})
    assert "no such parameter" in told
    assert "did you mean" not in told


@pytest.mark.parametrize("value", [0.0999, 2.0001, -1, 1e9, math.nan, math.inf, -math.inf])
def test_out_of_range_says_range_and_unit(value: float) -> None:
    assert "outside the allowed range 0.1 to 2 1/day" in complaint({"toy.rate": value})


@pytest.mark.parametrize("value", [True, False, None, "0.5", [0.5], {"a": 1}])
def test_only_numbers_are_numbers(value: Any) -> None:
    assert "a number in 1/day is needed, between 0.1 and 2" in complaint({"toy.rate": value})


@pytest.mark.parametrize("value", [0.1, 2.0, 1])
def test_the_ends_of_the_range_and_whole_numbers_are_allowed(value: float) -> None:
    assert judge(TOYS, {"toy.rate": value}) == [Override("toy", "rate", float(value))]
    assert isinstance(judge(TOYS, {"toy.rate": value})[0].value, float)


def test_defaults_are_plain_numbers_and_overrides_replace_them() -> None:
    assert defaults(Toy) == Toy(0.5, 0.2)
    assert defaults(Toy, {"share": 1}) == Toy(0.5, 1.0)
    assert all(type(value) is float for value in defaults(Toy, {"share": 1}))


def test_trees_are_flattened_and_dotted_names_pass() -> None:
    assert dict(flatten({"voice": {"a": 1, "b": {"c": 2}}, "x.y": 3})) == {
        "voice.a": 1,
        "voice.b.c": 2,
        "x.y": 3,
    }


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    good: dict[str, Any] = {
        "unit": "1",
        "low": 0.0,
        "high": 1.0,
        "source": "s",
        "grade": "data",
        "en": "e",
        "zh": "中",
    }
    assert parameter(0.5, **good).value == 0.5
    for bad in (
        {"low": 0.6},
        {"high": 0.4},
        {"grade": "guess"},
        {"unit": ""},
        {"source": ""},
        {"en": ""},
        {"zh": ""},
    ):
        with pytest.raises(ValueError, match=r"."):
            parameter(0.5, **(good | bad))


def test_resolving_changes_what_is_named_and_nothing_else() -> None:
    plain, changed = resolve(), resolve({"voice.base_hazard": 0.03}, {"arise.healing": 0.0})
    for group, field, p in EVERY:
        value = getattr(getattr(changed, group), field)
        expected = {"voice.base_hazard": 0.03, "arise.healing": 0.0}.get(f"{group}.{field}", p.value)
        assert value == expected
        assert getattr(getattr(plain, group), field) == p.value
    with pytest.raises(AttributeError, match="never change"):
        plain.voice = None
    with pytest.raises(KeyError):
        resolve({}, {"voice.no_such": 1.0})
    with pytest.raises(ConfigError):
        resolve({"arise.healing": 0.0})


@pytest.mark.parametrize("p", NAMED)
def test_every_parameter_is_declared_in_full(p: Parameter) -> None:
    assert p.unit.strip()
    assert p.source.strip()
    assert p.en.strip()
    assert not _CHINESE.search(p.en)
    assert _CHINESE.search(p.zh)
    assert p.grade in GRADES
    assert p.low <= p.value <= p.high
    assert p.low < p.high, "a range without room can be varied by nobody"
    assert math.isfinite(p.low)
    assert math.isfinite(p.high)
    if p.unit in ("share", "probability", "0-1"):
        assert p.low >= 0.0
        assert p.high <= 1.0


@pytest.mark.parametrize("p", NAMED)
def test_evidence_ids_and_targets_exist(p: Parameter) -> None:
    named = set(re.findall(r"EV-[A-Z0-9-]+", p.source))
    assert named <= column("evidence.csv", "id"), f"{p.en}: {named}"
    if p.source.startswith("laws"):
        assert p.grade in ("judgement", "placeholder"), f"{p.en}: a design note is no {p.grade}"
    assert not p.set_for or p.set_for in column("targets.csv", "id")
    if p.grade == "data":
        assert named or p.source in ("V3",), f"{p.en}: graded as data without evidence"


def test_names_and_texts_are_not_shared() -> None:
    """Two parameters of one name in different groups are told apart by their text."""
    texts: dict[str, list[str]] = {}
    for group, field, p in EVERY:
        assert field == field.lower()
        texts.setdefault(f"{group}: {p.en}", []).append(field)
    assert not {text: fields for text, fields in texts.items() if len(fields) > 1}


# The scanner ----------------------------------------------------------------------------------------------------------------

ANYWHERE = {0.0, 1.0, 2.0, 0.5}
"""Numbers that carry no magnitude: identities, halves, squares. (They can hide one all the same: a reader still has to look.)"""

STRUCTURE: dict[str, dict[float, str]] = {
    "adapt._daily": {3: "status: closed on paper"},
    "adapt._weekly": {1e-9: "guards a division"},
    "arise._stress": {365: "days of a year", 1000: "per 1,000 residents", 3: "category", 4: "category", 5: "category", 6: "category",
                      7: "category", 25: "seat of the property firm"},
    "arise._change": {3: "fourth word of a block"},
    "arise._shock": {3: "draw"},
    "arise._open": {3: "fourth word of a block", 4: "most parts of a case", 8: "draws of shocks stand before"},
    "coordinate._convene": {6: "actor kinds"},
    "coordinate._coordinate": {3: "fourth word of a block"},
    "coordinate._queue": {4: "parts of a case"},
    "observe._stocks": {6: "sums over residents"},
    "observe._circles": {1e-12: "guards a division"},
    "participate._decide": {8: "ties of a resident"},
    "participate._count": {1000: "per 1,000 residents"},
    "respond._judge": {3: "income bands", 6: "groups of a status"},
    "respond._feel": {8: "ties of a resident", 1000: "per 1,000 residents"},
    "respond._add_up": {3: "column of sums", 4: "column of sums", 5: "column of sums"},
    "triage._triage": {3: "fourth word of a block", 4: "parts of a case"},
    "work._serve_all": {4: "parts of a case"},
    "work._sort_arrivals": {4: "parts of a case"},
    "work._serve": {4: "parts of a case"},
    "work._book": {4: "parts of a case"},
    "work._finish": {4: "parts of a case"},
    "work._lend": {4: "parts of a case"},
}  # fmt: skip

UNDECLARED: dict[str, dict[float, str]] = {}
"""Numbers of laws that still stand in kernels: each is to become a parameter, and then leaves this list."""


def bare_numbers(source: str, module: str) -> set[tuple[str, float]]:
    """(module.function, number) of each number inside a compiled function that is not among `ANYWHERE`."""
    found = set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        decorators = {getattr(d, "id", "") for d in function.decorator_list}
        if not decorators & {"kernel", "inlined"}:
            continue
        for node in ast.walk(function):
            is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
            if is_number and float(node.value) not in ANYWHERE:  # type: ignore[union-attr,arg-type]
                found.add((f"{module}.{function.name}", float(node.value)))  # type: ignore[union-attr,arg-type]
    return found


def listed(*lists: dict[str, dict[float, str]]) -> set[tuple[str, float]]:
    return {
        (function, float(number)) for one in lists for function, numbers in one.items() for number in numbers
    }


def all_bare() -> set[tuple[str, float]]:
    folder = Path(sim.__file__).parent / "day"
    return set().union(
        *(bare_numbers(path.read_text(encoding="utf-8"), path.stem) for path in folder.glob("*.py"))
    )


def test_kernels_of_the_day_hold_no_number_that_is_not_listed() -> None:
    assert not all_bare() - listed(STRUCTURE, UNDECLARED)


def test_the_lists_hold_nothing_that_is_gone() -> None:
    assert not listed(STRUCTURE, UNDECLARED) - all_bare()


def test_no_number_of_a_law_waits_for_its_declaration() -> None:
    assert not UNDECLARED


def test_the_scanner_sees_numbers_in_kernels_only() -> None:
    source = "LIMIT = 7\n@kernel\ndef f(x):\n    return x * 0.37 + 1.0\n\ndef g(x):\n    return 5 * x\n\n@inlined\ndef h():\n    return 9\n"
    assert bare_numbers(source, "toy") == {("toy.f", 0.37), ("toy.h", 9.0)}


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan")])
def test_numbers_beyond_all_ranges_are_told_in_few_characters(value: float) -> None:
    with pytest.raises(ConfigError, match="outside the allowed range") as error:
        judge({"toy": Toy}, {"toy.share": value})
    assert len(str(error.value)) < 120
