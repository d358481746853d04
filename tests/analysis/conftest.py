"""A result folder made by hand: columns as the model declares them, numbers whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import sensitivity
from sim.needs import SEATS, Role
from sim.organizations.organization import seat_name
from sim.outcomes import OUTCOMES
from sim.records import DAILY

DAYS, REFORM_DAY, COMMUNITIES, CELLS, RESIDENTS = 70, 28, 2, 4, 1000.0
ACTORS = ("party", "government", "self_governing", "social", "enterprise", "residents")


def described(name: str) -> dict[str, Any]:
    """A strategy as a manifest holds it."""
    title = {"en": f"The {name} way", "zh": f"{name} 方案"}
    return {
        "name": name,
        "title": title,
        "summary": {"en": "What it does.", "zh": "做什么。"},
        "mechanisms": {},
    }


def run_row(run: dict[str, Any], effect: float, rng: np.random.Generator) -> dict[str, Any]:
    """A row of runs: replicate-specific values shared by all strategies, plus the effect of this one."""
    shared = np.random.default_rng(run["replicate"])
    row = {"future": "reference", **run, "world": "classroom", "seed": 1, "intensity": 1.0}
    row |= {"days": DAYS, "reform_day": REFORM_DAY}
    for outcome in OUTCOMES:
        row[outcome.name] = 0.5 + 0.1 * shared.random() + effect * (1 + 0.2 * rng.random())
    return row


def daily_table(run_id: str, effect: float) -> pd.DataFrame:
    """Constant counts, changed by the effect from the reform on."""
    day = np.repeat(np.arange(DAYS, dtype=np.int32), COMMUNITIES)
    community = np.tile(np.arange(COMMUNITIES, dtype=np.int32), DAYS)
    columns: dict[str, Any] = {"run_id": run_id, "day": day, "community": community}
    for column in DAILY:
        columns[column.name] = np.where(day >= REFORM_DAY, 10.0 * (1 + effect), 10.0)
    columns["residents"] = np.full(day.size, RESIDENTS)
    return pd.DataFrame(columns)


def ledger_table(run_id: str, effect: float) -> pd.DataFrame:
    """One institution an actor kind; the effect falls on government alone."""
    used = [1000.0 + (500.0 * effect if a == "government" else 0.0) for a in ACTORS]
    return pd.DataFrame({
        "run_id": run_id, "institution": range(6), "actor_kind": ACTORS, "level": "street", "resource_kind": "administrative",
        "role": [2, 20, 22, 24, 25, 29], "hours_available": 5000.0, "hours_used": used, "hours_lent": [20.0 * (a == "enterprise") for a in ACTORS],
        "hours_borrowed": [20.0 * (a == "government") for a in ACTORS], "money_available": 9e6, "money_used": [100 * h for h in used],
    })  # fmt: skip


def ties_table(run_id: str, effect: float) -> pd.DataFrame:
    """All pairs of a circle; the effect falls on the tie between the street committee and the street office."""
    one, other = np.triu_indices(SEATS, 1)
    names = np.array([seat_name(seat) for seat in range(SEATS)])
    rest = 0.2 + 0.01 * one
    moved = (one == Role.STREET_COMMITTEE) & (other == Role.STREET_OFFICE)
    return pd.DataFrame({
        "run_id": run_id, "institution": names[one], "partner": names[other], "seat": one.astype(np.int32), "partner_seat": other.astype(np.int32),
        "before": rest, "after": rest + effect * moved, "joint_before": 0.0, "joint_after": 3.0 * moved,
    })  # fmt: skip


def cell_table(run_id: str, effect: float) -> pd.DataFrame:
    """Two communities of two cells each, side by side."""
    cell = np.arange(CELLS)
    frame = {
        "run_id": run_id,
        "cell": cell,
        "community": cell // 2,
        "x": cell % 2 + 2 * (cell // 2),
        "y": 0 * cell,
    }
    levels = dict.fromkeys(
        ("satisfaction", "disorder", "facility", "social_capital", "migrant_share", "conflict"), 0.5
    )
    return pd.DataFrame(
        {**frame, **levels, "residents": 250.0, "open_needs": 5.0 + cell - effect, "backlog": 1.0}
    )


@pytest.fixture(scope="session")
def make_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`make_store(effects, replicates=3, missing=0, futures=(...))`: a store with one strategy for each item of `effects`."""

    def make(
        effects: dict[str, float],
        replicates: int = 3,
        missing: int = 0,
        futures: tuple[str, ...] = ("reference",),
    ) -> Path:
        root = tmp_path_factory.mktemp("store")
        runs = [
            {"run_id": f"{i:08x}{f:04x}{r:04x}", "strategy": s, "replicate": r, "future": future}
            for f, future in enumerate(futures)
            for i, s in enumerate(effects)
            for r in range(replicates)
        ]
        rng, rows = np.random.default_rng(7), []
        for run in runs[: len(runs) - missing]:
            effect, run_id = effects[run["strategy"]], run["run_id"]
            rows.append(run_row(run, effect, rng))
            made = {"runs": pd.DataFrame([rows[-1]]), "daily": daily_table(run_id, effect)}
            made |= {"ledger": ledger_table(run_id, effect), "cells": cell_table(run_id, effect)}
            made["ties"] = ties_table(run_id, effect)
            for table, frame in made.items():
                (root / table).mkdir(parents=True, exist_ok=True)
                frame.to_parquet(root / table / f"{run_id}.parquet", index=False)
        pd.DataFrame(rows).sort_values(["strategy", "replicate"]).to_parquet(
            root / "runs.parquet", index=False
        )
        (root / "manifest.json").write_text(
            json.dumps(manifest(list(effects), replicates, runs), ensure_ascii=False)
        )
        return root

    return make


