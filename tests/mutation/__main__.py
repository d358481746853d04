"""Mutation testing of the laws: `python tests/mutation [LAW …] [--sample N] [--skip N] [--seed S] [--out FILE] [--again] [--report]`.

Each mutant (`mutants.py`) is executed in the place of its law (`interpreted.py`) in a process forked from a warm one, and met by the
tests of that law first, then by lives with all mechanisms whose books are audited, then by the golden life of the classroom. A mutant
is killed by a failing test or by time; the rest survive and are listed with their lines. Results are appended to FILE, and a run that
was ended goes on where it stopped; results of another version of a law are not used. `--again` tries survivors anew, after tests were
added; `--skip 400` passes over the sample that `--sample 400` draws, for a fresh one that no test was written for. Needs cosmic-ray,
and a system that forks. How to read and kill survivors: docs/testing.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import random
import resource
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutants
from mutants import Mutant, changed_lines, mutated, stamp

ROOT = Path(__file__).resolve().parents[2]
LAWS = (
    "arise", "voice", "triage", "coordinate", "work", "close", "respond", "participate", "adapt", "observe",
)  # fmt: skip
#: Tests that take more than some seconds when their law is interpreted: met last.
LATE = {
    "arise": (
        "test_without_frailty_and_shocks_counts_are_poisson", "test_shock_and_frailty_over_disperse_daily_counts_of_a_community",
        "test_hazards_above_the_bound_are_drawn_in_layers_and_not_clipped",
        "test_frailty_makes_the_counts_of_residents_negative_binomial",
    ),
    "participate": (
        "test_mobilisation_above_its_dose_crowds_out", "test_calls_where_needs_stay_unmet_tire_more",
        "test_around_the_critical_spread_participation_jumps",
    ),
    "respond": ("test_conflict_frightens_and_warmth_builds_trust", "test_senses_stay_between_zero_and_one"),
}  # fmt: skip
#: Times the seconds of a processor that the unchanged law takes, and at least so many: after that a mutant is taken for a loop without
#: end. Seconds of the clock would kill mutants for what else the machine has to do.
PATIENCE, LEAST = 4, 40


def source_of(law: str) -> Path:
    return ROOT / "sim" / "day" / f"{law}.py"


def tests_of(law: str) -> tuple[list[str], list[str]]:
    """Words for pytest: closed forms first, so that they get the credit; then a whole life, then what takes long."""
    folder = ROOT / "tests" / "sim"
    own = folder / "day" / f"test_{law}.py"
    by_hand = sorted(map(str, own.parent.glob(f"test_{law}_*.py")))
    late = [f"{own}::{name}" for name in LATE.get(law, ())]
    # Words of a path from the root: only so does a deselected test have the name that pytest gives it.
    left_out = [f"--deselect={Path(name).relative_to(ROOT)}" for name in late]
    golden = f"{folder / 'test_golden.py'}::test_sums_are_as_they_were[classroom]"
    group = law if law not in ("observe",) else "respond"
    books = ROOT / "tests" / "properties" / "test_properties.py"
    whole = [f"{books}::test_each_group_of_parameters_at_its_ends[{group}-{end}]" for end in ("low", "high")]
    return [str(own), *by_hand, *whole, golden, *left_out], late


def warm_up() -> None:
    """Import and run what all children use, so that they inherit it."""
    sys.path[:0] = [
        str(ROOT),
        str(ROOT / "tests" / "patterns"),
        str(ROOT / "tests" / "properties"),
    ]
    for name in (
        "pytest",
        "_pytest.assertion.rewrite",
        "scipy.stats",
        "scipy.optimize",
        "ciw",
        "hypothesis",
        "pandas",
        "experiments.verification.laws_alone",
    ):
        importlib.import_module(name)
    from sim.model import CommunityModel

    CommunityModel(world="classroom", strategy="wuhan", days=70, reform_day=20, seed=1).run()


def child(law: str, code: str, log: Path) -> int:
    """In the forked process: the law replaced, the tests run; 0 when they all pass."""
    import pytest
    from interpreted import put_in_place

    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    put_in_place(importlib.import_module(f"sim.day.{law}"), code)
    words = [
        "-x",
        "-q",
        "--no-header",
        "--tb=line",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:benchmark",
    ]
    words += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    early, late = tests_of(law)
    found = int(pytest.main([*words, *early]))
    return found if found or not late else int(pytest.main([*words, *late]))


def meet(law: str, code: str, patience: float) -> dict[str, Any]:
    """What becomes of a version of a law: `killed` with the test that did it, or `survived`; `patience` is seconds of a processor."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        process = os.fork()
        if process == 0:
            os.setsid()
            seconds = math.ceil(patience)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            code_of_exit = 99
            try:
                code_of_exit = child(law, code, log)
            except BaseException as error:
                # A law that cannot even be put in place is a dead one; what it died of is told.
                log.write_text(f"FAILED at import - {type(error).__name__}: {error}\n", encoding="utf-8")
            finally:
                os._exit(code_of_exit)
        _, status, used = os.wait4(process, 0)
        ended = os.waitstatus_to_exitcode(status)
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        by = next((line.split()[1] for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
        if ended in (-signal.SIGXCPU, -signal.SIGKILL):
            by = "time"
        outcome = "survived" if ended == 0 else "killed"
        return {
            "outcome": outcome,
            "by": by.rpartition("/")[2],
            "seconds": round(used.ru_utime + used.ru_stime, 1),
        }


def chosen(laws: list[str], sample: int | None, seed: int, skip: int = 0) -> list[Mutant]:
    """All mutants, or a simple random sample in each law in proportion to its mutants; in random order, so that any beginning of
    the list is a sample too. The first `skip` are passed over: what follows them is a sample that has nothing in common with them.
    """
    by_law = {law: mutants.mutants(law, source_of(law).read_text(encoding="utf-8")) for law in laws}
    total = sum(map(len, by_law.values()))
    drawn = []
    for law, found in by_law.items():
        order = random.Random(f"{seed} {law}")
        order.shuffle(found)
        first, last = (
            len(found) if n is None else math.ceil(n * len(found) / total)
            for n in (skip, None if sample is None else skip + sample)
        )
        drawn.extend(found[first:last])
    random.Random(seed).shuffle(drawn)
    print(f"{total} mutants, {len(drawn)} chosen", flush=True)
    return drawn


def results(out: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Kept results of the present sources, the last of each mutant."""
    stamps = {law: stamp(source_of(law)) for law in LAWS}
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    rows = (json.loads(line) for line in lines)
    return {
        (row["law"], row["operator"], row["occurrence"]): row
        for row in rows
        if row["stamp"] == stamps[row["law"]]
    }


def run(drawn: list[Mutant], out: Path, again: bool) -> None:
    """Meet the mutants one after the other, each result written as it comes."""
    warm_up()
    known, patience = results(out), {}
    for count, mutant in enumerate(drawn, 1):
        key = (mutant.law, mutant.operator, mutant.occurrence)
        if key in known and not (again and known[key]["outcome"] == "survived"):
            continue
        source = source_of(mutant.law).read_text(encoding="utf-8")
        if mutant.law not in patience:
            first = meet(mutant.law, source, 600.0)
            if first["outcome"] != "survived":
                raise SystemExit(f"{mutant.law}: the unchanged law fails {first['by']} when interpreted")
            patience[mutant.law] = max(LEAST, PATIENCE * first["seconds"])
            print(f"{mutant.law}: unchanged in {first['seconds']} s", flush=True)
        code = mutated(mutant, source)
        row = {
            **mutant._asdict(), **meet(mutant.law, code, patience[mutant.law]),
            "change": changed_lines(source, code), "stamp": stamp(source_of(mutant.law)),
        }  # fmt: skip
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        if row["outcome"] == "survived":
            print(f"{count}/{len(drawn)} {mutant.name()}: {row['change']}", flush=True)


def wilson(killed: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927), 95 %."""
    if not total:
        return 0.0, 1.0
    share, weight = killed / total, 1.0 + z * z / total
    centre = (share + z * z / (2 * total)) / weight
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / weight
    return max(0.0, centre - half), min(1.0, centre + half)


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Score by law: tried, killed, of these by closed forms, by audited lives, by the golden life and by time, and the interval."""
    yield "| law | tried | killed | by its own tests | by audited lives | by a golden life | by time | score | 95 % interval |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for law in (*LAWS, "all"):
        own = [row for row in rows if law in (row["law"], "all")]
        killed = [row for row in own if row["outcome"] == "killed"]
        golden = sum(row["by"].startswith("test_golden") for row in killed)
        books = sum(row["by"].startswith("test_properties") for row in killed)
        timed = sum(row["by"] == "time" for row in killed)
        low, high = wilson(len(killed), len(own))
        share = len(killed) / len(own) if own else math.nan
        yield (
            f"| `{law}` | {len(own)} | {len(killed)} | {len(killed) - golden - books - timed} | {books} | {golden} | {timed} | {share:.1%} | "
            f"{low:.1%} to {high:.1%} |"
        )


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(prog="python tests/mutation", description=__doc__)
    parser.add_argument("laws", nargs="*", choices=[*LAWS, []], default=[])
    parser.add_argument("--sample", type=int)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "outputs" / "mutation.jsonl")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    drawn = chosen(asked.laws or list(LAWS), asked.sample, asked.seed, asked.skip)
    if not asked.report:
        run(drawn, asked.out, asked.again)
    kept = results(asked.out)
    rows = [kept[key] for key in ((m.law, m.operator, m.occurrence) for m in drawn) if key in kept]
    for row in sorted(rows, key=lambda row: (row["law"], row["line"])):
        if row["outcome"] == "survived":
            print(
                f"survived: {row['law']}:{row['line']} {row['operator']} #{row['occurrence']}: {row['change']}"
            )
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
