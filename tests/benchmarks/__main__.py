"""Benchmarks: `python tests/benchmarks [days|laws|commands|many_runs|scale|cities|backlog|peers|classroom|memory|overhead|batch_run|speedup]` prints medians; nothing is asserted, machines differ.

days      resident-days per second of whole simulated days, one process, by world and strategy (compiled kernels)
laws      microseconds a day that each law of the day takes on the street
commands  seconds and peak memory of whole commands (`run`, and the comparison of six strategies × ten replicates)
many_runs seconds and peak memory of opening and aggregating a store of 10,000 runs × 730 days
scale     time of a day and memory from a hundred thousand to twenty million residents, on one thread and on two
cities    two years of `street`, `district` and `chengdu`
backlog   time of a day by the number of open cases, with the same residents and reports
peers     the resident's day with Mesa, NumPy and mesa-frames beside the whole model (peers.py)
classroom pictures and days a second of the live page, thirty sessions at once, memory of a session (classroom.py)
memory, overhead, batch_run, speedup
          what handing runs out costs (engines.py)
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

import engines
from cities import backlog, cities, scale
from classroom import classroom
from many_runs import measure
from peers import peers

DAYS = 730
CHUNK = 10


def days() -> None:
    """Whole days of `CommunityModel.step`, timed in chunks so that a busy neighbour shows as a spread."""
    from sim import CommunityModel

    print(
        f"{'world':12s} {'strategy':18s} {'residents':>10s} {'µs/day median':>14s} {'best':>8s} {'M resident-days/s':>18s} {'best':>8s}"
    )
    for world in ("classroom", "street"):
        for strategy in ("siloed", "shanghai", "beijing_whistle", "wuhan", "hierarchical"):
            model = CommunityModel(world=world, strategy=strategy, days=DAYS)
            residents = len(model.state.residents.cell)
            for _ in range(CHUNK):
                model.step()
            spans = []
            while model.day + CHUNK <= DAYS:
                start = time.perf_counter()
                for _ in range(CHUNK):
                    model.step()
                spans.append((time.perf_counter() - start) / CHUNK)
            median, best = statistics.median(spans), min(spans)
            print(
                f"{world:12s} {strategy:18s} {residents:10d} {median * 1e6:14.0f} {best * 1e6:8.0f} "
                f"{residents / median / 1e6:18.1f} {residents / best / 1e6:8.1f}"
            )


def laws() -> None:
    """Where a street's day goes."""
    import sim.model as module
    from sim import CommunityModel

    model = CommunityModel(world="street", strategy="wuhan", days=DAYS)
    while model.day < 200:
        model.step()
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, law):  # type: ignore[no-untyped-def]
        def run(*arguments):  # type: ignore[no-untyped-def]
            start = time.perf_counter()
            result = law(*arguments)
            spent[name].append(time.perf_counter() - start)
            return result

        return run

    names = [law.__name__ for law in module.DAY] + ["observe", "refresh_layers"]
    kept = {name: getattr(module, name) for name in names}
    for name, law in kept.items():
        setattr(module, name, timed(name, law))
    try:
        model.run()
    finally:
        for name, law in kept.items():
            setattr(module, name, law)
    for name in names:
        print(f"{name:16s} {statistics.median(spent[name]) * 1e6:8.0f} µs a day")


def commands() -> None:
    """Whole processes, warm cache: wall seconds and peak memory of the largest process."""
    jobs = os.cpu_count() or 1
    for label, words in (
        ("run world=street", ["run", "world=street"]),
        (f"compare, all strategies x 10 replicates, jobs={jobs}", ["compare", f"jobs={jobs}"]),
    ):
        spans = []
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "experiments.cli", *words, f"out={folder}/out"],
                    check=True,
                    capture_output=True,
                )
                spans.append(time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"{label:52s} median {statistics.median(spans):6.2f} s, best {min(spans):6.2f} s, peak so far {peak:5.0f} MB"
        )


def main() -> int:
    """Run the named benchmarks, all by default."""
    known = {
        "days": days,
        "laws": laws,
        "commands": commands,
        "many_runs": measure,
        "scale": scale,
        "cities": cities,
        "backlog": backlog,
        "peers": peers,
        "classroom": classroom,
        **engines.ALL,
    }
    for name in sys.argv[1:] or list(known):
        if name not in known:
            print(f"no benchmark '{name}'; known: {', '.join(known)}", file=sys.stderr)
            return 2
        print(f"== {name}")
        known[name]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
