"""Whatever a page asks in whatever order, a session answers or refuses, and goes on."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.classroom.lesson_measures import MEASURES

DAY = st.integers(0, 70)
NUMBER = st.integers(0, 60)
MESSAGES = st.one_of(
    st.builds(lambda day: {"type": "go", "day": day}, DAY),
    st.builds(lambda speed: {"type": "play", "speed": speed}, st.sampled_from([0, 1, 40])),
    st.just({"type": "pause"}),
    st.builds(
        lambda side, mechanism, dose: {"type": "change", "side": side, "mechanism": mechanism, "dose": dose},
        st.integers(0, 1), st.sampled_from(["whistle", "big_committee", "market_contracting", "nothing"]), st.floats(0, 1),
    ),
    st.builds(lambda number: {"type": "take_back", "number": number}, st.integers(0, 3)),
    st.builds(lambda community: {"type": "look", "community": community}, st.integers(0, 3)),
    st.builds(lambda cell: {"type": "cell", "cell": cell}, NUMBER),
    st.builds(lambda row: {"type": "institution", "institution": row}, NUMBER),
    st.builds(lambda resident, arose: {"type": "need", "resident": resident, "arose": arose, "lang": "zh"}, NUMBER, st.floats(0, 70)),
    st.builds(lambda measure: {"type": "watch", "measure": measure}, st.sampled_from(sorted(MEASURES))),
    st.just({"type": "table"}),
    st.just({"type": "sheet", "lang": "en", "lesson": "voice", "happened": True, "answers": ["<b>"]}),
    st.builds(lambda day, seed: {"type": "begin", "script": {"days": 60, "reform_day": 12, "seed": seed}, "day": day}, DAY, st.integers(1, 2)),
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(MESSAGES, max_size=14))
def test_a_session_survives_any_order(serve, visit, messages: list[dict]) -> None:
    with visit(serve(rate=1e6, burst=10**6, refusals=1000)) as visitor:
        visitor.begin()
        for message in messages:
            visitor.socket.send_text(json.dumps(message))
        visitor.send("pause")
        visitor.send("begin", script={"days": 60, "reform_day": 12, "seed": 77}, day=0)
        visitor.until("scene", lambda scene: scene["script"]["seed"] == 77)
        assert visitor.go(31)["day"] == 31
