"""Comparisons that add replicates until differences are known well enough, or until they may not."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments import precision
from experiments.compare import compare
from experiments.uncertainty import draws

SMALL = ("world=classroom", "days=24", "reform_day=8", "strategies=[siloed,wuhan]", "jobs=1")


@pytest.fixture
def counted(monkeypatch):
    """Replicates of each look."""
    looks: list[int] = []
    carry_out = precision.carry_out

    def counting(settings):
        looks.append(settings.replicates)
        return carry_out(settings)

    monkeypatch.setattr(precision, "carry_out", counting)
    return looks


def test_replicates_are_added_up_to_the_limit_and_finished_runs_are_used_again(
    xietong, compiled, without_report, counted, tmp_path
) -> None:
    called = xietong("compare", *SMALL, "precision=0.01", "max_replicates=12")
    assert called.code == 0 and counted == [10, 12]
    err, told = "\n".join(called.err), "\n".join(called.out)
    assert "10 replicates:" in err and "going on to 12" in err and "more replicates" in err
    assert "max_replicates stopped it at 12 replicates" in told and "may hold somewhat less" in told
    assert len(pd.read_parquet(tmp_path / "outputs/compare/runs.parquet")) == 24
    again = xietong("compare", *SMALL, "precision=0.01", "max_replicates=12", "lang=zh")
    assert again.code == 0 and "无需运行" in "\n".join(again.err) and "止于 12 次重复" in "\n".join(again.out)


def test_a_precision_that_is_reached_at_once_adds_nothing(xietong, compiled, without_report, counted) -> None:
    called = xietong("compare", *SMALL[:3], "strategies=[siloed,placebo]", "jobs=1", "precision=0.5")
    assert called.code == 0 and counted == [10]
    assert "precision=0.5 reached with 10 replicates" in "\n".join(called.out)


def test_python_takes_the_same_key(compiled, counted) -> None:
    result = compare(["siloed", "placebo"], world="classroom", days=24, reform_day=8, jobs=1, precision=0.5)
    assert counted == [10] and result.table()["replicates"].max() == 10


@pytest.mark.parametrize("kind", ["deep", "posterior"])
def test_drawn_worlds_stay_as_they_are_when_replicates_are_added(settings_of, kind: str) -> None:
    settings = settings_of("compare", "precision=0.5", f"uncertainty={kind}", "max_replicates=40")
    few, more = draws(settings), draws(settings.model_copy(update={"replicates": 25}))
    assert len(few) == 10 and len(more) == 25 and more[:10] == few
