"""The cluster of worker processes: on this machine only, silent, and no larger than the work."""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psutil
import pytest

from experiments import engine, workers
from experiments.engine import execute
from experiments.progress import Progress
from experiments.reach import facts
from experiments.task import Task
from sim.errors import StoreError


def test_only_this_machine_can_reach_the_cluster(capfd) -> None:
    main = sys.modules["__main__"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with workers.started(1) as client:
            assert client.submit(os.getpid).result() != os.getpid()
            program = psutil.Process()
            family = (program, *program.children(recursive=True))
            sockets = [place for process in family for place in process.net_connections("inet")]
    listening = {place.laddr.ip for place in sockets if place.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    assert sys.modules["__main__"] is main
    assert capfd.readouterr() == ("", "")


def test_the_usual_port_of_the_dashboard_is_left_alone() -> None:
    with workers.started(1):
        try:
            with socket.create_connection(("127.0.0.1", 8787), timeout=1):
                pytest.skip("another program serves the port")
        except OSError:
            pass


def test_loggers_of_the_caller_come_back() -> None:
    logger = logging.getLogger("tornado")
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        with workers._silence():
            assert logger.level == logging.CRITICAL
        assert logger.level == logging.INFO
    finally:
        logger.setLevel(before)


@pytest.mark.parametrize(("jobs", "tasks", "expected"), [(1, 5, None), (8, 1, None), (8, 3, 3), (2, 3, 2)])
def test_no_more_workers_than_tasks(
    monkeypatch, settings_of, jobs: int, tasks: int, expected: int | None
) -> None:
    asked: list[int | None] = []

    @contextmanager
    def started(count: int) -> Iterator[None]:
        asked.append(count)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(engine, "_serially", lambda *_: asked.append(None) or [])
    monkeypatch.setattr(workers, "started", started)
    settings = settings_of("run", "world=classroom", f"jobs={jobs}")
    with nullcontext() if expected is None else pytest.raises(KeyboardInterrupt):
        execute([object()] * tasks, object(), settings, Progress(tasks, 0, "en"))  # type: ignore[list-item, arg-type]
    assert asked == [expected]


def test_a_failing_user_of_the_cluster_ends_it() -> None:
    with pytest.raises(ZeroDivisionError), workers.started(1) as client:
        worker = client.submit(os.getpid).result()
        raise ZeroDivisionError
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE


def test_a_worker_with_other_sources_refuses(tmp_path, settings_of) -> None:
    task = Task(settings_of("run", "world=classroom"), 0, ())
    with pytest.raises(StoreError, match="edited while it ran"):
        engine.perform_batch((task,), str(tmp_path), facts()._replace(model="0.0.0+before"))
    assert list(tmp_path.iterdir()) == []
