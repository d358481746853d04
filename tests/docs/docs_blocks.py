"""Blocks inside hand-written pages, each a function of the language."""

from __future__ import annotations

import ast
import csv
import functools
import inspect
from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Final

from docs_markdown import code, table
from docs_tables import chinese, tables_of_state, told

import sim.day.observe
import sim.day.triage
import sim.newcomers
import sim.strategies
import sim.surroundings
import sim.unfolding
from scenarios import DATA
from sim.laws import GROUPS
from sim.model import DAY
from sim.parameters import GRADES, Parameter, declared
from sim.scenario import load_world, names
from sim.tables import columns

STEPS: Final[tuple[ModuleType, ...]] = (*(inspect.getmodule(law) for law in DAY), sim.day.observe)  # type: ignore[arg-type]
#: Whose docstrings display formulas: triage and observe say theirs in words.
WITH_FORMULAS: Final = (
    *(step for step in STEPS if step not in (sim.day.triage, sim.day.observe)),
    sim.surroundings, sim.newcomers, sim.strategies, sim.unfolding,
)  # fmt: skip
_SAID: Final = {
    "arise": "需求产生、自愈或恶化；租户迁入迁出", "voice": "未满足的需求被上报、被发现、邻里自助解决，或沉默",
    "triage": "识别类别与范围（有误差），派给社区、街道或区级承办者", "coordinate": "需多方的案件逐家移交，或召集会商",
    "work": "各机构按队列投入工时，闲置工时可借给资源池", "close": "案件办结、放弃、撤回，或仅在纸面办结",
    "respond": "居民评价所得，三感、信任与期望随之变化", "participate": "邻里、信任与动员超过疲劳与自身门槛时参与志愿服务",
    "adapt": "机构按激励调整一致度、努力、联系、技能与人手", "observe": "指标、基于需求的结果、成本与账目；除此之外无处写结果",
}  # fmt: skip


def short(module: ModuleType) -> str:
    """Last part of a module's name."""
    return module.__name__.rpartition(".")[2]


def day(lang: str) -> str:
    """The ten steps: what each does and what it writes."""
    rows = []
    for number, module in enumerate(STEPS, 1):
        first = (module.__doc__ or "").splitlines()[0].partition(": ")[2] or (
            module.__doc__ or ""
        ).splitlines()[0]
        said = first.rstrip(".") if lang == "en" else _SAID[short(module)]
        rows.append([number, code(short(module)), said, ", ".join(module.WRITES)])
    return table(
        [
            told(pair, lang)
            for pair in (("step", "步骤"), ("law", "法则"), ("what happens", "发生什么"), ("writes", "写入"))
        ],
        rows,
    )


def formulas(module: ModuleType) -> str:
    """The displayed formulas of a module's docstring: paragraphs with indented lines, as they stand there."""
    text = ast.get_docstring(ast.parse(inspect.getsource(module))) or ""
    shown = [
        part for part in text.split("\n\n") if any(line.startswith("    ") for line in part.splitlines())
    ]
    if not shown:
        raise LookupError(f"{module.__name__}: no formula in its docstring")
    return (
        "```text\n"
        + "\n\n".join(inspect.cleandoc(part) if part.startswith(" ") else part for part in shown)
        + "\n```"
    )


def entities(lang: str) -> str:
    """The tables of the state and how many columns each has."""
    rows = [
        [
            code(name),
            (kind.__doc__ or "").splitlines()[0] if lang == "en" else chinese()[name],
            len(columns(kind)),
        ]
        for name, kind in tables_of_state().items()
    ]
    return table(
        [told(pair, lang) for pair in (("table", "表"), ("a row is", "每行"), ("columns", "列数"))], rows
    )


