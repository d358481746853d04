"""The Chinese letters of the page: exactly those that its files, its sentences and its scenarios use."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Final

from analysis.figures.fonts import chinese_font
from analysis.report.fontface import FAMILY, subset
from experiments.classroom.welcome import welcome
from experiments.texts import TEXTS

FILES: Final = Path(__file__).parent / "static"


@cache
def letters() -> bytes:
    """A woff2 font of all characters that the page can show; empty where the Chinese font is not installed."""
    path = chinese_font()
    if path is None:
        return b""
    files = [file.read_text(encoding="utf-8") for file in sorted(FILES.iterdir()) if file.is_file()]
    # Stories of needs and refusals come in sentences of all commands.
    written = json.dumps([welcome(), TEXTS], ensure_ascii=False) + "".join(files)
    return subset(path, frozenset(ord(c) for c in set(written) if c.isprintable()))


def font_face() -> str:
    """An `@font-face` rule that holds these letters, for files that leave the server; empty where there are none."""
    if not letters():
        return ""
    encoded = base64.b64encode(letters()).decode()
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{encoded}) format("woff2")}}'
