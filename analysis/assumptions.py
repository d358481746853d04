"""What a run rests on: every declared parameter with its unit, range, source and evidence grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from sim.parameters import GRADES, Parameter, declared

COLUMNS = (
    "group",
    "name",
    "value",
    "changed",
    "unit",
    "low",
    "high",
    "source",
    "grade",
    "deep",
    "mechanism",
    "en",
    "zh",
)


def assumptions(mechanisms_used: Iterable[str], overrides: Mapping[str, float] | None = None) -> pd.DataFrame:
    """The parameters of all laws and of the mechanisms in use, one row each, columns `COLUMNS`.

    `overrides` are dotted names with the values that a run used instead of the declared ones (`changed` says so). A mechanism
    that is not installed any more is left out.
    """
    from sim.laws import LAWS, groups

    known, used = groups(), set(mechanisms_used)
    chosen = {name: kind for name, kind in known.items() if name in LAWS or name in used}
    rows = [
        _row(group, name, parameter, overrides or {}, mechanism=group not in LAWS)
        for group, kind in chosen.items()
        for name, parameter in declared(kind).items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    group: str, name: str, p: Parameter, overrides: Mapping[str, float], mechanism: bool
) -> dict[str, Any]:
    dotted = f"{group}.{name}"
    return {
        "group": group, "name": name, "value": float(overrides.get(dotted, p.value)),
        "changed": dotted in overrides and overrides[dotted] != p.value, "unit": p.unit, "low": p.low, "high": p.high,
        "source": p.source, "grade": p.grade, "deep": p.deep, "mechanism": mechanism, "en": p.en, "zh": p.zh,
    }  # fmt: skip


def counts(table: pd.DataFrame) -> dict[str, int]:
    """How many parameters stand on each evidence grade, strongest first."""
    return {grade: int((table["grade"] == grade).sum()) for grade in GRADES}
