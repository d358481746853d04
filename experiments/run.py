"""`xietong run`: one strategy, one replicate, a summary. `python -m experiments.run` is the same under Hydra's own flags."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.texts import text
from scenarios.units import unit_in

if TYPE_CHECKING:
    from experiments.settings import Settings


def main(words: Sequence[str], lang: str) -> int:
    """Live one run and sum it up."""
    from experiments.configuration import read

    return execute(read("run", words, lang))


def execute(settings: Settings) -> int:
    """Carry out judged settings and print the summary; the exit code."""
    from experiments.ensemble import carry_out

    done = carry_out(settings)
    summarise(settings, {str(name): value for name, value in done.runs.iloc[0].items()})
    print(text(settings.lang, "results_at", path=settings.out))
    return 0


def execute_all(jobs: Sequence[Settings], overrides: Sequence[str]) -> int:
    """Live single runs of several settings as one design and sum each up; `jobs.csv` and the manifest tell their overrides. The exit code.

    Raises as `experiments.ensemble.carry_out` does.
    """
    import pandas as pd

    from experiments.ensemble import fulfil, plan
    from experiments.manifest import Job
    from experiments.parquet import write_bytes
    from experiments.progress import say
    from experiments.task import Task

    planned = [plan(job, [(job.strategies[0], job.replicate)])[0] for job in jobs]
    tasks = {run.run_id: Task(job, job.replicate, (run,)) for job, run in zip(jobs, planned, strict=True)}
    told = [Job(run.run_id, job, words) for run, job, words in zip(planned, jobs, overrides, strict=True)]
    done = fulfil(jobs[0], list(tasks.values()), jobs=told)
    rows = {row["run_id"]: row for row in done.runs.to_dict("records")}
    for job, run in zip(jobs, planned, strict=True):
        if run.run_id in rows:
            summarise(job, {str(name): value for name, value in rows[run.run_id].items()})
    table = pd.DataFrame({"run_id": [run.run_id for run in planned], "overrides": overrides})
    write_bytes(jobs[0].out / "jobs.csv", table.to_csv(index_label="job", lineterminator="\n").encode())
    done.store.seal(also=[jobs[0].out / "jobs.csv"])
    print(text(jobs[0].lang, "results_at", path=jobs[0].out))
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def summarise(settings: Settings, row: Mapping[str, float]) -> None:
    """Print the headline outcomes of one run with their units, in blocks."""
    from experiments.outcomes_shown import blocks, meaning
    from experiments.printing import number, table

    lang = settings.lang
    strategy = settings.strategies[0]
    print(text(
        lang, "run_title", strategy=getattr(strategy.title, lang), world=getattr(settings.world.title, lang),
        replicate=settings.replicate, reform_day=settings.reform_day, last=settings.days - 1,
    ))  # fmt: skip
    print()
    headers = [text(lang, f"column_{name}") for name in ("outcome", "value", "unit", "meaning")]
    for title, outcomes in blocks(lang):
        rows = [
            [o.name, number(row[o.name]), unit_in(lang, o.unit), meaning(o, lang)]
            for o in outcomes
            if o.name in row
        ]
        if rows:
            table(headers, rows, title, numbers=(1,))


if __name__ == "__main__":
    from experiments.hydra_door import run_under_hydra

    sys.exit(run_under_hydra(sys.argv[1:]))
