"""The declared ranges of parameters as a space to draw from: whoever varies constants takes bounds and scale from here.

A parameter is uniform between its declared bounds; one that is positive and spans more than `WIDE` is uniform in its logarithm,
so that half of its draws do not fall into the top of its range. No range is written a second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.parameters import Parameter, declared

Array = npt.NDArray[np.float64]
#: High over low of a range from which on its logarithm is uniform.
WIDE: Final = 5.0
#: Significant digits of a drawn value: a draw can be read, typed and repeated.
DIGITS: Final = 6


@dataclass(frozen=True)
class Ranges:
    """Parameters by dotted name with their bounds; `log` marks those that are uniform in their logarithm."""

    names: tuple[str, ...]
    low: Array
    high: Array
    log: npt.NDArray[np.bool_]

    def values(self, unit: Array) -> Array:
        """Values at places in the unit cube, `[..., d]`, rounded to `DIGITS`, never outside the bounds."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        at = low + (high - low) * unit
        return np.clip(
            _rounded(np.where(self.log, np.exp(np.where(self.log, at, 0.0)), at)), self.low, self.high
        )

    def unit(self, values: Array) -> Array:
        """Places in the unit cube of values, `[..., d]`."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return (self._scaled(np.asarray(values, float)) - low) / (high - low)

    def parameters(self, unit: Array) -> list[dict[str, float]]:
        """One set of parameters for each row of places `[n, d]`."""
        return [dict(zip(self.names, map(float, row), strict=True)) for row in self.values(unit)]

    def only(self, names: Sequence[str]) -> Ranges:
        """The same for some of the parameters, in the order of `names`."""
        at = [self.names.index(name) for name in names]
        return Ranges(tuple(names), self.low[at], self.high[at], self.log[at])

    def _scaled(self, values: Array) -> Array:
        return np.where(self.log, np.log(np.where(self.log, values, 1.0)), values)


def _rounded(values: Array) -> Array:
    size = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.maximum(np.abs(values), 1e-300))))
    return np.round(values * size) / size


def known(mechanisms: bool = True) -> dict[str, Parameter]:
    """All declared parameters by dotted name, sorted; those of mechanisms if asked for."""
    from sim.laws import LAWS, groups

    kinds = groups() if mechanisms else LAWS
    found = {f"{group}.{name}": p for group, kind in kinds.items() for name, p in declared(kind).items()}
    return dict(sorted(found.items()))


def uncertain(deep: bool = False, mechanisms: bool = True, without: Iterable[str] = ()) -> Ranges:
    """The parameters of role `uncertainty`; `deep` keeps the block of deep uncertainty alone, `without` leaves names out."""
    left = set(without)
    return _ranges({
        name: p for name, p in known(mechanisms).items()
        if p.role == "uncertainty" and (p.deep or not deep) and p.low < p.high and name not in left
    })  # fmt: skip


def of(names: Iterable[str]) -> Ranges:
    """The ranges of named parameters, in the order of `names`; KeyError for an unknown one."""
    every = known()
    return _ranges({name: every[name] for name in names})


def _ranges(chosen: Mapping[str, Parameter]) -> Ranges:
    return between({name: (p.low, p.high) for name, p in chosen.items()})


def between(bounds: Mapping[str, tuple[float, float]], log: bool = True) -> Ranges:
    """Ranges between bounds `(low, high)` by name; in its logarithm where one is wide, unless `log` is false."""
    low = np.array([low for low, _ in bounds.values()], float)
    high = np.array([high for _, high in bounds.values()], float)
    wide = (low > 0.0) & (high > WIDE * np.where(low > 0.0, low, 1.0))
    return Ranges(tuple(bounds), low, high, wide if log else np.zeros_like(wide))


def range_draws(n: int, seed: int, deep: bool = True) -> list[dict[str, float]]:
    """`n` sets of parameters over the declared ranges: a Latin hypercube whose columns are keyed by the parameter's name.

    `deep` draws the block of deep uncertainty alone, else all uncertain parameters. A parameter that is added or left out moves
    no other parameter's draws.
    """
    ranges = uncertain(deep)
    return ranges.parameters(latin_hypercube(ranges.names, n, seed, "ranges"))


def latin_hypercube(names: Sequence[str], n: int, seed: int, purpose: str) -> Array:
    """Places `[n, d]` in the unit cube, one in each n-th part of every axis (McKay, Beckman & Conover 1979)."""
    columns = []
    for name in names:
        rng = generator(seed, purpose, name)
        columns.append((rng.permutation(n) + rng.random(n)) / n)
    return np.stack(columns, axis=1) if columns else np.empty((n, 0))


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """The random numbers of one purpose: keyed by its words, so that no draw depends on what was drawn for another."""
    key = hashlib.sha256("/".join(map(str, (seed, *purpose))).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key[:16], "little")))
