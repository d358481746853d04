"""Guided lessons: judged as scenarios are, lived as the model lives, and true to the figures that were recorded for them."""

from __future__ import annotations

import copy
import importlib.util
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from experiments.classroom import lesson_runs, lessons
from experiments.classroom.foundations import assumed, patterns, sources
from experiments.classroom.lesson_measures import MEASURES, Observed
from experiments.classroom.lesson_records import TABLE, Recorded, recorded
from experiments.classroom.lesson_runs import draws, live, lived, measure, measured, model_of, terms_of
from experiments.classroom.lesson_sheet import book
from experiments.classroom.lessons import (
    SIDES,
    Finding,
    Lesson,
    lesson_names,
    load_lesson,
    load_lessons,
)
from sim import strategies
from sim.errors import ConfigError
from sim.model import CommunityModel
from sim.needs import Role
from sim.scenario import ROOT, Strategy, read

SIX = ("voice", "convenor", "whistles", "ranking", "expectations", "volunteers")
#: Lessons of a world in which a replicate takes a fraction of a second.
QUICK = ("voice", "volunteers")
DOCS = ROOT.parent / "docs"
#: A name, a change of a sound lesson, and what the one line must say.
FAULTS: list[tuple[str, Callable[[Any], Any], tuple[str, ...]]] = [
    ("strategy", lambda raw: raw["setup"].update(left="silod"), ("setup.left", "did you mean 'siloed'?", "line")),
    ("world", lambda raw: raw["setup"].update(world="classrom"), ("setup.world", "'classroom'")),
    ("mechanism", lambda raw: raw["setup"]["changes"][0].update(mechanism="whistel"), ("changes.0.mechanism", "'whistle'")),
    ("measure", lambda raw: raw["findings"][0]["terms"][0].update(measure="report"), ("terms.0.measure", "'reports'")),
    ("watch", lambda raw: raw["steps"][0].update(watch="voice"), ("steps.0.watch", "'voice' is unknown")),
    ("parameter", lambda raw: raw["rests_on"]["parameters"].append("voice.base"), ("rests_on.parameters", "'voice.base_hazard'")),
    ("pattern", lambda raw: raw["rests_on"].update(patterns=["V99"]), ("rests_on.patterns.0", "'V99' is unknown")),
    ("source", lambda raw: raw["rests_on"].update(sources=["EV-REP-3"]), ("rests_on.sources.0", "'EV-REP-3X'")),
    ("late change", lambda raw: raw["setup"]["changes"][0].update(day=480), ("changes.0.day", "from 120 to 479")),
    ("early change", lambda raw: raw["setup"]["changes"][0].update(day=119), ("changes.0.day", "from 120 to 479")),
    ("empty window", lambda raw: raw["findings"][0]["terms"][0].update(to_day=120), ("terms.0.to_day", "after from_day 120")),
    ("long window", lambda raw: raw["findings"][0]["terms"][0].update(to_day=481), ("terms.0.to_day", "up to 480")),
    ("late step", lambda raw: raw["steps"][-1].update(until_day=481), ("until_day", "ends after 480 days")),
    ("reform", lambda raw: raw["setup"].update(reform_day=480), ("setup.reform_day", "before the last of 480 days")),
    ("one language", lambda raw: raw["question"].pop("zh"), ("question.zh", "the key is missing")),
    ("a right answer", lambda raw: raw["predictions"][0].update(right=True), ("predictions.0.right", "unknown key")),
    ("one prediction", lambda raw: raw.update(predictions=raw["predictions"][:1]), ("predictions", "at least 2")),
    ("same id", lambda raw: raw["findings"][1].update(id="reports_rise"), ("findings", "'reports_rise' is given twice")),
    ("side", lambda raw: raw["findings"][0]["terms"][0].update(side="middle"), ("terms.0.side", "'left' or 'right'")),
]  # fmt: skip


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The script that writes figures and pages."""
    spec = importlib.util.spec_from_file_location("make_lessons", Path(__file__).with_name("make_lessons.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def content(name: str) -> Any:
    return yaml.safe_load((ROOT / "lesson" / f"{name}.yaml").read_text(encoding="utf-8"))


def short(name: str) -> Lesson:
    """A lesson of the classroom cut to a few days, so that it can be lived in a blink."""
    raw = content(name)
    raw["setup"] |= {"days": 40, "reform_day": 14, "world": "classroom"}
    for change in raw["setup"]["changes"]:
        change["day"] = 14
    raw["steps"] = [{"text": step["text"]} for step in raw["steps"]]
    for finding in raw["findings"]:
        for term in finding["terms"]:
            term |= {"from_day": 14, "to_day": 40}
    return Lesson.from_mapping(raw)


def test_there_are_six_lessons_in_the_order_of_teaching() -> None:
    assert lesson_names() == SIX
    assert tuple(lesson.name for lesson in load_lessons()) == SIX


@pytest.mark.parametrize("name", SIX)
def test_a_lesson_is_whole(name: str) -> None:
    lesson = load_lesson(name)
    assert 10 <= lesson.minutes <= 20
    assert 2 <= len(lesson.predictions) <= 4
    stops = [step.until_day for step in lesson.steps if step.until_day is not None]
    assert stops == sorted(stops)
    assert stops[-1] == lesson.setup.days, "the steps lead to the end of the experiment"
    assert any(finding.expected != "open" for finding in lesson.findings)
    assert {one.name for one in assumed(lesson)} == set(lesson.rests_on.parameters)
    assert all(one.verdict in ("shown", "shown in part", "not shown") for one in patterns(lesson))
    assert [one.id for one in sources(lesson)] == list(lesson.rests_on.sources)


@pytest.mark.parametrize("name", SIX)
def test_texts_are_written_in_their_language(name: str) -> None:
    def words(raw: Any) -> Any:
        if isinstance(raw, dict) and raw.keys() == {"en", "zh"}:
            yield raw
        elif isinstance(raw, dict | list):
            for inner in raw.values() if isinstance(raw, dict) else raw:
                yield from words(inner)

    for pair in words(content(name)):
        assert pair["en"].isascii(), pair["en"]
        chinese = sum("\u4e00" <= sign <= "\u9fff" for sign in pair["zh"])
        latin = sum(sign.isascii() and sign.isalpha() for sign in pair["zh"])
        assert chinese > 3 * latin, pair["zh"]
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef] +[\u3000-\u9fff\uff00-\uffef]", pair["zh"]), pair[
            "zh"
        ]


@pytest.mark.parametrize("name", SIX)
def test_what_is_said_of_pattern_cards_is_what_the_cards_say(name: str) -> None:
    lesson = load_lesson(name)
    en = re.findall(r"(V\d+) is (shown in part|not shown|shown)", lesson.limits.sure.en)
    verdicts = {one.id: one.verdict for one in patterns(lesson)}
    assert {card for card, _ in en} == verdicts.keys()
    assert all(verdicts[card] == said for card, said in en)
    chinese = {"shown": "再现", "shown in part": "部分再现", "not shown": "未再现"}
    for card, verdict in verdicts.items():
        said_zh = re.search(rf"{card}[^；。，]{{0,12}}?(部分再现|未再现|再现)", lesson.limits.sure.zh)
        assert said_zh is not None, card
        assert said_zh[1] == chinese[verdict], card


@pytest.mark.parametrize(
    ("change", "said"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_fault_is_one_line_that_says_where(
    change: Callable[[Any], Any], said: tuple[str, ...], tmp_path: Path
) -> None:
    raw = copy.deepcopy(content("voice"))
    change(raw)
    path = tmp_path / "lesson" / "voice.yaml"
    path.parent.mkdir()
    path.write_text(json.dumps(raw, indent=1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(Lesson, path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("lesson 'voice', ")
    assert "lesson/voice.yaml" in lines[0]
    assert all(part in lines[0] for part in said), lines[0]


def test_an_unknown_lesson_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"lesson=voise: unknown; known: voice, .*did you mean 'voice'\?"):
        load_lesson("voise")


def test_faults_of_all_files_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lesson").mkdir()
    for name in ("voice", "ranking"):
        raw = content(name)
        raw["setup"]["future"] = "referense"
        (tmp_path / "lesson" / f"{name}.yaml").write_text(json.dumps(raw, indent=1), encoding="utf-8")
    (tmp_path / "lesson" / "zebra.yaml").write_text("name: [}\n", encoding="utf-8")
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    assert lesson_names() == ("voice", "ranking", "zebra"), "those of the book first, others by name"
    with pytest.raises(ConfigError) as caught:
        load_lessons()
    voice, ranking, zebra = str(caught.value).splitlines()
    assert "lesson 'voice', setup.future: 'referense' is unknown; did you mean 'reference'?" in voice
    assert "lesson/ranking.yaml, line" in ranking
    assert zebra.startswith("lesson/zebra.yaml, line 1: not readable as YAML")


def test_a_change_replaces_the_dose_of_its_mechanism() -> None:
    right = load_lesson("ranking").strategies("right")
    assert [day for day, _ in right] == [0, 120, 420]
    audits = [strategy.mechanisms["swift_response"].parameters["audit"] for _, strategy in right[1:]]
    assert audits == [0.0, 0.9]
    assert [strategy.mechanisms["swift_response"].start for _, strategy in right[1:]] == [120, 420]
    assert load_lesson("ranking").strategies("left") == right[:1]


def test_a_side_lives_as_the_model_lives() -> None:
    """Made by hand on its morning, a change gives the same days as a strategy that has it from the beginning."""
    lesson = short("voice")
    side = live(lesson, "right", model_of(lesson, "right")).model
    dose = lesson.setup.changes[0].dose
    words = {"en": "by hand", "zh": "手动"}
    strategy = Strategy(name="hand", title=words, summary=words, mechanisms={"swift_response": dose})  # type: ignore[arg-type]
    model = CommunityModel("classroom", strategy, seed=1, days=40, reform_day=14).run()
    assert side.records.table.tobytes() == model.records.table.tobytes()
    left = live(lesson, "left", model_of(lesson, "left")).model
    assert left.records.table[:14].tobytes() == side.records.table[:14].tobytes(), "one common past"
    assert left.records.table.tobytes() != side.records.table.tobytes()


@pytest.mark.parametrize("name", SIX)
def test_what_a_lesson_doses_is_paid_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dose that payers cannot pay acts in part: a lesson would then show less than it says."""
    found: list[float] = []
    paid = strategies._paid

    def noted(*given: Any) -> Any:
        share = paid(*given)
        found.append(float(share.min()))
        return share

    monkeypatch.setattr(strategies, "_paid", noted)
    lesson = load_lesson(name)
    for side in SIDES:
        model = model_of(lesson, side)
        for change in lesson.strategies(side)[1:2]:
            model.run(change[0]).adopt(change[1])
        model.run(lesson.setup.reform_day + 22)
    assert found, "something is dosed"
    assert min(found) == 1.0


