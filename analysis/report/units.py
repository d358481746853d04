"""Units as readers know them. Declarations name them in English; Chinese names are looked up or put together from parts."""

from __future__ import annotations

from typing import Final

#: Units whose values, and whose differences, have a name of their own in a language: `(of values, of differences)`.
SPECIAL: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "en": {
        "share": ("%", "percentage points"),
        "0-100": ("points of 100", "points of 100"),
        "0-1": ("0 to 1", "0 to 1"),
        "-1 to 1": ("−1 to 1", "−1 to 1"),
        "points of 5": ("points of 5", "points of 5"),
    },
    "zh": {
        "share": ("%", "个百分点"),
        "0-100": ("百分制分数", "百分制分数"),
        "0-1": ("0–1", "0–1"),
        "-1 to 1": ("−1 至 1", "−1 至 1"),
        "points of 5": ("五分制分数", "五分制分数"),
    },
}

_WHOLE: Final = {
    "ratio": "比值", "factor": "倍数", "odds ratio": "优势比", "probability": "概率", "share": "占比", "logit": "对数优势",
    "working days": "工作日", "bad answers": "次不良答复", "1 (spread of logs)": "对数标准差", "actor kinds": "类主体",
    "levels": "层级", "per 1,000 residents and year": "每千人每年", "per 10,000 residents and year": "每万人每年",
    "per 1000 per year": "每千人每年", "days per resident and year": "天/人·年", "days per need": "天/项需求",
    "0 log-normal, 1 exponential, 2 fixed": "0 对数正态，1 指数，2 固定", "hand-over lags": "次移交时滞",
}  # fmt: skip
_PARTS: Final = {
    "hours": "小时", "hour": "小时", "days": "天", "day": "天", "week": "周", "month": "月", "year": "年", "CNY": "元",
    "persons": "人", "person": "人", "resident": "人", "residents": "居民", "households": "户", "household": "户",
    "1,000 residents": "千人", "10,000 residents": "万人", "per 1,000 residents": "每千人", "head": "人", "per head": "每人",
    "needs": "项需求", "need": "项需求", "cases": "件", "case": "件", "joint case": "件联办", "disputes": "起纠纷",
    "dispute": "起纠纷", "hand-overs": "次移交", "refusals": "次退回", "meetings": "次会议", "decisions": "项决策",
    "whistles": "次吹哨", "teams": "支队伍", "units": "家单位", "unit": "家单位", "institutions": "家机构", "circle": "圈层", "community": "社区",
    "grid cell": "网格", "grid worker": "网格员", "volunteer": "志愿者", "member": "成员", "branch": "支部",
    "department": "部门", "encounter": "次办事", "points": "分", "severity": "严重度", "level": "层级",
    "participant or pair": "参与者或每对",
}  # fmt: skip


def unit_in(lang: str, unit: str) -> str:
    """The name of a unit; parts without a name stay as declared."""
    if lang == "en":
        return unit
    if unit in _WHOLE:
        return _WHOLE[unit]
    if unit.startswith("1/"):
        return (
            f"1/{unit_in(lang, unit[2:].strip('()'))}"
            if " " not in unit
            else f"1/({unit_in(lang, unit[2:].strip('()'))})"
        )
    above, per, below = unit.partition(" per ")
    if not per:
        return _PARTS.get(unit, unit)
    return f"{_PARTS.get(above, above)}/{'·'.join(_PARTS.get(part, part) for part in below.split(' and '))}"
