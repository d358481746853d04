"""V2: needs, cases, hours and money are conserved in every strategy; and the books would show it if they were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from experiments.verification.books import audit
from sim.errors import ConservationError
from sim.ledger import TOLERANCE
from sim.mechanisms import mechanisms
from sim.model import CommunityModel
from sim.scenario import Dose, load_strategy, names


def lived(
    strategy: str = "siloed", world: str = "classroom", days: int = 200, **more: object
) -> CommunityModel:
    return CommunityModel(world=world, strategy=strategy, days=days, reform_day=60, **more).run()


@pytest.mark.parametrize("strategy", names("strategy"))
def test_books_balance_in_every_strategy(strategy: str) -> None:
    audit(lived(strategy))


def test_books_balance_under_all_mechanisms_at_once() -> None:
    everything = load_strategy("siloed").model_copy(
        update={"name": "everything", "mechanisms": {name: Dose(ramp=0, place=[1]) for name in mechanisms()}}
    )
    audit(lived(everything, days=150))


def test_books_balance_on_a_street() -> None:
    """A larger tree, where institutions serve several communities, and a full year with turnover."""
    audit(lived("wuhan", world="street", days=90))


@pytest.mark.slow
@pytest.mark.parametrize("strategy", names("strategy"))
def test_books_balance_on_a_street_for_two_years(strategy: str) -> None:
    audit(lived(strategy, world="street", days=730))


def test_everything_happens_somewhere() -> None:
    """The audit is not about empty books: needs end in every way, cases in two, hours go to all uses."""
    model = lived("wuhan", world="street", days=120)
    totals, ledger = model.tables()["daily"].sum(), model.tables()["ledger"].sum(numeric_only=True)
    for column in ("needs_met", "needs_healed", "needs_moved", "needs_settled", "needs_discovered", "needs_worsened",
                   "cases_resolved", "cases_given_up", "cases_reopened", "cases_multi", "handovers", "refusals", "meetings"):  # fmt: skip
        assert totals[column] > 0, column
    for column in (
        "hours_service",
        "hours_overhead",
        "hours_coordination",
        "hours_lent",
        "hours_borrowed",
        "hours_idle",
    ):
        assert ledger[column] > 0, column


# A fault in each book is found on the day it happens


def lose_a_need(model: CommunityModel) -> None:
    """An open need without a case ends and nobody books it."""
    state = model.state
    listed = state.lists.open_needs[: state.sizes.open_needs[0]]
    free = listed[(state.needs.end[listed] == 0) & (state.needs.status[listed] == 0)][0]
    state.needs.end[free], state.needs.ended[free] = 1, state.day


def lose_a_case(model: CommunityModel) -> None:
    """An open case drops off the list."""
    model.state.sizes.open_cases[0] -= 1


def invent_an_hour(model: CommunityModel) -> None:
    model.state.institutions.hours_service[3] += 0.01


def overspend(model: CommunityModel) -> None:
    t = model.state.institutions
    t.money_used[0] = t.money_available[0] * 1.001 + 1e4


@pytest.mark.parametrize(("fault", "book"), [
    (lose_a_need, "needs"), (lose_a_case, "cases"), (invent_an_hour, "hours"), (overspend, "money"),
])  # fmt: skip
def test_a_fault_is_found_on_its_day(fault: Callable[[CommunityModel], None], book: str) -> None:
    model = CommunityModel(world="classroom", days=60, reform_day=0).run(40)
    fault(model)
    with pytest.raises(ConservationError, match=f"day 40: the books of {book} do not balance"):
        model.step()


@pytest.mark.parametrize(("table", "column", "message"), [
    ("needs", "end", "needs"), ("cases", "status", "cases"), ("cases", "worked", "hours on cases"),
    ("institutions", "hours_lent", "hours of"), ("residents", "gain", "residents.gain"),
])  # fmt: skip
def test_the_audit_finds_what_was_tampered_with(table: str, column: str, message: str) -> None:
    model = CommunityModel(world="classroom", days=80, reform_day=0).run()
    audit(model)
    array = getattr(getattr(model.state, table), column)
    array[5] = array[5] + 1 if column not in ("end", "status") else (array[5] + 1) % 3
    with pytest.raises(AssertionError, match=message):
        audit(model)


def test_tolerance_of_hours_is_rounding_and_nothing_more() -> None:
    """Gaps of real runs are a thousandth of what is tolerated."""
    model = lived("wuhan", days=365)
    t = model.state.institutions
    used = t.hours_service + t.hours_overhead + t.hours_coordination + t.hours_lent + t.hours_idle
    assert np.abs(t.hours_available - used).max() / max(1.0, t.hours_available.max()) < TOLERANCE / 1e3
