"""The shipped posterior: within the declared ranges, named by number, weighted, and said how it was made."""

from __future__ import annotations

import json
from collections import Counter

import pandas as pd
import pytest

from experiments.posterior import ABOUT, FILE, posterior, posterior_draws
from experiments.ranges import known

SMALL = ("world=classroom", "days=12", "reform_day=4", "lang=en", "jobs=1")


def test_every_draw_lies_within_the_ranges_of_its_parameters() -> None:
    declared = known()
    draws = posterior_draws()
    assert len(draws) >= 20
    for draw in draws:
        assert draw.keys() == draws[0].keys()
        for name, value in draw.items():
            assert declared[name].low <= value <= declared[name].high, name
            assert declared[name].role == "uncertainty"


def test_the_table_is_whole() -> None:
    table = pd.read_csv(FILE)
    assert list(table.columns[: len(ABOUT)]) == list(ABOUT)
    assert list(table["draw"]) == list(range(len(table)))
    assert table["weight"].sum() == pytest.approx(1.0, abs=1e-3) and (table["weight"] > 0).all()
    assert not table.isna().any().any() and not table[list(posterior().draws[0])].duplicated().any()


def test_it_is_said_how_the_sample_was_made() -> None:
    made = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert made["command"].startswith("xietong calibrate ")
    assert made["accepted"] == len(posterior().draws) <= made["last_wave"] <= made["runs"]
    assert {"model_version", "packages", "seed", "days", "reform_day", "world"} <= made.keys()


def test_draws_of_equal_weight_come_as_often_as_they_weigh() -> None:
    draws, weights = posterior()
    n = 50 * len(draws)
    drawn = Counter(tuple(draw.values()) for draw in posterior_draws(n, seed=4))
    total = sum(weights)
    for draw, weight in zip(draws, weights, strict=True):
        assert abs(drawn[tuple(draw.values())] - n * weight / total) <= 2.0
    assert posterior_draws(30, seed=4) == posterior_draws(30, seed=4) != posterior_draws(30, seed=5)


def test_a_run_lives_a_draw(xietong, compiled) -> None:
    called = xietong("run", *SMALL, "parameters=posterior[3]", "out=drawn")
    assert called.code == 0, called.err
    manifest = json.loads(next(path for path in called.files if path.name == "manifest.json").read_text())
    assert manifest["config"]["parameters"] == posterior_draws()[3]


def test_what_is_set_beside_a_draw_stands_over_it(settings_of) -> None:
    drawn = posterior_draws()[0]
    name = next(iter(drawn))
    low = known()[name].low
    for words in (
        (f"parameters.{name}={low}", "parameters=posterior[0]"),
        ("parameters=posterior[0]", f"parameters.{name}={low}"),
    ):
        assert settings_of("run", *words).parameters == drawn | {name: low}
    assert settings_of("compare", "parameters=posterior[0]").parameters == drawn


def test_python_takes_a_draw_by_name(tmp_path, compiled) -> None:
    from experiments.compare import _judged

    settings = _judged({"strategies": ["siloed", "placebo"], "world": "classroom", "replicates": 1, "out": str(tmp_path / "o"),
                        "parameters": "posterior[1]"})  # fmt: skip
    assert settings.parameters == posterior_draws()[1]


@pytest.mark.parametrize(
    "value", ["posterior[100000]", "posterior[-1]", "posterior", "posterior[x]", "posterior[1.5]"]
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_draw_that_is_none_is_one_line(xietong, value: str, lang: str) -> None:
    called = xietong("run", *SMALL[:3], f"lang={lang}", f"parameters={value}")
    assert called.code == 2 and len(called.err) == 1 and not called.files
    assert f"posterior[{len(posterior().draws) - 1}]" in called.err[0] and value in called.err[0]
    assert ("没有" in called.err[0]) == (lang == "zh")
