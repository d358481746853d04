"""What the documentation says of Slurm is what dask-jobqueue makes of it. No Slurm is needed: only the job script is made."""

from __future__ import annotations

import re

import pytest

from sim.scenario import ROOT

PAGE = (ROOT.parent / "docs" / "engines.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_documented_cluster_gives_the_documented_job() -> None:
    jobqueue = pytest.importorskip("dask_jobqueue")
    python = next(block for block in blocks("python") if "SLURMCluster" in block)
    made = re.search(r"cluster = (SLURMCluster\(.*?\n\))", python, re.DOTALL)
    assert made is not None
    cluster = eval(made.group(1), {"SLURMCluster": jobqueue.SLURMCluster})
    try:
        script = cluster.job_script().splitlines()
        documented = next(block for block in blocks("sh") if "#SBATCH" in block).splitlines()
        assert [line for line in script if line.startswith("#SBATCH")] == documented
        call = next(line for line in script if "dask_worker" in line or "dask worker" in line)
        assert cluster.scheduler_address in call
        assert "--nthreads 1" in call and "--lifetime 235m" in call
    finally:
        cluster.close()
