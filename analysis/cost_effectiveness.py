"""What an effect costs: increments over the baseline, dominance, the efficient frontier, net benefit and acceptability.

Everything is read from paired replicates: in replicate `r`, strategy `s` changes cost by `c_sr` and avoids `e_sr` of unmet need
against the baseline in the same world. Two outcomes stay two outcomes; they become one number only for a stated willingness to pay
`λ`, money for one unit of effect, and always over a range of it: net benefit `λ e - c` (Stinnett & Mullahy 1998). Nothing here says
what `λ` ought to be.

The default effect is unmet need-days avoided per resident and year, the default cost `programme_cost`, CNY per resident and year; their
ratio is CNY per unmet need-day avoided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.comparison import LEVEL, Paired, paired
from analysis.resampling import RESAMPLES, weights

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

COST: Final = "programme_cost"
EFFECT: Final = "unmet_need_days"
INCREMENTS: Final = ("strategy", "replicate", "cost", "effect")
PLANE: Final = (
    "strategy", "cost", "cost_low", "cost_high", "effect", "effect_low", "effect_high", "ratio", "ratio_low", "ratio_high",
    "verdict", "replicates",
)  # fmt: skip
FRONTIER: Final = ("strategy", "cost", "effect", "status", "by", "ratio")
ACCEPTABILITY: Final = (
    "strategy", "willingness", "net_benefit", "net_low", "net_high", "probability", "share", "best", "replicates",
)  # fmt: skip


def increments(
    runs: pd.DataFrame, baseline: str, cost: str = COST, effect: str = EFFECT, better: str = "low"
) -> pd.DataFrame:
    """Change against the baseline in each replicate, columns `INCREMENTS`; the baseline itself with zeros, first.

    `runs` is of one world and one future. `effect` is an outcome that is `better` low, so that it counts as what is avoided, or high. Only
    replicates that all strategies have lived, with both outcomes, are kept: options are compared in the same worlds.
    """
    sign = -1.0 if better == "low" else 1.0
    wide = runs.pivot(index="replicate", columns="strategy", values=[cost, effect])
    wide = wide[np.isfinite(wide.to_numpy(float)).all(axis=1)]
    names = [baseline, *(s for s in dict.fromkeys(runs["strategy"].astype(str)) if s != baseline)]
    parts = [
        pd.DataFrame({
            "strategy": name, "replicate": wide.index,
            "cost": (wide[(cost, name)] - wide[(cost, baseline)]).to_numpy(float),
            "effect": sign * (wide[(effect, name)] - wide[(effect, baseline)]).to_numpy(float) + 0.0,
        })
        for name in names
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(INCREMENTS)]


class Table(NamedTuple):
    """Increments as arrays: `names` `[strategy]`, `cost` and `effect` `[replicate, strategy]`."""

    names: list[str]
    cost: Array
    effect: Array


def _table(found: pd.DataFrame) -> Table:
    names = list(dict.fromkeys(found["strategy"]))
    cost, effect = (
        found.pivot(index="replicate", columns="strategy", values=column)[names].to_numpy(float)
        for column in ("cost", "effect")
    )
    return Table(names, cost, effect)


def plane(found: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """Each option on the cost-effectiveness plane: mean increments with intervals and their ratio, columns `PLANE`.

    `verdict`: `dominates` and `dominated` where both intervals lie on the same side of the argument, `costs_and_helps` and
    `saves_and_harms` where money stands against effect, `undecided` where one of the intervals contains zero. The ratio is given
    where the effect is decided, with Fieller's interval (1954); elsewhere it may be anything and is left out.
    """
    made = _table(found)
    rows: list[tuple[Any, ...]] = []
    for i, name in enumerate(made.names):
        c, e = (paired(x[:, i], np.zeros(len(x)), level) for x in (made.cost, made.effect))
        rows.append((
            name, c.difference, c.ci_low, c.ci_high, e.difference, e.ci_low, e.ci_high,
            *fieller(made.cost[:, i], made.effect[:, i], level), _quadrant(c, e), c.replicates,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(PLANE))


def fieller(above: Array, below: Array, level: float = LEVEL) -> tuple[float, float, float]:
    """Ratio of two paired means with its interval (Fieller 1954): the values `r` that `mean(above - r · below)` does not refute.

    NaN throughout where the interval of the mean of `below` contains zero, since no bounded set of ratios is then left.
    """
    n = len(above)
    if n < 2:
        return np.nan, np.nan, np.nan
    square = float(stdtrit(n - 1, 0.5 + level / 2)) ** 2 / n
    a, b = float(above.mean()), float(below.mean())
    va, vb, vab = (float(x) for x in (above.var(ddof=1), below.var(ddof=1), np.cov(above, below)[0, 1]))
    lead = b * b - square * vb
    if lead <= 0:
        return np.nan, np.nan, np.nan
    middle = (a * b - square * vab) / lead
    root = np.sqrt(max(0.0, middle**2 - (a * a - square * va) / lead))
    return a / b, middle - root, middle + root


def _quadrant(cost: Paired, effect: Paired) -> str:
    if cost.difference == 0 == effect.difference and not cost.sd_difference and not effect.sd_difference:
        return "equal"
    dearer, cheaper = cost.ci_low > 0, cost.ci_high < 0
    helps, harms = effect.ci_low > 0, effect.ci_high < 0
    # No change at all in one of the two leaves the other to decide.
    same_cost = cost.difference == 0 == cost.sd_difference
    same_effect = effect.difference == 0 == effect.sd_difference
    if (cheaper and (helps or same_effect)) or (same_cost and helps):
        return "dominates"
    if (dearer and (harms or same_effect)) or (same_cost and harms):
        return "dominated"
    if dearer and helps:
        return "costs_and_helps"
    return "saves_and_harms" if cheaper and harms else "undecided"


def frontier(found: pd.DataFrame) -> pd.DataFrame:
    """The efficiency frontier, on means: columns `FRONTIER`, cheapest first. It is no Pareto front: mixtures of options compete too.

    `status` is `dominated` where another option (`by`) costs no more and helps no less and is better in one of the two, `extended` where
    a mixture of two others (`by`, joined with ` + `) helps as much for less (Cantor 1994), else `frontier`. `ratio` is the
    incremental cost of one unit of effect against the option before it on the frontier. Means alone decide here; how sure the
    order is stands in `acceptability`.
    """
    made = _table(found)
    c, e = made.cost.mean(0), made.effect.mean(0)
    order = sorted(range(len(c)), key=lambda i: (c[i], -e[i]))
    status, by = ["frontier"] * len(c), [""] * len(c)
    for i in order:
        better = [
            j for j in order if c[j] <= c[i] and e[j] >= e[i] and (c[j] < c[i] or e[j] > e[i])
        ]  # fmt: skip
        if better:
            # Named after the most effective of those that dominate it: it is itself dominated by none.
            status[i], by[i] = "dominated", made.names[max(better, key=lambda j: (e[j], -c[j]))]
    hull: list[int] = []
    for i in (i for i in order if status[i] == "frontier"):
        while len(hull) >= 2 and _above(c, e, hull[-2], hull[-1], i):
            status[hull.pop()] = "extended"
        hull.append(i)
    ratios = np.full(len(c), np.nan)
    for before, i in zip(hull, hull[1:], strict=False):
        if e[i] > e[before]:
            ratios[i] = (c[i] - c[before]) / (e[i] - e[before])
    for i in range(len(c)):
        if status[i] == "extended":
            cheaper = max((j for j in hull if e[j] <= e[i]), key=lambda j: e[j])
            dearer = min((j for j in hull if e[j] >= e[i]), key=lambda j: e[j])
            by[i] = f"{made.names[cheaper]} + {made.names[dearer]}"
    rows = [(made.names[i], c[i], e[i], status[i], by[i], ratios[i]) for i in order]
    return pd.DataFrame(rows, columns=list(FRONTIER))


def efficient(found: pd.DataFrame) -> pd.DataFrame:
    """Plane and frontier in one table, cheapest first; `price` is the ratio against the option before it on the frontier."""
    place = frontier(found)[["strategy", "status", "by", "ratio"]].rename(columns={"ratio": "price"})
    return place.merge(plane(found), on="strategy", how="left")


def _above(c: Array, e: Array, a: int, b: int, d: int) -> bool:
    """Whether the step from `b` to `d` buys effect at a lower price than that from `a` to `b`, so that `b` is no part of a frontier."""
    return bool((c[d] - c[b]) * (e[b] - e[a]) < (c[b] - c[a]) * (e[d] - e[b]))


def willingness(found: pd.DataFrame, points: int = 101) -> Array:
    """A range of willingness to pay over which the choice changes: from 0 to twice the highest price on the frontier.

    Where the frontier has no price, to twice the largest price of any option; where nothing has one, to 1.
    """
    prices = frontier(found)["ratio"].to_numpy(float)
    if not np.isfinite(prices).any():
        made = _table(found)
        c, e = np.abs(made.cost.mean(0)), np.abs(made.effect.mean(0))
        prices = np.divide(c, e, out=np.full(len(c), np.nan), where=e > 0)
    most = 2 * float(np.nanmax(prices)) if np.isfinite(prices).any() else 0.0
    return np.linspace(0.0, float(f"{most:.1e}") or 1.0, points)


def acceptability(
    found: pd.DataFrame,
    willingness: Sequence[float] | Array,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Net benefit over the baseline, and how surely each option is the best one, columns `ACCEPTABILITY`.

    `probability` is the share of bootstrap resamples of the replicates in which the option has the highest mean net benefit: the
    acceptability curve (Fenwick, Claxton & Sculpher 2001). `share` is the share of single replicates in which it has the highest: the
    chance that it turns out best, which does not go to 0 or 1 with more replicates; where replicates are draws of what is not known, it
    is the curve of that uncertainty. Options that are best together share. `best` marks the highest mean, the acceptability
    frontier: the option with the highest probability need not be it.
    """
    made = _table(found)
    drawn = weights(len(made.cost), resamples)
    mean_cost, mean_effect = drawn @ made.cost, drawn @ made.effect
    rows: list[pd.DataFrame] = []
    for price in np.asarray(willingness, float):
        net = price * made.effect - made.cost
        about = [paired(net[:, i], np.zeros(len(net)), level) for i in range(len(made.names))]
        means = np.array([one.difference for one in about])
        rows.append(pd.DataFrame({
            "strategy": made.names, "willingness": price, "net_benefit": means,
            "net_low": [one.ci_low for one in about], "net_high": [one.ci_high for one in about],
            "probability": _first(price * mean_effect - mean_cost), "share": _first(net),
            "best": np.isclose(means, means.max(), rtol=0, atol=1e-12), "replicates": len(net),
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)[list(ACCEPTABILITY)]


def _first(net: Array) -> Array:
    """How often each option is best, `[strategy]`, of `[row, strategy]`; options that are best together share."""
    # Options that are equal in every replicate must stay equal after sums in another order.
    best = np.isclose(net, net.max(axis=1, keepdims=True), rtol=0, atol=1e-12)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0), float)
