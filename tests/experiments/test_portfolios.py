"""Strategies made from a strategy: their names, what each mechanism brings, and the search for portfolios under a budget."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest
import yaml

from experiments import attribute, configuration, optimise, search
from experiments.ensemble import carry_out
from experiments.identity import run_id
from experiments.objectives import GAPS, OBJECTIVES
from experiments.variants import STEPS, acting, dosed, scaled, subset
from sim.scenario import Dose, Strategy, load_strategy, names, read

SMALL = ("world=classroom", "days=40", "reform_day=10", "jobs=1")
WUHAN = ("big_committee", "brand_culture", "regional_platform")


def programme(*mechanisms: str, name: str = "made") -> Strategy:
    """A strategy of many mechanisms at full dose."""
    return load_strategy("siloed").model_copy(
        update={"name": name, "mechanisms": {one: Dose(ramp=0) for one in mechanisms}}
    )


# --- strategies made from a strategy ---------------------------------------------------------------------------------------------


def test_subsets_have_stable_names_and_the_doses_of_their_base() -> None:
    base = load_strategy("wuhan")
    assert acting(base) == WUHAN and acting(load_strategy("placebo")) == ()
    called = {
        members: subset(base, members).name for n in range(4) for members in itertools.combinations(WUHAN, n)
    }
    assert len(set(called.values())) == 8
    assert called[()] == "wuhan_none" and called[WUHAN] == "wuhan"
    assert called[("brand_culture",)] == "wuhan_only_brand_culture"
    assert called[("big_committee", "regional_platform")] == "wuhan_without_brand_culture"
    assert subset(base, ["regional_platform"]).mechanisms == {
        "regional_platform": base.mechanisms["regional_platform"]
    }
    assert subset(base, set(WUHAN)) is base


def test_larger_subsets_are_named_by_a_digit_for_each_mechanism() -> None:
    base = programme("whistle", "empowerment", "brand_culture", "dual_coverage", "big_committee")
    assert subset(base, ["whistle", "big_committee"]).name == "made_subset_10001"


def test_doses_are_steps_of_the_strategys_own() -> None:
    base = load_strategy("wuhan")
    made = dosed(base, dict(zip(WUHAN, (0, 2, 4), strict=True)))
    assert made.name == "wuhan_doses_024"
    assert {name: dose.intensity for name, dose in made.mechanisms.items()} == {
        "brand_culture": 0.5, "regional_platform": 0.4,
    }  # fmt: skip
    assert dosed(base, dict.fromkeys(WUHAN, STEPS)) is base
    assert set(made.seed) <= set(base.seed) and made.title.en != base.title.en


def test_scaled_strategies_keep_their_name_start_ramp_and_place() -> None:
    base = Strategy.from_mapping(
        load_strategy("siloed").model_dump()
        | {"mechanisms": {"whistle": {"intensity": 0.8, "start": 9, "ramp": 3, "place": [0]}}}
    )
    made = scaled(base, 0.25, more_staff=0.1)
    assert made.name == base.name and made.mechanisms["more_staff"].intensity == 0.1
    assert made.mechanisms["whistle"] == base.mechanisms["whistle"].model_copy(update={"intensity": 0.2})


# --- attribution -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attributed(settings_of, tmp_path_factory):
    """Wuhan taken apart in three replicates, and its table."""
    out = tmp_path_factory.mktemp("attributed") / "store"
    settings = settings_of("attribute", *SMALL, "strategy=wuhan", "replicates=3", f"out={out}")
    done = carry_out(settings, attribute.planned(settings))
    return done, attribute.attribution(done)


def test_every_subset_is_lived_in_every_replicate(attributed) -> None:
    done, _ = attributed
    assert len(done.runs) == done.planned == 8 * 3
    assert done.runs.groupby("strategy").size().eq(3).all()
    assert not (done.store.root / "daily").exists()


def test_values_add_up_to_the_total_effect(attributed) -> None:
    done, found = attributed
    runs = done.runs.set_index(["strategy", "replicate"])
    for outcome in ("unmet_need_days", "satisfaction", "programme_cost", "hours_total"):
        rows = found[found["outcome"] == outcome]
        total = (runs.loc["wuhan"][outcome] - runs.loc["wuhan_none"][outcome]).mean()
        assert rows["shapley"].sum() == pytest.approx(total, abs=1e-9)
        assert rows["total"].iloc[0] == pytest.approx(total, abs=1e-9)


def test_alone_and_last_are_paired_differences(attributed) -> None:
    done, found = attributed
    runs = done.runs.set_index(["strategy", "replicate"])["satisfaction"]
    row = found[(found["outcome"] == "satisfaction") & (found["mechanism"] == "brand_culture")].iloc[0]
    assert row["alone"] == pytest.approx((runs["wuhan_only_brand_culture"] - runs["wuhan_none"]).mean())
    assert row["last"] == pytest.approx((runs["wuhan"] - runs["wuhan_without_brand_culture"]).mean())
    assert row["shapley_low"] < row["shapley"] < row["shapley_high"]


def test_nothing_of_a_strategy_is_siloed(attributed, tmp_path) -> None:
    done, _ = attributed
    plain = done.settings.model_copy(
        update={"strategies": (load_strategy("siloed"),), "out": tmp_path / "siloed"}
    )
    alone = carry_out(plain.model_copy(update={"command": "compare"})).runs
    empty = done.runs[done.runs["strategy"] == "wuhan_none"].reset_index(drop=True)
    outcomes = list(alone.columns[9:])
    assert alone[outcomes].equals(empty[outcomes])


def test_many_mechanisms_are_taken_in_drawn_orders(settings_of, tmp_path) -> None:
    base = programme(
        "big_committee", "brand_culture", "dual_coverage", "empowerment", "regional_platform", "whistle"
    )
    words = (*SMALL, "strategy=wuhan", "replicates=2", "permutations=1", f"out={tmp_path / 'many'}")
    settings = settings_of("attribute", *words).model_copy(update={"strategies": (base,)})
    orders = attribute.orders(settings)
    assert list(orders) == [0, 1] and orders[0] != orders[1] and orders == attribute.orders(settings)
    assert all(
        own[1] == own[0][::-1] and sorted(own[0]) == sorted(base.mechanisms) for own in orders.values()
    )
    done = carry_out(settings, attribute.planned(settings))
    assert done.planned <= 2 * (2 + 4 * 6) and not done.failed
    found = attribute.attribution(done)
    rows = found[found["outcome"] == "programme_cost"]
    assert set(rows["method"]) == {"sampled"} and set(rows["orders"]) == {2} and len(rows) == 6
    assert rows["shapley"].sum() == pytest.approx(rows["total"].iloc[0])


def test_the_orders_of_the_others_do_not_hang_on_a_further_mechanism(settings_of, tmp_path) -> None:
    settings = settings_of("attribute", *SMALL, "strategy=wuhan", f"out={tmp_path}")
    six = ("big_committee", "brand_culture", "dual_coverage", "empowerment", "regional_platform", "whistle")

    def drawn(*mechanisms: str):
        return attribute.orders(settings.model_copy(update={"strategies": (programme(*mechanisms),)}))

    more, fewer = drawn(*six, "hierarchical_command"), drawn(*six)
    for replicate, own in fewer.items():
        assert [tuple(m for m in order if m in six) for order in more[replicate]] == own


def test_the_command_prints_tables_and_keeps_the_file(xietong, tmp_path) -> None:
    words = ("attribute", *SMALL, "strategy=wuhan", "replicates=2")
    called = xietong(*words)
    told = "\n".join(called.out)
    assert called.code == 0 and all(name in told for name in WUHAN)
    assert "all 6 orders" in told and "programme_cost" in told and "case_rating" not in told
    kept = pd.read_csv(tmp_path / "outputs/attribute/attribution.csv")
    assert set(kept["mechanism"]) == set(WUHAN) and kept["outcome"].nunique() > 40
    manifest = json.loads((tmp_path / "outputs/attribute/manifest.json").read_text())
    assert "attribution.csv" in manifest["files"] and manifest["command"] == "attribute"
    assert xietong("check", "store=outputs/attribute").code == 0
    again = xietong(*words, "lang=zh", "outcomes=[case_rating]")
    assert (
        "无需运行" in again.err[0]
        and "case_rating" in "\n".join(again.out)
        and "沙普利" in "\n".join(again.out)
    )
    assert xietong("check", "attribute", *words[1:]).out[0].count("at most 16 runs") == 1


# --- portfolios ------------------------------------------------------------------------------------------------------------------

SEARCH = (
    "strategy=wuhan",
    "cost_share=0.6",
    "population=6",
    "generations=2",
    "search_replicates=1",
    "replicates=2",
)


@pytest.fixture(scope="module")
def optimised(settings_of, tmp_path_factory):
    """A short search among the parts of Wuhan, and its verified front."""
    out = tmp_path_factory.mktemp("optimised") / "store"
    settings = settings_of("optimise", *SMALL, *SEARCH, f"out={out}")
    found = search.Search(settings)
    found.run()
    done = optimise.verify(settings, found)
    table = optimise.front(settings, found, done)
    return settings, found, done, table, optimise.write(settings, table, done)


def test_the_front_is_verified_where_the_search_has_not_looked(optimised) -> None:
    settings, found, done, _, _ = optimised
    searched = pd.concat(
        pd.read_parquet(path) for path in (settings.out / "search" / "runs").glob("*.parquet")
    )
    assert set(searched["replicate"]) == {0} and set(done.runs["replicate"]) == {1, 2}
    assert len(found.scores) > 6 and len(searched) == len(found.scores)


def test_no_portfolio_of_the_front_is_beaten_or_too_dear(optimised) -> None:
    _settings, found, _, table, _ = optimised
    whole = table[table["portfolio"] == "wuhan"].iloc[0]
    best = table[table["front"]]
    assert len(best) >= 2 and (best["cost"] <= 0.6 * whole["cost"] + 1e-9).all() and not whole["front"]
    values = [tuple(row) for row in best[[o.name for o in OBJECTIVES]].itertuples(index=False)]
    assert all(optimise.ahead(values))
    assert all(found.scores[steps][search.COST] <= found.bound for steps in found.front)
    assert whole["cost_difference"] == 0 and (best["cost_high"] < 0).all()


def test_the_first_generation_knows_the_corners(optimised) -> None:
    _, found, _, _, _ = optimised
    assert {(2, 2, 2), (0, 0, 0), (4, 0, 0), (4, 4, 4)} <= set(found.scores)


def test_a_search_is_the_same_again_and_lives_nothing_twice(optimised, monkeypatch) -> None:
    settings, found, _, _, _ = optimised
    monkeypatch.setattr("experiments.task.build", None)
    again = search.Search(settings)
    again.run()
    assert again.scores == found.scores and again.front == found.front


def test_another_seed_searches_elsewhere(optimised) -> None:
    settings, found, _, _, _ = optimised
    other = search.Search(settings.model_copy(update={"seed": 2}))
    assert (
        other._study().sampler._rng.rng.random() != search.Search(settings)._study().sampler._rng.rng.random()
    )
    assert found.names == WUHAN


def test_portfolios_are_strategies_that_can_be_run(optimised, xietong, tmp_path) -> None:
    _settings, _, done, table, files = optimised
    assert set(files) == {*table.loc[table["front"], "portfolio"], "wuhan_lean"}
    lean = read(Strategy, files["wuhan_lean"])
    best = table[table["front"]].sort_values("need").iloc[0]["portfolio"]
    assert (
        lean.mechanisms == read(Strategy, files[best]).mechanisms
        if best != "wuhan_doses_000"
        else not lean.mechanisms
    )
    for name, path in files.items():
        made = read(Strategy, path)
        assert made.name == name and made.summary.zh and "cost_share=0.6" in path.read_text(encoding="utf-8")
    # The file of a portfolio gives the very runs that verified it.
    of_file = configuration.read("run", (*SMALL, f"strategy={files[best]}", "replicate=1", f"out={tmp_path}"))
    assert run_id(of_file, of_file.strategies[0], 1) in set(done.runs["run_id"])
    called = xietong("check", *SMALL, f"strategies=[siloed,{files['wuhan_lean']}]")
    assert called.code == 0 and "2 strategies" in called.out[0]
    assert xietong("check", *SMALL, f"strategies=[wuhan_lean,{files['wuhan_lean']}]").code == 2


def test_the_command_goes_from_search_to_files(xietong, tmp_path) -> None:
    words = (
        "optimise",
        *SMALL,
        "strategy=shanghai",
        "population=4",
        "generations=1",
        "search_replicates=1",
        "replicates=2",
    )
    called = xietong(*words)
    told = "\n".join(called.out)
    assert called.code == 0 and "shanghai_lean.yaml" in told and "satisfaction" in told
    root = tmp_path / "outputs/optimise"
    assert {path.name for path in (root / "figures").iterdir()} == {"front.svg", "front.png", "front.csv"}
    assert yaml.safe_load((root / "strategies/shanghai_lean.yaml").read_text())["name"] == "shanghai_lean"
    assert (
        xietong("check", "store=outputs/optimise").code == 0
        and xietong("check", "store=outputs/optimise/search").code == 0
    )
    assert "预算" in "\n".join(xietong(*words, "lang=zh").out)


def test_dominance_looks_at_every_objective() -> None:
    assert optimise.ahead([(1.0, 60.0, 2.0, 5.0), (1.0, 59.0, 2.0, 5.0)]) == [True, False]
    assert optimise.ahead([(1.0, 60.0, 2.0, 5.0), (1.0, 60.0, 2.0, 5.0)]) == [True, True]
    assert optimise.ahead([(0.5, 60.0, 2.0, 6.0), (1.0, 60.0, 2.0, 5.0)]) == [True, True]
    assert optimise.ahead([]) == []


def test_a_large_front_is_thinned_to_the_best_and_evenly_along_cost() -> None:
    values = {(i,): (100.0 - i, float(i), abs(i - 20.0), float(i)) for i in range(40)}
    kept = search.thinned(list(values), values, 12)
    assert len(kept) == 12 and kept == sorted(kept) and {(0,), (39,), (20,)} <= set(kept)
    assert max(b[0] - a[0] for a, b in itertools.pairwise(kept)) <= 6
    assert search.thinned(list(values)[:5], values, 12) == list(values)[:5]


def test_equity_is_the_mean_distance_of_the_gaps_that_are_known() -> None:
    row = dict.fromkeys(GAPS, 1.0) | {GAPS[0]: -3.0, GAPS[1]: float("nan")}
    equity = next(o for o in OBJECTIVES if o.name == "equity")
    assert equity.of(pd.DataFrame([row]))[0] == pytest.approx(5.0 / 3.0)


def test_shipped_strategies_can_all_be_taken_apart() -> None:
    for name in names("strategy"):
        base = load_strategy(name)
        for mechanism in acting(base):
            assert mechanism not in subset(base, set(acting(base)) - {mechanism}).mechanisms
