"""The front door: two commands, one lock without hosts, a starter that installs once and steps aside.

The starter runs here against a stand-in Python that only notes what it is to install: no network is needed.
"""

import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def normal(requirement: str) -> str:
    """The name of a requirement as the lock writes it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]).lower()


# --- the lock


def test_lock_names_no_host() -> None:
    assert "://" not in LOCK
    assert not re.search(r"\b\w[\w-]*\.(com|org|net|io|cn|dev)\b", LOCK)


def test_lock_pins_and_hashes_every_requirement() -> None:
    blocks = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", LOCK, flags=re.MULTILINE))
    assert len(blocks) > 50
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[^ ]+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_lock_covers_what_the_project_declares() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK, flags=re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    declared = {normal(name) for name in [*PROJECT["dependencies"], *extras["test"], *extras["build"]]}
    assert declared <= locked, f"missing from requirements.lock: {declared - locked}"


# --- what people read


def test_readme_starts_with_exactly_two_commands() -> None:
    start = re.search(r"^## Start\n(.*?)^## ", read("README.md"), flags=re.MULTILINE | re.DOTALL)
    assert start is not None
    blocks = re.findall(r"```\w*\n(.*?)```", start[1], flags=re.DOTALL)
    assert blocks == ["./xietong compare\n", "./xietong test\n"]


def test_one_version_and_one_licence() -> None:
    citation = dict(re.findall(r"^([\w-]+): *(.+)$", read("CITATION.cff"), flags=re.MULTILINE))
    assert citation["version"] == PROJECT["version"]
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert citation["license"] == PROJECT["license"] == "MIT"
    assert read("LICENSE").startswith("MIT License\n")


@pytest.mark.parametrize(("name", "shell"), [("xietong", "sh"), (".ci/run", "bash")])
def test_scripts_are_executable_and_parse(name: str, shell: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    subprocess.run([shell, "-n", str(ROOT / name)], check=True)
    if checker := shutil.which("shellcheck"):
        subprocess.run([checker, str(ROOT / name)], check=True)


# --- the starter

TOOLS = [
    *("awk", "cat", "chmod", "cksum", "cut", "dirname", "ln"),
    *("mkdir", "mv", "readlink", "rm", "sh", "sleep", "uname"),
]

# Answers as Python, venv and pip would: a venv is a folder with this script, an install a line in a log.
PYTHON = """#!/bin/sh
case "$*" in
*"-m venv "*)
    for venv; do :; done
    mkdir -p "$venv/bin"
    cat "$0" >"$venv/bin/python"
    chmod +x "$venv/bin/python"
    ;;
*"-m pip install"*)
    echo "$*" >>"$INSTALL_LOG"
    if [ -n "${INSTALL_FAILS:-}" ]; then exit 1; fi
    sleep "${INSTALL_SECONDS:-0}"
    case "$*" in *--editable*)
        printf '#!/bin/sh\\nprintf "%%s\\\\n" "$PWD" "$@"\\n' >"${0%/*}/xietong"
        chmod +x "${0%/*}/xietong"
    esac
    ;;
*"-m pytest"*) printf '%s\\n' "$PWD" "$@" ;;
esac
"""


class Copy:
    """A copy of the project's front door in a folder of its own, on a machine with a stand-in Python."""

    def __init__(self, home: Path) -> None:
        self.root = home / "a project"
        self.machine = home / "bin"
        self.log = home / "installs"
        self.program = self.root / "xietong"
        self.root.mkdir()
        self.machine.mkdir()
        for name in ("xietong", "requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root)
        for tool in TOOLS:
            (self.machine / tool).symlink_to(str(shutil.which(tool)))
        self.command("python3.11", PYTHON)

    def command(self, name: str, text: str) -> None:
        (self.machine / name).write_text(text)
        (self.machine / name).chmod(0o755)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(self.program), *arguments],
            cwd="/",
            env={"PATH": str(self.machine), "INSTALL_LOG": str(self.log), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, list[str], str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=60)
        return process.returncode, out.splitlines(), err

    @property
    def installs(self) -> int:
        """How often the whole lock was installed."""
        return self.log.read_text().count("requirements.lock") if self.log.exists() else 0

    @property
    def left_over(self) -> list[Path]:
        return list(self.root.glob(".venv.installing*"))


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("nothing happened within 20 seconds")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_first_start_installs_and_later_ones_do_not(copy: Copy) -> None:
    code, out, err = copy.run("compare", "strategies=[siloed, wuhan]", "a  b")
    assert (code, out) == (0, ["/", "compare", "strategies=[siloed, wuhan]", "a  b"])
    assert "first start: installing" in err
    assert copy.run("compare") == (0, ["/", "compare"], "")
    assert copy.installs == 1
    assert not copy.left_over


