"""A server without a network, and a visitor who speaks with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from experiments.classroom.limits import Limits
from experiments.classroom.script import Script
from experiments.classroom.server import application

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
SMALL = {"days": 60, "reform_day": 12}


class Visitor:
    """A page that speaks and listens."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.frame: dict[str, Any] = {}

    def send(self, type: str, **fields: Any) -> None:
        self.socket.send_text(json.dumps({"type": type, **fields}))

    def hear(self) -> dict[str, Any]:
        """The next message; of a frame its header."""
        message = self.socket.receive()
        if message["type"] == "websocket.close":
            return {"type": "closed", "code": message["code"], "reason": message["reason"]}
        if message.get("text") is not None:
            return json.loads(message["text"])
        raw = message["bytes"]
        self.frame = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
        return self.frame

    def until(
        self, type: str, fits: Callable[[dict[str, Any]], bool] = lambda message: True
    ) -> dict[str, Any]:
        """The next message of a type that fits; others are passed over."""
        for _ in range(5000):
            message = self.hear()
            if message["type"] == type and fits(message):
                return message
            assert message["type"] != "closed", message
        raise AssertionError(f"no {type} came")

    def begin(self, **script: Any) -> dict[str, Any]:
        """Begin a small script; the scene."""
        self.until("welcome")
        self.send("begin", script=Script(**(SMALL | script)).model_dump(mode="json"), day=0)
        scene = self.until("scene")
        self.until("frame")
        return scene

    def go(self, day: int) -> dict[str, Any]:
        """Show a day and wait until it is shown."""
        self.send("go", day=day)
        return self.until("frame", lambda frame: frame["day"] == day)


@pytest.fixture
def serve() -> Iterator[Callable[..., TestClient]]:
    """Start a server with given limits."""
    started: list[TestClient] = []

    def start(threads: int = 2, host: str = "127.0.0.1", **limits: Any) -> TestClient:
        first = {"script": Script(**SMALL).model_dump(mode="json"), "lang": "en", "lesson": None}
        client = TestClient(
            application(first, host, PORT, Limits(**limits), threads), base_url=f"http://{HOST}"
        )
        client.__enter__()
        started.append(client)
        return client

    yield start
    for client in started:
        client.__exit__(None, None, None)


@pytest.fixture
def visit() -> Callable[[TestClient], Any]:
    """Open a session of a server."""

    class Visit:
        def __init__(self, client: TestClient) -> None:
            self.socket = client.websocket_connect(
                "/session", headers={"host": HOST, "origin": f"http://{HOST}"}
            )

        def __enter__(self) -> Visitor:
            return Visitor(self.socket.__enter__())

        def __exit__(self, *error: Any) -> None:
            self.socket.__exit__(*error)

    return Visit
