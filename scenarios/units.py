"""Units as readers know them. Declarations name them in English; Chinese names are looked up or put together from parts.

They stand here because commands and reports both show them and neither may ask the other.
"""

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

#: Units whose Chinese name is not made from parts.
_WHOLE: Final = {
    "1": "无量纲", "ratio": "比值", "factor": "倍数", "power": "幂次", "weight": "权重", "odds ratio": "优势比", "probability": "概率",
    "share": "比例", "logit": "对数优势", "0-1": "0–1", "0-100": "百分制分数", "0/1": "0 或 1", "-1 to 1": "−1 至 1", "points of 5": "五分制分数",
    "working days": "工作日", "bad answers": "次不良答复", "1 (spread of logs)": "对数标准差", "actor kinds": "类主体", "urgency classes": "紧急程度级",
    "levels": "层级", "categories": "类", "services": "项服务", "terms": "届", "per 1,000 residents and year": "每千人每年",
    "per 10,000 residents and year": "每万人每年", "per 1000 per year": "每千人每年", "days per resident and year": "天/人·年",
    "per 1,000 residents": "每千人", "per need arising": "每项新需求", "per 30 days": "次/30 天", "hours per 30 days": "工时/30 天",
    "reports per 100 silent need-days": "次/百个沉默需求日", "share of closures": "占办结比例", "share of a year": "占全年比例", "share of adults": "占成年人比例",
    "share of days": "占天数比例", "share of the deadline": "占时限比例",
    "share of the wage bill": "占工资总额比例", "share of first residents per year": "占初始居民比例/年", "share of grown-ups per year": "占成年人比例/年",
    "0 log-normal, 1 exponential, 2 fixed": "0 对数正态，1 指数，2 固定", "hand-over lags": "次移交时滞",
}  # fmt: skip
_PARTS: Final = {
    "hours": "小时", "hour": "小时", "hour of work": "工时", "days": "天", "day": "天", "week": "周", "month": "月", "year": "年", "CNY": "元",
    "persons": "人", "person": "人", "hired person": "聘用人员", "seconded person": "借调人员", "worker": "工作人员", "resident": "人", "residents": "居民",
    "households": "户", "household": "户", "1,000 residents": "千人", "10,000 residents": "万人", "per 1,000 residents": "每千人", "head": "人",
    "per head": "每人", "needs": "项需求", "need": "项需求", "cases": "件", "case": "件", "inspected case": "件抽查", "joint case": "件联办",
    "disputes": "起纠纷", "dispute": "起纠纷", "hand-overs": "次移交", "refusals": "次退回", "meetings": "次会议", "sitting": "次会议",
    "decisions": "项决策", "whistles": "次吹哨", "teams": "支队伍", "units": "家单位", "unit": "家单位", "institutions": "家机构",
    "organizations": "家组织", "circle": "圈层", "community": "社区", "community of the district": "本区社区", "cell": "网格", "grid cell": "网格",
    "grid worker": "网格员", "volunteer": "志愿者", "participant": "参与者", "pair": "对", "member": "成员", "branch": "支部", "grade": "级", "host": "主办方",
    "service": "项服务", "link": "条联系", "side": "方", "department": "部门", "encounter": "次办事", "points": "分", "severity": "严重度",
    "level": "层级", "share": "比例", "unit of shock": "单位冲击", "participant or pair": "参与者或每对",
}  # fmt: skip


def unit_in(lang: str, unit: str) -> str:
    """The name of a unit; parts without a name stay as declared."""
    if lang == "en":
        return unit
    if unit in _WHOLE:
        return _WHOLE[unit]
    if unit.startswith("1/("):
        inside, _, after = unit.removeprefix("1/(").partition(")")
        return f"1/({unit_in(lang, inside)}{_joined(after.removeprefix(' and ')) if after else ''})"
    if unit.startswith("1/"):
        below = unit_in(lang, unit.removeprefix("1/"))
        return f"1/({below})" if "/" in below else f"1/{below}"
    above, per, below = unit.partition(" per ")
    above = _PARTS.get(above, above)
    return f"{above}/{_joined(below).removeprefix('·')}" if per else above


def _joined(parts: str) -> str:
    """`a, b and c`, each after a dot."""
    return "".join(f"·{_PARTS.get(part, part)}" for part in parts.replace(" and ", ", ").split(", "))
