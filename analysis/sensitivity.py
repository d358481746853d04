"""Which inputs of a function move its outcomes, and how surely that is known: Morris screening and Sobol' indices, with SALib.

A function takes places in the unit cube, `[n, d]`, and returns outcomes, `[n, outcomes]`; whether it lives a model is not known here.

    mu*_i = mean |e_i|, mu_i = mean e_i, sigma_i = sd e_i    over elementary effects e_i, for a move over the whole range of input i
                                                             (Morris 1991; Campolongo, Cariboni & Saltelli 2007)
    S1_i = V(E(y|x_i)) / V(y)                                share of the variance that input i explains alone
    ST_i = E(V(y|x_~i)) / V(y)                               share that is left when all inputs but i are known (Saltelli et al. 2010)

Every number has a bootstrap interval over trajectories or base points, keyed by the seed. Its percentiles are expanded so that few
trajectories do not make it too narrow (Hesterberg 2015, American Statistician 69(4)). Half widths shrink with 1/√n, which tells how
many runs would tell two inputs apart: see `told_apart`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, stdtrit

Array: TypeAlias = npt.NDArray[np.float64]
Function: TypeAlias = Callable[[Array], Array]

LEVELS: Final = 4
LEVEL: Final = 0.95
RESAMPLES: Final = 1000
#: Base points from which on nested subsets show how indices settle.
FIRST_SUBSET: Final = 16
SCREENING: Final = (
    "outcome", "parameter", "mu_star", "mu_star_low", "mu_star_high", "mu", "mu_low", "mu_high", "sigma", "sigma_low", "sigma_high",
    "trajectories",
)  # fmt: skip
INDICES: Final = ("outcome", "parameter", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high", "N")


def problem(d: int) -> dict[str, object]:
    """The unit cube in the words of SALib."""
    return {"num_vars": d, "names": [f"x{i}" for i in range(d)], "bounds": [[0.0, 1.0]] * d}


def keyed(seed: int, purpose: str) -> int:
    """A 32-bit seed of one purpose; never zero, which SALib takes for none."""
    return int(np.random.SeedSequence([seed, zlib.crc32(purpose.encode())]).generate_state(1)[0]) | 1


def percentiles(n: int) -> tuple[float, float]:
    """The two percentiles of a bootstrap over `n` items that hold `LEVEL`: Φ(∓√(n/(n-1)) t)."""
    tail = float(ndtr(-math.sqrt(n / (n - 1)) * stdtrit(n - 1, 0.5 + LEVEL / 2))) if n > 1 else 0.0
    return 100.0 * tail, 100.0 * (1.0 - tail)


# --- Morris -----------------------------------------------------------------------------------------------------------------------


def trajectories(d: int, count: int, seed: int) -> Array:
    """Places of `count` Morris trajectories, `[count * (d + 1), d]`."""
    from SALib.sample import morris

    return np.asarray(morris.sample(problem(d), count, num_levels=LEVELS, seed=seed % 2**32))


def elementary_effects(places: Array, told: Array) -> Array:
    """Effects on one outcome, `[trajectory, d]`, for a move over the whole range; not a number where a run failed."""
    d = places.shape[1]
    steps = places.reshape(-1, d + 1, d)
    values = told.reshape(-1, d + 1)
    moved = np.diff(steps, axis=1)
    which = np.abs(moved).argmax(axis=2)
    size = np.take_along_axis(moved, which[:, :, None], axis=2)[:, :, 0]
    found = np.empty((len(steps), d))
    np.put_along_axis(found, which, np.diff(values, axis=1) / size, axis=1)
    return found


def moments(effects: Array, weights: Array | None = None) -> tuple[Array, Array, Array]:
    """mu*, mu and sigma of effects `[..., trajectory, d]`, as `[..., d]`; with `weights`, `[w, trajectory]`, as `[..., w, d]`.

    Missing effects are left out; an input without any has zeros.
    """
    seen = np.isfinite(effects)
    known = np.where(seen, effects, 0.0)
    weigh = np.ones((1, effects.shape[-2])) if weights is None else weights
    count = np.maximum(1.0, weigh @ seen)
    mu_star, mu = weigh @ np.abs(known) / count, weigh @ known / count
    sigma = np.sqrt(np.maximum(0.0, weigh @ known**2 / count - mu**2))
    if weights is None:
        return mu_star[..., 0, :], mu[..., 0, :], sigma[..., 0, :]
    return mu_star, mu, sigma


def screen(
    function: Function, names: Sequence[str], outcomes: Sequence[str], count: int, seed: int
) -> pd.DataFrame:
    """A Morris screening: one row an outcome and input, strongest first, columns `SCREENING`.

    `trajectories` are those in which the effect could be seen.
    """
    places = trajectories(len(names), count, seed)
    values = function(places)
    rng = np.random.default_rng(keyed(seed, "screening"))
    weights = rng.multinomial(count, np.full(count, 1.0 / count), RESAMPLES).astype(float)
    tables = []
    for outcome, column in zip(outcomes, values.T, strict=True):
        effects = elementary_effects(places, column)
        told: dict[str, object] = {"outcome": outcome, "parameter": list(names)}
        for kind, found, drawn in zip(
            ("mu_star", "mu", "sigma"), moments(effects), moments(effects, weights), strict=True
        ):
            low, high = np.percentile(drawn, percentiles(count), axis=0)
            told |= {
                kind: found,
                f"{kind}_low": np.minimum(low, found),
                f"{kind}_high": np.maximum(high, found),
            }
        table = pd.DataFrame(told | {"trajectories": np.isfinite(effects).sum(axis=0)})
        tables.append(table.sort_values(["mu_star", "parameter"], ascending=[False, True]))
    return pd.concat(tables, ignore_index=True)[list(SCREENING)]


def in_turn(orders: Sequence[Sequence[str]], count: int) -> list[str]:
    """`count` names: each order in turn names the first of its own that is not named yet.

    By rank alone an outcome that many inputs move would take all places, and one that few move would have none.
    """
    left = [list(order) for order in orders]
    named: list[str] = []
    while len(named) < count and any(left):
        for order in left:
            while order and order[0] in named:
                order.pop(0)
            if order and len(named) < count:
                named.append(order.pop(0))
    return named


def strongest(screening: pd.DataFrame, count: int) -> list[str]:
    """The inputs whose effects are largest: each outcome in turn names its own; one without any effect is never named."""
    moving = screening[screening["mu_star"] > 0.0]
    return in_turn([list(rows["parameter"]) for _, rows in moving.groupby("outcome", sort=False)], count)


# --- Sobol' -----------------------------------------------------------------------------------------------------------------------


def saltelli(d: int, samples: int, seed: int) -> Array:
    """Places of Saltelli's design, `[samples * (d + 2), d]`, base point by base point: A, then A with one column of B each, B."""
    from SALib.sample import sobol

    return np.asarray(
        sobol.sample(problem(d), samples, calc_second_order=False, seed=keyed(seed, "saltelli"))
    )


