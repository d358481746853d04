"""Trying the checks: each in a process of its own accord, told as it ends; an error in one is told on its page and ends no other."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context

from analysis.figures.sheet import Panel, Sheet, pictures
from experiments.nursery import METHOD, interrupts_kept_here, open_nursery
from experiments.verification.records import About, Examined, NotRunError, Result, Scale, Shown
from experiments.verification.registry import check, started_in
from sim.processes import without_main

#: Told of each check that ends: its result and the seconds that it took.
Told = Callable[[Result, float], None]


def run(ids: Sequence[str], scale: Scale, lang: str, jobs: int, told: Told) -> list[Result]:
    """Try the checks in up to `jobs` processes; the results in the order of `ids`, whichever ended first."""
    found: dict[str, Result] = {}
    order = started_in(tuple(ids))
    if min(jobs, len(order)) < 2:
        for identity in order:
            found[identity], seconds = tried(identity, scale, lang)
            told(found[identity], seconds)
    else:
        with _pool(min(jobs, len(order))) as pool:
            waiting = {pool.submit(tried, identity, scale, lang) for identity in order}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for result, seconds in _results(done):
                    found[result.about.id] = result
                    told(result, seconds)
    return [found[identity] for identity in ids]


def tried(identity: str, scale: Scale, lang: str) -> tuple[Result, float]:
    """One check, tried and drawn, and the seconds that it took."""
    started = time.perf_counter()
    one = check(identity)
    result = judged(one.ABOUT, one.examine, scale, lang)
    return result, time.perf_counter() - started


def judged(about: About, examine: Callable[[Scale], Examined], scale: Scale, lang: str) -> Result:
    """What a check found; an error that ended it is told as such, and fails the verification."""
    try:
        found = examine(scale)
        if found.card.id != about.id:
            raise ValueError(f"the card of {about.id} is called {found.card.id}")
        return Result(about, found.card, drawn(found, lang))
    except NotRunError as reason:
        return Result(about, None, why=reason.why)
    except Exception as error:
        told = " ".join(f"{type(error).__name__}: {error}".split())
        return Result(
            about, None, why={"en": f"ended by an error: {told}", "zh": f"因错误中止：{told}"}, broken=True
        )


def drawn(found: Examined, lang: str) -> Shown | None:
    """The figure of a check, drawn in a language."""
    if not found.panels or found.data is None:
        return None
    titles = tuple(picture.title[lang] for picture in found.panels)
    panels = tuple(
        Panel(picture.title[lang], picture.alt[lang], lambda ax, draw=picture.draw: draw(ax, lang))  # type: ignore[misc]
        for picture in found.panels
    )
    sheet = Sheet(found.card.id, panels, found.data, columns=min(3, len(panels)))
    return Shown(titles, pictures(sheet), found.data)


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that have the model at hand; Ctrl-C ends what is not begun and waits for none of it."""
    with without_main():
        open_nursery()
        with interrupts_kept_here():
            pool = ProcessPoolExecutor(jobs, get_context(METHOD), _ignore_interrupts)
    try:
        with without_main():
            yield pool
    except BaseException:
        for process in list(getattr(pool, "_processes", {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _results(done: set[Future[tuple[Result, float]]]) -> list[tuple[Result, float]]:
    return sorted((future.result() for future in done), key=lambda pair: pair[0].about.id)
