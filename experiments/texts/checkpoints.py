"""Sentences about checkpoints, English and Chinese."""

from __future__ import annotations

from typing import Final

CHECKPOINTS: Final[dict[str, tuple[str, str]]] = {
    "fault_period_needed": ("{key}={value}: days between two checkpoints are needed, such as {key}=90d, from {low} to {high}, or none",
        "{key}={value}：须为两次存档之间的天数（{low} 到 {high}），例如 {key}=90d；不存档则写 none"),
    "checkpoint_missing": ("{path}: there is no such checkpoint", "{path}：没有这个存档"),
    "checkpoint_unreadable": ("{path}: the checkpoint cannot be read: {detail}", "{path}：存档无法读取：{detail}"),
    "checkpoint_cut": ("{path}: the checkpoint is torn: its end is missing", "{path}：存档残缺：缺少结尾"),
    "checkpoint_torn": ("{path}: the checkpoint is damaged ({detail})", "{path}：存档损坏（{detail}）"),
    "checkpoint_not_one": ("{path}: not a checkpoint of xietong", "{path}：不是 xietong 的存档"),
    "checkpoint_newer": ("{path}: a checkpoint of format {found}, this program reads format {own}", "{path}：存档格式为 {found}，本程序读取格式 {own}"),
    "checkpoint_other_model": ("{path}: a checkpoint of model version {found}, this is {own}", "{path}：存档来自模型版本 {found}，当前为 {own}"),
    "checkpoint_foreign": ("{path}: a checkpoint of another run ({found}, not {own})", "{path}：存档属于另一次运行（{found}，而非 {own}）"),
    "checkpoint_other_record": ("{path}: a checkpoint of a run that keeps other tables; record= must be the same",
        "{path}：存档所属的运行保留的表不同；record= 须一致"),
    "checkpoint_other_arrays": ("{path}: a checkpoint of another world ({detail})", "{path}：存档属于另一个场景（{detail}）"),
    "checkpoint_refused": ("{told}; lived again without it, the file is kept as {aside}", "{told}；不用此存档重新运行，文件改名保留为 {aside}"),
    "checkpoints_and": ("; ", "；"),
    "checkpoints_found": ("going on from checkpoints: {found}", "从存档接续：{found}"),
    "checkpoint_of_run": ("{strategy}, replicate {replicate}, day {day}", "{strategy}，第 {replicate} 次重复，第 {day} 日"),
    "checkpoint_of_past": ("common past of replicate {replicate}, day {day}", "第 {replicate} 次重复的共同过去，第 {day} 日"),
    "checkpoints_more": ("{count} more", "另有 {count} 个"),
}  # fmt: skip
