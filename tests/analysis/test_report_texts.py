"""Both languages say the same things, and every text is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import analysis
from analysis.courses import MEASURES
from analysis.figures.cell_maps import LAYERS
from analysis.report.texts import TEXTS
from analysis.report.words import Words
from scenarios.units import unit_in
from sim.outcomes import OUTCOMES

ROOT = Path(analysis.__file__).parent


def gaps(text: str) -> set[str]:
    """The names of the gaps of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(TEXTS["en"]) == set(TEXTS["zh"])


@pytest.mark.parametrize("key", sorted(TEXTS["en"]))
def test_both_languages_have_the_same_gaps(key: str) -> None:
    assert gaps(TEXTS["en"][key]) == gaps(TEXTS["zh"][key])


def test_english_is_english_and_chinese_is_chinese() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert not [key for key, text in TEXTS["en"].items() if han.search(text)]
    signs = {
        "interval",
        "finding",
        "estimate",
        "estimate_single",
        "finding_joint",
        "estimate_joint",
        "list_comma",
        "quoted",
    }
    assert not [key for key, text in TEXTS["zh"].items() if not han.search(text) and key not in signs]


def test_every_text_is_used() -> None:
    sources = [p for p in ROOT.rglob("*") if p.suffix in (".py", ".j2") and not p.name.startswith("texts")]
    said = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    prefixes = {m.rstrip("{") for m in re.findall(r'["\']([a-z]+_)\{', said)} | set(
        re.findall(r'["\']([a-z]+_)["\'] ?~', said)
    )
    prefixes |= set(re.findall(r'["\']([a-z]+)\{one\}', said)) | {"payers_", "use_"}
    unused = [
        k
        for k in TEXTS["en"]
        if f'"{k}"' not in said and f"'{k}'" not in said and not k.startswith(tuple(prefixes))
    ]
    assert unused == []


def test_units_of_what_is_shown_have_chinese_names() -> None:
    latin = re.compile(r"[A-Za-z]")
    units = {
        *(o.unit for o in OUTCOMES),
        *(m.unit for m in MEASURES),
        *(layer.unit for layer in LAYERS.values()),
    }
    assert [u for u in sorted(units) if latin.search(Words("zh").unit(u).text)] == []


def test_units_are_put_together_from_parts() -> None:
    assert unit_in("zh", "hours per member and day") == "小时/成员·天"
    assert unit_in("zh", "1/week") == "1/周"
    assert unit_in("zh", "furlongs per fortnight") == "furlongs/fortnight"
    assert unit_in("en", "hours") == "hours"


def test_shares_are_per_cent_and_large_sums_are_shortened() -> None:
    assert Words("en").unit("share")[:2] == (100.0, "%")
    assert Words("en").unit("CNY per resident and year", 2e6) == (
        1e-6,
        *["million CNY per resident and year"] * 2,
    )
    assert Words("zh").unit("CNY per resident and year", 2e6) == (1e-4, *["万元/人·年"] * 2)


def test_lists_read_as_sentences() -> None:
    assert Words("en").joined(["a", "b", "c"]) == "a, b and c"
    assert Words("zh").joined(["甲", "乙"]) == "甲和乙"
