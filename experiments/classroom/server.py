"""The server of the page: a few files, and one connection for each session."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from experiments.classroom.bench import Bench
from experiments.classroom.guard import Guard
from experiments.classroom.limits import Limits
from experiments.classroom.refusals import refused
from experiments.classroom.session import Session
from experiments.classroom.share import share
from experiments.classroom.typeface import FILES, letters
from experiments.classroom.welcome import choices, welcome
from experiments.classroom.wire import FAILED, GoneError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from experiments.classroom.script import Script
    from sim.scenario import World

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
#: Code with which a page is sent away when the room is full.
FULL: Final = 1013


class Socket:
    """A connection as a session sees it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes:
        """The next message; GoneError when the page has left."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise GoneError
        text = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    async def send(self, content: str | bytes) -> None:
        """Send text or bytes; GoneError when the page has left."""
        try:
            await (
                self._socket.send_text(content)
                if isinstance(content, str)
                else self._socket.send_bytes(content)
            )
        except (WebSocketDisconnect, RuntimeError) as error:
            raise GoneError from error

    async def close(self, code: int, reason: str) -> None:
        """End the connection."""
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise GoneError from error


@dataclass
class Room:
    """All sessions of a server and what they share."""

    limits: Limits
    bench: Bench
    first: dict[str, Any]
    """What a page begins with: the script of the command line, its language and lesson."""
    own: World | None = None
    """The world of own data that is served beside the shipped ones."""
    sessions: dict[Session, int] = field(default_factory=dict)
    """Bytes set aside for each session."""

    def admit(self, session: Session, script: Script) -> None:
        """Set memory aside for a script of a session.

        Raises
        ------
        RefusedError
            It does not fit beside those of the others.
        """
        others = sum(taken for one, taken in self.sessions.items() if one is not session)
        if others + share(script, self.own) > self.limits.total_bytes:
            raise refused("room_full")
        self.sessions[session] = share(script, self.own)

    async def visit(self, socket: WebSocket) -> None:
        """Live one session."""
        await socket.accept()
        wire = Socket(socket)
        try:
            if len(self.sessions) >= self.limits.sessions:
                await wire.send('{"type":"ended","reason":"full"}')
                await wire.close(FULL, "full")
                return
            session = Session(wire, self.bench, self.limits, self.admit, self.own)
            self.sessions[session] = 0
            try:
                await session.live(
                    {"type": "welcome", "first": self.first, **welcome(), "worlds": choices(self.own)}
                )
            except Exception as error:
                # One session ends; the server and all others go on.
                print(
                    f"xietong classroom: a session failed: {type(error).__name__}: {error}", file=sys.stderr
                )
                await wire.send('{"type":"ended","reason":"failed"}')
                await wire.close(FAILED, "failed")
            finally:
                del self.sessions[session]
        except GoneError:
            return


def application(
    first: dict[str, Any], host: str, port: int, limits: Limits, threads: int, own: World | None = None
) -> ASGIApp:
    """The server as an ASGI application that listens at `host` and `port`; `own` is a world of own data."""
    room = Room(limits, Bench(threads), first, own)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        room.bench.open()
        yield
        await room.bench.close()

    files = {path.name: path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix in TYPES}
    font_bytes = letters()

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", "page.html")
        if name not in files:
            return Response("not here\n", 404, media_type="text/plain")
        return Response(
            files[name], headers={"content-type": TYPES[Path(name).suffix], "cache-control": "no-cache"}
        )

    async def font(request: Request) -> Response:
        return Response(font_bytes, 200 if font_bytes else 404, media_type="font/woff2")

    routes = [
        Route("/", page), Route("/page/{name}", page), Route("/letters.woff2", font), WebSocketRoute("/session", room.visit),
    ]  # fmt: skip
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.room = room
    return Guard(app, host, port)
