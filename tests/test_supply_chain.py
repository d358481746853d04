"""From the sources to a program that runs elsewhere: sdist, wheel, locked installation, no network, bill of materials.

`python -m pytest -m slow tests/test_supply_chain.py`; with XIETONG_PYTHON=/path/to/python3.13 for another interpreter. Needs a package
index for what the lock names, and a few minutes: the environment is new, and so is the folder of compiled kernels.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from sim.model import CommunityModel

ROOT: Final = Path(__file__).parents[1]
LOCK: Final = ROOT / "requirements.lock"
PYTHON: Final = os.environ.get("XIETONG_PYTHON", sys.executable)
PACKAGES: Final = ("analysis", "experiments", "scenarios", "sim")
#: Words that run a command in a network of its own, which has nothing but this machine in it.
ALONE: Final = (
    "unshare",
    "--map-root-user",
    "--net",
    "sh",
    "-c",
    'ip link set lo up 2>/dev/null; exec "$@"',
    "sh",
)
SMALL: Final = ("world=classroom", "days=30", "reform_day=10")
pytestmark = pytest.mark.slow


def call(*words: object, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program; what it printed. Its complaint is the test's."""
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def tracked(folder: Path) -> Path:
    """A copy of what the project consists of, so that a build leaves nothing behind in the checkout."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "outputs", "build", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


class Site:
    """An environment made of the lock and the wheel, in a folder far from the checkout."""

    def __init__(self, home: Path) -> None:
        self.home, self.bin = home, home / "venv" / "bin"
        self.empty = home / "elsewhere"
        self.empty.mkdir()
        call(PYTHON, "-m", "venv", home / "venv", cwd=home)
        pip = (
            self.bin / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-build-isolation",
        )
        blocks = re.findall(
            r"^(?:packaging|setuptools|wheel)==(?:.*\\\n)*.*\n",
            LOCK.read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
        (home / "build-tools.lock").write_text("".join(blocks), encoding="utf-8")
        call(*pip, "--require-hashes", "-r", home / "build-tools.lock", cwd=home)
        call(*pip, "--require-hashes", "-r", LOCK, cwd=home)
        self.sdist, self.wheel = self._build(home)
        call(*pip, "--no-index", "--no-deps", self.wheel, cwd=home)

    def _build(self, home: Path) -> tuple[Path, Path]:
        """An sdist of the sources, and a wheel of that sdist alone."""
        hook = "import setuptools.build_meta as backend, sys; getattr(backend, sys.argv[1])(sys.argv[2])"
        call(self.bin / "python", "-c", hook, "build_sdist", home, cwd=tracked(home / "sources"))
        (sdist,) = home.glob("xietong-*.tar.gz")
        with tarfile.open(sdist) as packed:
            packed.extractall(home / "unpacked", filter="data")
        (sources,) = (home / "unpacked").iterdir()
        call(self.bin / "python", "-c", hook, "build_wheel", home, cwd=sources)
        (wheel,) = home.glob("xietong-*.whl")
        return sdist, wheel

    @property
    def environment(self) -> dict[str, str]:
        """A bare one: no PYTHONPATH, no settings of the user, no kernels compiled before."""
        return {
            "PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
        }

    def run(self, *words: object) -> str:
        """A program of the environment, without a network where this machine can take it away."""
        return call(*alone(), *words, cwd=self.empty, env=self.environment)


def alone() -> tuple[str, ...]:
    """Words in front of a command that is to be cut off; none where the machine does not allow it."""
    if shutil.which("unshare") is None:
        return ()
    probe = subprocess.run([*ALONE, "true"], capture_output=True, check=False)
    return ALONE if probe.returncode == 0 else ()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


def test_the_wheel_holds_all_that_the_packages_hold(site: Site) -> None:
    suffixes = {".py", ".yaml", ".csv", ".json", ".geojson", ".css", ".html", ".js", ".j2"}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }  # fmt: skip
    assert {Path(name).suffix for name in wanted} <= suffixes, (
        "a new kind of file: does the wheel take it along?"
    )
    with zipfile.ZipFile(site.wheel) as packed:
        held = {name for name in packed.namelist() if name.split("/")[0] in PACKAGES}
        metadata = next(name for name in packed.namelist() if name.endswith("/METADATA"))
        told = packed.read(metadata).decode()
    assert held == wanted
    assert "License-Expression: MIT" in told and "Requires-Python: >=3.11" in told


def test_it_runs_from_the_wheel_and_not_from_the_checkout(site: Site) -> None:
    where = site.run(
        "python",
        "-c",
        f"import {', '.join(PACKAGES)}\nfor one in ({', '.join(PACKAGES)}): print(one.__file__)",
    )
    assert len(where.splitlines()) == len(PACKAGES)
    assert all(line.startswith(str(site.home / "venv")) for line in where.splitlines())


def test_the_network_is_gone(site: Site) -> None:
    if not alone():
        pytest.skip("this machine does not let a process leave the network")
    tried = "import socket\ntry: socket.create_connection(('198.51.100.1', 80), 3)\nexcept OSError as e: print(e.errno)"
    assert site.run("python", "-c", tried).strip() == "101", "network is unreachable"


def test_commands_work_and_count_as_the_checkout_does(site: Site) -> None:
    assert "compare" in site.run("xietong", "--help")
    assert "classroom" in site.run("xietong", "list", "worlds", "lang=en")
    site.run("xietong", "run", *SMALL, "strategy=wuhan", "out=lived")
    found = pd.read_parquet(site.empty / "lived" / "runs.parquet").iloc[0]
    expected = CommunityModel(world="classroom", strategy="wuhan", days=30, reform_day=10).run().outcomes()
    assert len(expected) > 60
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, nan_ok=True), name


def test_a_comparison_writes_its_report(site: Site) -> None:
    site.run(
        "xietong",
        "compare",
        *SMALL,
        "strategies=[siloed,wuhan]",
        "replicates=2",
        "jobs=1",
        "lang=zh",
        "out=compared",
    )
    report = (site.empty / "compared" / "report.html").read_text(encoding="utf-8")
    assert "font/woff2" in report and "<svg" in report
    assert 'lang="zh' in report


def test_the_class_page_is_served(site: Site) -> None:
    script = """
