"""Estimators of a trial in the field, on a panel of communities and periods, so that they can be tried where the truth is known.

A field team sees each community either before or after its turn, never both. The model lives both, so every estimate here can be laid
beside the effect that it stands for. Errors are those of few communities: each interval uses Student's quantile with the
degrees of freedom of its estimator.

    before_after                mean change of the treated; whatever else changes meanwhile counts as effect
    difference_in_differences   two groups, two periods: change of the treated less change of the rest (Card & Krueger 1994), collapsed to
                                one change a community against serial correlation (Bertrand, Duflo & Mullainathan 2004)
    two_way_fixed_effects       y = α_community + γ_period + β·treated + e, errors clustered by community (CR2: Bell & McCaffrey 2002)
    stepped_wedge               the same with communities at random: generalised least squares (Hussey & Hughes 2007)
    group_time                  mean of group-time effects against communities not yet treated (Callaway & Sant'Anna 2021)

Where turns are staggered and effects grow with exposure or differ between waves, `two_way_fixed_effects` and `stepped_wedge` are biased:
they also compare late waves with early ones whose effect is still moving, and may weigh effects negatively (Goodman-Bacon 2021).
`group_time` never does. No estimator here sees spillovers: what the treated do to the rest enters as error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from analysis.courses import Measure

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

LEVEL: Final = 0.95
#: What a community is measured by, as outcomes are called; each `scale · Σ above / Σ below` over the days of a period.
MEASURES: Final = (
    Measure("unmet_need_days", "days per resident and year", ("needs_open",), "residents", 365.0),
    Measure("needs_met_30d", "share", ("needs_met_30d",), "needs_arisen"),
    Measure("satisfaction", "0-100", ("satisfaction_sum",), "residents", 100.0),
    Measure("trust", "0-1", ("trust_sum",), "residents"),
    Measure("participation", "0-1", ("volunteers",), "adults"),
    Measure("disorder", "0-1", ("disorder_sum",), "cells"),
)


class Panel(NamedTuple):
    """A measure by community and period, and the period in which each community has its turn.

    `y` is `[community, period]` in the measure's unit; `begins` `[community]` counts periods from 0, the number of periods means never.
    """

    y: Array
    begins: Whole

    @property
    def treated(self) -> Mask:
        """Which cells are treated, `[community, period]`."""
        return np.arange(self.y.shape[1]) >= self.begins[:, None]


class Estimate(NamedTuple):
    """An effect in the measure's unit with its 95 % interval, standard error and degrees of freedom.

    `cells` `[community, period]` are those whose mean effect it stands for.
    """

    value: float
    low: float
    high: float
    error: float
    df: float
    cells: Mask


def values(daily: pd.DataFrame, measure: Measure, first: int, period: int) -> Array:
    """A measure of each community in periods of `period` days from day `first` on, `[community, period]`; a broken last one is left out.

    `daily`: one row a day and community, as a run records it.
    """
    periods = (int(daily["day"].max()) + 1 - first) // period
    place = (daily["day"] - first) // period
    inside = daily.assign(period=place)[(place >= 0) & (place < periods)]
    sums = inside.groupby(["community", "period"])[sorted({*measure.above, measure.below})].sum()
    ratio = (
        measure.scale
        * sums[list(measure.above)].sum(axis=1)
        / sums[measure.below].where(sums[measure.below] > 0)
    )
    return ratio.unstack("period").to_numpy(float)


def before_after(panel: Panel, level: float = LEVEL) -> Estimate:
    """Mean change of the treated communities from before to after, Student's interval over communities."""
    own = panel.begins < panel.y.shape[1]
    change = _change(panel)[own]
    return _estimate(
        change.mean(), change.std(ddof=1) / np.sqrt(len(change)), len(change) - 1, panel.treated, level
    )


def difference_in_differences(panel: Panel, level: float = LEVEL) -> Estimate:
    """Mean change of the treated less mean change of the never treated, Welch's interval over communities.

    All treated communities have their turn in the same period. In a balanced panel this is the coefficient of the two-way fixed effects
    regression, with its CR2 error.
    """
    _one_turn(panel)
    sign = np.where(panel.begins < panel.y.shape[1], 1.0, -1.0)
    return _by_cohort(sign * _change(panel), panel, panel.treated, level)


