"""A visitor plays, scrubs, changes doses, asks for numbers, and takes the session home."""

from __future__ import annotations

import csv
import io

import pytest


@pytest.fixture
def visitor(serve, visit):
    with visit(serve()) as one:
        yield one


def test_welcome_holds_all_that_can_be_chosen_in_both_languages(visitor) -> None:
    welcome = visitor.until("welcome")
    assert {"siloed", "wuhan"} <= {one["name"] for one in welcome["strategies"]}
    assert all(
        one["title"]["zh"] and one["title"]["en"] and one["payer"]["zh"] for one in welcome["mechanisms"]
    )
    assert all(len(pair) == 2 for pair in welcome["texts"].values())
    assert welcome["first"]["script"]["days"] == 60


def test_going_to_a_day_and_back(visitor) -> None:
    scene = visitor.begin()
    assert len(scene["seats"]) == 30 and len(scene["cells"]["x"]) == 8
    assert visitor.go(40)["known"] == 40
    assert visitor.go(3)["known"] == 40
    assert visitor.go(60)["known"] == 60
    assert visitor.go(60)["since"] <= 60


def test_playing_shows_days_until_paused_and_stops_at_the_end(visitor) -> None:
    visitor.begin()
    visitor.send("play", speed=40)
    assert visitor.until("frame", lambda frame: frame["day"] >= 3)["playing"]
    visitor.send("pause")
    day = visitor.until("frame", lambda frame: not frame["playing"])["day"]
    visitor.send("play", speed=0)
    assert day < visitor.until("frame", lambda frame: frame["day"] == 60 and not frame["playing"])["day"]


def test_a_change_takes_effect_the_next_day_and_is_logged(visitor) -> None:
    visitor.begin()
    visitor.go(30)
    visitor.send("change", side=0, mechanism="whistle", dose=0.5)
    script = visitor.until("script")["script"]
    assert script["changes"] == [
        {"day": 30, "side": 0, "mechanism": "whistle", "dose": 0.5, "ramp": None, "parameters": {}}
    ]
    assert visitor.go(60)["revision"] == 1
    visitor.go(10)
    visitor.send("take_back", number=0)
    assert visitor.until("script")["script"]["changes"] == []
    assert visitor.until("frame", lambda frame: frame["revision"] == 2)["known"] == 30


def test_courses_are_sent_without_gaps_whatever_frames_are_left_out(visitor) -> None:
    visitor.begin()
    held = visitor.frame["known"]
    visitor.send("play", speed=0)
    while not (visitor.frame["day"] == 60 and not visitor.frame["playing"]):
        frame = visitor.until("frame")
        assert frame["since"] <= held
        held = frame["known"]
    visitor.send("go", day=20)
    visitor.send("change", side=1, mechanism="whistle", dose=1.0)
    frame = visitor.until("frame", lambda frame: frame["revision"] == 1)
    assert frame["since"] <= 20


def test_numbers_of_cells_and_institutions_under_both_strategies(visitor) -> None:
    visitor.begin()
    visitor.go(45)
    visitor.send("cell", cell=3)
    cell = visitor.until("cell")
    rows = {name: values for name, _, values in cell["rows"]}
    assert rows["residents"][0] > 50 and len(rows["needs_open"]) == 2
    assert sum(rows[name][0] for name in rows if name.startswith("category_")) == rows["needs_open"][0]
    visitor.send("institution", institution=0)
    institution = visitor.until("institution")
    assert institution["role"] == "city_committee" and institution["level"] == "city"
    assert {"waiting", "staff", "hours_service"} <= {name for name, _, _ in institution["rows"]}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_need_is_told_under_both_strategies(visitor, lang: str) -> None:
    visitor.begin()
    day = next(day for day in range(20, 60) if all(visitor.go(day)["cases"]))
    resident, arose = visitor.go(day)["cases"][0][0][:2]
    visitor.send("need", resident=resident, arose=arose, lang=lang)
    life = visitor.until("need")
    assert life["resident"] == resident and all(len(row) == 3 for row in life["days"])
    assert int(life["days"][0][0]) == int(arose)
    assert ("The need arises." in life["days"][0][1]) == (lang == "en")
    visitor.send("need", resident=4_000_000_000, arose=1.0, lang=lang)
    assert "4000000000" in visitor.until("refused")["reason"]["en"]


