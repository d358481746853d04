"""Sentences about a table of an earlier screening that `calibrate` is given, English and Chinese."""

from __future__ import annotations

from typing import Final

CALIBRATION: Final[dict[str, tuple[str, str]]] = {
    "fault_screen_unreadable": ("screen={file}: cannot be read as a table: {reason}", "screen={file}：无法按表格读取：{reason}"),
    "fault_screen_no_column": ("screen={file}: not a table of a screening: no column {columns} (needed: {needed})",
        "screen={file}：不是筛选结果表：缺少列 {columns}（须有：{needed}）"),
    "fault_screen_strange_column": ("screen={file}: column {column}: no fitted target{near} (targets: {known})",
        "screen={file}：列 {column}：不是拟合目标{near}（目标：{known}）"),
    "fault_screen_no_rows": ("screen={file}: there is no row; one for each constant is needed", "screen={file}：没有数据行；须每个常数一行"),
    "fault_screen_strange_constant": ("screen={file}, row {row}: parameter {value}: no uncertain parameter{near}", "screen={file}，第 {row} 行：parameter {value}：不是不确定参数{near}"),
    "fault_screen_twice": ("screen={file}, row {row}: parameter {value}: given before in row {before}; give it once",
        "screen={file}，第 {row} 行：parameter {value}：第 {before} 行已给出；只能给一次"),
    "fault_screen_no_effect": ("screen={file}, row {row}: {column}={value}: a number of at least 0 is needed", "screen={file}，第 {row} 行：{column}={value}：须为不小于 0 的数"),
    "fault_screen_strange_target": ("screen={file}, row {row}: target={value}: no fitted target{near}", "screen={file}，第 {row} 行：target={value}：不是拟合目标{near}"),
    "fault_screen_idle": ("screen={file}: none of its constants that are not fixed moves a target; nothing can be fitted, waves=0 shows the table",
        "screen={file}：未固定的常数均不影响任何目标；无可拟合，waves=0 可显示该表"),
    "fault_screen_more": ("screen={file}: and {count} more faults", "screen={file}：另有 {count} 处问题"),
}  # fmt: skip
