"""One visitor: listens, computes in slices, and sends the newest picture. Nothing that happens here reaches another session.

Three tasks: one judges what comes in, one obeys and plays, one sends. A picture that was not sent yet is replaced by a newer one.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from experiments.classroom.bench import ASKED, PLAYED, Bench
from experiments.classroom.limits import Allowance, Limits
from experiments.classroom.messages import (
    Begin,
    DoseChange,
    Go,
    Look,
    Message,
    Pause,
    Play,
    Question,
    TakeBack,
    parsed,
)
from experiments.classroom.pair import Pair
from experiments.classroom.questions import answered
from experiments.classroom.refusals import RefusedError, refused
from experiments.classroom.script import Script, judged
from experiments.classroom.welcome import scene
from experiments.classroom.wire import AGAINST_RULES, IDLE, EndedError, GoneError, Wire
from experiments.texts import LANGUAGES
from sim.errors import ConfigError
from sim.scenario import World

#: Why a session is ended whose page takes nothing in, and seconds for the last words.
SLOW: Final = "slow"
LAST_WORDS: Final = 2.0
#: Most messages that wait to be obeyed.
WAITING: Final = 64
#: Days that playing may catch up at once when the server was busy.
CATCH_UP: Final = 4


class Session:
    """What one page sees and does, from greeting to end."""

    def __init__(
        self,
        wire: Wire,
        bench: Bench,
        limits: Limits,
        admit: Callable[[Session, Script], None],
        own: World | None = None,
    ) -> None:
        self.own = own
        self.wire, self.bench, self.limits, self.admit = wire, bench, limits, admit
        self.pair: Pair | None = None
        self.inbox: deque[Message] = deque()
        self.arrived, self.news = asyncio.Event(), asyncio.Event()
        self.answers: deque[str] = deque()
        #: The newest picture, and up to which day the page has the courses of outcomes once it is sent.
        self.picture: tuple[bytes, int] | None = None
        self.sent = 0
        self.speed: int | None = None
        self.goal: int | None = None
        self.unsettled = False
        self.due = 0.0
        self.refused = 0

    async def live(self, greeting: dict[str, Any]) -> None:
        """Greet, and go on until the page leaves or the session is ended."""
        self.answer(greeting)
        tasks = [asyncio.create_task(work()) for work in (self._listen, self._drive, self._send)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # Not `gather`: it would lose why this task itself is cancelled.
            await asyncio.wait(tasks)
        ends = [task.exception() for task in tasks if not task.cancelled()]
        # A failure goes before the end of a session, and that the page has left is no news.
        for end in sorted(ends, key=lambda one: isinstance(one, EndedError)):
            if isinstance(end, EndedError):
                await self._end(end)
                return
            if end is not None and not isinstance(end, GoneError):
                raise end

    async def _end(self, end: EndedError) -> None:
        """Say the last words and close; a page that does not listen is not waited for."""
        words = [*self.answers, json.dumps({"type": "ended", "reason": end.reason})]
        try:
            async with asyncio.timeout(LAST_WORDS):
                for word in words if end.reason != SLOW else words[-1:]:
                    await self.wire.send(word)
                await self.wire.close(end.code, end.reason)
        except (GoneError, TimeoutError):
            return

    def answer(self, content: dict[str, Any]) -> None:
        """Send something that must not be left out."""
        if len(self.answers) >= self.limits.answers:
            raise EndedError(AGAINST_RULES, SLOW)
        self.answers.append(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
        self.news.set()

    # ---- what comes in -------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        allowance = Allowance(self.limits.rate, self.limits.burst, time.monotonic())
        while True:
            try:
                raw = await asyncio.wait_for(self.wire.receive(), self.limits.idle_seconds)
            except TimeoutError:
                raise EndedError(IDLE, "idle") from None
            try:
                if not allowance.take(time.monotonic()):
                    raise refused("too_many", rate=f"{self.limits.rate:g}")
                if not isinstance(raw, str):
                    raise refused("no_text")
                if len(raw.encode("utf-8", "surrogatepass")) > self.limits.message_bytes:
                    raise refused("long", most=self.limits.message_bytes)
                self._queue(parsed(raw))
            except RefusedError as refusal:
                self._refuse(refusal)

    def _queue(self, message: Message) -> None:
        """Let a message wait for its turn; where a slider is dragged, only its last place counts."""
        if self.inbox and _supersedes(message, self.inbox[-1]):
            self.inbox[-1] = message
        elif len(self.inbox) >= WAITING:
            raise refused("busy")
        else:
            self.inbox.append(message)
        self.arrived.set()

    def _refuse(self, refusal: ConfigError) -> None:
        self.refused += 1
        if self.refused > self.limits.refusals:
            raise EndedError(AGAINST_RULES, "refusals")
        reason = {lang: " ".join(refusal.told[lang].split()) for lang in LANGUAGES}
        self.answer({"type": "refused", "reason": reason})

    # ---- what goes out -------------------------------------------------------------------------------------------------

    async def _send(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            while self.answers:
                await self.wire.send(self.answers.popleft())
            if self.picture is not None:
                (raw, self.sent), self.picture = self.picture, None
                await self.wire.send(raw)
                await asyncio.sleep(1.0 / self.limits.frames_per_second)

    async def _show(self, urgency: int, work: Callable[[Pair], Any]) -> Any:
        """Do some work on the pair in a thread and show what it comes to; the result of the work."""
        pair, since = self._pair(), self.sent
        playing = self.speed is not None

        def worked() -> tuple[Any, bytes, int]:
            result = work(pair)
            return result, pair.frame(since, playing), pair.known

        result, raw, known = await self.bench.run(urgency, worked)
        # Courses that a change has made invalid must be sent again from there.
        self.sent = min(self.sent, known)
        self.picture = (raw, known)
        self.news.set()
        return result

    def _pair(self) -> Pair:
        if self.pair is None:
            raise refused("begin_first")
        return self.pair

    # ---- obeying and playing -------------------------------------------------------------------------------------------

    async def _drive(self) -> None:
        while True:
            message = await self._next()
            try:
                await (self._move() if message is None else self._obey(message))
            except ConfigError as refusal:
                self._refuse(refusal)

    async def _next(self) -> Message | None:
        """The message whose turn it is; None when it is time to play on, or to come to rest."""
        while not self.inbox:
            self.arrived.clear()
            at_once = self.goal is not None or (self.speed is None and self.unsettled)
            wait = 0.0 if at_once else None if self.speed is None else max(0.0, self.due - time.monotonic())
            if wait == 0.0:
                return None
            try:
                await asyncio.wait_for(self.arrived.wait(), wait)
            except TimeoutError:
                return None
        return self.inbox.popleft()

    async def _move(self) -> None:
        pair, seconds = self._pair(), self.limits.slice_seconds
        if self.goal is not None:
            goal = self.goal
            if await self._show(PLAYED, lambda p: p.towards(goal, seconds)):
                self.goal, self.unsettled = None, True
        elif self.speed is not None:
            await self._play(pair, self.speed)
        elif self.unsettled:
            self.unsettled = not await self._show(PLAYED, lambda p: p.settle(seconds))

    async def _play(self, pair: Pair, speed: int) -> None:
        now, seconds = time.monotonic(), self.limits.slice_seconds
        if pair.day >= pair.script.days:
            self._rest()
            await self._show(PLAYED, lambda p: None)
            return
        late = int((now - self.due) * speed) if speed else pair.script.days
        ahead = 1 + min(CATCH_UP if speed else late, max(0, late))
        self.due = max(now, self.due + ahead / speed) if speed else now
        await self._show(PLAYED, lambda p: p.towards(p.day + ahead, seconds))

    def _rest(self) -> None:
        self.speed, self.goal, self.unsettled = None, None, True

    async def _obey(self, message: Message) -> None:
        match message:
            case Begin():
                await self._begin(message)
            case Play():
                self._pair()
                self.speed, self.goal, self.due = message.speed, None, time.monotonic()
            case Pause():
                self._pair()
                self._rest()
            case Go():
                self.speed, self.unsettled = None, False
                there = await self._show(ASKED, lambda p: p.towards(message.day, self.limits.slice_seconds))
                self.goal, self.unsettled = (None, True) if there else (message.day, False)
            case DoseChange():
                await self._rewrite(lambda p: p.change(message.side, message.mechanism, message.dose))
            case TakeBack():
                await self._rewrite(lambda p: p.take_back(message.number))
            case Look():
                await self._settle()
                await self._show(ASKED, lambda p: p.look(message.community))
            case _:
                await self._tell(message)

    async def _begin(self, message: Begin) -> None:
        script = judged(message.script, self.own)
        self.admit(self, script)
        # The old towns go before the new ones come: never more than one share at a time.
        self.pair, self.picture = None, None
        pair: Pair = await self.bench.run(ASKED, lambda: Pair(script, self.own))
        self.pair, self.sent, self.speed, self.goal, self.unsettled = pair, 0, None, None, True
        self.answer(scene(pair))
        if message.day:
            self.goal = message.day
        await self._show(ASKED, lambda p: None)

    async def _rewrite(self, work: Callable[[Pair], None]) -> None:
        self.goal = None
        await self._show(ASKED, work)
        pair = self._pair()
        self.answer({"type": "script", "script": pair.script.model_dump(mode="json"), "day": pair.day})
        self.unsettled = self.speed is None

    async def _settle(self) -> Pair:
        """Both models on the day that is shown."""
        pair = self._pair()
        while not await self.bench.run(ASKED, lambda: pair.settle(self.limits.slice_seconds)):
            continue
        return pair

    async def _tell(self, question: Question) -> None:
        pair = await self._settle()
        self.answer(await self.bench.run(ASKED, lambda: answered(pair, question)))


def _supersedes(new: Message, old: Message) -> bool:
    if isinstance(new, DoseChange) and isinstance(old, DoseChange):
        return (new.side, new.mechanism) == (old.side, old.mechanism)
    return isinstance(new, Go) and isinstance(old, Go)
