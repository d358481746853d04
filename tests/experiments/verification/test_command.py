"""`xietong check verification` as users call it: the page, equal bytes, exit codes, and one clear line for what is wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from experiments.verification import running

CALL = ("check", "verification", "jobs=1", "lang=en")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Checks that stand in for those of the same id."""
    instead: dict[str, Any] = {}
    real = running.check
    monkeypatch.setattr(running, "check", lambda identity: instead.get(identity) or real(identity))
    return instead


def test_page_table_and_figures_are_made_and_equal_runs_give_equal_bytes(
    xietong, checks, made, contents
) -> None:  # type: ignore[no-untyped-def]
    checks.update({"V1": made("V1", "identity", 1.0), "V7": made("V7", "pattern", 1.0, -1.0)})
    called = xietong(*CALL, "only=[V7,v1]", "out=one")
    assert called.code == 0
    assert called.out[-1] == "fine: 1 of 1 checks that must hold do; of 1 patterns: 0 shown, 1 in part, 0 not"
    assert next(line for line in called.err if line.startswith("[")).startswith(
        "[1/2] V7 A <b>title: in part ("
    )
    assert xietong(*CALL, "only=[V1,V7]", "out=two").code == 0
    one, two = contents(Path("one")), contents(Path("two"))
    assert one == two
    assert set(one) == {
        "verification.html", "verification.csv", *(f"figures/{name}.{kind}" for name in ("V1", "V7") for kind in ("svg", "png", "csv")),
    }  # fmt: skip
    # A rerun into the same folder writes over its own.
    assert xietong(*CALL, "only=[V1,V7]", "out=one").code == 0


@pytest.mark.parametrize(("lang", "tag", "said"), [
    ("en", "en", ("in part", "A line from 0 to 1.", "95 % interval", "Only V1, V7 of all 19 checks were made.", "Nobody &amp; Co. 2020", "3 days")),
    ("zh", "zh-Hans", ("部分成立", "由 0 到 1。", "95% 区间", "仅做了全部 19 项检验中的 V1、V7。", "3 天", "font-face")),
])  # fmt: skip
def test_the_page_stands_alone_in_both_languages(xietong, checks, made, lang, tag, said) -> None:  # type: ignore[no-untyped-def]
    checks.update({"V1": made("V1", "identity", 1.0), "V7": made("V7", "pattern", 1.0, -1.0)})
    assert xietong(*CALL[:-1], f"lang={lang}", "only=[V1,V7]", "out=o").code == 0
    page = Path("o/verification.html").read_text(encoding="utf-8")
    assert f'<html lang="{tag}">' in page
    for words in said:
        assert words in page, words
    assert "<b>title" not in page, "words are escaped"
    assert page.count('role="img"') == 2 and 'aria-label="' in page
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', page), "nothing from elsewhere"
    assert "/tmp" not in page
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(identities) == len(set(identities))


def test_what_must_hold_and_does_not_ends_with_one_line_and_code_1(xietong, checks, made) -> None:  # type: ignore[no-untyped-def]
    checks.update({"V1": made("V1", "identity", 1.0, -1.0), "V9": made("V9", "pattern", -1.0)})
    called = xietong(*CALL, "only=[V1,V9]", "out=o")
    assert called.code == 1
    assert (
        called.err[-1]
        == "xietong: verification: 1 of 1 checks that must hold do not: V1 (see o/verification.html)"
    )
    page = Path("o/verification.html").read_text(encoding="utf-8")
    assert "are not to be trusted" in page
    assert "V1 outside: number 1: −1 (> 0)" in called.out
    # A pattern that does not emerge is told and fails nothing.
    assert xietong(*CALL, "only=V9", "out=p").code == 0


def test_a_package_that_is_not_there_is_told_and_fails_nothing(xietong, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(sys.modules, "ciw", None)
    called = xietong(*CALL, "only=[V4]", "out=o")
    assert called.code == 0
    assert any("pip install 'xietong[verify]'" in line for line in called.out)
    assert called.out[-1] == "fine: 0 of 1 checks that must hold do, 1 not run"
    assert "pip install &#39;xietong[verify]&#39;" in Path("o/verification.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("word", "line"), [
    ("only=[V1,V33]", "only=V33: unknown; allowed: V1, V2"),
    ("only=[V1,V33]", "did you mean 'V3'?"),
    ("only=[]", "only=[]: a list of names is needed, such as only=[V1]"),
    ("scale=ful", "scale=ful: unknown; allowed: quick, full; did you mean 'full'?"),
    ("jobs=0", "jobs=0: a whole number from 1 to"),
    ("scal=full", "scal: no such key of `verification`; did you mean 'scale'?"),
    ("lang=fr", "lang=fr: unknown; allowed: en, zh"),
])  # fmt: skip
def test_wrong_words_are_told_in_one_line_and_nothing_is_written(xietong, word, line) -> None:  # type: ignore[no-untyped-def]
    words = [w for w in CALL if w.partition("=")[0] != word.partition("=")[0]]
    called = xietong(*words, word)
    assert called.code == 2 and called.files == []
    assert len(called.err) == 1 and line in called.err[0]


def test_a_folder_of_other_things_is_left_alone(xietong) -> None:  # type: ignore[no-untyped-def]
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("dear")
    for out in ("mine", "mine/letter.txt"):
        called = xietong(*CALL, "only=[V1]", f"out={out}")
        assert called.code == 2 and len(called.err) == 1
    assert [path.name for path in called.files] == ["letter.txt"]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "keys of check verification:"), ("zh", "check verification 的参数：")]
)
def test_help_names_the_keys(xietong, lang, said) -> None:  # type: ignore[no-untyped-def]
    called = xietong("check", "--help", f"lang={lang}")
    assert called.code == 0
    lines = called.out[called.out.index(said) :]
    assert [line.split()[0] for line in lines[1:] if re.match(r"  \S", line)] == [
        "only",
        "scale",
        "out",
        "jobs",
        "lang",
    ]


def test_the_check_tells_a_near_name(xietong) -> None:  # type: ignore[no-untyped-def]
    assert "did you mean 'verification'?" in xietong("check", "verificaton", "lang=en").err[0]


def test_processes_change_nothing() -> None:
    """Two processes find what one finds, in the order that was asked for."""
    told: list[str] = []
    beside = running.run(["M3", "M2"], "quick", "en", 2, lambda result, seconds: told.append(result.about.id))
    assert [result.about.id for result in beside] == ["M3", "M2"] and sorted(told) == ["M2", "M3"]
    assert all(result.verdict == "holds" for result in beside)
    alone, _ = running.tried("M2", "quick", "en")
    assert alone.card == beside[1].card
