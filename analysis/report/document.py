"""Builds the page: reads the store, compares, draws, fills the template, embeds the font, writes files whole or not at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.files import put
from analysis.report.fontface import font_face
from analysis.report.texts import TAGS, TEXTS
from sim.errors import ConfigError, nearest

if TYPE_CHECKING:
    from analysis.report.figures import Figure
    from analysis.report.reading import Reading

HERE = Path(__file__).parent
FONT_MARK = "/*font*/"
#: Sections in their order on the page; those of `OPTIONAL` are left out where a store holds nothing for them.
SECTIONS = (
    "comparison", "equity", "cost", "robustness", "influence", "attribution", "flows", "circle", "courses", "cells", "patterns",
    "evidence", "assumptions", "provenance", "composite",
)  # fmt: skip
OPTIONAL = ("influence", "attribution", "composite")


def write_report(path: Path, lang: str, baseline: str | None, layer: str) -> Path:
    """See `analysis.report.build`."""
    from analysis.figures.cell_maps import LAYERS
    from analysis.figures.sheet import put_files
    from analysis.report.reading import Reading
    from analysis.store import open_store

    _judge("lang", lang, TEXTS)
    _judge("layer", layer, LAYERS)
    store = open_store(path)
    reading = Reading(store, lang, store.baseline(baseline), layer)
    page = contents(reading)
    put(path / "comparison.csv", reading.comparison.to_csv(index=False, lineterminator="\n").encode())
    for shown in figures(page):
        put_files(shown.sheet.name, shown.drawn, path / "figures")
    target = path / "report.html"
    put(target, render(page, lang).encode())
    return target


def contents(reading: Reading) -> dict[str, Any]:
    """Everything that the template asks for, section by section."""
    from analysis.report import background, comparison, first_screen, robustness

    return {
        "w": reading.words,
        "head": first_screen.head(reading),
        "options": first_screen.options(reading),
        "findings": first_screen.findings(reading),
        "comparison": comparison.compared(reading),
        "equity": comparison.equity(reading),
        "cost": comparison.cost(reading),
        "robustness": robustness.robust(reading),
        "influence": robustness.influences(reading),
        "attribution": background.attributed(reading),
        "flows": background.flows(reading),
        "circle": background.circles(reading),
        "courses": background.courses(reading),
        "cells": background.cells(reading),
        "patterns": background.patterns(reading),
        "evidence": background.evidence(reading),
        "assumptions": background.assumed(reading),
        "provenance": background.provenance(reading),
        "composite": comparison.composite(reading),
    }


def figures(part: Any) -> list[Figure]:
    """The figures of a page, or of a part of one, to be written as files too."""
    from analysis.report.figures import Figure

    if isinstance(part, Figure):
        return [part]
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [found for one in parts for found in figures(one)]


def render(page: dict[str, Any], lang: str) -> str:
    """The page as one string of html that needs nothing else."""
    shown = [name for name in SECTIONS if page[name] or name not in OPTIONAL]
    html = _template().render(
        **page, sections=shown, tag=TAGS[lang], style=(HERE / "style.css").read_text(encoding="utf-8")
    )
    return html.replace(FONT_MARK, font_face(html) if lang == "zh" else "", 1)


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _judge(key: str, value: str, known: Any) -> None:
    if value not in known:
        raise ConfigError(f"{key}={value}: unknown; known: {', '.join(known)}{nearest(value, known)}")
