"""Every link of the documents leads somewhere, and what is promised in Chinese is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+(?:\([^()\s]*\))?[^()\s]*)\)")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def named(path: Path) -> str:
    """A page as it is told in messages."""
    return path.relative_to(ROOT).as_posix()


def links(page: Path) -> list[str]:
    """Targets of a page's links, code left out."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return _LINK.findall(re.sub(r"`[^`\n]*`", "code", text))


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings as forges make them: lower case, marks dropped, spaces to hyphens, repeats numbered."""
    found: set[str] = set()
    for heading in re.findall(
        r"^#+ +(.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE
    ):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number, numbered = 0, slug
        while numbered in found:
            number += 1
            numbered = f"{slug}-{number}"
        found.add(numbered)
    return found


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{named(page)}: {link} leads to nothing"
        assert path.is_relative_to(ROOT), f"{named(page)}: {link} leads out of the project"
        if anchor:
            assert anchor in anchors(path), (
                f"{named(page)}: {link}: no such heading; there are {sorted(anchors(path))}"
            )


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_pages_in_two_languages_name_each_other(page: Path) -> None:
    other = (
        page.with_name(page.name.replace(".zh.md", ".md"))
        if page.name.endswith(".zh.md")
        else page.with_suffix(".zh.md")
    )
    if not other.exists():
        assert not page.name.endswith(".zh.md"), f"{named(page)}: there is no English page"
        assert other.name not in links(page), f"{named(page)} promises {other.name}"
    elif page.parent.name not in ("patterns",) and "lessons" not in page.name:
        assert other.name in links(page), f"{named(page)} does not name {other.name}"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_page_of_a_language_is_indexed(name: str) -> None:
    """The index of docs names each page of its language; single pattern cards and tables have indexes of their own."""
    index = ROOT / "docs" / name
    chinese = name.endswith(".zh.md")
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    wanted = {
        page for page in PAGES
        if page.is_relative_to(index.parent) and page.parent.name != "patterns" and page.name.endswith(".zh.md") == chinese and page != index
    }  # fmt: skip
    assert wanted <= listed, f"{name} leaves out {sorted(named(page) for page in wanted - listed)}"
