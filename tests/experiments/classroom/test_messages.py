"""What a client may say, and that everything else is refused in one short sentence."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.classroom.limits import Allowance
from experiments.classroom.messages import Begin, DoseChange, Go, parsed
from experiments.classroom.refusals import RefusedError
from experiments.classroom.script import Script

SCRIPT = Script().model_dump(mode="json")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TYPES = [
    "begin",
    "play",
    "pause",
    "go",
    "change",
    "take_back",
    "look",
    "cell",
    "institution",
    "need",
    "table",
    "sheet",
    "watch",
]
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_messages_are_read() -> None:
    begin = parsed(json.dumps({"type": "begin", "script": SCRIPT, "day": 12}))
    assert isinstance(begin, Begin) and begin.script == Script() and begin.day == 12
    assert isinstance(parsed('{"type":"go","day":3}'), Go)
    assert isinstance(parsed('{"type":"change","side":1,"mechanism":"whistle","dose":1}'), DoseChange)


@pytest.mark.parametrize(
    "raw",
    [
        "", "{", "[]", "null", "1", '"go"', "{}", '{"type":"eval"}', '{"type":"go"}', '{"type":"go","day":"3"}', '{"type":"go","day":-1}',
        '{"type":"go","day":1e9}', '{"type":"go","day":3.5}', '{"type":"go","day":true}', '{"type":"go","day":3,"more":1}', '{"type":"play","speed":3}',
        '{"type":"change","side":2,"mechanism":"whistle","dose":0.5}', '{"type":"change","side":0,"mechanism":"../whistle","dose":0.5}',
        '{"type":"change","side":0,"mechanism":"whistle","dose":NaN}', '{"type":"change","side":0,"mechanism":"whistle","dose":1.01}',
        '{"type":"need","resident":0,"arose":1e999,"lang":"en"}', '{"type":"sheet","lang":"fr"}', '{"type":"cell","cell":99999999999999999999}',
        json.dumps({"type": "begin", "script": SCRIPT | {"world": "../../etc/passwd"}}), json.dumps({"type": "begin", "script": SCRIPT | {"seed": -1}}),
        json.dumps({"type": "begin", "script": SCRIPT | {"strategies": ["siloed"]}}), json.dumps({"type": "begin", "script": SCRIPT | {"days": 10**6}}),
        json.dumps({"type": "begin", "script": SCRIPT | {"parameters": {"__class__.__init__": 1.0}}}),
        json.dumps({"type": "sheet", "lang": "en", "answers": ["x" * 2001]}), "[" * 5000, '{"a":' * 5000, '{"type":"go","day":1,"day":2}x', "\ud800", "\x00",
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_one_short_line(raw: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        parsed(raw)
    for lang, told in refusal.value.told.items():
        assert 0 < len(told) < 500 and "\n" not in told
        assert (HAN.search(told) is not None) == (lang == "zh"), told


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        JSON.map(json.dumps),
        st.text(max_size=200),
        st.binary(max_size=100).map(lambda b: b.decode("latin-1")),
    )
)
def test_noise_is_refused(raw: str) -> None:
    with pytest.raises(RefusedError):
        parsed(raw)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(TYPES),
    st.dictionaries(
        st.sampled_from(["day", "speed", "side", "mechanism", "dose", "script", "lang", "cell", "lesson"]),
        JSON,
        max_size=4,
    ),
)
def test_near_misses_are_judged_and_never_raise_anything_else(kind: str, fields: dict) -> None:
    try:
        message = parsed(json.dumps({"type": kind, **fields}))
    except RefusedError as refusal:
        assert len(str(refusal)) < 500
    else:
        assert message.type == kind


def test_an_allowance_is_used_up_and_comes_back() -> None:
    allowance = Allowance(10.0, 3, 0.0)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert allowance.take(0.1) and not allowance.take(0.1)
    assert [allowance.take(60.0) for _ in range(4)] == [True, True, True, False]