def test_observing_changes_nothing_and_knows_its_days() -> None:
    model = CommunityModel("classroom", "beijing_whistle", days=40, reform_day=14)
    model.run(5)
    observed = Observed(model).live(40)
    alone = CommunityModel("classroom", "beijing_whistle", days=40, reform_day=14).run()
    assert model.records.table.tobytes() == alone.records.table.tobytes()
    halves = np.add(observed.hours(14, 20), observed.hours(20, 40))
    assert np.allclose(halves, observed.hours(14, 40))
    for first, last in ((4, 40), (14, 41), (20, 20)):
        with pytest.raises(ConfigError, match="were not observed: observation reaches from day 5 to day 40"):
            observed.hours(first, last)
        with pytest.raises(ConfigError, match="were not observed"):
            observed.sum("reports", first, last)


def test_measures_are_what_they_say() -> None:
    model = CommunityModel("classroom", "beijing_swift", days=200, reform_day=20)
    observed = Observed(model).live(200)
    daily = model.records.daily.query("day >= 20")
    outcomes = model.outcomes()

    def taken(name: str) -> float:
        return MEASURES[name].take(observed, 20, 200)

    assert taken("unmet_days") == pytest.approx(outcomes["unmet_need_days"])
    assert taken("satisfaction") == pytest.approx(outcomes["satisfaction"])
    assert taken("volunteers") == pytest.approx(outcomes["participation"])
    assert taken("indicator_on_time") == pytest.approx(outcomes["on_time_rate"])
    assert taken("paper_share") == pytest.approx(outcomes["gaming_gap"])
    assert taken("paper_gap") == pytest.approx(taken("indicator_on_time") - taken("met_on_time"))
    assert taken("reports") == pytest.approx(outcomes["reports_rate"])
    assert taken("meetings") == pytest.approx(daily["meetings"].sum() / 180 * 30)
    speed = 100 * daily["reports_offline"].sum() / daily["silent_days_offline"].sum()
    assert taken("told_by_offline") == pytest.approx(speed)
    cases = model.tables()["cases"].query("opened >= 20 and scope > 1 and status == 'resolved'")
    assert taken("several_days") == pytest.approx((cases["closed"] - cases["opened"]).mean())
    ledger = model.tables()["ledger"]
    convenors = ledger[ledger["role"].isin([int(Role.STREET_COMMITTEE), int(Role.STREET_OFFICE)])]
    used = convenors[["hours_service", "hours_overhead", "hours_coordination"]].to_numpy().sum()
    whole = MEASURES["convenor_load"].take(observed, 0, 200)
    assert whole == pytest.approx(used / convenors["hours_available"].sum())


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_is_finite_or_says_that_nothing_was_there(name: str) -> None:
    observed = Observed(CommunityModel("classroom", "siloed", days=10, reform_day=2)).live(10)
    value = MEASURES[name].take(observed, 2, 10)
    assert math.isfinite(value) or math.isnan(value)
    assert MEASURES[name].unit_zh
    assert MEASURES[name].zh


