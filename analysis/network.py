"""The network of institutions before the reform and at the end of runs, from the ties of pairs that a store keeps (`experiments.ties`).

An institution here is a seat in a community's circle; ties are means over communities, 0-1, and have no direction. Measures:

    strength        sum of the ties of an institution (weighted degree)
    clustering      how much the partners of an institution are tied among themselves, mean over institutions (Onnela et al. 2005)
    betweenness     share of shortest ways between others that lead over it, a way being short where ties are strong (Brandes 2001)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

PAIR: Final = ["seat", "partner_seat", "institution", "partner"]
VALUES: Final = ["before", "after", "joint_before", "joint_after"]
COLUMNS: Final = [*PAIR, *VALUES]
#: A change smaller than this is drawn and told as none.
VISIBLE: Final = 0.005
WHEN: Final = ("before", "after")
MEASURES: Final = ("strength", "clustering", "most_between", "grown", "fallen")


def means(parts: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Mean over replicates by strategy and pair, columns `strategy`, `COLUMNS`, `replicates`; `parts` are strategies with tables of runs."""
    kept: dict[str, tuple[pd.DataFrame, list[Array]]] = {}
    for strategy, table in parts:
        # Every run has the same pairs in the same order: they are the seats of a circle.
        kept.setdefault(strategy, (table[PAIR], []))[1].append(table[VALUES].to_numpy(float))
    made = [
        pairs.assign(**dict(zip(VALUES, np.mean(values, axis=0).T, strict=True)), replicates=len(values)).assign(strategy=strategy)
        for strategy, (pairs, values) in kept.items()
    ]  # fmt: skip
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def loads(ledgers: pd.DataFrame) -> pd.DataFrame:
    """Share of their hours that institutions use, by strategy and seat: columns `strategy seat load`."""
    sums = ledgers.groupby(["strategy", "role"], sort=False)[["hours_used", "hours_available"]].sum()
    load = sums["hours_used"] / sums["hours_available"].where(sums["hours_available"] > 0.0)
    return load.rename("load").reset_index().rename(columns={"role": "seat"})


def seats(ledgers: pd.DataFrame) -> pd.DataFrame:
    """Level and actor kind of each seat of a circle, columns `seat level actor_kind`."""
    known = ledgers[["role", "level", "actor_kind"]].drop_duplicates("role").rename(columns={"role": "seat"})
    return known.astype({"level": str, "actor_kind": str}).sort_values("seat").reset_index(drop=True)


def measures(ties: pd.DataFrame) -> pd.DataFrame:
    """Measures of the network of each strategy before and after, columns `strategy when` and `MEASURES`.

    `strength` is the mean over institutions, `most_between` the institution with the highest betweenness, `grown` and `fallen` count pairs
    whose tie moved by more than `VISIBLE`.
    """
    rows: list[tuple[Any, ...]] = []
    known: dict[bytes, tuple[float, float, str]] = {}
    for strategy, own in ties.groupby("strategy", sort=False):
        moved = own["after"] - own["before"]
        for when in WHEN:
            changed = (
                (int((moved > VISIBLE).sum()), int((moved < -VISIBLE).sum())) if when == "after" else (0, 0)
            )
            # Before the reform all strategies have one network.
            same = own[when].to_numpy(float).tobytes()
            if same not in known:
                known[same] = _measured(own, when)
            rows.append((strategy, when, *known[same], *changed))
    return pd.DataFrame(rows, columns=["strategy", "when", *MEASURES])


def _measured(own: pd.DataFrame, when: str) -> tuple[float, float, str]:
    import networkx as nx

    graph = nx.Graph()
    for row in own.sort_values(["seat", "partner_seat"]).to_dict("records"):
        if row[when] > 0.0:
            graph.add_edge(row["institution"], row["partner"], weight=row[when], way=1.0 / row[when])
    if not graph:
        return 0.0, 0.0, ""
    strength = float(np.mean([value for _, value in graph.degree(weight="weight")]))
    between = nx.betweenness_centrality(graph, weight="way")
    # Rounded, since sums in another order must not change who is named; among equals the first by name.
    most = min(between, key=lambda name: (-round(between[name], 9), name))
    return strength, float(nx.average_clustering(graph, weight="weight")), most


def moved(ties: pd.DataFrame, most: int) -> pd.DataFrame:
    """The pairs whose ties moved most under each strategy, at most `most` each, those that did not move visibly left out."""
    change = (ties["after"] - ties["before"]).round(9)
    chosen = ties.assign(change=change)[change.abs() > VISIBLE]
    ordered = chosen.sort_values(
        ["change", "seat", "partner_seat"], key=lambda c: -c.abs() if c.name == "change" else c, kind="stable"
    )
    first = ordered.groupby("strategy", sort=False).head(most)
    places = {strategy: i for i, strategy in enumerate(dict.fromkeys(ties["strategy"]))}
    return first.sort_values("strategy", key=lambda c: c.map(places), kind="stable").reset_index(drop=True)
