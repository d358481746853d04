"""The real server of the live page as a process of its own, for tests in a browser and for the benchmarks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served(*words: str) -> Iterator[tuple[int, int]]:
    """A server on a free port, with further words of the command: (port, process id).

    Raises
    ------
    RuntimeError
        It ended before it served anything.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "experiments.cli",
        "classroom",
        f"port={port}",
        "open=false",
        "lang=en",
        *words,
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stderr is not None
        while "Ctrl-C" not in (told := server.stderr.readline()):
            if not told:
                raise RuntimeError(f"the server ended: {server.wait(timeout=60)}")
        try:
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