def test_a_reading_claims_no_more_than_its_interval() -> None:
    finding = load_lesson("voice").findings[0]
    assert measured(finding, [(2.0, 1.0), (2.2, 1.0), (2.1, 1.0)]).reading == "above"
    assert measured(finding, [(1.0, 2.0), (1.0, 2.2), (1.0, 2.1)]).reading == "below"
    assert measured(finding, [(2.0, 1.0), (1.0, 2.0), (1.5, 1.4)]).reading == "undecided"
    assert measured(finding, [(2.0, 1.0)]).reading == "undecided", "one pair of lives decides nothing"
    partly = measured(finding, [(2.0, 1.0), (float("nan"), 1.0), (2.2, 1.0)])
    assert partly.replicates == 2
    assert partly.mean == pytest.approx(1.1)
    assert partly.terms == pytest.approx((2.1, 1.0))
    none = measured(finding, [(float("nan"), 1.0)])
    assert (none.replicates, none.reading) == (0, "undecided")


def test_terms_are_taken_from_their_sides() -> None:
    lesson = short("voice")
    sides = {side: live(lesson, side, model_of(lesson, side)) for side in ("left", "right")}
    first = next(iter(lived(lesson, 1)))
    for finding in lesson.findings:
        assert terms_of(finding, sides) == pytest.approx(first[finding.id], nan_ok=True)  # type: ignore[arg-type]


