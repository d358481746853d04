"""Sweeps: their points, what they share, how they go on, what they leave, what they refuse."""

from __future__ import annotations

import shutil

import duckdb
import numpy as np
import pandas as pd
import pytest

from experiments import ensemble, manifest, points, sweep
from experiments.ranges import known
from experiments.store import Store

SMALL = ("world=classroom", "days=24", "reform_day=8", "jobs=1", "lang=en")
HAZARD = "parameters.voice.base_hazard"


@pytest.fixture
def points_of(settings_of):
    """The points of a sweep by its words."""

    def made(*words: str):
        return points.points(settings_of("sweep", *SMALL, "out=x", *words))

    return made


@pytest.fixture
def lived(monkeypatch):
    """Which runs the engine was asked for."""
    asked: list[str] = []
    real = ensemble.execute

    def execute(tasks, *rest):
        asked.extend(run.run_id for task in tasks for run in task.runs)
        return real(tasks, *rest)

    monkeypatch.setattr(ensemble, "execute", execute)
    return asked


def test_a_grid_is_every_combination_the_last_key_fastest(points_of) -> None:
    found = points_of(
        f"sweep.{HAZARD}=[0.01,0.02]", "sweep.future=[flood,reference]", "sweep.days=[12,20,24]"
    )
    assert [list(point.values.values()) for point in found] == [
        [hazard, future, days]
        for hazard in (0.01, 0.02)
        for future in ("flood", "reference")
        for days in (12, 20, 24)
    ]
    for point in found:
        assert point.settings.parameters == {"voice.base_hazard": point.values[HAZARD]}
        assert (point.settings.future.name, point.settings.days) == (
            point.values["future"],
            point.values["days"],
        )
        assert point.settings.sweep == {}


def test_a_latin_hypercube_has_one_point_in_every_part_of_each_axis(points_of) -> None:
    words = (
        "sampling=lhs",
        "points=20",
        f"sweep.{HAZARD}=declared",
        "sweep.parameters.voice.severity_power=[0.5,1.0]",
    )
    found = pd.DataFrame([point.values for point in points_of(*words)])
    parameter = known()["voice.base_hazard"]
    # It spans more than a factor of five, so that its logarithm is uniform.
    place = np.log(found[HAZARD] / parameter.low) / np.log(parameter.high / parameter.low)
    for unit in (place, (found["parameters.voice.severity_power"] - 0.5) / 0.5):
        assert sorted(np.floor(unit * 20).astype(int)) == list(range(20))
    more = pd.DataFrame([point.values for point in points_of(*words, "sweep.reform_day=[4,12]")])
    assert (more[HAZARD] == found[HAZARD]).all(), "a further key moves no other"


def test_a_sobol_sequence_is_balanced_in_every_half_and_quarter(points_of) -> None:
    found = points_of("sampling=sobol", "points=16", "sweep.parameters.voice.severity_power=[0.4,1.2]",
                      "sweep.future=[reference,flood]", "sweep.reform_day=[4,11]")  # fmt: skip
    table = pd.DataFrame([point.values for point in found])
    unit = (table["parameters.voice.severity_power"] - 0.4) / 0.8
    assert sorted(np.floor(unit * 16).astype(int)) == list(range(16))
    assert (pd.crosstab(unit >= 0.5, table["future"]) == 4).all(axis=None)
    assert table["reform_day"].value_counts().to_dict() == dict.fromkeys(range(4, 12), 2)
    assert [point.values for point in found] == [point.values for point in points_of(
        "sampling=sobol", "points=16", "sweep.parameters.voice.severity_power=[0.4,1.2]", "sweep.future=[reference,flood]",
        "sweep.reform_day=[4,11]")]  # fmt: skip