def worlds(lang: str) -> str:
    """The shipped worlds by size; the plain queue, which is no town, left out."""
    rows = []
    for world in (load_world(name) for name in names("world") if name != "queue"):
        tree = world.jurisdictions
        rows.append([code(world.name), getattr(world.title, lang), sum(tree.streets), tree.n_communities, tree.n_cells,
                     f"{tree.n_cells * world.households:,}"])  # fmt: skip
    heads = (
        ("world", "场景"),
        ("what", "说明"),
        ("streets", "街道"),
        ("communities", "社区"),
        ("cells", "网格"),
        ("households", "户"),
    )
    return table([told(pair, lang) for pair in heads], sorted(rows, key=lambda row: int(row[4])))


@functools.cache
def constants() -> dict[str, Parameter]:
    """Every declared constant by dotted name."""
    return {f"{group}.{name}": p for group, kind in GROUPS.items() for name, p in declared(kind).items()}


def grades(lang: str) -> str:
    """How many constants there are of each grade."""
    counted = Counter(p.grade for p in constants().values())
    total = len(constants())
    rows = [[code(grade), counted[grade], f"{counted[grade] / total:.0%}"] for grade in GRADES]
    rows.append([told(("all", "合计"), lang), total, "100%"])
    heads = ("grade", "等级"), ("constants", "常数个数"), ("share", "占比")
    deep, hand = sum(p.deep for p in constants().values()), sum(bool(p.set_for) for p in constants().values())
    after = (
        f"{deep} of them are marked as deep uncertainty; {hand} were set by hand so that the street before any reform stands at a known magnitude.",
        f"其中 {deep} 个标为深度不确定；{hand} 个由手工设定，使改革前的街道处于已知量级。",
    )
    return table([told(pair, lang) for pair in heads], rows) + "\n\n" + told(after, lang)


def founded(lang: str) -> str:
    """The constants that rest on a published figure or result."""
    rows = [
        [code(name), f"{p.value:g}", p.unit, p.grade, p.source, getattr(p, lang)]
        for name, p in constants().items() if p.grade in ("data", "literature")
    ]  # fmt: skip
    return table(_six(lang), sorted(rows, key=lambda row: row[3]))


def deep(lang: str) -> str:
    """The constants of deep uncertainty."""
    rows = [
        [code(name), f"{p.value:g}", p.unit, f"{p.low:g} – {p.high:g}", p.source, getattr(p, lang)]
        for name, p in constants().items() if p.deep
    ]  # fmt: skip
    heads = _six(lang)
    return table([*heads[:3], told(("range", "范围"), lang), *heads[4:]], rows)


def _six(lang: str) -> list[str]:
    heads = (
        ("name", "名称"),
        ("value", "数值"),
        ("unit", "单位"),
        ("grade", "等级"),
        ("source", "来源"),
        ("meaning", "含义"),
    )
    return [told(pair, lang) for pair in heads]


_VERDICTS: Final = {
    "shown": ("shown", "出现"),
    "shown in part": ("shown in part", "部分出现"),
    "not shown": ("not shown", "未出现"),
}


def patterns(lang: str) -> str:
    """Verdict of each pattern card, and what lies outside its bounds."""
    with (DATA / "patterns.csv").open(encoding="utf-8", newline="") as file:
        cards = sorted(csv.DictReader(file), key=lambda row: int(row["id"][1:]))
    ending = told((".md", ".zh.md"), lang)
    rows = [
        [f"[{one['id']}](patterns/{one['id']}{ending})", one[f"title_{lang}"], told(_VERDICTS[one["verdict"]], lang),
         f"{one['held']}/{one['bounded']}", "–" if one[f"outside_{lang}"] == "-" else one[f"outside_{lang}"]]
        for one in cards
    ]  # fmt: skip
    heads = (
        ("card", "卡片"),
        ("pattern", "模式"),
        ("verdict", "结论"),
        ("figures inside", "在界内"),
        ("outside", "界外数值"),
    )
    return table([told(pair, lang) for pair in heads], rows)


BLOCKS: Final[dict[str, Callable[[str], str]]] = {
    "day": day, "entities": entities, "worlds": worlds, "grades": grades, "founded": founded, "deep": deep, "patterns": patterns,
    **{f"formulas {short(one)}": (lambda lang, one=one: formulas(one)) for one in WITH_FORMULAS},
}  # fmt: skip
