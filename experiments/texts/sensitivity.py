"""Sentences of `sensitivity`, English and Chinese."""

from __future__ import annotations

from typing import Final

SENSITIVITY: Final[dict[str, tuple[str, str]]] = {
    "command_sensitivity": ("which constants move an outcome, or the difference between two strategies: Morris screening, Sobol' indices",
        "哪些常数左右结果或两种策略之差：Morris 筛选与 Sobol' 指数"),
    "fault_sobol_needs_over": ("method=sobol: which constants? name them, such as over=[deep] or over=[voice], or take method=both",
        "method=sobol：请用 over= 指明常数，例如 over=[deep] 或 over=[voice]；或改用 method=both"),
    "unit_points": ("points", "个点"),
    "fault_power_of_two": ("samples={value}: a power of two from {least} on is needed, such as {near}", "samples={value}：须为不小于 {least} 的 2 的幂，例如 {near}"),
    "fault_nothing_varies": ("over={over}: nothing is left to vary, all of it is fixed by hand, by the world or by the future, or used by neither strategy",
        "over={over}：没有可变动的常数：均已由人工、场景或外部情景固定，或策略未使用"),
    "fault_unknown_constant": ("over={value}: no such uncertain parameter or group; groups: {groups}{near} (`xietong list parameters` shows all)",
        "over={value}：没有这个不确定参数或组；组：{groups}{near}（xietong list parameters 列出全部）"),
    "sensitivity_title": ("{what} in {world}, future {future}, days {reform_day} to {last}: {constants} constants over their declared ranges",
        "{world} 中的{what}，未来情景 {future}，第 {reform_day} 至 {last} 日：{constants} 个常数取其声明范围"),
    "sensitivity_level": ("outcomes of {strategy}", "{strategy} 的结果"),
    "sensitivity_difference": ("paired differences {strategy} minus {baseline}", "{strategy} 减 {baseline} 的成对差异"),
    "screening_title": ("{outcome} – Morris screening, {trajectories} trajectories, each in a replicate of its own; {unit} for a move over the whole range; "
        "{idle} of {all} have no effect",
        "{outcome} – Morris 筛选，{trajectories} 条轨迹，各用一次重复；在整个取值范围内变动时的{unit}；{all} 个常数中 {idle} 个无效应"),
    "indices_title": ("{outcome} – Sobol' indices from {samples} base points, 95 % intervals; shares of the variance",
        "{outcome} – Sobol' 指数，{samples} 个基点，95 % 区间；占方差的比例"),
    "column_mu_star": ("mean |effect|", "平均绝对效应"),
    "column_mu": ("mean effect", "平均效应"),
    "column_goes_on": ("goes on", "进入下一步"),
    "column_first_order": ("alone (S1)", "单独（S1）"),
    "column_total_order": ("with interactions (ST)", "含交互（ST）"),
    "chance": ("(chance)", "（随机性）"),
    "noise_share": ("Share of the variance that is chance: {alone} ({alone_between}) alone, {total} ({total_between}) with its interactions.",
        "方差中属随机性的比例：单独 {alone}（{alone_between}），含交互 {total}（{total_between}）。"),
    "none_varies": ("{outcome}: does not vary, there is nothing to explain", "{outcome}：没有变动，无可解释"),
    "all_apart": ("All neighbours in this order are told apart.", "此排序中相邻者均可区分。"),
    "screening_apart": ("The screening tells the constants that go on from those that do not.", "筛选足以区分进入下一步与未进入者。"),
    "more_needed": ("{stronger} and {weaker} are not told apart: it takes {name}={needed}, {runs} more runs "
        "(interval widths shrink with 1/√N, so N × (half widths / gap)² is needed).",
        "{stronger} 与 {weaker} 无法区分：须 {name}={needed}，即再运行 {runs} 次（区间宽度与 1/√N 成正比，故须 N ×（半宽之和/差距）²）。"),
    "practically_equal": ("{stronger} and {weaker} are not told apart, and no number of runs worth living would: {times} times as many.",
        "{stronger} 与 {weaker} 无法区分，也不值得为此增加运行：须 {times} 倍。"),
    "points_left_out": ("{count} of {samples} base points are left out: some of their runs have no such outcome", "{samples} 个基点中有 {count} 个因部分运行无此结果而未计入"),
    "settling_S1": ("alone (S1)", "单独（S1）"),
    "settling_ST": ("with interactions (ST)", "含交互（ST）"),
    "settling_axis": ("base points N", "基点数 N"),
    "settling_share": ("share of the variance", "占方差的比例"),
    "settling_alt": ("indices with 95 % intervals from growing numbers of base points", "随基点数增加的指数及 95 % 区间"),
}  # fmt: skip
