"""What a command has been told, judged and frozen: the one object that designs, workers and manifests read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from experiments.keys import BY_NAME
from sim.scenario import Future, Strategy, World

Command = Literal["run", "compare", "twin", "calibrate"]


def _whole(name: str) -> Any:
    """The bounds of a whole number, as its key declares them."""
    return Field(ge=BY_NAME[name].low, le=BY_NAME[name].high)


class Frozen(BaseModel):
    """No conversions, no unknown fields, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Record(Frozen):
    """Which long tables a run keeps besides its daily sums; `rows_only` keeps no table, for designs of many runs."""

    cases: bool = False
    needs: bool = False
    rows_only: bool = False


class Settings(Frozen):
    """A judged configuration.

    `calibrate` screens with `trajectories`, or takes the table `screen`, and fits the first `fitted` parameters in `waves` of
    `sample` runs, the last of `draws` runs. `parameters` are dotted overrides of declared parameters, `pin` gives random streams a seed of their own. `run` and `twin`
    live one replicate, number `replicate`; `compare` lives `replicates` of them, from 0.
    """

    command: Command
    world: World
    strategies: Annotated[tuple[Strategy, ...], Field(min_length=1)]
    future: Future
    days: Annotated[int, _whole("days")]
    reform_day: Annotated[int, _whole("reform_day")]
    seed: Annotated[int, _whole("seed")]
    replicates: Annotated[int, _whole("replicates")] = 1
    replicate: Annotated[int, _whole("replicate")] = 0
    baseline: str = "auto"
    budget: Literal["own"] = "own"
    parameters: dict[str, float] = {}
    pin: dict[str, int] = {}
    need: Literal["auto"] = "auto"
    trajectories: Annotated[int, _whole("trajectories")] = 1
    fitted: Annotated[int, _whole("fitted")] = 1
    sample: Annotated[int, _whole("sample")] = 1
    waves: Annotated[int, _whole("waves")] = 1
    draws: Annotated[int, _whole("draws")] = 1
    screen: Path | None = None
    resident: Annotated[int, _whole("resident")] | None = None
    record: Record = Record()
    engine: Literal["local"] = "local"
    jobs: Annotated[int, _whole("jobs")] = 1
    lang: Literal["en", "zh"] = "en"
    out: Path

    def numbers(self) -> range:
        """The numbers of the replicates that this command lives."""
        return (
            range(self.replicates) if self.command == "compare" else range(self.replicate, self.replicate + 1)
        )

    def baseline_name(self) -> str:
        """The strategy that others are compared with: as asked, else the siloed state, else the first of the list."""
        names = [strategy.name for strategy in self.strategies]
        if self.baseline != "auto":
            return self.baseline
        return USUAL_BASELINE if USUAL_BASELINE in names else names[0]


USUAL_BASELINE: Final = "siloed"
