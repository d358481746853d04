"""The posterior sample that is shipped: `scenarios/data/posterior.csv`, its draws by number, and how it was made beside it.

    parameters=posterior[17]

stands for the constants of draw 17; what is set beside it (`parameters.GROUP.NAME=VALUE`) stands over it.
"""

from __future__ import annotations

import csv
import functools
import re
from typing import Final, NamedTuple, TypeGuard

import numpy as np

from experiments.faults import Faults
from experiments.ranges import generator
from scenarios import DATA

FILE: Final = DATA / "posterior.csv"
#: What is known of each draw besides its constants.
ABOUT: Final = ("draw", "weight", "replicate")
SPELLED: Final = re.compile(r"posterior\[(-?\d+)\]")


class Posterior(NamedTuple):
    """Sets of fitted parameters, and their weights, which sum to one."""

    draws: tuple[dict[str, float], ...]
    weights: tuple[float, ...]


@functools.cache
def posterior() -> Posterior:
    """The shipped sample."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    draws = tuple({name: float(value) for name, value in row.items() if name not in ABOUT} for row in rows)
    return Posterior(draws, tuple(float(row["weight"]) for row in rows))


def posterior_draws(n: int | None = None, seed: int = 1) -> list[dict[str, float]]:
    """Sets of parameters from the posterior.

    Without `n` every draw of the sample once, in its order and whatever its weight; with it `n` draws of equal weight, resampled
    systematically (Kitagawa 1996) and keyed by `seed`, so that heavy draws come more often. Constants that were not fitted are not
    in them: they keep their declared values.
    """
    draws, weights = posterior()
    if n is None:
        return [dict(draw) for draw in draws]
    rng = generator(seed, "posterior")
    places = (np.arange(n) + rng.random()) / n
    chosen = np.minimum(np.searchsorted(np.cumsum(weights), places), len(draws) - 1)
    return [dict(draws[index]) for index in rng.permutation(chosen)]


def spelled(value: object) -> TypeGuard[str]:
    """Whether a value of `parameters` names a draw, rightly or not."""
    return isinstance(value, str) and value.strip().startswith("posterior")


def named(value: str, faults: Faults) -> dict[str, float]:
    """The parameters that `posterior[17]` stands for; none with a fault where it is spelled otherwise or there is no such draw."""
    found = SPELLED.fullmatch(value.strip())
    draws = posterior().draws
    if found is None or not 0 <= int(found[1]) < len(draws):
        faults.add("no_draw", value=value, count=len(draws), last=len(draws) - 1)
        return {}
    return dict(draws[int(found[1])])
