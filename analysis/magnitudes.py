"""The model against evidence: what the baseline shows beside what has been measured (scenarios/data/targets.csv)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.parameters import declared

#: Evidence grades, strongest first; a figure that rests on several sources is as weak as its weakest.
STRENGTH = ("data", "literature", "literature-recalled", "judgement", "placeholder")
COLUMNS = (
    "id", "quantity", "outcome", "unit", "mean", "lowest", "highest", "replicates", "low", "value", "high", "verdict",
    "evidence", "grade", "use", "set_by",
)  # fmt: skip


def load(name: str) -> pd.DataFrame:
    """A table of `scenarios/data`, `targets` or `evidence`."""
    from scenarios import DATA

    return pd.read_csv(Path(DATA) / f"{name}.csv")


def against_evidence(
    runs: pd.DataFrame, targets: pd.DataFrame | None = None, evidence: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Join the runs of one strategy with the targets: one row a target, columns `COLUMNS`.

    `mean`, `lowest`, `highest` are over replicates. `verdict`: `inside` when the mean lies in `[low, high]`, else `below` or
    `above`; `absent` when the runs do not hold the outcome.
    """
    targets = load("targets") if targets is None else targets
    evidence = load("evidence") if evidence is None else evidence
    grades = dict(zip(evidence["id"].astype(str), evidence["grade"].astype(str), strict=True))
    set_by = parameters_set_by_hand()
    rows = []
    for target in targets.to_dict("records"):
        values = (
            runs[target["outcome"]].to_numpy(float) if target["outcome"] in runs.columns else np.array([])
        )
        values = values[np.isfinite(values)]
        mean = float(values.mean()) if values.size else np.nan
        shown = (mean, values.min(), values.max()) if values.size else (np.nan,) * 3
        rows.append({
            **target, "mean": shown[0], "lowest": shown[1], "highest": shown[2], "replicates": values.size,
            "verdict": place(mean, target["low"], target["high"]), "grade": weakest(str(target["evidence"]), grades),
            "set_by": set_by.get(target["id"], ""),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def parameters_set_by_hand() -> dict[str, str]:
    """Dotted names of the parameters that were set to reach each target, by target id."""
    from sim.laws import groups

    found: dict[str, list[str]] = {}
    for group, kind in groups().items():
        for name, parameter in declared(kind).items():
            if parameter.set_for:
                found.setdefault(parameter.set_for, []).append(f"{group}.{name}")
    return {target: ", ".join(names) for target, names in found.items()}


def place(mean: float, low: float, high: float) -> str:
    """Where `mean` lies beside the range `[low, high]`, bounds included."""
    if not np.isfinite(mean):
        return "absent"
    if mean < low:
        return "below"
    return "above" if mean > high else "inside"


def weakest(ids: str, grades: dict[str, str]) -> str:
    """The weakest grade among the evidence `ids`, separated by semicolons; empty when none is known."""
    found = [grades[i.strip()] for i in ids.split(";") if i.strip() in grades]
    return max(
        found, key=lambda grade: STRENGTH.index(grade) if grade in STRENGTH else len(STRENGTH), default=""
    )
