"""One law run by the interpreter among compiled ones, so that a mutant costs no compilation.

A changed kernel takes seconds to compile, and all of them together a minute and a half. Here the source of one law, changed or
not, is executed in the place of its module: its kernels stay Python functions, all others stay compiled. A view (`sim.view`) can be
read by compiled kernels only; at the door of an interpreted one it becomes a plain object with the same tables.

Numbers must be as wide as compiled ones: to NumPy a number of Python has no width, so that a float32 of a table times 2.0 stays a
float32, and a uint8 plus 1 wraps. All numbers of the source and all constants of laws therefore become 64 bits wide.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

import sim.kernels
import sim.view
from sim.state import State

_STATES: dict[int, State] = {}


def _plain(argument: Any) -> Any:
    if isinstance(argument, sim.view.View):
        state = _STATES[id(argument)]
        tables = {name: getattr(state, name) for name in sim.view.VIEWED}
        return SimpleNamespace(**tables | {"laws": _wide(state.laws)})
    return argument


def _wide(value: Any) -> Any:
    if isinstance(value, tuple):
        return type(value)(*map(_wide, value)) if hasattr(value, "_fields") else tuple(map(_wide, value))
    if type(value) is int:
        return np.int64(value)
    return np.float64(value) if type(value) is float else value


class _Widen(ast.NodeTransformer):
    """Numbers of a source become names of wide numbers."""

    def __init__(self) -> None:
        self.numbers: dict[str, Any] = {}

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        node.left = self.visit(node.left)
        if not isinstance(node.op, ast.Pow) or not isinstance(node.right, ast.Constant):
            node.right = self.visit(node.right)  # a float32 to a whole power stays one when compiled
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if type(node.value) not in (int, float):
            return node
        name = f"_wide_{len(self.numbers)}"
        self.numbers[name] = _wide(node.value)
        return ast.copy_location(ast.Name(name, ast.Load()), node)


def _uncompiled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        return function(*map(_plain, arguments))

    return call


def _watch_views() -> None:
    made = State.view.fget

    def view(state: State) -> Any:
        found = made(state)
        _STATES[id(found)] = state
        return found

    State.view = property(view)  # type: ignore[assignment, method-assign]


def put_in_place(module: ModuleType, source: str) -> None:
    """Execute `source` as the module, uncompiled, and let every other module of the model use its functions.

    For a process that is about to end: nothing is put back.
    """
    _watch_views()
    np.seterr(all="ignore")  # as compiled kernels
    before, widen = dict(vars(module)), _Widen()
    tree = widen.visit(ast.parse(source))
    vars(module).update(widen.numbers)
    compiling = sim.kernels.kernel, sim.kernels.inlined
    sim.kernels.kernel = sim.kernels.inlined = _uncompiled  # type: ignore[assignment]
    try:
        exec(compile(tree, str(module.__file__), "exec"), vars(module))
    finally:
        sim.kernels.kernel, sim.kernels.inlined = compiling
    for name, value in before.items():
        if isinstance(value, type) and value.__module__ == module.__name__:
            setattr(module, name, value)  # tables of constants are made of these classes already
        if getattr(sim.view, name, None) is value and hasattr(value, "py_func"):
            setattr(module, name, value.py_func)
    replaced = {
        id(value): vars(module)[name]
        for name, value in before.items()
        if getattr(value, "__module__", None) == module.__name__ and vars(module)[name] is not value
    }
    for other in [
        m for name, m in sys.modules.items() if name.partition(".")[0] == "sim" and m is not module
    ]:
        for name, value in list(vars(other).items()):
            if id(value) in replaced:
                setattr(other, name, replaced[id(value)])
