"""Keyed, counter-based randomness: every draw is a pure function of (replicate, stream, day, identity, draw).

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11): counter
`(identity, day, draw, salt)`, key from `(seed, replicate, stream)`. No generator has state, so the decision of one agent
never shifts the draws of another, and order, threads and processes change nothing. Nothing else in `sim` draws a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.kernels import inlined, kernel

U = np.uint64
_MASK = U(0xFFFFFFFF)
_HALF = U(32)
_MULTIPLIER_0, _MULTIPLIER_1 = U(0xD2511F53), U(0xCD9E8D57)
_WEYL_0, _WEYL_1 = U(0x9E3779B9), U(0xBB67AE85)
_TO_UNIT = 2.0**-32

STREAMS: Final = ("population", "needs", "voice", "triage", "service", "behaviour", "institutions")
POPULATION, NEEDS, VOICE, TRIAGE, SERVICE, BEHAVIOUR, INSTITUTIONS = range(len(STREAMS))


@inlined
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Four 32-bit words (held in uint64) of Philox4x32-10 for counter `c0..c3` and key `k0, k1`, all uint64 below 2³²."""
    for _ in range(10):
        # Upper halves are cut off where they would matter, in front of a product: vector units ignore them there at no cost.
        p0 = _MULTIPLIER_0 * (c0 & _MASK)
        p1 = _MULTIPLIER_1 * (c2 & _MASK)
        c0 = (p1 >> _HALF) ^ c1 ^ k0
        c2 = (p0 >> _HALF) ^ c3 ^ k1
        c1, c3 = p1, p0
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return c0 & _MASK, c1 & _MASK, c2 & _MASK, c3 & _MASK


@inlined
def unit(word):  # type: ignore[no-untyped-def]
    """A word as a number in the open interval (0, 1)."""
    return (np.float64(word) + 0.5) * _TO_UNIT


@inlined
def normal(word_a, word_b):  # type: ignore[no-untyped-def]
    """One standard normal from two words (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(unit(word_a))) * math.cos(2.0 * math.pi * unit(word_b))


class Draws(NamedTuple):
    """The keys of one replicate: `keys[stream] = (k0, k1)`, uint64 below 2³²."""

    keys: npt.NDArray[np.uint64]


@kernel
def _words(identities, day, draw, salt, k0, k1, out):  # type: ignore[no-untyped-def]
    for j in range(identities.size):
        w = philox(U(identities[j]) & _MASK, U(day) & _MASK, U(draw) & _MASK, U(salt) & _MASK, k0, k1)
        out[0, j], out[1, j], out[2, j], out[3, j] = w[0], w[1], w[2], w[3]


#: Needs whose words are drawn at a time: few enough to stay near the processor, many enough to be worth it.
BLOCK = 4096


@kernel
def words_of_needs(needs, listed, day, draw, k0, k1):  # type: ignore[no-untyped-def]
    """Three words for each listed need, `[3, count]` uint32; plain loops, so that they vectorise."""
    count = listed.size
    out = np.empty((3, count), np.uint32)
    identity, salt = np.empty(count, np.uint32), np.empty(count, np.uint32)
    for j in range(count):
        identity[j] = needs.resident[listed[j]]
        salt[j] = needs.salt[listed[j]]
    _fill_words(identity, salt, U(day), U(draw), k0, k1, out[0], out[1], out[2])
    return out


@kernel
def _fill_words(identity, salt, day, draw, k0, k1, first, second, third):  # type: ignore[no-untyped-def]
    for j in range(identity.size):
        w = philox(U(identity[j]), day, draw, U(salt[j]), k0, k1)
        first[j], second[j], third[j] = w[0], w[1], w[2]


def words(
    draws: Draws, stream: int, identities: npt.NDArray, day: int = 0, draw: int = 0, salt: int = 0
) -> npt.NDArray[np.uint64]:
    """Four words per identity, shape `[4, n]`, for building worlds and for decisions of institutions."""
    out = np.empty((4, len(identities)), np.uint64)
    _words(
        np.asarray(identities, np.int64), day, draw, salt, draws.keys[stream, 0], draws.keys[stream, 1], out
    )
    return out


def uniforms(
    draws: Draws, stream: int, identities: npt.NDArray, day: int = 0, draw: int = 0, salt: int = 0
) -> npt.NDArray[np.float64]:
    """Four numbers in (0, 1) per identity, shape `[4, n]`."""
    return (words(draws, stream, identities, day, draw, salt).astype(np.float64) + 0.5) * _TO_UNIT


def normals(
    draws: Draws, stream: int, identities: npt.NDArray, day: int = 0, draw: int = 0
) -> npt.NDArray[np.float64]:
    """One standard normal per identity, shape `[n]`."""
    u = uniforms(draws, stream, identities, day, draw)
    return np.sqrt(-2.0 * np.log(u[0])) * np.cos(2.0 * np.pi * u[1])


@kernel
def gamma(identity, day, draw, shape, k0, k1):  # type: ignore[no-untyped-def]
    """Gamma(shape, 1): Marsaglia & Tsang 2000, ACM TOMS 26(3), squeeze-free form; each attempt is keyed by its own salt."""
    boost = shape < 1.0
    a = shape + 1.0 if boost else shape
    d = a - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        w = philox(U(identity) & _MASK, U(day) & _MASK, U(draw), U(attempt), k0, k1)
        x = normal(w[0], w[1])
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(unit(w[2])) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v * unit(w[3]) ** (1.0 / shape) if boost else d * v
        attempt += 1


@kernel
def _gammas(identities, day, draw, shape, k0, k1, out):  # type: ignore[no-untyped-def]
    for j in range(identities.size):
        out[j] = gamma(identities[j], day, draw, shape, k0, k1)


def gammas(
    draws: Draws, stream: int, identities: npt.NDArray, shape: float, day: int = 0, draw: int = 0
) -> npt.NDArray[np.float64]:
    """Gamma(shape, 1) per identity, shape `[n]`; mean `shape`."""
    out = np.empty(len(identities), np.float64)
    _gammas(
        np.asarray(identities, np.int64),
        day,
        draw,
        float(shape),
        draws.keys[stream, 0],
        draws.keys[stream, 1],
        out,
    )
    return out


def draws_for(seed: int, replicate: int, pinned: Mapping[str, int] | None = None) -> Draws:
    """The keys of a replicate; `pinned` gives single streams a seed of their own while the others keep `seed`.

    The key of a stream is itself a Philox block of (seed, replicate, stream): mixed, never added, so neighbouring seeds,
    replicates and streams share nothing.
    """
    keys = np.empty((len(STREAMS), 2), np.uint64)
    out = np.empty((4, 1), np.uint64)
    for index, name in enumerate(STREAMS):
        own = (pinned or {}).get(name, seed)
        _words(
            np.array([own & 0xFFFFFFFF]),
            (own >> 32) & 0xFFFFFFFF,
            replicate,
            index,
            U(0x58494554),
            U(0x4F4E4721),
            out,
        )
        keys[index] = out[0, 0], out[1, 0]
    return Draws(keys)
