"""Outputs in the tutorials: `python tests/docs/make_walks.py` runs them and writes what they print where the pages show it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from docs_walks import LANGUAGES, TUTORIALS, environment, page_of, rewritten, run, steps


def write(name: str) -> None:
    """Run a tutorial in both languages, in one folder as the test does, and write its outputs."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        env = environment(folder)
        for language in LANGUAGES:
            page = page_of(name, language)
            text = page.read_text(encoding="utf-8")
            outputs = {
                step.shown: printed
                for step in steps(text)
                for printed in [run(step, folder, env)]
                if step.shown
            }
            page.write_text(rewritten(text, outputs), encoding="utf-8")
            print(f"{page.name}: {len(outputs)} outputs")


if __name__ == "__main__":
    for one in sys.argv[1:] or TUTORIALS:
        write(one)
