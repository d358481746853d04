"""Sentences of wanted precision, of what an effect costs and of `estimate`, English and Chinese."""

from __future__ import annotations

from typing import Final

ESTIMATES: Final[dict[str, tuple[str, str]]] = {
    "fault_first_stage": ("replicates={value}: precision= judges what it has seen, so the first stage needs at least {least} replicates",
        "replicates={value}：precision= 依已有结果判断何时停止，首批至少须 {least} 次重复"),
    "fault_most_alone": ("max_replicates={value}: only with precision=…", "max_replicates={value}：仅用于 precision=…"),
    "fault_most_below_first": ("max_replicates={value}: fewer than the first stage, replicates={replicates}",
        "max_replicates={value}：少于首批重复数 replicates={replicates}"),
    "precision_round": ("{replicates} replicates: {late} headline differences are too wide; widest: {outcome} of {strategy} in future {future}, ±{half} where ±{wanted} {unit} is "
        "wanted, about {more} more replicates; going on to {next} …",
        "{replicates} 次重复：{late} 项主要差异的区间过宽；最宽者为 {future} 情景下 {strategy} 的 {outcome}，半宽 {half}，目标 {wanted}（{unit}），约需再增 {more} 次；继续至 {next} 次……"),
    "precision_reached": ("precision={precision} reached with {replicates} replicates: every headline difference is known to within ±{precision} times its own size, or times what "
        "chance alone moves in the baseline, whichever is larger.",
        "重复 {replicates} 次达到 precision={precision}：每项主要差异的 95 % 区间半宽不超过该差异本身或对照策略随机波动（二者取大）的 {precision} 倍。"),
    "precision_stopped": ("max_replicates stopped it at {replicates} replicates, short of precision={precision}: {late} headline differences are too wide; widest: {outcome} of {strategy} in "
        "future {future}, ±{half} where ±{wanted} {unit} is wanted, about {more} more replicates.",
        "达到 max_replicates，止于 {replicates} 次重复，未达 precision={precision}："
        "{late} 项主要差异的区间过宽；最宽者为 {future} 情景下 {strategy} 的 {outcome}，半宽 {half}，目标 {wanted}（{unit}），约需再增 {more} 次。"),
    "precision_note": ("Replicates were added by what had been seen, so intervals meant as 95 % may hold somewhat less (docs/statistics.md).",
        "重复次数依已有结果增加，名义 95 % 的区间实际覆盖率可能略低（见 docs/statistics.md）。"),
    "column_worth_cost": ("cost", "成本"),
    "column_worth_effect": ("days avoided", "避免的天数"),
    "column_worth_status": ("place", "位置"),
    "column_worth_ratio": ("CNY per further day", "每多避免一天的成本（元）"),
    "worth_title": ("What it costs to avoid unmet need, future {future}: CNY and unmet need-days avoided per resident and year, against {baseline}, cheapest first",
        "避免未满足需求的成本，未来情景 {future}：人均年成本（元）与避免的未满足需求天数，与 {baseline} 相比，由低到高"),
    "worth_frontier": ("efficient", "有效"),
    "worth_dominated": ("dominated by {by}", "被 {by} 占优"),
    "worth_extended": ("dominated by a mixture of {by}", "被 {by} 的组合占优"),
    "acceptability_probability": ("probability of the highest mean net benefit", "平均净收益最高的概率"),
    "acceptability_share": ("share of replicates in which it turns out best", "结果最优的重复所占比例"),
    "acceptability_axis": ("worth of one unmet need-day avoided, CNY; squares: highest mean net benefit", "每避免一天未满足需求的价值（元）；方块：平均净收益最高者"),
    "acceptability_alt": ("One curve an option over the worth of an avoided day of unmet need; the numbers stand in acceptability.csv.",
        "各方案一条曲线，横轴为避免一天未满足需求的价值；数据见 acceptability.csv。"),
}  # fmt: skip
