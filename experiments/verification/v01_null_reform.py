"""V1: null reform: placebo equals baseline byte for byte; a reform dated t changes nothing before t; a fork is the uninterrupted run."""

from __future__ import annotations

from analysis.patterns import Finding
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Scale
from experiments.verification.sameness import (
    DAYS,
    REFORM_DAY,
    Fingerprint,
    composed,
    differing,
    fingerprint,
    living,
    same,
)
from sim.mechanisms import mechanisms
from sim.scenario import Dose, names

ABOUT = About(
    id="V1",
    kind="identity",
    title=text("A reform of nothing changes nothing", "空改革不改变任何事"),
    claim=text(
        "A placebo equals the baseline byte for byte, a reform changes nothing before its day, and a life that is forked from a common "
        "past equals one that was never interrupted.",
        "安慰剂策略与基线逐字节相同；改革在其实施日之前不改变任何事；由共同过去分叉出的运行与未中断的运行相同。",
    ),
    source="McKay, Beckman & Conover 1979 and L'Ecuyer et al. 2021 on common random numbers; keyed draws of this model.",
)
SAMPLE = ("siloed", "placebo", "wuhan", "beijing_swift")


def examine(scale: Scale) -> Examined:
    """Whole states and all records of lives that must be one, and of two that must not."""
    strategies = SAMPLE if scale == "quick" else names("strategy")
    lived = {name: fingerprint(living(name).run()) for name in strategies}
    ages = (1, REFORM_DAY // 2, REFORM_DAY)
    days = ", ".join(map(str, ages))
    doses = mechanisms() if scale == "full" else tuple(mechanisms())[::6]
    card = ABOUT.card(
        text(
            f"World classroom, {DAYS} days, reform on day {REFORM_DAY}: {len(strategies)} strategies; all columns of residents, needs, cases, "
            f"institutions and places and all daily records are compared to the last bit. {len(doses)} mechanisms at intensity zero.",
            f"世界 classroom，{DAYS} 天，第 {REFORM_DAY} 日改革：{len(strategies)} 种策略；居民、需求、事项、机构、地点的全部列及全部每日记录逐位比较。"
            f"另有 {len(doses)} 个机制以零强度运行。",
        ),
        same(text("placebo and baseline: columns that differ", "安慰剂与基线：相异列数"), differing(lived["placebo"], lived["siloed"])),
        same(
            text(f"before the reform, on days {days}: columns that differ", f"改革前（第 {days} 日）：相异列数"),
            [name for strategy in strategies for name in before(strategy, ages)],
        ),
        same(
            text("forked from a common past: columns that differ", "由共同过去分叉：相异列数"),
            [name for strategy in strategies for name in forked(strategy, lived[strategy])],
        ),
        same(
            text("mechanisms at intensity zero: columns that differ", "零强度机制：相异列数"),
            [name for dose in doses for name in absent(dose, lived["siloed"])],
        ),
        Finding(
            text("two real strategies told apart: columns that differ", "区分两种真实策略：相异列数"),
            len(differing(lived["wuhan"], lived["beijing_swift"])), low=0.0,
        ),
    )  # fmt: skip
    return Examined(card)


def before(strategy: str, days: tuple[int, ...]) -> list[str]:
    """What differs from the baseline on the mornings of `days`."""
    reformed, baseline = living(strategy), living()
    return [
        name
        for day in days
        for name in differing(fingerprint(reformed.run(day)), fingerprint(baseline.run(day)))
    ]


def forked(strategy: str, uninterrupted: Fingerprint) -> list[str]:
    """What differs when the strategy begins in a past that was lived and put away."""
    model = living().run(REFORM_DAY)
    morning = model.checkpoint()
    model.resume(morning, "shanghai").run()
    return differing(fingerprint(model.resume(morning, strategy).run()), uninterrupted)


def absent(mechanism: str, baseline: Fingerprint) -> list[str]:
    """What differs when a mechanism is there with no intensity."""
    dose = Dose(intensity=0.0, ramp=0, place=0.5)
    return differing(fingerprint(living(composed([(mechanism, dose)])).run()), baseline)
