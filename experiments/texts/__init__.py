"""All sentences of the commands in English and Chinese, side by side, so that none can be missing in one language.

`text(lang, name, …)` fills a sentence in. What the model itself says of the content of scenario files stands in `sim.sentences`.
"""

from __future__ import annotations

from typing import Any, Final

from experiments.texts.calibration import CALIBRATION
from experiments.texts.checkpoints import CHECKPOINTS
from experiments.texts.classroom import CLASSROOM
from experiments.texts.discover import DISCOVER
from experiments.texts.engines import ENGINES
from experiments.texts.estimates import ESTIMATES
from experiments.texts.lessons import LESSONS
from experiments.texts.own_world import OWN_WORLD
from experiments.texts.portfolios import PORTFOLIOS
from experiments.texts.refusals import REFUSALS
from experiments.texts.sensitivity import SENSITIVITY
from experiments.texts.stores import STORES
from experiments.texts.sweep import SWEEP
from experiments.texts.twin import TWIN
from experiments.texts.verification import VERIFICATION

Pair = tuple[str, str]

FAULTS: Final[dict[str, Pair]] = {
    "fault_near": ("; did you mean '{name}'?", "；是否想写“{name}”？"),
    "fault_unknown_command": ("{name}: no such command; commands: {known}{near}", "{name}：没有这个命令；可用命令：{known}{near}"),
    "fault_unknown_flag": ("{name}: no such flag; flags: --help, --debug, --fail-fast, --version; keys are written key=value",
        "{name}：没有这个选项；可用选项：--help、--debug、--fail-fast、--version；参数写作 键=值"),
    "fault_unknown_key": ("{key}: no such key of `{command}`{near} (keys: {keys})", "{key}：`{command}` 没有这个参数{near}（可用参数：{keys}）"),
    "fault_unknown_field": ("{key}: unknown; known: {known}{near}", "{key}：未知；可用：{known}{near}"),
    "fault_unknown_name": ("{key}={value}: unknown; allowed: {known}{near}", "{key}={value}：未知；可用：{known}{near}"),
    "fault_no_parameter": ("parameters.{name}: no such parameter{near} (`xietong list parameters` shows all)",
        "parameters.{name}：没有这个模型参数{near}（xietong list parameters 列出全部）"),
    "fault_parameter_number": ("parameters.{name}={value}: a number in {unit} is needed, between {low} and {high}",
        "parameters.{name}={value}：须为 {low} 到 {high} 之间的数，单位：{unit}"),
    "fault_parameter_range": ("parameters.{name}={value}: outside the allowed range {low} to {high} {unit}",
        "parameters.{name}={value}：超出允许范围 {low} 到 {high}，单位：{unit}"),
    "fault_file_with_fields": ("{key}: with {name}={file} the file says what it is; change it there", "{key}：{name}={file} 时内容由文件决定，请在文件中修改"),
    "fault_given_twice": ("{key}: given twice; give it once", "{key}：重复给出；只能给一次"),
    "fault_no_equals": ("{word}: keys are written key=value; did you mean '{near}'?", "{word}：参数写作 键=值；是否想写“{near}”？"),
    "fault_not_an_override": (
        "{word}: not readable as key=value; text with spaces, brackets or other signs needs quotes, such as key='some text'",
        "{word}：无法按 键=值 读取；含空格、括号或其他符号的文字须加引号，例如 key='文字'"),
    "fault_one_value": ("{key}={value}: one value is needed, not several", "{key}={value}：只能给一个值"),
    "fault_list_needed": ("{key}={value}: a list is needed, such as {key}=[siloed,wuhan]", "{key}={value}：须为列表，例如 {key}=[siloed,wuhan]"),
    "fault_fields_needed": ("{key}={value}: single fields are set, such as {key}.NAME=VALUE", "{key}={value}：须逐项设置，例如 {key}.名=值"),
    "fault_listed_twice": ("{key}: {value} is listed twice; list it once", "{key}：{value} 重复列出；只能列一次"),
    "fault_one_future": ("futures={value}: equal budgets are found in one future at a time", "futures={value}：等预算比较一次只能在一个未来情景中进行"),
    "fault_two_needed": ("strategies={value}: exactly two are needed", "strategies={value}：须恰好两个策略"),
    "fault_more_needed": ("strategies={value}: at least two are needed; `xietong run strategy=…` lives one",
        "strategies={value}：至少需要两个策略；单个策略请用 xietong run strategy=…"),
    "fault_whole_needed": ("{key}={value}: a whole number from {low} to {high} is needed ({unit})",
        "{key}={value}：须为 {low} 到 {high} 的整数（{unit}）"),
    "fault_names_needed": ("{key}={value}: a list of names is needed, such as {key}=[{example}]", "{key}={value}：须为名称列表，例如 {key}=[{example}]"),
    "fault_number_needed": ("{key}={value}: a number from {low} to {high} is needed", "{key}={value}：须为 {low} 到 {high} 的数"),
    "fault_no_mechanisms": ("strategy={name}: it has no mechanism at work; choose one with mechanisms, such as strategy=wuhan",
        "strategy={name}：没有起作用的机制；请选择含机制的策略，例如 strategy=wuhan"),
    "fault_replicates_too_few": ("replicates={value}: at least 2 are needed for an interval", "replicates={value}：至少需要 2 次重复才有区间"),
    "fault_level_alone": ("budget_level={value}: only with budget=neutral", "budget_level={value}：仅用于 budget=neutral"),
    "fault_nothing_costs": ("budget=neutral: none of the strategies costs anything, so there is no level to bring them to; give one with budget_level=…",
        "budget=neutral：各策略均无成本，没有可比的共同水平；请用 budget_level=… 指定"),
    "fault_level_out_of_reach": ("budget={budget}: {name} cannot spend {level} CNY per resident and year, with all staff that the fund can pay it reaches {most}; "
        "give a lower budget_level=…", "budget={budget}：{name} 无法达到人均年 {level} 元，资金所能聘用的人手用尽时为 {most} 元；请用更低的 budget_level=…"),
    "fault_switch_needed": ("{key}={value}: true or false is needed", "{key}={value}：须为 true 或 false"),
    "fault_folder_needed": ("{key}={value}: a folder is needed", "{key}={value}：须为目录"),
    "fault_no_draw": ("parameters={value}: no such draw; the posterior has {count}, posterior[0] to posterior[{last}]",
        "parameters={value}：没有这个抽样；后验共 {count} 组，posterior[0] 至 posterior[{last}]"),
    "fault_file_needed": ("{key}={value}: there is no such file", "{key}={value}：没有这个文件"),
    "fault_not_a_folder": ("{key}={value}: cannot be a folder, {where} is a file; choose another", "{key}={value}：{where} 是文件，不能作为目录；请另选"),
    "fault_unwritable": ("{key}={value}: {where} cannot be written; choose another folder", "{key}={value}：{where} 不可写；请另选目录"),
    "fault_no_path": ("{key}={value}: no path that this system can hold ({reason})", "{key}={value}：系统无法使用的路径（{reason}）"),
    "fault_reform_too_late": ("reform_day={reform_day}: must lie before the end, from 0 to {last} with days={days}",
        "reform_day={reform_day}：须早于结束日；days={days} 时可为 0 到 {last}"),
    "fault_queue_alone": ("queue.*: only with world=queue, not world={world}", "queue.*：仅用于 world=queue，不适用于 world={world}"),
    "fault_not_composed": ("configuration cannot be composed: {reason}", "无法组成配置：{reason}"),
    "fault_no_store": ("store={value}: there is no such folder", "store={value}：没有这个目录"),
    "fault_damaged_store": ("{store}: {count} faults, first {first}; delete what is broken, and the same command fills in what is missing",
        "{store}：发现 {count} 处问题，首处 {first}；删除损坏的文件后再次运行同一命令即可补齐"),
    "fault_what_to_list": ("list: say what, one of: {known}{near}", "list：请指明列出什么：{known}{near}"),
    "fault_what_to_check": ("check {name}: commands that can be checked: {known}{near}", "check {name}：可检查的命令：{known}{near}"),
    "fault_internal": ("internal failure: {error}; finished runs are kept; --debug shows where", "内部错误：{error}；已完成的运行均已保留；--debug 显示出处"),
}  # fmt: skip

