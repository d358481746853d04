"""Slices of work: what a person waits for goes first, a failure reaches only who asked, and a page that does not listen is let go."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from experiments.classroom.bench import ASKED, PLAYED, Bench
from experiments.classroom.limits import Limits
from experiments.classroom.script import Script
from experiments.classroom.session import Session
from experiments.classroom.wire import GoneError


def test_what_is_waited_for_goes_before_what_plays() -> None:
    async def run() -> list[str]:
        bench, done, gate = Bench(1), [], threading.Event()
        bench.open()
        first = asyncio.create_task(bench.run(PLAYED, gate.wait))
        await asyncio.sleep(0.01)
        others = [
            bench.run(PLAYED, lambda: done.append("played")),
            bench.run(PLAYED, lambda: done.append("played")),
            bench.run(ASKED, lambda: done.append("asked")),
        ]
        waiting = [asyncio.create_task(one) for one in others]
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(first, *waiting)
        await bench.close()
        return done

    assert asyncio.run(run()) == ["asked", "played", "played"]


def test_a_failure_reaches_who_asked_and_the_bench_goes_on() -> None:
    async def run() -> int:
        bench = Bench(1)
        bench.open()
        with pytest.raises(ZeroDivisionError):
            await bench.run(ASKED, lambda: 1 // 0)
        abandoned = asyncio.create_task(bench.run(PLAYED, lambda: 1))
        abandoned.cancel()
        found = await bench.run(PLAYED, lambda: 7)
        await bench.close()
        return found

    assert asyncio.run(run()) == 7


class Deaf:
    """A page that sends and never takes anything in."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        self.closed: tuple[int, str] | None = None

    async def receive(self) -> str:
        if not self.messages:
            await asyncio.sleep(3600)
        await asyncio.sleep(0)
        return self.messages.pop(0)

    async def send(self, content: Any) -> None:
        await asyncio.sleep(3600)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


def live(wire: Any, limits: Limits) -> Session:
    async def run() -> Session:
        bench = Bench(1)
        bench.open()
        session = Session(wire, bench, limits, lambda session, script: None)
        await asyncio.wait_for(session.live({"type": "welcome"}), 60)
        await bench.close()
        return session

    return asyncio.run(run())


def test_a_page_that_does_not_listen_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.classroom.session.LAST_WORDS", 0.05)
    begin = json.dumps({"type": "begin", "script": Script(days=20, reform_day=2).model_dump(mode="json")})
    deaf = Deaf([begin, *['{"type":"cell","cell":0}'] * 12])
    session = live(deaf, Limits(answers=8))
    assert len(session.answers) == 8
    assert deaf.messages == [] or len(deaf.messages) < 12


class Gone(Deaf):
    """A page that leaves at once."""

    async def receive(self) -> str:
        raise GoneError

    async def send(self, content: Any) -> None:
        return


def test_a_page_that_leaves_ends_its_session_quietly() -> None:
    gone = Gone([])
    live(gone, Limits())
    assert gone.closed is None
