"""The Chinese letters of the page: exactly those that its files, its sentences and its scenarios use."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analysis.figures.fonts import chinese_font
from analysis.report.fontface import subset
from experiments.classroom.welcome import welcome
from experiments.texts import TEXTS


def typeface(files: Mapping[str, bytes]) -> bytes:
    """A woff2 font of all characters that the page can show; empty where the Chinese font is not installed."""
    path = chinese_font()
    if path is None:
        return b""
    # Stories of needs and refusals come in sentences of all commands.
    written = json.dumps([welcome(), TEXTS], ensure_ascii=False) + "".join(
        content.decode() for content in files.values()
    )
    return subset(path, frozenset(ord(c) for c in set(written) if c.isprintable()))
