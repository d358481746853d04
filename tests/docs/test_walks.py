"""The tutorials do what they say, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs_walks import LANGUAGES, TUTORIALS, Step, environment, page_of, rewritten, run, steps

PAGE = "Text.\n\n```sh\necho one\n```\n\nprints\n\n```text\none\n```\n\n```python\nprint(2)\n```\n\n```sh\nfalse\n```\n"


def test_blocks_are_found_with_what_they_print(tmp_path: Path) -> None:
    first, second, third = steps(PAGE)
    assert first.shown is not None and PAGE[slice(*first.shown)] == "one\n"
    assert second == Step("python", "print(2)\n", 13, None)
    env = environment(tmp_path)
    assert [run(step, tmp_path, env) for step in (first, second)] == ["one\n", "2\n"]
    with pytest.raises(RuntimeError, match="line 17: exit code 1"):
        run(third, tmp_path, env)
    assert rewritten(PAGE, {first.shown: "two\n"}) == PAGE.replace("\none\n", "\ntwo\n")


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_does_what_it_says(name: str, tmp_path: Path) -> None:
    env = environment(tmp_path)
    for language in LANGUAGES:
        page = page_of(name, language)
        text = page.read_text(encoding="utf-8")
        asked = steps(text)
        assert len(asked) >= 4 and any(step.shown for step in asked), f"{page.name} runs next to nothing"
        for step in asked:
            printed = run(step, tmp_path, env)
            if step.shown:
                told = f"{page.name}, line {step.line}; `python tests/docs/make_walks.py {name}` writes outputs anew"
                assert printed.splitlines() == text[slice(*step.shown)].splitlines(), told


@pytest.mark.parametrize("name", TUTORIALS)
def test_both_languages_walk_the_same_way(name: str) -> None:
    """As many blocks of the same kinds, and the same commands: the Chinese one may ask less of a machine and speaks Chinese."""
    english, chinese = (steps(page_of(name, language).read_text(encoding="utf-8")) for language in LANGUAGES)
    assert [step.kind for step in english] == [step.kind for step in chinese]
    for one, other in zip(english, chinese, strict=True):
        assert _words(one.code) == _words(other.code), f"line {other.line}"


def _words(code: str) -> list[str]:
    """The commands that a block calls, and what Python it imports."""
    lines = code.splitlines()
    return [" ".join(line.split()[:2]) for line in lines if line.startswith(("xietong", "import", "from"))]
