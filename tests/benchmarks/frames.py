"""The resident's day of `peers.py` as mesa-frames has it: `python frames.py TABLE.npz`, with an interpreter that has mesa-frames (0.1).

It pins versions that differ from this project's, so it gets an environment of its own; `peers` calls that one.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

RATE, PULL, CHANCE = 0.02, 0.5, 0.003


class Residents(AgentSetPolars):
    """All residents as one data frame."""

    def __init__(self, model: ModelDF, table: dict[str, np.ndarray]) -> None:
        super().__init__(model)
        self.ties = table.pop("ties")
        self += pl.DataFrame({"unique_id": np.arange(len(table["gain"]))} | table)

    def step(self) -> None:
        """One day."""
        happiness, volunteer = (self["happiness"].to_numpy(), self["volunteer"].to_numpy())
        around = pl.Series(happiness[self.ties].mean(1))
        near = pl.Series(volunteer[self.ties].mean(1))
        rest = 0.55 + pl.col("disposition") - pl.col("unmet")
        senses = [
            (pl.col(n) + RATE * (rest - pl.col(n))).clip(0.0, 1.0) for n in ("gain", "security", "trust")
        ]
        happy = pl.col("happiness") + RATE * (0.5 * rest + 0.5 * around - pl.col("happiness"))
        joins = PULL * near + pl.col("trust") >= pl.col("threshold")
        today = pl.col("rota") == self.model.day % 7
        self._agents = self._agents.with_columns(
            pl.col("expectation") + RATE * (0.5 - pl.col("expectation")),
            *senses,
            happy.clip(0.0, 1.0),
            pl.when(today).then(joins).otherwise(pl.col("volunteer") > 0).alias("volunteer"),
        )
        self.needs = np.flatnonzero(self.model.random.random(len(happiness)) < CHANCE)
        self.sums = self._agents.group_by("cell").agg(
            (0.4 * pl.col("gain") + 0.3 * pl.col("security") + 0.3 * pl.col("happiness")).sum()
        )


def main(path: str) -> None:
    """Median seconds of a day, as JSON."""
    model = ModelDF(seed=1)
    model.day = 0
    with np.load(path, allow_pickle=False) as file:
        model.agents += Residents(model, {name: file[name] for name in file.files})
    spans = []
    for _ in range(12):
        start = time.perf_counter()
        model.agents.do("step")
        spans.append(time.perf_counter() - start)
        model.day += 1
    print(json.dumps({"seconds": statistics.median(spans[2:])}))


if __name__ == "__main__":
    main(sys.argv[1])
