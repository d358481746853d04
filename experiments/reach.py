"""Whether the workers of a scheduler can do the work: they are there, have the same program and packages, and see the result folder.

Asked before the first byte of a design is written: a file that is written for the question is taken away again.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from experiments.identity import model_version
from experiments.manifest import versions
from experiments.parquet import SUFFIX, WriteError, write_bytes
from experiments.settings import Settings
from experiments.store import not_written
from experiments.texts import text
from experiments.workers import connected
from sim.errors import ConfigError

#: Seconds between two looks for what a worker wrote: folders on networks are slow to show it.
LOOK: Final = 0.1


class Facts(NamedTuple):
    """What must be equal wherever runs of one design are lived: version of the model, packages (with `python`) by name."""

    model: str
    packages: dict[str, str | None]


@functools.cache
def facts() -> Facts:
    """Those of this process. This project itself is told by the version of its model, installed or not."""
    python = ".".join(platform.python_version_tuple()[:2])
    return Facts(model_version(), {"python": python} | versions() | {"xietong": None})


def ready(settings: Settings) -> None:
    """Refuse workers that cannot do the work.

    Raises
    ------
    ConfigError
        No scheduler answers, it has no workers, or one of them has another model, other packages, another file system.
    StoreError
        The result folder cannot be written.
    """
    if settings.engine.name != "dask":
        return
    with connected(settings) as client:
        _judge_presence(client, settings)
        told = client.run(facts, on_error="return")
        for worker, found in sorted(told.items()):
            if isinstance(found, BaseException):
                _refuse(settings, "engine_mute_worker", worker=worker, reason=_reason(found))
            agree(settings, worker, found, facts())
        _judge_folder(client, settings)


def agree(settings: Settings, worker: str, found: Facts, own: Facts) -> None:
    """Refuse a worker whose facts differ, by a `ConfigError` that tells which."""
    if found.model != own.model:
        _refuse(settings, "engine_other_model", worker=worker, found=found.model, own=own.model)
    none = text(settings.lang, "engine_none")
    differences = [
        text(
            settings.lang,
            "engine_difference",
            name=name,
            found=found.packages.get(name) or none,
            own=version or none,
        )
        for name, version in own.packages.items()
        if found.packages.get(name) != version
    ]
    if differences:
        _refuse(settings, "engine_other_packages", worker=worker, differences=", ".join(differences))


def _judge_presence(client: Any, settings: Settings) -> None:
    engine = settings.engine
    try:
        client.wait_for_workers(1, timeout=engine.timeout)
    except TimeoutError:
        _refuse(settings, "engine_no_workers", address=engine.scheduler, seconds=engine.timeout)


def _judge_folder(client: Any, settings: Settings) -> None:
    """Each worker must read what is written here, and what it writes must arrive here."""
    with _question(settings.out.absolute()) as question:
        told = client.run(answer, str(question), on_error="return")
        deadline = time.monotonic() + settings.engine.timeout
        for worker, reply in sorted(told.items()):
            reason = _reason(reply) if isinstance(reply, BaseException) else ""
            if reply is None:
                reason = text(settings.lang, "engine_folder_absent")
            elif not reason and not _arrives(question.with_name(reply), deadline):
                reason = text(settings.lang, "engine_folder_mute")
            if reason:
                _refuse(settings, "engine_blind_worker", worker=worker, out=settings.out, reason=reason)


@contextmanager
def _question(out: Path) -> Iterator[Path]:
    """A file in the result folder that holds its own name; it, replies to it and folders made for it are taken away again."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    token = uuid.uuid4().hex
    question = out / f".{token}.{socket.gethostname()}.{os.getpid()}{SUFFIX}"
    try:
        write_bytes(question, question.name.encode())
        yield question
    except WriteError as error:
        raise not_written(out, error) from None
    finally:
        for path in out.glob(f".*{token}*"):
            path.unlink(missing_ok=True)
        for folder in made:
            with contextlib.suppress(OSError):  # never made, or another program uses it by now
                folder.rmdir()


def answer(question: str) -> str | None:
    """What a worker is asked: the name of a file that it wrote next to the question, None where it does not see that."""
    path = Path(question)
    if not path.is_file() or path.read_bytes() != path.name.encode():
        return None
    reply = path.with_name(f".{uuid.uuid4().hex}{path.name}")
    write_bytes(reply, b"")
    return reply.name


def _arrives(path: Path, deadline: float) -> bool:
    while not path.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _refuse(settings: Settings, sentence: str, **values: Any) -> None:
    raise ConfigError(text(settings.lang, sentence, **values))
