"""Whom the server lets in, what it refuses, and that one session cannot hurt another."""

from __future__ import annotations

import json
import random

import pytest
from starlette.websockets import WebSocketDisconnect

from experiments.classroom.guard import Guard
from experiments.classroom.typeface import FILES

HOST = "127.0.0.1:8765"


def test_the_page_and_its_files_come_with_a_strict_policy(serve) -> None:
    client = serve()
    for path, kind in (
        ("/", "text/html"),
        ("/page/page.css", "text/css"),
        ("/page/main.js", "text/javascript"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and f"ws://{HOST}" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert (
            answer.headers["x-content-type-options"] == "nosniff"
            and answer.headers["referrer-policy"] == "no-referrer"
        )
    assert client.get("/letters.woff2").content[:4] == b"wOF2"


@pytest.mark.parametrize(
    "path",
    [
        "/page/..%2fserver.py",
        "/page/../server.py",
        "/page/nothing.js",
        "/page/",
        "/session",
        "/etc/passwd",
        "/page/%00",
    ],
)
def test_no_other_file_is_served(serve, path: str) -> None:
    assert serve().get(path).status_code == 404


def test_nothing_can_be_sent_by_post(serve) -> None:
    assert serve().post("/", content=b"x" * 10_000).status_code == 405


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1:80",
        "127.0.0.1",
        "localhost:8765@evil.example",
        "127.0.0.1:8765.evil.example",
        "",
        "[::1",
        "a b:8765",
    ],
)
def test_foreign_hosts_are_refused(serve, host: str) -> None:
    assert serve().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "192.168.1.20:8765"])
def test_own_names_and_plain_addresses_are_served(serve, host: str) -> None:
    assert serve().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HOST, "http://evil.example"), (HOST, "null"), (HOST, ""), (HOST, "https://127.0.0.1:8765"), (HOST, "http://127.0.0.1:9999"),
        (HOST, "http://localhost:8765"), ("evil.example:8765", "http://evil.example:8765"),
    ],
)  # fmt: skip
def test_foreign_origins_get_no_session(serve, host: str, origin: str) -> None:
    client = serve()
    headers = {"host": host} | ({"origin": origin} if origin else {})
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/session", headers=headers):
        pass
    assert refused.value.code == 1008


def test_a_named_host_is_its_own() -> None:
    guard = Guard(None, "teacher.school.example", 80)  # type: ignore[arg-type]
    assert guard._ours("teacher.school.example") and guard._ours("Teacher.school.example:80")
    assert not guard._ours("teacher.school.example:8765")


def test_the_page_names_no_other_place() -> None:
    for path in FILES.iterdir():
        content = path.read_text(encoding="utf-8")
        assert "http:" not in content.replace("http://www.w3.org", "") and "https:" not in content
        assert (
            "innerHTML" not in content
            and "eval(" not in content
            and "style=" not in content
            and " onclick=" not in content
        )


def test_hostile_messages_are_refused_and_others_go_on(serve, visit) -> None:
    client = serve(refusals=1000, rate=1e6, burst=10**6)
    chance = random.Random(5)
    with visit(client) as calm, visit(client) as rude:
        calm.begin()
        rude.begin()
        bad = [
            "",
            "{",
            "null",
            '{"type":"go","day":1e400}',
            "[" * 3000,
            '{"type":"begin","script":{}}' + " " * 100,
            "\ud7ff",
            '{"type":"__import__"}',
        ]
        bad += [
            "".join(chr(chance.randrange(1, 0xD000)) for _ in range(chance.randrange(1, 400)))
            for _ in range(60)
        ]
        bad.append("x" * 40_000)
        for number, raw in enumerate(bad):
            rude.socket.send_text(raw)
            told = (
                rude.until("refused")
                if raw != '{"type":"begin","script":{}}' + " " * 100
                else rude.until("scene")
            )
            assert len(json.dumps(told)) < 200_000
            if number % 20 == 0:
                assert calm.go(number % 50)["day"] == number % 50
        rude.socket.send_bytes(b"\x80\x04\x95")
        assert "text is needed" in rude.until("refused")["reason"]["en"]
        assert rude.go(9)["day"] == 9
        assert calm.go(21)["day"] == 21


def test_too_many_messages_are_refused_and_then_end_the_session(serve, visit) -> None:
    client = serve(rate=0.001, burst=5, refusals=4)
    with visit(client) as one:
        one.begin()
        for _ in range(12):
            one.send("pause")
        reasons = []
        while (told := one.hear())["type"] != "closed":
            if told["type"] == "refused":
                reasons.append(told["reason"]["en"])
        assert any("too many messages" in reason for reason in reasons)
        assert told["code"] == 1008
    with visit(client) as other:
        assert other.until("welcome")


def test_a_full_room_says_so_and_a_place_comes_free(serve, visit) -> None:
    client = serve(sessions=2)
    with visit(client) as first:
        first.until("welcome")
        with visit(client) as second, visit(client) as third:
            second.until("welcome")
            assert third.hear() == {"type": "ended", "reason": "full"}
            assert third.hear()["code"] == 1013
        with visit(client) as fourth:
            assert fourth.hear()["type"] == "welcome"


def test_memory_is_set_aside_before_a_world_is_built(serve, visit) -> None:
    client = serve(total_bytes=40 * 2**20)
    with visit(client) as one:
        one.begin()
        one.send("begin", script={"world": "street", "days": 1460, "reform_day": 1})
        refused = one.until("refused")
        assert "too little memory" in refused["reason"]["en"] and "剩余内存不足" in refused["reason"]["zh"]


def test_idle_sessions_end(serve, visit) -> None:
    with visit(serve(idle_seconds=0.2)) as one:
        one.until("welcome")
        assert one.until("ended")["reason"] == "idle"
        assert one.hear()["code"] == 4000


def test_a_session_that_fails_ends_alone(serve, visit, monkeypatch, capsys) -> None:
    from experiments.classroom.pair import Pair

    client = serve()
    with visit(client) as calm, visit(client) as unlucky:
        calm.begin()
        unlucky.begin(seed=13)
        lived = Pair.towards

        def towards(pair: Pair, day: int, seconds: float) -> bool:
            if pair.script.seed == 13:
                raise ArithmeticError("the books do not balance")
            return lived(pair, day, seconds)

        monkeypatch.setattr(Pair, "towards", towards)
        unlucky.send("go", day=5)
        assert unlucky.until("ended")["reason"] == "failed"
        assert unlucky.hear()["code"] == 1011
        assert calm.go(15)["day"] == 15
    assert "the books do not balance" in capsys.readouterr().err


def test_sessions_leave_nothing_behind(serve, visit) -> None:
    client = serve()
    room = client.app.app.state.room
    with visit(client) as one:
        one.begin()
        assert len(room.sessions) == 1 and sum(room.sessions.values()) > 0
    assert not room.sessions