def test_the_circle_of_another_community(visitor) -> None:
    visitor.begin()
    visitor.send("look", community=1)
    assert visitor.until("frame", lambda frame: frame["community"] == 1)["day"] == 0
    visitor.send("look", community=2)
    assert "communities 0 to 1" in visitor.until("refused")["reason"]["en"]


def test_the_table_holds_every_day_that_was_lived(visitor) -> None:
    visitor.begin()
    visitor.go(25)
    visitor.send("table")
    table = visitor.until("table")
    rows = list(csv.DictReader(io.StringIO(table["text"])))
    assert len(rows) == 25 * 2 * 2 and table["name"].endswith("_day25.csv")
    before = [
        [
            {k: v for k, v in row.items() if k not in ("side", "strategy")}
            for row in rows
            if row["side"] == side and int(row["day"]) < 12
        ]
        for side in "AB"
    ]
    assert before[0] == before[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_escapes_what_the_class_wrote(visitor, lang: str) -> None:
    visitor.begin()
    visitor.go(30)
    visitor.send("change", side=0, mechanism="whistle", dose=0.5)
    visitor.send("sheet", lang=lang, lesson="voice", happened=True, answers=["<script>alert(1)</script>", ""])
    page = visitor.until("sheet")["text"]
    assert "<script" not in page and "&lt;script&gt;" in page
    assert page.count("<svg") == 4 and "0.5" in page and "http" not in page
    assert ("热线" in page) == (lang == "zh")
    visitor.send("sheet", lang=lang, lesson="nothing")
    assert "lesson=nothing" in visitor.until("refused")["reason"]["en"]


def test_measures_of_a_lesson_are_read_from_what_is_shown(visitor) -> None:
    visitor.begin(strategies=("siloed", "beijing_whistle"))
    visitor.go(5)
    visitor.send("watch", measure="reports")
    assert visitor.until("watch")["values"] == [None, None]
    visitor.go(60)
    for name in ("reports", "convenor_load", "several_days", "meetings"):
        visitor.send("watch", measure=name)
        told = visitor.until("watch")
        assert (told["first"], told["day"]) == (12, 60)
        assert all(value is None or value >= 0.0 for value in told["values"])
        assert name == "several_days" or None not in told["values"]
    visitor.send("watch", measure="nothing")
    assert "measure=nothing" in visitor.until("refused")["reason"]["en"]


def test_every_lesson_begins_and_tells_what_was_recorded(visitor) -> None:
    for lesson in visitor.until("welcome")["lessons"]:
        assert all(
            row["low"] <= row["mean"] <= row["high"] and row["text"]["zh"] for row in lesson["findings"]
        )
        assert len(lesson["predictions"]) >= 2 and all(step["text"]["en"] for step in lesson["steps"])
        visitor.send("begin", script=lesson["script"], day=3)
        assert visitor.until("scene")["script"] == lesson["script"]
        visitor.until("frame", lambda frame: frame["day"] == 3)


def test_nothing_is_shown_before_a_script_begins(visitor) -> None:
    visitor.until("welcome")
    for type, fields in (("go", {"day": 1}), ("play", {"speed": 1}), ("cell", {"cell": 0}), ("pause", {})):
        visitor.send(type, **fields)
        assert visitor.until("refused")["reason"]["en"] == "nothing is shown yet"


def test_a_faulty_script_is_refused_and_the_session_goes_on(visitor) -> None:
    visitor.begin()
    script = {"world": "classroom", "strategies": ["siloed", "wuhann"], "days": 60, "reform_day": 12}
    visitor.send("begin", script=script)
    assert "wuhan" in visitor.until("refused")["reason"]["en"]
    assert visitor.go(7)["day"] == 7


def test_a_link_restores_script_and_day(visitor) -> None:
    visitor.begin()
    script = visitor.until("frame") and {"world": "classroom", "strategies": ["siloed", "shanghai"], "days": 60, "reform_day": 12, "seed": 9,
        "changes": [{"day": 20, "side": 0, "mechanism": "whistle", "dose": 0.5}]}  # fmt: skip
    visitor.send("begin", script=script, day=33)
    assert visitor.until("scene")["script"]["changes"][0]["mechanism"] == "whistle"
    assert visitor.until("frame", lambda frame: frame["day"] == 33)["known"] == 33
