"""The mutants of a law: what cosmic-ray's operators make of its source, less what is no law.

Left out, by rule:

* declaration tables (classes of `NamedTuple`): constants with their texts, ranges and sources are data, not law;
* annotations, decorators (without compilation a kernel and its undecorated function are the same), and the list `WRITES`;
* operators that could only end in a type error: bitwise and matrix operators in place of arithmetic, `is` in place of an order,
  and exceptions. Such mutants die for free and would flatter the score.
"""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

import parso
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

#: Arithmetic is only replaced by arithmetic that gives a number, an order only by an order.
_ARITHMETIC = re.compile(r"Binary.*_(Add|Sub|Mul|Div)_(Add|Sub|Mul|Div)$")
_WHOLE = re.compile(r"Binary.*_(FloorDiv|Mod|Pow)_(Add|Sub|Mul|FloorDiv|Mod)$")
_BITS = re.compile(r"Binary.*_(RShift|LShift|BitOr|BitAnd|BitXor)_(RShift|LShift|BitOr|BitAnd|BitXor)$")
_ORDER = re.compile(r"Comparison.*_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Eq|NotEq|Lt|LtE|Gt|GtE)$")
_OTHERS = {
    "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop", "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not",
}  # fmt: skip

Place = tuple[int, int]


class Mutant(NamedTuple):
    """One change of one file: which operator, its how-manieth place, and the line that it changes."""

    law: str
    operator: str
    occurrence: int
    line: int

    def name(self) -> str:
        return f"{self.law}:{self.line} {self.operator} #{self.occurrence}"


class _Counter(Visitor):
    def __init__(self, operator: object) -> None:
        self.operator, self.places = operator, []

    def visit(self, node: parso.tree.NodeOrLeaf) -> parso.tree.NodeOrLeaf:
        self.places.extend(self.operator.mutation_positions(node))
        return node


def kept_operators() -> list[str]:
    """Names of the operators in use."""
    names = []
    for name in operator_names():
        short = name.partition("/")[2]
        if short in _OTHERS or any(rule.search(short) for rule in (_ARITHMETIC, _WHOLE, _BITS, _ORDER)):
            names.append(name)
    return names


def _no_law(source: str) -> list[tuple[Place, Place]]:
    """Spans of a file that are left out."""
    spans = []
    for node in ast.walk(ast.parse(source)):
        parts = [getattr(node, field, None) for field in ("annotation", "returns")]
        if isinstance(node, ast.ClassDef):
            parts.append(node)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "WRITES":
            parts.append(node)
        spans.extend(
            ((p.lineno, p.col_offset), (p.end_lineno, p.end_col_offset)) for p in parts if p is not None
        )
    return spans


def mutants(law: str, source: str) -> list[Mutant]:
    """All mutants of a file, in the order of its lines."""
    spans, found = _no_law(source), []
    for name in kept_operators():
        counter = _Counter(get_operator(name)())
        counter.walk(get_ast(source))
        for occurrence, (start, _) in enumerate(counter.places):
            if not any(first <= start < last for first, last in spans):
                found.append(Mutant(law, name.partition("/")[2], occurrence, start[0]))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.operator, mutant.occurrence))


def mutated(mutant: Mutant, source: str) -> str:
    """The source with the change."""
    code = mutate_code(source, get_operator(f"core/{mutant.operator}")(), mutant.occurrence)
    if code is None:
        raise ValueError(f"{mutant.name()}: no such place")
    return str(code)


def changed_lines(source: str, code: str) -> str:
    """`old → new` of the lines that a mutant changes."""
    old, new = source.splitlines(), code.splitlines()
    pairs = [
        f"{a.strip()}  →  {b.strip()}" for a, b in zip(old, new, strict=False) if a.rstrip() != b.rstrip()
    ]
    return "; ".join(pairs)


def stamp(path: Path) -> str:
    """Which source a result belongs to."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
