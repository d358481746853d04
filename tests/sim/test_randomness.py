"""Keyed draws: the published generator, the right distributions, and keys that share nothing."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from randomgen import Philox

import sim
from sim.model import CommunityModel
from sim.randomness import (
    BEHAVIOUR,
    NEEDS,
    POPULATION,
    STREAMS,
    VOICE,
    Draws,
    draws_for,
    gammas,
    normals,
    philox,
    uniforms,
    words,
)

DRAWS = draws_for(1, 0)
MANY = np.arange(400_000)
ALL_ONES = 0xFFFFFFFF
#: Four standard errors: about one false alarm in 16,000 checks.
STRICT = 4.0


@njit
def block(counter: np.ndarray, key: np.ndarray) -> np.ndarray:
    w = philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
    return np.array([w[0], w[1], w[2], w[3]])


def philox_block(counter: tuple[int, ...], key: tuple[int, ...]) -> list[int]:
    return [int(w) for w in block(np.array(counter, np.uint64), np.array(key, np.uint64))]


# The generator


@pytest.mark.parametrize(("word", "expected"), [
    (0, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    (ALL_ONES, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
])  # fmt: skip
def test_known_answers(word: int, expected: list[int]) -> None:
    """Random123's `kat_vectors` for philox4x32, 10 rounds (Salmon, Moraes, Dror & Shaw 2011)."""
    assert philox_block((word,) * 4, (word,) * 2) == expected


def test_known_answer_of_pi() -> None:
    """The third of the published vectors: digits of pi."""
    counter, key = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
    assert philox_block(counter, key) == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def test_agrees_with_randomgen() -> None:
    """An independent implementation gives the same block for a key of a replicate and a counter of the model."""
    key = tuple(int(k) for k in DRAWS.keys[VOICE])
    counter = (48_001, 180, 3, 7)
    other = Philox(
        counter=sum(c << (32 * i) for i, c in enumerate(counter)),
        key=key[0] | key[1] << 32, number=4, width=32,
    )  # fmt: skip
    # randomgen counts up before its first block.
    first = [int(w) for w in other.random_raw(8)]
    assert philox_block((counter[0] + 1, *counter[1:]), key) == first[:4]
    assert philox_block((counter[0] + 2, *counter[1:]), key) == first[4:]


def test_words_are_the_blocks() -> None:
    """`words` is the block of (identity, day, draw, salt) under the key of the stream, whatever the order of identities."""
    key = tuple(int(k) for k in DRAWS.keys[NEEDS])
    who = np.array([5, 4_000_000_000, 0, 17])
    made = words(DRAWS, NEEDS, who, day=9, draw=64, salt=3)
    for column, identity in enumerate(who):
        assert [int(w) for w in made[:, column]] == philox_block((int(identity), 9, 64, 3), key)
    assert np.array_equal(words(DRAWS, NEEDS, who[::-1], day=9, draw=64, salt=3), made[:, ::-1])


# Distributions: moments within sampling error


def assert_mean(values: np.ndarray, mean: float, deviation: float, what: str) -> None:
    z = (float(values.mean()) - mean) / (deviation / math.sqrt(values.size))
    assert abs(z) < STRICT, f"{what}: mean {values.mean():.6f} against {mean:.6f}, z = {z:.1f}"


def test_uniforms() -> None:
    u = uniforms(DRAWS, BEHAVIOUR, MANY, day=3, draw=1)
    assert u.shape == (4, MANY.size)
    assert 0.0 < u.min() < 1e-5
    assert 1.0 - 1e-5 < u.max() < 1.0
    for word in u:
        assert_mean(word, 0.5, math.sqrt(1 / 12), "uniform")
        assert_mean(word**2, 1 / 3, math.sqrt(4 / 45), "square of a uniform")
        bins = np.bincount((word * 256).astype(int), minlength=256)
        expected = MANY.size / 256
        chi = float(((bins - expected) ** 2 / expected).sum())
        assert abs(chi - 255) < STRICT * math.sqrt(2 * 255), f"256 bins: chi-square {chi:.0f} on 255"
    for a, b in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        assert_mean((u[a] - 0.5) * (u[b] - 0.5), 0.0, 1 / 12, f"words {a} and {b} of a block")


