"""Wrong input: exit code 2, one line that says what, where, what is allowed and the nearest name; nothing written."""

from __future__ import annotations

import pytest

from experiments.faults import Faults
from experiments.judging.parameters import within
from sim.errors import ConfigError
from sim.laws import GROUPS
from sim.parameters import judge

#: words → what the line must name.
WRONG = [
    ("run stratgey=wuhan", ["stratgey", "no such key", "'strategy'", "reform_day"]),
    ("run strategies=[siloed]", ["strategies", "`run`", "'strategy'"]),
    ("compare strategy=wuhan", ["strategy", "`compare`", "'strategies'"]),
    ("run strategy=wuhna", ["strategy=wuhna", "siloed", "'wuhan'"]),
    ("run world=steet", ["world=steet", "classroom", "'street'"]),
    ("run world=3", ["world=3", "classroom"]),
    ("run world=null", ["world=null", "classroom"]),
    ("run future=refrence", ["future=refrence", "'reference'"]),
    ("run experiment=first", ["experiment=first", "'first_look'"]),
    ("run days=-5", ["days=-5", "1 to 36500"]),
    ("run days=0", ["days=0", "1 to 36500"]),
    ("run days=1.5", ["days=1.5", "whole number"]),
    ("run days=nan", ["days=nan", "whole number"]),
    ("run days=true", ["days=true", "whole number"]),
    ("run days='30'", ["days=30", "whole number"]),
    ("run days=null", ["days=null", "whole number"]),
    ("run days=soon", ["days=soon", "whole number"]),
    ("run reform_day=730", ["reform_day=730", "0 to 729", "days=730"]),
    ("run days=10 reform_day=10", ["reform_day=10", "0 to 9"]),
    ("run reform_day=-1", ["reform_day=-1", "0 to"]),
    ("compare replicates=0", ["replicates=0", "1 to"]),
    ("compare replicates=-3", ["replicates=-3", "1 to"]),
    ("compare precision=0", ["precision=0", "0.01 to 10"]),
    ("compare precision=fine", ["precision=fine", "0.01 to 10"]),
    ("compare precision=nan", ["precision=nan", "0.01 to 10"]),
    ("compare precision=true", ["precision=true", "0.01 to 10"]),
    ("compare precison=0.5", ["precison", "'precision'"]),
    ("run precision=0.5", ["precision", "`run`"]),
    ("compare precision=0.5 replicates=3", ["replicates=3", "at least 10"]),
    ("compare precision=0.5 max_replicates=5", ["max_replicates=5", "10 to 100000"]),
    ("compare precision=0.5 replicates=30 max_replicates=20", ["max_replicates=20", "replicates=30"]),
    ("compare max_replicates=50", ["max_replicates=50", "only with precision"]),
    ("run seed=-1", ["seed=-1", "0 to"]),
    ("run seed=1,2", ["seed=1,2", "one value"]),
    ("run seed=99999999999999999999", ["seed=", "0 to 9223372036854775807"]),
    ("run jobs=0", ["jobs=0", "1 to"]),
    ("run engine=slurm", ["engine=slurm", "allowed: dask, local"]),
    ("run engine=dask", ["engine=dask", "engine.scheduler=tcp://host:8786"]),
    ("run engine=dask engine.scheduler=host:8786", ["engine.scheduler=host:8786", "tcp://HOST:PORT"]),
    ("run engine=dask engine.scheduler=tcp://host:99999", ["tcp://host:99999", "tcp://HOST:PORT"]),
    ("run engine=dask engine.schedler=tcp://host:1", ["engine.schedler", "'engine.scheduler'"]),
    (
        "run engine=dask engine.scheduler=tcp://host:1 engine.timeout=0",
        ["engine.timeout=0", "1 to 86400", "seconds"],
    ),
    ("run engine.scheduler=tcp://host:8786", ["engine.scheduler=tcp://host:8786", "only with engine=dask"]),
    ("compare fail_fast=1", ["fail_fast=1", "true or false"]),
    ("run budget=equal", ["budget=equal", "allowed: own, neutral"]),
    ("compare strategies=[siloed,placebo] budget=neutral", ["budget=neutral", "budget_level="]),
    ("compare budget_level=20", ["budget_level=20", "only with budget=neutral"]),
    ("compare budget=neutral budget_level=0", ["budget_level=0", "0.01 to 100000"]),
    ("compare budget=neutral budget_level=nan", ["budget_level=nan", "0.01 to 100000"]),
    ("attribute strategy=wuhna", ["strategy=wuhna", "'wuhan'"]),
    ("attribute strategy=siloed", ["strategy=siloed", "no mechanism at work", "strategy=wuhan"]),
    ("attribute strategy=placebo", ["strategy=placebo", "no mechanism at work"]),
    ("attribute strategy=wuhan replicates=1", ["replicates=1", "at least 2"]),
    ("attribute strategy=wuhan permutations=0", ["permutations=0", "1 to 10000"]),
    ("attribute strategy=wuhan outcomes=[satisfacton]", ["outcomes=satisfacton", "'satisfaction'"]),
    ("attribute strategy=wuhan outcomes=trust", ["outcomes=trust", "list"]),
    ("attribute strategies=[wuhan]", ["strategies", "`attribute`", "'strategy'"]),
    ("attribute strategy=nowhere.yaml", ["nowhere.yaml", "cannot be read"]),
    ("optimise strategy=siloed", ["strategy=siloed", "no mechanism at work"]),
    ("optimise strategy=wuhan cost_share=0", ["cost_share=0", "0.01 to 1"]),
    ("optimise strategy=wuhan cost_share=1.5", ["cost_share=1.5", "0.01 to 1"]),
    ("optimise strategy=wuhan cost_share=half", ["cost_share=half", "0.01 to 1"]),
    ("optimise strategy=wuhan cost_share=true", ["cost_share=true", "0.01 to 1"]),
    ("optimise strategy=wuhan cost_shar=0.5", ["cost_shar", "'cost_share'"]),
    ("optimise strategy=wuhan population=1", ["population=1", "4 to 1000"]),
    ("optimise strategy=wuhan generations=0", ["generations=0", "1 to"]),
    ("optimise strategy=wuhan search_replicates=0", ["search_replicates=0", "1 to"]),
    ("sensitivity strategy=wuhna", ["strategy=wuhna", "'wuhan'"]),
    ("sensitivity baseline=silod", ["baseline=silod", "'siloed'"]),
    ("sensitivity strategy=wuhan baseline=wuhan", ["baseline", "wuhan", "twice"]),
    ("sensitivity method=morriss", ["method=morriss", "'morris'"]),
    ("sensitivity method=sobol", ["method=sobol", "over=[deep]"]),
    ("sensitivity samples=100", ["samples=100", "power of two", "64"]),
    ("sensitivity samples=8", ["samples=8", "16"]),
    ("sensitivity trajectories=1", ["trajectories=1", "2 to"]),
    ("sensitivity strongest=0", ["strongest=0", "1 to"]),
    ("sensitivity over=voice", ["over=voice", "list"]),
    ("sensitivity over=[voise]", ["over=voise", "'voice'", "groups"]),
    ("sensitivity over=[voice.base_hazrd]", ["voice.base_hazrd", "'voice.base_hazard'"]),
    (
        "sensitivity over=[voice.base_hazard] parameters.voice.base_hazard=0.01",
        ["over=[voice.base_hazard]", "nothing is left"],
    ),
    ("sensitivity over=[whistle] strategy=siloed", ["over=", "nothing is left"]),
    ("sensitivity outcomes=[satisfacton]", ["outcomes=satisfacton", "'satisfaction'"]),
    ("sensitivity replicates=3", ["replicates", "`sensitivity`"]),
    ("discover uncertainty=none", ["uncertainty=none", "deep"]),
    ("discover outcome=unmet", ["outcome=unmet", "unmet_need_days"]),
    ("discover outcome=tie_density", ["outcome=tie_density", "unmet_need_days"]),
    ("discover threshold=much", ["threshold=much", "number"]),
    ("discover threshold=nan", ["threshold=nan", "number"]),
    ("discover strategies=[siloed]", ["strategies=[siloed]", "at least two"]),
    ("discover strategies=[siloed,wuhan] baseline=market", ["baseline=market", "siloed, wuhan"]),
    ("discover futures=[flod]", ["flod", "'flood'"]),
    ("discover store=nowhere", ["store=nowhere", "no such folder"]),
    ("discover store=nowhere replicates=20", ["store=nowhere", "replicates", "threshold"]),
    ("estimate", ["strategy=siloed", "no mechanism at work"]),
    ("estimate strategy=wuhan world=classroom", ["world=classroom", "2 communities", "at least 8"]),
    ("estimate strategy=wuhan steps=5", ["steps=5", "8 communities", "at least 10"]),
    ("estimate strategy=wuhan steps=1", ["steps=1", "2 to 100"]),
    ("estimate strategy=wuhan period=200", ["period=200", "0 whole periods", "reform_day=180"]),
    ("estimate strategy=wuhan days=220", ["days=220", "period=30", "steps=4"]),
    ("estimate strategy=wuhan replicates=1", ["replicates=1", "at least 2"]),
    ("estimate strategy=wuhan outcomes=[backlog]", ["outcomes=backlog", "satisfaction"]),
    ("estimate strategy=wuhan period=month", ["period=month", "whole number"]),
    ("compare strategies=[siloed,nowhere.yaml]", ["nowhere.yaml", "cannot be read"]),
    ("run lang=fr", ["lang=fr", "en, zh"]),
    ("run record=ful", ["record=ful", "'full'"]),
    ("run record.cases=1", ["record.cases=1", "true or false"]),
    ("run record.casse=true", ["record.casse", "'record.cases'"]),
    ("run parameters.voice.base_hazrd=0.03", ["voice.base_hazrd", "'voice.base_hazard'", "list parameters"]),
    ("run parameters.voice.base_hazard=-1", ["voice.base_hazard=-1", "allowed range"]),
    ("run parameters.voice.base_hazard=nan", ["voice.base_hazard=nan", "allowed range"]),
    ("run parameters.voice.base_hazard=1" + "0" * 400, ["voice.base_hazard=1000", "allowed range"]),
    ("run parameters.voice.base_hazard=much", ["voice.base_hazard='much'", "number"]),
    ("run parameters=3", ["parameters=3", "single fields"]),
    ("run pin.needs=-1", ["pin.needs=-1", "0 to"]),
    ("run pin.neds=3", ["pin.neds", "'needs'", "population"]),
    ("run queue.servers=2", ["queue.*", "world=queue", "street"]),
    ("run world=queue queue.srvers=2", ["queue.srvers", "'servers'"]),
    ("run world=queue queue.servers=0", ["servers", "at least 1"]),
    ("run world.streets=0", ["streets", "at least 1"]),
    ("run world.streetz=1", ["streetz", "'streets'"]),
    ("run strategy.mechanisms.whistle.intensity=3", ["intensity", "at most 1"]),
    (
        "run world=classroom strategy=wuhan strategy.mechanisms.big_committee.place=[99]",
        ["place=[99]", "0 to 1"],
    ),
    (
        "run future.courses=[{quantity:bugdet,shape:step,start:3,size:-0.1,source:x,grade:data}]",
        ["'bugdet'", "'budget'"],
    ),
    (
        "run future.courses=[{quantity:budget,shape:step,start:3,size:-0.9,source:x,grade:data}]",
        ["budget", "0.3 to 2"],
    ),
    (
        "run future.courses=[{quantity:budget,shape:step,start:3,size:nan,source:x,grade:data}]",
        ["size", "finite", "nan"],
    ),
    (
        "run future.courses=[{quantity:budget,shape:step,start:9,end:3,size:-0.1,source:x,grade:data}]",
        ["end", "start=9"],
    ),
    (
        "run future.courses=[{quantity:budget,shape:dip,start:9,size:-0.1,source:x,grade:data}]",
        ["'dip'", "'pulse'"],
    ),
    ("run future.courses=3", ["courses", "a list is needed, not 3"]),
    ("run future=floods", ["future=floods", "'flood'"]),
    (
        "run strategy=wuhan strategy.mechanisms.big_committee.place={steps:4}",
        ["place", "steps", "every: DAYS"],
    ),
    (
        "run world=classroom strategy=wuhan strategy.mechanisms.big_committee.place={steps:4,every:60}",
        ["place.steps=4", "2 communities"],
    ),
    (
        "compare strategies=[siloed,{name:mine,mechanisms:{whistel:{}}}]",
        ["strategy 'mine'", "'whistle'", "title"],
    ),
    ("run out=", ["out=", "folder"]),
    ("run days=1 days=2", ["days", "twice"]),
    ("run days=3)", ["days=3)", "quotes"]),
    ("run ~days", ["~days", "key=value"]),
    ("run wuhan", ["wuhan", "'strategy=wuhan'"]),
    ("run --multirun", ["--multirun", "--debug"]),
    ("compare strategies=siloed", ["strategies=siloed", "strategies=[siloed,wuhan]"]),
    ("compare strategies=siloed,wuhan", ["strategies=siloed,wuhan", "list"]),
    ("compare strategies=[siloed]", ["strategies=[siloed]", "at least two"]),
    ("compare strategies=[]", ["strategies=[]", "at least two"]),
    ("compare strategies=[siloed,siloed]", ["siloed", "twice"]),
    ("compare strategies=[siloed,wuhn]", ["strategies=wuhn", "'wuhan'"]),
    ("compare strategies=[siloed,placebo] baseline=wuhan", ["baseline=wuhan", "siloed, placebo"]),
    ("twin strategies=[siloed,placebo,wuhan]", ["strategies=", "exactly two"]),
    ("twin need=any", ["need=any", "auto"]),
    ("twin record.cases=true", ["record.cases", "`twin`"]),
    ("list", ["worlds", "outcomes"]),
    ("list world", ["'worlds'"]),
    ("list worlds format=xml", ["format=xml", "table, csv"]),
    ("list worlds formt=csv", ["formt", "'format'"]),
    ("check foo", ["foo", "run, compare, twin, attribute, optimise"]),
    ("check run days=0", ["days=0", "1 to 36500"]),
    ("check store=nowhere", ["store=nowhere", "no such folder"]),
    ("report out=nowhere", ["nowhere", "manifest.json"]),
    ("comapre", ["comapre", "no such command", "'compare'"]),
    ("swep days=3", ["swep", "no such command", "'sweep'", "run, compare"]),
    ("--versoin", ["--versoin", "--version"]),
    ("days=3", ["days=3", "no such command"]),
]


