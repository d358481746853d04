"""The page of a verification: one file that needs nothing else, in the style of the report, in English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from analysis.figures.sheet import put_files
from analysis.files import put
from analysis.numbers import MISSING, significant
from analysis.patterns import Finding, bounds, valued
from analysis.report.document import FONT_MARK
from analysis.report.document import HERE as REPORT
from analysis.report.figures import Listing
from analysis.report.fontface import font_face
from analysis.report.texts import TAGS
from experiments.identity import model_version
from experiments.texts import LANGUAGES, text
from experiments.texts.verification import HEADS
from experiments.verification.records import Result, Scale, Shown
from experiments.verification.registry import FILES
from experiments.verification.table import held, interval_of

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
NAME: Final = "verification.html"
#: Rows of a figure's table that stand on the page; its file holds all.
MOST_ROWS: Final = 40


class Drawing(NamedTuple):
    """One panel: its title and its svg."""

    title: str
    svg: Markup


class Line(NamedTuple):
    """One finding for readers; `sign` is the class of its verdict."""

    name: str
    value: str
    interval: str
    range: str
    holds: str
    sign: str


class Section(NamedTuple):
    """One check for readers: its words, its lines and its figure."""

    id: str
    title: str
    kind: str
    verdict: str
    sign: str
    held: str
    claim: str
    source: str
    experiment: str
    remark: str
    why: str
    lines: list[Line]
    shared: Markup
    drawings: list[Drawing]
    columns: int
    listing: Listing | None


def write_page(root: Path, results: Sequence[Result], scale: Scale, lang: str) -> Path:
    """Write `verification.html` and the figures beside it, each whole or not at all; the path of the page."""
    for result in results:
        if result.figure is not None:
            put_files(result.about.id, result.figure.pictures, root / "figures")
    put(root / NAME, render(results, scale, lang).encode())
    return root / NAME


def render(results: Sequence[Result], scale: Scale, lang: str) -> str:
    """The page as one string; equal results give equal bytes."""
    ids = [result.about.id for result in results]
    failed = [result.about.id for result in results if result.fails]
    comma = text(lang, "verification_and")
    words = {name: text(lang, name) for name in WORDS}
    html = _template().render(
        w=lambda name, **values: text(lang, name, **values),
        words=words,
        tag=TAGS[lang],
        setting=text(
            lang, "verification_setting", version=model_version(), scale=scale, count=len(ids), command=_command(ids, scale)
        ),
        broken=text(lang, "verification_broken", count=len(failed), ids=comma.join(failed)) if failed else "",
        some=text(lang, "verification_some", ids=comma.join(ids), total=len(FILES)) if len(ids) < len(FILES) else "",
        quick=text(lang, "verification_quick") if scale == "quick" else "",
        groups=[
            (key, [section(result, lang) for result in results if result.about.must_hold is must])
            for key, must in (("must", True), ("patterns", False))
        ],
        style=(REPORT / "style.css").read_text(encoding="utf-8") + (HERE / "verification.css").read_text(encoding="utf-8"),
    )  # fmt: skip
    return html.replace(FONT_MARK, font_face(html) if lang == "zh" else "", 1)


#: Sentences of the page without gaps.
WORDS: Final = (
    "verification_kicker", "verification_title", "verification_overview", "verification_limits", "verification_skip",
    "verification_contents",
)  # fmt: skip


def section(result: Result, lang: str) -> Section:
    """A check in words."""
    about, card, figure = result.about, result.card, result.figure
    lines = [
        Line(
            f.name[lang], valued(f, lang), interval_of(f), bounds(f),
            text(lang, "verification_yes" if f.holds else "verification_no") if f.bounded else MISSING,
            _sign_of(f, about.must_hold),
        )
        for f in (card.findings if card else ())
    ]  # fmt: skip
    return Section(
        about.id, about.title[lang], text(lang, f"kind_{about.kind}"), text(lang, f"verdict_{result.verdict}"), _sign(result),
        held(result, lang), about.claim[lang], about.source, card.experiment[lang] if card else "",
        card.remark[lang] if card and card.remark else "", result.why[lang] if result.why else "", lines,
        Markup(figure.pictures.shared) if figure else Markup(""), _drawings(figure), min(3, len(figure.titles)) if figure else 0,
        listing(figure.data, lang) if figure else None,
    )  # fmt: skip


def listing(data: pd.DataFrame, lang: str) -> Listing:
    """The table that a figure shows, as far as a page holds it."""
    rows = [[_cell(value) for value in row] for row in data.head(MOST_ROWS).itertuples(index=False)]
    note = text(lang, "verification_first", count=MOST_ROWS, all=len(data)) if len(data) > MOST_ROWS else ""
    return Listing("", [_head(str(name), lang) for name in data.columns], rows, note)


def _head(name: str, lang: str) -> str:
    """A column as readers know it; one that nobody has put into words stands as it is called in the file."""
    return HEADS[name][LANGUAGES.index(lang)] if name in HEADS else name


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else significant(float(value), 4)


def _drawings(figure: Shown | None) -> list[Drawing]:
    if figure is None:
        return []
    # `pictures` escapes all words of a drawing (analysis.figures.sheet).
    return [
        Drawing(title, Markup(svg)) for title, svg in zip(figure.titles, figure.pictures.panels, strict=True)
    ]


def _sign_of(finding: Finding, must_hold: bool) -> str:
    if not finding.bounded:
        return "beside"
    return "holds" if finding.holds else "fails" if must_hold else "absent"


def _sign(result: Result) -> str:
    if result.fails:
        return "fails"
    return {"holds": "holds", "in part": "part", "does not hold": "absent", "not run": "unrun"}[
        result.verdict
    ]


def _command(ids: Sequence[str], scale: Scale) -> str:
    only = f" only=[{','.join(ids)}]" if len(ids) < len(FILES) else ""
    return f"xietong check verification{only} scale={scale}"


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([HERE, REPORT]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("verification.html.j2")
