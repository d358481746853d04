"""What is shown is a pure function of script and day: however a class came to a day, it sees what a fresh run would show."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.classroom import mornings
from experiments.classroom.mornings import Mornings
from experiments.classroom.pair import Pair, packed
from experiments.classroom.refusals import RefusedError
from experiments.classroom.script import MOST_CHANGES, Change, Script
from experiments.classroom.seen import RECENT, links
from experiments.classroom.share import share
from sim.errors import ConfigError
from sim.model import CommunityModel

DAYS, REFORM = 48, 12
FOREVER = 1e9
SMALL = Script(days=DAYS, reform_day=REFORM, seed=3)
GO = st.tuples(st.just("go"), st.integers(0, DAYS))
CHANGE = st.tuples(
    st.just("change"), st.integers(0, 1), st.sampled_from(["big_committee", "whistle", "more_staff", "swift_response"]), st.sampled_from([0.0, 0.35, 1.0]),
)  # fmt: skip
TAKE_BACK = st.tuples(st.just("take_back"), st.integers(0, 3))
SETTLE = st.tuples(st.just("settle"))


def unpacked(raw: bytes) -> tuple[dict, dict]:
    length = int.from_bytes(raw[:4], "little")
    header, at, arrays = json.loads(raw[4 : 4 + length]), 4 + length, {}
    for name, kind, size in header["arrays"]:
        width = 1 if kind == "u1" else 4
        arrays[name] = np.frombuffer(raw, "<f4" if width == 4 else np.uint8, size, at)
        at += -(-size * width // 4) * 4
    assert at == len(raw)
    return header, arrays


def obey(pair: Pair, action: tuple) -> None:
    if action[0] == "go":
        pair.towards(action[1], FOREVER)
    elif action[0] == "settle":
        assert pair.settle(FOREVER)
    elif action[0] == "change" and pair.day < DAYS:
        pair.change(*action[1:])
    elif action[0] == "take_back" and action[1] < len(pair.script.changes):
        pair.take_back(action[1])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(GO, GO, CHANGE, TAKE_BACK, SETTLE), max_size=9))
def test_scrubbing_and_changing_equal_a_fresh_run(actions: list[tuple]) -> None:
    pair = Pair(SMALL)
    for action in actions:
        obey(pair, action)
    fresh = Pair(pair.script)
    for one in (pair, fresh):
        one.towards(DAYS, FOREVER)
        assert one.settle(FOREVER)
    for lived, undisturbed in zip(pair.towns, fresh.towns, strict=True):
        assert lived.table.tobytes() == undisturbed.table.tobytes()
        assert lived.model.records.daily.equals(undisturbed.model.records.daily)
        assert lived.events == undisturbed.events
        for name, table in lived.model.tables().items():
            assert table.equals(undisturbed.model.tables()[name]), name
    pair.revision = fresh.revision
    assert pair.frame(0, False) == fresh.frame(0, False)


def test_without_changes_a_town_is_the_plain_run() -> None:
    pair = Pair(SMALL)
    for day in (30, 5, 41, 0, DAYS):
        pair.towards(day, FOREVER)
    for town, name in zip(pair.towns, SMALL.strategies, strict=True):
        model = CommunityModel(world="classroom", strategy=name, seed=3, days=DAYS, reform_day=REFORM).run()
        assert town.table.tobytes() == model.records.table.tobytes()


@pytest.mark.parametrize("future", ["in_migration", "epidemic", "staff_turnover"])
def test_scrubbing_is_exact_where_surroundings_move(future: str) -> None:
    script = SMALL.model_copy(update={"future": future, "days": 300, "reform_day": 60})
    pair, fresh = Pair(script), Pair(script)
    for day in (290, 130, 300):
        pair.towards(day, FOREVER)
        pair.settle(FOREVER)
    fresh.towards(300, FOREVER)
    for town, other in zip(pair.towns, fresh.towns, strict=True):
        assert town.table.tobytes() == other.table.tobytes()
        for name, table in town.model.tables().items():
            assert table.equals(other.model.tables()[name]), name


def test_both_sides_share_their_past_and_a_change_takes_effect_the_next_day() -> None:
    pair = Pair(Script(strategies=("siloed", "siloed"), days=DAYS, reform_day=REFORM))
    pair.towards(20, FOREVER)
    pair.change(1, "swift_response", 1.0)
    pair.towards(DAYS, FOREVER)
    first, second = (town.table for town in pair.towns)
    assert first[:20].tobytes() == second[:20].tobytes()
    assert not np.array_equal(first[20:], second[20:])


def test_a_dose_of_zero_is_absence() -> None:
    change = Change(day=REFORM, side=1, mechanism="whistle", dose=0.0)
    with_zero, without = Pair(SMALL.model_copy(update={"changes": (change,)})), Pair(SMALL)
    for pair in (with_zero, without):
        pair.towards(DAYS, FOREVER)
    assert with_zero.towns[1].table.tobytes() == without.towns[1].table.tobytes()


def test_a_frame_holds_what_it_says() -> None:
    pair = Pair(SMALL)
    pair.towards(20, FOREVER)
    header, arrays = unpacked(pair.frame(5, True))
    town = pair.towns[0]
    assert (header["day"], header["known"], header["since"], header["playing"]) == (20, 20, 5, True)
    assert np.array_equal(arrays["layers1"], pair.towns[1].layers[20].ravel())
    series = arrays["series"].reshape(15, 2, 4)
    assert np.array_equal(series[:, 0], town.series[5:20])
    assert {"passed0", "convened0", "passed1", "convened1"} <= arrays.keys()
    pair.towards(7, FOREVER)
    assert "passed0" not in unpacked(pair.frame(20, False))[1]
    cells = town.model.state.cells
    people = cells.last - cells.first
    sums = dict(zip(("unmet", "satisfaction"), town.layers[20][:2], strict=True))
    assert sums["unmet"] @ people / people.sum() == pytest.approx(town.series[19][0], rel=1e-5)
    assert sums["satisfaction"] @ people / people.sum() == pytest.approx(town.series[19][1], abs=0.5)


def test_frames_are_refused_nothing_by_their_format() -> None:
    header, arrays = unpacked(
        packed(
            {"arrays": [["a", "u1", 3], ["b", "f4", 1]]},
            [np.array([1, 2, 3], np.uint8), np.array([0.5], np.float32)],
        )
    )
    assert header["arrays"] and arrays["a"].tolist() == [1, 2, 3] and arrays["b"].tolist() == [0.5]


def test_links_are_the_cases_between_institutions() -> None:
    days = 400
    pair = Pair(Script(strategies=("siloed", "shared_network"), days=days, reform_day=40))
    pair.towards(days, FOREVER)
    totals = []
    for town in pair.towns:
        cases = town.model.tables()["cases"].query("scope > 1")
        recent = cases[cases["closed"].isna() | (cases["closed"] >= days - RECENT)]
        found = [links(town.model.state, community, days) for community in (0, 1)]
        passed, convened = (int(sum(pair_[kind].sum() for pair_ in found)) for kind in (0, 1))
        plain = recent[~recent["joint"]]
        assert 0 < passed <= (plain["scope"] - 1).sum()
        assert convened <= recent.loc[recent["joint"], "scope"].sum()
        totals.append(convened)
    assert totals[0] == 0 < totals[1]


def test_work_stops_when_its_time_is_over() -> None:
    pair = Pair(SMALL)
    assert not pair.towards(DAYS, 0.0)
    assert pair.known < DAYS


def test_nothing_can_be_changed_after_the_last_day() -> None:
    pair = Pair(SMALL)
    pair.towards(DAYS, FOREVER)
    with pytest.raises(RefusedError, match="last"):
        pair.change(0, "whistle", 1.0)
    with pytest.raises(ConfigError, match="change 0"):
        pair.take_back(0)
    with pytest.raises(ConfigError, match="community 9"):
        pair.look(9)


def test_changes_are_bounded() -> None:
    changes = tuple(Change(day=day, side=1, mechanism="whistle", dose=0.5) for day in range(MOST_CHANGES))
    pair = Pair(Script(days=MOST_CHANGES, reform_day=0, changes=changes))
    with pytest.raises(RefusedError, match="at most"):
        pair.change(0, "whistle", 1.0)
    pair.take_back(3)
    pair.change(0, "whistle", 1.0)
    assert len(pair.script.changes) == MOST_CHANGES


def test_mornings_stay_bounded_in_number_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mornings, "MOST", 5)
    pair = Pair(Script(days=400, reform_day=REFORM))
    pair.towards(400, FOREVER)
    kept: Mornings = pair.towns[0].mornings
    assert 0 in kept.kept and len(kept.kept) <= 5
    # Sums are kept once, by the town; a view would hold the whole array that it looks at.
    assert all(
        not one.kept and all(a.base is None for a in one.snapshot["arrays"].values())
        for one in kept.kept.values()
    )
    assert all(day % kept.every == 0 for day in kept.kept)
    monkeypatch.setattr(mornings, "MOST_BYTES", kept.size // 2)
    kept.keep(pair.towns[0].model.checkpoint())
    assert kept.size <= max(
        mornings.MOST_BYTES,
        *(sum(a.nbytes for a in one.snapshot["arrays"].values()) for one in kept.kept.values()),
    )


@pytest.mark.parametrize(
    ("world", "future", "days"),
    [("classroom", "reference", 1460), ("classroom", "in_migration", 730), ("street", "reference", 365)],
)
def test_a_session_holds_no_more_than_its_share(world: str, future: str, days: int) -> None:
    script = Script(
        world=world, future=future, days=days, reform_day=30, strategies=("wuhan", "beijing_whistle")
    )
    pair = Pair(script)
    pair.towards(days, FOREVER)
    assert share(script) / 4 <= pair.size <= share(script)


def test_a_dose_that_its_payers_cannot_afford_is_told() -> None:
    """Whistles ask hours of a street committee that the small world hardly has: the slider alone would mislead."""
    pair = Pair(Script(strategies=("siloed", "beijing_whistle"), days=120, reform_day=30))
    pair.towards(110, FOREVER)
    header, _ = unpacked(pair.frame(0, False))
    assert header["paid"][0] == {}
    assert 0.0 < header["paid"][1]["whistle"] < 0.9
    pair.towards(10, FOREVER)
    header, _ = unpacked(pair.frame(0, False))
    assert header["paid"] == [{}, {}]
