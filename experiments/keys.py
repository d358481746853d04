"""The keys of all commands, declared once: default, unit, range, meaning. Help, judgement and error lines read this table.

Light on purpose: `xietong --help` must answer at once, so nothing is imported here but the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["whole", "switch", "choice", "name", "names", "path", "numbers"]

RUNS: Final = ("run", "compare", "twin", "calibrate")
STORIES: Final = ("run", "compare", "twin")
FIT: Final = ("calibrate",)


@dataclass(frozen=True)
class Key:
    """One key: `low`/`high` bound whole numbers, `choices` list what a choice may be, `commands` take it."""

    name: str
    kind: Kind
    default: Any
    unit: str
    commands: tuple[str, ...]
    en: str
    zh: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    shown: tuple[str, str] = ("", "")
    """The default as help shows it (English, Chinese), where the plain value would not be understood."""


KEYS: Final = (
    Key("world", "name", "street", "", RUNS, "the place: size and shape", "场景：规模与结构"),
    Key("strategy", "name", "siloed", "", ("run",), "the strategy to live through", "所运行的治理策略"),
    Key("strategies", "names", None, "", ("compare", "twin"), "the strategies to compare, a list",
        "所比较的策略列表", shown=("all shipped; twin: [siloed,wuhan]", "全部；twin：[siloed,wuhan]")),
    Key("baseline", "name", "auto", "", ("compare", "report"), "the strategy that others are compared with",
        "作为对照的策略", shown=("siloed if present, else the first", "有 siloed 则取之，否则取首个")),
    Key("future", "name", "reference", "", RUNS, "what the years bring that nobody decides", "外部情景"),
    Key("experiment", "name", None, "", STORIES, "a prepared set of keys", "预设的一组参数", shown=("none", "无")),
    Key("days", "whole", 730, "days", RUNS, "days simulated", "模拟天数", 1, 36_500),
    Key("reform_day", "whole", 180, "day", RUNS, "first day of the reforms, below `days`; outcomes are read from it on",
        "改革起始日，须小于 days；结果自该日起统计", 0, 36_499),
    Key("replicates", "whole", 10, "runs", ("compare",), "repetitions of each strategy, paired by common random numbers",
        "每个策略的重复次数（共用随机数，成对比较）", 1, 100_000),
    Key("replicate", "whole", 0, "number", ("run", "twin"), "which repetition", "第几次重复", 0, 99_999),
    Key("seed", "whole", 1, "number", RUNS, "seed of all random streams", "随机种子", 0, 2**63 - 1),
    Key("budget", "choice", "own", "", RUNS, "each strategy has the means that it brings itself",
        "各策略使用自身的资源", choices=("own",)),
    Key("trajectories", "whole", 4, "runs", FIT, "Morris trajectories of the screening; each costs one run a parameter and one more",
        "Morris 筛选的轨迹数；每条轨迹对每个参数运行一次，另加一次", 2, 1_000),
    Key("screen", "path", None, "", FIT, "a screen.csv of an earlier calibration to take instead of screening anew",
        "沿用先前校准所得的 screen.csv，不再重新筛选", shown=("none", "无")),
    Key("fitted", "whole", 24, "number", FIT, "how many parameters are fitted: each target in turn names the strongest",
        "拟合的参数个数：各目标轮流选取影响最强者", 1, 200),
    Key("waves", "whole", 4, "number", FIT, "waves of runs that narrow the ranges down; 0 screens only",
        "逐轮收窄范围的运行轮数；0 表示只做筛选", 0, 100),
    Key("sample", "whole", 100, "runs", FIT, "runs of each wave but the last", "除末轮外每轮的运行次数", 10, 100_000),
    Key("draws", "whole", 200, "runs", FIT, "runs of the last wave; those inside all fitted targets are the posterior sample",
        "末轮的运行次数；满足全部拟合目标者构成后验样本", 10, 100_000),
    Key("need", "choice", "auto", "", ("twin",), "which need to follow: auto takes the first that suits",
        "跟踪哪一个需求：auto 取首个合适者", choices=("auto",)),
    Key("resident", "whole", None, "identity", ("twin",), "follow the first need of this resident instead",
        "改为跟踪该居民的首个需求", 0, 2**32 - 1, shown=("none", "无")),
    Key("parameters", "numbers", {}, "", RUNS,
        "parameters of the model, as parameters.GROUP.NAME=VALUE (see `xietong list parameters`), "
        "or parameters=posterior[17], a draw of the calibration",
        "模型参数，写作 parameters.组.名=值（见 xietong list parameters），或取校准后验的一组：parameters=posterior[17]"),
    Key("queue", "numbers", {}, "", STORIES, "keys of the plain queue, only with world=queue",
        "排队系统的参数，仅用于 world=queue"),
    Key("pin", "numbers", {}, "number", RUNS, "a seed of its own for one random stream, as pin.STREAM=SEED",
        "单独固定某个随机流的种子，写作 pin.流=种子"),
    Key("record", "name", "light", "", ("run", "compare"), "what to keep of each run: light or full",
        "保留内容：light 或 full"),
    Key("record.cases", "switch", False, "", ("run", "compare"), "keep each case as a row", "逐条保留案件"),
    Key("record.needs", "switch", False, "", ("run", "compare"), "keep each need as a row", "逐条保留需求"),
    Key("out", "path", None, "", (*RUNS, "report"), "where results go; a rerun continues there",
        "结果目录；再次运行会接续", shown=("outputs/<command>", "outputs/<命令>")),
    Key("engine", "choice", "local", "", RUNS, "where runs are executed", "运行引擎", choices=("local",)),
    Key("jobs", "whole", None, "processes", RUNS, "processes at a time", "并行进程数", 1, 1_024,
        shown=("one a core", "每核一个")),
    Key("store", "path", None, "", ("check",), "a result folder to verify", "待核验的结果目录", shown=("none", "无")),
    Key("format", "choice", "table", "", ("list",), "table or csv", "输出格式：table 或 csv", choices=("table", "csv")),
    Key("lang", "choice", None, "", (*RUNS, "report", "list", "check"), "language: en or zh", "语言：en 或 zh",
        choices=("en", "zh"), shown=("from LANG", "取自 LANG")),
)  # fmt: skip

BY_NAME: Final = {key.name: key for key in KEYS}


def of(command: str) -> dict[str, Key]:
    """The keys that a command takes, by name."""
    return {key.name: key for key in KEYS if command in key.commands}
