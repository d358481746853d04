"""`xietong compare precision=…`: further replicates until every headline difference is known well enough.

What is well enough stands in `analysis.replicates`. Each look registers a larger design on the same store, so that finished runs are
used again and the same command goes on after an interruption; the looks are the same whoever repeats them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.replicates import FIRST_STAGE, next_stage, precision_table, unmet
from experiments.ensemble import Ensemble, carry_out
from experiments.texts import text

if TYPE_CHECKING:
    import pandas as pd

    from experiments.settings import Settings

__all__ = ["FIRST_STAGE", "precise", "show"]


def precise(settings: Settings) -> Ensemble:
    """Live the design; under `precision` in as many replicates as that takes, up to `max_replicates`.

    Runs that failed do not hold a look up; what is still too wide is told on stderr after each look. Raises as `carry_out` does.
    """
    from experiments.progress import say

    done = carry_out(settings)
    most = settings.max_replicates or 0
    while settings.precision is not None and done.settings.replicates < most:
        late = _late(done)
        if late.empty:
            break
        n = done.settings.replicates
        then = next_stage(n, float(late["needed"].iloc[0]), most)
        say(text(settings.lang, "precision_round", replicates=n, late=len(late), next=then, **_widest(late)))
        done = carry_out(settings.model_copy(update={"replicates": then}))
    return done


def show(done: Ensemble) -> None:
    """Print whether the wanted precision was reached, and if not what is widest; nothing where none was wanted."""
    settings = done.settings
    if settings.precision is None:
        return
    late, about = _late(done), {"replicates": settings.replicates, "precision": f"{settings.precision:g}"}
    if late.empty:
        print(text(settings.lang, "precision_reached", **about))
    else:
        print(text(settings.lang, "precision_stopped", late=len(late), **about, **_widest(late)))
    print(text(settings.lang, "precision_note"))


def _late(done: Ensemble) -> pd.DataFrame:
    assert done.settings.precision is not None
    return unmet(precision_table(done.runs, done.settings.baseline_name(), done.settings.precision))


def _widest(late: pd.DataFrame) -> dict[str, Any]:
    """The row that needs most replicates, in words."""
    from experiments.printing import number

    row = late.iloc[0]
    more = row["needed"] - row["replicates"]
    return {
        "outcome": row["outcome"], "strategy": row["strategy"], "future": row["future"], "unit": row["unit"],
        "half": number(row["half_width"]), "wanted": number(row["wanted"]), "more": number(more, places=0),
    }  # fmt: skip
