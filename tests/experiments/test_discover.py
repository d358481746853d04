"""`xietong discover`: worlds that are lived or read, what is found in them, clear refusals; and the model inside the EMA workbench."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.ensemble import design_tasks
from experiments.worlds import inputs
from sim.laws import LAWS

pytest.importorskip("ema_workbench")

SMALL = ("world=classroom", "days=30", "reform_day=10", "jobs=1", "lang=en", "strategies=[siloed,wuhan]")
WORLDS = ("uncertainty=deep", "replicates=14", "futures=[reference,flood]")
MADE = ("boxes.csv", "regret.csv", "satisficing.csv", "tree.txt", "ranking.csv", "winners.csv", "figures/discovery.csv", "figures/discovery.svg",
        "figures/discovery.png")  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory, settings_of) -> Path:
    """A finished comparison of two strategies in 28 worlds."""
    from experiments.ensemble import carry_out

    out = tmp_path_factory.mktemp("worlds") / "compare"
    carry_out(settings_of("compare", *SMALL, *WORLDS, f"out={out}"))
    return out


def middle(store: Path) -> float:
    return float(pd.read_parquet(store / "runs.parquet")["unmet_need_days"].median())


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def test_lived_and_read_worlds_say_the_same(xietong, store: Path, tmp_path: Path) -> None:
    threshold = f"threshold={middle(store)}"
    read = xietong("discover", f"store={store}", threshold, "lang=en", "out=read")
    assert read.code == 0, read.err
    lived = xietong("discover", *SMALL, *WORLDS, threshold, "out=lived")
    assert lived.code == 0, lived.err
    assert contents(tmp_path / "read") == contents(tmp_path / "lived")
    assert [line for line in read.out if not line.startswith("results")] == [
        line for line in lived.out if not line.startswith("results")
    ]
    boxes, regret, holds = (pd.read_csv(tmp_path / "read" / name) for name in MADE[:3])
    assert set(boxes["strategy"]) == set(regret["strategy"]) == set(holds["strategy"]) == {"siloed", "wuhan"}
    assert set(boxes["method"]) == {"PRIM", "CART"} and boxes["worlds"].eq(28).all()
    assert set(regret["future"]) == {"all", "reference", "flood"}
    runs = pd.read_parquet(store / "runs.parquet").pivot(
        index=["future", "replicate"], columns="strategy", values="unmet_need_days"
    )
    lost = runs.sub(runs.min(axis=1), axis=0)
    whole = regret[regret["future"] == "all"].set_index("strategy")
    assert whole["max"].to_dict() == pytest.approx(lost.max().to_dict(), rel=1e-5)
    assert whole["p90"].to_dict() == pytest.approx(lost.quantile(0.9).to_dict(), rel=1e-5)
    share = (runs <= middle(store)).mean()
    assert holds[holds["future"] == "all"].set_index("strategy")["holds"].to_dict() == pytest.approx(
        share.to_dict(), rel=1e-5
    )
    assert xietong("check", f"store={tmp_path / 'read'}").code == 0
    assert "Need" not in "".join(read.err)


def test_a_strategy_is_judged_by_the_baseline_without_a_threshold(
    xietong, store: Path, tmp_path: Path
) -> None:
    called = xietong(
        "discover", f"store={store}", "lang=zh", "baseline=wuhan", "outcome=satisfaction", "out=found"
    )
    assert called.code == 0 and "在同一世界中 satisfaction 劣于 wuhan 即为失败" in "\n".join(called.out)
    assert set(pd.read_csv(tmp_path / "found" / "boxes.csv")["strategy"]) == {"siloed"}
    runs = pd.read_parquet(store / "runs.parquet").pivot(
        index=["future", "replicate"], columns="strategy", values="satisfaction"
    )
    holds = pd.read_csv(tmp_path / "found" / "satisficing.csv").set_index("future").loc["all", "holds"]
    assert holds == pytest.approx((runs["siloed"] >= runs["wuhan"]).mean(), rel=1e-5)


def test_inputs_are_what_the_worlds_were_lived_with(settings_of) -> None:
    settings = settings_of("discover", *SMALL, *WORLDS)
    work = design_tasks(settings)
    x = inputs(settings, work)
    assert x.index.is_unique and len(x) == 28 and set(x["future"]) == {"reference", "flood"}
    task = work[17]
    own = x.loc[(task.settings.future.name, task.replicate)].drop("future")
    assert own.to_dict() == {name: task.settings.parameters[name] for name in own.index}
    groups = {name.partition(".")[0] for name in x.columns} - {"future"}
    drawn = {name.partition(".")[0] for name in task.settings.parameters}
    # Constants of mechanisms that neither strategy has are drawn too, and say nothing.
    assert groups == drawn & {*LAWS, "big_committee", "brand_culture", "regional_platform"} < drawn


def test_the_design_of_a_sweep_names_its_worlds(xietong, store: Path, settings_of, tmp_path: Path) -> None:
    """The same runs, once with their draws told by the configuration and once by a design."""
    import shutil

    swept = tmp_path / "swept"
    shutil.copytree(store, swept)
    manifest = json.loads((swept / "manifest.json").read_text(encoding="utf-8"))
    manifest["command"] = "sweep"
    (swept / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    settings = settings_of("compare", *SMALL, *WORLDS)
    work = design_tasks(settings)
    x = inputs(settings, work)
    rows = [
        {"run_id": run.run_id, "point": point, "strategy": run.strategy.name, "replicate": 0, "future": task.settings.future.name}
        | {f"parameters.{name}": x.iloc[point][name] for name in x.columns if name != "future"}
        for point, task in enumerate(work) for run in task.runs
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(swept / "design.csv", index=False)
    threshold = f"threshold={middle(store)}"
    for name, root in (("one", store), ("other", swept)):
        assert xietong("discover", f"store={root}", threshold, "lang=en", f"out={name}").code == 0
    one, other = (pd.read_csv(tmp_path / name / "boxes.csv") for name in ("one", "other"))
    pd.testing.assert_frame_equal(one[["base_rate", "worlds"]], other[["base_rate", "worlds"]])
    regrets = [
        pd.read_csv(tmp_path / name / "regret.csv")[["future", "strategy", "p90", "max"]]
        for name in ("one", "other")
    ]
    pd.testing.assert_frame_equal(*regrets)


def altered(store: Path, target: Path, **changes) -> Path:
    """A store of which only the manifest is copied, with changes."""
    target.mkdir()
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    (target / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")
    (target / "runs").symlink_to(store / "runs")
    return target


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"command": "calibrate"}, "calibrate"), ({"model_version": "0.0.0+0"}, "0.0.0+0"), ({"runs": []}, "fewer than two"),
    ],
)  # fmt: skip
def test_stores_that_tell_no_parameters_are_refused(
    xietong, store: Path, tmp_path: Path, changes, told: str
) -> None:
    root = altered(store, tmp_path / "altered", **changes)
    called = xietong("discover", f"store={root}", "out=none", "lang=en")
    assert called.code == 2 and len(called.err) == 1 and told in called.err[0]
    assert not (tmp_path / "none").exists()


def test_a_configuration_that_made_other_runs_is_refused(xietong, store: Path, tmp_path: Path) -> None:
    config = json.loads((store / "manifest.json").read_text(encoding="utf-8"))["config"]
    for name, change, told in (
        ("seed", {"seed": 2}, "do not follow"),
        ("certain", {"uncertainty": "none"}, "do not follow"),
    ):
        root = altered(store, tmp_path / name, config=config | change)
        called = xietong("discover", f"store={root}", "out=none", "lang=en")
        assert called.code == 2 and told in called.err[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("baseline=market",), "siloed, wuhan"), (("days=20",), "days"), (("seed=3", "replicates=2"), "seed, replicates"), (("outcome=trst",), "'trust'"),
    ],
)  # fmt: skip
def test_bad_words_beside_a_store_are_told(xietong, store: Path, tmp_path: Path, words, told: str) -> None:
    called = xietong("discover", f"store={store}", *words, "out=none", "lang=en")
    assert called.code == 2 and len(called.err) == 1 and told in called.err[0]
    assert not (tmp_path / "none").exists()


def test_a_store_is_not_written_into(xietong, store: Path) -> None:
    before = (store / "manifest.json").read_bytes()
    called = xietong("discover", f"store={store}", f"out={store}", "lang=en")
    assert called.code == 2 and "itself" in called.err[0] and (store / "manifest.json").read_bytes() == before


def test_a_missing_workbench_is_one_line(xietong, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "ema_workbench" else real(name, *rest),
    )
    called = xietong("discover", *SMALL, "out=none")
    assert called.code == 2 and len(called.err) == 1 and "pip install 'xietong[discover]'" in called.err[0]
    assert not called.files


# --- inside the workbench ---------------------------------------------------------------------------------------------------------


def test_the_workbench_runs_the_model_and_its_prim_reads_the_result(settings_of, compiled) -> None:
    from ema_workbench import SequentialEvaluator, perform_experiments
    from ema_workbench.analysis.prim import Prim

    from experiments.ranges import uncertain
    from experiments.task import build
    from experiments.workbench import DOT, model

    settings = settings_of("discover", "world=classroom", "days=14", "reform_day=4", "strategies=[siloed,wuhan]", "replicates=5",
                           "futures=[reference,flood]")  # fmt: skip
    made = model(settings, ["unmet_need_days", "satisfaction"])
    names = {name.replace(".", DOT) for name in uncertain(deep=True).names}
    assert {u.name for u in made.uncertainties} == names | {"replicate", "future"}
    np.random.seed(1)  # noqa: NPY002 the workbench draws from the global generator
    with SequentialEvaluator(made) as evaluator:
        experiments, outcomes = perform_experiments(made, scenarios=8, policies=2, evaluator=evaluator)
    assert (
        len(experiments) == 16
        and set(experiments["policy"].unique())
        and outcomes["satisfaction"].shape == (16,)
    )
    ranges = uncertain(deep=True)
    for name, low, high in zip(ranges.names, ranges.low, ranges.high, strict=True):
        assert experiments[name.replace(".", DOT)].between(low, high).all()

    row = experiments.iloc[5]
    futures = {future.name: future for future in settings.futures}
    strategies = {strategy.name: strategy for strategy in settings.strategies}
    parameters = {name: float(row[name.replace(".", DOT)]) for name in ranges.names}
    own = settings.model_copy(update={"parameters": parameters, "future": futures[row["future"]]})
    lived = build(own, strategies[row["strategy"]], int(row["replicate"]))
    lived.run()
    assert lived.outcomes()["unmet_need_days"] == outcomes["unmet_need_days"][5]

    y = (outcomes["unmet_need_days"] > np.median(outcomes["unmet_need_days"])).astype(int)
    box = Prim(
        experiments.drop(columns=["model", "policy", "scenario"]), y, threshold=0.6, mass_min=0.2
    ).find_box()
    assert box.density > y.mean()


def test_a_sample_is_no_range(settings_of) -> None:
    from experiments.workbench import model

    with pytest.raises(ValueError, match="posterior"):
        model(settings_of("discover", *SMALL, "uncertainty=posterior"))