def manifest(strategies: list[str], replicates: int, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """A manifest as the experiments write it."""
    config = {
        "command": "compare", "world": {"name": "classroom", "title": {"en": "A class", "zh": "课堂"}, "parameters": {}},
        "strategies": [described(s) for s in strategies],
        "future": {"name": "reference", "title": {"en": "Reference", "zh": "基准"}},
        "days": DAYS, "reform_day": REFORM_DAY, "replicates": replicates, "seed": 1, "baseline": "auto", "budget": "own",
        "parameters": {}, "pin": {}, "out": "/somewhere/private",
    }  # fmt: skip
    return {
        "format": 1, "model_version": "0.1.0+abc", "command": "compare", "seed": 1, "baseline": strategies[0], "git_commit": None,
        "packages": {"numpy": "2"}, "python": "3.11", "platform": "Linux", "machine": "private-host", "runs": runs,
        "config": config, "start": "2026-11-24T00:00:00", "end": None, "status": "finished",
    }  # fmt: skip


@pytest.fixture(scope="session")
def put_beside() -> Callable[[Path], None]:
    """Lays tables of an attribution and of both sensitivity analyses beside the runs of a store."""

    def put(store: Path) -> None:
        low = {
            "alone_low": -2.0,
            "alone_high": 0.5,
            "last_low": -2.0,
            "last_high": 0.5,
            "shapley_low": -1.0,
            "shapley_high": -0.5,
        }
        row = {
            "strategy": "wuhan",
            "outcome": "unmet_need_days",
            "unit": "days",
            "alone": -1.0,
            "last": -1.0,
            "shapley": -0.75,
            "verdict": "better",
        }
        rows = [
            row | low | {"mechanism": name, "replicates": 3, "orders": 2}
            for name in ("whistle", "shared_network")
        ]
        pd.DataFrame(rows).to_csv(store / "attribution.csv", index=False)
        places = sensitivity.index(
            lambda x: x @ np.array([[1.0], [2.0]]), ["voice.a", "replicate"], ["satisfaction"], 16, 1
        )
        places.table.to_csv(store / "indices.csv", index=False)
        screened = sensitivity.screen(
            lambda x: x @ np.array([[1.0], [-2.0]]), ["voice.a", "voice.b"], ["satisfaction"], 4, 1
        )
        screened.to_csv(store / "screening.csv", index=False)

    return put
