"""What every input must end in: exit 0, or 2 or 1 with one line that tells why; no traceback, no hang, no lost file."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from hypothesis import settings

from experiments.cli import main

#: Generous: a report of a small store takes seconds, and the machine may be busy.
SECONDS = 180
#: What an error nobody has foreseen begins with, in both languages.
UNFORESEEN = ("internal failure", "内部错误", "Traceback")

#: A design that leaves every kind of file, and a checkpoint on its way.
WORDS = (
    "compare", "world=classroom", "world.cells=1", "world.households=20", "days=12", "reform_day=4", "strategies=[siloed,wuhan]",
    "replicates=2", "jobs=1", "lang=en",
)  # fmt: skip


class Hung(BaseException):
    """The command went on for longer than any input deserves; no `Exception`, so that no command mistakes it for a fault."""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def cases(share: int) -> range:
    """Numbers of the cases to try: `share` for each example of the profile of Hypothesis, so that one flag sets both."""
    return range(share * settings.default.max_examples)


@contextlib.contextmanager
def patience(seconds: int = SECONDS) -> Iterator[None]:
    """Raise `Hung` after so many seconds."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise Hung(f"still at work after {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def call(words: Sequence[str], entry: Callable[[Sequence[str]], int] = main, seconds: int = SECONDS) -> Ended:
    """Call the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with patience(seconds), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = entry(list(words))
    return Ended(code, out.getvalue(), err.getvalue())


def judge(ended: Ended, told: str) -> None:
    """`told` says how to try the case again."""
    assert ended.code in (0, 1, 2), f"{told}: exit {ended.code}"
    for sign in UNFORESEEN:
        assert sign not in ended.err + ended.out, f"{told}: {ended.err.strip()[:600]}"
    if ended.code:
        lines = [line for line in ended.err.splitlines() if line.startswith("xietong: ")]
        assert len(lines) == 1, f"{told}: {ended.err.strip()[:600] or 'no line'}"
        assert len(lines[0]) > len("xietong: x"), f"{told}: an empty line"


def content(root: Path) -> dict[str, str]:
    """Every file below a folder: its hash, where a link points, or that it is a folder; links are not followed."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            if path.is_symlink():
                state = f"link to {path.readlink()}"
            elif path.is_dir():
                state = "folder"
            else:
                state = hashlib.sha256(path.read_bytes()).hexdigest()
            found[path.relative_to(root).as_posix()] = state
    return found


def unclocked(text: str) -> str:
    """A line without the numbers in it, to count how many kinds of lines there are."""
    return re.sub(r"[0-9]+", "#", text)
