"""The pages of docs/tables, each a function of the language."""

from __future__ import annotations

import ast
import csv
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from docs_markdown import code, table

from sim import state
from sim.laws import GROUPS
from sim.levers import Lever, declared_levers
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Mechanism
from sim.outcomes import OUTCOMES
from sim.parameters import declared
from sim.scenario import load_strategy, names
from sim.tables import Column, columns

_TOLD: Final = {
    "en": "Written by `python tests/docs/make_tables.py` from the declarations in the code; never edited by hand.",
    "zh": "本页由 `python tests/docs/make_tables.py` 根据代码中的声明生成，不手工修改。",
}
_HEADS: Final[dict[str, tuple[str, str]]] = {
    "name": ("name", "名称"), "default": ("default", "默认值"), "range": ("range", "范围"), "unit": ("unit", "单位"),
    "source": ("source", "来源"), "grade": ("grade", "等级"), "role": ("role", "角色"), "meaning": ("meaning", "含义"),
    "note": ("note", "备注"), "dtype": ("dtype", "类型"), "shape": ("shape", "形状"), "per": ("one per", "粒度"),
    "base": ("base", "基准"), "rule": ("combined by", "合并规则"), "moved": ("moved by", "由哪些机制改变"),
    "title": ("title", "名称（中文）"), "payer": ("who pays", "谁付成本"), "failure": ("how it fails", "如何失效"),
    "seed": ("seed ids", "种子编号"), "levers": ("levers", "杠杆"), "theory": ("rests on", "理论依据"),
    "scored": ("scored on", "评分对象"), "better": ("better", "更好的方向"), "headline": ("headline", "主要指标"),
    "mechanisms": ("mechanisms (intensity)", "机制（强度）"), "summary": ("in a sentence", "一句话"),
}  # fmt: skip
_PER: Final = {"community": ("community", "社区"), "institution": ("institution", "机构")}
_DEEP: Final = {"en": "deep uncertainty", "zh": "深度不确定"}
_SET_FOR: Final = {"en": "set by hand for", "zh": "手工设定以达到"}


def told(pair: tuple[str, str], lang: str) -> str:
    """One of two."""
    return pair[0] if lang == "en" else pair[1]


def heads(lang: str, *keys: str) -> list[str]:
    """Names of columns."""
    return [told(_HEADS[key], lang) for key in keys]