def test_worlds_vary_what_nobody_has_measured_and_leave_the_lesson_as_it_is() -> None:
    lesson = load_lesson("whistles")
    drawn = draws(lesson, 5)
    assert len(drawn) == 5
    assert {"coordinate.handover_lag", "close.paper", "whistle.liaison_hours"} <= drawn[0].keys()
    assert not {"whistle.inflation", "whistle.whistles"} & drawn[0].keys(), "set by the lesson's doses"
    assert len({one["coordinate.handover_lag"] for one in drawn}) == 5


def test_every_finding_is_recorded_and_nothing_else() -> None:
    known = {f"{lesson.name}.{finding.id}" for lesson in load_lessons() for finding in lesson.findings}
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[0] for line in lines} == known


@pytest.mark.parametrize("name", SIX)
def test_records_agree_with_themselves(name: str) -> None:
    lesson = load_lesson(name)
    for finding in lesson.findings:
        one = recorded(lesson)[finding.id]
        assert one.low < one.mean < one.high
        assert 0 <= one.same_sign <= one.worlds
        contrast = sum(term.weight * value for term, value in zip(finding.terms, one.terms, strict=True))
        assert contrast == pytest.approx(one.mean, rel=1e-3, abs=1e-4 * max(map(abs, one.terms)))


