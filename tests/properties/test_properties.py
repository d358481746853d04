"""V2 on random small worlds: whatever the world, the strategy, the future and the parameters, the books balance and the bounds hold.

A failure shrinks to the smallest life that shows it. How many lives are drawn is the profile's business (`tests/conftest.py`): few
and always the same in every run of the tests, over two thousand and each time others with `--hypothesis-profile nightly`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn import Life, communities_of, futures, lives
from hypothesis import assume, event, given, note, settings
from hypothesis import strategies as draw

from experiments.verification.books import audit
from sim.errors import DataError
from sim.laws import GROUPS
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.parameters import declared
from sim.scenario import Dose, load_future, load_strategy, load_world


def told(life: Life) -> None:
    """What it takes to live a failing life again."""
    note(
        f"CommunityModel(world={life.world!r}, strategy={life.strategy!r}, future={life.future!r}, parameters={life.parameters!r})"
    )


def _magnitude(count: int) -> str:
    return "none" if count == 0 else f"10^{int(np.log10(count))} or more"


def fingerprint(model: CommunityModel) -> dict[str, bytes]:
    """Bytes of all records, of needs and cases in use, and of the senses of residents."""
    state = model.state
    n, c = int(state.sizes.needs[0]), int(state.sizes.cases[0])
    prints = {"records": model.records.table.tobytes(), "ties": state.ties.tobytes()}
    for table, count in (
        ("needs", n),
        ("cases", c),
        ("residents", None),
        ("institutions", None),
        ("cells", None),
    ):
        rows = getattr(state, table)
        prints |= {f"{table}.{name}": getattr(rows, name)[:count].tobytes() for name in rows._fields}
    return prints


def same(one: CommunityModel, two: CommunityModel, why: str) -> None:
    a, b = fingerprint(one), fingerprint(two)
    assert [name for name in a if a[name] != b[name]] == [], why


def same_before(one: CommunityModel, two: CommunityModel, day: int, why: str) -> None:
    assert one.records.table[:day].tobytes() == two.records.table[:day].tobytes(), why


@given(lives())
def test_books_balance_and_bounds_hold(life: Life) -> None:
    """The books are checked each evening by the model and once more here: needs, cases, hours, money, people, bounds, no NaN."""
    told(life)
    model = life.live()
    audit(model)
    event(f"needs: {_magnitude(model.state.sizes.needs[0])}")
    event(f"cases: {_magnitude(model.state.sizes.cases[0])}")


@given(lives(), draw.data())
def test_equal_keys_are_equal_lives_and_any_morning_leads_to_the_same_end(
    life: Life, data: draw.DataObject
) -> None:
    told(life)
    model, again = life.live(), life.model()
    morning = again.run(data.draw(draw.integers(0, life.days), label="day of the checkpoint")).checkpoint()
    same(model, again.run(), "another life from the same keys")
    same(model, again.resume(morning).run(), "a morning that one returns to leads elsewhere")


@given(lives())
def test_a_reform_moves_nothing_before_its_day(life: Life) -> None:
    """Against the same world without a strategy."""
    told(life)
    one, two = (
        which.model().run(life.reform_day)
        for which in (life, life._replace(strategy=load_strategy("siloed")))
    )
    same(one, two, "the reform is felt before its day")


@given(lives(), draw.data())
def test_a_mechanism_moves_nothing_before_its_own_start(life: Life, data: draw.DataObject) -> None:
    told(life)
    start = data.draw(draw.integers(life.reform_day, life.days), label="start")
    doses = life.strategy.mechanisms
    assume(doses)
    late = {name: dose.model_copy(update={"start": start}) for name, dose in doses.items()}
    one = life._replace(strategy=life.strategy.model_copy(update={"mechanisms": late})).live()
    two = life._replace(strategy=load_strategy("siloed")).live()
    same_before(one, two, start, "a mechanism is felt before its start")


@given(lives())
def test_a_reform_of_no_intensity_is_no_reform(life: Life) -> None:
    told(life)
    null = {
        name: dose.model_copy(update={"intensity": 0.0}) for name, dose in life.strategy.mechanisms.items()
    }
    one = life._replace(strategy=life.strategy.model_copy(update={"mechanisms": null})).live()
    same(one, life._replace(strategy=load_strategy("siloed")).live(), "a null reform moves something")


@given(lives(), draw.randoms(use_true_random=False))
def test_the_order_of_mechanisms_and_of_courses_changes_no_byte(life: Life, luck: Any) -> None:
    told(life)
    doses, listed = list(life.strategy.mechanisms.items()), list(life.future.courses)
    luck.shuffle(doses)
    luck.shuffle(listed)
    other = life._replace(
        strategy=life.strategy.model_copy(update={"mechanisms": dict(doses)}),
        future=life.future.model_copy(update={"courses": tuple(listed)}),
    )
    same(life.live(), other.live(), "the order of a list shows")


@given(lives(), draw.data())
def test_a_dated_future_moves_nothing_before_its_date(life: Life, data: draw.DataObject) -> None:
    told(life)
    day = data.draw(draw.integers(0, life.days), label="first day of the courses")
    future = data.draw(futures(life.days, first=day, shipped=False), label="future")
    one, two = (life._replace(future=which).live() for which in (future, load_future("reference")))
    same_before(one, two, day, "a future is felt before its date")


@given(lives())
def test_what_is_kept_changes_no_day(life: Life) -> None:
    """Needs and cases put away as they end, and sums by street instead of by community."""
    told(life)
    whole = life.live()
    thin, street = life.model(keeps_all=False).run(), life.model(by_street=True).run()
    assert thin.records.table.tobytes() == whole.records.table.tobytes()
    for name in ("needs_arisen", "cases_opened", "hours_service", "satisfaction_sum"):
        community, by_street = whole.records.daily[name].sum(), street.records.daily[name].sum()
        assert by_street == pytest.approx(community, rel=1e-12), name


@settings(max_examples=max(2, settings.default.max_examples // 10))
@given(lives(), draw.permutations(["drawn", "siloed", "placebo"]), draw.integers(1, 2))
def test_the_order_of_strategies_changes_no_run(life: Life, order: list[str], replicates: int) -> None:
    """Of a whole comparison, from its words to its rows."""
    stores = [
        _compared(life, listed, replicates, jobs=1) for listed in (["drawn", "siloed", "placebo"], order)
    ]
    assert stores[0] == stores[1]


@pytest.mark.slow
@settings(max_examples=max(2, settings.default.max_examples // 20))
@given(lives())
def test_the_number_of_processes_changes_no_run(life: Life) -> None:
    named = ["drawn", "siloed", "placebo"]
    assert _compared(life, named, 2, jobs=1) == _compared(life, named, 2, jobs=2)


def _compared(life: Life, listed: list[str], replicates: int, jobs: int) -> dict[str, dict[str, Any]]:
    """Outcomes by run."""
    from experiments import compare

    drawn = life.strategy.model_dump(mode="json")
    done = compare(
        [drawn if name == "drawn" else name for name in listed],
        world=life.world.model_dump(mode="json", exclude_none=True),
        future=life.future.model_dump(mode="json", exclude_none=True),
        replicates=replicates,
        days=life.days,
        reform_day=life.reform_day,
        seed=life.seed,
        parameters=life.parameters,
        jobs=jobs,
    )
    assert done.failed == 0
    rows = done.runs.set_index("run_id").sort_index().drop(columns=["seconds"], errors="ignore")
    return {str(name): {key: repr(value) for key, value in row.items()} for name, row in rows.iterrows()}


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("group", GROUPS)
def test_each_group_of_parameters_at_its_ends(group: str, end: str) -> None:
    """All parameters of a group at their lowest or at their highest at once, with every mechanism at work."""
    strategy = load_strategy("siloed").model_copy(
        update={"name": "all", "mechanisms": {name: Dose(ramp=3) for name in mechanisms()}}
    )
    values = {f"{group}.{name}": float(getattr(p, end)) for name, p in declared(GROUPS[group]).items()}
    world = load_world("classroom").model_copy(update={"cells": 2, "households": 60})
    audit(CommunityModel(world=world, strategy=strategy, parameters=values, days=45, reform_day=10).run())


def test_drawn_lives_are_varied() -> None:
    """The generator reaches what it is meant to reach: reforms at work, one household, courses, parameters moved, needs and cases."""
    seen: list[Life] = []

    @settings(max_examples=60, derandomize=True, database=None)
    @given(lives())
    def collect(life: Life) -> None:
        seen.append(life)

    collect()
    active = [life for life in seen if any(d.intensity > 0 for d in life.strategy.mechanisms.values())]
    assert len(active) > len(seen) / 4
    assert {communities_of(life.world) for life in seen} >= {1, 2, 3, 4}
    assert any(life.world.households == 1 for life in seen)
    assert any(len(life.parameters) > 5 for life in seen)
    assert sum(bool(life.future.courses) for life in seen) > 10
    assert any(life.live().state.sizes.cases[0] > 20 for life in seen)


def test_impossible_households_are_refused_in_words() -> None:
    """Declared ranges allow no world that cannot be peopled; outside of them the fault is told."""
    p = declared(GROUPS["population"])
    from sim.traits import household_sizes

    for mean in (p["household_mean"].low, p["household_mean"].high):
        for alone in (p["one_person_share"].low, p["one_person_share"].high):
            assert household_sizes(mean, alone).sum() == pytest.approx(1.0)
    with pytest.raises(DataError, match="no sizes"):
        household_sizes(1.0, 0.3)