HELP: Final[dict[str, Pair]] = {
    "help_title": ("xietong (协同): compare ways of governing a community, by simulation", "协同 xietong：用仿真比较社区治理方案"),
    "help_usage": ("usage: xietong COMMAND [key=value …]", "用法：xietong 命令 [键=值 …]"),
    "help_commands": ("commands", "命令"),
    "help_example": ("for example:", "例如："),
    "help_more": ("`xietong COMMAND --help` shows the keys of a command. Flags: --help, --debug (show tracebacks), --fail-fast (stop at the first failed run), --version.",
        "xietong 命令 --help 显示该命令的参数。选项：--help、--debug（显示出错位置）、--fail-fast（首次运行失败即停止）、--version。"),
    "help_lang": ("这个程序会说中文：加 lang=zh", "This program speaks English: add lang=en"),
    "help_keys": ("keys (default, unit, meaning)", "参数（默认值、单位、含义）"),
    "help_exits": ("exit codes: 0 done; 2 your input is wrong, nothing was written; 1 failure inside, the store is intact; "
        "130 interrupted, the same command goes on",
        "退出码：0 完成；2 输入有误，未写入任何内容；1 内部错误，结果目录完好；130 已中断，再次运行同一命令即可接续"),
    "command_run": ("live one strategy once and sum up what happened", "运行一个策略一次，并汇总结果"),
    "command_compare": ("compare strategies: differences with intervals, costs, equity, and a report",
        "比较多个策略：差异及区间、成本、公平，并生成报告"),
    "command_attribute": ("which mechanism of a strategy brings how much: alone, last, and its Shapley share",
        "策略中各机制的贡献：单独、最后加入及沙普利值"),
    "command_optimise": ("search for the best portfolio of mechanisms and doses under a budget", "在预算内搜索最佳的机制组合与强度"),
    "command_twin": ("follow one need of one resident under two strategies, day by day", "同一居民的同一需求，在两种策略下逐日讲述"),
    "command_calibrate": ("fit the constants that matter to what is known of the baseline; a sample of them, fit and held-out errors",
        "筛选重要常数并按基线证据拟合：给出后验样本、拟合误差与留出误差"),
    "command_report": ("build the report again from a result folder", "从结果目录重新生成报告"),
    "command_list": ("show worlds, strategies, mechanisms, parameters, outcomes, futures, quantities or lessons", "列出场景、策略、机制、参数、结果指标、外部情景、可变动的量或引导课程"),
    "command_check": ("check a configuration or a result folder without running anything; check verification tries the model itself", "检查配置或核验结果目录而不运行仿真；check verification 检验模型本身"),
    "unit_days": ("days", "日"),
    "unit_day": ("day", "日"),
    "unit_runs": ("runs", "次"),
    "unit_number": ("number", "编号"),
    "unit_identity": ("identity", "编号"),
    "unit_orders": ("orders", "种次序"),
    "unit_share": ("share", "（比例）"),
    "unit_portfolios": ("portfolios", "个组合"),
    "unit_generations": ("generations", "代"),
    "unit_CNY": ("CNY per resident and year", "元/人·年"),
    "unit_processes": ("processes", "个进程"),
    "list_what": ("xietong list WHAT; WHAT is one of: {known}", "xietong list 对象，可为：{known}"),
    "check_what": ("xietong check COMMAND key=value … (COMMAND: {known}; compare if left out), or xietong check store=FOLDER",
        "xietong check 命令 键=值 …（命令：{known}；省略则为 compare），或 xietong check store=目录"),
}  # fmt: skip