@pytest.mark.parametrize(("words", "named"), WRONG, ids=[words for words, _ in WRONG])
def test_one_clear_line(xietong, words: str, named: list[str]) -> None:
    called = xietong(*words.split())
    assert (called.code, called.out, called.files) == (2, [], [])
    assert len(called.err) == 1 and called.err[0].startswith("xietong: ")
    assert [part for part in named if part not in called.err[0]] == []


def test_all_faults_at_once(xietong) -> None:
    wrong = "strategy=wuhna world=steet days=0 seed=x parameters.voice.base_hazard=9 pin.x=1 foo=1"
    called = xietong("run", *wrong.split())
    assert called.code == 2 and len(called.err) == 1
    for part in ("strategy=wuhna", "world=steet", "days=0", "seed=x", "voice.base_hazard=9", "pin.x", "foo"):
        assert part in called.err[0]


def test_chinese_lines(xietong) -> None:
    called = xietong("run", "days=0", "stratgey=wuhan", "lang=zh")
    assert (
        called.code == 2
        and "days=0：须为 1 到 36500 的整数" in called.err[0]
        and "是否想写“strategy”" in called.err[0]
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("parameters.voice.base_hazrd=0.03", "parameters.voice.base_hazrd：没有这个模型参数；是否想写“voice.base_hazard”？"),
        ("parameters.voice.base_hazard=9", "parameters.voice.base_hazard=9：超出允许范围 0.003 到 0.04，单位：1/天"),
        ("parameters.voice.base_hazard=nan", "parameters.voice.base_hazard=nan：超出允许范围"),
        ("parameters.voice.base_hazard=much", "parameters.voice.base_hazard='much'：须为 0.003 到 0.04 之间的数"),
        ("parameters.voice.base_hazard=true", "parameters.voice.base_hazard=True：须为"),
        ("future.parameters.voice.base_hazard=9", "future=reference：parameters.voice.base_hazard=9：超出允许范围"),
        ("world.parameters.voice.base_hazard=9", "parameters.voice.base_hazard=9：超出允许范围"),
    ],
)  # fmt: skip
def test_parameters_are_judged_in_chinese(xietong, word: str, told: str) -> None:
    called = xietong("run", "world=classroom", word, "lang=zh")
    assert called.code == 2 and len(called.err) == 1 and told in called.err[0].replace(": ", "："), called.err
    swept = xietong("sweep", "world=classroom", f"sweep.{word.replace('=', '=[')}]", "lang=zh")
    if word.startswith("parameters"):
        assert swept.code == 2 and told in swept.err[-1]


