"""Equity, scored on need: who bears unmet need, how unequally, and how much of that is more need or longer waiting.

The gaps are outcomes of each run (`sim.outcomes`); here their levels are gathered beside zero, where both groups fare alike, and their
paired differences stand in the comparison. From the daily sums, which are kept by community and for each group of four pairs:

    concentration index   (2 / μ) Σ f y R - 1 over groups ordered from the disadvantaged on, `f` shares of people, `R` the rank of the
                          group's middle (Kakwani, Wagstaff & van Doorslaer 1997); negative: the disadvantaged bear more
    Theil's T             Σ f (y / μ) ln(y / μ), split exactly into between and within groups (Theil 1967; Shorrocks 1980)
    decomposition         C = Σ (β x̄ / μ) C_x + GC_e / μ (Wagstaff, van Doorslaer & Watanabe 2003)

`y` is unmet need-days per resident. People inside a group are not told apart, so that indices of groups are lower bounds of those
of persons; with two groups the concentration index is the disadvantaged's share of people less their share of unmet days.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.comparison import paired, verdict
from sim.records import PAIRS

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

#: Daily columns that the indices of a run read, beside `day` and `community`.
COLUMNS: Final = tuple(
    f"{kind}_{split}" for pair in PAIRS.values() for split in pair for kind in ("unmet_days", "needs_arisen", "residents")
)  # fmt: skip
INDICES: Final = (
    "pair", "concentration", "concentration_given_need", "from_need", "from_group", "residual",
    "theil", "theil_between_groups", "theil_between_communities",
)  # fmt: skip

DIFFERENCES: Final = (
    "strategy", "pair", "index", "baseline_mean", "mean", "difference", "ci_low", "ci_high", "replicates", "verdict",
)  # fmt: skip


def gap_levels(runs: pd.DataFrame) -> pd.DataFrame:
    """Levels of the gaps by strategy: columns `strategy outcome mean low high replicates`, low and high over replicates."""
    names = [name for name in PAIRS if name in runs.columns]
    tall = runs.melt(["strategy", "replicate"], names, var_name="outcome", value_name="value")
    grouped = tall.groupby(["strategy", "outcome"], sort=False)["value"]
    return grouped.agg(mean="mean", low="min", high="max", replicates="count").reset_index()


def concentration_index(level: Array, people: Array, standing: Array) -> float:
    """Concentration index of `level` (per person) over units of `people`, ranked by `standing`, lowest first; `[unit]` each.

    Units of equal standing share their rank. From -1 to 1; 0 where `level` is alike at every rank, NaN where its mean is 0.
    """
    weight = people / people.sum()
    mean = float(weight @ level)
    if not mean > 0:
        return np.nan
    return _generalised(level, weight, standing) / mean


class Theil(NamedTuple):
    """Theil's T of units, and its exact parts between and within groups."""

    total: float
    between: float
    within: float


def theil(level: Array, people: Array, group: npt.NDArray[Any]) -> Theil:
    """Theil's T of `level` (per person, not negative) over units of `people`, split by `group`, `[unit]` each; NaN where the mean is 0."""
    _, place = np.unique(group, return_inverse=True)
    sizes = np.bincount(place, people).astype(float)
    means = np.divide(np.bincount(place, people * level), sizes, out=np.zeros(len(sizes)), where=sizes > 0)
    total, between = _theil(level, people), _theil(means, sizes)
    return Theil(total, between, total - between)


def _theil(level: Array, people: Array) -> float:
    weight = people / people.sum()
    mean = float(weight @ level)
    if not mean > 0:
        return np.nan
    relative = level / mean
    # A unit that bears nothing adds nothing: x ln x tends to 0.
    return float(weight @ (relative * np.log(np.where(relative > 0, relative, 1.0))))


