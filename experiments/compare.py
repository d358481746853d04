"""`xietong compare` and `experiments.compare`: strategies × replicates with common random numbers, the main job."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.texts import text
from scenarios.units import unit_in

if TYPE_CHECKING:
    import pandas as pd

    from experiments.ensemble import Ensemble
    from experiments.settings import Settings


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. `runs` has one row a run, `store` is the result folder."""

    runs: pd.DataFrame
    store: Path
    baseline: str
    lang: str
    failed: int = 0
    _folder: Any = field(default=None, repr=False)

    def table(self) -> pd.DataFrame:
        """One row a strategy and outcome: means, paired difference, 95 % interval, verdict."""
        from analysis.comparison import compare as paired

        return paired(self.runs, self.baseline)

    def report(self, path: str | Path | None = None, lang: str | None = None) -> Path:
        """Build the report and return the path of its page; in the result folder, or copied to the folder `path`."""
        from experiments.report import build, made

        page = build(self.store, lang or self.lang, self.baseline)
        if path is None or Path(path).resolve() == self.store.resolve():
            return page
        for file in made(self.store):
            target = Path(path) / file.relative_to(self.store)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        return Path(path) / page.relative_to(self.store)


def compare(
    strategies: Sequence[str] | None = None,
    world: str = "street",
    replicates: int = 10,
    out: str | Path | None = None,
    **keys: Any,
) -> Comparison:
    """Compare strategies: paired replicates under common random numbers.

    `keys` are those of `xietong compare` (`days`, `reform_day`, `seed`, `jobs`, `parameters={"voice.base_hazard": 0.4}`, …).
    Without `out`, results live in a temporary folder as long as the returned object does.

    Raises
    ------
    ConfigError
        Every fault of the arguments at once.
    StoreError
        `out` holds something else, or cannot be written.
    """
    from experiments.precision import precise

    folder = (
        None
        if out is not None
        else tempfile.TemporaryDirectory(prefix="xietong-", ignore_cleanup_errors=True)
    )
    given = {
        "strategies": None if strategies is None else list(strategies),
        "world": world,
        "replicates": replicates,
    }
    settings = _judged(given | {"out": out if folder is None else folder.name} | keys)
    return _comparison(precise(settings), folder)


def _judged(given: dict[str, Any]) -> Settings:
    """Keyword arguments, judged as the words of a command are."""
    from experiments.faults import Faults
    from experiments.judging.whole import judged
    from experiments.keys import of
    from experiments.speech import environment_language

    keys = of("compare")
    faults = Faults(given.get("lang") or environment_language())
    for name in given:
        if name not in keys:
            faults.add(
                "unknown_key", key=name, command="compare", near=faults.near(name, keys), keys=", ".join(keys)
            )
    defaults = {name: key.default for name, key in keys.items()} | {
        "record": {"cases": False, "needs": False}
    }
    return judged(
        "compare", defaults | {name: value for name, value in given.items() if name in keys}, faults
    )


def _comparison(done: Ensemble, folder: Any = None) -> Comparison:
    settings = done.settings
    return Comparison(
        done.runs, settings.out, settings.baseline_name(), settings.lang, len(done.failed), folder
    )


def main(words: Sequence[str], lang: str) -> int:
    """Compare, print the tables, build the report; 1 when some runs failed."""
    from experiments import ranks, worth
    from experiments.configuration import read
    from experiments.precision import precise
    from experiments.precision import show as show_precision
    from experiments.progress import say

    done = precise(read("compare", words, lang))
    settings = done.settings
    found = _comparison(done)
    if done.levels:
        from experiments import budget

        budget.show(settings, list(done.levels))
    paired = found.table()
    for future, rows in paired.groupby("future", sort=False):
        show(settings, rows, str(future))
    ranks.show(settings, found.runs)
    worth.show(settings, found.runs)
    show_precision(done)
    ranks.keep(done.store.root, found.runs)
    worth.keep(settings, found.runs)
    print(text(settings.lang, "report_at", path=found.report()))
    if done.failed:
        say("xietong: " + done.failure_line())
    return 1 if done.failed else 0


def show(settings: Settings, table: pd.DataFrame, future: str) -> None:
    """Print a table for each headline outcome, block by block, of one future."""
    from experiments.outcomes_shown import blocks, meaning

    lang = settings.lang
    print(text(
        lang, "compare_title", world=getattr(settings.world.title, lang), replicates=settings.replicates,
        reform_day=settings.reform_day, last=settings.days - 1, baseline=settings.baseline_name(), future=future,
    ))  # fmt: skip
    print(text(lang, "undecided_note"))
    print()
    for title, outcomes in blocks(lang):
        print(f"== {title} ==")
        for outcome in outcomes:
            called = text(lang, "outcome_title", meaning=meaning(outcome, lang), name=outcome.name)
            _show_one(settings, table[table["outcome"] == outcome.name], called)


def _show_one(settings: Settings, rows: pd.DataFrame, title: str) -> None:
    from experiments.printing import interval, number, places_of, signed, table

    if not len(rows):
        return
    lang = settings.lang
    first = rows.iloc[0]
    told = text(
        lang,
        "baseline_is",
        name=settings.baseline_name(),
        mean=number(first["baseline_mean"]),
        unit=unit_in(lang, str(first["unit"])),
    )
    places = places_of(rows["ci_high"] - rows["ci_low"], (*rows["mean"], first["baseline_mean"]))
    lines = [
        [row["strategy"], number(row["mean"], places=places), signed(row["difference"], places=places),
         interval(row["ci_low"], row["ci_high"], places), text(lang, f"verdict_{row['verdict']}")]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    headers = [
        text(lang, f"column_{name}") for name in ("strategy", "mean", "difference", "interval", "verdict")
    ]
    table(headers, lines, f"{title} – {told}", numbers=(1, 2, 3))
