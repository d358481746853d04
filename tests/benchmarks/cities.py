"""Large worlds: days, memory and linearity; each figure from a process of its own."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

#: Streets of 48,000 residents.
SIZES = (2, 6, 21, 105, 420)
DAYS = 60
#: Staff from day 100 on, in shares: where little is left, what is reported stays undone; patience at its longest, so that few give up.
LEFT = (2.0, 1.0, 0.4, 0.1, 0.02)
PATIENCE = {"triage.patience": 60.0}


def lived(world: str, streets: int, days: int, threads: int, strategy: str = "siloed") -> dict[str, float]:
    """Seconds to build a world and of a day (median of the last half), residents, peak memory in MB."""
    from sim import CommunityModel
    from sim.scenario import load_world

    CommunityModel(world="classroom", strategy=strategy, days=40, reform_day=5).run()
    chosen = load_world(world)
    if streets:
        chosen = chosen.model_copy(update={"streets": streets})
    start = time.perf_counter()
    model = CommunityModel(
        world=chosen,
        strategy=strategy,
        days=days,
        reform_day=days // 3,
        keeps_all=False,
        threads=threads,
        by_street=True,
    )
    built, spans = time.perf_counter() - start, []
    for _ in range(days):
        start = time.perf_counter()
        model.step()
        spans.append(time.perf_counter() - start)
    return {
        "build": built, "day": statistics.median(spans[days // 2 :]), "sum": sum(spans),
        "residents": len(model.state.residents.cell), "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def apart(*arguments: Any) -> dict[str, float]:
    """`lived` in a process of its own."""
    call = [sys.executable, __file__, *map(str, arguments)]
    ended = subprocess.run(call, check=True, capture_output=True, text=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def scale() -> None:
    """Time of a day by size and threads, per million residents, against the smallest world."""
    for threads in (1, 2):
        base = 0.0
        for streets in SIZES:
            found = apart("street", streets, DAYS, threads)
            each = found["day"] / found["residents"] * 1e6
            base = base or each
            print(
                f"{found['residents']:12,.0f} residents, threads={threads}: build {found['build']:6.2f} s, day {found['day'] * 1e3:8.2f} ms, "
                f"{each * 1e3:6.2f} ms a million ({each / base:4.2f} of the smallest), {found['memory']:6.0f} MB"
            )


def cities() -> None:
    """Two years of a district and of the whole city."""
    for world in ("street", "district", "chengdu"):
        for threads in (1, 2):
            found = apart(world, 0, 730, threads)
            print(
                f"{world:10s} threads={threads}: build {found['build']:6.1f} s, 730 days {found['sum']:7.1f} s, {found['memory']:6.0f} MB, "
                f"{found['residents'] * 730 / found['sum'] / 1e6:6.1f} M resident-days/s"
            )


def backlog() -> None:
    """A day by the number of open cases, with the same residents, needs and reports: staff changes on day 100."""
    from sim import CommunityModel

    for world, days in (("street", 400), ("district", 300)):
        base: tuple[float, float] | None = None
        for share in LEFT:
            model = CommunityModel(
                world=world, strategy="siloed", days=days, reform_day=20, keeps_all=False, parameters=PATIENCE
            ).run(100)
            institutions = model.state.institutions
            institutions.staff[:] *= share
            institutions.start_staff[:] *= share
            spans = []
            while model.day < days:
                start = time.perf_counter()
                model.step()
                spans.append(time.perf_counter() - start)
            last = model.records.sums(days - 60)
            day, open_cases = statistics.median(spans[-60:]), float(last["cases_open"].mean())
            base = base or (day, open_cases)
            print(
                f"{world:10s} staff ×{share:4.2f}: {last['cases_opened'].mean():7.1f} opened a day, {open_cases:8.0f} open cases "
                f"({open_cases / base[1]:5.2f}×), day {day * 1e3:6.2f} ms ({day / base[0]:4.2f}×)"
            )


if __name__ == "__main__":
    world, *numbers = sys.argv[1:]
    print(json.dumps(lived(world, *map(int, numbers))))
