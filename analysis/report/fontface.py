"""The Chinese font of a page: a subset of exactly the characters that the page uses, as woff2 inside its style sheet."""

from __future__ import annotations

import base64
import io
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from analysis.figures.fonts import chinese_font

FAMILY = "Xietong Sans SC"


def font_face(page: str) -> str:
    """An `@font-face` rule for all characters of `page`, empty where the Chinese font is not installed."""
    path = chinese_font()
    if path is None:
        return ""
    encoded = base64.b64encode(subset(path, used(page))).decode()
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:400;font-display:block;'
        f'src:url(data:font/woff2;base64,{encoded}) format("woff2")}}'
    )


def used(page: str) -> frozenset[int]:
    """The characters of a page that can be seen, as code points."""
    return frozenset(ord(c) for c in set(unescape(page)) if c.isprintable())


@cache
def _parsed(path: Path) -> bytes:
    return path.read_bytes()


@lru_cache(maxsize=8)
def subset(path: Path, characters: frozenset[int]) -> bytes:
    """The font cut down to `characters` and compressed; equal characters give equal bytes."""
    from fontTools.subset import Options, Subsetter, save_font

    options = Options()
    options.flavor = "woff2"
    options.desubroutinize = True
    options.layout_features = ["kern", "palt"]
    options.notdef_outline = True
    font: Any = _opened(path)
    cutter = Subsetter(options=options)
    cutter.populate(unicodes=sorted(characters))
    cutter.subset(font)
    buffer = io.BytesIO()
    save_font(font, buffer, options)
    return buffer.getvalue()


def _opened(path: Path) -> Any:
    from fontTools.ttLib import TTFont

    # The box of the whole font is right for a part of it too; to take it again would draw every glyph.
    return TTFont(io.BytesIO(_parsed(path)), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
