"""The page brings all its Chinese letters along."""

from __future__ import annotations

import io
import json

import pytest

from analysis.figures.fonts import chinese_font
from experiments.classroom.typeface import font_face, letters
from experiments.classroom.welcome import welcome
from experiments.texts import TEXTS


@pytest.mark.skipif(chinese_font() is None, reason="the Chinese font is not installed")
def test_no_letter_of_the_page_is_missing() -> None:
    from fontTools.ttLib import TTFont

    known = set(TTFont(io.BytesIO(letters())).getBestCmap())
    shown = json.dumps([welcome(), list(TEXTS.values())], ensure_ascii=False)
    missing = {c for c in shown if "\u4e00" <= c <= "\u9fff" and ord(c) not in known}
    assert missing == set()
    assert len(letters()) < 600_000
    assert font_face().startswith('@font-face{font-family:"Xietong Sans SC"')
