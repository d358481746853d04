"""Outcomes: the promised glossary, finite on a normal run, composites from their parts, gaps that vanish where nobody is favoured."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sim.errors import ConfigError
from sim.model import CommunityModel
from sim.needs import Category
from sim.outcomes import OUTCOMES, Outcome, outcomes
from sim.records import PAIRS, SPLITS
from sim.survival import quantiles

#: Names promised by the interface, and those agreed beside it.
PROMISED = (
    "unmet_need_days", "needs_met_30d", "satisfaction", "gain", "security", "happiness", "trust", "participation",
    "gap_migrant", "gap_age", "gap_income", "gap_digital", "disorder", "conflicts_per_10k",
    "resolution_rate", "on_time_rate", "response_days_p50", "response_days_p90", "reopening_rate", "case_rating",
    "backlog", "gaming_gap",
    "actors_effective", "alignment_mean", "alignment_spread", "tie_density", "tie_centralization", "joint_share", "pooled_share",
    "idle_share", "rule_share", "digital_share", "skill_mean",
    "hours_total", "hours_coordination", "money_total", "cost_per_need_met", "burnout",
    "warmth", "height", "force", "effect",
)  # fmt: skip
AGREED = (
    "needs_rate", "reports_rate", "confirmed_rate", "rated_well_rate", "satisfaction_spread", "utilisation", "utilisation_critical",
    "voice_ratio", "volunteers_year", *(f"close_days_{k.name.lower()}" for k in Category), "leadership_height", "coverage_depth",
    "coordination_breadth", "coordination_strength", "handovers_mean", "refusal_rate",
)  # fmt: skip
#: Ratios without a denominator under siloed government: nobody meets, so no hours of coordination and no one at a table.
NOT_A_NUMBER_WITHOUT_MEETINGS = {"coordination_breadth", "coordination_strength"}

BY_NAME: dict[str, Outcome] = {o.name: o for o in OUTCOMES}
DAYS, FIRST = 200, 60


@pytest.fixture(scope="module")
def siloed() -> CommunityModel:
    return CommunityModel(world="classroom", days=DAYS, reform_day=FIRST).run()


@pytest.fixture(scope="module")
def shanghai() -> CommunityModel:
    return CommunityModel(world="classroom", strategy="shanghai", days=DAYS, reform_day=FIRST).run()


@pytest.fixture(scope="module")
def found(siloed: CommunityModel) -> dict[str, float]:
    return siloed.outcomes()


def test_the_glossary_holds_every_promised_name_once() -> None:
    assert set(PROMISED) <= set(BY_NAME)
    assert set(AGREED) <= set(BY_NAME)
    assert len(BY_NAME) == len(OUTCOMES)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: o.name)
def test_every_outcome_is_told_in_full(outcome: Outcome) -> None:
    assert outcome.unit
    assert outcome.en
    assert not re.search(r"[\u4e00-\u9fff]", outcome.en)
    assert re.search(r"[\u4e00-\u9fff]", outcome.zh)
    assert outcome.scored_on in (
        "need",
        "residents",
        "indicator",
        "institutions",
        "cost",
        "composite",
        "magnitude",
    )
    assert outcome.better in ("low", "high", "zero", "")
    # Means of government and comparisons with evidence are no goals; needs, residents and costs have a direction.
    if outcome.scored_on in ("institutions", "magnitude", "composite"):
        assert outcome.better == ""
    if outcome.scored_on in ("need", "residents", "cost"):
        assert outcome.better in ("low", "high")


def test_directions_are_those_of_the_interface() -> None:
    assert {name: BY_NAME[name].better for name in ("unmet_need_days", "satisfaction", "gap_migrant", "backlog", "gaming_gap", "trust")} == {
        "unmet_need_days": "low", "satisfaction": "high", "gap_migrant": "low", "backlog": "low", "gaming_gap": "zero", "trust": "high",
    }  # fmt: skip


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: o.name)
def test_every_outcome_is_finite_on_a_normal_run(
    outcome: Outcome, found: dict[str, float], shanghai: CommunityModel, street: CommunityModel
) -> None:
    value = found[outcome.name]
    if outcome.name in NOT_A_NUMBER_WITHOUT_MEETINGS:
        assert math.isnan(value)
        value = shanghai.outcomes()[outcome.name]
    if outcome.name.startswith("close_days_p90_"):
        # Two communities close too few cases of a category, and residents give up too many, for nine in ten to be seen.
        value = street.outcomes()[outcome.name]
    assert math.isfinite(value)
    low, high = {"share": (0.0, 1.0), "0-1": (0.0, 1.0), "0-100": (0.0, 100.0)}.get(
        outcome.unit, (-math.inf, math.inf)
    )
    assert low <= value <= high
    if not outcome.name.startswith("gap_") and outcome.name != "gaming_gap":
        assert value >= 0.0


def test_outcomes_come_in_the_order_of_the_glossary(found: dict[str, float]) -> None:
    assert list(found) == [o.name for o in OUTCOMES]
    assert all(type(value) is float for value in found.values())


@pytest.mark.parametrize("strategy", ["siloed", "shanghai"])
def test_composites_are_made_of_their_parts(
    strategy: str, siloed: CommunityModel, shanghai: CommunityModel
) -> None:
    f = {"siloed": siloed, "shanghai": shanghai}[strategy].outcomes()
    assert f["warmth"] == pytest.approx((f["satisfaction"] + 100.0 * f["trust"]) / 2.0)
    assert f["height"] == pytest.approx(100.0 * (f["coverage_depth"] + f["joint_share"]) / 2.0)
    assert f["force"] == pytest.approx(100.0 * ((1.0 - f["idle_share"]) + (1.0 - f["burnout"])) / 2.0)
    assert f["effect"] == pytest.approx(100.0 * (f["needs_met_30d"] + f["confirmed_rate"]) / 2.0)
    assert f["satisfaction"] == pytest.approx(
        0.4 * f["gain"] + 0.3 * (f["security"] + f["happiness"]), abs=0.01
    ), "survey satisfaction is the weighted mean of the three senses"
    assert f["gaming_gap"] == pytest.approx(f["resolution_rate"] - f["confirmed_rate"])


def test_rates_are_recomputed_from_the_tables(siloed: CommunityModel, found: dict[str, float]) -> None:
    """From the rows of needs and cases, by pandas, over the same window."""
    tables = siloed.tables()
    daily = tables["daily"][tables["daily"].day >= FIRST]
    needs, cases = tables["needs"], tables["cases"]
    years, people = (DAYS - FIRST) / 365.0, daily.groupby("day").residents.sum().mean()
    inside = needs[(needs.arose >= FIRST) & (needs.arose < DAYS - 30)]
    prompt = (inside.end == "met") & (inside.ended - inside.arose <= 30)
    assert found["needs_met_30d"] == pytest.approx(prompt.mean())
    arose = needs[(needs.arose >= FIRST) & (needs.arose < DAYS)]
    assert found["needs_rate"] == pytest.approx(1000.0 * len(arose) / people / years)
    closed = cases[(cases.closed >= FIRST) & (cases.status != "open")]
    assert found["confirmed_rate"] == pytest.approx(closed.confirmed.mean())
    opened = cases[(cases.opened >= FIRST) & (cases.opened < DAYS)]
    assert found["reopening_rate"] == pytest.approx((opened.reopenings > 0).mean())
    assert found["handovers_mean"] == pytest.approx(daily.handovers.sum() / len(opened))
    waits = (
        np.where(opened.responded.notna(), opened.responded, opened.closed.fillna(DAYS).clip(upper=DAYS))
        - opened.opened
    )
    known = (opened.responded.notna() & (opened.responded < DAYS)).to_numpy()
    shares = quantiles(waits.to_numpy() if hasattr(waits, "to_numpy") else waits, known, (0.5, 0.9))
    assert [found["response_days_p50"], found["response_days_p90"]] == pytest.approx(shares)
    # Unmet days: the sum over days of open needs is the time that needs stood open, to within a day each.
    assert found["unmet_need_days"] == pytest.approx(daily.needs_open.sum() / people / years)
    spent = np.minimum(needs.ended.fillna(DAYS), DAYS) - np.maximum(needs.arose, FIRST)
    standing = spent.clip(lower=0.0).sum() / people / years
    assert found["unmet_need_days"] == pytest.approx(standing, rel=0.02)


def test_effective_actors_are_the_inverse_simpson_of_hours(
    siloed: CommunityModel, found: dict[str, float]
) -> None:
    daily = siloed.records.daily
    window = daily[daily.day >= FIRST]
    hours = np.array(
        [
            window[f"hours_{a}"].sum()
            for a in ("party", "government", "self_governing", "social", "enterprise", "residents")
        ]
    )
    share = hours / hours.sum()
    assert found["actors_effective"] == pytest.approx(1.0 / (share**2).sum())
    assert 1.0 <= found["actors_effective"] <= 6.0


@pytest.fixture(scope="module")
def street() -> CommunityModel:
    """Some ten thousand needs."""
    return CommunityModel(
        world="street", days=DAYS, reform_day=FIRST, parameters={"needs.total_rate": 0.7}
    ).run()


@pytest.fixture
def crowd(street: CommunityModel) -> Iterator[CommunityModel]:
    """The street, whose needs a test may rewrite."""
    kept = {name: getattr(street.state.needs, name).copy() for name in ("group", "end", "ended")}
    yield street
    for name, values in kept.items():
        getattr(street.state.needs, name)[:] = values


def needs_of(model: CommunityModel, lasts: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    """Let every need last as long as `lasts(groups, uniform numbers)` says; it ends by being met."""
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    lasted = lasts(t.group[:n], np.random.default_rng(3).random(n))
    t.end[:n], t.ended[:n] = 1, t.arose[:n] + lasted
    late = t.ended[:n] >= DAYS
    t.end[:n][late], t.ended[:n][late] = 0, -1.0


def gaps(model: CommunityModel) -> dict[str, float]:
    return {
        name: value for name, value in outcomes(model.state, model.records, FIRST).items() if name in PAIRS
    }


def test_gaps_vanish_where_groups_are_treated_alike(crowd: CommunityModel) -> None:
    """Permute the group labels of needs: whatever the estimator then finds is chance around zero, with the spread that it shows."""
    model = crowd
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    labels = t.group[:n].copy()
    shuffled: dict[str, list[float]] = {name: [] for name in PAIRS}
    rng = np.random.default_rng(4)
    for _ in range(40):
        t.group[:n] = rng.permutation(labels)
        for name, value in gaps(model).items():
            shuffled[name].append(value)
    for name, values in shuffled.items():
        spread = float(np.std(values, ddof=1))
        assert abs(np.mean(values)) < 4.3 * spread / math.sqrt(len(values)), name
        # Power is shown below: a gap of 7 days stands many of these spreads from zero.
        assert spread < 1.0, name


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_gap_of_known_size_is_found(name: str, crowd: CommunityModel) -> None:
    """Waits are exponential, with means of 20 and 30 days: within 60 days the difference of restricted means is known."""
    model = crowd
    column = SPLITS.index(PAIRS[name][0])
    disadvantaged = model.state.fixed.splits[:, column] > 0.0

    def mean_within_60(mean: float) -> float:
        return mean * (1.0 - math.exp(-60.0 / mean))

    def lasts(groups: np.ndarray, u: np.ndarray) -> np.ndarray:
        return -np.log(u) * np.where(disadvantaged[groups], 30.0, 20.0)

    needs_of(model, lasts)
    gap = gaps(model)[name]
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    inside = (t.arose[:n] >= FIRST) & (t.arose[:n] < DAYS)
    few = (disadvantaged[t.group[:n]] & inside).sum()
    # A mean of censored waits that spread by at most 20 days each.
    error = 20.0 * 1.3 / math.sqrt(few)
    assert abs(gap - (mean_within_60(30.0) - mean_within_60(20.0))) < 4.3 * error
    assert gap > 2.0 * error


def test_gaps_compare_equal_needs_and_not_the_mix_of_needs(crowd: CommunityModel) -> None:
    """Kinds of need last differently and groups have different kinds; within a kind nobody is favoured: no gap."""
    model = crowd
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    kind = t.category[:n]

    def lasts(groups: np.ndarray, u: np.ndarray) -> np.ndarray:
        return 3.0 + 30.0 * (kind == Category.MIGRANT) + 1e-3 * u

    needs_of(model, lasts)
    for name, value in gaps(model).items():
        assert abs(value) < 0.01, name
    # Power: a plain difference of means would take the mix for treatment.
    inside = (t.arose[:n] >= FIRST) & (t.arose[:n] < DAYS - 60)
    migrant = model.state.fixed.splits[t.group[:n], SPLITS.index("migrant")] > 0.0
    lasted = 3.0 + 30.0 * (kind == Category.MIGRANT)
    assert abs(lasted[inside & migrant].mean() - lasted[inside & ~migrant].mean()) > 0.5


def test_moving_away_is_no_treatment(crowd: CommunityModel) -> None:
    """Needs that end because their resident moved are censored, not counted as short waits."""
    model = crowd
    tenants = model.state.fixed.splits[:, SPLITS.index("migrant")] > 0.0
    t, n = model.state.needs, int(model.state.sizes.needs[0])
    needs_of(model, lambda groups, u: -np.log(u) * 25.0)
    before = gaps(model)["gap_migrant"]
    movers = tenants[t.group[:n]] & (np.random.default_rng(9).random(n) < 0.5)
    away = t.arose[:n] + np.random.default_rng(10).random(n) * 20.0
    earlier = movers & (away < np.where(t.ended[:n] < 0.0, DAYS, t.ended[:n])) & (away < DAYS)
    naive = np.where(earlier, away, np.where(t.ended[:n] < 0.0, DAYS, t.ended[:n])) - t.arose[:n]
    t.end[:n][earlier], t.ended[:n][earlier] = 3, away[earlier]
    error = 25.0 / math.sqrt(tenants[t.group[:n]].sum() / 3.0)
    assert abs(gaps(model)["gap_migrant"] - before) < 3.0 * error
    migrants = tenants[t.group[:n]]
    assert naive[migrants].mean() - naive[~migrants].mean() < -3.0


def test_outcomes_of_a_window_do_not_look_before_it() -> None:
    """Two lives that part on the reform day share everything before it: what differs is only what came after."""
    model = CommunityModel(world="classroom", strategy="wuhan", days=DAYS, reform_day=FIRST).run()
    kept: dict[str, Any] = model.outcomes()
    for array in model.records.kept.values():
        array[:FIRST] = 7.0
    again = model.outcomes()
    for name, value in kept.items():
        assert again[name] == value or (math.isnan(value) and math.isnan(again[name])), name


def test_an_empty_window_is_refused_in_one_line() -> None:
    model = CommunityModel(world="classroom", days=20, reform_day=5).run(5)
    with pytest.raises(ConfigError, match="begins on day 5, and today is day 5"):
        model.outcomes()
    assert model.run(6).outcomes()["satisfaction"] > 0.0
