"""How laws are compiled: one decorator, and a cache folder that can never be stale.

Numba looks only at a kernel's own file when it decides whether a cached machine-code file is current, so an edited helper in
another file would go unnoticed. The cache folder is therefore named by a hash of all sources that a kernel can see.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numba

#: Folders without kernels: what mechanisms and institutions decide reaches kernels as arrays, so edits there compile nothing anew.
WITHOUT_KERNELS: Final = ("mechanisms", "organizations")


def source_hash() -> str:
    """Hash over the source files of `sim` that kernels can see (16 hex digits)."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if name.parts[0] in WITHOUT_KERNELS:
            continue
        digest.update(name.as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xietong"
    folder = base / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError:
        # A read-only home is no reason to fail: machine code may live beside other temporary files.
        folder = (
            Path(tempfile.gettempdir())
            / f"xietong-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
            / source_hash()
        )
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def compiled_before() -> bool:
    """Whether these sources have been compiled on this machine: otherwise the first simulated day takes about a minute."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or _cache_folder())
    return any(
        folder.rglob("*_feel*.nbc")
    )  # the kernel of respond, the seventh law: whoever got there has compiled the rest


@functools.cache
def _use_cache_folder() -> None:
    if not os.environ.get("NUMBA_CACHE_DIR"):
        numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function on arrays: cached, without the interpreter lock, IEEE division, no re-association of sums."""
    _use_cache_folder()
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small helper that is always inlined into the kernel that calls it."""
    _use_cache_folder()
    return numba.njit(inline="always", error_model="numpy")(function)
