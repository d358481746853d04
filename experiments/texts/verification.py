"""The sentences of `xietong check verification`, on its way, in the terminal and on its page, in English and Chinese."""

from __future__ import annotations

from typing import Final

VERIFICATION: Final[dict[str, tuple[str, str]]] = {
    "verification_what": (
        "xietong check verification tries the model itself: identities, books, queues against theory and against Ciw, known patterns; the results stand on one page",
        "xietong check verification 检验模型本身：恒等、账目守恒、排队理论与 Ciw 对照、已知模式；结果汇于一页",
    ),
    "verification_keys": ("keys of check verification:", "check verification 的参数："),
    "verification_start": (
        "verification: {count} checks, scale {scale}, {jobs} at a time",
        "检验：共 {count} 项，规模 {scale}，同时 {jobs} 项",
    ),
    "verification_done": (
        "[{done}/{count}] {id} {title}: {verdict} ({seconds} s)",
        "[{done}/{count}] {id} {title}：{verdict}（{seconds} 秒）",
    ),
    "verification_interrupted": (
        "xietong: interrupted: nothing was written; the same command begins anew",
        "xietong：已中断：未写入任何文件；再次运行将从头开始",
    ),
    "verification_page": ("page: {path}", "结果页：{path}"),
    "fault_verification": (
        "verification: {failed} of {must} checks that must hold do not: {ids} (see {path})",
        "检验：须成立的 {must} 项中有 {failed} 项不成立：{ids}（见 {path}）",
    ),
    "verification_and": (", ", "、"),
    "verification_fine": (
        "fine: {held} of {must} checks that must hold do{unrun}{patterns}",
        "通过：须成立的 {must} 项中 {held} 项成立{unrun}{patterns}",
    ),
    "verification_of_patterns": (
        "; of {count} patterns: {shown} shown, {partly} in part, {absent} not",
        "；{count} 个模式中 {shown} 个出现，{partly} 个部分出现，{absent} 个未出现",
    ),
    "verification_unrun": (", {count} not run", "，{count} 项未运行"),
    "verdict_holds": ("holds", "成立"),
    "verdict_in part": ("in part", "部分成立"),
    "verdict_does not hold": ("does not hold", "不成立"),
    "verdict_not run": ("not run", "未运行"),
    "kind_identity": ("identity", "恒等"),
    "kind_property": ("property", "性质"),
    "kind_analytic": ("analytic docking", "解析对照"),
    "kind_peer": ("peer docking", "同类软件对照"),
    "kind_extreme": ("extreme cases", "极端情形"),
    "kind_metamorphic": ("metamorphic relation", "蜕变关系"),
    "kind_statistical": ("statistical", "统计"),
    "kind_pattern": ("pattern", "模式"),
    "verification_kicker": ("Xietong · verification of the model", "协同 Xietong · 模型检验"),
    "verification_title": (
        "Does the model do what its laws say, and does it show what is known?",
        "模型是否如其规律所述，又是否重现已知现象？",
    ),
    "verification_setting": (
        "Model {version}; scale {scale}; {count} checks. Made by: {command}",
        "模型 {version}；规模 {scale}；{count} 项检验。命令：{command}",
    ),
    "verification_broken": (
        "{count} of the checks that must hold do not: {ids}. Results of this model are not to be trusted until they do.",
        "须成立的检验中有 {count} 项不成立：{ids}。在其成立之前，本模型的结果不可信。",
    ),
    "verification_some": (
        "Only {ids} of all {total} checks were made.",
        "仅做了全部 {total} 项检验中的 {ids}。",
    ),
    "verification_quick": (
        "Small samples: a pattern that holds in part here may hold with more replicates, since intervals are wide; scale=full takes the samples of the pattern cards.",
        "小样本：区间较宽，此处仅部分成立的模式在更多重复下可能成立；scale=full 采用模式卡片的样本。",
    ),
    "verification_must": ("Must hold", "必须成立"),
    "verification_must_intro": (
        "If one of these fails, the program is wrong. Ranges come from theory and, where chance plays a part, from the sampling error: nothing is outside of them more than once in a thousand by chance.",
        "其中任何一项不成立，即程序有误。各范围来自理论；涉及偶然性者来自抽样误差，仅因偶然而落在范围外的概率不超过千分之一。",
    ),
    "verification_patterns": ("Known patterns", "已知模式"),
    "verification_patterns_intro": (
        "What other scholars saw elsewhere. None is built in, and none must emerge: where one does not, or only in part, the figures say so, and whoever uses the model should know it.",
        "其他学者在别处所见。模型并未内置任何一个，也不要求其出现：未出现或仅部分出现者，以数字说明，使用者应当知晓。",
    ),
    "verification_overview": ("All checks", "全部检验"),
    "verification_expected": ("Expected", "预期"),
    "verification_source": ("Source", "来源"),
    "verification_experiment": ("Experiment", "试验"),
    "verification_found": ("Found", "所得"),
    "verification_remark": ("Remark", "说明"),
    "verification_why": ("Not run", "未运行"),
    "col_check": ("check", "检验"),
    "col_kind": ("kind", "类别"),
    "col_verdict_of": ("verdict", "结论"),
    "col_held": ("within range", "在范围内"),
    "col_statistic": ("statistic", "统计量"),
    "col_value_of": ("value", "数值"),
    "col_interval_of": ("95 % interval", "95% 区间"),
    "col_range": ("holds if", "成立范围"),
    "col_holds": ("holds", "是否成立"),
    "verification_yes": ("yes", "是"),
    "verification_no": ("no", "否"),
    "verification_of": ("{held} of {all}", "{held}/{all}"),
    "verification_data": ("Data of this figure", "本图数据"),
    "verification_file": ("also as figures/{id}.csv", "另见 figures/{id}.csv"),
    "verification_first": ("The first {count} of {all} rows.", "共 {all} 行，此处为前 {count} 行。"),
    "verification_figure": ("{id}: {titles}", "{id}：{titles}"),
    "verification_skip": ("Skip to the results", "跳到结果"),
    "verification_contents": ("Checks", "检验目录"),
    "verification_outside": ("outside: {name}: {value} ({range})", "不在范围内：{name}：{value}（{range}）"),
    "verification_limits": (
        "Verification asks whether the program does what its laws say; the patterns ask whether the laws bring forth what is known. Neither makes it a forecast for a place.",
        "检验考察程序是否如其规律所述；模式考察这些规律能否产生已知现象。两者都不使模型成为对某地的预测。",
    ),
}

