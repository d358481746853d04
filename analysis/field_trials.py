"""Trials that a model has lived, judged by what it knows: each estimate beside the effect that it stands for.

Of one replicate the model has the trial itself (some communities treated, from their turn on), the same communities without any treatment,
and with all treated. All share their draws, so the difference of a cell between the trial and no treatment is the effect on it, spillovers
included, without error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.comparison import paired
from analysis.field_estimators import Estimate, Panel
from analysis.robustness import share

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

TRIED: Final = (
    "design", "estimator", "estimate", "low", "high", "truth", "everywhere", "spillover", "refuted",
)  # fmt: skip
PLACE: Final = ["outcome", "unit", "design", "estimator"]
SUMMARY: Final = (
    *PLACE, "estimate", "half_width", "truth", "bias", "bias_low", "bias_high", "coverage", "coverage_low", "coverage_high",
    "size", "everywhere", "spillover", "replicates",
)  # fmt: skip


class Lived(NamedTuple):
    """One measure in one replicate, `[community, period]` each: in the trial, without treatment, with all treated."""

    trial: Array
    none: Array
    everywhere: Array


def tried(
    lived: Lived, begins: Whole, design: str, estimators: Mapping[str, Callable[[Panel], Estimate]], placebos: Sequence[Whole]
) -> list[dict[str, Any]]:  # fmt: skip
    """Each estimator on one trial, columns `TRIED`.

    `truth` is the mean effect over the cells that the estimate stands for. `everywhere` is the mean effect, over all communities and from
    the first turn on, of treating everyone; `spillover` that of the trial on cells that are not treated (yet). `placebos` are turns dealt out
    at random, `[community]` each: without treatment, `refuted` is the share of them whose interval misses zero.
    """
    panel, none = Panel(lived.trial, begins), lived.none
    effect, after = lived.trial - none, np.arange(none.shape[1]) >= begins.min()
    untreated = ~panel.treated & after
    rows = []
    for name, estimator in estimators.items():
        found = estimator(panel)
        # Estimates of nothing: intervals that a rounding error away from zero would miss are no refutations.
        blank = [estimator(Panel(none, one)) for one in placebos]
        missed = [max(one.low, -one.high) > 1e-9 * np.abs(none).max() for one in blank]
        rows.append(dict(zip(TRIED, (
            design, name, found.value, found.low, found.high, effect[found.cells].mean(),
            (lived.everywhere - none)[:, after].mean(), effect[untreated].mean() if untreated.any() else np.nan,
            np.mean(missed) if missed else np.nan,
        ), strict=True)))  # fmt: skip
    return rows


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """How each estimator did over the replicates, columns `SUMMARY`.

    `found`: rows of `tried` with `outcome`, `unit` and `replicate`. `bias` is the mean of estimate less truth, replicate by replicate, with
    Student's 95 % interval; `coverage` the share of replicates whose interval holds the truth, with Wilson's; `size` the share of placebo
    tests that find an effect where there is none, 5 % for an honest one.
    """
    rows = []
    for place, own in found.groupby(PLACE, sort=False):
        estimate, truth = own["estimate"].to_numpy(float), own["truth"].to_numpy(float)
        bias = paired(estimate, truth)
        held = ((own["low"] <= own["truth"]) & (own["truth"] <= own["high"])).to_numpy(bool)
        covered = share(held, np.arange(len(held)))
        rows.append((
            *place, estimate.mean(), (own["high"] - own["low"]).mean() / 2, truth.mean(), bias.difference, bias.ci_low, bias.ci_high,
            *covered, own["refuted"].mean(), own["everywhere"].mean(), own["spillover"].mean(), len(own),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(SUMMARY))
