"""The page in a real browser: nothing on its console, nothing fetched, no sideways scrolling and no tiny letters on a desk or on a telephone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from analysis.report import build

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: Measures the page within its frame and tells the page around it, which writes it down.
MEASURE = """<script>onload=()=>{
const panels=[...document.querySelectorAll(".panels:not(.small) .panel svg")];
const point=Math.min(...panels.map(p=>p.getBoundingClientRect().width/p.viewBox.baseVal.width));
parent.postMessage([document.documentElement.scrollWidth,innerWidth,performance.getEntriesByType('resource').length,panels.length,point],'*')}</script>"""
#: Size of the labels of axes in figures, points.
LABEL = 10.0
#: The least that they may be on a page, pixels; below the width of a telephone figures scroll within their own box.
LEGIBLE = 12.0
AROUND = """<!doctype html><p id="told"></p><iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe>
<script>onmessage=e=>document.getElementById("told").textContent=JSON.stringify(e.data)</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
]


def opened(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The document after its scripts have run, and what the browser logged."""
    words = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={folder / 'profile'}",
    ]
    words += ["--virtual-time-budget=5000", "--window-size=1400,1000", "--dump-dom", page.as_uri()]
    return subprocess.run([str(BROWSER), *words], capture_output=True, text=True, timeout=120, check=True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_is_quiet_and_fits(make_store: Callable[..., Path], tmp_path: Path, lang: str) -> None:
    store = make_store({"siloed": 0.0, "wuhan": -0.1, "chengdu": 0.2}, futures=("reference", "flood"))
    page = tmp_path / "page.html"
    page.write_text(
        build(store, lang).read_text(encoding="utf-8").replace("</body>", f"{MEASURE}</body>"),
        encoding="utf-8",
    )
    for width in (320, 390, 1280):
        around = tmp_path / f"{width}.html"
        around.write_text(AROUND.format(page=page.name, width=width), encoding="utf-8")
        done = opened(around, tmp_path)
        assert "CONSOLE" not in done.stderr
        told = re.search(r'<p id="told">([^<]+)</p>', done.stdout)
        assert told, "the page was never loaded"
        wide, inner, fetched, panels, point = json.loads(unescape(told.group(1)))
        assert inner == width
        assert wide <= width, f"{wide - width} px stick out at {width} px"
        assert fetched == 0
        assert panels > 10 and LABEL * point >= (LEGIBLE if width >= 390 else 11.0), (
            f"labels of {LABEL * point:.1f} px at {width} px"
        )
