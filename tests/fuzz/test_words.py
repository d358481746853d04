"""Words of commands gone wrong: thousands in the nightly profile, some hundred always. Nothing is written by any of them."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from judge import call, cases, content, judge
from malformed import SCALARS, garbled

from experiments import keys
from experiments.helping import COMMANDS

#: Words that are right, to be garbled: where grammars, groups, lists and dotted fields are.
RIGHT = (
    "world=classroom", "strategy=wuhan", "strategies=[siloed,wuhan]", "future=flood", "futures=[reference,flood]", "days=30", "seed=7",
    "reform_day=8", "replicates=2", "parameters.voice.base_hazard=0.01", "parameters=posterior[3]", "pin.needs=3", "world.streets=2",
    "strategy.mechanisms.whistle.intensity=0.5", "strategy.mechanisms.whistle.place=[0,1]", "strategy.mechanisms.whistle.place={steps:2,every:30}",
    "strategies=[siloed,{name:mine,title:{en:a,zh:b},summary:{en:a,zh:b},mechanisms:{whistle:{}}}]",
    "future.courses=[{quantity:budget,shape:step,start:3,size:-0.1,source:x,grade:data}]", "world=queue", "queue.servers=2",
    "sweep.parameters.voice.base_hazard=[0.005,0.01]", "sweep.days=[20,30]", "sampling=lhs", "points=8", "uncertainty=deep", "lang=zh", "jobs=1",
    "record=full", "record.cases=true", "engine=dask", "engine.scheduler=tcp://host:1", "out=somewhere", "over=[voice,deep]", "baseline=siloed",
    "precision=0.5", "budget=neutral", "budget_level=20", "outcomes=[satisfaction]", "world.divisions=[[[1,2],[3]]]", "checkpoint=10",
    "experiment=first_look", "method=morris", "store=somewhere", "format=csv", "lesson=voice",
)  # fmt: skip
FLAGS = (
    "--help",
    "-h",
    "--version",
    "--fail-fast",
    "--debug",
    "--cfg",
    "-m",
    "--",
    "-",
    "--lang",
    "--config-dir=x",
)


def drawn(luck: random.Random) -> list[str]:
    """A command and some words, at least one of them strange. What lives is only judged: `check`."""
    command = luck.choice((*keys.RUNS, *keys.RUNS, "list", "report", "compact", "", "help", "chekc"))
    words = ["check", command] if command in keys.RUNS else [command]
    known = list(keys.of(command)) if command in (*keys.RUNS, "list", "report", "compact") else []
    for _ in range(luck.choice((1, 1, 2, 3, 5))):
        way = luck.random()
        if way < 0.4 and known:
            words.append(f"{luck.choice(known)}={luck.choice(SCALARS)}")
        elif way < 0.6:
            word = luck.choice(RIGHT)
            words.append(word.partition("=")[0] + "=" + luck.choice(SCALARS))
        elif way < 0.85:
            words.append(garbled(luck.choice(RIGHT), luck))
        elif way < 0.9:
            words.append(luck.choice(FLAGS))
        elif way < 0.95:
            words.append(luck.choice(SCALARS))
        else:
            words.append(luck.choice(RIGHT))
    if luck.random() < 0.2:
        luck.shuffle(words)
    return [word for word in words if word != "--debug"]  # it asks for a traceback


def test_strange_words_end_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    codes: list[int] = []
    for number in cases(20):
        words = drawn(random.Random(f"words {number}"))
        if set(words) & {*keys.RUNS, "classroom"} and "check" not in words:
            continue  # what lives is only judged
        ended = call(words)
        told = f"case {number}, {words!r}"
        judge(ended, told)
        assert content(tmp_path) == {}, f"{told}: something was written"
        codes.append(ended.code)
    assert codes.count(2) > len(codes) / 2 and 0 in codes


@pytest.mark.parametrize("number", cases(1)[:6])
def test_strange_words_of_a_process_end_in_one_line(number: int, tmp_path: Path) -> None:
    """As a shell starts it: bytes that are no text, no terminal."""
    luck = random.Random(f"process {number}")
    words = [word for word in drawn(luck) if "\x00" not in word] + ["days=\udc80"]
    words = words if "check" in words or not set(words) & {*keys.RUNS, *COMMANDS} else ["check", *words]
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        timeout=300,
        check=False,
    )
    told = done.stderr.decode(errors="replace")
    assert done.returncode in (0, 2), f"{words!r}: {told}"
    assert "Traceback" not in told and "internal failure" not in told, f"{words!r}: {told}"
    assert content(tmp_path) == {}