class Indices(NamedTuple):
    """Sobol' indices from all base points, and the same from the first 16, 32, 64, … of them; both with columns `INDICES`."""

    table: pd.DataFrame
    settling: pd.DataFrame


def index(
    function: Function, names: Sequence[str], outcomes: Sequence[str], samples: int, seed: int
) -> Indices:
    """First and total Sobol' indices: one row an outcome and input, largest total first.

    A base point of which a run failed is left out whole, `N` counts those that are left. An outcome that does not vary has no
    indices (not a number). `samples` is a power of two: only then the points fill the cube evenly.
    """
    d = len(names)
    values = function(saltelli(d, samples, seed)).reshape(samples, d + 2, -1)
    sizes = [size for size in (2**k for k in range(2, 40)) if FIRST_SUBSET <= size < samples] + [samples]
    tables = [
        _indices(values[:size, :, k], names, outcome, seed)
        for size in sizes
        for k, outcome in enumerate(outcomes)
    ]
    settling = pd.concat(tables, ignore_index=True)
    whole = pd.concat(tables[-len(outcomes) :])
    places = {outcome: k for k, outcome in enumerate(outcomes)}
    order = whole.assign(place=whole["outcome"].map(places)).sort_values(
        ["place", "ST", "parameter"], ascending=[True, False, True]
    )
    return Indices(order[list(INDICES)].reset_index(drop=True), settling)


def _indices(values: Array, names: Sequence[str], outcome: str, seed: int) -> pd.DataFrame:
    """Indices of one outcome from `values`, `[base point, d + 2]`."""
    from SALib.analyze import sobol

    d = len(names)
    whole = values[np.isfinite(values).all(axis=1)]
    n = len(whole)
    missing = np.full(d, np.nan)
    told: dict[str, object] = {"outcome": outcome, "parameter": list(names)}
    varies = n > 1 and bool(np.ptp(whole[:, [0, -1]]) > 0.0)
    found = (
        sobol.analyze(
            problem(d), whole.ravel(), calc_second_order=False, num_resamples=RESAMPLES, keep_resamples=True,
            seed=keyed(seed, "indices"),
        )
        if varies
        else {}
    )  # fmt: skip
    for kind in ("S1", "ST"):
        middle = np.asarray(found[kind]) if varies else missing
        low, high = (
            np.percentile(found[f"{kind}_conf_all"], percentiles(n), axis=0) if varies else (missing, missing)
        )
        told |= {kind: middle, f"{kind}_low": np.fmin(low, middle), f"{kind}_high": np.fmax(high, middle)}
    return pd.DataFrame(told | {"N": n})[list(INDICES)]


# --- how many runs would tell -----------------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    """Two neighbours in an order that their intervals do not tell apart; `times` as many runs would."""

    stronger: str
    weaker: str
    times: float


def told_apart(rows: pd.DataFrame, kind: str) -> Pair | None:
    """The first two neighbours in the order of `rows`, strongest first, whose intervals of `kind` overlap; None when none do.

    With gap `g` between the two and facing half widths that sum to `h`, they are apart when h < g; as h shrinks with 1/√n, that
    takes (h/g)² times as many runs. Equal inputs are never told apart: infinity.
    """
    value, low, high = (rows[f"{kind}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
    names = list(rows["parameter"])
    for i in range(len(rows) - 1):
        gap, widths = value[i] - value[i + 1], (value[i] - low[i]) + (high[i + 1] - value[i + 1])
        if widths >= gap and (value[i] > 0.0 or widths > 0.0):
            return Pair(names[i], names[i + 1], float((widths / gap) ** 2) if gap > 0.0 else math.inf)
    return None


def border(screening: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Of the screening of one outcome the last input of its leading ones that are `chosen`, and the one that follows."""
    inside = screening["parameter"].isin(list(chosen)).to_numpy()
    leading = len(inside) if inside.all() else int(inside.argmin())
    return screening.iloc[max(0, leading - 1) : leading + 1]
