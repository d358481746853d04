"""Sentences of guided lessons and of their sheets."""

from __future__ import annotations

from typing import Final

Pair = tuple[str, str]

# fmt: off
LESSONS: Final[dict[str, Pair]] = {
    "lessons": ("guided lessons", "引导课程"),
    "lesson_id_twice": ("the id '{id}' is given twice", "标识“{id}”给出了两次"),
    "lesson_reform_late": ("{day}: must lie before the last of {days} days", "{day}：须早于 {days} 日中的最后一日"),
    "lesson_change_outside": ("{day}: a day from {first} to {last} is needed", "{day}：须在第 {first} 日到第 {last} 日之间"),
    "lesson_step_late": ("{day}: the experiment ends after {days} days", "{day}：实验共 {days} 日"),
    "lesson_window_empty": ("{day}: a day after from_day {first} and up to {days} is needed", "{day}：须晚于 from_day {first} 且不超过 {days}"),
    "lesson_unknown_name": ("'{name}' is unknown{near}", "“{name}”未知{near}"),
    "list_question": ("question", "问题"),
    "list_minutes": ("minutes", "分钟"),
    "list_findings": ("found", "所见"),
    "lesson_found": ("{count} findings: {held} as commonly expected, {surprising} not, {undecided} undecided, {open} without expectation; {replicates} replicates",
        "共 {count} 项：符合通常预期 {held} 项，不符 {surprising} 项，未定 {undecided} 项，无预期 {open} 项；重复 {replicates} 次"),
    "book_title": ("Guided lessons", "引导课程"),
    "book_about": (
        "Six lessons for `xietong classroom`, about a quarter of an hour each: question, prediction, experiment, what happened, what it rests on. "
        "Lessons are data in `scenarios/lesson/*.yaml`. This page is written by `python tests/experiments/classroom/make_lessons.py` and never edited by hand; "
        "`python tests/experiments/classroom/make_lessons.py all` lives all lessons again and keeps the figures in `scenarios/data/lessons.csv`.",
        "供 `xietong classroom` 使用的六节课，每节约一刻钟：提问、预测、实验、发生了什么、依据是什么。课程数据在 `scenarios/lesson/*.yaml`。"
        "本页由 `python tests/experiments/classroom/make_lessons.py` 生成，不手工修改；加 `all` 会重新运行全部课程，并把数字存入 `scenarios/data/lessons.csv`。"),
    "book_reading": (
        "Nothing is asserted in advance. A finding is a contrast: quantities of both sides over stated days, added and subtracted within each replicate, in which both sides share "
        "all draws. The sentence beside it is chosen by its 95 % interval alone: above zero, below zero, or undecided. *Worlds* says in how many worlds the contrast had the same sign as its mean, each "
        "world lived once with parameters of its own, drawn over the declared ranges of what nobody has measured and of what the lesson rests on: chance and ignorance together. No strategy is praised.",
        "课程不预设结论。每项所见都是一个对比：两侧在指定日期内的量，在同一次重复内相加减，两侧共用全部随机数。旁边的话只由 95% 区间决定：大于零、小于零或未定。"
        "“各世界”一栏说明有多少个世界的对比与均值同号：每个世界只运行一次，参数在无人测量之处和本课依据的声明范围内抽取，故偶然与无知都在其中。不褒扬任何策略。"),
    "sheet_background": ("Background", "背景"),
    "sheet_predictions": ("Predictions", "预测"),
    "sheet_experiment": ("Experiment", "实验"),
    "sheet_found": ("What happened", "发生了什么"),
    "sheet_rests": ("What it rests on", "依据是什么"),
    "sheet_assumes": ("What the model assumes", "模型的假定"),
    "sheet_sure": ("How sure that is", "有多大把握"),
    "sheet_discussion": ("To discuss", "讨论"),
    "sheet_setup": ("World `{world}`, future `{future}`, seed {seed}, {days} days, reform on day {reform_day}. Left: {left}. Right: {right}.",
        "世界 `{world}`，未来情景 `{future}`，种子 {seed}，共 {days} 天，第 {reform_day} 日实施改革。左侧：{left}。右侧：{right}。"),
    "sheet_change": ("Day {day}, {side}: {mechanism}, dose {dose}{parameters}.", "第 {day} 天，{side}：{mechanism}，剂量 {dose}{parameters}。"),
    "sheet_left": ("left", "左侧"),
    "sheet_right": ("right", "右侧"),
    "sheet_until": (" (to day {day})", "（至第 {day} 天）"),
    "sheet_again": ("{replicates} replicates. Once more: `python -m experiments.classroom.lesson_runs {name} {replicates}`",
        "重复 {replicates} 次。重新测量：`python -m experiments.classroom.lesson_runs {name} {replicates}`"),
    "sheet_contrast": ("contrast", "对比"),
    "sheet_mean": ("mean [95 % interval]", "均值 [95% 区间]"),
    "sheet_terms": ("means of the terms, by days", "各项均值（按日）"),
    "sheet_colon": (": ", "："),
    "sheet_by_hand": (" ({values})", "（{values}）"),
    "sheet_fragile": (" Fragile: in {against} of {worlds} worlds it did not point this way.", "不牢靠：{worlds} 个世界中有 {against} 个不是这个方向。"),
    "sheet_expected": ("commonly expected", "通常预期"),
    "sheet_worlds": ("worlds", "各世界"),
    "sheet_reading": ("reading", "读法"),
    "sheet_above": ("above zero", "大于零"),
    "sheet_below": ("below zero", "小于零"),
    "sheet_open": ("open", "不定"),
    "sheet_undecided": ("undecided", "未定"),
    "sheet_parameter": ("parameter", "参数"),
    "sheet_value": ("value [range]", "数值 [范围]"),
    "sheet_grade": ("grade", "证据等级"),
    "sheet_meaning": ("meaning", "含义"),
    "sheet_patterns": ("Pattern cards: {cards}", "模式卡片：{cards}"),
    "sheet_sources": ("Sources:", "来源："),
    "sheet_recalled": ("quoted from memory", "凭记忆引用"),
    "sheet_deep": ("nobody has measured it", "无人测量"),
    "verdict_of_shown": ("shown", "再现"),
    "verdict_of_shown in part": ("shown in part", "部分再现"),
    "verdict_of_not shown": ("not shown", "未再现"),
    "grade_of_data": ("data", "数据"),
    "grade_of_literature": ("literature", "文献"),
    "grade_of_judgement": ("judgement", "判断"),
    "grade_of_placeholder": ("placeholder", "占位"),
    "lesson_usage": ("lesson_runs: give a lesson and a number of replicates from 2 on, such as `voice 20`; lessons: {known}",
        "lesson_runs：请给出课程名和至少 2 的重复次数，例如 `voice 20`；课程：{known}"),
}
# fmt: on
