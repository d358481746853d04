"""`xietong calibrate` in a small world with a few targets of its own: files, bytes that repeat, going on, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

TARGETS = """id,quantity,outcome,low,value,high,unit,evidence,use
TG-HELD-TRUST,trust,trust,0.9,0.95,1,0-1,EV-X,holdout
TG-NEEDS,needs,needs_rate,450,550,700,per 1000 per year,EV-X,fit
TG-REPORTS,reports,reports_rate,60,100,200,per 1000 per year,EV-X,fit
"""
SCREEN = """parameter,score,target,sigma,low,high,TG-NEEDS,TG-REPORTS
needs.total_rate,3,TG-NEEDS,0,0.4,0.7,3,1
voice.base_hazard,2,TG-REPORTS,0,0.003,0.04,0,2
network.distant,0,TG-NEEDS,0,0,0.4,0,0
"""
WORDS = ("calibrate", "world=classroom", "days=40", "reform_day=10", "screen=given.csv", "fitted=5", "waves=2", "sample=12",
         "draws=16", "jobs=1", "lang=en")  # fmt: skip
MADE = ("screen.csv", "fit.csv", "posterior.csv", "posterior.json", "bounds.csv")


@pytest.fixture
def small(xietong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled):
    """The command in a folder with its own targets and screening."""
    (tmp_path / "targets.csv").write_text(TARGETS, encoding="utf-8")
    (tmp_path / "given.csv").write_text(SCREEN, encoding="utf-8")
    monkeypatch.setattr("experiments.calibration.targets.DATA", tmp_path)
    return xietong


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def test_a_calibration_leaves_its_tables_and_goes_on_where_it_stopped(small, tmp_path: Path) -> None:
    assert small(*WORDS, "out=whole").code == 0
    whole = tmp_path / "whole"
    posterior, fit = pd.read_csv(whole / "posterior.csv"), pd.read_csv(whole / "fit.csv")
    assert list(posterior.columns[3:]) == ["needs.total_rate", "voice.base_hazard"]
    assert (
        posterior["needs.total_rate"].between(0.4, 0.7).all() and posterior["replicate"].between(13, 28).all()
    )
    fitted, held = fit[fit["use"] == "fit"], fit[fit["use"] == "holdout"]
    assert (fitted["inside"] == 1.0).all() and (fitted["error"] == 0.0).all()
    # Nobody is that trusting: a held-out target that is missed says by how far.
    assert held["error"].item() > 0.0 and held["inside"].item() < 1.0
    rows = pd.read_parquet(whole / "runs.parquet").set_index("run_id")
    assert rows["needs_rate"].between(300, 1000).all() and len(rows) == 12 + 16 + 5
    assert not (whole / "daily").exists()

    begun = contents(whole)
    runs = sorted((whole / "runs").iterdir())
    for path in runs[::3]:
        path.unlink()
    for name in MADE:
        (whole / name).unlink()
    called = small(*WORDS, "out=whole")
    assert called.code == 0 and contents(whole) == begun
    to_do = [int(line.split()[3]) for line in called.err if line.startswith("runs to do")]
    assert sum(to_do) == len(runs[::3])
    assert small("check", "store=whole").code == 0


def test_the_sample_is_the_seeds(small, tmp_path: Path) -> None:
    for out, *more in (("one", "jobs=1"), ("two", "jobs=2"), ("three", "jobs=1", "seed=2")):
        assert (
            small(*(word for word in WORDS if not (more and word == "jobs=1")), *more, f"out={out}").code == 0
        )
    one, two, three = (contents(tmp_path / name)["posterior.csv"] for name in ("one", "two", "three"))
    assert one == two != three


def test_screening_alone_asks_for_no_waves(small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.ranges import of

    monkeypatch.setattr(
        "experiments.ranges.uncertain", lambda **_: of(["needs.total_rate", "network.distant"])
    )
    words = [word for word in WORDS if not word.startswith(("screen=", "waves="))]
    assert small(*words, "waves=0", "trajectories=2", "out=screened").code == 0
    table = pd.read_csv(tmp_path / "screened" / "screen.csv").set_index("parameter")
    assert table["score"]["needs.total_rate"] > 0.0 == table["score"]["network.distant"]
    assert not (tmp_path / "screened" / "posterior.csv").exists()


def test_nothing_that_fits_is_said_and_writes_no_posterior(small, tmp_path: Path) -> None:
    (tmp_path / "targets.csv").write_text(TARGETS.replace("450,550,700", "5,6,7"), encoding="utf-8")
    called = small(*WORDS, "out=none")
    assert called.code == 1 and "waves=" in called.err[-1]
    assert (tmp_path / "none" / "fit.csv").exists() and not (tmp_path / "none" / "posterior.csv").exists()


def test_the_sample_names_the_command_that_makes_it_again(small, tmp_path: Path) -> None:
    assert small(*WORDS, "out=whole", "seed=3").code == 0
    made = json.loads((tmp_path / "whole" / "posterior.json").read_text(encoding="utf-8"))
    assert made["command"] == "xietong " + " ".join(
        [*(w for w in WORDS if not w.startswith(("jobs", "lang"))), "seed=3"]
    )
    assert made["runs"] == 28 and made["last_wave"] == 16 and 0 < made["effective"] <= made["accepted"] <= 16


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("screen=nowhere.csv", "nowhere.csv"), ("waves=-1", "waves=-1"), ("sample=2", "sample=2"), ("strategy=wuhan", "strategy"),
        ("fitted=0", "fitted=0"), ("screen=targets.csv", "no column parameter"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(small, word: str, told: str) -> None:
    name = word.split("=", maxsplit=1)[0]
    called = small(*(w for w in WORDS if not w.startswith(name + "=")), word, "out=bad")
    assert called.code == 2 and len(called.err) == 1 and told in called.err[0]
    assert not [path for path in called.files if "bad" in path.parts and path.name != "manifest.json"]


def test_fixed_parameters_are_not_fitted(small, tmp_path: Path) -> None:
    called = small(*WORDS, "out=fixed", "parameters.needs.total_rate=0.5")
    assert called.code in (0, 1)
    rows = pd.read_csv(tmp_path / "fixed" / "fit.csv")
    assert np.isfinite(rows["default_mean"]).all()
    if called.code == 0:
        assert "needs.total_rate" not in pd.read_csv(tmp_path / "fixed" / "posterior.csv").columns


def test_runs_that_fail_are_told_and_end_in_1(small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import task

    real, broken = task.results, []

    def results(model, settings, run):
        if not broken or run.run_id in broken:
            broken.append(run.run_id)
            raise ArithmeticError("no outcome here")
        return real(model, settings, run)

    monkeypatch.setattr(task, "results", results)
    called = small(*WORDS, "out=failing")
    assert called.code == 1 and f"1 of {12 + 16 + 5} runs failed" in called.err[-1]
    assert "no outcome here" in called.err[-1] and "log.parquet" in called.err[-1]
    assert (tmp_path / "failing" / "posterior.csv").exists()
