"""The table of an earlier screening that `calibrate` is given: judged whole before anything is lived or written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.calibration.screening import COLUMNS, strongest
from experiments.faults import Faults, shown
from experiments.ranges import uncertain
from experiments.texts import text

if TYPE_CHECKING:
    from experiments.settings import Settings

#: Faults of one table that are told.
TOLD: Final = 8


def read(settings: Settings, targets: Sequence[str]) -> pd.DataFrame | None:
    """The table `screen` without the constants that the settings fix; None where none is given. `targets` are the fitted ones.

    Raises
    ------
    ConfigError
        It is no such table; names a constant or target that is not known, or a constant twice; has an effect that is no number of
        at least 0; or moves no target, where something is to be fitted.
    """
    if settings.screen is None:
        return None
    faults = Faults(settings.lang)
    table = _judged(settings.screen, targets, faults)
    left = table[~table["parameter"].isin(list(settings.parameters))].reset_index(drop=True)
    if settings.waves and not strongest(left, 1):
        faults.add("screen_idle", file=settings.screen)
        raise faults.error()
    return left


def _judged(path: Path, targets: Sequence[str], faults: Faults) -> pd.DataFrame:
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        faults.add("screen_unreadable", file=path, reason=" ".join(str(error).split()))
        raise faults.error() from None
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        faults.add("screen_no_column", file=path, columns=", ".join(missing), needed=", ".join(COLUMNS))
        raise faults.error()
    own = [name for name in table.columns if name not in COLUMNS]
    for name in (name for name in own if name not in targets):
        near = faults.near(name, targets)
        faults.add(
            "screen_strange_column", file=path, column=shown(name), near=near, known=", ".join(targets)
        )
    if not len(table):
        faults.add("screen_no_rows", file=path)
    _judge_names(path, table, targets, faults)
    for name in ("score", *own):
        _judge_effects(path, table, name, faults)
    if len(faults.lines) > TOLD:
        more = text(faults.lang, "fault_screen_more", file=path, count=len(faults.lines) - TOLD)
        faults.lines[TOLD:] = [more]
    faults.raise_any()
    return table


def _judge_names(path: Path, table: pd.DataFrame, targets: Sequence[str], faults: Faults) -> None:
    known, rows = uncertain().names, dict[str, int]()
    for row, (name, target) in enumerate(zip(table["parameter"], table["target"], strict=True), 1):
        where: dict[str, Any] = {"file": path, "row": row}
        if name not in known:
            faults.add("screen_strange_constant", **where, value=shown(name), near=faults.near(name, known))
        elif name in rows:
            faults.add("screen_twice", **where, value=name, before=rows[name])
        if target not in targets:
            faults.add(
                "screen_strange_target", **where, value=shown(target), near=faults.near(target, targets)
            )
        rows.setdefault(name, row)


def _judge_effects(path: Path, table: pd.DataFrame, name: str, faults: Faults) -> None:
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    for at in np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0.0))):
        faults.add(
            "screen_no_effect", file=path, row=at + 1, column=shown(name), value=shown(table[name].iloc[at])
        )
