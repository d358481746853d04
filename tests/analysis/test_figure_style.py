"""Pictures that readers can tell apart: colours, dashes, contrast, labels that fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import analysis
from analysis.figures.sheet import embedded
from analysis.figures.style import INK, PALETTE, VERDICTS, marks, wrapped

STYLE = (Path(analysis.__file__).parent / "report" / "style.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_twelve_strategies_look_different_and_the_baseline_stands_out() -> None:
    found = marks({f"s{i}": f"S{i}" for i in range(13)}, "s4")
    assert found["s4"].colour == INK
    assert len({(m.colour, m.dash) for m in found.values()}) == 13
    assert len(set(PALETTE)) == len(PALETTE)


@pytest.mark.parametrize("colour", sorted(set(VERDICTS.values())))
def test_verdicts_are_readable_on_white(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("verdict", ["better", "worse"])
def test_words_of_verdicts_are_readable_on_their_tint(verdict: str) -> None:
    ground, word = re.findall(rf"\.v-{verdict} (?:i )?\{{ (?:background|color): (#[0-9a-f]{{6}})", STYLE)
    assert contrast(ground, word) >= 4.5
    soft = re.search(r"--soft: (#[0-9a-f]{6})", STYLE)
    assert soft
    assert contrast(ground, soft.group(1)) >= 4.5


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 10, "short"),
        ("Shanghai: regional party building", 22, "Shanghai: regional\nparty building"),
        ("北京：街乡吹哨、部门报到", 18, "北京：街乡吹\n哨、部门报到"),
        ("unbreakable_name_of_a_strategy", 10, "unbreakable_name_of_a_strategy"),
    ],
)
def test_labels_break_into_two_even_lines(text: str, width: int, expected: str) -> None:
    assert wrapped(text, width) == expected


def test_embedded_drawings_keep_to_themselves() -> None:
    svg = '<?xml?><!DOCTYPE x><svg viewBox="0 0 1 1"><metadata>m</metadata><g id="a"/>'
    svg += '<use xlink:href="#a" clip-path="url(#a)"/></svg>'
    made = embedded(svg, "p1", 'a "title"')
    assert made.startswith('<svg viewBox="0 0 1 1" role="img" aria-label="a &quot;title&quot;">')
    assert '<g id="p1-a"/><use href="#p1-a" clip-path="url(#p1-a)"/></svg>' in made
    assert "metadata" not in made


def colours_of_words() -> list[tuple[str, str, str]]:
    """Each rule that colours words, with its ground: its own, or white."""
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", STYLE))
    found = []
    for selector, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", STYLE):

        def of(key: str, rule: str = rule) -> str | None:
            told = re.search(rf"(?:^|[;\s]){key}: (#[0-9a-f]{{3,6}}|var\(--(\w+)\))", rule)
            if told is None:
                return None
            colour = named[told.group(2)] if told.group(2) else told.group(1)
            return colour if len(colour) > len("#fff") else "#" + "".join(2 * c for c in colour[1:])

        words, ground = of("color"), of("background")
        if words or ground:
            found.append((selector.strip(), words or named["ink"], ground or "#ffffff"))
    return found


def test_words_of_the_page_are_readable_on_every_ground() -> None:
    """WCAG 2 AA for text of any size; soft words stand on every ground of the page."""
    pairs = colours_of_words()
    assert len(pairs) > len(VERDICTS)
    soft = re.search(r"--soft: (#[0-9a-f]{6})", STYLE)
    assert soft
    too_faint = {(s, w, g): contrast(w, g) for s, w, g in pairs if contrast(w, g) < 4.5}
    too_faint |= {
        (s, "soft", g): 0
        for s, _, g in pairs
        if g != INK and s != ".tag" and contrast(soft.group(1), g) < 4.5
    }
    assert too_faint == {}
