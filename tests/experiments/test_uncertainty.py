"""Several futures and draws of parameters in one comparison: paired within replicates, ranked over them."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.ensemble import design, design_tasks
from experiments.posterior import posterior_draws
from experiments.ranges import range_draws, uncertain
from experiments.ranks import FILES
from experiments.uncertainty import KINDS, draws, worlds

SMALL = ("world=classroom", "days=40", "reform_day=8", "lang=en", "jobs=1", "strategies=[siloed,wuhan]")


def test_declared_values_stand_in_every_replicate_unless_asked_otherwise(settings_of) -> None:
    settings = settings_of("compare", *SMALL, "replicates=3")
    assert draws(settings) == [{}, {}, {}]
    assert [own for own, _ in worlds(settings)] == [settings] * 3


@pytest.mark.parametrize("kind", KINDS[1:])
def test_strategies_of_a_replicate_share_its_draw(settings_of, kind: str) -> None:
    settings = settings_of("compare", *SMALL, "replicates=4", f"uncertainty={kind}")
    found = draws(settings)
    assert len(found) == 4 and len({tuple(draw.items()) for draw in found}) == 4
    work = design_tasks(settings)
    assert [task.replicate for task in work] == [0, 1, 2, 3]
    assert [task.settings.parameters for task in work] == found
    assert all(len(task.runs) == 2 for task in work)
    assert len({run.run_id for run in design(settings)}) == 8


def test_draws_are_those_of_ranges_and_posterior(settings_of) -> None:
    deep, wide, fitted = (
        settings_of("compare", *SMALL, "replicates=5", "seed=9", f"uncertainty={kind}") for kind in KINDS[1:]
    )
    assert draws(deep) == range_draws(5, 9, deep=True)
    assert draws(wide) == range_draws(5, 9, deep=False)
    assert set(draws(deep)[0]) == set(uncertain(deep=True).names) < set(draws(wide)[0])
    assert draws(fitted) == posterior_draws(5, 9)


def test_what_is_set_by_hand_or_by_a_future_stands_over_a_draw(settings_of) -> None:
    name = uncertain(deep=True).names[0]
    value = range_draws(2, 3)[1][name]
    settings = settings_of(
        "compare", *SMALL, "replicates=2", f"parameters.{name}={value}", "uncertainty=deep"
    )
    assert [own.parameters[name] for own, _ in worlds(settings)] == [value, value]
    future = settings.future.model_copy(update={"parameters": {name: value}})
    there = settings.model_copy(update={"parameters": {}, "future": future})
    assert all(name not in own.parameters for own, _ in worlds(there))


def test_each_future_is_lived_in_all_replicates(settings_of) -> None:
    settings = settings_of("compare", *SMALL, "replicates=2", "futures=[reference,flood]")
    assert [(own.future.name, r) for own, r in worlds(settings)] == [
        ("reference", 0), ("reference", 1), ("flood", 0), ("flood", 1),
    ]  # fmt: skip
    alone = settings_of("compare", *SMALL, "replicates=2", "future=flood")
    # A future among others is the same future.
    assert {run.run_id for run in design(alone)} < {run.run_id for run in design(settings)}


def test_ranks_are_printed_and_kept_by_future(xietong, compiled) -> None:
    called = xietong(
        "compare", *SMALL, "replicates=2", "futures=[reference,flood]", "uncertainty=deep", "out=x"
    )
    assert called.code == 0, called.err
    kept = {path.name: path for path in called.files if path.name in FILES}
    assert set(kept) == set(FILES)
    ranking, winners = (pd.read_csv(kept[name]) for name in FILES)
    assert set(ranking["future"]) == set(winners["future"]) == {"reference", "flood"}
    shares = ranking.groupby(["future", "outcome"])["first"].sum()
    assert shares.between(1 - 1e-5, 1 + 1e-5).all()
    text = "\n".join(called.out)
    assert "Ranking, future flood" in text and "what nobody has measured" in text
    assert text.count("future reference") >= 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["futures=[flod]"], "flood"), (["futures=flood"], "list of names"), (["futures=[]"], "list of names"),
        (["futures=[flood,flood]"], "twice"), (["uncertainty=deeep"], "deep"), (["futures=[flood,reference]", "budget=neutral"], "one future"),
    ],
)  # fmt: skip
def test_bad_futures_and_uncertainties_are_told(xietong, words: list[str], told: str) -> None:
    called = xietong("compare", *SMALL, *words)
    assert called.code == 2
    assert told in "\n".join(called.err)
    assert not called.files
