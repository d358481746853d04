"""What an effect costs, as a comparison prints and keeps it."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments import worth


def test_tables_agree_with_the_runs(small) -> None:
    files = worth.keep(small.settings, small.runs)
    assert [file.name for file in files] == list(worth.FILES)
    found = pd.read_csv(small.store.root / "cost_effectiveness.csv").set_index("strategy")
    runs = small.runs.set_index(["strategy", "replicate"])
    cost = (runs.loc["wuhan", "programme_cost"] - runs.loc["siloed", "programme_cost"]).mean()
    avoided = (runs.loc["siloed", "unmet_need_days"] - runs.loc["wuhan", "unmet_need_days"]).mean()
    assert found.loc["wuhan", "cost"] == pytest.approx(cost, rel=1e-4)
    assert found.loc["wuhan", "effect"] == pytest.approx(avoided, rel=1e-4, abs=1e-6)
    assert found.loc["placebo", "verdict"] == "equal"
    curves = pd.read_csv(small.store.root / "acceptability.csv")
    totals = curves.groupby("willingness")[["probability", "share"]].sum()
    assert totals.to_numpy() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(("lang", "told"), [("en", "equal"), ("zh", "相等")])
def test_a_placebo_costs_and_brings_nothing(small, capsys, lang: str, told: str) -> None:
    worth.show(small.settings.model_copy(update={"lang": lang}), small.runs)
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("placebo")).split()
    assert row[1] == "0" and row[-1] == told


def test_without_a_common_replicate_nothing_is_kept(small) -> None:
    alone = small.runs[(small.runs["strategy"] == "siloed") | (small.runs["replicate"] == 0)]
    assert worth.keep(small.settings, alone) == []
