"""What follows from findings: a verdict of the kind of the claim, failure where what must hold does not, nothing swallowed."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.verification.lives import text
from experiments.verification.records import NotRunError, Result
from experiments.verification.registry import FILES, LONGEST_FIRST, check, started_in
from experiments.verification.running import judged
from experiments.verification.table import COLUMNS, held, outside, table


def result(check: Any, lang: str = "en") -> Result:
    return judged(check.ABOUT, check.examine, "quick", lang)


@pytest.mark.parametrize(("kind", "values", "verdict", "fails"), [
    ("identity", (1.0, 2.0), "holds", False),
    ("identity", (1.0, -1.0), "does not hold", True),
    ("statistical", (-1.0,), "does not hold", True),
    ("metamorphic", (float("nan"),), "does not hold", True),
    ("pattern", (1.0, 2.0), "holds", False),
    ("pattern", (1.0, -1.0), "in part", False),
    ("pattern", (-1.0, -2.0), "does not hold", False),
])  # fmt: skip
def test_what_must_hold_holds_wholly_and_a_pattern_may_in_part(made, kind, values, verdict, fails) -> None:  # type: ignore[no-untyped-def]
    found = result(made("V1", kind, *values))
    assert (found.verdict, found.fails) == (verdict, fails)


def test_an_error_ends_its_check_alone_and_fails_the_verification(made) -> None:  # type: ignore[no-untyped-def]
    for kind in ("identity", "pattern"):
        found = result(made("V1", kind, error=ValueError("the\nqueue is empty")))
        assert found.verdict == "not run" and found.fails
        assert outside(found, "en") == ["ended by an error: ValueError: the queue is empty"]
        assert "因错误中止" in outside(found, "zh")[0]


def test_a_check_that_cannot_be_tried_says_why_and_fails_nothing(made) -> None:  # type: ignore[no-untyped-def]
    found = result(made("V4", "peer", error=NotRunError(text("no package", "缺少软件包"))))
    assert found.verdict == "not run" and not found.fails
    assert held(found, "en") == "–"
    assert outside(found, "zh") == ["缺少软件包"]


def test_a_card_of_another_check_is_a_fault(made) -> None:  # type: ignore[no-untyped-def]
    right, wrong = made("V1", "identity", 1.0), made("V2", "identity", 1.0)
    assert judged(right.ABOUT, wrong.examine, "quick", "en").broken


def test_the_table_has_a_row_for_each_finding_and_for_what_was_not_run(made) -> None:  # type: ignore[no-untyped-def]
    rows = table([
        result(made("V7", "pattern", 1.0, -1.0)), result(made("V4", "peer", error=NotRunError(text("no package", "缺少")))),
    ])  # fmt: skip
    assert tuple(rows.columns) == COLUMNS
    assert rows["check"].tolist() == ["V7", "V7", "V7", "V4"]
    assert rows["holds"].tolist()[:3] == [True, False, ""]
    assert rows["holds_above"].iloc[0] == 0.0
    assert (rows["ci_low"].iloc[2], rows["ci_high"].iloc[2], rows["unit_en"].iloc[2]) == (2.0, 4.0, "days")
    assert rows["not_run_en"].iloc[3] == "no package"


def test_every_check_of_the_list_is_there_and_says_what_it_claims_in_both_languages() -> None:
    for identity in FILES:
        about = check(identity).ABOUT
        assert about.id == identity
        assert callable(check(identity).examine)
        for words in (about.title, about.claim):
            assert words["en"] and words["zh"] and words["en"] != words["zh"], identity
        assert about.source
    assert set(LONGEST_FIRST) <= set(FILES)
    assert started_in(("V1", "M1", "V9")) == ["V9", "V1", "M1"]
    assert [identity for identity in FILES if not check(identity).ABOUT.must_hold] == [
        f"V{i}" for i in range(7, 15)
    ]
