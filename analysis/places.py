"""Communities on a map: their polygons as a result folder keeps them, and how much need stays unmet in each.

unmet need days per resident and year of community m = 365 · Σ_t open needs_mt / Σ_t residents_mt, over the days since the reform
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.comparison import paired
from sim.errors import StoreError

MAP: Final = "map.geojson"
COLUMNS: Final = ("needs_open", "residents")
_DAYS_PER_YEAR: Final = 365.0
_KILOMETRES: Final = 6371.0088 * math.pi / 180.0
"""Of a degree on the mean sphere (IUGG)."""
Array = npt.NDArray[Any]


class Place(NamedTuple):
    """One community: its name, and its rings on a flat map, `[points, 2]` in kilometres east and north of the south-west corner."""

    name: str
    rings: tuple[Array, ...]


def places(path: Path) -> tuple[Place, ...]:
    """The communities of a result folder in the order of their numbers; none where it keeps no map.

    The map is equirectangular and true in the middle of the place, x = R cos(φ₀) λ and y = R φ: areas of a place a few degrees wide
    keep their proportions within some per cent.

    Raises
    ------
    StoreError
        The file is there and cannot be read as the map of a result folder.
    """
    file = path / MAP
    if not file.is_file():
        return ()
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        named = [(str(one["properties"]["name"]), one["geometry"]["coordinates"]) for one in features]
        degrees = [
            [np.array(ring, float) for polygon in polygons for ring in polygon] for _, polygons in named
        ]
        low = np.min([ring.min(0) for rings in degrees for ring in rings], 0)
        high = np.max([ring.max(0) for rings in degrees for ring in rings], 0)
        scale = _KILOMETRES * np.array([math.cos(math.radians((low[1] + high[1]) / 2.0)), 1.0])
        return tuple(
            Place(name, tuple((ring - low) * scale for ring in rings))
            for (name, _), rings in zip(named, degrees, strict=True)
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise StoreError(
            f"{file}: cannot be read as a map ({error}); `xietong check store={path}` tells more",
            f"{file}：无法作为地图读取（{error}）；`xietong check store={path}` 说明详情",
        ) from None


def unmet(daily: pd.DataFrame, first: int) -> pd.DataFrame:
    """Unmet need days per resident and year since day `first` of one run: columns `community value`."""
    since = daily[daily["day"] >= first]
    sums = since.groupby("community", sort=True)[list(COLUMNS)].sum()
    value = _DAYS_PER_YEAR * sums["needs_open"] / sums["residents"].where(sums["residents"] > 0)
    return value.rename("value").reset_index()


def differences(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Each community under each strategy: columns `strategy community mean difference ci_low ci_high replicates`.

    `table` has `strategy replicate community value`. Differences to the baseline are paired by replicate (analysis.comparison.paired);
    rows of the baseline have none, and intervals need two pairs.
    """
    wide = table.pivot_table(
        index="replicate", columns=["strategy", "community"], values="value", dropna=False
    )
    rows = []
    for strategy in dict.fromkeys(table["strategy"]):
        for community in sorted(table["community"].unique()):
            own = wide[strategy, community].to_numpy(float)
            if strategy == baseline:
                rows.append(
                    (
                        strategy,
                        community,
                        float(np.nanmean(own)),
                        np.nan,
                        np.nan,
                        np.nan,
                        int(np.isfinite(own).sum()),
                    )
                )
                continue
            found = paired(own, wide[baseline, community].to_numpy(float))
            rows.append(
                (
                    strategy,
                    community,
                    found.mean,
                    found.difference,
                    found.ci_low,
                    found.ci_high,
                    found.replicates,
                )
            )
    heads = ["strategy", "community", "mean", "difference", "ci_low", "ci_high", "replicates"]
    return pd.DataFrame(rows, columns=heads)


def middle(rings: Sequence[Array]) -> tuple[float, float]:
    """A place for a label: the middle of the widest stretch of the rings along the height of their centre of area."""
    largest = max(rings, key=lambda ring: abs(_twice_area(ring)))
    x, y = largest[:, 0], largest[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    whole = cross.sum()
    height = float(((y[:-1] + y[1:]) * cross).sum() / (3.0 * whole)) if whole else float(y.mean())
    passes: list[float] = []
    for ring in rings:
        a, b = ring[:-1], ring[1:]
        through = (a[:, 1] <= height) != (b[:, 1] <= height)
        p, q = a[through], b[through]
        passes += list(p[:, 0] + (q[:, 0] - p[:, 0]) * (height - p[:, 1]) / (q[:, 1] - p[:, 1]))
    passes.sort()
    pairs = list(zip(passes[::2], passes[1::2], strict=False))
    if not pairs:
        return float(x.mean()), height
    left, right = max(pairs, key=lambda pair: pair[1] - pair[0])
    return 0.5 * (left + right), height


def _twice_area(ring: Array) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())
