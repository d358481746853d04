"""The house style: colours that colour-blind readers can tell apart, thin axes, text large enough on a telephone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.figures.fonts import families

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GREY, FAINT, PAPER = "#1b1f24", "#5b6570", "#d5dae0", "#ffffff"
#: Okabe & Ito (2008) without its yellow, which is too light for lines on white, and two more that stay apart from them for
#: colour-blind readers; the baseline is drawn in ink. Dash and marker change with the colour: none carries meaning alone.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4400CC", "#6B4A12")
DASHES = ((0, (6, 1.2)), "solid", (0, (2.2, 1.1)), (0, (6, 1.2, 1.4, 1.2)), (0, (1.1, 1.1)))
MARKERS = "os^Dvph<>Xd*P"
#: Colours of verdicts. The words stand beside them: no meaning is carried by colour alone.
VERDICTS = {
    "better": "#0072B2", "worse": "#B84A00", "higher": INK, "lower": INK, "undecided": GREY, "equal": GREY,
    "single": GREY, "none": GREY,
}  # fmt: skip
#: Width of one panel in inches; a page shows it at about 360 px on a telephone, so that 9 pt are 11 px, and larger on a desk.
PANEL = (4.0, 2.9)
#: Characters from here on are twice as wide as Latin letters.
FIRST_WIDE = 0x2E7F


@dataclass(frozen=True)
class Mark:
    """How one strategy is drawn everywhere: colour, dash pattern, marker, label."""

    colour: str
    dash: Any
    marker: str
    label: str
    width: float = 1.5


def marks(labels: Mapping[str, str], baseline: str) -> dict[str, Mark]:
    """A mark for each strategy in the order of `labels`; the baseline in ink and bolder."""
    chosen: dict[str, Mark] = {}
    others = [name for name in labels if name != baseline]
    for i, name in enumerate(others):
        colour, dash, marker = PALETTE[i % len(PALETTE)], DASHES[i % len(DASHES)], MARKERS[i % len(MARKERS)]
        chosen[name] = Mark(colour, dash, marker, labels[name])
    return {name: chosen.get(name, Mark(INK, "solid", "o", label, 2.1)) for name, label in labels.items()}


@contextmanager
def house() -> Iterator[None]:
    """Draw and save inside this block: the style holds here and nowhere else."""
    import matplotlib

    settings: dict[Any, Any] = {
        "font.family": list(families()), "font.size": 10.5, "axes.titlesize": 11, "axes.labelsize": 10.5, "legend.fontsize": 10,
        "xtick.labelsize": 10, "ytick.labelsize": 10, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY,
        "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.linewidth": 0.7,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titlelocation": "left", "axes.titley": 1.0, "axes.unicode_minus": True,
        "legend.frameon": False, "figure.facecolor": PAPER, "savefig.facecolor": PAPER, "savefig.dpi": 150,
        "svg.fonttype": "path", "svg.hashsalt": "xietong", "text.parse_math": False, "axes.formatter.use_mathtext": False,
        "axes.formatter.useoffset": False,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield


def quiet(ax: Axes, axis: Literal["both", "x", "y"] = "y") -> None:
    """Faint grid lines along one axis, behind the data."""
    ax.grid(axis=axis, color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)


def logarithmic(ax: Axes, axis: Literal["x", "y"]) -> None:
    """A logarithmic axis whose ticks are plain numbers: the house style parses no mathematics."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    (ax.set_xscale if axis == "x" else ax.set_yscale)("log")
    side = ax.xaxis if axis == "x" else ax.yaxis
    side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    side.set_minor_formatter(NullFormatter())


def wrapped(text: str, width: int) -> str:
    """`text` on one line, or on two of about equal length when it is longer than `width` Latin letters.

    A Chinese character counts as two; a line breaks at a space or between Chinese characters, never before punctuation.
    """
    total = _size(text)
    places = [i for i in range(1, len(text)) if _may_break(text, i)]
    if total <= width or not places:
        return text
    middle = min(places, key=lambda i: abs(_size(text[:i]) - total / 2))
    return f"{text[:middle].rstrip()}\n{text[middle:].lstrip()}"


def _size(text: str) -> int:
    return sum(2 if _wide(c) else 1 for c in text)


def _wide(c: str) -> bool:
    return ord(c) > FIRST_WIDE


def _may_break(text: str, i: int) -> bool:
    """Whether a line may end before character `i`."""
    return text[i - 1] == " " or (
        (_wide(text[i]) or _wide(text[i - 1])) and text[i] not in "，。、：；）」’” "
    )
