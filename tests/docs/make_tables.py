"""Tables of the docs, written from the declarations: `python tests/docs/make_tables.py`.

Pages in docs/tables are written whole; in the pages of `HOMES` a block stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`.
Neither is edited by hand: a test fails as soon as code and page differ.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from docs_blocks import BLOCKS
from docs_tables import TABLES

DOCS: Final = Path(__file__).parents[2] / "docs"
LANGUAGES: Final = {"en": "", "zh": ".zh"}
#: Pages that hold blocks.
HOMES: Final = ("odd", "limits")
_BLOCK = re.compile(r"<!-- begin: (?P<name>[\w ]+) -->\n.*?<!-- end: (?P=name) -->", re.DOTALL)


def pages() -> dict[Path, str]:
    """What each page with generated parts ought to say."""
    wanted = {
        DOCS / "tables" / f"{name}{ending}.md": write(lang)
        for name, write in TABLES.items()
        for lang, ending in LANGUAGES.items()
    }
    for home in HOMES:
        for lang, ending in LANGUAGES.items():
            path = DOCS / f"{home}{ending}.md"
            wanted[path] = filled(path.read_text(encoding="utf-8"), lang)
    return wanted


def filled(page: str, lang: str) -> str:
    """A page with its blocks as the code has them; an unknown block is a KeyError."""

    def block(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- begin: {name} -->\n{BLOCKS[name](lang)}\n<!-- end: {name} -->"

    return _BLOCK.sub(block, page)


def stale(wanted: dict[Path, str]) -> list[str]:
    """Names of pages that differ from what they ought to say."""
    return [
        path.name
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> None:
    """Write what differs."""
    wanted = pages()
    names = stale(wanted)
    for path, text in wanted.items():
        if path.name in names:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print("written: " + (", ".join(names) or "nothing, all pages stand as the code has them"))


if __name__ == "__main__":
    main()