def test_later_starts_cost_little(copy: Copy) -> None:
    copy.run("setup")
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        copy.run("compare")
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.1


def test_every_install_is_hashed_and_fetches_no_build_tool(copy: Copy) -> None:
    copy.run("setup")
    lines = copy.log.read_text().splitlines()
    assert len(lines) == 3
    assert all("--no-build-isolation" in line and "--no-deps" in line for line in lines)
    assert [("--require-hashes" in line, "--editable" in line) for line in lines] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    tools = (copy.root / ".venv/build-tools.lock").read_text()
    assert re.findall(r"^[a-z]+", tools, flags=re.MULTILINE) == ["packaging", "setuptools", "wheel"]
    assert tools.count("--hash") >= 6


def test_changed_requirements_are_installed(copy: Copy) -> None:
    copy.run("setup")
    with (copy.root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    _, _, err = copy.run("setup")
    assert "requirements changed" in err
    assert copy.installs == 2


def test_through_a_link(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "far").symlink_to(Path("a project") / "xietong")
    (tmp_path / "farther").symlink_to(tmp_path / "far")
    copy.program = tmp_path / "farther"
    assert copy.run("list")[:2] == (0, ["/", "list"])
    assert (copy.root / ".venv").is_dir()


def test_tests_run_in_the_project_with_two_processes_unless_told(copy: Copy) -> None:
    _, out, _ = copy.run("test")
    assert out == [str(copy.root), "-m", "pytest", "-n", "2"]
    _, out, _ = copy.run("test", "-k", "one or two")
    assert out == [str(copy.root), "-m", "pytest", "-k", "one or two"]


def test_two_starts_at_once_install_once(copy: Copy) -> None:
    first = copy.start("one", INSTALL_SECONDS="0.5")
    wait_until(lambda: bool(copy.left_over))
    second = copy.run("two", INSTALL_SECONDS="0.5")
    assert first.communicate(timeout=60)[0].splitlines() == ["/", "one"]
    assert second[:2] == (0, ["/", "two"])
    assert "another start is installing" in second[2]
    assert copy.installs == 1
    assert not copy.left_over


def test_a_killed_install_is_started_over(copy: Copy) -> None:
    killed = copy.start("one", INSTALL_SECONDS="0.5")
    wait_until(lambda: copy.installs > 0)
    killed.kill()
    killed.communicate()
    assert copy.left_over
    code, out, _ = copy.run("two")
    assert (code, out) == (0, ["/", "two"])
    assert not copy.left_over


def test_a_failed_install_is_reported_and_repeated(copy: Copy) -> None:
    code, out, err = copy.run("compare", INSTALL_FAILS="yes")
    assert code != 0
    assert not out
    assert "did not finish; start again" in err
    assert not copy.left_over
    assert copy.run("compare")[:2] == (0, ["/", "compare"])


def test_a_moved_project_is_installed_anew(copy: Copy) -> None:
    copy.run("setup")
    copy.program = copy.root.rename(copy.root.parent / "elsewhere") / "xietong"
    assert copy.run("compare")[:2] == (0, ["/", "compare"])
    assert copy.installs == 2


def test_an_environment_made_by_hand_is_kept(copy: Copy) -> None:
    hand_made = copy.root / ".venv" / "bin"
    hand_made.mkdir(parents=True)
    (hand_made / "own").touch()
    code, _, err = copy.run("compare")
    assert code == 1
    assert "move it away" in err
    shutil.copy(copy.machine / "python3.11", hand_made / "python")
    assert copy.run("compare")[0] == 0
    assert (hand_made / "own").exists()


def test_a_command_that_fails_is_no_python(copy: Copy) -> None:
    for name in ("uv", "python3.13", "python3.12"):
        copy.command(name, "#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    assert copy.run("compare")[:2] == (0, ["/", "compare"])


def test_without_python_the_message_says_what_to_do(copy: Copy) -> None:
    (copy.machine / "python3.11").unlink()
    copy.command("python3", "#!/bin/sh\nexit 1\n")  # too old, or without venv
    code, out, err = copy.run("compare")
    assert code == 1
    assert not out
    assert "Python 3.11 or newer" in err
    assert "apt install" in err
    assert err.count("\n") == 1
    assert not copy.left_over
    assert not (copy.root / ".venv").exists()
