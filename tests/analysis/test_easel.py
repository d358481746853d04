"""Two processes draw one report: what they draw is the same, whoever draws it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.figures.easel import Easel
from analysis.figures.forest import forest
from analysis.figures.sheet import Panel, Sheet, pictures
from analysis.figures.style import marks
from analysis.report import build
from analysis.report.words import Words
from sim.outcomes import OUTCOMES

Make = Callable[..., Path]


def sheet(lang: str = "en") -> Sheet:
    """A forest plot of one outcome and two strategies."""
    import pandas as pd

    rows = [("a", 1.0, 0.5, 1.5, "better"), ("b", -1.0, -2.0, 0.5, "undecided")]
    table = pd.DataFrame(rows, columns=["strategy", "difference", "ci_low", "ci_high", "verdict"])
    outcome = OUTCOMES[0]
    return forest(
        table.assign(outcome=outcome.name), [outcome], marks({"a": "A", "b": "B"}, "a"), Words(lang)
    )


def test_a_helper_draws_the_same_bytes() -> None:
    taken = sheet("zh")
    with Easel(helped=True) as easel:
        easel.take(taken)
        assert easel._sheets[0][1] is not None
        found = easel._sheets[0][1].result()
    assert found == pictures(taken)


def test_a_sheet_without_a_recipe_is_drawn_here() -> None:
    bare = Sheet("bare", (Panel("Title", "alt", lambda ax: ax.plot([0, 1])),), sheet().data)
    with Easel(helped=True) as easel:
        easel.take(bare)
        assert easel.pictures() == {"bare": pictures(bare)}


def test_a_helper_that_is_ended_is_replaced_by_this_process() -> None:
    taken = sheet()
    with Easel(helped=True) as easel:
        easel.take(taken)
        assert easel._helper is not None
        for process in easel._helper._processes.values():
            assert process.pid
            os.kill(process.pid, signal.SIGTERM)
        assert easel.pictures() == {taken.name: pictures(taken)}


def test_a_process_that_may_start_none_draws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.figures.easel.processors", lambda: 2)
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)  # type: ignore[attr-defined]
    taken = sheet()
    with Easel() as easel:
        easel.take(taken)
        assert easel._helper is None
        assert easel.pictures() == {taken.name: pictures(taken)}


def test_a_report_is_the_same_with_and_without_a_helper(
    make_store: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store({"siloed": 0.0, "wuhan": -0.1}, futures=("reference", "flood"))

    def made(count: int) -> dict[str, bytes]:
        monkeypatch.setattr("analysis.figures.easel.processors", lambda: count)
        build(store, "zh")
        return {p.name: p.read_bytes() for p in [store / "report.html", *(store / "figures").iterdir()]}

    assert made(2) == made(1)


def test_a_script_without_a_guard_builds_one_report(make_store: Make, tmp_path: Path) -> None:
    store = make_store({"siloed": 0.0, "wuhan": -0.1})
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import analysis.figures.easel as easel\neasel.processors = lambda: 2\nfrom analysis.report import build\n"
        f"print('built', build({str(store)!r}).name)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout == "built report.html\n"
    assert done.stderr == ""
