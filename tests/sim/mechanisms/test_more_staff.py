"""More staff is hired as its docstring says: in proportion, for the money of the fund, green at first."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.mechanisms.mechanism import rows_of
from sim.mechanisms.more_staff import _bodies
from sim.model import CommunityModel
from sim.needs import Level, Role
from sim.outcomes import CostParameters
from sim.parameters import declared
from sim.scenario import Dose

from .check import contributed, lived, of, strategy

MECHANISM = of("more_staff")
P = MECHANISM.parameters


@pytest.fixture(scope="module")
def state():
    return lived({}, days=30).state


@pytest.mark.parametrize("dose", [(1.0, 1.0), (0.5, 0.5), (1.0, 0.0)])
def test_the_money_of_the_fund_is_the_wages_of_those_hired(state, dose: tuple[float, float]) -> None:
    made = contributed(MECHANISM, state, np.array(dose))
    t = state.institutions
    assert (made["added_staff"] * t.wage).sum() == pytest.approx(P.money * sum(dose))
    assert made["added_money"] == pytest.approx(made["added_staff"] * t.wage)
    funds = rows_of(state, Role.COMMUNITY_COMMITTEE)
    assert made["money_charge"][funds] == pytest.approx(P.money * np.array(dose))
    assert made["overhead_hours"] == pytest.approx(P.guidance * made["added_staff"])


def test_everyone_who_works_on_cases_grows_by_the_same_share(state) -> None:
    made, t = contributed(MECHANISM, state, np.ones(2)), state.institutions
    bodies = _bodies(state)
    growth = made["added_staff"][bodies] / t.staff[bodies]
    # Bodies of one community differ with its size, those above serve both.
    for m in range(2):
        own = growth[(t.first_community[bodies] == m) & (t.last_community[bodies] == m + 1)]
        assert own == pytest.approx(own[0]) and own[0] > 0
    assert not np.isin([Role.VOLUNTEERS, Role.COMMUNITY_COMMITTEE], t.role[bodies]).any()
    assert (t.level[bodies] <= Level.DISTRICT).all()


@pytest.mark.parametrize("age", [0, 400, 4000])
def test_newcomers_dilute_skill_until_they_have_learnt(state, age: int) -> None:
    made, t = contributed(MECHANISM, state, np.ones(2), age), state.institutions
    bodies = _bodies(state)
    hired = made["added_staff"][bodies]
    lacking = P.greenness * math.exp(-age / P.learning_days) * hired / (t.staff[bodies] + hired)
    assert made["skill"][bodies] == pytest.approx(-lacking)


def test_programme_cost_is_hours_at_their_price_and_money() -> None:
    def cost(price: float) -> tuple[float, dict[str, float]]:
        model = CommunityModel(world="classroom", strategy=strategy({"more_staff": Dose(ramp=0)}), days=60, reform_day=20,
                               parameters={"cost.hour_price": price}).run()  # fmt: skip
        return model.outcomes()["programme_cost"], {
            n: float(v.sum()) for n, v in model.records.sums(20).items()
        }

    (free, sums), (priced, _) = cost(0.0), cost(100.0)
    person_years = sums["residents"] / 365.0
    assert free == pytest.approx(sums["money_programmes"] / person_years)
    assert priced - free == pytest.approx(
        100.0 * (sums["hours_overhead"] + sums["hours_coordination"]) / person_years
    )
    assert sums["money_programmes"] == pytest.approx(2 * 40 * P.money)
    assert lived({}, days=30).outcomes()["programme_cost"] == 0.0


def test_the_price_of_an_hour_is_the_wage_of_a_paid_hour() -> None:
    from sim.organizations.organization import StaffParameters

    price, wage = declared(CostParameters)["hour_price"], declared(StaffParameters)["wage"].value
    assert price.value == pytest.approx(wage / 365 / 8, rel=0.01)
    assert price.low == 0.0 and price.high == pytest.approx(wage / 365 / 8 / 0.25, rel=0.02)
