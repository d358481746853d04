"""Workers of a scheduler: the same bytes as those of this machine, and one line for whatever they lack. Real processes: slow."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from experiments.judging.single import is_address
from experiments.reach import facts
from sim.scenario import ROOT

SMALL = ("world=classroom", "days=24", "reform_day=8", "lang=en")
DESIGN = ("compare", *SMALL, "strategies=[siloed,placebo,wuhan]", "replicates=4")


def test_addresses_have_protocol_host_and_port() -> None:
    for good in ("tcp://127.0.0.1:8786", "tls://head.node:1", "tcp://[::1]:8786"):
        assert is_address(good)
    for bad in (
        "127.0.0.1:8786",
        "tcp://host",
        "tcp://host:99999",
        "tcp://:1",
        "http://host:1",
        "tcp://a:1/x",
        "",
        3,
        None,
    ):
        assert not is_address(bad), bad


def test_nobody_answers(xietong) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    called = xietong(*DESIGN, "engine=dask", f"engine.scheduler={address}", "engine.timeout=1", "out=store")
    assert called.code == 2 and len(called.err) == 1 and not called.files
    assert address in called.err[0] and "within 1 s" in called.err[0]


def test_something_else_answers(xietong) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        called = xietong(
            *DESIGN, "engine=dask", f"engine.scheduler={address}", "engine.timeout=1", "out=store"
        )
    assert called.code == 2 and len(called.err) == 1 and "no dask scheduler answers" in called.err[0]


@pytest.mark.slow
def test_a_scheduler_without_workers(xietong, site) -> None:
    for lang, told in (("en", "has no worker after 1 s"), ("zh", "没有工作进程")):
        words = (*DESIGN, *site.keys(), "out=store")
        changed = {"lang=en": f"lang={lang}", "engine.timeout=60": "engine.timeout=1"}
        called = xietong(*(changed.get(word, word) for word in words))
        assert called.code == 2 and len(called.err) == 1 and not called.files
        assert told in called.err[0] and f"dask worker {site.address}" in called.err[0]


@pytest.mark.slow
def test_every_engine_leaves_the_same_bytes(xietong, site, tmp_path, contents, without_report) -> None:
    for _ in range(2):
        site.worker()
    assert xietong(*DESIGN, "jobs=1", "out=one").code == 0
    expected = contents(tmp_path / "one")
    assert len(expected) > 12 * 4
    for keys, out in ((site.keys(), "dask"), (("jobs=2",), "two"), (("jobs=4",), "four")):
        called = xietong(*DESIGN, *keys, f"out=below/{out}")
        assert called.code == 0 and len(called.err) == 2, called.err
        assert contents(tmp_path / "below" / out) == expected, out
        assert not list(tmp_path.rglob(".*"))
    again = xietong(*DESIGN, *site.keys(), "out=one")
    assert again.code == 0 and "nothing left to run" in again.err[0]


@pytest.mark.slow
def test_a_worker_with_another_model(xietong, site, tmp_path_factory) -> None:
    copy = tmp_path_factory.mktemp("copy")
    for name in ("sim", "experiments", "scenarios"):
        shutil.copytree(ROOT.parent / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "sim" / "outcomes.py").open("a", encoding="utf-8") as source:
        source.write("#\n")
    site.worker(str(copy))
    called = xietong(*DESIGN, *site.keys(), "out=store")
    assert called.code == 2 and len(called.err) == 1 and not called.files
    assert "worker tcp://" in called.err[0] and called.err[0].count(facts().model) == 1
    assert called.err[0].count("model version") == 1 and "install the same version" in called.err[0]


@pytest.mark.slow
def test_a_worker_with_other_packages(xietong, site, tmp_path_factory) -> None:
    shadow = tmp_path_factory.mktemp("shadow")
    (shadow / "mesa-0.0.1.dist-info").mkdir()
    (shadow / "mesa-0.0.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: mesa\nVersion: 0.0.1\n"
    )
    site.worker(f"{shadow}:{ROOT.parent}")
    called = xietong(*DESIGN, *site.keys(), "out=store")
    assert called.code == 2 and len(called.err) == 1 and not called.files
    assert f"mesa 0.0.1 (here {facts().packages['mesa']})" in called.err[0] and "numpy" not in called.err[0]


@pytest.mark.slow
def test_a_worker_without_the_program(xietong, site, tmp_path_factory) -> None:
    shadow = tmp_path_factory.mktemp("shadow")
    (shadow / "experiments").mkdir()
    (shadow / "experiments" / "__init__.py").touch()
    site.worker(str(shadow))
    called = xietong(*DESIGN, *site.keys(), "out=store")
    assert called.code == 2 and len(called.err) == 1 and not called.files
    assert "cannot import this program" in called.err[0] and "experiments.reach" in called.err[0]


@pytest.mark.slow
def test_a_worker_that_does_not_see_the_folder(xietong, site, tmp_path) -> None:
    """The worker lives in a mount namespace of its own, where the folder is another one."""
    hidden = (
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        f'mount -t tmpfs none {tmp_path} && exec "$@"',
        "sh",
    )
    if (
        shutil.which("unshare") is None
        or subprocess.run([*hidden, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("mount namespaces are not permitted here")
    site.worker(before=hidden)
    called = xietong(*DESIGN, *site.keys(), "out=deep/store")
    assert called.code == 2 and len(called.err) == 1 and not list(tmp_path.iterdir())
    assert "does not see the folder deep/store" in called.err[0] and "out=" in called.err[0]


def test_a_folder_that_stands_already_is_left_as_it_was(tmp_path: Path) -> None:
    from experiments.reach import _question, answer

    (tmp_path / "stands").mkdir()
    with _question(tmp_path / "stands" / "new") as question:
        reply = answer(str(question))
        assert reply is not None and question.with_name(reply).exists()
        assert answer(str(question.with_name("other"))) is None
    assert list((tmp_path).iterdir()) == [tmp_path / "stands"] and not list((tmp_path / "stands").iterdir())
