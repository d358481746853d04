"""Who may speak with the server: only pages that it served itself, asked for under a name that is its own.

A page of another origin that a visitor has open could otherwise speak to a server on the same machine, directly or by letting its
name point here (DNS rebinding). Addresses written as numbers cannot be rebound, so they are admitted with the right port.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL: Final = "localhost"
#: What the page may do: its own scripts and styles, its own connection, pictures that it drew itself; nothing else, from nowhere else.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self' {ws}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


class Guard:
    """Wraps the application: refuses foreign hosts and origins, adds the headers of security to every answer."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self.app, self.host, self.port = app, host, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may pass."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        authority = headers.get("host", "")
        if scope["type"] == "websocket":
            if not self._ours(authority) or not self._same(headers.get("origin", ""), authority):
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": "foreign host or origin"})
                return
            await self.app(scope, receive, send)
            return
        if not self._ours(authority):
            await _refuse(send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = POLICY.format(ws=f"ws://{authority}")
                added = HEADERS | {"content-security-policy": policy}
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in added.items()),
                ]
            await send(message)

        await self.app(scope, receive, told)

    def _ours(self, authority: str) -> bool:
        """Whether a host and port as a browser writes them are this server's."""
        parts = _split(authority)
        if parts is None or parts[1] != self.port:
            return False
        name = parts[0]
        return name in (LOCAL, self.host.lower()) or _is_address(name)

    def _same(self, origin: str, authority: str) -> bool:
        return origin.lower() == f"http://{authority.lower()}"


def _split(authority: str) -> tuple[str, int] | None:
    """Host and port of `host:port`; None where it is anything else."""
    if not authority or any(c in authority for c in "/@?#\\ ,"):
        return None
    try:
        parts = urlsplit(f"http://{authority}")
        return (parts.hostname or "", parts.port or 80)
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"this host is not served here\n"})
