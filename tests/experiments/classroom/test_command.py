"""`xietong classroom` on the command line: what is wrong is told in one line, what is right is served until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from experiments.classroom.asked import Asked, read
from experiments.classroom.command import address, listening
from experiments.classroom.script import Script
from experiments.cli import main
from sim.errors import ConfigError


def asked(**fields: object) -> Asked:
    return Asked(
        **(
            {
                "script": Script(),
                "host": "127.0.0.1",
                "port": 8765,
                "open": False,
                "lang": "en",
                "lesson": None,
            }
            | fields
        )
    )  # type: ignore[arg-type]


def test_defaults_are_those_of_the_classroom() -> None:
    found = read(["lang=en"], "en")
    assert found.script == Script() and (found.host, found.port, found.open, found.lesson) == (
        "127.0.0.1",
        8765,
        True,
        None,
    )
    assert (found.script.world, found.script.strategies) == ("classroom", ("siloed", "wuhan"))


def test_words_are_read() -> None:
    words = [
        "world=street",
        "strategies=[shanghai,chengdu]",
        "seed=9",
        "days=300",
        "reform_day=30",
        "port=9000",
        "host=0.0.0.0",
        "open=false",
        "lang=zh",
        "lesson=voice",
    ]
    found = read(words, "en")
    assert found.script == Script(
        world="street", strategies=("shanghai", "chengdu"), seed=9, days=300, reform_day=30
    )
    assert (found.host, found.port, found.open, found.lang, found.lesson) == (
        "0.0.0.0",
        9000,
        False,
        "zh",
        "voice",
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["port=0"], "port=0: a whole number from 1 to 65535"), (["port=abc"], "port=abc"), (["strategies=siloed"], "a list is needed"),
        (["strategies=[siloed]"], "exactly two"), (["strategies=[siloed,wuhann]"], "did you mean 'wuhan'"), (["world=queue"], "world=queue"),
        (["world=nowhere"], "world=nowhere"), (["days=5000"], "from 1 to 1460"), (["days=10", "reform_day=10"], "reform_day=10"),
        (["host=a b"], "host"), (["host='a/../b'"], "host="), (["open=maybe"], "true or false"), (["lesson=nothing"], "lesson=nothing"),
        (["replicates=3"], "replicates"), (["world.communities=4"], "world.communities"), (["seed=9223372036854775807"], "seed"), (["lang=fr"], "lang=fr"),
    ],
)  # fmt: skip
def test_faults_are_told_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classroom", "lang=en" if "lang=fr" not in words else "seed=1", *words]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and told in lines[0]


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["classroom", f"port={port}", "open=false", "lang=en"]) == 2
        with pytest.raises(ConfigError, match="请另选 port="):
            listening(asked(port=port, lang="zh"))
    assert f"port={port}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "http://127.0.0.1:8765/"), ("0.0.0.0", "http://127.0.0.1:8765/"), ("::1", "http://[::1]:8765/"), ("::", "http://[::1]:8765/")]
)  # fmt: skip
def test_the_address_is_one_that_a_browser_finds(host: str, shown: str) -> None:
    assert address(asked(host=host)) == shown


def hurt_nobody(port: int) -> None:
    """A message that is far too long closes its own connection, and no other."""
    from websockets.exceptions import ConnectionClosedError
    from websockets.sync.client import connect

    place, own = f"ws://127.0.0.1:{port}/session", f"http://127.0.0.1:{port}"
    with connect(place, origin=own, max_size=None) as calm, connect(place, origin=own, max_size=None) as rude:  # type: ignore[arg-type]
        assert "welcome" in str(calm.recv())[:40] and rude.recv()
        with pytest.raises(ConnectionClosedError, match="1009"):
            rude.send("x" * 1_000_000)
            rude.recv(timeout=60)
        calm.send('{"type":"begin","script":{"days":20,"reform_day":2}}')
        assert "scene" in str(calm.recv())[:40]


def test_it_serves_until_interrupted(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "experiments.cli", "classroom", f"port={port}", "open=false", "lang=en"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            told = ""
            while "Ctrl-C" not in told:
                told = server.stderr.readline()
                assert told, server.poll()
            assert f"http://127.0.0.1:{port}/" in told
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert b"<title>" in answer.read() and "server" not in {
                    name.lower() for name in answer.headers
                }
            hurt_nobody(port)
            server.send_signal(signal.SIGINT)
            out, err = server.communicate(timeout=60)
        finally:
            if server.poll() is None:
                server.kill()
    assert server.returncode == 0 and "the page is closed" in out
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
