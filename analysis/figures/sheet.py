"""A sheet of panels, its files and its inline form."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec

import pandas as pd

from analysis.figures.style import GREY, PANEL, Mark, house, wrapped
from analysis.files import put

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

Draw = Callable[["Axes"], None]
#: Nothing of the clock or of the program that wrote a file.
PLAIN_SVG = {"Date": None, "Creator": None, "Format": None, "Type": None}
POINTS: Final = 72.0  # of an inch, the unit of an svg
MARGIN: Final = 2.0
#: Letters of a title that an inch of a panel holds.
LETTERS: Final = 11.0
#: Inches of a colour scale that stands alone.
SCALE: Final = (4.2, 0.68)
P = ParamSpec("P")
PLAIN: Mapping[str, dict[str, None]] = {"svg": PLAIN_SVG, "png": {"Software": None}}
#: A twentieth larger, in half the time.
FAST: Mapping[str, Any] = {"png": {"pil_kwargs": {"compress_level": 3}}}


@dataclass(frozen=True)
class Panel:
    """One drawing with its title and what a reader who cannot see it is told; `size` in inches."""

    title: str
    alt: str
    draw: Draw
    size: tuple[float, float] = PANEL


@dataclass(frozen=True)
class Scale:
    """A colour scale from `low` to `high` in the unit that `label` names; cividis reads alike for colour-blind readers.

    `alt` is what a reader is told who cannot see it.
    """

    low: float
    high: float
    label: str
    alt: str
    colours: str = "cividis"


@dataclass(frozen=True)
class Sheet:
    """Panels that belong together and the tidy table that they show; `legend` and `scale` stand once below all panels.

    `lines` says whether the legend shows lines or markers. `recipe` is the function that made it (see `portable`) and what it was given.
    """

    name: str
    panels: tuple[Panel, ...]
    data: pd.DataFrame
    legend: tuple[Mark, ...] = ()
    lines: bool = True
    columns: int = 3
    scale: Scale | None = None
    recipe: tuple[Callable[..., Sheet], tuple[Any, ...]] | None = field(
        default=None, compare=False, repr=False
    )

    def __reduce__(self) -> Any:
        """Drawing functions cannot be sent to another process; what a sheet is made from can."""
        if self.recipe is None:
            raise TypeError(f"the sheet {self.name} knows no recipe to be made from again")
        return self.recipe


def portable(make: Callable[P, Sheet]) -> Callable[P, Sheet]:
    """Sheets of `make`, a function of a module, remember how they were made, so that another process can make them again."""

    @wraps(make)
    def made(*given: P.args, **named: P.kwargs) -> Sheet:
        return replace(make(*given, **named), recipe=(partial(made, **named), given))

    return made


class Pictures(NamedTuple):
    """A sheet drawn once: the content of its files by kind, and its panels as `<svg>` elements for an html page.

    `shared` holds the outlines that the panels refer to; it must stand on the same page, before them. `scale` is the colour scale, empty
    where a sheet has none.
    """

    files: Mapping[str, bytes]
    panels: tuple[str, ...]
    shared: str
    scale: str = ""


def write(sheet: Sheet, folder: Path) -> None:
    """Write `<name>.svg`, `<name>.png` and `<name>.csv`, each whole or not at all."""
    put_files(sheet.name, pictures(sheet), folder)


def put_files(name: str, drawn: Pictures, folder: Path) -> None:
    """Write the files of a sheet that is drawn already."""
    for kind, content in drawn.files.items():
        put(folder / f"{name}.{kind}", content)


def pictures(sheet: Sheet) -> Pictures:
    """Lay a sheet out and draw it once for each kind of file; its panels are cut out of the svg, without their titles."""
    files = {}
    with house():
        figure = composed(sheet)
        axes = figure.axes[: len(sheet.panels)]
        engine = figure.get_layout_engine()
        assert engine is not None
        engine.execute(figure)
        # Any engine, even one that does nothing, would have each file drawn twice.
        figure.set_layout_engine(None)
        frames = _frames(figure, axes)
        for kind, metadata in PLAIN.items():
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, metadata=metadata, **FAST.get(kind, {}))
            files[kind] = buffer.getvalue()
        scale = _scale(sheet.scale, f"{sheet.name}s") if sheet.scale else ""
    files["csv"] = sheet.data.to_csv(index=False, lineterminator="\n").encode()
    return Pictures(files, *_cut(sheet, files["svg"].decode(), frames), scale)


def _frames(figure: Figure, axes: list[Axes]) -> list[str]:
    """The part of a figure that each panel takes without its title, as the viewBox of an svg.

    All are equally wide, so that letters are equally large on a page.
    """
    boxes = []
    for ax in axes:
        title = ax.get_title(loc="left")
        # A box without its title: the page has that in words above the drawing.
        ax.set_title("", loc="left")
        box = ax.get_tightbbox()
        ax.set_title(title, loc="left")
        assert box is not None
        boxes.append(box)
    scale = POINTS / figure.dpi
    width = max(box.width for box in boxes) * scale + 2 * MARGIN
    whole = figure.get_figheight() * POINTS
    corners = [
        (box.x0 * scale - MARGIN, whole - box.y1 * scale - MARGIN, box.height * scale + 2 * MARGIN)
        for box in boxes
    ]
    return [f'viewBox="{x:.1f} {y:.1f} {width:.1f} {height:.1f}"' for x, y, height in corners]


def _cut(sheet: Sheet, svg: str, frames: list[str]) -> tuple[tuple[str, ...], str]:
    """The groups of the panels as elements of their own, and what they share as one that takes no room."""
    defined = "".join(re.findall(r"<defs>(.*?)</defs>", svg, re.DOTALL))
    bare = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    cut = []
    for i, (panel, frame) in enumerate(zip(sheet.panels, frames, strict=True)):
        drawing = _group(bare, f"panel{i}")
        title = _group(drawing, f"title{i}")
        drawing = drawing.replace(title, "") if title else drawing
        cut.append(
            embedded(
                f"<svg {frame}>{drawing}</svg>", sheet.name, f"{panel.title}. {panel.alt}".replace("\n", " ")
            )
        )
    hidden = _apart(f"<defs>{defined}</defs>", sheet.name)
    return tuple(cut), f'<svg class="shared" width="0" height="0" aria-hidden="true">{hidden}</svg>'


def _group(svg: str, name: str) -> str:
    """The group of a name, up to the end tag that is indented as its start; empty where there is none."""
    found = re.search(rf'^( *)<g id="{name}">\n.*?^\1</g>\n', svg, re.DOTALL | re.MULTILINE)
    return found.group(0) if found else ""


def composed(sheet: Sheet) -> Figure:
    """All panels of a sheet in one figure, row by row, with the legend below."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(sheet.columns, len(sheet.panels))
    rows = -(-len(sheet.panels) // columns)
    width, height = (max(p.size[i] for p in sheet.panels) for i in (0, 1))
    lines = -(-len(sheet.legend) // columns)
    below = (0.22 * lines + 0.15 if lines else 0) + (0.75 if sheet.scale else 0)
    figure = Figure(figsize=(width * columns, height * rows + below), layout="constrained")
    FigureCanvasAgg(figure)  # keeps its renderer: without one, each question for a size makes another
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes[len(sheet.panels) :]:
        ax.set_axis_off()
    for i, (panel, ax) in enumerate(zip(sheet.panels, axes, strict=False)):
        panel.draw(ax)
        ax.set_gid(f"panel{i}")
        ax.set_title(wrapped(panel.title, int(LETTERS * panel.size[0])), gid=f"title{i}")
    if sheet.scale:
        colour_bar(sheet.scale, figure=figure, ax=list(axes))
    if sheet.legend:
        handles = [_handle(mark, sheet.lines) for mark in sheet.legend]
        figure.legend(handles=handles, loc="outside lower left", ncols=columns)
    return figure


def _handle(mark: Mark, line: bool) -> Line2D:
    """One entry of a legend."""
    from matplotlib.lines import Line2D

    if line:
        return Line2D([], [], color=mark.colour, linestyle=mark.dash, linewidth=mark.width, label=mark.label)
    return Line2D(
        [], [], color=mark.colour, linestyle="none", marker=mark.marker, markersize=6, label=mark.label
    )


def colour_bar(
    scale: Scale, cax: Axes | None = None, figure: Figure | None = None, ax: list[Axes] | None = None
) -> None:
    """Draw a colour scale into `cax`, or below the panels `ax` of `figure`."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.ticker import MaxNLocator

    whole = cax.figure if cax is not None else figure
    assert whole is not None
    source = ScalarMappable(Normalize(scale.low, scale.high), scale.colours)
    size: dict[str, Any] = {} if cax is not None else {"aspect": 40, "shrink": 0.6}
    bar = whole.colorbar(source, cax=cax, ax=ax, orientation="horizontal", ticks=MaxNLocator(5), **size)
    bar.outline.set_edgecolor(GREY)
    bar.set_label(scale.label)


def _scale(scale: Scale, prefix: str) -> str:
    """A colour scale as an `<svg>` element of its own."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SCALE, layout="constrained")
    colour_bar(scale, cax=figure.subplots())
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=PLAIN_SVG)
    return embedded(buffer.getvalue(), prefix, scale.alt)


def embedded(svg: str, prefix: str, alt: str) -> str:
    """An svg document as an element: scaled to its box, its ids prefixed, with `alt` as its name for screen readers."""
    body = svg[svg.index("<svg") :]
    box = re.search(r'viewBox="[^"]*"', body)
    inner = _apart(body[body.index(">") + 1 :], prefix)
    return f'<svg {box.group(0) if box else ""} role="img" aria-label="{escape(alt, quote=True)}">{inner}'


def _apart(svg: str, prefix: str) -> str:
    """Drawing commands without metadata and comments, their ids told apart from those of other drawings."""
    inner = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    inner = inner.replace("xlink:href", "href")
    inner = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", inner)
    return re.sub(r"\s*\n\s*", "\n", inner).rstrip()
