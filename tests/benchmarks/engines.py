"""Engines: what handing runs out costs, side by side with `mesa.batch_run`; each figure from a process of its own.

memory     peak memory of the parent for 10 and for 10,000 tiny runs, before and after results are collected
overhead   seconds a tiny run beyond the bare model: by the store in one process, by handing out to two workers
batch_run  the same runs of the same model by `mesa.batch_run`, by `xietong compare`, and by the latter once more
speedup    200 classroom runs on one and on two processes
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 3
TINY = ("world=classroom", "days=2", "reform_day=1")
YEAR = ("world=classroom", "days=365", "reform_day=90")
DEFAULT = ("world=classroom", "days=730", "reform_day=180")
STRATEGIES = ("siloed", "wuhan")


def ours(out: str, runs: int, jobs: int, *words: str) -> dict[str, float]:
    """A comparison without its report: seconds of the whole and of the engine, peak memory at the end of each, MB."""
    from experiments import ensemble
    from experiments.configuration import read

    spent: dict[str, float] = {}
    execute = ensemble.execute

    def timed(*arguments: Any) -> Any:
        start = time.perf_counter()
        receipts = execute(*arguments)
        spent["engine"], spent["memory"] = time.perf_counter() - start, _peak()
        return receipts

    ensemble.execute = timed
    replicates = runs // len(STRATEGIES)
    settings = read(
        "compare",
        [
            *words,
            f"strategies=[{','.join(STRATEGIES)}]",
            f"replicates={replicates}",
            f"jobs={jobs}",
            f"out={out}",
        ],
    )
    start = time.perf_counter()
    ensemble.carry_out(settings)
    spent |= {"seconds": time.perf_counter() - start, "memory_collected": _peak()}
    kept = sorted(path.stat().st_mtime for path in (Path(out) / "runs").iterdir())
    return spent | {"working": kept[-1] - kept[0]}


def mesas(_: str, runs: int, jobs: int, *words: str) -> dict[str, float]:
    """The same runs by `mesa.batch_run`."""
    import mesa

    from sim import CommunityModel

    given = dict(word.split("=") for word in words)
    parameters = {
        "world": given["world"], "days": int(given["days"]), "reform_day": int(given["reform_day"]), "seed": 1,
        "strategy": list(STRATEGIES), "replicate": range(runs // len(STRATEGIES)),
    }  # fmt: skip
    start = time.perf_counter()
    rows = mesa.batch_run(
        CommunityModel, parameters, number_processes=jobs, iterations=1, max_steps=int(given["days"]),
        data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    assert len(rows) == runs
    return {"seconds": time.perf_counter() - start, "memory": _peak()}


def bare(_: str, runs: int, __: int, *words: str) -> dict[str, float]:
    """The model alone: built, lived, summed up."""
    from sim import CommunityModel

    given = dict(word.split("=") for word in words)
    days, reform_day = int(given["days"]), int(given["reform_day"])
    start = time.perf_counter()
    for nth in range(runs):
        model = CommunityModel(
            world=given["world"],
            strategy=STRATEGIES[nth % 2],
            replicate=nth // 2,
            days=days,
            reform_day=reform_day,
        )
        model.run()
        model.outcomes()
    return {"seconds": time.perf_counter() - start}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(
    kind: str, runs: int, jobs: int, words: tuple[str, ...], rounds: int = ROUNDS, again: bool = False
) -> dict[str, float]:
    """Medians over rounds, each in a new process and, unless `again`, a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for nth in range(rounds):
            out = str(Path(folder) / ("same" if again else str(nth)))
            call = [sys.executable, __file__, kind, out, str(runs), str(jobs), *words]
            start = time.perf_counter()
            ended = subprocess.run(call, check=True, capture_output=True, text=True)
            whole = {"whole": time.perf_counter() - start}
            found.append(json.loads(ended.stdout.splitlines()[-1]) | whole)
    return {
        name: statistics.median(one[name] for one in found)
        for name in found[-1]
        if all(name in one for one in found)
    }


def memory() -> None:
    """Whether many runs need more of the parent than few."""
    few, many = (measured("ours", runs, 2, TINY, rounds=1) for runs in (10, 10_000))
    for name, label in (("memory", "engine"), ("memory_collected", "engine and collection")):
        print(
            f"{label:24s} 10 runs {few[name]:6.0f} MB, 10,000 runs {many[name]:6.0f} MB: {many[name] / few[name]:5.2f}×"
        )


def overhead() -> None:
    """What a run costs besides the model, once a command is under way: what 210 runs take beyond 10."""
    alone, one, two = (
        _each("bare", 1, "seconds"),
        _each("ours", 1, "engine"),
        2 * _each("ours", 2, "engine"),
    )
    print(
        f"bare model {alone * 1e3:.1f} ms a run; with its store, one process, {one * 1e3:.1f} ms; two workers, {two * 1e3:.1f} ms of each worker's time"
    )


def _each(kind: str, jobs: int, measure: str) -> float:
    few, many = (measured(kind, runs, jobs, TINY)[measure] for runs in (10, 210))
    return (many - few) / 200


def command(out: str, runs: int, jobs: int, *words: str) -> dict[str, float]:
    """The same runs by the command `sweep`, as a user starts it."""
    replicates = runs // len(STRATEGIES)
    call = [
        sys.executable, "-m", "experiments.cli", "sweep", *words, f"strategies=[{','.join(STRATEGIES)}]",
        f"replicates={replicates}", "sweep.seed=[1]", f"jobs={jobs}", f"out={out}",
    ]  # fmt: skip
    start = time.perf_counter()
    subprocess.run(call, check=True, capture_output=True)
    return {"seconds": time.perf_counter() - start}


def batch_run() -> None:
    """Equal runs, equal processes; of whole programs, imports included, and of the calls alone."""
    for label, runs, words in (("years", 100, YEAR), ("lives of two years", 200, DEFAULT)):
        theirs, call = measured("mesas", runs, 2, words), measured("ours", runs, 2, words)
        own = measured("command", runs, 2, words)["seconds"]
        again = measured("command", runs, 2, words, again=True)["seconds"]
        print(
            f"{runs} classroom {label}, 2 processes, whole programs: mesa.batch_run {theirs['whole']:.1f} s, xietong sweep {own:.1f} s, "
            f"the same command again {again:.1f} s; calls alone {theirs['seconds']:.1f} s, {call['seconds']:.1f} s"
        )


def speedup() -> None:
    """What a second process brings."""
    one, two = (measured("ours", 200, jobs, DEFAULT) for jobs in (1, 2))
    for name, label in (
        ("seconds", "start and collection included"),
        ("working", "first run kept to the last"),
    ):
        print(
            f"200 classroom runs of 730 days, {label}: 1 process {one[name]:.1f} s, 2 processes {two[name]:.1f} s: "
            f"{one[name] / two[name]:.2f}×"
        )


ALL = {"memory": memory, "overhead": overhead, "batch_run": batch_run, "speedup": speedup}

if __name__ == "__main__":
    kind, out, runs, jobs, *words = sys.argv[1:]
    called = {"ours": ours, "mesas": mesas, "bare": bare, "command": command}[kind]
    print(json.dumps(called(out, int(runs), int(jobs), *words)))
