"""An emulator of the model: each target as a quadratic of the fitted constants, with the spread it leaves unexplained.

    log y_t(u) ≈ a + b·x + x'Cx,   x = 2u - 1,   u the place in the unit cube

Ridge regression (Hoerl & Kennard 1970), its penalties chosen by the exact leave-one-out residuals (Allen 1974), whose spread
stands for everything the quadratic does not know: curvature beyond it, and chance in the model.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import log_ndtr

from experiments.calibration.targets import Array, Targets

PENALTIES: Final = tuple(np.geomspace(1e-2, 1e3, 11))
#: Penalty of products over that of single constants.
CURVATURES: Final = (1.0, 4.0, 16.0)
#: Least spread, in tolerances, so that no target decides alone where the regression happens to fit well.
LEAST_SPREAD: Final = 0.05


@dataclass(frozen=True)
class Emulator:
    """Coefficients `[feature, target]` and residual spread `[target]` in logarithms, for the targets it was made for."""

    coefficients: Array
    spread: Array
    targets: Targets

    def mean(self, places: Array) -> Array:
        """Expected logarithms of the outcomes at places, `[place, target]`."""
        return features(places) @ self.coefficients

    def log_chance(self, places: Array) -> Array:
        """Log probability that a run at each place lies inside all ranges, residuals taken as independent normals."""
        low, high = self.targets.bounds
        mean = self.mean(places)
        return log_between((low - mean) / self.spread, (high - mean) / self.spread).sum(axis=1)


def features(places: Array) -> Array:
    """One, the constants and their products, `[place, feature]`."""
    x = 2.0 * places - 1.0
    first, second = np.triu_indices(x.shape[1])
    return np.concatenate([np.ones((len(x), 1)), x, x[:, first] * x[:, second]], axis=1)


def fit(places: Array, told: Array, targets: Targets) -> Emulator:
    """The emulator of runs at `places [run, d]` whose targets were `told [run, target]`; runs that failed are left out."""
    lived = np.isfinite(told).all(axis=1)
    y = targets.clipped(told[lived])
    x = features(places[lived])
    d = places.shape[1]
    coefficients = np.empty((x.shape[1], y.shape[1]))
    spread = np.full(y.shape[1], np.inf)
    for penalty, curvature in itertools.product(PENALTIES, CURVATURES):
        weights = np.full(x.shape[1], penalty)
        weights[0], weights[1 + d :] = 1e-9, penalty * curvature
        solved, left = ridge(x, y, weights)
        better = left < spread
        coefficients[:, better], spread[better] = solved[:, better], left[better]
    return Emulator(coefficients, np.maximum(spread, LEAST_SPREAD * targets.tolerance), targets)


def ridge(x: Array, y: Array, weights: Array) -> tuple[Array, Array]:
    """Coefficients, and the root mean square of the leave-one-out residuals of each column of `y`."""
    scaled = x / np.sqrt(weights)
    gram = scaled @ scaled.T
    gram[np.diag_indices_from(gram)] += 1.0
    inverse = np.linalg.inv(gram)
    dual = inverse @ y
    left = dual / np.diag(inverse)[:, None]
    return (scaled.T @ dual) / np.sqrt(weights)[:, None], np.sqrt((left**2).mean(axis=0))


def log_between(low: Array, high: Array) -> Array:
    """Log probability that a standard normal lies between `low` and `high`, in the tail on which it is small."""
    flip = low > 0.0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    upper, lower = log_ndtr(b), log_ndtr(a)
    return upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-12)))
