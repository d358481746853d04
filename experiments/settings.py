"""What a command has been told, judged and frozen: the one object that designs, workers and manifests read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from experiments.keys import BY_NAME
from sim.scenario import Future, Strategy, World

USUAL_BASELINE: Final = "siloed"
Command = Literal[
    "run",
    "compare",
    "twin",
    "attribute",
    "optimise",
    "calibrate",
    "sweep",
    "sensitivity",
    "discover",
    "estimate",
]


def _bounds(name: str) -> Any:
    """The bounds of a number, as its key declares them."""
    return Field(ge=BY_NAME[name].low, le=BY_NAME[name].high)


class Frozen(BaseModel):
    """No conversions, no unknown fields, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Record(Frozen):
    """Which tables a run keeps besides its outcomes; `daily` stands for daily sums (by community, or thinner by
    street), ledger, cells and ties."""

    daily: Literal["community", "street", "none"] = "community"
    cases: bool = False
    needs: bool = False

    @property
    def keeps_all(self) -> bool:
        """Whether a model must keep needs that have ended and cases that are closed."""
        return self.needs or self.cases

    @property
    def by_street(self) -> bool:
        """Whether a model keeps daily sums by street."""
        return self.daily == "street"


class Engine(Frozen):
    """Who lives the runs: processes of this machine, or the workers of the dask scheduler at an address, such as `tcp://host:port`.

    `timeout` bounds the wait for the scheduler and its first worker, in seconds.
    """

    name: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    timeout: Annotated[int, _bounds("engine.timeout")] = BY_NAME["engine.timeout"].default


class Settings(Frozen):
    """A judged configuration.

    `data` is the file that a world of own data was read from; the world holds all of it.
    `futures`, where there are any, stand for `future`; `uncertainty` gives each replicate parameters of its own.
    `parameters` are dotted overrides of declared parameters, `pin` gives random streams a seed of their own. `run` and `twin`
    live one replicate, number `replicate`; `compare` and `attribute` live `replicates` of them, from 0,
    and `compare` up to `max_replicates` where a `precision` is wanted. `optimise` searches in
    `search_replicates`, from 0, and verifies in the `replicates` that follow. `calibrate` screens with `trajectories`, or takes the
    table `screen`, and fits the first `fitted` parameters in `waves` of `sample` runs, the last of `draws` runs. `sweep` lives all
    strategies in all replicates at each of its points: combinations of the values of `sweep`, `points` points in their ranges, or
    the rows of the file `design`. `sensitivity` varies the parameters `over` by `method`: it screens with `trajectories`, and finds
    the indices of the `strongest` from `samples` base points; a second strategy is the one that differences are taken to.
    `discover` asks where `outcome` lies beyond `threshold`. `estimate` tries the strategy in half of the communities and in `steps` waves
    of them, and measures them once in each `period` days. Every `checkpoint` days a run on its way is kept on disk, to go on from.
    """

    command: Command
    world: World
    data: Path | None = None
    strategies: Annotated[tuple[Strategy, ...], Field(min_length=1)]
    future: Future
    futures: tuple[Future, ...] = ()
    uncertainty: Literal["none", "deep", "ranges", "posterior"] = "none"
    days: Annotated[int, _bounds("days")]
    reform_day: Annotated[int, _bounds("reform_day")]
    seed: Annotated[int, _bounds("seed")]
    replicates: Annotated[int, _bounds("replicates")] = 1
    replicate: Annotated[int, _bounds("replicate")] = 0
    baseline: str = "auto"
    budget: Literal["own", "neutral"] = "own"
    budget_level: Annotated[float, _bounds("budget_level")] | None = None
    precision: Annotated[float, _bounds("precision")] | None = None
    max_replicates: Annotated[int, _bounds("max_replicates")] | None = None
    permutations: Annotated[int, _bounds("permutations")] = 2
    outcomes: tuple[str, ...] | None = None
    cost_share: Annotated[float, _bounds("cost_share")] = 0.5
    population: Annotated[int, _bounds("population")] = 20
    generations: Annotated[int, _bounds("generations")] = 10
    search_replicates: Annotated[int, _bounds("search_replicates")] = 3
    parameters: dict[str, float] = {}
    pin: dict[str, int] = {}
    need: Literal["auto"] = "auto"
    method: Literal["morris", "sobol", "both"] = "both"
    over: tuple[str, ...] | None = None
    strongest: Annotated[int, _bounds("strongest")] = 1
    samples: Annotated[int, _bounds("samples")] = 16
    outcome: str = "unmet_need_days"
    threshold: Annotated[float, _bounds("threshold")] | None = None
    trajectories: Annotated[int, _bounds("trajectories")] = 1
    fitted: Annotated[int, _bounds("fitted")] = 1
    sample: Annotated[int, _bounds("sample")] = 1
    waves: Annotated[int, _bounds("waves")] = 1
    draws: Annotated[int, _bounds("draws")] = 1
    screen: Path | None = None
    steps: Annotated[int, _bounds("steps")] = 4
    period: Annotated[int, _bounds("period")] = 30
    sweep: dict[str, Any] = {}
    sampling: Literal["grid", "lhs", "sobol"] = "grid"
    points: Annotated[int, _bounds("points")] = 1
    design: Path | None = None
    resident: Annotated[int, _bounds("resident")] | None = None
    record: Record = Record()
    engine: Engine = Engine()
    jobs: Annotated[int, _bounds("jobs")] = 1
    fail_fast: bool = False
    checkpoint: Annotated[int, _bounds("checkpoint")] | None = None
    lang: Literal["en", "zh"] = "en"
    out: Path

    def numbers(self) -> range:
        """The numbers of the replicates whose results this command shows."""
        if self.command in ("run", "twin"):
            return range(self.replicate, self.replicate + 1)
        first = self.search_replicates if self.command == "optimise" else 0
        return range(first, first + self.replicates)

    def baseline_name(self) -> str:
        """The strategy that others are compared with: as asked, else the siloed state, else the first of the list; of a sensitivity the last."""
        names = [strategy.name for strategy in self.strategies]
        if self.command == "sensitivity":
            return names[-1]
        if self.baseline != "auto":
            return self.baseline
        return USUAL_BASELINE if USUAL_BASELINE in names else names[0]
