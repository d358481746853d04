"""The twin: one resident, one day of arising, two lives."""

from __future__ import annotations

import math

import pytest

from experiments.ensemble import carry_out
from experiments.lives import COURSE, Life, Lives, Pair, choose, lives
from experiments.story import days_told, intro, person, summary
from experiments.twin import find
from sim.errors import ConfigError

WORDS = ("world=classroom", "days=150", "reform_day=30", "strategies=[siloed,wuhan]", "jobs=1")


@pytest.fixture(scope="module")
def twins(settings_of, tmp_path_factory):
    return carry_out(settings_of("twin", *WORDS, f"out={tmp_path_factory.mktemp('twin') / 'store'}"))


@pytest.fixture(scope="module")
def pair(twins):
    return find(twins)


def test_same_resident_same_day_after_the_reform(pair) -> None:
    first, second = pair.first.need, pair.second.need
    assert first["resident"] == second["resident"] and first["arose"] == second["arose"] >= 30
    assert first["category"] == second["category"] and first["scope"] == second["scope"]
    for life in (pair.first, pair.second):
        for case in life.cases:
            assert case["need"] == life.need["need"] and case["opened"] >= life.need["arose"]


def test_the_two_lives_differ(pair) -> None:
    assert any(pair.first.need[name] != pair.second.need[name] for name in COURSE)
    assert (
        0 <= pair.equal < pair.shared and pair.first_sooner + pair.second_sooner <= pair.shared - pair.equal
    )


def test_the_choice_is_always_the_same(twins, pair) -> None:
    assert find(twins) == pair


def test_the_best_kind_of_need_is_taken_first(twins, pair) -> None:
    if pair.how in ("convened", "best"):
        assert pair.first.need["scope"] > 1 and pair.first.cases and pair.second.cases
    tables = [
        lives(*(twins.store.table(name, run_id) for name in ("needs", "cases", "ledger")))
        for run_id in twins.runs.sort_values("strategy")["run_id"]
    ]
    single = [Lives(table.needs[table.needs["scope"] == 1], table.cases) for table in tables]
    assert choose(*single, twins.settings).how in ("reported", "differs")


def test_a_resident_can_be_asked_for(twins, pair) -> None:
    resident = int(pair.second.need["resident"])
    asked = carry_out(twins.settings.model_copy(update={"resident": resident}))
    assert int(find(asked).first.need["resident"]) == resident and find(asked).how == "resident"
    stranger = carry_out(twins.settings.model_copy(update={"resident": 4_000_000_000}))
    with pytest.raises(ConfigError, match=r"resident=4000000000.*for example, \d+"):
        find(stranger)


def test_equal_strategies_have_no_story(settings_of, tmp_path) -> None:
    words = (
        "world=classroom",
        "days=40",
        "reform_day=10",
        "strategies=[siloed,placebo]",
        "jobs=1",
        f"out={tmp_path}/s",
    )
    with pytest.raises(ConfigError, match="need=auto"):
        find(carry_out(settings_of("twin", *words)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_days_are_told_in_order(twins, pair, lang: str) -> None:
    settings = twins.settings.model_copy(update={"lang": lang})
    rows = days_told(pair, settings)
    days = [int(row[0]) for row in rows]
    assert (
        days == sorted(days) and days[0] == math.floor(pair.first.need["arose"]) and days[-1] <= settings.days
    )
    assert rows[0][1] and rows[0][1].split()[0] == rows[0][2].split()[0]
    assert any(row[1] != row[2] for row in rows)
    assert len(list(intro(pair, settings))) == 4 and all(len(row) == 3 for row in summary(pair, settings))
    assert ("。" in rows[0][1]) == (lang == "zh")


CASE = {"opened": 40.0, "responded": 41.0, "started": 42.0, "rating": 0.5, "confirmed": False, "channel": "platform",
        "level": "district", "role": 13, "hours": 2.0, "handovers": 2, "refusals": 1, "joint": True, "scope": 2}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("end", ["met", "healed", "moved", "open"])
def test_every_end_can_be_told(twins, pair, end: str, lang: str) -> None:
    need = {**pair.first.need, "arose": 33.0, "end": end, "ended": None if end == "open" else 101.0}
    settings = twins.settings.model_copy(update={"lang": lang})
    closed = [{**CASE, "status": status, "closed": 100.0} for status in ("resolved", "given_up", "paper")]
    unclosed = {**CASE, "status": "open", "closed": None, "started": None, "rating": None}
    for cases in ((), (closed[0],), tuple(closed), (*closed, unclosed)):
        same = Pair(Life(need, cases), Life(need, cases), "best", 1, 0, 0, 0)
        told = str(days_told(same, settings)) + str(summary(same, settings))
        assert "{" not in told and "None" not in told and "nan" not in told


def test_a_second_report_is_told(twins, pair) -> None:
    first = {**CASE, "status": "given_up", "closed": 60.0}
    again = {
        **CASE,
        "opened": 70.0,
        "responded": 71.0,
        "started": 72.0,
        "status": "resolved",
        "closed": 80.0,
        "rating": 1.0,
    }
    life = Life(
        {**pair.first.need, "arose": 33.0, "end": "met", "ended": 80.0, "reported": 40.0}, (first, again)
    )
    rows = {
        int(day): told for day, told, _ in days_told(Pair(life, life, "best", 1, 0, 0, 0), twins.settings)
    }
    assert list(rows) == [33, 40, 41, 42, 60, 70, 71, 72, 80]
    assert "again" in rows[70] and "gives up" in rows[60] and "need is met" in rows[80]
    fields = {name: value for name, value, _ in summary(Pair(life, life, "best", 1, 0, 0, 0), twins.settings)}
    assert (
        fields["times reported"] == "2"
        and fields["hand-overs"] == "4"
        and fields["last rating by the resident"] == "100"
    )


def test_persons() -> None:
    assert person(0, "en") == "under 15, local, low income, without digital access"
    assert person(35, "en") == "60 years or more, migrant, high income, with digital access"
    assert len({person(group, "zh") for group in range(36)}) == 36


def test_the_command(xietong) -> None:
    called = xietong("twin", *WORDS, "lang=en")
    told = "\n".join(called.out)
    assert (
        called.code == 0
        and "The life of one need" in told
        and "In short" in told
        and "The need arises." in told
    )
    assert "nothing left to run" in xietong("twin", *WORDS).err[0]
