"""The keys of all commands, declared once: default, unit, range, meaning. Help, judgement and error lines read this table.

Light on purpose: `xietong --help` must answer at once, so nothing is imported here but the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["whole", "period", "number", "switch", "choice", "name", "names", "path", "numbers"]

#: Commands that live given strategies, those that make further ones from a strategy, those that fit the baseline, and those that
#: vary keys.
GIVEN: Final = ("run", "compare", "twin")
MAKING: Final = ("attribute", "optimise")
FIT: Final = ("calibrate",)
VARYING: Final = ("sweep",)
#: Commands that vary what is not known: by design, and by drawn worlds.
SENSITIVITY: Final = ("sensitivity",)
DISCOVER: Final = ("discover",)
#: Commands that try what a field team would do.
FIELD: Final = ("estimate",)
#: The live page.
LIVE: Final = ("classroom",)
#: `xietong check verification`, whose keys are not those of `check`.
VERIFY: Final = ("verification",)
RUNS: Final = (*GIVEN, *MAKING, *FIT, *VARYING, *SENSITIVITY, *DISCOVER, *FIELD)
STORIES: Final = (*GIVEN, *VARYING)
RECORDED: Final = ("run", "compare", *VARYING)


@dataclass(frozen=True)
class Key:
    """One key: `low`/`high` bound numbers, `choices` list what a choice may be, `commands` take it."""

    name: str
    kind: Kind
    default: Any
    unit: str
    commands: tuple[str, ...]
    en: str
    zh: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    shown: tuple[str, str] = ("", "")
    """The default as help shows it (English, Chinese), where the plain value would not be understood."""


KEYS: Final = (
    Key("world", "name", "street", "", (*RUNS, *LIVE), "the place: size and shape; custom: from own data, data=FILE", "场景：规模与结构；custom：由自有数据 data=文件 构建",
        shown=("street; classroom: classroom", "street；classroom：classroom")),
    Key("data", "path", None, "", (*RUNS, *LIVE), "own data for world=custom, a .csv or .geojson file: docs/own_world.md",
        "world=custom 所用的自有数据，.csv 或 .geojson 文件，见 docs/own_world.zh.md", shown=("none", "无")),
    Key("strategy", "name", "siloed", "", ("run", *MAKING, *SENSITIVITY, *FIELD), "the strategy to live through, to take apart, to search in, whose outcomes to explain or to try in the field; or its YAML file",
        "所运行、拆解、搜索、解释其结果或作实地试验的治理策略；也可为其 YAML 文件"),
    Key("strategies", "names", None, "", ("compare", "twin", *VARYING, *DISCOVER, *LIVE), "the strategies to live, a list of names or YAML files",
        "所运行的策略列表，可为名称或 YAML 文件", shown=("all shipped; twin, classroom: [siloed,wuhan]; sweep: [siloed]",
        "全部；twin、classroom：[siloed,wuhan]；sweep：[siloed]")),
    Key("sweep", "numbers", {}, "", VARYING,
        "what to vary, as sweep.KEY=[a,b,c]; under sampling=lhs or sobol a range, sweep.KEY=[low,high], or sweep.parameters.GROUP.NAME=declared",
        "所变动的参数，写作 sweep.键=[a,b,c]；sampling=lhs 或 sobol 时为范围 sweep.键=[低,高]，或 sweep.parameters.组.名=declared"),
    Key("sampling", "choice", "grid", "", VARYING,
        "grid: every combination of the values; lhs: a Latin hypercube over the ranges; sobol: a scrambled Sobol' sequence over them",
        "grid：各取值的全部组合；lhs：在各范围内作拉丁超立方抽样；sobol：加扰的 Sobol' 序列", choices=("grid", "lhs", "sobol")),
    Key("points", "whole", 64, "points", VARYING, "points of sampling=lhs or sobol; a power of two for sobol",
        "sampling=lhs 或 sobol 的点数；sobol 须为 2 的幂", 1, 1_000_000),
    Key("design", "path", None, "", VARYING, "a CSV file with the points instead: one row a point, its columns are keys as in sweep.KEY",
        "改由 CSV 文件给出各点：一行一点，列名同 sweep.键", shown=("none", "无")),
    Key("baseline", "name", "auto", "", ("compare", "report", *SENSITIVITY, *DISCOVER),
        "the strategy that others are compared with; sensitivity: a strategy to explain the paired difference to, instead of the outcome itself",
        "作为对照的策略；sensitivity：给出后解释与该策略的成对差异，而非结果本身",
        shown=("siloed if present, else the first; sensitivity: none", "有 siloed 则取之，否则取首个；sensitivity：无")),
    Key("future", "name", "reference", "", RUNS, "what the years bring that nobody decides; or its YAML file", "外部情景；也可为其 YAML 文件"),
    Key("experiment", "name", None, "", STORIES, "a prepared set of keys", "预设的一组参数", shown=("none", "无")),
    Key("days", "whole", 730, "days", (*RUNS, *LIVE), "days simulated", "模拟天数", 1, 36_500),
    Key("reform_day", "whole", 180, "day", (*RUNS, *LIVE), "first day of the reforms, below `days`; outcomes are read from it on",
        "改革起始日，须小于 days；结果自该日起统计", 0, 36_499),
    Key("replicates", "whole", 10, "runs", ("compare", *MAKING, *VARYING, *DISCOVER, *FIELD), "repetitions of each strategy, paired by common random numbers",
        "每个策略的重复次数（共用随机数，成对比较）", 1, 100_000),
    Key("precision", "number", None, "", ("compare",),
        "adds replicates until the 95 % interval of every headline difference reaches no further than this part of the difference, or of what chance alone "
        "moves in the baseline (standard deviation between replicates), whichever is larger; `replicates` is the first stage",
        "不断增加重复，直至每项主要差异的 95 % 区间半宽不超过该差异本身、或对照策略重复间标准差（二者取大）的这一比例；replicates 为首批重复数",
        0.01, 10.0, shown=("none: `replicates` are lived, no more", "无：只运行 replicates 次")),
    Key("max_replicates", "whole", None, "runs", ("compare",), "repetitions at which precision= gives up", "precision= 所用重复次数的上限", 10, 100_000,
        shown=("200", "200")),
    Key("permutations", "whole", 2, "orders", ("attribute",),
        "orders of introduction drawn in each replicate, each with its reverse; up to five mechanisms all orders are taken",
        "每次重复所抽取的引入次序数（各带其逆序）；机制不超过五项时取全部次序", 1, 10_000),
    Key("outcomes", "names", None, "", ("attribute", *VARYING, *SENSITIVITY, *FIELD), "outcomes to show, a list; attribute, estimate: the file holds all",
        "所显示的结果指标列表；attribute、estimate：文件中含全部", shown=("need, equity, satisfaction, cost; estimate: need, satisfaction", "需求、公平、满意度、成本；estimate：需求、满意度")),
    Key("steps", "whole", 4, "waves", FIELD, "waves of the stepped wedge, each of at least two communities", "阶梯楔形试验的批数，每批至少两个社区", 2, 100),
    Key("period", "whole", 30, "days", FIELD, "days of one period of the panel, in which each community is measured once", "面板数据每期的天数，每个社区每期计一次", 1, 3_650),
    Key("outcome", "name", "unmet_need_days", "", DISCOVER, "the outcome by which a strategy fails or not", "判断策略失败与否所依据的结果指标"),
    Key("threshold", "number", None, "", DISCOVER,
        "the value of `outcome` beyond which, on its worse side, a strategy fails; left out: it fails where it is worse than the baseline in the same world",
        "结果劣于该值即为失败；省略：在同一世界中劣于对照策略即为失败", -1e9, 1e9, shown=("that of the baseline", "对照策略之值")),
    Key("cost_share", "number", 0.5, "share", ("optimise",), "most that a portfolio may cost, as a share of what the strategy costs",
        "组合成本上限，占该策略成本的比例", 0.01, 1.0),
    Key("population", "whole", 20, "portfolios", ("optimise",), "portfolios in each generation of the search", "每代组合数", 4, 1_000),
    Key("generations", "whole", 10, "generations", ("optimise",), "generations of the search", "搜索代数", 1, 10_000),
    Key("search_replicates", "whole", 3, "runs", ("optimise",),
        "repetitions of each portfolio in the search; the front is then lived again in `replicates` others", "搜索中每个组合的重复次数；前沿组合另以 replicates 次新的重复核验",
        1, 1_000),
    Key("futures", "names", None, "", ("compare", *DISCOVER), "futures to compare in, a list of names or YAML files; each is lived in all replicates",
        "比较所处的外部情景列表，可为名称或 YAML 文件；各情景均运行全部重复", shown=("the one of `future`", "future 所指的一个")),
    Key("uncertainty", "choice", None, "", ("compare", *VARYING, *DISCOVER),
        "none: declared values; deep: what nobody has measured, over its ranges; ranges: all uncertain parameters; posterior: the calibrated sample; one draw a replicate",
        "none：取声明值；deep：无人测量者取全范围；ranges：全部不确定参数；posterior：校准后验样本；每次重复一组", choices=("none", "deep", "ranges", "posterior"), shown=("none; discover: deep", "none；discover：deep")),
    Key("replicate", "whole", 0, "number", ("run", "twin"), "which repetition", "第几次重复", 0, 99_999),
    Key("seed", "whole", 1, "number", (*RUNS, *LIVE), "seed of all random streams", "随机种子", 0, 2**63 - 1),
    Key("budget", "choice", "own", "", GIVEN,
        "own: each strategy costs what it costs; neutral: all are brought to the same cost, by smaller doses or by more staff",
        "own：各策略按自身成本；neutral：通过降低强度或增加人手使各策略成本相同", choices=("own", "neutral")),
    Key("budget_level", "number", None, "CNY", GIVEN, "the common cost under budget=neutral, CNY per resident and year",
        "budget=neutral 时的共同成本，元/人·年", 0.01, 100_000.0, shown=("the cheapest that costs anything", "有成本者中最低的")),
    Key("method", "choice", None, "", SENSITIVITY, "morris: screening alone; sobol: indices of the constants of `over`; both: indices of the strongest of the screening",
        "morris：仅筛选；sobol：计算 over 所列常数的指数；both：先筛选，再计算其中最强者的指数", choices=("morris", "sobol", "both"), shown=("both", "both")),
    Key("over", "names", None, "", SENSITIVITY, "constants to vary, a list of names, of groups such as voice, or deep for all that nobody has measured",
        "所变动的常数列表：可为参数名、组名（如 voice），或 deep（全部无人测量者）", shown=("all uncertain ones that the strategies use", "所用策略涉及的全部不确定参数")),
    Key("strongest", "whole", 8, "number", SENSITIVITY, "how many constants go on from the screening to the indices: each outcome in turn names its strongest",
        "由筛选进入指数计算的常数个数：各结果指标轮流选取影响最强者", 1, 200),
    Key("samples", "whole", 64, "points", SENSITIVITY, "base points of Saltelli's design, a power of two; each costs one run a constant and three more",
        "Saltelli 设计的基点数，须为 2 的幂；每个基点对每个常数运行一次，另加三次", 1, 1_000_000),
    Key("trajectories", "whole", 4, "runs", (*FIT, *SENSITIVITY), "Morris trajectories of the screening; each costs one run a parameter and one more",
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
    Key("record", "name", "light", "", RECORDED, "what to keep of each run: light or full",
        "保留内容：light 或 full"),
    Key("record.daily", "choice", "community", "", RECORDED, "daily sums by community, or for large worlds by street",
        "每日合计按社区保留；大规模世界可只按街道保留", choices=("community", "street")),
    Key("record.cases", "switch", False, "", RECORDED, "keep each case as a row", "逐条保留案件"),
    Key("record.needs", "switch", False, "", RECORDED, "keep each need as a row", "逐条保留需求"),
    Key("only", "names", None, "", VERIFY, "which checks to make, a list of ids such as [V1,V3]", "所做的检验，以编号列出，例如 [V1,V3]",
        shown=("all", "全部")),
    Key("scale", "choice", "quick", "", VERIFY, "quick: small samples, minutes; full: the samples of the pattern cards",
        "quick：小样本，数分钟；full：与模式卡片相同的样本", choices=("quick", "full")),
    Key("out", "path", None, "", (*RUNS, *VERIFY, "report", "compact"), "where results go; a rerun continues there",
        "结果目录；再次运行会接续", shown=("outputs/<command>", "outputs/<命令>")),
    Key("engine", "choice", "local", "", RUNS, "who lives the runs: local, processes of this machine; dask, the workers of a dask scheduler",
        "运行引擎：local 为本机进程；dask 为 dask 调度器下的工作进程", choices=("dask", "local")),
    Key("engine.scheduler", "name", None, "", RUNS, "address of the scheduler, such as tcp://host:8786; only with engine=dask",
        "调度器地址，例如 tcp://host:8786；仅用于 engine=dask", shown=("none", "无")),
    Key("engine.timeout", "whole", 10, "seconds", RUNS, "how long to wait for the scheduler and its first worker",
        "等待调度器及其首个工作进程的时间", 1, 86_400),
    Key("jobs", "whole", None, "processes", (*RUNS, *VERIFY), "processes at a time; engine=dask takes all workers that there are",
        "并行进程数；engine=dask 时使用其全部工作进程", 1, 1_024, shown=("one a core", "每核一个")),
    Key("checkpoint", "period", None, "days", RUNS,
        "keep each run on its way every so many days of its life, such as checkpoint=90d; the same command goes on from there after it was killed",
        "每隔若干模拟日为进行中的运行存档，例如 checkpoint=90d；命令中断后再次运行即从存档接续", 1, 36_500, shown=("none", "无")),
    Key("fail_fast", "switch", False, "", RUNS, "stop at the first run that fails; --fail-fast says the same",
        "首次运行失败即停止；也可写作 --fail-fast"),
    Key("store", "path", None, "", ("check", *DISCOVER), "a result folder: check verifies it; discover takes its runs instead of living its own",
        "结果目录：check 核验之；discover 沿用其中的运行，不再另行运行", shown=("none", "无")),
    Key("port", "whole", 8765, "number", LIVE, "port on which the page is served", "页面服务端口", 1, 65_535),
    Key("host", "name", "127.0.0.1", "", LIVE, "address on which the page is served; 0.0.0.0: whoever reaches this machine by the network may open it",
        "页面服务地址；0.0.0.0：能经网络访问本机的人都可打开"),
    Key("open", "switch", True, "", LIVE, "open the page in a browser", "在浏览器中打开页面"),
    Key("lesson", "name", None, "", LIVE, "a guided lesson to begin with", "开始时的引导课", shown=("none", "无")),
    Key("format", "choice", "table", "", ("list",), "table or csv", "输出格式：table 或 csv", choices=("table", "csv")),
    Key("lang", "choice", None, "", (*RUNS, *LIVE, *VERIFY, "report", "compact", "list", "check"), "language: en or zh", "语言：en 或 zh",
        choices=("en", "zh"), shown=("from LANG", "取自 LANG")),
)  # fmt: skip

BY_NAME: Final = {key.name: key for key in KEYS}


def of(command: str) -> dict[str, Key]:
    """The keys that a command takes, by name."""
    return {key.name: key for key in KEYS if command in key.commands}
