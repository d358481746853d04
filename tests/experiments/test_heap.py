"""What a process frees, it gives back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from experiments.heap import large_arrays_apart

FREES = """
import numpy as np
from experiments.heap import large_arrays_apart

def held():
    return int(open('/proc/self/statm').read().split()[1]) * 4096 >> 20

assert large_arrays_apart()
np.ones(30 << 17)                                  # the first large array that is freed raises glibc's own threshold
kept = [np.ones(6 << 17) for _ in range(20)]       # 6 MiB each
before = held()
kept = kept[::2]
print(before - held())
"""


@pytest.mark.skipif(not large_arrays_apart(), reason="the C library of this system has no such option")
def test_arrays_that_are_freed_between_others_that_stay_are_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", FREES], check=True, capture_output=True, text=True)
    assert 58 <= int(told.stdout) <= 62