@functools.cache
def chinese() -> dict[str, str]:
    """Chinese meanings of what the code declares in English alone, by dotted name."""
    with (Path(__file__).parent / "meanings_zh.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["zh"] for row in csv.DictReader(file)}


def meaning(name: str, english: str, lang: str) -> str:
    """What a column or lever means; a KeyError where a Chinese meaning is missing."""
    return english if lang == "en" else chinese()[name]


def page(title: tuple[str, str], lead: tuple[str, str], name: str, body: str, lang: str) -> str:
    """A page: title, the other language, where it comes from, what it is, the table."""
    other = f"[中文]({name}.zh.md)" if lang == "en" else f"[English]({name}.md)"
    return f"# {told(title, lang)}\n\n{other}\n\n{told(lead, lang)}\n\n{_TOLD[lang]}\n\n{body}\n"


def parameters(lang: str) -> str:
    """Every declared constant, group by group."""
    parts = []
    for group, kind in sorted(GROUPS.items()):
        rows = []
        for name, p in declared(kind).items():
            notes = [_DEEP[lang]] * p.deep + [f"{_SET_FOR[lang]} {p.set_for}"] * bool(p.set_for)
            rows.append([
                code(f"{group}.{name}"), f"{p.value:g}", f"{p.low:g} – {p.high:g}", p.unit, p.source, p.grade, p.role,
                getattr(p, lang), "; ".join(notes),
            ])  # fmt: skip
        columns_of = heads(
            lang, "name", "default", "range", "unit", "source", "grade", "role", "meaning", "note"
        )
        parts.append(f"## {group}\n\n{table(columns_of, rows)}")
    lead = (
        "Every constant of the model. Sources: `EV-…` is a row of `scenarios/data/evidence.csv`; `laws §n` is section 7.n of "
        "[ODD](../odd.md#7-submodels), whose magnitude is our own (`§0`: the magnitudes of `scenarios/data/targets.csv`; `cells`: 7.11); `model §1`: "
        "[ODD 2](../odd.md#2-entities-state-variables-and-scales); `mechanisms, …`: our own magnitude of [that mechanism](mechanisms.md); "
        "`seed …`: the idea is in `scenarios/data/seed_ids.csv`, the magnitude our own. Grades: [data](../data.md#grades). How many of each: [limits](../limits.md).",
        "模型的全部常数。来源：`EV-…` 为 `scenarios/data/evidence.csv` 的行；`laws §n` 指 [ODD](../odd.zh.md#7-子模型) 第 7.n 节，数值为本项目判断（`§0`："
        "`scenarios/data/targets.csv` 的量级；`cells`：7.11）；`model §1`：[ODD 第 2 节](../odd.zh.md#2-实体状态变量与尺度)；`mechanisms, …`：[该机制](mechanisms.zh.md)的判断值；"
        "`seed …`：思想见 `scenarios/data/seed_ids.csv`，数值为判断。等级见[数据说明](../data.md#grades)，各等级数目见[局限](../limits.zh.md)。",
    )
    return page(("Parameters", "参数"), lead, "parameters", "\n\n".join(parts), lang)


def tables_of_state() -> dict[str, type[tuple]]:
    """Tables of the state by name, as declared."""
    return {name: getattr(state, name.capitalize()) for name in state.TABLES}


def states(lang: str) -> str:
    """Every column of the state, table by table."""
    parts = []
    for name, kind in tables_of_state().items():
        rows = [
            [
                code(column),
                np.dtype(c.dtype).name,
                _shape(name, c),
                c.unit,
                meaning(f"{name}.{column}", c.meaning, lang),
            ]
            for column, c in columns(kind).items()
        ]
        first = (kind.__doc__ or "").splitlines()[0] if lang == "en" else chinese()[name]
        parts.append(
            f"## {name}\n\n{first}\n\n{table(heads(lang, 'name', 'dtype', 'shape', 'unit', 'meaning'), rows)}"
        )
    lead = (
        "What the model remembers from one day to the next. Beside these tables stand `ties` (`float32 [communities, 30, 30]`, "
        "strength of each tie in each community's circle, 0–1) and the sums of the day that [records](../experiments.md) keep.",
        "模型从一天带到下一天的全部内容。除下列各表外，还有 `ties`（`float32 [communities, 30, 30]`，各社区治理圈内每条联系的强度，0–1）以及当日合计。",
    )
    return page(("State", "状态变量"), lead, "state", "\n\n".join(parts), lang)


def _shape(rows: str, c: Column) -> str:
    return "[" + ", ".join([rows, *map(str, c.wide)]) + "]"


def levers(lang: str) -> str:
    """Every lever with its rule and the mechanisms that move it."""
    movers: dict[str, list[str]] = {name: [] for name in declared_levers()}
    for name, kind in mechanisms().items():
        for lever in levers_of(kind):
            movers[lever].append(code(name))
    rows = [
        [code(name), told(_PER[one.per], lang) + _wide(one), one.unit, f"{one.base:g}", f"{one.low:g} – {one.high:g}", one.rule,
         meaning(f"levers.{name}", one.meaning, lang), ", ".join(movers[name])]
        for name, one in declared_levers().items()
    ]  # fmt: skip
    body = table(heads(lang, "name", "per", "unit", "base", "range", "rule", "meaning", "moved"), rows)
    lead = (
        "Arrays through which mechanisms act on the laws of the day. Each day `base → contributions, combined by the rule → held to the range`; every rule "
        "commutes, so the order of mechanisms changes nothing. Laws read levers and never a mechanism's name.",
        "机制作用于每日法则的数组。每天“基准 → 按规则合并各项贡献 → 限制在范围内”；规则可交换，机制的次序不影响结果。法则只读杠杆，不读机制名称。",
    )
    return page(("Levers", "杠杆"), lead, "levers", body, lang)


def _wide(one: Lever) -> str:
    return "".join(f" × {size}" for size in one.wide)


def levers_of(kind: type[Mechanism]) -> list[str]:
    """Levers that a mechanism's file contributes to, in the order of their declaration; what it charges moves two more."""
    source = inspect.getsource(inspect.getmodule(kind))  # type: ignore[arg-type]
    moved = set()
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called == "add" and call.args and isinstance(call.args[0], ast.Constant):
            moved.add(str(call.args[0].value))
        elif called == "move_staff":
            moved |= {"added_staff", "added_money"}
        elif called == "Charge":
            paid = {keyword.arg for keyword in call.keywords}
            moved |= {
                lever
                for word, lever in (("hours", "overhead_hours"), ("money", "money_charge"))
                if word in paid
            }
    return [name for name in declared_levers() if name in moved]


def mechanism_table(lang: str) -> str:
    """Every mechanism: who pays, how it fails, what it touches."""
    rows = []
    for name, kind in sorted(mechanisms().items()):
        touched = ", ".join(code(lever) for lever in levers_of(kind))
        rows.append([
            code(name), kind.title[lang], kind.summary[lang], kind.payer[lang], kind.failure[lang], ", ".join(kind.seed), touched,
            kind.theory, kind.grade,
        ])  # fmt: skip
    body = table(
        heads(lang, "name", "title", "summary", "payer", "failure", "seed", "levers", "theory", "grade"), rows
    )
    lead = (
        "One file each in `sim/mechanisms/`. None is free, each can fail. `overhead_hours` and `money_charge` are what it charges. Constants: [parameters](parameters.md). Adding one: [how to](../extending.md).",
        "每个机制一个文件（`sim/mechanisms/`）。没有免费的机制，每个机制都可能失效。`overhead_hours` 与 `money_charge` 即其收取的成本。常数见[参数](parameters.zh.md)，新增方法见[扩展](../extending.zh.md)。",
    )
    return page(("Mechanisms", "机制"), lead, "mechanisms", body, lang)


def outcomes(lang: str) -> str:
    """The glossary of outcomes."""
    rows = [
        [code(o.name), o.unit, o.scored_on, o.better or "–", "●" if o.headline else "", getattr(o, lang)]
        for o in OUTCOMES
    ]
    body = table(heads(lang, "name", "unit", "scored", "better", "headline", "meaning"), rows)
    lead = (
        "All over the days from the reform day on. Need, what residents feel, indicators of the administration, institutions and cost are never mixed; "
        "`composite` rows are readings, `magnitude` rows compare with evidence and are no goals. “better” is the direction that most would call better, – where none is implied.",
        "均按改革日起的各日计算。需求、居民感受、行政指标、机构与成本从不混合；`composite` 为综合读数，`magnitude` 仅用于与证据对照，不是目标。“更好的方向”为多数人认同的方向，– 表示不作判断。",
    )
    return page(("Outcomes", "结果指标"), lead, "outcomes", body, lang)


def strategies(lang: str) -> str:
    """The shipped strategies."""
    rows = []
    for one in (load_strategy(name) for name in names("strategy")):
        doses = ", ".join(f"`{name}` ({dose.intensity:g})" for name, dose in one.mechanisms.items())
        rows.append(
            [
                code(one.name),
                getattr(one.title, lang),
                getattr(one.summary, lang),
                doses or "–",
                ", ".join(one.seed),
            ]
        )
    body = table(heads(lang, "name", "title", "summary", "mechanisms", "seed"), rows)
    lead = (
        "Named sets of mechanisms, `scenarios/strategy/*.yaml`. They differ in mechanisms only.",
        "机制的命名组合（`scenarios/strategy/*.yaml`），彼此只在机制上不同。",
    )
    return page(("Strategies", "策略"), lead, "strategies", body, lang)


TABLES: Final[dict[str, Callable[[str], Any]]] = {
    "parameters": parameters, "state": states, "levers": levers, "mechanisms": mechanism_table, "outcomes": outcomes,
    "strategies": strategies,
}  # fmt: skip