def test_a_file_names_each_point(points_of, tmp_path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(
        f"\ufeffreform_day,future,{HAZARD}\n8,flood,0.01\n\n12,reference,4e-3\n", encoding="utf-8"
    )
    found = points_of(f"design={path}")
    assert [list(point.values.values()) for point in found] == [[8, "flood", 0.01], [12, "reference", 0.004]]
    assert found[1].settings.reform_day == 12 and found[1].settings.parameters == {"voice.base_hazard": 0.004}


def test_worlds_and_doses_may_vary(points_of) -> None:
    found = points_of("strategies=[siloed,wuhan,shanghai]", "sweep.world.households=[20,40]",
                      "sweep.strategy.mechanisms.big_committee.intensity=[0,0.5]")  # fmt: skip
    assert [point.settings.world.households for point in found] == [20, 20, 40, 40]
    doses = [{one.name: one.mechanisms["big_committee"].intensity for one in point.settings.strategies
              if "big_committee" in one.mechanisms} for point in found]  # fmt: skip
    assert doses[0] == {"wuhan": 0.0} and doses[1] == {"wuhan": 0.5}


def test_the_same_replicate_is_the_same_chance_at_every_point(xietong, tmp_path) -> None:
    """What a reform may not change, the days before it, is the same at two doses; a point is what `compare` makes of it."""
    words = (*SMALL, "strategies=[siloed,wuhan]", "replicates=2")
    assert (
        xietong(
            "sweep", *words, "sweep.strategy.mechanisms.big_committee.intensity=[0.2,1]", "out=swept"
        ).code
        == 0
    )
    assert xietong("compare", *words, "out=compared").code == 0
    table = pd.read_csv(tmp_path / "swept" / "design.csv")
    compared = set(pd.read_parquet(tmp_path / "compared" / "runs.parquet")["run_id"])
    assert set(table.loc[table["point"] == 1, "run_id"]) == compared
    siloed = table[table["strategy"] == "siloed"]
    assert siloed.groupby("replicate")["run_id"].nunique().eq(1).all(), (
        "without the mechanism the points share a run"
    )
    assert len(pd.read_parquet(tmp_path / "swept" / "runs.parquet")) == 2 + 2 * 2
    store = Store(tmp_path / "swept")
    for _, rows in table[table["strategy"] == "wuhan"].groupby("replicate"):
        one, two = (store.table("daily", name).drop(columns="run_id") for name in rows["run_id"])
        before = one["day"] < 8
        pd.testing.assert_frame_equal(one[before], two[before])
        assert not one[~before].equals(two[~before])


def test_a_shipped_sweep_is_lived_shown_and_skipped(xietong, lived, contents, tmp_path) -> None:
    words = (
        "sweep",
        "experiment=pressure",
        "days=24",
        "reform_day=8",
        "replicates=2",
        "jobs=1",
        "lang=en",
        "out=s",
    )
    first = xietong(*words)
    assert first.code == 0 and len(lived) == 24 == len(set(lived))
    assert "6 points × 2 strategies × 2 replicates = 24 runs" in first.err[0]
    told = "\n".join(first.out)
    assert HAZARD in told and "reference  wuhan " in told and "unmet_need_days" in told
    before = contents(tmp_path / "s")
    again = xietong(*words)
    assert (
        again.code == 0 and len(lived) == 24 and again.out == first.out and contents(tmp_path / "s") == before
    )
    assert xietong("check", "store=s").code == 0
    assert "24 finished already" in xietong("check", *words[:-2], "lang=en", "out=s").out[0].replace(
        "lang=en", ""
    )
    chinese = xietong(*words[:-2], "lang=zh", "out=s")
    assert chinese.code == 0 and "均值" in chinese.out[0] and "6 个点" in chinese.err[0]
    runs, table = pd.read_parquet(tmp_path / "s/runs.parquet"), pd.read_csv(tmp_path / "s/design.csv")
    assert list(table.columns) == ["run_id", "point", "strategy", "replicate", HAZARD, "future"]
    joined = runs.merge(table, on=["run_id", "strategy", "replicate", "future"])
    assert len(joined) == 24
    shown = joined[(joined[HAZARD] == 0.005) & (joined["strategy"] == "siloed")]["satisfaction"].mean()
    line = next(line for line in first.out if line.startswith("0.005") and " siloed " in line)
    assert f"{shown:.1f}" in line.split()


def test_a_stopped_sweep_goes_on(xietong, lived, contents, monkeypatch, tmp_path) -> None:
    words = ("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "replicates=2")
    assert xietong(*words, "out=whole").code == 0
    real, done = Store.keep, []

    def keep(self, row, tables):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(row["run_id"])
        real(self, row, tables)

    monkeypatch.setattr(Store, "keep", keep)
    assert xietong(*words, "out=stopped").code == 130
    assert (
        len(pd.read_csv(tmp_path / "stopped/design.csv")) == 4
        and manifest.load(tmp_path / "stopped")["status"] == "interrupted"
    )
    assert xietong("check", "store=stopped").code == 0
    monkeypatch.setattr(Store, "keep", real)
    lived.clear()
    assert xietong(*words, "out=stopped").code == 0
    assert len(lived) == 2 and contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_a_run_that_fails_is_a_record(xietong, monkeypatch) -> None:
    from experiments import task

    real = task.results

    def results(model, settings, run):
        if settings.parameters["voice.base_hazard"] == 0.02:
            raise ArithmeticError("no outcome here")
        return real(model, settings, run)

    monkeypatch.setattr(task, "results", results)
    called = xietong("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "replicates=1")
    assert (
        called.code == 1
        and "1 of 2 runs failed" in called.err[-1]
        and any(line.startswith("0.01 ") for line in called.out)
    )


def test_many_values_are_shown_in_groups() -> None:
    values = pd.Series(np.arange(12.0), name="days")
    shown = sweep.grouped(values)
    assert list(shown.cat.categories) == ["0 … 2", "3 … 5", "6 … 8", "9 … 11"]
    assert shown.value_counts().eq(3).all()
    assert sweep.grouped(values[:8]) is not None and list(sweep.grouped(values[:8])) == list(range(8))


def test_two_folders_become_one_by_copying(xietong, lived, tmp_path) -> None:
    """Each folder has half of the points; after copying, the whole sweep has nothing left to run and its files are those of one."""
    words = ("sweep", *SMALL, "replicates=2")
    assert xietong(*words, f"sweep.{HAZARD}=[0.01]", "out=one").code == 0
    assert xietong(*words, f"sweep.{HAZARD}=[0.02]", "out=two").code == 0
    for folder in ("runs", "daily", "ledger", "cells", "ties", "log"):
        shutil.copytree(tmp_path / "two" / folder, tmp_path / "one" / folder, dirs_exist_ok=True)
    checked = xietong("check", "store=one", "lang=en")
    assert checked.code == 0 and "2 further finished runs of other designs" in "\n".join(checked.out)
    lived.clear()
    assert xietong(*words, f"sweep.{HAZARD}=[0.01,0.02]", "out=one").code == 0
    assert lived == [] and len(pd.read_parquet(tmp_path / "one/runs.parquet")) == 4
    checked = xietong("check", "store=one", "lang=en")
    assert checked.code == 0 and "4 of 4 runs finished" in checked.out[-1] and len(checked.out) == 1


def test_a_copied_run_that_is_broken_is_told(xietong, tmp_path) -> None:
    words = ("sweep", *SMALL, "replicates=1", f"sweep.{HAZARD}=[0.01]")
    assert xietong(*words, "out=one").code == 0
    assert xietong(*words, "seed=2", "out=two").code == 0
    for folder in ("runs", "daily"):
        shutil.copytree(tmp_path / "two" / folder, tmp_path / "one" / folder, dirs_exist_ok=True)
    stranger = pd.read_csv(tmp_path / "two/design.csv")["run_id"][0]
    path = tmp_path / f"one/daily/{stranger}.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    (tmp_path / "one/notes.txt").write_text("mine")
    called = xietong("check", "store=one", "lang=en")
    assert called.code == 1 and len(called.err) == 1
    for line in (
        f"daily/{stranger}.parquet: broken",
        f"ledger/{stranger}.parquet: missing",
        "notes.txt: not part of this design",
    ):
        assert line in called.out


def test_folders_of_comparisons_merge_too(xietong, lived, without_report, tmp_path) -> None:
    words = ("compare", *SMALL, "replicates=2")
    assert xietong(*words, "strategies=[siloed,placebo]", "out=one").code == 0
    assert xietong(*words, "strategies=[siloed,wuhan]", "out=two").code == 0
    shutil.copytree(tmp_path / "two", tmp_path / "one", dirs_exist_ok=True)
    lived.clear()
    assert xietong(*words, "strategies=[siloed,placebo,wuhan]", "out=one").code == 0
    assert lived == [] and set(pd.read_parquet(tmp_path / "one/runs.parquet")["strategy"]) == {
        "siloed",
        "placebo",
        "wuhan",
    }
    assert xietong("check", "store=one").code == 0


def test_joined_tables_hold_the_rows_of_all_runs_and_never_grow_old(xietong, contents, tmp_path) -> None:
    words = ("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "replicates=2", "out=s")
    assert xietong(*words).code == 0
    before, root = contents(tmp_path / "s"), tmp_path / "s"
    called = xietong("compact", "out=s", "lang=en")
    assert called.code == 0 and [line.split()[0] for line in called.out] == [
        "s/daily.parquet",
        "s/ledger.parquet",
        "s/cells.parquet",
        "s/ties.parquet",
    ]
    order = list(pd.read_parquet(root / "runs.parquet")["run_id"])
    for name in ("daily", "ledger", "cells", "ties"):
        single = pd.concat([Store(root).table(name, run_id) for run_id in order], ignore_index=True)
        pd.testing.assert_frame_equal(pd.read_parquet(root / f"{name}.parquet"), single)
    assert xietong("check", "store=s").code == 0 and before.items() <= contents(root).items()
    joined = contents(root)
    assert xietong(*words).code == 0 and contents(root) == joined, "a rerun that lives nothing leaves them"
    assert xietong("check", "store=s").code == 0
    assert xietong(*words[:-2], "replicates=3", "out=s").code == 0 and not (root / "daily.parquet").exists()
    xietong("compact", "out=s")
    (root / "daily.parquet").write_bytes(b"X")
    called = xietong("check", "store=s")
    assert called.code == 1 and "daily.parquet: broken" in called.out


def test_broken_tables_are_not_joined(xietong, tmp_path) -> None:
    assert xietong("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "replicates=1", "out=s").code == 0
    path = next((tmp_path / "s/daily").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    called = xietong("compact", "out=s", "lang=en")
    assert called.code == 2 and f"{path.name}: missing or broken" in called.err[0]
    assert not list((tmp_path / "s").glob("*daily.parquet*"))
    assert xietong("compact", "out=nowhere").code == 2 and not (tmp_path / "nowhere").exists()


def test_a_sweep_has_no_report_of_pairs(xietong) -> None:
    xietong("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "replicates=1", "out=s")
    called = xietong("report", "out=s", "lang=en")
    assert called.code == 2 and "design.csv" in called.err[0]


def test_the_one_liners_of_the_page_work(xietong, tmp_path) -> None:
    """The page of experiments gives one line for DuckDB and one for pandas: each is run as it stands there."""
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```python\n")[1:]]
    assert len(blocks) == 3
    words = ("sweep", *SMALL, f"sweep.{HAZARD}=[0.01,0.02]", "strategies=[siloed,wuhan]", "replicates=2")
    assert xietong(*words).code == 0
    runs, table = (
        pd.read_parquet(tmp_path / "outputs/sweep/runs.parquet"),
        pd.read_csv(tmp_path / "outputs/sweep/design.csv"),
    )
    expected = (
        runs.merge(table, on=["run_id", "strategy", "replicate"])
        .groupby([HAZARD, "strategy"])["unmet_need_days"]
        .mean()
    )
    for block in blocks[:2]:
        names: dict = {}
        exec(block, names)
        found = names["found"].set_index([HAZARD, "strategy"])["unmet_need_days"].sort_index()
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    names = {}
    exec(blocks[2], names)
    assert len(names["found"]) == 24 * 2 and duckdb.__version__


WRONG = [
    ("", ["nothing to vary", "design=FILE.csv"]),
    ("sweep.replicates=[1,2]", ["replicates", "cannot be varied", "parameters.GROUP.NAME"]),
    ("sweep.futur=[flood]", ["futur", "'future'"]),
    ("sweep.strategy=[siloed,wuhan]", ["strategy", "cannot be varied"]),
    ("sweep=3", ["sweep=3"]),
    ("sweep.days=24", ["sweep.days=24", "list"]),
    ("sweep.days=12,24", ["sweep.days=12,24", "list"]),
    ("sweep.days=[]", ["sweep.days=[]", "at least one value"]),
    ("sweep.days=[12,12]", ["sweep.days", "12 is listed twice"]),
    ("sweep.days=[0,24]", ["days=0", "1 to 36500"]),
    ("sweep.days=[12,nan]", ["days=nan", "whole number"]),
    ("sweep.days=[4,24]", ["reform_day=8", "0 to 3", "days=4"]),
    ("sweep.future=[flod]", ["future=flod", "'flood'"]),
    ("sweep.world=[classrom]", ["world=classrom", "'classroom'"]),
    ("sweep.world.housholds=[20]", ["housholds", "'households'"]),
    ("sweep.world.households=[0]", ["households", "at least 1"]),
    ("sweep.parameters.voice.base_hazrd=[0.01]", ["voice.base_hazrd", "'voice.base_hazard'"]),
    ("sweep.parameters.voice.base_hazard=[0.01,9]", ["voice.base_hazard=9", "allowed range"]),
    ("sweep.parameters.voice.base_hazard=[nan]", ["voice.base_hazard=nan", "allowed range"]),
    ("sweep.parameters.voice.base_hazard=declared", ["base_hazard=declared", "sampling=lhs"]),
    ("sweep.strategy.mechanisms.whistel.intensity=[1]", ["whistel", "none of the strategies"]),
    ("strategies=[wuhan] sweep.strategy.mechanisms.big_committe.intensity=[1]", ["big_committe", "'big_committee'"]),
    ("strategies=[wuhan] sweep.strategy.mechanisms.big_committee.intensity=[2]", ["intensity", "at most 1"]),
    ("strategies=[] sweep.days=[24]", ["strategies=[]", "list"]),
    ("sampling=lhs sweep.parameters.voice.base_hazrd=declared", ["voice.base_hazrd", "'voice.base_hazard'"]),
    ("sampling=lhs sweep.parameters.voice.base_hazard=[0.01,0.02,0.03]", ["range of two numbers"]),
    ("sampling=lhs sweep.parameters.voice.base_hazard=[0.02,0.01]", ["range of two numbers"]),
    ("sampling=lhs sweep.parameters.voice.base_hazard=[-1,0.02]", ["voice.base_hazard=-1", "allowed range"]),
    ("sampling=lhs sweep.reform_day=[4.5,8]", ["sweep.reform_day=4.5", "whole number"]),
    ("sampling=sobol points=100 sweep.reform_day=[4,8]", ["points=100", "points=64 or points=128"]),
    ("sampling=lsh sweep.reform_day=[4,8]", ["sampling=lsh", "'lhs'"]),
    ("sampling=lhs points=0 sweep.reform_day=[4,8]", ["points=0", "1 to"]),
    ("design=nowhere.csv", ["design=nowhere.csv", "no such file"]),
    ("design=points.csv sweep.days=[24]", ["sweep.days", "one of the two"]),
]  # fmt: skip
FILES = [
    ("", ["points.csv", "at least one key"]),
    ("days\n", ["points.csv", "one row"]),
    ("days,days\n24,24\n", ["line 1", "days", "twice"]),
    ("days,\n24,1\n", ["line 1", "column 2"]),
    ("days,speed\n24,1\n", ["line 1", "speed", "cannot be varied"]),
    ("days,future\n24\n", ["line 2", "1 cells, 2"]),
    ("days,future\n24,flood\n20,\n", ["line 3", "future is empty"]),
    ("days\n24\n20\n24\n", ["line 4", "same point as line 2"]),
    (f"{HAZARD}\n0.01\nnan\n", ["line 3", "voice.base_hazard=nan", "allowed range"]),
    (f"{HAZARD}\n0.01\nmuch\n", ["line 3", "'much'", "number"]),
    (f"{HAZARD}\n0.01\n9\n", ["line 3", "voice.base_hazard=9", "allowed range"]),
    ("days\n24\n4\n", ["line 3", "reform_day=8", "0 to 3"]),
    ("days\n" + "".join(f"-{n}\n" for n in range(1, 10)), ["line 6", "and 4 more"]),
    ('days\n"24\n', ["points.csv", "CSV"]),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_a_wrong_sweep_is_one_line(xietong, tmp_path, words: str, told: list[str]) -> None:
    (tmp_path / "points.csv").write_text("days\n24\n")
    called = xietong("sweep", *SMALL, *words.split())
    _refused(called, told)


@pytest.mark.parametrize(("content", "told"), FILES)
def test_a_wrong_file_is_one_line_with_its_line(xietong, tmp_path, content: str, told: list[str]) -> None:
    (tmp_path / "points.csv").write_text(content)
    _refused(xietong("sweep", *SMALL, "design=points.csv"), told)


def _refused(called, told: list[str]) -> None:
    said = [line for line in called.err if line.startswith("xietong: ")]
    assert called.code == 2 and len(said) == 1, called.err
    assert [part for part in told if part not in said[0]] == [], said[0]
    assert [path.name for path in called.files] == ["points.csv"]


def test_only_sweep_takes_an_experiment_that_varies_keys(xietong) -> None:
    called = xietong("compare", "experiment=pressure", "lang=en")
    assert called.code == 2 and "xietong sweep" in called.err[0] and called.files == []


def test_a_word_stands_over_the_same_key_of_an_experiment(settings_of) -> None:
    settings = settings_of("sweep", "experiment=pressure", f"sweep.{HAZARD}=[0.03]", "out=x")
    assert settings.sweep == {HAZARD: [0.03], "future": ["reference", "flood"]}


def test_a_design_of_thousands_is_quick_and_light(points_of) -> None:
    """Ten thousand runs are planned within seconds and megabytes: worlds, strategies and futures are shared by all points."""
    import time
    import tracemalloc

    start = time.process_time()
    found = points_of(
        "sampling=lhs", "points=5000", f"sweep.{HAZARD}=declared", "strategies=[siloed,wuhan]", "replicates=1"
    )
    spent = time.process_time() - start
    assert len({id(point.settings.world) for point in found}) == 1 and spent < 20.0
    tracemalloc.start()
    work = sweep.once(sweep.expanded(found))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(task.runs) for task in work) == 10_000 and held < 40e6
