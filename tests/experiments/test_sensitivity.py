"""`xietong sensitivity` in the classroom: files, chance as an input, pairs, bytes that repeat, going on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.sensitivity import INDICES, SCREENING, Pair
from experiments import sensitivity
from experiments.batches import Design
from experiments.ensemble import Point
from experiments.sensitivity import CHANCE, FEWEST, Lived, more, space
from experiments.texts import text

WORDS = ("sensitivity", "world=classroom", "days=30", "reform_day=10", "jobs=1", "lang=en", "strategy=wuhan", "strongest=1",
         "over=[needs.total_rate,voice.base_hazard]", "trajectories=2", f"samples={FEWEST}", "outcomes=[unmet_need_days,satisfaction]")  # fmt: skip
MADE = (
    "screening.csv",
    "indices.csv",
    *(
        f"figures/{name}.{kind}"
        for name in ("tornado", "indices", "settling")
        for kind in ("csv", "svg", "png")
    ),
)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def test_a_whole_sensitivity_repeats_and_goes_on(xietong, compiled, tmp_path: Path) -> None:
    called = xietong(*WORDS, "out=whole")
    assert called.code == 0, called.err
    whole = tmp_path / "whole"
    screening, indices = (pd.read_csv(whole / name) for name in MADE[:2])
    assert list(screening.columns) == [*SCREENING, "chosen"] and list(indices.columns) == list(INDICES)
    assert screening["chosen"].sum() == 2 and screening.groupby("outcome").size().eq(2).all()
    chosen = screening.loc[screening["chosen"], "parameter"].iloc[0]
    assert indices.groupby("outcome")["parameter"].apply(set).eq({chosen, CHANCE}).all()
    assert (indices["ST_low"] <= indices["ST"]).all() and (indices["ST"] <= indices["ST_high"]).all()
    told = "\n".join(called.out)
    assert "chance" in told and "95 % interval" in told and "voice.base_hazard" in told
    rows = pd.read_parquet(whole / "runs.parquet")
    assert len(rows) == 2 * 3 + FEWEST * 4 and set(rows["strategy"]) == {"wuhan"}
    assert not (whole / "daily").exists() and xietong("check", "store=whole").code == 0

    begun = contents(whole)
    runs = sorted((whole / "runs").iterdir())
    for path in runs[::3]:
        path.unlink()
    for name in MADE:
        (whole / name).unlink()
    again = xietong(*WORDS, "out=whole")
    assert again.code == 0 and contents(whole) == begun
    to_do = [int(line.split()[3]) for line in again.err if line.startswith("runs to do")]
    assert sum(to_do) == len(runs[::3])
    two = (*(word for word in WORDS if word != "jobs=1"), "jobs=2", "out=two")
    assert xietong(*two).code == 0 and contents(tmp_path / "two") == begun


def test_pairs_are_differences_within_one_life(settings_of, compiled, tmp_path: Path) -> None:
    pair = settings_of(*WORDS, "baseline=siloed", f"out={tmp_path / 'pair'}")
    assert [strategy.name for strategy in pair.strategies] == ["wuhan", "siloed"]
    ranges, lived = space(pair), Lived(pair)
    places = np.array([[0.2, 0.4], [0.8, 0.1]])
    found = lived(ranges, places, np.array([3.0, 3.0]))
    tables = Design(pair)([Point(p, 3) for p in ranges.parameters(places)])
    expected = tables[0][lived.outcomes].to_numpy() - tables[1][lived.outcomes].to_numpy()
    assert np.array_equal(found, expected) and (found != 0.0).any()
    assert tables[0]["replicate"].eq(3).all() and list(tables[1]["strategy"]) == ["siloed"] * 2


def test_the_same_point_twice_is_lived_once(settings_of, compiled, tmp_path: Path) -> None:
    design = Design(settings_of(*WORDS, f"out={tmp_path / 'twice'}"))
    (rows,) = design([Point({}, 0), Point({}, 0)])
    assert len(rows) == 2 and rows.iloc[0].equals(rows.iloc[1])


def test_chance_decides_the_replicate_and_points_of_a_base_share_it(
    settings_of, monkeypatch, tmp_path: Path
) -> None:
    settings = settings_of(*WORDS, f"out={tmp_path / 'none'}")
    seen: list[tuple[np.ndarray, np.ndarray]] = []

    def lived(ranges, places, replicates):
        seen.append((places, replicates))
        return np.stack([places[:, 0], replicates], axis=1)

    lived.outcomes = ["unmet_need_days", "satisfaction"]
    table, _ = sensitivity.indexed(settings, lived, space(settings))
    places, replicates = seen[0]
    own = replicates.astype(int).reshape(FEWEST, -1)
    # A, then A with a column of B each (the last is chance), then B.
    assert (own[:, 0] == own[:, 1]).all() and (own[:, 0] == own[:, 2]).all()
    assert (own[:, 3] == own[:, 4]).all() and (own[:, 0] != own[:, 3]).all()
    assert places.shape == (FEWEST * 5, 2) and own.min() >= 0 and own.max() < sensitivity.REPLICATES
    chance = table[table["parameter"] == CHANCE].set_index("outcome")
    assert chance.loc["unmet_need_days", "ST"] == 0.0 and chance.loc["satisfaction", "ST"] > 0.5
    screening = sensitivity.screened(settings, lived, space(settings))
    assert list(seen[1][1].astype(int)) == [0, 0, 0, 1, 1, 1] and len(screening) == 4


def test_only_what_is_used_and_free_varies(settings_of) -> None:
    siloed, wuhan = (
        space(settings_of("sensitivity", f"strategy={name}")).names for name in ("siloed", "wuhan")
    )
    assert set(siloed) < set(wuhan)
    assert {name.partition(".")[0] for name in set(wuhan) - set(siloed)} <= {
        "big_committee",
        "brand_culture",
        "regional_platform",
    }
    fixed = space(settings_of("sensitivity", "parameters.voice.base_hazard=0.01")).names
    assert set(siloed) - set(fixed) == {"voice.base_hazard"}
    deep = settings_of("sensitivity", "over=[deep]")
    assert 0 < len(space(deep).names) < 40


def test_check_counts_the_runs(xietong) -> None:
    called = xietong("check", *WORDS, "baseline=siloed")
    assert called.code == 0 and f"{(2 * 3 + FEWEST * 4) * 2} runs" in called.out[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_how_many_more_runs_are_said(settings_of, lang: str) -> None:
    settings = (
        settings_of(*WORDS[:-7], "strategy=wuhan", f"lang={lang}") if lang == "zh" else settings_of(*WORDS)
    )
    told = more(settings, Pair("a", CHANCE, 2.5), "samples", 16, 4, "all_apart")
    assert "64" in told and str((64 - 16) * 4) in told and text(lang, "chance") in told
    assert "∞" in more(settings, Pair("a", "b", float("inf")), "samples", 16, 4, "all_apart")
    assert more(settings, None, "samples", 16, 4, "all_apart") == text(lang, "all_apart")


def test_nothing_that_moves_leaves_a_screening_alone(xietong, compiled, tmp_path: Path) -> None:
    """Prices change no need: nothing goes on to the indices, and that is said."""
    words = [word for word in WORDS if not word.startswith(("over=", "outcomes="))]
    called = xietong(*words, "over=[cost]", "outcomes=[unmet_need_days]", "out=idle")
    assert called.code == 0 and "does not vary" in "\n".join(called.out)
    assert (tmp_path / "idle" / "screening.csv").exists() and not (tmp_path / "idle" / "indices.csv").exists()


def test_it_speaks_chinese(xietong, compiled, tmp_path: Path) -> None:
    words = [word for word in WORDS if word != "lang=en"]
    called = xietong(*words, "lang=zh", "method=sobol", "out=zh")
    told = "\n".join(called.out)
    assert called.code == 0 and "占方差的比例" in told and "随机性" in told
    assert not (tmp_path / "zh" / "screening.csv").exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_runs_that_fail_are_told_and_end_in_1(
    xietong, compiled, monkeypatch, tmp_path: Path, lang: str
) -> None:
    """What the other runs show is written; one that failed in the screening is told although the indices follow."""
    from experiments import task

    real, broken = task.results, []

    def results(model, settings, run):
        if not broken or run.run_id in broken:
            broken.append(run.run_id)
            raise ArithmeticError("no outcome here")
        return real(model, settings, run)

    monkeypatch.setattr(task, "results", results)
    words = [word for word in WORDS if word != "lang=en"]
    called = xietong(*words, f"lang={lang}", "out=failing")
    planned = 2 * 3 + FEWEST * 4
    told = f"1 of {planned} runs failed" if lang == "en" else f"{planned} 次运行中有 1 次失败"
    assert called.code == 1 and told in called.err[-1]
    assert "no outcome here" in called.err[-1] and str(Path("failing", "log.parquet")) in called.err[-1]
    log = pd.read_parquet(tmp_path / "failing" / "log.parquet")
    assert list(log.loc[log["status"] == "failed", "run_id"]) == broken[:1]
    assert all((tmp_path / "failing" / name).exists() for name in MADE)
    assert xietong("check", "store=failing").code == 0

    monkeypatch.setattr(task, "results", real)
    assert xietong(*words, f"lang={lang}", "out=failing").code == 0
