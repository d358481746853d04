"""What queueing theory says of waits: Erlang's C, Pollaczek and Khinchine, Cobham's priorities; all per day, at `ARRIVALS` a day."""

from __future__ import annotations

import math
from typing import Final

ARRIVALS: Final = 10.0
#: Standard deviation of the logarithm of hours where they are log-normal.
SPREAD: Final = 1.0
#: Squared coefficient of variation of hours.
VARIATION: Final = {"exponential": 1.0, "deterministic": 0.0, "lognormal": math.expm1(SPREAD**2)}


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c at offered load `load` (Erlang 1917), by the recursion of Erlang B."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    utilisation = load / servers
    return blocked / (1.0 - utilisation * (1.0 - blocked))


def wait_of_many(servers: int, utilisation: float) -> float:
    """Mean wait in M/M/c, days."""
    service = utilisation * servers / ARRIVALS
    return erlang_c(servers, utilisation * servers) * service / (servers * (1.0 - utilisation))


def wait_of_one(utilisation: float, variation: float) -> float:
    """Mean wait in M/G/1, days (Pollaczek 1930, Khinchine 1932); `variation` is the squared coefficient of variation of service."""
    return utilisation / (1.0 - utilisation) * utilisation / ARRIVALS * (1.0 + variation) / 2.0


def waits_of_classes(utilisation: float, share_first: float) -> tuple[float, float]:
    """Mean waits of two classes with equal exponential service, first class first, without interruption (Cobham 1954), days."""
    residual = utilisation * utilisation / ARRIVALS
    first = utilisation * share_first
    return residual / (1.0 - first), residual / ((1.0 - first) * (1.0 - utilisation))


def empty_house(servers: int, utilisation: float) -> float:
    """Probability that nobody is there in M/M/c."""
    load = utilisation * servers
    full = load**servers / math.factorial(servers) / (1.0 - utilisation)
    return erlang_c(servers, load) / full


def wait_if_interrupting(utilisation: float, share_first: float) -> float:
    """Mean wait of the first class if it interrupted the second: what must not be found, days."""
    first = utilisation * share_first
    return first * utilisation / ARRIVALS / (1.0 - first)
