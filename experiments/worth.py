"""What an effect costs, beside a comparison: which options are efficient, at which price, and how surely each is the best one.

cost_effectiveness.csv   one row an option and future: increments over the baseline, their ratio, its place on the frontier
acceptability.csv        one row an option, willingness to pay and future

The report draws both.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis import cost_effectiveness
from experiments.texts import text

if TYPE_CHECKING:
    import pandas as pd

    from experiments.settings import Settings

FILES: Final = ("cost_effectiveness.csv", "acceptability.csv")


def keep(settings: Settings, runs: pd.DataFrame) -> list[Path]:
    """Write both tables into the result folder; their paths. Nothing where two outcomes have no common replicate."""
    import pandas as pd

    from experiments.tables import save

    found = _increments(settings, runs)
    if not found:
        return []
    curves = {
        future: cost_effectiveness.acceptability(own, cost_effectiveness.willingness(own))
        for future, own in found.items()
    }
    efficient = pd.concat(
        cost_effectiveness.efficient(own).assign(future=future) for future, own in found.items()
    )
    accepted = pd.concat(curve.assign(future=future) for future, curve in curves.items())
    return [save(settings.out, name, table) for name, table in zip(FILES, (efficient, accepted), strict=True)]


def show(settings: Settings, runs: pd.DataFrame) -> None:
    """Print each future's options, cheapest first: what they cost and avoid, and at what price."""
    from experiments.printing import interval, number, places_of, signed, table

    lang, baseline = settings.lang, settings.baseline_name()
    names = ("strategy", "worth_cost", "worth_effect", "interval", "worth_ratio", "worth_status")
    for future, own in _increments(settings, runs).items():
        rows = cost_effectiveness.efficient(own)
        places = places_of(rows["effect_high"] - rows["effect_low"], rows["effect"])
        lines = [
            [row["strategy"], signed(row["cost"]), signed(row["effect"], places=places),
             interval(row["effect_low"], row["effect_high"], places), number(row["price"]), _place(lang, row, baseline)]
            for _, row in rows.iterrows()
        ]  # fmt: skip
        title = text(lang, "worth_title", future=future, baseline=baseline)
        table([text(lang, f"column_{name}") for name in names], lines, title, numbers=(1, 2, 3, 4))


def _place(lang: str, row: pd.Series, baseline: str) -> str:
    """Where an option stands; one that changes nothing is equal to the baseline, wherever that stands."""
    if row["verdict"] == "equal" and row["strategy"] != baseline:
        return text(lang, "verdict_equal")
    return text(lang, f"worth_{row['status']}", by=row["by"])


def _increments(settings: Settings, runs: pd.DataFrame) -> dict[Any, pd.DataFrame]:
    """Increments of each future that has at least two complete replicates of all strategies."""
    made = {
        future: cost_effectiveness.increments(here, settings.baseline_name())
        for future, here in runs.groupby("future", sort=False)
        if settings.baseline_name() in set(here["strategy"])
    }
    return {future: own for future, own in made.items() if own["replicate"].nunique() > 1}
