"""Scenario discovery: regions of what is not known in which a strategy fails, by PRIM and CART of the EMA workbench.

PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010) peels a box off the table of worlds until failures are dense; CART (Breiman et al.
1984) splits it. Both find dense boxes in pure noise when there are many inputs, so what they find is only believed where it holds in
worlds that were not looked at: replicates are dealt into folds, the search is repeated without each fold, and failures are counted in
what it finds there. A region is reported when they are denser than the base rate,

    T = Σ_r e_r / √(Σ_r e_r²),   e_r = Σ_(worlds of replicate r inside) (fails - base rate),

one-sided by Student over the replicates inside, corrected for looking at several strategies in two ways (Holm 1979).
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import stdtr

from analysis.comparison import holm
from analysis.robustness import Share, share

if TYPE_CHECKING:
    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]
    Groups = npt.NDArray[np.int64]

METHODS: Final = ("PRIM", "CART")
FOLDS: Final = 4
SIGNIFICANT: Final = 0.05
#: Worlds that fail, and that do not, below which there is nothing to look for.
LEAST: Final = 10
#: Inputs that a search takes, those that differ most between worlds that fail and that do not (Kolmogorov-Smirnov).
MOST_INPUTS: Final = 25
MASS: Final = 0.05
BOXES: Final = (
    "strategy", "method", "found", "region", "constant", "low", "high", "members", "quasi_p_low", "quasi_p_high", "coverage", "density",
    "mass", "base_rate", "worlds", "checked_density", "checked_low", "checked_high", "checked_worlds", "p_value", "p_holm",
)  # fmt: skip


class Limit(NamedTuple):
    """What a region restricts one input to: `[low, high]`, infinite where it is open, or some `members` of a category."""

    constant: str
    low: float = -np.inf
    high: float = np.inf
    members: tuple[str, ...] = ()
    quasi_p_low: float = np.nan
    quasi_p_high: float = np.nan


class Region(NamedTuple):
    """A box in the space of inputs and what it holds of the worlds that it was found in."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float


class Check(NamedTuple):
    """Failures inside the regions among worlds that were not looked at, and the chance of as many without any region."""

    density: Share
    worlds: int
    p_value: float


class Found(NamedTuple):
    """What one method says of one strategy; `why` is empty, `never`, `always` or `few` where there was nothing to look for.

    `tree` is the text of CART.
    """

    strategy: str
    method: str
    base_rate: float
    worlds: int
    fails: int
    why: str
    regions: tuple[Region, ...]
    check: Check | None
    p_holm: float
    tree: str

    @property
    def believed(self) -> bool:
        """Whether its regions hold in worlds that were not looked at."""
        return bool(self.regions) and self.p_holm < SIGNIFICANT


Search = Callable[[pd.DataFrame, "Flags", int], tuple[tuple[Region, ...], str]]


def inside(x: pd.DataFrame, regions: Sequence[Region]) -> Flags:
    """Which worlds lie in any of the regions."""
    found = np.zeros(len(x), bool)
    for region in regions:
        own = np.ones(len(x), bool)
        for limit in region.limits:
            values = x[limit.constant]
            own &= (
                values.isin(limit.members).to_numpy()
                if limit.members
                else ((values >= limit.low) & (values <= limit.high)).to_numpy()
            )
        found |= own
    return found


def discover(x: pd.DataFrame, fails: pd.DataFrame, replicates: Groups, seed: int) -> list[Found]:
    """What PRIM and CART find for each strategy.

    `x`: a row a world, numbers and categories; `fails`: the same rows, a column a strategy; `replicates`: the draw that each world has.
    """
    found = [
        _one(x, fails[strategy].to_numpy(bool), replicates, seed, str(strategy), method)
        for strategy in fails.columns
        for method in METHODS
    ]
    adjusted = holm(np.array([np.nan if one.check is None else one.check.p_value for one in found]))
    return [one._replace(p_holm=float(p)) for one, p in zip(found, adjusted, strict=True)]


