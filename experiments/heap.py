"""Memory that is freed goes back to the system, and leaves no holes between what stays."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import Final

#: M_MMAP_THRESHOLD of glibc's mallopt(3).
_THRESHOLD: Final = -3
#: Bytes from which an array gets a map of its own. Left alone, glibc raises this to 32 MiB with the first large array that is freed;
#: what a city keeps for years then lies between what it frees each day, some hundreds of megabytes that nobody uses.
LARGE: Final = 4 << 20


@functools.cache
def large_arrays_apart() -> bool:
    """Give large arrays maps of their own, for this process; whether its C library can (glibc can)."""
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(set_option and set_option(_THRESHOLD, LARGE))
