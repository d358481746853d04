"""The page: self-contained, deterministic, safe, honest about what is missing, readable in both languages."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from analysis.figures import fonts
from analysis.figures.sheet import Pictures
from analysis.report import build
from analysis.report.comparison import COMPOSITES
from analysis.report.document import SECTIONS
from analysis.report.texts import TEXTS
from sim.errors import ConfigError, StoreError
from sim.outcomes import OUTCOMES

Make = Callable[..., Path]
SCRIPT = "<script>alert(1)</script>"
EFFECTS = {"siloed": 0.0, "placebo": 0.0, "wuhan": -0.1, SCRIPT: 0.2}
SHEETS = (
    "differences",
    "equity",
    "cost_plane",
    "cost_effectiveness",
    "acceptability",
    "concentration",
    "theil",
    "ranks",
    "flows",
    "circle",
    "network",
    "time_courses",
    "cells_open_needs",
)


@pytest.fixture
def store(make_store: Make) -> Path:
    return make_store(EFFECTS)


@pytest.fixture(scope="module")
def whole(make_store: Make) -> Path:
    """A store that no test changes."""
    return make_store(EFFECTS)


@pytest.fixture(scope="module")
def pages(whole: Path) -> dict[str, str]:
    """The page in both languages, English last."""
    return {lang: build(whole, lang).read_text(encoding="utf-8") for lang in ("zh", "en")}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures, for tests that read words."""
    monkeypatch.setattr("analysis.figures.sheet.pictures", lambda _: Pictures({}, (), ""))
    monkeypatch.setattr("analysis.figures.easel.processors", lambda: 1)


