"""Processes of this machine."""

from __future__ import annotations

import os
import sys

from sim.processes import processors, without_main


def test_main_is_hidden_only_meanwhile() -> None:
    before = sys.modules["__main__"]
    with without_main():
        assert sys.modules["__main__"] is not before
    assert sys.modules["__main__"] is before


def test_at_least_one_processor_and_no_more_than_there_are() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