def test_agreement_with_what_is_expected() -> None:
    def of(expected: str, low: float, high: float) -> str:
        finding = load_lesson("voice").findings[0].model_copy(update={"expected": expected})
        return Recorded(5, (low + high) / 2, low, high, (1.0, 0.0), 10, 5).agreement(finding)

    assert of("above", 1.0, 2.0) == "held"
    assert of("above", -2.0, -1.0) == "surprising"
    assert of("above", -1.0, 1.0) == "undecided"
    assert of("open", 1.0, 2.0) == "open"


def test_a_reading_that_turns_with_what_nobody_knows_is_fragile() -> None:
    def of(low: float, same: int) -> bool:
        return Recorded(5, 1.0, low, 2.0, (1.0, 0.0), 100, same).fragile

    assert of(0.5, 75)
    assert not of(0.5, 76)
    assert not of(-0.5, 40), "what is undecided claims nothing"


def _agrees(finding: Finding, now: Any, before: Recorded) -> None:
    """A few replicates may leave open what many decided; they may not contradict it."""
    assert now.reading in (before.reading, "undecided") or before.reading == "undecided", finding.id
    if abs(before.mean) > 1.5 * (before.high - before.low):
        assert now.mean * before.mean > 0.0, (
            f"{finding.id}: what is three half-widths from zero keeps its sign"
        )


@pytest.mark.parametrize("name", QUICK)
def test_lived_again_in_a_few_replicates_nothing_contradicts_the_records(name: str) -> None:
    lesson = load_lesson(name)
    found = measure(lesson, 5)
    for finding in lesson.findings:
        _agrees(finding, found[finding.id], recorded(lesson)[finding.id])


@pytest.mark.slow
@pytest.mark.parametrize("name", SIX)
def test_lived_again_in_full_the_records_come_back(name: str, maker: ModuleType) -> None:
    """Equal keys are equal lives: whoever changes a law finds here which figures moved, and makes them anew."""
    lesson = load_lesson(name)
    replicates, _ = maker.SIZES[lesson.setup.world]
    found = measure(lesson, replicates)
    for finding in lesson.findings:
        now, before = found[finding.id], recorded(lesson)[finding.id]
        assert now.replicates == before.replicates
        assert (now.mean, now.low, now.high) == pytest.approx(
            (before.mean, before.low, before.high), rel=1e-3
        )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_follow_the_files(lang: str, maker: ModuleType) -> None:
    page: Path = maker.PAGES[lang]
    assert page.parent == DOCS
    assert page.read_text(encoding="utf-8") == book(load_lessons(), lang)


def test_the_script_keeps_rows_of_findings_that_are_there(
    maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "TABLE", tmp_path / "lessons.csv")
    row = dict.fromkeys(("replicates", "mean", "low", "high", "terms", "worlds", "same_sign"), "1")
    maker.write({name: {"id": name, **row} for name in ("voice.unmet", "voice.gone", "ranking.gap")})
    assert list(maker.kept()) == ["ranking.gap", "voice.unmet"]


@pytest.mark.parametrize(("lang", "said"), [("en", "as commonly expected"), ("zh", "符合通常预期")])
def test_lessons_are_listed(xietong: Callable[..., Any], lang: str, said: str) -> None:
    called = xietong("list", "lessons", "format=csv", f"lang={lang}")
    assert called.code == 0
    assert [line.split(",")[0] for line in called.out[1:]] == list(SIX)
    assert all(said in line for line in called.out[1:])


def test_one_lesson_is_measured_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = short("voice")
    monkeypatch.setattr(lesson_runs, "load_lesson", lambda name: lesson)
    assert lesson_runs.main(["voice", "2"], "en") == 0
    out = capsys.readouterr().out
    assert "Voice is not need" in out
    for words in ([], ["voice"], ["voice", "1"], ["voice", "many"]):
        with pytest.raises(ConfigError, match="give a lesson and a number of replicates"):
            lesson_runs.main(words, "en")