import subprocess, time, urllib.request
server = subprocess.Popen(["xietong", "classroom", "open=false", "port=18765", "lang=en"])
try:
    for _ in range(600):
        try:
            page = urllib.request.urlopen("http://127.0.0.1:18765/", timeout=30).read().decode()
            break
        except OSError:
            time.sleep(0.5)
    print(len(page), "<canvas" in page or "canvas" in page)
finally:
    server.terminate()
    server.wait()
"""
    size, drawn = site.run("python", "-c", script).splitlines()[-1].split()
    assert int(size) > 2000
    assert drawn == "True"


def test_the_bill_of_materials_names_the_lock(site: Site) -> None:
    """The command of docs/supply_chain.md, with the tool in an environment of its own."""
    tools = site.home / "tools"
    call(PYTHON, "-m", "venv", tools, cwd=site.home)
    call(
        tools / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "cyclonedx-bom",
        cwd=site.home,
    )
    words = (
        "requirements",
        LOCK,
        "--pyproject",
        ROOT / "pyproject.toml",
        "--output-reproducible",
        "--output-file",
    )
    for name in ("one.json", "two.json"):
        call(tools / "bin" / "cyclonedx-py", *words, site.home / name, cwd=site.home)
    assert (site.home / "one.json").read_bytes() == (site.home / "two.json").read_bytes()
    bill = json.loads((site.home / "one.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "xietong"
    locked = re.findall(r"^([a-z0-9-]+)==([^ ]+)", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted((part["name"], part["version"]) for part in bill["components"]) == sorted(locked)
    for part in bill["components"]:
        assert any(reference.get("hashes") for reference in part["externalReferences"]), part["name"]
