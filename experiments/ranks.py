"""Who comes first, and how surely: ranks over replicates, printed for headline outcomes and kept for all in `ranking.csv`.

`winners.csv` says who is best on each outcome in each future. With `uncertainty` each replicate has parameters of its own, and shares of
replicates are probabilities over what is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from experiments.settings import Settings

FILES: Final = ("ranking.csv", "winners.csv")
#: Strategies named behind the winner.
FOLLOWERS: Final = 2


def keep(folder: Path, runs: pd.DataFrame) -> list[Path]:
    """Write both tables into a result folder; their paths."""
    from analysis.ranking import ranking, winners
    from experiments.tables import save

    return [
        save(folder, name, table) for name, table in zip(FILES, (ranking(runs), winners(runs)), strict=True)
    ]


def show(settings: Settings, runs: pd.DataFrame) -> None:
    """Print who is first, who follows and who is last on each headline outcome, future by future."""
    from analysis.ranking import ranking
    from experiments.outcomes_shown import blocks
    from experiments.printing import table as printed

    lang = settings.lang
    ranked = ranking(runs)
    headlines = [outcome for _, outcomes in blocks(lang) for outcome in outcomes if outcome.better]
    headers = [text(lang, f"column_{name}") for name in ("outcome", "first", "then", "last_place")]
    for future, here in ranked.groupby("future", sort=False):
        rows = [
            [outcome.name, *_places(here[here["outcome"] == outcome.name])]
            for outcome in headlines
            if (here["outcome"] == outcome.name).any()
        ]
        title = text(
            lang, "ranks_title", future=future, uncertainty=text(lang, f"uncertainty_{settings.uncertainty}")
        )
        printed(headers, rows, title)


def _places(rows: pd.DataFrame) -> list[str]:
    """The first by mean rank with its probability of being first, those that follow, and the last with its probability of being last."""
    ordered = rows.sort_values(["mean_rank", "strategy"])
    told = [f"{row.strategy} {row.first:.0%}" for row in ordered.itertuples()]
    last = ordered.iloc[-1]
    return [told[0], ", ".join(told[1 : 1 + FOLLOWERS]), f"{last['strategy']} {last['last']:.0%}"]
