"""The contract of a mechanism, as one function: `check_mechanism(name)` runs on every registered file without being told of it.

Each part raises AssertionError with a sentence that says what is missing. A new mechanism needs no new test.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import Final

import numpy as np

from scenarios import DATA
from sim.levers import Contributions, Levers, declared_levers
from sim.mechanisms import mechanisms
from sim.mechanisms.mechanism import Mechanism, Moment
from sim.model import CommunityModel
from sim.needs import Level, Role
from sim.organizations.organization import seat_name
from sim.parameters import declared
from sim.randomness import draws_for
from sim.scenario import Dose, Strategy, Words
from sim.state import State
from sim.tables import Array

DAYS, REFORM = 130, 20
#: Beginnings of the words by which the payers of a seat can be told: its level, or what it is.
LEVELS: Final = {
    Level.CELL: "grid",
    Level.COMMUNITY: "communit",
    Level.STREET: "street",
    Level.DISTRICT: "district",
    Level.CITY: "city",
}
MEMBERS: Final = {
    Role.PROPERTY_FIRM,
    Role.PUBLIC_UNIT,
    Role.STATE_FIRM,
    Role.PRIVATE_FIRM,
    Role.SOCIAL_ORGANIZATION,
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def strategy(doses: dict[str, Dose]) -> Strategy:
    """A strategy made of these doses."""
    words = Words(en="Test", zh="测试")
    return Strategy(name="test", title=words, summary=words, mechanisms=doses)


def lived(doses: dict[str, Dose], days: int = DAYS, reform_day: int = REFORM) -> CommunityModel:
    """A classroom under these doses."""
    return CommunityModel(world="classroom", strategy=strategy(doses), days=days, reform_day=reform_day).run()


def fingerprint(model: CommunityModel) -> bytes:
    """Everything that changes while a world lives, and everything that it has recorded."""
    return (
        b"".join(array.tobytes() for array in model.state.arrays().values()) + model.records.table.tobytes()
    )


def experienced() -> State:
    """A classroom with members in its circles, so that what mechanisms do to members can be seen."""
    state = lived({"dual_coverage": Dose(ramp=0)}, reform_day=0).state
    assert state.institutions.member.sum() >= 2, "this world must have members for the contract to be tested"
    return state


def contributed(mechanism: Mechanism, state: State, dose: Array, age: int = 10) -> dict[str, Array]:
    """What a mechanism makes of each lever at a dose, before it is clipped: overhead and money of its charges included."""
    made = Contributions(state.geography.n_communities, len(state.institutions.staff))
    for charge in mechanism.charges(state, dose):
        made.add("overhead_hours", charge.hours, charge.rows)
        made.add("money_charge", charge.money, charge.rows)
    mechanism.contribute(made, state, dose, Moment(state.day, state.day - age, draws_for(1, 0)))
    return made.unclipped()


def of(name: str) -> Mechanism:
    """The mechanism at its declared values."""
    kind = mechanisms()[name]
    return kind(kind.Parameters(**{field: p.value for field, p in declared(kind.Parameters).items()}))


def seed_ids() -> set[str]:
    """Ids of the seed inventory."""
    with (DATA / "seed_ids.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def card_is_complete(name: str) -> None:
    """Seed ids that exist, theory with a year, and title, summary, payer and failure in both languages."""
    kind = mechanisms()[name]
    unknown = set(kind.seed) - seed_ids()
    assert kind.seed, f"{name}: implements no id of the seed inventory"
    assert not unknown, f"{name}: seed ids {sorted(unknown)} do not exist"
    assert _YEAR.search(kind.theory), f"{name}: theory names no year: {kind.theory!r}"
    for field in ("title", "summary", "payer", "failure"):
        text = getattr(kind, field)
        assert set(text) == {"en", "zh"}, f"{name}: {field} must be told in en and zh"
        assert text["en"].strip(), f"{name}: {field} has no English text"
        assert not _CHINESE.search(text["en"]), f"{name}: the English {field} holds Chinese"
        assert _CHINESE.search(text["zh"]), f"{name}: {field} has no Chinese text"
    assert (kind.__doc__ or "").strip(), f"{name}: no docstring"
    assert kind.grade in ("data", "literature", "judgement", "placeholder"), f"{name}: grade {kind.grade!r}"
    assert kind.charges is not Mechanism.charges, f"{name}: says nobody who pays"
    assert kind.contribute is not Mechanism.contribute, f"{name}: does nothing"


def parameters_are_declared(name: str) -> None:
    """Every constant has unit, source, both languages and a range that leaves room."""
    for field, p in declared(mechanisms()[name].Parameters).items():
        assert p.low < p.high, f"{name}.{field}: the range [{p.low}, {p.high}] leaves no room"
        assert p.low <= p.value <= p.high, f"{name}.{field}"
        assert p.unit.strip() and p.source.strip() and p.en.strip(), (
            f"{name}.{field}: unit, source or text is missing"
        )
        assert _CHINESE.search(p.zh), f"{name}.{field}: no Chinese text"


def dose_zero_is_absence(name: str) -> None:
    """At dose 0 no lever moves by a bit, and a life at intensity 0 is the life without it."""
    state = experienced()
    at_zero = contributed(of(name), state, np.zeros(state.geography.n_communities))
    for lever, declaration in declared_levers().items():
        moved = at_zero[lever] != declaration.base
        assert not moved.any(), f"{name}: moves {lever} at dose 0"
    assert fingerprint(lived({name: Dose(intensity=0.0)})) == fingerprint(lived({})), (
        f"{name}: intensity 0 is not absence"
    )


def nothing_before_its_start(name: str) -> None:
    """A life with a later start is the life without, until that morning; and is another one afterwards."""
    start, model, without = REFORM + 20, CommunityModel, lived({}, days=REFORM + 20)
    late = model(
        world="classroom", strategy=strategy({name: Dose(start=start, ramp=0)}), days=DAYS, reform_day=REFORM
    )
    late.run(start)
    assert (late.records.table[:start] == without.records.table[:start]).all(), (
        f"{name}: is seen before its start"
    )
    for column, array in without.state.arrays().items():
        other = late.state.arrays()[column]
        assert np.array_equal(other[: len(array)], array), f"{name}: changed {column} before its start"
    late.run(DAYS)
    assert (late.records.table[start:] != lived({}).records.table[start:]).any(), (
        f"{name}: changes nothing after its start"
    )


def cost_is_booked_to_those_it_names(name: str) -> None:
    """Overhead hours or money of every charged institution rise, and the payers' text names their level or membership."""
    without, applied = lived({}), lived({name: Dose(ramp=0)})
    state, mechanism = applied.state, of(name)
    charges = mechanism.charges(experienced(), np.ones(state.geography.n_communities))
    assert charges, f"{name}: charges nobody"
    a, b, paying = without.state.institutions, state.institutions, 0
    for charge in charges:
        hours, money = (
            np.broadcast_to(np.asarray(x, float), charge.rows.shape) for x in (charge.hours, charge.money)
        )
        assert (hours >= 0.0).all() and (money >= 0.0).all(), f"{name}: a charge below zero"
        for row, h, y in zip(charge.rows, hours, money, strict=True):
            seat, unit = seat_name(int(b.role[row])), int(b.role[row]) in MEMBERS
            words = (
                LEVELS[Level(int(b.level[row]))],
                *(("member", "unit", "firm", "organization") if unit else ()),
            )
            named = any(re.search(rf"\b{word}", mechanism.payer["en"].lower()) for word in words)
            assert h == y == 0.0 or named, f"{name}: {seat} pays and is not named"
            # A unit pays as a member; who became none in this world paid nothing.
            if unit and b.member[row] == 0.0:
                continue
            if h > 0.0:
                assert b.hours_overhead[row] > a.hours_overhead[row], (
                    f"{name}: no overhead hours of {seat} are booked"
                )
                paying += 1
            if y > 0.0:
                assert b.money_used[row] > a.money_used[row], f"{name}: no money of {seat} is booked"
                paying += 1
    assert paying, f"{name}: nobody in this world pays"
    ledger = (b.hours_overhead - a.hours_overhead).sum() + (b.money_used - a.money_used).sum()
    assert ledger > 0.0, f"{name}: the ledgers show no cost"


