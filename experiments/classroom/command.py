"""`xietong classroom`: serve the live page until Ctrl-C."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.texts import text
from sim.errors import ConfigError

if TYPE_CHECKING:
    from experiments.classroom.asked import Asked

LOCAL = ("127.0.0.1", "localhost", "::1")


def main(words: Sequence[str], lang: str) -> int:
    """Judge the words, get ready, serve."""
    from experiments.classroom.asked import read

    asked = read(words, lang)
    with listening(asked) as ear:
        warm(asked)
        serve(asked, ear)
    print(text(asked.lang, "classroom_ended"))
    return 0


def listening(asked: Asked) -> socket.socket:
    """A socket that listens where the page is to be served.

    Raises
    ------
    ConfigError
        Nothing can listen there, as when the port is taken.
    """
    family = socket.AF_INET6 if ":" in asked.host else socket.AF_INET
    try:
        return socket.create_server((asked.host, asked.port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise ConfigError(
            text(asked.lang, "fault_port_taken", port=asked.port, host=asked.host, reason=reason)
        ) from None


def warm(asked: Asked) -> None:
    """Live a few days, so that the first visitor does not wait for kernels to be compiled."""
    from experiments.classroom.pair import Pair
    from experiments.classroom.script import Script
    from experiments.progress import say
    from sim.kernels import compiled_before

    if not compiled_before():
        say(text(asked.lang, "progress_compiling"))
    pair = Pair(Script(world="classroom", strategies=asked.script.strategies, days=16, reform_day=1))
    while not pair.towards(16, 1.0):
        continue


def address(asked: Asked) -> str:
    """Where a browser on this machine finds the page."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(asked.host, asked.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{asked.port}/"


def serve(asked: Asked, ear: socket.socket) -> None:
    """Serve until Ctrl-C."""
    import uvicorn

    from experiments.classroom.limits import Limits
    from experiments.classroom.server import application
    from experiments.progress import say
    from sim.processes import processors

    limits = Limits()
    first = {"script": asked.script.model_dump(mode="json"), "lang": asked.lang, "lesson": asked.lesson}
    app = application(first, asked.host, asked.port, limits, max(2, processors()), asked.own)
    config = uvicorn.Config(
        app, log_level="error", access_log=False, server_header=False, ws="websockets-sansio", ws_max_size=2 * limits.message_bytes,
        ws_per_message_deflate=False, ws_ping_interval=20.0, ws_ping_timeout=20.0, limit_concurrency=8 * limits.sessions,
        timeout_keep_alive=5, timeout_graceful_shutdown=2,
    )  # fmt: skip
    say(text(asked.lang, "classroom_at", address=address(asked)))
    if asked.host not in LOCAL:
        say(text(asked.lang, "classroom_open", host=asked.host))
    if asked.open:
        threading.Timer(0.5, webbrowser.open, [address(asked)]).start()
    try:
        uvicorn.Server(config).run(sockets=[ear])
    except KeyboardInterrupt:
        # The usual way to end it; uvicorn has closed its connections by now.
        return
