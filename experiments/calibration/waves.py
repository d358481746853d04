"""Approximate Bayesian computation in waves: narrow the ranges down with an emulator, then accept what the model itself shows.

The posterior is the declared ranges, given that a run lies inside the range of every fitted target:

    p(theta) ∝ prior(theta) · P(all targets inside | theta)

that is rejection ABC whose tolerances are the ranges of the evidence (Beaumont, Zhang & Balding 2002), and nothing is left to
choose. Plain rejection would have to wait too long for such a run, so places are proposed in waves, as in history matching
(Vernon, Goldstein & Bower 2010): an emulator is fitted to the runs so far, the next wave is drawn from prior × emulated chance of
being inside, and lived by the model. Of the last wave those runs are accepted that the model shows inside; each is weighted by one
over the emulated chance that it was proposed with, which makes the sample one of the posterior whatever the emulator missed
(importance sampling). The effective number of draws says what the weighting costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.calibration.emulator import Emulator
from experiments.calibration.emulator import fit as emulate
from experiments.calibration.targets import Array, Targets
from experiments.ranges import generator, latin_hypercube

Indices = npt.NDArray[np.intp]
#: Chains of the sampler at the least, and steps each takes.
CHAINS: Final = 300
STEPS: Final = 1_500
#: A weight is cut at this many times the mean, so that one run at the edge of what was proposed is not the whole posterior.
HEAVIEST: Final = 5.0

#: Logarithms of the targets, `[run, target]`, of all runs at the places `[run, d]` so far, in their order.
Live = Callable[[Array], Array]


class Plan(NamedTuple):
    """Waves, runs in each but the last, runs in the last."""

    waves: int
    sample: int
    draws: int


@dataclass(frozen=True)
class Fit:
    """All runs of a fit in the order they were lived, and what the last wave found.

    `wave` numbers each run's wave; `chance` is the emulated log chance of each run of the last wave, `accepted` its indices among
    all runs and `weight` their weights, which sum to one. `emulator` is that of the last wave.
    """

    places: Array
    told: Array
    wave: Indices
    chance: Array
    accepted: Indices
    weight: Array
    emulator: Emulator | None

    @property
    def effective(self) -> float:
        """Effective number of draws (Kish 1965)."""
        return float(1.0 / (self.weight**2).sum()) if len(self.weight) else 0.0


def fit(live: Live, names: tuple[str, ...], targets: Targets, plan: Plan, seed: int) -> Fit:
    """Narrow down in `plan.waves` waves and accept from the last; the same arguments give the same fit."""
    places, told = np.empty((0, len(names))), np.empty((0, len(targets.ids)))
    wave, emulator = np.empty(0, np.intp), None
    for number in range(plan.waves):
        size = plan.draws if number == plan.waves - 1 else plan.sample
        if number == 0:
            new = latin_hypercube(names, size, seed, "wave")
        else:
            emulator = emulate(places, told, targets)
            new = draw(emulator, places, size, seed, number)
        places = np.concatenate([places, new])
        wave = np.concatenate([wave, np.full(size, number, np.intp)])
        told = live(places)
    return _accepted(places, told, wave, emulator, targets)


def draw(emulator: Emulator, places: Array, size: int, seed: int, wave: int) -> Array:
    """`size` places from prior × emulated chance: chains of differential evolution (ter Braak 2006), in the unit cube.

    Chains begin at the most promising places so far and walk by differences of one another; a step across a face of the cube is
    mirrored, so every step is as likely as the one back.
    """
    rng = generator(seed, "chains", wave)
    d = places.shape[1]
    half = (max(CHAINS, size) + 1) // 2
    chains = 2 * half
    best = np.argsort(-emulator.log_chance(places), kind="stable")[: max(d + 1, len(places) // 4)]
    at = _mirrored(places[rng.choice(best, chains)] + 0.02 * rng.standard_normal((chains, d)))
    chance = emulator.log_chance(at)
    for step in range(STEPS):
        moving, still = (
            (slice(0, half), slice(half, chains)) if step % 2 else (slice(half, chains), slice(0, half))
        )
        others = at[still]
        first = rng.integers(0, half, half)
        second = (first + rng.integers(1, half, half)) % half
        length = rng.choice([1.0, 2.38 / np.sqrt(2.0 * d)], p=[0.1, 0.9])
        jump = length * (others[first] - others[second]) + 1e-3 * rng.standard_normal((half, d))
        new = _mirrored(at[moving] + jump)
        told = emulator.log_chance(new)
        better = np.log(rng.random(half)) < told - chance[moving]
        at[moving] = np.where(better[:, None], new, at[moving])
        chance[moving] = np.where(better, told, chance[moving])
    return at[rng.choice(chains, size, replace=False)]


def _mirrored(places: Array) -> Array:
    """Back into the unit cube by reflection at its faces."""
    folded = np.mod(places, 2.0)
    return np.where(folded > 1.0, 2.0 - folded, folded)


def _accepted(places: Array, told: Array, wave: Indices, emulator: Emulator | None, targets: Targets) -> Fit:
    last = np.flatnonzero(wave == wave.max())
    chance = emulator.log_chance(places[last]) if emulator else np.zeros(len(last))
    inside = targets.inside(told[last]).all(axis=1)
    weight = np.exp(chance[inside].min() - chance[inside]) if inside.any() else np.empty(0)
    weight = np.minimum(weight, HEAVIEST * weight.mean()) if len(weight) else weight
    return Fit(
        places, told, wave, chance, last[inside], weight / weight.sum() if len(weight) else weight, emulator
    )
