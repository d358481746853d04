"""Texts of the report about communities on a map, English and Chinese."""

from __future__ import annotations

from typing import Final

PLACES: Final = {
    "nav_places": ("Map", "地图"),
    "places": ("Where need stays unmet", "未满足需求的分布"),
    "places_intro": ("The communities of the data, drawn from their own polygons. What the model says of one community rests on the little that the data say of it: "
        "differences between communities follow from their people, facilities and neighbours, never from anything else that is known of the real place.",
        "数据中的各社区，按其多边形绘制。模型对单个社区的结论仅依据数据所给的少量信息：社区之间的差别来自其人口、设施与相邻关系，而非真实地方的其他情况。"),
    "places_level": ("Unmet need ({unit})", "未满足需求（{unit}）"),
    "places_change": ("Change in unmet need ({unit})", "未满足需求的变化（{unit}）"),
    "places_need_caption": ("Days that needs stay unmet, per resident and year, in each community under {baseline} from day {reform_day} on; mean of replicates. "
        "Numbers are those of the table; north is up, the bar shows the distance.",
        "自第 {reform_day} 天起，“{baseline}”之下各社区人均年未满足需求天数，取各次重复均值。图中编号见表；上为北，线段示距离。"),
    "places_change_caption": ("Difference to {baseline} in the same communities and replicates: purple is less unmet need, orange more. Hatched: the 95 % interval of {pairs} pairs "
        "includes zero (with one pair there is no interval). Each community is looked at by itself: among many, one in twenty would seem to differ by chance alone.",
        "同一社区、同一次重复中与“{baseline}”之差：紫色为未满足需求减少，橙色为增加。斜线：{pairs} 对重复的 95 % 区间包含零（仅一对时无区间）。"
        "各社区分别检视：社区众多时，仅因随机也会有约二十分之一显得不同。"),
    "alt_places_need": ("Map of communities. Most unmet need: {most}, {high}; least: {least}, {low}. The values are in the table.",
        "社区地图。未满足需求最多：{most}，{high}；最少：{least}，{low}。数值见表。"),
    "alt_places_change": ("Map of communities, {name} against the baseline: less unmet need in {fewer}, more in {more}, undecided in {unsure}. The values are in the table.",
        "社区地图，{name}与对照之差：减少 {fewer} 个，增加 {more} 个，未定 {unsure} 个。数值见表。"),
}  # fmt: skip
