"""Sentences of `sweep`, and of folders that hold more than one design, English and Chinese."""

from __future__ import annotations

from typing import Final

SWEEP: Final[dict[str, tuple[str, str]]] = {
    "command_sweep": ("vary any keys over a grid, a Latin hypercube, a Sobol' sequence or the rows of a file, with paired replicates",
        "变动任意参数：网格、拉丁超立方、Sobol' 序列或文件逐行给出，重复成对"),
    "command_compact": ("join the tables of all runs of a result folder in one file each, so that queries over thousands of runs are quick",
        "把结果目录中各次运行的表合并为单个文件，使数千次运行的查询更快"),
    "compact_at": ("{path} ({size} MB)", "{path}（{size} MB）"),
    "unit_points": ("points", "个点"),
    "column_runs": ("runs", "运行数"),
    "sweep_what": (
        "  sweep.days=[365,730] sweep.future=[reference,flood]                every combination (4 points)\n"
        "  sampling=lhs points=100 sweep.parameters.voice.base_hazard=declared over the declared range\n"
        "  sampling=sobol points=64 sweep.reform_day=[90,360]                  between two bounds\n"
        "  design=points.csv                                                  columns such as days,parameters.voice.base_hazard\n"
        "In an experiment file the same keys stand below `sweep:`, see experiment=pressure.\n"
        "Keys that a sweep may vary: parameters.GROUP.NAME, world, world.FIELD, future, strategy.mechanisms.NAME.FIELD (in the\n"
        "strategies that have the mechanism), days, reform_day, seed. Every point is lived under all strategies=[…] in all replicates.",
        "  sweep.days=[365,730] sweep.future=[reference,flood]                全部组合（4 个点）\n"
        "  sampling=lhs points=100 sweep.parameters.voice.base_hazard=declared 在声明的取值范围内\n"
        "  sampling=sobol points=64 sweep.reform_day=[90,360]                  在两个界限之间\n"
        "  design=points.csv                                                  列名如 days,parameters.voice.base_hazard\n"
        "在实验文件中写于 sweep: 之下，参见 experiment=pressure。\n"
        "可变动的参数：parameters.组.名、world、world.字段、future、strategy.mechanisms.机制.字段（仅作用于含该机制的策略）、\n"
        "days、reform_day、seed。每个点都在 strategies=[…] 的全部策略与全部重复下运行。"),
    "sweep_size": ("sweep: {points} points × {strategies} strategies × {replicates} replicates = {runs} runs",
        "扫描：{points} 个点 × {strategies} 个策略 × {replicates} 次重复 = {runs} 次运行"),
    "sweep_title": ("Means over all finished runs with a value, by strategy; days {reform_day} to {last} unless varied",
        "各取值下全部已完成运行的均值，按策略；第 {reform_day} 至 {last} 日（除非变动）"),
    "sweep_at": ("design: {design}; results: {path}", "设计：{design}；结果：{path}"),
    "fault_not_swept": ("{key}: cannot be varied by a sweep{near} (keys: {known})", "{key}：不能作为扫描变量{near}（可用：{known}）"),
    "fault_nothing_swept": ("sweep: nothing to vary; give sweep.KEY=[…], an experiment=… that has a `sweep:`, or design=FILE.csv",
        "sweep：没有可变动的内容；请给出 sweep.键=[…]、含 sweep: 的 experiment=…，或 design=文件.csv"),
    "fault_design_and_sweep": ("{key}: the points are given by design=… already; give one of the two", "{key}：各点已由 design=… 给出；二者只能取一"),
    "fault_only_swept": ("{key}: `{command}` varies nothing; use `xietong sweep`", "{key}：`{command}` 不作扫描；请用 xietong sweep"),
    "fault_values_needed": ("{key}={value}: a list of at least one value is needed, such as {key}=[…,…]", "{key}={value}：须为至少含一个值的列表，例如 {key}=[…,…]"),
    "fault_grid_of_range": ("{key}={value}: a grid needs values, such as {key}=[…,…]; a range is for sampling=lhs or sampling=sobol",
        "{key}={value}：网格须给出取值，例如 {key}=[…,…]；范围仅用于 sampling=lhs 或 sampling=sobol"),
    "fault_range_needed": ("{key}={value}: a range of two numbers is needed, the lower first, such as {key}=[0.1,0.5]",
        "{key}={value}：须为由低到高的两个数构成的范围，例如 {key}=[0.1,0.5]"),
    "fault_no_power": ("points={value}: a Sobol' sequence is balanced at powers of two only; give points={lower} or points={upper}",
        "points={value}：Sobol' 序列仅在 2 的幂处均衡；请取 points={lower} 或 points={upper}"),
    "fault_nobody_has": ("{key}: none of the strategies has this mechanism (there are: {known}){near}", "{key}：所列策略均不含此机制（现有：{known}）{near}"),
    "fault_unreadable_design": ("design={file}: cannot be read as CSV in UTF-8: {reason}", "design={file}：无法按 UTF-8 编码的 CSV 读取：{reason}"),
    "fault_empty_design": ("design={file}: at least one key and one row are needed", "design={file}：至少须有一列参数与一行取值"),
    "fault_no_column_name": ("{where}: column {column} has no name; name a key", "{where}：第 {column} 列没有列名；请写参数名"),
    "fault_cells_needed": ("{where}: {found} cells, {wanted} are needed, one for each column", "{where}：有 {found} 格，须为 {wanted} 格，每列一格"),
    "fault_empty_cell": ("{where}: {key} is empty; every row needs a value in every column", "{where}：{key} 为空；每行每列都须有值"),
    "fault_row_twice": ("{where}: the same point as line {line}; list it once", "{where}：与第 {line} 行相同；只能列一次"),
    "at_line": ("{file} line {line}", "{file} 第 {line} 行"),
    "more_faults": ("and {count} more", "另有 {count} 处"),
    "fault_report_of_sweep": ("out={out}: a sweep has no report of pairs; {design} and runs.parquet hold its results, and the same sweep again prints its table",
        "out={out}：扫描没有成对比较的报告；结果见 {design} 与 runs.parquet，再次运行同一扫描可显示汇总表"),
    "check_fine_swept": ("fine: `sweep` of {points} points × {strategies} strategies × {replicates} replicates: {runs} different runs; {kept} finished already",
        "配置无误：`sweep`，{points} 个点 × {strategies} 个策略 × {replicates} 次重复，共 {runs} 次不同的运行；已完成 {kept} 次"),
    "store_others": ("{count} further finished runs of other designs stand here; a command that asks for them finds them finished",
        "此处另有 {count} 次属于其他设计的已完成运行；需要它们的命令会直接采用"),
}  # fmt: skip
