"""What is told of faulty scenarios stands in both languages, with the same values in each."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from sim import CommunityModel
from sim.errors import ConfigError
from sim.scenario import Future, Strategy, World, read
from sim.sentences import SENTENCES, FaultError, Told, in_lines, near, told

TITLE = {"title": {"en": "T", "zh": "题"}, "summary": {"en": "S", "zh": "述"}}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_takes_the_same_values_in_both_languages(name: str) -> None:
    english, chinese = SENTENCES[name]
    places = [
        sorted(re.findall(r"\{[^{}]*\}", one.replace("{{", "").replace("}}", "")))
        for one in (english, chinese)
    ]
    assert places[0] == places[1]
    assert not re.search(r"[一-鿿]", english)
    assert not re.search(
        r"[A-Za-z]{4,}",
        re.sub(
            r"\{[^{}]*\}|`[a-z]+`|'all'|YAML|divisions|only|parameters|place|steps|start|part|pulse|every|waves",
            "",
            chinese,
        ),
    )


def test_values_that_are_told_stand_in_each_language_by_their_own_words() -> None:
    assert told("unknown_key", near=near("whistel", ["whistle", "points"])) == (
        "unknown key; did you mean 'whistle'?", "未知的键；是否想写“whistle”？",
    )  # fmt: skip
    assert near("xyz", ["whistle"]) == ("", "")
    assert in_lines([Told("a", "甲"), Told("b", "乙"), Told("a", "甲")]) == ("a\nb", "甲\n乙")
    assert str(FaultError(told("places"))) == told("places").en


def refused(kind: type[Any], **raw: Any) -> list[tuple[str, str]]:
    """Lines of a refusal, English and Chinese side by side."""
    with pytest.raises(ConfigError) as error:
        kind.from_mapping({"name": "x", **TITLE, **raw})
    assert str(error.value) == error.value.told["en"]
    return list(zip(*(error.value.told[lang].splitlines() for lang in ("en", "zh")), strict=True))


@pytest.mark.parametrize(
    ("kind", "raw", "chinese"),
    [
        (Strategy, {"mechanisms": {"whistel": {}}}, "策略“x”，mechanisms.whistel：未知的键；是否想写“whistle”？"),
        (Strategy, {"mechanisms": {"whistle": {"intensity": 3}}}, "策略“x”，mechanisms.whistle.intensity：3：须不大于 1"),
        (Strategy, {"mechanisms": {"whistle": {"place": "some"}}}, "策略“x”，mechanisms.whistle.place：'some'：须为 'all'、大于 0 且不大于 1 的社区比例"),
        (Strategy, {"mechanisms": {"whistle": {"start": 1.5}}}, "策略“x”，mechanisms.whistle.start：须为整数，而非 1.5"),
        (Future, {"courses": [{"quantity": "bugdet", "shape": "step", "start": 3, "size": 0.1, "source": "s", "grade": "data"}]},
            "未来情景“x”，courses.0.quantity：“bugdet”不是可变动的量；是否想写“budget”？"),
        (Future, {"courses": [{"quantity": "budget", "shape": "wave", "start": 3, "size": 0.1, "source": "s", "grade": "data"}]},
            "未来情景“x”，courses.0.shape：'wave'：须为 'step', 'ramp' 或 'pulse' 之一"),
        (Future, {"courses": [{"quantity": "budget", "shape": "step", "start": 3, "size": -0.9, "source": "s", "grade": "data"}]},
            "未来情景“x”，courses.0.size：使 budget 在第 3 日达到 0.1：超出 0.3 到 2，单位：倍数"),
    ],
)  # fmt: skip
def test_a_fault_in_both_languages(kind: type[Any], raw: dict[str, Any], chinese: str) -> None:
    ((english, found),) = refused(kind, **raw)
    assert found.startswith(chinese) and not re.search(r"[一-鿿]", english)


def test_worlds_and_names_in_both_languages() -> None:
    told_of = refused(World, name="X", summary=..., households=10, streets=0)
    assert [zh for _, zh in told_of][:2] == ["场景“X”，districts：缺少此键", "场景“X”，communities：缺少此键"]
    assert any(zh == "场景“X”，name：'X'：名称由 a-z、0-9 与 _ 组成，并以字母开头" for _, zh in told_of)


def test_faults_of_files_name_file_and_line_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for content, english, chinese in (
        ("name: mine\nname: mine\n", "mine.yaml, line 2: name: given before in line 1", "mine.yaml，第 2 行：name：已在第 1 行给出"),
        ("a: [", "not readable as YAML: ", "无法按 YAML 读取："),
        ("name: other\nsummary: {en: S, zh: 述}\ntitle: {en: T, zh: 题}\n", "line 1: name: 'other' must be 'mine', as the file", "第 1 行：name：“other”须与文件名一致，即“mine”"),
        ("name: mine\nmechanisms: 3\n", "mechanisms: a mapping of keys to values is needed, not 3 (", "mechanisms：须为“键: 值”的映射，而非 3（"),
    ):  # fmt: skip
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            read(Strategy, path)
        assert english in error.value.told["en"] and chinese in error.value.told["zh"]
    with pytest.raises(ConfigError) as error:
        read(Strategy, tmp_path / "none.yaml")
    assert "无法读取" in error.value.told["zh"]


@pytest.mark.parametrize(
    ("dose", "chinese"),
    [
        ({"parameters": {"coverge": 1.0}}, "机制“grid_staffing”，parameters.coverge：未知"),
        ({"start": 3}, "机制“grid_staffing”，start=3：早于改革日 10"),
        ({"place": [99]}, "机制“grid_staffing”，place=[99]：此场景的社区为 0 到 "),
        ({"place": {"steps": 99, "every": 3}}, "机制“grid_staffing”，place.steps=99：此场景只有 "),
    ],
)
def test_what_does_not_fit_a_world_in_both_languages(dose: dict[str, Any], chinese: str) -> None:
    strategy = Strategy.from_mapping({"name": "x", **TITLE, "mechanisms": {"grid_staffing": dose}})
    with pytest.raises(ConfigError) as error:
        CommunityModel(world="classroom", strategy=strategy, days=20, reform_day=10)
    assert error.value.told["zh"].startswith(chinese)


def test_both_languages_cross_from_one_process_to_another() -> None:
    again = pickle.loads(pickle.dumps(ConfigError(*told("no_district", part=9, last=3))))
    assert again.told == {
        "en": "part=9: this world has districts 0 to 3",
        "zh": "part=9：此场景的区为 0 到 3",
    }
    assert ConfigError("only English").told["zh"] == "only English"
