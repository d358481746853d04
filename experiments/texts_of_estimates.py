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
}  # fmt: skip