PROGRESS: Final[dict[str, Pair]] = {
    "progress_nothing": ("nothing left to run: {kept} finished runs are there already", "无需运行：已有 {kept} 次完成的运行"),
    "progress_compiling": (
        "first start of this version: the model's kernels are compiled once, about a minute …",
        "此版本首次启动：正在编译模型内核（仅一次，约一分钟）……",
    ),
    "progress_start": ("runs to do: {total} (finished before: {kept}) …", "待运行 {total} 次（此前已完成 {kept} 次）……"),
    "progress_end": ("{done} done, {failed} failed in {seconds} s", "完成 {done} 次，失败 {failed} 次，用时 {seconds} 秒"),
    "progress_counts": ("{task.fields[done]} done, {task.fields[failed]} failed, {task.fields[left]} left",
        "完成 {task.fields[done]}，失败 {task.fields[failed]}，剩余 {task.fields[left]}"),
    "progress_rate": ("{rate} runs/min", "{rate} 次/分"),
    "progress_left": ("time left", "剩余时间"),
    "interrupted": ("interrupted: finished runs are kept; the same command goes on from here: {again}",
        "已中断：完成的运行均已保留；再次运行同一命令即可接续：{again}"),
    "some_failed": ("{failed} of {planned} runs failed, first at stage {stage}: {error}; {log} tells all; running again tries them again",
        "{planned} 次运行中有 {failed} 次失败，首次失败于阶段 {stage}：{error}；详见 {log}；再次运行会重试"),
}  # fmt: skip