def test_normals() -> None:
    x = normals(DRAWS, BEHAVIOUR, MANY, day=4)
    assert_mean(x, 0.0, 1.0, "mean")
    assert_mean(x**2, 1.0, math.sqrt(2), "variance")
    assert_mean(x**3, 0.0, math.sqrt(15), "skewness")
    assert_mean(x**4, 3.0, math.sqrt(96), "kurtosis")


@pytest.mark.parametrize("shape", [0.5, 1.5, 8.0])
def test_gammas(shape: float) -> None:
    """Raw moments of Gamma(k, 1): E[x^n] = k (k + 1) ... (k + n - 1)."""

    def moment(n: int) -> float:
        return math.prod(shape + i for i in range(n))

    x = gammas(DRAWS, NEEDS, MANY, shape, day=11, draw=2)
    assert x.min() > 0.0
    for n in (1, 2, 3):
        deviation = math.sqrt(moment(2 * n) - moment(n) ** 2)
        assert_mean(x**n, moment(n), deviation, f"moment {n} of Gamma({shape})")
    # The deviation of the log is that of a polygamma function; no outlier of a power can hide behind it.
    from scipy.special import polygamma, psi

    assert_mean(np.log(x), float(psi(shape)), math.sqrt(float(polygamma(1, shape))), f"log of Gamma({shape})")


def test_the_checks_have_power() -> None:
    """One per cent off in shape, or a uniform shifted by one part in 250, is seen by the checks above."""
    x = gammas(DRAWS, NEEDS, MANY, 1.5 * 1.01, day=11, draw=2)
    with pytest.raises(AssertionError, match="z = "):
        assert_mean(x, 1.5, math.sqrt(1.5), "gamma")
    with pytest.raises(AssertionError, match="z = "):
        assert_mean(uniforms(DRAWS, NEEDS, MANY)[0] + 0.004, 0.5, math.sqrt(1 / 12), "uniform")


# Keys


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """z-score of the correlation of two uniform samples."""
    return float(np.corrcoef(a, b)[0, 1]) * math.sqrt(a.size)


@pytest.mark.parametrize(
    "changed", [{"day": 1}, {"draw": 1}, {"salt": 1}, {"stream": VOICE}, {"identities": MANY + 1}]
)
def test_neighbours_of_a_counter_share_nothing(changed: dict[str, int]) -> None:
    usual = {"stream": NEEDS, "identities": MANY, "day": 0, "draw": 0, "salt": 0}
    a, b = uniforms(DRAWS, **usual), uniforms(DRAWS, **(usual | changed))
    for one in range(4):
        for other in range(4):
            assert abs(correlation(a[one], b[other])) < STRICT


def test_every_seed_replicate_and_stream_has_its_own_key() -> None:
    keys = [
        tuple(key)
        for seed in (*range(40), 2**31, 2**32, 2**32 + 1, 2**40)
        for replicate in range(25)
        for key in draws_for(seed, replicate).keys.tolist()
    ]
    assert len(set(keys)) == len(keys)
    assert all(0 <= word <= ALL_ONES for key in keys for word in key), "keys are 32-bit words"


def test_keys_of_neighbours_differ_in_half_their_bits() -> None:
    """Mixed, never added: a step in seed or replicate flips 32 of 64 bits on average, as fair coins do."""
    for step in ((1, 0), (0, 1)):
        flips = []
        for start in range(200):
            a = draws_for(start, start).keys
            b = draws_for(start + step[0], start + step[1]).keys
            flips += [bin(int(x) ^ int(y)).count("1") for x, y in zip(a.ravel(), b.ravel(), strict=True)]
        assert_mean(np.array(flips, float), 16.0, math.sqrt(8.0), f"bits flipped by {step}")
        assert min(flips) > 2


def test_seed_and_replicate_are_not_interchangeable() -> None:
    assert not np.array_equal(draws_for(1, 2).keys, draws_for(2, 1).keys)
    assert np.array_equal(draws_for(7, 3).keys, draws_for(7, 3).keys)


@pytest.mark.parametrize("pinned", STREAMS)
def test_pinning_a_stream_changes_its_key_alone(pinned: str) -> None:
    free, own = draws_for(1, 4).keys, draws_for(1, 4, {pinned: 99}).keys
    for index, name in enumerate(STREAMS):
        assert np.array_equal(free[index], own[index]) == (name != pinned), name
    assert np.array_equal(own[STREAMS.index(pinned)], draws_for(99, 4).keys[STREAMS.index(pinned)])


