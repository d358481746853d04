"""No command asks anything of a network: every attempt to reach another machine is refused and ends the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.scenario import ROOT

SMALL = ("world=classroom", "days=24", "reform_day=8", "lang=en")
#: Runs one command under a hook that refuses to look up or reach anything but this machine.
GUARDED = """
import ipaddress, sys

def here(host):
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

def refuse(event, arguments):
    asked = None
    if event == "socket.getaddrinfo":
        asked = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        asked = arguments[1][0]
    if not here(asked):
        # Told on the way out too: who asks may be prepared for a refusal and say nothing.
        print(f"refused: {event} {asked}", file=sys.__stderr__, flush=True)
        raise PermissionError(asked)

sys.addaudithook(refuse)
if sys.argv[1] == "probe":
    import urllib.request
    urllib.request.urlopen(sys.argv[2], timeout=5)
from experiments.cli import main
sys.exit(main(sys.argv[1:]))
"""


def guarded(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in `folder` that may reach nobody."""
    return subprocess.run(
        [sys.executable, "-c", GUARDED, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT.parent), "http_proxy": "", "https_proxy": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("url", ["http://198.51.100.1/", "http://a-host.invalid/"])
def test_the_guard_sees_an_attempt(tmp_path: Path, url: str) -> None:
    tried = guarded(tmp_path, "probe", url)
    assert tried.returncode != 0
    assert "refused: socket." in tried.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("list", "mechanisms"),
        ("run", *SMALL, "strategy=wuhan"),
        ("compare", *SMALL, "strategies=[siloed,placebo]", "replicates=2", "jobs=2"),
        (
            "twin",
            "world=classroom",
            "days=90",
            "reform_day=20",
            "lang=en",
            "strategies=[siloed,beijing_whistle]",
        ),
    ],
    ids=lambda words: words[0],
)
def test_commands_reach_nobody(tmp_path: Path, compiled: None, words: tuple[str, ...]) -> None:
    done = guarded(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "refused" not in done.stderr
    assert done.stdout.strip()
