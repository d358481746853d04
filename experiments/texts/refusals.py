"""What the live page is told when something it asked for is not done, English and Chinese."""

from __future__ import annotations

from typing import Final

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "refused_too_many": ("too many messages, at most {rate} a second", "操作过于频繁，每秒至多 {rate} 次"),
    "refused_busy": ("the session is busy", "会话正忙"),
    "refused_begin_first": ("nothing is shown yet", "尚未开始"),
    "refused_room_full": ("too little memory is left for a town of this size; choose a smaller one or fewer days", "剩余内存不足以容纳此规模的场景；请选较小的场景或较少的天数"),
    "refused_last_day": ("day {day} is the last; go back to change anything", "第 {day} 日已是最后一日；请先后退再作改动"),
    "refused_too_many_changes": ("at most {most} changes are kept; take some back first", "至多保留 {most} 项改动；请先撤回一些"),
    "refused_unknown": ("{key}={value}: unknown; known: {known}{near}", "{key}={value}：未知；可用：{known}{near}"),
    "refused_no_data": ("this session is of a world of own data; start the page with world=custom data=FILE and the same file",
        "此会话使用自有数据；请以 world=custom data=文件 并用同一文件启动页面"),
    "refused_other_data": ("this session is of other own data ({asked}) than the page is served with ({served}); start the page with the same file",
        "此会话所用的自有数据（{asked}）与页面所载（{served}）不同；请用同一文件启动页面"),
    "refused_data_alone": ("data: only with world=custom, not world={world}", "data：仅用于 world=custom，不适用于 world={world}"),
    "refused_reform_late": ("reform_day={reform_day}: must lie below days={days}", "reform_day={reform_day}：须小于 days={days}"),
    "refused_change_late": ("change on day {day}: must lie below days={days}", "第 {day} 日的改动：须在 days={days} 之前"),
    "refused_needs_ramp": ("{mechanism}: parameters can be given with a ramp only", "{mechanism}：只有同时给出 ramp 才能给出 parameters"),
    "refused_outside": ("{name}={value}: outside {low} to {high} {unit}", "{name}={value}：超出 {low} 到 {high}，单位：{unit}"),
    "refused_no_change": ("change {number}: there are {count}", "改动 {number}：共有 {count} 项"),
    "refused_no_community": ("community {number}: this world has communities 0 to {last}", "社区 {number}：此场景的社区为 0 到 {last}"),
    "refused_no_cell": ("cell {number}: this world has cells 0 to {last}", "网格 {number}：此场景的网格为 0 到 {last}"),
    "refused_no_institution": ("institution {number}: this world has institutions 0 to {last}", "机构 {number}：此场景的机构为 0 到 {last}"),
    "refused_no_need": ("resident {resident}: this need has not arisen under both strategies by the day that is shown",
        "居民 {resident}：截至所示日期，该需求尚未在两种策略下都出现"),
    "refused_no_text": ("message: text is needed, not bytes", "消息：须为文本，而非字节"),
    "refused_long": ("message: longer than {most} bytes", "消息：超过 {most} 字节"),
    "refused_no_message": ("message: not readable as JSON", "消息：无法按 JSON 读取"),
    "refused_least": ("{where}: at least {limit} is needed", "{where}：须不小于 {limit}"),
    "refused_most": ("{where}: at most {limit} is needed", "{where}：须不大于 {limit}"),
    "refused_below": ("{where}: less than {limit} is needed", "{where}：须小于 {limit}"),
    "refused_too_long": ("{where}: at most {limit} entries or characters are possible", "{where}：至多 {limit} 项或字符"),
    "refused_missing": ("{where}: is missing", "{where}：缺少"),
    "refused_extra": ("{where}: there is no such field", "{where}：没有这个字段"),
    "refused_one_of": ("{where}: one of {known} is needed", "{where}：须为 {known} 之一"),
    "refused_kind": ("{where}: not what is needed here ({kind})", "{where}：不是此处所需的内容（{kind}）"),
}  # fmt: skip