def _one(x: pd.DataFrame, y: Flags, replicates: Groups, seed: int, strategy: str, method: str) -> Found:
    count, fails = len(y), int(y.sum())
    why = (
        "never"
        if fails == 0
        else "always"
        if fails == count
        else "few"
        if min(fails, count - fails) < LEAST
        else ""
    )
    base = fails / count
    if why:
        return Found(strategy, method, base, count, fails, why, (), None, np.nan, "")
    search: Search = prim if method == "PRIM" else cart
    regions, tree = search(x, y, seed)
    return Found(
        strategy,
        method,
        base,
        count,
        fails,
        "",
        regions,
        checked(search, x, y, replicates, seed),
        np.nan,
        tree,
    )


def checked(search: Search, x: pd.DataFrame, y: Flags, replicates: Groups, seed: int) -> Check:
    """How a search does in worlds that it has not looked at."""
    each, own = np.unique(replicates, return_inverse=True)
    rng = np.random.default_rng([seed, zlib.crc32(b"folds")])
    fold = (rng.permutation(len(each)) % FOLDS)[own]
    within = np.zeros(len(y), bool)
    for k in range(FOLDS):
        seen, unseen = fold != k, fold == k
        if 0 < y[seen].sum() < seen.sum():
            regions, _ = search(x[seen].reset_index(drop=True), y[seen], seed)
            within[unseen] = inside(x[unseen], regions)
    groups = np.unique(own[within], return_inverse=True)[1]
    excess = np.bincount(groups, y[within] - y.mean())
    spread = float(np.sqrt((excess**2).sum()))
    p = 1.0 if len(excess) < 2 or spread == 0.0 else float(stdtr(len(excess) - 1, -excess.sum() / spread))
    return Check(share(y[within], groups), int(within.sum()), p)


def telling(x: pd.DataFrame, y: Flags) -> list[str]:
    """The inputs that differ most between worlds that fail and that do not, at most `MOST_INPUTS`; categories always."""
    numbers = list(x.select_dtypes("number").columns)
    apart = {name: stats.ks_2samp(x.loc[y, name], x.loc[~y, name]).statistic for name in numbers}
    kept = set(sorted(numbers, key=lambda name: (-apart[name], name))[:MOST_INPUTS])
    return [name for name in x.columns if name in kept or name not in apart]


def _region(limits: Sequence[Limit], x: pd.DataFrame, y: Flags) -> Region:
    own = inside(x, [Region(tuple(limits), np.nan, np.nan, np.nan)])
    hits = float((own & y).sum())
    return Region(tuple(limits), hits / y.sum(), hits / max(1, own.sum()), float(own.mean()))


# --- PRIM -------------------------------------------------------------------------------------------------------------------------


