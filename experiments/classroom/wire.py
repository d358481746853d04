"""A connection to a page, and the two ways in which it comes to an end."""

from __future__ import annotations

from typing import Protocol

#: Codes with which a connection is closed: what was asked is against the rules, the server failed, idle.
AGAINST_RULES, FAILED, IDLE = 1008, 1011, 4000


class Wire(Protocol):
    """What a session needs of a connection; each of its methods raises `GoneError` when the page has left."""

    async def receive(self) -> str | bytes:
        """The next message."""

    async def send(self, content: str | bytes) -> None:
        """Send text or bytes."""

    async def close(self, code: int, reason: str) -> None:
        """End the connection."""


class GoneError(Exception):
    """The page has left."""


class EndedError(Exception):
    """The session is ended by the server."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
