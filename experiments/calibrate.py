"""`xietong calibrate`: which constants the data of the baseline bind, and how far; the siloed state alone is lived.

    screen.csv       constants by how far they move a target (experiments.calibration.screening)
    posterior.csv    a row an accepted draw: number, weight, replicate, fitted constants (experiments.calibration.waves)
    posterior.json   how the sample was made
    bounds.csv       a row a fitted constant: its range before and after
    fit.csv          a row a target, fitted or held out: what defaults and posterior show beside its range

No outcome of a reform is seen, and held-out targets are read after the last run.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments import tables
from experiments.texts import text
from sim.errors import XietongError

if TYPE_CHECKING:
    import pandas as pd

    from experiments.batches import Design
    from experiments.calibration.targets import Targets
    from experiments.calibration.waves import Fit
    from experiments.ranges import Ranges
    from experiments.settings import Settings

#: Runs of the declared values that the posterior is shown beside.
PLAIN_RUNS: Final = 5
#: What is there only when something fits.
POSTERIOR: Final = ("posterior.csv", "posterior.json", "bounds.csv")
#: Keys that change no result, left out of the command that the sample names.
UNTOLD: Final = ("out", "jobs", "fail_fast", "lang", "engine", "engine.scheduler", "engine.timeout")


class NothingFitsError(XietongError):
    """No run of the last wave lies inside all fitted targets."""


def main(words: Sequence[str], lang: str) -> int:
    """Screen, fit, and tell how well; 1 when nothing fits or some runs failed."""
    from experiments.configuration import read

    return execute(read("calibrate", words, lang), words)


def execute(settings: Settings, words: Sequence[str] = ()) -> int:
    """Carry out a judged calibration and print what it found; the exit code."""
    from experiments.batches import Design
    from experiments.calibration import given, screening, targets, waves
    from experiments.calibration.showing import show_fit, show_screen
    from experiments.ensemble import begin
    from experiments.progress import say
    from experiments.store import Store

    design = Design(settings)
    fitted = targets.load("fit")
    earlier = given.read(settings, fitted.ids)
    begin(settings, Store(settings.out), [])
    table = screened(settings, design, fitted) if earlier is None else earlier
    tables.save(settings.out, "screen.csv", table)
    show_screen(settings, table)
    if settings.waves:
        from experiments.ranges import of

        chosen = of(screening.strongest(table, settings.fitted))
        lived = Waves(design, chosen, fitted)
        plan = waves.Plan(settings.waves, settings.sample, settings.draws)
        found = waves.fit(lived, chosen.names, fitted, plan, settings.seed)
        told = errors(lived, found)
        tables.save(settings.out, "fit.csv", told)
        show_fit(settings, told)
    # Told before the sample is looked for: when nothing fits, this may be why.
    if failure := design.failure_line():
        say("xietong: " + failure)
    if settings.waves:
        keep_posterior(settings, words, chosen, found)
    seal(settings)
    print(text(settings.lang, "results_at", path=settings.out))
    return 1 if failure else 0


def most(settings: Settings) -> int:
    """The runs of a whole calibration: trajectories of the screening, waves, and those of the declared values."""
    from experiments.ranges import uncertain

    constants = len(uncertain(mechanisms=False, without=settings.parameters).names)
    screening = settings.trajectories * (constants + 1) if settings.screen is None else 0
    if not settings.waves:
        return screening
    return screening + (settings.waves - 1) * settings.sample + settings.draws + PLAIN_RUNS


class Waves:
    """The model as the waves see it: places to logarithms of targets. The i-th run of a fit has a replicate of its own, i + 1."""

    def __init__(self, design: Design, ranges: Ranges, targets: Targets) -> None:
        self.design, self.ranges, self.targets = design, ranges, targets
        self.rows: list[pd.DataFrame] = []

    def __call__(self, places: np.ndarray) -> np.ndarray:
        from experiments.ensemble import Point

        first = sum(map(len, self.rows))
        new = self.ranges.parameters(places[first:])
        self.rows += self.design([Point(parameters, first + i + 1) for i, parameters in enumerate(new)])
        return np.concatenate([self.targets.told(rows, window(self.design.settings)) for rows in self.rows])


def window(settings: Settings) -> float:
    """Days over which outcomes are read."""
    return float(settings.days - settings.reform_day)


def screened(settings: Settings, design: Design, targets: Targets) -> pd.DataFrame:
    """The table of a new screening of all constants that the settings do not fix."""
    from experiments.calibration import screening
    from experiments.ranges import uncertain

    ranges = uncertain(mechanisms=False, without=settings.parameters)
    return screening.screen(
        lambda points: design(points)[0],
        ranges,
        targets,
        settings.trajectories,
        settings.seed,
        window(settings),
    )


def errors(lived: Waves, found: Fit) -> pd.DataFrame:
    """The table of errors: the declared values are lived beside the fit, held-out targets are looked at for the first time."""
    import pandas as pd

    from experiments.calibration import summary
    from experiments.calibration.targets import load
    from experiments.ensemble import Point

    (plain,) = lived.design([Point({}, number + 1) for number in range(PLAIN_RUNS)])
    uses = (load("fit"), load("holdout"))
    return summary.errors(uses, plain, pd.concat(lived.rows), found, window(lived.design.settings))


def keep_posterior(settings: Settings, words: Sequence[str], ranges: Ranges, found: Fit) -> None:
    """Write the sample, how it was made, and what it says of each constant.

    Raises
    ------
    NothingFitsError
        There is none.
    """
    import pandas as pd

    from experiments.calibration.showing import show_bounds
    from experiments.calibration.summary import bounds

    if not len(found.accepted):
        for name in POSTERIOR:
            (settings.out / name).unlink(missing_ok=True)  # of an earlier call with other keys
        seal(settings)
        raise NothingFitsError(text(settings.lang, "nothing_fits", draws=settings.draws, out=settings.out))
    values = ranges.values(found.places[found.accepted])
    about = {"draw": np.arange(len(values)), "weight": found.weight, "replicate": found.accepted + 1}
    tables.save(
        settings.out, "posterior.csv", pd.DataFrame(about | dict(zip(ranges.names, values.T, strict=True)))
    )
    content = json.dumps(made(settings, words, found), indent=1, ensure_ascii=False) + "\n"
    tables.save_text(settings.out, "posterior.json", content)
    table = bounds(ranges, found)
    tables.save(settings.out, "bounds.csv", table)
    show_bounds(settings, table, found)


def made(settings: Settings, words: Sequence[str], found: Fit) -> dict[str, Any]:
    """How a sample was made, as plain data: the command that makes it again, and with which model."""
    from experiments.identity import model_version
    from experiments.manifest import versions
    from experiments.parquet import file_hash

    told = [word for word in words if word.partition("=")[0] not in UNTOLD]
    return {
        "command": shlex.join(["xietong", "calibrate", *told]), "model_version": model_version(), "packages": versions(),
        "world": settings.world.name, "future": settings.future.name, "days": settings.days, "reform_day": settings.reform_day,
        "seed": settings.seed, "screen": file_hash(settings.out / "screen.csv"), "runs": len(found.places),
        "last_wave": int((found.wave == found.wave.max()).sum()), "accepted": len(found.accepted),
        "effective": round(found.effective, 1),
    }  # fmt: skip


def seal(settings: Settings) -> None:
    """Let the manifest know the tables."""
    tables.seal(settings.out, [*settings.out.glob("*.csv"), *settings.out.glob("posterior.json")])
