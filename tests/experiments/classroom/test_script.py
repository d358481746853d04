"""A script decides everything: what it may hold, and which strategy follows from it on each day."""

from __future__ import annotations

import pytest

from experiments.classroom.script import (
    Change,
    Script,
    changed,
    days_of_changes,
    judged,
    strategy_on,
    worlds,
)  # fmt: skip
from sim.errors import ConfigError


def change(day: int, dose: float, side: int = 1, mechanism: str = "brand_culture", **more: object) -> Change:
    return Change(day=day, side=side, mechanism=mechanism, dose=dose, **more)


def dose_on(script: Script, day: int, mechanism: str = "brand_culture", side: int = 1):
    return strategy_on(script, side, day).mechanisms.get(mechanism)


def test_another_dose_keeps_start_and_ramp_of_a_mechanism_at_work() -> None:
    script = Script(days=60, reform_day=10, changes=(change(30, 0.5),))
    assert dose_on(script, 29).intensity == 1.0
    after = dose_on(script, 30)
    assert (after.intensity, after.start, after.ramp) == (0.5, None, 30)


def test_what_was_absent_or_stopped_is_introduced_anew() -> None:
    script = Script(
        days=90,
        reform_day=10,
        changes=(change(30, 0.0), change(50, 0.8), change(20, 0.6, mechanism="whistle")),
    )
    assert dose_on(script, 30).intensity == 0.0
    again = dose_on(script, 50)
    assert (again.intensity, again.start) == (0.8, 50)
    assert dose_on(script, 19, "whistle") is None
    assert dose_on(script, 20, "whistle").start == 20


def test_before_the_reform_nothing_starts_earlier_than_the_reform() -> None:
    script = Script(days=60, reform_day=40, changes=(change(5, 0.7, side=0),))
    assert dose_on(script, 5, side=0).start == 40


def test_a_ramp_introduces_anew_with_parameters() -> None:
    script = Script(
        days=60,
        reform_day=10,
        changes=(change(20, 1.0, mechanism="whistle", ramp=0, parameters={"inflation": 0.5}),),
    )
    whistle = dose_on(judged(script), 25, "whistle")
    assert (whistle.start, whistle.ramp, whistle.parameters) == (20, 0, {"inflation": 0.5})


def test_sides_do_not_touch_each_other() -> None:
    script = Script(days=60, reform_day=10, changes=(change(20, 0.3, side=0),))
    assert dose_on(script, 30).intensity == 1.0
    assert (days_of_changes(script, 0), days_of_changes(script, 1)) == ({20}, set())


def test_the_last_change_of_a_morning_counts_alone() -> None:
    script = changed(changed(Script(days=60, reform_day=10), change(20, 0.3)), change(20, 0.123456))
    assert [one.dose for one in script.changes] == [0.12]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (Script(world="queue"), "world=queue: unknown"),
        (Script(future="siloed"), "future=siloed: unknown"),
        (Script(strategies=("wuhan", "wuhann")), "did you mean 'wuhan'"),
        (Script(days=10, reform_day=10), "reform_day=10"),
        (Script(days=10, reform_day=1, changes=(change(10, 0.5),)), "change on day 10"),
        (Script(changes=(change(1, 0.5, mechanism="whistles"),)), "did you mean 'whistle'"),
        (
            Script(changes=(change(1, 0.5, mechanism="whistle", parameters={"inflation": 0.1}),)),
            "with a ramp only",
        ),
        (
            Script(changes=(change(1, 0.5, mechanism="whistle", ramp=0, parameters={"inflatio": 0.1}),)),
            "did you mean 'inflation'",
        ),
        (
            Script(changes=(change(1, 0.5, mechanism="whistle", ramp=0, parameters={"inflation": 99.0}),)),
            "outside",
        ),
        (Script(parameters={"voice.base_hazard": 1e6}), "voice.base_hazard"),
        (Script(parameters={"voice.nothing": 1.0}), "voice.nothing"),
    ],
)
def test_faults_are_told(script: Script, told: str) -> None:
    with pytest.raises(ConfigError, match=told.replace(".", r"\.")):
        judged(script)


def test_worlds_that_are_too_large_or_no_towns_are_left_out() -> None:
    assert {"classroom", "street"} <= worlds().keys()
    assert "queue" not in worlds()
