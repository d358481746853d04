"""What a user sees in a terminal while runs are lived, some of which fail, and that the first failure stops workers too."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from failing import installed

ROOT = Path(__file__).parents[2]
REPLICATES = 8
WORDS = (
    "compare", "world=classroom", "days=1200", "reform_day=6", f"replicates={REPLICATES}", "strategies=[siloed,failing.yaml]",
    "baseline=siloed", "out=store",
)  # fmt: skip
#: What moves the cursor, clears and colours.
SIGNS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
FRAME = {
    "en": re.compile(r"(\d+) done, (\d+) failed, (\d+) left"),
    "zh": re.compile(r"完成 (\d+)，失败 (\d+)，剩余 (\d+)"),
}
RATE = {"en": re.compile(r"\d+\.\d runs/min"), "zh": re.compile(r"\d+\.\d 次/分")}
FAILED = {
    "en": f"{REPLICATES} of {2 * REPLICATES} runs failed",
    "zh": f"{2 * REPLICATES} 次运行中有 {REPLICATES} 次失败",
}
LEFT = {"en": re.compile(r"time left\s+\d+:\d\d:\d\d"), "zh": re.compile(r"剩余时间\s+\d+:\d\d:\d\d")}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A terminal of 160 columns, and a mechanism that breaks in every process that lives it."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("LC_") and name != "NO_COLOR"
    }
    paths = f"{ROOT}:{installed(tmp_path)}"
    return own | {"PYTHONPATH": paths, "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "160"}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "experiments.cli", *WORDS, *words]


def in_terminal(words: list[str], env: dict[str, str], folder: Path) -> tuple[int, str]:
    """Exit code and all that a program writes to a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    try:
        program = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=theirs)
    finally:
        os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux: the last program that held the other end has left it
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    return program.wait(timeout=60), b"".join(parts).decode("utf-8")


@pytest.mark.parametrize(("lang", "jobs"), [("en", 1), ("zh", 1), ("en", 2)])
def test_a_terminal_shows_counts_rate_time_left_and_failures(
    tmp_path, environment, lang: str, jobs: int
) -> None:
    code, told = in_terminal(command(f"lang={lang}", f"jobs={jobs}"), environment, tmp_path)
    assert code == 1
    shown = SIGNS.sub("", told)
    frames = [tuple(map(int, found)) for found in FRAME[lang].findall(shown)]
    assert frames[0] == (0, 0, 2 * REPLICATES) and frames[-1] == (REPLICATES, REPLICATES, 0)
    assert all(sum(frame) == 2 * REPLICATES for frame in frames)
    for number in (0, 1):
        counts = [frame[number] for frame in frames]
        assert counts == sorted(counts), "a count went back"
    assert len(set(frames)) > 3, "the bar hardly moved"
    assert RATE[lang].search(shown) and LEFT[lang].search(shown)
    # The bar goes when it is done; what stays is one line about what failed.
    last = shown.rstrip().splitlines()[-1]
    assert "a law broke" in last and FAILED[lang] in last
    assert "\x1b[2K" in told[told.rindex("0 left" if lang == "en" else "剩余 0") :]


def test_the_first_failure_stops_workers(tmp_path, environment) -> None:
    stopped = subprocess.run(
        command("lang=en", "jobs=2", "--fail-fast"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    told = stopped.stderr.splitlines()[-1]
    assert stopped.returncode == 1 and "stopped at the first failure" in told and "a law broke" in told
    found = re.search(rf"(\d+) of {2 * REPLICATES} runs failed", told)
    # Two workers may each have been at one when the first was told of.
    assert found and int(found[1]) in (1, 2)
    log = pd.read_parquet(tmp_path / "store" / "log.parquet")
    assert 1 <= list(log["status"]).count("failed") < REPLICATES and len(log) < 2 * REPLICATES
    kept = set(log.loc[log["status"] == "done", "run_id"])
    assert {path.stem for path in (tmp_path / "store" / "runs").glob("*.parquet")} == kept
    assert not list((tmp_path / "store").rglob(".*"))

    again = subprocess.run(
        command("lang=en", "jobs=2"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert again.returncode == 1 and f"{REPLICATES} of {2 * REPLICATES} runs failed" in again.stderr
    log = pd.read_parquet(tmp_path / "store" / "log.parquet").set_index("strategy")["status"]
    assert list(log["siloed"]) == ["done"] * REPLICATES and list(log["failing"]) == ["failed"] * REPLICATES