@pytest.mark.parametrize("value", [9.0, -1, float("nan"), "much", True, None])
@pytest.mark.parametrize("name", ["voice.base_hazard", "voice.base_hazrd", "x"])
def test_english_lines_about_parameters_are_those_of_the_model(name: str, value: object) -> None:
    faults = Faults("en")
    assert within({name: value, "voice.settling": 0.01}, faults) is None
    with pytest.raises(ConfigError) as told:
        judge(GROUPS, {name: value})
    assert faults.lines == [str(told.value)]


@pytest.mark.parametrize("place", ["file/below", "file"])
def test_out_cannot_be_a_folder(xietong, tmp_path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    called = xietong("run", f"out={place}")
    assert called.code == 2 and len(called.err) == 1 and f"out={place}" in called.err[0]
    assert [path.name for path in called.files] == ["file"]


def test_out_that_cannot_be_written(xietong) -> None:
    # Not even the superuser can make a folder in /proc.
    called = xietong("run", "world=classroom", "out=/proc/results")
    assert (
        called.code == 2
        and len(called.err) == 1
        and "out=/proc/results" in called.err[0]
        and called.files == []
    )


def test_out_with_other_files_is_left_alone(xietong, tmp_path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    called = xietong("run", "world=classroom", "out=letters")
    assert called.code == 2 and "holds other files" in called.err[0]
    assert [path.name for path in called.files] == ["one.txt"]


@pytest.mark.parametrize("word", ["out=结果", "out=a(b", "out=it's", 'out="two words"'])
def test_folders_need_no_quotes(xietong, word: str) -> None:
    assert xietong("check", "run", "world=classroom", word).code == 0


def test_debug_shows_the_traceback(xietong) -> None:
    called = xietong("run", "days=0", "--debug")
    assert (
        called.code == 2
        and called.err[0].startswith("Traceback")
        and called.err[-1].startswith("xietong: days=0")
    )
