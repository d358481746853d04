"""What the user sees while runs are lived: a bar in a terminal, a plain line at start and end elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from experiments.texts import text
from sim.kernels import compiled_before


class Progress:
    """Counts runs; a share of the run in hand moves the bar between two counts."""

    def __init__(self, total: int, kept: int, lang: str) -> None:
        self.total, self.kept, self.lang = total, kept, lang
        self.done = self.failed = 0
        self._shares: dict[str, float] = {}
        self._bar: Any = None

    def day(self, run_id: str, share: float) -> None:
        """A run has reached this share of its days."""
        self._shares[run_id] = share
        self.draw()

    def count(self, done: int, failed: int, running: int = 0) -> None:
        """So many runs are finished and failed; nothing else of them is in hand."""
        self.done, self.failed = done, failed
        self._shares.clear()
        self.draw()

    def draw(self) -> None:
        """Bring the bar up to date."""
        if self._bar:
            bar, task = self._bar
            moved = min(self.total, self.done + self.failed + sum(self._shares.values()))
            bar.update(
                task,
                completed=moved,
                done=self.done,
                failed=self.failed,
                left=self.total - self.done - self.failed,
            )

    @contextmanager
    def showing(self) -> Iterator[Progress]:
        """Show the progress while the block runs."""
        if self.total and not compiled_before():
            say(text(self.lang, "progress_compiling"))
        if self.total == 0:
            say(text(self.lang, "progress_nothing", kept=self.kept))
            yield self
        elif sys.stderr.isatty():
            with _bar(self.lang) as bar:
                self._bar = bar, bar.add_task("", total=self.total, done=0, failed=0, left=self.total)
                yield self
                self.draw()
        else:
            start = time.perf_counter()
            say(text(self.lang, "progress_start", total=self.total, kept=self.kept))
            yield self
            seconds = f"{time.perf_counter() - start:.1f}"
            say(text(self.lang, "progress_end", done=self.done, failed=self.failed, seconds=seconds))


def say(line: str) -> None:
    """One line on stderr."""
    print(line, file=sys.stderr, flush=True)


def _bar(lang: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text(text(lang, "progress_rate", rate=f"{60 * task.speed:.1f}") if task.speed else "")

    return Bar(
        BarColumn(), TextColumn(text(lang, "progress_counts")), Rate(), TimeElapsedColumn(),
        TextColumn(text(lang, "progress_left")), TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