def two_way_fixed_effects(panel: Panel, level: float = LEVEL) -> Estimate:
    """Coefficient of `treated` beside effects of communities and periods, in a balanced panel.

    Errors are CR2: residuals of each community are divided by what leverage takes from them, `(I - H)_cc^(-1/2)`, and the degrees of
    freedom are Satterthwaite's under independent errors (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018).
    """
    y, d = _within(panel.y), _within(panel.treated.astype(float))
    square = float((d**2).sum())
    value = float((d * y).sum()) / square
    residuals = y - value * d
    n, periods = y.shape
    middle = (1.0 - 1.0 / n) * (np.eye(periods) - 1.0 / periods)
    adjusted = np.stack([_inverse_root(middle - np.outer(row, row) / square) @ row for row in d])
    error = float(np.sqrt((((adjusted * residuals).sum(1)) ** 2).sum())) / square
    # Cross products of what each community's score is made of; (I - H) is a projection, so blocks multiply in closed form.
    weight = (adjusted * d).sum(1)
    cross = (np.eye(n) - 1.0 / n) * (adjusted @ adjusted.T) - np.outer(weight, weight) / square
    df = float(np.trace(cross)) ** 2 / float((cross**2).sum())
    return _estimate(value, error, df, panel.treated, level)


def stepped_wedge(panel: Panel, level: float = LEVEL) -> Estimate:
    """Effect of `treated` beside effects of periods, communities at random: `y = μ + β_period + θ·treated + α_community + e`.

    Generalised least squares under the variances of `α` and `e` that maximise the restricted likelihood; the error is the model's,
    `df` counts communities less two. Errors are too small where a community's periods are more alike the nearer they are
    (Kasza et al. 2019).
    """
    found = _random_communities(panel)
    return _estimate(found.effect, found.error, panel.y.shape[0] - 2, panel.treated, level)


class RandomCommunities(NamedTuple):
    """Effect and its standard error, variance between communities and within them, in the square of the measure's unit."""

    effect: float
    error: float
    between: float
    within: float


def _random_communities(panel: Panel) -> RandomCommunities:
    y, x = panel.y, panel.treated.astype(float)
    n, periods = y.shape
    # [community, period, parameter]: a constant a period, then the treatment.
    design = np.concatenate([np.broadcast_to(np.eye(periods), (n, periods, periods)), x[:, :, None]], axis=2)
    means, y_means = design.mean(1), y.mean(1)
    inner, inner_y = design - means[:, None, :], y - y_means[:, None]
    xx = np.einsum("cti,ctj->ij", inner, inner), periods * means.T @ means
    xy = np.einsum("cti,ct->i", inner, inner_y), periods * means.T @ y_means
    yy = float((inner_y**2).sum()), periods * float((y_means**2).sum())
    free = n * periods - design.shape[2]

    def at(share: float) -> tuple[float, Array, Array, float]:
        """-2 log restricted likelihood, coefficients, inverse information and σ² at `share = σ² / (σ² + T τ²)`."""
        information = xx[0] + share * xx[1]
        inverse = np.linalg.inv(information)
        b = inverse @ (xy[0] + share * xy[1])
        left = max(yy[0] + share * yy[1] - float(b @ information @ b), 1e-300)
        score = free * np.log(left / free) - n * np.log(share) + float(np.linalg.slogdet(information)[1])
        return score, b, inverse, left / free

    best = minimize_scalar(
        lambda log: at(float(np.exp(log)))[0], bounds=(np.log(1e-8), 0.0), method="bounded"
    )
    share = float(np.exp(best.x))
    _, b, inverse, within = at(share)
    return RandomCommunities(
        float(b[-1]), float(np.sqrt(within * inverse[-1, -1])), within * (1.0 / share - 1.0) / periods, within
    )


def hussey_hughes_variance(treated: Mask, between: float, within: float) -> float:
    """Variance of the effect of a stepped wedge under known variances of communities and of residuals (Hussey & Hughes 2007, formula 8).

    `treated` is `[community, period]`; for the planning of a trial: its square root is the standard error to expect.
    """
    x = treated.astype(float)
    n, periods = x.shape
    u, w, v = float(x.sum()), float((x.sum(0) ** 2).sum()), float((x.sum(1) ** 2).sum())
    above = n * within * (within + periods * between)
    below = (n * u - w) * within + (u**2 + n * periods * u - periods * w - n * v) * between
    return above / below


def group_time(panel: Panel, level: float = LEVEL) -> Estimate:
    """Mean over all treated cells that still have a control of the effect of a wave in a period, each against its last period before.

        ATT(g, t) = mean[y_t - y_(g-1) | turn g] - mean[y_t - y_(g-1) | turn later than t]

    Weighted by communities, so that it stands for the mean effect over these cells. Its error is that of independent communities
    within waves, at least two in each; periods of a community may be correlated in any way.
    """
    cells = _identified(panel)
    turns = np.unique(panel.begins)
    weights = np.zeros(panel.y.shape)
    for g in turns[turns < panel.y.shape[1]]:
        own = panel.begins == g
        for t in range(int(g), panel.y.shape[1]):
            if cells[own, t].all():
                weights += own.sum() * _comparison(panel, int(g), t)
    contribution = (weights / cells.sum() * panel.y).sum(1)
    sizes = np.array([(panel.begins == b).sum() for b in panel.begins])
    return _by_cohort(contribution * sizes, panel, cells, level)


