"""Sheets of settling indices and of regions: every interval is drawn, names are those of the tables, both languages have signs."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import robustness, sensitivity
from analysis.discovery import Check, Found, Limit, Region
from analysis.figures.discovery import discovery
from analysis.figures.settling import settling
from analysis.figures.sheet import composed, write
from analysis.figures.style import house
from analysis.robustness import Share

LABELS = {
    "en": {"S1": "alone", "ST": "with interactions", "axis": "base points", "share": "share", "alt": "x", "replicate": "(chance)"},
    "zh": {"S1": "单独", "ST": "含交互", "axis": "基点数", "share": "占方差的比例", "alt": "x", "replicate": "（随机性）"},
}  # fmt: skip


def line(places: np.ndarray) -> np.ndarray:
    return np.stack([places @ np.array([1.0, 2.0, 3.0]), np.ones(len(places))], axis=1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_index_is_drawn_with_its_interval(lang: str, tmp_path: Path) -> None:
    found = sensitivity.index(line, ["a", "b", "replicate"], ["moving", "still"], 64, 1).settling
    sheet = settling(found, LABELS[lang], "replicate")
    assert [panel.title for panel in sheet.panels] == [
        f"moving: {LABELS[lang][kind]}" for kind in ("S1", "ST")
    ]
    assert [mark.label for mark in sheet.legend] == ["a", "b", LABELS[lang]["replicate"]]
    with house(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = composed(sheet)
        figure.canvas.draw()
    for ax in figure.axes[:2]:
        assert len(ax.lines) == 3 and [len(c.get_segments()) for c in ax.collections] == [3, 3, 3]
    write(sheet, tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write(sheet, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {"settling.svg", "settling.png", "settling.csv"}


def test_nothing_that_varies_is_an_empty_sheet(tmp_path: Path) -> None:
    still = sensitivity.index(lambda p: np.ones((len(p), 1)), ["a", "replicate"], ["y"], 16, 1).settling
    write(settling(still, LABELS["en"], "replicate"), tmp_path)
    assert (tmp_path / "settling.svg").stat().st_size > 0


def test_regions_that_are_believed_have_a_panel() -> None:
    index = pd.MultiIndex.from_product([["dry", "flood"], range(10)], names=["future", "replicate"])
    x = pd.DataFrame(
        {"law.a": np.linspace(0.0, 2.0, 20), "future": index.get_level_values("future")}, index=index
    )
    table = pd.DataFrame({"plain": np.arange(20.0), "bold": np.arange(20.0)[::-1]}, index=index)
    limits = (
        Limit("law.a", low=1.0, quasi_p_low=0.01),
        Limit("future", members=("flood",), quasi_p_low=0.01),
    )
    check = Check(Share(0.8, 0.6, 0.9), 8, 0.001)
    believed = Found("bold", "PRIM", 0.4, 20, 8, "", (Region(limits, 0.9, 0.9, 0.4),), check, 0.002, "")
    noise = believed._replace(strategy="plain", p_holm=0.3)
    labels = {
        "regret": "regret",
        "regret_axis": "days",
        "region_axis": "part",
        "alt": "x",
        "bold": "bold fails",
        "plain": "plain fails",
    }
    sheet = discovery(x, [believed, noise], robustness.regret(table, "low"), labels)
    assert [panel.title for panel in sheet.panels] == ["regret", "bold fails"]
    with house():
        regret, region = composed(sheet).axes[:2]
    assert [label.get_text() for label in regret.get_yticklabels()] == ["plain", "bold"]
    assert [bar.get_x() for bar in region.patches[2:]] == pytest.approx([0.5, 0.5])
    assert [bar.get_width() for bar in region.patches[2:]] == pytest.approx([0.5, 0.5])
    assert [label.get_text().replace("\n", " ") for label in region.get_yticklabels()] == [
        "law.a",
        "future: flood",
    ]
