"""The name of a run depends on everything that changes its result, and on nothing else."""

from __future__ import annotations

import re

import pytest

from experiments import identity
from experiments.identity import canonical, model_version, run_id

BASE = ("world=classroom", "strategy=wuhan", "days=24", "reform_day=8")


@pytest.fixture
def named(settings_of, tmp_path):
    """The name of the one run that words ask for."""

    def name(*words: str) -> str:
        given = {word.partition("=")[0]: word for word in (*BASE, f"out={tmp_path / 'a'}", *words)}
        settings = settings_of("run", *given.values())
        return run_id(settings, settings.strategies[0], settings.replicate)

    return name


def test_a_name_is_sixteen_hexadecimal_digits(named) -> None:
    assert re.fullmatch("[0-9a-f]{16}", named())


@pytest.mark.parametrize(
    "word",
    [
        "out=elsewhere",
        "jobs=3",
        "lang=zh",
        "record=full",
        "record.cases=true",
        "record.needs=true",
        "engine=local",
    ],
)
def test_what_does_not_change_the_result_does_not_count(named, word: str) -> None:
    assert named(word) == named()


@pytest.mark.parametrize(
    "word",
    ["world=street", "world.cells=5", "strategy=siloed", "strategy.mechanisms.big_committee.intensity=0.5", "days=25",
     "reform_day=9", "seed=2", "replicate=1", "parameters.voice.base_hazard=0.031", "pin.voice=7", "future=ageing",
     "strategy.mechanisms.big_committee.place={steps:2,every:9}"],
)  # fmt: skip
def test_what_changes_the_result_counts(named, word: str) -> None:
    assert named(word) != named()


def test_order_of_words_and_parameters_does_not_count(named) -> None:
    a, b = "parameters.voice.base_hazard=0.031", "parameters.population.old_share=0.2"
    assert named(a, b, "seed=3") == named("seed=3", b, a)


def test_a_run_of_compare_is_the_same_run(named, settings_of, tmp_path) -> None:
    settings = settings_of(
        "compare", *BASE[:1], *BASE[2:], "strategies=[wuhan,siloed]", "replicates=3", f"out={tmp_path}"
    )
    assert run_id(settings, settings.strategies[0], 0) == named()
    assert run_id(settings, settings.strategies[0], 2) == named("replicate=2")


def test_titles_do_not_count_but_content_does(settings_of, tmp_path) -> None:
    settings = settings_of("run", *BASE, f"out={tmp_path}")
    strategy = settings.strategies[0]
    retitled = strategy.model_copy(update={"title": strategy.title.model_copy(update={"en": "Other words"})})
    stripped = strategy.model_copy(update={"mechanisms": {}})
    turned = strategy.model_copy(update={"mechanisms": dict(reversed(strategy.mechanisms.items()))})
    assert run_id(settings, retitled, 0) == run_id(settings, turned, 0) == run_id(settings, strategy, 0)
    assert run_id(settings, stripped, 0) != run_id(settings, strategy, 0)


def test_the_days_and_sizes_of_a_future_count_but_not_what_they_rest_on(settings_of, tmp_path) -> None:
    settings = settings_of("run", *BASE, "future=epidemic", f"out={tmp_path}")
    strategy, future = settings.strategies[0], settings.future

    def named(**changed: object) -> str:
        first, *rest = future.courses
        courses = (first.model_copy(update=changed), *rest)
        moved = settings.model_copy(update={"future": future.model_copy(update={"courses": courses})})
        return run_id(moved, strategy, 0)

    assert named(source="elsewhere", grade="data") == named() == run_id(settings, strategy, 0)
    assert len({named(), named(size=2.9), named(start=239), named(peak=282), named(end=360)}) == 5
    assert len({named(), named(shape="ramp"), named(quantity="demand_property")}) == 3


def test_the_code_of_the_model_counts(named, monkeypatch) -> None:
    before = named()
    monkeypatch.setattr(identity, "model_version", lambda: "0.0.1+other")
    assert named() != before
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}", model_version())


def test_canonical_text() -> None:
    assert canonical({"b": [1.0, None, "中"], "a": True}) == '{"a":true,"b":[1.0,null,"中"]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