def levers_stay_within_their_bounds(name: str) -> None:
    """At every dose of its declared values, what it does alone needs no clipping."""
    state = experienced()
    for dose in np.linspace(0.0, 1.0, 11):
        for age in (0, 30, 2000):
            for lever, array in contributed(
                of(name), state, np.full(state.geography.n_communities, dose), age
            ).items():
                d = declared_levers()[lever]
                assert (array >= d.low).all() and (array <= d.high).all(), (
                    f"{name}: {lever} leaves [{d.low}, {d.high}] at {dose:g}"
                )


def contributions_rise_with_the_dose(name: str) -> None:
    """More dose moves every lever further from its base, never back and never to the other side."""
    state, before = experienced(), None
    for dose in np.linspace(0.0, 1.0, 11):
        now = contributed(of(name), state, np.full(state.geography.n_communities, dose))
        for lever, d in declared_levers().items():
            moved = now[lever] - d.base
            if before is not None:
                earlier = before[lever] - d.base
                assert (np.abs(moved) >= np.abs(earlier) - 1e-12).all(), (
                    f"{name}: {lever} falls back at dose {dose:g}"
                )
                assert (moved * earlier >= 0.0).all(), f"{name}: {lever} changes sides at dose {dose:g}"
        before = now
    assert before is not None
    assert any((before[lever] != d.base).any() for lever, d in declared_levers().items()), (
        f"{name}: moves no lever at full dose"
    )


