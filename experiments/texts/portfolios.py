"""Sentences of `attribute`, `optimise` and equal budgets, English and Chinese."""

from __future__ import annotations

from typing import Final

PORTFOLIOS: Final[dict[str, tuple[str, str]]] = {
    "attribute_title": ("{strategy} in {world}: what each mechanism brings, {replicates} replicates, days {reform_day} to {last}",
        "{world} 中的 {strategy}：各机制的贡献，重复 {replicates} 次，第 {reform_day} 至 {last} 日"),
    "attribute_exact": ("Shapley values over all {orders} orders of introduction; in each replicate they add up to the total effect.",
        "沙普利值取全部 {orders} 种引入次序；每次重复中各值之和等于总效应。"),
    "attribute_sampled": ("Shapley values over {orders} drawn orders of introduction in each replicate, each with its reverse; "
        "intervals hold both kinds of chance, and in each replicate the values add up to the total effect.",
        "每次重复抽取 {orders} 种引入次序（含逆序）计算沙普利值；区间包含两种随机性，每次重复中各值之和等于总效应。"),
    "attribute_total": ("all together {total} {unit} ({interval})", "合计 {total} {unit}（{interval}）"),
    "attribute_left_out": ("{count} of {replicates} replicates are left out: some of their runs failed",
        "{replicates} 次重复中有 {count} 次因运行失败未计入"),
    "column_mechanism": ("mechanism", "机制"),
    "column_alone": ("alone", "单独"),
    "column_last": ("last in", "最后加入"),
    "column_last_place": ("last in", "居末"),
    "column_shapley": ("Shapley", "沙普利值"),
    "column_share": ("share", "占比"),
    "budget_title": ("equal budgets: {level} CNY per resident and year for every strategy", "预算相等：各策略均为人均年 {level} 元"),
    "budget_rule": ("Dearer strategies are scaled down in all their doses, cheaper ones hire more staff for the rest.",
        "成本较高者按比例降低全部强度，较低者以余额增聘人手。"),
    "column_own_cost": ("own cost", "自身成本"),
    "column_factor": ("doses ×", "强度系数"),
    "column_staff": ("more staff", "增聘强度"),
    "column_reached": ("cost reached", "达到成本"),
    "budget_pilot": ("finding equal budgets, round {round} …", "正在求解等预算，第 {round} 轮……"),
    "optimise_generation": ("generation {generation} of {generations}", "第 {generation} 代，共 {generations} 代"),
    "optimise_verify": ("verifying {count} portfolios in {replicates} fresh replicates", "以 {replicates} 次新的重复核验 {count} 个组合"),
    "optimise_title": ("{strategy} in {world}: portfolios that cost at most {share} of it ({bound} CNY per resident and year)",
        "{world} 中的 {strategy}：成本不超过其 {share} 的组合（人均年 {bound} 元）"),
    "optimise_note": ("Verified in {replicates} replicates that the search had not seen; * marks portfolios that no other beats in all four. "
        "{tried} portfolios were tried.",
        "以搜索未用过的 {replicates} 次重复核验；* 表示没有其他组合在四项上全面占优。共尝试 {tried} 个组合。"),
    "optimise_none": ("no portfolio keeps within the budget in the fresh replicates; give a larger cost_share or longer search",
        "新的重复中没有组合不超预算；请增大 cost_share 或延长搜索"),
    "optimise_lean": ("least unmet need within the budget: {name}, written as {path}", "预算内未满足需求最少者：{name}，已写入 {path}"),
    "optimise_run": ("run one with: xietong compare strategies=[siloed,{path}]", "运行方式：xietong compare strategies=[siloed,{path}]"),
    "column_portfolio": ("portfolio", "组合"),
    "column_doses": ("doses", "强度"),
    "column_front": ("front", "前沿"),
    "objective_need": ("unmet need", "未满足需求"),
    "objective_satisfaction": ("satisfaction", "满意度"),
    "objective_equity": ("mean gap", "平均差距"),
    "objective_cost": ("cost", "成本"),
    "mark_front": ("on the front", "前沿组合"),
    "mark_beaten": ("beaten, or dearer than the bound", "被占优或超出预算"),
    "mark_whole": ("the whole strategy", "完整策略"),
    "optimise_doses": ("doses: {names}", "强度依次为：{names}"),
    "portfolio_title": ("{title}, a leaner portfolio", "{title}（精简组合）"),
    "portfolio_summary": ("Part of {name} at no more than {share} of its cost, found by search and verified in fresh replicates: {doses}. "
        "Payers and failures are those of its mechanisms. {summary}",
        "{name} 的一部分，成本不超过其 {share}，由搜索得出并以新的重复核验：{doses}。承担者与失效方式同其机制。{summary}"),
}  # fmt: skip