#: Columns of the tables below figures, in English and Chinese; names of options stand as they are called in commands.
HEADS: Final[dict[str, tuple[str, str]]] = {
    "statistic": ("statistic", "统计量"), "mean": ("mean", "均值"), "theory": ("theory", "理论值"), "standard_error": ("standard error", "标准误"),
    "replicates": ("replicates", "重复次数"), "queue": ("queue", "排队系统"), "share": ("share", "分位"), "model_days": ("model, days", "模型（天）"),
    "ciw_days": ("Ciw, days", "Ciw（天）"), "spread_points": ("spread of thresholds, points", "阈值离散度（百分点）"),
    "share_in_theory": ("share in theory", "理论比例"), "share_in_model": ("share in the model", "模型比例"), "category": ("category", "类别"),
    "closed_cases": ("closed cases", "办结事项"), "gain_of_lognormal": ("gain of log-normal", "对数正态增益"),
    "spread_of_logarithms": ("spread of logarithms", "对数标准差"), "p99_over_median": ("99 % over median", "99 分位/中位数"), "group": ("group", "群体"),
    "rate": ("reports a day", "每日上报"), "low": ("lower end", "下限"), "high": ("upper end", "上限"), "digital": ("digital access", "数字接入"),
    "quarter": ("quarter", "季度"), "resolution": ("recorded resolution", "记录解决率"), "rated_well": ("rated well", "满意率"),
    "reports": ("reports a resident", "人均诉求"), "met": ("needs met within 30 days", "30 日内满足"), "confirmed": ("confirmed", "居民确认"),
    "measure": ("measure", "指标"), "option": ("option", "方案"), "replicate": ("replicate", "重复"), "value": ("value", "数值"), "staff": ("staff", "人手"),
    "siloed": ("siloed", "各自为政"), "beijing_swift": ("swift response", "接诉即办"), "tenth": ("tenth by hours", "工作量十分位"),
    "in order": ("in order, days", "按序（天）"), "ageing": ("ageing, days", "老化（天）"), "shortest first": ("shortest first, days", "短优先（天）"),
    "strategy": ("strategy", "策略"), "satisfaction": ("survey satisfaction", "总体满意度"), "needs_met_30d": ("needs met within 30 days", "30 日需求满足率"),
    "unmet_need_days": ("days of unmet need", "未满足需求天数"), "cases": ("cases", "事项"), "mean_wait": ("mean wait, days", "平均等待（天）"),
    "mean_wait_twice_the_staff": ("mean wait with twice the staff, days", "人手加倍后平均等待（天）"), "ratio": ("ratio", "比值"),
    "expected": ("expected", "预期"), "error": ("standard error", "标准误"), "ci_low": ("lower end of 95 %", "95% 下限"), "ci_high": ("upper end of 95 %", "95% 上限"),
    "reach": ("what chance allows", "偶然性所允许"),
}  # fmt: skip