def decomposition(level: Array, causes: Array, people: Array, standing: Array) -> Array:
    """Contributions of each column of `causes` `[unit, cause]` to the concentration index, and last the residual's; they add up to it.

    Coefficients are those of least squares weighted by `people`; causes that say the same share what they say (least norm).
    """
    weight = people / people.sum()
    mean = float(weight @ level)
    if not mean > 0:
        return np.full(causes.shape[1] + 1, np.nan)
    root = np.sqrt(weight)
    design = np.column_stack([np.ones(len(level)), causes])
    # Causes on one scale, so that least norm does not depend on their units.
    scale = np.maximum(np.sqrt(weight @ design**2), 1e-300)
    slopes = np.linalg.lstsq(root[:, None] * design / scale, root * level, rcond=None)[0] / scale
    explained = [_generalised(b * x, weight, standing) for b, x in zip(slopes[1:], causes.T, strict=True)]
    whole = _generalised(level, weight, standing)
    return np.array([*explained, whole - sum(explained)]) / mean


def _generalised(level: Array, weight: Array, standing: Array) -> float:
    """Mean times concentration index: `2 cov(level, rank)`, defined also where the mean is 0 or negative."""
    _, place = np.unique(standing, return_inverse=True)
    sizes = np.bincount(place, weight)
    rank = (np.cumsum(sizes) - sizes / 2)[place]
    return float(2 * (weight * level) @ rank - weight @ level)


def indices(daily: pd.DataFrame, first: int, place: str = "community") -> pd.DataFrame:
    """Indices of one run from day `first` on, one row a pair of groups, columns `INDICES`.

    `daily`: `day`, `place` (a community, or a street) and `COLUMNS`. Units are the two groups of each place. `concentration` is of
    unmet need-days per resident; `concentration_given_need` of unmet need-days per need, over needs: the part that no difference in need explains.
    `from_need` and `from_group` are contributions of needs per resident and of the group itself to `concentration`, `residual` what
    communities bring beyond. `theil` is over units, with its parts between the two groups and between communities.
    """
    window = daily["day"].to_numpy() >= first
    known, row = np.unique(daily[place].to_numpy()[window], return_inverse=True)
    sums = np.zeros((len(known), len(COLUMNS)))
    np.add.at(sums, row, daily[list(COLUMNS)].to_numpy(float)[window])
    found = dict(zip(COLUMNS, sums.T, strict=True))
    return pd.DataFrame([_indices(pair, found, len(known)) for pair in PAIRS], columns=list(INDICES))


def _indices(pair: str, sums: Mapping[str, Array], places: int) -> tuple[str | float, ...]:
    """`sums` by column, `[community]` each, of `places` communities."""
    days, needs, people = (
        np.concatenate([sums[f"{kind}_{split}"] for split in PAIRS[pair]])
        for kind in ("unmet_days", "needs_arisen", "residents")
    )
    there = people > 0
    standing = np.repeat([0.0, 1.0], places)[there]
    community = np.tile(np.arange(places), 2)[there]
    days, needs, people = days[there], needs[there], people[there]
    if not len(people):
        return (pair, *np.full(len(INDICES) - 1, np.nan))
    level = days / people
    waiting = np.divide(days, needs, out=np.zeros(len(days)), where=needs > 0)
    parts = decomposition(level, np.column_stack([needs / people, standing]), people, standing)
    groups, communities = theil(level, people, standing), theil(level, people, community)
    given = concentration_index(waiting, needs, standing) if needs.sum() > 0 else np.nan
    return (
        pair, concentration_index(level, people, standing), given, *parts, groups.total, groups.between, communities.between,
    )  # fmt: skip


def index_differences(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Levels of the indices and paired differences to `baseline`, columns `DIFFERENCES`.

    `table`: rows of `indices` with `strategy` and `replicate`. `verdict` says whether an index is `higher` or `lower`.
    """
    tall = table.melt(
        ["strategy", "replicate", "pair"], list(INDICES[1:]), var_name="index", value_name="value"
    )
    rows = []
    for (pair, index), own in tall.groupby(["pair", "index"], sort=False):
        wide = own.pivot(index="replicate", columns="strategy", values="value")
        for strategy in dict.fromkeys(tall["strategy"]):
            found = paired(wide[strategy].to_numpy(float), wide[baseline].to_numpy(float))
            rows.append((strategy, pair, index, *found[:6], verdict(found, "")))
    return pd.DataFrame(rows, columns=list(DIFFERENCES))