def order_of_listing_does_not_matter(name: str) -> None:
    """With all others, listed first or last: the same life, byte for byte."""
    others = [other for other in mechanisms() if other != name]
    first = {key: Dose(intensity=0.7) for key in (name, *others)}
    last = {key: Dose(intensity=0.7) for key in (*reversed(others), name)}
    assert list(first) != list(last)
    assert fingerprint(lived(first)) == fingerprint(lived(last)), f"{name}: the order of mechanisms matters"


def place_is_respected(name: str) -> None:
    """A dose in community 0 alone moves neither the levers of community 1 nor those of institutions that serve only it."""
    state = experienced()
    t = state.institutions
    everywhere = contributed(of(name), state, np.ones(2))
    here = contributed(of(name), state, np.array([1.0, 0.0]))
    elsewhere = {"community": np.array([False, True]), "institution": t.first_community >= 1}
    inside = {"community": np.array([True, False]), "institution": t.last_community <= 1}
    for lever, d in declared_levers().items():
        outside, own = elsewhere[d.per], inside[d.per]
        assert (here[lever][outside] == d.base).all(), f"{name}: {lever} moves where the mechanism is not"
        assert np.allclose(here[lever][own], everywhere[lever][own]), (
            f"{name}: {lever} of its own place depends on elsewhere"
        )
    masked = lived({name: Dose(place=(0,), ramp=0)})
    levers: Levers = masked.programme.levers(masked.state, DAYS - 1)
    for lever, d in declared_levers().items():
        values = getattr(levers, lever)
        assert (values[elsewhere[d.per]] == d.base).all(), f"{name}: {lever} moves where the mechanism is not"


def what_payers_lack_shrinks_what_it_does(name: str) -> None:
    """Payers without hours and money: every lever of the mechanism stays at its base in their communities."""
    model = CommunityModel(
        world="classroom", strategy=strategy({name: Dose(ramp=0)}), days=DAYS, reform_day=0
    )
    state = model.state
    state.institutions.member[:] = experienced().institutions.member
    charged = [
        c
        for c in of(name).charges(state, np.ones(2))
        if np.any(np.asarray(c.hours) > 0) or np.any(np.asarray(c.money) > 0)
    ]
    rows = np.unique(np.concatenate([c.rows for c in charged]))
    state.institutions.staff[rows], state.institutions.budget[rows] = 0.0, 0.0
    levers = model.programme.levers(state, 0)
    for lever, d in declared_levers().items():
        assert (getattr(levers, lever) == d.base).all(), f"{name}: {lever} moves although nobody can pay"


PARTS: Final[tuple[Callable[[str], None], ...]] = (
    card_is_complete, parameters_are_declared, dose_zero_is_absence, nothing_before_its_start, cost_is_booked_to_those_it_names,
    levers_stay_within_their_bounds, contributions_rise_with_the_dose, order_of_listing_does_not_matter, place_is_respected,
    what_payers_lack_shrinks_what_it_does,
)  # fmt: skip


def check_mechanism(name: str) -> None:
    """Every part of the contract, for one registered mechanism."""
    for part in PARTS:
        part(name)
