"""Field trials that the model lives: who is treated when, the truth beside each estimate, files and messages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import estimate
from experiments.ensemble import carry_out
from sim.scenario import load_strategy

WORDS = (
    "strategy=wuhan", "world=classroom", "world.communities=4", "world.cells=1", "days=70", "reform_day=20", "period=10", "steps=2",
    "replicates=3", "jobs=1",
)  # fmt: skip


@pytest.fixture(scope="module")
def lived(settings_of, tmp_path_factory):
    """A small trial, all runs lived."""
    settings = settings_of("estimate", *WORDS, f"out={tmp_path_factory.mktemp('trial') / 'store'}")
    return carry_out(settings, estimate.planned(settings))


def test_each_replicate_deals_communities_out_anew_and_whole(settings_of) -> None:
    settings = settings_of("estimate", "strategy=wuhan", "world=street")
    dealt = [estimate.waves(settings, r, 4) for r in range(6)]
    assert all(sorted(one for wave in waves for one in wave) == list(range(8)) for waves in dealt)
    assert len(set(map(tuple, dealt))) > 1
    assert dealt[3] == estimate.waves(settings.model_copy(update={"replicates": 99, "jobs": 7}), 3, 4)


def test_turns_are_those_that_the_model_lives(settings_of) -> None:
    """The panel's turns are the days on which the mechanisms of the lived strategy begin."""
    from sim.laws import resolve
    from sim.randomness import draws_for
    from sim.strategies import Programme

    settings = settings_of("estimate", "strategy=wuhan", "world=street", "steps=3")
    for design in ("half", "wedge"):
        made = estimate.trials(settings, 2)[design]
        programme = Programme(made, resolve({}), 8, draws_for(1, 2), settings.reform_day)
        turns = estimate.begins(settings, 2, design)
        never = sum(estimate.periods(settings))
        days = np.where(turns < never, settings.reform_day % 30 + turns * 30, -1)
        for application in programme.applications:
            assert (application.begins == days).all()


def test_truth_is_the_paired_difference_of_the_runs(lived) -> None:
    found = estimate.estimates(lived)
    assert set(found["replicate"]) == {0, 1, 2}
    row = found.query(
        "replicate == 1 and outcome == 'satisfaction' and estimator == 'difference_in_differences'"
    ).iloc[0]
    settings = lived.settings
    own = lived.runs[lived.runs["replicate"] == 1].set_index("strategy")["run_id"]
    half, none = (
        lived.store.table("daily", own[name]).query("day >= 20") for name in ("wuhan_half", "wuhan_none")
    )
    treated = estimate.waves(settings, 1, 2)[0]

    def level(daily: pd.DataFrame) -> float:
        inside = daily[daily["community"].isin(treated)].assign(period=lambda t: (t["day"] - 20) // 10)
        sums = inside.groupby(["community", "period"])[["satisfaction_sum", "residents"]].sum()
        return float((100 * sums["satisfaction_sum"] / sums["residents"]).mean())

    assert row["truth"] == pytest.approx(level(half) - level(none))
    assert row["truth"] != 0


def test_before_the_turn_trial_and_no_treatment_are_one(lived) -> None:
    own = lived.runs[lived.runs["replicate"] == 0].set_index("strategy")["run_id"]
    past = [lived.store.table("daily", run).query("day < 20").drop(columns="run_id") for run in own]
    for other in past[1:]:
        pd.testing.assert_frame_equal(past[0], other)


def test_command_prints_estimates_beside_the_truth_and_keeps_both_files(xietong, compiled, tmp_path) -> None:
    called = xietong("estimate", *WORDS, "outcomes=[trust]", "out=t")
    told = "\n".join(called.out)
    assert called.code == 0 and called.out[-1] == "results: t"
    assert (
        "half: difference-in-differences" in told
        and "waves: Hussey & Hughes" in told
        and "placebo size" in told
    )
    assert "(trust)" in told and "(satisfaction)" not in told
    summary = pd.read_csv(tmp_path / "t/field_summary.csv")
    assert len(pd.read_csv(tmp_path / "t/field_estimates.csv")) == 3 * len(summary)
    # Bias is the mean of what the two other columns differ by.
    assert summary["bias"].to_numpy() == pytest.approx(
        (summary["estimate"] - summary["truth"]).to_numpy(), rel=1e-3, abs=1e-6
    )
    assert summary["coverage"].between(0, 1).all() and summary["size"].between(0, 1).all()
    assert xietong("check", "store=t").code == 0
    again = xietong("estimate", *WORDS, "outcomes=[trust]", "out=t", "lang=zh")
    assert again.code == 0 and "双重差分" in "\n".join(again.out) and "无需运行" in again.err[0]


def test_a_strategy_with_places_of_its_own_is_refused(xietong, tmp_path) -> None:
    import yaml

    raw = load_strategy("wuhan").model_dump(mode="json")
    first = next(iter(raw["mechanisms"]))
    raw["mechanisms"][first]["place"] = [0, 1]
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(raw | {"name": "own"}), encoding="utf-8")
    called = xietong("estimate", "strategy=own.yaml")
    assert called.code == 2 and first in called.err[0] and "place" in called.err[0]
