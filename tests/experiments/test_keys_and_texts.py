"""What is declared once must agree with what is written elsewhere, and both languages must be complete."""

from __future__ import annotations

import re
import string

import pytest
import yaml

from experiments.helping import COMMANDS, LISTED
from experiments.keys import BY_NAME, KEYS, RUNS, VERIFY
from experiments.listing import LISTS
from experiments.settings import Settings
from experiments.texts import TEXTS
from sim.needs import Category, Level, Role
from sim.scenario import ROOT

#: Keys that are fields of others.
DOTTED = ("record.daily", "record.cases", "record.needs", "engine.scheduler", "engine.timeout")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_sentences_say_the_same_in_both_languages(name: str) -> None:
    english, chinese = TEXTS[name]
    assert fields(english) == fields(chinese)
    assert bool(english) or bool(chinese) or name == "no"
    if len(english) > 20 and name not in ("help_lang", "twin_person"):
        assert re.search("[\u4e00-\u9fff]", chinese), chinese
        assert not re.search("[\u4e00-\u9fff]", english.replace("协同", "")), english


def test_keys_are_told_in_both_languages() -> None:
    for key in KEYS:
        assert key.en and re.search("[\u4e00-\u9fff]", key.zh)
        # `check verification` is called as one of the things that can be checked, and has keys of its own.
        assert set(key.commands) <= {*COMMANDS, *VERIFY}
        assert not key.unit or f"unit_{key.unit}" in TEXTS
        assert not any(key.shown) or all(key.shown)


def test_defaults_of_help_are_those_of_the_configuration() -> None:
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    groups = {
        name: value
        for entry in config["defaults"]
        if isinstance(entry, dict)
        for name, value in entry.items()
    }
    plain = {name: value for name, value in config.items() if name not in ("defaults", "hydra")}
    for name, value in plain.items():
        assert BY_NAME[name].default == value, name
    for name in ("world", "strategy", "future", "engine", "record"):
        assert BY_NAME[name].default == groups[name]
    known = {key.name for key in KEYS if set(key.commands) & set(RUNS)}
    # `data` is composed within the world: a folder of that name lies beside the configuration.
    assert known == {*plain, *groups, "experiment", "queue", "data", *DOTTED} - {
        "override hydra/hydra_logging", "override hydra/job_logging", "optional experiment",
    }  # fmt: skip


def test_settings_know_each_key() -> None:
    own = {"command", "strategies"}
    unsaid = {
        "strategy",
        "experiment",
        "queue",
        *DOTTED,
        "store",
        "format",
        "port",
        "host",
        "open",
        "lesson",
        "only",
        "scale",
    }
    assert set(Settings.model_fields) - own <= set(BY_NAME)
    assert set(BY_NAME) - set(Settings.model_fields) == unsaid


def test_every_name_of_the_model_can_be_told() -> None:
    for category in Category:
        assert f"category_{category.name.lower()}" in TEXTS
    for level in Level:
        assert f"level_{level.name.lower()}" in TEXTS
    for role in Role:
        assert f"role_{role.name.lower()}" in TEXTS
    assert set(LISTS) == set(LISTED)


def test_shipped_groups_are_composable(xietong) -> None:
    for path in sorted((ROOT / "experiment").glob("*.yaml")):
        command = "sweep" if "\nsweep:" in path.read_text(encoding="utf-8") else "compare"
        assert xietong("check", command, f"experiment={path.stem}").code == 0, path.stem
    for path in sorted((ROOT / "record").glob("*.yaml")):
        assert xietong("check", "run", f"record={path.stem}").code == 0, path.stem


def test_tables_of_the_terminal_name_units_in_chinese(xietong) -> None:
    for what in ("parameters", "outcomes", "quantities"):
        told = "\n".join(xietong("list", what, "lang=zh").out)
        assert "小时" in told or "天" in told
        assert not re.search(r"\b(hours|days|share|persons) per\b", told), what
