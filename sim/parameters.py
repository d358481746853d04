"""Parameters: each constant of the model declared once, beside the law that uses it, with unit, range, source and grade.

A law declares its constants as a `NamedTuple` whose defaults are `Parameter` objects:

    class WorkParameters(NamedTuple):
        free_share: float = parameter(0.25, unit="share", low=0.15, high=0.35, source="laws §0", grade="judgement",
                                      en="...", zh="...")

`defaults(WorkParameters)` is the plain tuple of numbers that a kernel reads; `declared(WorkParameters)` is what validation,
sweeps, tables and the report read. Nobody retypes a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeVar

from sim.errors import ConfigError, nearest

Grade = Literal["data", "literature", "judgement", "placeholder"]
Role = Literal["fact", "lever", "uncertainty"]
GRADES: tuple[Grade, ...] = ("data", "literature", "judgement", "placeholder")


@dataclass(frozen=True)
class Parameter:
    """One constant: `value` in `unit`, plausible range `[low, high]`, `source` (evidence id or reference), evidence `grade`.

    `deep` marks the block of deep uncertainty: quantities that nobody has measured and that drive every comparison.
    `set_for` names the target (scenarios/data/targets.csv) that the value was set by hand to reach, on the siloed street alone.
    """

    value: float
    unit: str
    low: float
    high: float
    source: str
    grade: Grade
    en: str
    zh: str
    role: Role = "uncertainty"
    deep: bool = False
    set_for: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"parameter value {self.value} lies outside its own range [{self.low}, {self.high}]: {self.en}"
            )
        if self.grade not in GRADES:
            raise ValueError(f"unknown evidence grade {self.grade!r}: {self.en}")
        if not (self.unit and self.source and self.en and self.zh):
            raise ValueError(
                f"a parameter needs unit, source and one sentence in each language: {self.en or self.zh}"
            )


def parameter(
    value: float,
    *,
    unit: str,
    low: float,
    high: float,
    source: str,
    grade: Grade,
    en: str,
    zh: str,
    role: Role = "uncertainty",
    deep: bool = False,
    set_for: str = "",
) -> Any:
    """A `Parameter` as the default of a NamedTuple field; typed `Any` so that the field keeps its own type, float."""
    return Parameter(value, unit, low, high, source, grade, en, zh, role, deep, set_for)


P = TypeVar("P", bound=tuple)


def declared(group: type[P]) -> dict[str, Parameter]:
    """The declarations of one group, by field name."""
    return dict(group._field_defaults)  # type: ignore[attr-defined]


def defaults(group: type[P], overrides: Mapping[str, float] | None = None) -> P:
    """The group as plain float64 numbers: declared values, replaced where `overrides` names a field."""
    chosen = {name: float(p.value) for name, p in declared(group).items()}
    chosen.update({name: float(value) for name, value in (overrides or {}).items()})
    return group(**chosen)


class Override(NamedTuple):
    """One judged override: group, field and number."""

    group: str
    field: str
    value: float


def judge(groups: Mapping[str, type[tuple]], raw: Mapping[str, Any]) -> list[Override]:
    """Check dotted overrides `{"voice.base_hazard": 0.4}` against the declarations.

    Raises
    ------
    ConfigError
        Names every fault at once: unknown group or field (with the nearest known name), wrong type, or a value outside
        the declared range (with unit and range).
    """
    faults: list[str] = []
    judged: list[Override] = []
    known = {f"{group}.{field}": p for group, kind in groups.items() for field, p in declared(kind).items()}
    for name, value in raw.items():
        if name not in known:
            faults.append(
                f"parameters.{name}: no such parameter{nearest(name, known)} (`xietong list parameters` shows all)"
            )
            continue
        p = known[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(
                f"parameters.{name}={value!r}: a number in {p.unit} is needed, between {p.low:g} and {p.high:g}"
            )
        elif not p.low <= value <= p.high:
            faults.append(
                f"parameters.{name}={_typed(value)}: outside the allowed range {p.low:g} to {p.high:g} {p.unit}"
            )
        else:
            group, field = name.split(".", 1)
            judged.append(Override(group, field, float(value)))
    if faults:
        raise ConfigError("; ".join(faults))
    return judged


def _typed(number: float) -> str:
    """A number in few characters, also a whole one that no float holds."""
    held = isinstance(number, float) or abs(number) < 10**300
    return f"{number:g}" if held else f"{str(number)[:12]}… ({len(str(abs(number)))} digits)"


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """`{"voice": {"base_hazard": 0.4}}` as dotted pairs; already dotted keys pass through."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
