"""A future unfolds: each quantity in closed form, the same under every strategy, and no draw of anyone else moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from sim.courses import QUANTITIES, Course
from sim.day.arise import arise
from sim.errors import ConfigError, DataError
from sim.model import CommunityModel
from sim.needs import Actor, Category
from sim.newcomers import FIRST_IDENTITY
from sim.organizations import review
from sim.records import COLUMN
from sim.scenario import Dose, Future, Words, load_future, load_strategy, names
from sim.state import State
from sim.traits import ADULT, OLD
from sim.unfolding import PUBLIC, Unfolding

from .day import small

WORDS = Words(en="Test", zh="测试")


def moving(**quantities: tuple[Any, ...]) -> Future:
    """A future of courses, each `quantity=(shape, size, start[, end[, peak]])`."""
    listed = [
        Course(quantity=name, shape=shape, size=size, source="test", grade="judgement",
               **dict(zip(("start", "end", "peak"), days, strict=False)))
        for name, (shape, size, *days) in quantities.items()
    ]  # fmt: skip
    return Future(name="moving", title=WORDS, summary=WORDS, courses=tuple(listed))


def model(
    future: Future | str, strategy: Any = "siloed", days: int = 70, reform_day: int = 30
) -> CommunityModel:
    return CommunityModel(
        world="classroom", strategy=strategy, future=future, days=days, reform_day=reform_day
    )


def everything(one: CommunityModel) -> dict[str, bytes]:
    """All arrays of the state in use, and the records."""
    state, used = one.state, {"records": one.records.table[: one.records.days].tobytes()}
    for name, array in state.arrays().items():
        table, _, column = name.partition(".")
        counted = table if table in ("needs", "cases") else column if table == "lists" else None
        used[name] = (array[: int(getattr(state.sizes, counted)[0])] if counted else array).tobytes()
    return used


def differing(one: CommunityModel, two: CommunityModel) -> list[str]:
    a, b = everything(one), everything(two)
    return sorted(name for name in a if a[name] != b[name])


def mornings(world: Any, future: Future, days: Iterable[int], horizon: int = 800) -> Unfolding:
    """Unfold a future over some mornings of a small world in which nothing else happens."""
    unfolding = Unfolding(future, world.state, world.draws, horizon)
    for day in days:
        unfolding.morning(world.state, day)
    return unfolding


def test_courses_of_no_size_change_no_byte() -> None:
    """Every quantity is touched, and none of them moved: the machinery itself is neutral."""
    still = moving(**dict.fromkeys(QUANTITIES, ("step", 0.0, 5)))
    assert differing(model(still, "wuhan").run(), model("reference", "wuhan").run()) == []


@pytest.mark.parametrize("name", QUANTITIES)
def test_each_quantity_moves_the_world(name: str) -> None:
    size = {"in_migration": 0.3, "ageing": 0.1, "facility_loss": 0.05, "staff_present": -0.3}.get(name, 0.6)
    moved = model(moving(**{name: ("step", size, 40)})).run(40)
    still = model("reference").run(40)
    assert differing(moved, still) == []
    assert differing(moved.run(), still.run())


def test_a_fiscal_cut_cuts_public_budgets_on_its_day_and_spares_firms() -> None:
    lived = model(moving(budget=("step", -0.15, 12, 20)))
    built = lived.state.institutions.budget.copy()
    public = np.isin(lived.state.institutions.actor, PUBLIC)
    assert 0 < public.sum() < len(public)
    for day in range(25):
        before = lived.state.institutions.money_available.copy()
        lived.step()
        factor = np.where(public & (12 <= day <= 20), 0.85, 1.0)
        assert np.allclose(lived.state.institutions.budget, built * factor)
        assert np.allclose(lived.state.institutions.money_available - before, built * factor)


def test_posts_that_are_not_paid_stay_vacant_as_people_leave_and_are_filled_again() -> None:
    """A cut of 30 % of budgets 15 % above wages leaves 80.5 % of posts paid: (1 − turnover / 12)^n of them are left, or 80.5 %."""
    world = small.make()
    t = world.state.institutions
    rows = np.flatnonzero(np.isin(t.actor, (Actor.GOVERNMENT, Actor.SELF_GOVERNING)))
    others = np.flatnonzero(t.actor == Actor.ENTERPRISE)
    start = t.staff.copy()
    future = moving(budget=("step", -0.3, 10, 999))
    unfolding = mornings(world, future, [10], horizon=1000)
    p = world.state.parameters.staff
    paid = 0.7 * (1.0 + p.margin)
    for month in range(1, 25):
        review(world.state, world.levers, world.draws, 30 * month - 1)
        assert np.allclose(t.staff[rows], start[rows] * max((1.0 - p.turnover / 12.0) ** month, paid))
        assert np.allclose(t.staff[rows] + t.vacant[rows], start[rows])
    assert np.allclose(t.staff[rows], paid * start[rows])
    t.budget[:] = unfolding._budget
    review(world.state, world.levers, world.draws, 749)
    assert np.allclose(t.staff[rows], start[rows]) and np.allclose(t.vacant, 0.0)
    assert (t.staff[others] == start[others]).all()


def test_social_organizations_shrink_with_public_funds() -> None:
    world = small.make()
    mornings(world, moving(budget=("step", -0.2, 0)), [0])
    t, p = world.state.institutions, world.state.parameters.social
    social = t.actor == Actor.SOCIAL
    start = t.staff[social].copy()
    review(world.state, world.levers, world.draws, 29)
    reputation = t.reputation[social] - p.reputation_rest
    assert np.allclose(t.staff[social], start * (1.0 + p.growth * (reputation - 0.2)))


def needs_of(world: Any, future: Future, days: int) -> dict[str, Any]:
    """Needs that arise over some days under a future: time and resident by category."""
    unfolding = Unfolding(future, world.state, world.draws, days)
    for day in range(days):
        unfolding.morning(world.state, day)
        arise(world.state, world.levers, world.draws, day)
    n, needs = int(world.state.sizes.needs[0]), world.state.needs
    of = {k: needs.category[:n] == int(k) for k in Category}
    return {
        k.name.lower(): sorted(zip(needs.arose[:n][of[k]], needs.resident[:n][of[k]], strict=True))
        for k in Category
    }


def plain_world() -> Any:
    fixed = dict(small.PLAIN) | {"needs.total_rate": 6.0, "surroundings.ageing": 0.0}
    return small.make(fixed, communities=4, households=200)


def test_an_epidemic_multiplies_arrivals_of_its_categories_by_its_shape_and_moves_no_other_need() -> None:
    """Expected needs of care: base · Σ (1 + size · shape); all that arise without the epidemic arise with it, at the same time."""
    days, start, peak, end, size = 60, 10, 20, 49, 4.0
    without = needs_of(plain_world(), moving(budget=("step", 0.0, 0)), days)
    with_it = needs_of(plain_world(), moving(demand_care=("pulse", size, start, end, peak)), days)
    world = plain_world()
    p, state = world.state.parameters, world.state
    share = np.diff(state.fixed.share_cumulated, prepend=0.0)[int(Category.CARE)]
    base = len(state.residents.identity) * p.needs.total_rate / 365.0 * share
    expected = base * (days + size * (end - start + 2) / 2)
    assert small.errors_off(len(with_it["care"]), expected, expected**0.5) < small.SIGMAS
    assert small.errors_off(len(without["care"]), base * days, (base * days) ** 0.5) < small.SIGMAS
    assert set(without["care"]) < set(with_it["care"])
    assert {k: v for k, v in with_it.items() if k != "care"} == {
        k: v for k, v in without.items() if k != "care"
    }
    by_day = np.bincount([int(time) for time, _ in with_it["care"]], minlength=days)
    assert by_day[peak - 3 : peak + 4].sum() > 2 * by_day[:7].sum()


def test_demand_may_fall_silent() -> None:
    quiet = needs_of(plain_world(), moving(demand_order=("step", -1.0, 5)), 30)
    assert quiet["order"] and max(time for time, _ in quiet["order"]) < 5.0
    assert len(quiet["environment"]) > 0


def test_a_flood_destroys_its_share_of_facilities_each_day() -> None:
    world = plain_world()
    before = world.state.cells.facility.copy()
    mornings(world, moving(facility_loss=("step", 0.07, 3, 5)), range(10))
    assert np.allclose(world.state.cells.facility, before * 0.93**3)


def test_absent_staff_takes_its_hours_along() -> None:
    absent, present = model(moving(staff_present=("step", -0.25, 7))).run(8), model("reference").run(8)
    a, b = absent.state.institutions, present.state.institutions
    reference = model("reference").run(7).state.institutions.hours_available
    today = b.hours_available - reference
    assert np.allclose(a.hours_available - reference, 0.75 * today)
    assert today.sum() > 0.0


def test_turnover_moves_the_skill_at_which_learning_rests() -> None:
    world = small.make()
    mornings(world, moving(staff_turnover=("step", 1.5, 0)), [0])
    p = world.state.parameters.staff
    for month in range(500):
        review(world.state, world.levers, world.draws, 30 * month + 29)
    left = 2.5 * p.turnover / 12.0
    ceiling = 1.0 + p.turnover / 12.0 * (1.0 - p.newcomer_skill) / p.learning
    expected = (p.learning * ceiling + left * p.newcomer_skill) / (p.learning + left)
    assert np.allclose(world.state.institutions.skill, expected, atol=1e-6) and expected < 0.97


def test_the_digital_divide_moves_access_of_each_side_by_its_factor() -> None:
    world = small.make()
    built = world.state.fixed
    mornings(world, moving(access_offline=("ramp", -0.4, 0, 9), access_online=("ramp", 0.2, 0, 9)), range(5))
    online = built.splits[:, 7] == 1.0
    now = world.state.fixed
    assert np.allclose(now.access[:, online], 1.1 * built.access[:, online])
    assert np.allclose(now.access[:, ~online], 0.8 * built.access[:, ~online])
    assert np.allclose(now.access_online, 1.1 * built.access_online)
    assert now.exposure is not built.exposure and np.array_equal(now.exposure, built.exposure)


def test_grown_ups_turn_old_at_the_stated_rate_and_nobody_else_changes() -> None:
    world = small.make(communities=4, households=400)
    residents = world.state.residents
    was, rate, days = residents.group.copy(), 0.1, 729
    mornings(world, moving(ageing=("step", rate, 0)), range(days))
    turned = residents.group != was
    assert (was[turned] // 12 == ADULT).all() and (residents.group[turned] // 12 == OLD).all()
    assert (residents.group[turned] - was[turned] == 12).all()
    # The last week that began is the one of day 728.
    chance = 1.0 - np.exp(-rate * 729 / 365.0)
    assert small.share_off(turned.sum(), (was // 12 == ADULT).sum(), chance) < small.SIGMAS
    old = np.add.reduceat((residents.group // 12 == OLD).astype(float), world.state.cells.first)
    assert np.allclose(world.state.cells.old_share, old / (world.state.cells.last - world.state.cells.first))


def settled(rate: float, days: int = 200, **shape: int) -> tuple[Any, State]:
    world = small.make(communities=3, cells=2, households=80, **shape)
    mornings(world, moving(in_migration=("step", rate, 0)), range(days))
    return world, world.state


@pytest.mark.parametrize("rate", [0.033, 0.3])
def test_in_migration_raises_the_population_by_its_rate(rate: float) -> None:
    """On the first day of each week, to the last whole household (six persons at most)."""
    world = small.make(communities=3, cells=2, households=80)
    founders = len(world.state.residents.identity)
    unfolding = Unfolding(moving(in_migration=("step", rate, 20)), world.state, world.draws, 400)
    for day in range(400):
        unfolding.morning(world.state, day)
        if day % 7 == 0:
            wanted = founders + int(founders * rate * max(0, day - 19) / 365.0)
            assert wanted <= len(world.state.residents.identity) < wanted + 6
    assert len(world.state.residents.identity) > founders


def test_newcomers_are_migrants_in_whole_households_with_ties_and_everyone_else_keeps_theirs() -> None:
    before = small.make(communities=3, cells=2, households=80).state
    _, state = settled(0.3)
    r, homes, cells = state.residents, state.households, state.cells
    new = r.identity >= FIRST_IDENTITY
    assert 0 < new.sum() == len(r.identity) - len(before.residents.identity)
    assert len(np.unique(r.identity)) == len(r.identity)
    assert (r.group[new] // 6 % 2 == 1).all() and (r.frailty[new] > 0).all() and (r.screen[new] > 0).all()
    # Dense storage in order of cells; a household is a run of slots in one cell.
    assert (
        cells.first[0] == 0
        and (cells.first[1:] == cells.last[:-1]).all()
        and cells.last[-1] == len(r.identity)
    )
    assert (np.repeat(np.arange(len(cells.first)), cells.last - cells.first) == r.cell).all()
    for h in range(len(homes.first)):
        own = slice(homes.first[h], homes.first[h] + homes.size[h])
        assert (r.household[own] == h).all()
    assert homes.size.sum() == len(r.identity)
    # Ties lead to others of one's community; those who lived here know the same people as before.
    edges = state.geography.community_first_cell
    base = cells.first[edges[:-1]][cells.community[r.cell]]
    partner = base[:, None] + r.ties
    assert (cells.community[r.cell[partner]] == cells.community[r.cell][:, None]).all()
    assert (partner != np.arange(len(r.identity))[:, None]).all()
    old_base = before.cells.first[edges[:-1]][before.cells.community[before.residents.cell]]
    assert np.array_equal(
        r.identity[partner[~new]], before.residents.identity[old_base[:, None] + before.residents.ties]
    )
    for name in ("group", "cell", "frailty", "trust", "threshold", "household"):
        assert np.array_equal(getattr(r, name)[~new], getattr(before.residents, name)), name
    people = cells.last - cells.first
    assert np.allclose(cells.density, people / (len(before.residents.identity) / len(cells.first)))
    assert np.allclose(state.fixed.households, np.bincount(r.cell[homes.first], minlength=len(cells.first)))


def test_a_higher_rate_brings_the_same_households_sooner() -> None:
    (_, slow), (_, fast) = settled(0.1), settled(0.3)
    few = len(slow.households.first)
    assert few < len(fast.households.first)
    assert np.array_equal(slow.households.size, fast.households.size[:few])
    assert np.array_equal(
        slow.residents.cell[slow.households.first], fast.residents.cell[fast.households.first[:few]]
    )
    order = np.argsort(slow.residents.identity)
    known = np.isin(fast.residents.identity, slow.residents.identity)
    again = np.argsort(fast.residents.identity[known])
    assert np.array_equal(slow.residents.group[order], fast.residents.group[known][again])


def test_needs_stay_with_whom_they_belong_to_while_others_move_in() -> None:
    lived = model(moving(in_migration=("step", 0.3, 0)), days=120).run()
    state = lived.state
    n = int(state.sizes.needs[0])
    stayed = state.residents.identity[state.needs.slot[:n]] == state.needs.resident[:n]
    assert stayed[state.needs.end[:n] != 3].mean() > 0.99
    assert (state.residents.cell[state.needs.slot[:n]] == state.needs.cell[:n]).all()
    assert (state.needs.resident[:n] >= FIRST_IDENTITY).any()
    residents = lived.records.table[:, :, COLUMN["residents"]].sum(1)
    assert residents[-1] == len(state.residents.identity) > residents[0]


def test_a_population_cannot_more_than_double() -> None:
    world = small.make()
    with pytest.raises(DataError, match="in-migration: more than doubles the"):
        mornings(world, moving(in_migration=("step", 0.3, 0)), range(0, 1500, 7), horizon=1500)


def test_faulty_courses_are_refused_by_the_model_too() -> None:
    with pytest.raises(ConfigError, match=r"future 'moving', courses.0.quantity: 'bugdet'.*'budget'"):
        model(moving(bugdet=("step", 0.1, 0)))


EVERYTHING = moving(
    budget=("step", -0.2, 35), demand_care=("pulse", 3.0, 20, 50), facility_loss=("step", 0.05, 40, 42), ageing=("step", 0.1, 0),
    in_migration=("step", 0.3, 10), staff_present=("pulse", -0.3, 20, 60), staff_turnover=("ramp", 2.0, 0, 40),
    access_offline=("ramp", -0.5, 0, 60),
)  # fmt: skip


def test_a_fork_equals_the_uninterrupted_run_and_returning_is_exact() -> None:
    uninterrupted = {name: model(EVERYTHING, name).run() for name in ("siloed", "wuhan")}
    lived = model(EVERYTHING).run(30)
    morning = lived.checkpoint()
    for name in ("wuhan", "siloed", "wuhan"):
        lived.resume(morning, name).run()
        assert differing(lived, uninterrupted[name]) == []
    first = model(EVERYTHING).checkpoint()
    assert first.day == 0
    assert differing(*uninterrupted.values())


def test_a_return_to_the_first_morning_gives_the_first_people_back() -> None:
    lived = model(EVERYTHING)
    start = lived.checkpoint()
    once = everything(lived.run())
    assert everything(lived.resume(start).run()) == once


def test_what_a_future_moves_is_the_same_under_every_strategy() -> None:
    one, two = model(EVERYTHING, "siloed").run(), model(EVERYTHING, "wuhan").run()
    for name in ("identity", "cell", "household", "group", "ties", "frailty"):
        assert np.array_equal(getattr(one.state.residents, name), getattr(two.state.residents, name)), name
    assert np.array_equal(one.state.institutions.budget, two.state.institutions.budget)
    assert differing(model(EVERYTHING, "placebo").run(), one) == []


@pytest.fixture(scope="module")
def pasts() -> dict[str, Any]:
    """The common past of each shipped future up to its reform day, lived once."""
    lived: dict[str, Any] = {}
    for future in names("future"):
        one = model(future, days=300, reform_day=200).run(200)
        lived[future] = one, one.checkpoint()
    return lived


@pytest.mark.parametrize("future", names("future"))
@pytest.mark.parametrize("strategy", names("strategy"))
def test_every_strategy_lives_under_every_future(strategy: str, future: str, pasts: dict[str, Any]) -> None:
    """A hundred days from the reform on, past the onset of each future; the books balance each day."""
    lived, past = pasts[future]
    found = lived.resume(past, strategy).run().outcomes()
    assert lived.day == 300
    for name in ("unmet_need_days", "satisfaction", "trust", "hours_total", "money_total", "burnout"):
        assert np.isfinite(found[name]), name
    assert 0.0 <= found["satisfaction"] <= 100.0 and found["unmet_need_days"] > 0.0
    table = lived.records.table
    assert np.isfinite(table).all() and (table[:, :, COLUMN["money_used"]] >= 0.0).all()


def test_each_shipped_future_differs_from_reference(pasts: dict[str, Any]) -> None:
    reference, past = pasts["reference"]
    expected = everything(reference.resume(past, "siloed").run())
    for future in names("future"):
        lived, own = pasts[future]
        same = everything(lived.resume(own, "siloed").run())["records"] == expected["records"]
        assert same == (future == "reference"), future


def test_a_dose_and_a_future_may_begin_on_any_day() -> None:
    """Before the reform, on its day, after the end: all are lived."""
    strategy = load_strategy("siloed").model_copy(update={"mechanisms": {"whistle": Dose(start=33, ramp=0)}})
    early, late = moving(demand_care=("step", 2.0, 0)), moving(demand_care=("step", 2.0, 70))
    a, b, c = (model(future, strategy).run() for future in (early, late, load_future("reference")))
    assert differing(a, c) and differing(b, c) == []