def event_study(panel: Panel, level: float = LEVEL) -> pd.DataFrame:
    """Effects by periods since the turn, columns `event estimate low high communities`; events before -1 test parallel trends.

    The comparisons of `group_time`, averaged over waves by communities; event 0 is the first treated period.
    """
    periods = panel.y.shape[1]
    turns = [int(g) for g in np.unique(panel.begins) if 0 < g < periods]
    rows = []
    for event in range(-max(turns, default=0), periods):
        pairs = [(g, g + event) for g in turns if 0 <= g + event < periods and event != -1]
        pairs = [(g, t) for g, t in pairs if (panel.begins > max(t, g)).any()]
        count = sum(int((panel.begins == g).sum()) for g, _ in pairs)
        if not count:
            continue
        weights = sum((panel.begins == g).sum() * _comparison(panel, g, t) for g, t in pairs) / count
        sizes = np.array([(panel.begins == b).sum() for b in panel.begins])
        found = _by_cohort((weights * panel.y).sum(1) * sizes, panel, panel.treated, level)
        rows.append((event, found.value, found.low, found.high, count))
    return pd.DataFrame(rows, columns=["event", "estimate", "low", "high", "communities"])


def _comparison(panel: Panel, g: int, t: int) -> Array:
    """Weights of `ATT(g, t)` on the cells of the panel, `[community, period]`."""
    own, rest = panel.begins == g, panel.begins > max(t, g)
    side = own / own.sum() - rest / rest.sum()
    weights = np.zeros(panel.y.shape)
    weights[:, t] += side
    weights[:, g - 1] -= side
    return weights


def _identified(panel: Panel) -> Mask:
    """Treated cells in whose period some community is still untreated, of waves that have a period before their turn."""
    later = (panel.begins[None, :] > np.arange(panel.y.shape[1])[:, None]).any(1)
    found: Mask = panel.treated & later & (panel.begins > 0)[:, None]
    return found


def _change(panel: Panel) -> Array:
    """Mean after the first turn less mean before it, `[community]`."""
    start = int(panel.begins.min())
    return np.asarray(panel.y[:, start:].mean(1) - panel.y[:, :start].mean(1), float)


def _one_turn(panel: Panel) -> None:
    turns = set(panel.begins[panel.begins < panel.y.shape[1]].tolist())
    if len(turns) != 1 or next(iter(turns)) <= 0 or (panel.begins < panel.y.shape[1]).all():
        raise ValueError("one turn after the first period, and communities that never have one, are needed")


def _by_cohort(scaled: Array, panel: Panel, cells: Mask, level: float) -> Estimate:
    """Sum over cohorts (communities of one turn) of the cohort's mean of `scaled`, `[community]`, with Satterthwaite's df."""
    parts = [scaled[panel.begins == turn] for turn in np.unique(panel.begins)]
    parts = [part for part in parts if np.abs(part).max() > 0] or parts
    if min(map(len, parts)) < 2:
        raise ValueError("each wave needs at least two communities")
    variances = np.array([part.var(ddof=1) / len(part) for part in parts])
    total = float(variances.sum())
    spread = float((variances**2 / (np.array([len(part) for part in parts]) - 1)).sum())
    value = sum(float(part.mean()) for part in parts)
    return _estimate(value, np.sqrt(total), total**2 / spread if spread > 0 else np.inf, cells, level)


def _estimate(value: float, error: float, df: float, cells: Mask, level: float) -> Estimate:
    half = float(stdtrit(df, 0.5 + level / 2)) * float(error)
    return Estimate(float(value), float(value) - half, float(value) + half, float(error), float(df), cells)


def _within(values: Array) -> Array:
    """Without the means of communities and of periods."""
    return np.asarray(values - values.mean(1, keepdims=True) - values.mean(0) + values.mean(), float)


def _inverse_root(symmetric: Array) -> Array:
    """Moore-Penrose inverse of the square root of a positive semi-definite matrix."""
    found, vectors = np.linalg.eigh(symmetric)
    kept = found > 1e-10 * max(1.0, float(found.max()))
    return np.asarray((vectors[:, kept] / np.sqrt(found[kept])) @ vectors[:, kept].T, float)


#: What is tried on a trial of one turn, and on one of several.
HALF: Final[Mapping[str, Callable[[Panel], Estimate]]] = {
    "before_after": before_after, "difference_in_differences": difference_in_differences,
}  # fmt: skip
WEDGE: Final[Mapping[str, Callable[[Panel], Estimate]]] = {
    "two_way_fixed_effects": two_way_fixed_effects, "stepped_wedge": stepped_wedge, "group_time": group_time,
}  # fmt: skip
