"""Pages that are run: their `sh` and `python` blocks in order, in one folder, each with the output that the page shows for it.

A ```text block that comes next after a block of code is what that code prints on standard output (progress goes to standard error and is not
shown). Commands are the real ones; what they print is compared line by line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TUTORIALS: Final = ("researcher", "policy_team", "educator")
LANGUAGES: Final = ("", ".zh")
_BLOCK: Final = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_PROGRAM: Final = (
    '#!/bin/sh\nexec "{python}" -c "import sys; from experiments.cli import main; sys.exit(main())" "$@"\n'
)


@dataclass(frozen=True)
class Step:
    """A block of code, its line in the page, and where the page shows what it prints (`None` where it shows nothing)."""

    kind: str
    code: str
    line: int
    shown: tuple[int, int] | None


def page_of(name: str, language: str) -> Path:
    """The page of a tutorial in a language."""
    return ROOT / "docs" / "tutorials" / f"{name}{language}.md"


def steps(text: str) -> list[Step]:
    """What a page asks to be run."""
    blocks = list(_BLOCK.finditer(text))
    found = []
    for here, following in zip(blocks, [*blocks[1:], None], strict=True):
        if here["kind"] in ("sh", "python"):
            shows = following is not None and following["kind"] == "text"
            shown = following.span("text") if following is not None and shows else None
            found.append(Step(here["kind"], here["text"], text[: here.start()].count("\n") + 1, shown))
    return found


def environment(folder: Path) -> dict[str, str]:
    """What a reader has: the command on the path, a plain terminal of a hundred columns."""
    programs = folder / ".programs"
    programs.mkdir(exist_ok=True)
    command = programs / "xietong"
    command.write_text(_PROGRAM.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "XIETONG_"))}
    return kept | {
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
    }


def run(step: Step, folder: Path, env: Mapping[str, str]) -> str:
    """What a step prints.

    Raises
    ------
    RuntimeError
        It fails.
    """
    words = ["sh", "-e", "-c", step.code] if step.kind == "sh" else [sys.executable, "-c", step.code]
    done = subprocess.run(
        words, cwd=folder, env=dict(env), capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"line {step.line}: exit code {done.returncode}\n{step.code}\n{done.stderr[-3000:]}"
        )
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def rewritten(text: str, outputs: Mapping[tuple[int, int], str]) -> str:
    """A page with these outputs in place of those that it shows."""
    for (begin, end), output in sorted(outputs.items(), reverse=True):
        text = text[:begin] + output + text[end:]
    return text
