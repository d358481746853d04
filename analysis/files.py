"""Files that readers never meet half written."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from sim.errors import StoreError


def put(path: Path, content: bytes) -> None:
    """Write a whole file or nothing, under a temporary name first.

    Raises
    ------
    StoreError
        The folder cannot be written, or the disk is full.
    """
    draft = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written: {error.strerror or error}",
            f"{path}：无法写入：{error.strerror or error}",
        ) from None