class Elements(HTMLParser):
    """Start tags with their attributes, and text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


@pytest.mark.usefixtures("pages")
def test_files_and_columns_of_the_interface(whole: Path) -> None:
    store = whole
    assert (store / "report.html").is_file()
    for sheet in SHEETS:
        for kind in ("svg", "png", "csv"):
            assert (store / "figures" / f"{sheet}.{kind}").stat().st_size > 0
    table = pd.read_csv(store / "comparison.csv")
    promised = [
        "strategy",
        "outcome",
        "unit",
        "baseline_mean",
        "mean",
        "difference",
        "ci_low",
        "ci_high",
        "replicates",
        "variance_ratio",
    ]
    assert list(table.columns[:10]) == promised
    assert not list(store.rglob("*.unfinished"))


@pytest.mark.usefixtures("pages")
def test_built_twice_the_bytes_are_the_same(whole: Path) -> None:
    def made() -> dict[str, bytes]:
        files = [whole / "report.html", whole / "comparison.csv", *(whole / "figures").iterdir()]
        return {path.name: path.read_bytes() for path in files}

    before = made()
    build(whole)
    assert made() == before


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_are_inert_and_every_tag_is_closed(pages: dict[str, str], lang: str) -> None:
    page = pages[lang]
    elements = Elements(page)
    assert "script" not in {tag for tag, _ in elements.tags}
    assert not [name for _, attrs in elements.tags for name in attrs if name.startswith("on")]
    assert html.escape(SCRIPT) in page
    assert elements.open == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_outside_is_needed(pages: dict[str, str], lang: str) -> None:
    page = pages[lang]
    without_font = re.sub(r"url\(data:font/woff2;base64,[^)]*\)", "", page)
    assert "://" not in without_font
    assert not re.search(r"@import|\bsrc=|url\((?!#)", without_font)
    for _, attrs in Elements(page).tags:
        assert (attrs.get("href") or "#").startswith(("#", "data:image/png;base64,"))
    assert "/somewhere/private" not in page
    assert "private-host" not in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ids_are_unique_and_links_lead_somewhere(pages: dict[str, str], lang: str) -> None:
    page = pages[lang]
    ids = [attrs["id"] for _, attrs in Elements(page).tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    linked = re.findall(r'(?:href="#|url\(#)([^")]+)', page)
    assert set(linked) <= set(ids)


def test_pictures_have_words_and_tables(pages: dict[str, str]) -> None:
    page = pages["en"]
    elements = Elements(page)
    drawings = [attrs for tag, attrs in elements.tags if tag == "svg"]
    assert all(attrs.get("aria-label") or attrs.get("aria-hidden") for attrs in drawings)
    assert page.count("<figure>") == len(SHEETS)
    assert page.count("<details><summary>Data of this figure") == len(SHEETS)


def test_every_character_of_the_chinese_page_is_in_its_font(pages: dict[str, str]) -> None:
    if fonts.chinese_font() is None:
        pytest.skip("the package with the Chinese font is not installed")
    page = pages["zh"]
    encoded = re.search(r"data:font/woff2;base64,([^)]*)\)", page)
    assert encoded
    font = TTFont(io.BytesIO(base64.b64decode(encoded.group(1))))
    shown = {ord(c) for c in "".join(Elements(page).text) if c.isprintable()}
    assert {chr(c) for c in shown - set(font.getBestCmap())} == set()
    assert len(font.getBestCmap()) < 1500


@pytest.mark.usefixtures("undrawn")
def test_without_the_font_pictures_speak_english_and_say_so_once(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts.drawable.cache_clear()
    fonts.families.cache_clear()
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    monkeypatch.setattr("analysis.report.fontface.chinese_font", lambda: None)
    with pytest.warns(UserWarning, match="no Chinese font") as warned:
        page = build(store, "zh").read_text(encoding="utf-8")
        build(store, "zh")
    assert len(warned) == 1
    assert "woff2" not in page
    fonts.drawable.cache_clear()
    fonts.families.cache_clear()


@pytest.mark.usefixtures("undrawn")
def test_an_identical_option_is_said_to_be_identical(store: Path) -> None:
    table = build(store).parent / "comparison.csv"
    placebo = pd.read_csv(table).query("strategy == 'placebo'")
    assert (placebo[["difference", "ci_low", "ci_high"]] == 0).all().all()
    assert set(placebo["verdict"]) == {"equal"}


@pytest.mark.usefixtures("undrawn")
def test_sentences_claim_nothing_that_is_undecided(make_store: Make) -> None:
    store = make_store({"siloed": 0.0, "wuhan": 0.0})
    page = build(store).read_text(encoding="utf-8")
    found = page[page.index('id="findings"') : page.index("<nav")]
    assert "unchanged under “The wuhan way”" in html.unescape(found)
    assert "lower in" not in found
    assert "higher in" not in found
    assert "no ranking of options is claimed" in found


@pytest.mark.usefixtures("undrawn")
def test_an_unfinished_store_is_reported_and_says_so(make_store: Make) -> None:
    store = make_store(EFFECTS, missing=4)
    (store / "runs.parquet").unlink()
    page = html.unescape(build(store).read_text(encoding="utf-8"))
    assert "4 of 12 runs still to come" in page
    assert f"The wuhan way 2/3, {SCRIPT} 0/3" in page


@pytest.mark.usefixtures("undrawn")
def test_one_replicate_has_no_interval_and_says_so(make_store: Make) -> None:
    page = build(make_store({"siloed": 0.0, "wuhan": 0.1}, replicates=1)).read_text(encoding="utf-8")
    assert "no interval can be given" in page
    assert "one replicate, no interval" in page


@pytest.mark.usefixtures("undrawn")
def test_one_strategy_alone_is_no_comparison(make_store: Make) -> None:
    page = build(make_store({"siloed": 0.0})).read_text(encoding="utf-8")
    assert "nothing is compared" in page


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("table", ["daily", "ledger", "cells", "ties"])
def test_missing_tables_leave_a_sentence(store: Path, table: str) -> None:
    for path in (store / table).iterdir():
        path.unlink()
    assert "are not in this store" in build(store).read_text(encoding="utf-8")


@pytest.mark.usefixtures("undrawn")
def test_any_strategy_can_be_the_baseline(store: Path) -> None:
    build(store, baseline="wuhan")
    table = pd.read_csv(store / "comparison.csv")
    assert set(table["baseline"]) == {"wuhan"}
    assert set(table["strategy"]) == set(EFFECTS) - {"wuhan"}


def test_wrong_requests_are_one_clear_line_and_write_nothing(store: Path, tmp_path: Path) -> None:
    for asked in ({"lang": "fr"}, {"baseline": "wuhn"}, {"layer": "noise"}):
        with pytest.raises(ConfigError, match=r"=.*: (unknown|no finished run)"):
            build(store, **asked)
    assert not (store / "report.html").exists()
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        build(tmp_path / "nowhere")
    manifest = tmp_path / "empty" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps({"runs": []}))
    with pytest.raises(StoreError, match="no run of this store has finished"):
        build(manifest.parent)


@pytest.mark.usefixtures("undrawn")
def test_the_command_repeats_the_design(store: Path) -> None:
    """Shipped strategies by name, one that the design brought by its content."""
    page = html.unescape(build(store).read_text(encoding="utf-8"))
    begin = "xietong compare world=classroom future=reference 'strategies=[siloed,placebo,wuhan,"
    assert f'{begin}{{name:"<script>' in page
    assert "replicates=3 seed=1" in page


def missing_glyphs(text: str) -> set[str]:
    """Characters of a text that no font of the pictures can draw."""
    from matplotlib import font_manager

    known: set[int] = set()
    for family in fonts.families():
        known |= set(TTFont(font_manager.findfont(family), lazy=True, fontNumber=0).getBestCmap())
    return {c for c in text if c.isprintable() and ord(c) not in known}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_picture_has_a_box_for_a_missing_glyph(
    whole: Path, lang: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither does matplotlib ask for a glyph in vain, nor is there a text of the report that fonts cannot draw."""
    monkeypatch.setattr(
        "analysis.figures.easel.processors", lambda: 1
    )  # warnings of a helper are not heard here
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        build(whole, lang)
    assert "missing" not in caplog.text
    drawn = [*TEXTS[lang].values(), *(o.en if lang == "en" else o.zh for o in OUTCOMES)]
    if lang == "en" or fonts.chinese_font() is not None:
        assert missing_glyphs("".join(drawn)) == set()


