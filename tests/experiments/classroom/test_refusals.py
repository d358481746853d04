"""Whatever a session does not do, it says why in both languages."""

from __future__ import annotations

import re

import pytest

from experiments.classroom.lesson_watch import watch
from experiments.classroom.lessons import load_lesson
from experiments.classroom.pair import Pair
from experiments.classroom.refusals import RefusedError
from experiments.classroom.script import Change, Script, judged
from experiments.texts import TEXTS
from experiments.texts.refusals import REFUSALS

HAN = re.compile(r"[\u4e00-\u9fff]")
LATE = {"day": 30, "side": 0, "mechanism": "whistle", "dose": 1.0}


@pytest.mark.parametrize(
    ("fields", "en", "zh"),
    [
        ({"world": "nowhere"}, "world=nowhere: unknown; known: classroom", "world=nowhere：未知"),
        ({"future": "flod"}, "did you mean 'flood'?", "是否想写“flood”？"),
        ({"strategies": ("siloed", "wuhna")}, "'wuhan'", "“wuhan”"),
        ({"reform_day": 30}, "must lie below days=30", "须小于 days=30"),
        ({"changes": (Change(**LATE),)}, "change on day 30", "第 30 日的改动"),
        ({"parameters": {"voice.base_hazard": 9.0}}, "outside the allowed range 0.003 to 0.04 1/day", "超出允许范围 0.003 到 0.04，单位：1/天"),
        ({"parameters": {"voice.base_hazrd": 0.01}}, "no such parameter", "没有这个模型参数"),
        ({"changes": (Change(**LATE | {"day": 3, "parameters": {"lent": 1.0}}),)}, "with a ramp only", "ramp"),
        ({"changes": (Change(**LATE | {"day": 3, "ramp": 1, "parameters": {"nothing": 1.0}}),)}, "whistle.parameters=nothing", "未知"),
        ({"changes": (Change(**LATE | {"day": 3, "mechanism": "whistel"}),)}, "did you mean 'whistle'?", "“whistle”"),
    ],
)  # fmt: skip
def test_a_script_that_does_not_fit_is_refused_in_both_languages(fields: dict, en: str, zh: str) -> None:
    script = Script(**{"days": 30, "reform_day": 10} | fields)
    with pytest.raises(RefusedError) as refusal:
        judged(script)
    assert en in refusal.value.told["en"] and zh in refusal.value.told["zh"]
    assert HAN.search(refusal.value.told["zh"]) and not HAN.search(refusal.value.told["en"])


def test_what_is_not_there_is_told_in_both_languages(compiled: None) -> None:
    pair = Pair(Script(days=20, reform_day=5))
    asked = (
        (lambda: pair.look(99), "communities 0 to 1", "社区为 0 到 1"),
        (lambda: pair.take_back(0), "change 0: there are 0", "共有 0 项"),
        (lambda: watch(pair, "nothing"), "measure=nothing", "未知"),
        (lambda: load_lesson("nothing"), "lesson=nothing", "未知"),
    )
    for ask, en, zh in asked:
        with pytest.raises(RefusedError) as refusal:
            ask()
        assert en in refusal.value.told["en"] and zh in refusal.value.told["zh"]


def test_every_refusal_has_its_sentence() -> None:
    assert all(TEXTS[name] == pair and HAN.search(pair[1]) for name, pair in REFUSALS.items())
