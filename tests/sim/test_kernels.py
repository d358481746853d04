"""The folder of compiled kernels is named by a hash; what the hash leaves out must hold no kernel and be read by none."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import numba.core.dispatcher
import pytest

import sim
from sim.kernels import WITHOUT_KERNELS, source_hash


def _kernels():
    for found in pkgutil.walk_packages(sim.__path__, "sim."):
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            if isinstance(thing, numba.core.dispatcher.Dispatcher) and thing.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", thing


def test_there_are_kernels_to_look_at():
    assert len(list(_kernels())) > 40


@pytest.mark.parametrize("folder", WITHOUT_KERNELS)
def test_no_kernel_stands_in_a_folder_that_the_hash_leaves_out(folder):
    names = [name for name, _ in _kernels()]
    assert not [name for name in names if name.startswith(f"sim.{folder}.")]
    sources = [path.read_text() for path in (Path(sim.__file__).parent / folder).rglob("*.py")]
    assert sources
    assert not any("sim.kernels" in source or "numba" in source for source in sources)


def test_no_kernel_reads_what_the_hash_leaves_out():
    outside = tuple(f"sim.{folder}" for folder in WITHOUT_KERNELS)
    for name, kernel in _kernels():
        code = kernel.py_func
        for word in code.__code__.co_names:
            thing = code.__globals__.get(word)
            home = getattr(thing, "__module__", None) or getattr(thing, "__name__", "")
            assert not str(home).startswith(outside), f"{name} reads {word} of {home}"


def test_an_edit_elsewhere_changes_the_hash(tmp_path, monkeypatch):
    import shutil

    import sim.kernels

    copy = tmp_path / "sim"
    shutil.copytree(Path(sim.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sim.kernels, "__file__", str(copy / "kernels.py"))
    before = source_hash()
    (copy / "mechanisms" / "whistle.py").write_text("# edited")
    assert source_hash() == before
    (copy / "needs.py").write_text("# edited")
    assert source_hash() != before
