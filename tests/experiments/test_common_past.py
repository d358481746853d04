"""One past, many futures: strategies share every byte before the reform, and a fork is as good as a life without a break."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import experiments.task
from experiments.ensemble import carry_out, design
from experiments.store import Store
from experiments.task import Task, build, perform


def row_of(small, strategy: str, replicate: int) -> dict:
    runs = small.runs
    return runs[(runs["strategy"] == strategy) & (runs["replicate"] == replicate)].iloc[0].to_dict()


def outcomes_of(small) -> list[str]:
    return list(small.runs.columns[9:])


@pytest.mark.parametrize("replicate", [0, 1])
def test_placebo_equals_baseline_in_every_outcome(small, replicate: int) -> None:
    placebo, siloed = row_of(small, "placebo", replicate), row_of(small, "siloed", replicate)
    assert len(outcomes_of(small)) > 20
    for name in outcomes_of(small):
        assert np.array_equal(placebo[name], siloed[name], equal_nan=True), name


@pytest.mark.parametrize("table", ["daily", "ledger", "cells", "ties", "cases", "needs"])
def test_placebo_equals_baseline_in_every_table(small, table: str) -> None:
    ids = [row_of(small, name, 0)["run_id"] for name in ("placebo", "siloed")]
    first, second = (small.store.table(table, run_id).drop(columns="run_id") for run_id in ids)
    assert first.equals(second)


def test_a_real_strategy_differs(small) -> None:
    wuhan, siloed = row_of(small, "wuhan", 0), row_of(small, "siloed", 0)
    assert any(wuhan[name] != siloed[name] for name in outcomes_of(small) if np.isfinite(wuhan[name]))


def test_the_past_is_the_same_to_the_byte(small) -> None:
    daily = {
        name: small.store.table("daily", row_of(small, name, 0)["run_id"])
        for name in ("siloed", "placebo", "wuhan")
    }
    reform = small.settings.reform_day
    pasts = [table[table["day"] < reform].drop(columns="run_id") for table in daily.values()]
    assert len(pasts[0]) == reform * 2
    assert all(past.to_numpy().tobytes() == pasts[0].to_numpy().tobytes() for past in pasts)


def test_replicates_differ_already_in_the_past(small) -> None:
    first, second = (
        small.store.table("daily", row_of(small, "siloed", replicate)["run_id"]) for replicate in (0, 1)
    )
    assert not first.drop(columns="run_id").equals(second.drop(columns="run_id"))


def test_a_fork_equals_an_uninterrupted_life(small, tmp_path, contents) -> None:
    alone = Store(tmp_path / "alone")
    for run in design(small.settings):
        perform(Task(small.settings, run.replicate, (run,)), alone)
    forked = contents(small.store.root)
    assert {name: forked[name] for name in contents(alone.root)} == contents(alone.root)
    assert len(contents(alone.root)) == 6 * 7


def test_the_residents_of_a_model_leave_with_its_last_run(small, tmp_path, monkeypatch) -> None:
    """Else a worker would hold the residents of many runs until Python looks for circles."""
    held = []

    def watched(*given):
        model = build(*given)
        held.append(weakref.ref(model.state.residents.gain))
        return model

    monkeypatch.setattr(experiments.task, "build", watched)
    gc.disable()
    try:
        perform(
            Task(small.settings, 0, tuple(run for run in design(small.settings) if run.replicate == 0)),
            Store(tmp_path),
        )
        assert [residents() for residents in held] == [None]
    finally:
        gc.enable()


def test_order_of_strategies_changes_nothing(small, tmp_path, contents) -> None:
    turned = small.settings.model_copy(
        update={"strategies": small.settings.strategies[::-1], "out": tmp_path / "turned"}
    )
    carry_out(turned)
    assert contents(turned.out) == contents(small.store.root)


def test_processes_change_nothing(small, tmp_path, contents, capfd) -> None:
    parallel = small.settings.model_copy(update={"jobs": 2, "out": tmp_path / "parallel"})
    carry_out(parallel)
    assert contents(parallel.out) == contents(small.store.root)
    told = capfd.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 2, told.err


def test_a_run_of_one_strategy_is_the_run_of_the_comparison(small, tmp_path, contents, settings_of) -> None:
    words = "world=classroom days=24 reform_day=8 strategy=wuhan replicate=1 record=full"
    one = carry_out(settings_of("run", *words.split(), f"out={tmp_path / 'one'}"))
    run_id = one.runs["run_id"][0]
    assert run_id == row_of(small, "wuhan", 1)["run_id"]
    assert (one.store.path("daily", run_id)).read_bytes() == small.store.path("daily", run_id).read_bytes()
