"""Every picture of a page with all its sections: no boxes for letters, names inert, words for who cannot see it, numbers in a table."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from analysis.figures import fonts
from analysis.figures.sheet import Panel, Sheet, pictures
from analysis.report import build

SCRIPT = "<script>alert(1)</script>"
LANGUAGES = ("zh", "en")
#: A character for private use: no font has it, so that it is drawn as a box.
NOWHERE = "\U0010fffd"


@pytest.fixture(scope="module")
def built(
    make_store: Callable[..., Path], put_beside: Callable[[Path], None]
) -> dict[str, tuple[str, dict[str, str]]]:
    """The page in both languages with its svg files by name, from a store that holds something for every section."""
    made = {}
    for lang in LANGUAGES:
        store = make_store({"siloed": 0.0, SCRIPT: 0.1, "wuhan": -0.1}, futures=("reference", "flood"))
        put_beside(store)
        page = build(store, lang).read_text(encoding="utf-8")
        files = {path.stem: path.read_text(encoding="utf-8") for path in (store / "figures").glob("*.svg")}
        made[lang] = (page, files)
    return made


def letters(svg: str) -> set[str]:
    """Font and number of each glyph in a drawing, such as `DejaVuSans-24`."""
    return set(re.findall(r'<path id="(?:\w+-)?((?:DejaVuSans|NotoSansSC|LastResort)[\w-]*-[0-9a-f]+)"', svg))


def boxes(svg: str) -> set[str]:
    """Glyphs that stand for a letter that no font has: number 0 of a font, or one of the font of last resort."""
    return {letter for letter in letters(svg) if letter.endswith("-0") or letter.startswith("LastResort")}


def test_a_letter_that_no_font_has_is_counted_as_a_box() -> None:
    panel = Panel(f"A{NOWHERE}", "", lambda ax: ax.set_axis_off())
    with pytest.warns(UserWarning, match=r"Glyph .* missing"):
        drawn = pictures(Sheet("box", (panel,), pd.DataFrame({"x": [1]})))
    assert len(boxes(drawn.files["svg"].decode())) == 1
    assert len(letters(drawn.files["svg"].decode())) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_letter_of_a_picture_is_a_box(built: dict[str, tuple[str, dict[str, str]]], lang: str) -> None:
    page, files = built[lang]
    assert len(letters(files["differences"])) > 20 and len(letters(page)) > 40
    assert [boxes(svg) for svg in [page, *files.values()] if boxes(svg)] == []


def test_no_letter_of_the_chinese_page_is_a_box(built: dict[str, tuple[str, dict[str, str]]]) -> None:
    if fonts.chinese_font() is None:
        pytest.skip("the package with the Chinese font is not installed")
    page, _ = built["zh"]
    encoded = re.search(r"data:font/woff2;base64,([^)]*)\)", page)
    assert encoded
    font = TTFont(io.BytesIO(base64.b64decode(encoded.group(1))))
    glyphs = font.getBestCmap()
    shown = {
        ord(c)
        for c in unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", page, flags=re.DOTALL))
        if c.isprintable()
    }
    assert len(shown) > 300
    assert [chr(c) for c in shown if glyphs.get(c, ".notdef") == ".notdef"] == []
    # Nor is a letter of the subset an empty outline where it had one.
    assert [g for c, g in glyphs.items() if 0x4E00 <= c <= 0x9FFF and not drawn(font, g)] == []


def drawn(font: TTFont, glyph: str) -> bool:
    """Whether a glyph has an outline."""
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return pen.bounds is not None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_script_as_a_name_is_inert_in_page_and_files(
    built: dict[str, tuple[str, dict[str, str]]], lang: str
) -> None:
    page, files = built[lang]
    assert "<script" not in page.lower()
    assert {
        "cost_effectiveness",
        "acceptability",
        "concentration",
        "theil",
        "network",
        "tornado",
        "indices",
        "attribution",
    } <= set(files)
    for name, svg in files.items():
        assert "<script" not in svg.lower(), name
        tags = {element.tag.rpartition("}")[2].lower() for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {
            "svg",
            "metadata",
            "defs",
            "style",
            "g",
            "path",
            "use",
            "clippath",
            "rect",
            "image",
            "rdf",
            "work",
            "type",
        }, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_has_words_and_a_table(built: dict[str, tuple[str, dict[str, str]]], lang: str) -> None:
    page, files = built[lang]
    shown = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(shown) == len(files)
    for figure in shown:
        labels = re.findall(r'role="img" aria-label="([^"]*)"', figure)
        assert labels and all(len(label) > 5 for label in labels)
        assert (
            len(re.findall(r"<svg[^>]*viewBox[^>]*>", figure))
            == len(labels) + figure.count('aria-hidden="true">') - 1
        )
        table = figure[figure.index("<details>") :]
        assert re.search(r"<tbody>\s*<tr><th", table), labels[0]
        assert re.search(r"figures/\w+\.csv", table)
        assert re.search(r"<figcaption>[^<]{20,}", figure)