RESULTS: Final[dict[str, Pair]] = {
    "block_need": ("what residents lack (need)", "居民所缺（需求）"),
    "block_residents": ("how residents feel (survey of all)", "居民感受（全体调查）"),
    "block_report": ("what residents report", "居民所报（诉求）"),
    "block_indicator": ("what the administration records (indicator)", "行政记录（指标）"),
    "block_institutions": ("how institutions work together", "机构如何协同"),
    "block_cost": ("cost", "成本"),
    "block_composite": ("composite readings", "综合读数"),
    "block_magnitude": ("magnitudes", "量级"),
    "block_equity": ("equity gaps, on need", "公平差距（按需求）"),
    "column_outcome": ("outcome", "结果"),
    "column_meaning": ("meaning", "含义"),
    "column_value": ("value", "数值"),
    "column_unit": ("unit", "单位"),
    "column_strategy": ("strategy", "策略"),
    "column_mean": ("mean", "均值"),
    "column_first": ("first on average (how often best)", "平均名次第一（居首比例）"),
    "column_then": ("followed by", "其后"),
    "column_last": ("last on average (how often worst)", "平均名次最末（居末比例）"),
    "ranks_title": ("Ranking, future {future}; {uncertainty}", "排名，未来情景 {future}；{uncertainty}"),
    "uncertainty_none": ("over replicates at declared parameters", "声明参数下的各次重复"),
    "uncertainty_deep": ("over the ranges of what nobody has measured, one draw a replicate", "无人测量的参数取全范围，每次重复一组"),
    "uncertainty_ranges": ("over the ranges of all uncertain parameters, one draw a replicate", "全部不确定参数取全范围，每次重复一组"),
    "uncertainty_posterior": ("over the calibrated posterior, one draw a replicate", "校准后验样本，每次重复一组"),
    "column_difference": ("difference", "差异"),
    "column_interval": ("95 % interval", "95 % 区间"),
    "column_verdict": ("verdict", "判断"),
    "baseline_is": ("baseline {name}: {mean} {unit}", "对照 {name}：{mean} {unit}"),
    "outcome_title": ("{meaning} ({name})", "{meaning}（{name}）"),
    "verdict_better": ("better", "更好"),
    "verdict_worse": ("worse", "更差"),
    "verdict_higher": ("higher", "更高"),
    "verdict_lower": ("lower", "更低"),
    "verdict_undecided": ("undecided", "未定"),
    "verdict_equal": ("equal", "相等"),
    "verdict_single": ("one pair: undecided", "仅一对：未定"),
    "verdict_none": ("no pair", "无可比对"),
    "run_title": ("{strategy} in {world}, replicate {replicate}, days {reform_day} to {last}",
        "{world} 中的 {strategy}，第 {replicate} 次重复，第 {reform_day} 至 {last} 日"),
    "compare_title": ("{world}, future {future}, {replicates} replicates, days {reform_day} to {last}; differences against {baseline}",
        "{world}，未来情景 {future}，重复 {replicates} 次，第 {reform_day} 至 {last} 日；与 {baseline} 相比的差异"),
    "undecided_note": ("undecided: zero lies inside the interval; more replicates narrow it. "
        "Need, indicator and residents' feelings are different things.",
        "未定：区间包含零；增加重复次数可缩小区间。需求、指标与居民感受是不同的事。"),
    "column_parameter": ("constant", "常数"),
    "column_score": ("effect, in tolerances", "效应（容差倍数）"),
    "column_target": ("target", "目标"),
    "column_range": ("range", "范围"),
    "column_default": ("declared value", "设定值"),
    "column_posterior": ("posterior (5 – 95 %)", "后验（5 – 95 %）"),
    "column_inside": ("share inside", "范围内比例"),
    "column_error": ("error", "误差"),
    "column_narrowing": ("narrowing", "收窄程度"),
    "screen_title": ("constants by the largest effect on a fitted target over their whole range; {idle} of {all} have none",
        "按对拟合目标的最大效应排序（在整个取值范围内）；{all} 个常数中 {idle} 个没有效应"),
    "fit_title_fit": ("fitted targets; error: how far the mean lies outside, in half widths of the range",
        "拟合目标；误差：均值超出范围的程度，以范围半宽计"),
    "fit_title_holdout": ("held-out targets, which the fit has not seen", "留出目标：拟合时未使用"),
    "bounds_title": ("fitted constants: {accepted} of {draws} draws accepted, worth {effective} of equal weight; narrowing: 0 says nothing, 1 fixes",
        "拟合的常数：{draws} 组中接受 {accepted} 组，相当于 {effective} 组等权样本；收窄程度：0 为无信息，1 为完全确定"),
    "nothing_fits": ("none of the {draws} runs of the last wave lies inside all fitted targets: nothing to draw from; try more waves= or a larger sample= "
        "({out} keeps what was found)",
        "末轮 {draws} 次运行无一满足全部拟合目标，无法形成后验；请增大 waves= 或 sample=（已得结果存于 {out}）"),
    "report_at": ("report: {path}", "报告：{path}"),
    "results_at": ("results: {path}", "结果：{path}"),
    "check_fine": ("fine: `{command}` of {strategies} strategies × {replicates} replicates = {runs} runs of {days} days in {world}; {kept} finished already",
        "配置无误：`{command}`，{strategies} 个策略 × {replicates} 次重复 = {runs} 次运行，每次 {days} 日，场景 {world}；已完成 {kept} 次"),
    "check_fine_made": ("fine: `{command}` of {strategy}: at most {runs} runs of {days} days in {world}",
        "配置无误：`{command}`，策略 {strategy}：至多 {runs} 次运行，每次 {days} 日，场景 {world}"),
    "store_fine": ("fine: {finished} of {planned} runs finished, every byte as written, model version {version}",
        "目录完好：{planned} 次运行中完成 {finished} 次，内容与写入时一致，模型版本 {version}"),
    "store_missing": ("{count} planned runs are not finished yet; the same command goes on", "尚有 {count} 次计划中的运行未完成；再次运行同一命令即可接续"),
    "store_foreign": ("{path}: not part of this design", "{path}：不属于本次设计"),
    "store_other_version": ("results of model version {found}; this is {own}: they can be read, not continued",
        "结果来自模型版本 {found}，当前为 {own}：可读取，不可接续"),
}  # fmt: skip

