"""Equal budgets: every strategy spends the same, and a budget of one's own is what it always was."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from experiments import budget
from experiments.ensemble import carry_out
from experiments.identity import identity
from sim.errors import ConfigError

SMALL = ("world=classroom", "days=40", "reform_day=10", "jobs=1", "replicates=2")
LEVEL = 25.0
STRATEGIES = "strategies=[siloed,placebo,wuhan,shanghai,hierarchical]"


@pytest.fixture(scope="module")
def equal(settings_of, tmp_path_factory):
    """Five strategies at a cost of 25 CNY per resident and year."""
    out = tmp_path_factory.mktemp("equal") / "store"
    return carry_out(
        settings_of("compare", *SMALL, STRATEGIES, "budget=neutral", f"budget_level={LEVEL:g}", f"out={out}")
    )


def test_all_strategies_cost_the_same(equal) -> None:
    reached = {one.strategy.name: one.cost for one in equal.levels}
    assert len(reached) == 5 and all(budget.close(cost, LEVEL) for cost in reached.values())
    lived = equal.runs.groupby("strategy")["programme_cost"].mean()
    assert lived.to_dict() == pytest.approx(reached, abs=1e-9)  # so few replicates are all pilots


def test_dear_ones_shrink_and_cheap_ones_hire(equal) -> None:
    found = {one.strategy.name: one for one in equal.levels}
    for name in ("wuhan", "shanghai"):
        assert found[name].own_cost > LEVEL and 0 < found[name].factor < 1 and found[name].staff == 0
        assert "more_staff" not in found[name].strategy.mechanisms
    for name in ("siloed", "hierarchical"):
        assert found[name].own_cost < LEVEL and found[name].factor == 1 and 0 < found[name].staff < 1
        assert found[name].strategy.mechanisms["more_staff"].intensity == found[name].staff
    assert found["wuhan"].strategy.mechanisms["regional_platform"].intensity == pytest.approx(
        0.4 * found["wuhan"].factor, abs=1e-6
    )


def test_placebo_still_equals_siloed(equal) -> None:
    rows = {name: group.reset_index(drop=True) for name, group in equal.runs.groupby("strategy")}
    outcomes = list(equal.runs.columns[9:])
    assert rows["placebo"][outcomes].equals(rows["siloed"][outcomes])


def test_what_was_done_is_kept_beside_the_runs(equal) -> None:
    kept = pd.read_csv(equal.store.root / "budget.csv").set_index("strategy")
    assert kept.loc["wuhan", "cost"] == pytest.approx(LEVEL, rel=budget.TOLERANCE)
    assert equal.store.root.joinpath("pilots", "manifest.json").exists()
    assert set(equal.runs["strategy"]) == set(kept.index)


def test_the_same_command_lives_nothing_again(equal, monkeypatch) -> None:
    monkeypatch.setattr("experiments.task.build", None)
    again = carry_out(equal.settings.model_copy(update={"strategies": tuple(_own(equal))}))
    assert again.runs.equals(equal.runs) and again.levels == equal.levels


def _own(equal):
    from sim.scenario import load_strategy

    return [load_strategy(one.strategy.name) for one in equal.levels]


def test_the_level_is_the_cheapest_that_costs_anything(xietong, without_report) -> None:
    called = xietong(
        "compare", "world=classroom", "days=24", "reform_day=4", "jobs=1", "replicates=1",
        "strategies=[siloed,wuhan,hierarchical]", "budget=neutral", "out=n",
    )  # fmt: skip
    assert called.code == 0
    kept = pd.read_csv("n/budget.csv").set_index("strategy")
    level = kept.loc["hierarchical", "own_cost"]
    assert kept.loc["hierarchical", "factor"] == 1 and kept.loc["hierarchical", "staff"] == 0
    assert all(abs(cost - level) <= 0.05 * level for cost in kept["cost"])
    told = "\n".join(called.out)
    assert "equal budgets" in told and "scaled down" in told
    assert "budget.csv" in (pd.read_json("n/manifest.json", typ="series")["files"])


def test_a_level_out_of_reach_is_told(settings_of, tmp_path) -> None:
    words = (
        "world=classroom",
        "days=24",
        "reform_day=4",
        "jobs=1",
        "replicates=1",
        "strategies=[siloed,hierarchical]",
    )
    settings = settings_of(
        "compare", *words, "budget=neutral", "budget_level=90000", f"out={tmp_path / 'high'}"
    )
    with pytest.raises(ConfigError, match="siloed cannot spend 90,000 CNY"):
        carry_out(settings)


def test_a_budget_of_ones_own_leaves_everything_as_it_is(settings_of, tmp_path, contents) -> None:
    words = (
        "world=classroom",
        "days=24",
        "reform_day=8",
        "jobs=1",
        "replicates=1",
        "strategies=[siloed,wuhan]",
    )
    said, unsaid = (
        carry_out(settings_of("compare", *words, *more, f"out={tmp_path / name}"))
        for name, more in (("said", ("budget=own",)), ("unsaid", ()))
    )
    assert said.levels == unsaid.levels == ()
    assert contents(said.store.root) == contents(unsaid.store.root)
    assert not (said.store.root / "pilots").exists() and not (said.store.root / "budget.csv").exists()
    assert [one.mechanisms for one in said.settings.strategies] == [
        one.mechanisms for one in unsaid.settings.strategies
    ]
    # Nothing of the searches and budgets has entered the name of a run.
    assert set(identity(said.settings, said.settings.strategies[0], 0)) == {
        "model", "world", "strategy", "future", "parameters", "budget", "days", "reform_day", "seed", "pin", "replicate",
    }  # fmt: skip


@pytest.mark.parametrize("curve", [lambda x: 80 * x, lambda x: 80 * x**3, lambda x: 80 * math.sqrt(x)])
@pytest.mark.parametrize("level", [2.0, 37.0, 79.0])
def test_the_root_is_found_on_any_rising_curve(curve, level: float) -> None:
    steps, asked = budget._root(level, 0.0, 80.0), []
    try:
        dose = next(steps)
        while True:
            asked.append(dose)
            dose = steps.send(curve(dose))
    except StopIteration as end:
        found = end.value
    assert budget.close(curve(found), level) and len(asked) <= budget.STEPS


def test_a_step_curve_ends_with_its_best(settings_of) -> None:
    """Where no dose hits the level the search ends, and keeps the nearest cost that it has met."""
    steps = budget._root(40.0, 0.0, 80.0)
    dose, asked = next(steps), 0
    with pytest.raises(StopIteration):
        while True:
            asked += 1
            dose = steps.send(80.0 if dose > 0.333 else 10.0)
    assert asked <= budget.STEPS
