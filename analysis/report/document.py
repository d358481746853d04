"""Builds the page: reads the store, compares, draws, fills the template, embeds the font, writes files whole or not at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.files import put
from analysis.report.fontface import font_face
from analysis.report.texts import TAGS, TEXTS
from sim.errors import ConfigError
from sim.sentences import near

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.figures.sheet import Pictures
    from analysis.report.figures import Figure
    from analysis.report.reading import Reading

HERE = Path(__file__).parent
FONT_MARK = "/*font*/"
#: Sections in their order on the page; those of `OPTIONAL` are left out where a store holds nothing for them.
SECTIONS = (
    "comparison", "equity", "cost", "robustness", "influence", "attribution", "flows", "circle", "courses", "places", "cells", "patterns",
    "evidence", "assumptions", "provenance", "composite",
)  # fmt: skip
OPTIONAL = ("influence", "attribution", "places", "composite")


def write_report(path: Path, lang: str, baseline: str | None, layer: str) -> Path:
    """See `analysis.report.build`."""
    from analysis.figures.cell_maps import LAYERS
    from analysis.figures.easel import Easel
    from analysis.figures.sheet import put_files
    from analysis.report.reading import Reading
    from analysis.store import open_store

    _judge("lang", lang, TEXTS)
    _judge("layer", layer, LAYERS)
    store = open_store(path)
    reading = Reading(store, lang, store.baseline(baseline), layer)
    page: dict[str, Any] = {"w": reading.words}
    with Easel() as easel:
        for name, section in contents().items():
            page[name] = section(reading)
            for shown in figures(page[name]):
                easel.take(shown.sheet)
        drawn = easel.pictures()
    put(path / "comparison.csv", reading.comparison.to_csv(index=False, lineterminator="\n").encode())
    for name, pictures in drawn.items():
        put_files(name, pictures, path / "figures")
    target = path / "report.html"
    put(target, render(page, drawn, lang).encode())
    return target


def contents() -> dict[str, Callable[[Reading], Any]]:
    """What makes each part that the template asks for; parts with many pictures first, for these are drawn meanwhile."""
    from analysis.report import (
        background,
        comparison,
        cost,
        equity,
        first_screen,
        network,
        places,
        robustness,
    )

    return {
        "comparison": comparison.compared,
        "robustness": robustness.robust,
        "influence": robustness.influences,
        "equity": equity.equity,
        "cost": cost.cost,
        "courses": background.courses,
        "flows": background.flows,
        "circle": background.circles,
        "network": network.network,
        "places": places.placed,
        "cells": background.cells,
        "attribution": background.attributed,
        "composite": comparison.composite,
        "head": first_screen.head,
        "options": first_screen.options,
        "findings": first_screen.findings,
        "patterns": background.patterns,
        "evidence": background.evidence,
        "assumptions": background.assumed,
        "provenance": background.provenance,
    }


def figures(part: Any) -> list[Figure]:
    """The figures of a page, or of a part of one, to be written as files too."""
    from analysis.report.figures import Figure

    if isinstance(part, Figure):
        return [part]
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [found for one in parts for found in figures(one)]


def render(page: dict[str, Any], drawn: Mapping[str, Pictures], lang: str) -> str:
    """The page as one string of html that needs nothing else; `drawn` are the pictures of its sheets by name."""
    from analysis.report.figures import hung

    shown = [name for name in SECTIONS if page[name] or name not in OPTIONAL]
    walls = {found.sheet.name: hung(found, drawn[found.sheet.name]) for found in figures(page)}
    html = _template().render(
        **page,
        drawn=walls,
        sections=shown,
        tag=TAGS[lang],
        style=(HERE / "style.css").read_text(encoding="utf-8"),
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
        close, there = near(value, known), ", ".join(known)
        raise ConfigError(
            f"{key}={value}: unknown; known: {there}{close.en}",
            f"{key}={value}：未知；可用：{there}{close.zh}",
        )