@pytest.mark.usefixtures("undrawn")
def test_sections_stand_in_their_order(whole: Path) -> None:
    page = build(whole).read_text(encoding="utf-8")
    ids = re.findall(r'<h2 id="(\w+)"', page)
    assert ids == [
        "findings",
        *(name for name in SECTIONS if name not in ("influence", "attribution", "places")),
    ]
    assert re.findall(r'<a href="#(\w+)">', page[page.index("<nav") :]) == ids[1:]


@pytest.mark.usefixtures("undrawn")
def test_point_values_alone_are_said_to_carry_the_ranking(whole: Path) -> None:
    page = html.unescape(build(whole).read_text(encoding="utf-8"))
    section = page[page.index('id="robustness"') : page.index('id="flows"')]
    assert "point values alone carry this ranking" in section
    assert "uncertainty=deep out=outputs/uncertain" in section


@pytest.mark.usefixtures("undrawn")
def test_what_is_drawn_is_not_said_to_stand_still(make_store: Make) -> None:
    store = make_store({"siloed": 0.0, "wuhan": -0.1})
    file = store / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["config"]["uncertainty"] = "deep"
    file.write_text(json.dumps(manifest))
    page = html.unescape(build(store).read_text(encoding="utf-8"))
    assert "probabilities over this deep uncertainty and chance together" in page
    assert "no ranking of options is claimed" not in page
    assert "outputs/uncertain" not in page


def test_every_future_is_compared(make_store: Make) -> None:
    store = make_store({"siloed": 0.0, "wuhan": -0.1}, futures=("reference", "flood", "ageing"))
    page = html.unescape(build(store).read_text(encoding="utf-8"))
    section = page[page.index('id="robustness"') : page.index('id="flows"')]
    assert "Who wins in which future" in section
    heads = re.findall(r'<th scope="col" class="n">(\w+)<small>', section)
    assert heads == ["Reference", "flood", "ageing"] * 2
    drawn = pd.read_csv(store / "figures" / "winners.csv")
    assert set(drawn["future"]) == {"reference", "flood", "ageing"}
    # an effect of -0.1 of an outcome of which less is better, in each future and replicate
    first = drawn.query("outcome == 'unmet_need_days' and strategy == 'wuhan'")["first"]
    assert list(first) == [1.0, 1.0, 1.0]


def test_tables_beside_the_runs_are_shown(make_store: Make, put_beside: Callable[[Path], None]) -> None:
    """An attribution and a sensitivity analysis that lie in the store have their figures; sections without them are left out."""
    store = make_store({"siloed": 0.0, "wuhan": -0.1})
    put_beside(store)
    page = html.unescape(build(store).read_text(encoding="utf-8"))
    for name in ("attribution", "tornado", "indices"):
        assert (store / "figures" / f"{name}.svg").stat().st_size > 0
    assert "Whistle" in page[page.index('id="attribution"') :]
    assert "(chance)" in page[page.index('id="influence"') : page.index('id="attribution"')]


@pytest.mark.usefixtures("undrawn")
def test_composites_stand_last_and_beside_their_parts(whole: Path) -> None:
    page = build(whole).read_text(encoding="utf-8")
    last = page[page.index('id="composite"') :]
    assert last.count('<table class="grid">') == len(COMPOSITES)
    assert "Warmth" not in page[page.index('id="comparison"') : page.index('id="composite"')]
    named = {name for whole_, parts in COMPOSITES.items() for name in (whole_, *parts)}
    assert named <= {o.name for o in OUTCOMES}