LISTS: Final[dict[str, Pair]] = {
    "worlds": ("worlds", "场景"),
    "strategies": ("strategies", "策略"),
    "mechanisms": ("mechanisms", "机制"),
    "parameters": ("parameters", "参数"),
    "outcomes": ("outcomes", "结果指标"),
    "futures": ("futures", "外部情景"),
    "quantities": ("what the courses of a future may move", "外部情景可变动的量"),
    "list_name": ("name", "名称"),
    "list_title": ("title", "标题"),
    "list_summary": ("summary", "说明"),
    "list_communities": ("communities", "社区数"),
    "list_cells": ("cells", "网格数"),
    "list_households": ("households", "户数"),
    "list_seed": ("seed ids", "种子编号"),
    "list_mechanisms": ("mechanisms (intensity)", "机制（强度）"),
    "list_theory": ("theory", "理论"),
    "list_payer": ("who pays", "谁付代价"),
    "list_failure": ("fails when", "何时失效"),
    "list_grade": ("grade", "证据等级"),
    "list_value": ("value", "数值"),
    "list_low": ("low", "下限"),
    "list_high": ("high", "上限"),
    "list_unit": ("unit", "单位"),
    "list_source": ("source", "来源"),
    "list_role": ("role", "性质"),
    "list_deep": ("deep uncertainty", "深度不确定"),
    "list_meaning": ("meaning", "含义"),
    "list_scored_on": ("scored on", "计分对象"),
    "list_better": ("better", "优向"),
    "list_headline": ("headline", "主要"),
    "list_parameters": ("other parameter values", "改变的参数"),
    "list_world": ("world", "场景"),
    "list_courses": ("courses", "变动过程"),
    "list_base": ("neutral", "中性值"),
    "yes": ("yes", "是"),
    "no": ("", ""),
}

TEXTS: Final[dict[str, Pair]] = (
    FAULTS
    | HELP
    | PROGRESS
    | RESULTS
    | LISTS
    | LESSONS
    | TWIN
    | OWN_WORLD
    | VERIFICATION
    | PORTFOLIOS
    | ENGINES
    | CALIBRATION
    | CHECKPOINTS
    | SWEEP
    | SENSITIVITY
    | DISCOVER
    | ESTIMATES
    | CLASSROOM
    | REFUSALS
    | STORES
)
LANGUAGES: Final = ("en", "zh")


def text(lang: str, name: str, /, **values: Any) -> str:
    """The sentence `name` in `lang`, filled in."""
    sentence = TEXTS[name][LANGUAGES.index(lang)]
    return sentence.format(**values) if values else sentence


def both(name: str, /, **values: Any) -> tuple[str, str]:
    """The sentence `name` in English and in Chinese, for an error that does not know who will read it."""
    return text("en", name, **values), text("zh", name, **values)
