"""What users are told when a scenario is at fault: every sentence in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sim.errors import closest


class Told(NamedTuple):
    """One sentence, or a part of one, in both languages."""

    en: str
    zh: str


SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # of the keys of any scenario, by the kind of fault that the schema reports
    "missing": ("the key is missing", "缺少此键"),
    "string_type": ("a text is needed, not {value}", "须为文本，而非 {value}"),
    "string_too_short": ("a text is needed, not {value}", "须为文本，而非 {value}"),
    "int_type": ("a whole number is needed, not {value}", "须为整数，而非 {value}"),
    "float_type": ("a number is needed, not {value}", "须为数值，而非 {value}"),
    "finite_number": ("a finite number is needed, not {value}", "须为有限的数值，而非 {value}"),
    "greater_than": ("{value}: a number above {gt:g} is needed", "{value}：须大于 {gt:g}"),
    "greater_than_equal": ("{value}: a number of at least {ge:g} is needed", "{value}：须不小于 {ge:g}"),
    "less_than_equal": ("{value}: a number of at most {le:g} is needed", "{value}：须不大于 {le:g}"),
    "dict_type": ("a mapping of keys to values is needed, not {value}", "须为“键: 值”的映射，而非 {value}"),
    "model_type": ("a mapping of keys to values is needed, not {value}", "须为“键: 值”的映射，而非 {value}"),
    "tuple_type": ("a list is needed, not {value}", "须为列表，而非 {value}"),
    "literal_error": ("{value}: one of {expected} is needed", "{value}：须为 {expected} 之一"),
    "value_error": ("{value}: {error}", "{value}：{error}"),
    "unknown_key": ("unknown key{near}", "未知的键{near}"),
    "near": ("; did you mean '{name}'?", "；是否想写“{name}”？"),
    # of files
    "called": ("{kind} '{name}'", "{kind}“{name}”"),
    "subject": ("{called}, {path}", "{called}，{path}"),
    "fault": ("{subject}: {sentence}", "{subject}：{sentence}"),
    "in_file": (" ({file})", "（{file}）"),
    "in_line": (" ({file}, line {line})", "（{file}，第 {line} 行）"),
    "at_line": ("{file}, line {line}", "{file}，第 {line} 行"),
    "given_before": ("given before in line {line}", "已在第 {line} 行给出"),
    "too_much": ("too much for a scenario: more than {levels} levels or {keys} keys", "内容过多：超过 {levels} 层或 {keys} 个键"),
    "not_read": ("cannot be read: {reason}", "无法读取：{reason}"),
    "no_yaml": ("not readable as YAML: {reason}", "无法按 YAML 读取：{reason}"),
    "unknown_scenario": ("{group}={name}: unknown; known: {known}{near}", "{group}={name}：未知；可用：{known}{near}"),
    "name_of_file": ("'{name}' must be '{stem}', as the file", "“{name}”须与文件名一致，即“{stem}”"),
    "plain_name": ("a name is made of a-z, 0-9 and _, and begins with a letter", "名称由 a-z、0-9 与 _ 组成，并以字母开头"),
    # of worlds
    "counted": ("is counted by `{by}`", "由 `{by}` 计数，不可另给"),
    "places_or_divisions": ("either `places` or `divisions` can be given", "`places` 与 `divisions` 只能给出其一"),
    "no_part": ("a place of one's own cannot be taken apart", "自有数据的场景不能再拆分"),
    "no_district": ("part={part}: this world has districts 0 to {last}", "part={part}：此场景的区为 0 到 {last}"),
    "no_division": ("divisions.only: {name}: not in {file}{near}", "divisions.only：{name}：不在 {file} 中{near}"),
    "few_communities": ("divisions: {communities} communities are fewer than {streets} streets", "divisions：{communities} 个社区少于 {streets} 个街道"),
    # of strategies
    "places": (
        "'all', a share of communities above 0 and up to 1, a list of different community indices, or waves of communities, "
        "{{steps: NUMBER, every: DAYS}} or {{waves: [[INDEX, …], …], every: DAYS}}, is needed",
        "须为 'all'、大于 0 且不大于 1 的社区比例、互不相同的社区序号列表，或分批推开的社区："
        "{{steps: 批数, every: 天数}} 或 {{waves: [[序号, …], …], every: 天数}}",
    ),
    "mechanism": ("mechanism '{name}', {fault}", "机制“{name}”，{fault}"),
    "unknown_mechanism": ("mechanism '{name}': unknown{near}; known: {known}", "机制“{name}”：未知{near}；可用：{known}"),
    "unknown_field": ("parameters.{field}: unknown{near}; known: {known}", "parameters.{field}：未知{near}；可用：{known}"),
    "outside": ("parameters.{field}={value:g}: outside {low:g} to {high:g} {unit}", "parameters.{field}={value:g}：超出允许范围 {low:g} 到 {high:g}，单位：{unit}"),
    "before_reform": ("start={start}: before the reform day {day}, until when all options share one past", "start={start}：早于改革日 {day}，此前各方案共有同一过去"),
    "few_for_steps": ("place.steps={steps}: this world has {communities} communities for them", "place.steps={steps}：此场景只有 {communities} 个社区可分"),
    "no_community": ("place={indices}: this world has communities 0 to {last}", "place={indices}：此场景的社区为 0 到 {last}"),
    # of futures
    "no_quantity": ("'{name}' is nothing that may move{near}; known: {known}", "“{name}”不是可变动的量{near}；可用：{known}"),
    "no_last_day": ("the key is missing: a {shape} needs its last day", "缺少此键：{shape} 须给出最后一日"),
    "end_early": ("{end}: a day from start={start} on is needed", "{end}：须不早于 start={start}"),
    "no_peak": ("only a pulse has a peak, not a {shape}", "只有 pulse 有峰值日，{shape} 没有"),
    "peak_outside": ("{peak}: a day from start={start} to end={end} is needed", "{peak}：须在 start={start} 到 end={end} 之间"),
    "out_of_range": ("brings {name} to {value:g} on day {day}: outside {low:g} to {high:g} {unit}", "使 {name} 在第 {day} 日达到 {value:g}：超出 {low:g} 到 {high:g}，单位：{unit}"),
}  # fmt: skip


def told(sentence: str, /, **values: Any) -> Told:
    """A sentence with its values; a value that is `Told` itself stands in each language by its own words."""
    return Told(
        *(
            pattern.format(
                **{name: value[side] if isinstance(value, Told) else value for name, value in values.items()}
            )
            for side, pattern in enumerate(SENTENCES[sentence])
        )
    )


def near(name: str, known: Iterable[str]) -> Told:
    """The closest known name as a question, or nothing when none is close."""
    found = closest(name, known)
    return Told("", "") if found is None else told("near", name=found)


def in_lines(sentences: Iterable[Told]) -> Told:
    """One line for each sentence, none twice."""
    each = list(dict.fromkeys(sentences))
    return Told("\n".join(one.en for one in each), "\n".join(one.zh for one in each))


class FaultError(ValueError):
    """A value that a schema refuses, and why; the message is English."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.en)
        self.told = told
