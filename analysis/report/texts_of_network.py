"""Texts of the report about the network of institutions, English and Chinese."""

from __future__ import annotations

from typing import Final

_CATEGORIES: Final = {
    "property": ("housing", "住建"),
    "environment": ("environment", "城管环卫"),
    "order": ("order", "公安与综治"),
    "infrastructure": ("utilities", "市政"),
    "dispute": ("justice", "司法"),
    "care": ("civil affairs", "民政"),
    "migrant": ("migrants", "流动人口"),
    "business": ("business", "市场监管"),
}
_SEATS: Final = {
    "city_committee": ("City party committee", "市委"),
    "district_committee": ("District party committee", "区委"),
    "street_committee": ("Street party committee", "街道党工委"),
    "community_committee": ("Community party committee", "社区党委"),
    "street_office": ("Street office", "街道办"),
    "service_station": ("Community service station", "社区服务站"),
    "residents_committee": ("Residents’ committee", "居委会"),
    "council": ("Residents’ council", "议事会"),
    "social_organization": ("Social organization", "社会组织"),
    "property_firm": ("Property firm", "物业企业"),
    "public_unit": ("Public unit", "事业单位"),
    "state_firm": ("State firm", "国有企业"),
    "private_firm": ("Private firm", "民营企业"),
    "volunteers": ("Volunteers", "志愿者"),
}
NETWORK: Final[dict[str, tuple[str, str]]] = {
    "network_title": ("The network of institutions before and after", "改革前后的机构网络"),
    "network_caption": ("Ties between the institutions of a community, means over communities and {replicates} replicates: first, the morning of day {reform_day}, which all options "
        "share; then the last day under each option. Wider lines are stronger ties; dark, those that grew since the reform (in the model by joint "
        "cases that are resolved; they fade back to rest); dashed, those that weakened; grey, the stronger half of those that did not. A mark is larger, the larger the share of its hours that an "
        "institution uses. More ties are not better as such.",
        "社区各机构之间的联系，取各社区与 {replicates} 次重复的均值：首图为第 {reform_day} 天清晨，各方案相同；其后为各方案的最后一天。线越宽联系越强；"
        "深色为改革以来增强的联系（模型中因联办成功而增强，又逐渐回落到常态），虚线为减弱者；灰色为未变化者中较强的一半。标记越大，机构所用工时占其可用工时的比例越高。联系更多并不等于更好。"),
    "network_before": ("Before the reform (all options)", "改革之前（各方案相同）"),
    "alt_network": ("Network of institutions by level, the city on top: lines are ties. Measures and the ties that moved most are in the tables.",
        "按层级排列的机构网络，市级在上：线为联系。指标与变化最大的联系见表。"),
    "level_city": ("city", "市"),
    "level_district": ("district", "区"),
    "level_street": ("street", "街道"),
    "level_community": ("community", "社区"),
    "network_measures": ("Measures of the network: before → after", "网络指标：此前 → 此后"),
    "network_moved": ("The ties that moved most", "变化最大的联系"),
    "col_tie_strength": ("Sum of an institution’s ties, mean", "机构联系强度之和的均值"),
    "col_clustering": ("Clustering", "聚类系数"),
    "col_between": ("Most between others", "居间中心性最高者"),
    "col_grown": ("Ties grown / weakened", "增强/减弱的联系数"),
    "col_one": ("Institution", "机构"),
    "col_other": ("with", "对方"),
    "col_tie": ("Strength before → after", "强度：此前 → 此后"),
    "col_joint": ("Joint cases resolved since the reform", "改革以来联办成功的件数"),
    "no_ties": ("The ties of single pairs of institutions are not in this store.", "结果中没有机构之间逐对的联系。"),
} | {
    f"seat_{name}": pair for name, pair in _SEATS.items()
} | {
    f"seat_{level}_department_{name}": (f"{en} department: {pair[0]}", f"{zh}{pair[1]}部门")
    for level, en, zh in (("city", "City", "市级"), ("district", "District", "区级"))
    for name, pair in _CATEGORIES.items()
}  # fmt: skip
