"""The pages of docs show the kept table of a full run, and that table speaks of the checks that there are."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from experiments.verification.registry import FILES, check

MADE = runpy.run_path(str(Path(__file__).with_name("make_docs.py")))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_show_what_is_kept(lang: str) -> None:
    page = MADE["PAGES"][lang].read_text(encoding="utf-8")
    assert page == MADE["whole"](page, MADE["kept"](), lang), (
        "python tests/experiments/verification/make_docs.py"
    )
    for identity in FILES:
        assert f"| {identity} {check(identity).ABOUT.title[lang]} |" in page


def test_the_kept_table_is_whole_and_what_must_hold_held() -> None:
    rows = MADE["kept"]()
    assert list(dict.fromkeys(rows["check"])) == list(FILES)
    must = rows[rows["must_hold"]]
    assert set(must["verdict"]) == {"holds"}
    assert set(must["holds"].dropna()) == {"True"}


@pytest.mark.parametrize("pattern", [name for name in FILES if not check(name).ABOUT.must_hold])
def test_the_kept_table_says_of_patterns_what_their_cards_say(pattern: str) -> None:
    """Both come from the same samples."""
    import json

    card = json.loads((MADE["DOCS"] / "patterns" / f"{pattern}.json").read_text(encoding="utf-8"))
    own = MADE["kept"]().query("check == @pattern")
    assert own["statistic_en"].tolist() == [finding["name"]["en"] for finding in card["findings"]]
    assert own["value"].tolist() == pytest.approx(
        [finding["value"] for finding in card["findings"]], rel=1e-6, abs=1e-6
    )
