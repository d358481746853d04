"""Numbers and tables for people."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from experiments.printing import cards, number, signed, table


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (0.12345, "0.123"), (12.345, "12.3"), (1234.5, "1,234"), (1e7, "10,000,000"), (0.000123, "0.000123"),
     (float("nan"), "–"), (float("inf"), "∞"), (-2.5, "-2.50"), (999.6, "1,000")],
)  # fmt: skip
def test_numbers(value: float, shown: str) -> None:
    assert number(value) == shown


def test_small_differences_are_not_told_as_none() -> None:
    assert (
        signed(0.0) == "0" and signed(0.0041, places=1) == "+0.004" and signed(-0.0041, places=1) == "-0.004"
    )
    assert signed(0.0641, places=2) == "+0.06"


def test_plain_tables_are_aligned_for_chinese_too(capsys) -> None:
    table(["策略", "value"], [["各自为政", "1.0"], ["ab", "12.0"]], numbers=(1,))
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["策略      value", "--------  -----", "各自为政    1.0", "ab         12.0", ""]


def test_long_cells_are_folded(capsys) -> None:
    table(["day", "first", "second"], [["1", "word " * 40, "short"]])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 100 and sum("word" in line for line in lines) == 3


def test_a_terminal_gets_a_rich_table(capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    table(["name", "value"], [["[bold]x", "1"]], "title", numbers=(1,))
    assert "[bold]x" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_cards_keep_within_the_terminal(capsys, monkeypatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    cards(
        ["name", "title", "who pays", "何时失效"],
        [["whistle", "吹哨", "word " * 60, "部门" * 90], ["x", "y", "", "z"]],
        "all",
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["all", "", "whistle  吹哨"]
    assert lines[3].startswith("  who pays  word word")
    assert max(cell_len(line) for line in lines) <= columns
    told = "".join(line.strip() for line in lines)
    assert told.count("word") == 60 and told.count("部门") == 90
    assert lines[-3:] == ["x  y", "  何时失效  z", ""]