def test_a_pinned_stream_changes_only_what_it_draws() -> None:
    """Another voice: the same people, and the same needs until the voice has changed the world."""

    def living(pinned: dict[str, int] | None) -> CommunityModel:
        return CommunityModel(world="classroom", days=30, reform_day=0, pinned=pinned)

    one, two = living(None), living({"voice": 99})
    for name in one.state.residents._fields:
        assert np.array_equal(getattr(one.state.residents, name), getattr(two.state.residents, name)), name
    one.run(), two.run()
    needs_one, needs_two = one.tables()["needs"], two.tables()["needs"]
    first_day = needs_one[needs_one.arose < 1]
    assert len(first_day)
    what = ["resident", "category", "arose", "severity", "scope"]
    assert first_day[what].equals(needs_two[needs_two.arose < 1][what])
    assert not needs_one.reported.equals(needs_two.reported)

    other = CommunityModel(world="classroom", days=30, reform_day=0, pinned={"population": 99})
    assert not np.array_equal(other.state.residents.frailty[:500], one.state.residents.frailty[:500])
    assert np.array_equal(
        np.delete(other.draws.keys, POPULATION, 0), np.delete(one.draws.keys, POPULATION, 0)
    )


def test_equal_keys_are_equal_lives() -> None:
    def life(seed: int, replicate: int) -> bytes:
        return (
            CommunityModel(world="classroom", days=12, reform_day=0, seed=seed, replicate=replicate)
            .run()
            .records.table.tobytes()
        )

    assert life(1, 0) == life(1, 0)
    assert len({life(1, 0), life(1, 1), life(2, 0)}) == 3


def test_draws_keep_no_state() -> None:
    before = DRAWS.keys.copy()
    first = uniforms(DRAWS, NEEDS, MANY[:1000])
    gammas(DRAWS, NEEDS, MANY[:1000], 0.5)
    assert np.array_equal(uniforms(DRAWS, NEEDS, MANY[:1000]), first)
    assert np.array_equal(DRAWS.keys, before)
    assert isinstance(DRAWS, Draws)


# Nothing else draws

SOURCES = sorted(Path(sim.__file__).parent.rglob("*.py"))
FORBIDDEN_MODULES = {"random", "secrets", "uuid"}
FORBIDDEN_NAMES = {
    "default_rng",
    "shuffle_do",
    "RandomState",
    "urandom",
    "time_ns",
    "perf_counter",
    "now",
    "today",
}
#: Mesa's grid asks for a generator when it is made; the day never draws from it.
ALLOWED = {("geography.py", "model.random")}


def other_draws(tree: ast.AST, name: str) -> Iterator[str]:
    """Generators, clocks and orders of sets that a source file uses."""
    for node in ast.walk(tree):
        found = ""
        if isinstance(node, ast.Import):
            found = next((a.name for a in node.names if set(a.name.split(".")) & FORBIDDEN_MODULES), "")
        elif isinstance(node, ast.ImportFrom):
            words_of = {*(node.module or "").split("."), *(a.name for a in node.names)}
            found = next(iter(words_of & (FORBIDDEN_MODULES | FORBIDDEN_NAMES)), "")
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_MODULES | FORBIDDEN_NAMES:
            found = ast.unparse(node)
        elif isinstance(node, ast.For | ast.comprehension):
            over = node.iter
            called = isinstance(over, ast.Call) and ast.unparse(over.func) in ("set", "frozenset")
            if called or isinstance(over, ast.Set | ast.SetComp):
                found = f"order of {ast.unparse(over)}"
        if found and (name, found) not in ALLOWED:
            yield found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_else_draws(path: Path) -> None:
    assert list(other_draws(ast.parse(path.read_text(encoding="utf-8")), path.name)) == []


@pytest.mark.parametrize("source", [
    "import random", "from numpy.random import default_rng", "import numpy as np\nnp.random.random()", "from random import random",
    "self.model.random.random()", "model.agents.shuffle_do('step')", "for x in {1, 2}: pass", "[x for x in set(y)]", "os.urandom(4)",
])  # fmt: skip
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert list(other_draws(ast.parse(source), "law.py"))


def test_mesas_generators_stay_unused() -> None:
    model = CommunityModel(world="classroom", strategy="wuhan", days=40, reform_day=5)
    before = model.random.getstate(), model.rng.bit_generator.state
    model.run()
    model.tables(), model.outcomes()
    assert (model.random.getstate(), model.rng.bit_generator.state) == before