def prim(x: pd.DataFrame, y: Flags, seed: int) -> tuple[tuple[Region, ...], str]:
    """The box of the peeling trajectory that holds the largest excess of failures for its size, without what chance may have restricted.

    Of all boxes that with the largest (failures - n · base rate) / √n is taken; then restrictions whose quasi-p value exceeds
    `SIGNIFICANT` are dropped, the weakest first. No region when none is left.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of packages that the workbench would use if they were there
        from ema_workbench.analysis.prim import Prim

        kept = x[telling(x, y)].reset_index(drop=True)
        base = float(y.mean())
        box = Prim(kept, y.astype(int), threshold=base, mass_min=max(MASS, LEAST / len(y))).find_box()
        trajectory = box.peeling_trajectory
        excess = (trajectory["k"] - trajectory["n"] * base) / np.sqrt(trajectory["n"].astype(float))
        at = int(np.argmax(excess.to_numpy(float)))
        while weak := {name: p for name, p in _quasi_p(box.qp[at]).items() if p > SIGNIFICANT}:
            box.drop_restriction(max(sorted(weak), key=weak.__getitem__), at)
            at = len(box.box_lims) - 1
    limits = [_limit(name, box.box_lims[at][name], box.qp[at][name]) for name in box.qp[at]]
    return ((_region(limits, x, y),) if limits else (), "")


def _quasi_p(values: dict[str, list[float]]) -> dict[str, float]:
    """The best quasi-p value of each restricted input; -1 marks an end that is open."""
    return {name: min(p for p in ends if p >= 0.0) for name, ends in values.items()}


def _limit(name: str, ends: pd.Series, quasi: list[float]) -> Limit:
    low, high = ends.iloc[0], ends.iloc[1]
    p = [value if value >= 0.0 else np.nan for value in quasi]
    if isinstance(low, set):
        return Limit(name, members=tuple(sorted(low)), quasi_p_low=p[0])
    return Limit(
        name,
        float(low) if np.isfinite(p[0]) else -np.inf,
        float(high) if np.isfinite(p[1]) else np.inf,
        (),
        p[0],
        p[1],
    )


# --- CART -------------------------------------------------------------------------------------------------------------------------


def cart(x: pd.DataFrame, y: Flags, seed: int) -> tuple[tuple[Region, ...], str]:
    """The leaves that fail more often than the base rate, densest first, and the text of the whole tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.cart import CART
        from sklearn.tree import DecisionTreeClassifier, export_text

    made = CART(x, y, mass_min=MASS)
    # Of equal splits scikit-learn takes one at random: here it is that of the seed.
    leaf = max(1, int(MASS * len(y)))
    made.clf = DecisionTreeClassifier(min_samples_leaf=leaf, random_state=seed % 2**32)
    made.clf.fit(pd.get_dummies(x, prefix_sep=CART.sep).to_numpy(float), y)
    leaves = [_region(limits, x, y) for limits in _leaves(made.clf.tree_, made.feature_names, x, CART.sep)]
    dense = sorted((r for r in leaves if r.density > y.mean()), key=lambda r: (-r.density, -r.mass))
    told = export_text(
        made.clf,
        feature_names=[name.replace(CART.sep, "=") for name in made.feature_names],
        show_weights=True,
        decimals=4,
    )
    return tuple(dense), told


def _leaves(tree: Any, names: Sequence[str], x: pd.DataFrame, sep: str) -> list[list[Limit]]:
    """The limits of each leaf."""
    found: list[list[Limit]] = []
    whole: dict[str, Limit] = {}
    left = [(0, whole)]
    while left:
        node, limits = left.pop()
        if tree.children_left[node] < 0:
            found.append(list(limits.values()))
            continue
        name, _, member = names[tree.feature[node]].partition(sep)
        for child, below in ((tree.children_left[node], True), (tree.children_right[node], False)):
            own = limits.get(
                name, Limit(name, members=tuple(sorted(set(x[name])))) if member else Limit(name)
            )
            if member:
                own = own._replace(members=tuple(m for m in own.members if (m == member) != below))
            elif below:
                own = own._replace(high=min(own.high, float(tree.threshold[node])))
            else:
                own = own._replace(low=max(own.low, float(tree.threshold[node])))
            left.append((child, limits | {name: own}))
    return found


# --- the table --------------------------------------------------------------------------------------------------------------------


def boxes(found: Sequence[Found]) -> pd.DataFrame:
    """One row a restricted input of a region, columns `BOXES`; one row without any where nothing is believed. Open ends are empty."""
    rows = []
    for one in found:
        check = one.check or Check(Share(np.nan, np.nan, np.nan), 0, np.nan)
        after = {
            "base_rate": one.base_rate, "worlds": one.worlds, "checked_density": check.density.share, "checked_low": check.density.low,
            "checked_high": check.density.high, "checked_worlds": check.worlds, "p_value": check.p_value, "p_holm": one.p_holm,
        }  # fmt: skip
        head = {"strategy": one.strategy, "method": one.method, "found": one.believed}
        if not one.believed:
            rows.append(head | after)
        for number, region in enumerate(one.regions if one.believed else (), 1):
            own = {
                "region": number,
                "coverage": region.coverage,
                "density": region.density,
                "mass": region.mass,
            }
            rows += [
                head | own | after | limit._asdict() | {"members": " ".join(limit.members)}
                for limit in region.limits
            ]
    table = pd.DataFrame(rows, columns=list(BOXES)).replace([np.inf, -np.inf], np.nan)
    return table.astype({"region": "Int64"})
