"""Drawing sheets in two processes: a helper begins with the first sheet, and whoever is free takes the next one.

Drawing is the larger half of a report. The helper draws while this process reads and compares; what is then left both share. Who draws
a sheet changes none of its bytes. Where there is one processor, or no process can be started, all are drawn here.
"""

from __future__ import annotations

import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import current_process
from typing import TYPE_CHECKING

from sim.processes import processors, without_main

if TYPE_CHECKING:
    from analysis.figures.sheet import Pictures, Sheet


class Easel:
    """Sheets that are taken to be drawn; `pictures` draws the rest and hands all out. The helper lives as long as the `with` block."""

    def __init__(self, helped: bool | None = None) -> None:
        # A process that must not outlive its own parent may start none.
        free = processors() > 1 and not current_process().daemon
        self._helped = free if helped is None else helped
        self._helper: ProcessPoolExecutor | None = None
        self._sheets: list[tuple[Sheet, Future[Pictures] | None]] = []

    def __enter__(self) -> Easel:
        if self._helped:
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._helper is not None:
            self._helper.shutdown(cancel_futures=True)

    def take(self, sheet: Sheet) -> None:
        """Have a sheet drawn; returns at once."""
        self._sheets.append((sheet, self._sent(sheet)))

    def pictures(self) -> dict[str, Pictures]:
        """All sheets that were taken, drawn, by their names."""
        from analysis.figures import sheet as drawing

        drawn: dict[str, Pictures] = {}
        # From the last one on: the helper began with the first.
        for sheet, sent in reversed(self._sheets):
            if sent is None or sent.cancel():
                drawn[sheet.name] = drawing.pictures(sheet)
        for sheet, sent in self._sheets:
            if sheet.name not in drawn and sent is not None:
                drawn[sheet.name] = _fetched(sent) or drawing.pictures(sheet)
        return {sheet.name: drawn[sheet.name] for sheet, _ in self._sheets}

    def _start(self) -> None:
        """Start the helper, which gets ready to draw at once."""
        from multiprocessing import get_context

        try:
            with without_main():
                self._helper = ProcessPoolExecutor(1, get_context("spawn"), _ignore_interrupts)
                self._helper.submit(_get_ready)
        except OSError:
            self._helper = None

    def _sent(self, sheet: Sheet) -> Future[Pictures] | None:
        """The sheet with the helper, None where there is none."""
        if self._helper is None or sheet.recipe is None:
            return None
        try:
            return self._helper.submit(_draw, sheet)
        except BrokenProcessPool:
            return None


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _get_ready() -> None:
    """Load what drawing needs, and the fonts."""
    from matplotlib.backends import backend_agg, backend_svg  # noqa: F401

    from analysis.figures import sheet  # noqa: F401
    from analysis.figures.fonts import families

    families()


def _draw(sheet: Sheet) -> Pictures:
    from analysis.figures.sheet import pictures

    return pictures(sheet)


def _fetched(sent: Future[Pictures]) -> Pictures | None:
    """What the helper has drawn; None where it was ended from outside before."""
    try:
        return sent.result()
    except BrokenProcessPool:
        return None
