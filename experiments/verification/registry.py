"""Which checks there are, in the order of the page."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Final, Protocol

from experiments.verification.records import About, Examined, Scale

#: The file of each check; light, so that a wrong id is told at once.
FILES: Final[dict[str, str]] = {
    "V1": "v01_null_reform",
    "V2": "v02_conservation",
    "V3": "v03_queues",
    "V4": "v04_ciw",
    "V5": "v05_alone",
    "V6": "v06_extremes",
    "V7": "v07_arrivals",
    "V8": "v08_voice",
    "V9": "v09_beijing_path",
    "V10": "v10_ranking",
    "V11": "v11_mandate_without_staff",
    "V12": "v12_cheap_whistles",
    "V13": "v13_rising_expectation",
    "V14": "v14_shortest_first",
    "V15": "v15_common_numbers",
    "M1": "m01_twice_the_staff",
    "M2": "m02_relabelling",
    "M3": "m03_order",
    "M4": "m04_two_copies",
}
#: Those that take longest are begun first.
LONGEST_FIRST: Final = (
    "V9",
    "V3",
    "V4",
    "V13",
    "V10",
    "V15",
    "V11",
    "V12",
    "M4",
    "V7",
    "V8",
    "V14",
    "V1",
    "V6",
    "V5",
)


class Check(Protocol):
    """What the file of a check holds."""

    ABOUT: About
    examine: Callable[[Scale], Examined]


def check(identity: str) -> Check:
    """The check of an id."""
    module = importlib.import_module(f"experiments.verification.{FILES[identity]}")
    return module


def started_in(order: tuple[str, ...]) -> list[str]:
    """The ids of `order` as they are begun: those that take longest first, so that none is left alone at the end."""
    return sorted(
        order, key=lambda name: LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
    )
