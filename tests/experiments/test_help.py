"""Help answers at once, in the user's words and language."""

from __future__ import annotations

import subprocess
import sys

import pytest

from experiments.helping import COMMANDS, EXAMPLES
from experiments.keys import RUNS, of

HEAVY = ("numpy", "pandas", "numba", "mesa", "hydra", "pydantic", "rich", "yaml", "distributed", "matplotlib")
PROBE = f"""
import sys
from experiments.cli import main
code = main(sys.argv[1:])
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"], ["--version"], ["nonsense"]])
def test_nothing_heavy_is_imported(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_overview_names_each_command_with_an_example(xietong, lang: str) -> None:
    called = xietong("--help", f"lang={lang}")
    told = "\n".join(called.out)
    assert called.code == 0 and all(EXAMPLES[name] in told for name in COMMANDS)
    assert ("命令" in told) == (lang == "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_lists_its_keys(xietong, name: str, lang: str) -> None:
    called = xietong(name, "--help", f"lang={lang}")
    told = "\n".join(called.out)
    assert called.code == 0
    assert [key for key in of(name) if f"  {key}" not in told] == []


def test_the_environment_chooses_the_language(xietong, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "用法" in "\n".join(xietong("--help").out)
    assert "usage" in "\n".join(xietong("--help", "lang=en").out)


def test_examples_are_right(xietong) -> None:
    for name in RUNS:
        assert xietong("check", *EXAMPLES[name].split()[1:]).code == 0
