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
    "command_estimate": ("try the estimators of a field trial (before-after, difference-in-differences, stepped wedge) where the truth is known",
        "在真值已知处检验实地试验的估计方法（前后对比、双重差分、阶梯楔形）"),
    "unit_waves": ("waves", "批"),
    "fault_few_communities": ("world={world}: {there} communities; a trial in steps={steps} waves needs at least {least}, two in each wave",
        "world={world}：有 {there} 个社区；分 steps={steps} 批的试验至少须 {least} 个，每批两个"),
    "fault_short_trial": ("period={period}: {before} whole periods before reform_day={reform_day} and {after} from then to days={days}; at least 1 before and {steps} after, one for "
        "each of steps={steps}, are needed",
        "period={period}：reform_day={reform_day} 之前有 {before} 个完整时期，至 days={days} 有 {after} 个；此前至少须 1 个，此后至少须 {steps} 个（steps={steps}，每批一个）"),
    "fault_placed_already": ("strategy={strategy}: {name} has a place or a start of its own; a trial decides both",
        "strategy={strategy}：{name} 已自带地点或起始日；试验须自行决定二者"),
    "estimate_title": ("{strategy} on trial in {world}, {communities} communities, {replicates} replicates; {before} periods of {period} days before the reform and {after} after it. "
        "Half: half of the communities at once. Waves: {steps} waves, {apart} days apart.",
        "在 {world} 试行 {strategy}：{communities} 个社区，重复 {replicates} 次；改革前 {before} 期、改革后 {after} 期，每期 {period} 日。半数：半数社区同时开始。分批：共 {steps} 批，间隔 {apart} 日。"),
    "column_estimator": ("estimator", "估计方法"),
    "column_estimate": ("estimate", "估计值"),
    "column_truth": ("truth", "真值"),
    "column_bias": ("bias", "偏差"),
    "column_coverage": ("coverage", "覆盖率"),
    "column_half_width": ("half width", "半宽"),
    "column_size": ("placebo size", "安慰剂检出率"),
    "estimator_before_after": ("half: before-after", "半数：前后对比"),
    "estimator_difference_in_differences": ("half: difference-in-differences", "半数：双重差分"),
    "estimator_two_way_fixed_effects": ("waves: two-way fixed effects", "分批：双向固定效应"),
    "estimator_stepped_wedge": ("waves: Hussey & Hughes", "分批：Hussey-Hughes 混合模型"),
    "estimator_group_time": ("waves: group-time effects", "分批：组别-时期效应"),
    "estimate_half": ("everyone at once would bring {everywhere}; what the treated half does to the other, which no estimator sees: {spillover}",
        "若全部社区同时实施，效应为 {everywhere}；受试一半对另一半的溢出（任何估计方法都看不到）：{spillover}"),
    "estimate_wedge": ("what treated waves do to those still waiting: {spillover}", "已实施各批对仍在等待者的溢出：{spillover}"),
    "estimate_missing": ("not measurable in every community and period: {names}", "并非每个社区每期都可测：{names}"),
    "estimate_note": ("Truth: mean effect on the treated communities in the trial itself, from the same draws without it. Coverage: replicates whose 95 % interval holds the truth. Placebo size: "
        "tests that find an effect where there is none, {placebos} a replicate; an honest test has 5 %.",
        "真值：试验中受试社区的平均效应，与相同随机数下不实施相比。覆盖率：95 % 区间包含真值的重复所占比例。安慰剂检出率：无效应时仍检出效应的比例，每次重复 {placebos} 次；可靠的检验为 5 %。"),
}  # fmt: skip
