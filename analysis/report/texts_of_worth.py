"""Texts of the report about what an effect costs and how unequally need is borne, English and Chinese."""

from __future__ import annotations

from typing import Final

WORTH: Final[dict[str, tuple[str, str]]] = {
    # what an effect costs
    "effects_title": ("What an effect costs", "成效的代价"),
    "effect_caption": ("Cost-effectiveness plane: what options bring and cost against “{baseline}”, means of {replicates} replicates with 95 % intervals; lower right, "
        "more for less. Filled and joined: the efficiency frontier. An option off it is dominated: another one, or a mixture of two, brings as much for "
        "less (extended dominance). The last column of the table is Pareto efficiency, which no mixture decides: the share of replicates in which no "
        "other single option costs no more and brings no less.",
        "成本效果平面：各方案相对“{baseline}”的成效与成本，{replicates} 次重复的均值，附 95 % 区间；右下方：成效更多、成本更低。实心并连线者构成效率前沿。"
        "不在其上的方案被占优：另一方案或两个方案的组合以更低成本达到同样成效（扩展占优）。表中末列为帕累托有效，不考虑组合："
        "没有其他单个方案成本不更高而成效不更低的重复所占比例。"),
    "effect_unmet_need_days": ("Unmet need avoided, and cost", "避免的未满足需求与成本"),
    "effect_satisfaction": ("Satisfaction gained, and cost", "满意度提升与成本"),
    "axis_gain_unmet_need_days": ("unmet need avoided, {unit}", "避免的未满足需求，{unit}"),
    "axis_gain_satisfaction": ("satisfaction gained, {unit}", "满意度提升，{unit}"),
    "axis_programme_cost": ("cost of the reform, {unit}", "改革成本，{unit}"),
    "alt_effect": ("One mark an option: what it brings over what it costs, with intervals; the efficiency frontier joins the efficient ones. The values are in the table.",
        "每个方案一个标记：成效与成本及其区间；效率前沿连接有效方案。数值见表。"),
    "col_place": ("Efficiency frontier", "效率前沿"),
    "place_frontier": ("on it", "位于其上"),
    "place_dominated": ("dominated by {by}", "被{by}占优"),
    "place_extended": ("dominated by a mixture: {by}", "被组合占优：{by}"),
    "price_of_day": ("CNY per further day avoided", "每多避免一天的成本（元）"),
    "price_of_point": ("CNY per further point", "每多提升一分的成本（元）"),
    "col_pareto_share": ("Pareto-efficient in", "帕累托有效的重复占比"),
    "accept_title": ("At which worth of a day which option is best", "一天的价值与最优方案"),
    "accept_caption": ("Cost-effectiveness acceptability over what one avoided day of unmet need is worth. Left: probability that an option has the highest mean net benefit, "
        "from bootstrap resamples of replicates; it is about means and goes to 0 or 1 with more of them. Right: share of replicates in which it turns out best. "
        "Band on top: highest mean net benefit. Options that are hardly ever best are left out of the picture. What a day ought to be worth is not said here.",
        "成本效果可接受曲线，横轴为避免一天未满足需求的价值。左：方案平均净收益最高的概率，由重复的自助抽样得出，针对均值，重复越多越趋于 0 或 1。"
        "右：该方案结果最优的重复所占比例。顶端色带：平均净收益最高者。几乎从不最优的方案不画出。一天应值多少，此处不作判断。"),
    "accept_probability": ("Probability of the highest mean net benefit", "平均净收益最高的概率"),
    "accept_share": ("Share of replicates in which it turns out best", "结果最优的重复所占比例"),
    "accept_axis": ("worth of one unmet need-day avoided, CNY", "每避免一天未满足需求的价值（元）"),
    "accept_alt": ("One curve an option over the worth of an avoided day of unmet need. The values are in the table.",
        "各方案一条曲线，横轴为避免一天未满足需求的价值。数值见表。"),
    "col_worth": ("{price} CNY a day", "每天 {price} 元"),
    # how unequally need is borne
    "indices_title": ("How unequally unmet need is borne", "未满足需求的承担有多不均"),
    "indices_intro": ("From the days of unmet need per resident, in two groups of each community, since the options start. The concentration index is negative where "
        "the disadvantaged (named first) bear more than their share of people; 0 is alike. It is split into what more needs per resident explain, what belonging to "
        "the group explains beside that, and what communities bring. Theil’s T grows from 0 with inequality of any shape. People inside a group are not told "
        "apart, so all are lower bounds; more need may itself come from help that failed before.",
        "依据各方案实施以来、每个社区两个群体的人均未满足需求天数。弱势群体（列于前者）承担多于其人口占比时集中指数为负，0 为相当。"
        "它分解为：人均需求更多所解释的部分、群体身份另外解释的部分、社区带来的部分。泰尔指数自 0 随任何形态的不均而增大。"
        "群体内部的个人不作区分，故均为下限；需求更多本身也可能来自此前未获帮助。"),
    "concentration_caption": ("Concentration index of unmet need-days (point) and its parts (bars, which add up to it); diamond: the index of days per need, that no difference in need "
        "explains. Means of replicates.",
        "未满足需求天数的集中指数（圆点）及其组成（条形，合计即为指数）；菱形：按每项需求计的指数，不能由需求差异解释。各次重复的均值。"),
    "theil_caption": ("Theil’s T over groups of communities: bars, its parts between and within the two groups; diamond, its part between communities (another split of "
        "the same whole). Means of replicates.",
        "以社区内群体为单位的泰尔指数：条形为两群体之间与之内的部分；菱形为社区之间的部分（同一总量的另一种分解）。各次重复的均值。"),
    "axis_concentration": ("concentration index (negative: the first group bears more)", "集中指数（负：前一群体承担更多）"),
    "axis_theil": ("Theil’s T", "泰尔指数"),
    "alt_concentration": ("One row an option: concentration index and its parts beside zero. The values are in the table.", "每个方案一行：集中指数及其组成与零线。数值见表。"),
    "alt_theil": ("One row an option: Theil’s T and its parts. The values are in the table.", "每个方案一行：泰尔指数及其组成。数值见表。"),
    "index_changes": ("How the concentration index changes against the baseline", "集中指数相对对照的变化"),
    "index_concentration": ("concentration index", "集中指数"),
    "index_concentration_given_need": ("the same given need", "给定需求的集中指数"),
    "index_from_need": ("from more need", "源于需求更多"),
    "index_from_group": ("from the group", "源于群体身份"),
    "index_residual": ("from communities", "源于社区"),
    "index_theil": ("Theil’s T", "泰尔指数"),
    "index_theil_between_groups": ("between groups", "群体之间"),
    "index_theil_within_groups": ("within groups", "群体之内"),
    "index_theil_between_communities": ("between communities", "社区之间"),
    "pair_gap_migrant": ("Migrants, locals", "外来与本地"),
    "pair_gap_age": ("60 and over, younger", "60 岁及以上与以下"),
    "pair_gap_income": ("Low income, others", "低收入与其他"),
    "pair_gap_digital": ("No digital access, others", "无数字接入与其他"),
}  # fmt: skip
