"""Which mechanism brings how much: alone, last, and as Shapley value (Shapley 1953).

For a set `S` of mechanisms let `v(S)` be an outcome of the strategy that has only these. Introduced in an order `π`, mechanism `i`
adds `v(before_π(i) + i) - v(before_π(i))`; its Shapley value is the mean over all orders, so that

    Σ_i φ_i = v(all) - v(none)

in every single replicate, whether all orders are taken or some are drawn. Drawn orders are independent between replicates, hence
the interval over replicates holds both kinds of chance, that of the world and that of the orders (Castro et al. 2009; an order
and its reverse together: Mitchell et al. 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from analysis.comparison import Paired, paired, verdict

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.outcomes import Outcome

    Array = npt.NDArray[np.float64]

Members: TypeAlias = frozenset[str]
Order: TypeAlias = tuple[str, ...]
COLUMNS = (
    "strategy", "mechanism", "outcome", "unit", "alone", "alone_low", "alone_high", "last", "last_low", "last_high",
    "shapley", "shapley_low", "shapley_high", "share", "verdict", "total", "total_low", "total_high", "replicates", "orders",
    "method", "scored_on", "better",
)  # fmt: skip


def coalitions(players: Sequence[str], orders: Iterable[Order]) -> list[Members]:
    """The sets of mechanisms that must be lived, smallest first: each step of each order, each one alone, all but each one."""
    whole = frozenset(players)
    found = {frozenset(order[:taken]) for order in orders for taken in range(len(order) + 1)}
    found |= {frozenset({player}) for player in players} | {whole - {player} for player in players}
    return sorted(found | {whole, frozenset()}, key=lambda members: (len(members), sorted(members)))


def shapley(value: Mapping[Members, Any], players: Sequence[str], orders: Iterable[Order]) -> dict[str, Any]:
    """Mean addition of each player over `orders`; `value` holds a number or an array of each coalition."""
    added = {player: 0.0 * value[frozenset()] for player in players}
    count = 0
    for order in orders:
        count += 1
        for taken, player in enumerate(order):
            before = frozenset(order[:taken])
            added[player] = added[player] + (value[before | {player}] - value[before])
    return {player: total / count for player, total in added.items()}


def attribute(
    runs: pd.DataFrame, strategy: str, members: Mapping[str, Members], orders: Mapping[int, Sequence[Order]], exact: bool,
    outcomes: Sequence[Outcome] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The table of all mechanisms × outcomes, columns `COLUMNS`.

    Parameters
    ----------
    runs : one row a run, as in `runs.parquet`.
    members : the mechanisms of each strategy in `runs`.
    orders : the orders of introduction of each replicate; replicates in which a run is missing are left out.
    exact : whether they are all orders.

    `share` is a mechanism's part of the total effect; it is missing where the total is undecided, as parts of nothing say nothing.
    """
    from sim.outcomes import OUTCOMES

    known = [o for o in (OUTCOMES if outcomes is None else outcomes) if o.name in runs.columns]
    players = sorted(set().union(*members.values()))
    needed = {replicate: coalitions(players, own) for replicate, own in orders.items()}
    values = _values(runs, members, [o.name for o in known], needed)
    effects = [_effects(value, players, orders[replicate]) for replicate, value in values.items()]
    count = len(next(iter(orders.values()), ()))
    rows: list[dict[str, Any]] = []
    for k, outcome in enumerate(known):
        if not effects:
            break
        total = _paired([e["total"][k] for e in effects])
        for player in players:
            alone, last, share = (
                _paired([e[kind][player][k] for e in effects]) for kind in ("alone", "last", "shapley")
            )
            rows.append({
                "strategy": strategy, "mechanism": player, "outcome": outcome.name, "unit": outcome.unit,
                **_told("alone", alone), **_told("last", last), **_told("shapley", share),
                "share": share.difference / total.difference if _decided(total) else np.nan,
                "verdict": verdict(share, outcome.better if outcome.better != "zero" else ""), **_told("total", total),
                "replicates": total.replicates, "orders": count, "method": "exact" if exact else "sampled",
                "scored_on": outcome.scored_on, "better": outcome.better,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _values(
    runs: pd.DataFrame,
    members: Mapping[str, Members],
    names: list[str],
    needed: Mapping[int, Sequence[Members]],
) -> dict[int, dict[Members, Array]]:
    """`[outcome]` of each coalition, by replicate; only replicates in which every coalition that they need was lived."""
    found: dict[int, dict[Members, Array]] = {}
    for replicate, group in runs.groupby("replicate"):
        table = group[names].to_numpy(float)
        found[int(replicate)] = {  # type: ignore[arg-type]
            members[name]: table[i] for i, name in enumerate(group["strategy"].astype(str))
        }
    return {r: found[r] for r in sorted(found) if r in needed and set(needed[r]) <= set(found[r])}


def _effects(
    value: Mapping[Members, Array], players: Sequence[str], orders: Sequence[Order]
) -> dict[str, Any]:
    none, whole = frozenset[str](), frozenset(players)
    return {
        "alone": {player: value[frozenset({player})] - value[none] for player in players},
        "last": {player: value[whole] - value[whole - {player}] for player in players},
        "shapley": shapley(value, players, orders),
        "total": value[whole] - value[none],
    }


def _paired(differences: Sequence[float]) -> Paired:
    found = np.asarray(differences, float)
    return paired(found, np.zeros_like(found))


def _decided(result: Paired) -> bool:
    return bool(result.ci_low > 0 or result.ci_high < 0)


def _told(name: str, result: Paired) -> dict[str, float]:
    return {name: result.difference, f"{name}_low": result.ci_low, f"{name}_high": result.ci_high}
